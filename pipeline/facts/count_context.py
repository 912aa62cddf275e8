"""What stands around a number: whether it counts at all, or names, dates, orders, or says something vague."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipeline.facts.counted import Unit, read_unit
from pipeline.lexicon import cached, read_lexicon
from pipeline.vietnamese.numbers import Number
from pipeline.vietnamese.spelling import UPPER, fold

MAX_BETWEEN = 60
MAX_BEFORE = 48
S = r"[ \xa0]"

# After a label that takes a number these are counted all the same: `nhóm 5 người`, `khu vực 3 huyện`, not `phường 5 quận Ba`.
_WHOLE_GROUPS = frozenset({"people", "unit"})
_NAME_FOLLOWS = re.compile(rf"{S}[{UPPER}]")
_WORD_BEFORE = re.compile(r"(?<![^\W_])(?:(?P<two>[^\W\d_]+)[ \xa0])?(?P<one>[^\W\d_]+)(?:[ \xa0]{1,2}|\n)$")
CURRENCY_BEFORE = re.compile(r"(?:(?<=[$€£¥])|(?<![^\W_])(?:usd|eur|gbp|vnd|vnđ)[ \xa0]?)$")
_ADDRESS_BEFORE = re.compile(rf"(?<![^\W_])(?:tại|ở|nhà|chỉ|chỉ:|về|đến){S}$")
_OPENING_QUOTES = frozenset("“\"‘'")
_VAGUE = frozenset({"hàng", "vài", "mấy", "nhiều", "bao", "dăm", "đôi"})
# Words that make `năm`, `tháng` spans and not names of a year or month: `mỗi năm 500 tỷ đồng`.
_EACH = frozenset({"mỗi", "một", "hằng", "hàng", "từng", "cả", "các", "nửa", "bình", "quân", "nhiều", "mấy", "bao"})
_AMOUNT_BEFORE = re.compile(rf"(?<![^\W_])(?:có|gồm|thêm|được|đạt|cho|với|tổng{S}số|cả|những|hỗ{S}trợ|tặng|trao){S}$")
# `một` counts after these; else it is an article.
_ONE_COUNTS = re.compile(
    rf"(?<![^\W_])(?:chỉ{S}(?:có|còn)|duy{S}nhất|tối{S}đa|tối{S}thiểu|ít{S}nhất|nhiều{S}nhất|không{S}quá|đúng|"
    rf"(?:tăng|bổ{S}sung|giảm){S}thêm|trong{S}vòng|thời{S}hạn|thời{S}gian|hơn|gần|tròn|quá){S}{{1,2}}$"
)
# `năm` counts (five) only after these: else it is `year`.
_FIVE_COUNTS = re.compile(
    r"(?:^|[.:;(“\"]\s?|(?<![^\W_])(?:gồm|có|với|gồm có|bao gồm|đủ|hơn|gần|khoảng|thành lập|thực hiện|nêu|đề ra)[ \xa0])$"
)
# Words before `ba`, `hai`, `tư` … that make them part of a name or an ordinal.
_NOT_COUNTING = frozenset(
    ("thứ", "hạng", "tháng", "ngày", "mùng", "mồng", "số", "lần", "khóa", "lớp", "giải", "tập", "bàn", "vụ", "ngã", "ông", "bà")
)
_JOINT = re.compile(rf",?{S}(?:và{S})?")
_LISTED = re.compile(rf"(?:,{S}|{S}(?:và|hoặc|đến){S}|[-–])(?:khoản{S}|điểm{S})?")  # Điều 5, 6 và 7
HALF_MORE = re.compile(rf"{S}rưỡi(?![^\W_])")
_DIGIT_FOLLOWS = re.compile(rf"{S}\d")
_YEARS_FOLLOW = re.compile(rf"{S}\d{{4}}(?:{S}?[-–]{S}?\d{{4}}|,{S}\d{{4}}|{S}và{S}\d{{4}})")  # chiến lược 10 năm 2021 - 2030
_THIS_YEAR = re.compile(rf"{S}(?:nay|này|ngoái|học{S}\d)(?![^\W_])")
PART_OF_YEAR = re.compile(rf"{S}(?:đầu|cuối|giữa)(?P<year>{S}(?:của{S})?(?:năm|tháng|quý|tuần|nhiệm|thế|thập|kỳ))?(?![^\W_])")
_SMALLER_FOLLOWS = re.compile(
    rf"(?:(?<=năm){S}\d{{1,2}}{S}tháng|(?<=tháng){S}\d{{1,2}}{S}ngày|(?<=giờ){S}\d{{1,2}}{S}phút|(?<=ngày){S}\d{{1,2}}{S}đêm)(?!{S}\d)"
)
_AFTER_HOURS = re.compile(rf"giờ{S}$")
_CLOCK_BEFORE = re.compile(rf"(?<![^\W_])(?:lúc|hồi|vào|từ|đến|tới|trước|khoảng|cho{S}đến|sau){S}(?:khoảng{S})?$")
_CLOCK_AFTER = re.compile(rf"{S}(?:\d|hằng|hàng|thứ|kém|đúng|rưỡi|phút|(?P<day>ngày|sáng|chiều|trưa|tối|đêm|hôm|cùng))")
_YEAR_FOLLOWS = re.compile(rf"{S}(?:của{S})?năm{S}\d{{4}}")  # 9 tháng năm 2025
SPAN_BEFORE = re.compile(
    rf"(?<![^\W_])(?:trong|vòng|suốt|sau|hơn|gần|khoảng|quá|mỗi|cứ|đủ|kéo{S}dài|mất|chậm{S}nhất|tối{S}đa|tối{S}thiểu|ít{S}nhất){S}(?:(?:khoảng|vòng|hơn|gần){S})?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What a rule read: the numbers from `start` to `end` of the text with their unit."""

    start: int
    end: int
    kind: str
    value: Decimal
    unit: str
    rule: str
    confidence: float
    symbol: str | None = None
    total: Decimal | None = None
    value_max: Decimal | None = None
    last: int = 1  # numbers consumed
    number_end: int | None = None  # where the unit begins


