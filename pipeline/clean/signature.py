"""The weighed lines of a page and its metadata -> who wrote it, and the lines that say so."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.clean.boilerplate import Reading, name_furniture
from pipeline.clean.bylines import Byline, find_closing_byline, read_byline
from pipeline.clean.headline import heading_of, key
from pipeline.clean.metadata import Metadata, split_address
from pipeline.clean.published import AFTER_BODY, AUTHOR_LABEL, FOREIGN, STAMP_BOXES, Seen, tidy_label
from pipeline.clean.stamps import read_stamp
from pipeline.vietnamese.spelling import strip_marks

# CHỦ TỊCH · KT. GIÁM ĐỐC · TM. ỦY BAN NHÂN DÂN — above the name of who signed a document, which is part of it
SIGNER = re.compile(
    r"(?:(?:KT|TM|TL|TUQ|Q)\.|(?:PHÓ |QUYỀN )?(?:CHỦ TỊCH|CHỦ NHIỆM|THỦ TƯỚNG|BỘ TRƯỞNG|THỨ TRƯỞNG|TỔNG|GIÁM ĐỐC|CHÁNH|CỤC TRƯỞNG|"
    r"VỤ TRƯỞNG|TRƯỞNG|BÍ THƯ|VIỆN TRƯỞNG|HIỆU TRƯỞNG)\b)"
)
SIGNATURE_LINES = 6  # position, `(Đã ký)`, name, and what may stand between and below them
# What a page writes for an author where it has none
NO_AUTHOR = frozenset(
    {
        "null",
        "none",
        "undefined",
        "unknown",
        "admin",
        "administrator",
        "quantri",
        "quantrivien",
        "superuser",
        "user",
        "host",
        "editor",
        "vccorpvn",
        "vccorp",
        "na",
    }
)
# M Mai Thảo Vy · MMai Thảo Vy — the letter in the circle that stands for a portrait
AVATAR = re.compile(r"^(?P<letter>[A-ZĐ])\s?(?=(?P=letter)[^\W\d_][^.])")
SOURCE = re.compile(r"^(?:theo|nguồn(?: tin)?)\s?:?\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signed:
    """A byline and the line it stands in; `tail` is the part of the line, empty for the whole line."""

    byline: Byline
    line: int
    tail: str = ""


def tidy_author(text: str) -> Byline | None:
    """An author from a meta element or an element of its own: what the page calls the author is one, whatever its shape."""
    text = " ".join(text.split())
    if not 2 <= len(text) <= 120 or re.match(r"https?://|//|www\.", text) or re.fullmatch(r"[\d\W]+", text):
        return None
    stamp = read_stamp(text)
    if stamp is not None:
        return read_byline(AVATAR.sub("", tidy_label(stamp.rest)))
    text = AVATAR.sub("", AUTHOR_LABEL.sub("", text))
    if re.sub(r"[^a-z0-9]", "", strip_marks(text).lower()) in NO_AUTHOR:
        return None
    read = read_byline(text)
    if read is not None:
        return read
    text = re.sub(r"[\s./]+$", "", AUTHOR_LABEL.sub("", text)).strip(" ()-–—|,;:")
    return Byline(author=text, grade="login", labelled=True) if len(text) >= 2 and len(text.split()) <= 12 else None


def find_bylines(
    reading: Reading, title: int | None, first: int, last: int, seen: Sequence[Seen], *, said: Sequence[int] = ()
) -> list[Signed]:
    """Bylines by the profile (`said`), by class near title and end, in the stamp's line, and by shape behind the last sentence."""
    lines = reading.page.lines
    found = [Signed(byline, at) for at in said if (byline := tidy_author(lines[at].text)) is not None]
    origin = title if title is not None else first
    opening = next((at for at in range(first, last) if reading.prose[at] and at not in reading.cuts), first)
    near = [*range(max(0, min(origin, first) - 2), min(opening + 1, last))]
    near += range(max(opening, last - 6), min(last + AFTER_BODY, len(lines)))
    stamps = {stamp.line: stamp for stamp in seen}
    for at in dict.fromkeys(near):
        line = lines[at]
        if at == title or at in said or len(line.text) > 120 or reading.cuts.get(at) in FOREIGN:
            continue
        named = reading.page.within(line.node, "author")
        byline = None
        if at in stamps:
            byline = (
                read_byline(AVATAR.sub("", stamps[at].rest)) if stamps[at].rest and not line.linked * 2 > len(line.text) else None
            )
        elif named and read_stamp(line.text) is None:
            byline = tidy_author(line.text) if len(line.text) <= 60 else read_byline(line.text)
        if byline is not None and byline.grade != "other":
            found.append(Signed(byline, at))
    return found + _signed_at_end(reading, opening, last) + _signed_after(reading, last, stamps)


