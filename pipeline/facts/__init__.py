"""Article and mentions -> rows of every kind of fact. One line in FACTS adds a kind, and so a table."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from pipeline.facts import counts, dates, deadlines, documents, officials, organizations, people, persons, recurrences
from pipeline.model import Article, Findings, Mention, Row, make_id

ReadRows = Callable[[Article, Sequence[Mention], Findings], Iterable[Row]]

# In the order of reading: a kind may build on the rows of those above it.
FACTS: tuple[ReadRows, ...] = (
    documents.read_rows,
    recurrences.read_rows,
    dates.read_rows,
    counts.read_rows,
    organizations.read_rows,
    persons.read_rows,
    officials.read_rows,
    deadlines.read_rows,
)


def find_doubts(article: Article) -> tuple[int, ...]:
    """Offsets at which the rules ask the models: whatever these say of other sentences changes no row."""
    return people.find_doubts(article) if article.language == "vi" else ()


def read_all(article: Article, mentions: Sequence[Mention]) -> Findings:
    """All rows of one article, with their ids; facts are read from Vietnamese articles only."""
    findings = Findings()
    if article.language != "vi":
        return findings
    for read_rows in FACTS:
        findings = findings.with_rows(stamp_ids(article, read_rows(article, mentions, findings)))
    return findings


def stamp_ids(article: Article, rows: Iterable[Row]) -> list[Row]:
    """Rows sorted by place, with an id from article, quotation, and which occurrence of it this is."""
    done: list[Row] = []
    seen_quotes: dict[tuple[str, str], dict[int, int]] = {}
    used: dict[str, int] = {}
    keys: dict[type[Row], str] = {}
    for row in _in_order(rows):
        key = keys.get(type(row)) or keys.setdefault(type(row), _key_of(type(row)))
        if getattr(row, key):  # a thing of the world (person, organisation, document) brings its own id
            done.append(row)
            continue
        text, start = getattr(row, "text", None), getattr(row, "start", None)
        occurrences = seen_quotes.setdefault((row.TABLE, str(text)), {})
        nth = occurrences.setdefault(-1 if start is None else start, len(occurrences))
        identity = [str(getattr(row, name)) for name in row.IDENTITY]
        base = make_id(article.article_id, row.TABLE, text, str(nth), *identity)
        again = used.get(base, 0)
        used[base] = again + 1
        done.append(dataclasses.replace(row, **{key: make_id(base, str(again)) if again else base}))
    return done


def _key_of(kind: type[Row]) -> str:
    """The column that holds the id."""
    return next(f.name for f in dataclasses.fields(kind) if f.metadata.get("key"))


def _in_order(rows: Iterable[Row]) -> Iterator[Row]:
    """By place; rows of one place by what they say, whatever order a rule gave them in."""
    for _, together in itertools.groupby(sorted(rows, key=_place), key=_place):
        same = list(together)
        yield from sorted(same, key=repr) if len(same) > 1 else same


def _place(row: Row) -> tuple[str, int, int]:
    start, end = getattr(row, "start", None), getattr(row, "end", None)
    return row.TABLE, -1 if start is None else start, -1 if end is None else end