@dataclass(slots=True, kw_only=True)
class Reading:
    """The text under reading, its numbers, and where the last quantity ended."""

    text: str
    folded: str
    numbers: Sequence[Number]
    alone: bool  # the text is a bare expression, not prose
    previous: Quantity | None = None
    named: int = -1  # end of the last number that a label took: `Điều 5, 6 và 7`
    currency: tuple[int, str] = (-1, "VND")  # where a currency was last met, and which

    def between(self, i: int) -> str:
        """The words between number i and the next; empty at the end."""
        if i + 1 >= len(self.numbers):
            return ""
        return self.folded[self.numbers[i].end : self.numbers[i + 1].start][:MAX_BETWEEN]


@cached
def qualifier_before() -> re.Pattern[str]:
    """`hơn`, `ít nhất`, `không quá` … at the end of the words before a number."""
    words = sorted((fold(row["qualifier"]) for row in read_lexicon("qualifiers")), key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?P<qualifier>{'|'.join(words).replace(' ', S)}){S}{{1,2}}$")


@cached
def _labels() -> Mapping[str, tuple[str, int]]:
    """Each label with its strength and the largest number it can have."""
    return {fold(row["word"]): (row["strength"], int(row["limit"] or 10**6)) for row in read_lexicon("number_labels")}


@lru_cache(maxsize=8)  # several rules ask for the words before one number
def _word_before(folded: str, start: int) -> re.Match[str] | None:
    return _WORD_BEFORE.search(folded, max(0, start - MAX_BEFORE), start)


def stands_free(reading: Reading, number: Number) -> bool:
    """Whether the number is no part of a code, address, file name or longer number, and not vague (`hàng trăm`)."""
    folded, start, end = reading.folded, number.start, number.end
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if before and (before.isalnum() or before in "_./,:+&#@=~") and not CURRENCY_BEFORE.search(folded, max(0, start - 6), start):
        return False
    if before in "-–" and before and start > 1 and not folded[start - 2].isspace() and folded[start - 2] != "(":
        return False
    if folded[max(0, start - 3) : start].endswith(": ") and folded[start - 3].isdigit():
        return False  # 1: 1.000.000
    if after in "_@#=" and after:
        return False
    if after == ":" and folded[end + 1 : end + 2].isdigit():
        return False
    word = _word_before(folded, start)
    if word and word["one"] in _VAGUE:
        return False
    return not number.spelled or _spelled_counts(reading, number, word["one"] if word else "")


