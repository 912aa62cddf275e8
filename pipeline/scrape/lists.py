"""The lists that a portal's profile names -> addresses of articles that are not held yet, the newest first; issues told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from scrapy.http import Response, TextResponse

from pipeline.scrape.addresses import canonical, is_article, why_not
from pipeline.scrape.finding import Found, UnreadableList, read_feed, read_listing, read_sitemap, unpack
from pipeline.scrape.report import Job
from pipeline.sites import Listing, Site

_UNDATED = 1 << 30  # before all days: what a list does not date it most likely shows because it is new


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An article to ask for, and where its address was found."""

    found: Found
    how: str


def _newness(found: Found) -> int:
    return found.day.toordinal() if found.day else _UNDATED


class ListReader:
    """Feeds, sitemaps and listings of one portal, read one after another.

    `ask` gives the answer to an address, or None (and has told why); `is_held` tells of an article that need not be asked for.
    """

    def __init__(
        self,
        site: Site,
        job: Job,
        *,
        ask: Callable[[str], Awaitable[Response | None]],
        is_held: Callable[[str], bool],
        add_issue: Callable[[str, str, str | None], None],
    ) -> None:
        self._site, self._job = site, job
        self._ask, self._is_held, self._add_issue = ask, is_held, add_issue
        self._targets: dict[str, Target] = {}

    async def find(self) -> list[Target]:
        """Every article that a list names and that is to be asked for, once each."""
        crawl = self._site.crawl
        for address in crawl.feeds:
            await self._read_feed(address)
        for address in crawl.sitemaps:
            await self._read_sitemaps(address)
        for listing in crawl.listings:
            await self._read_listing(listing)
        if self._is_full():
            most = f"more than {self._job.limits.addresses:,} new addresses"
            message = f"{self._site.slug}: {most}; the others wait for the next nights, or name fewer lists, or pass --since"
            self._add_issue("too_many_addresses", message, None)
        return sorted(self._targets.values(), key=lambda target: _newness(target.found), reverse=True)

    def _is_full(self) -> bool:
        return len(self._targets) >= self._job.limits.addresses

    def _add(self, found: tuple[Found, ...], how: str) -> int:
        """Keep what is an article of this portal, new enough and not held; gives how many articles there were at all."""
        articles = 0
        for one in found:
            address = canonical(one.address)
            if address is None or why_not(address, self._site) or not is_article(address, self._site):
                continue
            articles += 1
            if not self._is_old(one) and not self._is_full() and not self._is_held(address):
                self._targets.setdefault(address, Target(found=replace(one, address=address), how=how))
        return articles

    def _is_old(self, found: Found) -> bool:
        return self._job.since is not None and found.day is not None and found.day < self._job.since

    def _expect_articles(self, articles: int, met: int, how: str, example: str) -> None:
        if met and not articles:
            message = f"{how}: {met} addresses, none of which `keep` and `skip` take for an article of {self._site.slug}"
            self._add_issue("keep_matched_nothing", message, example)

    async def _fetch(self, address: str) -> Response | None:
        """A feed, sitemap or listing; None where it could not be had, and an issue tells why."""
        answer = await self._ask(address)
        if answer is None or answer.status == 200:
            return answer
        message = f"{address}: answered {answer.status}; articles that only it names are missed"
        self._add_issue("list_failed", message, address)
        return None

    async def _read_feed(self, address: str) -> None:
        answer = await self._fetch(address)
        if answer is None:
            return
        try:
            found = read_feed(answer.body, answer.url)
        except UnreadableList as error:
            self._add_issue("list_unreadable", f"{address}: not a feed: {error}", address)
            return
        if not found:
            self._add_issue("list_empty", f"{address}: a feed without entries", address)
            return
        how = f"feed {address}"
        self._expect_articles(self._add(found, how), len(found), how, found[0].address)

    async def _read_sitemaps(self, address: str) -> None:
        """Articles of a sitemap, and of those that it leads to, the newest first."""
        waiting, seen = [address], {address}
        met, articles, example, how = 0, 0, "", f"sitemap {address}"
        while waiting and not self._is_full():
            answer = await self._fetch(waiting.pop(0))
            if answer is None:
                continue
            try:
                lists = read_sitemap(unpack(answer.body, self._job.limits.list_bytes), answer.url)
            except UnreadableList as error:
                self._add_issue("list_unreadable", f"{answer.url}: not a sitemap: {error}", answer.url)
                continue
            articles += self._add(lists.pages, how)
            met += len(lists.pages)
            example = example or next((one.address for one in lists.pages), "")
            for one in sorted(lists.sitemaps, key=_newness, reverse=True):
                if not self._is_old(one) and one.address not in seen and len(seen) < self._job.limits.sitemaps:
                    seen.add(one.address)
                    waiting.append(one.address)
        if not met:
            self._add_issue("list_empty", f"{address}: a sitemap without addresses", address)
        self._expect_articles(articles, met, how, example)

    async def _read_listing(self, listing: Listing) -> None:
        how = f"listing {listing.url}"
        met, articles, example = 0, 0, ""
        address: str | None = listing.url
        seen: set[str] = set()
        while address and address not in seen and len(seen) < listing.pages:
            seen.add(address)
            answer = await self._fetch(address)
            if answer is None:
                break
            listed = read_listing(answer.text if isinstance(answer, TextResponse) else "", answer.url, listing)
            articles += self._add(listed.pages, how)
            met += len(listed.pages)
            example = example or next((one.address for one in listed.pages), "")
            if not listed.met:
                self._tell_nothing(address, "items", listing.items)
                break
            if len(seen) == 1 and listing.next and not listed.next and listing.pages > 1:
                self._tell_nothing(address, "next", listing.next)
            address = listed.next
        self._expect_articles(articles, met, how, example)

    def _tell_nothing(self, address: str, name: str, selector: str) -> None:
        message = f"{address}: the selector {selector!r} (`{name}`) matched nothing"
        self._add_issue("selector_matched_nothing", message, selector)
