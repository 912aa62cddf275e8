"""`vnpress diff`: compare two output folders."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli.common import WELL, WRONG_USE, Commands, say


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    diff = commands.add_parser("diff", help="compare two output folders: rows gained, lost, changed")
    diff.add_argument("old", type=Path, metavar="OLD")
    diff.add_argument("new", type=Path, metavar="NEW")
    diff.add_argument("--rows", type=int, default=5, metavar="N", help="show N rows of each kind for each table (default: 5)")
    diff.set_defaults(run=_diff)


def _diff(args: argparse.Namespace) -> int:
    from pipeline.comparison import compare_folders

    try:
        for line in compare_folders(args.old, args.new, show=args.rows):
            print(line)
    except FileNotFoundError as error:
        say(str(error))
        return WRONG_USE
    return WELL