def _spelled_counts(reading: Reading, number: Number, before: str) -> bool:
    """`ba` of `ba nhiệm vụ`, not of `thứ ba`, `Ba Đình`, `ba mẹ`; `năm` and `một` only where they surely count."""
    text, folded = reading.text, reading.folded
    if before in _NOT_COUNTING:
        return False
    if text[number.start].isupper() and _NAME_FOLLOWS.match(text, number.end):
        unit = read_unit(text, folded, number.end, spelled=True)
        if unit is None or " " not in unit.name:
            return False  # Ba Đình, Hai Bà Trưng; but `Bốn Nghị định nêu trên`
    simple = folded[number.start : number.end]
    context = folded[max(0, number.start - MAX_BEFORE) : number.start]
    if simple == "năm":
        if text[number.end + 1 : number.end + 2].isupper():
            return False  # Năm Chủ tịch ASEAN
        return bool(_FIVE_COUNTS.search(context)) or (reading.alone and not folded[: number.start].strip())
    return True


def label_before(reading: Reading, number: Number) -> str | None:
    """The strength of the word that the number names (`tầng 2`), None where it counts.

    A word that a number just before counts is no label: `3 chương 13 điều`.
    """
    folded, start = reading.folded, number.start
    if 0 <= reading.named < start and _LISTED.fullmatch(folded, reading.named, start):
        return "name"
    m = _word_before(folded, start)
    if m is None:
        return None
    one, two = m["one"], m["two"] or ""
    if reading.previous and reading.previous.end >= m.start("one"):
        return None
    labels = _labels()
    strength, limit = labels.get(f"{two} {one}") or labels.get(one) or ("no", 0)
    if strength == "no" or not _fits_label(number, limit) or (strength == "time" and two in _EACH):
        return None
    return strength


def _fits_label(number: Number, limit: int) -> bool:
    """`tháng 7` may name a month, `khoản 6.3` a clause; `tháng 500`, `cấp 1.200`, `năm 1,5 triệu` do not."""
    if number.scale > 1 or number.base > limit or "," in number.raw:
        return False
    return "." not in number.raw or not number.whole


def is_year(reading: Reading, number: Number) -> bool:
    """Four bare digits of our time name a year (`Công văn 15/TTg 2025 Thủ tướng`) but after `có 2000`, `hơn 2000`."""
    raw = number.raw
    if number.spelled or number.scale > 1 or len(raw) != 4 or not raw.isdigit() or not "1800" <= raw <= "2100":
        return False
    before = reading.folded[max(0, number.start - MAX_BEFORE) : number.start]
    return not (qualifier_before().search(before) or _AMOUNT_BEFORE.search(before))


def may_count(reading: Reading, number: Number, unit: Unit) -> bool:
    """Whether the number before this unit is a quantity and no name, date, year or clock time."""
    if unit.kind == "age":
        return False
    label = label_before(reading, number)
    if label in {"time", "order"}:
        return False
    if (
        unit.group == "place"
        and _NAME_FOLLOWS.match(reading.text, unit.end)
        and _ADDRESS_BEFORE.search(reading.folded, max(0, number.start - MAX_BEFORE), number.start)
    ):
        return False  # tại 12 đường Lê Lợi
    whole = unit.group in _WHOLE_GROUPS and not _NAME_FOLLOWS.match(reading.text, unit.end)
    if label == "name" and unit.kind == "thing" and not whole:
        return False
    if unit.kind == "duration" and not _is_span(reading, number, unit, named=label is not None):
        return False
    if unit.kind == "thing" and is_year(reading, number):
        return False
    if number.spelled and reading.folded[number.start : number.end] == "một" and not _one_counts(reading, number, unit):
        return False
    if not unit.known and reading.text[number.start - 1 : number.start] in _OPENING_QUOTES and number.start:
        return False  # “7 dám”: a slogan
    return unit.known or (
        (number.whole and label is None and not is_year(reading, number) and len(number.raw) < 4) or "." in number.raw
    )


