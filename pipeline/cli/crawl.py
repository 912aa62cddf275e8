"""`vnpress crawl`: new pages of the portals into the corpus."""

from __future__ import annotations

import argparse
import difflib
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.common import FAILED, PROBLEMS, WELL, WRONG_USE, Commands, positive, say

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.scrape import CrawlReport, SiteReport
    from pipeline.sites import Site

SHOWN = 10  # issues of one portal that are printed


def add(commands: Commands) -> None:
    """Tell argparse of the command."""
    parser = commands.add_parser(
        "crawl", help="bring new pages of the portals into the corpus",
        description="Ask portals for new pages, politely, and keep them as CORPUS/SITE/DAY.warc.gz, which `vnpress extract` reads.",
    )  # fmt: skip
    parser.add_argument("site", nargs="*", metavar="SITE", help="portals, by the names of their files without .toml")
    parser.add_argument("--all", action="store_true", help="every portal that says how its articles are found")
    parser.add_argument(
        "--since", type=_day, metavar="DATE", help="only pages that their list dates to this day or later, or not at all"
    )
    parser.add_argument("--limit", type=positive, metavar="N", help="ask each portal for at most N pages")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="folder to keep pages in (default: corpus)")
    parser.add_argument(
        "--contact", metavar="WHOM", help="mail address or web page whom a portal's keeper can ask about the crawl"
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="configuration (default: vnpress.toml, where it is there)")
    parser.add_argument("--sites", type=Path, metavar="DIR", help="folder of your own portals, laid over the shipped ones")
    parser.set_defaults(run=run)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-11-20") from None


def run(args: argparse.Namespace) -> int:
    """Crawl, and print what each portal gave."""
    from datetime import UTC, datetime

    from pipeline.config import ConfigError
    from pipeline.scrape import CrawlError, crawl
    from pipeline.sites import SiteError, use_folder

    try:
        config = _read_config(args.config)
        use_folder(args.sites or config.sites)
        sites = _choose_sites(args.site, config.enabled, everything=args.all)
        report = crawl(
            sites, corpus=args.corpus or config.corpus, now=datetime.now(UTC), contact=args.contact or config.contact,
            agent=config.agent, since=args.since, limit=args.limit, progress=_say_progress if args.verbose else None,
        )  # fmt: skip
    except (ConfigError, SiteError, CrawlError) as error:
        say(str(error))
        return WRONG_USE
    for site in report.sites:
        _print_site(site)
    return _status(report)


def _read_config(path: Path | None) -> Config:
    """The named configuration; else the one lying here; else the defaults."""
    from pipeline.config import DEFAULT, Config, read_config

    return read_config(path or DEFAULT) if path is not None or DEFAULT.is_file() else Config()


def _choose_sites(named: list[str], enabled: tuple[str, ...], *, everything: bool) -> list[Site]:
    """The portals named here; else those of the configuration. Raises SiteError for one that is not known or not described."""
    from pipeline.config import ALL
    from pipeline.sites import SiteError, read_sites

    known = read_sites()
    with_lists = {slug: site for slug, site in known.items() if site.crawl.feeds or site.crawl.sitemaps or site.crawl.listings}
    wanted = list(with_lists) if everything or (not named and ALL in enabled) else list(dict.fromkeys(named or enabled))
    if not wanted:
        raise SiteError(f"no portal is named; name some of {', '.join(sorted(with_lists))}, or pass --all")
    for slug in wanted:
        if slug not in known:
            near = difflib.get_close_matches(slug, known, n=1, cutoff=0.5)
            mend = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
            raise SiteError(f"no portal {slug!r}; {mend}")
        if slug not in with_lists:
            raise SiteError(
                f'{slug}.toml says nothing of how articles are found; add "feeds", "sitemaps" or "listings" to [crawl]'
            )
    return [known[slug] for slug in wanted]


def _say_progress(slug: str, outcome: str) -> None:
    print(f"{slug}: {outcome}", file=sys.stderr)


def _print_site(site: SiteReport) -> None:
    counts = f"{site.new} new, {site.changed} changed, {site.unchanged} unchanged, {site.failed} failed"
    print(f"{site.name} ({site.slug}): {counts} in {site.seconds:.0f} s{'' if site.finished else '; broke off'}")
    for issue in site.issues[:SHOWN]:
        print(f"    {issue.kind}: {issue.message}")
    if len(site.issues) > SHOWN:
        print(f"    … and {len(site.issues) - SHOWN} more")


def _status(report: CrawlReport) -> int:
    if all(not site.finished for site in report.sites):
        return FAILED
    return PROBLEMS if report.issues else WELL
