"""Article -> things that recur (`recurrences`): how often, how many times, what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.model import Article, Findings, Mention, Row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrenceRow(Row):
    """One thing that recurs."""

    TABLE: ClassVar[str] = "recurrences"

    recurrence_id: str = column("Key of the row.", key=True)
    article_id: str = column("The article.", refers="articles")
    every: str = column("The period as ISO 8601 duration: `3 tháng/lần` is `P3M`.")
    times: int = column("Times in each period.", default=1)
    what: str | None = column("What recurs: `giao ban`.", default=None)
    text: str = column("The words as written.")
    start: int = column("First character in `articles.text` (Unicode code points).")
    end: int = column("One past the last character.")
    rule: str = column("The rule that found it.")
    confidence: float = column("0 to 1.")


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """One RecurrenceRow for each recurring thing."""
    return ()
