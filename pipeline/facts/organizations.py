"""Article -> the organisations it names (`organizations`) and every mention of them, names expanded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.facts.mentions import MentionRow
from pipeline.facts.organization_grammar import OrganizationMatch
from pipeline.facts.organization_names import Organization, OrganizationContext, expand, read_context
from pipeline.model import Article, Findings, Mention, Row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationRow(Row):
    """One organisation; predecessors and successors are rows of their own."""

    TABLE: ClassVar[str] = "organizations"

    org_id: str = column("Key of the organisation: from the folded full name and its time.", key=True)
    name: str = column("Expanded name: `Ủy ban nhân dân thành phố Hà Nội`, not `UBND TP`.")
    aliases: str = column("Other forms seen, `;`-separated.", default="")
    kind: str = column(
        "`party`, `government`, `ministry`, `people's committee`, `people's council`, `department`, `steering committee`, "
        "`mass organisation`, `company`, `school`, `hospital`, `court or procuracy`, `police or army`, `foreign`, `other`."
    )
    place: str | None = column("Province-level unit, where there is one.", default=None)
    valid_from: int | None = column("First year of the organisation under this name.", default=None)
    valid_to: int | None = column("Last year of the organisation under this name.", default=None)
    successor: str | None = column(
        "Name of the body that took over: a body of its own, never merged with this one.", default=None
    )


# How sure a reading is, by the shape that was read; less where the article had to tell which body is meant.
CONFIDENCE = {"whole": 0.98, "unit": 0.95, "field": 0.9, "nest": 0.9, "number": 0.9, "borrowed": 0.85, "defined": 0.9}
RECOVERED = 0.1


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """OrganizationRow and MentionRow of every organisation the article names."""
    context = read_context(article)
    forms: dict[str, set[str]] = {}
    organizations: dict[str, Organization] = {}
    rows: list[Row] = []
    for match in (*context.matches, *_defined_matches(context)):
        organization = expand(match, context)
        written = article.text[match.start : match.own_end]
        if not organization.resolved or _is_common_noun(match, written):
            continue
        organizations.setdefault(organization.org_id, organization)
        forms.setdefault(organization.org_id, set()).add(written)
        rows.append(_mention(article, match, organization, written))
    return [*rows, *(organization_row(o, forms=forms[key]) for key, o in sorted(organizations.items()))]


def organization_row(organization: Organization, *, forms: Iterable[str] = ()) -> OrganizationRow:
    """The row of a body, with the other forms it was seen in."""
    return OrganizationRow(
        org_id=organization.org_id,
        name=organization.name,
        aliases=";".join(sorted({form for form in forms if form != organization.name})),
        kind=organization.kind,
        place=organization.place,
        valid_from=organization.valid_from,
        valid_to=organization.valid_to,
        successor=organization.successor,
    )


def _is_common_noun(match: OrganizationMatch, written: str) -> bool:
    """`Trung tâm giao dịch bất động sản`, `Văn phòng đăng ký đất đai`: a kind of office, not one of them."""
    return match.shape == "field" and not match.place and not match.unit and not any(ch.isupper() for ch in written[1:])


def _defined_matches(context: OrganizationContext) -> list[OrganizationMatch]:
    """Abbreviations that the article defines, wherever they stand alone: `(UBCKNN)` and every `UBCKNN` after it."""
    found = []
    for short in sorted(context.defined):
        for place in re.finditer(rf"(?<!\w){short}(?!\w)", context.text):
            match = context.match_at(place.start())
            if match and match.shape == "defined":
                found.append(match)
    return found


def _mention(article: Article, match: OrganizationMatch, organization: Organization, written: str) -> MentionRow:
    recovered = match.is_bare or (match.unit is not None and match.place is None)
    return MentionRow(
        article_id=article.article_id,
        kind="organization",
        org_id=organization.org_id,
        text=written,
        start=match.start,
        end=match.own_end,
        rule=f"organizations.{match.shape}",
        confidence=round(CONFIDENCE.get(match.shape, 0.8) - (RECOVERED if recovered else 0), 2),
    )
