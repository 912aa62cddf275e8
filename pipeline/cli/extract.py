"""`vnpress extract`: read a corpus and write all tables."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.common import FAILED, WRONG_USE, Commands, laid_over, plain, positive, say, words

if TYPE_CHECKING:
    from pipeline.run import Progress, Summary


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    extract = commands.add_parser(
        "extract", parents=[laid_over()], help="read a corpus and write all tables",
        description="Read every press release under CORPUS and write all tables to --out. What has not changed is not read again.",
    )  # fmt: skip
    extract.add_argument(
        "corpus", nargs="?", type=Path, default=Path("corpus"), metavar="CORPUS", help="folder (default: corpus)"
    )
    extract.add_argument("--out", type=Path, default=Path("extracted"), help="folder for the tables (default: extracted)")
    extract.add_argument(
        "--workers", type=positive, default=os.cpu_count() or 1, metavar="N", help="processes (default: all cores)"
    )
    extract.add_argument("--only", metavar="GLOB", help="only inputs whose name or path matches, as '00*' or 'hanoi/*.html'")
    extract.add_argument(
        "--hosts", type=words, default=(), metavar="LIST",
        help="only addresses on these hosts and their subdomains, as vnexpress.net,*.gov.vn; files without a known address are left out",
    )  # fmt: skip
    extract.add_argument(
        "--language", type=words, default=(), metavar="LIST", help="only articles in these languages, as vi or vi,en"
    )
    extract.add_argument("--format", default="csv,parquet", metavar="LIST", help="csv, parquet or both (default: csv,parquet)")
    extract.add_argument(
        "--cache", type=Path, metavar="FILE", help="results kept for the next run (default: .vnpress/cache.sqlite)"
    )
    extract.add_argument(
        "--scheduler", metavar="ADDRESS", help="spread over the Dask cluster at tcp://host:port instead of --workers"
    )
    extract.add_argument("--no-cache", action="store_true", help="read everything anew and keep nothing")
    extract.set_defaults(run=_extract)


def _extract(args: argparse.Namespace) -> int:
    formats = tuple(part.strip() for part in args.format.split(",") if part.strip())
    if not formats or set(formats) - {"csv", "parquet"}:
        say(f"--format {args.format!r}: known are csv and parquet, as in --format csv,parquet")
        return WRONG_USE

    from datetime import UTC, datetime

    from pipeline.cache import CacheError
    from pipeline.corpus import CorpusError
    from pipeline.engine import EngineError
    from pipeline.run import FolderHeld, Options, run

    cache = None if args.no_cache else args.cache or args.out.absolute().parent / ".vnpress" / "cache.sqlite"
    options = Options(
        corpus=args.corpus, out=args.out, workers=args.workers, only=args.only, hosts=args.hosts, languages=args.language,
        formats=formats, cache=cache, scheduler=args.scheduler, lexicon=args.lexicon, sites=args.sites,
        command=f"extract {args.corpus} --out {args.out}",
    )  # fmt: skip
    try:
        with progress_bar() as progress:
            summary = run(options, clock=lambda: datetime.now(UTC), progress=progress)
    except (CorpusError, ValueError) as error:  # ValueError: a user's word list or site profile that cannot be used
        say(str(error))
        return WRONG_USE
    except (CacheError, EngineError, FolderHeld) as error:
        say(f"failed, earlier output is untouched: {error}")
        return FAILED
    except OSError as error:
        say(f"failed, earlier output is untouched: {error}; check that {args.out} can be written and the disk is not full")
        return FAILED
    print_summary(summary, args.out)
    return summary.exit_status


class progress_bar:
    """A bar on standard error while a run goes on; nothing where that is not a terminal."""

    def __enter__(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=Console(stderr=True), auto_refresh=False, transient=True,
        )  # fmt: skip
        self._bar.start()
        task = self._bar.add_task("reading", total=None)

        def progress(done: int, total: int) -> None:
            self._bar.update(task, completed=done, total=total, refresh=True)

        return progress

    def __exit__(self, *exc: object) -> None:
        self._bar.stop()


def print_summary(summary: Summary, out: Path) -> None:
    """What one run did, for a person."""
    articles = summary.rows["articles"]
    rate = f", {articles / summary.seconds:.1f} articles/s" if summary.seconds else ""
    print(f"{articles} articles ({summary.n_unchanged} inputs unchanged) in {summary.seconds:.1f} s{rate} -> {out}")
    facts = [f"{count} {name}" for name, count in summary.rows.items() if name not in ("articles", "rejects", "issues", "runs")]
    print("  " + ", ".join(facts))
    print(f"  {summary.rows['rejects']} rejects, {len(summary.new_rejects)} of them new")
    for reject in summary.new_rejects[:10]:
        print(f"    {plain(reject.message if reject.source in reject.message else f'{reject.source}: {reject.message}')}")
    if len(summary.new_rejects) > 10:
        print(f"    … and {len(summary.new_rejects) - 10} more in the table rejects")
    others = [issue for issue in summary.issues if issue not in summary.corrections.unfit]
    if others:
        print(f"  {len(others)} issues")
    for issue in others[:10]:
        print(f"    {issue.source}: {issue.message}")
    if len(others) > 10:
        print(f"    … and {len(others) - 10} more in the table issues")
    _print_corrections(summary)


def _print_corrections(summary: Summary) -> None:
    """What came of `corrections.csv`, where there is one."""
    done = summary.corrections
    if not done.n_applied and not done.unfit:
        return
    print(f"  {done.n_applied} rows corrected, {len(done.unfit)} corrections that no longer fit (see the table issues)")
    for issue in done.unfit[:10]:
        print(f"    {issue.message}")
