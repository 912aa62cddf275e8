"""Article -> quantities (`counts`): things, progress, percent, money, measures, durations.

Numbers come from `vietnamese.numbers`, what they count from `facts.counted`, whether they count from
`facts.count_context`; the rules stand in `facts.count_rules`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from pipeline.facts.count_context import MAX_BEFORE, Quantity, Reading, S, qualifier_before
from pipeline.facts.count_rules import read_quantity
from pipeline.facts.dates import DateRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.recurrences import RecurrenceRow
from pipeline.model import Article, Findings, Mention, Row, column
from pipeline.vietnamese.numbers import Number, find_numbers
from pipeline.vietnamese.spelling import fold

# `trên 3 tuyến đường` is on three roads: with a small number `trên`, `dưới` say where.
_PLACE_WORDS = frozenset({"trên", "dưới"})
_SMALL = 10
_CHANGE = re.compile(
    rf"""(?<![^\W_])(?:
        (?P<increase> tăng{S}thêm | tăng )
      | (?P<decrease> cắt{S}giảm | tinh{S}giản | tinh{S}gọn | giảm{S}được | giảm{S}thêm | giảm )
      | (?P<addition> bổ{S}sung{S}thêm | (?<!sửa{S}đổi,{S})(?<!sửa{S}đổi{S}và{S})bổ{S}sung | thêm )
    )(?:{S}(?:khoảng|hơn|gần|trên|tới|đến|từ|được|thêm|bình{S}quân|ít{S}nhất|tối{S}thiểu|tối{S}đa|đều)){{0,2}}{S}{{1,2}}$""",
    re.VERBOSE,
)
_OR_MORE = re.compile(rf"{S}(?P<bound>trở{S}lên|trở{S}xuống|trở{S}đi)(?![^\W_])")


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


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """One CountRow for each quantity; dates, document numbers and recurrences read before are not quantities."""
    text, folded = article.text, fold(article.text)
    numbers = find_numbers(folded)
    taken = _taken_spans(findings)
    reading = Reading(text=text, folded=folded, numbers=numbers, alone=len(text) <= 60 and "\n" not in text.strip())
    i = 0
    while i < len(numbers):
        quantity = None if _is_taken(taken, numbers[i]) else read_quantity(reading, i)
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
            undated_clock = row.value_start is None and "clock" in row.rule  # `một giờ`: the rules below tell
            spans.append((row.start, row.end, undated_clock or "relative_span" in row.rule))
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


def _overlaps_date(taken: _Taken, quantity: Quantity) -> bool:
    """Whether a date or document holds the quantity; one that only shares the word after the number does not hold a span.

    `trong hai ngày 3 và 4/4`: two days, and the dates `ngày 3 và 4/4`.
    """
    if quantity.kind == "duration":
        return any(not duration for duration in _covering(taken, quantity.start, quantity.number_end or quantity.end))
    return any(True for _ in _covering(taken, quantity.start, quantity.end))


def _make_row(article: Article, reading: Reading, quantity: Quantity) -> CountRow:
    start, end = quantity.start, quantity.end
    before = reading.folded[max(0, start - MAX_BEFORE) : start]
    qualifier, change = None, None
    m = qualifier_before().search(before)
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
