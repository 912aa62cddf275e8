"""HTML that no browser would write: nothing is lost, nothing crashes, and time stays linear."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_pages import lost_and_invented

from pipeline.clean import clean_page
from pipeline.clean.classes import read_class
from pipeline.clean.markup import MAX_CHARACTERS
from pipeline.clean.metadata import read_machine_stamp, read_url_date, strip_site
from pipeline.model import VIETNAM, Article, Page, UnreadableInput

PARAGRAPH = "<p>Sáng 12/9, Ban Quản lý dự án tổ chức lễ thông xe cầu Vân Thạch, công trình có vốn đầu tư 986 tỷ đồng.</p>"
HEAD = "<html><head><title>Thông xe cầu Vân Thạch sau 26 tháng</title></head><body><h1>Thông xe cầu Vân Thạch sau 26 tháng</h1>"


def read(markup: str | bytes) -> Article:
    data = markup if isinstance(markup, bytes) else markup.encode()
    return clean_page(Page(source="page.html", data=data, kind="html"))


@pytest.mark.parametrize(
    "markup",
    [
        HEAD + "<div>" * 100_000 + PARAGRAPH + "</div>" * 100_000,
        HEAD + "<span>" * 100_000 + PARAGRAPH,
        HEAD + "<ul><li>" * 30_000 + PARAGRAPH,
        HEAD + "<table><tr><td>" * 10_000 + PARAGRAPH,
        HEAD + "<b><i>" * 30_000 + PARAGRAPH,
        HEAD + "<div>" * 300 + PARAGRAPH + "</div>" * 300,
        HEAD + '<script type="application/ld+json">' + '{"@type":"NewsArticle","author":[' * 20_000 + "</script>" + PARAGRAPH,
        HEAD + "<a href='x'>" * 10_000 + PARAGRAPH * 4,
        HEAD + "<p" + " a=b" * 100_000 + ">" + PARAGRAPH,
    ],
    ids=["divs", "spans", "lists", "tables", "inline", "three hundred", "json", "links", "attributes"],
)
def test_deep_nesting_keeps_the_text(markup: str) -> None:
    started = time.process_time()
    article = read(markup)
    assert "công trình có vốn đầu tư 986 tỷ đồng" in article.text
    assert article.title == "Thông xe cầu Vân Thạch sau 26 tháng"
    assert time.process_time() - started < 5


def test_too_large_a_page_is_told_at_once() -> None:
    started = time.process_time()
    with pytest.raises(UnreadableInput, match=r"page\.html: .*; at most [0-9,]* are read"):
        read(HEAD + PARAGRAPH * (16_000_000 // len(PARAGRAPH)))
    assert time.process_time() - started < 5


def test_pictures_and_scripts_do_not_make_a_page_too_large() -> None:
    picture = '<img src="data:image/png;base64,' + "iVBORw0KGgo" * (MAX_CHARACTERS // 10) + '">'
    script = "<script>" + "var a = 1; " * (MAX_CHARACTERS // 10) + "</script>"
    assert "986 tỷ đồng" in read(HEAD + picture + script + PARAGRAPH).text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n",
        b"\0" * 100,
        b"<html><body></body></html>",
        b"<script>var a = 1</script>",
        b"<html><frameset><frame src=a></frameset></html>",
    ],
)
def test_no_text_is_told(data: bytes) -> None:
    with pytest.raises(UnreadableInput):
        read(data)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_end_in_an_article_or_are_told(data: bytes) -> None:
    try:
        article = read(data)
    except UnreadableInput:
        return
    assert article.text.strip()


TAGS = [
    "div",
    "p",
    "span",
    "b",
    "a",
    "h1",
    "h2",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "section",
    "aside",
    "nav",
    "form",
    "figure",
    "figcaption",
    "font",
    "em",
]
CLASSES = [
    "",
    "title",
    "sapo",
    "tin-lien-quan",
    "detail-content",
    "author",
    "date",
    "comment",
    "share",
    "hidden",
    "x1",
    "breadcrumb",
    "caption",
]
TEXTS = [
    "Tin liên quan", "Chia sẻ", "12/09/2021 14:11", "Huy Kiên", "Theo TTXVN", "anh-1.jpg", "Xem thêm", "Bình luận (3)",
    "Họ tên:(*)", "Ảnh: Thu Hà", "Lượt xem: 12", "Quảng cáo", ">> Đọc thêm",
    "Sáng 12/9, Ban Quản lý dự án tổ chức lễ thông xe kỹ thuật cầu Vân Thạch với vốn 986 tỷ đồng.",
    "Thông xe cầu Vân Thạch sau 26 tháng", "986 tỷ", "Kết thúc./. Huy Kiên", "Ngày đăng: 1/2/2020 - Cập nhật: 3/4/2021",
]  # fmt: skip


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def build(tag: str, name: str, inside: list[str], close: bool) -> str:
        attributes = f' class="{name}"' if name else ""
        attributes += ' href="/tin.html"' if tag == "a" else ""
        return f"<{tag}{attributes}>{''.join(inside)}" + (f"</{tag}>" if close else "")

    return st.builds(build, st.sampled_from(TAGS), st.sampled_from(CLASSES), st.lists(children, max_size=4), st.booleans())


MARKUP = st.recursive(st.sampled_from([*TEXTS, "<br>", " ", "<!-- chú thích -->", "&amp;"]), element, max_leaves=25)


# A title that trafilatura holds for a paragraph is not told twice.
@example(f"<div><div>{TEXTS[13]}<p>Tin liên quan{TEXTS[13]}<div>{TEXTS[13]}Tin liên quan")
@settings(max_examples=150, deadline=None)
@given(st.lists(MARKUP, min_size=1, max_size=5).map("".join))
def test_nothing_is_lost_of_any_markup(markup: str) -> None:
    whole = f"<html><body>{markup}</body></html>"
    try:
        article = read(whole)
    except UnreadableInput:
        return
    lost, invented = lost_and_invented(article, whole)
    assert not lost
    assert not invented


@pytest.mark.parametrize(
    "unit",
    [
        PARAGRAPH,
        '<li><a href="/x">Giá xăng giảm lần thứ ba liên tiếp</a> <span>(12/09/2021)</span></li>',
        "<tr><td>Xi măng</td><td>tấn</td><td>1.580.000</td></tr>",
        "<p>12/09/2021 14:11</p>",
        "<h2>Tin liên quan</h2><p>Ngắn thôi mà</p>",
        "Sáng nay trời mưa rất to ở nhiều nơi<br>",
        f"<div><div><span>{PARAGRAPH}</span></div></div>",
        f"<h3>Tin liên quan</h3>{PARAGRAPH}",
    ],
)
def test_time_is_linear(unit: str) -> None:
    def seconds(size: int) -> float:
        markup = (HEAD + "<div>" + unit * (size // len(unit)) + "</div>").encode()
        started = time.process_time()
        read(markup)
        return time.process_time() - started

    seconds(50_000)
    small, large = seconds(200_000), seconds(800_000)
    assert large < 4 * 2.5 * max(small, 0.05)


def test_speed_of_a_common_page() -> None:
    """A page of 100 kB as portals send it: a fifth of it is text, the rest is menus, boxes and scripts."""
    menu = "".join(
        f'<li class="item-{n}"><a href="/muc-{n}.html" title="Chuyên mục {n}">Chuyên mục {n}</a></li>' for n in range(150)
    )
    story = '<div class="story"><h3><a href="/tin-{n}.html">Giá xăng giảm lần thứ {n} liên tiếp trong năm</a></h3></div>'
    related = "".join(story.format(n=n) for n in range(80))
    script = "<script>" + "window.q = window.q || []; " * 1500 + "</script>"
    body = f'<div class="detail">{PARAGRAPH * 60}</div><div class="tin-lien-quan">{related}</div>'
    page = f"{HEAD}<nav><ul>{menu}</ul></nav>{script}{body}</body></html>"
    data = page.encode() + b" " * max(0, 100_000 - len(page.encode()))
    read(data)
    started = time.process_time()
    for _ in range(10):
        read(data)
    assert 10 / (time.process_time() - started) >= 25


def test_class_words() -> None:
    def kinds(name: str) -> set[str]:
        return {said.kind for said in read_class(name)}

    assert kinds("box-tinLienQuan") == {"furniture"}
    assert kinds("stage") == kinds("headway") == kinds("lead-in-sentence-x") - {"summary"} == set()
    assert kinds("category-tin-lien-quan") == kinds("has-related") == set()
    assert "body" in kinds("detail__content") and "body" in kinds("ArticleContent")
    assert "summary" in kinds("content-detail-sapo")
    assert "clock" in kinds("currentDate")


def test_stamps_of_machines() -> None:
    def moment(value: str) -> str | None:
        read_ = read_machine_stamp(value)
        return read_.when.isoformat() if read_ else None

    assert moment("2021-07-23T07:11:00.000Z") == "2021-07-23T14:11:00+07:00"
    assert moment("24-03-2019T08:00:00+07:00") == "2019-03-24T08:00:00+07:00"
    assert moment("7/23/2021 2:11:00 PM") == "2021-07-23T14:11:00+07:00"
    assert moment("2021-07-23") == "2021-07-23T00:00:00+07:00"
    assert moment("0001-01-01T00:00:00") is None
    assert moment("1/1/1970") is None
    assert moment("2021-13-45") is None


def test_only_folders_of_an_address_are_a_date() -> None:
    found = read_url_date("https://baomau.example/tin/2021/07/23/le-thong-xe.html")
    assert found is not None and found.when.date().isoformat() == "2021-07-23"
    assert read_url_date("https://baomau.example/le-thong-xe-20210723141122.htm") is None
    assert read_url_date("https://baomau.example/2021/le-thong-xe.html") is None


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Khởi công nhà ga mới - Báo Điện tử Đông Sơn", "Khởi công nhà ga mới"),
        ("Khởi công nhà ga mới | Xã hội | dongson.vn", "Khởi công nhà ga mới | Xã hội"),
        ("Hai dự án giao thông - thủy lợi khởi công", "Hai dự án giao thông - thủy lợi khởi công"),
        ("Cao tốc Tuyên Sơn - Phú Lâm: cần thêm 400 tỷ đồng", "Cao tốc Tuyên Sơn - Phú Lâm: cần thêm 400 tỷ đồng"),
        ("Đông Sơn 24h | Khởi công nhà ga mới", "Khởi công nhà ga mới"),
    ],
)
def test_name_of_the_site_leaves_the_title(title: str, told: str) -> None:
    assert strip_site(title, site_name="Đông Sơn 24h", host="dongson24h.example") == told


@pytest.mark.parametrize(
    ("said", "day", "clock"),
    [
        ("Fri, 23 Jul 2021 14:11:00 +0700", "2021-07-23", "14:11"),
        ("Fri, 23 Jul 2021 20:11:00 GMT", "2021-07-24", "03:11"),
        ("July 23, 2021 2:11 PM", "2021-07-23", "14:11"),
        ("23 July 2021", "2021-07-23", None),
    ],
)
def test_stamps_in_words_of_machines(said: str, day: str, clock: str | None) -> None:
    moment = read_machine_stamp(said)
    assert moment is not None
    assert moment.when.astimezone(VIETNAM).date().isoformat() == day
    assert (moment.when.astimezone(VIETNAM).strftime("%H:%M") if moment.grain == "minute" else None) == clock


@pytest.mark.parametrize("said", ["July 2021", "2 days ago", "2021", "March", "yesterday 2021", "Tin tức năm 2021 của tỉnh"])
def test_half_a_stamp_is_none(said: str) -> None:
    assert read_machine_stamp(said) is None


def test_the_source_of_a_quotation_is_set_apart() -> None:
    article = read(
        f"{HEAD}<div>{PARAGRAPH}<blockquote>Chúng tôi cam kết bàn giao.<cite>Bà Trần Thị Ngọc</cite></blockquote></div>"
    )
    assert "cam kết bàn giao. Bà Trần Thị Ngọc" in article.text


@pytest.mark.parametrize(
    "beside", ["<p>Dự lễ có lãnh đạo tỉnh</p>", "<blockquote>Đúng tiến độ đề ra</blockquote>", "<p>Danh sách kèm theo</p>" * 3]
)
def test_short_paragraphs_stay_beside_one_long(beside: str) -> None:
    """One paragraph may hold nearly all the prose of a short piece of news: the body is what holds it and its neighbours."""
    article = read(f"{HEAD}<div>{PARAGRAPH}{beside}</div>")
    assert beside[beside.index(">") + 1 : beside.index("</")] in article.text


def test_links_beside_one_long_paragraph_are_left_out() -> None:
    links = "".join(f'<p><a href="/{n}">Khởi công tuyến đường số {n} của thành phố</a></p>' for n in range(4))
    article = read(f"{HEAD}<div>{PARAGRAPH}{links}</div>")
    assert "Khởi công" not in article.text and "986 tỷ đồng" in article.text


def test_who_signs_a_document_is_no_author() -> None:
    """The signature belongs to the text, also where lists of other news follow in the same element."""
    tools = '<div class="tool"><a href="#">Bản in</a> <a href="#">Quay lại</a></div>'
    others = "".join(
        f'<div><a href="/{n}">Hội nghị tổng kết công tác dân vận năm {n}</a><span>20-09-2023</span></div>' for n in range(5)
    )
    signature = "<p>CHỦ TỊCH</p><p>(đã ký)</p><p>Ngô Bá Lâm</p>"
    article = read(f"{HEAD}<div><div>{PARAGRAPH}{PARAGRAPH}{signature}</div>{tools}<div>Tin cùng chuyên mục</div>{others}</div>")
    assert article.author is None
    assert article.text.endswith("CHỦ TỊCH\n\n(đã ký)\n\nNgô Bá Lâm")


@pytest.mark.parametrize(
    "beside",
    ["<span>Lượt xem: 98</span> <span>Cỡ chữ: </span>", '<a href="https://news.example/b">Theo dõi Báo trên Google News</a>'],
)
def test_a_stamp_with_labels_beside_it_is_no_sentence(beside: str) -> None:
    stamp = f"<div><span>Thứ bảy - 15/03/2025 20:11</span> {beside}</div>"
    article = read(f"{HEAD}{stamp}<div>{PARAGRAPH}{PARAGRAPH}</div>")
    assert "15/03/2025" not in article.text
    assert article.published_at is not None and article.published_at.isoformat() == "2025-03-15T20:11:00+07:00"


def test_an_invitation_to_read_on_hides_no_byline() -> None:
    invitation = '<p>* Mời bạn đọc vào chuyên mục <a href="/ct">Chính trị</a> xem các tin, bài liên quan.</p>'
    article = read(f"{HEAD}<div>{PARAGRAPH}{PARAGRAPH}<p>Tin, ảnh: <b>Văn Hùng</b></p>{invitation}</div>")
    assert article.author == "Văn Hùng" and "Mời bạn đọc" not in article.text
    article = read(f"{HEAD}<div>{PARAGRAPH}<p>Thư viện mời bạn đọc tham gia cuộc thi viết cảm nhận về sách.</p></div>")
    assert "mời bạn đọc tham gia" in article.text
