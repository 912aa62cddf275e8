"""Text -> expressions of time with what they say, not yet anchored: pieces found, joined, tied into ranges, doubted."""

from __future__ import annotations

import dataclasses
import re

from pipeline.vietnamese.calendar_doubts import is_meant
from pipeline.vietnamese.calendar_joining import compose, groups, tie_ranges
from pipeline.vietnamese.calendar_lexer import Holiday, Lexer, find_atoms
from pipeline.vietnamese.calendar_pieces import YYYY, Expression, O, S
from pipeline.vietnamese.calendar_values import Direction, Grain, Interval, When, resolve
from pipeline.vietnamese.spelling import fold

__all__ = ["Direction", "Expression", "Grain", "Holiday", "Interval", "Lexer", "When", "find_expressions", "resolve"]

PLAIN = Lexer.of()


def find_expressions(text: str, lexer: Lexer = PLAIN) -> tuple[Expression, ...]:
    """All expressions of time in the order of the text; those that cover the text are never doubted."""
    folded = fold(text)
    joined = [compose(group) for group in groups(folded, find_atoms(folded, lexer))]
    ranged = tie_ranges(folded, [expression for expression in joined if expression is not None])
    whole = _whole(folded)
    kept: list[Expression] = []
    for expression in ranged:
        if kept and expression.start < kept[-1].end:
            continue  # the year of `mùng 10 tháng 3 âm lịch năm 2025`
        if _covers(expression, whole) or is_meant(folded, expression, kept[-1] if kept else None):
            kept.append(_widen(folded, expression))
    return tuple(kept)


# What a lone expression may have around it and still be the whole text: `Vào thứ 2.`
_AROUND = re.compile(rf"(?:vào|lúc|trong|từ|kể{S}từ|đến|tới|trước|sau|hết|khoảng|dịp|nộp|họp|hạn){S}")


def _whole(folded: str) -> tuple[int, int]:
    start, end = 0, len(folded)
    if end > 120:
        return (-1, -1)
    while start < end and not folded[start].isalnum():
        start += 1
    while end > start and not folded[end - 1].isalnum():
        end -= 1
    for _ in range(3):
        around = _AROUND.match(folded, start)
        start = around.end() if around is not None else start
    return start, end


def _covers(expression: Expression, whole: tuple[int, int]) -> bool:
    return (expression.start, expression.end) == whole or (expression.start <= whole[0] and expression.end >= whole[1] >= 0)


# A day that comes again (`hằng năm`), or of no month or year in particular (`của năm báo cáo`).
_RECURS = re.compile(
    rf"{O},?{O}(?:(?:của{S})?(?:hằng|hàng|mỗi|từng){S}(?:năm|tháng|tuần|quý|ngày)(?!\w)"
    rf"|(?:của{S})?(?:năm|tháng|quý){S}(?:xét|cuối|liền|kế|tiếp|đó|báo{S}cáo|sau{S}liền|trước{S}liền|đánh{S}giá)(?!\w)|liền{S}kề)"
)
_RECURS_BEFORE = re.compile(
    rf"(?:(?:hằng|hàng|mỗi){S}(?:năm|tháng|quý|tuần)|định{S}kỳ{S}\d+{S}tháng){O},?\(?(?:(?:trước|từ|vào|chậm{S}nhất|đến){S}){{0,3}}$"
)
_GENERIC = re.compile(r"(?:tiếp theo|kế tiếp|tiếp)$")
_THIRD = re.compile(
    rf"(?:(?:nửa|những{S}(?:ngày|tháng)){S})?(?:đầu|giữa|cuối|thượng{S}tuần|trung{S}tuần|hạ{S}tuần){S}(?:của{S})?$"
)
_LUNAR_AFTER = re.compile(rf"{O}(?:âm{S}lịch(?!\w)|\({O}âm{S}lịch{O}\))(?:,?{S}năm{S}(?P<year>{YYYY}))?")


# Giỗ Tổ Hùng Vương (mùng 10 tháng 3)
_FESTIVAL = re.compile(r"giỗ tổ|hùng vương|âm lịch|lễ vía|giỗ ")


def _is_lunar(folded: str, start: int, end: int) -> bool:
    """`mùng 10 tháng 3` beside the festival that is kept by the moon; alone it is read by the sun."""
    return folded.startswith(("mùng", "mồng", "ngày mùng", "ngày mồng"), start) and (
        _FESTIVAL.search(folded, max(0, start - 60), min(len(folded), end + 60)) is not None
    )


def _widen(folded: str, expression: Expression) -> Expression:
    """`đầu tháng 5/2025` belongs together (its value stays the month); `hằng năm` after a day makes it recur."""
    start, end, when = expression.start, expression.end, expression.when
    if expression.grain in ("month", "quarter", "year", "week") and (third := _THIRD.search(folded, max(0, start - 20), start)):
        start = third.start()
    if when is not None and (lunar := _LUNAR_AFTER.match(folded, end)) is not None and when.month is not None:
        year = int(lunar["year"]) if lunar["year"] else when.year
        until = when.until and dataclasses.replace(when.until, lunar=True, year=year or when.until.year)
        when, end = dataclasses.replace(when, lunar=True, year=year, until=until), lunar.end()
    if when is not None and expression.rule == "named_day" and _is_lunar(folded, start, end):
        when = dataclasses.replace(when, lunar=True)
    if end < len(folded) and folded[end] == ")" and "(" in folded[start:end]:
        end += 1
    recurring = _RECURS.match(folded, end) is not None or _RECURS_BEFORE.search(folded, max(0, start - 40), start) is not None
    if when is not None and when.day is not None and when.unit == "month" and _GENERIC.search(folded, start, end):
        recurring = True  # ngày 10 của tháng tiếp theo: of any month
    return dataclasses.replace(expression, start=start, end=end, when=when, recurring=recurring)
