"""Article -> the individuals it names (`persons`) and every mention of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.facts.holders import held_positions
from pipeline.facts.mentions import MentionRow
from pipeline.facts.organization_names import article_place
from pipeline.facts.people import person_ids, read_people
from pipeline.model import Article, Findings, Mention, Row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow(Row):
    """One person; in one article as that article knows them, in the table over all articles."""

    TABLE: ClassVar[str] = "persons"

    person_id: str = column("Key of the person: from the folded name and the place.", key=True)
    name: str = column("Fullest form seen, proper case, NFC.")
    aliases: str = column("Other forms seen, `;`-separated.", default="")
    place: str | None = column("Province-level unit the person is known in, where there is one.", default=None)
    evidence: str = column("What tells this person from others of the name: organisations and roles, `;`-separated.", default="")


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """PersonRow and MentionRow of every individual the article names, not the reporter."""
    people = read_people(article, tuple(mentions))
    place = article_place(article)
    ids = person_ids(people, place)
    aliases: dict[str, set[str]] = {}
    rows: list[Row] = []
    for mention in people.mentions:
        candidate = mention.candidate
        aliases.setdefault(mention.person, set()).add(candidate.text)
        rows.append(
            MentionRow(
                article_id=article.article_id,
                kind="person",
                person_id=ids[mention.person],
                text=candidate.text,
                start=candidate.start,
                end=candidate.end,
                rule=candidate.rule,
                confidence=candidate.confidence,
            )
        )
    evidence: dict[str, set[str]] = {}
    for held in held_positions(article, tuple(mentions)):
        body = f" {held.organization.name}" if held.organization else ""
        evidence.setdefault(held.person, set()).add(held.role + body)
    for key, name in people.names.items():
        rows.append(
            PersonRow(
                person_id=ids[key],
                name=name,
                aliases=";".join(sorted(aliases.get(key, set()) - {name})),
                place=place,
                evidence=";".join(sorted(evidence.get(key, set()))),
            )
        )
    return rows
