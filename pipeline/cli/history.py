"""`vnpress history`: every capture of one article, and what changed between them."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli.common import FAILED, WELL, WRONG_USE, Commands, laid_over, plain, positive, say


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    history = commands.add_parser(
        "history", parents=[laid_over()], help="tell how one article changed from capture to capture",
        description="Read all captures of one address in the WARC files of a corpus, in the order of time, and tell what changed "
        "in the text and in the rows from each to the next. The newest content is what the tables hold.",
    )  # fmt: skip
    history.add_argument("article", metavar="ARTICLE_ID|URL")
    history.add_argument("--corpus", type=Path, default=Path("corpus"), metavar="DIR", help="folder (default: corpus)")
    history.add_argument(
        "--rows", type=positive, default=5, metavar="N", help="show N rows of each kind for each table (default: 5)"
    )
    history.add_argument("--cache", type=Path, metavar="FILE", help="cache of `vnpress extract` (default: .vnpress/cache.sqlite)")
    history.set_defaults(run=_history)


def _history(args: argparse.Namespace) -> int:
    from pipeline.corpus import CorpusError, index_beside
    from pipeline.extraction import use_folders
    from pipeline.history import read_history

    try:
        use_folders(args.lexicon, args.sites)
        index = index_beside(args.cache or Path(".vnpress", "cache.sqlite"))
        found = read_history(args.corpus, args.article, index=index, rows=args.rows)
    except ValueError as error:
        say(str(error))
        return WRONG_USE
    except (CorpusError, OSError) as error:
        say(str(error))
        return FAILED
    if found is None:
        say(f"{args.article}: neither an article id nor an address in {args.corpus}")
        return WRONG_USE
    print(plain(f"{found.url or found.moments[0].source}  (article {found.article_id})"))
    for moment in found.moments:
        print(plain("  ".join(part for part in (moment.date, moment.digest, moment.source) if part)))
        for line in moment.told:
            print(f"    {plain(line)}")
    return WELL
