"""Article -> quantities (`counts`): things, progress, percent, money, measures, durations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from pipeline.model import Article, Findings, Mention, Row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow(Row):
    """One quantity."""

    TABLE: ClassVar[str] = "counts"

    count_id: str = column("Key of the row.", key=True)
    article_id: str = column("The article.", refers="articles")
    text: str = column("The words as written.")
    start: int = column("First character in `articles.text` (Unicode code points).")
    end: int = column("One past the last character.")
    kind: str = column("`count`, `progress` (done of total), `percent`, `money`, `measure`, `duration`.")
    value: Decimal = column("`5` of `5/32 nhiệm vụ`; money in its currency's unit; percents as written.")
    total: Decimal | None = column("`32` of `5/32 nhiệm vụ`.", default=None)
    value_max: Decimal | None = column("The upper end of a range.", default=None)
    unit: str = column("What is counted, lower case NFC; `VND`, `USD`; `%`; `km`, `ha`, `năm`.")
    qualifier: str | None = column("`hơn`, `gần`, `khoảng`, `ít nhất`, `tối đa` …", default=None)
    change: str | None = column("`increase`, `decrease`, `addition`.", default=None)
    rule: str = column("The rule that found it.")
    confidence: float = column("0 to 1.")


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """One CountRow for each quantity; dates, document numbers and recurrences read before are not quantities."""
    return ()
