"""Every `tests/cases/<table>.toml`: sentence, published date -> rows of that table, counter-examples, known failures.

A case has `text`, optional `published` (date or datetime), `place`, `portal`, `title`, and `rows`: the rows expected,
in the order of the text, each with the columns that matter (an empty list is a counter-example). Dates stand
as TOML dates or ISO strings. `known_failure = "why"` marks a case that is not read right yet: strict, so that
the suite says so when it passes.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.extraction import find_facts
from pipeline.facts.mentions import MentionRow
from pipeline.model import Article, Row

CASES = Path(__file__).parent / "cases"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def all_cases() -> list[object]:
    params = []
    for path in sorted(CASES.glob("*.toml")):
        for number, case in enumerate(tomllib.loads(path.read_text("utf-8")).get("case", []), 1):
            marks = [pytest.mark.xfail(reason=case["known_failure"], strict=True)] if "known_failure" in case else []
            params.append(pytest.param(path.stem, case, id=f"{path.stem}-{number}-{case['text'][:40]}", marks=marks))
    return params


def read_case(case: dict[str, object]) -> Article:
    published = case.get("published")
    if isinstance(published, date) and not isinstance(published, datetime):
        published = datetime.combine(published, time())
    stamp = published.replace(tzinfo=VIETNAM) if isinstance(published, datetime) else None
    return Article(
        article_id="case",
        source="case",
        text=str(case["text"]),
        title=case.get("title"),
        place=case.get("place"),  # type: ignore[arg-type]
        portal=case.get("portal"),
        published_at=stamp,
        published_grain="day" if stamp else None,  # type: ignore[arg-type]
    )


def plain(value: object) -> object:
    """As a TOML value is written: numbers compare as numbers, dates as ISO strings."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value


# Tables of things: their rows have no place in the text, the mentions of them have.
THINGS = {"persons": "person_id", "organizations": "org_id", "documents": "document_id"}


def in_order_of_text(rows: list[Row], mentions: tuple[MentionRow, ...]) -> list[Row]:
    """Each thing once, by where it is mentioned first."""
    if not rows:
        return rows
    key = THINGS[rows[0].TABLE]
    first: dict[str | None, int] = {}
    for mention in mentions:
        first.setdefault(getattr(mention, key), mention.start)
    once = {getattr(row, key): row for row in reversed(rows)}
    return sorted(once.values(), key=lambda row: (first.get(getattr(row, key), 10**9), getattr(row, key)))


@pytest.mark.parametrize(("table", "case"), all_cases())
def test_case(table: str, case: dict[str, object]) -> None:
    article = read_case(case)
    findings = find_facts(article)
    found: list[Row] = [row for row in findings.all() if table == row.TABLE]
    if table in THINGS:
        found = in_order_of_text(found, findings.of(MentionRow))
    found = [row for row in found if getattr(row, "kind", "") != "published"]
    for row in found:
        start, end = getattr(row, "start", None), getattr(row, "end", None)
        if start is not None:
            assert article.text[start:end] == row.text  # type: ignore[attr-defined]
    wanted = case["rows"]
    assert isinstance(wanted, list)
    shown = [
        {name: plain(getattr(row, name, "no such column")) for name in want} for row, want in zip(found, wanted, strict=False)
    ]
    expected = [{name: plain(value) for name, value in want.items()} for want in wanted]
    assert shown == expected
    assert len(found) == len(wanted), f"rows not expected: {found[len(wanted) :]}"
