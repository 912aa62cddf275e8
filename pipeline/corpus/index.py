"""What WARC files hold, kept from run to run in one SQLite file: only new files, and the new end of grown ones, are read.

The file may be deleted at any time: it is then made anew by reading the corpus.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

SAMPLE = 4096  # bytes at the begin and before the end of what was read, by which a file that only grew is known
VERSION = 2  # of the schema, and of what `captures` makes of a record


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record that says something of an article. `kind` is that of a page, empty for a revisit.

    `digest` is that of the payload; a revisit declares the digest of the payload that it did not repeat, or none.
    """

    offset: int
    date: str
    url: str
    kind: str
    record_id: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What cannot be read in a file: `record_id` where it is one record, `url` where that is known."""

    offset: int
    error: str
    message: str
    record_id: str = ""
    url: str = ""


@dataclass(slots=True)
class Contents:
    """What a file holds; `read_to` is where the next record would begin."""

    entries: list[Entry]
    faults: list[Fault]
    read_to: int


Read = Callable[[Path, int], Contents]
_COLUMNS = {"entries": tuple(f.name for f in fields(Entry)), "faults": tuple(f.name for f in fields(Fault))}
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, read_to INTEGER, first BLOB, last BLOB
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (path TEXT, {", ".join(_COLUMNS["entries"])}, PRIMARY KEY (path, offset)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS faults (path TEXT, {", ".join(_COLUMNS["faults"])}, PRIMARY KEY (path, offset)) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""


class Index:
    """The kept contents of WARC files by path; `path` None keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._damaged = False
        self._seen: set[bytes] = set()
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=30)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        if self._db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            drops = "".join(f"DROP TABLE IF EXISTS {table};" for table in ("files", *_COLUMNS))
            self._db.executescript(drops + _SCHEMA)

    def contents(self, path: Path, read: Read) -> Contents:
        """What a file holds; `read(path, offset)` reads what is not known yet. OSError where it cannot be read."""
        about, name = path.stat(), os.fsencode(path)  # bytes: a name need not be UTF-8
        self._seen.add(name)
        try:
            kept = self._db.execute("SELECT size, mtime, read_to, first, last FROM files WHERE path = ?", (name,)).fetchone()
            if kept is not None and kept[:2] == (about.st_size, about.st_mtime_ns):
                return self._load(name, kept[2])
            begin = kept[2] if kept is not None and about.st_size > kept[0] and _samples(path, kept[2]) == kept[3:] else 0
            known = self._load(name, begin) if begin else Contents([], [], 0)
            fresh = read(path, begin)
            faults = [fault for fault in known.faults if fault.offset < begin] + fresh.faults
            contents = Contents(known.entries + fresh.entries, faults, fresh.read_to)
            self._keep(name, (about.st_size, about.st_mtime_ns, fresh.read_to, *_samples(path, fresh.read_to)), contents)
            return contents
        except sqlite3.Error as error:  # damaged, or no room on the disk: the file itself says it all
            self._damaged |= not isinstance(error, sqlite3.OperationalError)
            return read(path, 0)

    def forget_missing(self, root: Path) -> None:
        """Drop what is kept of files under a folder that were not asked for: they are gone."""
        with suppress(sqlite3.Error):
            for (name,) in self._db.execute("SELECT path FROM files").fetchall():
                if name not in self._seen and Path(os.fsdecode(name)).is_relative_to(root):
                    self._drop(name)

    def close(self) -> None:
        """What was kept stays for the next run, unless it is damaged."""
        self._db.close()
        if self._damaged and self._path is not None:
            remove_index(self._path)

    def _load(self, name: bytes, read_to: int) -> Contents:
        entries, faults = (self._rows(name, table) for table in _COLUMNS)
        return Contents([Entry(**row) for row in entries], [Fault(**row) for row in faults], read_to)

    def _rows(self, name: bytes, table: str) -> Iterator[Mapping[str, Any]]:
        columns = _COLUMNS[table]
        found = self._db.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE path = ? ORDER BY offset", (name,))
        return (dict(zip(columns, row, strict=True)) for row in found)

    def _keep(self, name: bytes, about: tuple[object, ...], contents: Contents) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._drop(name)
        self._db.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)", (name, *about))
        for table, rows in (("entries", contents.entries), ("faults", contents.faults)):
            marks = ", ".join("?" * (1 + len(_COLUMNS[table])))
            self._db.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", ((name, *astuple(row)) for row in rows))
        self._db.execute("COMMIT")

    def _drop(self, name: bytes) -> None:
        for table in ("files", "entries", "faults"):
            self._db.execute(f"DELETE FROM {table} WHERE path = ?", (name,))


def _samples(path: Path, read_to: int) -> tuple[bytes, bytes]:
    """Digests of the first and the last bytes of what was read of a file."""
    with path.open("rb") as stream:
        first = stream.read(min(SAMPLE, read_to))
        stream.seek(max(0, read_to - SAMPLE))
        last = stream.read(min(SAMPLE, read_to))
    return hashlib.sha256(first).digest(), hashlib.sha256(last).digest()


def index_beside(cache: Path) -> Path:
    """Where the index of a run lies that keeps its results in `cache`."""
    return cache.with_name(f"{cache.stem}-warc.sqlite")


def remove_index(path: Path) -> None:
    """Away with the file, and with what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


@contextmanager
def open_index(path: Path | None) -> Iterator[Index]:
    """The index in a file; a file that is none, or was damaged, is made anew; one that cannot be written is done without."""
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        index = Index(path)
    except (sqlite3.OperationalError, OSError):
        index = Index(None)
    except sqlite3.DatabaseError:
        if path is not None:
            remove_index(path)
        index = Index(path)
    try:
        yield index
    finally:
        index.close()
