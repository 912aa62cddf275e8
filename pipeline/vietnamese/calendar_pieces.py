"""What the calendar rules are built from: atoms, the form of a rule, named pieces of patterns, small numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pipeline.vietnamese.calendar_values import Grain, Unit, When

Slot = Literal[
    "clock", "part", "weekday", "day", "relday", "week", "month", "year", "quarter", "half", "closed", "holiday", "same", "ordinal"
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One piece: where it stands, which slot of an expression it fills, what it says.

    A piece that is not `firm` needs a neighbour, a cue or the whole text to be an expression of time.
    """

    start: int
    end: int
    slot: Slot
    rule: str
    when: When | None = None
    part: str | None = None
    hours: tuple[int, ...] = ()  # hour and minute, then those of the end of a range
    grain: Grain = "day"
    firm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """One expression of time: `text[start:end]`, what it says, the time of day as `HH:MM`.

    `when` is None for a time of day without a day. `firm` is false for wordings that only the context or the
    whole text makes an expression of time (`thứ hai`, `5/3`, `cuối tuần`).
    """

    start: int
    end: int
    rule: str
    when: When | None
    grain: Grain
    time: str | None = None
    time_end: str | None = None
    firm: bool = True
    recurring: bool = False


Read = Callable[[re.Match[str]], list[Atom]]
SMALL_NUMBERS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10,
    "mười một": 11, "mười hai": 12, "mười ba": 13, "mười bốn": 14, "mười lăm": 15, "mười sáu": 16, "mười bảy": 17,
    "mười tám": 18, "mười chín": 19, "hai mươi": 20, "ba mươi": 30, "giêng": 1, "chạp": 12, "nhất": 1,
}  # fmt: skip
_DIGIT_WORDS = ("mốt", "hai", "ba", "tư", "lăm", "sáu", "bảy", "tám", "chín")
SMALL_NUMBERS |= {f"hai mươi {word}": 21 + n for n, word in enumerate(_DIGIT_WORDS)} | {"ba mươi mốt": 31, "hai mươi bốn": 24}
WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5, **{str(n): n - 2 for n in range(2, 8)}}
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
UNITS: dict[str, Unit] = {
    "ngày": "day", "hôm": "day", "đêm": "day", "tuần": "week", "tuần lễ": "week", "tháng": "month", "quý": "quarter",
    "quí": "quarter", "năm": "year", "giờ": "hour", "tiếng": "hour", "phút": "minute",
}  # fmt: skip
S = r"[ \t\u00a0\u2000-\u200a\u202f\u3000]{1,3}"  # white space within an expression: never a line break
SD = rf"(?:{S}|(?=\d))"  # before digits also where it was lost: `tháng7/1931`
O = r"[ \t\u00a0\u2000-\u200a\u202f\u3000]{0,3}"  # noqa: E741 - the same, optional
DASH = r"[-–—−]"
DD = r"(?:0[1-9]|[12]\d|3[01]|[1-9])(?!\d)"
MM = r"(?:0[1-9]|1[0-2]|[1-9])(?!\d)"
YYYY = r"(?:1\d|20|21)\d{2}(?!\d)"
MONTH_WORD = r"(?:mười(?:\smột|\shai)?|giêng|một|hai|ba|tư|năm(?!\s{1,3}\d{4})|sáu|bảy|bẩy|tám|chín|chạp)(?!\w)"
COUNT = (
    r"(?:\d{1,3}(?![\d.,/])|hai\smươi|ba\smươi|mười(?:\s(?:một|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?"
    r"|một|hai|ba|bốn|năm|sáu|bảy|tám|chín)"
)
# After a number that ends a date: no letter, no further part of a document number, version, address or decimal.
DAY_WORD = (
    r"(?:hai\smươi(?:\s(?:mốt|hai|ba|tư|bốn|lăm|sáu|bảy|tám|chín))?|ba\smươi(?:\smốt)?"
    r"|mười(?:\s(?:một|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?|một|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín)(?!\w)"
)
STOP = rf"(?!\w|[/.,]\d|/\w|%|{DASH}[^\W\d_])"
NUMERIC_TAIL = (
    rf"""(?P<sep>{O}/{O}|\.|-)(?P<m>{MM})(?:(?:(?P=sep)|{O}[/-]{O}|,?{S}năm{S})(?P<y>{YYYY}|(?<=/)\d\d(?!\d)))?{STOP}"""
)
WORD_TAIL = rf"""{O}[/,-]?{O}tháng{SD}(?P<mw>{MM}|{MONTH_WORD})(?:(?:{O}[/.-]{O}|,?{S}(?:năm{S})?)(?P<yw>{YYYY}))?(?!\w|[/.]\d)"""
HEADS = rf"(?P<heads>(?:{DD}{O}(?:,|;|{DASH}|và|đến(?:{S}hết)?|tới|hoặc|\+|&){O}(?:(?:ngày|mùng|mồng){S})?){{1,8}})"


def number(word: str) -> int:
    """`6`, `mười hai`, `iv` -> the number."""
    word = re.sub(r"\s+", " ", word)
    return int(word) if word.isdigit() else SMALL_NUMBERS.get(word, ROMAN.get(word, 0))


def full_year(digits: str | None) -> int | None:
    """`21` of `12/5/21` is 2021, `75` is 1975."""
    if digits is None:
        return None
    year = int(digits)
    return year if year > 99 else year + (2000 if year < 50 else 1900)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.VERBOSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One wording: the first words it may begin with (`0` is any digit), its pattern, how it is read."""

    words: str
    pattern: re.Pattern[str]
    read: Read


def make_rule(words: str, pattern: str, read: Read) -> Rule:
    """A rule with its pattern compiled (verbose, so that white space in it must be told)."""
    return Rule(words=words, pattern=_compile(pattern), read=read)


NUMBER_WORDS = "một hai ba bốn năm sáu bảy tám chín mười"
