"""Records as they come -> the same records as they are wanted, through a file on disk: memory holds only where they lie."""

from __future__ import annotations

import json
from array import array
from pathlib import Path

Plain = str | int | float | bool | None
Record = list[Plain]


class Spool:
    """Records that come article by article and are wanted in another order, or entity by entity."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b")
        self._places: dict[str, array[int]] = {}
        self._end = 0

    def keep(self, record: Record) -> int:
        """Keep one record and give its place."""
        line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
        self._file.write(line)
        self._end += len(line)
        return self._end - len(line)

    def at(self, place: int) -> Record:
        """The record of one place."""
        self._file.seek(place)
        record: Record = json.loads(self._file.readline())
        return record

    def add(self, key: str, record: Record) -> None:
        """Keep one record under a key."""
        place = self.keep(record)
        self._places.setdefault(key, array("Q")).append(place)

    def of(self, key: str) -> list[Record]:
        """All records of one key, in the order they came."""
        return [self.at(place) for place in self._places.get(key, ())]

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
