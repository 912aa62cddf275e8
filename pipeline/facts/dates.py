"""Article -> expressions of time (`dates`), each with its interval, grain, kind and anchor."""

from __future__ import annotations

import bisect
import dataclasses
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pipeline import lexicon
from pipeline.facts.date_anchors import Reading, anchored
from pipeline.facts.date_story import NOWHERE, Place, Story, covers_sentence, marker
from pipeline.facts.documents import DocumentRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.recurrences import RecurrenceRow
from pipeline.model import Article, Findings, Mention, Row, column
from pipeline.vietnamese.calendar import Expression, Holiday, Interval, Lexer, find_expressions


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
    expressions = _without(find_expressions(article.text, _lexer()), _taken(article, findings))
    story = Story.of(article, expressions)
    rows = [_read_row(article, story, place) for place in story.places]
    stamp = next((n for n, place in enumerate(story.places) if _is_stamp(article, place, rows[n])), None)
    if stamp is not None:
        rows[stamp] = dataclasses.replace(rows[stamp], kind="published", anchor=None, rule="dates.published")
    elif article.published_at is not None:
        rows.append(_published_row(article))
    return rows


@lexicon.cached
def _lexer() -> Lexer:
    """The calendar of the language with the named days of `lexicon/holidays.tsv`."""
    return Lexer.of(
        tuple(
            Holiday(
                names=tuple(name.strip() for name in row["names"].split(";")),
                month=int(row["month"]),
                day=int(row["day"]) if row["day"] else None,
                nth=int(row["nth"]) if row["nth"] else None,
                weekday=int(row["weekday"]) if row["weekday"] else None,
                days=int(row["days"] or 1),
                lunar=row["calendar"] == "lunar",
                firm=row["firm"] == "yes",
                asked=row["firm"] == "asked",
            )
            for row in lexicon.read_lexicon("holidays")
        )
    )


# ------------------------------------------------------------------------------------------------ what is not ours
def _taken(article: Article, findings: Findings) -> list[tuple[int, int]]:
    """Spans of document numbers and recurrences: `15/2021/QĐ-UBND` holds no date, a law's name may (`năm 2013`)."""
    spans = [(row.start, row.end) for row in findings.of(RecurrenceRow)]
    numbers = {row.document_id: row.number for row in findings.of(DocumentRow)}
    for mention in findings.of(MentionRow):
        number = numbers.get(mention.document_id or "") if mention.kind == "document" else None
        if number:
            at = mention.text.find(number)
            if at >= 0:
                spans.append((mention.start + at, mention.start + at + len(number)))
            else:
                spans.extend((mention.start + m.start(), mention.start + m.end()) for m in _SYMBOL.finditer(mention.text))
    return sorted(spans)


# The symbol of a document: figures and letters tied by strokes.
_SYMBOL = re.compile(r"\d{1,6}[/-](?:\d{4}/)?[^\W\d_][\w&/-]{1,30}")


def _without(expressions: Sequence[Expression], taken: Sequence[tuple[int, int]]) -> list[Expression]:
    kept = []
    starts = [start for start, _ in taken]
    for expression in expressions:
        near = taken[max(0, bisect.bisect_left(starts, expression.start) - 2) : bisect.bisect_left(starts, expression.end)]
        if not any(start < expression.end and expression.start < end for start, end in near):
            kept.append(expression)
    return kept


# ------------------------------------------------------------------------------------------------ rows
def _read_row(article: Article, story: Story, place: Place) -> DateRow:
    expression = place.expression
    reading = Reading(interval=None) if expression.recurring else anchored(story, place)
    interval = reading.interval
    if interval is not None:
        story.told.append((place, interval))
    return DateRow(
        article_id=article.article_id,
        text=article.text[expression.start : expression.end],
        start=expression.start,
        end=expression.end,
        value_start=interval.start if interval else None,
        value_end=interval.end if interval else None,
        time=expression.time or reading.time,
        time_end=expression.time_end,
        grain=reading.grain or expression.grain,
        kind=_kind(story, place, interval),
        anchor=reading.anchor if interval else None,
        rule=f"dates.{expression.rule}",
        confidence=reading.confidence,
    )


def _kind(story: Story, place: Place, interval: Interval | None) -> str:
    expression = place.expression
    if expression.recurring:
        return "recurrence"
    today = story.event or story.published
    over = interval is not None and today is not None and interval.end < today
    if not over and marker(story.folded, expression.start):
        return "deadline"
    if interval is not None and interval.start == interval.end:
        return "event" if interval.start == story.event and not place.of_document else "reference"
    if interval is None and expression.grain in ("day", "hour", "minute"):
        return "reference"
    return "period"


def _is_stamp(article: Article, place: Place, row: DateRow) -> bool:
    """The portal's own stamp, where it is part of the text: the same minute, with nothing told around it."""
    published = article.published_at
    return (
        published is not None
        and article.published_grain == "minute"
        and row.value_start == row.value_end == published.date()
        and row.time == published.strftime("%H:%M")
        and covers_sentence(place)
        and place.sentence != NOWHERE
        and len(article.text) > place.sentence[1] - place.sentence[0]
    )


def _published_row(article: Article) -> DateRow:
    stamp = article.published_at
    assert stamp is not None
    minute = article.published_grain == "minute"
    return DateRow(
        article_id=article.article_id,
        text=stamp.strftime("%Y-%m-%d %H:%M" if minute else "%Y-%m-%d"),
        value_start=stamp.date(),
        value_end=stamp.date(),
        time=stamp.strftime("%H:%M") if minute else None,
        grain="minute" if minute else "day",
        kind="published",
        rule="dates.published",
        confidence=1.0,
    )
