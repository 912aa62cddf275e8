"""Evidence of invented articles -> one person, one event, one original; and what must stay two."""

from __future__ import annotations

import dataclasses
import random
import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.facts.documents import DocumentRow
from pipeline.facts.organization_names import Organization
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.persons import PersonRow
from pipeline.model import make_id
from pipeline.resolve.evidence import Evidence, Held
from pipeline.resolve.resolution import Resolution, resolve
from pipeline.resolve.sketches import similarity, sketch_of
from pipeline.vietnamese.spelling import fold

DAY = date(2024, 3, 12)
VOCABULARY = ("kế", "hoạch", "nhiệm", "vụ", "huyện", "xã", "đường", "cầu", "trường", "lớp", "dân", "cư", "nước", "điện")


def body(name: str, kind: str = "people's committee", place: str | None = "Hà Nội") -> OrganizationRow:
    return OrganizationRow(org_id=Organization(name=name, kind=kind).org_id, name=name, kind=kind, place=place)


THANH_UY = body("Thành ủy Hà Nội", "party")
UBND = body("Ủy ban nhân dân thành phố Hà Nội")
UBND_QUANG_NAM = body("Ủy ban nhân dân tỉnh Quảng Nam", place="Quảng Nam")
SO_Y_TE = body("Sở Y tế Hà Nội", "department")
COMMITTEE = body("Ban Chỉ đạo Chương trình 09-CTr/TU", "steering committee", None)
PROGRAMME = DocumentRow(document_id=make_id("document", "09-CTr/TU"), number="09-CTr/TU", type="Chương trình")
PLAN = DocumentRow(document_id=make_id("document", "77/KH-UBND"), number="77/KH-UBND", type="Kế hoạch")


def article(
    name: str,
    people: dict[str, list[tuple[str, OrganizationRow | None]]] | None = None,
    *,
    text: str | None = None,
    title: str = "",
    published: date | None = DAY,
    day: date | None = None,
    days: tuple[date, ...] = (),
    place: str | None = None,
    portal: str | None = None,
    documents: tuple[DocumentRow, ...] = (),
    bodies: tuple[OrganizationRow, ...] = (),
) -> Evidence:
    """The evidence of an article in which `people` hold positions at organisations."""
    held = people or {}
    ids = {person: make_id("person", fold(person), place or "") for person in held}
    organizations = dict.fromkeys([*bodies, *(org for positions in held.values() for _, org in positions if org)])
    text = name if text is None else text
    return Evidence(
        article_id=make_id("article", name),
        source=name,
        published=published,
        title=title or name,
        content_hash=make_id(text),
        portal=portal or name,
        sketch=sketch_of(text).hex(),
        day=day or published,
        days=days,
        persons=tuple(PersonRow(person_id=ids[person], name=person, place=place) for person in held),
        organizations=tuple(organizations),
        documents=documents,
        positions=tuple(
            Held(person_id=ids[person], role=role, org_id=org.org_id if org else None)
            for person, positions in held.items()
            for role, org in positions
        ),
        lead_documents=tuple(document.document_id for document in documents),
        bodies=tuple(org.org_id for org in organizations),
    )


def person_of(resolution: Resolution, one: Evidence, name: str) -> str:
    local = next(row.person_id for row in one.persons if row.name == name)
    return resolution.person_of(one.article_id, local)


def words(seed: int, count: int) -> list[str]:
    chooser = random.Random(seed)
    return [chooser.choice(VOCABULARY) + str(i % 7) for i in range(count)]


# --- persons -----------------------------------------------------------------------------------------------------------------


def test_one_person_in_two_articles_of_one_body() -> None:
    first = article("a", {"Lê Thị Hoà": [("Phó Chủ tịch", UBND)]}, place="Hà Nội")
    second = article("b", {"Lê Thị Hòa": [("Phó Chủ tịch", UBND)]}, published=DAY + timedelta(days=40))
    resolution = resolve([first, second])
    assert person_of(resolution, first, "Lê Thị Hoà") == person_of(resolution, second, "Lê Thị Hòa")
    (row,) = resolution.persons
    assert {row.name, *row.aliases.split(";")} == {"Lê Thị Hoà", "Lê Thị Hòa"}
    assert row.place == "Hà Nội"


