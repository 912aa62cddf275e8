"""Decoding: each charset and each repair by itself, round trips through the old encodings, and sound text left alone."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viparse.normalize.encodings import CHARMAPS

from pipeline.clean import clean_page
from pipeline.clean.decode import count_lost, decode_bytes, mend_text
from pipeline.clean.legacy import mend_legacy
from pipeline.clean.mojibake import mend_mojibake
from pipeline.corpus import list_inputs, read_page
from pipeline.model import Article, Page, UnreadableInput
from pipeline.vietnamese.syllables import is_syllable, mend_tone, mend_tones

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "dev"
TONES = "\u0300\u0301\u0303\u0309\u0323"
MARKED = frozenset("ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ")

SENTENCES = (
    "Sáng 12/4, Ủy ban nhân dân tỉnh tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ trọng tâm quý II năm 2022.",
    "Phó Chủ tịch Thường trực UBND tỉnh Lương Hữu Khoát chủ trì; dự hội nghị có lãnh đạo 27 sở, ngành và 12 huyện, thị xã.",
    "Theo báo cáo, tổng sản phẩm trên địa bàn tăng 6,8% so với cùng kỳ, thu ngân sách đạt 4.215 tỷ đồng, bằng 31% dự toán.",
    "“Các địa phương phải rà soát từng dự án, rõ người, rõ việc, rõ tiến độ”, ông nhấn mạnh.",
    "Về giải phóng mặt bằng, huyện Quỳnh Lưu còn 38 hộ chưa nhận tiền bồi thường; huyện Yên Thủy đã bàn giao 9,5 ha.",
    "Đồng chí yêu cầu khẩn trương tháo gỡ vướng mắc, bảo đảm tiến độ các công trình đường giao thông, thủy lợi và trường học.",
    "Những khó khăn về nguồn nguyên liệu, nhân lực và mặt bằng sẽ được xử lý dứt điểm trước ngày 30/6, không để chậm trễ hơn nữa.",
    "Người dân vùng ven biển mong muốn sớm có nước sạch, chợ mới, trạm y tế khang trang và những tuyến đường ít bụi.",
)
STRAIGHT = [text.replace("“", '"').replace("”", '"') for text in SENTENCES]
ENGLISH = "The committee met on Monday; the mayor said: “nothing is lost” – 12% more than in 2021. Café, naïve, São Paulo, 10 m²."
OTHERS = (
    "Die Straße wurde für 3 Millionen € erneuert; größere Schäden gab es nicht.",
    "L’été dernier, le maire a inauguré l’hôpital où étaient soignés les élèves.",
    "El niño comió piñas en la montaña; ¿quién lo sabía? Mañana será otro día.",
    "Guðrún Þórsdóttir býr í Reykjavík ásamt börnunum sínum.",
    "Bản đồ tỷ lệ 1:500 © 2021, sai số ±2 mm, 35 °C, 120 m², 5 µg/m³, ½ diện tích, phần Việt–Nga «Mir».",
    "Dự án 日本 tài trợ, Москва và Seoul (서울) cùng tham gia; email: a.b@example.vn?x=1&y=2",
)


def marked_letters_right(want: str, got: str) -> float:
    """The share of the letters with diacritics that came back, in texts of the same length; 0 where the length differs."""
    if len(want) != len(got):
        return 0.0
    pairs = [(a, b) for a, b in zip(want, got, strict=True) if a.lower() in MARKED]
    return sum(a == b for a, b in pairs) / len(pairs)


def through_table(text: str, encoding: str) -> str:
    """Text as the fonts of an old encoding show it, by viparse's table turned round."""
    table: dict[str, str] = {"ẳ": "aú", "Ẳ": "AÚ"} if encoding == "vni" else {}
    for shown, meant in CHARMAPS[encoding].pairs:
        table.setdefault(meant, shown)
    if encoding == "tcvn3":
        return "".join(table.get(ch) or table.get(ch.lower(), ch) for ch in text)
    return "".join(table.get(ch, ch) for ch in text)


