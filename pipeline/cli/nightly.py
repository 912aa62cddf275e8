"""`vnpress nightly`: one night from crawl to tables, for cron or systemd."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.common import WRONG_USE, Commands, say

if TYPE_CHECKING:
    from pipeline.journal import Event

EPILOG = """\
exit status:
  0  all well
  1  tables written, but an expectation broke, the crawl had an issue, or an input was newly rejected
  2  wrong configuration; nothing written
  3  failed; the tables of the night before are untouched
"""


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    nightly = commands.add_parser(
        "nightly", help="crawl, extract what is new, check, write all tables", epilog=EPILOG,
        description="Crawl the enabled portals, extract what is new, check expectations, write all tables.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    nightly.add_argument(
        "--config", type=Path, default=Path("vnpress.toml"), metavar="FILE", help="configuration (default: vnpress.toml)"
    )
    nightly.add_argument("--sample", action="store_true", help="print a configuration with every key instead")
    nightly.set_defaults(run=_nightly)


def _nightly(args: argparse.Namespace) -> int:
    from pipeline.config import ConfigError, read_config, sample_config

    if args.sample:
        print(sample_config(), end="")
        return 0
    try:
        config = read_config(args.config)
    except ConfigError as error:
        say(str(error))
        return WRONG_USE

    from datetime import UTC, datetime

    from pipeline.journal import Journal
    from pipeline.nightly import run_night

    journal = Journal(config.log, clock=lambda: datetime.now(UTC), listen=_print_event)
    night = run_night(config, journal, clock=lambda: datetime.now(UTC), command=f"nightly --config {args.config}")
    return night.status


def _print_event(event: Event) -> None:
    stream = sys.stdout if event.level == "info" else sys.stderr
    mark = "" if event.level == "info" else f"{event.level}: "
    try:
        print(f"{event.time.astimezone():%H:%M:%S} {mark}{event.to_text()}", file=stream, flush=True)
    except OSError:  # nobody listens any more: the night goes on
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
