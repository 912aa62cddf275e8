"""Folder of tables -> articles with their rows, one at a time; the tables are in the order of the articles, and checked for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeVar, cast

from pipeline.facts.counts import CountRow
from pipeline.facts.dates import DateRow
from pipeline.facts.deadlines import DeadlineRow
from pipeline.facts.documents import DocumentRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.officials import OfficialRow
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.persons import PersonRow
from pipeline.facts.recurrences import RecurrenceRow
from pipeline.model import Row
from pipeline.report.findings import Fact, World
from pipeline.report.safe import shorten
from pipeline.tables import TABLES, ArticleRow, Plain, read_plain, to_row

FACTS: tuple[type[Fact], ...] = (MentionRow, OfficialRow, DateRow, CountRow, DeadlineRow, RecurrenceRow)
ARTICLE_ID, EVENT, DUPLICATE = (TABLES["articles"].place_of(name) for name in ("article_id", "event_id", "duplicate_of"))
MOST_REPORTS = 50  # other reports of an event shown on a page
R = TypeVar("R", bound=Row)


class TablesError(Exception):
    """These tables do not belong together; the message says what would mend it."""


def stream_rows(kind: type[R], folder: Path) -> Iterator[R]:
    """The rows of one table in the order they were written. Raises FileNotFoundError where nothing was extracted."""
    table = TABLES[kind.TABLE]
    for plain in read_plain(kind.TABLE, folder):
        yield cast(R, to_row(table, plain))


@dataclass(frozen=True, slots=True)
class Read:
    """One article with all its rows."""

    article: ArticleRow
    facts: list[Fact]


@dataclass(frozen=True, slots=True)
class Headline:
    """What other articles show of one."""

    article_id: str
    title: str
    portal: str | None
    day: str | None


@dataclass(frozen=True, slots=True)
class Packed:
    """One article with all its rows as plain values, and all that its page tells of others: what travels to a worker."""

    article: list[Plain]
    rows: list[list[list[Plain]]]  # of each table of FACTS
    names: dict[str, dict[str, str]]
    original: Headline | None
    reports: list[Headline]

    def unpack(self) -> Read:
        """The rows as they were written."""
        facts = [
            cast(Fact, to_row(TABLES[kind.TABLE], plain)) for kind, rows in zip(FACTS, self.rows, strict=True) for plain in rows
        ]
        return Read(cast(ArticleRow, to_row(TABLES["articles"], self.article)), facts)


def read_articles(folder: Path) -> Iterator[Packed]:
    """All articles of a generation. Raises TablesError where a table is not in their order."""
    world, relatives = read_world(folder), Relatives(folder)
    tables = [_Rows(kind.TABLE, folder) for kind in FACTS]
    last = ""
    for article in read_plain("articles", folder):
        article_id = str(article[ARTICLE_ID])
        if article_id < last:
            raise TablesError(f"{folder}: articles are not in the order of their ids; run `vnpress extract` again")
        last = article_id
        rows = [table.take(article_id) for table in tables]
        names = world.names_in(
            (target, str(plain[place]))
            for table, some in zip(tables, rows, strict=True)
            for place, target in table.references
            for plain in some
            if plain[place] is not None
        )
        yield Packed(article, rows, names, relatives.original(article), relatives.reports(article))
    for table in tables:
        table.finish()


class _Rows:
    """The rows of one table, article by article."""

    def __init__(self, name: str, folder: Path) -> None:
        table = TABLES[name]
        self.references = [
            (place, c.refers) for place, c in enumerate(table.columns) if c.refers in ("persons", "organizations", "documents")
        ]
        self._groups = groupby(read_plain(name, folder), key=itemgetter(table.place_of("article_id")))
        self._where = f"{folder}: table {name}"
        self._advance()

    def take(self, article_id: str) -> list[list[Plain]]:
        if self._key is not None and self._key < article_id:
            self._fail()
        if self._key != article_id:
            return []
        rows = list(self._rows)
        self._advance()
        return rows

    def finish(self) -> None:
        if self._key is not None:
            self._fail()

    def _advance(self) -> None:
        group: tuple[Plain, Iterator[list[Plain]]] = next(self._groups, (None, iter(())))
        self._key, self._rows = None if group[0] is None else str(group[0]), group[1]

    def _fail(self) -> None:
        raise TablesError(f"{self._where} has rows of {self._key} out of place; run `vnpress extract` again")


def read_world(folder: Path) -> World:
    """The names of all persons, organisations and documents."""
    world = World()
    for person in stream_rows(PersonRow, folder):
        world.add("persons", person.person_id, person.name)
    for organization in stream_rows(OrganizationRow, folder):
        world.add("organizations", organization.org_id, organization.name)
    for document in stream_rows(DocumentRow, folder):
        world.add("documents", document.document_id, document_name(document))
    return world


def document_name(document: DocumentRow) -> str:
    """`Chỉ thị 12/CT-UBND`; a law by its title."""
    return shorten(f"{document.type} {document.number or document.title or ''}".strip(), 200)


class Relatives:
    """Articles that others point to: reports of the same event, and articles that were published again."""

    def __init__(self, folder: Path) -> None:
        originals: set[str] = set()
        events: Counter[str] = Counter()
        for _, event_id, original in _columns(folder, "event_id", "duplicate_of"):
            if original is not None:
                originals.add(original)
            if event_id is not None:
                events[event_id] += 1
        shared = {event for event, count in events.items() if count > 1}
        self._headlines: dict[str, Headline] = {}
        self._events: dict[str, list[Headline]] = {}
        wanted = ("source", "portal", "title", "published_at", "event_id")
        for article_id, source, portal, title, published, event_id in _columns(folder, *wanted) if shared or originals else ():
            if article_id in originals or event_id in shared:
                headline = Headline(
                    str(article_id), shorten(title or "", 300) or str(source), portal, published and published[:10]
                )
                self._headlines[headline.article_id] = headline
                if event_id in shared:
                    self._events.setdefault(str(event_id), []).append(headline)

    def original(self, article: list[Plain]) -> Headline | None:
        """What this article is a repeat of."""
        return self._headlines.get(str(article[DUPLICATE]))

    def reports(self, article: list[Plain]) -> list[Headline]:
        """Other articles about the same event, the newest first."""
        others = [one for one in self._events.get(str(article[EVENT]), ()) if one.article_id != article[ARTICLE_ID]]
        return sorted(others, key=lambda one: one.day or "", reverse=True)[:MOST_REPORTS]


def _columns(folder: Path, *names: str) -> Iterator[list[str | None]]:
    """The keys of all articles with some of their columns, as the table has them in order."""
    for plain in read_plain("articles", folder, ("article_id", *names)):
        yield [None if value is None else str(value) for value in plain]


def title_of(article: ArticleRow) -> str:
    """The headline; the first words where there is none, the source where there are no words."""
    return shorten(article.title or "", 300) or shorten(article.text, 90) or article.source


def day_of(article: ArticleRow) -> str | None:
    """The day of publication in Vietnam, as ISO 8601."""
    return article.published_at.isoformat()[:10] if article.published_at is not None else None
