"""One run over a corpus: list, extract what is new, join over all articles, write all tables at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from importlib.metadata import version as library_version
from pathlib import Path

from pipeline.cache import Cache
from pipeline.corpus import Input, index_beside, list_inputs
from pipeline.engine import Failed, batches, open_executor, spread
from pipeline.export.generation import Generation, current_generation
from pipeline.export.lock import FolderHeld, hold_folder
from pipeline.extraction import extractor_version, libraries, load_models, use_folders
from pipeline.model import Issue, Reject, make_id
from pipeline.resolve.resolution import Resolution, resolve
from pipeline.review.corrections import FILE as CORRECTIONS
from pipeline.review.corrections import read_corrections
from pipeline.review.overlay import Outcome, Overlay, remember_outcome, remembered_outcome
from pipeline.scrape.report import OF_ONE_PAGE
from pipeline.tables import (
    ARTICLE_TABLES,
    GLOBAL_TABLES,
    PURE_TABLES,
    TABLES,
    Plain,
    RunRow,
    issue_row,
    read_plain,
    reject_row,
    to_plain,
)
from pipeline.work import Packed, Setting, extract_inputs, pack_reject, stamp_of, unpack_reject

__all__ = ["FolderHeld", "Options", "Summary", "finish_rows", "run"]

Progress = Callable[[int, int], None]  # inputs done, inputs in all


Check = Callable[[Path], Iterable[Issue]]  # what the tables of a finished folder themselves tell is wrong


def no_progress(done: int, total: int) -> None:
    """For runs that nobody watches."""


def no_check(folder: Path) -> tuple[Issue, ...]:
    """For runs of which nothing is expected."""
    return ()


BATCH_ITEMS = 16
BATCH_BYTES = 1_000_000
REFERENCES = {name: [(n, c.refers) for n, c in enumerate(TABLES[name].columns) if c.refers] for name in ARTICLE_TABLES}
EVENT, DUPLICATE = (TABLES["articles"].place_of(name) for name in ("event_id", "duplicate_of"))
RUN_ID, ISSUE_RUN = TABLES["runs"].place_of("run_id"), TABLES["issues"].place_of("run_id")
FEW = 100  # inputs
COMMIT_EVERY = 200  # inputs; what a killed run loses at most
KEEP_RUNS = 400
ALARMS = ("crawl", "expect")  # steps whose issues are for the keeper of the run, not for a linguist


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How one run is done; `cache` None keeps no results for the next one.

    `only`, `hosts` (see `corpus.Choice`) and `languages` say what is read; empty, all is.
    """

    corpus: Path
    out: Path
    workers: int = 1
    only: str | None = None
    hosts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("csv", "parquet")
    cache: Path | None = None
    scheduler: str | None = None
    lexicon: Path | None = None
    sites: Path | None = None
    command: str = "extract"
    keep_runs: int = KEEP_RUNS


def is_alarm(issue: Issue) -> bool:
    """Whether the keeper of the run should hear of it at once."""
    return issue.step in ALARMS and issue.kind not in OF_ONE_PAGE


@dataclass(slots=True)
class Summary:
    """What one run did."""

    n_inputs: int = 0
    n_unchanged: int = 0
    n_new: int = 0
    n_changed: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    new_rejects: list[Reject] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    corrections: Outcome = field(default_factory=Outcome)
    seconds: float = 0.0

    @property
    def alarms(self) -> list[Issue]:
        """The issues of the crawl and of expectations, without those of a single page."""
        return [issue for issue in self.issues if is_alarm(issue)]

    @property
    def exit_status(self) -> int:
        """0 all well; 1 some inputs rejected that were not rejected in the run before, or an issue of crawl or expectation."""
        return 1 if self.new_rejects or self.alarms else 0


