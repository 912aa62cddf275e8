"""Batches of articles and of entities -> their pages, and what lists and overview need of them: what a worker does."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import cast

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
from pipeline.report.lists import Entry
from pipeline.report.printer import File, Printer
from pipeline.report.reading import Packed
from pipeline.report.spool import Record
from pipeline.tables import TABLES, Plain, to_row


@dataclass(frozen=True, slots=True)
class Setting:
    """What all batches share: where to print, what is shown already, which day deadlines are held against."""

    folder: Path
    shown: Path
    as_of: date


@dataclass(frozen=True, slots=True)
class Told:
    """What one article says of itself beside its page."""

    portal: str | None
    day: str | None
    is_repeat: bool
    lost_chars: int
    entries: list[tuple[str, Entry]]  # (list, entry)
    records: list[tuple[str, Record]]  # (entity, record)
    named: list[str]  # entities; none for a repeat, which a ready-made view leaves out
    files: list[File]


@dataclass(frozen=True, slots=True)
class Known:
    """One entity as plain values with all its records."""

    table: str
    plain: list[Plain]
    name: str
    told: list[Record]
    n_articles: int


@lru_cache(maxsize=1)
def printer_of(setting: Setting) -> Printer:
    """The printer of this process; made before workers are forked, they have it at once."""
    return Printer(setting.folder, setting.shown)


def write_articles(batch: Sequence[Packed], *, setting: Setting) -> list[Told]:
    """Print the pages of some articles."""
    printer = printer_of(setting)
    with _collecting_once():
        return [_write_article(packed, printer, setting.as_of) for packed in batch]


def _write_article(packed: Packed, printer: Printer, as_of: date) -> Told:
    view = ArticleView(packed)
    write_article(view, printer)
    entries = [("articles", article_entry(view))]
    if not view.is_repeat:
        entries += [("deadlines", entry) for entry in deadline_entries(view, as_of)]
        entries += [("progress", entry) for entry in progress_entries(view)]
    return Told(
        portal=view.article.portal,
        day=view.day,
        is_repeat=view.is_repeat,
        lost_chars=view.article.lost_chars,
        entries=entries,
        records=list(entity_records(view)),
        named=[] if view.is_repeat else sorted(named_in(view.facts)),
        files=printer.take_files(),
    )


def write_entities(batch: Sequence[Known], *, setting: Setting) -> list[tuple[str, Entry, list[File]]]:
    """Print the pages of some persons, organisations or documents; (list, entry, files) of each."""
    printer = printer_of(setting)
    with _collecting_once():
        return [_write_entity(known, printer) for known in batch]


def _write_entity(known: Known, printer: Printer) -> tuple[str, Entry, list[File]]:
    row = cast(Entity, to_row(TABLES[known.table], known.plain))
    dossier = open_dossier(row, known.name, known.told)
    write_entity(dossier, printer)
    return known.table, entity_entry(dossier, known.n_articles), printer.take_files()


@contextmanager
def _collecting_once() -> Iterator[None]:
    """Every page that a template prints leaves cycles behind: looked for once a batch, not hundreds of times (a quarter of all time)."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect(0)
