"""`vnpress status`: the last runs in a table."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.common import WELL, WRONG_USE, Commands, positive, say

if TYPE_CHECKING:
    from pipeline.nightly import Past


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    status = commands.add_parser(
        "status", help="how the last runs went",
        description="The last runs: when, exit status, articles, new ones, rejects, issues. Nights that failed come from the log.",
    )  # fmt: skip
    status.add_argument("--config", type=Path, metavar="FILE", help="configuration (default: vnpress.toml, where it is there)")
    status.add_argument("--out", type=Path, metavar="DIR", help="folder of the tables (default: that of the configuration)")
    status.add_argument("--last", type=positive, default=14, metavar="N", help="so many runs (default: 14)")
    status.add_argument("--json", action="store_true", help="the same as JSON")
    status.set_defaults(run=_status)


def _status(args: argparse.Namespace) -> int:
    from pipeline.config import DEFAULT, Config, ConfigError, read_config
    from pipeline.nightly import last_nights

    path = args.config or (DEFAULT if DEFAULT.is_file() else None)
    try:
        config = read_config(path) if path else Config()
        past = last_nights(args.out or config.out, None if args.out else config.log, args.last)
    except (ConfigError, FileNotFoundError) as error:
        say(str(error))
        return WRONG_USE
    if args.json:
        print(json.dumps([_as_json(one) for one in past], ensure_ascii=False, indent=2))
    else:
        _print_table(past)
    return WELL


def _as_json(past: Past) -> dict[str, str | int | None]:
    return {
        "began": past.began.isoformat(), "ended": past.ended.isoformat(), "command": past.command, "exit_status": past.status,
        "articles": past.articles, "new_articles": past.new, "rejects": past.rejects, "new_rejects": past.new_rejects,
        "issues": past.issues, "message": past.message,
    }  # fmt: skip


STYLES = ("green", "yellow", "red", "red")


def _print_table(past: list[Past]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        "began", "minutes", "status", "articles", "(new)", "rejects", "(new)", "issues", "command", box=None, pad_edge=False
    )
    for column in table.columns:
        column.no_wrap, column.overflow = True, "ellipsis"
        column.justify = "left" if column.header in ("began", "command") else "right"
    for one in past:
        minutes = f"{(one.ended - one.began).total_seconds() / 60:.1f}"
        numbers = (one.articles, one.new, one.rejects, one.new_rejects, one.issues)
        shown = ["" if number is None else f"{number}" for number in numbers]
        style = STYLES[min(one.status, len(STYLES) - 1)]
        table.add_row(
            f"{one.began.astimezone():%Y-%m-%d %H:%M}", minutes, Text(f"{one.status}", style=style), *shown, Text(one.command)
        )
    console = Console()
    console.print(table)
    if past and past[-1].message:
        console.print(Text(past[-1].message, style="red"))
