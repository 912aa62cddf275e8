"""Persons and officials: mentions, ids, evidence, cost, what the lists promise. The sentences themselves are in cases/."""

from __future__ import annotations

import csv
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extraction import find_facts
from pipeline.facts.holders import held_positions
from pipeline.facts.mentions import MentionRow
from pipeline.facts.officials import OfficialRow
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.person_names import find_names
from pipeline.facts.persons import PersonRow
from pipeline.facts.position_gaps import gap_kind
from pipeline.facts.position_phrases import find_forms
from pipeline.lexicon import SHIPPED, read_lexicon
from pipeline.model import Article, Findings
from pipeline.vietnamese.names import capitalised_runs, is_vietnamese_syllable, proper_case
from pipeline.vietnamese.spelling import fold

CASES = Path(__file__).parent / "cases"


def facts(text: str, *, place: str | None = None, author: str | None = None) -> Findings:
    return find_facts(Article(article_id="case", source="case", text=text, place=place, author=author))


def person_mentions(findings: Findings) -> list[MentionRow]:
    return [row for row in findings.of(MentionRow) if row.kind == "person"]


def test_there_are_enough_cases_and_counter_examples() -> None:
    for table, least, counter in (("officials", 120, 14), ("persons", 50, 20)):
        cases = tomllib.loads((CASES / f"{table}.toml").read_text("utf-8"))["case"]
        assert len(cases) >= least
        assert sum(not case["rows"] for case in cases) >= counter


def test_a_position_alone_is_a_mention_of_its_only_holder() -> None:
    found = facts("Thủ tướng Phạm Quang Kiên chủ trì phiên họp. Thủ tướng yêu cầu các bộ báo cáo.")
    assert [m.text for m in person_mentions(found)] == ["Phạm Quang Kiên", "Thủ tướng"]
    assert len({m.person_id for m in person_mentions(found)}) == 1


def test_a_position_of_two_people_is_a_mention_of_nobody() -> None:
    found = facts(
        "Phó Chủ tịch UBND tỉnh Lê Hữu Tư và Phó Chủ tịch UBND tỉnh Ngô Văn Ba dự họp. Phó Chủ tịch UBND tỉnh kết luận.",
        place="Bình Định",
    )
    assert [m.text for m in person_mentions(found)] == ["Lê Hữu Tư", "Ngô Văn Ba"]


def test_a_given_name_that_fits_two_people_is_left_alone() -> None:
    found = facts("Ông Nguyễn Văn Phong và ông Lê Văn Phong cùng dự. Ông Phong phát biểu.")
    assert [m.text for m in person_mentions(found)] == ["Nguyễn Văn Phong", "Lê Văn Phong"]


def test_the_form_of_address_decides_between_two() -> None:
    found = facts("Ông Nguyễn Văn Minh và bà Lê Thị Minh cùng dự. Bà Minh phát biểu.")
    by_id = {p.person_id: p.name for p in found.of(PersonRow)}
    assert by_id[str(person_mentions(found)[-1].person_id)] == "Lê Thị Minh"


def test_the_author_is_no_person_unless_somebody_speaks_of_him() -> None:
    assert not facts("Nước rút dần.\n\nTrần Quốc Hiệu", author="Trần Quốc Hiệu").of(PersonRow)
    assert facts("Ông Trần Quốc Hiệu dự họp.", author="Trần Quốc Hiệu").of(PersonRow)


def test_ids_tell_provinces_apart_and_not_the_place_of_tones() -> None:
    here = facts("Ông Nguyễn Hòa Khánh nói.", place="Bình Định").of(PersonRow)[0]
    same = facts("Nguyễn Hoà Khánh vắng mặt.", place="Bình Định").of(PersonRow)[0]
    there = facts("Ông Nguyễn Hòa Khánh nói.", place="Nghệ An").of(PersonRow)[0]
    assert here.person_id == same.person_id != there.person_id
    assert here.place == "Bình Định"


