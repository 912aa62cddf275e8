"""Article, persons, organisations -> who holds which position where (`officials`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.facts.holders import Held, free_positions, held_positions
from pipeline.facts.mentions import MentionRow
from pipeline.facts.organization_names import article_place
from pipeline.facts.organizations import OrganizationRow, organization_row
from pipeline.facts.people import People, person_ids, read_people
from pipeline.model import Article, Findings, Mention, Row, column
from pipeline.vietnamese.spelling import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialRow(Row):
    """One time that a named person is given a position."""

    TABLE: ClassVar[str] = "officials"
    IDENTITY: ClassVar[tuple[str, ...]] = ("person", "role")

    official_id: str = column("Key of the row.", key=True)
    article_id: str = column("The article.", refers="articles")
    person_id: str = column("The person.", refers="persons")
    org_id: str | None = column("The organisation; null where none is stated or implied.", refers="organizations", default=None)
    person: str = column("The name as written here.")
    role: str = column("Canonical position without its organisation: `Phó Bí thư`, `Bộ trưởng`.")
    organization: str | None = column("The organisation resolved from context, full name.", default=None)
    status: str = column(
        "`current`, `former` (nguyên, cựu), `acting` (quyền, phụ trách), `elect` (được bầu, được bổ nhiệm here)."
    )
    text: str = column("The whole phrase, name and positions.")
    start: int = column("First character in `articles.text` (Unicode code points).")
    end: int = column("One past the last character.")
    rule: str = column("The rule that found it.")
    confidence: float = column("0 to 1.")


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """OfficialRow for each (person, position) the text states; OrganizationRow where one is implied and not named."""
    people = read_people(article, tuple(mentions))
    ids = person_ids(people, article_place(article))
    known = {row.org_id for row in findings.of(OrganizationRow)}
    rows: list[Row] = []
    for held in held_positions(article, tuple(mentions)):
        holding, body = held.holding, held.organization
        if body and body.org_id not in known:
            known.add(body.org_id)
            rows.append(organization_row(body))
        rows.append(
            OfficialRow(
                article_id=article.article_id,
                person_id=ids[held.person],
                org_id=body.org_id if body else None,
                person=holding.name.text,
                role=held.role,
                organization=body.name if body else None,
                status=holding.status,
                text=article.text[holding.start : holding.end],
                start=holding.start,
                end=holding.end,
                rule=holding.rule,
                confidence=holding.confidence,
            )
        )
    rows.extend(_mentions_by_position(article, people, ids, held_positions(article, tuple(mentions))))
    return rows


def _mentions_by_position(article: Article, people: People, ids: dict[str, str], held: Sequence[Held]) -> Iterable[Row]:
    """`Thủ tướng yêu cầu`, `Chủ tịch UBND tỉnh cho biết`: a mention of the one person of the article who holds it."""
    holders: dict[str, set[str]] = {}
    bodies: dict[tuple[str, str], set[str]] = {}
    for one in held:
        if one.holding.status == "current":
            role = fold(one.role)
            holders.setdefault(role, set()).add(one.person)
            bodies.setdefault((role, one.organization.org_id if one.organization else ""), set()).add(one.person)
    for position, body in free_positions(article, people):
        if position.plural or position.status == "former":
            continue
        role = fold(position.role)
        fits = bodies.get((role, body.org_id), set()) if body and not position.form.organization else holders.get(role, set())
        if len(fits) != 1:
            continue
        yield MentionRow(
            article_id=article.article_id,
            kind="person",
            person_id=ids[next(iter(fits))],
            text=article.text[position.start : position.end],
            start=position.start,
            end=position.end,
            rule="persons.by_position",
            confidence=0.8,
        )