def in_windows_1258(text: str) -> bytes:
    """Tones as marks of their own behind the vowel, as that code page has them."""
    written = []
    for ch in text:
        marks = [mark for mark in unicodedata.normalize("NFD", ch) if mark in TONES]
        base = unicodedata.normalize("NFC", "".join(mark for mark in unicodedata.normalize("NFD", ch) if mark not in TONES))
        written.append(base + "".join(marks))
    return "".join(written).encode("windows-1258")


def misread(text: str, page: str) -> str:
    """UTF-8 bytes read as another code page; bytes it leaves open stand for themselves."""
    return "".join(bytes([byte]).decode(page, "ignore") or chr(byte) for byte in text.encode("utf-8"))


vietnamese = st.lists(st.sampled_from(SENTENCES), min_size=4, max_size=7).map("\n".join).filter(lambda text: len(text) >= 400)
paragraph = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=2).map(" ".join)


# ---- sound text


@given(
    st.lists(st.sampled_from((*SENTENCES, ENGLISH, *OTHERS)), min_size=1, max_size=6),
    st.sampled_from(("\n", "\r\n", "\n\n \t", "  ", "\u00a0")),
)
@settings(max_examples=200, deadline=None)
def test_sound_text_comes_back_unchanged(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    assert decode_bytes(text.encode(), None, markup=False).text == text
    mended = mend_text(text)
    assert (mended.text, mended.repairs, mended.lost_chars) == (text, (), 0)


def sound_files() -> Iterable[tuple[str, str]]:
    for one in list_inputs(ROOT / "corpus").inputs:
        if one.kind == "txt" and "legacy/" not in one.source:
            yield one.source, read_page(one).data.decode("utf-8-sig")


def test_corpus_comes_back_unchanged() -> None:
    files = dict(sound_files())
    assert files
    for source, text in files.items():
        assert mend_text(text).text == text, source


@pytest.mark.skipif(not SHARED.exists(), reason="the shared development articles are not beside this checkout")
def test_shared_articles_change_only_where_a_repair_is_named() -> None:
    changed = {}
    for path in sorted((SHARED / "articles").glob("*.txt")):
        text = path.read_text("utf-8")
        mended = mend_text(text)
        assert (mended.text == text) == (not mended.repairs)
        changed[path.name] = mended.repairs
    assert {name: repairs for name, repairs in changed.items() if repairs} == {"mds-12307636.txt": ("misplaced_tones",)}


# ---- charsets


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_charsets(charset: str) -> None:
    text = "\n".join(SENTENCES)
    assert decode_bytes(text.encode(charset), None, markup=False).text == text


def test_valid_utf_8_wins_over_a_wrong_declaration() -> None:
    text = SENTENCES[0]
    for declared in ("iso-8859-1", "windows-1258", "gb2312", "no-such-charset"):
        assert decode_bytes(text.encode(), declared, markup=False).text == text


def test_declared_charsets_of_transport_and_page() -> None:
    text = "Привет, мир! Это новости города."
    assert decode_bytes(text.encode("koi8-r"), "koi8-r", markup=False).text == text
    page = f'<html><head><meta charset="windows-1251"></head><body>{text}</body></html>'
    assert text in decode_bytes(page.encode("windows-1251"), None, markup=True).text


def test_charset_is_detected_where_none_is_declared() -> None:
    text = "东京都政府今天宣布了新的计划，市民可以在线申请补助。" * 20
    assert decode_bytes(text.encode("gb18030"), None, markup=False).text == text


@pytest.mark.parametrize("declared", [None, "windows-1258", "iso-8859-1", "windows-1252"])
def test_windows_1258(declared: str | None) -> None:
    text = "\n".join(SENTENCES)
    decoded = decode_bytes(in_windows_1258(text), declared, markup=False)
    assert mend_text(decoded.text).text == text
    assert decoded.charset == "windows-1258"


def test_broken_sequences_are_counted_not_guessed() -> None:
    data = SENTENCES[0].encode().replace("ổ".encode(), b"\xe1\xbb", 1) + "\n".join(SENTENCES).encode()
    mended = mend_text(decode_bytes(data, None, markup=False).text)
    assert mended.lost_chars == 1 and mended.text.count("\ufffd") == 1


def test_one_line_in_an_old_encoding_in_a_utf_8_file() -> None:
    lines = [
        SENTENCES[0].encode(),
        through_table(SENTENCES[5], "tcvn3").encode("latin-1"),
        SENTENCES[2].encode(),
        SENTENCES[3].encode(),
    ]
    text = decode_bytes(b"\n".join(lines), None, markup=False).text
    assert mend_text(text).text == "\n".join((SENTENCES[0], SENTENCES[5], SENTENCES[2], SENTENCES[3]))


@pytest.mark.parametrize("data", [b"", b"  \n\t", b"\x00" * 50, b"\xef\xbb\xbf"])
def test_empty_input(data: bytes) -> None:
    with pytest.raises(UnreadableInput, match="empty"):
        decode_bytes(data, None, markup=False)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.4\n%\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"PK\x03\x04" + bytes(60), "ZIP"),
        (bytes(range(1, 9)) * 400, "binary"),
        (bytes(range(256)) * 40, "binary"),
    ],
)
def test_binary_input_says_what_it_is(data: bytes, what: str) -> None:
    with pytest.raises(UnreadableInput, match=what):
        decode_bytes(data, None, markup=False)