def test_party_committee_and_council_of_one_province_are_one_leadership() -> None:
    first = article("a", {"Trần Công Minh": [("Phó Bí thư", THANH_UY)]})
    second = article("b", {"Trần Công Minh": [("Chủ tịch", UBND)]}, published=DAY + timedelta(days=90))
    assert len(resolve([first, second]).persons) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Phó Chủ tịch", UBND), ("Phó Chủ tịch", UBND_QUANG_NAM)),
        (("Giám đốc", SO_Y_TE), ("Giám đốc", body("Công ty CP Sông Trà", "company", None))),
        (("Chủ tịch", body("Ủy ban nhân dân huyện Ba Vì")), ("Giám đốc", SO_Y_TE)),
        (("Chủ tịch", body("Ủy ban nhân dân huyện Ba Vì")), ("Chủ tịch", body("Ủy ban nhân dân huyện Gia Lâm"))),
        (("Chủ tịch", body("Ủy ban nhân dân xã An Mỹ", place="Huế")), ("Chủ tịch", body("Ủy ban nhân dân xã An Mỹ", place="Nghệ An"))),
    ],
)  # fmt: skip
def test_one_name_in_two_provinces_or_bodies_is_two_persons(
    one: tuple[str, OrganizationRow], other: tuple[str, OrganizationRow]
) -> None:
    articles = [article("a", {"Nguyễn Văn Hùng": [one]}), article("b", {"Nguyễn Văn Hùng": [other]})]
    resolution = resolve(articles)
    assert person_of(resolution, articles[0], "Nguyễn Văn Hùng") != person_of(resolution, articles[1], "Nguyễn Văn Hùng")
    assert len(resolution.persons) == 2


def test_a_third_article_with_both_positions_makes_two_one() -> None:
    director, chairman = ("Giám đốc", SO_Y_TE), ("Chủ tịch", body("Ủy ban nhân dân huyện Ba Vì"))
    apart = [article("a", {"Nguyễn Văn Hùng": [director]}), article("b", {"Nguyễn Văn Hùng": [chairman]})]
    both = article("c", {"Nguyễn Văn Hùng": [director, chairman]}, published=DAY + timedelta(days=9))
    assert len(resolve(apart).persons) == 2
    assert len(resolve([*apart, both]).persons) == 1


def test_a_person_without_position_joins_the_only_one_of_the_event() -> None:
    told = article("a", {"Đỗ Quang Vinh": [("Phó Chủ tịch", UBND)]}, documents=(PROGRAMME,), title="Sơ kết Chương trình 09")
    bare = article("b", {"Đỗ Quang Vinh": []}, documents=(PROGRAMME,), title="Chương trình 09 được sơ kết")
    resolution = resolve([told, bare])
    assert resolution.event_ids[told.article_id] == resolution.event_ids[bare.article_id]
    assert person_of(resolution, told, "Đỗ Quang Vinh") == person_of(resolution, bare, "Đỗ Quang Vinh")


def test_a_person_without_position_does_not_join_one_elsewhere() -> None:
    told = article("a", {"Đỗ Quang Vinh": [("Phó Chủ tịch", UBND)]}, place="Hà Nội")
    bare = article("b", {"Đỗ Quang Vinh": []}, place="Cà Mau")
    assert len(resolve([told, bare]).persons) == 2


def test_a_person_without_position_joins_nobody_where_two_fit() -> None:
    director = article("a", {"Nguyễn Văn Hùng": [("Giám đốc", SO_Y_TE)]}, place="Hà Nội")
    chairman = article("b", {"Nguyễn Văn Hùng": [("Chủ tịch", body("Ủy ban nhân dân huyện Ba Vì"))]}, place="Hà Nội")
    bare = article("c", {"Nguyễn Văn Hùng": []}, place="Hà Nội")
    resolution = resolve([director, chairman, bare])
    assert len({person_of(resolution, one, "Nguyễn Văn Hùng") for one in (director, chairman, bare)}) == 3


def test_a_minister_without_the_ministry_is_the_minister() -> None:
    ministry = body("Bộ Tư pháp", "ministry", None)
    full = article("a", {"Vũ Thị Lan": [("Bộ trưởng", ministry)]})
    short = article("b", {"Vũ Thị Lan": [("Bộ trưởng", None)]}, published=DAY + timedelta(days=30))
    other = article("c", {"Vũ Thị Lan": [("Giám đốc", SO_Y_TE)]})
    resolution = resolve([full, short, other])
    assert person_of(resolution, full, "Vũ Thị Lan") == person_of(resolution, short, "Vũ Thị Lan")
    assert len(resolution.persons) == 2


