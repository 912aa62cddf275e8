"""A corpus and one article -> its captures in the order of time, each with what changed in text and rows since the one before."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.comparison import compare_rows
from pipeline.corpus import Capture, list_captures, list_inputs, read_page
from pipeline.extraction import extract
from pipeline.model import Page, Reject, UnreadableInput, make_id
from pipeline.resolve.resolution import resolve
from pipeline.run import finish_rows
from pipeline.tables import ARTICLE_TABLES, TABLES, Plain

SHOWN = ("url", "portal", "language", "title", "summary", "author", "published_at")  # columns of `articles` that are compared
NEAR = 6  # words shown around a change
MAX_PAIRS = 9_000_000  # words of one paragraph before and after, multiplied
MAX_CHANGES = 20  # of the text of one capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One capture, and in words what it brought; `digest` is that of its payload."""

    date: str
    source: str
    digest: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All captures of one article."""

    article_id: str
    url: str | None
    moments: tuple[Moment, ...]


Tables = dict[str, list[list[Plain]]]


def read_history(corpus: Path, what: str, *, index: Path | None = None, rows: int = 5) -> History | None:
    """The history of the article with this id or address; None where the corpus has none.

    `rows` is how many changed rows of each table and kind are told. `index` is as for `list_inputs`. Raises CorpusError
    for an unusable corpus.
    """
    captures = [one for one in list_captures(corpus, index=index) if what in (one.url, make_id("article", one.url))]
    if captures:
        url = captures[0].url
        return History(article_id=make_id("article", url), url=url, moments=tuple(_tell(captures, rows)))
    for one in list_inputs(corpus, index=index).inputs:
        if what in (one.url, one.source, make_id("article", one.identity)):
            moment = Moment(date="", source=one.source, digest="", told=("a file: it was not captured, and has no history",))
            return History(article_id=make_id("article", one.identity), url=one.url, moments=(moment,))
    return None


def _tell(captures: Sequence[Capture], rows: int) -> Iterator[Moment]:
    """Each capture against the content before it; the same bytes are read once."""
    read: dict[str, Tables | str] = {}
    before: str | None = None
    for capture in captures:
        if capture.input is not None and capture.digest not in read:
            read[capture.digest] = _read(capture)
        if capture.input is None and not capture.digest:
            told: list[str] = ["unchanged: a revisit"]
        elif capture.input is None and capture.digest not in read:
            told = ["unchanged, says the portal; the content it names was never captured"]
        elif before == capture.digest:
            told = ["unchanged" if capture.input else "unchanged: a revisit"]
        else:
            told = list(_compare(read[before] if before is not None else None, read[capture.digest], rows))
        if capture.digest in read:
            before = capture.digest
        yield Moment(date=capture.date, source=capture.source, digest=capture.digest, told=tuple(told))


def _read(capture: Capture) -> Tables | str:
    """The rows of a capture, or why it cannot be read."""
    assert capture.input is not None
    try:
        page: Page = read_page(capture.input)
    except UnreadableInput as error:
        return str(error)
    result = extract(page)
    return result.message if isinstance(result, Reject) else finish_rows(result.tables, resolve([result.evidence]))


def _compare(old: Tables | str | None, new: Tables | str, rows: int) -> Iterator[str]:
    """What one content brought against the one before."""
    if isinstance(new, str):
        yield f"not readable: {new}"
        return
    if old is None or isinstance(old, str):
        facts = [f"{len(new.get(name, []))} {name}" for name in ARTICLE_TABLES if name != "articles" and new.get(name)]
        yield f"new: {len(_article(new, 'text') or '')} characters, {', '.join(facts) or 'no facts'}"
        return
    changes = [*_compare_article(old, new), *_compare_facts(old, new, rows)]
    yield from changes or ["other bytes, but the same article"]


def _article(tables: Tables, column: str) -> str:
    value = tables["articles"][0][TABLES["articles"].place_of(column)]
    return "" if value is None else str(value)


def _compare_article(old: Tables, new: Tables) -> Iterator[str]:
    for column in SHOWN:
        before, after = _article(old, column), _article(new, column)
        if before != after:
            yield f"{column}: {before or 'none'} -> {after or 'none'}"
    changes = list(diff_words(_article(old, "text"), _article(new, "text")))
    yield from (f"text: {change}" for change in changes[:MAX_CHANGES])
    if len(changes) > MAX_CHANGES:
        yield f"text: … and {len(changes) - MAX_CHANGES} more changes"


def diff_words(old: str, new: str) -> Iterator[str]:
    """Each change of a text with a few words around it: `đã có [-4/18-] {+9/18+} nhiệm vụ`."""
    for before, after in _diff_paragraphs(old.split("\n\n"), new.split("\n\n")):
        a, b = before.split(), after.split()
        if len(a) * len(b) > MAX_PAIRS:  # comparing would take too long
            yield f"a part of {len(before)} characters is now another of {len(after)}"
            continue
        for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            if tag != "equal":
                gone, come = " ".join(a[a1:a2]), " ".join(b[b1:b2])
                changed = " ".join([*([f"[-{gone}-]"] if gone else []), *([f"{{+{come}+}}"] if come else [])])
                left = ["…"] * (a1 > NEAR) + a[max(0, a1 - NEAR) : a1]
                right = a[a2 : a2 + NEAR] + ["…"] * (a2 + NEAR < len(a))
                yield " ".join([*left, changed, *right])


def _diff_paragraphs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Paragraphs that differ, each beside the one in its place."""
    for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if tag == "replace" and a2 - a1 == b2 - b1:
            yield from zip(old[a1:a2], new[b1:b2], strict=True)
        elif tag != "equal":
            yield " ".join(old[a1:a2]), " ".join(new[b1:b2])


def _compare_facts(old: Tables, new: Tables, rows: int) -> Iterator[str]:
    """Rows gained, lost and changed; a row that only moved is the same row."""
    for name in ARTICLE_TABLES:
        if name != "articles":
            before, after = _by_key(name, old), _by_key(name, new)
            if before != after:
                yield from compare_rows(TABLES[name], before, after, show=rows)


def _by_key(name: str, tables: Tables) -> dict[Plain, list[Plain]]:
    table = TABLES[name]
    places = {place for place, column in enumerate(table.columns) if column.name in ("start", "end", "article_id")}
    key = table.place_of(table.key)
    return {row[key]: [None if at in places else value for at, value in enumerate(row)] for row in tables.get(name, [])}
