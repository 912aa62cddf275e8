"""Article -> quantities (`counts`): things, progress, percent, money, measures, durations.

Numbers come from `vietnamese.numbers`, what they count from `facts.counted`. Each rule below is tried at a number in
the order of `_RULES`; the first that reads it consumes it. A rule is a function with its name and example above it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from pipeline.facts.counted import Unit, read_share_unit, read_unit
from pipeline.facts.dates import DateRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.recurrences import RecurrenceRow
from pipeline.lexicon import cached, read_lexicon
from pipeline.model import Article, Findings, Mention, Row, column
from pipeline.vietnamese.numbers import Number, find_numbers
from pipeline.vietnamese.spelling import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow(Row):
    """One quantity."""

    TABLE: ClassVar[str] = "counts"

    count_id: str = column("Key of the row.", key=True)
    article_id: str = column("The article.", refers="articles")
    text: str = column("The words as written.")
    start: int = column("First character in `articles.text` (Unicode code points).")
    end: int = column("One past the last character.")
    kind: str = column("`count`, `progress`, `percent`, `money`, `measure`, `duration`.")
    value: Decimal = column("`5` of `5/32 nhiệm vụ`; money in its currency's unit; percents as written.")
    total: Decimal | None = column("`32` of `5/32 nhiệm vụ`.", default=None)
    value_max: Decimal | None = column("The upper end of a range.", default=None)
    unit: str = column("What is counted, lower case NFC; `VND`, `USD`; `%`; `km`, `ha`, `năm`.")
    symbol: str | None = column(
        "The unit's common symbol, one for all its spellings: `km` of `cây số`, `ha` of `héc-ta`.", default=None
    )
    qualifier: str | None = column("`hơn`, `gần`, `khoảng`, `ít nhất`, `tối đa` …", default=None)
    change: str | None = column("`increase`, `decrease`, `addition`.", default=None)
    rule: str = column("The rule that found it.")
    confidence: float = column("0 to 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quantity:
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
class _Reading:
    """The text under reading, its numbers, and where the last quantity ended."""

    text: str
    folded: str
    numbers: Sequence[Number]
    alone: bool  # the text is a bare expression, not prose
    previous: _Quantity | None = None
    named: int = -1  # end of the last number that a label took: `Điều 5, 6 và 7`
    currency: tuple[int, str] = (-1, "VND")  # where a currency was last met, and which

    def between(self, i: int) -> str:
        """The words between number i and the next; empty at the end."""
        if i + 1 >= len(self.numbers):
            return ""
        return self.folded[self.numbers[i].end : self.numbers[i + 1].start][:_MAX_BETWEEN]


_MAX_BETWEEN = 60
_MAX_BEFORE = 48
_S = r"[ \xa0]"

# --- what stands before a number -------------------------------------------------------------------------------------

_QUALIFIERS = (
    "không quá", "không vượt quá", "không dưới", "không ít hơn", "không nhiều hơn", "không hơn", "không thấp hơn",
    "ít nhất là", "ít nhất", "tối thiểu là", "tối thiểu", "tối đa là", "tối đa", "nhiều nhất", "trên dưới", "xấp xỉ",
    "khoảng hơn", "khoảng gần", "khoảng trên", "khoảng", "hơn", "gần", "trên", "dưới", "chừng", "ngót", "ước khoảng",
    "nhiều hơn", "ít hơn", "lớn hơn", "nhỏ hơn", "cao hơn", "thấp hơn", "vượt", "quá", "đủ", "đúng", "tròn", "chưa đầy",
    "chưa đến", "chưa tới", "gần tới", "tới gần", "cỡ", "ước tính", "ước", "bình quân", "trung bình",
)  # fmt: skip
_QUALIFIER = re.compile(rf"(?<![^\W_])(?P<qualifier>{'|'.join(sorted(_QUALIFIERS, key=len, reverse=True))}){_S}{{1,2}}$")
# After a label that takes a number these are counted all the same: `nhóm 5 người`, `khu vực 3 huyện`, not `phường 5 quận Ba`.
_WHOLE_GROUPS = frozenset({"people", "unit"})
_NAME_FOLLOWS = re.compile(r"[ \xa0][^\W_a-zà-ỹ]")
# `trên 3 tuyến đường` is on three roads: with a small number `trên`, `dưới` say where.
_PLACE_WORDS = frozenset({"trên", "dưới"})
_SMALL = 10
_CHANGE = re.compile(
    rf"""(?<![^\W_])(?:
        (?P<increase> tăng{_S}thêm | tăng )
      | (?P<decrease> cắt{_S}giảm | tinh{_S}giản | tinh{_S}gọn | giảm{_S}được | giảm{_S}thêm | giảm )
      | (?P<addition> bổ{_S}sung{_S}thêm | bổ{_S}sung | thêm )
    )(?:{_S}(?:khoảng|hơn|gần|trên|tới|đến|từ|được|thêm|bình{_S}quân|ít{_S}nhất|tối{_S}thiểu|tối{_S}đa|đều)){{0,2}}{_S}{{1,2}}$""",
    re.VERBOSE,
)
_WORD_BEFORE = re.compile(r"(?<![^\W_])(?:(?P<two>[^\W\d_]+)[ \xa0])?(?P<one>[^\W\d_]+)[ \xa0]{1,2}$")
_CURRENCY_BEFORE = re.compile(r"(?:(?<=[$€£¥])|(?<![^\W_])(?:usd|eur|gbp|vnd|vnđ)[ \xa0]?)$")
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
_NEGATIVE = re.compile(rf"(?:(?<![^\W_])âm{_S}|(?:^|[\s(:])[-−])$")
_BELOW_ZERO = frozenset({"%", "°C", "°"})  # elsewhere a dash before a number opens a list
_VAGUE = frozenset({"hàng", "vài", "mấy", "nhiều", "bao", "dăm", "đôi"})
# Words that make `năm`, `tháng` spans and not names of a year or month: `mỗi năm 500 tỷ đồng`.
_EACH = frozenset({"mỗi", "một", "hằng", "hàng", "từng", "cả", "các", "nửa", "bình", "quân", "nhiều", "mấy", "bao"})
_AMOUNT_BEFORE = re.compile(rf"(?<![^\W_])(?:có|gồm|thêm|được|đạt|cho|với|tổng{_S}số|cả|những|hỗ{_S}trợ|tặng|trao){_S}$")
# `một` counts after these; else it is an article.
_ONE_COUNTS = re.compile(
    rf"(?<![^\W_])(?:chỉ{_S}(?:có|còn)|duy{_S}nhất|tối{_S}đa|tối{_S}thiểu|ít{_S}nhất|nhiều{_S}nhất|không{_S}quá|đúng|"
    rf"(?:tăng|bổ{_S}sung|giảm){_S}thêm|trong{_S}vòng|thời{_S}hạn|thời{_S}gian|hơn|gần|tròn|quá){_S}{{1,2}}$"
)
# `năm` counts (five) only after these: else it is `year`.
_FIVE_COUNTS = re.compile(
    r"(?:^|[.:;(“\"]\s?|(?<![^\W_])(?:gồm|có|với|gồm có|bao gồm|đủ|hơn|gần|khoảng|thành lập|thực hiện|nêu|đề ra)[ \xa0])$"
)
# Words before `ba`, `hai`, `tư` … that make them part of a name or an ordinal.
_NOT_COUNTING = frozenset(
    {
        "thứ",
        "hạng",
        "tháng",
        "ngày",
        "mùng",
        "mồng",
        "số",
        "lần",
        "khóa",
        "lớp",
        "ông",
        "bà",
        "anh",
        "chị",
        "giải",
        "tập",
        "bàn",
        "vụ",
    }
)

# --- what stands after a number --------------------------------------------------------------------------------------

_LISTED = re.compile(rf"(?:,{_S}|{_S}(?:và|hoặc|đến){_S}|[-–])(?:khoản{_S}|điểm{_S})?")  # Điều 5, 6 và 7
_RANGE = re.compile(rf"{_S}?[-–—]{_S}?")
_RANGE_WORD = re.compile(rf"{_S}(?:đến|tới|-|–){_S}(?P<more>(?:khoảng|hơn|gần|trên|dưới){_S})?")
_FROM = re.compile(rf"(?<![^\W_])từ{_S}(?:(?:khoảng|hơn|gần|trên|dưới){_S})?$")
_OUT_OF = re.compile(rf"{_S}?(?:trong|trên|/){_S}?(?:tổng{_S})?số{_S}|{_S}trong{_S}|{_S}?/{_S}?")
_OUT_OF_TOTAL = re.compile(rf",?{_S}(?:trong|trên|/){_S}?(?:tổng{_S})?số{_S}(?:là{_S})?")
_PARTS_OF = re.compile(rf"{_S}phần{_S}")
_HALF_MORE = re.compile(rf"{_S}rưỡi(?![^\W_])")
_DIGIT_FOLLOWS = re.compile(rf"{_S}\d")
_YEARS_FOLLOW = re.compile(rf"{_S}\d{{4}}{_S}?[-–]{_S}?\d{{4}}")  # chiến lược 10 năm 2021 - 2030
_THIS_YEAR = re.compile(rf"{_S}(?:nay|này|ngoái|học{_S}\d)(?![^\W_])")
_PART_OF_YEAR = re.compile(rf"{_S}(?:đầu|cuối|giữa)(?:{_S}(?:của{_S})?(?:năm|tháng|quý|tuần|nhiệm|thế|thập|kỳ))?(?![^\W_])")
_OR_MORE = re.compile(rf"{_S}(?P<bound>trở{_S}lên|trở{_S}xuống|trở{_S}đi)(?![^\W_])")
_CLOCK_BEFORE = re.compile(rf"(?<![^\W_])(?:lúc|hồi|vào|từ|đến|tới|trước|khoảng|cho{_S}đến|sau){_S}(?:khoảng{_S})?$")
_CLOCK_AFTER = re.compile(rf"{_S}(?:\d|ngày|sáng|chiều|trưa|tối|đêm|hôm|cùng|hằng|hàng|thứ|kém|đúng|rưỡi|phút)")
_SPAN_BEFORE = re.compile(
    rf"(?<![^\W_])(?:trong|vòng|suốt|sau|hơn|gần|khoảng|quá|mỗi|cứ|đủ|kéo{_S}dài|mất|chậm{_S}nhất|tối{_S}đa|tối{_S}thiểu|ít{_S}nhất){_S}(?:(?:khoảng|vòng|hơn|gần){_S})?$"
)
_HOURS = re.compile(r"h(?![^\W_])")
_HOURS_SPAN = re.compile(rf"h{_S}(?:qua|tới|sau|kể|liên|trở)")
# What a tally counts stands before its number: `tổng số Thứ trưởng … không quá 7`, `lượt khách … đạt khoảng 3,3 triệu`.
_TALLY = re.compile(
    rf"""(?<![^\W_])(?: (?:tổng{_S})?(?:số|lượng)(?:{_S}lượng)?(?={_S}) | (?={_S}lượt{_S}) )
    (?P<noun>{_S}[^\W\d_][^.;\n\d]{{1,70}}?)
    {_S}(?:hiện{_S}(?:nay|có){_S})?(?:là|đạt|còn|:|không{_S}quá|tối{_S}đa|lên|tới|đến|gồm)[^.;,\n\d]{{0,20}}$""",
    re.VERBOSE,
)
_PRICE_BEFORE = re.compile(
    rf"(?<![^\W_])(?:giá|phạt|thưởng|lương|thu|chi|lãi|lỗ|vốn|vay|trả|nợ|đóng|nộp|hỗ{_S}trợ|bán|mua|tặng|cọc|thuế|phí|trị{_S}giá|"
    rf"chuẩn{_S}nghèo|tiền){_S}(?:là{_S}|được{_S}|thêm{_S}|tới{_S}|từ{_S}|khoảng{_S}|hơn{_S}|gần{_S}|chỉ{_S}){{0,2}}$"
)
_PER = re.compile(rf"/{_S}?[^\W\d_]")
_CLOSED = re.compile(rf"{_S}?(?:[.,;:)\n]|$)")


@cached
def _labels() -> Mapping[str, tuple[str, int]]:
    """Each label with its strength and the largest number it can have."""
    return {fold(row["word"]): (row["strength"], int(row["limit"] or 10**6)) for row in read_lexicon("number_labels")}


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """One CountRow for each quantity; dates, document numbers and recurrences read before are not quantities."""
    text, folded = article.text, fold(article.text)
    numbers = find_numbers(folded)
    taken = _taken_spans(findings)
    reading = _Reading(text=text, folded=folded, numbers=numbers, alone=len(text) <= 60 and "\n" not in text.strip())
    i = 0
    while i < len(numbers):
        quantity = None if _is_taken(taken, numbers[i]) else _read_quantity(reading, i)
        if quantity is None:
            i += 1
            continue
        if not _overlaps_date(taken, quantity):
            yield _make_row(article, reading, quantity)
            reading.previous = quantity
            if quantity.kind == "money":
                reading.currency = (quantity.start, quantity.unit)
        i += quantity.last


@dataclass(frozen=True, slots=True)
class _Taken:
    starts: Sequence[int]
    spans: Sequence[tuple[int, int, bool]]  # start, end, whether a duration may stand there all the same


def _taken_spans(findings: Findings) -> _Taken:
    spans = [(row.start, row.end, False) for row in findings.of(MentionRow) if row.kind == "document"]
    spans += [(row.start, row.end, False) for row in findings.of(RecurrenceRow)]
    for row in findings.of(DateRow):
        if row.start is not None and row.end is not None:
            spans.append((row.start, row.end, "relative_span" in row.rule))
    spans.sort()
    return _Taken([span[0] for span in spans], spans)


def _covering(taken: _Taken, start: int, end: int) -> Iterator[bool]:
    """For each taken span that overlaps: whether a duration may stand there."""
    at = bisect_right(taken.starts, end - 1)
    for k in range(max(0, at - 4), at):
        a, b, duration = taken.spans[k]
        if a < end and start < b:
            yield duration


def _is_taken(taken: _Taken, number: Number) -> bool:
    return any(not duration for duration in _covering(taken, number.start, number.end))


def _overlaps_date(taken: _Taken, quantity: _Quantity) -> bool:
    """Whether a date or document holds the quantity; one that only shares the word after the number does not hold a span.

    `trong hai ngày 3 và 4/4`: two days, and the dates `ngày 3 và 4/4`.
    """
    if quantity.kind == "duration":
        return any(not duration for duration in _covering(taken, quantity.start, quantity.number_end or quantity.end))
    return any(True for _ in _covering(taken, quantity.start, quantity.end))


def _make_row(article: Article, reading: _Reading, quantity: _Quantity) -> CountRow:
    start, end = quantity.start, quantity.end
    before = reading.folded[max(0, start - _MAX_BEFORE) : start]
    qualifier, change = None, None
    m = _QUALIFIER.search(before)
    if m and not (m["qualifier"] in _PLACE_WORDS and quantity.kind == "count" and quantity.value <= _SMALL):
        qualifier = m["qualifier"].replace("\xa0", " ")
        start -= len(before) - m.start()
    changed = _CHANGE.search(before)
    if changed:
        change = changed.lastgroup
        start = min(start, quantity.start - (len(before) - changed.start()))
    more = _OR_MORE.match(reading.folded, end)
    if more and qualifier is None:
        qualifier, end = more["bound"].replace("\xa0", " "), more.end()
    return CountRow(
        article_id=article.article_id,
        text=article.text[start:end],
        start=start,
        end=end,
        kind=quantity.kind,
        value=_plain(quantity.value),
        total=quantity.total,
        value_max=None if quantity.value_max is None else _plain(quantity.value_max),
        unit=quantity.unit,
        symbol=quantity.symbol,
        qualifier=qualifier,
        change=change,
        rule=f"counts.{quantity.rule}",
        confidence=quantity.confidence,
    )


def _plain(value: Decimal) -> Decimal:
    """Without an empty fraction: 1500000.0 is 1500000."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _read_quantity(reading: _Reading, i: int) -> _Quantity | None:
    number = reading.numbers[i]
    if number.value is None or not _stands_free(reading, number):
        return None
    named = _label_before(reading, number) is not None
    quantity = next((quantity for rule in _RULES if (quantity := rule(reading, i))), None)
    if named and quantity is None:
        reading.named = number.end
    return quantity


