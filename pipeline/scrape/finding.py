"""Feed, sitemap or listing page -> addresses of articles with the day they tell; pure, bytes in."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from urllib.parse import urljoin

from lxml import etree
from parsel import Selector
from parsel.csstranslator import css2xpath
from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import Sitemap

from pipeline.model import VIETNAM
from pipeline.sites import Listing

ENTRIES = {"item", "entry"}  # RSS 0.9x, 1.0, 2.0; Atom
MOST_ITEMS, MOST_TEXT = 2000, 2_000_000  # links and characters of a listing page that are read
MOST = 50_000  # entries of one list that are read: as many as a sitemap may have
DATES = {"pubdate", "published", "updated", "date", "issued", "modified"}
# 23/07/2021 14:11: the day first, as Vietnamese portals write it in feeds that do not keep to RFC 822
_DAY_FIRST = re.compile(r"\b(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})\b")


class UnreadableList(ValueError):
    """A feed or sitemap that is none; the message says what was met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The address of an article (or of a further sitemap), and the day that the list tells of it."""

    address: str
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What one sitemap names: articles and further sitemaps."""

    pages: tuple[Found, ...] = ()
    sitemaps: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What one listing page names: articles, how many elements the selector met, and the next page."""

    pages: tuple[Found, ...]
    met: int
    next: str | None


def read_feed(body: bytes, base: str) -> tuple[Found, ...]:
    """Entries of an RSS or Atom feed. Raises UnreadableList where it is neither."""
    root = _parse(body)
    if root is None or _name(root) not in ("rss", "rdf", "feed", "channel"):
        raise UnreadableList(f"neither RSS nor Atom but <{_name(root)}>" if root is not None else "not XML")
    return tuple(islice(_read_entries(root, base), MOST))


def _read_entries(root: etree._Element, base: str) -> Iterator[Found]:
    for entry in root.iter():
        if _name(entry) not in ENTRIES:
            continue
        links: list[str] = []
        day: date | None = None
        for child in entry:
            name, text = _name(child), (child.text or "").strip()
            if name == "link" and child.get("rel", "alternate") == "alternate":
                links.append(child.get("href") or text)
            elif name == "guid" and child.get("isPermaLink", "true") == "true" and text.startswith("http"):
                links.append(text)  # after <link>, or in its place
            elif name in DATES:
                day = day or read_day(text)
        address = next((link for link in links if link), None)
        if address:
            yield Found(address=_join(base, address), day=day)


def _parse(body: bytes) -> etree._Element | None:
    """The root of what may be broken XML; entities are not resolved and nothing is loaded."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body.lstrip(b"\xef\xbb\xbf \t\r\n"), parser)
    except etree.XMLSyntaxError:
        return None


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def read_day(text: str) -> date | None:
    """The day in Vietnam of a date in a feed or sitemap (RFC 822, ISO 8601, or 23/07/2021); None where it is none of them."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):  # parsedate raises what its parts raise
            return _read_day_first(text)
    try:
        return moment.astimezone(VIETNAM).date() if moment.tzinfo else moment.date()
    except (OverflowError, ValueError):
        return None


def _read_day_first(text: str) -> date | None:
    found = _DAY_FIRST.search(text)
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"])) if found else None
    except ValueError:
        return None


def unpack(body: bytes, limit: int) -> bytes:
    """A sitemap that is a gzip file, unpacked to at most `limit` bytes; another body as it is. Raises UnreadableList."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return gunzip(body, max_size=limit)
    except (ValueError, OSError, EOFError) as error:  # Scrapy's error for too much is a ValueError
        raise UnreadableList(f"a gzip file that cannot be unpacked to {limit:,} bytes ({error})") from None


def read_sitemap(body: bytes, base: str) -> Lists:
    """Articles and further sitemaps of a sitemap or sitemap index. Raises UnreadableList where it is neither."""
    try:
        sitemap = Sitemap(body.lstrip(b"\xef\xbb\xbf \t\r\n"))
        rows = list(islice(sitemap, MOST))
    except (etree.XMLSyntaxError, StopIteration) as error:
        raise UnreadableList(f"not XML ({error})") from None
    if sitemap.type not in ("urlset", "sitemapindex"):
        raise UnreadableList(f"neither a sitemap nor an index of them but <{sitemap.type}>")
    found = tuple(Found(address=_join(base, row["loc"]), day=read_day(row.get("lastmod", ""))) for row in rows if row.get("loc"))
    return Lists(pages=found) if sitemap.type == "urlset" else Lists(sitemaps=found)


def read_listing(text: str, base: str, listing: Listing) -> Listed:
    """Links of a listing page: of the elements that `items` selects (the first MOST_ITEMS), or of the first link within each."""
    page = Selector(text=text[:MOST_TEXT] or "<html/>", type="html")
    base = _join(base, page.css("base::attr(href)").get() or "")
    elements = _select(page, listing.items)
    links = [link for element in elements if (link := _link(element))]
    next_page = (
        next((link for element in _select(page, listing.next) if (link := _link(element))), None) if listing.next else None
    )
    return Listed(
        pages=tuple(Found(address=_join(base, link)) for link in links),
        met=len(elements),
        next=_join(base, next_page) if next_page else None,
    )


def _select(page: Selector, selector: str) -> list[Selector]:
    return list(page.xpath(f"({css2xpath(selector)})[position() <= {MOST_ITEMS}]"))


def _link(element: Selector) -> str | None:
    link = element.attrib.get("href") or element.css("a[href]::attr(href)").get()
    return link.strip() if link and not link.strip().lower().startswith(("javascript:", "mailto:", "tel:", "#")) else None


def _join(base: str, link: str) -> str:
    """The whole address of a link; the link itself where it is none, which nobody will ask for."""
    try:
        return urljoin(base, link)
    except ValueError:
        return link
