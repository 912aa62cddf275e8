"""`vnpress review`: the least sure rows as a sheet; a sheet filled in becomes corrections."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path

from pipeline.cli.common import PROBLEMS, WELL, WRONG_USE, Commands, add_tables_folder, say


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    review = commands.add_parser(
        "review", help="least sure rows as a sheet; a sheet filled in becomes corrections",
        description="Write the rows below a confidence to a sheet with their sentences (--to), or take a sheet that was filled in "
        "into the corrections file (--take). The next `vnpress extract` applies the corrections.",
    )  # fmt: skip
    add_tables_folder(review)
    review.add_argument("--below", type=_share, default=0.7, metavar="N", help="rows of less confidence than N (default: 0.7)")
    review.add_argument("--tables", metavar="LIST", help="only these tables, as officials,deadlines (default: all)")
    review.add_argument("--to", type=Path, metavar="FILE", help="sheet to write, .csv or .xlsx (default: review.csv)")
    review.add_argument("--take", type=Path, metavar="FILE", help="sheet to take corrections from, .csv or .xlsx")
    review.add_argument(
        "--corrections", type=Path, default=Path("corpus/corrections.csv"), metavar="FILE",
        help="with --take: where they go (default: corpus/corrections.csv)",
    )  # fmt: skip
    review.add_argument("--who", default="", metavar="NAME", help="with --take: who says so, where the sheet does not tell")
    review.set_defaults(run=_review)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 < share <= 2:
        raise argparse.ArgumentTypeError(f"{text!r} is not a confidence; write a number such as 0.7 (1.01 lists every row)")
    return share


def _review(args: argparse.Namespace) -> int:
    path = args.take or args.to or Path("review.csv")
    if path.suffix.lower() == ".xlsx" and importlib.util.find_spec("openpyxl") is None:
        say(f"{path}: needs a library that is not installed; pip install 'vnpress[review]', or name a .csv")
        return WRONG_USE
    if args.take is not None:
        return _take(args)
    from pipeline.review.sheet import REVIEWED, list_doubtful, write_sheet

    tables = tuple(name.strip() for name in args.tables.split(",") if name.strip()) if args.tables else REVIEWED
    unknown = [name for name in tables if name not in REVIEWED]
    if unknown or not tables:
        say(f"--tables: no table {', '.join(unknown) or args.tables!r} with confidences; there are {', '.join(REVIEWED)}")
        return WRONG_USE
    if path.suffix.lower() not in (".csv", ".xlsx"):
        say(f"{path}: a sheet is .csv or .xlsx; name it so")
        return WRONG_USE
    if path.exists():
        say(f"{path}: is there already, and may hold corrections; take them with --take {path}, or name another sheet with --to")
        return WRONG_USE
    try:
        rows = list_doubtful(args.out, below=args.below, tables=tables)
    except FileNotFoundError as error:
        say(str(error))
        return WRONG_USE
    write_sheet(path, rows)
    print(f"{len(rows)} rows below {args.below:g} -> {path}")
    return WELL


def _take(args: argparse.Namespace) -> int:
    from dataclasses import replace
    from datetime import UTC, datetime

    from pipeline.review.corrections import read_corrections, write_corrections
    from pipeline.review.sheet import read_sheet

    try:
        sheet, known = read_sheet(args.take), read_corrections(args.corrections)
    except (FileNotFoundError, ValueError) as error:
        say(str(error))
        return WRONG_USE
    problems = [reject.message for reject in (*known.rejects, *sheet.rejects)]
    problems += [
        f"{line.place}: who says so? fill in `who`, or add --who NAME" for line in sheet.lines if not line.who and not args.who
    ]
    for problem in problems:
        say(problem)
    if problems:
        say("nothing was taken; mend these lines first")
        return PROBLEMS
    today = datetime.now(UTC).date().isoformat()
    said = {(line.row_id, line.column, line.value) for line in known.lines}
    new = [
        replace(line, who=line.who or args.who, when=line.when or today)
        for line in sheet.lines
        if (line.row_id, line.column, line.value) not in said
    ]
    write_corrections(args.corrections, [*known.lines, *new])
    print(
        f"{len(new)} new corrections, {len(sheet.lines) - len(new)} known -> {args.corrections}; `vnpress extract` applies them"
    )
    return WELL