def test_evidence_names_roles_and_bodies_in_order() -> None:
    found = facts("Đồng chí Lê Kim Tuấn, Phó Bí thư Tỉnh ủy, Chủ tịch HĐND tỉnh chủ trì.", place="Bình Định")
    assert found.of(PersonRow)[0].evidence == ("Chủ tịch Hội đồng nhân dân tỉnh Bình Định;Phó Bí thư Tỉnh ủy Bình Định")


def test_every_official_refers_to_rows_of_its_article() -> None:
    found = facts("Ông Lê Văn Tân (Chủ tịch xã Cát Tiến) và Thứ trưởng Y tế Đỗ Văn Hai.", place="Bình Định")
    persons = {row.person_id for row in found.of(PersonRow)}
    bodies = {row.org_id for row in found.of(OrganizationRow)}
    assert len(found.of(OfficialRow)) == 2
    for row in found.of(OfficialRow):
        assert row.person_id in persons
        assert row.org_id in bodies


def test_the_phrase_holds_name_and_positions() -> None:
    row = facts("Sáng nay, đồng chí Nguyễn Văn Phú, Phó Bí thư Thành ủy Hà Nội đến dự.").of(OfficialRow)[0]
    assert row.text == "đồng chí Nguyễn Văn Phú, Phó Bí thư Thành ủy Hà Nội"


def test_one_office_of_the_state_is_not_given_to_two() -> None:
    text = (
        "Chủ tịch nước Trương Tấn Sinh trao quyết định. Đại diện gia đình chúc mừng đồng chí Bùi Văn Nhâm, "
        "Chủ tịch nước nêu rõ đây là vinh dự lớn."
    )
    assert [(row.person, row.role) for row in facts(text).of(OfficialRow)] == [("Trương Tấn Sinh", "Chủ tịch nước")]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (" ", "touch"),
        (", ", "comma"),
        (" - ", "dash"),
        (" (hiện là ", "bracket"),
        (" và ", "and"),
        (" kiêm ", "also"),
        (": ", "colon"),
        (" thay thế cho ", "replaces"),
        (" được bầu giữ chức vụ ", "elect"),
        (", được điều động, bổ nhiệm làm ", "elect"),
        (" thôi giữ chức vụ ", "ends"),
        (" từng là ", "was"),
        (" hiện là ", "is"),
        (" đối với ", "for"),
        ("; ", "semicolon"),
        ("), ", ")comma"),
        (" trao quà cho ", "other"),
        (" cho biết ", "other"),
        ("\n", "other"),
    ],
)
def test_words_between(words: str, kind: str) -> None:
    assert gap_kind(words) == kind


def test_runs_and_syllables() -> None:
    text = "Ông Y Thanh Hà Niê Kđăm, H'Hen Niê và hội hữu nghị Việt Nam-Ấn Độ gặp Jean-Marc Dubois"
    runs = [text[run.start : run.end] for run in capitalised_runs(text)]
    assert runs == ["Ông Y Thanh Hà Niê Kđăm", "H'Hen Niê", "Việt Nam", "Ấn Độ", "Jean-Marc Dubois"]
    assert all(map(is_vietnamese_syllable, ("nguyễn", "phong", "quý", "gia", "nghiêng", "uyên")))
    assert not any(map(is_vietnamese_syllable, ("john", "kim-un", "k'rễ", "smith", "abe2")))
    assert proper_case("NGUYỄN VĂN AN") == "Nguyễn Văn An"
    assert proper_case("Sergei V. Ivanov") == "Sergei V. Ivanov"


def test_the_longest_spelling_of_a_position_wins() -> None:
    text = "Phó Chủ tịch Thường trực, phó trưởng ban, chức vụ trưởng phòng"
    assert [form.role for _, _, form in find_forms(text, fold(text))] == ["Phó Chủ tịch", "Phó Trưởng ban", "Trưởng phòng"]


