"""Tables -> a sheet of the rows that are least sure, with room for corrections; a sheet filled in -> corrections."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.review.corrections import COLUMNS, Corrections, parse_records, read_corrections
from pipeline.review.values import allowed_columns
from pipeline.tables import ARTICLE_TABLES, TABLES, Plain, defuse, read_plain_rows
from pipeline.vietnamese.sentences import split_sentences

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

REVIEWED = tuple(name for name in ARTICLE_TABLES if "confidence" in {c.name for c in TABLES[name].columns})
SHEET = (
    "row_id", "table", "confidence", "rule", "text", "says", "column", "value", "who", "when", "why", "sentence", "title", "url",
    "source", "article_id",
)  # fmt: skip
NARROW = {"row_id": 18, "table": 12, "confidence": 8, "text": 40, "says": 50, "value": 30, "sentence": 80, "title": 40, "url": 40}
CELL_CHARACTERS = 32_000  # a spreadsheet's cell holds 32,767
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
SheetRow = Mapping[str, str]


def list_doubtful(folder: Path, *, below: float, tables: Sequence[str] = REVIEWED) -> list[SheetRow]:
    """Rows of less confidence, the least sure first. Raises FileNotFoundError where nothing was extracted."""
    articles = {str(said["article_id"]): said for said in read_plain_rows("articles", folder)}
    names = _names(folder) if "mentions" in tables else {}
    found: list[tuple[float, str, int, SheetRow]] = []
    for name in tables:
        for said in read_plain_rows(name, folder):
            confidence = float(said["confidence"] or 0)
            if confidence < below:
                article = articles[str(said["article_id"])]
                place = int(said["start"] or 0)
                found.append((confidence, str(article["source"]), place, _sheet_row(name, said, article, names)))
    return [row for *_, row in sorted(found, key=lambda one: (*one[:3], one[3]["table"], one[3]["row_id"]))]


def write_sheet(path: Path, rows: Iterable[SheetRow]) -> None:
    """Write a sheet by the end of its name: `.csv` (UTF-8 with byte order mark) or `.xlsx`."""
    if path.suffix.lower() == ".xlsx":
        _write_xlsx(path, rows)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(SHEET)
        writer.writerows([defuse(row.get(column, "")) for column in SHEET] for row in rows)


def read_sheet(path: Path) -> Corrections:
    """What was filled in of a sheet; who and when may be missing. Raises ValueError for a file that is no such sheet."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such sheet; `vnpress review --to {path}` writes one")
    if path.suffix.lower() != ".xlsx":
        return read_corrections(path, need_who=False)
    return parse_records(_read_xlsx(path), path.name, need_who=False)


def _names(folder: Path) -> dict[str, str]:
    """What every person, organisation and document is called, for the rows that only refer to one."""
    columns = {"persons": "name", "organizations": "name", "documents": "number"}
    return {
        str(said[TABLES[name].key]): str(said[column] or said.get("title") or "")
        for name, column in columns.items()
        for said in read_plain_rows(name, folder)
    }


def _sheet_row(name: str, said: Mapping[str, Plain], article: Mapping[str, Plain], names: Mapping[str, str]) -> SheetRow:
    told = {column: said[column] for column in allowed_columns(TABLES[name]) if column != "text" and said[column] is not None}
    if name == "mentions":
        told[str(said["kind"])] = names.get(str(said["person_id"] or said["org_id"] or said["document_id"]), "")
    row = {
        "row_id": said[TABLES[name].key],
        "table": name,
        "confidence": f"{float(said['confidence'] or 0):.2f}",
        "rule": said["rule"],
        "text": said["text"],
        "says": "; ".join(f"{column}: {value}" for column, value in told.items()),
        "sentence": sentence_around(str(article["text"]), said["start"], said["end"]),
        **{column: article[column] for column in ("title", "url", "source", "article_id")},
    }
    return {column: "" if value is None else str(value)[:CELL_CHARACTERS] for column, value in row.items()}


def sentence_around(text: str, start: Plain, end: Plain) -> str:
    """The sentence that a quotation stands in, or the sentences it runs over; nothing for one outside the text."""
    if start is None or end is None:
        return ""
    spans = split_sentences(text)
    first = max(0, bisect_right(spans, (int(start), len(text))) - 1)
    last = max(first, bisect_right(spans, (int(end) - 1, len(text))) - 1)
    return " ".join(text[spans[first][0] : spans[last][1]].split()) if spans else ""


def _write_xlsx(path: Path, rows: Iterable[SheetRow]) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = "review"
    sheet.freeze_panes = "B2"
    for line, row in enumerate([dict(zip(SHEET, SHEET, strict=True)), *rows], 1):
        for place, column in enumerate(SHEET, 1):
            cell = sheet.cell(line, place)
            cell.value = _UNSEEN.sub("", row.get(column, ""))
            cell.data_type = "s"  # as text: nothing in it is run
            cell.number_format = "@"  # so that a day that is typed in stays as it was typed
            cell.alignment = Alignment(vertical="top", wrap_text=column in ("text", "says", "sentence", "title"))
            if line == 1:
                cell.font = Font(bold=True)
            elif column in COLUMNS[1:]:
                cell.fill = PatternFill("solid", fgColor="FFF8DC")
    for place, column in enumerate(SHEET, 1):
        sheet.column_dimensions[get_column_letter(place)].width = NARROW.get(column, 14)
    sheet.auto_filter.ref = sheet.dimensions
    book.save(path)


def _read_xlsx(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    import zipfile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise ValueError(f"{path.name}: not readable as .xlsx ({error}); save it again as .xlsx or as CSV UTF-8") from error
    for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
        if any(cell is not None for cell in cells):
            yield number, [_cell_text(cell) for cell in cells]
    book.close()


def _cell_text(cell: object) -> str:
    """A cell as a person reads it: a spreadsheet may have made a day or a number of what was typed."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
