"""What happens in a night -> events: a line of JSON each in a file, and whoever else listens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

Plain = str | int | float | bool | None

INFO, WARNING, ERROR = "info", "warning", "error"
TAIL = 2_000_000  # bytes at the end of a log that are read back


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened: when, how grave, its name, and what is known of it."""

    time: datetime
    level: str
    name: str
    fields: Mapping[str, Plain] = field(default_factory=lambda: MappingProxyType({}))

    def to_json(self) -> str:
        """One line: time, level, event, then its fields."""
        said = {"time": self.time.isoformat(timespec="milliseconds"), "level": self.level, "event": self.name, **self.fields}
        return json.dumps(said, ensure_ascii=False)

    def to_text(self) -> str:
        """The same for a person, without time and level; never more than one line."""
        told = ", ".join(f"{name} {value}" for name, value in self.fields.items() if value is not None)
        return " ".join(f"{self.name}: {told}".split()) if told else self.name


class Journal:
    """The events of one night, to a file and to a listener; a file that cannot be written is an event too, not the end."""

    def __init__(self, path: Path | None, *, clock: Callable[[], datetime], listen: Callable[[Event], None]) -> None:
        self._path = path
        self._clock = clock
        self._listen = listen
        self.events: list[Event] = []

    def say(self, name: str, level: str = INFO, **fields: Plain) -> None:
        """Something happened."""
        event = Event(time=self._clock(), level=level, name=name, fields=MappingProxyType(fields))
        self._tell(event)
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8", errors="backslashreplace") as file:  # anew each time: logs are rotated
                file.write(event.to_json() + "\n")
        except OSError as error:
            path, self._path = self._path, None
            self._tell(Event(time=event.time, level=WARNING, name="no log", fields={"file": str(path), "error": str(error)}))

    def warn(self, name: str, **fields: Plain) -> None:
        """Something is not as it should be."""
        self.say(name, WARNING, **fields)

    def _tell(self, event: Event) -> None:
        self.events.append(event)
        self._listen(event)


def read_events(path: Path) -> Iterator[Event]:
    """The events at the end of a log, the oldest first; a line that is torn or not ours is passed over."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL))
            lines = file.read().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            said = json.loads(line)
            moment, level, name = datetime.fromisoformat(said.pop("time")), said.pop("level"), said.pop("event")
        except (ValueError, KeyError, AttributeError, TypeError):
            continue
        yield Event(time=moment, level=level, name=name, fields=said)
