"""One text, page or folder -> data frames: what the public API promises, by the same path as a run."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import UTC, date, datetime
from datetime import time as clock_time
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd

from pipeline.clean.decode import mend_text
from pipeline.clean.language import detect_language
from pipeline.extraction import Extract, extract, extract_article
from pipeline.model import VIETNAM, Article, Page, Reject, make_id
from pipeline.resolve.resolution import resolve
from pipeline.run import Options, finish_rows, run
from pipeline.tables import GLOBAL_TABLES, TABLES, Plain, read_table, reject_row, rows_to_frame, to_plain

MIN_DETECT = 200  # characters; a shorter text is taken to be what it was given for: Vietnamese


def tables_of_text(text: str, *, published: date | datetime | None, source: str) -> dict[str, pd.DataFrame]:
    """See `pipeline.extract_text`."""
    text = unicodedata.normalize("NFC", text)
    moment = _moment(published)
    article = Article(
        article_id=make_id("text", text),
        source=source,
        text=text,
        language=detect_language(text) if len(text) >= MIN_DETECT else "vi",
        published_at=moment,
        published_grain=None if moment is None else "minute" if isinstance(published, datetime) else "day",
        lost_chars=mend_text(text).lost_chars,
    )
    return _frames(extract_article(article))


def tables_of_page(
    data: bytes, *, url: str | None, kind: str, charset: str | None, published: datetime | None
) -> dict[str, pd.DataFrame]:
    """See `pipeline.extract_page`."""
    source = url or make_id("page", hashlib.sha256(data).hexdigest())
    portal = urlsplit(url).hostname if url else None
    page = Page(
        source=source,
        data=data,
        kind=kind,
        identity=source,
        url=url,
        portal=portal,
        charset=charset,
        published=_moment(published),
    )
    return tables_of(page)


def tables_of(page: Page) -> dict[str, pd.DataFrame]:
    """The tables of one page as it lies in a corpus."""
    return _frames(extract(page))


def tables_of_corpus(corpus: Path, out: Path, *, workers: int, only: str | None) -> dict[str, pd.DataFrame]:
    """See `pipeline.extract_corpus`."""
    run(Options(corpus=corpus, out=out, workers=workers, only=only, command="extract_corpus"), clock=lambda: datetime.now(UTC))
    return {name: read_table(name, out) for name in TABLES}


def _moment(published: date | datetime | None) -> datetime | None:
    if published is None:
        return None
    if not isinstance(published, datetime):
        return datetime.combine(published, clock_time(), VIETNAM)
    return published if published.tzinfo else published.replace(tzinfo=VIETNAM)


def _frames(result: Extract | Reject) -> dict[str, pd.DataFrame]:
    rows: dict[str, list[list[Plain]]] = {}
    if isinstance(result, Reject):
        rows["rejects"] = [to_plain(reject_row(result))]
    else:
        resolution = resolve([result.evidence])
        rows |= finish_rows(result.tables, resolution)
        rows |= {name: [to_plain(row) for row in getattr(resolution, name)] for name in GLOBAL_TABLES}
    return {name: rows_to_frame(table, rows.get(name, [])) for name, table in TABLES.items()}
