"""The weighed lines of a page and its metadata -> when it was first published; never the date of a neighbour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.clean.boilerplate import Reading, name_furniture
from pipeline.clean.bylines import read_byline
from pipeline.clean.headline import TITLE_STAMP, WORD
from pipeline.clean.metadata import Metadata, Moment, read_machine_stamp, read_url_date
from pipeline.clean.stamps import read_stamp

BEFORE_TITLE, AFTER_BODY = 8, 10  # lines around title and body in which a stamp is looked for
# Furniture that portals set stamp and byline into
STAMP_BOXES = frozenset(
    {"share bar", "page tools", "breadcrumb", "tags", "counter", "header", "rating", "button", "player", "stamp", "view counter"}
)
# Furniture whose dates are those of other articles, or of today
FOREIGN = frozenset(
    {
        "related articles",
        "most read",
        "today's date",
        "footer",
        "sidebar",
        "comments",
        "menu",
        "hidden",
        "related links",
        "other articles",
    }
)
# Cập nhật: 06/03/2024 08:00 - Ngày đăng: 05/03/2024 14:02 — each label begins a stamp of its own
LABEL = re.compile(
    r"(?=\b(?:(?:ngày|giờ|thời\s+gian)\s+(?:đăng|xuất\s+bản|tạo|cập\s+nhật)|đăng\s+(?:lúc|ngày|tải)|xuất\s+bản|posted|published"
    r"|(?<!ngày )(?<!giờ )cập\s+nhật|chỉnh\s+sửa|sửa\s+đổi\s+lần|last\s+(?:updated|modified)|updated|modified)\b)",
    re.IGNORECASE,
)
# 3.482 lượt xem · Lượt xem: 120 · 0 bình luận
COUNTER = re.compile(
    r"\d[\d.,]{0,9}\s?(?:lượt\s(?:xem|đọc)|views?|bình luận)|(?:số\s)?(?:lượt|lần)\s(?:xem|đọc)\s?:?\s?\d[\d.,]{0,9}|views?\s?:\s?\d+",
    re.IGNORECASE,
)
AUTHOR_LABEL = re.compile(r"^(?:tác giả|người viết|người đăng|đăng bởi|bởi|author|by)\b\s?:?\s*", re.IGNORECASE)
LABELLED = re.compile(r"\b(?:ngày|đăng|cập|lượt)\b|\|", re.IGNORECASE)
TODAY = re.compile(r"\b(?:hôm\s+nay|bây\s+giờ|today)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A stamp that a reader sees: where, and whether it says that it is of an update."""

    line: int
    moment: Moment
    update: bool
    rest: str


def find_stamps(reading: Reading, title: int | None, first: int, last: int) -> list[Seen]:
    """The stamps near title and body, the likeliest first; those of neighbouring articles are none."""
    origin = title if title is not None else first
    found = []
    tried: set[int] = set()
    near = [*range(max(0, min(origin, first) - BEFORE_TITLE), min(last, max(first, origin) + 4))]
    for at in [*near, *_lines_after(reading, first, last)]:
        if at in tried:
            continue
        tried.add(at)
        seen = _read_seen(reading, at, inside=first <= at < last and at != origin, before=at < origin, headed=at == title)
        if seen is not None:
            found.append(seen)

    def rank(seen: Seen) -> tuple[bool, bool, int]:
        return seen.update, not origin <= seen.line < last, abs(seen.line - origin)

    return sorted(found, key=rank)


def _lines_after(reading: Reading, first: int, last: int) -> Iterator[int]:
    """The lines behind the last sentence, up to the readers' comments or the next list of articles."""
    prose = (at for at in range(last - 1, first - 1, -1) if reading.prose[at] and at not in reading.cuts)
    end = next(prose, first) + 1
    for at in range(end, min(end + AFTER_BODY, len(reading.page.lines))):
        found = name_furniture(reading.page.lines[at].text)
        if found is not None and found.scope == "block":
            return
        yield at