def _stands_free(reading: _Reading, number: Number) -> bool:
    """Whether the number is no part of a code, address, file name or longer number, and not vague (`hàng trăm`)."""
    folded, start, end = reading.folded, number.start, number.end
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if before and (before.isalnum() or before in "_./,:+&#@=~"):
        return False
    if before in "-–" and before and start > 1 and not folded[start - 2].isspace() and folded[start - 2] != "(":
        return False
    if folded[max(0, start - 3) : start].endswith(": ") and folded[start - 3].isdigit():
        return False  # 1: 1.000.000
    if after in "_@#=" and after:
        return False
    if after == ":" and folded[end + 1 : end + 2].isdigit():
        return False
    word = _WORD_BEFORE.search(folded, max(0, start - _MAX_BEFORE), start)
    if word and word["one"] in _VAGUE:
        return False
    return not number.spelled or _spelled_counts(reading, number, word["one"] if word else "")


def _spelled_counts(reading: _Reading, number: Number, before: str) -> bool:
    """`ba` of `ba nhiệm vụ`, not of `thứ ba`, `Ba Đình`, `ba mẹ`; `năm` and `một` only where they surely count."""
    text, folded = reading.text, reading.folded
    if before in _NOT_COUNTING:
        return False
    if (
        text[number.start].isupper()
        and text[number.end : number.end + 1] == " "
        and text[number.end + 1 : number.end + 2].isupper()
    ):
        return False
    simple = folded[number.start : number.end]
    context = folded[max(0, number.start - _MAX_BEFORE) : number.start]
    if simple == "năm":
        if text[number.end + 1 : number.end + 2].isupper():
            return False  # Năm Chủ tịch ASEAN
        return bool(_FIVE_COUNTS.search(context)) or reading.alone
    return True


