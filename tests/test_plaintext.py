"""Pages saved without markup: cases as data, conservation of every visible word, and what must never happen."""

from __future__ import annotations

import re
import time
import tomllib
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean import clean_page
from pipeline.clean.bylines import find_closing_byline, read_byline
from pipeline.clean.decode import mend_text
from pipeline.clean.furniture import find_furniture, find_inline
from pipeline.clean.language import detect_language
from pipeline.clean.stamps import VIETNAM, read_stamp
from pipeline.model import Article, Page, UnreadableInput

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "saved_texts.toml").read_text("utf-8"))["page"]
SHARED = Path(__file__).parents[1].parent / "shared" / "dev"
WORD = re.compile(r"[^\W_]+")


def clean(text: str, **said: Any) -> Article:
    return clean_page(Page(source="a.txt", data=text.encode(), kind="txt", **said))


def words_of(text: str) -> Counter[str]:
    return Counter(WORD.findall(text))


def assert_conserved(text: str, article: Article) -> None:
    """Every visible word of the mended input stands in the text of the article or in a cut, as often as it was there."""
    kept = words_of(article.text)
    for cut in article.cuts:
        assert cut.reason
        kept += words_of(cut.text)
    assert kept == words_of(mend_text(text).text)
    assert article.removed_chars == sum(len(cut.text) for cut in article.cuts)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_page(case: dict[str, Any]) -> None:
    article = clean(case["text"])
    flat = re.sub(r"\s+", " ", article.text)
    assert article.title == case.get("title")
    assert article.author == case.get("author")
    if "published" in case:
        assert article.published_at == datetime.fromisoformat(case["published"]).replace(tzinfo=VIETNAM)
        assert article.published_grain == case["grain"]
    else:
        assert article.published_at is None and article.published_grain is None
    assert [quote for quote in case["keep"] if quote not in flat] == []
    assert [quote for quote in case["drop"] if quote in flat] == []
    assert set(case.get("cuts", ())) <= {cut.reason for cut in article.cuts}
    assert article.lost_chars == case.get("lost_chars", 0)
    assert article.language == case.get("language", "vi")
    assert article.repairs == ()
    assert_conserved(case["text"], article)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_text_is_paragraphs_between_single_empty_lines(case: dict[str, Any]) -> None:
    article = clean(case["text"])
    assert article.title is None or article.text.split("\n\n")[0] == article.title
    assert all(paragraph == paragraph.strip() and paragraph and "\n" not in paragraph for paragraph in article.text.split("\n\n"))
    if article.summary is not None:
        assert article.summary == article.text.split("\n\n")[0 if article.title is None else 1]


def test_sidecar_wins() -> None:
    said = datetime(2020, 1, 2, 3, 4, tzinfo=VIETNAM)
    article = clean(
        "Tin ngắn\n05/06/2021 07:08\nHôm nay, xã tổ chức lễ hội đua thuyền truyền thống.",
        title="Lễ hội đua thuyền",
        published=said,
    )
    assert (article.title, article.published_at, article.published_grain) == ("Lễ hội đua thuyền", said, "minute")
    assert article.text.startswith("Lễ hội đua thuyền\n\n")


def test_sidecar_that_tells_a_day() -> None:
    article = clean("Tin ngắn", published=datetime(2020, 1, 2, tzinfo=VIETNAM))
    assert article.published_grain == "day"


def test_title_with_a_full_stop_right_above_the_stamp() -> None:
    article = clean("Hội nghị tổng kết công tác năm 2021 của ngành.\n05/01/2022 07:08\n" + "\n".join(PROSE))
    assert article.title == "Hội nghị tổng kết công tác năm 2021 của ngành."
    assert clean("\n".join(PROSE)).title is None


def test_sidecar_title_finds_its_line_under_a_menu() -> None:
    head = "Cổng TTĐT huyện\nTin tức | Văn bản | Liên hệ\n\n"
    text = f"{head}Khai hội làng Vọng (08:00 01/02/2023)\n\nSáng 1/2, làng Vọng khai hội với ba phần thi đấu."
    article = clean(text, title="Khai hội làng Vọng")
    assert article.text == "Khai hội làng Vọng\n\nSáng 1/2, làng Vọng khai hội với ba phần thi đấu."
    assert {cut.reason for cut in article.cuts} == {"menu", "stamp"}
    assert article.published_at == datetime(2023, 2, 1, 8, 0, tzinfo=VIETNAM)


