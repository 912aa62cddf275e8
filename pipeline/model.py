"""What travels from room to room: Page, Article, Word, Mention, Row, Issue; frozen, and knowing nobody."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass
from datetime import datetime, time
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One input as it was received: bytes and what is known of them from outside.

    `source` is the path relative to the corpus root with `/`, or `path.warc.gz#record-id`.
    `kind` is one of `html`, `txt`, `docx`, `pdf`, `rtf`, `doc`.
    `charset` is what the transport declared (HTTP header), not what the bytes say of themselves.
    `identity` is what the article's id is made of: the address, or the source where the address is not known
    or another input has it too.
    `title` and `published` come from a sidecar; they win over what the page says.
    """

    source: str
    data: bytes
    kind: str
    identity: str = ""
    url: str | None = None
    portal: str | None = None
    charset: str | None = None
    title: str | None = None
    published: datetime | None = None

    @property
    def published_grain(self) -> str | None:
        """`day` where what was told from outside is midnight in Vietnam: a date without a time."""
        if self.published is None:
            return None
        return "minute" if self.published.astimezone(VIETNAM).time() > time(0) else "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A piece of visible text that is not part of the article, and why it was taken out."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Met and not understood, or an expectation that broke; a row of `issues` once a run has a number."""

    source: str
    step: str
    kind: str
    message: str
    quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as clean text.

    `text` is NFC: title, summary and body in reading order, paragraphs separated by one blank line (`\n\n`).
    `place` is the province-level unit of the portal (`Hà Nội`), None for a national or unknown one.
    `published_at` is aware; `published_grain` is `minute` or `day`, None where `published_at` is None.
    `removed_chars` is the sum of the lengths of `cuts`.
    """

    article_id: str
    source: str
    text: str
    url: str | None = None
    portal: str | None = None
    place: str | None = None
    language: str = "vi"
    title: str | None = None
    summary: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    published_grain: str | None = None
    repairs: tuple[str, ...] = ()
    lost_chars: int = 0
    cuts: tuple[Cut, ...] = ()
    issues: tuple[Issue, ...] = ()

    @property
    def removed_chars(self) -> int:
        return sum(len(cut.text) for cut in self.cuts)

    @property
    def content_hash(self) -> str:
        return make_id("content", self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of a sentence, put back on our text: `text == article.text[start:end]`."""

    text: str
    start: int
    end: int
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A proposal of the tagger, put back on our text; `kind` is `PER`, `ORG` or `LOC`. Rules decide."""

    kind: str
    text: str
    start: int
    end: int
    rule: str
    confidence: float


def column(meaning: str, *, key: bool = False, refers: str | None = None, default: Any = MISSING) -> Any:
    """A column of a table: its type and nullability are the annotation's.

    `key` marks the primary key (empty until `facts.stamp_ids` gives it, where the row does not bring one);
    `refers` names the table whose key this is.
    """
    metadata = {"meaning": meaning, "key": key, "refers": refers}
    return dataclasses.field(metadata=metadata, default="" if key and default is MISSING else default)


def make_id(*parts: str | None) -> str:
    """A stable id from content: 16 hexadecimal digits of SHA-256 over the parts."""
    joined = "\x1f".join("" if part is None else part for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the table named `TABLE`.

    The id of a row with a quotation is made by `facts.stamp_ids` from the article, the quotation, which
    occurrence of it this is, and the columns named in `IDENTITY` (for rows that share one quotation).
    """

    TABLE: ClassVar[str]
    IDENTITY: ClassVar[tuple[str, ...]] = ()


R = TypeVar("R", bound=Row)


class Findings:
    """The rows read so far in one article, by row class: what a later kind of fact may build on."""

    def __init__(self, rows: Mapping[type[Row], tuple[Row, ...]] = MappingProxyType({})) -> None:
        self._rows = rows

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """All rows of one class, in the order of the text."""
        return self._rows.get(kind, ())  # type: ignore[return-value]

    def all(self) -> tuple[Row, ...]:
        return tuple(row for rows in self._rows.values() for row in rows)

    def with_rows(self, rows: Iterable[Row]) -> Findings:
        added: dict[type[Row], list[Row]] = {}
        for row in rows:
            added.setdefault(type(row), []).append(row)
        merged = {**self._rows, **{kind: (*self._rows.get(kind, ()), *more) for kind, more in added.items()}}
        return Findings(MappingProxyType(merged))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """An input that cannot be read: a row of `rejects`. `stage` is fetch, read, clean, extract or write."""

    source: str
    stage: str
    error: str
    message: str
    sha256: str | None = None


class UnreadableInput(Exception):
    """This one input cannot be read; the message says what was met, where, and what would mend it."""
