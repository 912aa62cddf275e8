"""`vnpress query`: right answers on tables made by hand, every door locked, errors for people."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from conftest import ROOT, run_vnpress
from tables_by_hand import write_tables

from pipeline.cli import main
from pipeline.cli.query import PARAMETERS
from pipeline.export import generation
from pipeline.export.generation import current_generation
from pipeline.query import QueryError, answer_question, ask, open_tables
from pipeline.query.questions import bind, find_question, read_questions
from pipeline.query.views import described_views
from pipeline.tables import ARTICLE_TABLES, TABLES, Plain

Row = dict[str, Plain]

JUNE = "Sở Y tế đã làm xong 5/32 nhiệm vụ của Chương trình 07-CTr/TU, theo ông Đỗ Khắc Hoà, Giám đốc Sở Y tế."
JULY = (
    "Thực hiện Chương trình 07-CTr/TU, đến nay đã xong 12/32 nhiệm vụ. Bà Mai Thị Thuỷ, Quyền Giám đốc Sở Y tế, cho biết như vậy."
)
OTHER = "Theo Kế hoạch 3/KH-UBND, 4/9 trường đã sửa xong. Có 438/443 đại biểu tán thành."


@dataclass(frozen=True)
class Done:
    """What a command gave."""

    returncode: int
    stdout: str
    stderr: str


Vnpress = Callable[..., Done]


@pytest.fixture
def vnpress(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Vnpress:
    """The command line as a user types it."""
    monkeypatch.setenv("COLUMNS", "120")

    def run(*args: object) -> Done:
        capsys.readouterr()
        code = main([str(arg) for arg in args])
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run


def at(text: str, quote: str) -> Row:
    """Where a quotation stands."""
    start = text.index(quote)
    return {"text": quote, "start": start, "end": start + len(quote)}


def made(key: str, day: str, text: str, **more: str | int) -> Row:
    moment = {"published_at": f"{day}T23:30:00+07:00", "published_grain": "minute"} if day else {}
    return {"article_id": key, "source": f"{key}.html", "language": "vi", "text": text, "title": f"Bài {key}", **moment, **more}


def names(key: str, article: str, document: str, text: str, quote: str) -> Row:
    return {"mention_id": key, "article_id": article, "kind": "document", "document_id": document, **at(text, quote)}


def progress(key: str, article: str, done: str, total: str, unit: str, text: str) -> Row:
    quoted = at(text, f"{done}/{total} {unit}")
    return {"count_id": key, "article_id": article, "kind": "progress", "value": done, "total": total, "unit": unit, **quoted}


def money(key: str, value: str, unit: str, text: str, **more: str | float) -> Row:
    return {"count_id": key, "article_id": "undated", "kind": "money", "value": value, "unit": unit, "text": text, **more}


def director(key: str, article: str, person: str, status: str, text: str) -> Row:
    post = {"org_id": "soyte", "role": "Giám đốc", "organization": "Sở Y tế tỉnh Lam Giang"}
    return {
        "official_id": key,
        "article_id": article,
        "person_id": person,
        "person": person,
        "status": status,
        "text": text,
        **post,
    }


def due(key: str, article: str, day: str | None, task: str, **more: str) -> Row:
    return {"deadline_id": key, "article_id": article, "due_end": day, "task": task, "text": f"Câu về {task}.", **more}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two portals; `again` is `july` again; two articles name the same programme a month apart."""
    programme, plan = "Chương trình 07-CTr/TU", "Kế hoạch 3/KH-UBND"
    return write_tables(
        tmp_path_factory.mktemp("by-hand") / "out",
        {
            "articles": [
                made("june", "2021-06-10", JUNE, url="https://a.example/1", portal="a.example", event_id="e1"),
                made("july", "2021-07-26", JULY, url="https://b.example/2", portal="b.example", event_id="e2"),
                made("again", "2021-07-27", JULY, portal="a.example", duplicate_of="july", event_id="e2"),
                made("later", "2021-09-01", OTHER, portal="b.example", event_id="e2", lost_chars=3),
                made("undated", "", "Chưa rõ ngày.", portal="b.example"),
            ],
            "events": [
                {"event_id": "e1", "title": "Họp tháng sáu", "n_articles": 1, "date": "2021-06-10"},
                {"event_id": "e2", "title": "Họp tháng bảy", "n_articles": 3, "date": "2021-07-26"},
            ],
            "persons": [
                {"person_id": "hoa", "name": "Đỗ Khắc Hoà", "aliases": "Hoà"},
                {"person_id": "thuy", "name": "Mai Thị Thuỷ"},
            ],
            "organizations": [{"org_id": "soyte", "name": "Sở Y tế tỉnh Lam Giang", "aliases": "Sở Y tế"}],
            "documents": [
                {"document_id": "ct7", "type": "Chương trình", "number": "07-CTr/TU", "title": "Đẩy mạnh chuyển đổi số"},
                {"document_id": "kh3", "type": "Kế hoạch", "number": "3/KH-UBND"},
            ],
            "mentions": [
                names("m1", "june", "ct7", JUNE, programme),
                names("m2", "july", "ct7", JULY, programme),
                names("m3", "again", "ct7", JULY, programme),
                names("m4", "later", "kh3", OTHER, plan),
                {"mention_id": "m5", "article_id": "june", "kind": "person", "person_id": "hoa", **at(JUNE, "Đỗ Khắc Hoà")},
            ],
            "counts": [
                progress("c1", "june", "5", "32", "nhiệm vụ", JUNE),
                progress("c2", "july", "12", "32", "nhiệm vụ", JULY),
                progress("c3", "again", "12", "32", "nhiệm vụ", JULY),
                progress("c4", "later", "4", "9", "trường", OTHER),
                progress("c8", "later", "438", "443", "đại biểu", OTHER),
                money("c5", "1200000000", "VND", "1,2 tỷ đồng", confidence=0.6),
                money("c6", "2500000", "VND", "2,5 triệu", value_max="3000000.5"),
                money("c7", "9", "USD", "9 đô la"),
            ],
            "officials": [
                director("o1", "june", "hoa", "current", "Giám đốc Hoà"),
                director("o2", "july", "thuy", "acting", "Quyền Giám đốc"),
                director("o3", "again", "thuy", "acting", "Quyền Giám đốc"),
                director("o4", "later", "thuy", "acting", "bà Thuỷ"),
                director("o5", "later", "hoa", "former", "nguyên Giám đốc Hoà"),
            ],
            "deadlines": [
                due("d1", "june", "2021-07-20", "báo cáo", responsible="Sở Y tế", assigned_by="Đỗ Khắc Hoà"),
                due("d2", "july", "2021-08-01", "tiêm xong", responsible="các huyện", assigned_by="Mai Thị Thuỷ"),
                due("d3", "july", "2021-08-15", "tổng kết"),
                due("d4", "again", "2021-07-31", "again", assigned_by="x"),
                due("d5", "later", "2021-07-30", "later"),
                due("d6", "undated", "2021-07-31", "undated"),
                due("d7", "june", None, "trả lời", within="P10D"),
            ],
            "recurrences": [
                {"recurrence_id": "r1", "article_id": "june", "every": "P3M", "what": "giao ban", "text": "3 tháng/lần"},
                {"recurrence_id": "r2", "article_id": "again", "every": "P1W", "what": "again", "text": "tuần/lần"},
            ],
        },
    )


