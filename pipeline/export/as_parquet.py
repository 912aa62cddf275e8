"""Arrow batches -> one Parquet file."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.tables import Table


class Writer:
    """Row groups as they come; types are those of the schema, for an empty table too."""

    def __init__(self, path: Path, table: Table) -> None:
        self._writer = pq.ParquetWriter(path, table.schema, compression="zstd")

    def write(self, batch: pa.RecordBatch) -> None:
        """Add one row group."""
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()
