"""A short line or the end of a paragraph -> the byline or source credit that it is, or None."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.lexicon import cached, read_lexicon

MAX_BYLINE = 100  # characters
MAX_PARTS = 6

_UPPER = "A-Z\u00c0-\u00dd\u0102\u0110\u0128\u0168\u01a0\u01af" + "".join(map(chr, range(0x1EA0, 0x1EFA, 2)))
# Nguyễn · T.SỸ · Nh.Thạch · P.V · LÊ
_INITIALS = rf"(?:[{_UPPER}][a-zđ]?\.\s?){{1,3}}[{_UPPER}][^\W\d_]{{0,9}}\.?"
_WORD = rf"(?:{_INITIALS}|[KHY]['’]\s?[{_UPPER}][^\W\d_]{{1,9}}|[{_UPPER}][^\W\d_]{{1,9}}|[{_UPPER}])"
_PERSON = re.compile(rf"{_WORD}(?:\s{_WORD}){{0,4}}")
# TS. Lê Quang Minh · ThS Nguyễn Văn Hùng: a guest signs with a degree
_DEGREE = re.compile(r"(?:(?:PGS|GS|TS|ThS|Ths|Th\.S|BS|Bs|LS|KS|CN|KTS|NB)\.?\s?[,.-]?\s?){1,3}(?=[^\W\d_])")
_ONE_WORD = re.compile(rf"(?:{_INITIALS}|[{_UPPER}]{{2,3}}\.?)")
# PV · P.V · PV TTXVN · CTV · Nhóm phóng viên PetroTimes · BBT
_DESK = re.compile(
    r"(?:nhóm\s)?(?:pv|p\.v|phóng\sviên|ctv|cộng\stác\sviên|bbt|ban\sbiên\stập|btv|tổ\scông\stác\stuyên\struyền)"
    r"(?![^\W\d_])\.?(?:[\s,/&-]{1,3}(?:nhóm\s)?(?:pv|p\.v|ctv|btv))?(?:\s[^\n]{1,40})?",
    re.IGNORECASE,
)
# Tác giả: · Bài, ảnh: · Tin và ảnh: · Thực hiện:
_AUTHOR_LABEL = re.compile(
    r"(?:(?:được\s)?(?:đăng|viết)\sbởi|(?:tên\s)?tác\sgiả(?:\sbài\sviết)?|người\sviết|người\sđăng|người\sthực\shiện|phóng\sviên|thực\shiện|biên\stập|biên\ssoạn|"
    r"chuyên\sviên\spháp\slý|bài(?:\sviết)?(?:(?:,|\svà|\s&|\s?-)\s?(?:ảnh|video|clip|tin))*|tin(?:(?:,|\svà|\s&|\s?-)\s?(?:ảnh|bài|video))*|"
    r"nội\sdung|author|written\sby|by)\s?[:：]\s{0,3}|(?:bởi|by)\s+|(?:tin|bài)(?:,|\svà|\s&|\s?-)\s?(?:ảnh|bài)\s+(?=[^\s:])",
    re.IGNORECASE,
)
# Ảnh: · Tham vấn bởi Luật sư: — credits of others than the writer
_OTHER_LABEL = re.compile(
    r"(?:ảnh|hình\sảnh|video|clip|đồ\shọa|đồ\shoạ|thiết\skế|kỹ\sthuật|trình\sbày|tham\svấn(?:\sbởi)?(?:\sluật\ssư)?|quay\sphim|dựng)"
    r"(?:(?:,|\svà|\s&)\s?(?:ảnh|video|clip|đồ\shọa))*\s?[:：]\s{0,3}",
    re.IGNORECASE,
)
# Theo TTXVN · Nguồn: Báo Điện tử Chính phủ
_SOURCE_LABEL = re.compile(r"(?:theo\s?[:：]?\s?|nguồn(?:\stin)?\s?[:：]\s{0,3}|source\s?[:：]\s{0,3})(?=\S)", re.IGNORECASE)
# (tổng hợp) · thực hiện · (ghi) · (theo ABCnews) · (ảnh: Khả Hòa) — notes behind the names
_NOTE = re.compile(
    r"(?:\s?[-–]\s?)?\((?P<note>[^()]{1,60})\)\s?$|\s(?:thực\shiện|tổng\shợp|lược\sdịch|biên\sdịch|ghi|dịch|sưu\stầm|lược\sghi|theo\s[^()]{2,40})$",
    re.IGNORECASE,
)
_GLUED_SOURCE = re.compile(r"(?<=[^\W\d_])(?=(?:Theo|Nguồn)\s)")
_TRAIL = re.compile(r"[\s./]*$")
_SEPARATOR = re.compile(r"\s?[-–—,/&;+|]\s?|\svà\s|\s{2,}")
_SITE = re.compile(r"[\w-]+\.(?:vn|com|org|net|gov|edu|info)\b", re.IGNORECASE)
# The end of the last sentence of a paragraph, and what follows it.
_AFTER_LAST_STOP = re.compile(r"(?:[.!?…]|\./\.)[”\"’')\]]{0,2}[.]?\s+(?P<rest>[^.!?…\s](?:[^!?…]{0,100}))$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """Who signed: `author` as written without notes; `grade` is `person`, `desk` (PV), `agency` or `other` (a photographer)."""

    author: str
    grade: str
    labelled: bool


def read_byline(line: str) -> Byline | None:
    """The byline that a whole line is: `Huy Kiên`, `PV`, `An Nhiên - Trần Thanh`, `Theo TTXVN`, `Tác giả: Hà Văn`."""
    text = _TRAIL.sub("", line.strip())
    if line.count(" ") > 5 and line.rstrip().endswith(".") and not line.rstrip().endswith("/."):
        return None  # a sentence
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    if not 2 <= len(text) <= MAX_BYLINE or _has_digits(text):
        return None
    other = _OTHER_LABEL.match(text)
    if other:
        named = _read_names(text[other.end() :])
        return Byline(author=named.author, grade="other", labelled=True) if named else None
    label = _AUTHOR_LABEL.match(text)
    if label:
        return _read_names(text[label.end() :], labelled=True)
    source = _SOURCE_LABEL.match(text)
    if source:
        return _read_source(text[source.end() :])
    return _read_names(text)


def find_closing_byline(paragraph: str) -> tuple[int, Byline] | None:
    """Where the byline begins that closes a paragraph, after its last full stop: `… là 27,31%. Nguyễn Hoàng`."""
    window = paragraph[-(MAX_BYLINE + 20) :]
    found = _AFTER_LAST_STOP.search(window)
    while found is not None:
        byline = read_byline(found["rest"])
        if byline is not None and (byline.grade != "person" or byline.labelled or re.search(r"[ .]", byline.author)):
            return len(paragraph) - len(window) + found.start("rest"), byline
        found = _AFTER_LAST_STOP.search(window, found.start() + 1)
    return None


def _read_source(text: str) -> Byline | None:
    """`Theo TTXVN` names an agency, `Theo Lê Thúy/NLĐO` a person."""
    named = _read_names(text)
    if named is not None and named.grade == "person" and re.search(r"[/,(-]", text):
        return Byline(author=named.author, grade="person", labelled=True)
    if named is not None and named.grade == "person" and " " in named.author:
        return Byline(author=named.author, grade="desk", labelled=True)  # a person or a paper: more than an agency
    words = text.split()
    capitals = sum(1 for word in words if not word[0].islower())
    if _is_agency(text) or (len(words) <= 8 and words[0][0].isupper() and 2 * capitals >= len(words)):
        return Byline(author=text, grade="agency", labelled=True) if len(words) <= 12 and text[-1] not in ",;:" else None
    return None


def _read_names(text: str, *, labelled: bool = False) -> Byline | None:
    text = _TRAIL.sub("", _GLUED_SOURCE.split(text.strip())[0])
    while (note := _NOTE.search(text)) is not None and note.start() > 0:
        text = text[: note.start()].rstrip(" -–")
    if not text:
        return None
    if text.casefold() in _names("nobody"):
        return Byline(author=text, grade="other", labelled=True) if labelled else None
    spans = _spans_of_parts(text)
    if not 1 <= len(spans) <= MAX_PARTS:
        return None
    persons = [span for span in spans if _is_person(text[slice(*span)], alone=len(spans) == 1, labelled=labelled)]
    strange = [span for span in spans if span not in persons and not _is_agency(text[slice(*span)])]
    desks = [span for span in strange if _DESK.fullmatch(text[slice(*span)])]
    if persons and (len(strange) == len(desks) or _only_after(persons, strange)):
        return Byline(author=text[persons[0][0] : persons[-1][1]], grade="person", labelled=labelled)
    if desks and len(desks) == len(strange):
        return Byline(author=text[desks[0][0] : desks[-1][1]], grade="desk", labelled=labelled)
    if not strange and not persons and len(text.split()) <= 10 and text.casefold() not in _names("place"):
        return Byline(author=text, grade="agency", labelled=labelled)
    return Byline(author=text, grade="person", labelled=True) if labelled and len(text.split()) <= 8 else None


def _only_after(persons: list[tuple[int, int]], strange: list[tuple[int, int]]) -> bool:
    """`Đặng Linh/VOV-Trung tâm Tin`: what is neither person nor agency stands behind an agency's name, after the persons."""
    return False if not persons else all(span[0] > persons[-1][1] for span in strange) and len(strange) <= 1


