"""Evidence of all articles -> final ids, the rows of persons, organisations, documents and events, duplicates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pipeline.facts.documents import DocumentRow
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.persons import PersonRow
from pipeline.resolve.duplicates import find_duplicates
from pipeline.resolve.events import EventRow, find_events
from pipeline.resolve.evidence import Evidence
from pipeline.resolve.persons import Seen, find_persons, seen_of
from pipeline.resolve.reports import Report, report_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What is one over all articles. A local id that is absent from a mapping is final already.

    `split_person_ids` is by article and local id: where one local id (a name and a place) stands for several persons.
    """

    person_ids: Mapping[str, str]
    org_ids: Mapping[str, str]
    document_ids: Mapping[str, str]
    event_ids: Mapping[str, str]
    duplicates: Mapping[str, str]
    persons: tuple[PersonRow, ...]
    organizations: tuple[OrganizationRow, ...]
    documents: tuple[DocumentRow, ...]
    events: tuple[EventRow, ...]
    split_person_ids: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def person_of(self, article_id: str, local_id: str) -> str:
        """The final id of a person of one article."""
        return self.split_person_ids.get((article_id, local_id)) or self.person_ids.get(local_id, local_id)


def resolve(evidence: Iterable[Evidence]) -> Resolution:
    """Join what is one; the same for any order of the evidence.

    The evidence is read once; of every article a report and its persons are kept, some 3 kB, never its text.
    """
    reports: list[Report] = []
    seen: list[Seen] = []
    organizations: dict[str, OrganizationRow] = {}
    documents: dict[str, DocumentRow] = {}
    numbers: dict[str, Counter[str]] = {}
    for one in evidence:
        reports.append(report_of(one))
        seen.extend(seen_of(one))
        for organization in one.organizations:
            known = organizations.get(organization.org_id)
            organizations[organization.org_id] = _same_organization(known, organization) if known else organization
        for document in one.documents:
            cited = documents.get(document.document_id)
            documents[document.document_id] = _same_document(cited, document) if cited else document
            if document.number:
                numbers.setdefault(document.document_id, Counter())[document.number] += 1
    duplicates = find_duplicates(reports)
    event_ids, events = find_events(reports, duplicates)
    final, persons = find_persons(seen, event_ids)
    person_ids, split = _by_local_id(final)
    return Resolution(
        person_ids=person_ids,
        org_ids={},
        document_ids={},
        event_ids=event_ids,
        duplicates=duplicates,
        persons=persons,
        organizations=tuple(organizations[key] for key in sorted(organizations)),
        documents=tuple(_with_usual_number(documents[key], numbers.get(key)) for key in sorted(documents)),
        events=events,
        split_person_ids=split,
    )


def _by_local_id(final: Mapping[tuple[str, str], str]) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """One final id for each local id, and those of articles where the local id stands for somebody else."""
    usual: dict[str, str] = {}
    split: dict[tuple[str, str], str] = {}
    for (article_id, local_id), person_id in sorted(final.items()):
        if usual.setdefault(local_id, person_id) != person_id:
            split[article_id, local_id] = person_id
    return usual, split


def _same_organization(one: OrganizationRow, other: OrganizationRow) -> OrganizationRow:
    """One row with every form it was seen in."""
    if one == other:
        return one
    chosen = min(one, other, key=lambda row: (row.place is None, row.name, row.kind, row.place or ""))
    forms = {one.name, other.name, *one.aliases.split(";"), *other.aliases.split(";")} - {"", chosen.name}
    return replace(chosen, aliases=";".join(sorted(forms)))


def _same_document(one: DocumentRow, other: DocumentRow) -> DocumentRow:
    """One row: of every column what is told most fully."""
    if one == other:
        return one
    return replace(
        one,
        type=min(one.type, other.type),
        number=_fullest(one.number, other.number),
        issuer=_fullest(one.issuer, other.issuer),
        title=_fullest(one.title, other.title),
        year=min((year for year in (one.year, other.year) if year), default=None),
    )


def _with_usual_number(document: DocumentRow, numbers: Counter[str] | None) -> DocumentRow:
    """`57-NQ/TW` as most articles write it, where one misspells it `57/NQ-TW`."""
    if not numbers or len(numbers) == 1:
        return document
    return replace(document, number=max(numbers, key=lambda number: (numbers[number], len(number), number)))


def _fullest(*told: str | None) -> str | None:
    return max((text for text in told if text), key=lambda text: (len(text), text), default=None)
