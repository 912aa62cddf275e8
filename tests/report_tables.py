"""Made-up rows -> a folder of tables as `vnpress extract` writes it, for tests of the report and its benchmark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from pipeline.export.generation import Generation
from pipeline.model import Row
from pipeline.tables import TABLES, ArticleRow, to_plain


def write_tables(out: Path, rows: Iterable[Row], *, formats: tuple[str, ...] = ("parquet",)) -> Path:
    """One generation of all tables, each sorted as a run sorts it."""
    by_table: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_table[row.TABLE].append(row)
    with Generation(out, formats) as generation:
        for name in TABLES:
            ordered = sorted(by_table[name], key=lambda row: getattr(row, "article_id", ""))
            generation.add(name, map(to_plain, ordered))
        generation.switch("made up")
    return out


def article(article_id: str, text: str, **more: object) -> ArticleRow:
    """An article of which only what matters is told."""
    told: dict[str, object] = {
        "source": f"{article_id}.html", "language": "vi", "content_hash": "0", "repairs": "", "lost_chars": 0,
        "removed_chars": 0, "extractor": "test",
    }  # fmt: skip
    return ArticleRow(article_id=article_id, text=text, **(told | more))  # type: ignore[arg-type]
