"""Two output folders -> lines that tell rows gained, lost and changed, table by table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pipeline.tables import LOG_TABLES, TABLES, Plain, Table, read_plain


def compare_folders(old: Path, new: Path, *, show: int) -> Iterator[str]:
    """One line for each table with its counts, then up to `show` rows of each kind.

    The logs are left out. Raises FileNotFoundError where a folder holds no tables.
    """
    for table in TABLES.values():
        if table.name not in LOG_TABLES:
            yield from compare_rows(table, _by_key(table, old), _by_key(table, new), show=show)


def _by_key(table: Table, folder: Path) -> dict[Plain, list[Plain]]:
    """Rows by key; which version read an article is no difference of the article."""
    key = table.place_of(table.key)
    rows: Iterable[list[Plain]] = read_plain(table.name, folder)
    if table.name == "articles":
        version = table.place_of("extractor")
        rows = ([*row[:version], None, *row[version + 1 :]] for row in rows)
    return {row[key]: row for row in rows}


def compare_rows(table: Table, old: Mapping[Plain, list[Plain]], new: Mapping[Plain, list[Plain]], *, show: int) -> Iterator[str]:
    """One line with the counts of two sets of rows by key, then up to `show` rows of each kind."""
    gained = [row for key, row in new.items() if key not in old]
    lost = [row for key, row in old.items() if key not in new]
    changed = [(old[key], row) for key, row in new.items() if key in old and old[key] != row]
    yield f"{table.name}: {len(old)} -> {len(new)} rows; {len(gained)} gained, {len(lost)} lost, {len(changed)} changed"
    for sign, rows in (("+", gained), ("-", lost)):
        for row in rows[:show]:
            yield f"  {sign} " + ", ".join(_shown(table, row))
    for before, after in changed[:show]:
        pairs = zip(table.columns, before, after, strict=True)
        yield f"  ~ {after[0]}: " + ", ".join(f"{c.name} {_short(a)} -> {_short(b)}" for c, a, b in pairs if a != b)


def _shown(table: Table, row: list[Plain]) -> list[str]:
    return [f"{c.name}={_short(value)}" for c, value in zip(table.columns, row, strict=True) if value not in (None, "")]


def _short(value: Plain) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…'"
