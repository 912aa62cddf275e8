"""Entries -> a list as pages to turn and, for search, as pieces of an index that scripts load one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.report.printer import LISTS, PAGES, Printer
from pipeline.report.safe import script_json, shorten
from pipeline.report.spool import Record, Spool

PAGE_ENTRIES = 100
PIECE_BYTES = 400_000
MOST_GROUPS = 500  # values a filter offers
TITLE, ABOUT, MORE = 300, 300, 2000  # characters
TAGS = 5  # place in a record


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a list. `more` is searched and not shown; `done` of `total` is drawn as a bar."""

    order: tuple[int | str, ...]
    href: str | None
    title: str
    about: str = ""
    day: str | None = None
    group: str | None = None
    tags: tuple[str, ...] = ()
    more: str = ""
    articles: int | None = None
    done: float | None = None
    total: float | None = None


class ListOfEntries:
    """All entries of one list: on disk, with their order in memory."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._spool = Spool(folder / f"{name}.spool")
        self._orders: list[tuple[tuple[int | str, ...], int]] = []
        self._groups: Counter[str] = Counter()
        self._tags: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._orders)

    def add(self, entry: Entry) -> None:
        """Keep one entry; it finds its place by its `order`."""
        self._orders.append((entry.order, self._spool.keep(_record(entry))))
        self._groups[entry.group or ""] += 1
        self._tags.update(entry.tags)

    def first(self, most: int, *, tag: str | None = None) -> list[Record]:
        """The first entries in order, of those with a tag."""
        found: list[Record] = []
        for _, place in sorted(self._orders):
            record = self._spool.at(place)
            if tag is None or tag in str(record[TAGS]).split():
                found.append(record)
            if len(found) == most:
                break
        return found

    def count(self, tag: str) -> int:
        """How many entries have a tag."""
        return self._tags[tag]

    def write(self, printer: Printer, common: dict[str, object]) -> None:
        """All pages of the list, and its index."""
        self._orders.sort()
        pieces = self._write_pieces(printer)
        count = max(1, -(-len(self._orders) // PAGE_ENTRIES))
        values = common | {
            "here": self.name,
            "name": self.name,
            "entries_in_all": len(self),
            "last_page": count,
            "pieces": pieces,
            "groups": sorted(group for group, _ in self._groups.most_common(MOST_GROUPS) if group),
            "tags": sorted(self._tags),
        }
        for page in range(1, count + 1):
            some = self._orders[(page - 1) * PAGE_ENTRIES : page * PAGE_ENTRIES]
            shown = [self._spool.at(place) for _, place in some]
            printer.write(f"{PAGES}/{list_href(self.name, page)}", "list", values | {"page": page, "entries": shown})

    def _write_pieces(self, printer: Printer) -> int:
        count = 0
        for count, piece in enumerate(self._pieces(), 1):
            script = f'vnpress.piece("{self.name}", {count}, [\n{piece}\n]);\n'
            printer.put(f"{PAGES}/index/{self.name}-{count}.js", script)
        return count

    def _pieces(self) -> Iterator[str]:
        lines: list[str] = []
        held = 0
        for _, place in self._orders:
            line = script_json(self._spool.at(place))
            held += len(line.encode())
            if lines and held > PIECE_BYTES:
                yield ",\n".join(lines)
                lines, held = [], len(line.encode())
            lines.append(line)
        if lines:
            yield ",\n".join(lines)

    def close(self) -> None:
        """Give the file back."""
        self._spool.close()


def _record(entry: Entry) -> Record:
    return [
        entry.href, shorten(entry.title, TITLE), shorten(entry.about, ABOUT), entry.day, entry.group, " ".join(entry.tags),
        shorten(entry.more, MORE), entry.articles, entry.done, entry.total,
    ]  # fmt: skip


def list_href(name: str, page: int = 1) -> str:
    """A page of a list, from `pages/`."""
    return f"{name}{f'-{page}' if page > 1 else ''}.html"


def open_lists(folder: Path) -> dict[str, ListOfEntries]:
    """All lists, empty."""
    return {name: ListOfEntries(name, folder) for name in LISTS}


def backwards(day: str | None) -> int:
    """A day as a number that sorts the newest first, no day last."""
    return -int(day[:10].replace("-", "")) if day else 0


def join_words(*words: str | None) -> str:
    """What is known of some words, between dots."""
    return " · ".join(word for word in words if word)


def distinct(words: Sequence[str]) -> list[str]:
    """Each once, in the order they came."""
    return list(dict.fromkeys(words))