# ---- old encodings


@given(vietnamese, st.sampled_from(("tcvn3", "vni", "viscii", "vps")), st.booleans(), st.booleans())
@settings(max_examples=120, deadline=None)
def test_old_encodings_are_read_back(text: str, encoding: str, as_bytes: bool, markup: bool) -> None:
    shown = through_table(text.replace("“", '"').replace("”", '"'), encoding)
    decoded = decode_bytes(shown.encode("latin-1" if as_bytes else "utf-8"), None, markup=markup)
    mended = mend_text(decoded.text)
    want = text.replace("“", '"').replace("”", '"')
    if encoding == "tcvn3":  # its small and capital letters with tones are the same
        assert marked_letters_right(want.lower(), mended.text.lower()) >= 0.98
    else:
        assert marked_letters_right(want, mended.text) >= 0.98
    assert encoding in {*decoded.repairs, *mended.repairs}


@given(paragraph, st.sampled_from(("tcvn3", "vni", "viscii", "vps")))
@settings(max_examples=60, deadline=None)
def test_a_single_paragraph_in_an_old_encoding(text: str, encoding: str) -> None:
    text = text.replace("“", '"').replace("”", '"')
    page = "\n".join((SENTENCES[0], ENGLISH, through_table(text, encoding), SENTENCES[1]))
    mended = mend_text(page)
    lines = mended.text.split("\n")
    assert (lines[0], lines[1], lines[3]) == (SENTENCES[0], ENGLISH, SENTENCES[1])
    assert marked_letters_right(text.lower(), lines[2].lower()) >= 0.98
    assert mended.repairs == (encoding,)


def test_letters_of_windows_1252_for_the_bytes_of_viscii() -> None:
    text = "\n".join(SENTENCES[4:])
    shown = through_table(text, "viscii").encode("latin-1")
    seen = "".join(bytes([byte]).decode("windows-1252", "ignore") or chr(byte) for byte in shown)
    assert mend_text(seen).text == text


def test_capitals_of_tcvn3_come_back_among_capitals() -> None:
    legacy = mend_legacy("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM\n§éc lËp - Tù do - H¹nh phóc")
    assert legacy.text == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    assert legacy.encodings == ("tcvn3",)


