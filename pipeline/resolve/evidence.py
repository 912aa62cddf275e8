"""Article and its rows -> the little that joining over articles needs; small, and kept beside each result."""

from __future__ import annotations

import dataclasses
import functools
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.facts.dates import DateRow
from pipeline.facts.documents import DocumentRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.officials import OfficialRow
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.persons import PersonRow
from pipeline.model import Article, Findings
from pipeline.resolve.sketches import sketch_of

LEAD = 1200  # characters of title, summary and first paragraphs: what an article is about stands there
MAX_BODIES = 24  # organisations kept as evidence of what an article is about
MAX_DAYS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A position that the article gives to a person; `org_id` None where none is stated."""

    person_id: str
    role: str
    org_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one article tells of persons, organisations, documents and its event.

    `sketch` is of the text, in hexadecimal digits; `day` is that of what it reports, `days` are all it names; `lead_documents`
    and `bodies` are ids: what the article is about, and every organisation in the order of the text.
    """

    article_id: str
    source: str
    published: date | None
    title: str
    content_hash: str
    portal: str | None = None
    sketch: str = ""
    day: date | None = None
    days: tuple[date, ...] = ()
    persons: tuple[PersonRow, ...] = ()
    organizations: tuple[OrganizationRow, ...] = ()
    documents: tuple[DocumentRow, ...] = ()
    positions: tuple[Held, ...] = ()
    lead_documents: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()

    def to_json(self) -> bytes:
        """As kept in the cache and sent between processes."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, default=date.isoformat).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Evidence:
        """What `to_json` wrote."""
        said = json.loads(data)
        for name in ("published", "day"):
            said[name] = date.fromisoformat(said[name]) if said[name] else None
        said["days"] = tuple(map(date.fromisoformat, said["days"]))
        for name, kind in (
            ("persons", PersonRow),
            ("organizations", OrganizationRow),
            ("documents", DocumentRow),
            ("positions", Held),
        ):
            said[name] = tuple(_shared(kind, tuple(row.items())) for row in said[name])
        said["lead_documents"] = tuple(map(sys.intern, said["lead_documents"]))
        said["bodies"] = tuple(map(sys.intern, said["bodies"]))
        return cls(**said)


@functools.lru_cache(maxsize=200_000)
def _shared(kind: Callable[..., object], said: tuple[tuple[str, object], ...]) -> object:
    """One object for what many articles say in the same words: the evidence of all is held at once."""
    return kind(**dict(said))


def evidence_of(article: Article, findings: Findings) -> Evidence:
    """The evidence of one article."""
    mentions = findings.of(MentionRow)
    lead_documents = [m.document_id for m in mentions if m.document_id and m.start < LEAD]
    bodies = [m.org_id for m in mentions if m.org_id]
    published = article.published_at.date() if article.published_at else None
    return Evidence(
        article_id=article.article_id,
        source=article.source,
        published=published,
        title=article.title or "",
        content_hash=article.content_hash,
        portal=article.portal,
        sketch=sketch_of(article.text).hex(),
        day=_day_of(findings.of(DateRow), published),
        days=_days_of(findings.of(DateRow)),
        persons=findings.of(PersonRow),
        organizations=findings.of(OrganizationRow),
        documents=findings.of(DocumentRow),
        positions=tuple(
            dict.fromkeys(Held(person_id=o.person_id, role=o.role, org_id=o.org_id) for o in findings.of(OfficialRow))
        ),
        lead_documents=tuple(dict.fromkeys(lead_documents)),
        bodies=tuple(dict.fromkeys(bodies))[:MAX_BODIES],
    )


def _day_of(dates: tuple[DateRow, ...], published: date | None) -> date | None:
    """The day of what is reported: of the events in the lead the one nearest before publication, else publication."""
    told = [
        row.value_start
        for row in dates
        if row.kind == "event" and row.value_start and row.value_start == row.value_end and (row.start or 0) < LEAD
    ]
    if not told:
        return published
    if published is None:
        return told[0]
    # a meeting announced for tomorrow may be the event too; what is told first wins among equals
    return min(told, key=lambda day: (day > published + timedelta(days=1), abs((published - day).days)))


def _days_of(dates: tuple[DateRow, ...]) -> tuple[date, ...]:
    days = (row.value_start for row in dates if row.kind != "published" and row.value_start == row.value_end and row.value_start)
    return tuple(sorted(set(days))[:MAX_DAYS])
