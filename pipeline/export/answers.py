"""Answer of a query -> CSV, JSON or Parquet; a file appears whole or not at all."""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TextIO, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.tables import defuse

Answer: TypeAlias = pa.Table
GROUP_ROWS = 5000
Cell: TypeAlias = object  # whatever a query may give: numbers, text, dates, lists, structs


def read_rows(answer: Answer) -> Iterator[tuple[Cell, ...]]:
    """The rows of an answer as Python values."""
    for batch in answer.to_batches(max_chunksize=GROUP_ROWS):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def write_text(answer: Answer, form: str, file: TextIO) -> None:
    """An answer as CSV or JSON to an open file, in pieces."""
    _WRITERS[form](answer, file)


def write_file(answer: Answer, form: str, path: Path) -> None:
    """An answer as CSV (with byte order mark, as the tables), JSON or Parquet to a path; what stood there is replaced at the end."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if form == "parquet":
            pq.write_table(answer, fresh, compression="zstd")
        else:
            with fresh.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
                write_text(answer, form, file)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def as_text(value: Cell) -> str:
    """One value for people and for CSV: ISO 8601 dates, numbers without idle zeros, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(_trim(value), "f")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=_as_json)
    return str(value)


def _write_csv(answer: Answer, file: TextIO) -> None:
    out = csv.writer(file, lineterminator="\r\n")
    out.writerow([defuse(name) for name in answer.column_names])
    for row in read_rows(answer):
        out.writerow([defuse(value) if isinstance(value, str) else as_text(value) for value in row])


def _write_json(answer: Answer, file: TextIO) -> None:
    names = answer.column_names
    before = "[\n"
    for row in read_rows(answer):
        cells = [None if isinstance(cell, float) and not math.isfinite(cell) else cell for cell in row]  # JSON has no infinity
        file.write(before + json.dumps(dict(zip(names, cells, strict=True)), ensure_ascii=False, default=_as_json))
        before = ",\n"
    file.write("\n]\n" if before == ",\n" else "[]\n")


def _as_json(value: Cell) -> str | int | float:
    if isinstance(value, Decimal):
        whole = value.to_integral_value()
        return int(whole) if whole == value else float(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _trim(value: Decimal) -> Decimal:
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()


_WRITERS: Mapping[str, Callable[[Answer, TextIO], None]] = {"csv": _write_csv, "json": _write_json}
