"""`vnpress show`: print one article with its findings marked, or what was cut from it."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli.common import FAILED, WELL, WRONG_USE, Commands, add_tables_folder, laid_over, say


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    show = commands.add_parser(
        "show", parents=[laid_over()], help="print one article with its findings marked",
        description="Print one article with its findings marked: a file is read afresh, an id is looked up in the tables.",
    )  # fmt: skip
    show.add_argument("article", metavar="FILE|ARTICLE_ID")
    add_tables_folder(show)
    show.add_argument("--cuts", action="store_true", help="print what was removed, and why, instead (FILE only)")
    show.set_defaults(run=_show)


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
            say(str(error) or f"{path}: this kind of file is not read")
            return FAILED
        except ValueError as error:
            say(str(error))
            return WRONG_USE
        return WELL
    if args.cuts:
        say(f"{args.article}: no such file; --cuts reads the file itself, since cuts are not kept in the tables")
        return WRONG_USE

    from pipeline.tables import TABLES, read_table
    from pipeline.terminal import print_article

    try:
        frames = {name: read_table(name, args.out) for name in TABLES}
    except FileNotFoundError as error:
        say(str(error))
        return WRONG_USE
    if not (frames["articles"]["article_id"] == args.article).any():
        say(f"{args.article}: neither a file nor an article id in {args.out}; `vnpress tables` tells what is there")
        return WRONG_USE
    here = {
        name: frame[frame["article_id"] == args.article] if "article_id" in frame.columns else frame
        for name, frame in frames.items()
    }
    print_article(here)
    return WELL
