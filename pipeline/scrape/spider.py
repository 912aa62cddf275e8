"""One portal, one night: lists are read, new pages fetched, young ones asked for again, all of it kept; issues told."""

from __future__ import annotations

import asyncio
import re
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.http import Response, TextResponse

from pipeline.model import Issue
from pipeline.scrape.addresses import canonical, is_article, why_not
from pipeline.scrape.expectations import judge_week, visible_characters
from pipeline.scrape.held import Held
from pipeline.scrape.lists import ListReader, Target
from pipeline.scrape.manners import NightOver, Refused
from pipeline.scrape.report import STEP, Job
from pipeline.scrape.store import Archive, Exchange
from pipeline.sites import Site

Tell = Callable[[dict[str, object]], None]

GONE = (404, 410)
NOT_AGAIN = timedelta(hours=12)  # a page asked for more recently is not asked for again: a crawl that was killed goes on
# What corpus.py reads; pictures and films are none of it.
KEPT_MEDIA = re.compile(
    r"text/(?:html|plain)|application/(?:xhtml\+xml|pdf|rtf|msword|vnd\.openxmlformats-officedocument\.wordprocessingml\.document)|"
)
_CANONICAL = re.compile(rb"<link\b[^>]{0,300}\brel=[\"']?canonical\b[^>]{0,2000}>", re.IGNORECASE)
_HREF = re.compile(rb"\bhref=[\"']?([^\"'\s>]{1,2000})", re.IGNORECASE)
_WEIGHED = 1_000_000  # characters of a page in which text is counted
_ENOUGH = 100_000  # bytes of a page in which its head ends


