"""Corrections: what a person says of rows reaches every table, survives a better cleaner, and never fails in silence."""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from openpyxl import load_workbook

from pipeline import extraction, work
from pipeline.cli import main
from pipeline.corpus import list_inputs, read_page
from pipeline.export.generation import current_generation
from pipeline.model import Reject
from pipeline.resolve.evidence import Evidence
from pipeline.resolve.resolution import resolve
from pipeline.review.applying import correct_article, settle
from pipeline.review.corrections import COLUMNS, Correction, read_corrections, write_corrections
from pipeline.review.sheet import SHEET, list_doubtful, sentence_around, write_sheet
from pipeline.review.values import Unfit, allowed_columns, parse_value
from pipeline.run import Options, Summary, finish_rows, run
from pipeline.tables import GLOBAL_TABLES, LOG_TABLES, TABLES, Plain, read_table, rows_to_frame, to_plain

PURE = [name for name in TABLES if name not in LOG_TABLES]


def say(row_id: object, column: str, value: str, *, article_id: str = "") -> Correction:
    return Correction(
        place="", row_id=str(row_id), column=column, value=value, who="An", when="2024-05-02", article_id=article_id
    )


class Desk:
    """A corpus with its tables, where corrections are said and runs are made."""

    def __init__(self, corpus: Path) -> None:
        self.corpus = corpus
        self.out = corpus.parent / "out"
        self.said: list[Correction] = []
        self.summary = self.run()

    def run(self, *, only: str | None = None, cached: bool = True) -> Summary:
        cache = self.corpus.parent / "cache.sqlite" if cached else None
        options = Options(corpus=self.corpus, out=self.out, only=only, cache=cache, formats=("parquet",))
        self.summary = run(options, clock=lambda: datetime.now(UTC))
        return self.summary

    def correct(self, *said: Correction) -> Summary:
        self.said += said
        write_corrections(self.corpus / "corrections.csv", self.said)
        return self.run()

    def table(self, name: str) -> pd.DataFrame:
        return read_table(name, self.out)

    def row(self, name: str, column: str, value: object) -> pd.Series:
        frame = self.table(name)
        (found,) = frame[frame[column] == value].to_dict("records")
        return pd.Series(found)

    def digests(self) -> dict[str, str]:
        return {name: hashlib.sha256((self.out / f"{name}.parquet").read_bytes()).hexdigest() for name in PURE}

    def check(self) -> None:
        """Keys, foreign keys and offsets hold after every correction."""
        frames = {name: self.table(name) for name in TABLES}
        texts = dict(zip(frames["articles"]["article_id"], frames["articles"]["text"], strict=True))
        for name, table in TABLES.items():
            frame = frames[name]
            assert frame[table.key].is_unique, name
            for c in table.columns:
                if c.refers:
                    known = set(frames[c.refers][TABLES[c.refers].key])
                    assert set(frame[c.name].dropna()) <= known, f"{name}.{c.name}"
            if {"start", "article_id"} <= set(frame.columns):
                for row in frame.dropna(subset=["start"]).to_dict("records"):
                    assert texts[row["article_id"]][int(row["start"]) : int(row["end"])] == row["text"], (name, row)


@pytest.fixture
def desk(corpus: Path) -> Iterator[Desk]:
    desk = Desk(corpus)
    yield desk
    desk.check()


def test_a_corrected_cell_is_marked_and_nothing_else_changes(desk: Desk) -> None:
    before = {name: desk.table(name) for name in PURE}
    row = desk.row("counts", "text", "4/18 nhiệm vụ")
    summary = desk.correct(say(row["count_id"], "total", "19"))
    assert summary.n_unchanged == 2, "no input is read again"
    assert (summary.corrections.n_applied, summary.corrections.unfit) == (1, ())
    after = desk.row("counts", "count_id", row["count_id"])
    assert (after["value"], after["total"], after["rule"], after["confidence"]) == (row["value"], 19, "correction", 1.0)
    for name in PURE:
        if name != "counts":
            pd.testing.assert_frame_equal(desk.table(name), before[name])