PROSE = (
    "Sáng 4/5, Sở Y tế tổ chức hội nghị triển khai kế hoạch tiêm chủng cho trẻ em trên địa bàn tỉnh.",
    "“Không để một cháu nào bị bỏ sót”, bác sĩ Quàng Thị Ban nói.",
    "- Đợt 1: tiêm tại 48 trạm y tế xã, xong trước ngày 20/5;",
    "- Đợt 2: tiêm vét tại trường học và khu công nghiệp.",
    "Theo kế hoạch, tỉnh cần 126.000 liều vắc xin, trong đó 31.500 liều đã về kho.",
    "Phó Giám đốc Sở Y tế Cầm Văn Lả yêu cầu các huyện báo cáo trước 16 giờ hằng ngày./.",
)
FURNITURE = (
    "Trang chủ",
    "Trang chủ > Tin tức > Y tế",
    "Đăng nhập",
    "Xem chi tiết",
    "Chia sẻ",
    "Facebook",
    "In bài viết",
    "Lượt xem: 1.024",
    "20230504-h2.png",
    "Bình luận (3)",
    "Họ tên:(*)",
    "Mã xác nhận",
    "Tin liên quan",
    "Các tin khác",
    "Quay lại",
    "Top",
    "© 2023 Cổng thông tin điện tử",
    "Giấy phép số 12/GP-TTĐT",
    "Tags: y tế, tiêm chủng",
)


@given(
    st.lists(st.sampled_from(FURNITURE[:7]), max_size=4),
    st.lists(st.sampled_from(PROSE), min_size=3, max_size=6, unique=True),
    st.lists(st.sampled_from(FURNITURE), max_size=8),
    st.sampled_from(("\n", "\n\n", "\r\n")),
)
@settings(max_examples=150, deadline=None)
def test_prose_stays_and_words_are_conserved_in_any_mixture(
    above: list[str], body: list[str], below: list[str], newline: str
) -> None:
    title = "Hơn 126.000 trẻ em được tiêm chủng"
    text = newline.join([*above, title, "04/05/2023 08:30", *body, *below])
    article = clean(text)
    assert article.title == title
    assert article.published_at == datetime(2023, 5, 4, 8, 30, tzinfo=VIETNAM)
    for paragraph in body:
        assert paragraph in article.text.split("\n\n")
    for line in below:
        assert line not in article.text.split("\n\n")
    assert_conserved(text, article)


