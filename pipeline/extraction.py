"""One page from bytes to rows of every table, or a reject; the only broad `except` of the project."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version as library_version
from pathlib import Path

import pipeline
from pipeline import lexicon, sites
from pipeline.annotate.words import find_mentions
from pipeline.clean import clean_page
from pipeline.facts import find_doubts, read_all
from pipeline.model import Article, Findings, Issue, Page, Reject, Row, UnreadableInput, make_id
from pipeline.resolve.evidence import Evidence, evidence_of
from pipeline.tables import ARTICLE_TABLES, Plain, article_row, to_plain

log = logging.getLogger(__name__)

# Libraries that shape the result: their versions are part of the extractor's.
LIBRARIES = (
    "beautifulsoup4", "charset-normalizer", "cssselect", "dateparser", "ftfy", "lunar-vn", "lxml", "pyahocorasick", "trafilatura",
    "underthesea", "underthesea_core", "viparse", "warcio",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """All that one article gives: rows of the tables told by articles as plain values, and evidence for `resolve`.

    `issues` are told by the run that reads the article, and are not kept for later ones.
    """

    article_id: str
    tables: dict[str, list[list[Plain]]]
    evidence: Evidence
    issues: tuple[Issue, ...] = ()


def extract(page: Page) -> Extract | Reject:
    """Rows of one page; whatever goes wrong in it is a reject, and the next page goes on."""
    stage = "clean"
    try:
        article = clean_page(page)
        article = replace(article, article_id=make_id("article", page.identity or page.url or page.source))
        stage = "extract"
        return extract_article(article)
    except UnreadableInput as error:
        return reject(page, stage, error)
    except Exception as error:
        log.exception("%s: failed in %s", page.source, stage)
        return reject(page, stage, error)


def extract_article(article: Article) -> Extract:
    """Rows of one clean article."""
    findings = find_facts(article)
    return Extract(
        article_id=article.article_id,
        tables=plain_tables((article_row(article, extractor=extractor_version()), *findings.all())),
        evidence=evidence_of(article, findings),
        issues=article.issues,
    )


def find_facts(article: Article) -> Findings:
    """All rows of one clean article, before persons, organisations and documents are joined over articles."""
    return read_all(article, find_mentions(article.text, asked=find_doubts(article)))


def plain_tables(rows: Iterable[Row]) -> dict[str, list[list[Plain]]]:
    """Rows -> plain values by table; persons, organisations and documents travel as evidence instead."""
    tables: dict[str, list[list[Plain]]] = {}
    for row in rows:
        if row.TABLE in ARTICLE_TABLES:
            tables.setdefault(row.TABLE, []).append(to_plain(row))
    return tables


def load_models(*, tagger: bool = True) -> None:
    """Load what extraction needs, once and before workers are forked, so that they share it.

    The `tagger` is asked for few sentences only: a run over some articles may never need it.
    """
    if tagger:
        find_mentions("Ca sĩ Trần Lập hát.")
    extract_article(Article(article_id="", source="", text="Hà Nội, ngày 1/1, ông Nguyễn Văn A phát biểu."))


def reject(page: Page, stage: str, error: Exception) -> Reject:
    """The reject of one page, with the digest of its bytes."""
    digest = hashlib.sha256(page.data).hexdigest()
    return Reject(source=page.source, stage=stage, error=type(error).__name__, message=str(error) or repr(error), sha256=digest)


def use_folders(lexicon_folder: Path | None, sites_folder: Path | None) -> None:
    """Lay a user's word lists and portals over the shipped ones. Raises ValueError with what is wrong and where."""
    global _folders
    if (lexicon_folder, sites_folder) != _folders:
        lexicon.use_folder(lexicon_folder)
        sites.use_folder(sites_folder)
        sites.read_sites()  # so that a mistake is told at once, not by every page
        _folders = (lexicon_folder, sites_folder)


_folders: tuple[Path | None, Path | None] = (None, None)


@cache
def code_version() -> str:
    """Digest of all code and shipped data of the package."""
    folder = Path(pipeline.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".tsv", ".toml") and path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def extractor_version() -> str:
    """Version of code, lexicon, sites and libraries: results of another one are not reused."""
    laid_over = [path.read_bytes() for folder in _folders if folder for path in sorted(folder.iterdir()) if path.is_file()]
    digest = hashlib.sha256(json.dumps([code_version(), *libraries()]).encode())
    for data in laid_over:
        digest.update(hashlib.sha256(data).digest())
    return f"{project_version()}+{digest.hexdigest()[:12]}"


@cache
def project_version() -> str:
    """Version of this project as it is installed."""
    return library_version("vnpress")


@cache
def libraries() -> tuple[str, ...]:
    """`name==version` of each library that shapes the result."""
    return tuple(f"{name}=={library_version(name)}" for name in LIBRARIES)
