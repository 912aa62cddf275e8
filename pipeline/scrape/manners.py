"""Scrapy's requests -> requests a portal has agreed to: robots.txt first, one at a time, with pauses, never past a challenge.

`PoliteHandler` is the innermost layer, at the wire; `Manners` decides before each request and notes each answer;
`Challenges` looks at the unpacked body. None of them can be passed by a redirect or a retry: those are requests too.
"""

from __future__ import annotations

import asyncio
import email.utils
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response

from pipeline.scrape.addresses import refused, why_not
from pipeline.scrape.challenges import find_challenge
from pipeline.scrape.store import Exchange
from pipeline.sites import Site

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from pipeline.scrape.spider import PortalSpider

ROBOTS_READ = 512 * 1024  # RFC 9309: at least 500 KiB are read
BUSY = (429, 503)
LEAST_PAUSE = 0.5


def pause_of(site: Site) -> float:
    """Seconds between two requests as far as we choose them; a profile cannot ask for less than LEAST_PAUSE of others' servers."""
    return site.crawl.delay if site.crawl.loopback else max(site.crawl.delay, LEAST_PAUSE)


class Refused(IgnoreRequest):
    """This request is not made; `kind` is the kind of issue that it is."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class NightOver(IgnoreRequest):
    """This portal is not asked again tonight."""

    def __init__(self, kind: str, message: str, quote: str | None = None) -> None:
        super().__init__(message)
        self.kind, self.quote = kind, quote


@dataclass(slots=True)
class Host:
    """One server: whose turn it is, the pause after each answer in seconds, and before when it is not asked (monotonic)."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    delay: float = 0.0
    free_at: float = 0.0


# Server name and port -> its state; one process is one crawl, and two portals may share a server.
_hosts: dict[str, Host] = {}


def _host(address: str) -> Host:
    return _hosts.setdefault(urlsplit(address).netloc.lower(), Host())


class PoliteHandler(HTTP11DownloadHandler):
    """Scrapy's download handler, one request at a time for each server, with the pause counted from the end of the answer.

    Scrapy's own delay counts from the begin of the last request, and its limit of one for each domain does not
    hold when the delay is 0.
    """

    async def download_request(self, request: Request) -> Response:
        host = _host(request.url)
        async with host.lock:
            while (pause := host.free_at - monotonic()) > 0:
                await asyncio.sleep(pause)
            try:
                return await super().download_request(request)
            finally:
                host.free_at = max(host.free_at, monotonic() + host.delay)


