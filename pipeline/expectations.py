"""Tables of a finished run -> issues: a quiet portal, a fall of officials or deadlines, a rise of lost characters.

Each compares a portal with itself: its articles of the last days with those of the year before them. A difference is an
issue where it is large *and* would hardly come about by chance (Fisher's exact test, one-sided: of all articles of both
spans, how likely is it that the recent ones hold so few of those that name an official?). Both are needed: of thousands of
articles a slight difference is certain, and of a few a large one is ordinary. What is counted is articles, not rows, since
the rows of one article come together. And weeks differ more than chance alone would have it (a session of the assembly, a
holiday): how much more is reckoned from the portal's earlier weeks, and all counts are divided by it before the test.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from pipeline.config import Expectations
from pipeline.model import VIETNAM, Issue
from pipeline.sites import Site, find_site
from pipeline.tables import read_plain

STEP = "expect"
YEAR = timedelta(days=365)
FEW_WEEKS = 8
SPREAD_OF_FEW = 2.0
FACTS = {"officials": "name an official", "deadlines": "set a deadline"}
CAPTURED = re.compile(r"/(\d{4}-\d{2}-\d{2})\.warc(?:\.gz)?#")  # corpus/<site>/<day>.warc.gz


@dataclass(slots=True)
class Told:
    """What an expectation needs to know of one article."""

    portal: str
    day: date
    damaged: bool
    officials: bool = False
    deadlines: bool = False


def check_tables(folder: Path, *, crawled: Sequence[Site], expect: Expectations, today: date) -> list[Issue]:
    """All expectations of the tables in a folder; `crawled` are the portals of which new articles are expected."""
    latest: dict[str, date] = {}
    articles: dict[str, Told] = {}
    earliest = today - timedelta(days=expect.recent_days) - YEAR
    for article_id, told in _read_articles(folder, expect):
        if told.day <= today + timedelta(days=1):  # a day in the future is a mistake of the page, or of its reading
            latest[told.portal] = max(told.day, latest.get(told.portal, told.day))
            if told.day > earliest:
                articles[article_id] = told
    for name in FACTS:
        for (holder,) in read_plain(name, folder, ("article_id",)):
            if str(holder) in articles:
                setattr(articles[str(holder)], name, True)
    issues = [issue for site in crawled for issue in find_quiet(site, latest.get(site.slug), expect, today)]
    return issues + list(compare_portals(articles.values(), expect, today))


def _read_articles(folder: Path, expect: Expectations) -> Iterator[tuple[str, Told]]:
    """The articles whose portal and day are known."""
    slugs: dict[str, str] = {}
    for article_id, source, portal, published, text, lost in read_plain(
        "articles", folder, ("article_id", "source", "portal", "published_at", "text", "lost_chars")
    ):
        day = _day_of(published, str(source))
        if portal is None or day is None:
            continue
        name = str(portal)
        if name not in slugs:
            site = find_site(portal=name)
            slugs[name] = site.slug if site else name
        damaged = int(lost or 0) > expect.lost_share * len(str(text))
        yield str(article_id), Told(portal=slugs[name], day=day, damaged=damaged)


def _day_of(published: object, source: str) -> date | None:
    """The day of publication; where the page states none, the day on which it was fetched."""
    if published is not None:
        return datetime.fromisoformat(str(published)).astimezone(VIETNAM).date()
    captured = CAPTURED.search(source)
    return date.fromisoformat(captured[1]) if captured else None


def find_quiet(site: Site, latest: date | None, expect: Expectations, today: date) -> Iterator[Issue]:
    """A portal that gave nothing for longer than chance allows.

    Were articles to come independently, a week's silence of a portal that gives `m` a week would have the chance
    exp(-m); so silence is unlikely after 7 ln(1 / chance) / m days. `quiet_days` stands below that, for weekends and feasts.
    """
    a_week = site.expect.pages_a_week_min
    if a_week <= 0:
        return
    patience = max(expect.quiet_days, math.ceil(7 * math.log(1 / expect.chance) / a_week))
    if latest is not None and (today - latest).days <= patience:
        return
    since = f"since {latest}" if latest else "at all"
    message = (
        f"{site.name} gave no new article {since}, though {a_week} a week are expected; see whether its feeds, sitemaps and "
        f"listings still lead to articles: vnpress crawl {site.slug} --limit 5"
    )
    yield Issue(source=site.slug, step=STEP, kind="quiet_portal", message=message)


def compare_portals(articles: Iterable[Told], expect: Expectations, today: date) -> Iterator[Issue]:
    """Falls and rises of each portal, in the order of their names."""
    by_portal: dict[str, tuple[list[Told], list[Told]]] = {}
    border = today - timedelta(days=expect.recent_days)
    for told in articles:
        recent, earlier = by_portal.setdefault(told.portal, ([], []))
        (recent if told.day > border else earlier).append(told)
    for portal, (recent, earlier) in sorted(by_portal.items()):
        if len(recent) < expect.least_articles:
            continue
        weeks = list(_weeks(earlier, border, expect.recent_days))
        if len(earlier) >= expect.least_articles:
            for name in FACTS:
                yield from find_fall(portal, name, _share(recent, name), [_share(week, name) for week in weeks], expect)
        yield from find_damage(portal, _share(recent, "damaged"), [_share(week, "damaged") for week in weeks], expect)


def _weeks(articles: Iterable[Told], border: date, days: int) -> Iterable[list[Told]]:
    """Earlier articles in spans as long as the recent one."""
    weeks: dict[int, list[Told]] = {}
    for told in articles:
        weeks.setdefault((border - told.day).days // days, []).append(told)
    return weeks.values()


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many articles."""

    some: int
    all: int

    @property
    def part(self) -> float:
        """Between 0 and 1; 0 of none."""
        return self.some / self.all if self.all else 0.0

    def __str__(self) -> str:
        return f"{self.some} of {self.all}"

    def divided(self, by: float) -> Share:
        """The share that so many fewer articles would have."""
        return Share(round(self.some / by), round(self.all / by))


