"""The grammar of organisations: where a phrase ends, what it stands for, where an article plays, and the lists behind it."""

from __future__ import annotations

import time
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.facts.organization_grammar import find_organizations, match_organization
from pipeline.facts.organization_names import Organization, article_place, expand, read_context
from pipeline.facts.places import (
    capitals_before_person,
    district_provinces,
    match_unit,
    province_names,
    province_on,
    province_rows,
)
from pipeline.lexicon import read_lexicon
from pipeline.model import Article
from pipeline.vietnamese.spelling import fold

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def article(text: str, *, place: str | None = None, published: date | None = None, portal: str | None = None) -> Article:
    stamp = datetime(published.year, published.month, published.day, tzinfo=VIETNAM) if published else None
    return Article(article_id="a", source="a", text=text, place=place, portal=portal, published_at=stamp)


def matched(text: str, *, any_case: bool = False) -> str | None:
    """The organisation phrase at the beginning of the text, with what it belongs to."""
    found = match_organization(text, fold(text), 0, any_case=any_case)
    return text[: found.end] if found else None


# --- where a phrase ends -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Thành ủy Hà Nội Nguyễn Văn Thuận", "Thành ủy Hà Nội"),
        ("Thành ủy Nguyễn Văn Thuận", "Thành ủy"),
        ("UBND TP Trần Thị Bích", "UBND TP"),
        ("UBND TPHCM Trần Thị Bích", "UBND TPHCM"),
        ("UBND huyện Vân Canh Lê Hữu Tài", "UBND huyện Vân Canh"),
        ("UBND huyện Lê Hữu Tài", "UBND huyện"),
        ("Ban Chỉ đạo Chương trình 09-CTr/TU Vũ Thị Lan", "Ban Chỉ đạo Chương trình 09-CTr/TU"),
        ("Ban Chỉ đạo Chương trình số 09-CTr/TU của Thành ủy về", "Ban Chỉ đạo Chương trình số 09-CTr/TU của Thành ủy"),
        ("Bộ GD-ĐT Vũ Thị Lan", "Bộ GD-ĐT"),
        ("Cục Viễn thông (Bộ TT&TT) cho biết", "Cục Viễn thông (Bộ TT&TT)"),
        ("Vụ Vận tải, Bộ Giao thông vận tải", "Vụ Vận tải, Bộ Giao thông vận tải"),
        ("Sở Nội vụ, Sở Tài chính", "Sở Nội vụ"),
        ("Sở Tài chính và các đơn vị", "Sở Tài chính"),
        ("Công ty CP Becamex Bình Định thực hiện", "Công ty CP Becamex Bình Định"),
        ("Công ty Him Lam Thủ đô tiến độ chậm", "Công ty Him Lam Thủ đô"),
        ("Trường THPT Lê Hồng Phong Đỗ Quang Vinh", "Trường THPT Lê Hồng Phong"),
        ("Bệnh viện Bạch Mai Đỗ Quang Vinh", "Bệnh viện Bạch Mai"),
        ("Ủy ban MTTQ Việt Nam tỉnh Bình Định Đỗ Quang Vinh", "Ủy ban MTTQ Việt Nam tỉnh Bình Định"),
        ("Ban Thường vụ Tỉnh ủy, Chủ tịch", "Ban Thường vụ Tỉnh ủy"),
        ("Hiệp hội Vận tải ô tô Việt Nam Nguyễn Văn Thuận", "Hiệp hội Vận tải ô tô Việt Nam"),
    ],
)
def test_a_phrase_ends_before_what_follows(text: str, phrase: str) -> None:
    assert matched(text) == phrase


@pytest.mark.parametrize(
    "text", ["Sở thích", "Ban hành nghị quyết", "Vụ việc", "Hội nghị", "Phòng chống dịch", "Đài Loan", "Hội An"]
)
def test_a_word_is_no_organisation(text: str) -> None:
    assert matched(text) is None


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("ban Chỉ đạo Chương trình 09-CTr/TU", "ban Chỉ đạo Chương trình 09-CTr/TU"),
        ("ban Tổ chức Trung ương Lê Hữu Tài", "ban Tổ chức Trung ương"),
        ("đoàn ĐBQH tỉnh", "đoàn ĐBQH tỉnh"),
        ("cục Viễn thông", "cục Viễn thông"),
    ],
)
def test_after_a_position_the_head_may_be_small(text: str, phrase: str) -> None:
    """`Trưởng ban Chỉ đạo …`, `Cục trưởng cục Viễn thông`: only where the caller asks for it."""
    assert matched(text, any_case=True) == phrase
    assert matched(text) is None


def test_nothing_begins_inside_a_word() -> None:
    text = "SUBND TP"
    assert match_organization(text, fold(text), 1) is None


# --- full names --------------------------------------------------------------------------------------------------------------