def run(
    options: Options,
    *,
    clock: Callable[[], datetime],
    progress: Progress = no_progress,
    issues: Iterable[Issue] = (),
    check: Check = no_check,
) -> Summary:
    """Extract a corpus into tables; earlier output stays on any failure.

    `issues` are those of the steps before (the crawl); `check` is asked of the finished tables before they are shown.
    All issues become rows of the table `issues`.

    Raises CorpusError for an unusable corpus, FolderHeld where another run writes to the same folder, ValueError for a
    user's word list, site profile or corrections file that cannot be used, OSError where something cannot be written.
    """
    started = clock()
    index = index_beside(options.cache) if options.cache else None
    listing = list_inputs(options.corpus, options.only, hosts=options.hosts, index=index)
    corrections = read_corrections(options.corpus / CORRECTIONS)
    use_folders(options.lexicon, options.sites)
    with (
        hold_folder(options.out, now=started),
        closing(Cache(options.cache, now=started.timestamp(), languages=options.languages)) as cache,
    ):
        summary = Summary(n_inputs=len(listing.inputs) + len(listing.rejects), issues=list(issues))
        setting = Setting(version=extractor_version(), lexicon=options.lexicon, sites=options.sites)
        _extract_new(listing.inputs, cache, setting, options, summary, progress)
        summary.issues = gather_issues(summary.issues)
        cache.prune()
        cache.commit()
        rejects = [*listing.rejects, *corrections.rejects, *map(unpack_reject, cache.rejects())]
        with Generation(options.out, options.formats) as generation:
            made_from = _fingerprint(cache, rejects, setting.version + corrections.fingerprint)
            summary.new_rejects = _new_rejects(rejects, options.out)
            if generation.made_from() != made_from or not generation.keep(PURE_TABLES):
                overlay = Overlay(corrections, cache, whole=not (options.only or options.hosts or options.languages))
                _write_tables(generation, overlay, rejects)
                generation.finish(PURE_TABLES)
                summary.n_new, summary.n_changed = count_news(generation.folder, generation.before)
                summary.corrections = overlay.outcome()
            else:
                summary.corrections = remembered_outcome(generation.before)
            remember_outcome(generation.folder, summary.corrections)
            summary.issues.extend([*summary.corrections.unfit, *check(generation.folder)])
            finished = clock()
            summary.seconds = (finished - started).total_seconds()
            summary.rows = {name: generation.count(name) for name in TABLES}
            _write_logs(generation, options, summary, started, finished)
            generation.switch(made_from)
    return summary


def _extract_new(
    inputs: Sequence[Input], cache: Cache, setting: Setting, options: Options, summary: Summary, progress: Progress
) -> None:
    """Bring every input's result into the cache, extracting only what is new."""
    pending = [one for one in inputs if not cache.find(one.source, stamp_of(one, setting.version))]
    done = summary.n_unchanged = len(inputs) - len(pending)
    progress(done, len(inputs))
    if not pending:
        return
    if options.scheduler is None:
        load_models(tagger=len(pending) > FEW)
    work = batches(pending, weight=lambda one: one.size, most=BATCH_ITEMS, heaviest=BATCH_BYTES)
    with open_executor(min(options.workers, len(pending)), options.scheduler) as (executor, workers):
        for result in spread(partial(extract_inputs, setting=setting), work, executor, workers=workers):
            packed = _give_up(result, setting.version) if isinstance(result, Failed) else result
            summary.issues.extend(packed.issues)
            cache.add(packed)
            done += 1
            progress(done, len(inputs))
            if done % COMMIT_EVERY == 0:
                cache.commit()


def gather_issues(issues: Iterable[Issue]) -> list[Issue]:
    """One issue for all inputs that met the same: the first of them, and how many more there are."""
    alike: dict[tuple[str, str, str], list[Issue]] = {}
    for issue in sorted(issues, key=lambda issue: (issue.step, issue.kind, issue.message, issue.source)):
        alike.setdefault((issue.step, issue.kind, issue.message), []).append(issue)
    return [
        first if not more else replace(first, message=f"{first.message} (and {len(more)} more inputs)")
        for first, *more in alike.values()
    ]


def _give_up(failed: Failed[Input], version: str) -> Packed:
    source = failed.item.source
    message = f"{source}: {failed.error}; cut the input into smaller ones, or report it"
    reject = Reject(source=source, stage="extract", error=type(failed.error).__name__, message=message)
    return pack_reject(failed.item, version, reject)


