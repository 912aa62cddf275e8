"""`vnpress query`: SQL over the tables, and ready questions by name."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.common import FAILED, WELL, WRONG_USE, Commands, add_tables_folder, say

if TYPE_CHECKING:
    from pipeline.export.answers import Answer
    from pipeline.query.questions import Question

SHOWN = 1000  # lines of a table in a terminal at most
FILES = ("csv", "json", "parquet")
FORMATS = ("table", *FILES)
PARAMETERS = (  # of the ready questions; what each means in one of them is told by --list
    "as-of", "since", "until", "person", "role", "organization", "document", "portal", "event", "responsible", "assigned-by",
    "kind", "unit", "currency", "at-least", "below", "rows",
)  # fmt: skip
EPILOG = """\
views: every table by its name, and <table>_once without the articles that are another one again, each fact with
article_title, article_address, portal, published_on and event_id. A query reads them and nothing else.

  vnpress query "SELECT unit, count(*) FROM counts_once GROUP BY unit ORDER BY 2 DESC"
  vnpress query --list
  vnpress query --name overdue --as-of 2021-08-01 --format csv --to overdue.csv
"""


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    query = commands.add_parser(
        "query", help="ask the tables: SQL, or a ready question",
        description="Ask the tables: a SELECT of DuckDB's SQL, or a ready question by its name.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    query.add_argument("sql", nargs="?", metavar="SQL", help="one SELECT; - reads it from standard input")
    add_tables_folder(query)
    query.add_argument("--format", choices=FORMATS, help="default: by the ending of --to, else table")
    query.add_argument("--to", type=Path, metavar="FILE", help="write the answer to FILE")
    query.add_argument("--db", type=Path, metavar="FILE", help="write a DuckDB file whose views lead to the tables of --out")
    query.add_argument("--name", metavar="NAME", help="ask a ready question")
    query.add_argument("--list", action="store_true", help="tell the ready questions and their parameters")
    query.add_argument("--sql", dest="only_sql", action="store_true", help="with --name: print its SQL, to change it")
    query.add_argument(
        "--questions", type=Path, metavar="DIR", help="folder of your own questions (*.sql), laid over the shipped"
    )
    query.add_argument(
        "--param", action="append", default=[], metavar="NAME=VALUE", help="a parameter of a question, or of $NAME in SQL"
    )
    asked = query.add_argument_group("parameters of ready questions")
    for name in PARAMETERS:
        asked.add_argument(f"--{name}", metavar="VALUE", help=argparse.SUPPRESS if name != "as-of" else "and so on; see --list")
    query.set_defaults(run=_query)


def _query(args: argparse.Namespace) -> int:
    wrong = _wrong_use(args)
    if wrong:
        say(wrong)
        return WRONG_USE
    try:
        return _ask(args)
    except ModuleNotFoundError as error:
        say(f"{error.name} is not installed: pip install 'vnpress[query]'")
        return WRONG_USE
    except KeyboardInterrupt:
        say("interrupted; nothing was written")
        return FAILED


def _ask(args: argparse.Namespace) -> int:
    from pipeline.query.session import QueryError

    try:
        return _list(args) if args.list else _write_database(args) if args.db else _answer(args)
    except (QueryError, FileNotFoundError, NotADirectoryError) as error:
        say(str(error))
        return WRONG_USE
    except OSError as error:
        say(f"{args.to or args.db}: {error.strerror or error}; nothing was written")
        return FAILED


def _wrong_use(args: argparse.Namespace) -> str | None:
    asked = [
        name for name, given in (("SQL", args.sql), ("--name", args.name), ("--list", args.list), ("--db", args.db)) if given
    ]
    if len(asked) != 1:
        return f"give one of SQL, --name, --list and --db{'; here are ' + ' and '.join(asked) if asked else ''}"
    if args.format == "parquet" and args.to is None:
        return "--format parquet needs --to FILE"
    if args.to is not None and (args.format or args.to.suffix.lower()[1:]) not in FILES:
        return f"--to {args.to}: which of {', '.join(FILES)}? End it so, or say --format"
    file = args.to or args.db
    if file is not None and not file.absolute().parent.is_dir():
        return f"{file}: no folder {file.parent}"
    if args.questions is not None and not args.questions.is_dir():
        return f"--questions {args.questions}: no such folder"
    return next((f"--param {given!r}: written as NAME=VALUE" for given in args.param if "=" not in given), None)


def _given(args: argparse.Namespace) -> dict[str, str]:
    fixed = {name.replace("-", "_"): getattr(args, name.replace("-", "_")) for name in PARAMETERS}
    free = dict(given.split("=", 1) for given in args.param)
    return {name: value for name, value in fixed.items() if value is not None} | free


def _list(args: argparse.Namespace) -> int:
    from pipeline.query.questions import read_questions

    for question in read_questions(args.questions).values():
        print("\n".join(_told(question)), end="\n\n")
    return WELL


def _told(question: Question) -> list[str]:
    lines = [f"{question.name}: {question.title}"]
    lines += [f"    {question.about}"] if question.about else []
    for parameter in question.parameters:
        must = "needed" if parameter.needed else f"default {parameter.default}" if parameter.default else "optional"
        lines.append(f"    --{parameter.name.replace('_', '-'):14} {parameter.type}, {must}: {parameter.meaning}")
    return lines


def _write_database(args: argparse.Namespace) -> int:
    from pipeline.query.database import write_database

    write_database(args.out, args.db)
    print(f"{args.db}: views of the tables in {args.out}; it follows every new run there")
    return WELL


def _answer(args: argparse.Namespace) -> int:
    from pipeline.query.questions import bind, find_question, read_free, read_questions
    from pipeline.query.session import Parameter, ask, open_tables

    values: Mapping[str, Parameter]
    if args.name:
        question = find_question(args.name, read_questions(args.questions))
        if args.only_sql:
            print(question.sql, end="")
            return WELL
        sql, values = question.sql, bind(question, _given(args), today=_today())
    else:
        sql, values = sys.stdin.read() if args.sql == "-" else args.sql, read_free(_given(args))
    with open_tables(args.out) as connection:
        answer = ask(connection, sql, values)
    _put(answer, args.format, args.to)
    return WELL


def _today() -> date:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()


def _put(answer: Answer, form: str | None, path: Path | None) -> None:
    from pipeline.export.answers import write_file, write_text
    from pipeline.query.layout import lay_out

    if path is not None:
        write_file(answer, form or path.suffix.lower().removeprefix("."), path)
        print(f"{answer.num_rows} rows -> {path}")
    elif form in (None, "table"):
        for line in lay_out(answer.slice(0, SHOWN), width=shutil.get_terminal_size((120, 24)).columns):
            print(line)
        shown = f"; the first {SHOWN} are shown, --to FILE writes all" if answer.num_rows > SHOWN else ""
        say(f"{answer.num_rows} rows{shown}")
    else:
        write_text(answer, form, sys.stdout)
