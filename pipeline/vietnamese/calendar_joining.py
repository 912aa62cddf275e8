"""Atoms -> expressions: pieces that stand together joined, two ends tied into a range."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from pipeline.vietnamese.calendar_pieces import DASH, Atom, Expression, O, S
from pipeline.vietnamese.calendar_values import Grain, When

# A name alone (`80 năm Quốc khánh`, `chào mừng Quốc khánh`) is an occasion; a preposition makes it a day.
HOLIDAY_CUE = re.compile(rf"(?:trước|sau|vào|đúng|đến|từ|hôm|qua|hết){S}(?:đúng{S})?(?:dịp{S})?(?:ngày{S})?$")
UNTIL = re.compile(rf"(?<!\w)(?:đến|tới){S}$")
TET_CUE = re.compile(rf"(?:trước|hết|đến|sau){S}(?:dịp{S})?$")

_GAP = re.compile(rf"{O}(?:,|\(|-|–|\|)?{O}(?:(?:vào{S})?(?:lúc|hồi)|vào|của|trong|tức|ngày)?{O}")
_TIGHT = re.compile(rf"{S}(?:của{S}|lúc{S})?")
# Which piece may follow which in one expression; each slot is filled once.
_FOLLOWS: dict[str, frozenset[str]] = {
    "part": frozenset({"clock", "weekday", "day", "relday", "closed"}),
    "clock": frozenset({"part", "day", "relday", "weekday", "closed"}),
    "weekday": frozenset({"week", "day", "relday", "closed"}),
    "relday": frozenset({"day", "clock", "weekday"}),
    "day": frozenset({"year", "month", "clock", "weekday"}),
    "month": frozenset({"year"}),
    "quarter": frozenset({"year"}),
    "half": frozenset({"year"}),
    "holiday": frozenset({"day", "year"}),
    "week": frozenset(),
    "year": frozenset(),
    "closed": frozenset(),
    "same": frozenset(),
    "ordinal": frozenset({"month", "year"}),
}


def groups(folded: str, atoms: Iterator[Atom]) -> Iterator[list[Atom]]:
    """Atoms in the order of the text, those of one expression together."""
    group: list[Atom] = []
    for atom in atoms:
        if group and _joins(folded, group, atom):
            group.append(atom)
        else:
            if group:
                yield group
            group = [atom]
    if group:
        yield group


def _joins(folded: str, group: Sequence[Atom], atom: Atom) -> bool:
    before = group[-1]
    if atom.slot not in _FOLLOWS[before.slot] or any(atom.slot == other.slot for other in group) or atom.start - before.end > 14:
        return False
    tight = before.slot in ("part", "month", "quarter", "half") or atom.slot in ("part", "year", "month", "week")
    if (_TIGHT if tight else _GAP).fullmatch(folded, before.end, atom.start) is None:
        return False
    if not atom.firm and atom.slot == "relday":  # `sáng mai`, `tối qua`: never `ngày 5 qua`
        return before.slot == "part" or folded[atom.start : atom.end] == "ngày nay"
    if (
        atom.slot == "day"
        and folded[before.start : before.end] == "nay"
        and UNTIL.search(folded[max(0, before.start - 8) : before.start])
    ):
        return False  # `đến nay, 4/9 huyện`: how many, not the day
    if atom.slot == "closed":  # only days: `sáng 3 và 4/5`, `thứ hai đến thứ sáu`
        return atom.rule == "day_range"
    if before.slot == "holiday" and atom.slot == "day":  # Quốc khánh 2/9, never `Noel 30/12`
        return _same_day(before.when, atom.when)
    if before.slot == "holiday":
        return _is_cued_holiday(folded, before)
    if before.slot == "day" and atom.slot == "month":  # ngày 15 tháng này
        return before.when is not None and before.when.month is None
    if atom.slot == "year" and before.when is not None:
        return before.when.year is None and before.when.shift is None
    return True


def _is_cued_holiday(folded: str, atom: Atom) -> bool:
    """`trước Tết Nguyên đán`, `ngày Quốc khánh năm 2025` at the head of the text: a day; `đón Tết Ất Tỵ`: an occasion."""
    left = folded[max(0, atom.start - 24) : atom.start]
    return not left.strip() or (HOLIDAY_CUE if atom.firm else TET_CUE).search(left) is not None


def _same_day(a: When | None, b: When | None) -> bool:
    return a is not None and b is not None and (a.day, a.month) == (b.day, b.month)


def compose(group: Sequence[Atom]) -> Expression | None:
    """The pieces of one expression as one."""
    by_slot: dict[str, Atom] = {atom.slot: atom for atom in group}
    when, rule, grain = _merge_when(by_slot)
    clock, part = by_slot.get("clock"), by_slot.get("part") or by_slot.get("day")  # đêm 5/3
    time, time_end = _times(clock, part)
    if clock is not None:
        grain = clock.grain
        if when is not None and when.unit == "day" and when.shift is not None and _ends_day(clock, part):
            when = dataclasses.replace(when, shift=when.shift + 1)
    if when is None and time is None:
        return None
    start, end = group[0].start, group[-1].end
    firm = any(atom.firm for atom in group) or (len(group) > 1 and when is not None)
    return Expression(
        start=start, end=end, rule=rule, when=when, grain=grain, time=time, time_end=time_end, firm=firm,
    )  # fmt: skip


def _merge_when(by_slot: dict[str, Atom]) -> tuple[When | None, str, Grain]:
    if "ordinal" in by_slot:
        return _merge_ordinal(by_slot), "ordinal", by_slot["ordinal"].grain
    for slot in ("day", "closed", "relday", "weekday", "holiday", "month", "quarter", "half", "week", "same", "year"):
        atom = by_slot.get(slot)
        if atom is None or atom.when is None:
            continue
        when = atom.when
        if slot == "weekday" and "week" in by_slot and (week := by_slot["week"].when) is not None:
            return dataclasses.replace(when, unit="week", shift=week.shift), "weekday_of_week", "day"
        if slot == "day" and "month" in by_slot and (month := by_slot["month"].when) is not None:
            merged = dataclasses.replace(
                when, month=month.month, year=month.year, unit=month.unit, shift=month.shift, lunar=month.lunar
            )
            return merged, "day_of_month", "day"
        if slot not in ("week", "year") and "year" in by_slot and (year := by_slot["year"].when) is not None:
            last = when.until
            if last is not None:
                last = dataclasses.replace(last, year=year.year, unit=year.unit, shift=year.shift)
            when = dataclasses.replace(when, year=year.year, unit=year.unit, shift=year.shift, until=last)
        if slot == "day" and when.day is not None and when.year is None and "weekday" in by_slot:
            weekday = by_slot["weekday"].when
            when = dataclasses.replace(when, weekday=weekday.weekday if weekday else None)
        if slot == "day" and "holiday" in by_slot and (holiday := by_slot["holiday"].when) is not None:
            when = dataclasses.replace(when, lunar=holiday.lunar)
        rule = "day_said_now" if slot == "day" and "relday" in by_slot else atom.rule
        return when, rule, when.grain if atom.grain == "day" else atom.grain
    return None, "clock", "hour"


def _merge_ordinal(by_slot: dict[str, Atom]) -> When | None:
    """`tuần thứ hai của tháng 3 năm 2025`: the ordinal takes month and year from what follows it."""
    ordinal = by_slot["ordinal"].when
    month = by_slot["month"].when if "month" in by_slot else None
    year = by_slot["year"].when if "year" in by_slot else None
    outer = month or year
    if ordinal is None or outer is None:
        return None
    shifted = outer if outer.shift is not None else year
    return dataclasses.replace(
        ordinal,
        month=month.month if month else None,
        year=outer.year or (year.year if year else None),
        shift=shifted.shift if shifted else None,
        unit=shifted.unit if shifted else None,
    )


# Which half of the day a part of the day puts an hour into, in 24 hours.
_AFTERNOON = {"chiều", "chiều tối", "tối"}
_NIGHT = {"đêm", "khuya", "đêm khuya", "tối khuya", "nửa đêm", "giữa đêm"}


def _ends_day(clock: Atom, part: Atom | None) -> bool:
    """`12 giờ đêm nay` is the first moment of tomorrow."""
    return clock.hours[:2] == (12, 0) and part is not None and (part.part or "") in _NIGHT


def _times(clock: Atom | None, part: Atom | None) -> tuple[str | None, str | None]:
    name = (part.part or "").removeprefix("buổi ").removeprefix("lúc ") if part is not None else ""
    if clock is None:
        return {"giữa trưa": "12:00", "nửa đêm": "00:00", "giữa đêm": "00:00"}.get(name), None
    shown = []
    for hour, minute in zip(clock.hours[::2], clock.hours[1::2], strict=True):
        if (name in _AFTERNOON and hour < 12) or (name in _NIGHT and 6 <= hour <= 12) or (name.endswith("trưa") and hour < 4):
            hour += 12
        shown.append(f"{hour % 24:02d}:{minute:02d}")
    return shown[0], shown[1] if len(shown) > 1 else None


# ------------------------------------------------------------------------------------------------ ranges
_TO = re.compile(rf"{O}(?:{DASH}|(?:cho{S})?(?:đến|tới)(?:{S}(?:hết|cuối|trước|khoảng))?){O}(?:(?:ngày|hết){S})?")
FROM = re.compile(rf"(?:^|(?<=[\s(,;])) ?(?:kể{S})?từ{S}(?:ngày{S}|hết{S}|khoảng{S}|đầu{S}|cuối{S}|giữa{S}|lúc{S}|khi{S})?$")
_DAY_GRAINS = ("day", "hour", "minute")


def tie_ranges(folded: str, expressions: Sequence[Expression]) -> list[Expression]:
    """Expressions in the order of the text, the two ends of a range as one."""
    tied: list[Expression] = []
    for expression in expressions:
        before = tied[-1] if tied else None
        merged = before and _tie(folded, before, expression)
        if merged:
            tied[-1] = merged
        else:
            tied.append(expression)
    return tied


def _tie(folded: str, first: Expression, last: Expression) -> Expression | None:
    if last.start - first.end > 16 or _TO.fullmatch(folded, first.end, last.start) is None:
        return None
    a, b = first.when, last.when
    if a is None and first.time and last.time and (b is None or b.until is None):  # từ 8h đến 11h30 ngày 5/3
        grain: Grain = "minute" if "minute" in (first.grain, last.grain) else "hour"
        return dataclasses.replace(
            last, start=first.start, time=first.time, time_end=last.time, grain=grain, firm=first.firm or last.firm
        )
    if b is None and a is not None and first.time and last.time:  # từ 8h ngày 5/3 đến 11h
        return dataclasses.replace(first, end=last.end, time_end=last.time)
    if (
        a is None
        or b is None
        or a.until is not None
        or b.until is not None
        or b.exact
        or b.span
        or a.same_period
        or b.same_period
    ):
        return None
    from_said = FROM.search(folded, max(0, first.start - 14), first.start) is not None
    dashed = last.start - first.end <= 4 and re.fullmatch(rf"{O}{DASH}{O}", folded[first.end : last.start]) is not None
    if not dashed and not from_said:
        return None
    if dashed and not from_said and (a.grain in _DAY_GRAINS) != (b.grain in _DAY_GRAINS):
        return None
    if a.year and b.year and a.year != b.year and (a.month, a.day) == (b.month, b.day) and a.day:
        return None  # 31/3/1975 - 31/3/2025: an anniversary, two days
    grain = first.grain if first.grain == last.grain else "period"
    when = dataclasses.replace(a, until=b)
    return Expression(
        start=first.start, end=last.end, rule="range", when=when, grain=grain, time=first.time, time_end=last.time,
        firm=first.firm or last.firm,
    )  # fmt: skip
