"""Saved pages as data: `tests/pages/<layout>/<name>.html` beside a `.toml` with what the article must and must not hold.

note = "what is odd about this page"
url = "…"                        # optional: the address it was fetched from
title = "…"                      # likewise `summary`; a key that is left out is not compared
published = "2021-07-23T14:11"   # or a day; "" where the page states none
author = "…"                     # "" where nobody signed
with = ["words the text must hold"]
without = ["words it must not hold"]
fails = ["author"]               # optional: known failures; when one passes, the suite says so
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.clean import clean_page
from pipeline.model import Article, Page

PAGES = Path(__file__).parent / "pages"
CASES = sorted(PAGES.rglob("*.html"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def read_article(path: Path, expected: dict[str, object]) -> Article:
    url = expected.get("url")
    return clean_page(Page(source=name_of(path), data=path.read_bytes(), kind="html", url=str(url) if url else None))


def problems(article: Article, expected: dict[str, object]) -> dict[str, str]:
    """What differs, by the key of the case."""
    found: dict[str, str] = {}
    for key in ("title", "summary"):
        if key in expected and getattr(article, key) != expected[key]:
            found[key] = f"{key} is {getattr(article, key)!r}, not {expected[key]!r}"
    if "author" in expected and (article.author or "") != expected["author"]:
        found["author"] = f"author is {article.author!r}, not {expected['author']!r}"
    if "published" in expected:
        stated = (
            article.published_at.strftime("%Y-%m-%d" if article.published_grain == "day" else "%Y-%m-%dT%H:%M")
            if article.published_at
            else ""
        )
        if stated != expected["published"]:
            found["published"] = f"published is {stated!r}, not {expected['published']!r}"
    for key, wanted in (("with", True), ("without", False)):
        wrong = [quote for quote in expected.get(key, []) if (quote in article.text) is not wanted]  # type: ignore[attr-defined]
        if wrong:
            found[key] = f"text must {'' if wanted else 'not '}hold {wrong}"
    return found


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_saved_page(path: Path) -> None:
    expected = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
    known = set(expected.get("fails", []))
    article = read_article(path, expected)
    found = problems(article, expected)
    unexpected = [told for key, told in found.items() if key not in known]
    assert not unexpected, "\n".join([*unexpected, "", article.text])
    assert known <= set(found), f"known failures that pass now: {sorted(known - set(found))}"


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 30
    for path in CASES:
        said = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
        assert said["note"] and said["with"], name_of(path)


class Visible(HTMLParser):
    """The text a reader sees, by another parser than the one under test."""

    UNSEEN = frozenset({"script", "style", "template", "noscript", "title", "svg", "math", "iframe", "object", "audio", "video"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.unseen = 0
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in self.UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in self.UNSEEN and self.unseen > 0

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.pieces.append(data)


def letters_of(text: str) -> Counter[str]:
    return Counter(re.sub(r"[\s|\u200b-\u200f\ufeff\xad\x00-\x1f]", "", text))


def lost_and_invented(article: Article, markup: str) -> tuple[Counter[str], Counter[str]]:
    """The visible letters that neither the article nor a cut tells, and those that are told more often than seen.

    Bars are left out: they part the cells of a table. A title that stands in the head alone is not seen.
    """
    reader = Visible()
    reader.feed(markup)
    reader.close()
    text = unicodedata.normalize("NFC", "".join(reader.pieces))
    seen = letters_of(text)
    told = letters_of(" ".join([article.text, *(cut.text for cut in article.cuts)]))
    if article.title and "".join(article.title.replace("|", "").split()) not in "".join(text.replace("|", "").split()):
        told -= letters_of(article.title)
    return seen - told, told - seen


SHARED = Path(__file__).parents[1].parent / "shared" / "dev" / "pages"
WHOLE_PAGES = [*CASES, *sorted((PAGES.parents[1] / "corpus").glob("[!l]*/*.html")), *sorted(SHARED.glob("*.html"))]


@pytest.mark.parametrize("path", WHOLE_PAGES, ids=name_of)
def test_nothing_is_lost(path: Path) -> None:
    """Every visible letter is in the article or in a cut with a reason, and in one of them alone."""
    article = read_article(path, {})
    lost, invented = lost_and_invented(article, path.read_text("utf-8"))
    assert not lost
    assert not invented
    assert all(cut.reason and cut.text for cut in article.cuts)
    assert article.removed_chars == sum(len(cut.text) for cut in article.cuts)
