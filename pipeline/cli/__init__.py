"""The command `vnpress`: arguments in, tables and printed lines out; the only room that prints, and that knows the clock.

One module for each command: `add(commands)` tells argparse of it, and sets what runs it.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from types import TracebackType

from pipeline.cli import (
    check,
    crawl,
    diff,
    evaluate,
    export,
    extract,
    history,
    nightly,
    query,
    report,
    review,
    show,
    site,
    status,
    tables,
)
from pipeline.cli.common import FAILED, WELL, Command

COMMANDS = (  # in the order of `vnpress --help`
    extract,
    crawl,
    nightly,
    status,
    show,
    tables,
    query,
    export,
    diff,
    report,
    review,
    site,
    check,
    evaluate,
    history,
)
DESCRIPTION = """\
Vietnamese press releases in, normalised tables out: who holds which position, dates, counts such as 5/32 nhiệm vụ,
deadlines with task and owner, document numbers. Begin with `vnpress extract`, then `vnpress tables`.
"""
EPILOG = """\
exit status:
  0  all well
  1  finished, with new problems: inputs newly rejected (table rejects), expectations broken (table issues)
  2  wrong usage or configuration
  3  failed; earlier output is untouched
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit status."""
    args = _parser().parse_args(argv)
    sys.excepthook = _unforeseen
    logging.basicConfig(level=logging.INFO if args.verbose else logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    command: Command = args.run
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
    for command in COMMANDS:
        command.add(commands)
    return parser


def _unforeseen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A mistake of ours ends with status 3: Python's own 1 would say that tables were written."""
    sys.__excepthook__(kind, error, trace)
    if not issubclass(kind, KeyboardInterrupt):
        sys.stdout.flush()
        os._exit(FAILED)