def _one_counts(reading: Reading, number: Number, unit: Unit) -> bool:
    """`ít nhất một tháng`, `tăng thêm một Thứ trưởng`, `một Bí thư và hai Phó Bí thư`; else `một` is an article."""
    folded = reading.folded
    if reading.alone and unit.kind != "thing" and not folded[: number.start].strip() and not folded[unit.end :].strip(" .rưỡi"):
        return True
    if HALF_MORE.match(folded, unit.end):
        return True
    if unit.kind == "thing" and _stands_in_pair(reading, number, unit):
        return True
    context = folded[max(0, number.start - MAX_BEFORE) : number.start]
    return bool(_ONE_COUNTS.search(context)) and folded[number.end : number.end + 5] != " lần "


def _stands_in_pair(reading: Reading, number: Number, unit: Unit) -> bool:
    """Whether a number of things other than one is joined to it: `3 quận, một thành phố`, `một Bí thư và hai Phó Bí thư`."""
    previous = reading.previous
    if previous and previous.kind == "count" and _JOINT.fullmatch(reading.folded, previous.end, number.start):
        return True
    joint = _JOINT.match(reading.folded, unit.end)
    if joint is None:
        return False
    at = bisect_left(reading.numbers, joint.end(), key=lambda n: n.start)
    if at == len(reading.numbers) or reading.numbers[at].start != joint.end():
        return False
    after = reading.numbers[at]
    if says_one(reading, after):
        return False
    other = read_unit(reading.text, reading.folded, after.end, spelled=True)
    return other is not None and other.kind == "thing"


def _is_span(reading: Reading, number: Number, unit: Unit, *, named: bool) -> bool:
    """Whether `24 giờ`, `5 năm`, `3 ngày` is a span of time: not `16 giờ 30`, `6 tháng đầu năm`, `4 tháng 9/2025`."""
    folded = reading.folded
    before = folded[max(0, number.start - MAX_BEFORE) : number.start]
    if unit.name in {"giờ", "phút"}:
        return _is_clock_span(reading, number, unit, before)
    part = PART_OF_YEAR.match(folded, unit.end)
    if part and unit.name != "năm" and (part["year"] or (unit.name == "tháng" and number.whole and number.base < 12)):
        return False
    if unit.name == "tháng" and _YEAR_FOLLOWS.match(folded, unit.end):
        return False
    if unit.name == "năm" and not named and _YEARS_FOLLOW.match(folded, unit.end):
        return True
    if _DIGIT_FOLLOWS.match(folded, unit.end):
        if _SMALLER_FOLLOWS.match(folded, unit.end):
            return not named  # phạt tù 3 năm 6 tháng
        return unit.name in {"ngày", "đêm"} and bool(SPAN_BEFORE.search(before))
    return not (named and _THIS_YEAR.match(folded, unit.end))


def _is_clock_span(reading: Reading, number: Number, unit: Unit, before: str) -> bool:
    """Whether `24 giờ`, `30 phút` is a span: not `lúc 16 giờ 30 phút`, `7 giờ ngày`, `từ 8 giờ`."""
    folded = reading.folded
    after_hours = _AFTER_HOURS.search(before)
    if after_hours and unit.name == "phút":
        return bool(reading.previous and reading.previous.unit == "giờ" and number.start - reading.previous.end <= 2)
    if clock := _CLOCK_AFTER.match(folded, unit.end):
        if clock["day"]:
            return False
        if _DIGIT_FOLLOWS.match(folded, unit.end) and not _SMALLER_FOLLOWS.match(folded, unit.end):
            return False
        return bool(SPAN_BEFORE.search(before))
    if unit.name == "giờ" and number.value is not None and number.value <= 24 and _CLOCK_BEFORE.search(before):
        return bool(SPAN_BEFORE.search(before))
    return True


def says_one(reading: Reading, number: Number) -> bool:
    """Whether the number is the word `một`, which is an article too."""
    return reading.folded[number.start : number.end] == "một"
