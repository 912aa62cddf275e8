"""Column and the words of a correction -> the value of its type, or what is wrong with it and what would mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from pipeline.facts.dates import DateRow
from pipeline.facts.deadlines import DeadlineRow
from pipeline.model import Row
from pipeline.review.corrections import RIGHT, closest
from pipeline.tables import TABLES, Column, Table, Value

ARTICLE_COLUMNS = ("title", "summary", "author", "url", "portal")
THING_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "persons": ("name", "aliases", "place"),
    "organizations": ("name", "aliases", "kind", "place", "valid_from", "valid_to", "successor"),
    "documents": ("number", "type", "issuer", "title", "year"),
    "events": ("date", "title"),
}
# Closed vocabularies, as the contract of the tables has them.
CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("officials", "status"): ("current", "former", "acting", "elect"),
    ("dates", "grain"): ("minute", "hour", "day", "week", "month", "quarter", "half", "year", "period"),
    ("dates", "kind"): ("event", "deadline", "period", "reference", "recurrence"),
    ("counts", "kind"): ("count", "progress", "percent", "money", "measure", "duration"),
    ("counts", "change"): ("increase", "decrease", "addition"),
    ("organizations", "kind"): (
        "party", "government", "ministry", "people's committee", "people's council", "department", "steering committee",
        "mass organisation", "company", "school", "hospital", "court or procuracy", "police or army", "foreign", "other",
    ),
}  # fmt: skip
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SHAPES: Mapping[tuple[str, str], tuple[re.Pattern[str], str]] = {
    ("dates", "time"): (re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d"), "HH:MM, as 08:30"),
    ("dates", "time_end"): (re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d"), "HH:MM, as 08:30"),
    ("recurrences", "every"): (
        re.compile(r"P(?=[\dT])(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,4}D)?(?:T(?=\d)(?:\d{1,4}H)?(?:\d{1,4}M)?)?"),
        "an ISO 8601 duration, as P3M",
    ),
    ("deadlines", "within"): (
        re.compile(r"P(?=[\dT])(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,4}D)?(?:T(?=\d)(?:\d{1,4}H)?(?:\d{1,4}M)?)?"),
        "an ISO 8601 duration, as P10D",
    ),
}
_FOLLOWS = {  # columns that are told by another one
    "person_id": "it follows from `person`",
    "org_id": "it follows from `organization`",
    "responsible_org_id": "it follows from `responsible`",
    "assigned_by_person_id": "it follows from `assigned_by`",
    "start": "it follows from `text`",
    "end": "it follows from `text`",
    "rule": f"say `{RIGHT}` with an empty column of a row that is right",
    "confidence": f"say `{RIGHT}` with an empty column of a row that is right",
    "published_at": "tell it in a sidecar (NAME.meta.json beside the file), so that every date of the article follows",
    "published_grain": "tell the day in a sidecar (NAME.meta.json beside the file)",
}
MAX_DIGITS = 32  # before the point; six after it


class Unfit(Exception):
    """A correction that cannot be applied; the message says why and what would mend it."""


def allowed_columns(table: Table) -> tuple[str, ...]:
    """The columns of a table that a correction may tell."""
    if table.name in THING_COLUMNS:
        return THING_COLUMNS[table.name]
    if table.name == "articles":
        return ARTICLE_COLUMNS
    kept = {"mentions": {"kind"}}.get(table.name, set())
    return tuple(c.name for c in table.columns if not c.key and not c.refers and c.name not in _FOLLOWS and c.name not in kept)


def parse_value(table: Table, name: str, said: str) -> Value:
    """The value that a cell tells; None for an empty one. Raises Unfit."""
    allowed = allowed_columns(table)
    if name not in allowed:
        if name not in {c.name for c in table.columns}:
            raise Unfit(f'{table.name} has no column "{name}"{closest(name, allowed)}; to correct are {", ".join(allowed)}')
        remedy = _FOLLOWS.get(name, f"to correct are {', '.join(allowed)}")
        raise Unfit(f"{table.name}.{name} is not corrected by hand; {remedy}")
    column = next(c for c in table.columns if c.name == name)
    if said == "":
        if not column.nullable:
            raise Unfit(f"{table.name}.{name} cannot be empty; say its right value, or `drop` with an empty column")
        return None
    choices = CHOICES.get((table.name, name))
    if choices and said not in choices:
        raise Unfit(f"{table.name}.{name} cannot be {said!r}{closest(said, choices)}; it is one of {', '.join(choices)}")
    shape = _SHAPES.get((table.name, name))
    if shape and not shape[0].fullmatch(said):
        raise Unfit(f"{table.name}.{name} cannot be {said!r}; write {shape[1]}")
    try:
        return _of_type(column, said)
    except (ValueError, InvalidOperation) as error:
        wanted = {int: "a whole number", Decimal: "a number with a point, as 12.5", date: "a day, as 2021-07-26"}
        raise Unfit(f"{table.name}.{name} cannot be {said!r}; write {wanted.get(column.type, column.type.__name__)}") from error


def _of_type(column: Column, said: str) -> Value:
    if column.type is int:
        return int(said) if re.fullmatch(r"-?\d{1,9}", said) else _wrong(said)
    if column.type is date:
        return date.fromisoformat(said) if _DAY.fullmatch(said) else _wrong(said)
    if column.type is Decimal:
        if not re.fullmatch(rf"-?\d{{1,{MAX_DIGITS}}}(?:\.\d{{1,6}})?", said):
            return _wrong(said)
        return Decimal(said)
    return said


def _wrong(said: str) -> Value:
    raise ValueError(said)


def check_row(row: Row) -> None:
    """What must hold between the columns of one row. Raises Unfit."""
    if isinstance(row, DateRow):
        _check_order("value_start", row.value_start, "value_end", row.value_end)
    elif isinstance(row, DeadlineRow):
        _check_order("due_start", row.due_start, "due_end", row.due_end)


def _check_order(first: str, begin: date | None, last: str, end: date | None) -> None:
    if (begin is None) != (end is None):
        raise Unfit(f"{first} and {last} go together; correct both, each on its own line")
    if begin and end and begin > end:
        raise Unfit(f"{first} {begin} is after {last} {end}; correct both, each on its own line")


def table_of_row(row: Row) -> Table:
    """The table that a row belongs to."""
    return TABLES[row.TABLE]
