"""The lines above a text saved without markup -> its title, stamp and byline; menus there are cut."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from pipeline.clean.bylines import Byline, read_byline
from pipeline.clean.furniture import find_furniture, is_menu_bar
from pipeline.clean.parts import NO_WORD, STOP, Part, Stated, is_prose, is_title, take_byline, take_stamp
from pipeline.clean.stamps import Stamp, read_stamp
from pipeline.vietnamese.spelling import fold

MAX_HEAD = 200  # lines above the text among which the title is sought
HEAD_LINES = 25  # a title, a stamp and menus above the text stand here
LONG_HEAD = 12  # lines above the text: the menus of the page were saved with it
# (14:11 23/07/2021) · | 23/07/2021 14:11 — glued to the title
_TITLE_STAMP = re.compile(r"\s*(?:[(\[](?P<inside>[^()\[\]]{8,60})[)\]]|\s[|–-]\s(?P<after>[^|]{8,50}))$")
# Hà Nội, ngày 16 tháng 11 năm 2025 — the place line of an official document
_PLACE_LINE = re.compile(r"[^\W\d_][^,\d]{1,40},\sngày\s\d{1,2}\stháng\s\d{1,2}\snăm\s\d{4}$")
# Cổng thông tin điện tử … · Trang thông tin điện tử … · ỦY BAN NHÂN DÂN TỈNH … — whose page it is, above the menus
_MASTHEAD = re.compile(
    r"cộng\shòa\sxã\shội|độc\slập\s-\stự\sdo|(?:cổng|trang|website|báo|tạp\schí)\s(?:thông\stin|tin|ttđt|giao\stiếp|dịch\svụ|điện\stử)|cơ\squan\s(?:ngôn\sluận|của)|tiếng\snói\scủa"
    r"|bộ\s\w+\s(?:và\s)?\w+(?:\s\w+){0,4}\s\(",
    re.IGNORECASE,
)
# Hôm nay: thứ bảy, 23/11/2026 — the day of the visit
_TODAY = re.compile(r"hôm nay\b|\bngày hôm nay\b|^today\b", re.IGNORECASE)
# Căn cứ Luật … · Kính gửi: … — how official documents begin, below their title
_BASIS = re.compile(
    r"căn\scứ\s|theo\sđề\snghị|điều\s\d|chương\s[ivx]|kính\sgửi|số\s?:|v/v\s|về\s(?:việc\s)?[A-ZĐ]{2}", re.IGNORECASE
)
_STAMP_PARTS = re.compile(r"\s*[|•·]\s*|\s[-–]\s")
# 16/12/2021 | Lượt xem: 120 · Posted on … by bientap02
_VIEWS_IN_STAMP = re.compile(
    r"(?:lượt\s(?:xem|đọc)|số\slượt\sxem|đã\sxem|views?)\s?:?\s?[\d.,]{1,12}|[\d.,]{1,12}\s(?:lượt\sxem|views?|bình\sluận|comments?)|\bby\s\w{0,20}\d\w{0,20}",
    re.I,
)


def read_head(parts: list[Part], stated: Stated, *, said: str | None) -> list[Part]:
    """Stamp, title and byline above the text; menus there are cut."""
    lines = [i for i, part in enumerate(parts) if part.reason is None]
    opening = [n for n, i in enumerate(lines) if n and _opens_text(parts[i])]
    first_prose = opening[0] if opening else len(lines)
    if any(_is_menu(parts[i]) for i in lines[: first_prose + 3]):  # a greeting among the menus opens no text
        first_prose = next((n for n, m in itertools.pairwise(opening) if m - n <= 2), first_prose)
    head = lines[: first_prose + 1] if first_prose < len(lines) else lines[:HEAD_LINES]
    head += [
        i for i in lines[len(head) : len(head) + 3] if _may_be_stamp(parts[i].text)
    ]  # below the sapo, or a title that is a question
    near = head if len(head) <= MAX_HEAD else head[-MAX_HEAD:]
    stamps = _head_stamps(parts, near)
    title_at = _said_title(parts, lines, said) if said else _find_title(parts, near, stamps)
    menus = title_at is not None and _is_menu_above(parts, head, title_at)
    for i in head:
        part = parts[i]
        if i == title_at or part.reason is not None:
            continue
        if i in stamps:
            part.reason = "stamp"
            if not _is_clock(parts, i, title_at, stamps):
                take_stamp(stated, stamps[i])
                for said_by in _STAMP_PARTS.split(stamps[i].rest):
                    take_byline(stated, read_byline(said_by))
        elif part.found:
            part.reason = part.found.reason
        elif title_at is not None and i < title_at and (menus or is_menu_bar(part.text)):
            part.reason = "menu"
        elif title_at is not None and i > title_at and (byline := _head_byline(parts, i, title_at, stamps)):
            part.reason = "byline"
            take_byline(stated, byline)
    if title_at is None:
        _take_place_line(parts, lines, stated)
        return parts
    parts = _split_title(parts, title_at, stated)
    _take_place_line(parts, range(len(parts)), stated)
    return parts


def _is_clock(parts: Sequence[Part], i: int, title_at: int | None, stamps: Mapping[int, Stamp]) -> bool:
    """Whether a date in the head is that of the visit: `Hôm nay: …`, or a day above the menus, or above the title beside a stamp below."""
    if _TODAY.search(parts[i].text):
        return True
    if title_at is None or i > title_at or stamps[i].grain == "minute":
        return False
    return any(j > title_at for j in stamps) or any(parts[j].found for j in range(i + 1, title_at)) or title_at - i > 3


def _may_be_stamp(text: str) -> bool:
    stamp = read_stamp(text) if len(text) <= 100 and not is_prose(text) else None
    return stamp is not None and (stamp.grain == "minute" or not stamp.rest)


def _opens_text(part: Part) -> bool:
    """Whether a line can be the first of the text: a sentence; `- Chọn chuyên mục -` is an item, but none of a text."""
    return part.found is None and is_prose(part.text) and (part.text.count(" ") >= 7 or STOP.search(part.text) is not None)


def _is_menu_above(parts: Sequence[Part], head: Sequence[int], title_at: int) -> bool:
    """Whether what stands above the title is a menu: short lines alone, or many lines nearly all of which are short."""
    above = [parts[i].text for i in head if i < title_at and parts[i].reason in (None, "menu") and not parts[i].found]
    short = sum(text.count(" ") < 8 and not is_prose(text) for text in above)
    return short == len(above) or (len(above) >= 8 and short >= 0.8 * len(above))


def _is_menu(part: Part) -> bool:
    return part.found is not None and part.found.reason in ("menu", "breadcrumb")


def _head_stamps(parts: Sequence[Part], head: Sequence[int]) -> dict[int, Stamp]:
    """The lines of the head that are stamps, with what they leave besides a byline, a counter or a section name."""
    stamps = {}
    for i in head:
        text = parts[i].text
        stamp = read_stamp(text) if len(text) <= 160 else None
        if stamp is None or _PLACE_LINE.match(text):
            continue
        rest = _VIEWS_IN_STAMP.sub("", stamp.rest).strip(" |-–•·,:()")
        timed = stamp.grain == "minute" and i != head[0] and not is_prose(text)
        pieces = [piece for piece in _STAMP_PARTS.split(rest) if piece]
        if all(read_byline(piece) or find_furniture(piece) or (timed and piece.count(" ") <= 4) for piece in pieces):
            stamps[i] = Stamp(moment=stamp.moment, grain=stamp.grain, update=stamp.update, rest=rest)
    return stamps


def _said_title(parts: Sequence[Part], lines: Sequence[int], said: str) -> int | None:
    """The line that bears the title which a sidecar tells."""
    wanted = NO_WORD.sub(" ", fold(said)).strip()
    return next((i for i in lines if NO_WORD.sub(" ", fold(_without_stamp(parts[i].text))).strip() == wanted), None)


def _find_title(parts: Sequence[Part], head: Sequence[int], stamps: Mapping[int, Stamp]) -> int | None:
    """The line of the head that is likeliest the title, None where none can be one."""
    able = [
        i
        for place, i in enumerate(head)
        if i not in stamps
        and not parts[i].found
        and not is_menu_bar(parts[i].text)
        # `Hội nghị tổng kết năm 2021.` is a headline too, first of all and right above the stamp
        and is_title(parts[i].text.rstrip(".") if place == 0 and head[1:2] and head[1] in stamps else parts[i].text)
    ]
    weighed = [(_weigh_title(parts, head, stamps, i), -i) for i in able]
    best, place = max(weighed, default=(0, 0))
    return -place if best > 0 else None


def _weigh_title(parts: Sequence[Part], head: Sequence[int], stamps: Mapping[int, Stamp], i: int) -> float:
    """A title has five words and more, stands first or alone, above the stamp, below the menus, and is no name of a portal."""
    text, words = parts[i].text, parts[i].text.count(" ") + 1
    place = head.index(i)
    after = head[place + 1 :]
    real = [j for j in stamps if not _TODAY.search(parts[j].text)]
    before = head[max(0, place - 3) : place]
    long = len(head) > LONG_HEAD
    weight = 2.0 if words >= 5 else 0.5 if words >= 3 else -1.0
    weight += (
        (3 if place == 0 and words >= 8 else 0) if long else 2 if place == 0 else 1 if place == 1 and head[0] in stamps else 0
    )
    weight += 1 if parts[i].alone else 0
    weight += 3 if after and after[0] in real else 1.5 if any(j in real for j in (*before, *after[1:3])) else 0
    weight += max(0, 6 - len(after)) / (2 if long else 8)  # close to the text
    weight += 1 if _TITLE_STAMP.search(text) and _without_stamp(text) != text and (place < 2 or ":" in text[-20:]) else 0
    weight -= 2 if any(_is_menu(parts[j]) for j in after[:8]) else 0
    weight -= 4 if _MASTHEAD.match(text) else 0
    weight -= 3 if read_byline(text) else 0
    weight -= 2 if text.endswith(":") else 0
    weight -= 2 if words >= 25 and place and not (after and after[0] in real) else 0
    weight -= 3 if _BASIS.match(text) or text.endswith((";", ",")) else 0
    return weight


def _split_title(parts: list[Part], title_at: int, stated: Stated) -> list[Part]:
    """`Ban Chỉ đạo … sơ kết 6 tháng đầu năm 2021 (14:11 23/07/2021)` is a title and a stamp."""
    part = parts[title_at]
    title, pieces = _without_stamp(part.text), [part]
    stamp = read_stamp(part.text[len(title) :]) if title != part.text else None
    if stamp and (stamp.grain == "minute" or stated.stamp is None):
        pieces = [Part(text=title), Part(text=part.text[len(title) :].strip(), reason="stamp")]
        take_stamp(stated, stamp)
    stated.title = pieces[0].text
    return [pieces[0], *parts[:title_at], *pieces[1:], *parts[title_at + 1 :]]


def _without_stamp(text: str) -> str:
    """A line without the stamp that is glued to its end."""
    glued = _TITLE_STAMP.search(text)
    stamp = read_stamp(glued["inside"] or glued["after"]) if glued and glued.start() > 10 else None
    return text[: glued.start()].rstrip() if glued and stamp and not stamp.rest else text


def _head_byline(parts: Sequence[Part], i: int, title_at: int, stamps: Mapping[int, Stamp]) -> Byline | None:
    """A byline above the text: one that says so, or names right below the title or the stamp and right above a sentence."""
    byline = read_byline(parts[i].text)
    if byline is None or byline.labelled or byline.grade == "desk":
        return byline
    between = (
        byline.grade == "person" and i + 1 < len(parts) and (i - 1 == title_at or i - 1 in stamps) and _opens_text(parts[i + 1])
    )
    return byline if between else None


def _take_place_line(parts: Sequence[Part], lines: Sequence[int], stated: Stated) -> None:
    """An official document states its day beside the place; the line stays in the text."""
    for i in list(lines)[:HEAD_LINES]:
        if stated.stamp is None and parts[i].reason is None and _PLACE_LINE.match(parts[i].text):
            stated.stamp = read_stamp(parts[i].text)


def cut_repeated_title(parts: Sequence[Part], stated: Stated) -> None:
    """Cut the title where it stands again among the first lines of the body."""
    if stated.title is None:
        return
    kept = [part for part in parts if part.reason is None]
    for part in kept[1:4]:
        if part.text == stated.title:
            part.reason = "title repeated"
