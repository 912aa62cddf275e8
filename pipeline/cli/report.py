"""`vnpress report`: write static pages of the tables, to open from disk."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path

from pipeline.cli.common import FAILED, WELL, WRONG_USE, Commands, positive, say


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    report = commands.add_parser(
        "report", help="write pages to open in a browser, from disk and without network",
        description="Write static pages of the tables: overview, lists with search, each article with its findings marked.",
    )  # fmt: skip
    report.add_argument(
        "--tables", type=Path, default=Path("extracted"), metavar="DIR", help="folder of the tables (default: extracted)"
    )
    report.add_argument("--out", type=Path, metavar="DIR", help="folder for the pages (default: report/ in that of the tables)")
    report.add_argument(
        "--as-of", type=_day, metavar="DATE", help="deadlines are ahead or past as of this day, as 2021-08-01 (default: today)"
    )
    report.add_argument(
        "--workers", type=positive, default=os.cpu_count() or 1, metavar="N", help="processes (default: all cores)"
    )
    report.set_defaults(run=_report)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2021-08-01") from error


def _report(args: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from pipeline.model import VIETNAM

    try:
        from pipeline.report.build import FolderHeld, NotOurFolder, TablesError, write_report
    except ModuleNotFoundError as error:
        if error.name != "jinja2":
            raise
        say("the report needs Jinja2: pip install 'vnpress[report]'")
        return WRONG_USE
    out = args.out or args.tables / "report"
    now = datetime.now(UTC)
    try:
        summary = write_report(
            args.tables, out, as_of=args.as_of or now.astimezone(VIETNAM).date(), now=now, workers=args.workers
        )
    except (FileNotFoundError, TablesError, NotOurFolder) as error:
        say(str(error))
        return WRONG_USE
    except FolderHeld as error:
        say(f"failed, earlier pages are untouched: {error}")
        return FAILED
    except OSError as error:
        say(f"failed, earlier pages are untouched: {error}; check that {out} can be written and the disk is not full")
        return FAILED
    size, largest = summary.largest
    print(f"{summary.articles} articles, {summary.files} files, {summary.fresh} of them new or changed")
    print(f"the largest is {largest} with {size / 1000:.0f} kB")
    print(f"open {out / 'index.html'}")
    return WELL
