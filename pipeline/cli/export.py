"""`vnpress export`: the tables in a form for other programs."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli.common import FAILED, WELL, WRONG_USE, Commands, add_tables_folder, say


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    export = commands.add_parser(
        "export", help="write the tables as an Excel workbook",
        description="Write the tables as an Excel workbook: a sheet for each, and a first one that says what is where.",
    )  # fmt: skip
    export.add_argument("--xlsx", type=Path, required=True, metavar="FILE", help="the workbook; what stood there is replaced")
    add_tables_folder(export)
    export.set_defaults(run=_export)


def _export(args: argparse.Namespace) -> int:
    if args.xlsx.suffix.lower() != ".xlsx":
        say(f"--xlsx {args.xlsx}: Excel opens only what ends in .xlsx")
        return WRONG_USE
    if not args.xlsx.absolute().parent.is_dir():
        say(f"{args.xlsx}: no folder {args.xlsx.parent}")
        return WRONG_USE
    try:
        from pipeline.export.as_xlsx import write_workbook
    except ModuleNotFoundError as error:
        say(f"{error.name} is not installed: pip install 'vnpress[query]'")
        return WRONG_USE
    try:
        for note in write_workbook(args.out, args.xlsx):
            say(note)
    except FileNotFoundError as error:
        say(str(error))
        return WRONG_USE
    except OSError as error:
        say(f"{args.xlsx}: {error.strerror or error}; nothing was written")
        return FAILED
    print(f"{args.xlsx}: the tables of {args.out}; begin with its first sheet")
    return WELL
