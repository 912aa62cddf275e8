"""Every command that a document shows is run, every file it shows is written, what is generated is up to date, the site builds.

How documents are written, so that they can be run:

- a block ```` ```sh ```` holds commands; they are run in their order in a copy of corpus/ with its tables. A comment `# status 2`
  behind a command says how it must end (else 0 or 1).
- a block ```` ```console ```` is what a terminal shows; WALKED names the test that goes through it.
- a block with a `title` is a file that the reader writes (`title="words/positions.tsv"`), a change to a file of the package
  (```` ```diff title="pipeline/…" ````), or commands that need what a test cannot have (`title="needs a network"`): of these it
  is checked that the command line is understood. `title="prints"` is what the commands above print, line by line.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, run_vnpress

from pipeline.cli import COMMANDS, _parser, main
from pipeline.extraction import use_folders
from pipeline.tables import describe_tables

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NOT_RUN = ("needs a network", "needs a cluster", "needs systemd", "needs a browser", "needs a terminal", "once", "for developers")
SHELL = ("sh", "bash", "shell")
WALKED = {"add-a-portal.md": "test_site_check.py"}  # documents that show what a terminal shows, and the tests that walk them
_BLOCK = re.compile(r'^```(?P<language>[\w+-]*)(?: title="(?P<title>[^"\n]+)")?[ ]*\n(?P<body>.*?)^```', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block of a document."""

    language: str
    title: str
    body: str

    @property
    def lines(self) -> list[tuple[str, frozenset[int]]]:
        """Commands with the statuses they may end with."""
        found = []
        for line in self.body.replace("\\\n", " ").splitlines():
            command, _, comment = line.partition(" #")
            told = re.search(r"status (\d)", comment)
            if command.strip() and not command.startswith("#"):
                found.append((command.strip().removeprefix("$ "), frozenset({int(told[1])} if told else {0, 1})))
        return found


def blocks(path: Path) -> list[Block]:
    found = _BLOCK.finditer(path.read_text("utf-8"))
    return [Block(language=m["language"], title=m["title"] or "", body=m["body"]) for m in found]


def is_for_developers(path: Path) -> bool:
    """A document that changes the package itself."""
    return any(block.title.startswith(("pipeline/", "tests/")) for block in blocks(path))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of corpus/ with its tables."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    assert run_vnpress("extract", cwd=folder).returncode in (0, 1)
    return folder


