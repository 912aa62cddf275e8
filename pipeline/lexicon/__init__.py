"""Word lists: `<list>.tsv` in this folder, a user's own folder laid over it; read once for each process.

A list is tab-separated with a header line; lines that begin with `#` say where the words come from.
A line of the user's list replaces the shipped lines with the same first column, and else is added.
"""

from __future__ import annotations

import difflib
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


def cached_few(function: Callable[P, T]) -> Callable[P, T]:
    """As `cached`, for what is asked of the same article more than once: the last four answers are remembered."""
    remembered = functools.lru_cache(maxsize=4)(function)
    _caches.append(remembered.cache_clear)
    return cast(Callable[P, T], remembered)


def use_folder(folder: Path | None) -> None:
    """Lay a user's folder of word lists over the shipped one (None: the shipped one alone)."""
    if folder is not None:
        _check_folder(folder)
    _folders[:] = [SHIPPED] if folder is None else [SHIPPED, folder]
    for forget in _caches:
        forget()


def _check_folder(folder: Path) -> None:
    """A mistake in a user's list is told before it is used: an unknown list, other columns, a line too long."""
    if not folder.is_dir():
        raise LexiconError(f"{folder}: no such folder of word lists")
    shipped = {path.name: path for path in SHIPPED.glob("*.tsv")}
    for path in sorted(folder.glob("*.tsv")):
        if path.name not in shipped:
            near = difflib.get_close_matches(path.name, shipped, n=1)
            mend = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(sorted(shipped))}"
            raise LexiconError(f"{path}: there is no such list; {mend}")
        _read_tsv(path)
        wanted, found = _header(shipped[path.name]), _header(path)
        if found != wanted:
            raise LexiconError(f"{path}: its columns are {', '.join(found)}; they must be {', '.join(wanted)}")


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


def _header(path: Path) -> list[str]:
    lines = (line for line in path.read_text("utf-8-sig").splitlines() if line.strip() and not line.startswith("#"))
    return [cell.strip() for cell in next(lines, "").split("\t")]


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