def test_a_body_that_the_article_leaves_open_tells_nobody_apart() -> None:
    """`Giám đốc Sở Y tế` of no known province has an id of its article: it is no second body."""
    unknown = OrganizationRow(org_id="of-this-article", name="Sở Y tế", kind="department")
    full = article("a", {"Vũ Thị Lan": [("Giám đốc", SO_Y_TE)]}, documents=(PLAN,), title="Kế hoạch 77 được triển khai")
    short = article("b", {"Vũ Thị Lan": [("Giám đốc", unknown)]}, documents=(PLAN,), title="Triển khai Kế hoạch 77")
    assert len(resolve([full, short]).persons) == 1


def test_a_foreign_name_is_one_person_everywhere() -> None:
    articles = [article(f"f{i}", {"Marie Dubois": []}, published=DAY + timedelta(days=i)) for i in range(3)]
    assert len(resolve(articles).persons) == 1


def test_one_local_id_may_stand_for_two_persons() -> None:
    """The local id is of name and place; the bodies tell them apart."""
    first = article("a", {"Nguyễn Văn Hùng": [("Giám đốc", SO_Y_TE)]}, place="Hà Nội")
    second = article("b", {"Nguyễn Văn Hùng": [("Chủ tịch", body("Ủy ban nhân dân huyện Ba Vì"))]}, place="Hà Nội")
    assert first.persons[0].person_id == second.persons[0].person_id
    resolution = resolve([first, second])
    assert {person_of(resolution, one, "Nguyễn Văn Hùng") for one in (first, second)} == {r.person_id for r in resolution.persons}


def test_ids_of_persons_stay_when_later_articles_arrive() -> None:
    first = article("a", {"Trần Công Minh": [("Phó Bí thư", THANH_UY)], "Vũ Thị Lan": []}, place="Hà Nội")
    alone = resolve([first])
    politburo = body("Bộ Chính trị", "party", None)
    later = [
        article("b", {"Trần Công Minh": [("Ủy viên", politburo), ("Bí thư", THANH_UY)]}, published=date(2025, 1, 5)),
        article("c", {"Trần Công Minh": [("Giám đốc", SO_Y_TE)]}, published=date(2025, 2, 5)),
    ]
    together = resolve([first, *later])
    for name in ("Trần Công Minh", "Vũ Thị Lan"):
        assert person_of(alone, first, name) == person_of(together, first, name)


# --- events ------------------------------------------------------------------------------------------------------------------


def test_two_portals_tell_of_one_meeting_in_other_words() -> None:
    people: dict[str, list[tuple[str, OrganizationRow | None]]] = {
        "Trần Công Minh": [("Phó Bí thư", THANH_UY)],
        "Đỗ Quang Vinh": [("Phó Chủ tịch", UBND)],
    }
    first = article("a", people, text=" ".join(words(1, 300)), documents=(PROGRAMME,), bodies=(COMMITTEE,))
    second = article(
        "b", people, text=" ".join(words(2, 300)), documents=(PROGRAMME,), published=DAY + timedelta(days=150), day=DAY
    )
    assert similarity(sketch_of(" ".join(words(1, 300))), sketch_of(" ".join(words(2, 300)))) < 0.1
    resolution = resolve([first, second])
    assert resolution.event_ids[first.article_id] == resolution.event_ids[second.article_id]
    (event,) = resolution.events
    assert (event.n_articles, event.date) == (2, DAY)


def test_two_weekly_meetings_of_one_body_are_two_events() -> None:
    people: dict[str, list[tuple[str, OrganizationRow | None]]] = {
        "Trần Công Minh": [("Phó Bí thư", THANH_UY)],
        "Đỗ Quang Vinh": [("Phó Chủ tịch", UBND)],
    }
    weeks = [DAY, DAY + timedelta(days=7)]
    articles = [
        article(f"w{i}", people, documents=(PROGRAMME,), bodies=(COMMITTEE,), title="Giao ban tuần", published=day)
        for i, day in enumerate(weeks)
    ]
    resolution = resolve(articles)
    assert len({resolution.event_ids[one.article_id] for one in articles}) == 2
    assert [event.n_articles for event in resolution.events] == [1, 1]


def test_one_leader_at_two_places_on_one_day_is_two_events() -> None:
    people: dict[str, list[tuple[str, OrganizationRow | None]]] = {"Trần Công Minh": [("Phó Bí thư", THANH_UY)]}
    morning = article("a", people, title="Khánh thành cầu vượt Sông Đăm", documents=(PLAN,))
    evening = article("b", people, title="Gặp mặt kiều bào dịp xuân mới", documents=(PROGRAMME,))
    resolution = resolve([morning, evening])
    assert resolution.event_ids[morning.article_id] != resolution.event_ids[evening.article_id]


