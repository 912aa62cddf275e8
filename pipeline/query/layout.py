"""Rows of an answer -> lines for a terminal: a table where it fits, else one value below another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from pipeline.export.answers import Answer, as_text, read_rows

GAP = "  "


def lay_out(answer: Answer, *, width: int) -> Iterator[str]:
    """Lines for a terminal so many columns wide. Control characters in the data show as dots and do nothing."""
    names = [_plain(name) for name in answer.column_names]
    rows = [[_plain(as_text(value)) for value in row] for row in read_rows(answer)]
    widths = [max(map(display_width, column)) for column in zip(names, *rows, strict=True)]
    if sum(widths) + len(GAP) * (len(widths) - 1) <= width:
        yield from _table(names, rows, widths)
    else:
        yield from _records(names, rows, width)


def _table(names: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    for row in (names, ["─" * size for size in widths], *rows):
        yield GAP.join(_pad(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip()


def _records(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    label = max(map(display_width, names))
    room = max(width - label - len(GAP), 20)
    for number, row in enumerate(rows, start=1):
        yield f"── {number} ".ljust(min(width, 60), "─")
        for name, cell in zip(names, row, strict=True):
            first, *more = list(_wrap(cell, room)) or [""]
            yield (_pad(name, label) + GAP + first).rstrip()
            for line in more:
                yield " " * label + GAP + line


def _wrap(text: str, room: int) -> Iterator[str]:
    """Lines no wider than `room`, broken between words; a longer word stays whole, so that an address can be copied."""
    line = ""
    for word in text.split(" "):
        if line and display_width(line) + 1 + display_width(word) > room:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def display_width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(ch) else 2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)


def _pad(text: str, size: int) -> str:
    return text + " " * (size - display_width(text))


def _plain(text: str) -> str:
    text = text.replace("\n\n", " ¶ ").replace("\n", " ")
    if text.isprintable():
        return text
    return "".join(ch if ch.isprintable() else "·" for ch in text)
