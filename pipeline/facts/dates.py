"""Article -> expressions of time (`dates`), each with its interval, grain, kind and anchor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pipeline.model import Article, Findings, Mention, Row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRow(Row):
    """One expression of time."""

    TABLE: ClassVar[str] = "dates"
    IDENTITY: ClassVar[tuple[str, ...]] = ("kind",)

    date_id: str = column("Key of the row.", key=True)
    article_id: str = column("The article.", refers="articles")
    text: str = column("The words as written; for a stamp outside the text, the stamp.")
    start: int | None = column("First character in `articles.text`; null only for a stamp outside it.", default=None)
    end: int | None = column("One past the last character.", default=None)
    value_start: date | None = column("First day.", default=None)
    value_end: date | None = column("Last day, inclusive.", default=None)
    time: str | None = column("`HH:MM`.", default=None)
    time_end: str | None = column("`HH:MM`.", default=None)
    grain: str = column("`minute`, `hour`, `day`, `week`, `month`, `quarter`, `half`, `year`, `period`.")
    kind: str = column("`published`, `event`, `deadline`, `period`, `reference`, `recurrence`.")
    anchor: date | None = column("The date a relative or partial expression was resolved against.", default=None)
    rule: str = column("The rule that found it.")
    confidence: float = column("0 to 1.")


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """One DateRow for each expression of time, and one `published` row where the article has a date."""
    return ()