def _label_before(reading: _Reading, number: Number) -> str | None:
    """The strength of the word that the number names (`tầng 2`), None where it counts.

    A word that a number just before counts is no label: `3 chương 13 điều`.
    """
    folded, start = reading.folded, number.start
    if 0 <= reading.named < start and _LISTED.fullmatch(folded, reading.named, start):
        return "name"
    m = _WORD_BEFORE.search(folded, max(0, start - _MAX_BEFORE), start)
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
    """`tháng 7` may name a month; `tháng 500`, `cấp 1.200`, `năm 1,5 triệu` do not."""
    return number.whole and number.scale == 1 and number.base <= limit and not ("." in number.raw or "," in number.raw)


def _is_year(reading: _Reading, number: Number) -> bool:
    """Four bare digits of our time name a year (`Công văn 15/TTg 2025 Thủ tướng`) but after `có 2000`, `hơn 2000`."""
    raw = number.raw
    if number.spelled or number.scale > 1 or len(raw) != 4 or not raw.isdigit() or not "1800" <= raw <= "2100":
        return False
    before = reading.folded[max(0, number.start - _MAX_BEFORE) : number.start]
    return not (_QUALIFIER.search(before) or _AMOUNT_BEFORE.search(before))


def _may_count(reading: _Reading, number: Number, unit: Unit) -> bool:
    """Whether the number before this unit is a quantity and no name, date, year or clock time."""
    if unit.kind == "age":
        return False
    label = _label_before(reading, number)
    if label == "time" or label == "order":
        return False
    if (
        label == "name"
        and unit.kind == "thing"
        and not (unit.group in _WHOLE_GROUPS and not _NAME_FOLLOWS.match(reading.text, unit.end))
    ):
        return False
    if unit.kind == "duration" and not _is_span(reading, number, unit, named=label is not None):
        return False
    if unit.kind == "thing" and _is_year(reading, number):
        return False
    if number.spelled and reading.folded[number.start : number.end] == "một" and not _one_counts(reading, number, unit):
        return False
    return unit.known or (
        (number.whole and label is None and not _is_year(reading, number) and len(number.raw) < 4) or "." in number.raw
    )


