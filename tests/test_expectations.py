"""Expectations of the tables: each fires on what it is for, and ordinary variation does not set it off."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.config import Expectations
from pipeline.expectations import (
    Share,
    Told,
    chance_of_so_few,
    chance_of_so_many,
    check_tables,
    compare_portals,
    find_quiet,
    spread_of,
)
from pipeline.export.generation import Generation
from pipeline.facts.officials import OfficialRow
from pipeline.model import VIETNAM
from pipeline.sites import Expect, Site, find_site
from pipeline.tables import PURE_TABLES, ArticleRow, to_plain

TODAY = date(2026, 11, 20)
EXPECT = Expectations()


def site(a_week: int) -> Site:
    return Site(slug="mau", name="Báo Mẫu", hosts=("baomau.example",), expect=Expect(pages_a_week_min=a_week))


def kinds(articles: Iterable[Told]) -> list[str]:
    return [issue.kind for issue in compare_portals(articles, EXPECT, TODAY)]


@pytest.mark.parametrize(
    ("a_week", "silent", "quiet"),
    [
        (80, 4, False),  # Tết eve to the third day, a long weekend
        (80, 5, True),
        (7, 10, False),
        (7, 11, True),
        (1, 60, False),  # a page a week at least: two months of silence are unlikely, but not one in ten thousand
        (1, 66, True),
        (0, 900, False),  # nothing is expected
    ],
)
def test_quiet_portal(a_week: int, silent: int, quiet: bool) -> None:
    issues = list(find_quiet(site(a_week), TODAY - timedelta(days=silent), EXPECT, TODAY))
    assert bool(issues) == quiet
    assert all(issue.kind == "quiet_portal" and "vnpress crawl mau" in issue.message for issue in issues)


def test_portal_without_any_article_is_quiet() -> None:
    assert [
        issue.message.startswith("Báo Mẫu gave no new article at all") for issue in find_quiet(site(5), None, EXPECT, TODAY)
    ] == [True]


def test_exact_test_against_known_values() -> None:
    """Fisher's tea tasting: 3 of 4 and 1 of 4; and a table reckoned by hand."""
    assert chance_of_so_many(Share(3, 4), Share(1, 4)) == pytest.approx(17 / 70)
    assert chance_of_so_few(Share(1, 4), Share(3, 4)) == pytest.approx(17 / 70)
    assert chance_of_so_few(Share(0, 5), Share(5, 5)) == pytest.approx(1 / 252)
    assert chance_of_so_few(Share(4, 5), Share(5, 5)) == pytest.approx(1 / 2)
    assert chance_of_so_few(Share(3, 3), Share(0, 9)) == pytest.approx(1)


def told(number: int, share: float, days: tuple[int, int], dice: random.Random, *, damaged: float = 0.0) -> list[Told]:
    """Articles of so many days ago, of which a share names an official."""
    return [
        Told(
            portal="mau",
            day=TODAY - timedelta(days=dice.randint(*days)),
            damaged=dice.random() < damaged,
            officials=dice.random() < share,
            deadlines=dice.random() < share / 2,
        )
        for _ in range(number)
    ]


def test_fall_of_officials_and_deadlines() -> None:
    dice = random.Random(1)
    earlier = told(2000, 0.6, (7, 300), dice)
    assert kinds([*earlier, *told(120, 0.1, (0, 6), dice)]) == ["fall_of_officials", "fall_of_deadlines"]
    assert kinds([*earlier, *told(120, 0.6, (0, 6), dice)]) == []
    assert kinds([*earlier, *told(15, 0.0, (0, 6), dice)]) == [], "too few articles tell nothing"
    assert kinds([*told(15, 0.6, (7, 300), dice), *told(120, 0.0, (0, 6), dice)]) == [], "nor are too few earlier ones a measure"
    assert kinds(told(120, 0.0, (0, 6), dice)) == [], "a new portal has nothing to be compared with"


def test_a_large_portal_may_vary_a_little() -> None:
    """Of 5,000 articles a slight difference is certain, and no news."""
    dice = random.Random(2)
    assert kinds([*told(40_000, 0.6, (7, 300), dice), *told(5000, 0.5, (0, 6), dice)]) == []


@pytest.mark.parametrize("number", [20, 60, 300])
def test_ordinary_weeks_are_quiet(number: int) -> None:
    """Weeks differ more than chance alone would have it: sessions of the assembly, holidays, football. 60 weeks, no alarm."""
    dice = random.Random(number)

    def week(*days: int) -> list[Told]:
        share = min(0.95, max(0.05, dice.gauss(0.5, 0.08)))
        return told(number, share, (days[0], days[-1]), dice, damaged=0.01)

    earlier = [one for first in range(7, 7 * 30, 7) for one in week(*range(first, first + 7))]
    assert not [kind for _ in range(60) for kind in kinds([*earlier, *week(*range(7))])]
    fallen = told(number, 0.05, (0, 6), dice)
    assert "fall_of_officials" in kinds([*earlier, *fallen]), "and yet a fall of the whole is told"


