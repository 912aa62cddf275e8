"""Folder of tables -> articles with their rows, one at a time; the tables are in the order of the articles, and checked for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
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
from pipeline.tables import TABLES, ArticleRow, read_plain, to_row

FACTS: tuple[type[Fact], ...] = (MentionRow, OfficialRow, DateRow, CountRow, DeadlineRow, RecurrenceRow)
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


def read_articles(folder: Path) -> Iterator[Read]:
    """All articles of a generation. Raises TablesError where a table is not in their order."""
    tables = [_Rows(kind, folder) for kind in FACTS]
    last = ""
    for article in stream_rows(ArticleRow, folder):
        if article.article_id < last:
            raise TablesError(f"{folder}: articles are not in the order of their ids; run `vnpress extract` again")
        last = article.article_id
        yield Read(article, [row for table in tables for row in table.take(last)])
    for table in tables:
        table.finish()


class _Rows:
    """The rows of one table, article by article."""

    def __init__(self, kind: type[Fact], folder: Path) -> None:
        self._groups = groupby(stream_rows(kind, folder), key=attrgetter("article_id"))
        self._where = f"{folder}: table {kind.TABLE}"
        self._key: str | None = None
        self._rows: Iterator[Fact] = iter(())
        self._advance()

    def take(self, article_id: str) -> list[Fact]:
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
        self._key, self._rows = next(self._groups, (None, iter(())))

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


@dataclass(frozen=True, slots=True)
class Headline:
    """What other articles show of one."""

    article_id: str
    title: str
    portal: str | None
    day: str | None


class Relatives:
    """Articles that others point to: reports of the same event, and articles that were published again."""

    def __init__(self, folder: Path) -> None:
        originals: set[str] = set()
        events: dict[str, int] = {}
        for article in stream_rows(ArticleRow, folder):
            if article.duplicate_of is not None:
                originals.add(article.duplicate_of)
            if article.event_id is not None:
                events[article.event_id] = events.get(article.event_id, 0) + 1
        self._headlines: dict[str, Headline] = {}
        self._events: dict[str, list[Headline]] = {}
        shared = {event for event, count in events.items() if count > 1}
        for article in stream_rows(ArticleRow, folder) if shared or originals else ():
            if article.article_id in originals or article.event_id in shared:
                headline = Headline(article.article_id, title_of(article), article.portal, day_of(article))
                self._headlines[article.article_id] = headline
                if article.event_id in shared:
                    self._events.setdefault(str(article.event_id), []).append(headline)

    def original(self, article: ArticleRow) -> Headline | None:
        """What this article is a repeat of."""
        return self._headlines.get(article.duplicate_of or "")

    def reports(self, article: ArticleRow) -> list[Headline]:
        """Other articles about the same event, the newest first."""
        others = [one for one in self._events.get(article.event_id or "", ()) if one.article_id != article.article_id]
        return sorted(others, key=lambda one: one.day or "", reverse=True)


def title_of(article: ArticleRow) -> str:
    """The headline; the first words where there is none, the source where there are no words."""
    return shorten(article.title or "", 300) or shorten(article.text, 90) or article.source


def day_of(article: ArticleRow) -> str | None:
    """The day of publication in Vietnam, as ISO 8601."""
    return article.published_at.isoformat()[:10] if article.published_at is not None else None