class PortalSpider(Spider):
    """Scrapy's spider of one portal. It asks the engine itself, one page after another: nothing is ever queued."""

    name = "portal"

    def __init__(self, *, site: Site, job: Job, archive: Archive, tell: Tell, begun: float) -> None:
        super().__init__(name=site.slug)
        self.site, self.job, self._archive, self._tell, self._begun = site, job, archive, tell, begun
        self.agent_token = job.agent.partition("/")[0]
        self._until = monotonic() + job.limits.night_seconds
        self._held = archive.holdings.by_address
        self._met: set[str] = set()  # addresses that were answered tonight
        self._asked = 0
        self._failures = 0

    async def start(self) -> AsyncIterator[Any]:
        """The whole night; yields nothing, since requests are made and answered within."""
        begin = monotonic()
        broken = await _broken_off(self._spend_night())
        if isinstance(broken, NightOver):
            self.add_issue(broken.kind, str(broken), quote=broken.quote)
        elif isinstance(broken, BaseException):
            trace = "".join(traceback.format_exception(broken))
            self.add_issue("crawl_broke", f"{self.site.slug}: {type(broken).__name__}: {broken}", quote=trace[-2000:])
        self._archive.close()
        clean = broken is None or isinstance(broken, NightOver)
        self._tell({"site": self.site.slug, "done": clean, "seconds": monotonic() - begin})
        return
        yield

    def moment(self) -> datetime:
        """Now: when the crawl was started, and what has gone by since."""
        return self.job.now + timedelta(seconds=monotonic() - self._begun)

    def seconds_left(self) -> float:
        """Of this portal's night."""
        return self._until - monotonic()

    def add_issue(self, kind: str, message: str, quote: str | None = None) -> None:
        """Tell the parent process of something that went wrong with this portal."""
        self._tell({"issue": asdict(Issue(source=self.site.slug, step=STEP, kind=kind, message=message, quote=quote))})

    async def _spend_night(self) -> None:
        for issue in self._archive.holdings.issues:
            self.add_issue(issue.kind, issue.message, issue.quote)
        lists = ListReader(self.site, self.job, ask=self._ask_list, is_held=self._is_held, add_issue=self.add_issue)
        kept = 0
        for target in await lists.find():
            kept += await self._fetch(target)
        for held in self._young():
            await self._ask_again(held)
        limited = self.job.since is not None or (self.job.limit is not None and self._asked >= self.job.limit)
        for kind, message in judge_week(self.site, self._archive.holdings, kept, self.job.now, limited=limited):
            self.add_issue(kind, message)

    def _is_held(self, address: str) -> bool:
        """Whether this address, and where it leads on, the page that it led to, is in the corpus or was met tonight."""
        for _ in range(self.job.limits.redirects + 1):
            if address in self._met or address in self._archive.holdings.old:
                return True
            held = self._held.get(address)
            if held is None or (held.status in GONE and self._is_due(held)):
                return False
            if held.location is None:
                return True
            address = canonical(_join(address, held.location)) or ""
        return False

    def _young(self) -> list[Held]:
        """Held pages that their portal may still correct, and that were not asked for in the last hours."""
        return [held for held in self._held.values() if held.status == 200 and self._is_due(held)]

    def _is_due(self, held: Held) -> bool:
        window = timedelta(days=self.site.crawl.correction_days)
        return self.job.now - held.first < window and self.job.now - held.last >= NOT_AGAIN

    async def _fetch(self, target: Target) -> int:
        """Ask for a new page and keep it; 1 where it was kept."""
        address = target.found.address
        if self._is_held(address) or not self._may_ask():
            return 0
        answer = await self._ask(address, {}, self.job.limits.page_bytes, page=True)
        if answer is None:
            return 0
        hops, exchange = self._exchanges(answer)
        if answer.status in GONE:  # noted, so that a list which keeps it is not followed there for ever
            self._archive.keep_page(exchange, hops, self._about(answer, target.how))
        problem = self._problem(answer)
        if problem:
            self._fail(*problem, address)
            return 0
        final = canonical(exchange.address) or exchange.address
        known = self._held.get(final)
        already = final in self._met or final in self._archive.holdings.old or (known is not None and known.status == 200)
        self._met |= {address, final}
        if already:  # two addresses of one page: only the way that leads to it is new
            self._archive.keep_hops(hops)
            self._count("unchanged")
            return 0
        self._archive.keep_page(exchange, hops, self._about(answer, target.how))
        self._count("new")
        self._weigh(answer)
        return 1

    async def _ask_again(self, held: Held) -> None:
        """Ask for a held page with its validators, and keep it again where it changed."""
        if held.address in self._met or why_not(held.address, self.site) or not self._may_ask():
            return
        headers = {"If-None-Match": held.etag, "If-Modified-Since": held.modified}
        told = {name: value for name, value in headers.items() if value}
        answer = await self._ask(held.address, told, self.job.limits.page_bytes, page=True)
        if answer is None:
            return
        hops, exchange = self._exchanges(answer)
        same = exchange.address == held.address
        about = self._about(answer, "asked for again")
        if same and (answer.status == 304 or (answer.status == 200 and exchange.digest == held.digest)):
            self._archive.keep_visit(exchange, held, about)
            self._count("unchanged")
            return
        problem = self._problem(answer)
        if problem:
            self._fail(*problem, held.address)
            return
        self._archive.keep_page(exchange, hops, about)
        self._count("changed")
        self._weigh(answer)

    async def _ask_list(self, address: str) -> Response | None:
        return await self._ask(address, {}, self.job.limits.list_bytes)

    def _may_ask(self) -> bool:
        """Whether the limit leaves room for one more page; raises NightOver where the night's time is used up."""
        if self.seconds_left() <= 0:
            hours = self.job.limits.night_seconds / 3600
            raise NightOver("out_of_time", f"{self.site.slug}: {hours:.1f} h are over; the rest is asked for next time")
        if self.job.limit is not None and self._asked >= self.job.limit:
            return False
        self._asked += 1
        return True

    async def _ask(self, address: str, headers: Mapping[str, str], most: int, *, page: bool = False) -> Response | None:
        """One request through all of Scrapy's layers and ours; None where there is no answer, and an issue tells why."""
        meta = {"exchanges": [], "download_maxsize": most}
        (answer,) = await asyncio.gather(
            self.crawler.engine.download_async(Request(address, headers=dict(headers), meta=meta)), return_exceptions=True
        )
        if isinstance(answer, NightOver | asyncio.CancelledError):
            raise answer
        if isinstance(answer, Refused) and answer.kind == "robots_unreadable":  # told once, by who met it
            self._count("failed", page=page)
            return None
        if isinstance(answer, BaseException):
            kind, message = _explain(answer, address, most)
            self._fail(kind, message, address, page=page)
            return None
        if answer.status == 429:
            raise NightOver("asked_to_wait", f"{address}: answered 429 again and again; nothing more is asked tonight", address)
        return answer

    def _problem(self, answer: Response) -> tuple[str, str] | None:
        """Why this answer is not an article to keep: kind of issue and message."""
        address = answer.url
        media = (answer.headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()
        if answer.status in GONE:
            return "gone", f"{address}: answered {answer.status}, the page is not there (any more)"
        if answer.status != 200:
            return "page_failed", f"{address}: answered {answer.status}"
        if not is_article(canonical(address) or address, self.site):
            return "led_away", f"{address}: led there, which is no address of an article"
        if not KEPT_MEDIA.fullmatch(media):
            return "not_text", f"{address}: {media} is not kept"
        if answer.headers.get("Content-Encoding"):  # Scrapy takes away what it could unpack
            return "not_unpacked", f"{address}: packed in a way that was not asked for ({answer.headers['Content-Encoding']!r})"
        if not answer.body.strip():
            return "empty_page", f"{address}: an empty page"
        return None

    def _fail(self, kind: str, message: str, address: str, *, page: bool = True) -> None:
        self.add_issue(kind, message, quote=address)
        self._count("failed", page=page)
        if kind in ("disallowed", "address_refused", "gone", "led_away"):
            return  # the portal answers, or was not asked
        self._failures += 1
        if self._failures >= self.job.limits.failures_in_a_row:
            raise NightOver("failing", f"{self.site.slug}: {self._failures} failures in a row; nothing more is asked tonight")

    def _count(self, outcome: str, *, page: bool = True) -> None:
        if outcome != "failed":
            self._failures = 0
        if page:
            self._tell({"site": self.site.slug, "page": outcome})

    @staticmethod
    def _exchanges(answer: Response) -> tuple[list[Exchange], Exchange]:
        """The redirects that led to an answer, and the answer itself as it was received."""
        *before, last = answer.meta["exchanges"]
        return [exchange for exchange in before if exchange.status in (301, 302, 303, 307, 308)], last

    def _about(self, answer: Response, how: str) -> dict[str, str]:
        """What the metadata record tells of a page."""
        about = {"site": self.site.slug, "via": how, "fetchTimeMs": f"{answer.meta.get('download_latency', 0) * 1000:.0f}"}
        link = _CANONICAL.search(answer.body[:_ENOUGH])
        href = _HREF.search(link[0]) if link else None
        told = canonical(_join(answer.url, href[1].decode("utf-8", "replace"))) if href else None
        return about | ({"canonical": told} if told else {})

    def _weigh(self, answer: Response) -> None:
        """A page with hardly any text is kept, and told: the article may have moved into a script."""
        least = self.site.expect.least_characters
        if isinstance(answer, TextResponse) and (characters := visible_characters(answer.text[:_WEIGHED])) < least:
            message = f"{answer.url}: {characters} characters of text in all, fewer than the {least} that an article has here"
            self.add_issue("short_page", message, quote=answer.url)


def _join(base: str, link: str) -> str:
    """The whole address of a link; empty where it is none."""
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


async def _broken_off(work: Coroutine[Any, Any, None]) -> BaseException | None:
    """What the work broke off with, if it did: one portal's trouble stays its own."""
    task = asyncio.ensure_future(work)
    await asyncio.wait([task])
    return task.exception()


def _explain(error: BaseException, address: str, most: int) -> tuple[str, str]:
    """Kind of issue and message for a request that has no answer."""
    name, said = type(error).__name__, str(error)
    if isinstance(error, Refused):
        return error.kind, said if address in said else f"{address}: led to {said}"
    if "DOWNLOAD_MAXSIZE" in said or name == "DownloadCancelledError":
        return "too_large", f"{address}: more than {most:,} bytes, received or unpacked; not kept"
    if "max redirections" in said:
        return "redirect_loop", f"{address}: leads on and on"
    if name == "DownloadTimeoutError":
        return "too_slow", f"{address}: {said}"
    return "no_answer", f"{address}: {name}: {said}"