def full_names(text: str, *, place: str | None = None, published: date | None = None) -> list[tuple[str, bool]]:
    context = read_context(article(text, place=place, published=published))
    return [(o.name, o.resolved) for o in (expand(match, context) for match in context.matches)]


def test_a_bare_head_is_the_last_of_its_kind() -> None:
    text = "Ban Chỉ đạo chuyển đổi số tỉnh Sơn La họp. BCĐ giao việc. Ban Chỉ đạo 389 quốc gia kiểm tra. BCĐ kết luận."
    assert [name for name, _ in full_names(text)] == [
        "Ban Chỉ đạo chuyển đổi số tỉnh Sơn La",
        "Ban Chỉ đạo chuyển đổi số tỉnh Sơn La",
        "Ban Chỉ đạo 389 quốc gia",
        "Ban Chỉ đạo 389 quốc gia",
    ]


def test_what_the_article_leaves_open_is_not_resolved_and_keeps_to_its_article() -> None:
    here = read_context(article("Bí thư Tỉnh ủy thăm vùng lũ."))
    (found,) = (expand(match, here) for match in here.matches)
    assert (found.name, found.resolved, found.scope) == ("Tỉnh ủy", False, "a")
    assert found.org_id != Organization(name="Tỉnh ủy", kind="party").org_id


def test_two_communes_of_one_name_are_two() -> None:
    ids = {
        expand(context.matches[0], context).org_id
        for context in (read_context(article("UBND xã Tân An họp.", place=place)) for place in ("Bình Định", "Nghệ An"))
    }
    assert len(ids) == 2


def test_one_ministry_has_one_id_in_every_article() -> None:
    ids = {
        expand(context.matches[0], context).org_id
        for context in (
            read_context(article("Bộ KH&CN họp.", place="Hà Nội")),
            read_context(article("Bộ Khoa học và Công nghệ họp.", published=date(2019, 1, 1))),
        )
    }
    assert len(ids) == 1


def test_a_merged_province_has_new_bodies_under_an_old_name() -> None:
    names, ids = set(), set()
    for published in (date(2025, 6, 30), date(2025, 7, 1)):
        context = read_context(article("UBND tỉnh Gia Lai họp.", published=published))
        found = expand(context.matches[0], context)
        names.add(found.name)
        ids.add(found.org_id)
    assert names == {"Ủy ban nhân dân tỉnh Gia Lai"}
    assert len(ids) == 2


# --- where an article plays --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Tin\n\n(BĐ) - Sáng 4/3, huyện tổ chức ra quân.", "Bình Định"),
        ("HNP - Sáng 23/7, thành phố họp trực tuyến.", "Hà Nội"),
        ("(quangtri.gov.vn) - Chiều qua, tỉnh họp.", "Quảng Trị"),
        ("UBND tỉnh Sơn La họp. Tỉnh ủy Sơn La cho ý kiến.", "Sơn La"),
        ("UBND tỉnh Sơn La và UBND tỉnh Lai Châu ký kết. Tỉnh ủy Sơn La, Tỉnh ủy Lai Châu chứng kiến.", None),
        ("Bộ Y tế họp với các địa phương.", None),
    ],
)
def test_the_place_of_an_article_is_told_by_its_text(text: str, place: str | None) -> None:
    assert article_place(article(text)) == place


def test_the_portal_knows_best() -> None:
    assert article_place(article("UBND tỉnh Sơn La họp. Tỉnh ủy Sơn La cho ý kiến.", place="Lai Châu")) == "Lai Châu"
    assert article_place(article("Sáng nay, tỉnh họp.", portal="baobinhdinh.vn")) == "Bình Định"


# --- units -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "name", "end"),
    [
        ("TP.HCM, ngày", "thành phố", "Hồ Chí Minh", "TP.HCM"),
        ("TP. Hồ Chí Minh", "thành phố", "Hồ Chí Minh", "TP. Hồ Chí Minh"),
        ("Thành phố họp", "thành phố", None, "Thành phố"),
        ("tỉnh Bà Rịa - Vũng Tàu giao", "tỉnh", "Bà Rịa - Vũng Tàu", "tỉnh Bà Rịa - Vũng Tàu"),
        ("tỉnh Đăk Lăk", "tỉnh", "Đắk Lắk", "tỉnh Đăk Lăk"),
        ("quận 1, quận 3", "quận", "1", "quận 1"),
        ("huyện Cư M'gar", "huyện", "Cư M'gar", "huyện Cư M'gar"),
        ("thành phố Phan Rang - Tháp Chàm", "thành phố", "Phan Rang - Tháp Chàm", "thành phố Phan Rang - Tháp Chàm"),
    ],
)
def test_units_are_read_with_their_names(text: str, unit: str, name: str | None, end: str) -> None:
    found = match_unit(text, fold(text), 0)
    assert found is not None
    assert (found.unit, found.name, text[: found.end]) == (unit, name, end)