def _one_counts(reading: _Reading, number: Number, unit: Unit) -> bool:
    """`ít nhất một tháng`, `tăng thêm một Thứ trưởng`, `một Bí thư và hai Phó Bí thư`; else `một` is an article."""
    folded = reading.folded
    if reading.alone and unit.kind != "thing" and not folded[: number.start].strip() and not folded[unit.end :].strip(" .rưỡi"):
        return True
    if _HALF_MORE.match(folded, unit.end):
        return True
    context = folded[max(0, number.start - _MAX_BEFORE) : number.start]
    return bool(_ONE_COUNTS.search(context)) and folded[number.end : number.end + 5] != " lần "


def _is_span(reading: _Reading, number: Number, unit: Unit, *, named: bool) -> bool:
    """Whether `24 giờ`, `5 năm`, `3 ngày` is a span of time: not `16 giờ 30`, `6 tháng đầu năm`, `4 tháng 9/2025`."""
    folded = reading.folded
    before = folded[max(0, number.start - _MAX_BEFORE) : number.start]
    if unit.name in {"giờ", "phút"}:
        if _CLOCK_AFTER.match(folded, unit.end) and not (unit.name == "phút" and folded[unit.end : unit.end + 5] == " phút"):
            return bool(_SPAN_BEFORE.search(before)) and not _DIGIT_FOLLOWS.match(folded, unit.end)
        if unit.name == "giờ" and number.value is not None and number.value <= 24 and _CLOCK_BEFORE.search(before):
            return bool(_SPAN_BEFORE.search(before))
        return True
    if unit.name != "năm" and _PART_OF_YEAR.match(folded, unit.end):
        return False
    if unit.name == "năm" and _YEARS_FOLLOW.match(folded, unit.end):
        return True
    if _DIGIT_FOLLOWS.match(folded, unit.end):
        return unit.name in {"ngày", "đêm"} and bool(_SPAN_BEFORE.search(before))
    return not (named and _THIS_YEAR.match(folded, unit.end))


