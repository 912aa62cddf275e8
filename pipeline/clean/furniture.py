"""A line of text -> what furniture of a portal it is, by the word list `lexicon/furniture.tsv` and a few shapes; or None."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.lexicon import cached, read_lexicon
from pipeline.vietnamese.spelling import fold

MAX_START = 200  # characters: a longer line is a paragraph, whatever it begins with
MAX_IMPRINT = 600
MAX_INLINE_REST = 120

# Reasons that are words of ordinary headings too: one such line between two paragraphs of the article stays.
AMBIGUOUS = frozenset({"menu", "page control", "comment form", "copyright footer", "contact line", "view counter"})

_BAR = re.compile(r"\s?[|•·]\s?")
_GLUE = re.compile(r"(?<=[^\W\d_])(?=[A-ZĐ][^\W\d_])(?<![A-ZĐ])")  # FacebookZaloSao chép liên kết
_EDGE = re.compile(r"^[^\w©»►▶⇒>(]+|[^\w)]+$")
_COUNT = re.compile(r"^\d{1,6}\s?(?=[^\W\d])|\s*\(\s*\d{0,6}\s*\)$|[\s:]+\d{1,6}$")
_COUNT_ENDS = frozenset(")0123456789")
_SPACE = re.compile(r"\s+")
_DAMAGED = re.compile(r"\ufffd|(?<=\w)\?(?=\w)")

# 20211221-u27.jpg · Anh_1 (2).PNG
_IMAGE_FILE = re.compile(r"[\w\-.,()%+~ ]{1,150}\.(?:jpe?g|png|gif|webp|bmp|svg|tiff?|jfif|avif)", re.IGNORECASE)
# 1.204 lượt xem · 12 bình luận · (120 views)
_COUNTER = re.compile(
    r"\(?\d[\d.,]{0,12}\s?[kK]?\s(?:lượt\s(?:xem|đọc|truy\scập|thích|chia\sẻ|tải)|người\s(?:xem|đọc)|views?|bình\sluận|likes?|comments?|"
    r"phản\shồi|ý\skiến)\)?",
    re.IGNORECASE,
)
# <%@ page language="java" %> · var x = 1;
_CODE = re.compile(
    r"<[%?!].{0,300}|(?:var|let|const)\s\w+\s?=.{0,300}|.{0,100}function\s?\w*\(.{0,200}|\{.{0,300}\};?|\$\(.{0,300}"
)
# … Giấy phép số 01/GP-BTTTT. Tổng Biên tập: … — what stands in the last lines of a portal, wherever in the line
_IMPRINT = re.compile(
    r"giấy\sphép\s(?:số|hoạt\sđộng|xuất\sbản|thiết\slập)[^.]{0,80}(?:/gp|gp-|gpxb|bttt|ttđt|ttbc)|\btổng\sbiên\stập\s?:|"
    r"chịu\strách\snhiệm\s(?:chính|nội\sdung|xuất\sbản|quản\slý)\s?:|ghi\srõ\snguồn|phát\shành\slại\sthông\stin|©\s|"
    r"\bcopyright\b|all\srights\sreserved|bản\squyền\s(?:thuộc|của|nội\sdung)|cơ\squan\schủ\squản\s?:",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…)][”\"’')\]]{0,2}\s*$")
# Trang chủ > Tin tức > Thời sự · Trang chủ / Tin trong tỉnh · Home » News
_BREADCRUMB = re.compile(
    r"(?:bạn\sđang\s(?:ở|xem|đứng)(?:\stại|\strang)?\s?:?|vị\strí\s?:|you\sare\shere\s?:?).{0,150}|(?:.{1,40}:\s?)?"
    r"(?:trang\s(?:chủ|nhất|chính)|home(?:page)?)\s{0,3}[>»›/|\\→-].{0,150}|[^.!?]{2,40}(?:\s?[>»›]{1,2}\s?[^.!?>»›]{2,60}){1,6}",
    re.IGNORECASE,
)
# Bình chọn: ★★★★☆ (8 lượt) · 4.5/5 - (12 bình chọn)
_RATING = re.compile(
    r".{0,60}(?:★|☆).{0,60}|.{0,30}\d(?:[.,]\d)?\s?/\s?5\s.{0,10}(?:bình\schọn|đánh\sgiá|votes?).{0,20}", re.IGNORECASE
)
# Tin tức | Văn bản | Liên hệ — a menu in one line: short items between bars
_MENU_BAR = re.compile(r"[^|•·.!?]{2,30}(?:\s?[|•·]\s?[^|•·.!?]{2,30}){2,20}")
# Họ tên:(*) · Email (*) :
_FORM_FIELD = re.compile(r"[^\d.!?]{2,40}:?\s?\(\*\)\s?:?.{0,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """Why a line is not part of the article; `scope` is `line`, `start`, `block` or `footer` as in the word list."""

    reason: str
    scope: str


def find_furniture(line: str) -> Furniture | None:
    """The furniture a whole line is, or None; place and neighbours are for the caller to weigh."""
    if len(line) > MAX_START:
        return None
    shaped = _by_shape(line)
    if shaped is not None:
        return shaped
    for joint in (_BAR, _GLUE):
        pieces = [piece.strip() for piece in joint.split(line) if piece.strip()]
        if 2 <= len(pieces) <= 12:
            known = [found for piece in pieces if (found := _by_words(piece))]
            if len(known) >= 2 and 2 * len(known) > len(pieces):
                return known[0]
    return _by_words(line)


def _by_words(line: str) -> Furniture | None:
    folded = _SPACE.sub(" ", fold(line))
    core = _EDGE.sub("", folded)
    found = _phrases().get(core)
    if found is None and core and (core[-1] in _COUNT_ENDS or core[0] in _COUNT_ENDS):
        found = _phrases().get(_EDGE.sub("", _COUNT.sub("", core)))
    if found is not None:
        return found
    started = _starts().match(folded)
    if started is not None:
        return _start_reasons()[started.group()]
    return _damaged(line) if _DAMAGED.search(line) else None


def find_inline(paragraph: str) -> tuple[int, str] | None:
    """Where furniture begins that was glued to the end of a paragraph, with its reason.

    `… tiến độ đã cam kết. KM Email Print Góp ý` has a share bar; `nhiều người chia sẻ bài viết này` is a sentence.
    """
    window = paragraph[-MAX_INLINE_REST:]
    for found in _inlines().finditer(fold(window)):
        at = len(paragraph) - len(window) + found.start()
        reason = _inline_reasons()[found.group()]
        ends = found.end() == len(window) if reason == "share bar" else _SENTENCE_END.search(paragraph[:at]) is not None
        if ends and paragraph[at].isupper():
            return at, reason
    return None


def _by_shape(line: str) -> Furniture | None:
    if _IMAGE_FILE.fullmatch(line):
        return Furniture(reason="image file name", scope="line")
    if _COUNTER.fullmatch(line):
        return Furniture(reason="view counter", scope="line")
    if _BREADCRUMB.fullmatch(line):
        return Furniture(reason="breadcrumb", scope="line")
    if _CODE.fullmatch(line):
        return Furniture(reason="code", scope="line")
    if _RATING.fullmatch(line):
        return Furniture(reason="share bar", scope="line")
    if _FORM_FIELD.fullmatch(line):
        return Furniture(reason="comment form", scope="line")
    return None


def is_imprint(line: str) -> bool:
    """Whether a line says who is answerable for a portal, and under which licence: the last lines of its pages do."""
    return len(line) <= MAX_IMPRINT and _IMPRINT.search(line) is not None


def is_menu_bar(line: str) -> bool:
    """Whether a line is a row of short items between bars: `Tin tức | Văn bản | Liên hệ`."""
    return _MENU_BAR.fullmatch(line) is not None


def _fold_edges(line: str) -> str:
    return _EDGE.sub("", _SPACE.sub(" ", fold(line)))


@cached
def _phrases() -> Mapping[str, Furniture]:
    return {
        _fold_edges(row["phrase"]): Furniture(reason=row["reason"], scope=row["scope"])
        for row in read_lexicon("furniture")
        if row["scope"] in ("line", "block")
    }


@cached
def _start_reasons() -> Mapping[str, Furniture]:
    return {
        fold(row["phrase"]): Furniture(reason=row["reason"], scope=row["scope"])
        for row in read_lexicon("furniture")
        if row["scope"] in ("start", "footer")
    }


@cached
def _starts() -> re.Pattern[str]:
    return _longest_first(_start_reasons())


@cached
def _inline_reasons() -> Mapping[str, str]:
    return {fold(row["phrase"]): row["reason"] for row in read_lexicon("furniture") if row["scope"] == "inline"}


@cached
def _inlines() -> re.Pattern[str]:
    return _longest_first(_inline_reasons())


# `Thời gian đăng ký trực tuyến: từ 10/5 …` tells nothing of when the page was put up, as `Thời gian đăng: 10/5` does.
_REGISTERS = r"|(?<=đăng)\ský"


def _longest_first(phrases: Mapping[str, object]) -> re.Pattern[str]:
    ordered = sorted(phrases, key=len, reverse=True)
    return re.compile(
        "|".join(re.escape(phrase) + (rf"(?!\w{_REGISTERS})" if phrase[-1].isalnum() else "") for phrase in ordered) or r"(?!)"
    )


def _damaged(line: str) -> Furniture | None:
    """`L?y l?i m� b?o m?t` is `Lấy lại mã bảo mật` where every letter that survived agrees."""
    words = _fold_edges(line)
    for phrase, furniture in _phrases().items():
        if len(phrase) <= len(words) <= len(phrase) + 2 and _agrees(words, phrase):
            return furniture
    return None


def _agrees(damaged: str, phrase: str) -> bool:
    return all(ch == whole or ch in "?\ufffd" for ch, whole in zip(damaged, phrase, strict=False)) and any(
        ch == whole and ch.isalpha() for ch, whole in zip(damaged, phrase, strict=False)
    )
