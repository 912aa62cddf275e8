"""Folded text -> the smallest pieces of time in it (`Atom`), by the rules of the language and the named days of a list.

Each rule is one pattern that is tried where one of its first words stands; the patterns begin at that word, have bounded
repetitions and are tried in a fixed order, so that reading is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.vietnamese import calendar_clock, calendar_days, calendar_periods, calendar_relative
from pipeline.vietnamese.calendar_pieces import Atom, Rule, S, make_rule
from pipeline.vietnamese.calendar_values import When
from pipeline.vietnamese.patterns import any_of
from pipeline.vietnamese.spelling import fold


def _holiday(match: re.Match[str], holidays: Mapping[str, Holiday]) -> list[Atom]:
    day = holidays[re.sub(r"\s+", " ", match.group())]
    when = When(
        grain="day", month=day.month, day=day.day, days=day.days, lunar=day.lunar, nth=day.nth, weekday=day.weekday
    )  # fmt: skip
    return [
        Atom(
            start=match.start(),
            end=match.end(),
            slot="holiday",
            rule="holiday_asked" if day.asked else "holiday",
            when=when,
            firm=day.firm,
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day with names of its own, solar or lunar, or the nth weekday of a month."""

    names: tuple[str, ...]
    month: int
    day: int | None = None
    nth: int | None = None
    weekday: int | None = None
    days: int = 1
    lunar: bool = False
    firm: bool = True
    asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexer:
    """The rules by their first words, and the pattern that finds those words."""

    first: re.Pattern[str]
    rules_of: Mapping[str, tuple[Rule, ...]]

    @classmethod
    def of(cls, holidays: Sequence[Holiday] = ()) -> Lexer:
        """The rules of the language, and the named days that a word list knows."""
        rules = (
            *_holiday_rules(holidays),
            *calendar_relative.RULES,
            *calendar_days.RULES,
            *calendar_clock.RULES,
            *calendar_periods.RULES,
        )
        words = {word for rule in rules for word in rule.words.split()}
        return cls(
            first=re.compile(rf"(?<!\w)(?<!\w[./,])(?:\d|(?:{any_of(words - {'0'})})(?![^\W\d]))"),
            rules_of={word: tuple(rule for rule in rules if word in rule.words.split()) for word in words},
        )


def _holiday_rules(holidays: Sequence[Holiday]) -> tuple[Rule, ...]:
    by_name = {fold(name): day for day in holidays for name in day.names}
    if not by_name:
        return ()
    first_words = " ".join(sorted({name.split()[0] for name in by_name}))
    pattern = rf"(?:{any_of(by_name, space=S)})(?!\w)"
    return (make_rule(first_words, pattern, lambda match: _holiday(match, by_name)),)


def find_atoms(folded: str, lexer: Lexer) -> Iterator[Atom]:
    """The pieces of time in the order of the text, none overlapping another."""
    end = 0
    for first in lexer.first.finditer(folded):
        start = first.start()
        if start < end:
            continue
        word = first.group()
        for rule in lexer.rules_of["0" if word.isdigit() else word]:
            match = rule.pattern.match(folded, start)
            atoms = rule.read(match) if match is not None else []
            if atoms:
                yield from atoms
                end = atoms[-1].end
                break