def test_a_corrected_persons_name_reaches_persons_mentions_and_positions(desk: Desk) -> None:
    row = desk.row("officials", "person", "Trần Quốc Đạt")
    desk.correct(say(row["official_id"], "person", "Trần Quốc Đạo"))
    persons = desk.table("persons").set_index("name")
    assert set(persons.index) == {"Trần Quốc Đạo", "Lý Thu Hằng"}
    person = persons.loc["Trần Quốc Đạo"]
    assert person["aliases"] == "Trần Quốc Đạt;Đạt"
    assert person["evidence"] == "Phó Chủ tịch Ủy ban nhân dân thành phố Sơn Hà"
    mentions = desk.table("mentions")
    named = mentions[mentions["person_id"] == person["person_id"]]
    assert set(named["text"]) == {"Trần Quốc Đạt", "Đạt"}, "the name in short follows, since nobody else is meant"
    assert set(named["rule"]) == {"correction"}
    after = desk.row("officials", "official_id", row["official_id"])
    assert (after["person"], after["person_id"]) == ("Trần Quốc Đạo", person["person_id"])


def test_a_person_named_in_two_articles_is_joined_after_correction(desk: Desk) -> None:
    row = desk.row("officials", "person", "Lý Thu Hằng")
    more = (desk.corpus / "decision.txt").read_text("utf-8").replace("Lý Thu Hằng", "Lý Thu Hẳng").replace("Hằng", "Hẳng")
    (desk.corpus / "second.txt").write_text(more, "utf-8")
    desk.run()
    wrong = desk.row("officials", "person", "Lý Thu Hẳng")
    assert wrong["person_id"] != row["person_id"]
    desk.correct(say(wrong["official_id"], "person", "Lý Thu Hằng"))
    officials = desk.table("officials").set_index("official_id")
    assert officials.loc[wrong["official_id"], "person_id"] == officials.loc[row["official_id"], "person_id"] == row["person_id"]
    assert "Lý Thu Hẳng" not in set(desk.table("persons")["name"])


def test_a_corrected_organisation_is_one_that_the_rules_would_know(desk: Desk) -> None:
    row = desk.row("officials", "person", "Lý Thu Hằng")
    desk.correct(say(row["official_id"], "organization", "Sở Y tế tỉnh Quảng Trị"))
    body = desk.row("organizations", "name", "Sở Y tế tỉnh Quảng Trị")
    assert (body["kind"], body["place"]) == ("department", "Quảng Trị")
    assert desk.row("officials", "official_id", row["official_id"])["org_id"] == body["org_id"]
    assert "Sở Y tế" not in set(desk.table("organizations")["name"]), "what nothing refers to any more is gone"


def test_a_deadline_follows_its_date(desk: Desk) -> None:
    row = desk.row("dates", "text", "ngày 30/4/2022")
    desk.correct(say(row["date_id"], "value_start", "2022-04-29"), say(row["date_id"], "value_end", "2022-04-29"))
    (deadline,) = desk.table("deadlines").to_dict("records")
    assert (deadline["due_start"], deadline["due_end"], deadline["rule"]) == (date(2022, 4, 29), date(2022, 4, 29), "correction")


def test_dropped_rows_go_and_leave_no_dangling_reference(desk: Desk) -> None:
    row = desk.row("dates", "text", "ngày 30/4/2022")
    official = desk.row("officials", "person", "Trần Quốc Đạt")
    document = desk.row("mentions", "text", "Chương trình 09-CTr/TU")
    desk.correct(*(say(key, "", "drop") for key in (row["date_id"], official["official_id"], document["mention_id"])))
    assert row["date_id"] not in set(desk.table("dates")["date_id"])
    (deadline,) = desk.table("deadlines").to_dict("records")
    assert pd.isna(deadline["date_id"]) and deadline["due_end"] == date(2022, 4, 30)
    assert "09-CTr/TU" not in set(desk.table("documents")["number"]), "nothing names it any more"
    assert "Trần Quốc Đạt" in set(desk.table("persons")["name"]), "he is still mentioned"
    assert list(desk.table("officials")["person"]) == ["Lý Thu Hằng"]


