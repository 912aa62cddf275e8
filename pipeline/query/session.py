"""Folder of tables and a SELECT -> its rows; DuckDB with every door to files, network and settings locked."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from pipeline.export.answers import Answer
from pipeline.export.reading import find_generation, open_table
from pipeline.query.views import define_macros, define_views, described_views
from pipeline.tables import TABLES

Parameter = str | int | Decimal | date | None

# The tables come in as Arrow datasets that were opened before, so that not one path need stay allowed: DuckDB 2.0 takes
# COPY inside WITH for a SELECT, and a path that may be read may be written.
LOCKED = (
    "SET TimeZone = 'Asia/Ho_Chi_Minh'",
    "SET temp_directory = ''",
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
ALLOWED = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.MULTI)  # PIVOT is several


class QueryError(Exception):
    """A query that cannot be answered; the message is for the one who wrote it."""


def open_tables(out: str | Path = "extracted") -> duckdb.DuckDBPyConnection:
    """A DuckDB connection that sees the tables of one generation, the ready-made views, and nothing else of this machine.

    Raises FileNotFoundError where nothing was extracted.
    """
    folder = find_generation(Path(out))
    connection = duckdb.connect(":memory:")
    for name in TABLES:
        connection.register(name, open_table(name, folder))
    define_macros(connection)
    define_views(connection)
    for setting in LOCKED:
        connection.execute(setting)
    return connection


def ask(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Parameter] | None = None) -> Answer:
    """The rows of one SELECT; `$name` in it takes the value of that name. Raises QueryError."""
    sql = unicodedata.normalize("NFC", sql)  # some keyboards write marks apart
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(_explain(error, sql)) from error
    if len(statements) != 1:
        raise QueryError(f"one statement at a time; here are {len(statements)}" if statements else "the query is empty")
    (statement,) = statements
    if _kind(statement) not in ALLOWED:
        raise QueryError("a query only reads: it begins with SELECT, FROM, WITH, PIVOT, DESCRIBE or SUMMARIZE")
    missing = sorted(statement.named_parameters - set(values or {}))
    if missing:
        raise QueryError(f"no value for the parameter {', '.join(missing)}; give it with --param {missing[0]}=VALUE")
    try:
        answer = _run(connection, statement.query, dict(values or {}))
    except duckdb.Error as error:
        raise QueryError(_explain(error, sql)) from error
    return answer.rename_columns(_apart(answer.column_names))


def _run(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Parameter]) -> Answer:
    """In a thread of its own: one that computes does not hear Ctrl-C, and DuckDB lets the caller's thread compute too."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        answer = pool.submit(lambda: connection.sql(sql, params=values).to_arrow_table())
        try:
            return answer.result()
        except KeyboardInterrupt:
            connection.interrupt()
            raise


def _kind(statement: duckdb.Statement) -> duckdb.StatementType | None:
    try:
        return statement.type
    except ValueError:  # a kind that DuckDB's Python has no name for, as UPDATE EXTENSIONS
        return None


def _apart(names: Iterable[str]) -> list[str]:
    """`title`, `title` of two tables as `title`, `title_2`: JSON and Parquet hold a name once."""
    apart: list[str] = []
    for name in names:
        number = 1
        while (fresh := name if number == 1 else f"{name}_{number}") in apart:
            number += 1
        apart.append(fresh)
    return apart


_UNKNOWN_COLUMN = re.compile(r'(?:Referenced column|column named) "([^"]{1,80})"')
_UNKNOWN_TABLE = re.compile(r'(?:Table with name |Referenced table ")([^\s"]{1,80})"? (?:does not exist|not found)')


def _explain(error: duckdb.Error, sql: str) -> str:
    """DuckDB's message as one for people: the nearest names that exist, and where in the query it stands."""
    message = str(error)
    where = message[message.find("\n\nLINE ") :].rstrip() if "\n\nLINE " in message else ""
    if isinstance(error, duckdb.PermissionException):
        return "a query reads the tables and nothing else: files, network and extensions are switched off" + where
    if table := _UNKNOWN_TABLE.search(message):
        known = [name for name, _, _ in described_views()]
        return f"no table {table[1]}" + (_nearest(table[1], known) or f"; there are {', '.join(known)}") + where
    if column := _UNKNOWN_COLUMN.search(message):
        named = [view for view in described_views() if re.search(rf"\b{view[0]}\b", sql, re.IGNORECASE)]
        known = [name for _, _, columns in named for name in columns]
        homes = "".join(f"\n\n{view} has {', '.join(columns)}" for view, _, columns in named)
        return f"no column {column[1]}{_nearest(column[1], known)}{where}{homes}"
    if isinstance(error, duckdb.ParserException) and re.search(r"\bend\b(?!\")", sql, re.IGNORECASE):
        return f'{message}\n\nend is a word of SQL: the column is written "end"'
    return message


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name.lower(), sorted(set(known)), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else ""