def test_soft_hyphen_is_a_letter_of_tcvn3_before_it_is_nothing() -> None:
    assert mend_text("Ng­êi d©n ®­îc h­ëng chÝnh s¸ch míi").text == "Người dân được hưởng chính sách mới"
    assert mend_text("Người dân được hưởng chính sá\u00adch mới").text == "Người dân được hưởng chính sách mới"


# ---- UTF-8 read as another code page


@given(vietnamese, st.sampled_from(("windows-1252", "latin-1", "windows-1258", "windows-1250", "mac-roman", "cp437")))
@settings(max_examples=80, deadline=None)
def test_utf_8_read_as_another_code_page(text: str, page: str) -> None:
    mended = mend_text(misread(text, page))
    assert mended.text == text
    assert mended.repairs == ("mojibake",)


def test_utf_8_misread_twice() -> None:
    text = "\n".join(SENTENCES)
    assert mend_text(misread(misread(text, "windows-1252"), "windows-1252")).text == text


def test_utf_8_misread_within_one_line_of_a_sound_page() -> None:
    page = f"{SENTENCES[0]}\nTheo ông {misread('Lường Thị Phượng', 'windows-1252')}, dự án chậm ba tháng.\n{SENTENCES[1]}"
    mended = mend_mojibake(page)
    assert mended.text == f"{SENTENCES[0]}\nTheo ông Lường Thị Phượng, dự án chậm ba tháng.\n{SENTENCES[1]}"


@pytest.mark.parametrize("text", ["“ĐÃ”", "ĐÃ\u00a0CÓ 3 dự án", "XIN LỖI ĐÃ’", "Â, Ê và Ô", "quá…”", "Ã – Õ", "á»", "Ä"])
def test_what_only_looks_misread_stays(text: str) -> None:
    assert mend_text(text).text == text


# ---- the same within markup


def article_of(write: Callable[[str], str], charset: str, declared: str) -> Article:
    """An HTML page of plain sentences, each written by `write`, as the reader of articles gives it back."""
    title = write("Hội nghị sơ kết công tác quý I của tỉnh")
    body = "".join(f"<p>{write(text)}</p>" for text in STRAIGHT)
    page = f'<html><head><meta charset="{declared}"><title>{title}</title></head><body><h1>{title}</h1><div>{body}</div></body></html>'
    return clean_page(Page(source="a.html", data=page.encode(charset), kind="html"))


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "viscii", "vps"])
@pytest.mark.parametrize(("charset", "declared"), [("latin-1", "iso-8859-1"), ("utf-8", "utf-8")])
def test_old_encodings_within_markup(encoding: str, charset: str, declared: str) -> None:
    article = article_of(lambda text: through_table(text, encoding), charset, declared)
    assert [text for text in STRAIGHT if text.lower() not in article.text.lower()] == []
    assert article.title == "Hội nghị sơ kết công tác quý I của tỉnh"
    assert article.repairs == (encoding,)


def test_misread_twice_within_markup() -> None:
    article = article_of(lambda text: misread(misread(text, "windows-1252"), "windows-1252"), "utf-8", "utf-8")
    assert [text for text in STRAIGHT if text not in article.text] == []
    assert article.repairs == ("mojibake",)


def test_old_encoding_written_as_character_references() -> None:
    article = article_of(
        lambda text: through_table(text, "tcvn3").encode("ascii", "xmlcharrefreplace").decode(), "utf-8", "utf-8"
    )
    assert [text for text in STRAIGHT if text.lower() not in article.text.lower()] == []


# ---- letters and marks


def test_decomposed_letters_are_put_together() -> None:
    mended = mend_text(unicodedata.normalize("NFD", SENTENCES[0]))
    assert (mended.text, mended.repairs) == (SENTENCES[0], ("nfc",))


