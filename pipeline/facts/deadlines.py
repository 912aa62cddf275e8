"""Article, dates, officials -> what must be done by when, by whom, set by whom (`deadlines`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pipeline.model import Article, Findings, Mention, Row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRow(Row):
    """One thing that must be done by a time."""

    TABLE: ClassVar[str] = "deadlines"
    IDENTITY: ClassVar[tuple[str, ...]] = ("task",)

    deadline_id: str = column("Key of the row.", key=True)
    article_id: str = column("The article.", refers="articles")
    date_id: str | None = column("The expression of time.", refers="dates", default=None)
    due_start: date | None = column("First day of the expression.", default=None)
    due_end: date | None = column("The last acceptable day.", default=None)
    within: str | None = column("ISO 8601 duration from an event without a date (`10 ngày kể từ ngày tiếp nhận`).", default=None)
    marker: str = column("`muộn nhất`, `trước`, `trong`, `đến hết` …")
    task: str = column("The clause that says what must be done.")
    responsible: str | None = column("Who must do it, as written.", default=None)
    responsible_org_id: str | None = column("The same as an organisation.", refers="organizations", default=None)
    assigned_by: str | None = column("Person or organisation that set it.", default=None)
    assigned_by_person_id: str | None = column("The same as a person.", refers="persons", default=None)
    text: str = column("The sentence.")
    start: int = column("First character in `articles.text` (Unicode code points).")
    end: int = column("One past the last character.")
    rule: str = column("The rule that found it.")
    confidence: float = column("0 to 1.")


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """One DeadlineRow for each task with a last acceptable time."""
    return ()
