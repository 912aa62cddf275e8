"""Status, headers and body of an answer -> the name of the challenge that it is, by the marks in `challenges.toml`."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.toml_rows import load_toml, read_row

MARKS = Path(__file__).parent / "challenges.toml"
READ = 100_000  # bytes of a body in which marks are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One way to tell a challenge; see the head of `challenges.toml`."""

    name: str
    header: str = ""
    body: str = ""
    statuses: tuple[int, ...] = ()
    longest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    mark: tuple[Mark, ...]


@functools.cache
def read_marks() -> tuple[Mark, ...]:
    """The marks as shipped."""
    return read_row(_File, load_toml(MARKS, MARKS.name), MARKS.name).mark


def find_challenge(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """The name of the first mark that holds; `headers` by lower-case name."""
    text = body[:READ].decode("utf-8", "replace")
    for mark in read_marks():
        if (mark.statuses and status not in mark.statuses) or (mark.longest is not None and len(body) > mark.longest):
            continue
        name, _, pattern = mark.header.partition(": ")
        if mark.header and not re.search(pattern, headers.get(name.lower(), ""), re.IGNORECASE):
            continue
        if mark.body and not re.search(mark.body, text, re.IGNORECASE | re.DOTALL):
            continue
        return mark.name
    return None
