"""What a crawl is asked and what it tells: Job in, CrawlReport with a SiteReport for each portal out; knows no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.model import Issue
from pipeline.sites import Site

STEP = "crawl"
OUTCOMES = ("new", "changed", "unchanged", "failed")
OF_ONE_PAGE = frozenset(  # kinds of issues that cost a page, and tell nothing of the portal as a whole
    {
        "disallowed", "gone", "page_failed", "no_answer", "too_slow", "too_large", "redirect_loop", "led_away", "not_text",
        "not_unpacked", "empty_page", "short_page", "address_refused", "private_address",
    }
)  # fmt: skip
SHOWN_OF_A_KIND = 20  # issues of one kind and portal that are told one by one; the others are counted in one more


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one portal may take of us: bytes (received, and again after unpacking), seconds, failures in a row."""

    page_bytes: int = 10_000_000
    list_bytes: int = 10_000_000  # feeds, sitemaps, listings
    robots_bytes: int = 2_000_000
    response_seconds: float = 60.0
    night_seconds: float = 6 * 3600.0
    wait_seconds: float = 3600.0  # the longest Retry-After that is waited for
    sitemaps: int = 100
    addresses: int = 100_000  # new ones that are remembered at once
    failures_in_a_row: int = 10
    redirects: int = 5
    retries: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One crawl: portals, the corpus they are kept in, when it began, and who we say we are."""

    sites: tuple[Site, ...]
    corpus: str
    now: datetime
    agent: str
    since: date | None = None
    limit: int | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """One portal's night: pages kept for the first time, kept again, found unchanged, not had; and what went wrong.

    `finished` is False where the crawl broke off for a reason that lies with us, not with the portal.
    """

    slug: str
    name: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    seconds: float = 0.0
    finished: bool = True
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """All portals of one crawl, in the order in which they were asked for."""

    sites: tuple[SiteReport, ...]

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What went wrong, portal by portal."""
        return tuple(issue for site in self.sites for issue in site.issues)


def join_issues(issues: list[Issue]) -> tuple[Issue, ...]:
    """The issues in their order; of a kind that comes often the first ones, and last of all how many more there were."""
    counts: Counter[tuple[str, str]] = Counter()
    told: list[Issue] = []
    for issue in issues:
        counts[issue.source, issue.kind] += 1
        if counts[issue.source, issue.kind] <= SHOWN_OF_A_KIND:
            told.append(issue)
    for (source, kind), count in counts.items():
        if count > SHOWN_OF_A_KIND:
            message = f"{source}: {count - SHOWN_OF_A_KIND} more of the kind {kind}"
            told.append(Issue(source=source, step=STEP, kind=kind, message=message))
    return tuple(told)


def read_issue(said: Mapping[str, str | None]) -> Issue:
    """An issue as the crawling process told it."""
    return Issue(
        source=said["source"] or "", step=STEP, kind=said["kind"] or "", message=said["message"] or "", quote=said["quote"]
    )  # fmt: skip
