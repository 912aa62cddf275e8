"""Folder of tables -> folder of pages, in one pass over the articles and one over what they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipeline.export.generation import current_generation
from pipeline.export.lock import FolderHeld, hold_folder
from pipeline.facts.documents import DocumentRow
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.persons import PersonRow
from pipeline.report.articles import (
    ArticleView,
    article_entry,
    deadline_entries,
    entity_records,
    named_in,
    progress_entries,
    write_article,
)
from pipeline.report.entities import Entity, entity_entry, open_dossier, write_entity
from pipeline.report.lists import NAMES, ListOfEntries, open_lists
from pipeline.report.overview import Tally, last_run, problem_entries, write_overview
from pipeline.report.pages import NotOurFolder, Pages
from pipeline.report.reading import Relatives, TablesError, read_articles, read_world, stream_rows
from pipeline.report.spool import Spool
from pipeline.tables import TABLES

__all__ = ["FolderHeld", "NotOurFolder", "Summary", "TablesError", "write_report"]


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written."""

    articles: int
    files: int
    largest: tuple[int, str]


def write_report(tables: Path, out: Path, *, as_of: date, now: datetime) -> Summary:
    """Pages of all tables under `tables`, written to `out`; the pages before stay on any failure.

    Deadlines are ahead or past as of the day `as_of`; `now` only tells others who holds the folder. Raises
    FileNotFoundError where there are no tables, TablesError for tables that do not belong together, NotOurFolder and
    FolderHeld for an `out` that cannot be written.
    """
    folder = current_generation(tables) or tables
    _check(folder, tables)
    with hold_folder(out, now=now), Pages(out) as pages:
        lists = open_lists(pages.folder)
        spool = Spool(pages.folder / "entities.spool")
        try:
            tally = _write_all(folder, pages, lists, spool, {"as_of": as_of.isoformat(), "lists": NAMES})
        finally:
            spool.close()
            for one in lists.values():
                one.close()
        pages.switch()
    return Summary(tally.articles, pages.written, pages.largest)


def _check(folder: Path, named: Path) -> None:
    for name in TABLES:
        if not any((folder / f"{name}.{suffix}").exists() for suffix in ("parquet", "csv")):
            raise FileNotFoundError(f"{named}: no table {name} here; `vnpress extract` writes it")


def _write_all(folder: Path, pages: Pages, lists: dict[str, ListOfEntries], spool: Spool, common: dict[str, object]) -> Tally:
    tally = _write_articles(folder, pages, lists, spool, common)
    run = last_run(folder)
    for entry in problem_entries(folder, run):
        lists["problems"].add(entry)
    write_overview(pages, tally, lists, run, common)
    for one in lists.values():
        one.write(pages, common)
    return tally


def _write_articles(
    folder: Path, pages: Pages, lists: dict[str, ListOfEntries], spool: Spool, common: dict[str, object]
) -> Tally:
    world, relatives, tally = read_world(folder), Relatives(folder), Tally()
    naming: Counter[str] = Counter()
    as_of = date.fromisoformat(str(common["as_of"]))
    for read in read_articles(folder):
        view = ArticleView(read, world)
        write_article(view, relatives, pages, common)
        tally.add(view)
        lists["articles"].add(article_entry(view))
        for key, record in entity_records(view):
            spool.add(key, record)
        if not view.is_repeat:  # a ready-made view counts what is published again once
            naming.update(named_in(view.facts))
            for entry in deadline_entries(view, as_of):
                lists["deadlines"].add(entry)
            for entry in progress_entries(view):
                lists["progress"].add(entry)
    for row in _entities(folder):
        dossier = open_dossier(row, spool, world)
        write_entity(dossier, pages, common)
        lists[dossier.table].add(entity_entry(dossier, naming[f"{dossier.table}:{dossier.row_id}"]))
    return tally


def _entities(folder: Path) -> Iterator[Entity]:
    yield from stream_rows(PersonRow, folder)
    yield from stream_rows(OrganizationRow, folder)
    yield from stream_rows(DocumentRow, folder)