@given(
    st.lists(
        st.sampled_from(
            PROSE + FURNITURE + ("PV", "Nguyễn A", "", "|", "Theo TTXVN", "12/5/2022", "Nơi nhận:", ">> Tin", "Mục lục")
        ),
        max_size=25,
    )
)
@settings(max_examples=200, deadline=None)
def test_words_are_conserved_in_any_order(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        article = clean(text)
    except UnreadableInput:
        assert not words_of(text)
        return
    assert_conserved(text, article)


@pytest.mark.parametrize(
    "line",
    [
        "Vị trí, chức năng của Cổng Thông tin điện tử",
        "Liên hệ",
        "Video",
        "Tiêu đề",
        "Nội dung",
        "Top",
        "Địa chỉ",
        "Nổi bật",
        "Đánh giá",
        "Chủ đề",
        "Thời gian đăng ký trực tuyến: từ 10/5/2021 đến 31/5/2021.",
    ],
)
def test_a_heading_between_two_paragraphs_stays(line: str) -> None:
    text = f"Tin về chợ đêm\n05/06/2021 07:08\n{PROSE[0]}\n{PROSE[1]}\n{line}\n{PROSE[4]}\n{PROSE[5]}"
    assert line in clean(text).text.split("\n\n")


@pytest.mark.parametrize(
    ("line", "moment", "grain", "rest"),
    [
        ("Thứ năm, 16/12/2021 11:20", "2021-12-16T11:20", "minute", ""),
        ("(14:11 23/07/2021)", "2021-07-23T14:11", "minute", ""),
        ("Thứ Sáu, ngày 2 tháng 4 năm 2021, 06:00 GMT+7", "2021-04-02T06:00", "minute", ""),
        ("Ngày đăng: 05-06-2025 | 15h50", "2025-06-05T15:50", "minute", ""),
        ("02/06/2025 2:05 CH", "2025-06-02T14:05", "minute", ""),
        ("13/05/2025 12:19 AM", "2025-05-13T00:19", "minute", ""),
        ("Tháng Bảy 23, 2021", "2021-07-23T00:00", "day", ""),
        ("2021-07-23T14:11:00Z", "2021-07-23T21:11", "minute", ""),
        ("20:05 16/12/2021 GMT+9", "2021-12-16T18:05", "minute", ""),
        ("Cập nhật lần cuối: 16.12.2021", "2021-12-16T00:00", "day", ""),
        ("Huy Lãng - 23/07/2021 | 14:11", "2021-07-23T14:11", "minute", "Huy Lãng"),
        ("July 23, 2021", "2021-07-23T00:00", "day", ""),
        ("Ngày 16-12-2021, lúc 11h20'", "2021-12-16T11:20", "minute", ""),
        ("7/23/2021 2:11:00 PM", "2021-07-23T14:11", "minute", ""),
        ("Ngày cập nhật: 06/03/2024 08:00 - Ngày đăng: 05/03/2024 14:02", "2024-03-05T14:02", "minute", ""),
    ],
)
def test_stamps(line: str, moment: str, grain: str, rest: str) -> None:
    stamp = read_stamp(line)
    assert stamp is not None
    assert (stamp.moment, stamp.grain, stamp.rest) == (datetime.fromisoformat(moment).replace(tzinfo=VIETNAM), grain, rest)


@pytest.mark.parametrize(
    "line",
    ["31/02/2021", "5/32 nhiệm vụ", "Ngày 23/7", "128/NQ-CP", "giai đoạn 2021-2025", "45/13/2020", "x" * 400 + " 1/1/2020"],
)
def test_no_stamp_is_invented(line: str) -> None:
    assert read_stamp(line) is None


@pytest.mark.parametrize(
    ("line", "author", "grade"),
    [
        ("Huy Lãng", "Huy Lãng", "person"),
        ("PV", "PV", "desk"),
        ("T.KỲ", "T.KỲ", "person"),
        ("An Thu - Bạch Yến", "An Thu - Bạch Yến", "person"),
        ("Theo TTXVN", "TTXVN", "agency"),
        ("Tác giả: Mộc Lan", "Mộc Lan", "person"),
        ("(Theo Lê Đan/NLĐO)", "Lê Đan", "person"),
        ("HOÀNG KHA (Thực hiện)", "HOÀNG KHA", "person"),
        ("Đặng Bảo/VOV-Trung tâm Tin", "Đặng Bảo", "person"),
        ("Mai Khuê (tổng hợp)./.", "Mai Khuê", "person"),
        ("Trường Vũ", "Trường Vũ", "person"),
        ("Nhóm phóng viên", "Nhóm phóng viên", "desk"),
        ("T.ThiTheo Cnet", "T.Thi", "person"),
        ("Ảnh: Lý Tống", "Lý Tống", "other"),
        ("Đăng bởi: Huy Lãng", "Huy Lãng", "person"),
        ("Bài: Thu Thoa; Ảnh: Văn Hưng", "Thu Thoa", "person"),
        ("TS. Lê Quang Mẫn", "TS. Lê Quang Mẫn", "person"),
        ("Tác giả: Quản trị", "Quản trị", "other"),
        ("PV/VOV", "PV", "desk"),
    ],
)
def test_bylines(line: str, author: str, grade: str) -> None:
    byline = read_byline(line)
    assert byline is not None
    assert (byline.author, byline.grade) == (author, grade)


@pytest.mark.parametrize(
    "line",
    [
        "Quang cảnh buổi lễ",
        "Hà Nội",
        "Thứ trưởng Bộ Y tế Lò Văn Tới",
        "Bộ trưởng Lò Văn Tới",
        "NGHỊ QUYẾT",
        "Thành phố Hồ Chí Minh",
        "Tổ chức thực hiện",
        "Theo đó",
        "Theo Nghị định này",
        "Điều 4. Hiệu lực thi hành",
        "Cổng Thông tin điện tử tiếp tục cập nhật thông tin về hội nghị.",
    ],
)
def test_no_byline(line: str) -> None:
    assert read_byline(line) is None


def test_closing_byline_needs_a_full_stop_before_it() -> None:
    found = find_closing_byline("Giá gạo tăng 200 đồng mỗi kg trong hai tuần qua. Kim Sang")
    assert found is not None and found[1].author == "Kim Sang"
    assert find_closing_byline("Buổi lễ có sự tham dự của nhà giáo Kim Sang") is None
    assert find_closing_byline("Đoàn gồm hai người. Ông Kim Sang dẫn đầu") is None


@pytest.mark.parametrize(
    "ending",
    [
        ["Danh sách học sinh đạt giải nhất:", "Nguyễn Văn Thái", "Trần Thị Bưởi", "Lê Công Lý"],
        ["Giám đốc Sở Y tế", "Cầm Văn Lả"],
        ["Người ký:", "Cầm Văn Lả"],
        ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Cầm Văn Lả"],
    ],
)
def test_names_that_sign_nothing_stay(ending: list[str]) -> None:
    article = clean("\n".join(["Kết quả kỳ thi chọn học sinh giỏi", "05/06/2021 07:08", PROSE[0], PROSE[1], *ending]))
    assert article.text.split("\n\n")[-len(ending) :] == ending
    assert article.author is None


def test_reading_time_is_furniture() -> None:
    """A label beside the stamp; a sentence about minutes of reading is none."""
    for line in ("3 phút đọc", "Thời gian đọc: 4 phút"):
        found = find_furniture(line)
        assert found is not None and found.reason == "page control"
    for line in ("Mỗi ngày 30 phút đọc sách", "Học sinh dành 15 phút đọc sách đầu giờ"):
        assert find_furniture(line) is None


def test_damaged_furniture_is_known() -> None:
    for line in ("L?y l?i m� b?o m?t", "M� x�c nh?n", "Vi?t b�nh lu?n"):
        found = find_furniture(line)
        assert found is not None and found.reason == "comment form", line
    assert find_furniture("M?t tr?n T? qu?c") is None


@pytest.mark.parametrize(
    ("paragraph", "rest"),
    [
        ("Quốc hội tiếp tục nghiên cứu dự thảo luật. HL Email Print Góp ý", "Email Print Góp ý"),
        (
            "Giải kết thúc vào tuần sau. Xem thêm các bài viết khác tại http://tin.example",
            "Xem thêm các bài viết khác tại http://tin.example",
        ),
        ("Theo Nhịp sống thị trường Copy link", "Copy link"),
    ],
)
def test_furniture_glued_to_the_end(paragraph: str, rest: str) -> None:
    found = find_inline(paragraph)
    assert found is not None and paragraph[found[0] :] == rest


@pytest.mark.parametrize(
    "paragraph",
    [
        "Trong một ngày đã có hàng nghìn người chia sẻ bài viết này.",
        "Người dân có thể xem thêm tại trụ sở UBND xã.",
        "Ông gửi email print cho tòa soạn",
    ],
)
def test_sentences_about_sharing_stay(paragraph: str) -> None:
    assert find_inline(paragraph) is None


def test_languages() -> None:
    assert detect_language("Hội nghị diễn ra tại thành phố vào ngày mai.") == "vi"
    assert detect_language("The conference will be held in the city on Monday, and it is open to all.") == "en"
    assert detect_language("La conférence aura lieu demain matin dans la ville") == "other"
    assert detect_language("12 34 56") == "other"


@pytest.mark.parametrize("text", ["", "   \n\t\n", "\x00\x00", "---\n|\n***"])
def test_nothing_to_read(text: str) -> None:
    with pytest.raises(UnreadableInput):
        clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tin mới\n" + "chữ " * 1_250_000,
        "a" * 1_000_000,
        "Tin mới\n" + "x\n" * 100_000,
        "Ngày 1/1/2020 " * 60_000,
        "- \n" * 100_000 + "Hội nghị",
        "Theo " * 200_000,
        ">" * 300_000 + " Tin",
        "(" * 100_000 + "Hội nghị diễn ra." + ")" * 100_000,
    ],
    ids=["5 MB line", "no newline", "many lines", "many dates", "many items", "many labels", "arrows", "brackets"],
)
def test_monstrous_text_is_read_quickly(text: str) -> None:
    start = time.perf_counter()
    article = clean(text)
    assert time.perf_counter() - start < 5
    assert article.text


def test_direction_marks_and_controls_go() -> None:
    article = clean("Tin\u202e lạ\u202c về chợ\x00 đêm\n05/06/2021 07:08\nChợ đêm mở cửa đến 23 giờ mỗi ngày trong tuần.")
    assert article.title == "Tin lạ về chợ đêm"
    assert article.repairs == ("invisible_characters",)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared development articles are not beside this checkout")
def test_shared_articles_are_conserved() -> None:
    for path in sorted([*(SHARED / "articles").glob("*.txt"), *(SHARED / "more").glob("*.txt")]):
        text = path.read_text("utf-8")
        assert_conserved(text, clean(text))
