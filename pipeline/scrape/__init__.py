"""Portals -> new pages in the corpus: `crawl` starts and watches the process that knows Scrapy, and reports what it did."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import IO

from pipeline.model import Issue
from pipeline.scrape.report import OUTCOMES, STEP, CrawlReport, Job, Limits, SiteReport, join_issues, read_issue
from pipeline.sites import Site

__all__ = ["CrawlError", "CrawlReport", "Limits", "SiteReport", "crawl"]
NEEDED = ("scrapy", "courlan", "protego", "warcio")
GRACE = 120.0  # seconds that the process may overrun a portal's night before it is ended
_ROOT = Path(__file__).parents[2]


class CrawlError(ValueError):
    """A crawl that is not begun; the message says what would mend it."""


@dataclass(slots=True)
class _Tally:
    """What the crawling process has told of one portal so far."""

    site: Site
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    issues: list[Issue] = field(default_factory=list)
    done: bool | None = None
    seconds: float = 0.0

    def report(self) -> SiteReport:
        return SiteReport(
            slug=self.site.slug, name=self.site.name, **self.counts, seconds=self.seconds, finished=bool(self.done),
            issues=join_issues(self.issues),
        )  # fmt: skip


def crawl(
    sites: Sequence[Site],
    *,
    corpus: Path,
    now: datetime,
    contact: str,
    agent: str = "vnpress",
    since: date | None = None,
    limit: int | None = None,
    limits: Limits | None = None,
    progress: Callable[[str, str], None] | None = None,
) -> CrawlReport:
    """Bring new pages of these portals into the corpus; may be called again and again in one process.

    `since`: only pages that their list dates to that day or later, or not at all. `limit`: pages asked for, for each portal.
    `progress` is told portal and outcome of each page. Raises CrawlError.
    """
    check_contact(contact)
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise CrawlError(f"{', '.join(missing)} cannot be imported, and a crawl needs it: pip install 'vnpress[crawl]'")
    if corpus.exists() and not corpus.is_dir():
        raise CrawlError(f"{corpus}: not a folder; name the corpus folder")
    job = Job(
        sites=tuple(sites), corpus=str(corpus.resolve()), now=now, agent=f"{agent}/{_version()} (+{contact})",
        since=since, limit=limit, limits=limits or Limits(),
    )  # fmt: skip
    tallies = {site.slug: _Tally(site=site) for site in sites}
    begun = monotonic()
    died = _run(job, tallies, progress)
    for site in died if len(died) > 1 else ():  # each gets a process of its own: the cause takes down only itself
        gone_by = monotonic() - begun
        if gone_by < job.limits.night_seconds:
            tally = tallies[site.slug]
            tally.issues = [issue for issue in tally.issues if issue.kind != "crawler_died"]
            rest = replace(job.limits, night_seconds=job.limits.night_seconds - gone_by)
            _run(replace(job, sites=(site,), now=now + timedelta(seconds=gone_by), limits=rest), tallies, progress)
    return CrawlReport(sites=tuple(tally.report() for tally in tallies.values()))


def check_contact(contact: str) -> None:
    """Raises CrawlError where a portal's keeper could not find out whom to ask about this crawl."""
    how = 'write contact = "name@institute.example" (or a web page) into vnpress.toml, or pass --contact'
    if not contact.strip():
        raise CrawlError(f"no contact is configured, and no portal is asked without one: {how}")
    if not re.fullmatch(r"(?:https?://|mailto:)?[!-'*-~]+[.@][!-'*-~]+", contact):
        raise CrawlError(f"contact {contact!r} is neither a mail address nor a web page: {how}")


def _version() -> str:
    try:
        return version("vnpress")
    except PackageNotFoundError:
        return "0"


def _run(job: Job, tallies: dict[str, _Tally], progress: Callable[[str, str], None] | None) -> list[Site]:
    """One crawling process from begin to end; gives the portals that it left open by dying, with an issue that says how."""
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "pipeline.scrape.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        clock = threading.Timer(job.limits.night_seconds + GRACE, child.kill)
        clock.daemon = True
        clock.start()
        try:
            _listen(child, job, tallies, progress)
        finally:
            clock.cancel()
            child.kill()
            child.wait()
        return _note_death(child.returncode, _end_of(log), job, tallies)


def _listen(
    child: subprocess.Popen[bytes], job: Job, tallies: dict[str, _Tally], progress: Callable[[str, str], None] | None
) -> None:
    """Read the lines of the process until it closes them, and wait for its end."""
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("a process without pipes")
    try:
        pickle.dump(job, child.stdin)
        child.stdin.flush()  # and left open: its end tells the process that we are gone
    except BrokenPipeError:
        return
    for line in child.stdout:
        try:
            said = json.loads(line)
        except ValueError:  # the process died in the middle of a line
            continue
        if "issue" in said:
            issue = read_issue(said["issue"])
            tallies[issue.source].issues.append(issue)
            continue
        tally = tallies[said["site"]]
        if "page" in said:
            tally.counts[said["page"]] += 1
            if progress is not None:
                progress(said["site"], said["page"])
        else:
            tally.done, tally.seconds = said["done"], said["seconds"]
    child.wait()


def _note_death(status: int, log: str, job: Job, tallies: dict[str, _Tally]) -> list[Site]:
    left = [site for site in job.sites if tallies[site.slug].done is None]
    for site in left:
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        message = f"{site.slug}: the crawling process {how}; what it had kept is in the corpus, the rest is asked for next time"
        issue = Issue(source=site.slug, step=STEP, kind="crawler_died", message=message, quote=log or None)
        tallies[site.slug].issues.append(issue)
    return left if status else []


def _end_of(log: IO[bytes]) -> str:
    """The last lines that the process wrote on standard error."""
    log.seek(max(0, log.seek(0, os.SEEK_END) - 2000))
    return log.read().decode("utf-8", "replace").strip()