@pytest.mark.parametrize(
    "piece",
    [
        "Nguyễn Văn An ",
        "Phó Bí thư Thành ủy, ",
        "Phó Chủ tịch UBND TP Lê Văn Ba, ",
        "ông Trần Hai (Chủ tịch xã B), ",
        "các đồng chí: A, B; ",
        "Trường THPT chuyên ",
        "Giám đốc Công ty ",
        "Ông ",
    ],
)
def test_cost_grows_with_length_not_with_its_square(piece: str) -> None:
    def seconds(count: int) -> float:
        article = Article(article_id=f"x{count}", source="x", text=piece * count)
        begun = time.process_time()
        find_names(article.text, fold(article.text))
        held_positions(article, ())
        return time.process_time() - begun

    seconds(50)
    small = max(min(seconds(400), seconds(401), seconds(402)), 0.005)
    large = min(seconds(1600), seconds(1601))
    assert large < 12 * small, f"four times the text took {large / small:.0f} times as long: {piece!r}"


def test_many_different_people_cost_no_more_each() -> None:
    syllables = [
        "An",
        "Ba",
        "Chi",
        "Dũng",
        "Giang",
        "Hà",
        "Khoa",
        "Lan",
        "Minh",
        "Nam",
        "Oanh",
        "Phong",
        "Quý",
        "Sơn",
        "Thu",
        "Vinh",
    ]

    def seconds(count: int) -> float:
        names = [
            f"Lê {syllables[n % 16]} {syllables[n // 16 % 16]} {syllables[n // 256 % 16]}, Giám đốc Sở Y tế; ông {syllables[n % 16]} nói."
            for n in range(count)
        ]
        article = Article(article_id=f"y{count}", source="y", text=" ".join(names))
        begun = time.process_time()
        held_positions(article, ())
        return time.process_time() - begun

    small = max(min(seconds(256), seconds(257)), 0.01)
    assert seconds(2048) < 24 * small


def test_lists_hold_no_line_twice_and_roles_are_known() -> None:
    for name in ("surnames", "given_names", "honorifics", "historical_figures", "not_people"):
        with (SHIPPED / f"{name}.tsv").open(encoding="utf-8") as lines:
            first = [
                row[0] for row in csv.reader((x for x in lines if not x.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
            ]
        doubled = {word for word in first if first.count(word) > 1}
        assert not doubled, f"{name}.tsv: {sorted(doubled)}"
    assert {row["role"] for row in read_lexicon("named_after")} == {"head", "unit", "qualifier", "compound"}
    assert {row["needs"] for row in read_lexicon("positions")} == {"", "organization", "never"}
    assert {row["strength"] for row in read_lexicon("surnames")} == {"strong", "weak"}


PIECES = (
    "Nguyễn Văn An",
    "ông ",
    "bà ",
    ", ",
    "; ",
    ": ",
    " - ",
    "(",
    ") ",
    "Phó ",
    "Chủ tịch ",
    "UBND ",
    "tỉnh ",
    "Hà Nội ",
    "các ",
    "và ",
    "kiêm ",
    "nguyên ",
    "Trưởng ",
    "Ban ",
    "làm ",
    "giữ chức ",
    "thay ",
    "đối với ",
    "H'Hen ",
    "John ",
    "V.",
    "A ",
    "Y ",
    "\n",
    ". ",
    "Bộ trưởng ",
    "Y tế ",
    "Đại sứ ",
    "tại ",
    "Công ty ",
    "“",
    "Giám đốc ",
    "Tô Lâm ",
    "ẢNH: ",
    "KT. BỘ TRƯỞNG",
    "Đoàn ĐBQH ",
    "khóa XV ",
    "1",
    "Q.1 ",
    "của ",
    "là ",
    "đồng chí ",
    "PGS.TS ",
    "İ",
    "\xa0",
    "…",
    "Ủy viên ",
    "HĐQT ",
)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40))
@settings(max_examples=200, deadline=None)
def test_whatever_stands_together_is_quoted_as_it_stands(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = facts(text)
    for row in (*found.of(OfficialRow), *person_mentions(found)):
        assert text[row.start : row.end] == row.text
    persons = {row.person_id for row in found.of(PersonRow)}
    assert {row.person_id for row in found.of(OfficialRow)} <= persons
