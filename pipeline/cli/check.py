"""`vnpress check`: lengths and digests of WARC files, record by record."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli.common import FAILED, PROBLEMS, WELL, Commands, plain, say

MOST = 20  # problems shown of one file


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    check = commands.add_parser(
        "check", help="check WARC files: is every record whole, has it its digest",
        description="Read WARC files (or all in a folder) record by record, and tell where one is torn, broken or changed. "
        "Exit status 0: all are whole; 1: something is wrong; 3: a file cannot be read.",
    )  # fmt: skip
    check.add_argument(
        "paths", nargs="*", type=Path, default=[Path("corpus")], metavar="PATH", help="files or folders (default: corpus)"
    )
    check.set_defaults(run=_check)


def _check(args: argparse.Namespace) -> int:
    from pipeline.corpus import CorpusError, check_file, list_warcs

    status = WELL
    try:
        files = [file for path in args.paths for file in ([path] if path.is_file() else list_warcs(path))]
        for file in files:
            found = check_file(file)
            status = PROBLEMS if found.problems else status
            stepped = f" ({found.records - found.checked} too large to check)" if found.checked < found.records else ""
            told = f"{len(found.problems)} problems" if found.problems else "whole"
            print(plain(f"{file}: {found.records} records{stepped}, {found.pages} pages: {told}"))
            for problem in found.problems[:MOST]:
                print(f"    {problem}")
            if len(found.problems) > MOST:
                print(f"    … and {len(found.problems) - MOST} more")
    except (CorpusError, OSError) as error:
        say(str(error))
        return FAILED
    print(f"{len(files)} WARC files checked")
    return status
