"""Deadlines: offsets, keys to other tables, one telling of a deadline, linear time."""

from __future__ import annotations

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.facts import dates, deadlines, stamp_ids
from pipeline.facts.dates import DateRow
from pipeline.facts.deadlines import DeadlineRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.officials import OfficialRow
from pipeline.facts.persons import PersonRow
from pipeline.model import Article, Findings, Row

STAMP = datetime(2021, 7, 23, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def article(text: str) -> Article:
    return Article(article_id="a", source="a", text=text, published_at=STAMP, published_grain="day")


def with_dates(text: str) -> Findings:
    return Findings().with_rows(stamp_ids(article(text), dates.read_rows(article(text), (), Findings())))


def read(text: str, *more: Row) -> list[DeadlineRow]:
    rows = deadlines.read_rows(article(text), (), with_dates(text).with_rows(more))
    return [row for row in rows if isinstance(row, DeadlineRow)]


def named(text: str, name: str, person_id: str) -> MentionRow:
    start = text.index(name)
    return MentionRow(
        article_id="a",
        kind="person",
        person_id=person_id,
        text=name,
        start=start,
        end=start + len(name),
        rule="test",
        confidence=1.0,
    )


def holder(person_id: str, role: str, organization: str) -> OfficialRow:
    return OfficialRow(
        article_id="a", person_id=person_id, person=person_id, role=role, organization=organization, status="current",
        text="", start=0, end=0, rule="test", confidence=1.0,
    )  # fmt: skip


def test_row_quotes_its_sentence_and_points_to_its_date() -> None:
    text = "Hội nghị kết thúc lúc 11 giờ. Các xã nộp báo cáo muộn nhất ngày 26/7. Sau đó đoàn ra về."
    (row,) = read(text)
    assert text[row.start : row.end] == row.text == "Các xã nộp báo cáo muộn nhất ngày 26/7."
    assert row.date_id in {found.date_id for found in with_dates(text).of(DateRow)}
    assert row.due_end == date(2021, 7, 26)


def test_speaker_is_the_person_by_the_full_name() -> None:
    text = "Phó Chủ tịch UBND thành phố Đinh Quốc Thái chủ trì. Ông Thái yêu cầu các quận gửi báo cáo trước ngày 30/7."
    people = (
        PersonRow(person_id="p1", name="Đinh Quốc Thái"),
        named(text, "Đinh Quốc Thái", "p1"),
        named(text, "Ông Thái", "p1"),
    )
    (row,) = read(text, *people)
    assert (row.assigned_by, row.assigned_by_person_id) == ("Đinh Quốc Thái", "p1")


def test_speech_goes_on_over_sentences_and_lists() -> None:
    text = (
        "Bí thư Huyện ủy Lâm Bảo Ngân yêu cầu các xã giữ vững tiến độ. Ngoài ra, các phòng cần gửi kế hoạch trước ngày 2/8.\n\n"
        "- Công an huyện: hoàn thành cấp căn cước trong tháng 8/2021."
    )
    people = (PersonRow(person_id="p1", name="Lâm Bảo Ngân"), named(text, "Lâm Bảo Ngân", "p1"))
    assert [row.assigned_by for row in read(text, *people)] == ["Lâm Bảo Ngân", "Lâm Bảo Ngân"]


def test_title_alone_is_the_one_person_who_holds_it() -> None:
    text = "Phó Thủ tướng Tạ Minh Quân dự họp. Kết luận, Phó Thủ tướng yêu cầu các bộ trình đề án trước ngày 15/8."
    people = (
        PersonRow(person_id="p1", name="Tạ Minh Quân"),
        named(text, "Tạ Minh Quân", "p1"),
        holder("p1", "Phó Thủ tướng", "Chính phủ"),
    )
    assert read(text, *people)[0].assigned_by == "Tạ Minh Quân"


def test_title_of_another_body_is_not_taken_for_the_person() -> None:
    text = "Chủ tịch Hội Luật gia Tạ Minh Quân dự họp. Chủ tịch UBND tỉnh yêu cầu các sở báo cáo trước ngày 15/8."
    people = (
        PersonRow(person_id="p1", name="Tạ Minh Quân"),
        named(text, "Tạ Minh Quân", "p1"),
        holder("p1", "Chủ tịch", "Hội Luật gia"),
    )
    assert read(text, *people)[0].assigned_by == "Chủ tịch UBND tỉnh"


def test_quotation_names_its_speaker_after_it() -> None:
    text = "“Các trường phải công bố kết quả trước ngày 30/7”, Giám đốc Sở Giáo dục Vũ Hà Linh chỉ đạo."
    people = (PersonRow(person_id="p1", name="Vũ Hà Linh"), named(text, "Vũ Hà Linh", "p1"))
    assert read(text, *people)[0].assigned_by == "Vũ Hà Linh"


def test_deadline_told_twice_is_one() -> None:
    text = (
        "Yêu cầu hoàn thành tiêm chủng trước 31/8/2021\n\n"
        "Bộ Y tế yêu cầu các tỉnh hoàn thành tiêm chủng trước ngày 31 tháng 8 năm 2021."
    )
    (row,) = read(text)
    assert row.responsible == "các tỉnh"


@pytest.mark.parametrize(
    "unit",
    [
        "Thủ tướng yêu cầu các bộ, ngành rà soát văn bản, báo cáo trước ngày 30/9/2021. ",
        "báo cáo trước ngày 30/9, ",
        "trước ngày 30/9 ",
        "- Sở A: hoàn thành trước 15/8.\n\n",
        "các sở, ban, ngành, quận, huyện, ",
        "trong thời hạn 10 ngày kể từ ngày nhận đơn ",
        "để để để nhằm để hoàn thành ",
    ],
)
def test_time_grows_with_the_length_of_the_text(unit: str) -> None:
    def seconds(count: int) -> float:
        text = unit * count
        findings = with_dates(text)
        start = time.process_time()
        list(deadlines.read_rows(article(text), (), findings))
        return time.process_time() - start

    seconds(20)
    size = max(100, 10_000 // len(unit))
    short = min(seconds(size) for _ in range(3))
    long = min(seconds(4 * size) for _ in range(2))
    assert long < 10 * short + 0.05  # 4 if linear, 16 if quadratic