# --- the rules -------------------------------------------------------------------------------------------------------


# 5/32 nhiệm vụ · 443/444 đại biểu · 5 trong tổng số 32 nhiệm vụ · 2/3 số hộ dân
def read_done_of_total(reading: _Reading, i: int) -> _Quantity | None:
    m = _OUT_OF.fullmatch(reading.between(i))
    if m is None or (reading.numbers[i].spelled and "/" in m.group()):
        return None
    done, total = reading.numbers[i], reading.numbers[i + 1]
    if total.value is None or done.value is None or not done.whole or not total.whole or done.value > total.value:
        return None
    if "/" in m.group() and (reading.folded[total.end : total.end + 1] in {"/", "-"} or (done.value == 1 and total.value >= 100)):
        return None  # 5/3/2025, 12/5-QĐ, 1/500
    unit = read_share_unit(reading.text, reading.folded, total.end)
    if unit is None or not unit.known or unit.kind not in {"thing", "measure"} or _label_before(reading, done):
        return None
    if _says_one(reading, done):
        return None
    return _Quantity(
        start=done.start, end=unit.end, kind="progress", value=done.value, total=total.value, unit=unit.name,
        symbol=unit.symbol, rule="done_of_total", confidence=0.95, last=2,
    )  # fmt: skip


