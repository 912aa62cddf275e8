"""The schema -> ready-made views and macros of SQL, and a comment on each table and column."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipeline.tables import ARTICLE_TABLES, TABLES, Table
from pipeline.vietnamese.spelling import TONE_FIRST

ONCE = "_once"  # `counts_once`: `counts` without the facts of articles that are the same again
ADDED = {  # what each of these views has beside the columns of its table
    "article_title": "Headline of the article.",
    "article_address": "Its canonical address; its place in the corpus where it states none.",
    "portal": "Host name, or name of the site profile.",
    "published_on": "Day of publication in Vietnam.",
    "event_id": "The event that the article tells of.",
}


def define_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """The macros that the ready questions use, free for any query.

    `day_of(published_at)` is the day in Vietnam, whatever the time zone of the session; `is_in(wanted, text)` whether a
    text holds the wanted words, in any case, with either placing of tones (hoà, hòa), without marks where they were asked
    without, and always true for null; `is_same(wanted, text)` the same for the whole text; `around(text, start, "end")`
    the words before and after a quotation.
    """
    for definition in MACROS:
        connection.execute(f"CREATE MACRO {definition}")


def _modern_tones(expression: str) -> str:
    for old, new in TONE_FIRST.items():
        expression = f"replace({expression}, '{old}', '{new}')"
    return expression


CONTEXT = 120  # characters on each side of a quotation
MACROS = (
    "day_of(moment) AS CAST(timezone('Asia/Ho_Chi_Minh', moment) AS DATE)",
    f"folded(words) AS {_modern_tones('lower(words)')}",
    "bare(words) AS strip_accents(replace(lower(words), 'đ', 'd'))",
    """is_in(wanted, words) AS (wanted IS NULL
        OR contains(folded(words), folded(wanted))
        OR (lower(wanted) = bare(wanted) AND contains(bare(words), bare(wanted))))""",
    """is_same(wanted, words) AS (wanted IS NULL
        OR folded(words) = folded(wanted)
        OR (lower(wanted) = bare(wanted) AND bare(words) = bare(wanted)))""",
    # Half words at both ends go; paragraphs are joined.
    f"""around(words, begins, ends) AS trim(regexp_replace(
        CASE WHEN begins > {CONTEXT} THEN regexp_replace(words[begins - {CONTEXT} + 1 : begins], '^\\S*', '…')
             ELSE words[1 : begins] END
        || words[begins + 1 : ends]
        || CASE WHEN len(words) > ends + {CONTEXT} THEN regexp_replace(words[ends + 1 : ends + {CONTEXT}], '\\S*$', '…')
             ELSE words[ends + 1 :] END,
        '\\s+', ' ', 'g'))""",
)


def define_views(connection: duckdb.DuckDBPyConnection) -> None:
    """`<table>_once` for each table of articles and of facts: without the articles that are the same again."""
    connection.execute(
        f"CREATE VIEW articles{ONCE} AS SELECT {_listed(TABLES['articles'])}, day_of(t.published_at) AS published_on "
        "FROM articles t WHERE t.duplicate_of IS NULL"
    )
    for name in ARTICLE_TABLES:
        if name != "articles":
            connection.execute(
                f"CREATE VIEW {name}{ONCE} AS SELECT {_listed(TABLES[name])}, "
                "a.title AS article_title, coalesce(a.url, a.source) AS article_address, a.portal, "
                "day_of(a.published_at) AS published_on, a.event_id "
                f"FROM {name} t JOIN articles a USING (article_id) WHERE a.duplicate_of IS NULL"
            )


def comment(connection: duckdb.DuckDBPyConnection) -> None:
    """Say of each view and column what the data dictionary says."""
    for view, meaning, columns in described_views():
        connection.execute(f"COMMENT ON VIEW {view} IS {_quoted(meaning)}")
        for column, about in columns.items():
            connection.execute(f'COMMENT ON COLUMN {view}."{column}" IS {_quoted(about)}')


def described_views() -> Iterator[tuple[str, str, dict[str, str]]]:
    """(view, meaning, meaning of each column) of all tables and ready-made views."""
    for table in TABLES.values():
        columns = {c.name: c.meaning for c in table.columns}
        yield table.name, table.meaning, columns
        if table.name == "articles":
            once = columns | {"published_on": ADDED["published_on"]}
            yield table.name + ONCE, f"{table.meaning} Without those that are the same again.", once
        elif table.name in ARTICLE_TABLES:
            yield table.name + ONCE, f"{table.meaning} Without articles that are the same again.", columns | ADDED


def _listed(table: Table) -> str:
    return ", ".join(f't."{c.name}"' for c in table.columns)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
