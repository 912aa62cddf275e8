"""Story and place -> the interval an expression stands for, the date that governed it, and how sure that is."""

from __future__ import annotations

import bisect
import dataclasses
import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.facts.date_story import Place, Story, covers_sentence, direction_of
from pipeline.vietnamese.calendar import Direction, Grain, Interval, When, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an expression stands for in this article, the date that governed it, and how sure that is."""

    interval: Interval | None
    anchor: date | None = None
    confidence: float = 0.98
    time: str | None = None
    grain: Grain | None = None


def anchored(story: Story, place: Place) -> Reading:
    """The interval, the date that governed it, and how sure that is."""
    when = place.expression.when
    if when is None:
        return _read_clock(story, place)
    if when.same_period:
        return _read_same(story, place, when)
    if when.is_absolute:
        return Reading(interval=resolve(when, story.now))
    if when.is_relative and when.until is None:
        anchor = _relative_anchor(story, place)
        if when.unit in ("hour", "minute"):
            return _read_hours(story, when)
        if when.exact and when.unit in ("month", "year") and not covers_sentence(place):  # told: no more precise than said
            when = dataclasses.replace(when, grain="month" if when.unit == "month" else "year")
            return Reading(interval=resolve(when, anchor), anchor=anchor, confidence=0.8, grain=when.grain)
        return Reading(interval=resolve(when, anchor), anchor=anchor, confidence=0.9)
    if place.expression.rule == "day_said_now":
        return Reading(interval=resolve(when, story.published, "near"), anchor=story.published)
    direction = direction_of(story, place)
    if when.weekday is not None and when.day is None and when.nth is None:
        return _read_weekday(story, place, direction)
    return _read_open(story, place, when, direction)


def _read_open(story: Story, place: Place, when: When, direction: Direction) -> Reading:
    """A day, month or quarter without its year: near publication, else where a dated neighbour puts it."""
    plain = _read_from_now(story, when, direction, asked=covers_sentence(place))
    governing = _governing(story, place, when, direction)
    if governing is None or governing.anchor is None:
        return plain
    if not governing.certain and plain.interval is not None and story.published is not None:
        if _gap(plain.interval, story.published) <= _CLOSE:
            return plain
        if direction == "future" and (story.published - governing.anchor).days > _FAR:
            return plain
    interval = _in_year_of(when, governing.anchor, direction)
    return Reading(interval=interval, anchor=governing.anchor, confidence=0.9)


def _read_from_now(story: Story, when: When, direction: Direction, *, asked: bool) -> Reading:
    """Plans count from the event, reports back from publication (from the event where that is told much later).

    What is told rather than `asked` is rather near than far: `Sáng 2/1` of a report on the first is tomorrow's.
    """
    anchor = story.now or story.issued
    if direction == "future" and story.event is not None:
        anchor = story.event
    if direction == "past" and when.until is not None and when.day is None:  # trong quý II-IV: may well be running
        direction = "near"
    interval = resolve(when, anchor, direction)
    if not asked and anchor is not None and interval is not None and _gap(interval, anchor) > _FAR:
        if when.weekday is not None and when.nth is None:  # a slip in the weekday is no reason for a far year
            when = dataclasses.replace(when, weekday=None)
            interval = resolve(when, anchor, direction) or interval
        near = resolve(when, anchor, "near")
        if near is not None and _gap(near, anchor) <= _CLOSE + 15:
            interval, direction = near, "near"
    return Reading(interval=interval, anchor=anchor, confidence=0.8 if direction == "near" else 0.9)


def _gap(interval: Interval, day: date) -> int:
    """Days between a day and the nearest day of the interval."""
    return max((interval.start - day).days, (day - interval.end).days, 0)


_FAR, _CLOSE = 180, 45


def _relative_anchor(story: Story, place: Place) -> date | None:
    if (place.expression.rule == "relative_unit_loose" or _compared(story, place)) and not covers_sentence(place):
        told = _told_in(story, place.sentence)
        if told is not None:
            return told
    return story.now


def _read_hours(story: Story, when: When) -> Reading:
    """`2 giờ nữa`, `30 phút trước`: from the minute of publication, where it is known."""
    if story.moment is None or when.shift is None:
        return Reading(interval=None)
    moment = story.moment + timedelta(**{f"{when.unit}s": when.shift})
    day = moment.date()
    return Reading(interval=Interval(start=day, end=day), anchor=story.published, confidence=0.8, time=moment.strftime("%H:%M"))


def _compared(story: Story, place: Place) -> bool:
    """`quý I/2025 tăng so với quý trước`: counted from the period told before."""
    start = place.expression.start
    return story.folded[max(0, start - 8) : start].endswith("so với ") and story.folded[start : place.expression.end].endswith(
        "trước"
    )


def _told_in(story: Story, span: tuple[int, int]) -> date | None:
    """The last day, month or year told with its year in this stretch."""
    for place, interval in reversed(story.told[-_LOOK_BACK:]):
        if place.expression.start < span[0]:
            return None
        if not place.of_document:
            return interval.start
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Governing:
    """A dated neighbour; `certain` where the two are one list or the words call the day historic."""

    anchor: date
    certain: bool


_LISTED = re.compile(r"\s?(?:,|;|và|hoặc|đến|-|–)\s?(?:từ\s|ngày\s|sáng\s|chiều\s|tối\s)?")
_HISTORIC = re.compile(r"\s(?:lịch sử|năm ấy|năm đó|năm xưa)(?!\w)")


def _governing(story: Story, place: Place, when: When, direction: Direction) -> _Governing | None:
    """The dated expression that governs the sentence, else the paragraph: the nearest before, else after it."""
    if when.shift is not None:
        return None
    start, end = place.expression.start, place.expression.end
    historic = _HISTORIC.match(story.folded, end) is not None
    after = next((p for p in story.places[bisect.bisect_right(story.starts, start) :][:1] if p.sentence == place.sentence), None)
    if after is not None and after.expression.when is not None and after.expression.when.is_absolute:
        interval = resolve(after.expression.when, None)
        if interval is not None and _LISTED.fullmatch(story.folded, end, after.expression.start):
            return _Governing(anchor=interval.start, certain=True)
    if historic and (old := _told_long_ago(story)) is not None:
        return _Governing(anchor=old, certain=True)
    coarse = when.day is None
    for told, interval in reversed(story.told[-_LOOK_BACK:]):
        if told.paragraph != place.paragraph:
            break
        same = told.sentence == place.sentence
        if _governs(story, told, interval, coarse=coarse, same_sentence=same):
            listed = same and _LISTED.fullmatch(story.folded, told.expression.end, start) is not None
            return _Governing(anchor=interval.start, certain=listed)
    if after is not None:
        interval = resolve(after.expression.when, None) if after.expression.when is not None else None
        if interval is not None and _governs(story, after, interval, coarse=coarse, same_sentence=True):
            return _Governing(anchor=interval.start, certain=False)
    return None


_LOOK_BACK = 40  # expressions


def _told_long_ago(story: Story) -> date | None:
    """What `tháng 3 lịch sử` looks back on: the last day or month told that is at least five years old."""
    for place, interval in reversed(story.told[-_LOOK_BACK:]):
        old = story.published is None or (story.published - interval.end).days > 5 * 365
        if old and not place.of_document and (interval.end - interval.start).days <= 31:
            return interval.start
    return None


# A year that only measures or aims does not say when the rest happens: `so với năm 2012`, `mục tiêu đến năm 2030`.
_MEASURES = re.compile(r"(?:so với|tương đương|bằng|cùng kỳ|hơn|đến|tầm nhìn|luật|hiến pháp|mục tiêu|kế hoạch)\s(?:\w+\s){0,3}$")


def _governs(story: Story, place: Place, interval: Interval, *, coarse: bool, same_sentence: bool) -> bool:
    when = place.expression.when
    if when is None or not when.is_absolute or place.of_document or when.until is not None:
        return False
    days = (interval.end - interval.start).days
    if days > (366 if coarse and same_sentence else 92 if coarse else 31):
        return False
    start = place.expression.start
    return days <= 31 or _MEASURES.search(story.folded, max(0, start - 30), start) is None


def _in_year_of(when: When, governing: date, direction: Direction) -> Interval | None:
    """The same year, or the next where a plan told in December falls in January."""
    if when.day is None:
        return resolve(dataclasses.replace(when, year=governing.year) if when.until is None else when, governing, "near")
    if direction == "future" and governing.month >= 10:
        return resolve(when, governing, "future")
    return resolve(when, governing, "near")


def _read_weekday(story: Story, place: Place, direction: Direction) -> Reading:
    """`thứ hai` of a report is the last one, `chủ nhật tới` the next; `vừa qua` and `trước` are before today."""
    when, anchor = place.expression.when, story.now
    if when is None or anchor is None:
        return Reading(interval=None)
    if direction == "near" and not covers_sentence(place):
        direction = "past"
    day = anchor - timedelta(days=1) if when.toward == "past" else anchor
    return Reading(interval=resolve(when, day, direction), anchor=anchor, confidence=0.85)


def _read_clock(story: Story, place: Place) -> Reading:
    """A time of day without a day: of the day told before in the paragraph; alone, of the day we are in."""
    if covers_sentence(place):
        day = story.published
    else:
        day = next(
            (
                i.start
                for p, i in reversed(story.told)
                if p.paragraph == place.paragraph and i.start == i.end and not p.of_document
            ),
            None,
        )
    return Reading(interval=Interval(start=day, end=day) if day else None, anchor=day, confidence=0.7)


def _read_same(story: Story, place: Place, when: When) -> Reading:
    """`cùng ngày`: the day told before; `cùng kỳ`: the period told before, a year earlier."""
    if when.grain == "day":
        day = next((i.start for p, i in reversed(story.told[-_LOOK_BACK:]) if i.start == i.end and not p.of_document), None)
        day = day or story.event or story.published
        return Reading(interval=Interval(start=day, end=day) if day else None, anchor=day, confidence=0.8)
    told = next((i for p, i in reversed(story.told[-_LOOK_BACK:]) if p.paragraph == place.paragraph and _is_period(p, i)), None)
    if told is None:
        said = "năm" in story.folded[place.expression.start : place.expression.end]
        year = when.year or (story.now.year - 1 if story.now and said else None)
        interval = resolve(When(grain="year", year=year), None) if year else None
        return Reading(interval=interval, anchor=story.now, confidence=0.5)
    fields = When(
        grain="period", year=when.year or told.start.year - 1, month=told.start.month,
        months=(told.end.year - told.start.year) * 12 + told.end.month - told.start.month + 1,
    )  # fmt: skip
    return Reading(interval=resolve(fields, None), anchor=told.start, confidence=0.7)


def _is_period(place: Place, interval: Interval) -> bool:
    when = place.expression.when
    short = interval.start < interval.end and (interval.end - interval.start).days < 364
    return when is not None and short and when.until is None and not when.span and not when.is_relative
