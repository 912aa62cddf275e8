"""Rows written by hand -> a folder of tables, for tests whose right answer is worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from pipeline.export.generation import Generation
from pipeline.tables import TABLES, Column, Plain

IDLE: Mapping[type, Plain] = {
    str: "",
    int: 0,
    float: 0.9,
    Decimal: "0",
    date: "2021-01-01",
    datetime: "2021-01-01T00:00:00+07:00",
}


def write_tables(out: Path, tables: Mapping[str, Sequence[Mapping[str, Plain]]]) -> Path:
    """A generation of all tables; what a row does not say is null, or idle where the column takes no null."""
    with Generation(out, ("csv", "parquet")) as generation:
        for name, rows in tables.items():
            columns = TABLES[name].columns
            unknown = {key for row in rows for key in row} - {c.name for c in columns}
            assert not unknown, f"{name} has no {unknown}"
            generation.add(name, [[_cell(c, row) for c in columns] for row in rows])
        generation.switch("by hand")
    return out


def _cell(c: Column, row: Mapping[str, Plain]) -> Plain:
    return row.get(c.name, None if c.nullable else IDLE[c.type])