def rows(out: Path, sql: str, **values: str | int | Decimal | date) -> list[tuple[object, ...]]:
    with open_tables(out) as connection:
        answer = ask(connection, sql, values)
        return [tuple(row.values()) for row in answer.to_pylist()]


def answers(out: Path, name: str, *columns: str, **given: str) -> list[tuple[object, ...]]:
    """Some columns of a ready question's answer, asked on 2021-08-01."""
    with open_tables(out) as connection:
        answer = answer_question(connection, name, today=date(2021, 8, 1), **given)
        return [tuple(row[column] for column in columns) for row in answer.to_pylist()]


# What the ready questions answer, worked out by hand from the tables above.


def test_overdue_is_what_had_passed_as_known_on_that_day(tables: Path) -> None:
    found = answers(tables, "overdue", "task", "due", "days_over", "responsible", "article_address")
    assert found == [  # not d2: its last day is today; not d4: of a duplicate; not d5: told in September
        ("undated", date(2021, 7, 31), 1, None, "undated.html"),
        ("báo cáo", date(2021, 7, 20), 12, "Sở Y tế", "https://a.example/1"),
    ]
    assert answers(tables, "overdue", "task", as_of="2021-08-02", responsible="cac huyen") == [("tiêm xong",)]
    assert answers(tables, "overdue", "task", as_of="2021-07-20") == []


