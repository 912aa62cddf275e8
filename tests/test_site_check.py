"""`vnpress site check`, and the walk of docs/add-a-portal.md from nothing to a portal whose saved page is read right."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from test_pages import problems

from pipeline import sites
from pipeline.clean import clean_page
from pipeline.cli import main
from pipeline.model import Page

DOCUMENT = (ROOT / "docs" / "add-a-portal.md").read_text("utf-8")
PAGE = ROOT / "tests" / "pages" / "bao-mau" / "cap-nuoc.html"
CASE = tomllib.loads(PAGE.with_suffix(".toml").read_text("utf-8"))


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder as the document's reader has it, who works in it."""
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "cap-nuoc.html").write_bytes(PAGE.read_bytes())
    (said,) = blocks("json")
    (tmp_path / "saved" / "cap-nuoc.meta.json").write_text(said, "utf-8")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sites.use_folder(None)


def test_the_walk_of_the_document(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile, whole, case = blocks("toml")
    mended = profile.replace("publishd =", "published =")
    fitting = mended.replace("h1.k3", "div.k3")
    statuses = []
    for text, shown in zip((profile, mended, fitting), blocks("console"), strict=True):
        (place / "bao-mau.toml").write_text(text, "utf-8")
        command, _, wanted = shown.partition("\n")
        statuses.append(main(shlex.split(command.removeprefix("$ vnpress "))))
        printed = capsys.readouterr()
        assert printed.out + printed.err == wanted
    assert statuses == [2, 1, 0]
    assert tomllib.loads(whole)["layout"][0] == tomllib.loads(fitting)["layout"][0]
    assert tomllib.loads(case) == CASE


def test_the_saved_page_is_read_right_with_the_profile(place: Path) -> None:
    (place / "bao-mau.toml").write_text(blocks("toml")[1], "utf-8")
    page = Page(source="a.html", data=PAGE.read_bytes(), kind="html", url=CASE["url"])
    assert set(problems(clean_page(page), CASE)) == {"without"}
    sites.use_folder(place)
    assert problems(clean_page(page), CASE) == {}


Check = Callable[..., tuple[int, str]]


@pytest.fixture
def check(place: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """`vnpress site check` of a profile with this text: exit status and what was printed."""

    def ask(text: str, *more: str) -> tuple[int, str]:
        (place / "bao-mau.toml").write_text('name = "Báo Mẫu"\nhosts = ["baomau.example"]\n' + text, "utf-8")
        status = main(["site", "check", "bao-mau.toml", *more])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return ask


def test_what_does_not_fit_is_told(check: Check) -> None:
    narrow = '[[layout]]\nbody = ["div.k5"]\ncut = ["div.nowhere"]\n[crawl]\nkeep = ["-video"]\n'
    status, told = check(narrow, "--pages", "saved")
    assert status == 1
    assert "less than half, so it is not believed" in told
    assert "- cut       div.nowhere                  nothing matches div.nowhere" in told
    assert "matched on no page: body, cut div.nowhere" in told
    assert "crawl.keep keeps a crawl from this page" in told
    status, told = check('[[layout]]\nuntil = 2020-01-01\nbody = ["td.x"]\n[[layout]]\nbody = ["td.y"]', "--pages", "saved")
    assert status == 1 and "no layout fits" in told and "nothing matches td.y, td.x" in told


def test_pages_of_others_are_left_out(place: Path, check: Check) -> None:
    (place / "saved" / "other.html").write_bytes(PAGE.read_bytes())
    (place / "saved" / "other.meta.json").write_text(json.dumps({"url": "https://elsewhere.example/1.html"}), "utf-8")
    (place / "saved" / "unknown.html").write_bytes(PAGE.read_bytes())
    (place / "saved" / "empty.html").write_bytes(b"<html></html>")
    (place / "saved" / "empty.meta.json").write_text(json.dumps({"url": "https://baomau.example/1.html"}), "utf-8")
    status, told = check('[[layout]]\nbody = ["div.k6"]\n', "--pages", "saved")
    assert "1 pages of other hosts left out" in told and "1 pages without an address left out" in told
    assert "2 pages, 1 of them with something missing" in told and "no visible text" in told and status == 1
    status, told = check('[[layout]]\nbody = ["div.k6"]\n', "--pages", "saved/unknown.html")
    assert status == 0 and "1 pages, 0 of them" in told


def test_profile_alone_and_wrong_places(check: Check) -> None:
    assert check("") == (0, "bao-mau.toml: sound: Báo Mẫu, hosts baomau.example, 0 layouts\n")
    assert check("", "--pages", "nowhere")[0] == 3
    assert main(["site", "check", "none.toml"]) == 2
