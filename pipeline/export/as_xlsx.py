"""Output folder -> one Excel workbook: a sheet for each table, real dates, nothing that runs, a first sheet that says what is where."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from pipeline.export.reading import find_generation, read_batches
from pipeline.tables import TABLES, Column, Table, Value

MAX_ROWS = 1_048_576  # of a sheet, its header with them
MAX_CHARS = 32_767  # of a cell, in UTF-16 units
FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a day that never was
EXACT_DIGITS = 15  # of a number
BATCH_ROWS = 5000
SEEN_ROWS = 200  # by which a column's width is set
WIDEST = 60
ABOUT = "about"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

# What a sheet of facts has beside its table, so that a row can be checked without looking its article up.
ARTICLE_COLUMNS = (
    Column("article_title", str, True, "Headline of the article.", False, None),
    Column("article_address", str, True, "Its canonical address; its place in the corpus where it states none.", False, None),
    Column("published_on", date, True, "Day of publication in Vietnam.", False, None),
    Column("duplicate_of", str, True, "What this article is again; filter for empty cells to count each once.", False, "articles"),
)  # fmt: skip


def write_workbook(out: Path, path: Path) -> list[str]:
    """Write `path`, whole or not at all; gives what did not fit as it was, a line for each kind and table.

    Rows go to the file as they are read: what is held is one batch, and title and address of each article.
    Raises FileNotFoundError where nothing was extracted, OSError where the file cannot be written.
    """
    folder = find_generation(out)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with xlsxwriter.Workbook(str(fresh), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as workbook:
            workbook.set_properties({"title": "Facts read from Vietnamese press releases", "created": datetime(2000, 1, 1)})  # noqa: DTZ001
            notes = _Book(workbook).fill(folder)
        fresh.replace(path)
    except FileCreateError as error:
        raise OSError(f"cannot be written: {error}") from error
    finally:
        fresh.unlink(missing_ok=True)
    return notes


@dataclass(slots=True)
class _Sheet:
    """One sheet in the making."""

    name: str
    table: Table
    page: xlsxwriter.worksheet.Worksheet
    rows: int = 0
    widths: list[int] = field(default_factory=list)


class _Book:
    """The workbook in the making: its formats, its sheets, what had to be cut."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._heading = workbook.add_format({"bold": True, "bg_color": "#DDE6ED", "bottom": 1})
        self._bold = workbook.add_format({"bold": True})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._link = workbook.add_format({"font_color": "#0563C1", "underline": 1})
        self._about = workbook.add_worksheet(ABOUT)
        self._sheets: list[_Sheet] = []
        self._notes: dict[str, int] = {}
        self._writers: Mapping[type, Callable[[_Sheet, int, int, Value], None]] = {
            str: self._write_text,
            int: self._write_number,
            float: self._write_number,
            bool: self._write_bool,
            Decimal: self._write_number,
            date: self._write_date,
            datetime: self._write_moment,
        }

    def fill(self, folder: Path) -> list[str]:
        articles = {row[0]: row[1:] for row in _read_articles(folder)}
        for table in TABLES.values():
            extra = ARTICLE_COLUMNS if any(c.name == "article_id" for c in table.columns) and table.name != "articles" else ()
            self._fill_table(table, (*table.columns, *extra), folder, articles if extra else {})
        notes = [f"{what}: {times:,}" for what, times in self._notes.items()]
        self._fill_about(notes)
        return notes

    def _fill_table(
        self, table: Table, columns: Sequence[Column], folder: Path, articles: Mapping[Value, Sequence[Value]]
    ) -> None:
        sheet = self._begin(table, columns, table.name)
        where = table.place_of("article_id") if articles else 0
        writers = [self._writers[c.type] for c in columns]
        for row in _read_rows(table, folder):
            if sheet.rows == MAX_ROWS - 1:
                self._finish(sheet, columns)
                number = sum(one.table is table for one in self._sheets) + 1
                self._note(f"{table.name}: more rows than a sheet of Excel holds, so there are further sheets")
                sheet = self._begin(table, columns, f"{table.name} {number}")
            sheet.rows += 1
            cells = (*row, *articles[row[where]]) if articles else row
            for place, (write, value) in enumerate(zip(writers, cells, strict=True)):
                if value is not None and value != "":
                    write(sheet, sheet.rows, place, value)
        self._finish(sheet, columns)

    def _begin(self, table: Table, columns: Sequence[Column], name: str) -> _Sheet:
        sheet = _Sheet(name, table, self._workbook.add_worksheet(name), widths=[len(c.name) + 3 for c in columns])
        for place, c in enumerate(columns):
            sheet.page.write_string(0, place, c.name, self._heading)
            sheet.page.write_comment(0, place, c.meaning, {"x_scale": 1.6, "y_scale": 0.8, "author": "vnpress"})
        sheet.page.freeze_panes(1, 0)
        self._sheets.append(sheet)
        return sheet

    def _finish(self, sheet: _Sheet, columns: Sequence[Column]) -> None:
        sheet.page.autofilter(0, 0, sheet.rows, len(columns) - 1)
        for place, width in enumerate(sheet.widths):
            sheet.page.set_column(place, place, min(width, WIDEST))

    def _fill_about(self, notes: Sequence[str]) -> None:
        """What is where, what each column means, what did not fit."""
        lines: list[tuple[str, ...]] = [
            ("Facts read from Vietnamese press releases", ""),
            ("Each fact has rule and confidence (0 to 1), and the words it was read from in the column text.", ""),
            ("Times are those of Vietnam. The arrow in a heading filters; rest on a heading to read what it means.", ""),
            (),
            ("Sheet", "Rows", "One row for"),
        ]
        lines += [(s.name, f"{s.rows}", s.table.meaning) for s in self._sheets]
        lines += [(), ("Did not fit as it is", ""), *((note, "") for note in notes or ["nothing: all is here"])]
        lines += [(), ("Sheet", "Column", "Meaning")]
        lines += [(t.name, c.name, c.meaning) for t in TABLES.values() for c in t.columns]
        headings = {"Sheet", "Did not fit as it is", lines[0][0]}
        names = {sheet.name for sheet in self._sheets}
        for number, line in enumerate(lines):
            for place, cell in enumerate(line):
                if place == 0 and cell in names:
                    self._about.write_url(number, place, f"internal:'{cell}'!A1", self._link, cell)
                elif cell.isdigit():
                    self._about.write_number(number, place, int(cell))
                elif cell:
                    self._about.write_string(number, place, cell, self._bold if line[0] in headings else None)
        self._about.set_column(0, 0, 22)
        self._about.set_column(1, 1, 24)
        self._about.set_column(2, 2, 100)

    def _write_text(self, sheet: _Sheet, row: int, place: int, value: Value) -> None:
        text = str(value)
        if len(text) * 2 > MAX_CHARS and len(text.encode("utf-16-le")) > 2 * MAX_CHARS:
            text = _cut(text)
            column = (*sheet.table.columns, *ARTICLE_COLUMNS)[place].name
            self._note(f"{sheet.table.name}.{column}: cells cut to the {MAX_CHARS:,} characters that Excel holds")
        if row <= SEEN_ROWS:
            sheet.widths[place] = max(sheet.widths[place], min(len(text), WIDEST) + 1)
        sheet.page.write_string(row, place, text)

    def _write_number(self, sheet: _Sheet, row: int, place: int, value: Value) -> None:
        assert isinstance(value, int | float | Decimal)
        if isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) > EXACT_DIGITS:
            self._note(f"{sheet.table.name}: numbers of more than {EXACT_DIGITS} digits, written as text so that none is lost")
            sheet.page.write_string(row, place, format(value.normalize(), "f"))
        else:
            sheet.page.write_number(row, place, float(value) if isinstance(value, Decimal) else value)
            if row <= SEEN_ROWS:
                sheet.widths[place] = max(sheet.widths[place], len(f"{value:f}".rstrip("0")) + 2)

    def _write_bool(self, sheet: _Sheet, row: int, place: int, value: Value) -> None:
        sheet.page.write_boolean(row, place, bool(value))

    def _write_date(self, sheet: _Sheet, row: int, place: int, value: Value) -> None:
        assert isinstance(value, date)
        if value < FIRST_DAY:
            self._note(f"{sheet.table.name}: days before 1900-03-01, which Excel does not know, written as text")
            sheet.page.write_string(row, place, value.isoformat())
        else:
            sheet.page.write_datetime(row, place, value, self._day)
            sheet.widths[place] = max(sheet.widths[place], 12)

    def _write_moment(self, sheet: _Sheet, row: int, place: int, value: Value) -> None:
        assert isinstance(value, datetime)
        local = value.astimezone(VIETNAM).replace(tzinfo=None)
        if local.date() < FIRST_DAY:
            sheet.page.write_string(row, place, local.isoformat())
        else:
            sheet.page.write_datetime(row, place, local, self._moment)
            sheet.widths[place] = max(sheet.widths[place], 18)

    def _note(self, what: str) -> None:
        self._notes[what] = self._notes.get(what, 0) + 1


def _read_rows(table: Table, folder: Path) -> Iterator[tuple[Value, ...]]:
    for batch in read_batches(table.name, folder, rows=BATCH_ROWS):
        yield from zip(*(batch.column(c.name).to_pylist() for c in table.columns), strict=True)


def _read_articles(folder: Path) -> Iterator[tuple[Value, ...]]:
    """(id, title, address, day, the article it is again) of each article."""
    for batch in read_batches("articles", folder, rows=BATCH_ROWS):
        keys, titles, urls, sources, moments, originals = (
            batch.column(name).to_pylist() for name in ("article_id", "title", "url", "source", "published_at", "duplicate_of")
        )
        for key, title, url, source, moment, original in zip(keys, titles, urls, sources, moments, originals, strict=True):
            yield key, title, url or source, moment and moment.astimezone(VIETNAM).date(), original


def _cut(text: str) -> str:
    """The first part of a text that is too long for a cell, with a word on how much there was."""
    ending = f"… [cut: {len(text):,} characters; the whole is in Parquet and CSV]"
    while len((text + ending).encode("utf-16-le")) > 2 * MAX_CHARS:
        text = text[: min(MAX_CHARS - len(ending), len(text) - 1)]
    return text + ending