def test_open_is_what_lay_ahead_as_known_on_that_day(tables: Path) -> None:
    assert answers(tables, "open", "task", "days_left", "told_on") == [
        ("tiêm xong", 0, date(2021, 7, 26)),
        ("tổng kết", 14, date(2021, 7, 26)),
    ]
    assert answers(tables, "open", "task", as_of="2021-07-01") == [("báo cáo",), ("undated",)]


def test_undated_deadlines_are_a_question_of_their_own(tables: Path) -> None:
    assert answers(tables, "undated", "within", "task", "told_on") == [("P10D", "trả lời", date(2021, 6, 10))]


def test_progress_of_a_programme_over_time(tables: Path) -> None:
    columns = ("document", "unit", "told_on", "done", "total", "percent", "more_than_before", "quote")
    assert answers(tables, "progress", *columns, document="07-ctr/tu") == [
        ("Chương trình 07-CTr/TU", "nhiệm vụ", date(2021, 6, 10), 5, 32, 15.6, None, "5/32 nhiệm vụ"),
        ("Chương trình 07-CTr/TU", "nhiệm vụ", date(2021, 7, 26), 12, 32, 37.5, 7, "12/32 nhiệm vụ"),
    ]
    assert answers(tables, "progress", "document", "done") == [
        ("Chương trình 07-CTr/TU", 5), ("Chương trình 07-CTr/TU", 12), ("Kế hoạch 3/KH-UBND", 4),
    ]  # fmt: skip
    assert answers(tables, "progress", "done", unit="TRƯỜNG") == [(4,)]
    assert answers(tables, "progress", "done", "total", unit="đại biểu") == [(438, 443)]  # a vote: only where asked for
    ((sentence,),) = answers(tables, "progress", "sentence", unit="trường")
    assert sentence == OTHER


def test_who_held_which_post_when(tables: Path) -> None:
    columns = ("person", "role", "status", "first_told", "last_told", "articles", "first_quote", "first_address")
    first, last = date(2021, 7, 26), date(2021, 9, 1)
    thuy = ("Mai Thị Thuỷ", "Giám đốc", "acting", first, last, 2, "Quyền Giám đốc", "https://b.example/2")
    hoa = [
        ("Đỗ Khắc Hoà", "Giám đốc", "current", date(2021, 6, 10), date(2021, 6, 10), 1, "Giám đốc Hoà", "https://a.example/1"),
        ("Đỗ Khắc Hoà", "Giám đốc", "former", last, last, 1, "nguyên Giám đốc Hoà", "later.html"),
    ]
    assert answers(tables, "posts", *columns) == [thuy, *hoa]
    assert answers(tables, "posts", *columns, person="hòa") == hoa
    assert answers(tables, "posts", *columns, person="thuy", organization="sở y tế") == [thuy]
    assert answers(tables, "posts", *columns, role="Phó Giám đốc") == []


def test_new_officials_since(tables: Path) -> None:
    assert answers(tables, "new-officials", "person", "status", "first_told", since="2021-07-01") == [
        ("Mai Thị Thuỷ", "acting", date(2021, 7, 26))
    ]
    assert len(answers(tables, "new-officials", "person", since="2021-06-10")) == 2


def test_who_assigned_what_to_whom(tables: Path) -> None:
    columns = ("assigned_by", "responsible", "task", "due")
    assert answers(tables, "assignments", *columns) == [
        ("Mai Thị Thuỷ", "các huyện", "tiêm xong", date(2021, 8, 1)),
        ("Đỗ Khắc Hoà", "Sở Y tế", "báo cáo", date(2021, 7, 20)),
    ]
    assert answers(tables, "assignments", "task", until="2021-06-30") == [("báo cáo",)]
    assert answers(tables, "assignments", "task", assigned_by="thuỷ") == [("tiêm xong",)]


def test_articles_about_a_document(tables: Path) -> None:
    columns = ("document", "told_on", "times_named", "quote", "article_address")
    assert answers(tables, "about", *columns, document="chuyển đổi số") == [
        ("Chương trình 07-CTr/TU", date(2021, 6, 10), 1, "Chương trình 07-CTr/TU", "https://a.example/1"),
        ("Chương trình 07-CTr/TU", date(2021, 7, 26), 1, "Chương trình 07-CTr/TU", "https://b.example/2"),
    ]
    with pytest.raises(QueryError, match="about needs document"):
        answers(tables, "about", "document")