def _fingerprint(cache: Cache, rejects: Iterable[Reject], version: str) -> str:
    """Of all that the tables are made from: the results of this run, and what could not be read."""
    digest = hashlib.sha256(version.encode())
    for key in cache.made_from():
        digest.update(key.encode())
    for reject in sorted(map(repr, rejects)):
        digest.update(reject.encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def _new_rejects(rejects: Iterable[Reject], out: Path) -> list[Reject]:
    before = current_generation(out)
    known = {str(row[0]) for row in read_plain("rejects", before, ("reject_id",))} if before is not None else set()
    return [reject for reject in rejects if reject_row(reject).reject_id not in known]


def _write_tables(generation: Generation, overlay: Overlay, rejects: Iterable[Reject]) -> None:
    """All tables that are a pure function of the corpus and the code, sorted by their first columns."""
    rows = {row.reject_id: row for row in map(reject_row, rejects)}
    generation.add("rejects", [to_plain(rows[key]) for key in sorted(rows)])
    resolution = overlay.correct_things(resolve(overlay.evidence()))
    for name in GLOBAL_TABLES:
        generation.add(name, [to_plain(row) for row in getattr(resolution, name)])
    for tables in overlay.results():
        for name, plain in finish_rows(tables, resolution).items():
            generation.add(name, plain)


def finish_rows(tables: dict[str, list[list[Plain]]], resolution: Resolution) -> dict[str, list[list[Plain]]]:
    """The rows of one article with final ids in place of its own, its event, and what it is a duplicate of."""
    finals = {"organizations": resolution.org_ids, "documents": resolution.document_ids}
    article_id = str(tables["articles"][0][0])
    for name, rows in tables.items():
        for place, target in REFERENCES[name]:
            for row in rows if target in finals else ():
                row[place] = finals[target].get(str(row[place]), row[place])
            for row in rows if target == "persons" else ():
                row[place] = resolution.person_of(article_id, str(row[place])) if row[place] else row[place]
    for row in tables["articles"]:
        row[EVENT] = resolution.event_ids.get(str(row[0]))
        row[DUPLICATE] = resolution.duplicates.get(str(row[0]))
    return tables


def count_news(after: Path, before: Path | None) -> tuple[int, int]:
    """How many articles of the folder `after` the folder `before` did not have, and how many it had with another text."""
    new = changed = 0
    old = _articles(before) if before is not None else iter(())
    known = next(old, None)
    for article_id, text in _articles(after):
        while known is not None and known[0] < article_id:
            known = next(old, None)
        if known is None or known[0] != article_id:
            new += 1
        elif known[1] != text:
            changed += 1
    return new, changed


def _articles(folder: Path) -> Iterator[tuple[str, str]]:
    """Id and digest of the text, in the order of the table, which is that of the ids."""
    for article_id, text in read_plain("articles", folder, ("article_id", "content_hash")):
        yield str(article_id), str(text)


def _write_logs(generation: Generation, options: Options, summary: Summary, started: datetime, finished: datetime) -> None:
    """The tables that are kept over runs: of the last `keep_runs`, this one among them."""
    run_id = make_id("run", started.isoformat(), options.command)
    if generation.before is not None:
        runs = list(read_plain("runs", generation.before))
        kept = runs[max(0, len(runs) + 1 - options.keep_runs) :]
        generation.add("runs", kept)
        ids = {row[RUN_ID] for row in kept}
        generation.add("issues", (row for row in read_plain("issues", generation.before) if row[ISSUE_RUN] in ids))
    rows = {row.issue_id: row for row in (issue_row(issue, run_id=run_id) for issue in summary.issues)}
    generation.add("issues", map(to_plain, rows.values()))
    row = RunRow(
        run_id=run_id,
        started_at=started,
        finished_at=finished,
        command=options.command,
        version=library_version("vnpress"),
        libraries=";".join(libraries()),
        n_inputs=summary.n_inputs,
        n_articles=summary.rows["articles"],
        n_unchanged=summary.n_unchanged,
        n_rejects=summary.rows["rejects"],
        exit_status=summary.exit_status,
        n_new=summary.n_new,
        n_changed=summary.n_changed,
        n_new_rejects=len(summary.new_rejects),
    )
    generation.add("runs", [to_plain(row)])
