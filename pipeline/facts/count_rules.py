"""The rules of quantities: each reads a number of the text with what it counts; the first that reads it wins."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from pipeline.facts.count_context import (
    CURRENCY_BEFORE,
    HALF_MORE,
    MAX_BEFORE,
    MAX_BETWEEN,
    PART_OF_YEAR,
    SPAN_BEFORE,
    Quantity,
    Reading,
    S,
    is_year,
    label_before,
    may_count,
    qualifier_before,
    says_one,
    stands_free,
)
from pipeline.facts.counted import Unit, read_share_unit, read_unit
from pipeline.vietnamese.numbers import ONES, Number

_CURRENCY_NAMES = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "usd": "USD",
    "eur": "EUR",
    "gbp": "GBP",
    "vnd": "VND",
    "vnđ": "VND",
}
_NEGATIVE = re.compile(rf"(?:(?<![^\W_])âm{S}|(?:^|[\s(:])[-−])$")
_BELOW_ZERO = frozenset({"%", "°C", "°"})  # elsewhere a dash before a number opens a list
_RANGE = re.compile(rf"{S}?[-–—]{S}?")
_NEXT = re.compile(rf",?{S}")  # hai, ba ngày
_RANGE_WORD = re.compile(rf"{S}(?:đến|tới|-|–){S}(?:(?:khoảng|hơn|gần|trên|dưới){S})?")
_FROM = re.compile(rf"(?<![^\W_])từ{S}(?:(?:khoảng|hơn|gần|trên|dưới){S})?$")
_FROM_LEVEL = re.compile(rf"{S}(?:lên|xuống|còn)(?:{S}(?:còn|thành|tới|đến))?{S}(?:(?:khoảng|hơn|gần){S})?")
_OUT_OF = re.compile(rf"{S}?(?:trong|trên|/){S}?(?:tổng{S})?số{S}|{S}trong{S}|{S}?/{S}?")
_DAY_BEFORE = re.compile(rf"(?<![^\W_])(?:ngày|sáng|trưa|chiều|tối|đêm|hôm|từ|đến|tới|trước|sau|hết|dịp|lễ|tết){S}$")
_ASIDE = re.compile(rf"{S}\([^()\n]{{1,40}}\)")  # 455/459 (chiếm 95,2%) đại biểu
_OUT_OF_TOTAL = re.compile(rf",?{S}(?:trong|trên|/){S}?(?:tổng{S})?số{S}(?:là{S})?")
_PARTS_OF = re.compile(rf"{S}phần{S}(?P<whole>hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười)(?![^\W_])")
_METRES_AND = re.compile(r"m(?P<part>\d{1,2})(?![\w/])(?![.,]\d)")
_HOURS = re.compile(r"h(?![^\W_])")
_HOURS_SPAN = re.compile(rf"h(?:{S}(?:qua|tới|sau|kể|liên|trở)|/)")
# What a tally counts stands before its number: `tổng số Thứ trưởng … không quá 7`, `lượt khách … đạt khoảng 3,3 triệu`.
_TALLY = re.compile(
    rf"""(?<![^\W_])(?: (?:tổng{S})?(?:số|lượng)(?:{S}lượng)?(?={S}) | (?=(?:^|{S})lượt{S}) )
    (?P<noun>{S}?[^\W\d_][^.;\n\d]{{1,70}}?)
    (?::|{S}(?:hiện{S}(?:nay|có){S})?(?:là|đạt|còn|không{S}quá|tối{S}đa|lên|tới|đến|gồm))[^.;,\n\d]{{0,20}}$""",
    re.VERBOSE,
)
_PRICE_BEFORE = re.compile(
    rf"(?<![^\W_])(?:giá|phạt|thưởng|lương|thu|chi|lãi|lỗ|vốn|vay|trả|nợ|đóng|nộp|hỗ{S}trợ|bán|mua|tặng|cọc|thuế|phí|trị{S}giá|"
    rf"chuẩn{S}nghèo|tiền){S}(?:là{S}|được{S}|thêm{S}|tới{S}|từ{S}|khoảng{S}|hơn{S}|gần{S}|chỉ{S}){{0,2}}$"
)
_PER = re.compile(rf"{S}?/{S}?[^\W\d_]{{1,8}}2?(?!\w)")
_SAME_PASSAGE = 300  # characters back to the currency that a bare number of money shares
# `5.000 tỷ trái phiếu` is what they are worth, `1,2 tỷ cổ phiếu` how many: from here on the number of papers is money.
_WORTH = {"bond": 10**9, "share": 10**11}
_CLOSED = re.compile(rf"{S}?(?:[.,;:()\n]|$)")


# 5/32 nhiệm vụ · 443/444 đại biểu · 5 trong tổng số 32 nhiệm vụ · 2/3 số hộ dân
def _read_done_of_total(reading: Reading, i: int) -> Quantity | None:
    m = _OUT_OF.fullmatch(reading.between(i))
    if m is None or (reading.numbers[i].spelled and "/" in m.group()):
        return None
    done, total = reading.numbers[i], reading.numbers[i + 1]
    if total.value is None or done.value is None or done.base > total.base:
        return None
    if done.value == 1 and "trong" in m.group() and "tổng" not in m.group():
        return None  # 1 trong 50 điểm đến: one of them
    if total.scale == 1 and not (done.whole and total.whole and done.value <= total.value):
        return None
    if "/" in m.group() and (reading.folded[total.end : total.end + 1] in {"/", "-"} or (done.value == 1 and total.value >= 100)):
        return None  # 5/3/2025, 12/5-QĐ, 1/500
    before = reading.folded[max(0, done.start - MAX_BEFORE) : done.start]
    if "/" in m.group() and done.base <= 31 and total.base <= 12 and _DAY_BEFORE.search(before):
        return None  # sáng 3/2, từ 1/7
    aside = _ASIDE.match(reading.folded, total.end)
    unit = read_share_unit(reading.text, reading.folded, aside.end() if aside else total.end)
    if unit is None or not unit.known or unit.kind not in {"thing", "measure", "money"} or label_before(reading, done):
        return None
    if says_one(reading, done):
        return None
    value = done.base * total.scale if done.scale == 1 else done.value  # 1.290/4.244 tỷ đồng: both are thousand millions
    return Quantity(
        start=done.start, end=unit.end, kind="progress", value=value, total=total.value, unit=unit.name,
        symbol=unit.symbol, rule="done_of_total", confidence=0.95, last=2,
    )  # fmt: skip


# 5 nhiệm vụ trong tổng số 32 nhiệm vụ · 12 hộ trên tổng số 40 hộ
def _read_done_of_all(reading: Reading, i: int) -> Quantity | None:
    if i + 1 >= len(reading.numbers):
        return None
    done, total = reading.numbers[i], reading.numbers[i + 1]
    if total.start - done.end > MAX_BETWEEN or total.value is None or done.value is None or done.value > total.value:
        return None
    first = read_unit(reading.text, reading.folded, done.end, spelled=done.spelled)
    if first is None or first.kind != "thing" or not _OUT_OF_TOTAL.fullmatch(reading.folded, first.end, total.start):
        return None
    unit = read_unit(reading.text, reading.folded, total.end, spelled=total.spelled)
    if unit is None or unit.name != first.name or not may_count(reading, done, first):
        return None
    return Quantity(
        start=done.start, end=unit.end, kind="progress", value=done.value, total=total.value, unit=unit.name,
        rule="done_of_all", confidence=0.9, last=2,
    )  # fmt: skip


# hai phần ba số huyện · một phần tư dân số
def _read_parts_of(reading: Reading, i: int) -> Quantity | None:
    part = reading.numbers[i]
    m = _PARTS_OF.match(reading.folded, part.end)
    if m is None or part.value is None or not part.spelled:
        return None
    total = Decimal(ONES.get(m["whole"], 10))
    unit = read_share_unit(reading.text, reading.folded, m.end())
    if unit is None or not unit.known or not 0 < part.value < total:
        return None
    last = 2 if i + 1 < len(reading.numbers) and reading.numbers[i + 1].start < m.end() else 1
    return Quantity(
        start=part.start, end=unit.end, kind="progress", value=part.value, total=total, unit=unit.name,
        symbol=unit.symbol, rule="parts_of", confidence=0.9, last=last,
    )  # fmt: skip


# một nửa số hộ dân (1 of 2) · nửa tháng (0.5)
def _read_half(reading: Reading, i: int) -> Quantity | None:
    number = reading.numbers[i]
    if reading.between(i) == " " and says_one(reading, number) and reading.numbers[i + 1].raw == "nửa":
        unit = read_share_unit(reading.text, reading.folded, reading.numbers[i + 1].end)
        if unit is None or reading.numbers[i + 1].scale > 1:
            return None
        return Quantity(
            start=number.start, end=unit.end, kind="progress", value=Decimal(1), total=Decimal(2), unit=unit.name,
            symbol=unit.symbol, rule="half_of", confidence=0.8, last=2,
        )  # fmt: skip
    if number.raw != "nửa" or number.scale > 1:
        return None
    unit = read_unit(reading.text, reading.folded, number.end, spelled=True)
    if unit is None or unit.kind != "duration" or unit.name in {"đêm", "ngày"} or PART_OF_YEAR.match(reading.folded, unit.end):
        return None
    return _quantity(number.start, unit, Decimal("0.5"), rule="half", confidence=0.8)


# 3-5 dự án · từ 10 đến 15% · 11,5 - 12,4% · 2-3 triệu đồng
def _read_range(reading: Reading, i: int) -> Quantity | None:
    if i + 1 >= len(reading.numbers):
        return None
    between, low, high = reading.between(i), reading.numbers[i], reading.numbers[i + 1]
    before = reading.folded[max(0, low.start - MAX_BEFORE) : low.start]
    dashed = _RANGE.fullmatch(between) or (_NEXT.fullmatch(between) and _next_word(low, high))
    if not dashed:
        said = _FROM.search(before) or qualifier_before().search(before) or reading.alone or _near(low, high)
        if not (said and _RANGE_WORD.fullmatch(between)):
            return None
    if low.value is None or high.value is None or (low.spelled != high.spelled and not reading.alone):
        return None
    if reading.folded[high.end : high.end + 1] in {"/", "-", "–"} and reading.folded[high.end + 1 : high.end + 2].isdigit():
        return None
    unit = read_unit(reading.text, reading.folded, high.end, spelled=low.spelled)
    currency = CURRENCY_BEFORE.search(before)
    if unit is None and currency:
        unit = _currency_unit(currency.group(), high.end)
    if unit is None or not unit.known or not may_count(reading, low, unit) or (is_year(reading, high) and unit.kind == "thing"):
        return None
    value = low.value
    if low.scale == 1 and high.scale > 1 and low.base < high.base:
        value = low.base * high.scale  # 2-3 triệu: both are millions
    if value >= high.value or (unit.kind == "thing" and dashed and high.value > 20 * value > 0):
        return None  # a score, a span of years, a code
    return Quantity(
        start=low.start, end=unit.end, kind=_kind(unit), value=value, value_max=high.value, unit=unit.name,
        symbol=unit.symbol, rule="range", confidence=0.9, last=2,
    )  # fmt: skip


def _next_word(low: Number, high: Number) -> bool:
    """`hai ba ngày`, `ba, bốn người`: an estimate in two number words that follow each other."""
    return low.spelled and high.spelled and low.value is not None and high.value == low.value + 1 < 11


def _near(low: Number, high: Number) -> bool:
    """Two amounts of one size: `hai đến ba cán bộ`, `800 triệu đến 1 tỷ đồng`; not `2020 đến 2025`."""
    if low.value is None or high.value is None:
        return False
    return low.value < high.value <= 10 * low.value and (high.value < 1000 or min(low.scale, high.scale) > 1)


# từ 40% đến hơn 70% · từ 2 triệu đồng đến 5 triệu đồng
def _read_range_of_units(reading: Reading, i: int) -> Quantity | None:
    low = reading.numbers[i]
    if i + 1 >= len(reading.numbers) or low.value is None:
        return None
    high = reading.numbers[i + 1]
    if high.value is None or high.start - low.end > MAX_BETWEEN:
        return None
    first = read_unit(reading.text, reading.folded, low.end, spelled=low.spelled)
    if first is None or not first.known:
        return None
    before = reading.folded[max(0, low.start - MAX_BEFORE) : low.start]
    dashed = bool(_RANGE.fullmatch(reading.folded, first.end, high.start)) and first.kind != "thing"
    if not dashed and not (_FROM.search(before) and _RANGE_WORD.fullmatch(reading.folded, first.end, high.start)):
        return None
    unit = read_unit(reading.text, reading.folded, high.end, spelled=high.spelled)
    if unit is None or not _same_measure(first, unit) or low.value >= high.value or not may_count(reading, low, first):
        return None
    return Quantity(
        start=low.start, end=unit.end, kind=_kind(unit), value=low.value, value_max=high.value, unit=unit.name,
        symbol=unit.symbol, rule="range_of_units", confidence=0.9, last=2,
    )  # fmt: skip


def _same_measure(first: Unit, last: Unit) -> bool:
    """The same unit, or the last with a rate that holds for both: `0,25 miligam đến 0,4 miligam/lít`."""
    return first.name == last.name or (first.kind == last.kind == "measure" and last.name.startswith(f"{first.name}/"))


# từ 7 lên 10 dự án · giảm từ 12 xuống còn 8 đơn vị: the first number counts what the second does
def _read_from_level(reading: Reading, i: int) -> Quantity | None:
    low = reading.numbers[i]
    if low.value is None or not _FROM_LEVEL.fullmatch(reading.between(i)):
        return None
    before = reading.folded[max(0, low.start - MAX_BEFORE) : low.start]
    if not _FROM.search(before):
        return None
    high = reading.numbers[i + 1]
    unit = read_unit(reading.text, reading.folded, high.end, spelled=high.spelled)
    if unit is None or not unit.known or not may_count(reading, low, unit):
        return None
    value = low.base * high.scale if low.scale == 1 and high.scale > 1 else low.value
    own = Unit(start=low.end, end=low.end, kind=unit.kind, name=unit.name, symbol=unit.symbol)
    return _quantity(low.start, own, value, rule="from_level", confidence=0.8)


# $10 · USD 1,2 triệu · €5.000
def _read_money_before(reading: Reading, i: int) -> Quantity | None:
    number = reading.numbers[i]
    before = CURRENCY_BEFORE.search(reading.folded, max(0, number.start - 6), number.start)
    if before is None or number.value is None:
        return None
    mark = before.group() or reading.folded[number.start - 1]
    unit = _currency_unit(mark, number.end)
    return _quantity(number.start - len(mark), unit, number.value, rule="money_before", confidence=0.95)


# 29 nhiệm vụ · 94% · 1.107 ha · 4,7 tỷ USD · kế hoạch 5 năm · ba nhiệm vụ
def _read_number_with_unit(reading: Reading, i: int) -> Quantity | None:
    number = reading.numbers[i]
    if number.value is None:
        return None
    unit = read_unit(reading.text, reading.folded, number.end, spelled=number.spelled)
    if unit is None and number.whole and number.value >= 1000 and not is_year(reading, number):
        unit = read_unit(reading.text, reading.folded, number.end, spelled=True)  # 2.833 Tổ Covid: no day before a name
    if unit is None or not may_count(reading, number, unit):
        return None
    if unit.kind == "thing" and ((number.raw == "nửa" and number.scale == 1) or _PARTS_OF.match(reading.folded, number.end)):
        return None
    if number.scale >= 10**9 and number.value >= _WORTH.get(unit.group, math.inf):
        own = Unit(start=number.end, end=number.end, kind="money", name="VND", symbol="VND")
        return _quantity(number.start, own, number.value, rule="worth_of_papers", confidence=0.8)
    value, start = _whole_things(number, unit), number.start
    minus = _NEGATIVE.search(reading.folded, max(0, start - 4), start) if unit.symbol in _BELOW_ZERO else None
    if minus:
        value, start = -value, start - len(minus.group().lstrip(" (:\n\xa0"))
    end = unit.end
    if unit.kind == "duration" and (half := HALF_MORE.match(reading.folded, end)):
        value, end = value + Decimal("0.5"), half.end()
    confidence = 0.95 if unit.known else 0.6
    rule = {"thing": "number_of_things"}.get(unit.kind, unit.kind) if unit.known else "number_of_unknown"
    return Quantity(
        start=start, end=end, kind=_kind(unit), value=value, unit=unit.name, symbol=unit.symbol, rule=rule,
        confidence=confidence, number_end=number.end,
    )  # fmt: skip


# 1m65
def _read_metres_and(reading: Reading, i: int) -> Quantity | None:
    number = reading.numbers[i]
    m = _METRES_AND.match(reading.folded, number.end)
    if m is None or number.value is None or number.spelled or not number.whole or number.value > 20 or m["part"] in {"2", "3"}:
        return None
    unit = Unit(start=number.end, end=m.end(), kind="measure", name="m", symbol="m")
    value = number.value + Decimal(m["part"]).scaleb(-len(m["part"]))
    quantity = _quantity(number.start, unit, value, rule="metres_and", confidence=0.9)
    return replace(quantity, last=2)


# trong 24h · 24h qua · 48h kể từ
def _read_hours(reading: Reading, i: int) -> Quantity | None:
    number = reading.numbers[i]
    if number.value is None or number.spelled or not _HOURS.match(reading.folded, number.end):
        return None
    before = reading.folded[max(0, number.start - MAX_BEFORE) : number.start]
    if not (SPAN_BEFORE.search(before) or _HOURS_SPAN.match(reading.folded, number.end)):
        return None
    unit = Unit(start=number.end, end=number.end + 1, kind="duration", name="giờ", symbol="h")
    return _quantity(number.start, unit, number.value, rule="hours", confidence=0.8)


# thu 53 tỷ, chi 48 tỷ: a bare number of thousand millions is money; giá 800 triệu/căn
def _read_bare_money(reading: Reading, i: int) -> Quantity | None:
    number = reading.numbers[i]
    if number.value is None or number.scale < 1000 or label_before(reading, number) in {"time", "order"}:
        return None
    folded = reading.folded
    per = _PER.match(folded, number.end)
    priced = per or _PRICE_BEFORE.search(folded, max(0, number.start - MAX_BEFORE), number.start)
    whole_text = reading.alone and folded.strip() == folded[number.start : number.end]
    if not (whole_text or (not number.spelled and (priced or number.scale >= 10**9))):
        return None
    near = max(0, number.start - _SAME_PASSAGE)
    met, currency = reading.currency
    name = currency if met > max(near, folded.rfind("\n", near, number.start)) else "VND"
    unit = Unit(start=number.end, end=per.end() if per else number.end, kind="money", name=name, symbol=name)
    return _quantity(number.start, unit, number.value, rule="bare_money", confidence=0.7)


# tổng số Thứ trưởng không quá 7 · số lượng Phó Chủ tịch tối đa là 3.
def _read_tally(reading: Reading, i: int) -> Quantity | None:
    number = reading.numbers[i]
    if number.value is None or number.spelled or not number.whole or is_year(reading, number):
        return None
    if not _CLOSED.match(reading.folded, number.end) or label_before(reading, number):
        return None
    m = _TALLY.search(reading.folded, max(0, number.start - 130), number.start)
    if m is None:
        return None
    unit = read_unit(reading.text, reading.folded, m.start("noun"))
    if unit is None or not unit.known or unit.kind != "thing":
        return None
    own = Unit(start=number.start, end=number.end, kind="thing", name=unit.name)
    return _quantity(number.start, own, number.value, rule="tally", confidence=0.7)


_RULES: tuple[Callable[[Reading, int], Quantity | None], ...] = (
    _read_done_of_total,
    _read_done_of_all,
    _read_parts_of,
    _read_half,
    _read_range,
    _read_range_of_units,
    _read_from_level,
    _read_money_before,
    _read_metres_and,
    _read_number_with_unit,
    _read_hours,
    _read_tally,
    _read_bare_money,
)


def _kind(unit: Unit) -> str:
    return "count" if unit.kind == "thing" else unit.kind


def _currency_unit(mark: str, end: int) -> Unit:
    name = _CURRENCY_NAMES[mark.strip(" \xa0")]
    return Unit(start=end, end=end, kind="money", name=name, symbol=name)


def _quantity(start: int, unit: Unit, value: Decimal, *, rule: str, confidence: float) -> Quantity:
    return Quantity(
        start=start,
        end=unit.end,
        kind=_kind(unit),
        value=value,
        unit=unit.name,
        symbol=unit.symbol,
        rule=rule,
        confidence=confidence,
    )


def _whole_things(number: Number, unit: Unit) -> Decimal:
    """`12,345 thí sinh`, `1,500 USD`: people, things and small change come whole, so an ambiguous mark groups thousands."""
    assert number.value is not None
    if unit.kind in {"thing", "money"} and number.other is not None and number.scale == 1 and not number.whole:
        return number.other
    return number.value


def read_quantity(reading: Reading, i: int) -> Quantity | None:
    """What the first rule that knows number i reads; None where it counts nothing."""
    number = reading.numbers[i]
    if number.value is None or not stands_free(reading, number):
        return None
    named = label_before(reading, number) is not None
    quantity = next((quantity for rule in _RULES if (quantity := rule(reading, i))), None)
    if named and quantity is None:
        reading.named = number.end
    return quantity
