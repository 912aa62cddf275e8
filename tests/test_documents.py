"""Documents: every mention, one id for one document over all articles, linear time."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.facts.documents import DocumentRow, read_rows
from pipeline.facts.mentions import MentionRow
from pipeline.model import Article, Findings

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def article(text: str, *, place: str | None = None, year: int | None = None) -> Article:
    stamp = datetime(year, 6, 1, tzinfo=VIETNAM) if year else None
    return Article(article_id="a", source="a", text=text, place=place, published_at=stamp)


def documents(text: str, *, place: str | None = None, year: int | None = None) -> list[DocumentRow]:
    return [row for row in read_rows(article(text, place=place, year=year), (), Findings()) if isinstance(row, DocumentRow)]


def mentions(text: str) -> list[MentionRow]:
    return [row for row in read_rows(article(text), (), Findings()) if isinstance(row, MentionRow)]


def test_every_mention_is_quoted_and_points_to_its_document() -> None:
    text = "Nghị quyết số 57-NQ/TW mở đường. Thực hiện Nghị quyết 57, tỉnh lập kế hoạch. Theo Nghị quyết này, vốn tăng."
    found = mentions(text)
    assert [row.text for row in found] == ["Nghị quyết số 57-NQ/TW", "Nghị quyết 57", "Nghị quyết"]
    assert all(text[row.start : row.end] == row.text for row in found)
    assert len({row.document_id for row in found}) == 1


def test_short_form_of_two_documents_is_left_open() -> None:
    text = "Nghị quyết 57-NQ/TW và Nghị quyết 57/NQ-CP được quán triệt. Việc thực hiện Nghị quyết 57 còn chậm."
    assert [row.text for row in mentions(text)] == ["Nghị quyết 57-NQ/TW", "Nghị quyết 57/NQ-CP"]


def test_year_of_a_law_is_left_to_the_dates() -> None:
    assert [row.text for row in mentions("Luật Đất đai năm 2024 và Hiến pháp 2013.")] == ["Luật Đất đai", "Hiến pháp"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nghị quyết 57-NQ/TW", "Nghị quyết số 57/NQ-TW"),
        ("Nghị quyết 29-NQ/TW", "Nghị quyết 29-NQ/TƯ"),
        ("Chương trình 07-CTr/TU của Thành ủy Hà Nội", "Chương trình số 7-CTr/TU của Thành ủy Hà Nội"),
        ("Nghị định 58/2025/NĐ-CP", "Nghị định số 58/2025/NÐ-CP ngày 3/3/2025 của Chính phủ"),
        ("Luật Đất đai 2024", "Luật Đất đai năm 2024"),
    ],
)
def test_one_document_has_one_id(one: str, other: str) -> None:
    assert documents(one)[0].document_id == documents(other)[0].document_id


def test_local_numbers_repeat_in_every_place() -> None:
    number = "Chương trình số 07-CTr/TU"
    assert documents(number, place="Hà Nội")[0].document_id != documents(number, place="Hải Phòng")[0].document_id
    stated = documents("Chương trình số 07-CTr/TU của Thành ủy Hà Nội")
    assert stated[0].document_id == documents(number, place="Hà Nội")[0].document_id


def test_numbers_without_a_year_begin_again_each_january() -> None:
    dated = documents("Nghị quyết 01/NQ-CP ngày 08/01/2025 của Chính phủ", year=2025)
    assert dated[0].document_id != documents("Nghị quyết 01/NQ-CP ngày 05/01/2024 của Chính phủ", year=2025)[0].document_id
    assert dated[0].document_id == documents("Nghị quyết 01/NQ-CP", year=2025)[0].document_id


def test_name_of_a_person_is_no_place() -> None:
    text = "Phó Bí thư Tỉnh ủy Đoàn Minh Khoa nói về Chương trình số 03-CTr/TU."
    assert documents(text)[0].issuer is None


@pytest.mark.parametrize(
    "unit",
    [
        "Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị, Nghị quyết 57, Luật Đất đai 2024. ",
        "12-34-56/78-90/",
        "Luật Luật Luật ",
        "số 1/2/3/4-A-B-C ",
        "tỉnh ủy A thành phố B 15/QĐ-UBND ",
        "của Của của Của ",
    ],
)
def test_time_grows_with_the_length_of_the_text(unit: str) -> None:
    def seconds(count: int) -> float:
        text = article(unit * count)
        start = time.process_time()
        list(read_rows(text, (), Findings()))
        return time.process_time() - start

    seconds(200)
    size = max(400, 40_000 // len(unit))
    short = min(seconds(size) for _ in range(3))
    long = min(seconds(4 * size) for _ in range(2))
    assert long < 10 * short + 0.05  # 4 if linear, 16 if quadratic
