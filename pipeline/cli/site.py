"""`vnpress site check`: is a portal's file sound, and does it fit saved pages of that portal."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.common import FAILED, PROBLEMS, WELL, WRONG_USE, Commands, plain, say

if TYPE_CHECKING:
    from pipeline.clean.inspection import Inspection
    from pipeline.model import Page
    from pipeline.sites import Site

WIDE = 100  # characters of what a selector gave that are shown


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    site = commands.add_parser("site", help="check a portal's file against saved pages")
    actions = site.add_subparsers(title="actions", required=True, metavar="ACTION")
    check = actions.add_parser(
        "check", help="is FILE sound, and which of its selectors match saved pages",
        description="Read a portal's file, and tell for each saved page which selector matched what. Pages of other hosts are left "
        "out. Exit status 0: all fits; 1: body, title or published is missing on a page, or a selector matches on none; 2: the file "
        "cannot be used.",
    )  # fmt: skip
    check.add_argument("file", type=Path, metavar="FILE.toml")
    check.add_argument("--pages", type=Path, metavar="DIR", help="folder of saved pages, or one page")
    check.set_defaults(run=_check)


def _check(args: argparse.Namespace) -> int:
    from pipeline.corpus import CorpusError
    from pipeline.sites import SiteError, read_site

    try:
        site = read_site(args.file)
    except SiteError as error:
        say(str(error))
        return WRONG_USE
    except OSError as error:
        say(f"{args.file}: {error.strerror or error}")
        return WRONG_USE
    layouts = "1 layout" if len(site.layout) == 1 else f"{len(site.layout)} layouts"
    print(f"{args.file}: sound: {site.name}, hosts {', '.join(site.hosts)}, {layouts}")
    if args.pages is None:
        return WELL
    try:
        pages = _pages_of(site, args.pages)
    except CorpusError as error:
        say(str(error))
        return FAILED
    return _check_pages(site, args.file, pages)


def _pages_of(site: Site, place: Path) -> list[Page]:
    """The saved HTML pages of the portal; where none tells its address, all that tell none."""
    from dataclasses import replace

    from pipeline.corpus import CorpusError, is_on_hosts, list_inputs, read_page
    from pipeline.model import UnreadableInput

    folder, only = (place.parent, place.name) if place.is_file() else (place, None)
    ours: list[Page] = []
    unknown: list[Page] = []
    others = 0
    for one in list_inputs(folder, only).inputs:
        if one.kind != "html":
            continue
        try:
            page = read_page(one)
            url = page.url or _address(folder / one.source, page)
        except UnreadableInput as error:
            raise CorpusError(str(error)) from error
        page = replace(page, url=url, portal=site.slug)
        if url and not is_on_hosts(url, site.hosts):
            others += 1
        else:
            (ours if url else unknown).append(page)
    if others:
        print(f"{others} pages of other hosts left out")
    if ours and unknown:
        print(f"{len(unknown)} pages without an address left out; say it in NAME.meta.json beside the page, or name one page")
    return ours or unknown


def _address(path: Path, page: Page) -> str | None:
    """The address that the case beside a saved page tells, or the page itself."""
    import tomllib

    from pipeline.clean.inspection import find_address

    case = path.with_suffix(".toml")
    if case.is_file():
        try:
            said = tomllib.loads(case.read_text("utf-8")).get("url")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            said = None
        if isinstance(said, str) and said:
            return said
    return find_address(page)


def _check_pages(site: Site, file: Path, pages: list[Page]) -> int:
    from pipeline.clean import clean_page
    from pipeline.clean.inspection import inspect_page
    from pipeline.model import UnreadableInput
    from pipeline.sites import use_file

    wrong = 0
    matched: dict[tuple[str, str], bool] = {}  # of the layouts that were met, each part, and each cut
    use_file(file)
    for page in pages:
        print("\n" + plain(page.source + (f"  {page.url}" if page.url else "")))
        try:
            inspection, article = inspect_page(page, site), clean_page(page)
        except UnreadableInput as error:
            print(f"  ✗ {error}")
            wrong += 1
            continue
        for match in inspection.matches:
            key = (match.part, match.selector or "" if match.part == "cut" else "")
            matched[key] = matched.get(key, False) or not match.fails
        wrong += not _print_page(site, page, inspection)
        when = article.published_at.strftime("%Y-%m-%d %H:%M") if article.published_at else "no date"
        print(
            plain(
                f"  = {len(article.text)} characters; {article.title or 'no title'}; {when}; {article.author or 'nobody signed'}"
            )
        )
    return _sum_up(len(pages), wrong, [" ".join(key).strip() for key, met in matched.items() if not met])


def _print_page(site: Site, page: Page, inspection: Inspection) -> bool:
    """What each selector gave; whether all is there that every page should have."""
    import re

    if inspection.layout is not None:
        until = inspection.layout.until
        print(f"  layout {f'until {until}' if until else 'of today'}")
    elif site.layout:
        print("  no layout fits")
    for match in inspection.matches:
        mark = "✗" if match in inspection.problems else "-" if match.fails else "✓"
        said = match.said if len(match.said) <= WIDE else f"{match.said[:WIDE]}…"
        print(plain(f"  {mark} {match.part:9} {match.selector or '':28} {said}"))
    crawl = site.crawl
    kept = not page.url or not crawl.keep or any(re.search(pattern, page.url) for pattern in crawl.keep)
    skipped = bool(page.url) and any(re.search(pattern, page.url or "") for pattern in crawl.skip)
    if not kept or skipped:
        print(f"  ✗ address   {'crawl.skip' if skipped else 'crawl.keep'} keeps a crawl from this page")
    return not inspection.problems and kept and not skipped


def _sum_up(pages: int, wrong: int, unmatched: list[str]) -> int:
    if not pages:
        print("no saved pages of this portal")
        return PROBLEMS
    print(f"\n{pages} pages, {wrong} of them with something missing")
    if unmatched:
        print(f"matched on no page: {', '.join(unmatched)}")
    return PROBLEMS if wrong or unmatched else WELL
