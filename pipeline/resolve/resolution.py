"""Evidence of all articles -> final ids, the rows of persons, organisations, documents and events, duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pipeline.facts.documents import DocumentRow
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.persons import PersonRow
from pipeline.model import make_id
from pipeline.resolve.events import EventRow
from pipeline.resolve.evidence import Evidence

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What is one over all articles. A local id that is absent from a mapping is final already."""

    person_ids: Mapping[str, str]
    org_ids: Mapping[str, str]
    document_ids: Mapping[str, str]
    event_ids: Mapping[str, str]
    duplicates: Mapping[str, str]
    persons: tuple[PersonRow, ...]
    organizations: tuple[OrganizationRow, ...]
    documents: tuple[DocumentRow, ...]
    events: tuple[EventRow, ...]


def resolve(evidence: Iterable[Evidence]) -> Resolution:
    """Join what is one; the same for any order of the evidence."""
    persons: dict[str, PersonRow] = {}
    organizations: dict[str, OrganizationRow] = {}
    documents: dict[str, DocumentRow] = {}
    events: dict[str, EventRow] = {}
    event_ids: dict[str, str] = {}
    for one in sorted(evidence, key=lambda e: (e.article_id, e.source)):
        for person in one.persons:
            persons.setdefault(person.person_id, person)
        for organization in one.organizations:
            organizations.setdefault(organization.org_id, organization)
        for document in one.documents:
            documents.setdefault(document.document_id, document)
        event_id = make_id("event", one.article_id)
        event_ids[one.article_id] = event_id
        events[event_id] = EventRow(event_id=event_id, date=one.published, title=one.title, n_articles=1)
    return Resolution(
        person_ids={},
        org_ids={},
        document_ids={},
        event_ids=event_ids,
        duplicates={},
        persons=_by_id(persons),
        organizations=_by_id(organizations),
        documents=_by_id(documents),
        events=_by_id(events),
    )


def _by_id(rows: Mapping[str, T]) -> tuple[T, ...]:
    return tuple(rows[key] for key in sorted(rows))