def test_activity_of_portals(tables: Path) -> None:
    columns = ("portal", "month", "articles", "again", "officials", "counts", "deadlines", "lost_characters", "last_article")
    assert answers(tables, "portals", *columns) == [
        ("a.example", "2021-06", 1, 0, 1, 1, 2, 0, date(2021, 6, 10)),
        ("a.example", "2021-07", 1, 1, 0, 0, 0, 0, date(2021, 7, 27)),
        ("b.example", "2021-07", 1, 0, 1, 1, 2, 0, date(2021, 7, 26)),
        ("b.example", "2021-09", 1, 0, 2, 2, 1, 3, date(2021, 9, 1)),
        ("b.example", None, 1, 0, 0, 3, 1, 0, None),
    ]
    assert answers(tables, "portals", "month", portal="a.ex", since="2021-07-01") == [("2021-07",)]


def test_other_questions(tables: Path) -> None:
    assert answers(tables, "money", "amount", "up_to", "quote") == [
        (1200000000, None, "1,2 tỷ đồng"), (2500000, Decimal("3000000.5"), "2,5 triệu"),
    ]  # fmt: skip
    assert answers(tables, "money", "quote", at_least="1e9") == [("1,2 tỷ đồng",)]
    assert answers(tables, "money", "amount", currency="usd") == [(9,)]
    assert answers(tables, "recurring", "what", "every") == [("giao ban", "P3M")]
    assert answers(tables, "unsure", "table", "id", "confidence") == [("counts", "c5", 0.6)]
    assert answers(tables, "events", "event", "articles", "article_title") == [
        ("Họp tháng bảy", 2, "Bài july"), ("Họp tháng bảy", 2, "Bài later"),
    ]  # fmt: skip
    assert answers(tables, "most-named", "kind", "name", "articles", rows="1") == [("document", "Chương trình 07-CTr/TU", 2)]
    assert answers(tables, "units", "unit", "times", "smallest", "middle", "largest", kind="progress") == [
        ("nhiệm vụ", 2, 5, 8.5, 12), ("trường", 1, 4, 4.0, 4), ("đại biểu", 1, 438, 438.0, 438),
    ]  # fmt: skip


@pytest.mark.parametrize("name", read_questions())
def test_each_question_uses_what_it_declares_and_can_be_checked(name: str, tables: Path) -> None:
    question = read_questions()[name]
    with open_tables(tables) as connection:
        (statement,) = connection.extract_statements(question.sql)
        assert statement.named_parameters == {parameter.name for parameter in question.parameters}
        needed = {parameter.name for parameter in question.parameters if parameter.needed}
        given = {name: value for name, value in (("document", "a"), ("since", "2021-01-01")) if name in needed}
        columns = ask(connection, question.sql, bind(question, given, today=date(2021, 8, 1))).column_names
    if name != "portals":
        assert any(column.endswith("_address") for column in columns), "nobody can look it up"
    assert "ORDER BY" in question.sql.rsplit("FROM", 1)[1]


def test_parameters_are_bound_and_never_pasted(tables: Path) -> None:
    hostile = "x' OR 1=1 --"
    assert answers(tables, "overdue", "task", responsible=hostile) == []
    assert answers(tables, "posts", "person", person="%") == []  # no wildcard: only the letter itself
    for name, given, message in [
        ("overdue", {"as_of": "1/8/2021"}, "as_of '1/8/2021' is not a day as 2021-08-01"),
        ("overdue", {"asof": "2021-08-01"}, "overdue has no parameter asof; it has as_of, responsible"),
        ("money", {"at_least": "nan"}, "at_least 'nan' is not a number"),
        ("events", {"at_least": "2.5"}, "at_least '2.5' is not a whole number"),
    ]:
        with pytest.raises(QueryError, match=message):
            answers(tables, name, **given)
    with open_tables(tables) as connection, pytest.raises(QueryError, match="overdue needs as_of, or today"):
        answer_question(connection, "overdue")
    with pytest.raises(QueryError, match="no question 'overdeu'; did you mean overdue"):
        find_question("overdeu", read_questions())


