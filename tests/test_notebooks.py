"""Notebooks and ready questions on the tables of corpus/: they run, say what the articles say, and show Vietnamese right."""

from __future__ import annotations

import base64
import os
import re
import struct
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from jupyter_client import KernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

from pipeline.query import answer_question, ask, open_tables
from pipeline.query.questions import bind, read_questions

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        yield from cell.get("outputs", [])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_stored_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert not list(outputs(notebook))
    assert all(cell.get("execution_count") is None for cell in notebook.cells)
    assert notebook.cells[0].cell_type == "markdown" and notebook.cells[0].source.startswith("# ")


@pytest.fixture(scope="module")
def kernel(extracted: Path) -> Iterator[KernelManager]:
    """One kernel for all: starting it and loading pandas is most of what a notebook takes."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(
        cwd=str(ROOT / "notebooks"), env={**os.environ, "VNPRESS_TABLES": str(extracted), "PYTHONPATH": str(ROOT)}
    )
    yield manager
    manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_on_the_tables_of_the_corpus(path: Path, kernel: KernelManager) -> None:
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))  # nothing is left of the one before
    NotebookClient(notebook, timeout=120, km=kernel).execute()
    told = "".join(output.text for output in outputs(notebook) if output.output_type == "stream" and output.name == "stderr")
    assert not told, "a warning: of a letter that the font lacks (`Glyph … missing`), or of what will not work in a later version"
    charts = [base64.b64decode(output.data["image/png"]) for output in outputs(notebook) if "image/png" in output.get("data", {})]
    assert charts
    for chart in charts:
        width, height = struct.unpack(">II", chart[16:24])
        assert 500 <= width <= 1500 and 250 <= height <= 1600 and len(chart) > 8_000, "a chart that nobody can read"


def test_font_of_the_charts_has_every_vietnamese_letter() -> None:
    from matplotlib.font_manager import fontManager, get_font

    letters = set("aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ")
    font = get_font(fontManager.findfont("DejaVu Sans"))
    assert all(ord(letter) in font.get_charmap() for letter in letters | {letter.upper() for letter in letters})
    assert all('plt.rcParams["font.family"] = "DejaVu Sans"' in path.read_text("utf-8").replace('\\"', '"') for path in NOTEBOOKS)


# What the articles of corpus/ say, read in them.


def ask_corpus(out: Path, name: str, *columns: str, **given: str | int | date) -> list[tuple[object, ...]]:
    with open_tables(out) as tables:
        return [tuple(row[column] for column in columns) for row in answer_question(tables, name, **given).to_pylist()]


def test_questions_answer_what_the_articles_say(extracted: Path) -> None:
    day = date(2024, 5, 25)
    assert ("hoàn thành lắp đặt kho lạnh", date(2024, 6, 15), 21) in ask_corpus(
        extracted, "open", "task", "due", "days_left", as_of=day
    )
    assert ("Sở Xây dựng", "hoàn thành nạo vét 38 tuyến mương, 115 km cống ngầm", 5) in ask_corpus(
        extracted, "overdue", "responsible", "task", "days_over", as_of=day
    )
    assert not ask_corpus(extracted, "overdue", "task", as_of=date(2005, 10, 12))
    assert (17, 46, "nhiệm vụ") in ask_corpus(extracted, "progress", "done", "total", "unit", document="09-CTr/TU")
    addresses = ask_corpus(extracted, "about", "article_address", document="Chương trình 09-CTr/TU")
    assert len(addresses) >= 2 and ("https://hanoi.example/tin-tuc/ban-chi-dao-chuong-trinh-09-so-ket-7120.html",) in addresses
    posts = ask_corpus(extracted, "posts", "role", "organization", person="luong the khai")
    assert ("Trưởng ban", "Ban Chỉ đạo Chương trình 09-CTr/TU") in posts and ("Phó Bí thư", "Thành ủy Hà Nội") in posts
    given = ask_corpus(extracted, "assignments", "responsible", "due", assigned_by="Doãn Khắc Tâm")
    assert ("Sở Tài nguyên và Môi trường", date(2024, 9, 30)) in given
    assert ("bà Hà Bảo Quyên giữ chức Phó Chủ tịch UBND thành phố nhiệm kỳ 2021-2026",) in ask_corpus(
        extracted, "new-officials", "quote", since="2023-10-01"
    )
    assert ask_corpus(extracted, "money", "amount", since="2024-08-01", until="2024-08-31")[0] == (31_250_000_000_000,)
    months = ask_corpus(extracted, "portals", "month", "articles", portal="Báo Tin")
    assert ("2021-11", 2) in months
    assert ("kiểm tra", "P1W", 3) in ask_corpus(extracted, "recurring", "what", "every", "times")
    assert ("2 lần/tháng",) in ask_corpus(extracted, "recurring", "quote")


@pytest.mark.parametrize("name", ["open", "undated", "events", "most-named", "units", "unsure"])
def test_other_questions_run_on_the_corpus_and_can_be_checked(name: str, extracted: Path) -> None:
    given = {"as_of": "2024-05-25"} if name == "open" else {"below": "1"} if name == "unsure" else {}
    with open_tables(extracted) as tables:
        rows = answer_question(tables, name, **given).to_pylist()
    assert rows
    for row in rows:
        assert any(row[column] for column in row if column.endswith("_address")), row


def test_the_examples_of_the_documentation_run(extracted: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "query.md").read_text("utf-8")
    (question,) = re.findall(r"^```sql title=\"ours/body.sql\"\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "body.sql").write_text(question, "utf-8")
    body = read_questions(tmp_path)["body"]
    with open_tables(extracted) as tables:
        found = ask(tables, body.sql, bind(body, {"body": "Sở Y tế", "since": "2024-09-01"}, today=date(2024, 1, 1))).to_pylist()
    assert [row["due_end"] for row in found] == [date(2024, 9, 8)]
    (python,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(extracted.parent)
    names: dict[str, object] = {}
    exec(compile(python, "query.md", "exec"), names)
    assert "tables" in names
    for question_name in read_questions():
        assert f"`{question_name}`" in text, "a ready question that the page does not name"
