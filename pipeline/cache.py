"""Results of one input by content and extractor version, in one SQLite file that may be deleted at any time."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.work import Packed

KEEP_DAYS = 30  # a result that no run has used for so long is dropped
LAYOUT = 3  # of the file; one of another layout is begun anew
PATIENCE = 600.0  # seconds to wait for another run that writes to the same file

_SCHEMA = """
CREATE TABLE IF NOT EXISTS results (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL, evidence BLOB, result BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS stamps (
    source TEXT NOT NULL, stamp TEXT NOT NULL, result INTEGER NOT NULL, language TEXT NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (source, stamp)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS stamps_by_result ON stamps (result);
CREATE TEMP TABLE current (source TEXT PRIMARY KEY, stamp TEXT NOT NULL, result INTEGER NOT NULL, wanted INTEGER NOT NULL);
"""
_JOINED = "FROM current JOIN results ON results.id = current.result AND wanted"


class CacheError(OSError):
    """The file cannot be used; the message says what would mend it."""


class Cache:
    """`results` holds what an input gave; `stamps` tells an unchanged input without reading it.

    `current` names the inputs of this run: everything written comes from it, so that a cache shared with other
    corpora, or grown over years, never leaks into the tables. Articles in other than the wanted `languages` are kept
    but not given; empty, all are wanted. `path` None keeps all in a file that goes with the run.
    Two runs may share a file: one waits for the other for moments only.
    """

    def __init__(self, path: Path | None, *, now: float, languages: Collection[str] = ()) -> None:
        self._path = path
        self._day = int(now // 86400)
        self._news = False
        self._languages = frozenset(languages)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = self._open()

    def find(self, source: str, stamp: str) -> bool:
        """Whether an unchanged input's result is here; if so it belongs to this run."""
        row = self._one("SELECT result, language FROM stamps WHERE source = ? AND stamp = ?", source, stamp)
        if row is None:
            return False
        self._take(source, stamp, *row)
        return True

    def add(self, packed: Packed) -> None:
        """Keep the result of one input of this run."""
        if not self._db.in_transaction:
            self._do("BEGIN IMMEDIATE")
        number = self._one(
            "INSERT INTO results (key, article_id, evidence, result) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
            "article_id = excluded.article_id, evidence = excluded.evidence, result = excluded.result RETURNING id",
            packed.key, packed.article_id, packed.evidence, packed.result,
        )  # fmt: skip
        assert number is not None
        stamped = (packed.source, packed.stamp, number[0], packed.language, self._day)
        self._do("INSERT OR REPLACE INTO stamps VALUES (?, ?, ?, ?, ?)", *stamped)
        self._take(packed.source, packed.stamp, number[0], packed.language)
        self._news = True

    def _take(self, source: str, stamp: str, number: int, language: str) -> None:
        """Make a result part of this run; one that could not be read has no language, and is always wanted."""
        wanted = not (language and self._languages) or language in self._languages
        self._do("INSERT OR REPLACE INTO current VALUES (?, ?, ?, ?)", source, stamp, number, wanted)

    def commit(self) -> None:
        """What was added so far outlives a crash."""
        if self._db.in_transaction:
            self._do("COMMIT")

    def made_from(self) -> Iterator[str]:
        """What the results of this run were made from, by source."""
        for (key,) in self._all(f"SELECT key {_JOINED} ORDER BY source"):
            yield key

    def evidence(self) -> Iterator[bytes]:
        """The evidence of every article of this run, by article id."""
        yield from self._each("evidence", "evidence IS NOT NULL ORDER BY article_id, source")

    def results(self) -> Iterator[bytes]:
        """The result of every article of this run, by article id."""
        yield from self._each("result", "evidence IS NOT NULL ORDER BY article_id, source")

    def articles(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Id, evidence and result of every article of this run, by article id."""
        for (number,) in self._all(f"SELECT results.id {_JOINED} WHERE evidence IS NOT NULL ORDER BY article_id, source"):
            row = self._one("SELECT article_id, evidence, result FROM results WHERE id = ?", number)
            assert row is not None
            yield row[0], row[1], row[2]

    def rejects(self) -> Iterator[bytes]:
        """The result of every input of this run that could not be read."""
        yield from self._each("result", "evidence IS NULL ORDER BY source")

    def _each(self, column: str, which: str) -> Iterator[bytes]:
        """One column of many results, in order; only their numbers are sorted, never what they hold."""
        for (number,) in self._all(f"SELECT results.id {_JOINED} WHERE {which}"):
            row = self._one(f"SELECT {column} FROM results WHERE id = ?", number)
            assert row is not None
            yield row[0]

    def prune(self) -> None:
        """Note what this run used, and drop what none has used for KEEP_DAYS."""
        self.commit()
        self._do("BEGIN IMMEDIATE")
        self._do(
            "UPDATE stamps SET used = ? WHERE used < ? AND EXISTS "
            "(SELECT 1 FROM current WHERE current.source = stamps.source AND current.stamp = stamps.stamp)",
            self._day, self._day,
        )  # fmt: skip
        dropped = self._do("DELETE FROM stamps WHERE used < ?", self._day - KEEP_DAYS)
        if self._news or dropped:
            self._do("DELETE FROM results WHERE id NOT IN (SELECT result FROM stamps)")
        self._do("COMMIT")

    def close(self) -> None:
        """Keep what was added, and let go of the file."""
        try:
            self.commit()
        finally:
            self._db.close()

    def _open(self) -> sqlite3.Connection:
        """The file with its tables; a damaged one is laid aside and begun anew, one that is no cache is left alone."""
        try:
            return self._connect()
        except sqlite3.Error as error:
            if self._path is None or "malformed" not in str(error):
                raise self._explained(error) from error
        for suffix in ("", "-wal", "-shm"):
            path = self._path.with_name(self._path.name + suffix)
            if path.exists():
                path.replace(path.with_name(path.name + ".damaged"))
        try:
            return self._connect()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path or "", timeout=PATIENCE, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("BEGIN IMMEDIATE")
            if db.execute("PRAGMA user_version").fetchone() != (LAYOUT,):
                for table in ("results", "stamps"):
                    db.execute(f"DROP TABLE IF EXISTS {table}")
                db.execute(f"PRAGMA user_version = {LAYOUT}")
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            db.execute("COMMIT")
        except sqlite3.Error:
            db.close()
            raise
        return db

    def _do(self, statement: str, *values: object) -> int:
        """Run a statement, and how many rows it touched."""
        try:
            return self._db.execute(statement, values).rowcount
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        try:
            row: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
        except sqlite3.Error as error:
            raise self._explained(error) from error
        return row

    def _all(self, query: str) -> Iterable[tuple[Any, ...]]:
        try:
            return self._db.execute(query).fetchall()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.Error) -> CacheError:
        mend = "check that the disk is not full and the file can be written"
        if "not a database" in str(error):
            mend = "name another file for the cache"
        elif "malformed" in str(error):
            mend = "delete it: nothing is lost but time"
        return CacheError(f"cache {self._path or 'of this run'}: {error}; {mend}")