def _read_seen(reading: Reading, at: int, *, inside: bool, before: bool, headed: bool) -> Seen | None:
    page, line = reading.page, reading.page.lines[at]
    if at in reading.cuts and reading.cuts[at] not in STAMP_BOXES and not page.within(line.node, "stamp"):
        return None
    if reading.cuts.get(at) in FOREIGN:
        return None
    text = line.text
    in_title = TITLE_STAMP.search(text)
    in_title = in_title if in_title and headed else None
    text = in_title.group() if in_title else text
    if len(text) > 160 or TODAY.search(text) or page.within(line.node, "clock"):
        return None
    parts = [stamp for part in LABEL.split(text) if (stamp := read_stamp(part)) is not None]
    if not parts:
        return None
    stamp = next((part for part in parts if not part.update), parts[0])
    left = COUNTER.sub(" ", " ".join(part.rest for part in parts))
    labelled = name_furniture(left.strip()) is not None  # 19/07/2024 - 10:05 Theo dõi Báo trên Google News
    left = "" if labelled else left
    rest = WORD.findall(left)
    said = page.within(line.node, "stamp")
    signed = read_byline(tidy_label(left)) is not None
    strict = (inside or before) and not said and not signed
    linked = line.linked * (3 if before else 2) > len(text) and not said and not labelled
    if not in_title and (linked or len(rest) > (3 if strict else 9)):
        return None
    bare_day = stamp.grain == "day" and rest and not signed and not LABELLED.search(text)
    if inside and not said and not in_title and bare_day:  # Hà Nội, 23/07/2021 — the dateline of what is told
        return None
    if not in_title and _beside_link(reading, at):
        return None
    return Seen(at, Moment(when=stamp.moment, grain=stamp.grain), stamp.update, tidy_label(left))


def tidy_label(text: str) -> str:
    """What is left of a stamp's line, without marks and without the label of an author: `Bởi Trịnh Khoa` -> `Trịnh Khoa`."""
    return AUTHOR_LABEL.sub("", " ".join(text.split()).strip(" ,;:|-–—()·•/")).strip()


def _beside_link(reading: Reading, at: int) -> bool:
    """Whether the link right before a date is the headline of another article."""
    lines = reading.page.lines
    if at == 0:
        return False
    before = lines[at - 1]
    return (
        before.anchors == 1
        and before.linked >= 25
        and before.linked * 10 >= len(before.text) * 8
        and len(before.text.split()) >= 6
    )


def find_attributes(reading: Reading, title: int | None, first: int, last: int) -> Iterator[tuple[int, Moment]]:
    """The moments in attributes of elements near the title: `<time datetime=…>`, `<span itemprop=datePublished content=…>`."""
    origin = title if title is not None else first
    for node in reading.page.nodes:
        if node.tag != "time" and not node.is_said("stamp"):
            continue
        if not min(origin, first) - BEFORE_TITLE <= node.first <= last + AFTER_BODY or first + 3 < node.first < last - 1:
            continue
        if (node.element.get("itemprop") or "").lower() == "datemodified" or "update" in (
            node.element.get("class") or ""
        ).lower():
            continue
        if _beside_link(reading, node.first) or any(
            reading.cuts.get(at) not in (None, *STAMP_BOXES) for at in range(node.first, max(node.last, node.first + 1))
        ):
            continue
        value = node.element.get("datetime") or node.element.get("content") or ""
        moment = read_machine_stamp(value) if value else None
        if moment is not None:
            yield node.first, moment


def choose_published(metadata: Metadata, attributes: Sequence[Moment], seen: Sequence[Seen], url: str | None) -> Moment | None:
    """The first publication: what the head says, unless the reader sees an earlier one; never an update where there is better."""
    told = next(iter([*metadata.published, *attributes]), None)
    visible = next((stamp for stamp in seen if not stamp.update), None)
    if told is None:
        best = visible or next(iter(seen), None)
        return best.moment if best else read_url_date(url or "")
    if visible is None:
        return told
    if told.when.date() == visible.moment.when.date():
        return told if told.grain == "minute" and (told.when.hour or told.when.minute) else visible.moment
    hours = (told.when - visible.moment.when).total_seconds() / 3600
    return visible.moment if hours > 0 or (hours >= -14 and told.grain == "minute") else told