def test_a_whole_article_is_dropped(desk: Desk) -> None:
    article = desk.row("articles", "source", "decision.txt")
    desk.correct(say(article["article_id"], "", "drop"))
    assert list(desk.table("articles")["source"]) == ["meeting.txt"]
    assert set(desk.table("persons")["name"]) == {"Trần Quốc Đạt"}
    assert len(desk.table("events")) == 1


def test_a_right_row_is_confirmed(desk: Desk) -> None:
    row = desk.row("officials", "person", "Lý Thu Hằng")
    desk.correct(say(row["official_id"], "", "right"))
    after = desk.row("officials", "official_id", row["official_id"])
    assert (after["rule"], after["confidence"]) == ("correction", 1.0)
    assert after.drop(["rule", "confidence"]).equals(row.drop(["rule", "confidence"]))


def test_a_corrected_quotation_moves_its_offsets(desk: Desk) -> None:
    row = desk.row("counts", "text", "4/18 nhiệm vụ")
    desk.correct(say(row["count_id"], "text", "đã có 4/18 nhiệm vụ"))
    after = desk.row("counts", "count_id", row["count_id"])
    assert (after["text"], after["start"], after["end"]) == ("đã có 4/18 nhiệm vụ", row["start"] - 6, row["end"])


def test_things_of_the_world_are_corrected_in_their_own_tables(desk: Desk) -> None:
    person = desk.row("persons", "name", "Lý Thu Hằng")
    body = desk.row("organizations", "name", "Sở Y tế")
    event = desk.row("articles", "source", "meeting.txt")["event_id"]
    summary = desk.correct(
        say(person["person_id"], "name", "Lý Thị Thu Hằng"),
        say(body["org_id"], "place", "Quảng Trị"),
        say(event, "title", "Sơ kết"),
        say(person["person_id"], "", "drop"),
        say(person["person_id"], "name", "Lý Thị Thu Hằng"),
    )
    assert (summary.corrections.n_applied, summary.corrections.unfit) == (3, ()), "a later line wins over an earlier one"
    after = desk.row("persons", "person_id", person["person_id"])
    assert (after["name"], after["aliases"]) == ("Lý Thị Thu Hằng", "Hằng;Lý Thu Hằng")
    assert desk.row("organizations", "org_id", body["org_id"])["place"] == "Quảng Trị"
    assert desk.row("events", "event_id", event)["title"] == "Sơ kết"


def test_a_better_cleaner_does_not_orphan_a_correction(desk: Desk) -> None:
    row = desk.row("counts", "text", "4/18 nhiệm vụ")
    desk.correct(say(row["count_id"], "total", "19"))
    path = desk.corpus / "meeting.txt"
    path.write_text(path.read_text("utf-8").replace("Sáng 12/4,", "Sở Hoa Sen cho biết:\n\nSáng 12/4 (thứ ba),"), "utf-8")
    assert desk.run().corrections.unfit == ()
    after = desk.row("counts", "count_id", row["count_id"])
    assert after["start"] > row["start"] and after["total"] == 19


UNFIT = {  # column and value of the count `4/18 nhiệm vụ` -> what is said of it
    ("value", "bốn"): "write a number with a point",
    ("value", ""): "cannot be empty",
    ("valu", "4"): 'has no column "valu"; did you mean "value"?',
    ("kind", "share"): "it is one of count, progress",
    ("text", "5/18 nhiệm vụ"): "is not in the text of meeting.txt",
    ("article_id", "x"): "is not corrected by hand",
    ("start", "1"): "it follows from `text`",
    ("confidence", "1"): "say `right`",
}