def _signed_at_end(reading: Reading, opening: int, last: int) -> list[Signed]:
    """The short lines behind the last sentence that name somebody, and the name in bold at the end of that sentence."""
    found: list[Signed] = []
    left_over = (reading.page.lines[at].text for at in range(last - 1, opening, -1) if at not in reading.cuts)
    if any(SIGNER.match(text) for text in itertools.islice(left_over, SIGNATURE_LINES)):
        return found
    left = 5
    for at in range(last - 1, opening, -1):
        line = reading.page.lines[at]
        if at in reading.cuts or reading.page.within(line.node, "caption"):
            continue
        left -= 1
        byline = read_byline(line.text) if heading_of(reading, line) in ("", "h4", "h5", "h6") else None
        if byline is not None and byline.grade != "other" and (not line.linked or byline.grade == "agency"):
            found.append(Signed(byline, at))
            continue
        closing = find_closing_byline(line.text) if len(line.text) > 80 else None
        if closing is not None:
            start, named = closing
            tail = line.text[start:]
            if named.labelled or len(tail) - 4 <= line.strong <= len(tail) + 8:
                found.append(Signed(named, at, tail))
        if reading.prose[at] or not left:
            break
    return _with_sources(reading, found[::-1], last)


def _signed_after(reading: Reading, last: int, stamps: Mapping[int, Seen]) -> list[Signed]:
    """The bylines right behind the element of the body, tools and stamps aside."""
    found: list[Signed] = []
    for at in range(last, min(last + 6, len(reading.page.lines))):
        line = reading.page.lines[at]
        furniture = name_furniture(line.text)
        if furniture is not None and furniture.reason == "comment form":
            break
        if at in stamps or furniture or reading.cuts.get(at) in STAMP_BOXES or line.linked * 10 >= len(line.text) * 8:
            continue
        byline = read_byline(line.text) if at not in reading.cuts and not line.linked and len(line.text) <= 60 else None
        if byline is None or byline.grade == "other" or heading_of(reading, line) in ("h1", "h2", "h3"):
            break
        found.append(Signed(byline, at))
    return found


def _with_sources(reading: Reading, found: list[Signed], last: int) -> list[Signed]:
    """With the short line behind the last byline: the paper that the text was taken from, `Đại Đoàn Kết`."""
    if not found or found[-1].tail:
        return found
    lines = reading.page.lines
    for at in range(found[-1].line + 1, last):
        if at not in reading.cuts and len(lines[at].text) <= 40 and not lines[at].text.endswith((".", ":")):
            found.append(Signed(Byline(author=lines[at].text, grade="agency", labelled=False), at))
    return found


def choose_author(metadata: Metadata, bylines: Sequence[Signed]) -> str | None:
    """A person before a desk, a desk before an agency; the head before the byline; what only names the site is no author."""
    told = [
        byline for byline in map(tidy_author, metadata.authors) if byline is not None and not _is_site(byline.author, metadata)
    ]
    signed = [one.byline for one in bylines]
    for grade in ("person", "desk", "login", "agency"):
        chosen = next((byline.author for byline in [*told, *signed] if _grade(byline) == grade), None)
        if chosen is not None:
            return chosen
    return None


def _grade(byline: Byline) -> str:
    """`Theo Hồ Hương` credits a person, though it is written like the credit of a paper."""
    if byline.grade == "agency":
        named = read_byline(SOURCE.sub("", byline.author))
        return named.grade if named is not None else byline.grade
    return byline.grade


def _is_site(name: str, metadata: Metadata) -> bool:
    host = split_address(metadata.url).hostname or ""
    plain = key(name).replace(" ", "")
    if plain and plain == key(metadata.site_name).replace(" ", ""):
        return True
    return bool(host) and re.sub(r"[^a-z0-9]", "", strip_marks(name).lower()) in re.sub(r"[^a-z0-9]", "", host)
