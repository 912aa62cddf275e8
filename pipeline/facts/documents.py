"""Article -> official documents cited (`documents`) and every mention of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.model import Article, Findings, Mention, Row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow(Row):
    """One official document; the same over all articles."""

    TABLE: ClassVar[str] = "documents"

    document_id: str = column("Key of the document: from number and issuer, or type and title.", key=True)
    number: str | None = column("`07-CTr/TU`, `15/2021/QĐ-UBND`; null for laws cited by name.", default=None)
    type: str = column("`Chương trình`, `Nghị quyết`, `Quyết định`, `Chỉ thị`, `Kế hoạch`, `Luật` …")
    issuer: str | None = column("Who issued it, where stated or told by the symbol.", default=None)
    title: str | None = column("The title, without quotation marks.", default=None)
    year: int | None = column("Year of issue.", default=None)


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """DocumentRow and MentionRow of every official document the article cites."""
    return ()