# 5 nhiệm vụ trong tổng số 32 nhiệm vụ · 12 hộ trên tổng số 40 hộ
def read_done_of_all(reading: _Reading, i: int) -> _Quantity | None:
    if i + 1 >= len(reading.numbers):
        return None
    done, total = reading.numbers[i], reading.numbers[i + 1]
    if total.start - done.end > _MAX_BETWEEN or total.value is None or done.value is None or done.value > total.value:
        return None
    first = read_unit(reading.text, reading.folded, done.end, spelled=done.spelled)
    if first is None or first.kind != "thing" or not _OUT_OF_TOTAL.fullmatch(reading.folded, first.end, total.start):
        return None
    unit = read_unit(reading.text, reading.folded, total.end, spelled=total.spelled)
    if unit is None or unit.name != first.name or not _may_count(reading, done, first):
        return None
    return _Quantity(
        start=done.start, end=unit.end, kind="progress", value=done.value, total=total.value, unit=unit.name,
        rule="done_of_all", confidence=0.9, last=2,
    )  # fmt: skip


# hai phần ba số huyện
def read_parts_of(reading: _Reading, i: int) -> _Quantity | None:
    if not _PARTS_OF.fullmatch(reading.between(i)):
        return None
    part, whole = reading.numbers[i], reading.numbers[i + 1]
    if part.value is None or whole.value is None or part.scale > 1 or whole.scale > 1 or not 0 < part.value < whole.value <= 100:
        return None
    unit = read_share_unit(reading.text, reading.folded, whole.end)
    if unit is None:
        return None
    return _Quantity(
        start=part.start, end=unit.end, kind="progress", value=part.value, total=whole.value, unit=unit.name,
        symbol=unit.symbol, rule="parts_of", confidence=0.9, last=2,
    )  # fmt: skip


# một nửa số hộ dân (1 of 2) · nửa tháng (0.5)
def read_half(reading: _Reading, i: int) -> _Quantity | None:
    number = reading.numbers[i]
    if reading.between(i) == " " and _says_one(reading, number) and reading.numbers[i + 1].raw == "nửa":
        unit = read_share_unit(reading.text, reading.folded, reading.numbers[i + 1].end)
        if unit is None or reading.numbers[i + 1].scale > 1:
            return None
        return _Quantity(
            start=number.start, end=unit.end, kind="progress", value=Decimal(1), total=Decimal(2), unit=unit.name,
            symbol=unit.symbol, rule="half_of", confidence=0.8, last=2,
        )  # fmt: skip
    if number.raw != "nửa" or number.scale > 1:
        return None
    unit = read_unit(reading.text, reading.folded, number.end, spelled=True)
    if unit is None or unit.kind != "duration" or unit.name in {"đêm", "ngày"} or _PART_OF_YEAR.match(reading.folded, unit.end):
        return None
    return _quantity(number.start, unit, Decimal("0.5"), rule="half", confidence=0.8)