def _spans_of_parts(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for separator in _SEPARATOR.finditer(text):
        if separator.start() > start:
            spans.append((start, separator.start()))
        start = separator.end()
    if start < len(text):
        spans.append((start, len(text)))
    return spans


def _is_person(part: str, *, alone: bool, labelled: bool) -> bool:
    """The shape of a name; `Hà Lan` is a country by itself, and a colleague among other names."""
    if _is_agency(part) or _DESK.fullmatch(part) or (alone and part.casefold() in _names("place")):
        return False
    if not _PERSON.fullmatch(_DEGREE.sub("", part, count=1)) or part.casefold() in _headings() | _names("nobody"):
        return False
    words = part.split()
    if len(words) == 1:
        return labelled or not alone or bool(_ONE_WORD.fullmatch(part))
    return len(words) <= 4 or labelled


def _is_agency(part: str) -> bool:
    return part.casefold() in _names("agency") or bool(_SITE.search(part)) or _openings().match(part) is not None


def _has_digits(text: str) -> bool:
    return any(ch.isdigit() for ch in text)


@cached
def _names(kind: str) -> frozenset[str]:
    names = {row["name"].casefold() for row in read_lexicon("agencies") if row["kind"] == kind}
    if kind == "place":
        names |= {row["name"].casefold() for words in ("provinces", "countries") for row in read_lexicon(words)}
    return frozenset(names)


@cached
def _headings() -> frozenset[str]:
    """Headings of official documents, which have the shape of a name in capitals: `NGHỊ QUYẾT`."""
    return frozenset(value.casefold() for row in read_lexicon("document_types") for value in row.values())


@cached
def _openings() -> re.Pattern[str]:
    names = sorted((row["name"] for row in read_lexicon("agencies") if row["kind"] == "opening"), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, names))})(?!\w)(?!\s(?:trưởng|phó)\b)")
