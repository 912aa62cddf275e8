"""The row of the table `mentions`: one place where a person, an organisation or a document is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.model import Row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionRow(Row):
    """Exactly one of person_id, org_id, document_id is set."""

    TABLE: ClassVar[str] = "mentions"
    IDENTITY: ClassVar[tuple[str, ...]] = ("kind",)

    mention_id: str = column("Key of the mention.", key=True)
    article_id: str = column("The article.", refers="articles")
    kind: str = column("What is named: `person`, `organization`, `document`.")
    person_id: str | None = column("The person named.", refers="persons", default=None)
    org_id: str | None = column("The organisation named.", refers="organizations", default=None)
    document_id: str | None = column("The document named.", refers="documents", default=None)
    text: str = column("The words as written.")
    start: int = column("First character in `articles.text` (Unicode code points).")
    end: int = column("One past the last character.")
    rule: str = column("The rule that found it.")
    confidence: float = column("0 to 1.")
