"""Every command that a document shows is run; what is generated is up to date."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, run_vnpress

from pipeline.tables import describe_tables

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands() -> list[tuple[str, str]]:
    """(document, line) of each `vnpress` line in a block marked `sh`."""
    found = []
    for path in DOCUMENTS:
        for block in re.findall(r"^```sh\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            lines = [line.split(" #")[0].strip() for line in block.splitlines()]
            found += [(path.relative_to(ROOT).as_posix(), line) for line in lines if line.startswith("vnpress")]
    return found


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of corpus/ with its tables, where shown commands may write."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    assert run_vnpress("extract", cwd=folder).returncode in (0, 1)
    return folder


@pytest.mark.parametrize(("document", "line"), commands())
def test_shown_command_runs(document: str, line: str, workplace: Path) -> None:
    done = run_vnpress(*shlex.split(line)[1:], cwd=workplace)
    assert done.returncode in (0, 1), f"{document}: {line}\n{done.stderr}"
    assert done.stdout


def test_python_of_the_readme_runs(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    for block in re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL):
        names: dict[str, object] = {}
        exec(compile(block, "README.md", "exec"), names)
        assert "tables" in names


def test_data_dictionary_is_up_to_date() -> None:
    assert (ROOT / "docs" / "tables.md").read_text("utf-8") == describe_tables(), (
        "run: vnpress tables --markdown > docs/tables.md"
    )


def test_links_inside_the_documents_lead_somewhere() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