# 3-5 dự án · từ 10 đến 15% · 11,5 - 12,4% · 2-3 triệu đồng
def read_range(reading: _Reading, i: int) -> _Quantity | None:
    between = reading.between(i)
    low = reading.numbers[i]
    before = reading.folded[max(0, low.start - _MAX_BEFORE) : low.start]
    dashed = _RANGE.fullmatch(between)
    if not dashed and not (
        _RANGE_WORD.fullmatch(between) and (_FROM.search(before) or _QUALIFIER.search(before) or reading.alone)
    ):
        return None
    high = reading.numbers[i + 1]
    if low.value is None or high.value is None or (low.spelled != high.spelled and not reading.alone):
        return None
    if reading.folded[high.end : high.end + 1] in {"/", "-", "–"} and reading.folded[high.end + 1 : high.end + 2].isdigit():
        return None
    unit = read_unit(reading.text, reading.folded, high.end, spelled=low.spelled)
    currency = _CURRENCY_BEFORE.search(before)
    if unit is None and currency:
        unit = _currency_unit(currency.group(), high.end)
    if unit is None or not unit.known or not _may_count(reading, low, unit) or (_is_year(reading, high) and unit.kind == "thing"):
        return None
    value = low.value
    if low.scale == 1 and high.scale > 1 and low.base < high.base:
        value = low.base * high.scale  # 2-3 triệu: both are millions
    if value >= high.value or (unit.kind == "thing" and dashed and high.value > 20 * value > 0):
        return None  # a score, a span of years, a code
    return _Quantity(
        start=low.start, end=unit.end, kind=_kind(unit), value=value, value_max=high.value, unit=unit.name,
        symbol=unit.symbol, rule="range", confidence=0.9, last=2,
    )  # fmt: skip


def _near(low: Number, high: Number) -> bool:
    """Two amounts of one size: `hai đến ba cán bộ`, `800 triệu đến 1 tỷ đồng`; not `2020 đến 2025`."""
    if low.value is None or high.value is None:
        return False
    return low.value < high.value <= 10 * low.value and (high.value < 1000 or min(low.scale, high.scale) > 1)


# từ 40% đến hơn 70% · từ 2 triệu đồng đến 5 triệu đồng
def read_range_of_units(reading: _Reading, i: int) -> _Quantity | None:
    low = reading.numbers[i]
    if i + 1 >= len(reading.numbers) or low.value is None:
        return None
    high = reading.numbers[i + 1]
    if high.value is None or high.start - low.end > _MAX_BETWEEN:
        return None
    first = read_unit(reading.text, reading.folded, low.end, spelled=low.spelled)
    if first is None or not first.known:
        return None
    before = reading.folded[max(0, low.start - _MAX_BEFORE) : low.start]
    dashed = bool(_RANGE.fullmatch(reading.folded, first.end, high.start)) and first.kind != "thing"
    if not dashed and not (_FROM.search(before) and _RANGE_WORD.fullmatch(reading.folded, first.end, high.start)):
        return None
    unit = read_unit(reading.text, reading.folded, high.end, spelled=high.spelled)
    if unit is None or unit.name != first.name or low.value >= high.value or not _may_count(reading, low, first):
        return None
    return _Quantity(
        start=low.start, end=unit.end, kind=_kind(unit), value=low.value, value_max=high.value, unit=unit.name,
        symbol=unit.symbol, rule="range_of_units", confidence=0.9, last=2,
    )  # fmt: skip


# từ 7 lên 10 dự án · giảm từ 12 xuống còn 8 đơn vị: the first number counts what the second does
_FROM_LEVEL = re.compile(rf"{_S}(?:lên|xuống|còn)(?:{_S}(?:còn|thành|tới|đến))?{_S}(?:(?:khoảng|hơn|gần){_S})?")


def read_from_level(reading: _Reading, i: int) -> _Quantity | None:
    low = reading.numbers[i]
    if low.value is None or not _FROM_LEVEL.fullmatch(reading.between(i)):
        return None
    before = reading.folded[max(0, low.start - _MAX_BEFORE) : low.start]
    if not _FROM.search(before):
        return None
    high = reading.numbers[i + 1]
    unit = read_unit(reading.text, reading.folded, high.end, spelled=high.spelled)
    if unit is None or not unit.known or not _may_count(reading, low, unit):
        return None
    value = low.base * high.scale if low.scale == 1 and high.scale > 1 else low.value
    own = Unit(start=low.end, end=low.end, kind=unit.kind, name=unit.name, symbol=unit.symbol)
    return _quantity(low.start, own, value, rule="from_level", confidence=0.8)


# $10 · USD 1,2 triệu · €5.000
def read_money_before(reading: _Reading, i: int) -> _Quantity | None:
    number = reading.numbers[i]
    before = _CURRENCY_BEFORE.search(reading.folded, max(0, number.start - 6), number.start)
    if before is None or number.value is None:
        return None
    mark = before.group() or reading.folded[number.start - 1]
    unit = _currency_unit(mark, number.end)
    return _quantity(number.start - len(mark), unit, number.value, rule="money_before", confidence=0.95)