class Manners:
    """Downloader middleware next to the handler: what may be asked, and what each answer asks of us."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[str, asyncio.Future[Protego | Refused]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Manners:
        """As Scrapy makes its parts."""
        return cls(crawler)

    @property
    def _spider(self) -> PortalSpider:
        return self._crawler.spider  # type: ignore[return-value]

    async def process_request(self, request: Request) -> None:
        """Raises Refused where this address is none of the portal's, or robots.txt forbids it or cannot be read."""
        problem = why_not(request.url, self._spider.site)
        if problem:
            raise Refused("address_refused", f"{request.url}: {problem}")
        host = _host(request.url)
        host.delay = max(host.delay, pause_of(self._spider.site))
        tries = request.meta.get("retry_times", 0)
        if tries:  # each further try waits twice as long as the one before
            host.free_at = max(host.free_at, monotonic() + host.delay * 2**tries)
        if request.meta.get("robots"):
            return
        rules = await self._read_rules(request)
        if isinstance(rules, Refused):
            raise rules
        if not rules.can_fetch(request.url, self._spider.agent_token):
            raise Refused("disallowed", f"{request.url}: robots.txt does not allow it")

    async def _read_rules(self, request: Request) -> Protego | Refused:
        """The rules of this server, fetched once; whoever comes while they are fetched waits for them."""
        parts = urlsplit(request.url)
        server = f"{parts.scheme}://{parts.netloc}".lower()
        if server not in self._rules:
            self._rules[server] = asyncio.ensure_future(self._fetch_rules(server))
        return await self._rules[server]

    async def _fetch_rules(self, server: str) -> Protego | Refused:
        address = f"{server}/robots.txt"
        meta = {"robots": True, "download_maxsize": self._spider.job.limits.robots_bytes, "exchanges": []}
        asked = self._crawler.engine.download_async(Request(address, meta=meta))
        (answer,) = await asyncio.gather(asked, return_exceptions=True)
        if isinstance(answer, NightOver):
            raise answer
        if isinstance(answer, Refused) and answer.kind == "private_address":  # each page says so
            return answer
        if isinstance(answer, BaseException):
            broken = (
                "; where the chain is broken for good, [crawl] takes check_certificate = false"
                if "certificate" in str(answer)
                else ""
            )
            return self._refuse_server(address, f"{type(answer).__name__}: {answer}{broken}")
        if answer.status == 200 and b"\0" not in answer.body[:1000]:
            rules = Protego.parse(answer.body[:ROBOTS_READ].decode("utf-8-sig", "replace"))
            self._slow_down(server, rules)
            return rules
        # RFC 9309 allows all where robots.txt is missing; a refusal to show it is not that
        if 400 <= answer.status < 500 and answer.status not in (401, 403, 408, 429):
            return Protego.parse("")
        return self._refuse_server(address, f"answered {answer.status}" if answer.status != 200 else "not a text file")

    def _refuse_server(self, address: str, why: str) -> Refused:
        message = f"{address}: cannot be read ({why}); nothing is asked there tonight"
        self._spider.add_issue("robots_unreadable", message, quote=address)
        return Refused("robots_unreadable", message)

    def _slow_down(self, server: str, rules: Protego) -> None:
        token, host = self._spider.agent_token, _host(server)
        rate = rules.request_rate(token)
        host.delay = max(
            host.delay, rules.crawl_delay(token) or 0.0, rate.seconds / rate.requests if rate and rate.requests else 0
        )
        host.free_at = max(host.free_at, monotonic() + host.delay)

    def process_response(self, request: Request, response: Response) -> Response:
        """Note the answer as it was received, and wait as long as it asks."""
        exchange = Exchange(
            address=response.url,
            asked=read_headers(request.headers),
            status=response.status,
            protocol=response.protocol or "HTTP/1.1",
            answered=read_headers(response.headers),
            body=response.body,
            ip=str(response.ip_address) if response.ip_address else None,
            moment=self._spider.moment(),
        )
        request.meta.setdefault("exchanges", []).append(exchange)
        if response.status in BUSY:
            self._wait_as_asked(response)
        return response

    def _wait_as_asked(self, response: Response) -> None:
        said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
        seconds = read_retry_after(said, self._spider.moment())
        if seconds is None:
            return
        if seconds > min(self._spider.job.limits.wait_seconds, self._spider.seconds_left()):
            message = (
                f"{response.url}: answered {response.status} and asks to come back after {said}; nothing more is asked tonight"
            )
            raise NightOver("asked_to_wait", message, quote=f"Retry-After: {said}")
        host = _host(response.url)
        host.free_at = max(host.free_at, monotonic() + seconds)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """A host whose addresses were refused does not exist for Scrapy; say why, and do not try again."""
        host = (urlsplit(request.url).hostname or "").casefold()
        if host in refused and not isinstance(exception, IgnoreRequest):
            message = f"{request.url}: {host} is at {refused[host]}, which is not a public address; it is not asked"
            raise Refused("private_address", message) from exception


class Challenges:
    """Downloader middleware around the decompression: a page that wants proof of a human ends the portal's night."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Raises NightOver where the unpacked answer bears a mark of a challenge."""
        headers = {name.lower(): value for name, value in read_headers(response.headers)}
        name = find_challenge(response.status, headers, response.body)
        if name:
            message = f"{response.url}: a challenge page ({name}) with status {response.status}; nothing more is asked tonight"
            raise NightOver("challenge", message, quote=name)
        return response


def read_headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Scrapy's headers as text, in their order."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values or ())


def read_retry_after(said: str, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for (a number, or an HTTP date); None where it says neither."""
    try:
        seconds = float(said)
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(said)
        except (ValueError, TypeError, IndexError):  # parsedate raises what its parts raise
            return None
        seconds = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now) / timedelta(seconds=1)
    return max(0.0, seconds) if math.isfinite(seconds) else None
