# Two commands for a newcomer: `make extract` and `make test`. Both set up .venv by themselves, once.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: extract test lint clean

extract: .venv/.installed
	$(BIN)/vnpress extract

test: .venv/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "vnpress needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv .venv
	$(PIP) --editable .
	touch $@

.venv/.tested: .venv/.installed
	$(PIP) --editable '.[test]'
	touch $@

clean:
	rm -rf .venv build .vnpress
