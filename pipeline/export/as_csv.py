"""Arrow batches -> one CSV file: UTF-8 with byte order mark, RFC 4180, ISO 8601, formulas defused."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from pipeline.tables import Column, Table, defuse


class Writer:
    """Rows as they come, under one header line."""

    def __init__(self, path: Path, table: Table) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file, lineterminator="\r\n")
        self._cells = [_cell_writer(c) for c in table.columns]
        self._csv.writerow([c.name for c in table.columns])

    def write(self, batch: pa.RecordBatch) -> None:
        """Add the rows of one batch."""
        columns = [
            ["" if value is None else cell(value) for value in array.to_pylist()]
            for cell, array in zip(self._cells, batch.columns, strict=True)
        ]
        self._csv.writerows(zip(*columns, strict=True))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def _cell_writer(c: Column) -> Callable[[object], str]:
    return _CELLS[c.type]


def _decimal(value: object) -> str:
    assert isinstance(value, Decimal)
    whole = value.normalize()
    return format(whole, "f")


def _iso(value: object) -> str:
    assert isinstance(value, date | datetime)
    return value.isoformat()


_CELLS: dict[type, Callable[[object], str]] = {
    str: lambda value: defuse(str(value)),
    int: str,
    float: repr,
    bool: lambda value: "true" if value else "false",
    Decimal: _decimal,
    date: _iso,
    datetime: _iso,
}