def test_spread_of_weeks() -> None:
    assert spread_of([Share(5, 10)] * 20) == 1.0, "weeks that do not vary at all"
    assert spread_of([Share(5, 10)] * 3) == 2.0, "too few to know"
    assert spread_of([Share(10, 10), Share(0, 10)] * 10) == pytest.approx(10 * 20 / 19), "all or none: each week is one article"
    assert spread_of([]) == 2.0


def test_lost_characters() -> None:
    dice = random.Random(3)
    earlier = told(1000, 0.5, (7, 300), dice, damaged=0.01)
    assert kinds([*earlier, *told(60, 0.5, (0, 6), dice, damaged=0.5)]) == ["lost_characters"]
    assert kinds([*earlier, *told(60, 0.5, (0, 6), dice, damaged=0.02)]) == []
    assert kinds(told(60, 0.5, (0, 6), dice, damaged=0.5)) == ["lost_characters"], "a new portal should have none"
    old = told(1000, 0.5, (7, 300), dice, damaged=0.5)
    assert kinds([*old, *told(60, 0.5, (0, 6), dice, damaged=0.5)]) == [], "what was always so has not risen"


def article(number: int, *, day: date | None, captured: date, lost: int = 0) -> ArticleRow:
    return ArticleRow(
        article_id=f"{number:016}", source=f"mau/{captured}.warc.gz#{number}", portal="baomau.example", language="vi",
        published_at=datetime(day.year, day.month, day.day, 9, tzinfo=VIETNAM) if day else None,
        text="Thành phố Sơn Hà họp. " * 20, content_hash="", repairs="", lost_chars=lost, removed_chars=0, extractor="",
    )  # fmt: skip


def official(number: int) -> OfficialRow:
    return OfficialRow(
        official_id=f"{number:016}", article_id=f"{number:016}", person_id="", person="", role="", status="current", text="", start=0,
        end=0, rule="", confidence=1.0,
    )  # fmt: skip


@pytest.mark.parametrize("formats", [("parquet",), ("csv",)])
def test_from_the_tables_themselves(tmp_path: Path, formats: tuple[str, ...]) -> None:
    """100 earlier articles with officials, 50 of the last days without any, a third of them damaged."""
    rows = [article(n, day=TODAY - timedelta(days=20 + n), captured=TODAY) for n in range(100)]
    rows += [article(n, day=TODAY - timedelta(days=1), captured=TODAY, lost=9 * (n % 3 == 0)) for n in range(100, 150)]
    with Generation(tmp_path, formats) as generation:
        generation.add("articles", map(to_plain, rows))
        generation.add("officials", (to_plain(official(n)) for n in range(90)))
        generation.finish(PURE_TABLES)
        found = check_tables(generation.folder, crawled=[], expect=EXPECT, today=TODAY)
        assert [(issue.source, issue.kind) for issue in found] == [
            ("baomau.example", "fall_of_officials"),
            ("baomau.example", "lost_characters"),
        ]
        assert "0 of 50 articles of the last 7 days name an official, of those of the year before 90 of 100" in found[0].message


def test_day_of_an_article_without_a_date_is_that_of_its_capture(tmp_path: Path) -> None:
    """The newest page of the portal was fetched six days ago; a date in the year 2062 is a mistake and tells nothing."""
    portal = find_site(portal="mau-bao-tin")
    assert portal is not None
    expected = replace(portal, expect=Expect(pages_a_week_min=20))
    six_days_ago = TODAY - timedelta(days=6)
    rows = [article(1, day=None, captured=six_days_ago), article(2, day=date(2062, 1, 1), captured=TODAY)]
    with Generation(tmp_path, ("parquet",)) as generation:
        generation.add("articles", [to_plain(replace(row, portal=portal.hosts[0])) for row in rows])
        generation.finish(PURE_TABLES)
        found = check_tables(generation.folder, crawled=[expected], expect=EXPECT, today=TODAY)
        assert [(issue.source, issue.kind) for issue in found] == [(portal.slug, "quiet_portal")]
        assert f"since {six_days_ago}" in found[0].message
        assert not check_tables(generation.folder, crawled=[expected], expect=EXPECT, today=TODAY - timedelta(days=2))
