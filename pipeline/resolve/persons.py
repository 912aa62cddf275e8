"""Persons of all articles -> who is the same: one name and one leadership, event or place; others of the name stay apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.facts.persons import PersonRow
from pipeline.facts.places import surnames
from pipeline.lexicon import cached, read_lexicon
from pipeline.model import make_id
from pipeline.resolve.bodies import is_national, position_anchors
from pipeline.resolve.evidence import Evidence
from pipeline.resolve.groups import Groups
from pipeline.vietnamese.spelling import fold

MAX_EVIDENCE = 8  # positions kept in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A person as one article knows them."""

    article_id: str
    published: date | None
    local_id: str
    name: str
    aliases: str
    place: str | None
    portal: str | None
    evidence: str
    anchors: tuple[str, ...]
    home: str | None  # the province of the positions
    national: bool  # a position in the leadership of the state


def seen_of(one: Evidence) -> Iterable[Seen]:
    """The persons of one article."""
    organizations = {row.org_id: row for row in one.organizations}
    anchors: dict[str, set[str]] = {}
    homes: dict[str, set[str]] = {}
    national: set[str] = set()
    for held in one.positions:
        body = organizations.get(held.org_id or "")
        anchors.setdefault(held.person_id, set()).update(position_anchors(held.role, body))
        if is_national(held.role, body):
            national.add(held.person_id)
        if body and body.place:
            homes.setdefault(held.person_id, set()).add(body.place)
    for person in one.persons:
        provinces = homes.get(person.person_id, set())
        yield Seen(
            article_id=one.article_id,
            published=one.published,
            local_id=person.person_id,
            name=person.name,
            aliases=person.aliases,
            place=person.place,
            portal=one.portal,
            evidence=person.evidence,
            anchors=tuple(sorted(anchors.get(person.person_id, ()))),
            home=min(provinces) if len(provinces) == 1 else None,
            national=person.person_id in national,
        )


@dataclass(slots=True)
class _Person:
    """One person while gathered from articles."""

    seen: list[Seen] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)


def find_persons(
    seen: Iterable[Seen], event_ids: Mapping[str, str]
) -> tuple[Mapping[tuple[str, str], str], tuple[PersonRow, ...]]:
    """(article, local id) -> final id, and the rows. The same for any order of what was seen."""
    by_name: dict[str, list[Seen]] = {}
    for one in seen:
        by_name.setdefault(fold(one.name), []).append(one)
    final: dict[tuple[str, str], str] = {}
    rows: dict[str, PersonRow] = {}
    for name in sorted(by_name):
        for key, person in _persons_of_name(by_name[name], event_ids):
            person_id = make_id("person", name, key)
            rows[person_id] = _row(person_id, person)
            for one in person.seen:
                final[one.article_id, one.local_id] = person_id
    return final, tuple(rows[key] for key in sorted(rows))


def _persons_of_name(seen: list[Seen], event_ids: Mapping[str, str]) -> list[tuple[str, _Person]]:
    """The persons of one name, each with what tells them apart: an anchor, else a place, else the event or article.

    The anchor is that of the oldest article, so that it stays when later articles tell of other positions.
    """
    seen = sorted(seen, key=lambda one: (one.published or date.max, one.article_id, one.local_id))
    groups: Groups[str] = Groups()
    for one in seen:
        for anchor in one.anchors[1:]:
            groups.join(one.anchors[0], anchor)
    people: dict[str, _Person] = {}
    for one in seen:
        if one.anchors:
            person = people.setdefault(groups.find(one.anchors[0]), _Person())
            person.seen.append(one)
            person.anchors.update(one.anchors)
    known = list(people.values())
    bare: dict[str, _Person] = {}
    for one in seen:
        if not one.anchors:
            person = _only_one(one, known, event_ids) or bare.setdefault(_bare_key(one, event_ids), _Person())
            person.seen.append(one)
    return [(person.seen[0].anchors[0], person) for person in known] + sorted(bare.items(), key=lambda item: item[0])


def _only_one(one: Seen, known: list[_Person], event_ids: Mapping[str, str]) -> _Person | None:
    """The only person of the name in the same event, else in the nation's leadership, of the same place, on the same portal."""
    event = event_ids.get(one.article_id)
    tests = (
        lambda other: event is not None and event_ids.get(other.article_id) == event,
        lambda other: one.national and other.national,
        lambda other: one.place is not None and one.place in (other.home, other.place),
        lambda other: one.portal is not None and other.portal == one.portal,
    )
    for test in tests:
        fitting = [person for person in known if any(other.anchors and test(other) for other in person.seen)]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _bare_key(one: Seen, event_ids: Mapping[str, str]) -> str:
    """What tells a person without positions from others of the name; a foreign or historical name tells by itself."""
    name = fold(one.name)
    if name.split(" ")[0] not in surnames() or name in _historical_names():
        return "name"
    if one.place:
        return f"place/{fold(one.place)}"
    event = event_ids.get(one.article_id)
    return f"event/{event}" if event else f"article/{one.article_id}"


@cached
def _historical_names() -> frozenset[str]:
    return frozenset(fold(row["name"]) for row in read_lexicon("historical_figures"))


def _row(person_id: str, person: _Person) -> PersonRow:
    names = Counter(one.name for one in person.seen)
    name = min(names, key=lambda form: (-len(form.split()), -names[form], form))
    aliases = {alias for one in person.seen for alias in one.aliases.split(";") if alias} | set(names)
    homes = Counter(one.home for one in person.seen if one.home)
    places = Counter(one.place for one in person.seen if one.place) if not person.anchors else Counter[str]()
    held = sorted({part for one in person.seen for part in one.evidence.split(";") if part})
    ranked = homes or places
    return PersonRow(
        person_id=person_id,
        name=name,
        aliases=";".join(sorted(aliases - {name})),
        place=min(ranked, key=lambda place: (-ranked[place], place)) if ranked else None,
        evidence=";".join(held[:MAX_EVIDENCE]),
    )
