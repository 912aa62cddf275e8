"""Calendar expressions: intervals are well formed, quotations exact, reading linear; lunar days; the bare expressions."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.facts.dates import DateRow, _lexer, read_rows
from pipeline.model import Article, Findings
from pipeline.vietnamese import calendar_lunar
from pipeline.vietnamese.calendar import When, find_expressions, resolve
from pipeline.vietnamese.calendar_values import add_months

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 12, 31))
PIECES = [
    "sáng", "chiều", "ngày", "hôm", "tháng", "năm", "quý", "tuần", "thứ", "trước", "sau", "tới", "qua", "nay", "từ", "đến", "và", ",", "-",
    "/", ".", "(", ")", "1", "2", "5", "12", "31", "2021", "2025", "23/7", "30/4/1975", "III", "hai", "mười", "đầu", "cuối", "giai đoạn",
    "lúc", "8h", "14h30", "rằm", "Tết", "mùng", "âm lịch", "cùng kỳ", "cách đây", "Quốc khánh", "họp", "\n", "thế kỷ XX", "hằng năm",
]  # fmt: skip


def read_dates(text: str, published: date | None) -> list[DateRow]:
    stamp = datetime(published.year, published.month, published.day, 9, 30, tzinfo=VIETNAM) if published else None
    article = Article(article_id="a", source="a", text=text, published_at=stamp, published_grain="minute" if stamp else None)
    return [row for row in read_rows(article, (), Findings()) if isinstance(row, DateRow)]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join), st.one_of(st.none(), DAYS))
def test_rows_are_well_formed(text: str, published: date | None) -> None:
    for row in read_dates(text, published):
        if row.start is not None and row.end is not None:
            assert text[row.start : row.end] == row.text
            assert row.text.strip() == row.text
            assert "\n" not in row.text
        assert (row.value_start is None) == (row.value_end is None)
        if row.value_start is not None and row.value_end is not None:
            assert row.value_start <= row.value_end
        for moment in (row.time, row.time_end):
            assert moment is None or (len(moment) == 5 and 0 <= int(moment[:2]) < 24 and 0 <= int(moment[3:]) < 60)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
def test_expressions_do_not_overlap(text: str) -> None:
    ends = 0
    for expression in find_expressions(text, _lexer()):
        assert ends <= expression.start < expression.end <= len(text)
        ends = expression.end


@given(DAYS, st.integers(1, 28), st.integers(1, 12), st.sampled_from(["past", "future", "near"]))
def test_open_years_go_where_they_are_sent(anchor: date, day: int, month: int, direction: str) -> None:
    interval = resolve(When(grain="day", day=day, month=month), anchor, direction)  # type: ignore[arg-type]
    assert interval is not None
    assert (interval.start.day, interval.start.month) == (day, month)
    assert interval.start == interval.end
    if direction == "past":
        assert timedelta(0) <= anchor - interval.start <= timedelta(days=366)
    elif direction == "future":
        assert timedelta(0) <= interval.start - anchor <= timedelta(days=366)
    else:
        assert abs(interval.start - anchor) <= timedelta(days=366)


@given(DAYS, st.integers(-600, 600))
def test_months_are_added_whole(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or moved.day < day.day


@pytest.mark.parametrize(
    ("year", "first"),
    # Tết as the government announced it; in 1985, 2007 and 2030 it differs from the Chinese new year.
    [
        (1985, date(1985, 1, 21)),
        (2007, date(2007, 2, 17)),
        (2024, date(2024, 2, 10)),
        (2025, date(2025, 1, 29)),
        (2030, date(2030, 2, 2)),
    ],
)
def test_lunar_new_year(year: int, first: date) -> None:
    assert calendar_lunar.to_solar(year, 1, 1) == first
    assert calendar_lunar.to_solar(year, 0, 30) == first - timedelta(days=1)


@given(st.integers(1902, 2097), st.integers(1, 12))
def test_lunar_months_have_29_or_30_days(year: int, month: int) -> None:
    first, last = calendar_lunar.month_days(year, month)
    assert (last - first).days + 1 in (29, 30)


# What is asked on 12 February 2013, a Tuesday.
BARE = {
    "hôm nay": "2013-02-12",
    "Hôm qua": "2013-02-11",
    "ngày mai": "2013-02-13",
    "ngày kia": "2013-02-14",
    "thứ 2": "2013-02-18",
    "Thứ Hai": "2013-02-18",
    "thứ ba": "2013-02-19",
    "chủ nhật tới": "2013-02-17",
    "thứ 4 tuần này": "2013-02-13",
    "thứ sáu vừa rồi": "2013-02-08",
    "CN tuần sau": "2013-02-24",
    "thứ sáu ngày 13": "2013-09-13",
    "15/2": "2013-02-15",
    "1/3": "2013-03-01",
    "mồng 1 tháng 3": "2013-03-01",
    "ngày 8 tháng 8": "2013-08-08",
    "31/10/1974": "1974-10-31",
    "31/10/74": "1974-10-31",
    "ngày 20 tháng sau": "2013-03-20",
    "ngày đầu tiên của tháng 3": "2013-03-01",
    "tuần thứ hai của tháng 3": "2013-03-11..2013-03-17",
    "cuối tuần": "2013-02-16..2013-02-17",
    "tuần tới": "2013-02-18..2013-02-24",
    "tháng 1": "2014-01-01..2014-01-31",
    "tháng này": "2013-02-01..2013-02-28",
    "quý sau": "2013-04-01..2013-06-30",
    "Nộp trước quý sau": "2013-04-01..2013-06-30",
    "quý 3 năm 2018": "2018-07-01..2018-09-30",
    "năm ngoái": "2012-01-01..2012-12-31",
    "năm sau": "2014-01-01..2014-12-31",
    "2 ngày trước": "2013-02-10",
    "hai tuần trước": "2013-01-29",
    "sau 5 ngày": "2013-02-17",
    "3 tháng nữa": "2013-05-12",
    "2 giờ nữa": "2013-02-12",
    "mười ngày qua": "2013-02-02..2013-02-12",
    "trong 2 tuần tới": "2013-02-13..2013-02-26",
    "trong vòng 10 ngày": "2013-02-13..2013-02-22",
    "mùa hè này": "2013-06-21..2013-09-22",
    "từ ngày 13 đến 15 tháng 7": "2013-07-13..2013-07-15",
    "từ thứ hai đến thứ sáu": "2013-02-18..2013-02-22",
    "giáng sinh": "2013-12-25",
    "ngày lễ quốc tế lao động": "2013-05-01",
    "ngày của mẹ": "2013-05-12",
    "giao thừa": "2014-01-30",
    "rằm": "2013-02-24",
    "rằm tháng bảy": "2013-08-21",
    "Giỗ Tổ Hùng Vương": "2013-04-19",
    "thập niên 90": "1990-01-01..1999-12-31",
}


@pytest.mark.parametrize(("text", "wanted"), BARE.items())
def test_bare_expression(text: str, wanted: str) -> None:
    rows = [row for row in read_dates(text, date(2013, 2, 12)) if row.kind != "published"]
    assert [
        f"{row.value_start}" if row.value_start == row.value_end else f"{row.value_start}..{row.value_end}" for row in rows
    ] == [wanted]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("18 giờ 30", "18:30"),
        ("3h sáng mai", "03:00"),
        ("tối mai lúc 8 giờ", "20:00"),
        ("giữa trưa", "12:00"),
        ("2 giờ nữa", "11:30"),
    ],
)
def test_bare_time_of_day(text: str, moment: str) -> None:
    assert [row.time for row in read_dates(text, date(2013, 2, 12)) if row.kind != "published"] == [moment]


@pytest.mark.parametrize(("accented", "other"), [("ngày hoà bình 21/9", "ngày hòa bình 21/9"), ("quý II/2021", "quí II/2021")])
def test_both_spellings_read_alike(accented: str, other: str) -> None:
    first, second = read_dates(accented, date(2013, 2, 12)), read_dates(other, date(2013, 2, 12))
    assert [(row.value_start, row.kind) for row in first] == [(row.value_start, row.kind) for row in second] != []


def test_the_stamp_in_the_text_is_the_published_row() -> None:
    rows = read_dates("Họp giao ban quý\n\n12/02/2013 09:30\n\nSở họp giao ban.", date(2013, 2, 12))
    assert [(row.kind, row.text, row.time) for row in rows] == [("published", "12/02/2013 09:30", "09:30")]


def test_published_row_without_a_stamp_has_no_offsets() -> None:
    rows = read_dates("Sở họp giao ban.", date(2013, 2, 12))
    assert [(row.kind, row.start, row.value_start, row.grain) for row in rows] == [
        ("published", None, date(2013, 2, 12), "minute")
    ]


SLOW = [
    "ngày 1, 2, 3, 4, 5, 6, 7, 8, ",
    "1/2 3/4 5/6 7/8 ",
    "từ ngày 1 đến ngày 5/3 và ",
    "năm 2021, 2022, 2023, ",
    "tháng tháng tháng ",
    "sáng thứ hai tuần trước ",
    "cùng ngày cùng kỳ năm 2020 ",
    "1.2.3.4.5.6.",
    "Sáng 23/7, họp. Trước 26/7 nộp báo cáo quý III.\n",
    "mười hai mươi ba ",
    "ngày ngày ngày a b c d ",
    "luật luật luật a b 2013 ",
    "đến 23.4 đến 9-4 ",
    "Ngày A B C D E F 20/3 ",
    "(((((((( ",
]


@pytest.mark.parametrize("piece", SLOW)
def test_reading_is_linear(piece: str) -> None:
    """Four times the text takes about four times the time, whatever is repeated."""

    def seconds(repeats: int) -> float:
        text = piece * repeats
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            read_dates(text, date(2021, 12, 16))
            best = min(best, time.process_time() - start)
        return best

    small = 40_000 // len(piece) // 4
    short, long = seconds(small), seconds(4 * small)
    assert long < max(10 * short, 0.25), f"{short:.3f} s, then {long:.3f} s for four times the text"
