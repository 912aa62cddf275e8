"""Gold files -> what a careful reader found in each article, checked: how to write them stands in `docs/correcting.md`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.review.corrections import closest

Cells = Mapping[str, str | None]  # what an entry says, by column; numbers as their digits

# Lists of entries: what a plain string in the list means, and what every entry must say.
ENTRIES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "persons": ("name", ("name",)),
    "officials": ("", ("person", "role")),
    "dates": ("", ("start", "end")),
    "counts": ("", ("value",)),
    "deadlines": ("", ("end",)),
    "documents": ("number", ("number",)),
    "recurrences": ("every", ("every",)),
}
QUOTES = ("keep", "drop")
STRINGS = ("title", "published", "author")
IGNORED = ("note", "entities", "repairs", "lost_chars", "same_event", "language")  # said for people, or for tests of the project
KEYS = ("source", *STRINGS, *ENTRIES, *QUOTES, *IGNORED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One entry; an optional one is neither asked for nor held against the tables."""

    cells: Cells
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What one article holds. A kind of fact that is absent from a mapping was not annotated, and is not scored."""

    source: str
    strings: Mapping[str, str | None]
    entries: Mapping[str, tuple[Wanted, ...]]
    quotes: Mapping[str, tuple[str, ...]]


def read_gold(path: Path) -> list[Gold]:
    """Gold of a `.json` file (one object), a `.jsonl` file (one on each line) or a folder of them.

    Raises FileNotFoundError, and ValueError with the file, the line and what would mend it.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file or folder of gold")
    files = sorted(path.rglob("*.json*")) if path.is_dir() else [path]
    gold: list[Gold] = []
    for file in files:
        try:
            text = file.read_text("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(f"{file}: not UTF-8; save it as UTF-8") from error
        lines = enumerate(text.splitlines(), 1) if file.suffix == ".jsonl" else [(1, text)]
        gold.extend(_read_object(line, f"{file}:{number}") for number, line in lines if line.strip())
    if not gold:
        raise ValueError(f"{path}: no gold in it; write one JSON object for each article")
    return gold


def _read_object(text: str, place: str) -> Gold:
    try:
        said = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{place}: not JSON ({error}); one object for each article, in .jsonl each on its own line") from error
    if not isinstance(said, dict) or not isinstance(said.get("source"), str):
        raise ValueError(f'{place}: must be an object with "source", the name of the file in the corpus')
    for key in said:
        if key not in KEYS:
            raise ValueError(f'{place}: unknown key "{key}"{closest(key, KEYS)}; known are {", ".join(KEYS)}')
    for key in (*ENTRIES, *QUOTES):
        if not isinstance(said.get(key, []), list):
            raise ValueError(f"{place}: {key} must be a list")
    return Gold(
        source=said["source"],
        strings={key: None if said[key] is None else str(said[key]) for key in STRINGS if key in said},
        entries={key: tuple(_entry(key, one, place) for one in said[key]) for key in ENTRIES if key in said},
        quotes={key: tuple(map(str, said.get(key, ()))) for key in QUOTES},
    )


def _entry(kind: str, said: object, place: str) -> Wanted:
    plain, needed = ENTRIES[kind]
    if isinstance(said, str) and plain:
        return Wanted(cells={plain: said})
    if not isinstance(said, dict):
        raise ValueError(f"{place}: an entry of {kind} must be an object with {', '.join(needed)}")
    missing = [key for key in needed if said.get(key) is None]
    if missing:
        raise ValueError(f"{place}: an entry of {kind} says no {', '.join(missing)}: {json.dumps(said, ensure_ascii=False)}")
    cells = {key: None if value is None else str(value) for key, value in said.items() if key != "optional"}
    return Wanted(cells=cells, optional=bool(said.get("optional")))
