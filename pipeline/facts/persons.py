"""Article -> the individuals it names (`persons`) and every mention of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

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
    return ()