# 29 nhiệm vụ · 94% · 1.107 ha · 4,7 tỷ USD · kế hoạch 5 năm · ba nhiệm vụ
def read_number_with_unit(reading: _Reading, i: int) -> _Quantity | None:
    number = reading.numbers[i]
    if number.value is None:
        return None
    unit = read_unit(reading.text, reading.folded, number.end, spelled=number.spelled)
    if unit is None or not _may_count(reading, number, unit):
        return None
    if number.raw == "nửa" and number.scale == 1 and unit.kind == "thing":
        return None
    value, start = _whole_things(number, unit), number.start
    minus = _NEGATIVE.search(reading.folded, max(0, start - 4), start) if unit.symbol in _BELOW_ZERO else None
    if minus:
        value, start = -value, start - len(minus.group().lstrip(" (:\n\xa0"))
    end = unit.end
    if unit.kind == "duration" and (half := _HALF_MORE.match(reading.folded, end)):
        value, end = value + Decimal("0.5"), half.end()
    confidence = 0.95 if unit.known else 0.6
    rule = {"thing": "number_of_things"}.get(unit.kind, unit.kind) if unit.known else "number_of_unknown"
    return _Quantity(
        start=start, end=end, kind=_kind(unit), value=value, unit=unit.name, symbol=unit.symbol, rule=rule,
        confidence=confidence, number_end=number.end,
    )  # fmt: skip


# trong 24h · 24h qua · 48h kể từ
def read_hours(reading: _Reading, i: int) -> _Quantity | None:
    number = reading.numbers[i]
    if number.value is None or number.spelled or not _HOURS.match(reading.folded, number.end):
        return None
    before = reading.folded[max(0, number.start - _MAX_BEFORE) : number.start]
    if not (_SPAN_BEFORE.search(before) or _HOURS_SPAN.match(reading.folded, number.end)):
        return None
    unit = Unit(start=number.end, end=number.end + 1, kind="duration", name="giờ", symbol="h")
    return _quantity(number.start, unit, number.value, rule="hours", confidence=0.8)


# thu 53 tỷ, chi 48 tỷ: a bare number of thousand millions is money; giá 800 triệu/căn
def read_bare_money(reading: _Reading, i: int) -> _Quantity | None:
    number = reading.numbers[i]
    if number.value is None or number.spelled or _label_before(reading, number) in {"time", "order"}:
        return None
    before = reading.folded[max(0, number.start - _MAX_BEFORE) : number.start]
    if number.scale < 10**9 and not (
        number.scale >= 1000 and (_PRICE_BEFORE.search(before) or _PER.match(reading.folded, number.end))
    ):
        return None
    paragraph = reading.folded.rfind("\n", 0, number.start)
    name = reading.currency[1] if reading.currency[0] > paragraph else "VND"
    unit = Unit(start=number.end, end=number.end, kind="money", name=name, symbol=name)
    return _quantity(number.start, unit, number.value, rule="bare_money", confidence=0.7)


# tổng số Thứ trưởng không quá 7 · số lượng Phó Chủ tịch tối đa là 3.
def read_tally(reading: _Reading, i: int) -> _Quantity | None:
    number = reading.numbers[i]
    if number.value is None or number.spelled or not number.whole or _is_year(reading, number):
        return None
    if not _CLOSED.match(reading.folded, number.end) or _label_before(reading, number):
        return None
    m = _TALLY.search(reading.folded, max(0, number.start - 130), number.start)
    if m is None:
        return None
    unit = read_unit(reading.text, reading.folded, m.start("noun"))
    if unit is None or not unit.known or unit.kind != "thing":
        return None
    own = Unit(start=number.start, end=number.end, kind="thing", name=unit.name)
    return _quantity(number.start, own, number.value, rule="tally", confidence=0.7)


_RULES: tuple[Callable[[_Reading, int], _Quantity | None], ...] = (
    read_done_of_total,
    read_done_of_all,
    read_parts_of,
    read_half,
    read_range,
    read_range_of_units,
    read_from_level,
    read_money_before,
    read_number_with_unit,
    read_hours,
    read_tally,
    read_bare_money,
)


def _says_one(reading: _Reading, number: Number) -> bool:
    return reading.folded[number.start : number.end] == "một"


def _kind(unit: Unit) -> str:
    return "count" if unit.kind == "thing" else unit.kind


def _currency_unit(mark: str, end: int) -> Unit:
    name = _CURRENCY_NAMES[mark.strip(" \xa0")]
    return Unit(start=end, end=end, kind="money", name=name, symbol=name)


def _quantity(start: int, unit: Unit, value: Decimal, *, rule: str, confidence: float) -> _Quantity:
    return _Quantity(
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
    """`12,345 thí sinh`: people and things come whole, so an ambiguous mark groups thousands."""
    assert number.value is not None
    if unit.kind == "thing" and number.other is not None and number.scale == 1 and not number.whole:
        return number.other
    return number.value