def test_invisible_characters_go_and_emoji_stay() -> None:
    mended = mend_text("\ufeffHội\u200b nghị\u00ad \u202esơ\u202c kết\x07 👩\u200d🌾")
    assert mended.text == "Hội nghị sơ kết 👩\u200d🌾"
    assert mended.repairs == ("invisible_characters",)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (
            "Ðảng bộ tỉnh Bình Ðịnh ðã họp, số 15/QÐ-UBND của HÐND, Ð/c Ðỗ Hòa",
            "Đảng bộ tỉnh Bình Định đã họp, số 15/QĐ-UBND của HĐND, Đ/c Đỗ Hòa",
        ),
        ("ngƣời dân đƣợc hỗ trợ, TRƢỜNG học mới", "người dân được hỗ trợ, TRƯỜNG học mới"),
        ("Guðrún và Þór đến Việt Nam", "Guðrún và Þór đến Việt Nam"),
    ],
)
def test_lookalike_letters(text: str, want: str) -> None:
    assert mend_text(text).text == want


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("vơí", "với"), ("hôị", "hội"), ("Nêú", "Nếu"), ("buôỉ", "buổi"), ("điêù", "điều"), ("cuả", "của"), ("qúa", "quá"), ("vâỵ", "vậy"),
     ("ĐÔÍ", "ĐỐI"), ("laị", "lại"), ("muà", "mùa"), ("Gỉai", "Giải"), ("ngươì", "người"), ("khuyêń", None), ("chịu", None)],
)  # fmt: skip
def test_misplaced_tones(wrong: str, right: str | None) -> None:
    assert mend_tone(wrong) == right


BOTH_SCHOOLS = "hoà hòa thuý thúy khoẻ khỏe quý giếng gì già thuở khuỷu rượu loạn huơ nghiêng Đắk quốc yếu oái"


@pytest.mark.parametrize("word", re.findall(r"\w+", BOTH_SCHOOLS))
def test_both_schools_of_placing_the_tone_are_sound(word: str) -> None:
    assert is_syllable(word)
    assert mend_tones(word) == word


@pytest.mark.parametrize("word", ["José", "Perú", "Bahía", "país", "Raúl", "Müller", "résumé", "K’Nhíêu"])
def test_foreign_words_keep_their_marks(word: str) -> None:
    assert mend_tones(f"Ông {word} nói.") == f"Ông {word} nói."


def test_misplaced_tones_are_a_repair_of_their_own() -> None:
    mended = mend_text("Bộ đã có buôỉ họp vơí Hiệp hôị Vận tải.")
    assert (mended.text, mended.repairs) == ("Bộ đã có buổi họp với Hiệp hội Vận tải.", ("misplaced_tones",))


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("L?y l?i m\ufffd b?o m?t", 5),
        ("Ông có đến không?Có.", 0),
        ("Vì sao? Vì xa.", 0),
        ("https://a.vn/tim?tu=kh?a", 0),
        ("x?y ra gi�m", 2),
    ],
)
def test_lost_characters_are_counted_and_stay(text: str, lost: int) -> None:
    assert count_lost(text) == lost
    assert mend_text(text).text == text


# ---- speed


def best_of(times: int, text: str) -> float:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        mend_text(decode_bytes(text.encode(), None, markup=False).text)
        spent.append(time.perf_counter() - start)
    return min(spent)


def test_sound_text_costs_little_and_time_is_linear() -> None:
    page = ("\n".join(SENTENCES) * 120)[:100_000]
    once = best_of(5, page)
    assert once < 0.06
    assert best_of(3, page * 10) < 25 * once + 0.05


@pytest.mark.parametrize(
    "text",
    [
        "Ã" * 500_000,
        "á»‡" * 200_000,
        "µ" * 500_000,
        "ê" * 400_000 + "í" * 400_000,
        "?a" * 500_000,
        "\u0301" * 300_000,
        "âí" * 300_000,
        "Ð" * 300_000,
    ],
    ids=["A", "misread", "micro", "vowels", "questions", "accents", "tones", "eth"],
)
def test_monstrous_text_is_mended_quickly(text: str) -> None:
    start = time.perf_counter()
    mend_text(decode_bytes(text.encode(), None, markup=False).text)
    assert time.perf_counter() - start < 5