def test_two_decisions_of_one_day_that_cite_the_same_are_two_events() -> None:
    people: dict[str, list[tuple[str, OrganizationRow | None]]] = {
        "Trần Công Minh": [("Phó Bí thư", THANH_UY)],
        "Đỗ Quang Vinh": [("Phó Chủ tịch", UBND)],
    }
    decisions = []
    for number in ("3012/QĐ-UBND", "3015/QĐ-UBND"):
        own = DocumentRow(document_id=make_id("document", number), number=number, type="Quyết định")
        decisions.append(article(number, people, title=f"Quyết định {number} về danh mục thủ tục", documents=(own, PROGRAMME)))
    resolution = resolve(decisions)
    assert len(set(resolution.event_ids.values())) == 2


def test_a_round_up_does_not_join_two_meetings() -> None:
    one: dict[str, list[tuple[str, OrganizationRow | None]]] = {"Trần Công Minh": [("Phó Bí thư", THANH_UY)]}
    other: dict[str, list[tuple[str, OrganizationRow | None]]] = {"Đỗ Quang Vinh": [("Phó Chủ tịch", UBND)]}
    first = article("a", one, documents=(PROGRAMME,), title="Sơ kết Chương trình 09")
    second = article("b", other, documents=(PLAN,), title="Triển khai Kế hoạch 77")
    both = article(
        "c", one | other, documents=(PROGRAMME, PLAN), title="Tin trong ngày", published=DAY + timedelta(days=1), day=DAY
    )
    resolution = resolve([first, second, both])
    assert resolution.event_ids[first.article_id] != resolution.event_ids[second.article_id]


def test_events_keep_their_id_when_a_second_report_arrives() -> None:
    people: dict[str, list[tuple[str, OrganizationRow | None]]] = {"Trần Công Minh": [("Phó Bí thư", THANH_UY)]}
    first = article("a", people, documents=(PROGRAMME,), title="Sơ kết Chương trình 09")
    second = article(
        "b", people, documents=(PROGRAMME,), title="Chương trình 09: sơ kết", published=DAY + timedelta(days=1), day=DAY
    )
    alone, together = resolve([first]), resolve([first, second])
    assert alone.event_ids[first.article_id] == together.event_ids[first.article_id] == together.event_ids[second.article_id]


# --- duplicates --------------------------------------------------------------------------------------------------------------


def test_the_same_text_again_points_to_the_earliest() -> None:
    text = " ".join(words(3, 200))
    copy = article("copy", text=text, published=DAY + timedelta(days=2))
    original = article("original", text=text)
    nearly = article("nearly", text=text + " Ảnh: sưu tầm", published=DAY + timedelta(days=1))
    resolution = resolve([copy, original, nearly])
    assert resolution.duplicates == {copy.article_id: original.article_id, nearly.article_id: original.article_id}
    assert len(set(resolution.event_ids.values())) == 1


def test_a_bulletin_filled_in_for_another_day_is_no_duplicate() -> None:
    text = " ".join(words(4, 200))
    days = [DAY, DAY + timedelta(days=7)]
    bulletins = [article(f"b{i}", text=f"{text} ngày {day}", published=day, days=(day,)) for i, day in enumerate(days)]
    assert resolve(bulletins).duplicates == {}


def test_decisions_of_one_wording_are_no_duplicates() -> None:
    text = " ".join(words(7, 200))
    assert (
        resolve([article("a", text=text + " 77", documents=(PLAN,)), article("b", text=text, documents=(PROGRAMME,))]).duplicates
        == {}
    )


def test_one_form_filled_in_for_two_districts_is_no_duplicate() -> None:
    text = words(8, 200)
    articles = []
    for name in ("Chợ Lách", "Cái Mơn"):
        told = " ".join([name, *text[:100], name, *text[100:], name])
        articles.append(article(name, text=told, title=f"Địa bàn quản lý thuế cơ sở {name}", published=None))
    assert resolve(articles).duplicates == {}


def test_a_reprint_under_another_headline_is_a_duplicate() -> None:
    text = " ".join(words(9, 200))
    original = article("a", text=text, title="Khởi công cầu qua sông Đăm")
    reprint = article(
        "b", text=text + " Theo báo bạn", title="Ba xã ven sông sắp có đường mới", published=DAY + timedelta(days=1)
    )
    assert resolve([original, reprint]).duplicates == {reprint.article_id: original.article_id}


def test_texts_that_share_half_are_no_duplicates() -> None:
    half = words(5, 100)
    articles = [article(f"h{i}", text=" ".join(half + words(50 + i, 100))) for i in range(2)]
    assert resolve(articles).duplicates == {}


