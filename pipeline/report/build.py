"""Folder of tables -> folder of pages, in one pass over the articles and one over what they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from pipeline.engine import Failed, batches, open_executor, spread
from pipeline.export.generation import current_generation
from pipeline.export.lock import FolderHeld, hold_folder
from pipeline.report.lists import ListOfEntries, open_lists
from pipeline.report.overview import Tally, last_run, problem_entries, write_overview
from pipeline.report.pages import NotOurFolder, Pages
from pipeline.report.reading import TablesError, read_articles, read_world
from pipeline.report.spool import Spool
from pipeline.report.work import Known, Setting, Told, printer_of, write_articles, write_entities
from pipeline.tables import TABLES, count_rows, read_plain

__all__ = ["FolderHeld", "NotOurFolder", "Summary", "TablesError", "write_report"]

BATCH = 40  # articles, or entities
WORTH_A_WORKER = 200  # articles; fewer are printed sooner than a worker has started
ENTITIES = ("persons", "organizations", "documents")
T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written; `fresh` counts the files that are others than before."""

    articles: int
    files: int
    fresh: int
    largest: tuple[int, str]


def write_report(tables: Path, out: Path, *, as_of: date, now: datetime, workers: int = 1) -> Summary:
    """Pages of all tables under `tables`, written to `out`; the pages before stay on any failure.

    Deadlines are ahead or past as of the day `as_of`; `now` only tells others who holds the folder. Raises
    FileNotFoundError where there are no tables, TablesError for tables that do not belong together, NotOurFolder and
    FolderHeld for an `out` that cannot be written.
    """
    folder = current_generation(tables) or tables
    _check(folder, tables)
    workers = min(workers, 1 + count_rows("articles", folder) // WORTH_A_WORKER)
    with hold_folder(out, now=now), Pages(out) as pages, ExitStack() as stack:
        lists = open_lists(pages.folder)
        for one in lists.values():
            stack.callback(one.close)
        spool = Spool(pages.folder / "entities.spool")
        stack.callback(spool.close)
        setting = Setting(pages.folder.absolute(), out.absolute(), as_of)
        tally = _write_all(folder, pages, lists, spool, setting, workers)
        pages.switch()
    return Summary(tally.articles, len(pages.files), sum(fresh for _, fresh in pages.files.values()), pages.largest)


def _check(folder: Path, named: Path) -> None:
    for name in TABLES:
        if not any((folder / f"{name}.{suffix}").exists() for suffix in ("parquet", "csv")):
            raise FileNotFoundError(f"{named}: no table {name} here; `vnpress extract` writes it")


def _write_all(
    folder: Path, pages: Pages, lists: dict[str, ListOfEntries], spool: Spool, setting: Setting, workers: int
) -> Tally:
    printer_of(setting)
    tally, naming = Tally(), Counter[str]()
    for told in _work(partial(write_articles, setting=setting), read_articles(folder), workers):
        _take_in(told, tally, naming, lists, spool)
        pages.note(told.files)
    for table, entry, files in _work(partial(write_entities, setting=setting), _entities(folder, spool, naming), workers):
        lists[table].add(entry)
        pages.note(files)
    run = last_run(folder)
    for entry in problem_entries(folder, run):
        lists["problems"].add(entry)
    common: dict[str, object] = {"as_of": setting.as_of.isoformat()}
    write_overview(pages.printer, tally, lists, run, common)
    for name, one in lists.items():
        one.write(pages.printer, common if name == "deadlines" else {})
    return tally


def _take_in(told: Told, tally: Tally, naming: Counter[str], lists: dict[str, ListOfEntries], spool: Spool) -> None:
    tally.add(portal=told.portal, day=told.day, is_repeat=told.is_repeat, lost_chars=told.lost_chars)
    naming.update(told.named)
    for name, entry in told.entries:
        lists[name].add(entry)
    for key, record in told.records:
        spool.add(key, record)


def _entities(folder: Path, spool: Spool, naming: Counter[str]) -> Iterator[Known]:
    world = read_world(folder)
    for table in ENTITIES:
        place = TABLES[table].place_of(TABLES[table].key)
        for plain in read_plain(table, folder):
            row_id = str(plain[place])
            key = f"{table}:{row_id}"
            yield Known(table, plain, world.name(table, row_id) or row_id, spool.of(key), naming[key])


def _work(function: Callable[[Sequence[T]], Sequence[U]], items: Iterable[T], workers: int) -> Iterator[U]:
    """`function` over all items, in this process or spread over several; results in no fixed order."""
    work = batches(items, weight=lambda _: 1, most=BATCH, heaviest=BATCH)
    if workers == 1:
        for batch in work:
            yield from function(batch)
        return
    with open_executor(workers, None) as (executor, count):
        for result in spread(function, work, executor, workers=count):
            if isinstance(result, Failed):
                raise result.error
            yield result
