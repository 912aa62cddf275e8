"""Arrow batches -> one Parquet file."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.tables import Table


class Writer:
    """Row groups as they come; types and meanings are those of the schema, for an empty table too."""

    def __init__(self, path: Path, table: Table) -> None:
        self._writer = pq.ParquetWriter(path, table.schema, compression="zstd")
        # Arrow keeps what a column means in a form of its own; this is for readers that do not know it.
        meanings = {c.name: c.meaning for c in table.columns}
        self._writer.add_key_value_metadata({"columns": json.dumps(meanings, ensure_ascii=False)})

    def write(self, batch: pa.RecordBatch) -> None:
        """Add one row group."""
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()