def test_questions_of_ones_own_are_laid_over(tmp_path: Path, tables: Path, vnpress: Vnpress) -> None:
    (tmp_path / "late.sql").write_text("-- Late.\n--\n-- :n whole, default 3 — a number\nSELECT $n + 1 AS more", "utf-8")
    (tmp_path / "overdue.sql").write_text("-- Mine.\nSELECT 1", "utf-8")
    questions = read_questions(tmp_path)
    assert questions["overdue"].title == "Mine." and "posts" in questions
    done = vnpress("query", "--out", tables, "--questions", tmp_path, "--name", "late", "--param", "n=41", "--format", "csv")
    assert done.stdout.splitlines() == ["more", "42"]
    (tmp_path / "bad.sql").write_text("-- Bad.\n-- :n int — a number\nSELECT 1", "utf-8")
    with pytest.raises(QueryError, match=r"bad\.sql: .*a parameter is written as"):
        read_questions(tmp_path)


# Views.


def test_views_leave_out_facts_of_articles_that_are_the_same_again(tables: Path) -> None:
    assert rows(tables, "SELECT count(*) FROM counts") == [(8,)]
    assert rows(tables, "SELECT count_id FROM counts_once WHERE kind = 'progress' ORDER BY ALL") == [
        ("c1",),
        ("c2",),
        ("c4",),
        ("c8",),
    ]
    assert rows(tables, "SELECT article_id FROM articles_once ORDER BY ALL") == [("july",), ("june",), ("later",), ("undated",)]
    with open_tables(tables) as connection:
        for name, _, columns in described_views():
            assert list(columns) == ask(connection, f"SELECT column_name FROM (DESCRIBE {name})")["column_name"].to_pylist(), name
    assert {name for name, _, _ in described_views()} == {*TABLES, *(f"{name}_once" for name in ARTICLE_TABLES)}


def test_a_day_is_the_day_in_vietnam(tables: Path) -> None:
    # 23:30 in Vietnam is 16:30 in London: the same day there, but 06:30 of the day before would not be
    assert rows(tables, "SELECT published_on, CAST(published_at AS VARCHAR) FROM articles_once WHERE article_id = 'june'") == [
        (date(2021, 6, 10), "2021-06-10 23:30:00+07")
    ]
    early = rows(tables, "SELECT day_of(TIMESTAMPTZ '2021-06-09 20:00:00+00')")
    assert early == [(date(2021, 6, 10),)]


@pytest.mark.parametrize(
    ("wanted", "words", "holds"),
    [
        ("hoà", "Đỗ Khắc Hòa", True),
        ("Hòa", "ĐỖ KHẮC HOÀ", True),
        ("thuy", "Mai Thị Thuỷ", True),
        ("do khac", "Đỗ Khắc Hoà", True),
        ("hạ", "Hà Nội", False),
        ("hà", "ha noi", False),
        ("duong", "Đường 5", True),
        ("100%", "100 người", False),
    ],
)  # fmt: skip
def test_words_are_found_as_people_type_them(wanted: str, words: str, holds: bool, tables: Path) -> None:
    assert rows(tables, "SELECT is_in($wanted, $words)", wanted=wanted, words=words) == [(holds,)]


def test_sql_typed_with_marks_apart_is_the_same_sql(tables: Path) -> None:
    apart = unicodedata.normalize("NFD", "SELECT count(*) FROM counts_once WHERE unit = 'nhiệm vụ'")
    assert rows(tables, apart) == [(2,)]


def test_all_tables_are_of_one_generation(tmp_path: Path) -> None:
    out = write_tables(tmp_path / "out", {"articles": [made("one", "2021-06-10", "x")]})
    with open_tables(out) as connection:
        write_tables(out, {"articles": [made("one", "2021-06-10", "x"), made("two", "2021-06-10", "x")]})
        assert ask(connection, "SELECT count(*) FROM articles").to_pylist() == [{"count_star()": 1}]
    assert rows(out, "SELECT count(*) FROM articles") == [(2,)]


# Doors.

