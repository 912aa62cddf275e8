"""Rows of one article -> findings: words, what was read in them, by which rule; one shape for all kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from pipeline.facts.counts import CountRow
from pipeline.facts.dates import DateRow
from pipeline.facts.deadlines import DeadlineRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.officials import OfficialRow
from pipeline.facts.recurrences import RecurrenceRow
from pipeline.report.highlight import Span
from pipeline.report.safe import file_name

KINDS = ("person", "organization", "document", "official", "date", "count", "recurrence", "deadline")
_LETTER = dict(zip(KINDS, "podftcrl", strict=True))  # before an id, so that ids of two tables are two anchors


class Field(NamedTuple):
    """One thing that was read: `label` names a label; `form` is text, term, day, number or duration (of `unit`)."""

    label: str
    text: str
    form: str = "text"
    shown: str = ""
    href: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One row as the page shows it; `start` is None where its words stand outside the text."""

    kind: str
    key: str
    start: int | None
    end: int | None
    text: str
    fields: tuple[Field, ...]
    rule: str
    confidence: float


class World:
    """Names of all persons, organisations and documents, and where their pages are."""

    def __init__(self, names: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._names = {table: dict((names or {}).get(table, {})) for table in ("persons", "organizations", "documents")}

    def add(self, table: str, row_id: str, name: str) -> None:
        """Make one of them known."""
        self._names[table][row_id] = name

    def name(self, table: str, row_id: str) -> str | None:
        """Its name, or None for one that no table knows."""
        return self._names[table].get(row_id)

    def names_in(self, references: Iterable[tuple[str, str]]) -> dict[str, dict[str, str]]:
        """The part of these names that some references, (table, id) each, lead to."""
        part: dict[str, dict[str, str]] = {}
        for table, row_id in references:
            if row_id in self._names[table]:
                part.setdefault(table, {})[row_id] = self._names[table][row_id]
        return part

    def href(self, table: str, row_id: str | None) -> str | None:
        """Its page, from `pages/`; None for one that no table knows."""
        return entity_href(table, row_id) if row_id is not None and row_id in self._names[table] else None


def entity_href(table: str, row_id: str, number: int = 1) -> str:
    """The page of a person, organisation or document (or article), from `pages/`."""
    name = file_name(row_id)
    return f"{table}/{name[:2]}/{name}{f'-{number}' if number > 1 else ''}.html"


Fact = MentionRow | OfficialRow | DateRow | CountRow | RecurrenceRow | DeadlineRow


def read_findings(rows: Iterable[Fact], text: str, world: World) -> list[Finding]:
    """The findings of one article, in the order of the text; offsets that do not fit the text are left out."""
    found = [_finding(row, text, world) for row in rows]
    found.sort(key=lambda one: (one.start is None, one.start or 0, one.end or 0, one.key))
    return found


def spans_of(findings: Iterable[Finding]) -> list[Span]:
    """What is marked in the text: findings of one kind with the same words share a span."""
    grouped: dict[tuple[str, int, int], list[str]] = {}
    for one in findings:
        if one.start is not None and one.end is not None:
            grouped.setdefault((one.kind, one.start, one.end), []).append(one.key)
    return [Span(kind, start, end, tuple(keys)) for (kind, start, end), keys in grouped.items()]


def row_key(kind: str, row_id: str) -> str:
    """The name of a row as an anchor."""
    return _LETTER[kind] + file_name(row_id)


def _finding(row: Fact, text: str, world: World) -> Finding:
    kind, row_id, fields = _READ[type(row)](row, world)
    start, end = row.start, row.end
    if start is None or end is None or not 0 <= start < end <= len(text):
        start = end = None
    shown = tuple(field for field in fields if field is not None)
    return Finding(kind, row_key(kind, row_id), start, end, row.text, shown, row.rule, row.confidence)


_Read = tuple[str, str, list[Field | None]]


def _text(label: str, value: str | None, href: str | None = None) -> Field | None:
    return Field(label, value, href=href) if value else None


def _term(label: str, value: str | None) -> Field | None:
    return Field(label, value, "term") if value else None


def _day(label: str, value: date | None) -> Field | None:
    return Field(label, iso := value.isoformat(), "day", format_day(iso)) if value is not None else None


def _number(label: str, value: Decimal | int | None) -> Field | None:
    return Field(label, digits := plain_number(value), "number", format_number(digits)) if value is not None else None


def plain_number(value: Decimal | int) -> str:
    """A number as its digits, without zeros at the end."""
    return str(value) if isinstance(value, int) else format(value.normalize(), "f")


def format_number(digits: str) -> str:
    """A number as Vietnamese write it: 1.234,5; the page turns it into the other language's."""
    whole, _, part = digits.partition(".")
    if len(whole) > 3 and whole.lstrip("-").isdecimal():
        whole = f"{int(whole):,}".replace(",", ".")
    return f"{whole},{part}" if part else whole


def format_day(iso: str) -> str:
    """A day as Vietnamese write it: 31/12/2021."""
    return f"{iso[8:10]}/{iso[5:7]}/{iso[:4]}"


_DURATION = re.compile(r"P(T?)(\d{1,6})([DWMYH])")


def _duration(label: str, value: str | None) -> Field | None:
    match = _DURATION.fullmatch(value or "")
    unit = match[1] + match[3] if match else ""
    if match is None or unit not in ("D", "W", "M", "Y", "TH"):
        return _text(label, value)
    return Field(label, match[2], "duration", match[2], unit=f"duration.{unit}")


def _mention(row: MentionRow, world: World) -> _Read:
    for kind, table, row_id in (
        ("person", "persons", row.person_id),
        ("organization", "organizations", row.org_id),
        ("document", "documents", row.document_id),
    ):
        if row_id is not None:
            return kind, row.mention_id, [_text(f"field.{kind}", world.name(table, row_id) or row_id, world.href(table, row_id))]
    return row.kind, row.mention_id, []


def _official(row: OfficialRow, world: World) -> _Read:
    return "official", row.official_id, [
        _text("field.person", world.name("persons", row.person_id) or row.person, world.href("persons", row.person_id)),
        _text("field.role", row.role),
        _text("field.organization", row.organization, world.href("organizations", row.org_id)),
        _term("field.status", row.status),
    ]  # fmt: skip


def _date(row: DateRow, world: World) -> _Read:
    one_day = row.value_start == row.value_end
    return "date", row.date_id, [
        _term("field.kind", row.kind),
        _day("field.day" if one_day else "field.from", row.value_start),
        None if one_day else _day("field.to", row.value_end),
        _text("field.time", f"{row.time}–{row.time_end}" if row.time and row.time_end else row.time),
        _term("field.grain", row.grain),
        _day("field.anchor", row.anchor),
    ]  # fmt: skip


def _count(row: CountRow, world: World) -> _Read:
    return "count", row.count_id, [
        _term("field.kind", row.kind),
        _number("field.value", row.value),
        _number("field.total", row.total),
        _number("field.value_max", row.value_max),
        _text("field.unit", row.unit),
        _text("field.qualifier", row.qualifier),
        _term("field.change", row.change),
    ]  # fmt: skip


def _recurrence(row: RecurrenceRow, world: World) -> _Read:
    return "recurrence", row.recurrence_id, [
        _duration("field.every", row.every),
        _number("field.times", row.times),
        _text("field.what", row.what),
    ]  # fmt: skip


def _deadline(row: DeadlineRow, world: World) -> _Read:
    assigner = row.assigned_by_person_id
    return "deadline", row.deadline_id, [
        _day("field.due", row.due_end),
        _duration("field.within", row.within),
        _text("field.marker", row.marker),
        _text("field.task", row.task),
        _text("field.responsible", row.responsible, world.href("organizations", row.responsible_org_id)),
        _text("field.assigned_by", row.assigned_by, world.href("persons", assigner)),
    ]  # fmt: skip


_READ: Mapping[type, Callable[..., _Read]] = {
    MentionRow: _mention,
    OfficialRow: _official,
    DateRow: _date,
    CountRow: _count,
    RecurrenceRow: _recurrence,
    DeadlineRow: _deadline,
}

# An article of many thousand findings is shown in parts, so that no page grows beyond what a phone opens.
PART_BYTES = 1_000_000
FINDING_BYTES = 1_200  # what one finding adds to a page: its mark and its row
_BREAK = re.compile(r"\n{2,}")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text with the findings that begin in it."""

    start: int
    end: int
    findings: list[Finding]


def split_parts(text: str, findings: list[Finding], *, most: int = PART_BYTES) -> list[Part]:
    """The text in parts of about so many bytes of page, cut between paragraphs where there is a gap near."""
    if len(text) * 3 + len(findings) * FINDING_BYTES <= most:
        return [Part(0, len(text), findings)]
    placed = [one for one in findings if one.start is not None]
    loose = [one for one in findings if one.start is None]
    parts, rest = [], 0
    for start, end in _cuts(text, placed, most):
        inside = []
        while rest < len(placed) and (placed[rest].start or 0) < end:
            inside.append(placed[rest])
            rest += 1
        parts.append(Part(start, end, inside))
    parts[-1].findings.extend(loose)
    return parts


def _cuts(text: str, placed: list[Finding], most: int) -> Iterator[tuple[int, int]]:
    starts = [one.start or 0 for one in placed]
    low = at = 0
    while low < len(text):
        high, weight = low, 0
        while high < len(text) and weight < most:
            step = min(1000, len(text) - high)
            high += step
            weight += len(text[high - step : high].encode("utf-8", "replace"))
            while at < len(starts) and starts[at] < high:
                weight += FINDING_BYTES
                at += 1
        if high < len(text):
            gaps = [gap.end() for gap in _BREAK.finditer(text, max(low + 1, high - 5000), high)]
            high = gaps[-1] if gaps else high
            while at and starts[at - 1] >= high:
                at -= 1
        yield low, high
        low = high