@pytest.fixture
def workplace(extracted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh copy of that, where shown commands may write."""
    folder = tmp_path / "workplace"
    shutil.copytree(extracted, folder, symlinks=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "120")
    yield folder
    use_folders(None, None)


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if not is_for_developers(path)], ids=lambda path: path.name)
def test_what_a_document_shows_works(path: Path, workplace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    printed = ""
    for block in blocks(path):
        if block.language in SHELL and not block.title:
            printed = ""
            for line, statuses in block.lines:
                words = shlex.split(line)
                assert words[0] == "vnpress", (
                    f"{path.name}: {line}: only `vnpress` is run; give the block a title that says why not"
                )
                try:
                    status = main(words[1:])
                except SystemExit as stop:
                    status = stop.code if isinstance(stop.code, int) else 1
                out, err = capfd.readouterr()
                assert status in statuses, f"{path.name}: {line}: status {status}\n{err}"
                assert out or status == 2, f"{path.name}: {line} prints nothing"
                printed += out + err
        elif block.title == "prints":
            missing = [line for line in block.body.splitlines() if line.strip() and line.strip() not in printed]
            assert not missing, f"{path.name}: these lines are not printed: {missing}\n{printed}"
        elif block.title and block.title not in NOT_RUN:
            write_shown(workplace, block)


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if is_for_developers(path)], ids=lambda path: path.name)
def test_what_is_shown_to_developers_works(path: Path, workplace: Path) -> None:
    """The shown changes are made to a copy of the package, and the shown cases and commands run there."""
    shutil.copytree(ROOT / "pipeline", workplace / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    (workplace / "tests" / "cases").mkdir(parents=True)
    for name in ("test_cases.py", "conftest.py"):
        shutil.copy(ROOT / "tests" / name, workplace / "tests")
    printed = ""
    for block in blocks(path):
        if block.language in SHELL and not block.title:
            printed = run_shown(block, workplace)
        elif block.title == "prints":
            assert all(line.strip() in printed for line in block.body.splitlines()), f"{path.name}: {block.body}\n{printed}"
        elif block.title and block.title not in NOT_RUN:
            write_shown(workplace, block)


RUN_LINES = """
import json, shlex, sys
from pipeline.cli import main
for line, statuses in json.loads(sys.argv[1]):
    words = shlex.split(line)
    if words[0] == "pytest":
        import pytest
        status = int(pytest.main(["-p", "no:cacheprovider", *words[1:]]))
        statuses = [0]
    else:
        assert words[0] == "vnpress", f"{line}: only `vnpress` and `pytest` are run"
        status = main(words[1:])
    if status not in statuses:
        sys.exit(f"{line}: status {status}")
"""


def run_shown(block: Block, workplace: Path) -> str:
    """The commands of a block with the changed package, in one interpreter, so that the models are loaded once."""
    lines = json.dumps([(line, sorted(statuses)) for line, statuses in block.lines])
    env = {**os.environ, "PYTHONPATH": str(workplace), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "120"}
    command = [sys.executable, "-c", RUN_LINES, lines]
    done = subprocess.run(command, cwd=workplace, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{lines}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def write_shown(workplace: Path, block: Block) -> None:
    """Write a file as it is shown, or make a shown change; what is shown of TOML must be TOML."""
    path = workplace / block.title
    assert path.resolve().is_relative_to(workplace), block.title
    if block.language == "diff":
        for hunk in re.split(r"^@@.*\n", block.body, flags=re.MULTILINE):
            lines = hunk.splitlines(keepends=True)
            old, new = ("".join(line[1:] or "\n" for line in lines if line[0] in kept) for kept in (" -\n", " +\n"))
            text = path.read_text("utf-8")
            assert not hunk or text.count(old) == 1, f"{block.title}: the shown change does not fit any more\n{hunk}"
            path.write_text(text.replace(old, new) if hunk else text, "utf-8")
        return
    if block.language == "toml":
        tomllib.loads(block.body)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.body, "utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_that_are_not_run_are_understood(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for block in blocks(path):
        if block.language in SHELL and block.title:
            assert block.title in NOT_RUN, f"{path.name}: title of commands must be one of {NOT_RUN}"
            for line, _ in block.lines:
                words = shlex.split(line)
                if words[0].endswith("vnpress"):
                    _parser().parse_args(words[1:])
                elif words[0] == "make":
                    assert re.search(rf"^{words[1]}:", makefile, re.MULTILINE), f"{path.name}: {line}"
        elif block.language == "console":
            assert path.name in (ROOT / "tests" / WALKED[path.name]).read_text("utf-8")
            for line in re.findall(r"^\$ (.*)", block.body, re.MULTILINE):
                _parser().parse_args(shlex.split(line)[1:])
        elif block.language in ("", "text") and block.title != "prints":
            shown = re.findall(r"^\s*(?:vnpress|make|pip) .*", block.body, re.MULTILINE)
            assert not shown, f"{path.name}: {shown[0]}: put commands into a block marked sh"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_python_and_toml_that_are_shown_are_sound(path: Path, workplace: Path) -> None:
    for block in blocks(path):
        if block.language == "python" and not block.title:
            names: dict[str, object] = {}
            exec(compile(block.body, path.name, "exec"), names)
        elif block.language == "toml":
            tomllib.loads(block.body)


def test_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for command in COMMANDS:
        name = command.__name__.rsplit(".", 1)[-1]
        assert re.search(rf"vnpress {name}\b", text), f"README.md does not show `vnpress {name}`"


def test_data_dictionary_is_up_to_date() -> None:
    assert (ROOT / "docs" / "tables.md").read_text("utf-8") == describe_tables(), (
        "run: vnpress tables --markdown > docs/tables.md"
    )


def test_links_inside_the_documents_lead_somewhere() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_site_builds_with_every_page_in_it_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="the documentation builder is not installed: pip install 'vnpress[docs]'")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr  # dead links, dead anchors and pages outside the navigation are errors
    start = (tmp_path / "site" / "index.html").read_text("utf-8")
    for path in sorted((ROOT / "docs").glob("*.md")):
        page = (tmp_path / "site" / f"{path.stem}.html").read_text("utf-8")
        assert not re.findall(r'<(?:script|img|iframe)[^>]*src="?https?:|<link[^>]*href="?https?:|url\(https?:', page), path.name
        assert path.stem == "index" or f'href="{path.stem}.html"' in start, f"{path.name} is not in the navigation"


def test_citation_is_a_sound_citation_file() -> None:
    """What version 1.2.0 of the Citation File Format asks for, and what the package says of itself."""
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert said.keys() >= {"cff-version", "message", "title", "authors"}
    others = {"type", "abstract", "keywords", "license", "version", "date-released"}
    assert said.keys() <= {"cff-version", "message", "title", "authors"} | others
    assert (said["cff-version"], said["type"]) == ("1.2.0", "software")
    assert (said["version"], said["license"]) == (project["version"], project["license"])
    assert all(author.get("name") or author.get("family-names") for author in said["authors"])
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")


def test_changelog_tells_of_the_version_and_every_command() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"## {version}" in text
    for command in COMMANDS:
        assert f"{command.__name__.rsplit('.', 1)[-1]}" in text, command.__name__
