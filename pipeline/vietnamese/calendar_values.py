"""What an expression of time says (`When`) + anchor and direction -> the interval it stands for."""

from __future__ import annotations

import calendar
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipeline.vietnamese import calendar_lunar

Grain = Literal["minute", "hour", "day", "week", "month", "quarter", "half", "year", "period"]
Unit = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]
Direction = Literal["past", "future", "near"]

MIN_YEAR, MAX_YEAR = 1, 2299
# How much farther a day ahead may seem than one behind when neither tense nor verb tells: reports look back.
_AHEAD = 1.5
# Of a span told as past (`9 tháng đầu năm`) at least this share must be over, else last year's is meant.
_ELAPSED = 0.5
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """First and last day, inclusive."""

    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The fields that the words fix; what they leave open comes from an anchor.

    `shift` counts whole units from the anchor's own (`tuần trước` is week -1) and may hold finer fields
    (`thứ 5 tuần trước`, `tháng 3 năm ngoái`); `exact` makes it a distance (`3 tuần trước`).
    `span` is a stretch that begins or ends at the anchor (`10 ngày tới` is +10 days).
    `nth` is the nth (or last, -1) day, week or weekday of a month or year; a weekday beside a day of the month must agree.
    `months`, `days` and `years` are lengths; `until` is the other end of a range; `toward` is the direction where the
    words themselves tell it (`chủ nhật tới`).
    """

    grain: Grain
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    nth: int | None = None
    months: int = 1
    days: int = 1
    years: int = 1
    unit: Unit | None = None
    shift: int | None = None
    exact: bool = False
    span: int | None = None
    lunar: bool = False
    toward: Direction | None = None
    same_period: bool = False
    until: When | None = None

    @property
    def is_absolute(self) -> bool:
        """Nothing is left open."""
        if self.until is not None:
            return self.year is not None and self.until.year is not None
        return self.year is not None and self.shift is None

    @property
    def is_relative(self) -> bool:
        """Told by its distance from the anchor alone."""
        return self.shift is not None or self.span is not None


def resolve(when: When, anchor: date | None, direction: Direction = "near") -> Interval | None:
    """The interval; None where it needs an anchor and has none, or is no date (31/2)."""
    direction = when.toward or direction
    try:
        if when.until is not None:
            return _resolve_range(when, when.until, anchor, direction)
        if when.year is not None and when.shift is None:
            return _build(when, when.year, None)
        if anchor is None:
            return None
        if when.span is not None:
            return _resolve_span(when, anchor)
        if when.shift is not None:
            return _resolve_shift(when, anchor)
        return _nearest(when, anchor, direction)
    except (OverflowError, ValueError):  # beyond year 9999 or before year 1
        return None


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of that month where it is shorter."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _resolve_range(first: When, last: When, anchor: date | None, direction: Direction) -> Interval | None:
    """Each end lends the other what it lacks: `từ ngày 1 đến ngày 5/3`, `từ 25/12 đến 3/1/2022`."""
    head = dataclasses.replace(first, until=None, toward=None)
    last = dataclasses.replace(last, toward=None)
    if direction == "future" and head.weekday is not None and last.weekday is not None and head.day is None:
        begun = resolve(head, anchor, direction)
        end = resolve(last, begun.start, direction) if begun else None
        return Interval(start=begun.start, end=end.end) if begun and end else None
    if last.is_relative or last.year is not None or head.year is None:
        end = resolve(last, anchor, direction)
    else:
        begun = resolve(head, anchor, direction)
        end = resolve(last, begun.start, "future") if begun else None
    if end is None:
        return None
    if head.is_relative or head.year is not None:
        start = resolve(head, anchor, direction)
    elif head.month is None and head.weekday is None:
        start = _build(dataclasses.replace(head, month=end.start.month), end.start.year, None)
    else:
        start = resolve(head, end.start, "past")
    if start is None or start.start > end.end:
        return None
    return Interval(start=start.start, end=end.end)


def _resolve_span(when: When, anchor: date) -> Interval:
    count = when.span or 0
    other = _move(anchor, when.unit, count)
    if count < 0:
        return Interval(start=other, end=anchor)
    return Interval(start=anchor + timedelta(days=1), end=other)


def _move(anchor: date, unit: Unit | None, count: int) -> date:
    if unit in ("day", "week"):
        return anchor + timedelta(days=count * (7 if unit == "week" else 1))
    return add_months(anchor, count * {"month": 1, "quarter": 3, "year": 12}[unit or "month"])


def _resolve_shift(when: When, anchor: date) -> Interval | None:
    shift = when.shift or 0
    if when.exact:
        day = _move(anchor, when.unit, shift)
        if when.grain == "month":
            return _month_span(day.year, day.month, 1)
        if when.grain == "year":
            return _month_span(day.year, 1, 12)
        return Interval(start=day, end=day)
    if when.unit == "day":
        day = anchor + timedelta(days=shift)
        return Interval(start=day, end=day)
    if when.unit == "week":
        if when.toward == "past" and anchor.weekday() >= _SATURDAY:  # on a Sunday `tuần qua` is the week that ends
            shift += 1
        monday = anchor + timedelta(days=7 * shift - anchor.weekday())
        start = monday + timedelta(days=when.weekday or 0)
        length = 7 if when.weekday is None else when.days
        return Interval(start=start, end=start + timedelta(days=length - 1))
    if when.unit == "month":
        first = add_months(anchor.replace(day=1), shift)
        if when.day is not None:
            return _build(dataclasses.replace(when, month=first.month), first.year, None)
        return _month_span(first.year, first.month, 1)
    if when.unit == "quarter":
        first = add_months(date(anchor.year, (anchor.month - 1) // 3 * 3 + 1, 1), 3 * shift)
        return _month_span(first.year, first.month, 3)
    return _build(when, anchor.year + shift, anchor)


def _nearest(when: When, anchor: date, direction: Direction) -> Interval | None:
    """Of the intervals that the open year, month or week allows, the one the direction asks for."""
    if when.weekday is not None and when.day is None and when.nth is None:
        return _nearest_weekday(when, anchor, direction)
    found = [i for i in _candidates(when, anchor) if i is not None]
    if when.weekday is not None and when.nth is None:  # thứ sáu ngày 13, Thứ Năm, 16/12
        found = [i for i in found if i.start.weekday() == when.weekday] or found
    if not found:
        return None
    if direction == "future":
        return next((i for i in found if i.end >= anchor), None)
    if direction == "past":
        return next((i for i in reversed(found) if _is_over(i, anchor)), None)
    return min(found, key=lambda i: _distance(i, anchor))


def _candidates(when: When, anchor: date) -> Iterator[Interval | None]:
    if when.lunar and when.month is None:  # rằm: of the lunar months around
        for year in (anchor.year - 1, anchor.year, anchor.year + 1):
            for month in range(1, 13):
                yield _build(dataclasses.replace(when, month=month), year, anchor)
        return
    reach = 8 if when.weekday is not None or (when.day == 29 and when.month == 2) else 2
    if when.month is None and when.day is not None and not when.lunar:
        for months in range(-3, 4) if when.weekday is None else range(-14, 15):
            first = add_months(anchor.replace(day=1), months)
            yield _build(dataclasses.replace(when, month=first.month), first.year, anchor)
    elif when.month is None and when.grain == "year":
        yield _build(when, anchor.year, anchor)
    else:
        for year in range(anchor.year - reach, anchor.year + reach + 1):
            yield _build(when, year, anchor)


def _is_over(interval: Interval, anchor: date) -> bool:
    needed = (interval.end - interval.start).days * _ELAPSED
    return (anchor - interval.start).days >= (needed if needed > 45 else 0)


def _distance(interval: Interval, anchor: date) -> float:
    if interval.start > anchor:
        return (interval.start - anchor).days * _AHEAD
    if interval.end < anchor:
        return (anchor - interval.end).days
    half = (interval.end - interval.start).days * _ELAPSED
    return max(half - (anchor - interval.start).days, 0) if half > 45 else 0


def _nearest_weekday(when: When, anchor: date, direction: Direction) -> Interval:
    back = (anchor.weekday() - (when.weekday or 0)) % 7
    day = anchor - timedelta(days=back) if direction == "past" else anchor + timedelta(days=7 - back)
    return Interval(start=day, end=day + timedelta(days=when.days - 1))


def _build(when: When, year: int, anchor: date | None) -> Interval | None:
    """The interval in a known year."""
    if not MIN_YEAR <= year <= MAX_YEAR:
        return None
    if when.lunar:
        return _build_lunar(when, year)
    if when.nth is not None:
        return _nth(when, year)
    if when.month is None:
        if when.day is not None:
            return None
        return _month_span(year, 1, 12 * when.years)
    if when.day is None:
        return _month_span(year, when.month, when.months)
    try:
        start = date(year, when.month, when.day)
    except ValueError:  # 31/2, 29/2 of a common year
        return None
    return Interval(start=start, end=start + timedelta(days=when.days - 1))


def _nth(when: When, year: int) -> Interval | None:
    """`tuần thứ hai của tháng 3`, `chủ nhật cuối cùng của năm 2025`; weeks begin on Monday and lie within it."""
    nth = when.nth or 1
    whole = _month_span(year, when.month or 1, 1 if when.month else 12)
    if whole is None:
        return None
    weekday = 0 if when.grain == "week" else when.weekday
    length = 7 if when.grain == "week" else 1
    days = (whole.start + timedelta(days=n) for n in range((whole.end - whole.start).days + 2 - length))
    starts = [day for day in days if weekday is None or day.weekday() == weekday]
    if not -len(starts) <= nth <= len(starts):
        return None
    start = starts[nth if nth < 0 else nth - 1]
    return Interval(start=start, end=start + timedelta(days=length - 1))


def _build_lunar(when: When, year: int) -> Interval | None:
    if when.month is None:
        return None
    if when.day is None:
        first, last = calendar_lunar.month_days(year, when.month)
        return Interval(start=first, end=last)
    start = calendar_lunar.to_solar(year, when.month, when.day)
    return None if start is None else Interval(start=start, end=start + timedelta(days=when.days - 1))


def _month_span(year: int, month: int, months: int) -> Interval | None:
    last = year * 12 + month - 2 + months
    end_year, end_month = divmod(last, 12)
    if not MIN_YEAR <= year <= end_year <= MAX_YEAR:
        return None
    return Interval(
        start=date(year, month, 1), end=date(end_year, end_month + 1, calendar.monthrange(end_year, end_month + 1)[1])
    )