def _sum(shares: Iterable[Share]) -> Share:
    shares = list(shares)
    return Share(sum(share.some for share in shares), sum(share.all for share in shares))


def spread_of(weeks: Sequence[Share]) -> float:
    """How much more the weeks vary than chance alone would have it: 1 where they do not (Pearson's dispersion).

    FEW_WEEKS tell little of it, so that they count as moderately spread at least.
    """
    whole = _sum(weeks)
    least = 1.0 if len(weeks) >= FEW_WEEKS else SPREAD_OF_FEW
    if len(weeks) < 2 or not 0 < whole.part < 1:
        return least
    odds = whole.part * (1 - whole.part)
    squares = math.fsum((week.some - week.all * whole.part) ** 2 / (week.all * odds) for week in weeks)
    return max(least, squares / (len(weeks) - 1))


def _share(articles: Sequence[Told], what: str) -> Share:
    return Share(sum(getattr(told, what) for told in articles), len(articles))


def find_fall(portal: str, table: str, recent: Share, weeks: Sequence[Share], expect: Expectations) -> Iterator[Issue]:
    """Far fewer of the recent articles hold rows of a table than did in the weeks before."""
    earlier, spread = _sum(weeks), spread_of(weeks)
    if recent.part > (1 - expect.fall) * earlier.part:
        return
    if chance_of_so_few(recent.divided(spread), earlier.divided(spread)) > expect.chance:
        return
    message = (
        f"{portal}: {recent} articles of the last {expect.recent_days} days {FACTS[table]}, of those of the year before "
        f"{earlier}; see whether the whole body of a new page is read: vnpress show FILE"
    )
    yield Issue(source=portal, step=STEP, kind=f"fall_of_{table}", message=message)


def find_damage(portal: str, recent: Share, weeks: Sequence[Share], expect: Expectations) -> Iterator[Issue]:
    """Far more of the recent articles have lost characters than had before; a portal without earlier ones should have none."""
    earlier, spread = _sum(weeks), spread_of(weeks)
    if recent.part < earlier.part + expect.lost_rise:
        return
    known = earlier.all >= expect.least_articles
    if known and chance_of_so_many(recent.divided(spread), earlier.divided(spread)) > expect.chance:
        return
    message = (
        f"{portal}: {recent} articles of the last {expect.recent_days} days have lost characters (`?` or U+FFFD inside words), of "
        f"those of the year before {earlier}; see which charset the portal declares now"
    )
    yield Issue(source=portal, step=STEP, kind="lost_characters", message=message)


def chance_of_so_few(recent: Share, earlier: Share) -> float:
    """Fisher's exact test: the chance of `recent.some` or fewer, were both drawn from the same articles."""
    lowest = max(0, recent.some + earlier.some - earlier.all)
    return math.fsum(_chance_of(some, recent, earlier) for some in range(lowest, recent.some + 1))


def chance_of_so_many(recent: Share, earlier: Share) -> float:
    """The same for `recent.some` or more."""
    highest = min(recent.all, recent.some + earlier.some)
    return math.fsum(_chance_of(some, recent, earlier) for some in range(recent.some, highest + 1))


def _chance_of(some: int, recent: Share, earlier: Share) -> float:
    """Hypergeometric: exactly `some` of the recent articles, of all that hold what is counted."""
    held, everything = recent.some + earlier.some, recent.all + earlier.all
    return math.exp(
        _log_choose(held, some) + _log_choose(everything - held, recent.all - some) - _log_choose(everything, recent.all)
    )


def _log_choose(n: int, k: int) -> float:
    if not 0 <= k <= n:
        return -math.inf
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
