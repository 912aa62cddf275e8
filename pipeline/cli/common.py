"""What the commands share: exit statuses, options, and how they speak."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Command = Callable[[argparse.Namespace], int]

WELL, PROBLEMS, WRONG_USE, FAILED = 0, 1, 2, 3


def laid_over() -> argparse.ArgumentParser:
    """The options `--sites` and `--lexicon`, as a parent of a command's parser."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--sites", type=Path, metavar="DIR", help="folder of your own portals (*.toml), laid over the shipped ones"
    )
    parser.add_argument(
        "--lexicon", type=Path, metavar="DIR", help="folder of your own word lists (*.tsv), laid over the shipped ones"
    )
    return parser


def add_tables_folder(parser: argparse.ArgumentParser) -> None:
    """The option `--out` of a command that reads the tables."""
    parser.add_argument("--out", type=Path, default=Path("extracted"), help="folder of the tables (default: extracted)")


def positive(text: str) -> int:
    """A whole number from 1 up, for argparse."""
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return number


def words(text: str) -> tuple[str, ...]:
    """A list with commas, for argparse."""
    said = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not said:
        raise argparse.ArgumentTypeError(f"{text!r} names nothing; write a list with commas")
    return said


def plain(text: str) -> str:
    """Text for a terminal: what would command it (escape sequences in the name of a file, say) is written out."""
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode() for ch in text)


def say(message: str) -> None:
    """A line for the person at the keyboard, on standard error."""
    print(f"vnpress: {message}", file=sys.stderr)
