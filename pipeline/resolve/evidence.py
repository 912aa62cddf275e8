"""Article and its rows -> the little that joining over articles needs; small, and kept beside each result."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import date

from pipeline.facts.documents import DocumentRow
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.persons import PersonRow
from pipeline.model import Article, Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one article tells of persons, organisations, documents and its event."""

    article_id: str
    source: str
    published: date | None
    title: str
    content_hash: str
    persons: tuple[PersonRow, ...]
    organizations: tuple[OrganizationRow, ...]
    documents: tuple[DocumentRow, ...]

    def to_json(self) -> bytes:
        """As kept in the cache and sent between processes."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, default=date.isoformat).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Evidence:
        """What `to_json` wrote."""
        said = json.loads(data)
        said["published"] = date.fromisoformat(said["published"]) if said["published"] else None
        said["persons"] = tuple(PersonRow(**row) for row in said["persons"])
        said["organizations"] = tuple(OrganizationRow(**row) for row in said["organizations"])
        said["documents"] = tuple(DocumentRow(**row) for row in said["documents"])
        return cls(**said)


def evidence_of(article: Article, findings: Findings) -> Evidence:
    """The evidence of one article."""
    return Evidence(
        article_id=article.article_id,
        source=article.source,
        published=article.published_at.date() if article.published_at else None,
        title=article.title or "",
        content_hash=article.content_hash,
        persons=findings.of(PersonRow),
        organizations=findings.of(OrganizationRow),
        documents=findings.of(DocumentRow),
    )
