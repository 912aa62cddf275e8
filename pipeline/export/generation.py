"""One generation of all tables: written beside the current one, flushed, and switched to by replacing one pointer."""

from __future__ import annotations

import filecmp
import itertools
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol

import pyarrow as pa

from pipeline.export import as_csv, as_parquet
from pipeline.export.descriptor import describe_package
from pipeline.tables import TABLES, Plain, Table, count_rows, to_batch

FORMATS: Mapping[str, type[TableWriter]] = {"csv": as_csv.Writer, "parquet": as_parquet.Writer}
GROUP_ROWS = 5000  # rows in a row group: what one table holds in memory at most
GRACE_SECONDS = 60.0  # for readers that opened some tables of a generation and not yet the others
STORE = ".generations"
POINTER = "current"
FINGERPRINT = "inputs.sha256"


class TableWriter(Protocol):
    """What a format gives."""

    def __init__(self, path: Path, table: Table) -> None: ...

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows."""

    def close(self) -> None:
        """Finish the file."""


class Generation:
    """A folder of tables in the making; nothing of it shows in `out` before `switch`.

    `out/.generations/<number>/` holds the files, the link `out/.generations/current` names the generation that
    readers see, and `out/<table>.parquet` and `.csv` are links through it. A reader that opens several tables resolves
    `current` once.
    """

    def __init__(self, out: Path, formats: Sequence[str]) -> None:
        self.out = out
        self.formats = tuple(sorted(formats))
        store = out / STORE
        store.mkdir(parents=True, exist_ok=True)
        self.before = current_generation(out)
        numbers = [int(path.name) for path in store.iterdir() if path.name.isdigit()]
        self.folder = store / str(max(numbers, default=0) + 1)
        self.folder.mkdir()
        self._buffers: dict[str, list[Sequence[Plain]]] = {name: [] for name in TABLES}
        self._writers: dict[str, list[TableWriter]] = {}
        self._counts = dict.fromkeys(TABLES, 0)

    def __enter__(self) -> Generation:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.folder.exists() and current_generation(self.out) != self.folder:
            for writers in self._writers.values():
                for writer in writers:
                    writer.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, name: str, rows: Iterable[Sequence[Plain]]) -> None:
        """Rows of one table, in their final order."""
        buffer = self._buffers[name]
        held = len(buffer)
        buffer.extend(rows)
        self._counts[name] += len(buffer) - held
        while len(buffer) >= GROUP_ROWS:
            self._write(name, buffer[:GROUP_ROWS])
            del buffer[:GROUP_ROWS]

    def keep(self, names: Sequence[str]) -> bool:
        """Take tables over from the generation before, the very files; False where that cannot be done."""
        paths = [f"{name}.{suffix}" for name in names for suffix in self.formats]
        if self.before is None or not all((self.before / path).exists() for path in paths):
            return False
        for path in paths:
            (self.folder / path).hardlink_to(self.before / path)
        self._counts |= {name: count_rows(name, self.before) for name in names}
        return True

    def count(self, name: str) -> int:
        """How many rows one table has so far."""
        return self._counts[name]

    def made_from(self) -> str | None:
        """What the generation before was made from, as its `switch` was told."""
        path = self.before / FINGERPRINT if self.before is not None else None
        return path.read_text("utf-8") if path is not None and path.exists() else None

    def finish(self, names: Iterable[str]) -> None:
        """Write the last rows of tables and close their files, so that they can be read from `folder`; no row is added after."""
        for name in names:
            if not (self.folder / f"{name}.{self.formats[0]}").exists() or name in self._writers:
                self._write(name, self._buffers[name])
                for writer in self._writers.pop(name):
                    writer.close()

    def switch(self, fingerprint: str) -> None:
        """Finish and flush every file, then show this generation in place of the one before, all tables at once."""
        self.finish(TABLES)
        (self.folder / "datapackage.json").write_text(describe_package(self.formats), "utf-8")
        (self.folder / FINGERPRINT).write_text(fingerprint, "utf-8")
        self._reuse_equal_files()
        for path in self.folder.iterdir():
            flush(path)
        flush(self.folder)
        replace_link(self.out / STORE / POINTER, Path(self.folder.name))
        self._link_tables()
        self._remove_old()

    def _write(self, name: str, rows: Sequence[Sequence[Plain]]) -> None:
        table = TABLES[name]
        if name not in self._writers:
            self._writers[name] = [FORMATS[suffix](self.folder / f"{name}.{suffix}", table) for suffix in self.formats]
        if rows:
            batch = to_batch(table, rows)
            for writer in self._writers[name]:
                writer.write(batch)

    def _reuse_equal_files(self) -> None:
        """A table that came out the same stays the same file, so that its time tells when it last changed."""
        if self.before is None:
            return
        for path in self.folder.iterdir():
            old = self.before / path.name
            if old.exists() and not old.samefile(path) and filecmp.cmp(old, path, shallow=False):
                path.unlink()
                path.hardlink_to(old)

    def _link_tables(self) -> None:
        names = {"datapackage.json", *(f"{name}.{suffix}" for name in TABLES for suffix in self.formats)}
        stale = {f"{name}.{suffix}" for name in TABLES for suffix in FORMATS} - names
        for name in sorted(names):
            link, target = self.out / name, Path(STORE, POINTER, name)
            if not link.is_symlink() or link.readlink() != target:
                replace_link(link, target)
        for name in stale:
            (self.out / name).unlink(missing_ok=True)
        flush(self.out)

    def _remove_old(self) -> None:
        """Keep this generation, the one before it, and those that gave way a moment ago: readers may still have resolved them."""
        folders = sorted((path for path in (self.out / STORE).iterdir() if path.name.isdigit()), key=lambda path: int(path.name))
        now = self.folder.stat().st_mtime
        for path, next_one in itertools.pairwise(folders):
            if path != self.before and now - next_one.stat().st_mtime > GRACE_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def current_generation(out: Path) -> Path | None:
    """The folder that readers see now, or None where nothing was written yet."""
    pointer = out / STORE / POINTER
    return out / STORE / pointer.readlink() if pointer.is_symlink() and pointer.exists() else None


def replace_link(link: Path, target: Path) -> None:
    """Point a link at a target in one step, whatever stood there."""
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)
    flush(link.parent)


def flush(path: Path) -> None:
    """To disk, before a switch relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
