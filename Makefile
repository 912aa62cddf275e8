# Two commands for a newcomer: `make extract` and `make test`. Both set up .venv by themselves, once.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

# LibreOffice reads .doc, wget writes a WARC file of another tool, Chromium opens the report: tests need them from the system,
# and say that they were skipped where they cannot be had.
SYSTEM := libreoffice-writer-nogui libreoffice-calc-nogui wget chromium
TOOLS := soffice wget chromium

.PHONY: extract test fuzz bench clean

extract: .venv/.installed
	$(BIN)/vnpress extract

test: .venv/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "vnpress needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv .venv
	$(PIP) --editable .
	touch $@

.venv/.tested: .venv/.installed
	$(PIP) --editable '.[test]'
	@( for tool in $(TOOLS); do command -v $$tool >/dev/null || exit 1; done ) || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  DEBIAN_FRONTEND=noninteractive apt-get -qq update && \
	  DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $(SYSTEM) >/dev/null; } || \
	  echo "not installed (needs root and apt-get): $(SYSTEM); its tests will be skipped"
	touch $@

fuzz: .venv/.tested
	VNPRESS_KILLS=200 VNPRESS_FUZZ=20000 $(BIN)/python -m pytest tests/test_durable.py tests/test_fuzz.py

bench: .venv/.tested
	$(BIN)/python -m benchmarks.bench --scale 20000
	$(BIN)/python -m benchmarks.crawl

clean:
	rm -rf .venv build .vnpress