ATTEMPTS = (
    "COPY counts TO '{there}/x.csv'",
    "COPY (SELECT 1) TO '{table}' (FORMAT parquet, USE_TMP_FILE false)",
    "COPY counts FROM '{secret}'",
    "WITH x AS (COPY (SELECT 1) TO '{there}/x') SELECT * FROM x",
    "WITH x AS (COPY (SELECT 1) TO '{table}' (FORMAT parquet, USE_TMP_FILE false)) SELECT * FROM x",
    "EXPLAIN ANALYZE COPY counts TO '{there}/x.csv'",
    "EXPORT DATABASE '{there}/e'",
    "IMPORT DATABASE '{there}'",
    "ATTACH '{there}/x.db' AS x",
    "ATTACH ':memory:' AS x",
    "DETACH memory",
    "USE x",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{there}/x'",
    "UPDATE EXTENSIONS",
    "SET enable_external_access = true",
    "RESET enable_external_access",
    "SET lock_configuration = false",
    "SET threads = 1",
    "SET GLOBAL allowed_paths = ['{secret}']",
    "SET VARIABLE a = 1",
    "PRAGMA threads = 1",
    "PRAGMA enable_profiling = 'json'",
    "PRAGMA database_list",
    "CALL enable_logging(storage = 'file', storage_path = '{there}')",
    "CHECKPOINT",
    "VACUUM",
    "BEGIN",
    "COMMIT",
    "SELECT * FROM '{secret}'",
    'SELECT * FROM "{secret}"',
    "FROM '{table}'",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')",
    "SELECT * FROM read_json('{secret}')",
    "SELECT * FROM read_parquet('{table}')",
    "SELECT * FROM parquet_metadata('{table}')",
    "SELECT * FROM parquet_schema('{table}')",
    "SELECT * FROM glob('{there}/*')",
    "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM query('FROM read_text(''{secret}'')')",
    "SELECT * FROM query_table(['{secret}'])",
    "SELECT (SELECT content FROM read_text('{secret}'))",
    "FROM counts WHERE text IN (SELECT content FROM read_text('{secret}'))",
    "SELECT * FROM 'https://example.invalid/x.csv'",
    "SELECT * FROM read_csv('s3://x/y.csv')",
    "SELECT getenv('HOME')",
    "SELECT * FROM sqlite_scan('{there}/x', 'y')",
    "CREATE SECRET s (TYPE s3)",
    "CREATE TABLE t AS SELECT 1",
    "CREATE TABLE t AS FROM read_text('{secret}')",
    "CREATE MACRO f() AS TABLE FROM read_text('{secret}')",
    "CREATE OR REPLACE VIEW counts AS SELECT 1",
    "DROP VIEW counts_once",
    "INSERT INTO counts SELECT * FROM counts",
    "DELETE FROM counts",
    "UPDATE counts SET value = 1",
    "TRUNCATE counts",
    "ALTER VIEW counts_once RENAME TO x",
    "COMMENT ON VIEW counts_once IS 'x'",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "SELECT 1; DROP VIEW counts_once",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY counts TO '{there}/x.csv'",
    "",
    ";",
    "-- nothing",
)

