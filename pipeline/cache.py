"""Results of one input by content and extractor version, in one SQLite file that may be deleted at any time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.work import Packed

KEEP_DAYS = 30  # a result that no run has used for so long is dropped

_SCHEMA = """
CREATE TABLE IF NOT EXISTS results (
    key TEXT PRIMARY KEY, article_id TEXT NOT NULL, evidence BLOB, result BLOB NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stamps (
    source TEXT PRIMARY KEY, stamp TEXT NOT NULL, key TEXT NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TEMP TABLE current (source TEXT PRIMARY KEY, key TEXT NOT NULL);
"""


class Cache:
    """`results` holds what an input gave; `stamps` tells an unchanged input without reading it.

    `current` names the inputs of this run: everything written comes from it, so that a cache shared with other
    corpora, or grown over years, never leaks into the tables. `path` None keeps all in a file that goes with the run.
    """

    def __init__(self, path: Path | None, *, now: float) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._day = int(now // 86400)
        self._db = sqlite3.connect(path or "", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")

    def find(self, source: str, stamp: str) -> bool:
        """Whether an unchanged input's result is here; if so it belongs to this run."""
        row = self._db.execute(
            "SELECT key, s.used, r.used FROM stamps s JOIN results r USING (key) WHERE source = ? AND stamp = ?", (source, stamp)
        ).fetchone()
        if row is None:
            return False
        key, stamped, used = row
        if min(stamped, used) != self._day:
            self._db.execute("UPDATE stamps SET used = ? WHERE source = ?", (self._day, source))
            self._db.execute("UPDATE results SET used = ? WHERE key = ?", (self._day, key))
        self._db.execute("INSERT OR REPLACE INTO current VALUES (?, ?)", (source, key))
        return True

    def add(self, packed: Packed) -> None:
        """Keep the result of one input of this run."""
        result = (packed.key, packed.article_id, packed.evidence, packed.result, self._day)
        self._db.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)", result)
        self._db.execute(
            "INSERT OR REPLACE INTO stamps VALUES (?, ?, ?, ?)", (packed.source, packed.stamp, packed.key, self._day)
        )
        self._db.execute("INSERT OR REPLACE INTO current VALUES (?, ?)", (packed.source, packed.key))

    def commit(self) -> None:
        """What was added so far outlives a crash."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def made_from(self) -> Iterator[str]:
        """What the results of this run were made from, by source."""
        for (key,) in self._db.execute("SELECT key FROM current ORDER BY source"):
            yield key

    def evidence(self) -> Iterator[bytes]:
        """The evidence of every article of this run, by article id."""
        yield from self._column(
            "SELECT evidence FROM current JOIN results USING (key) WHERE evidence IS NOT NULL ORDER BY article_id, source"
        )

    def results(self) -> Iterator[bytes]:
        """The result of every article of this run, by article id."""
        yield from self._column(
            "SELECT result FROM current JOIN results USING (key) WHERE evidence IS NOT NULL ORDER BY article_id, source"
        )

    def articles(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Id, evidence and result of every article of this run, by article id."""
        yield from self._db.execute(
            "SELECT article_id, evidence, result FROM current JOIN results USING (key) WHERE evidence IS NOT NULL "
            "ORDER BY article_id, source"
        )

    def rejects(self) -> Iterator[bytes]:
        """The result of every input of this run that could not be read."""
        yield from self._column("SELECT result FROM current JOIN results USING (key) WHERE evidence IS NULL ORDER BY source")

    def _column(self, query: str) -> Iterable[bytes]:
        for (value,) in self._db.execute(query):
            yield value

    def prune(self) -> None:
        """Drop what no run has used for KEEP_DAYS."""
        oldest = self._day - KEEP_DAYS
        self._db.execute("DELETE FROM stamps WHERE used < ?", (oldest,))
        self._db.execute("DELETE FROM results WHERE used < ?", (oldest,))

    def close(self) -> None:
        self._db.execute("COMMIT")
        self._db.close()
