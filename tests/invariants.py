"""What holds for the tables of any corpus: keys are unique, foreign keys lead somewhere, offsets are exact."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.tables import TABLES


def check_tables(frames: Mapping[str, pd.DataFrame]) -> None:
    """Raise AssertionError with table and row where one does not hold."""
    texts = dict(zip(frames["articles"]["article_id"], frames["articles"]["text"], strict=True))
    for name, table in TABLES.items():
        frame = frames[name]
        assert frame[table.key].is_unique, name
        for column in table.columns:
            if column.refers:
                known = set(frames[column.refers][TABLES[column.refers].key])
                lost = set(frame[column.name].dropna()) - known
                assert not lost, f"{name}.{column.name}: {lost}"
            if not column.nullable:
                assert not frame[column.name].isna().any(), f"{name}.{column.name}"
        if {"start", "article_id"} <= set(frame.columns):
            for row in frame.dropna(subset=["start"]).to_dict("records"):
                assert texts[row["article_id"]][int(row["start"]) : int(row["end"])] == row["text"], (name, row)
