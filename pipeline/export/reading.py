"""Output folder -> the tables of one generation, to be read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from pipeline.export.generation import current_generation
from pipeline.tables import TABLES

Dataset: TypeAlias = ds.Dataset


def find_generation(out: Path) -> Path:
    """The folder whose tables belong together: the pointer is resolved once, so that a run that ends meanwhile mixes nothing.

    A folder of Parquet files that somebody copied serves as well. Raises FileNotFoundError where a table or column is
    not there.
    """
    folder = current_generation(out) or out
    missing = [name for name in TABLES if not (folder / f"{name}.parquet").exists()]
    if len(missing) == len(TABLES) and any((folder / f"{name}.csv").exists() for name in TABLES):
        raise FileNotFoundError(
            f"{out}: only CSV was written here; `vnpress extract --format csv,parquet` writes what this needs"
        )
    if missing:
        raise FileNotFoundError(f"{out}: no table {missing[0]} here; `vnpress extract` writes it")
    for table in TABLES.values():
        lacking = {c.name for c in table.columns} - set(pq.read_schema(folder / f"{table.name}.parquet").names)
        if lacking:
            what = f"{table.name} has no column {min(lacking)}"
            raise FileNotFoundError(f"{out}: {what}: another version wrote it; run `vnpress extract` again")
    return folder


def open_table(name: str, folder: Path) -> Dataset:
    """One table of a generation; nothing of it is read yet."""
    return ds.dataset(folder / f"{name}.parquet", format="parquet")


def read_batches(name: str, folder: Path, *, rows: int) -> Iterator[pa.RecordBatch]:
    """One table of a generation, so many rows at a time."""
    with pq.ParquetFile(folder / f"{name}.parquet") as file:
        yield from file.iter_batches(batch_size=rows)
