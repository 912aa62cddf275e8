"""`vnpress export --xlsx`, read back with openpyxl and opened in LibreOffice; meanings of columns in Parquet."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tables_by_hand import write_tables

from pipeline.cli import main
from pipeline.export import as_xlsx
from pipeline.export.as_xlsx import ARTICLE_COLUMNS, MAX_CHARS, write_workbook
from pipeline.tables import TABLES

HOSTILE = (
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "{=1}", '=HYPERLINK("http://a.example","x")',
    "http://a.example/x", "mailto:a@b.example", "internal:counts!A1", "00123", "1e5", "TRUE", "#REF!", "_x0041_",
    "<b>&amp;\"'", " hai  dấu cách ",
    "dòng một\ndòng hai", "hồ sơ 😀", "Nguyễn Thị Hạnh",
)  # fmt: skip


def article(key: str, **more: str | int | None) -> dict[str, str | int | None]:
    stamp = {"published_at": "2021-06-09T17:30:00+00:00", "published_grain": "minute"}
    return {"article_id": key, "source": f"{key}.html", "language": "vi", "text": "Văn bản.", **stamp, **more}


def count(key: str, value: str, text: str = "x", **more: str) -> dict[str, str]:
    return {"count_id": key, "article_id": "a", "kind": "count", "value": value, "unit": "huyện", "text": text, **more}


def sheet(path: Path, name: str) -> Worksheet:
    found = openpyxl.load_workbook(path)[name]
    assert isinstance(found, Worksheet)
    return found


def column(page: Worksheet, name: str) -> list[object]:
    place = [cell.value for cell in page[1]].index(name) + 1
    return [page.cell(row, place).value for row in range(2, page.max_row + 1)]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("xlsx")
    tables = {
        "articles": [article("a", title="=2+3", url="https://a.example/1"), article("b", duplicate_of="a", published_at=None)],
        "persons": [{"person_id": f"p{number:02}", "name": words} for number, words in enumerate(HOSTILE)],
        "counts": [
            count("c1", "12.5", "12,5"), count("c2", "1200000000000", total="32"), count("c3", "12345678901234567890.123456"),
            {**count("c4", "7"), "article_id": "b"},
        ],
        "dates": [
            {"date_id": "d1", "article_id": "a", "text": "2/9/1945", "value_start": "1945-09-02", "value_end": "1945-09-02"},
            {"date_id": "d2", "article_id": "a", "text": "1802", "value_start": "1802-01-01", "value_end": "1802-12-31"},
            {"date_id": "d3", "article_id": "a", "text": "sau này"},
        ],
    }  # fmt: skip
    out = write_tables(folder / "out", tables)
    assert main(["export", "--xlsx", str(folder / "tables.xlsx"), "--out", str(out)]) == 0
    return folder / "tables.xlsx"


def test_a_sheet_for_each_table_with_filter_frozen_header_and_meanings(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    assert book.sheetnames == ["about", *TABLES]
    for name, table in TABLES.items():
        page = book[name]
        facts = any(c.name == "article_id" for c in table.columns) and name != "articles"
        columns = [*table.columns, *(ARTICLE_COLUMNS if facts else ())]
        assert [cell.value for cell in page[1]] == [c.name for c in columns]
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref.startswith("A1:")
        for cell, c in zip(page[1], columns, strict=True):
            assert cell.comment is not None and cell.comment.text.startswith(c.meaning), (name, c.name)


def test_texts_stay_texts_and_nothing_runs(workbook: Path) -> None:
    found = column(sheet(workbook, "persons"), "name")
    assert found == [
        words.replace("\r", "_x000D_").replace("_x0041_", "_x005F_x0041_") for words in HOSTILE
    ]  # as the format writes them
    for page in openpyxl.load_workbook(workbook).worksheets:
        for row in page.iter_rows():
            assert all(cell.data_type != "f" for cell in row), "a formula"
    with zipfile.ZipFile(workbook) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in package.read(name)
            assert "externalLink" not in name and "vbaProject" not in name
            if name.startswith("xl/worksheets/_rels"):
                assert b"http://a.example" not in package.read(name), "an address became a link"


def test_numbers_days_and_moments_are_real(workbook: Path) -> None:
    counts = sheet(workbook, "counts")
    assert column(counts, "value") == [12.5, 1200000000000, "12345678901234567890.123456", 7]
    assert column(counts, "total") == [None, 32, None, None]
    dates = sheet(workbook, "dates")
    assert column(dates, "value_start") == [datetime(1945, 9, 2), "1802-01-01", None]  # noqa: DTZ001
    assert dates.cell(2, 6).number_format == "yyyy-mm-dd"
    articles = sheet(workbook, "articles")
    assert column(articles, "published_at") == [datetime(2021, 6, 10, 0, 30), None]  # noqa: DTZ001 - half past midnight in Vietnam


def test_a_fact_can_be_checked_in_its_own_sheet(workbook: Path) -> None:
    counts = sheet(workbook, "counts")
    assert column(counts, "article_title") == ["=2+3", "=2+3", "=2+3", None]
    assert column(counts, "article_address") == [*["https://a.example/1"] * 3, "b.html"]
    assert column(counts, "published_on")[:1] == [datetime(2021, 6, 10)]  # noqa: DTZ001
    assert column(counts, "duplicate_of") == [None, None, None, "a"]


def test_first_sheet_says_what_is_where_and_what_did_not_fit(workbook: Path) -> None:
    lines = [row for row in sheet(workbook, "about").iter_rows(values_only=True) if row[0]]
    assert ("counts", 4, "One quantity.") in lines and ("counts", "total", "`32` of `5/32 nhiệm vụ`.") in lines
    told = [str(line[0]) for line in lines]
    assert "dates: days before 1900-03-01, which Excel does not know, written as text: 2" in told
    assert "counts: numbers of more than 15 digits, written as text so that none is lost: 1" in told


def test_limits_of_excel_are_kept_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(as_xlsx, "MAX_ROWS", 4)
    long = [article("a", text="ế" * MAX_CHARS), article("b", text="ế" * (MAX_CHARS + 1)), article("c", text="😀" * 20_000)]
    out = write_tables(tmp_path / "out", {"articles": long, "counts": [count(f"c{n}", str(n)) for n in range(7)]})
    assert main(["export", "--xlsx", str(tmp_path / "t.xlsx"), "--out", str(out)]) == 0
    told = capsys.readouterr().err
    assert "articles.text: cells cut to the 32,767 characters that Excel holds: 2" in told
    assert "counts: more rows than a sheet of Excel holds, so there are further sheets: 2" in told
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    parts = [name for name in book.sheetnames if name.startswith("counts")]
    assert parts == ["counts", "counts 2", "counts 3"]
    assert [value for name in parts for value in column(book[name], "count_id")] == [f"c{n}" for n in range(7)]
    whole, cut, wide = column(book["articles"], "text")
    assert whole == "ế" * MAX_CHARS
    for text, length in ((str(cut), "32,768"), (str(wide), "20,000")):
        assert text.endswith(f"… [cut: {length} characters; the whole is in Parquet and CSV]")
        assert len(text.encode("utf-16-le")) <= 2 * MAX_CHARS


def test_same_tables_same_bytes(workbook: Path, tmp_path: Path) -> None:
    write_workbook(workbook.parent / "out", tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == workbook.read_bytes()


@pytest.mark.parametrize(
    ("name", "message"), [("x.xls", "ends in .xlsx"), ("no/x.xlsx", "no folder"), ("x" * 250 + ".xlsx", "nothing was written")]
)
def test_what_cannot_be_written_is_told(
    name: str, message: str, workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "--xlsx", str(tmp_path / name), "--out", str(workbook.parent / "out")]) in (2, 3)
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_libreoffice_reads_the_same(workbook: Path, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("soffice is not installed (apt: libreoffice-calc-nogui)")
    all_sheets = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", "--headless", profile, "--convert-to", all_sheets, "--outdir", str(tmp_path), str(workbook)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if "could not be loaded" in done.stderr + done.stdout:
        pytest.skip("this LibreOffice has no Calc (apt: libreoffice-calc-nogui)")
    with (tmp_path / "tables-persons.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert [name for name in names if "\r" not in name] == [words for words in HOSTILE if "\r" not in words]
    with (tmp_path / "tables-counts.csv").open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    assert (first["value"], first["published_on"], first["article_title"]) == ("12.5", "2021-06-10", "=2+3")


def test_parquet_says_what_each_column_means(tmp_path: Path) -> None:
    out = write_tables(tmp_path / "out", {})
    for name, table in TABLES.items():
        schema = pq.read_schema(out / f"{name}.parquet")
        assert schema.metadata[b"description"].decode() == table.meaning
        assert {c.name: schema.field(c.name).metadata[b"description"].decode() for c in table.columns} == {
            c.name: c.meaning for c in table.columns
        }
        plain = pq.read_metadata(out / f"{name}.parquet").metadata[b"columns"]  # for readers that know no Arrow
        assert json.loads(plain) == {c.name: c.meaning for c in table.columns}
