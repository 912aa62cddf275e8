"""Article, persons, organisations -> who holds which position where (`officials`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.model import Article, Findings, Mention, Row, column


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
    return ()
