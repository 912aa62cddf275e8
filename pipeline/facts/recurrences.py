"""Article -> things that recur (`recurrences`): how often, how many times, what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.lexicon import cached, read_lexicon
from pipeline.model import Article, Findings, Mention, Row, column
from pipeline.vietnamese.numbers import ONES
from pipeline.vietnamese.spelling import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrenceRow(Row):
    """One thing that recurs."""

    TABLE: ClassVar[str] = "recurrences"

    recurrence_id: str = column("Key of the row.", key=True)
    article_id: str = column("The article.", refers="articles")
    every: str = column("The period as ISO 8601 duration: `3 tháng/lần` is `P3M`.")
    times: int = column("Times in each period.", default=1)
    what: str | None = column("What recurs: `giao ban`.", default=None)
    text: str = column("The words as written.")
    start: int = column("First character in `articles.text` (Unicode code points).")
    end: int = column("One past the last character.")
    rule: str = column("The rule that found it.")
    confidence: float = column("0 to 1.")


@dataclass(frozen=True, slots=True)
class _Period:
    start: int
    end: int
    every: str
    times: int
    rule: str
    confidence: float


_S = r"[ \xa0]"
_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
_NUMBER = r"(?:\d{1,3}|mười hai|mười|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|nửa)"
_UNIT = r"(?:ngày|tuần lễ|tuần|tháng|quý|năm|giờ|tiếng|phút|giây|đêm|thập kỷ)"
# A span that somebody waited (`hàng tháng trời`) or a crowd of years, no recurrence.
_VAGUE = rf"(?!{_S}(?:trời|liền|ròng|đồng{_S}hồ|ánh{_S}sáng|nay{_E}|qua{_E}))"
_ONCE = rf"(?:1|01|một){_S}(?:lần|kỳ|phiên)"
_FEW = r"[^\W\d_]+"

# Whatever can be part of a recurrence holds one of these words: the rules are tried only beside them.
_TRIGGER = re.compile(rf"{_B}(?:lần|hằng|hàng|mỗi|cứ|kỳ){_E}")

# 3 tháng/lần · 6 tháng / 1 lần
_SPAN_PER_TIME = re.compile(
    rf"(?<![^\W_]|[-–.,/])(?P<n>{_NUMBER}){_S}?(?P<unit>{_UNIT}){_S}?/{_S}?(?:(?P<k>{_NUMBER}){_S})?lần{_E}"
)
# hai tuần một lần · mỗi quý một lần · ba tháng họp một lần · một năm hai lần · mỗi năm 2 kỳ
_SPAN_TIMES = re.compile(
    rf"{_B}(?:(?:mỗi|cứ){_S})?(?:(?:mỗi|cứ){_S}|(?P<n>{_NUMBER}){_S})(?P<unit>{_UNIT})(?:{_S}(?!lần|{_NUMBER}{_E}){_FEW}){{0,3}}?"
    rf"{_S}(?P<k>{_NUMBER}){_S}(?:lần|kỳ|phiên|buổi|cuộc){_E}"
)
# 2 lần/năm · hai lần một năm · 3 lần mỗi ngày · 1-2 lần/tuần
_TIMES_PER_SPAN = re.compile(
    rf"(?<![^\W_]|[.,/])(?P<k>{_NUMBER})(?:{_S}?[-–]{_S}?{_NUMBER})?{_S}lần{_S}?"
    rf"(?:/{_S}?|{_S}(?:mỗi|trong{_S}một|trong{_S}1|một|1){_S})(?:(?P<n>{_NUMBER}){_S})?(?P<unit>{_UNIT}){_E}"
)
# hằng tháng · hàng năm; hằng tháng, quý, năm
_SHOP = "".join(
    f"(?<!{word} )" for word in ("cửa", "mặt", "khách", "ngân", "gian", "đơn", "giao", "bán", "mua", "nhà", "nhập", "xuất")
)
_EVERY = re.compile(rf"{_B}{_SHOP}h[ằà]ng{_S}(?P<unit>ngày|tuần|tháng|quý|năm|giờ|đêm){_E}{_VAGUE}")
_EVERY_MORE = re.compile(rf"(?:,{_S}|{_S}(?:và|hoặc){_S}|/)(?P<unit>tuần|tháng|quý|năm){_E}(?!{_S}(?:\d|nay|này|qua|tới|sau))")
# mỗi tuần · mỗi 3 tháng · cứ 5 năm
_EACH = re.compile(rf"{_B}(?:cứ{_S}mỗi|mỗi|(?P<often>cứ)){_S}(?:một{_S})?(?:(?P<n>{_NUMBER}){_S})?(?P<unit>{_UNIT}){_E}{_VAGUE}")
# mỗi sáng thứ hai · mỗi tối
_EACH_PART = re.compile(rf"{_B}mỗi{_S}(?P<part>sáng|trưa|chiều|tối|thứ|chủ{_S}nhật)(?:{_S}(?P<weekday>thứ|chủ{_S}nhật))?{_E}")
# định kỳ 6 tháng · định kỳ quý · thường kỳ 3 tháng; not `thường kỳ quý II`
_REGULAR = re.compile(
    rf"{_B}(?:định|thường){_S}kỳ{_S}(?:(?:mỗi|từng|theo|là|vào){_S})?(?:(?P<n>{_NUMBER}){_S})?(?P<unit>{_UNIT}){_E}"
    rf"(?:{_S}?/{_S}?(?:{_NUMBER}{_S})?lần{_E}|{_S}{_ONCE}{_E})?(?!{_S}(?:\d|nay|này|qua|tới|sau|trước|đầu|cuối|(?:iv|i{{1,3}}){_E}))"
)
_ISO = {
    "ngày": ("P", 1, "D"), "đêm": ("P", 1, "D"), "tuần": ("P", 1, "W"), "tuần lễ": ("P", 1, "W"), "tháng": ("P", 1, "M"),
    "quý": ("P", 3, "M"), "năm": ("P", 1, "Y"), "thập kỷ": ("P", 10, "Y"), "giờ": ("PT", 1, "H"), "tiếng": ("PT", 1, "H"),
    "phút": ("PT", 1, "M"), "giây": ("PT", 1, "S"),
}  # fmt: skip
_HALF = {"năm": "P6M", "tháng": "P15D", "giờ": "PT30M", "tiếng": "PT30M", "ngày": "PT12H"}
_BACK, _AHEAD = 40, 60


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """One RecurrenceRow for each recurring thing."""
    text, folded = article.text, fold(article.text)
    done = 0
    for trigger in _TRIGGER.finditer(folded):
        if trigger.start() < done:
            continue
        for period in _read_periods(folded, trigger, done):
            done = max(done, period.end)
            yield RecurrenceRow(
                article_id=article.article_id,
                every=period.every,
                times=period.times,
                what=_find_act(text, folded, period),
                text=text[period.start : period.end],
                start=period.start,
                end=period.end,
                rule=f"recurrences.{period.rule}",
                confidence=period.confidence,
            )


def _read_periods(folded: str, trigger: re.Match[str], done: int) -> list[_Period]:
    """The recurrence that this word is part of; several where periods are listed (`hằng tháng, quý, năm`)."""
    low, high = max(done, trigger.start() - _BACK), trigger.end() + _AHEAD
    for pattern, read in _RULES:
        for m in pattern.finditer(folded, low, high):
            if m.start() <= trigger.start() < m.end() and (periods := read(folded, m)):
                return periods
    return []


def _read_span_per_time(folded: str, m: re.Match[str]) -> list[_Period]:
    every = _every(m["n"], m["unit"])
    return [_Period(m.start(), m.end(), every, _count(m["k"]), "span_per_time", 0.95)] if every else []


def _read_times_per_span(folded: str, m: re.Match[str]) -> list[_Period]:
    every = _every(m["n"], m["unit"])
    return [_Period(m.start(), m.end(), every, _count(m["k"]), "times_per_span", 0.95)] if every else []


def _read_span_times(folded: str, m: re.Match[str]) -> list[_Period]:
    every = _every(m["n"], m["unit"])
    return [_Period(m.start(), m.end(), every, _count(m["k"]), "span_times", 0.9)] if every else []


def _read_regular(folded: str, m: re.Match[str]) -> list[_Period]:
    every = _every(m["n"], m["unit"])
    return [_Period(m.start(), m.end(), every, 1, "regular", 0.9)] if every else []


def _read_every(folded: str, m: re.Match[str]) -> list[_Period]:
    periods = [_Period(m.start(), m.end(), _every(None, m["unit"]) or "", 1, "every", 0.95)]
    while len(periods) < 4 and (more := _EVERY_MORE.match(folded, periods[-1].end)):
        periods.append(_Period(more.start("unit"), more.end(), _every(None, more["unit"]) or "", 1, "every_listed", 0.8))
    return periods


def _read_each(folded: str, m: re.Match[str]) -> list[_Period]:
    every = _every(m["n"], m["unit"])
    if not every or (m["often"] and not m["n"]):
        return []
    return [_Period(m.start(), m.end(), every, 1, "each", 0.85)]


def _read_each_part(folded: str, m: re.Match[str]) -> list[_Period]:
    weekly = m["weekday"] or m["part"] not in {"sáng", "trưa", "chiều", "tối"}
    return [_Period(m.start(), m.end(), "P1W" if weekly else "P1D", 1, "each_part_of_day", 0.8)]


_RULES: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], list[_Period]]], ...] = (
    (_SPAN_PER_TIME, _read_span_per_time),
    (_TIMES_PER_SPAN, _read_times_per_span),
    (_SPAN_TIMES, _read_span_times),
    (_REGULAR, _read_regular),
    (_EVERY, _read_every),
    (_EACH, _read_each),
    (_EACH_PART, _read_each_part),
)


def _count(word: str | None) -> int:
    if word is None:
        return 1
    if word.isdigit():
        return int(word)
    return {"mười": 10, "mười hai": 12}.get(word) or ONES.get(word, 1)


def _every(number: str | None, unit: str) -> str | None:
    """ISO 8601: (`3`, `tháng`) -> `P3M`; None for a half that has no such name and for nought."""
    unit = unit.replace("\xa0", " ")
    if number == "nửa":
        return _HALF.get(unit)
    prefix, factor, letter = _ISO[unit]
    n = _count(number) * factor
    return f"{prefix}{n}{letter}" if n else None


@cached
def _acts() -> re.Pattern[str]:
    words = sorted((fold(row["act"]) for row in read_lexicon("recurring_acts")), key=len, reverse=True)
    return re.compile(rf"{_B}(?:{'|'.join(map(re.escape, words))}){_E}")


_CLAUSE_END = re.compile(r"[.;:!?\n(]")


def _find_act(text: str, folded: str, period: _Period) -> str | None:
    """The verb or noun beside the period, before it in the clause or else after it in the sentence."""
    low = max(0, period.start - 80)
    for mark in _CLAUSE_END.finditer(folded, low, period.start):
        low = mark.end()
    before = list(_acts().finditer(folded, low, period.start))
    if before:
        return text[before[-1].start() : before[-1].end()]
    stop = _CLAUSE_END.search(folded, period.end, period.end + 100)
    after = _acts().search(folded, period.end, stop.start() if stop else min(len(folded), period.end + 100))
    return text[after.start() : after.end()] if after else None