@pytest.mark.parametrize("text", ["tính toán", "tpo", "xãhội", "Tỉnh ủy"])
def test_what_is_no_unit(text: str) -> None:
    assert match_unit(text, fold(text), 0) is None


def test_a_place_ends_where_a_person_begins() -> None:
    for text, name in (("Cát Tài Trần Thị Bích", "Cát Tài"), ("Nguyễn Văn Thuận", None), ("Đập Đá", "Đập Đá")):
        end = capitals_before_person(text, fold(text), 0)
        assert (text[:end] if end else None) == name


# --- the lists ---------------------------------------------------------------------------------------------------------------


def standing(day: date) -> set[str]:
    return {
        province.name
        for periods in province_rows().values()
        for province in periods
        if (province.valid_from or date.min) <= day <= (province.valid_to or date.max)
    }


COUNTS = {date(2008, 7, 31): 64, date(2008, 8, 1): 63, date(2024, 12, 31): 63, date(2025, 6, 30): 63, date(2025, 7, 1): 34}


@pytest.mark.parametrize(("day", "count"), COUNTS.items())
def test_every_day_has_its_provinces(day: date, count: int) -> None:
    assert len(standing(day)) == count


def test_every_province_that_ceased_has_a_successor_that_stands() -> None:
    for periods in province_rows().values():
        for province in periods:
            if province.valid_to:
                assert province.successor in standing(date(2025, 7, 1))
            else:
                assert province.successor is None


def test_districts_lie_in_provinces() -> None:
    names = set(province_rows())
    assert {name for provinces in district_provinces().values() for name in provinces} <= names
    assert len(read_lexicon("districts")) > 700


def test_a_name_means_one_province() -> None:
    listed = [
        (fold(form), row["name"])
        for row in read_lexicon("provinces")
        for form in [row["name"], *row["aliases"].split(";")]
        if form
    ]
    assert dict(listed) == province_names()
    for form, name in listed:
        assert province_names()[form] == name, f"{form} is also {name}"


def test_ministries_follow_each_other_without_a_gap() -> None:
    rows = {row["name"]: row for row in read_lexicon("ministries")}
    for row in rows.values():
        if row["valid_to"]:
            successor = rows[row["successor"]]
            assert not successor["valid_to"] or successor["valid_to"] > row["valid_to"]


def test_the_kinds_of_the_list_are_those_of_the_contract() -> None:
    kinds = {"party", "government", "ministry", "people's committee", "people's council", "department", "steering committee"}
    kinds |= {"mass organisation", "company", "school", "hospital", "court or procuracy", "police or army", "foreign", "other"}
    assert {row["kind"] for name in ("organizations", "ministries") for row in read_lexicon(name)} <= kinds


def test_a_province_of_old_is_known_long_after() -> None:
    old = province_on("Hà Tây", date(2021, 5, 4))
    assert old is not None and (old.name, old.successor) == ("Hà Tây", "Hà Nội")


# --- any text ----------------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "UBND",
        "TP",
        "Hà Nội",
        "Sở",
        "KH&CN",
        "(",
        ")",
        "của",
        "Ban Chỉ đạo",
        "phòng, chống",
        "Trường",
        "Nguyễn Văn Thuận",
        "và",
        ",",
        "\n",
        "huyện",
        "Vân Canh",
        "Cục",
        "Quản lý",
        "Bộ",
        "Công ty",
        "TNHH",
        "“",
        "”",
        "07-CTr/TU",
        "-",
        "12",
        "Đ",
        "İ",
        "Ban Thường vụ",
        "Tỉnh ủy",
    ]
)


@given(st.lists(PIECES, max_size=30).map(" ".join))
def test_phrases_of_any_text_lie_in_it_in_order(text: str) -> None:
    matches = find_organizations(text, fold(text))
    for match in matches:
        assert 0 <= match.start < match.own_end <= match.end <= len(text)
        assert text[match.start : match.end] == match.text
    for one, following in pairwise(matches):
        assert one.own_end <= following.start


@pytest.mark.parametrize(
    "piece",
    [
        "Ban Chỉ đạo phòng, chống ",
        "UBND, HĐND, ",
        "Ban Thường vụ ",
        "Công ty cổ phần A ",
        "Cục Quản lý và ",
        "Sở KH&",
        "A B C D E F ",
        "TP ",
    ],
)
def test_time_is_linear(piece: str) -> None:
    def seconds(times: int) -> float:
        text = piece * times
        folded = fold(text)
        start = time.process_time()
        find_organizations(text, folded)
        return time.process_time() - start

    seconds(10)
    assert seconds(4000) < 16 * max(seconds(500), 0.002)
