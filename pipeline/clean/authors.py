"""A line at the end of an article -> the author it names, without notes such as `Bài, ảnh:`, `(tổng hợp)` or `./.`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.vietnamese.spelling import fold

UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠ-Ỹ"
WORD = rf"[{UPPER}][\w.’']{{0,14}}"
# Huy Kiên · Nguyễn Văn An · T.SỸ · H.T · Lê Na - Minh Hà · Thu Hà/Báo Tin tức
NAME = rf"(?:{WORD})(?:[ .]{WORD}){{0,4}}"
NAMES = re.compile(rf"{NAME}(?:\s?(?:[-–—,&/+]|và)\s?{NAME}){{0,4}}")
NOTE_BEFORE = re.compile(
    r"^(?:(?:tác giả|người viết|người đưa tin|người thực hiện|thực hiện|biên tập|biên soạn|tổng hợp|phóng viên|cộng tác viên|"
    r"tin|bài|ảnh|video|clip|bài viết|tin bài|đồ họa|theo|nguồn|nguồn tin|by|author|bởi|đăng bởi|người đăng|nhóm tác giả)"
    r"(?:\s?(?:,|và|&|-|/|\+)\s?(?:tin|bài|ảnh|video|clip|đồ họa|tổng hợp|thực hiện|hình ảnh))*)\s?[:\-–]?\s+",
    re.IGNORECASE,
)
NOTE_AFTER = re.compile(
    r"\s*(?:\((?:tổng hợp|thực hiện|ghi|lược ghi|lược dịch|biên dịch|dịch|biên soạn|t/h|th|theo[^()]{1,60}|ghi chép|từ [^()]{1,40}|[^()]{1,40}\.(?:vn|com))\)|"
    r"\b(?:tổng hợp|thực hiện|lược ghi|lược dịch|biên dịch|biên soạn)|\s[-–|]\s?[\w.+-]+@[\w.-]+|[\w.+-]+@[\w.-]+)\s*$",
    re.IGNORECASE,
)
SOURCE = re.compile(r"^(?:\(?\s?(?:theo|nguồn|nguồn tin)\b)\s?:?\s*", re.IGNORECASE)
ENDING = re.compile(r"(?:\./\.|/\.|\.)+\s*$")
# What is an agency, a paper, an office, and not a person
AGENCY = re.compile(
    r"\b(?:báo|tạp chí|tttxvn|ttxvn|vietnam\+|vietnamplus|vov|vtv|cổng|trang|chinhphu|chính phủ|\w+\.(?:vn|com|net|org)|thông tấn|đài|phòng|ban|sở|bộ|ubnd|"
    r"trung tâm|văn phòng|admin|administrator|quản trị|vccorp|online|news|media|thông tin|tuyên giáo|tỉnh|huyện|xã|thành phố|công ty|"
    r"lao động|tiền phong|tuổi trẻ|thanh niên|dân trí|nhân dân|quân đội|vnexpress|vietnamnet|reuters|afp|bloomberg|cnn|bbc|xinhua|ap|"
    r"nhịp sống thị trường|trí thức trẻ|pháp luật|người lao động|infonet|cafef|kenh14|zing|tổng hợp|internet|facebook|super user|user|host|editor)\b",
    re.IGNORECASE,
)
GROUP = re.compile(r"^(?:nhóm )?(?:pv|p\.v|ctv|btv|bbt|phóng viên|nhóm phóng viên|ban biên tập)(?: [\w &-]{1,40})?$", re.IGNORECASE)
NOT_NAMES = re.compile(r"\b(?:xem|theo dõi|chia sẻ|ảnh minh họa|bình luận|trang chủ|tin tức|liên hệ|hotline|đăng|thời sự|kinh tế|xã hội|văn bản)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """An author as written, without notes; `agency` where it is a paper or an office and no person."""

    name: str
    agency: bool = False


def read_byline(line: str) -> Byline | None:
    """The author a short line names, or None where it is no byline.

    `Bài, ảnh: Thu Hà./.` -> `Thu Hà`; `Theo TTXVN` -> an agency; `Giải pháp trọng tâm` -> None
    """
    text = " ".join(line.split()).strip(" \t-–—|•*·:")
    if not 2 <= len(text) <= 90:
        return None
    source = SOURCE.match(text)
    text = ENDING.sub("", text) if not re.fullmatch(r"(?:\w\.)+\w?\.?", text) else text
    for _ in range(2):
        text = NOTE_AFTER.sub("", NOTE_BEFORE.sub("", text)).strip(" ()-–—|,;:")
    if len(text) < 2 or len(text.split()) > 12:
        return None
    if GROUP.match(text):
        return Byline(name=text)
    if AGENCY.search(text):
        person = re.split(r"\s?(?:/|\(|\s[-–|]\s|,)\s?", text)[0].strip()
        if person != text and NAMES.fullmatch(person) and not AGENCY.search(person) and not source:
            return Byline(name=person)
        return Byline(name=text, agency=True) if len(text) <= 60 else None
    if NAMES.fullmatch(text) and not NOT_NAMES.search(text):
        return Byline(name=text)
    return None


def tidy_author(text: str) -> Byline | None:
    """An author from a meta element or an element of its own: what the page calls the author is one, whatever its shape."""
    text = " ".join(text.split())
    if not text or re.match(r"https?://|//|www\.", text) or len(text) > 120 or re.fullmatch(r"[\d\W]+", text):
        return None
    read = read_byline(text)
    if read is not None:
        return read
    text = ENDING.sub("", NOTE_AFTER.sub("", NOTE_BEFORE.sub("", text))).strip(" ()-–—|,;:")
    if len(text) < 2 or fold(text) in ("null", "none", "undefined", "unknown", "khuyết danh", "n/a"):
        return None
    return Byline(name=text, agency=bool(AGENCY.search(text)))
