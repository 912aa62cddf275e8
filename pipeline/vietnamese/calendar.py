"""Text -> expressions of time with what they say, not yet anchored: pieces found, joined, tied into ranges, doubted."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.vietnamese.calendar_lexer import Holiday, Lexer, find_atoms
from pipeline.vietnamese.calendar_periods import BRANCHES, STEMS
from pipeline.vietnamese.calendar_pieces import DASH, Atom, O, S
from pipeline.vietnamese.calendar_values import Direction, Grain, Interval, When, resolve
from pipeline.vietnamese.spelling import fold

__all__ = ["Direction", "Expression", "Holiday", "Interval", "Lexer", "When", "find_expressions", "resolve"]


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


PLAIN = Lexer.of()


def find_expressions(text: str, lexer: Lexer = PLAIN) -> tuple[Expression, ...]:
    """All expressions of time in the order of the text; those that cover the text are never doubted."""
    folded = fold(text)
    joined = [_compose(group) for group in _groups(folded, find_atoms(folded, lexer))]
    ranged = _tie_ranges(folded, [expression for expression in joined if expression is not None])
    whole = _whole(folded)
    kept: list[Expression] = []
    for expression in ranged:
        if _covers(expression, whole) or _is_meant(folded, expression, kept[-1] if kept else None):
            kept.append(_widen(folded, expression))
    return tuple(kept)


# ------------------------------------------------------------------------------------------------ joining pieces
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


def _groups(folded: str, atoms: Iterator[Atom]) -> Iterator[list[Atom]]:
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
    return not left.strip() or (_HOLIDAY_CUE if atom.firm else _TET_CUE).search(left) is not None


def _same_day(a: When | None, b: When | None) -> bool:
    return a is not None and b is not None and (a.day, a.month) == (b.day, b.month)


def _compose(group: Sequence[Atom]) -> Expression | None:
    """The pieces of one expression as one."""
    by_slot: dict[str, Atom] = {atom.slot: atom for atom in group}
    when, rule, grain = _merge_when(by_slot)
    clock, part = by_slot.get("clock"), by_slot.get("part")
    time, time_end = _times(clock, part)
    if clock is not None:
        grain = clock.grain
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


def _times(clock: Atom | None, part: Atom | None) -> tuple[str | None, str | None]:
    name = (part.part or "").removeprefix("buổi ").removeprefix("lúc ") if part is not None else ""
    if clock is None:
        return {"giữa trưa": "12:00", "nửa đêm": "00:00", "giữa đêm": "00:00"}.get(name), None
    shown = []
    for hour, minute in zip(clock.hours[::2], clock.hours[1::2], strict=True):
        if (name in _AFTERNOON and hour < 12) or (name in _NIGHT and 6 <= hour < 12) or (name.endswith("trưa") and hour < 4):
            hour += 12
        shown.append(f"{hour % 24:02d}:{minute:02d}")
    return shown[0], shown[1] if len(shown) > 1 else None


# ------------------------------------------------------------------------------------------------ ranges
_TO = re.compile(rf"{O}(?:{DASH}|(?:cho{S})?(?:đến|tới)(?:{S}(?:hết|cuối|trước|khoảng))?){O}(?:(?:ngày|hết){S})?")
_FROM = re.compile(rf"(?:^|(?<=[\s(,;])) ?(?:kể{S})?từ{S}(?:ngày{S}|hết{S}|khoảng{S}|đầu{S}|cuối{S}|giữa{S}|lúc{S}|khi{S})?$")
_DAY_GRAINS = ("day", "hour", "minute")


def _tie_ranges(folded: str, expressions: Sequence[Expression]) -> list[Expression]:
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
    from_said = _FROM.search(folded, max(0, first.start - 14), first.start) is not None
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


# ------------------------------------------------------------------------------------------------ doubts
# What a lone expression may have around it and still be the whole text: `Vào thứ 2.`
_AROUND = re.compile(rf"(?:vào|lúc|trong|từ|kể{S}từ|đến|tới|trước|sau|hết|khoảng|dịp|nộp|họp|hạn){S}")
_STREET = re.compile(
    rf"(?:đường|phố|đại{S}lộ|quốc{S}lộ|tỉnh{S}lộ|ngõ|hẻm|ngách|kiệt|nhà{S}số|số{S}nhà|công{S}viên|quảng{S}trường|bệnh{S}viện"
    rf"|cầu|phường|khu{S}phố|hội{S}trường|rạp|sư{S}đoàn|nông{S}trường|công{S}ty|nhà{S}máy|xí{S}nghiệp|hợp{S}tác{S}xã|htx|tập{S}thể|câu{S}lạc{S}bộ|mang{S}tên)(?:{S}số)?{S}$"
)
_NUMBERED = re.compile(
    rf"(?:số|nghị{S}định|nghị{S}quyết|quyết{S}định|thông{S}tư|chỉ{S}thị|công{S}văn|công{S}điện|luật|điều|khoản|mục"
    rf"|(?<!thời )(?<!cao )điểm|lô|thửa"
    rf"|tỷ{S}số|tỉ{S}số|tỷ{S}lệ|tỉ{S}lệ|phiên{S}bản|bản{S}đồ){S}(?:số{S})?$"
)
# A word before a bare `5/3` that makes it a day.
_DAY_CUE = re.compile(
    rf"(?:trước|từ|đến|tới|hết|vào|dịp|lễ|hôm|sau|kể{S}từ|hạn|hạn{S}chót|quốc{S}khánh|lao{S}động|ngày|đợt|khai{S}mạc|bế{S}mạc|chiến{S}thắng"
    rf"|phụ{S}nữ|nhà{S}giáo|thiếu{S}nhi|liệt{S}s[ĩỹ]|thống{S}nhất|tám|nam|tết|nghỉ|mừng|kỷ{S}niệm|truyền{S}thống|dự{S}kiến|\(){O}$"
)
_SHARE_AFTER = re.compile(rf"{S}(?:lên|xuống|còn|so|trong{S}số|là)(?!\w)")
# 19-10 is a day where the text writes days so elsewhere; else `dẫn trước 3-2` would be one.
_DASHED = re.compile(rf"(?:ngày|sáng|chiều|tối|hôm){S}\d{{1,2}}-\d{{1,2}}(?![\d-])")
_SCORE = re.compile(rf"(?:dẫn{S}trước|thắng|thua|hòa){S}$")
_NOT_A_DAY = re.compile(rf"(?:lớp|tổ|phòng|căn|hộ|block|tòa|tháp|khu|quận|xã|ấp|thôn|thẻ|đạt|được|tỷ|tỉ){O}$")
# Ngày Quốc tế Hạnh phúc 20/3, Ngày Chuyển đổi số quốc gia (10/10)
_NAMED_DAY_CUE = re.compile(r"(?<!\w)ngày(?:\s[^\W\d]+){1,9}\s\(?$")
_COUNTED_AFTER = re.compile(
    rf"{S}(?:(?:của|trong){S})?(?:số|tổng|nhiệm|chỉ|tiêu|đại|thành|hộ|dự|mục|đơn|trường|xã|phường|huyện|tỉnh|quận|thôn|người|dân|diện|lượng|cán|giờ|lần"
    rf"|triệu|tỷ|tỉ|nghìn|hạng|nội|nhóm|sở|cơ|công{S}trình|công{S}ty|địa{S}phương|mức|giá|phiếu|chiều|thời{S}gian|suất|doanh|hồ{S}sơ|văn|điều|thủ|tuyến|bản|ủy|vị"
    rf"|ý{S}kiến|con|cây|tấn|ha|km|m|kg|vốn|kế{S}hoạch|tập|ngày|tháng|năm{S}(?!\d)|chặng|vòng|trận|điểm|nước|quốc|khu|bệnh|ca|học|lớp|giáo|phòng|khối|cụm)(?!\w)"
)
_LIST_GAP = re.compile(rf"{O}(?:,|;|và|hoặc|{DASH}){O}(?:ngày{S}|sáng{S}|chiều{S}|tối{S})?")
_QUANTIFIED = re.compile(
    rf"(?:(?<!\w)\d{{1,4}}|các|những|nhiều|mấy|vài|từng|mỗi|mọi|hằng|hàng|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|suốt|đôi|cả){S}$"
)
_EACH = re.compile(rf"(?:mỗi|hằng|hàng|từng|một|(?<!\w)\d{{1,4}}|mười|hai|bốn|sáu){S}$")
_RECURS = re.compile(
    rf"{O},?{O}(?:(?:của{S})?(?:hằng|hàng|mỗi|từng){S}(?:năm|tháng|tuần|quý|ngày)(?!\w)"
    rf"|(?:của{S})?(?:năm|tháng|quý){S}(?:xét|cuối|liền|kế|tiếp|đó|báo{S}cáo|sau{S}liền|trước{S}liền|đánh{S}giá)(?!\w)|liền{S}kề)"
)
_RECURS_BEFORE = re.compile(
    rf"(?:(?:hằng|hàng|mỗi){S}(?:năm|tháng|quý|tuần)|định{S}kỳ{S}\d+{S}tháng){O},?\(?(?:(?:trước|từ|vào|chậm{S}nhất|đến){S}){{0,3}}$"
)
_GENERIC = re.compile(r"(?:tiếp theo|kế tiếp|tiếp)$")
_CLOCK_CUE = re.compile(rf"(?:lúc|vào|từ|đến|hồi|trước|sau|khoảng|\(){O}$")
_WEEKDAY_CUE = re.compile(rf"(?:vào|hôm|từ|đến|tới|ngày|tối|sáng|chiều){S}$")
_YEAR_CUE = re.compile(rf"(?:đến|từ|tới|trước|sau|tầm{S}nhìn|kể{S}từ|so{S}với|và|hoặc|xuân|khóa|niên{S}khóa|sn){O}$")
# What may follow a year that no word names; anything else is what the number counts (`sau 2000 lượt`).
_YEAR_ENDS = re.compile(
    rf"{O}(?:$|[^\w\s]|\n|(?:đến|tới|và|là|đạt|có|sẽ|đã|với|của|thì|trở|khi|theo|tại|ở|cho|do|về|được|quy|phê|sửa|nêu|chính|thông|về"
    rf"|vui|này|rà|nhưng|mà|trên|như|để|trong|từ|bị|không|còn|vừa|phải|hoàn|phấn|cả|các|đều|đang|gồm|bao)(?!\w))"
)
# Quyết định 2634/QĐ-UBND 2025, Xuân Ất Tỵ 2025
_YEAR_AFTER = re.compile(rf"(?:\d[/-][^\W\d_][\w&/-]{{0,20}}|(?:{STEMS}){S}(?:{BRANCHES})){S}$")
_LAW_NAME = re.compile(r"(?:luật|hiến pháp|pháp lệnh)(?:\s[^\W\d]+,?){0,12}\s$")
# A name alone (`80 năm Quốc khánh`, `chào mừng Quốc khánh`) is an occasion; a preposition makes it a day.
_HOLIDAY_CUE = re.compile(rf"(?:trước|sau|vào|đúng|đến|từ|hôm|qua|hết){S}(?:đúng{S})?(?:dịp{S})?(?:ngày{S})?$")
_TET_CUE = re.compile(rf"(?:trước|hết|đến|sau){S}(?:dịp{S})?$")
_CENTURY_NAME = re.compile(rf"cách{S}mạng{S}$")


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


def _is_meant(folded: str, expression: Expression, before: Expression | None) -> bool:
    """Whether the words around leave it an expression of time."""
    when, start = expression.when, expression.start
    left = folded[max(0, start - 24) : start]
    if expression.rule in ("relative_unit", "relative_unit_loose") and _QUANTIFIED.search(left):
        return False
    if when is None:
        return _is_clock(folded, expression, left)
    if when.day is not None and expression.rule in ("day_month", "numeric_day", "range") and _STREET.search(left):
        return False
    if expression.rule == "month" and (_EACH.search(left) or _CENTURY_NAME.search(left)):
        return False
    if expression.rule == "named_day" and when.month is None and (_EACH.search(left) or when.lunar):
        return False
    if expression.rule in ("month", "month_year", "numeric_day") and _NUMBERED.search(left) and not left.endswith("luật "):
        return False
    if expression.rule == "month_year" and (when.month, when.year) == (1, 2000):  # the scale of a plan
        return False
    if expression.rule == "relative_day" and left.endswith(("thế hệ ", "vì ", "cho ")) and when.shift == 1:
        return False
    if expression.rule == "holiday":
        return (_HOLIDAY_CUE if expression.firm else _TET_CUE).search(left) is not None
    if expression.firm:
        return True
    return _is_cued(folded, expression, left, before)


def _is_clock(folded: str, expression: Expression, left: str) -> bool:
    return expression.grain == "minute" or _CLOCK_CUE.search(left) is not None


def _is_cued(folded: str, expression: Expression, left: str, before: Expression | None) -> bool:
    rule, end = expression.rule, expression.end
    if rule == "month":  # vào tháng năm
        return re.search(rf"(?:vào|trong|từ|đến|hết){S}$", left) is not None
    if rule == "weekday":
        return _WEEKDAY_CUE.search(left) is not None
    when = expression.when
    if rule == "range" and when is not None and when.day is None:  # từ 2010 đến 2012, từ thứ hai đến thứ sáu
        return _FROM.search(left) is not None and (when.month is not None or _YEAR_ENDS.match(folded, end) is not None)
    if rule in ("day_month", "range"):
        return _is_day_month(folded, expression, left, before)
    if rule == "bare_year":
        if _is_law_year(folded, expression.start):
            return True
        if _COUNTED_AFTER.match(folded, end) or _YEAR_ENDS.match(folded, end) is None:
            return False
        listed = before is not None and before.grain == "year" and _LIST_GAP.fullmatch(folded, before.end, expression.start)
        cued = _YEAR_CUE.search(left) or _YEAR_AFTER.search(left)
        return bool(listed) or cued is not None
    if rule == "relative_unit_loose":
        return re.search(rf"so{S}với{S}$", left) is not None
    return False


def _is_law_year(folded: str, start: int) -> bool:
    return _LAW_NAME.search(folded, max(0, start - 70), start) is not None


def _is_day_month(folded: str, expression: Expression, left: str, before: Expression | None) -> bool:
    """`dịp 30/4`, `trước 15/8`, `(22/10)`: a day; `5/12 nhiệm vụ`, `tỷ số 2-1`, `số 12/5`, `2/3 số hộ`: not."""
    when = expression.when
    if when is None or _NUMBERED.search(left):
        return False
    written = folded[expression.start : expression.end]
    day, month = when.day or 0, when.month or 0
    # What is done is never more than the total, nor a share more than one: `30/4` can only be a day, `24/7` is all day.
    like_a_share = "/" in written and day < month <= 10 and "0" not in written
    only_a_day = "/" in written and day > month and written != "24/7"
    if only_a_day and expression.rule == "range":
        return True
    if _COUNTED_AFTER.match(folded, expression.end):
        return False
    if only_a_day and _NOT_A_DAY.search(left) is None:
        return True
    listed = (
        before is not None and before.grain == "day" and _LIST_GAP.fullmatch(folded, before.end, expression.start) is not None
    )
    if like_a_share and _SHARE_AFTER.match(folded, expression.end):
        return False
    if "-" in written and _SCORE.search(left):
        return False
    if "/" not in written:
        if "." in written and re.search(rf"(?:ngày|sáng|chiều|tối){S}\d{{1,2}}\.\d{{1,2}}(?![\d.])", folded) is None:
            return False
        if "-" in written and (day <= month or (day < 10 and not _DASHED.search(folded))) and not listed:
            return False
    if listed or _DAY_CUE.search(left) is not None:
        return True
    return not like_a_share and _NAMED_DAY_CUE.search(folded, max(0, expression.start - 70), expression.start) is not None


# ------------------------------------------------------------------------------------------------ last touches
_THIRD = re.compile(
    rf"(?:(?:nửa|những{S}(?:ngày|tháng)){S})?(?:đầu|giữa|cuối|thượng{S}tuần|trung{S}tuần|hạ{S}tuần){S}(?:của{S})?$"
)
_LUNAR_AFTER = re.compile(rf"{O}(?:âm{S}lịch(?!\w)|\({O}âm{S}lịch{O}\))")


def _widen(folded: str, expression: Expression) -> Expression:
    """`đầu tháng 5/2025` belongs together (its value stays the month); `hằng năm` after a day makes it recur."""
    start, end, when = expression.start, expression.end, expression.when
    if expression.grain in ("month", "quarter", "year", "week") and (third := _THIRD.search(folded, max(0, start - 20), start)):
        start = third.start()
    if when is not None and (lunar := _LUNAR_AFTER.match(folded, end)) is not None and when.month is not None:
        when, end = (
            dataclasses.replace(when, lunar=True, until=when.until and dataclasses.replace(when.until, lunar=True)),
            lunar.end(),
        )
    if end < len(folded) and folded[end] == ")" and "(" in folded[start:end]:
        end += 1
    recurring = _RECURS.match(folded, end) is not None or _RECURS_BEFORE.search(folded, max(0, start - 40), start) is not None
    if when is not None and when.day is not None and when.unit == "month" and _GENERIC.search(folded, start, end):
        recurring = True  # ngày 10 của tháng tiếp theo: of any month
    return dataclasses.replace(expression, start=start, end=end, when=when, recurring=recurring)
