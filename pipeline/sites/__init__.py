"""Portals: `<slug>.toml` in this folder, a user's own folder laid over it; each checked as a whole before it is used.

A file that cannot be used is an error that names the file, the key and what would mend it.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from cssselect import SelectorError, parse

from pipeline.toml_rows import TomlError, load_toml, read_row

SHIPPED = Path(__file__).parent
LONGEST_DELAY = 3600
_folders: list[Path] = [SHIPPED]
_files: list[Path] = []


class SiteError(ValueError):
    """A portal's file that cannot be used; the message names file, key and what would mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the parts of an article stand on a page of the portal, as CSS selectors; the first that matches is taken.

    `until` is the last day on which pages were published in this layout; None for the present one. What is left
    empty is found as on an unknown portal. `cut` is taken out wherever it stands.
    """

    until: date | None = None
    body: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page that lists articles: `items` selects their links, `next` the link to the next page; at most `pages` are followed."""

    url: str
    items: str = "a"
    next: str | None = None
    pages: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """How new articles are found: feeds, sitemaps and listings; `keep` and `skip` are patterns for the address of an article.

    `delay` is the pause between two requests in seconds; pages younger than `correction_days` are asked for again.
    `check_certificate` is false where the portal's own chain of certificates is broken. `loopback` lets a portal on this
    machine be asked (for tests alone).
    """

    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[Listing, ...] = ()
    keep: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    delay: float = 2.0
    correction_days: int = 3
    check_certificate: bool = True
    loopback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What a portal gives when all is well: new pages in a week, and the least characters of an article."""

    pages_a_week_min: int = 0
    pages_a_week_max: int | None = None
    least_characters: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One portal. `hosts` hold for their subdomains too; `place` is its province-level unit, empty for a national one."""

    slug: str = ""
    name: str
    hosts: tuple[str, ...]
    place: str = ""
    language: str = "vi"
    layout: tuple[Layout, ...] = ()
    crawl: Crawl = Crawl()
    expect: Expect = Expect()

    def layouts_of(self, day: date | None) -> tuple[Layout, ...]:
        """The layouts a page of that day may have, the likeliest first; all where the day is not known."""
        newest_first = sorted(self.layout, key=lambda layout: layout.until or date.max, reverse=True)
        if day is None:
            return tuple(newest_first)
        fitting = [layout for layout in newest_first if layout.until is None or day <= layout.until]
        return (*reversed(fitting), *(layout for layout in newest_first if layout not in fitting))


def use_folder(folder: Path | None) -> None:
    """Lay a user's folder of portals over the shipped one (None: the shipped one alone)."""
    if folder is not None and not folder.is_dir():
        raise SiteError(f"{folder}: no such folder of portals")
    _folders[:] = [SHIPPED] if folder is None else [SHIPPED, folder]
    _files.clear()
    read_sites.cache_clear()


def use_file(path: Path) -> None:
    """Lay one portal's file over the shipped ones."""
    use_folder(None)
    _files[:] = [path]


@functools.cache
def read_sites() -> Mapping[str, Site]:
    """All portals by slug; a file in the user's folder replaces the shipped one of the same name."""
    return {slug: read_site(path) for slug, path in sorted(_paths().items())}


def _paths() -> dict[str, Path]:
    in_folders = (path for folder in _folders for path in sorted(folder.glob("*.toml")))
    return {path.stem: path for path in (*in_folders, *_files)}


def find_site(*, url: str | None = None, portal: str | None = None) -> Site | None:
    """The portal with this name or slug, or the one whose host is the longest end of the address's host."""
    sites = read_sites()
    named = next((site for site in sites.values() if portal and portal.casefold() in (site.slug, site.name.casefold())), None)
    if named is not None:
        return named
    hosts = [host for host in (_host(url), (portal or "").casefold().removeprefix("www.")) if host]
    fitting = [
        (len(host), site.slug)
        for site in sites.values()
        for host in site.hosts
        for met in hosts
        if met == host or met.endswith(f".{host}")
    ]
    return sites[max(fitting)[1]] if fitting else None


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").casefold().removeprefix("www.")
    except ValueError:
        return ""


def read_site(path: Path) -> Site:
    """One portal's file, checked."""
    shown = f"{path.parent.name}/{path.name}" if path.parent.name else path.name
    try:
        said = load_toml(path, shown)
        if "slug" in said:
            raise SiteError(f'{shown}: unknown key "slug"; the name of the file is the slug')
        site = read_row(Site, {**said, "slug": path.stem}, shown, hidden=("slug",))
    except TomlError as error:
        raise SiteError(str(error)) from None
    if not site.hosts:
        raise SiteError(f'{shown}: "hosts" is empty; name the host of the portal, as ["baodientu.example"]')
    _check_layouts(site, shown)
    _check_crawl(site.crawl, shown)
    return site


def _check_layouts(site: Site, shown: str) -> None:
    for at, layout in enumerate(site.layout):
        for field in dataclasses.fields(layout):
            selectors = getattr(layout, field.name)
            for selector in selectors if isinstance(selectors, tuple) else ():
                _check_selector(selector, shown, f"layout[{at}].{field.name}")
    untils = [layout.until for layout in site.layout]
    if len(set(untils)) < len(untils):
        raise SiteError(f'{shown}: two layouts have the same "until"; only the present one goes without')


def _check_crawl(crawl: Crawl, shown: str) -> None:
    for key in ("keep", "skip"):
        for pattern in getattr(crawl, key):
            try:
                re.compile(pattern)
            except re.error as error:
                raise SiteError(f'{shown}: "crawl.{key}" has a pattern that cannot be read: {pattern!r}: {error}') from None
    for key, addresses in (
        ("feeds", crawl.feeds),
        ("sitemaps", crawl.sitemaps),
        ("listings", [listing.url for listing in crawl.listings]),
    ):
        for address in addresses:
            if urlsplit(address).scheme not in ("http", "https"):
                raise SiteError(f'{shown}: "crawl.{key}" must hold whole addresses (https://…), not {address!r}')
    for at, listing in enumerate(crawl.listings):
        for key, selector in (("items", listing.items), ("next", listing.next)):
            if selector is not None:
                _check_selector(selector, shown, f"crawl.listings[{at}].{key}")
    if not 0 <= crawl.delay <= LONGEST_DELAY:  # TOML knows nan and inf too
        raise SiteError(f'{shown}: "crawl.delay" cannot be less than 0 or more than {LONGEST_DELAY} seconds, not {crawl.delay}')
    if crawl.correction_days < 0:
        raise SiteError(f'{shown}: "crawl.correction_days" cannot be less than 0')


def _check_selector(selector: str, shown: str, key: str) -> None:
    try:
        parse(selector)
    except SelectorError as error:
        raise SiteError(f'{shown}: "{key}" has a selector that cannot be read: {selector!r}: {error}') from None
