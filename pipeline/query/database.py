"""Folder of tables -> a DuckDB file whose views lead to them, with a comment on each table and column."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from pipeline.export.reading import find_generation
from pipeline.query.session import QueryError
from pipeline.query.views import comment, define_macros, define_views, described_views
from pipeline.tables import TABLES

READABLE_SINCE = "v1.0.0"  # older DuckDB programs open the file too


def write_database(out: Path, file: Path) -> None:
    """Write `file`, replacing one that was written so before.

    The views name `out/<table>.parquet`, the paths that stay, so that the file shows every later run. Raises
    FileNotFoundError where nothing was extracted and QueryError where something else stands at `file`.
    """
    find_generation(out)
    if file.exists() and not _is_ours(file):
        raise QueryError(f"{file}: there already, and not written by vnpress query --db; name another file")
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with duckdb.connect(":memory:") as connection:
            connection.execute(f"ATTACH {_quoted(str(fresh))} AS made (STORAGE_VERSION '{READABLE_SINCE}')")
            connection.execute("USE made")
            _define(connection, out.absolute())
            connection.execute("USE memory")
            connection.execute("DETACH made")
        fresh.replace(file)
    except duckdb.Error as error:
        raise QueryError(f"{file}: {error}") from error
    finally:
        for left in (fresh, fresh.with_name(fresh.name + ".wal")):
            left.unlink(missing_ok=True)


def _define(connection: duckdb.DuckDBPyConnection, out: Path) -> None:
    for table in TABLES.values():
        columns = ", ".join(f'"{c.name}"' for c in table.columns)
        path = _quoted(str(out / f"{table.name}.parquet"))
        connection.execute(f"CREATE VIEW {table.name} AS SELECT {columns} FROM read_parquet({path})")
    define_macros(connection)
    define_views(connection)
    comment(connection)


def _is_ours(file: Path) -> bool:
    """Views of ours and no table: nothing is lost with it."""
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            views = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
            return not tables and {name for (name,) in views} == {name for name, _, _ in described_views()}
    except duckdb.Error:
        return False


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
