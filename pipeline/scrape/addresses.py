"""Address of a page -> may it be asked, and by which name is it known; host name -> only addresses that may be connected to."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from courlan import normalize_url
from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from w3lib.url import safe_url_string
from zope.interface import implementer, provider

from pipeline.sites import Site

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase

LONGEST = 2000  # characters of an address
LOOPBACK_HOSTS = "VNPRESS_LOOPBACK_HOSTS"  # setting: hosts of portals on this machine
_EMBEDDING = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))  # IPv4 in the last 32 bits
# Host name -> the addresses that it resolved to and that were refused; one process is one crawl.
refused: dict[str, str] = {}


def canonical(address: str) -> str | None:
    """The address without fragment and tracking parameters, in one spelling; None where it is no address to ask."""
    if len(address) > LONGEST:
        return None
    try:
        parts = urlsplit(normalize_url(address.strip()))
        port = parts.port
    except (ValueError, AttributeError, TypeError):  # courlan raises all three on addresses that are none
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or port == 0:
        return None
    whole = safe_url_string(urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, "")))
    return whole if len(whole) <= LONGEST else None


def why_not(address: str, site: Site) -> str | None:
    """Why this address is not asked for this portal, in words; None where it may be."""
    try:
        parts = urlsplit(address)
        host, _ = (parts.hostname or "").casefold(), parts.port
    except ValueError:
        return "not an address"
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme or 'no scheme'}: only http and https are asked"
    if parts.username is not None:
        return "a user name in the address"
    if len(address) > LONGEST:
        return f"an address of more than {LONGEST} characters"
    if not any(host == own or host.endswith(f".{own}") for own in map(str.casefold, site.hosts)):
        return f"{host} is not a host of {site.slug} ({', '.join(site.hosts)})"
    return None


def is_article(address: str, site: Site) -> bool:
    """Whether the portal's patterns tell that this is the address of an article."""
    crawl = site.crawl
    kept = not crawl.keep or any(re.search(pattern, address) for pattern in crawl.keep)
    return kept and not any(re.search(pattern, address) for pattern in crawl.skip)


def may_connect(address: str, *, loopback: bool) -> bool:
    """Whether this IP address may be connected to: a public one, or for a portal on this machine a loopback one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and int(ip) > 1 and any(ip in network for network in _EMBEDDING):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return may_connect(str(inner), loopback=loopback)
    if ip.is_loopback:
        return loopback
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


@provider(IResolutionReceiver)
class _Sieve:
    """Lets through to `receiver` the addresses that may be connected to."""

    def __init__(self, receiver: Any, host: str, *, loopback: bool) -> None:
        self._receiver, self._host, self._loopback = receiver, host, loopback

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:
        found = str(getattr(address, "host", ""))
        if may_connect(found, loopback=self._loopback):
            self._receiver.addressResolved(address)
        else:
            refused[self._host] = found

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class CheckedResolver(CachingHostnameResolver):
    """Scrapy's resolver behind a sieve: the address that was checked is the one that is connected to.

    Twisted asks it for names and for addresses written as numbers alike.
    """

    loopback_hosts: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> CheckedResolver:
        resolver = super().from_crawler(crawler, reactor)
        resolver.loopback_hosts = frozenset(crawler.settings.getlist(LOOPBACK_HOSTS))
        return resolver

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        host = hostName.casefold().rstrip(".")
        sieve: Any = _Sieve(resolutionReceiver, host, loopback=host in self.loopback_hosts)
        return super().resolveHostName(sieve, hostName, portNumber, addressTypes, transportSemantics)


def loopback_hosts(sites: Sequence[Site]) -> list[str]:
    """Hosts that may lie on this machine: those of portals marked so, unless a portal that is not marked has them too."""
    public = {host.casefold() for site in sites if not site.crawl.loopback for host in site.hosts}
    return sorted({host.casefold() for site in sites if site.crawl.loopback for host in site.hosts} - public)
