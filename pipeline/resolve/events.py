"""Evidence of articles -> events: which reports tell of one meeting or announcement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pipeline.model import Row, column, make_id
from pipeline.resolve.reports import Report, announce_others, share
from pipeline.resolve.sketches import similarity

# Points for what two reports share; together they must reach ENOUGH. Wording alone never decides: two reports of one
# meeting share less than a tenth of their shingles.
ENOUGH = 3.5
POINTS_DOCUMENT = 2.25  # a document both name in the lead
POINTS_CITED = 1.0  # a document both cite somewhere
POINTS_PERSON = 1.0  # each person with a position in both, at most two
POINTS_BODY = 1.0  # a committee, department, company that both are about
POINTS_TITLE = 1.25  # headlines that share a third of their words
POINTS_SAME_TITLE = 1.75  # or half of them
POINTS_WORDING = 1.5  # texts that share a fifth of their shingles
OTHER_DOCUMENTS = -1.5  # each leads with documents, and none is shared
SAME_PORTAL = -1.0  # a portal tells a meeting once
_TITLE_WORDS = 3
MAX_BLOCK = 40  # events of one day and key that a report is compared with


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow(Row):
    """One meeting or announcement that articles tell of."""

    TABLE: ClassVar[str] = "events"

    event_id: str = column("Key of the event.", key=True)
    date: date | None = column("The day of the event, where told.", default=None)
    title: str = column("Headline of the first report.")
    n_articles: int = column("How many articles tell of it.")


@dataclass(slots=True)
class _Event:
    """An event while it is gathered: its first report speaks for it."""

    first: Report
    reports: list[Report]


def find_events(reports: Iterable[Report], duplicates: Mapping[str, str]) -> tuple[Mapping[str, str], tuple[EventRow, ...]]:
    """Article -> event, and the rows of the events. The same for any order of the reports.

    Reports come in by age; each joins the event whose first report it shares most with, if that is enough. So a round-up
    that mentions two meetings joins one and does not make them one.
    """
    ordered = sorted(reports, key=lambda report: (report.published or date.max, report.article_id))
    blocks: dict[str, list[_Event]] = {}
    event_of: dict[str, _Event] = {}
    for report in ordered:
        original = duplicates.get(report.article_id)
        event = event_of[original] if original in event_of else _best_event(report, blocks)
        if event is None:
            event = _Event(report, [])
            for key in set(_meeting_keys(report)):
                blocks.setdefault(key, []).append(event)
        event.reports.append(report)
        event_of[report.article_id] = event
    ids = _event_ids({id(event): event for event in event_of.values()}.values())
    rows = {
        ids[id(event)]: EventRow(
            event_id=ids[id(event)], date=event.first.day, title=event.first.title, n_articles=len(event.reports)
        )
        for event in event_of.values()
    }
    return {article: ids[id(event)] for article, event in event_of.items()}, tuple(rows[key] for key in sorted(rows))


def _event_ids(events: Iterable[_Event]) -> Mapping[int, str]:
    """The key of the first report: it stays when later reports arrive. Two events never share one."""
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for event in sorted(events, key=lambda event: (event.first.published or date.max, event.first.article_id)):
        chosen = event.first.key
        if chosen in taken:
            chosen = make_id("event", event.first.article_id)
        taken.add(chosen)
        ids[id(event)] = chosen
    return ids


def _best_event(report: Report, blocks: Mapping[str, list[_Event]]) -> _Event | None:
    candidates: dict[str, _Event] = {}
    for key in sorted(set(_meeting_keys(report, near=True))):
        for event in blocks.get(key, [])[:MAX_BLOCK]:
            candidates.setdefault(event.first.article_id, event)
    words = frozenset(report.words)
    scored = [(_score(report, words, event), article_id) for article_id, event in candidates.items()]
    best = max(scored, key=lambda pair: (pair[0], pair[1]), default=(0.0, ""))
    return candidates[best[1]] if best[0] >= ENOUGH else None


def _meeting_keys(report: Report, *, near: bool = False) -> Iterator[str]:
    """Keys under which reports of one event meet: its day with each document, person, body, long word of the headline.

    `near`: those of the days beside it too, where only a shared document can join two reports (`_score`).
    """
    if report.day is None:
        return
    long = sorted(report.words, key=lambda word: (-len(word), word))[:_TITLE_WORDS]
    day = report.day.toordinal()
    for kind, values in (("d", report.documents), ("p", report.people), ("b", report.bodies), ("w", long)):
        for value in values:
            yield f"{day}{kind}{value}"
    if near:
        for value in report.documents:
            yield f"{day - 1}d{value}"
            yield f"{day + 1}d{value}"


def _score(report: Report, words: frozenset[str], event: _Event) -> float:
    """How much speaks for one event; nothing does where the days differ, or lie a day apart without a shared document.

    `words` are the report's. What costs most comes last, and not at all where it could no longer reach ENOUGH.
    """
    other = event.first
    if report.day is None or other.day is None or abs((report.day - other.day).days) > 1:
        return 0.0
    if report.day != other.day and not (report.lead_documents & other.lead_documents):
        return 0.0
    if announce_others(report, other):
        return 0.0
    points = POINTS_PERSON * min(2, len(report.people & other.people))
    if report.lead_documents & other.lead_documents:
        points += POINTS_DOCUMENT
    elif report.documents & other.documents:
        points += POINTS_CITED
    if report.lead_documents and other.lead_documents and not (report.documents & other.documents):
        points += OTHER_DOCUMENTS
    if report.bodies & other.bodies:
        points += POINTS_BODY
    if points + POINTS_SAME_TITLE + POINTS_WORDING < ENOUGH:
        return points
    alike = share(words, frozenset(other.words))
    if alike >= 1 / 3:
        points += POINTS_SAME_TITLE if alike >= 1 / 2 else POINTS_TITLE
    if points + POINTS_WORDING < ENOUGH:
        return points
    if similarity(report.sketch, other.sketch) >= 0.2:
        points += POINTS_WORDING
    if report.portal and any(report.portal == told.portal for told in event.reports):
        points += SAME_PORTAL
    return points