@pytest.mark.parametrize(("column", "value"), UNFIT)
def test_what_does_not_fit_is_an_issue_and_changes_nothing(corpus: Path, column: str, value: str) -> None:
    page = read_page(list_inputs(corpus, "meeting.txt").inputs[0])
    result = extraction.extract(page)
    assert not isinstance(result, Reject)
    (count,) = result.tables["counts"]
    lines = read_lines(corpus, [[str(count[0]), column, value, "An", "2024-05-02", ""]])
    done = correct_article(result.tables, result.evidence, settle(lines))
    (issue,) = done.issues
    assert UNFIT[column, value] in issue.message and issue.message.startswith("corrections.csv:2: ")
    assert (issue.step, issue.source, issue.quote) == ("correct", "meeting.txt", "4/18 nhiệm vụ")
    assert (done.tables, done.evidence) == (result.tables, result.evidence)


def read_lines(folder: Path, lines: list[list[str]]) -> tuple[Correction, ...]:
    with (folder / "corrections.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *lines])
    return read_corrections(folder / "corrections.csv").lines


def test_unfit_corrections_are_told_again_by_every_run_until_mended(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    row = desk.row("counts", "text", "4/18 nhiệm vụ")
    desk.correct(say("0" * 16, "", "drop"), say(row["count_id"], "value", "x"))
    for summary in (desk.summary, desk.run(), desk.run(cached=False)):
        assert [issue.message.split(": ")[0] for issue in summary.corrections.unfit] == ["corrections.csv:3", "corrections.csv:2"]
    issues = desk.table("issues")
    runs = desk.table("runs")
    assert set(issues[issues["step"] == "correct"]["run_id"]) == set(runs["run_id"].iloc[1:])
    main(["extract", str(desk.corpus), "--out", str(desk.out), "--no-cache", "--workers", "1"])
    told = capsys.readouterr().out
    assert "0 rows corrected, 2 corrections that no longer fit" in told
    assert "corrections.csv:2: no row has the id 0000000000000000" in told
    assert desk.run(only="decision*").corrections.unfit == (), "of a part of the corpus nobody can tell"


def test_the_corrections_file_is_part_of_what_tables_are_made_from(desk: Desk) -> None:
    plain = desk.digests()
    row = desk.row("counts", "text", "4/18 nhiệm vụ")
    desk.correct(say(row["count_id"], "total", "19"))
    corrected = desk.digests()
    assert {name for name in PURE if plain[name] != corrected[name]} == {"counts"}
    before = (desk.out / "counts.parquet").stat().st_mtime_ns
    desk.run()
    assert (desk.out / "counts.parquet").stat().st_mtime_ns == before, "nothing is made anew where nothing changed"
    desk.run(cached=False)
    assert desk.digests() == corrected, "the same bytes without the cache"
    (desk.corpus / "corrections.csv").unlink()
    desk.run()
    assert desk.digests() == plain
    assert not (current_generation(desk.out) or desk.out).joinpath("corrections.csv").exists()


def test_rows_are_found_with_and_without_the_id_of_their_article(desk: Desk) -> None:
    count = desk.row("counts", "text", "4/18 nhiệm vụ")
    desk.correct(say(count["count_id"], "total", "19", article_id=count["article_id"]))
    assert desk.summary.corrections.n_applied == 1
    desk.said.clear()
    desk.correct(say(count["count_id"], "total", "19", article_id="f" * 16))
    assert "no row has the id" in desk.summary.corrections.unfit[0].message, "an id of another article does not fit"


def test_nothing_corrected_gives_back_what_was_read() -> None:
    """Rows and evidence are rebuilt from what is kept; of an article without corrections they are what they were."""
    inputs = list_inputs(ROOT / "corpus").inputs
    for packed in work.extract_inputs(inputs[:6], work.Setting(version=extraction.extractor_version())):
        tables, evidence = work.unpack_tables(packed.result), Evidence.from_json(packed.evidence or b"")
        done = correct_article(tables, evidence, {})
        assert done.tables == tables
        assert done.evidence == evidence


def test_whatever_is_said_keys_references_and_offsets_hold() -> None:
    """Corrections at random over the sample corpus: what fits is applied, what does not is an issue, nothing breaks."""
    rng = random.Random(20240502)
    inputs = list_inputs(ROOT / "corpus").inputs
    for packed in work.extract_inputs(inputs, work.Setting(version=extraction.extractor_version())):
        for _ in range(4):
            tables, evidence = work.unpack_tables(packed.result), Evidence.from_json(packed.evidence or b"")
            lines = [line for _ in range(12) if (line := random_line(rng, tables))]
            done = correct_article(tables, evidence, settle(lines))
            if done.tables is None or done.evidence is None:
                continue
            resolution = resolve([done.evidence])
            finished = finish_rows(done.tables, resolution)
            frames = {name: [to_plain(row) for row in getattr(resolution, name)] for name in GLOBAL_TABLES} | finished
            check_tables(frames)


def random_line(rng: random.Random, tables: dict[str, list[list[Plain]]]) -> Correction | None:
    """What a hurried person may say of some row."""
    name = rng.choice([name for name in tables if tables[name]])
    table = TABLES[name]
    row = rng.choice(tables[name])
    if rng.random() < 0.2:
        return say(row[0], "", rng.choice(["drop", "right"])) if name != "articles" else None
    column = rng.choice(allowed_columns(table))
    text = str(tables["articles"][0][TABLES["articles"].place_of("text")])
    begin = rng.randrange(len(text))
    others = [str(other[table.place_of(column)] or "") for other in tables[name]]
    values = [*others, text[begin : begin + rng.randrange(1, 30)], "", "Nguyễn Văn An", "2024-05-02", "3", "P3M", "08:30"]
    return say(row[0], column, rng.choice(values))


def check_tables(frames: dict[str, list[list[Plain]]]) -> None:
    keys = {name: {row[0] for row in rows} for name, rows in frames.items()}
    text = str(frames["articles"][0][TABLES["articles"].place_of("text")])
    for name, rows in frames.items():
        table = TABLES[name]
        rows_to_frame(table, rows)  # of the types of the contract
        assert len(keys[name]) == len(rows)
        for row in rows:
            for place, c in enumerate(table.columns):
                assert row[place] is not None or c.nullable, f"{name}.{c.name}"
                assert not c.refers or row[place] is None or row[place] in keys.get(c.refers, set()), f"{name}.{c.name}"
            said = dict(zip((c.name for c in table.columns), row, strict=True))
            if said.get("start") is not None:
                assert text[int(str(said["start"])) : int(str(said["end"]))] == said["text"]


BAD_LINES = {
    "x,,,An,2024-05-02,": "neither a column with its right value nor `drop`",
    ",role,Giám đốc,An,2024-05-02,": "no row_id",
    "x,,Giám đốc,An,2024-05-02,": "value 'Giám đốc' without a column",
    "x,role,drop,An,2024-05-02,": "`drop` speaks of the whole row",
    "x,role,Giám đốc,,2024-05-02,": "who says so, and when?",
    "x,role,Giám đốc,An,,": "who says so, and when?",
    "x,role,Giám đốc,An,2024-05-02,why,more": "more cells than the header has",
}


@pytest.mark.parametrize("line", BAD_LINES)
def test_an_unusable_line_is_a_reject_and_the_others_count(tmp_path: Path, line: str) -> None:
    path = tmp_path / "corrections.csv"
    path.write_text(f"{','.join(COLUMNS)}\n\n,,,,,\n{line}\ny,role,Giám đốc,An,2024-05-02,\n", "utf-8")
    read = read_corrections(path)
    assert [one.row_id for one in read.lines] == ["y"]
    (reject,) = read.rejects
    assert reject.message.startswith("corrections.csv:4: ") and BAD_LINES[line] in reject.message


def test_an_unusable_line_is_a_row_of_rejects_and_status_1(corpus: Path, tmp_path: Path) -> None:
    (corpus / "corrections.csv").write_text(f"{','.join(COLUMNS)}\nx,,,An,2024-05-02,\n", "utf-8")
    assert main(["extract", str(corpus), "--out", str(tmp_path / "out"), "--workers", "1"]) == 1
    (message,) = read_table("rejects", tmp_path / "out")["message"]
    assert "corrections.csv:2: neither a column" in message


BAD_FILES = {
    b"row_id,column,value,who,when\nx": "corrections.csv:1: no column why; the first line must be row_id,column",
    b"row_id,colum,value,who,when,why\n": 'corrections.csv:1: unknown column "colum"; did you mean "column"?',
    b"": "corrections.csv:1: no column row_id",
    b"row_id,column,value,who,when,why\nx,role,Gi\xe1m,An,2024,\n": 'csv:2: not UTF-8 (byte 0xe1); save it as "CSV UTF-8"',
    b'row_id,column,value,who,when,why\nx,role,"Gi,An,2024,\n': "corrections.csv:2: unexpected end of data; close every quotation",
}  # fmt: skip


@pytest.mark.parametrize("data", BAD_FILES)
def test_an_unusable_file_is_told_with_its_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "corrections.csv").write_bytes(data)
    with pytest.raises(ValueError, match=r"^corrections\.csv") as error:
        read_corrections(tmp_path / "corrections.csv")
    assert BAD_FILES[data] in str(error.value)


def test_an_unusable_file_is_status_2_and_leaves_the_tables(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    before = desk.digests()
    (desk.corpus / "corrections.csv").write_bytes(b"row_id,colum\n")
    assert main(["extract", str(desk.corpus), "--out", str(desk.out)]) == 2
    assert 'unknown column "colum"' in capsys.readouterr().err
    assert desk.digests() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_files_as_spreadsheets_save_them(tmp_path: Path, encoding: str, between: str) -> None:
    lines = [["Row ID", *COLUMNS[1:]], ["x", "role", "Giám đốc", "An", "2/5/2024", "hai\ndòng"], ["", "", "", "", "", ""]]
    text = "\r\n".join(between.join(f'"{cell}"' for cell in line) for line in lines)
    (tmp_path / "corrections.csv").write_text(text, encoding, newline="")
    (line,) = read_corrections(tmp_path / "corrections.csv").lines
    assert (line.row_id, line.value, line.when, line.why) == ("x", "Giám đốc", "2/5/2024", "hai\ndòng")


GOOD = {
    ("dates", "value_start", "2022-04-30"): date(2022, 4, 30),
    ("dates", "time", "08:30"): "08:30",
    ("dates", "anchor", ""): None,
    ("recurrences", "every", "P3M"): "P3M",
    ("recurrences", "times", "2"): 2,
    ("deadlines", "within", "P10D"): "P10D",
    ("documents", "year", "2021"): 2021,
}
BAD = {
    ("dates", "value_start", "30/4/2022"),
    ("dates", "value_start", "2022-04-31"),
    ("dates", "value_start", "20220430"),
    ("dates", "time", "8:30"),
    ("dates", "time", "24:00"),
    ("dates", "kind", "published"),
    ("recurrences", "every", "P"),
    ("recurrences", "every", "PT"),
    ("recurrences", "times", "1.5"),
    ("counts", "value", "1,5"),
    ("counts", "value", "NaN"),
    ("counts", "value", "1e9"),
    ("counts", "value", "1" * 33),
    ("articles", "text", "x"),
    ("articles", "published_at", "2024-05-02"),
    ("mentions", "kind", "person"),
    ("officials", "person_id", "x"),
}


def test_values_are_of_their_columns_type() -> None:
    for (name, column, said), value in GOOD.items():
        assert parse_value(TABLES[name], column, said) == value
    for name, column, said in sorted(BAD):
        with pytest.raises(Unfit):
            parse_value(TABLES[name], column, said)


def test_every_table_of_the_corpus_can_be_corrected() -> None:
    for name in PURE:
        if name != "rejects":
            assert allowed_columns(TABLES[name]), name


def test_the_sheet_shows_the_least_sure_rows_with_their_sentences(desk: Desk) -> None:
    rows = list_doubtful(desk.out, below=0.9)
    confidences = [float(row["confidence"]) for row in rows]
    assert confidences == sorted(confidences) and len(rows) > 0 and max(confidences) < 0.9
    (row,) = [row for row in rows if row["table"] == "deadlines"]
    assert row["sentence"] == "Ông Đạt yêu cầu các sở, ngành báo cáo kết quả trước ngày 30/4/2022."
    assert row["title"] == "Thành phố Sơn Hà sơ kết chương trình chuyển đổi số"
    assert "task: báo cáo kết quả" in row["says"] and row["source"] == "meeting.txt"
    assert list_doubtful(desk.out, below=0.9, tables=["deadlines"]) == [row]
    (short,) = [row for row in rows if row["text"] == "Đạt"]
    assert short["says"] == "person: Trần Quốc Đạt", "what a mention is taken for"
    every = list_doubtful(desk.out, below=1.01)
    assert len(every) == sum(len(desk.table(n)) for n in PURE if "confidence" in desk.table(n).columns)


def test_sentences_around_a_quotation() -> None:
    text = "Một hội nghị. Hai hội nghị!\n\nBa hội nghị."
    assert sentence_around(text, 14, 17) == "Hai hội nghị!"
    assert sentence_around(text, 4, 20) == "Một hội nghị. Hai hội nghị!"
    assert sentence_around(text, None, None) == ""


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.xlsx"])
def test_a_sheet_filled_in_becomes_corrections(desk: Desk, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path, goal = str(desk.corpus.parent / name), str(desk.corpus / "corrections.csv")
    assert main(["review", "--below", "0.97", "--out", str(desk.out), "--to", path]) == 0
    assert path in capsys.readouterr().out
    assert main(["review", "--out", str(desk.out), "--to", path]) == 2, "a sheet somebody may have filled in is not overwritten"
    assert "is there already" in capsys.readouterr().err
    fill_in(Path(path), "counts", {"column": "total", "value": "19"})
    take = ["review", "--take", path, "--corrections", goal]
    assert main(take) == 1 and not Path(goal).exists()
    assert "add --who NAME" in capsys.readouterr().err
    for new, known in ((1, 0), (0, 1)):
        assert main([*take, "--who", "An"]) == 0
        assert f"{new} new corrections, {known} known" in capsys.readouterr().out
    assert desk.run().corrections.n_applied == 1
    assert desk.row("counts", "text", "4/18 nhiệm vụ")["total"] == 19


def fill_in(path: Path, table: str, said: dict[str, str]) -> None:
    """As a person fills in the line of one table."""
    if path.suffix == ".xlsx":
        book = load_workbook(path)
        sheet = book.active
        assert sheet is not None
        (line,) = [row for row in sheet.iter_rows(min_row=2) if row[SHEET.index("table")].value == table]
        for column, value in said.items():
            line[SHEET.index(column)].value = int(value) if value.isdigit() else value
        book.save(path)
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, SHEET)
        writer.writeheader()
        writer.writerows([line | said if line["table"] == table else line for line in lines])


def test_a_filled_csv_sheet_is_itself_a_corrections_file(desk: Desk) -> None:
    path = desk.corpus / "corrections.csv"
    write_sheet(path, list_doubtful(desk.out, below=0.97))
    fill_in(path, "counts", {"column": "total", "value": "19", "who": "An", "when": "2024-05-02"})
    assert desk.run().corrections.n_applied == 1


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.xlsx"])
def test_nothing_in_a_sheet_can_run(tmp_path: Path, name: str) -> None:
    row = dict.fromkeys(SHEET, '=HYPERLINK("http://x.example";"+")') | {"row_id": "\x07@x"}
    write_sheet(tmp_path / name, [row])
    if name.endswith(".csv"):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
            assert all(cell.startswith("'=") for cell in list(csv.reader(file))[1][1:])
    else:
        (cells,) = load_workbook(tmp_path / name).worksheets[0].iter_rows(min_row=2)
        assert {cell.data_type for cell in cells} == {"s"} and cells[1].value == row["table"]


def test_wrong_usage_of_review_is_status_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for wrong in (["--tables", "persons"], ["--to", "sheet.ods"], ["--take", "none.csv"], ["--out", "none"]):
        assert main(["review", *wrong]) == 2, wrong
    with pytest.raises(SystemExit) as stop:
        main(["review", "--below", "x"])
    assert stop.value.code == 2 and not list(tmp_path.iterdir())