Doors = tuple[duckdb.DuckDBPyConnection, Path, Path, Path]


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A connection to a folder of tables, that folder, a secret file, an empty folder."""
    folder = tmp_path_factory.mktemp("doors")
    (folder / "empty").mkdir()
    (folder / "secret.csv").write_text("a,b\nhidden,words\n", "utf-8")
    out = write_tables(folder / "out", {"articles": [made("one", "2021-06-10", "x")]})
    with open_tables(out) as connection:
        yield connection, out, folder / "secret.csv", folder / "empty"


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_but_the_tables_can_be_read_or_written(attempt: str, doors: Doors) -> None:
    connection, out, secret, empty = doors
    folder = current_generation(out)
    assert folder is not None
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(QueryError) as refused:
        ask(connection, attempt.format(secret=secret, there=empty, table=folder / "counts.parquet"))
    assert "hidden" not in str(refused.value)
    assert ask(connection, "SELECT count(*) AS n FROM counts_once").to_pylist() == [{"n": 0}]
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert not list(empty.iterdir())


def test_variables_of_the_program_cannot_be_read(tables: Path) -> None:
    with open_tables(tables) as connection, pytest.raises(QueryError, match="no table connection"):
        ask(connection, "SELECT * FROM connection")


# Errors for people.


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT valeu FROM counts", "no column valeu; did you mean value"),
        ("SELECT c.publishd_on FROM counts_once c", "no column publishd_on; did you mean published_on"),
        ("SELECT zzz FROM rejects", "rejects has reject_id, source, stage, error, message, sha256"),
        ("SELECT * FROM count", "no table count; did you mean counts"),
        ("SELECT * FROM nothing_like_it", "no table nothing_like_it; there are articles, articles_once, persons"),
        ("SELECT end FROM counts", 'the column is written "end"'),
        ("SELEC 1", "syntax error"),
        ("DROP VIEW counts", "a query only reads"),
        ("FROM read_text('/etc/hostname')", "files, network and extensions are switched off"),
        ("SELECT $day", r"no value for the parameter day; give it with --param day=VALUE"),
        ("SELECT 1; SELECT 2", "one statement at a time; here are 2"),
    ],
)
def test_errors_are_for_people(sql: str, message: str, tables: Path) -> None:
    with open_tables(tables) as connection, pytest.raises(QueryError, match=message):
        ask(connection, sql)


def test_a_folder_without_tables_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no table articles here; `vnpress extract` writes it"):
        open_tables(tmp_path)
    (tmp_path / "articles.csv").write_text("", "utf-8")
    with pytest.raises(FileNotFoundError, match="only CSV was written here"):
        open_tables(tmp_path)


# The command, in this process: what a start costs would be most of the time.


def test_formats_say_the_same(tables: Path, tmp_path: Path, vnpress: Vnpress) -> None:
    sql = "SELECT count_id, value, value_max, unit, text = '' AS b, '=1+1' AS formula FROM counts WHERE kind = 'money' ORDER BY 1"
    plain = vnpress("query", "--out", tables, sql, "--format", "csv").stdout
    assert list(csv.DictReader(io.StringIO(plain)))[1] == {
        "count_id": "c6", "value": "2500000", "value_max": "3000000.5", "unit": "VND", "b": "false", "formula": "'=1+1",
    }  # fmt: skip
    assert json.loads(vnpress("query", "--out", tables, sql, "--format", "json").stdout)[1] == {
        "count_id": "c6", "value": 2500000, "value_max": 3000000.5, "unit": "VND", "b": False, "formula": "=1+1",
    }  # fmt: skip
    table = vnpress("query", "--out", tables, sql)
    assert table.stdout.splitlines()[3].split() == ["c6", "2500000", "3000000.5", "VND", "false", "=1+1"]
    assert table.stderr == "vnpress: 3 rows\n"
    for suffix in ("csv", "json", "parquet"):
        done = vnpress("query", "--out", tables, sql, "--to", tmp_path / f"answer.{suffix}")
        assert done.returncode == 0 and "3 rows" in done.stdout
    assert (tmp_path / "answer.csv").read_bytes().startswith(b"\xef\xbb\xbfcount_id,")
    assert pq.read_table(tmp_path / "answer.parquet").to_pylist()[1]["value_max"] == Decimal("3000000.5")
    assert len(list(tmp_path.iterdir())) == 3


def test_the_command_answers_a_ready_question_with_its_clock(tables: Path, vnpress: Vnpress) -> None:
    done = vnpress("query", "--out", tables, "--name", "overdue", "--as-of", "2021-08-01", "--format", "json")
    assert [row["task"] for row in json.loads(done.stdout)] == ["undated", "báo cáo"]
    today = json.loads(vnpress("query", "--out", tables, "--name", "overdue", "--format", "json").stdout)
    assert {"báo cáo", "tiêm xong", "tổng kết", "later"} <= {row["task"] for row in today}
    days = next(row["days_over"] for row in today if row["task"] == "báo cáo")
    assert abs(days - (datetime.now(UTC).date() - date(2021, 7, 20)).days) <= 1
    listed = vnpress("query", "--list")
    assert all(f"\n{name}: " in "\n" + listed.stdout for name in read_questions())
    options = vnpress("query", "--name", "overdue", "--sql").stdout
    assert options.startswith("-- Deadlines that had passed") and "deadlines_once" in options


def test_every_parameter_of_a_question_is_an_option() -> None:
    known = {parameter.name.replace("_", "-") for question in read_questions().values() for parameter in question.parameters}
    assert known == set(PARAMETERS)


def test_own_sql_takes_parameters(tables: Path, vnpress: Vnpress) -> None:
    sql = "SELECT deadline_id FROM deadlines WHERE due_end = $day AND is_in($who, responsible)"
    done = vnpress("query", "--out", tables, sql, "--param", "day=2021-07-20", "--param", "who=sở y tế", "--format", "csv")
    assert done.stdout.split() == ["deadline_id", "d1"]


def test_sql_from_standard_input_in_a_process_of_its_own(tables: Path) -> None:
    done = run_vnpress("query", "--out", tables, "-", "--format", "csv", input="SELECT 'nhiệm vụ' AS u")
    assert done.stdout.split("\n")[:2] == ["u", "nhiệm vụ"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "give one of SQL, --name, --list and --db"),
        (("SELECT 1", "--list"), "here are SQL and --list"),
        (("SELECT 1", "--format", "parquet"), "needs --to FILE"),
        (("SELECT 1", "--to", "answer.xyz"), "which of csv, json, parquet?"),
        (("SELECT nothing FROM counts",), "no column nothing"),
        (("--name", "posts", "--param", "person"), "written as NAME=VALUE"),
        (("--name", "posts", "--out", "nowhere"), "nowhere: no table articles here"),
    ],
)
def test_wrong_use_is_told(args: tuple[str, ...], message: str, tables: Path, vnpress: Vnpress) -> None:
    done = vnpress("query", *(() if "--out" in args else ("--out", tables)), *args)
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "status", "message"), [("no/x.csv", 2, "no folder"), ("x" * 250 + ".csv", 3, "nothing was written")]
)
def test_what_cannot_be_written_leaves_nothing(
    name: str, status: int, message: str, tables: Path, tmp_path: Path, vnpress: Vnpress
) -> None:
    done = vnpress("query", "--out", tables, "SELECT 1", "--to", tmp_path / name)
    assert done.returncode == status and message in done.stderr and not list(tmp_path.iterdir())


def test_wide_rows_are_laid_out_one_value_below_another(tables: Path, vnpress: Vnpress) -> None:
    done = vnpress("query", "--out", tables, "--name", "overdue", "--as-of", "2021-08-01")
    assert "── 1 ──" in done.stdout and max(map(len, done.stdout.splitlines())) <= 120
    control = vnpress("query", "--out", tables, "SELECT chr(27) || '[31mred' AS x, 'a' || chr(10) || 'b' AS y")
    assert "\x1b" not in control.stdout and "·[31mred" in control.stdout and "a b" in control.stdout


LONG = "SELECT count(*) FROM range(3000000) a(i), range(1000000) b(j) WHERE hash(i + j) % 7 = 1"
PATIENT = f"""
import signal, sys
import pipeline.query
from pipeline.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent in the background hands on that it is ignored
print("ready", flush=True)
sys.exit(main(["query", "--out", sys.argv[1], {LONG!r}]))
"""


def test_ctrl_c_ends_a_long_query(tables: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PATIENT, str(tables)]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        for patience in (1.5, *[10] * 5):
            try:
                _, told = process.communicate(timeout=patience)
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
        else:
            process.kill()
    assert process.returncode == 3 and "interrupted; nothing was written" in told


# The DuckDB file.


def test_database_follows_new_runs_and_says_what_columns_mean(
    tmp_path: Path, vnpress: Vnpress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generation, "GRACE_SECONDS", -1.0)  # what gave way is removed at once
    out = write_tables(tmp_path / "it's out", {"articles": [made("one", "2021-06-10", "x")]})
    file = tmp_path / "tables.duckdb"
    assert vnpress("query", "--out", out, "--db", file).returncode == 0
    with duckdb.connect(str(file), read_only=True) as connection:
        told = connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'counts_once' AND column_name = 'total'"
        )
        assert told.fetchall() == [("`32` of `5/32 nhiệm vụ`.",)]
        silent = "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
        assert connection.execute(silent).fetchone() == (0,)
        assert connection.execute("SELECT comment FROM duckdb_views() WHERE view_name = 'counts'").fetchone() == (
            "One quantity.",
        )
    for _ in range(3):  # of which the first two generations are removed
        day = str(date(2021, 6, 10) + timedelta(days=1))
        write_tables(out, {"articles": [made("one", "2021-06-10", "x"), made("two", day, "x", duplicate_of="one")]})
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (2,)
        assert connection.execute("SELECT published_on FROM articles_once").fetchall() == [(date(2021, 6, 10),)]
    assert vnpress("query", "--out", out, "--db", file).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["it's out", "tables.duckdb"]


def test_database_replaces_nothing_else(tables: Path, tmp_path: Path, vnpress: Vnpress) -> None:
    words = tmp_path / "words.txt"
    words.write_text("mine", "utf-8")
    with duckdb.connect(str(tmp_path / "mine.duckdb")) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS a")
    for file in (words, tmp_path / "mine.duckdb"):
        done = vnpress("query", "--out", tables, "--db", file)
        assert done.returncode == 2 and "name another file" in done.stderr
    assert words.read_text("utf-8") == "mine"
