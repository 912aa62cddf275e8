"""What the tables say, what the gold asks for, and what came of it: entries, mistakes and scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.review.gold import Cells, Wanted
from pipeline.review.sameness import normalise
from pipeline.tables import Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the tables say: cells by column, where it stands, and for a person every name it goes by here."""

    cells: Cells
    start: int | None = None
    end: int | None = None
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One error: `kind` is extra, missed, wrong, lost or kept; offsets are None where the text does not hold the words."""

    fact: str
    source: str
    kind: str
    shown: str
    start: int | None = None
    end: int | None = None
    sentence: str = ""


@dataclass(slots=True)
class Score:
    """One fact over all gold articles."""

    found: int = 0
    extra: int = 0
    missed: int = 0
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.extra) if self.found + self.extra else 1.0

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores by fact, and the sources of gold articles that the tables do not have."""

    scores: Mapping[str, Score]
    absent: tuple[str, ...]


def said_of(row: Mapping[str, Plain], **cells: Plain) -> Said:
    """A row with the cells that are compared, and its place."""
    start, end = row.get("start"), row.get("end")
    return Said(
        cells={name: text_of(value) for name, value in cells.items()},
        start=None if start is None else int(start),
        end=None if end is None else int(end),
    )


def text_of(value: Plain) -> str | None:
    """A cell as it is compared."""
    return None if value is None else str(value)


def one_wanted(value: str | None) -> list[Wanted]:
    """What is asked for once of an article: its title, its day."""
    return [Wanted(cells={"v": value})]


def same_cell(said: Said, wanted: Wanted, column: str) -> bool:
    """The same words."""
    return normalise(said.cells[column]) == normalise(wanted.cells[column])


def day_of(value: str | None) -> str:
    """The day of a day or moment."""
    return (value or "")[:10]


def distinct(said: list[Said], *columns: str, exact: bool = False) -> list[Said]:
    """What the tables say twice counts once."""
    first: dict[tuple[str | None, ...], Said] = {}
    for one in said:
        cells = (one.cells[name] for name in columns)
        first.setdefault(tuple(cells) if exact else tuple(map(normalise, cells)), one)
    return list(first.values())


def distinct_counts(said: list[Said]) -> list[Said]:
    """Of counts the value, the total and the unit tell whether they are said twice."""
    first: dict[tuple[float | None, float | None, str], Said] = {}
    for one in said:
        value, total = (float(number) if number is not None else None for number in (one.cells["value"], one.cells["total"]))
        first.setdefault((value, total, normalise(one.cells["unit"])), one)
    return list(first.values())


def distinct_wanted(wanted: Sequence[Wanted], *columns: str, whole: bool = False) -> list[Wanted]:
    """Gold that names one span twice asks for it once; where one of the two is not optional, that one."""
    first: dict[tuple[str, ...], Wanted] = {}
    for entry in sorted(wanted, key=lambda entry: entry.optional):
        key = tuple((entry.cells[name] or "") if whole else day_of(entry.cells[name]) for name in columns)
        first.setdefault(key, entry)
    return list(first.values())


def show_cells(cells: Cells, columns: tuple[str, ...]) -> str:
    """An entry for people."""
    return " | ".join(str(cells[name]) for name in columns if cells.get(name) is not None)