def test_empty_texts_are_no_duplicates() -> None:
    assert resolve([article("a", text=""), article("b", text="")]).duplicates == {}


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.95])
def test_sketches_estimate_how_much_two_texts_share(share: float) -> None:
    estimates = []
    for seed in range(12):
        common = [f"chung{seed}x{i}" for i in range(round(400 * share))]
        own = [[f"riêng{seed}x{side}x{i}" for i in range(400 - len(common))] for side in range(2)]
        estimates.append(similarity(*(sketch_of(" ".join(common + words_)) for words_ in own)))
    true = share / (2 - share)
    assert sum(estimates) / len(estimates) == pytest.approx(true, abs=0.06)


# --- the whole ---------------------------------------------------------------------------------------------------------------


def test_organisations_and_documents_join_with_all_that_is_told() -> None:
    seen = dataclasses.replace(UBND, aliases="UBND TP")
    again = dataclasses.replace(UBND, aliases="UBND thành phố;UBND TP Hà Nội")
    titled = dataclasses.replace(PLAN, title="Xây dựng nông thôn mới", year=2024)
    resolution = resolve([article("a", bodies=(seen,), documents=(PLAN,)), article("b", bodies=(again,), documents=(titled,))])
    assert [row.aliases for row in resolution.organizations] == ["UBND TP;UBND TP Hà Nội;UBND thành phố"]
    assert [(row.title, row.year) for row in resolution.documents] == [("Xây dựng nông thôn mới", 2024)]


def test_a_document_has_the_number_that_most_articles_write() -> None:
    misspelt = dataclasses.replace(PROGRAMME, number="09/CTr-TU")
    told = [("a", PROGRAMME), ("b", misspelt), ("c", PROGRAMME)]
    for order in (told, told[::-1]):
        resolution = resolve([article(name, documents=(document,)) for name, document in order])
        assert [row.number for row in resolution.documents] == ["09-CTr/TU"]


def test_a_ministry_and_its_successor_stay_two() -> None:
    old = OrganizationRow(org_id="o1", name="Bộ Giao thông vận tải", kind="ministry", valid_to=2025)
    new = OrganizationRow(org_id="o2", name="Bộ Xây dựng", kind="ministry")
    assert len(resolve([article("a", bodies=(old,)), article("b", bodies=(new,))]).organizations) == 2


def test_evidence_comes_back_from_json() -> None:
    people: dict[str, list[tuple[str, OrganizationRow | None]]] = {
        "Trần Công Minh": [("Phó Bí thư", THANH_UY), ("Tổng Bí thư", None)]
    }
    one = article("a", people, documents=(PLAN,), days=(DAY,), place="Hà Nội")
    assert Evidence.from_json(one.to_json()) == one
    undated = article("b", published=None)
    assert Evidence.from_json(undated.to_json()) == undated


@given(st.randoms(use_true_random=False))
def test_the_order_of_articles_does_not_matter(chooser: random.Random) -> None:
    people: dict[str, list[tuple[str, OrganizationRow | None]]] = {
        "Trần Công Minh": [("Phó Bí thư", THANH_UY)],
        "Đỗ Quang Vinh": [("Phó Chủ tịch", UBND)],
    }
    text = " ".join(words(6, 120))
    articles = [
        article("a", people, documents=(PROGRAMME,), bodies=(COMMITTEE,)),
        article("b", people, documents=(PROGRAMME,), published=DAY + timedelta(days=1), day=DAY, text=text),
        article("c", {"Đỗ Quang Vinh": []}, text=text, published=DAY + timedelta(days=1)),
        article("d", {"Nguyễn Văn Hùng": [("Giám đốc", SO_Y_TE)]}, documents=(PLAN,)),
        article("e", {"Nguyễn Văn Hùng": [("Chủ tịch", UBND_QUANG_NAM)]}, documents=(PLAN, PROGRAMME)),
        article("f", {"Nguyễn Văn Hùng": []}, place="Quảng Nam"),
    ]
    expected = resolve(articles)
    chooser.shuffle(articles)
    assert resolve(articles) == expected


def test_time_grows_with_the_number_of_articles_not_with_its_square() -> None:
    """A leader named in every article of one day: each is compared with a bounded number of others."""
    people: dict[str, list[tuple[str, OrganizationRow | None]]] = {"Trần Công Minh": [("Phó Bí thư", THANH_UY)]}

    def seconds(count: int) -> float:
        articles = [article(f"n{i}", people, title=f"việc {i}") for i in range(count)]
        start = time.process_time()
        assert len(resolve(articles).event_ids) == count
        return time.process_time() - start

    assert seconds(4000) < 10 * seconds(1000)
