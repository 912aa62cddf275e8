"""Evidence of articles -> events: which reports tell of one meeting or announcement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pipeline.model import Row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow(Row):
    """One meeting or announcement that articles tell of."""

    TABLE: ClassVar[str] = "events"

    event_id: str = column("Key of the event.", key=True)
    date: date | None = column("The day of the event, where told.", default=None)
    title: str = column("Headline of the first report.")
    n_articles: int = column("How many articles tell of it.")
