"""Vietnamese press releases in, normalised tables out: the public API for notebooks.

Every function gives or reads the tables named in `TABLES`, as pandas data frames with the columns of the data dictionary.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.tables import TABLES, read_table

__all__ = ["TABLES", "extract_corpus", "extract_page", "extract_text", "read_table"]


def extract_text(text: str, *, published: date | datetime | None = None, source: str = "text") -> dict[str, pd.DataFrame]:
    """The tables of one text, as they are of a corpus of this one article.

    Nothing is cut: `articles.text` is the NFC text. `published` is the day (or the moment, in Vietnam where it has no
    time zone) that `hôm nay` means; without it relative dates have null values. The article's id comes from the text.
    """
    from pipeline.single import tables_of_text

    return tables_of_text(text, published=published, source=source)


def extract_page(
    data: bytes, *, url: str | None = None, kind: str = "html", charset: str | None = None, published: datetime | None = None
) -> dict[str, pd.DataFrame]:
    """The tables of one page as received: furniture cut, title, date and author read from it.

    `kind` is html, txt, docx, pdf, rtf or doc; `charset` what the transport declared. What cannot be read gives a
    row of `rejects`.
    """
    from pipeline.single import tables_of_page

    return tables_of_page(data, url=url, kind=kind, charset=charset, published=published)


def extract_corpus(
    corpus: str | Path = "corpus", out: str | Path = "extracted", *, workers: int = 1, only: str | None = None
) -> dict[str, pd.DataFrame]:
    """Run the main job over a folder, as `vnpress extract` does, and read its tables.

    Raises `pipeline.corpus.CorpusError` for a missing or empty folder.
    """
    from pipeline.single import tables_of_corpus

    return tables_of_corpus(Path(corpus), Path(out), workers=workers, only=only)


def __getattr__(name: str) -> Any:
    if name in ("TABLES", "read_table"):  # loaded late, so that `vnpress --help` need not wait for pandas
        from pipeline import tables

        return getattr(tables, name)
    raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
