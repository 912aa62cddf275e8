"""One night from crawl to tables: Config in, status and report out; every step an event."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version as library_version
from pathlib import Path

from pipeline.cache import CacheError
from pipeline.config import ALL, Config
from pipeline.corpus import CorpusError
from pipeline.engine import EngineError
from pipeline.expectations import STEP as EXPECTED
from pipeline.expectations import check_tables
from pipeline.export.generation import current_generation
from pipeline.export.lock import FolderHeld, hold_folder
from pipeline.extraction import use_folders
from pipeline.journal import ERROR, INFO, WARNING, Journal, read_events
from pipeline.model import VIETNAM, Issue
from pipeline.run import Options, Summary, is_alarm, run
from pipeline.scrape import crawl
from pipeline.sites import Site, SiteError, read_sites
from pipeline.tables import TABLES, read_plain

WELL, PROBLEMS, WRONG_CONFIGURATION, FAILED = 0, 1, 2, 3
LOCK = ".lock-nightly"
BEGINS, ENDS = "night begins", "night ends"
PATIENCE = 120.0  # seconds that the command of `on_problem` may take
TOLD = 50  # issues and rejects that the report names one by one


@dataclass(slots=True)
class Night:
    """How a night went."""

    status: int = FAILED
    summary: Summary | None = None
    issues: list[Issue] = field(default_factory=list)


def run_night(config: Config, journal: Journal, *, clock: Callable[[], datetime], command: str) -> Night:
    """Crawl, extract, check, write; tell the keeper where the status is not 0. Whatever fails, the tables of before stay.

    What nobody foresaw goes on upwards, but not before the log and the keeper have it.
    """
    night = Night()
    journal.say(BEGINS, version=library_version("vnpress"), process=os.getpid(), corpus=str(config.corpus))
    began = time.monotonic()
    try:
        _try_night(config, journal, night, clock=clock, command=command)
    finally:
        unforeseen = sys.exc_info()[1]
        if unforeseen is not None:
            journal.say("unforeseen", ERROR, error=type(unforeseen).__name__, message=str(unforeseen))
        _tell_end(journal, night, command, time.monotonic() - began)
        if night.status != WELL and config.on_problem:
            _tell_keeper(config, journal, night)
    return night


def _try_night(config: Config, journal: Journal, night: Night, *, clock: Callable[[], datetime], command: str) -> None:
    """The night itself; what can be foreseen to go wrong is a status and an event."""
    try:
        use_folders(config.lexicon, config.sites)
        sites = choose_sites(config.enabled)
        with hold_folder(config.out, now=clock(), name=LOCK):  # no second night crawls at the same time
            night.issues += _crawl(sites, config, journal, clock())
            night.summary = _extract(config, journal, night.issues, sites, clock=clock, command=command)
        night.status = night.summary.exit_status
    except CorpusError as error:
        night.status = FAILED if config.enabled else WRONG_CONFIGURATION  # a crawl that brought nothing is no mistake of the file
        journal.say("no corpus", ERROR, message=str(error))
    except ValueError as error:  # of a word list, a portal's file, or the crawl
        night.status = WRONG_CONFIGURATION
        journal.say("wrong configuration", ERROR, message=str(error))
    except (CacheError, FolderHeld, EngineError) as error:
        journal.say("failed", ERROR, message=f"the tables of before are untouched: {error}")
    except OSError as error:
        mend = f"check that {config.out} can be written and the disk is not full"
        journal.say("failed", ERROR, message=f"the tables of before are untouched: {error}; {mend}")


def choose_sites(enabled: Sequence[str]) -> tuple[Site, ...]:
    """The portals of `enabled`. Raises SiteError for one that is not known or does not say how its articles are found."""
    sites = read_sites()
    crawled = {slug: site for slug, site in sites.items() if site.crawl.feeds or site.crawl.sitemaps or site.crawl.listings}
    if tuple(enabled) == (ALL,):
        return tuple(crawled.values())
    for slug in enabled:
        if slug not in sites:
            near = difflib.get_close_matches(slug, sites, n=1)
            mend = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(sites)}"
            raise SiteError(f'"enabled" names a portal "{slug}" that there is not; {mend}')
        if slug not in crawled:
            raise SiteError(
                f'"enabled" names "{slug}", whose file has no feeds, sitemaps or listings in [crawl]; add one of them'
            )
    return tuple(crawled[slug] for slug in dict.fromkeys(enabled))


def _crawl(sites: Sequence[Site], config: Config, journal: Journal, now: datetime) -> list[Issue]:
    """Crawl all portals; a portal that fails costs its own pages only."""
    if not sites:
        journal.say("no crawl", reason="no portal is enabled")
        return []
    journal.say("crawl begins", portals=len(sites))
    issues: list[Issue] = []
    report = crawl(sites, corpus=config.corpus, now=now, contact=config.contact, agent=config.agent)
    for told in report.sites:
        journal.say(
            "portal crawled", portal=told.slug, new=told.new, changed=told.changed,
            unchanged=told.unchanged, failed=told.failed, seconds=round(told.seconds, 1),
        )  # fmt: skip
        _tell_issues(told.issues, journal)
        issues += told.issues
    return issues


def _tell_issues(issues: Iterable[Issue], journal: Journal) -> None:
    for issue in issues:
        level = WARNING if is_alarm(issue) else INFO
        journal.say("issue", level, source=issue.source, step=issue.step, kind=issue.kind, message=issue.message)


def _extract(
    config: Config,
    journal: Journal,
    issues: Sequence[Issue],
    sites: Sequence[Site],
    *,
    clock: Callable[[], datetime],
    command: str,
) -> Summary:
    """Extract what is new, check what the tables tell, write them."""
    today = clock().astimezone(VIETNAM).date()
    options = Options(
        corpus=config.corpus, out=config.out, workers=config.workers or os.cpu_count() or 1, formats=config.formats,
        cache=config.cache, lexicon=config.lexicon, sites=config.sites, command=command, keep_runs=config.keep_runs,
    )  # fmt: skip
    journal.say("extraction begins", workers=options.workers)
    summary = run(
        options,
        clock=clock,
        issues=issues,
        check=partial(check_tables, crawled=sites, expect=config.expect, today=today),
    )
    journal.say(
        "tables written", inputs=summary.n_inputs, unchanged=summary.n_unchanged, new_articles=summary.n_new,
        changed_articles=summary.n_changed, rejects=summary.rows["rejects"], seconds=round(summary.seconds, 1), out=str(config.out),
    )  # fmt: skip
    _tell_issues((issue for issue in summary.alarms if issue.step == EXPECTED), journal)
    for reject in summary.new_rejects[:TOLD]:
        journal.warn("new reject", source=reject.source, stage=reject.stage, error=reject.error, message=reject.message)
    if len(summary.new_rejects) > TOLD:
        journal.warn("more new rejects", number=len(summary.new_rejects) - TOLD, table="rejects")
    return summary


def _tell_end(journal: Journal, night: Night, command: str, seconds: float) -> None:
    summary = night.summary
    journal.say(
        ENDS, (INFO, WARNING, ERROR, ERROR)[night.status], status=night.status, command=command, seconds=round(seconds, 1),
        new_articles=summary.n_new if summary else None, new_rejects=len(summary.new_rejects) if summary else None,
        issues=len(summary.issues) if summary else len(night.issues),
    )  # fmt: skip


MEANINGS = {
    PROBLEMS: "tables written, with problems",
    WRONG_CONFIGURATION: "wrong configuration, nothing written",
    FAILED: "failed, tables of the night before untouched",
}


def _tell_keeper(config: Config, journal: Journal, night: Night) -> None:
    """Run `on_problem`: the report on its standard input; in its arguments only what we say ourselves, no word of a portal."""
    grave = [event for event in journal.events if event.level != INFO]
    subject = f"vnpress: {MEANINGS[night.status]} (status {night.status})"
    report = "\n".join([subject, "", *(f"{event.time:%Y-%m-%d %H:%M} {event.level}: {event.to_text()}" for event in grave), ""])
    words = [word.replace("{status}", str(night.status)).replace("{subject}", subject) for word in config.command_on_problem]
    try:
        done = subprocess.run(
            words, input=report.encode("utf-8", "backslashreplace"), capture_output=True, timeout=PATIENCE, check=False
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        journal.warn("on_problem failed", command=words[0], error=str(error))
        return
    said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[-500:]
    journal.say("on_problem", WARNING if done.returncode else INFO, command=words[0], status=done.returncode, said=said or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A run as `vnpress status` shows it; `None` where it failed before that was known."""

    began: datetime
    ended: datetime
    command: str
    status: int
    articles: int | None = None
    new: int | None = None
    rejects: int | None = None
    new_rejects: int | None = None
    issues: int | None = None
    message: str | None = None


