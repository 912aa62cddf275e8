"""The command `vnpress`: arguments in, tables and printed lines out; the only file that prints, and that knows the clock."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.run import Progress, Summary

WELL, WRONG_USE, FAILED = 0, 2, 3  # 1 is `Summary.exit_status`: some inputs newly rejected

DESCRIPTION = """\
Vietnamese press releases in, normalised tables out: who holds which position, dates, counts such as 5/32 nhiệm vụ,
deadlines with task and owner, document numbers. Begin with `vnpress extract`, then `vnpress tables`.
"""
EPILOG = """\
exit status:
  0  all well
  1  finished, but some inputs were rejected that were not rejected in the run before (see the table rejects)
  2  wrong usage or configuration
  3  failed; earlier output is untouched
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit status."""
    args = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO if args.verbose else logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    command: Callable[[argparse.Namespace], int] = args.run
    try:
        return command(args)
    except BrokenPipeError:  # `vnpress show … | head` is well
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WELL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vnpress", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="tell what is done, and tracebacks of rejects")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    laid_over = argparse.ArgumentParser(add_help=False)
    laid_over.add_argument(
        "--sites", type=Path, metavar="DIR", help="folder of your own portals (*.toml), laid over the shipped ones"
    )
    laid_over.add_argument(
        "--lexicon", type=Path, metavar="DIR", help="folder of your own word lists (*.tsv), laid over the shipped ones"
    )

    extract = commands.add_parser(
        "extract", parents=[laid_over], help="read a corpus and write all tables",
        description="Read every press release under CORPUS and write all tables to --out. What has not changed is not read again.",
    )  # fmt: skip
    extract.add_argument(
        "corpus", nargs="?", type=Path, default=Path("corpus"), metavar="CORPUS", help="folder (default: corpus)"
    )
    extract.add_argument("--out", type=Path, default=Path("extracted"), help="folder for the tables (default: extracted)")
    extract.add_argument(
        "--workers", type=_positive, default=os.cpu_count() or 1, metavar="N", help="processes (default: all cores)"
    )
    extract.add_argument("--only", metavar="GLOB", help="only inputs whose name or path matches, as '00*' or 'hanoi/*.html'")
    extract.add_argument("--format", default="csv,parquet", metavar="LIST", help="csv, parquet or both (default: csv,parquet)")
    extract.add_argument(
        "--cache", type=Path, metavar="FILE", help="results kept for the next run (default: .vnpress/cache.sqlite)"
    )
    extract.add_argument(
        "--scheduler", metavar="ADDRESS", help="spread over the Dask cluster at tcp://host:port instead of --workers"
    )
    extract.add_argument("--no-cache", action="store_true", help="read everything anew and keep nothing")
    extract.set_defaults(run=_extract)

    show = commands.add_parser(
        "show", parents=[laid_over], help="print one article with its findings marked",
        description="Print one article with its findings marked: a file is read afresh, an id is looked up in the tables.",
    )  # fmt: skip
    show.add_argument("article", metavar="FILE|ARTICLE_ID")
    show.add_argument("--out", type=Path, default=Path("extracted"), help="folder of the tables (default: extracted)")
    show.add_argument("--cuts", action="store_true", help="print what was removed, and why, instead (FILE only)")
    show.set_defaults(run=_show)

    tables = commands.add_parser("tables", help="list tables, columns and row counts")
    tables.add_argument("--out", type=Path, default=Path("extracted"), help="folder of the tables (default: extracted)")
    tables.add_argument("--markdown", action="store_true", help="print the data dictionary instead, without counts")
    tables.set_defaults(run=_tables)

    diff = commands.add_parser("diff", help="compare two output folders: rows gained, lost, changed")
    diff.add_argument("old", type=Path, metavar="OLD")
    diff.add_argument("new", type=Path, metavar="NEW")
    diff.add_argument("--rows", type=int, default=5, metavar="N", help="show N rows of each kind for each table (default: 5)")
    diff.set_defaults(run=_diff)
    return parser


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return number


def _say(message: str) -> None:
    print(f"vnpress: {message}", file=sys.stderr)


def _extract(args: argparse.Namespace) -> int:
    formats = tuple(part.strip() for part in args.format.split(",") if part.strip())
    if not formats or set(formats) - {"csv", "parquet"}:
        _say(f"--format {args.format!r}: known are csv and parquet, as in --format csv,parquet")
        return WRONG_USE

    from datetime import UTC, datetime

    from pipeline.corpus import CorpusError
    from pipeline.engine import EngineError
    from pipeline.run import FolderHeld, Options, run

    cache = None if args.no_cache else args.cache or args.out.absolute().parent / ".vnpress" / "cache.sqlite"
    options = Options(
        corpus=args.corpus, out=args.out, workers=args.workers, only=args.only, formats=formats, cache=cache,
        scheduler=args.scheduler, lexicon=args.lexicon, sites=args.sites,
        command=f"extract {args.corpus} --out {args.out}",
    )  # fmt: skip
    try:
        with _progress_bar() as progress:
            summary = run(options, clock=lambda: datetime.now(UTC), progress=progress)
    except (CorpusError, ValueError) as error:  # ValueError: a user's word list or site profile that cannot be used
        _say(str(error))
        return WRONG_USE
    except (EngineError, FolderHeld) as error:
        _say(f"failed, earlier output is untouched: {error}")
        return FAILED
    except OSError as error:
        _say(f"failed, earlier output is untouched: {error}; check that {args.out} can be written and the disk is not full")
        return FAILED
    _print_summary(summary, args.out)
    return summary.exit_status


class _progress_bar:
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


def _print_summary(summary: Summary, out: Path) -> None:
    articles = summary.rows["articles"]
    rate = f", {articles / summary.seconds:.1f} articles/s" if summary.seconds else ""
    print(f"{articles} articles ({summary.n_unchanged} inputs unchanged) in {summary.seconds:.1f} s{rate} -> {out}")
    facts = [f"{count} {name}" for name, count in summary.rows.items() if name not in ("articles", "rejects", "issues", "runs")]
    print("  " + ", ".join(facts))
    print(f"  {summary.rows['rejects']} rejects, {len(summary.new_rejects)} of them new")
    for reject in summary.new_rejects[:10]:
        print(f"    {reject.message if reject.source in reject.message else f'{reject.source}: {reject.message}'}")
    if len(summary.new_rejects) > 10:
        print(f"    … and {len(summary.new_rejects) - 10} more in the table rejects")


def _show(args: argparse.Namespace) -> int:
    path = Path(args.article)
    if path.is_file():
        from pipeline.corpus import CorpusError, list_inputs, read_page
        from pipeline.extraction import use_folders
        from pipeline.model import UnreadableInput
        from pipeline.single import tables_of
        from pipeline.terminal import print_article, print_cuts

        try:
            use_folders(args.lexicon, args.sites)
            page = read_page(
                next(one for one in list_inputs(path.parent, only=path.name).inputs if one.path == str(path.resolve()))
            )
            if args.cuts:
                print_cuts(page)
            else:
                print_article(tables_of(page))
        except (CorpusError, UnreadableInput, StopIteration) as error:
            _say(str(error) or f"{path}: this kind of file is not read")
            return FAILED
        except ValueError as error:
            _say(str(error))
            return WRONG_USE
        return WELL
    if args.cuts:
        _say(f"{args.article}: no such file; --cuts reads the file itself, since cuts are not kept in the tables")
        return WRONG_USE

    from pipeline.tables import TABLES, read_table
    from pipeline.terminal import print_article

    try:
        frames = {name: read_table(name, args.out) for name in TABLES}
    except FileNotFoundError as error:
        _say(str(error))
        return WRONG_USE
    if not (frames["articles"]["article_id"] == args.article).any():
        _say(f"{args.article}: neither a file nor an article id in {args.out}; `vnpress tables` tells what is there")
        return WRONG_USE
    here = {
        name: frame[frame["article_id"] == args.article] if "article_id" in frame.columns else frame
        for name, frame in frames.items()
    }
    print_article(here)
    return WELL


def _tables(args: argparse.Namespace) -> int:
    from pipeline.tables import TABLES, count_rows, describe_tables

    if args.markdown:
        print(describe_tables(), end="")
        return WELL
    try:
        for table in TABLES.values():
            print(f"{table.name} ({count_rows(table.name, args.out)} rows): {table.meaning}")
            for c in table.columns:
                marks = [mark for mark, holds in (("key", c.key), ("nullable", c.nullable)) if holds]
                marks += [f"-> {c.refers}"] if c.refers else []
                print(f"    {c.name:24} {c.type.__name__:10} {' '.join(marks):28} {c.meaning}")
    except FileNotFoundError as error:
        _say(str(error))
        return WRONG_USE
    return WELL


def _diff(args: argparse.Namespace) -> int:
    from pipeline.comparison import compare_folders

    try:
        for line in compare_folders(args.old, args.new, show=args.rows):
            print(line)
    except FileNotFoundError as error:
        _say(str(error))
        return WRONG_USE
    return WELL
