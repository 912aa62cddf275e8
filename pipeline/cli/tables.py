"""`vnpress tables`: what the tables are."""

from __future__ import annotations

import argparse

from pipeline.cli.common import WELL, WRONG_USE, Commands, add_tables_folder, say


def add(commands: Commands) -> None:
    """Tell argparse of this command."""
    tables = commands.add_parser("tables", help="list tables, columns and row counts")
    add_tables_folder(tables)
    tables.add_argument("--markdown", action="store_true", help="print the data dictionary instead, without counts")
    tables.set_defaults(run=_tables)


def _tables(args: argparse.Namespace) -> int:
    from pipeline.tables import TABLES, count_rows, describe_tables

    if args.markdown:
        print(describe_tables(), end="")
        return WELL
    try:
        for table in TABLES.values():
            print(f"{table.name} ({count_rows(table.name, args.out)} rows): {table.meaning}")
            for c in table.columns:
                marks = [mark for mark, holds in (("key", c.key), ("nullable", c.nullable)) if holds]
                marks += [f"-> {c.refers}"] if c.refers else []
                print(f"    {c.name:24} {c.type.__name__:10} {' '.join(marks):28} {c.meaning}")
    except FileNotFoundError as error:
        say(str(error))
        return WRONG_USE
    return WELL