def last_nights(out: Path, log: Path | None, number: int) -> list[Past]:
    """The last runs, the newest last: those that wrote tables from the table `runs`, nights that failed from the log.

    Raises FileNotFoundError where there are neither.
    """
    failed = list(_failed_nights(log)) if log is not None else []
    folder = current_generation(out)
    if folder is None and not failed:
        raise FileNotFoundError(f"{out}: no run has written here; `vnpress extract` or `vnpress nightly` does")
    wrote = list(_written_nights(folder)) if folder is not None else []
    return sorted([*wrote, *failed], key=lambda past: past.began)[-number:]


def _written_nights(folder: Path) -> Iterator[Past]:
    issues = Counter(run_id for (run_id,) in read_plain("issues", folder, ("run_id",)))
    names = [c.name for c in TABLES["runs"].columns]
    for row in read_plain("runs", folder):
        said = dict(zip(names, row, strict=True))
        yield Past(
            began=datetime.fromisoformat(str(said["started_at"])),
            ended=datetime.fromisoformat(str(said["finished_at"])),
            command=str(said["command"]),
            status=_number(said["exit_status"]) or WELL,
            articles=_number(said["n_articles"]),
            new=_number(said["n_new"]),
            rejects=_number(said["n_rejects"]),
            new_rejects=_number(said["n_new_rejects"]),
            issues=issues[said["run_id"]],
        )


def _failed_nights(log: Path) -> Iterator[Past]:
    """From each end of a night with status 2 or 3 in the log, with the last error told before it."""
    message: str | None = None
    for event in read_events(log):
        if event.name == BEGINS:
            message = None
        elif event.level == ERROR and event.name != ENDS:
            message = str(event.fields.get("message") or "")
        elif event.name == ENDS and (status := _number(event.fields.get("status")) or WELL) > PROBLEMS:
            took = timedelta(seconds=float(event.fields.get("seconds") or 0))
            yield Past(
                began=event.time - took, ended=event.time, command=str(event.fields.get("command")), status=status,
                issues=_number(event.fields.get("issues")), message=message,
            )  # fmt: skip


def _number(value: object) -> int | None:
    return int(str(value)) if value is not None else None
