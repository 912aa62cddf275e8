"""A file of SQL with a header -> a ready question: what it answers, its parameters, the SELECT.

The header is the comment at the top: what is answered, then one line for each parameter,
`-- :name type, default VALUE — meaning`, where type is date, text, whole or number, and `optional` (null where it is not
given) or `needed` may stand instead of a default; the default of a date may be `today`.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

from pipeline.export.answers import Answer
from pipeline.query.session import Parameter, QueryError, ask

SHIPPED = Path(__file__).parent / "named"
_PARAMETER = re.compile(
    r"-- :(?P<name>[a-z][a-z_]{0,30}) (?P<type>date|text|whole|number), "
    r"(?:default (?P<default>[^—]{1,40}) |(?P<needed>needed) |optional )— (?P<meaning>.{1,200})"
)

_DAY = re.compile(r"\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One parameter of a question; `default` is as the header writes it."""

    name: str
    type: str
    default: str | None
    needed: bool
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One ready question."""

    name: str
    title: str
    about: str
    parameters: tuple[Asked, ...]
    sql: str


def read_question(path: Path) -> Question:
    """One question from its file. Raises QueryError for a header that is not one."""
    sql = path.read_text("utf-8")
    told: list[str] = []
    parameters: list[Asked] = []
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        if line.startswith("-- :"):
            parameters.append(_read_parameter(line, path))
        else:
            told.append(line[2:].strip())
    if not told or not told[0]:
        raise QueryError(f"{path}: the first line is a comment that says what is answered: -- Deadlines that have passed.")
    return Question(name=path.stem, title=told[0], about=" ".join(told[1:]).strip(), parameters=tuple(parameters), sql=sql)


def _read_parameter(line: str, path: Path) -> Asked:
    match = _PARAMETER.fullmatch(line.rstrip())
    if match is None:
        raise QueryError(f"{path}: {line!r}: a parameter is written as `-- :since date, optional — first day of publication`")
    default = (match["default"] or "").strip() or None
    return Asked(
        name=match["name"], type=match["type"], default=default, needed=match["needed"] is not None, meaning=match["meaning"]
    )


def read_questions(more: Path | None = None) -> dict[str, Question]:
    """All questions by name, sorted; those of a folder of one's own are laid over the shipped ones."""
    paths = {path.stem: path for folder in (SHIPPED, more) if folder is not None for path in folder.glob("*.sql")}
    return {name: read_question(paths[name]) for name in sorted(paths)}


def find_question(name: str, questions: Mapping[str, Question]) -> Question:
    """The question of that name. Raises QueryError that names the nearest."""
    if name not in questions:
        close = difflib.get_close_matches(name, questions, n=3, cutoff=0.5)
        raise QueryError(f"no question {name!r}; " + (f"did you mean {' or '.join(close)}?" if close else "--list tells all"))
    return questions[name]


def bind(question: Question, given: Mapping[str, str], *, today: date) -> dict[str, Parameter]:
    """What the question's parameters are to be, from words given for them. Raises QueryError."""
    known = {parameter.name for parameter in question.parameters}
    for name in given:
        if name not in known:
            has = f"it has {', '.join(sorted(known))}" if known else "it has none"
            raise QueryError(f"{question.name} has no parameter {name}; {has}")
    return {parameter.name: _value(parameter, given.get(parameter.name), question, today) for parameter in question.parameters}


def _value(parameter: Asked, given: str | None, question: Question, today: date) -> Parameter:
    written = given if given is not None else parameter.default
    if written is None:
        if parameter.needed:
            raise QueryError(f"{question.name} needs {parameter.name} ({parameter.type}): {parameter.meaning}")
        return None
    try:
        return _read(parameter.type, written, today)
    except (ValueError, InvalidOperation) as error:
        forms = {"date": "a day as 2021-08-01, or today", "whole": "a whole number", "number": "a number as 1500000 or 2.5"}
        raise QueryError(f"{parameter.name} {written!r} is not {forms[parameter.type]}") from error


def _read(kind: str, written: str, today: date) -> Parameter:
    if kind == "date":
        return today if written == "today" else date.fromisoformat(written)
    if kind == "whole":
        return int(written)
    if kind == "number":
        number = Decimal(written)
        if not number.is_finite():
            raise ValueError(written)
        return number
    return unicodedata.normalize("NFC", written)


def read_free(given: Mapping[str, str]) -> dict[str, Parameter]:
    """Values for a SELECT that declares no types: a day where one is written as 2021-08-01, else text."""
    return {name: _read("date" if _DAY.fullmatch(written) else "text", written, date.min) for name, written in given.items()}


def answer_question(
    connection: duckdb.DuckDBPyConnection, name: str, *, today: date | None = None, **given: str | int | Decimal | date
) -> Answer:
    """The rows of a shipped question; `.to_pandas()` makes a data frame of them.

    A parameter whose default is today must be given where `today` is not. Raises QueryError.
    """
    question = find_question(name, read_questions())
    clock = [parameter.name for parameter in question.parameters if parameter.default == "today" and parameter.name not in given]
    if today is None and clock:
        raise QueryError(f"{name} needs {clock[0]}, or today")
    values = bind(question, {key: str(value) for key, value in given.items()}, today=today or date.min)
    return ask(connection, question.sql, values)
