"""Word lists: `<list>.tsv` in this folder, a user's own folder laid over it; read once for each process.

A list is tab-separated with a header line; lines that begin with `#` say where the words come from.
A line of the user's list replaces the shipped lines with the same first column, and else is added.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

SHIPPED = Path(__file__).parent
_folders: list[Path] = [SHIPPED]
_caches: list[Callable[[], None]] = []


class LexiconError(ValueError):
    """A word list that cannot be used; the message names file, line and what would mend it."""


def cached(function: Callable[P, T]) -> Callable[P, T]:
    """`functools.cache` for what is built from word lists: forgotten when other folders are laid over."""
    remembered = functools.cache(function)
    _caches.append(remembered.cache_clear)
    return cast(Callable[P, T], remembered)


def use_folder(folder: Path | None) -> None:
    """Lay a user's folder of word lists over the shipped one (None: the shipped one alone)."""
    if folder is not None and not folder.is_dir():
        raise LexiconError(f"{folder}: no such folder of word lists")
    _folders[:] = [SHIPPED] if folder is None else [SHIPPED, folder]
    for forget in _caches:
        forget()


@cached
def read_lexicon(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of one list as mappings from column to value; an absent value is the empty string."""
    rows: dict[str, list[dict[str, str]]] = {}
    for folder in _folders:
        path = folder / f"{name}.tsv"
        if folder is SHIPPED or path.exists():
            laid: dict[str, list[dict[str, str]]] = {}
            for row in _read_tsv(path):
                laid.setdefault(next(iter(row.values())), []).append(row)
            rows.update(laid)
    return tuple(row for same in rows.values() for row in same)


def _read_tsv(path: Path) -> list[dict[str, str]]:
    lines = path.read_text("utf-8-sig").splitlines()
    header: list[str] = []
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not header:
            header = cells
        elif len(cells) > len(header):
            raise LexiconError(f"{path}:{number}: {len(cells)} columns, the header names {len(header)} ({', '.join(header)})")
        else:
            rows.append(dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=True)))
    return rows
