"""Evidence of one article -> the compact report that events and duplicates are found with."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pipeline.facts.documents import DocumentRow
from pipeline.model import make_id
from pipeline.resolve.evidence import Evidence
from pipeline.vietnamese.spelling import fold

_PEOPLE = 8  # persons with positions that stand first
_BODIES = 8  # organisations that stand first
_SPECIFIC = frozenset(
    {"steering committee", "department", "company", "school", "hospital", "court or procuracy", "foreign", "other"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What tells an article from others; small enough to be kept for a million of them.

    Documents go by their numbers: within one day these tell enough, also where one report leaves out the issuer.
    """

    article_id: str
    published: date | None
    day: date | None
    title: str
    portal: str | None
    people: frozenset[str]
    title_documents: frozenset[str]
    lead_documents: frozenset[str]
    documents: frozenset[str]
    bodies: frozenset[str]
    words: tuple[str, ...]
    content_hash: str
    sketch: bytes
    days: tuple[date, ...]
    key: str


def report_of(one: Evidence) -> Report:
    """The report of one article."""
    names = {person.person_id: fold(person.name) for person in one.persons}
    people = list(dict.fromkeys(names[held.person_id] for held in one.positions if held.person_id in names))[:_PEOPLE]
    specific = {row.org_id for row in one.organizations if row.kind in _SPECIFIC}
    numbers = {row.document_id: fold(row.number) if row.number else row.document_id for row in one.documents}
    lead = _shared(numbers[key] for key in one.lead_documents if key in numbers)
    told = sorted(lead)[:1] or sorted(people)[:2] or [" ".join(sorted(_title_words(one.title)))]
    return Report(
        article_id=one.article_id,
        published=one.published,
        day=one.day,
        title=one.title,
        portal=one.portal,
        people=_shared(people),
        title_documents=_shared(numbers[row.document_id] for row in one.documents if _in_title(row, fold(one.title))),
        lead_documents=lead,
        documents=_shared(numbers.values()),
        bodies=_shared(body for body in one.bodies[:_BODIES] if body in specific),
        words=tuple(sorted(_shared(_title_words(one.title)))),
        content_hash=one.content_hash,
        sketch=bytes.fromhex(one.sketch),
        days=one.days,
        key=make_id("event", one.day.isoformat() if one.day else "", *told) if one.day and any(told) else _own_key(one),
    )


def _own_key(one: Evidence) -> str:
    return make_id("event", one.article_id)


def _in_title(row: DocumentRow, title: str) -> bool:
    """The document that the headline names by number or title: what the article announces."""
    return any(named and fold(named) in title for named in (row.number, row.title))


def announce_others(one: Report, other: Report) -> bool:
    """Both headlines name documents, and none is in both: two decisions of one day, two laws passed in one session."""
    return bool(one.title_documents and other.title_documents and not one.title_documents & other.title_documents)


def _shared(values: Iterable[str]) -> frozenset[str]:
    """Equal strings of all articles are one object."""
    return frozenset(map(sys.intern, values))


_WORD = re.compile(r"\w+")
_FUNCTION_WORDS = frozenset(
    {"và", "của", "các", "cho", "với", "về", "tại", "trong", "là", "có", "được", "những", "một", "để", "từ", "đến", "năm"}
    | {"theo", "sẽ", "đã", "không", "trên", "này", "khi", "ở", "ra", "vào", "công", "tác", "tổ", "chức", "hội", "nghị"}
)


def _title_words(title: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(title))) - _FUNCTION_WORDS


def share(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of the words of two headlines is common."""
    return len(one & other) / len(one | other) if one and other else 0.0
