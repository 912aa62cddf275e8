"""Article -> the organisations it names (`organizations`) and every mention of them, names expanded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

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


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """OrganizationRow and MentionRow of every organisation the article names."""
    return ()
