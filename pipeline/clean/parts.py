"""The weighed lines of a page and its metadata -> which line is the title, which are summary, stamp and byline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pipeline.clean.authors import Byline, read_byline, tidy_author
from pipeline.clean.boilerplate import Reading
from pipeline.clean.markup import HEADINGS, Line
from pipeline.clean.metadata import Metadata, Moment, read_machine_stamp, read_url_date
from pipeline.clean.stamps import read_stamp
from pipeline.vietnamese.spelling import fold, strip_marks

LONGEST_TITLE = 300
BEFORE_TITLE, AFTER_BODY = 8, 10  # lines around title and body in which stamp and byline are looked for
# Furniture that portals set stamp and byline into
STAMP_BOXES = frozenset({"share bar", "page tools", "breadcrumb", "tags", "counter", "header", "rating", "button", "player", "stamp", "view counter"})
UPDATE = re.compile(r"(?=\b(?:cập\s+nhật|chỉnh\s+sửa|sửa\s+đổi\s+lần|last\s+(?:updated|modified)|updated|modified)\b)", re.IGNORECASE)
TODAY = re.compile(r"\b(?:hôm\s+nay|bây\s+giờ|today)\b", re.IGNORECASE)
# The stamp that some portals put into the headline: (14:11 23/07/2021)
TITLE_STAMP = re.compile(r"\s*[(\[][^()\[\]]{0,30}\d{1,2}[/.-]\d{1,2}[/.-]\d{4}[^()\[\]]{0,20}[)\]]\s*$")
# Ảnh: Thu Hà — names the photographer, not the author
PHOTO_CREDIT = re.compile(r"^\W*(?:ảnh|photo|đồ họa|video|clip|nguồn ảnh|ảnh minh họa)\b(?!\s?(?:,|và|-|&))", re.IGNORECASE)
WORD = re.compile(r"\w+")
# The byline in bold behind the last sentence: … trong năm 2021./. Huy Kiên
SIGNED = re.compile(r"(?<=[.!?…”\"/)])[\s\-–]{1,5}(?P<name>[^.!?…]{2,45}\.?)$")


def key(text: str) -> str:
    """A text as its words alone, for comparing."""
    return " ".join(WORD.findall(fold(text)))


@dataclass(frozen=True, slots=True)
class Title:
    """The headline and the line it stands in (None: no visible line)."""

    text: str
    line: int | None


def find_anchors(reading: Reading, metadata: Metadata) -> frozenset[int]:
    """The lines that bear the title by any token: an h1, or the words of a title in the head."""
    titles = [key(title) for title in metadata.titles]
    found = set()
    for at, line in enumerate(reading.page.lines):
        if len(line.text) > LONGEST_TITLE:
            continue
        words = key(line.text)
        if len(words) >= 12 and any(words == title or (len(words) >= 25 and title.startswith(words)) for title in titles):
            found.add(at)
    heads = {at for at, line in enumerate(reading.page.lines) if _heading(reading, line) == "h1" and len(line.text) > 15}
    return frozenset(found or heads)


def _heading(reading: Reading, line: Line) -> str:
    return next((reading.page.nodes[at].tag for at in reading.page.ancestors(line.node) if reading.page.nodes[at].tag in HEADINGS), "")


def find_title(reading: Reading, metadata: Metadata) -> Title | None:
    """The visible headline with the most tokens of being one; without any, what the head says."""
    titles = [key(title) for title in metadata.titles]
    slug = _slug(metadata.url)
    best, best_score = None, 3.0
    for at, line in enumerate(reading.page.lines):
        if not 8 <= len(line.text) <= LONGEST_TITLE or (at in reading.cuts and not _heading(reading, line)):
            continue
        score = _title_score(reading, at, titles, slug)
        if score > best_score:
            best, best_score = at, score
    if best is not None:
        return Title(TITLE_STAMP.sub("", reading.page.lines[best].text).strip(), best)
    return Title(metadata.titles[0], None) if metadata.titles else _first_short_line(reading)


def _title_score(reading: Reading, at: int, titles: Sequence[str], slug: frozenset[str]) -> float:
    """Tokens of a headline: the words of the head's title, a heading, its class, the address, the stamp after it."""
    line = reading.page.lines[at]
    text = TITLE_STAMP.sub("", line.text)
    words = key(text)
    score = 0.0
    if words in titles:
        score += 6 - 0.3 * min(titles.index(words), 4)
    elif len(words) >= 15 and any(title.startswith(words) or words.startswith(title) for title in titles if len(title) >= 15):
        score += 4.5
    score += {"h1": 3.0, "h2": 1.5, "h3": 0.7, "h4": 0.4}.get(_heading(reading, line), 0.0)
    score += 2 if reading.page.within(line.node, "title") else 0
    tokens = strip_marks(text).lower()
    parts = frozenset(re.findall(r"[a-z0-9]+", tokens))
    score += 3 if len(parts) >= 3 and slug and len(parts & slug) >= 0.75 * len(parts) else 0
    score += 0.5 if line.strong * 10 >= len(line.text) * 9 else 0
    score -= 3 if line.linked * 10 >= len(line.text) * 8 and words not in titles else 0
    score -= 1 if line.text.endswith(".") else 0
    score -= 3 if at in reading.cuts else 0
    total = max(1, reading.sums[-1])
    score -= 4 if reading.sums[at] > 0.3 * total else 0
    following = reading.page.lines[at + 1 : at + 4]
    score += 1.5 if any(len(near.text) < 60 and read_stamp(near.text) for near in following) else 0
    score += 0.5 if any(reading.prose[at + 1 : at + 7]) else 0
    return score


def _slug(url: str | None) -> frozenset[str]:
    path = unquote(urlsplit(url or "").path).lower()
    return frozenset(re.findall(r"[a-z0-9]+", path))


def _first_short_line(reading: Reading) -> Title | None:
    """The line above the first paragraph, of a page that names its headline nowhere."""
    for at, line in enumerate(reading.page.lines):
        if at in reading.cuts:
            continue
        if reading.prose[at] > LONGEST_TITLE:
            return None
        if 15 <= len(line.text) <= 200 and not line.linked and not line.text.endswith((".", ":", ";")) and not read_stamp(line.text):
            return Title(line.text, at)
    return None


def find_summary(reading: Reading, metadata: Metadata, title: int | None, first: int, last: int) -> list[int]:
    """The lines of the sapo: said to be one by class, equal to the description in the head, or prose before the body."""
    start = title + 1 if title is not None and title < last else first
    told = key(metadata.summary)[:60]
    found = []
    for at in range(start, last):
        line = reading.page.lines[at]
        if at in reading.cuts:
            continue
        if at >= first and (found or at > first + 6):
            break
        words = key(line.text)
        said = reading.page.within(line.node, "summary") and len(words) >= 20
        same = len(told) >= 20 and (told[:40] in words[:120] or (len(words) >= 30 and words[:40] in told))
        if (said or same) and line.linked * 2 <= len(line.text) and not read_byline(line.text):
            found.append(at)
        elif at < first and reading.prose[at]:
            found.append(at)
        elif at >= first and reading.prose[at]:
            break
    if not found and first < last:
        opening = next((at for at in range(first, last) if reading.prose[at] and at not in reading.cuts), None)
        line_of = reading.page.lines
        if opening is not None and line_of[opening].strong * 10 >= len(line_of[opening].text) * 9:
            found = [opening]
    return found


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
    for at in [*range(max(0, min(origin, first) - BEFORE_TITLE), min(last, max(first, origin) + 4)), *range(max(last - 3, first), last + AFTER_BODY)]:
        if at >= len(reading.page.lines) or any(seen.line == at for seen in found):
            continue
        seen = _read_seen(reading, at, inside=first <= at < last and at != origin)
        if seen is not None:
            found.append(seen)

    def rank(seen: Seen) -> tuple[bool, bool, int]:
        return seen.update, not origin <= seen.line < last, abs(seen.line - origin)

    return sorted(found, key=rank)


def _read_seen(reading: Reading, at: int, *, inside: bool) -> Seen | None:
    page, line = reading.page, reading.page.lines[at]
    if at in reading.cuts and reading.cuts[at] not in STAMP_BOXES and not page.within(line.node, "stamp"):
        return None
    if at in reading.cuts and reading.cuts[at] in ("related articles", "most read", "today's date", "footer", "sidebar", "comments", "menu", "hidden"):
        return None
    text = line.text
    in_title = TITLE_STAMP.search(text)
    text = in_title.group() if in_title else text
    if len(text) > 160 or TODAY.search(text) or page.within(line.node, "clock"):
        return None
    parts = [stamp for part in UPDATE.split(text) if (stamp := read_stamp(part)) is not None]
    if not parts:
        return None
    stamp = next((part for part in parts if not part.update), parts[0])
    rest = WORD.findall(stamp.rest)
    said = page.within(line.node, "stamp")
    if not in_title and (len(rest) > (3 if inside and not said else 9) or (line.linked * 2 > len(text) and not said)):
        return None
    if inside and not said and not in_title and stamp.grain == "day" and rest and not re.search(r"ngày|đăng|cập", fold(text)):
        return None
    if not in_title and not said and _beside_link(reading, at):
        return None
    return Seen(at, Moment(when=stamp.moment, grain=stamp.grain), stamp.update, stamp.rest)


def _beside_link(reading: Reading, at: int) -> bool:
    """Whether the link right before a date is the headline of another article."""
    lines = reading.page.lines
    if at == 0:
        return False
    before = lines[at - 1]
    return before.linked >= 25 and before.linked * 10 >= len(before.text) * 8 and len(before.text.split()) >= 6


def find_attributes(reading: Reading, title: int | None, first: int, last: int) -> Iterator[tuple[int, Moment]]:
    """The moments in attributes of elements near the title: `<time datetime=…>`, `<span itemprop=datePublished content=…>`."""
    origin = title if title is not None else first
    for node in reading.page.nodes:
        if node.tag != "time" and not node.is_said("stamp"):
            continue
        if not min(origin, first) - BEFORE_TITLE <= node.first <= last + AFTER_BODY or first + 3 < node.first < last - 1:
            continue
        if (node.element.get("itemprop") or "").lower() == "datemodified" or "update" in (node.element.get("class") or "").lower():
            continue
        if any(reading.cuts.get(at) not in (None, *STAMP_BOXES) for at in range(node.first, max(node.last, node.first + 1))):
            continue
        value = node.element.get("datetime") or node.element.get("content") or ""
        moment = read_machine_stamp(value) if value else None
        if moment is not None:
            yield node.first, moment


def choose_published(
    metadata: Metadata, attributes: Sequence[Moment], seen: Sequence[Seen], url: str | None
) -> Moment | None:
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


@dataclass(frozen=True, slots=True)
class Signed:
    """A byline and the line it stands in; `tail` is the part of the line, empty for the whole line."""

    byline: Byline
    line: int
    tail: str = ""


def find_bylines(reading: Reading, title: int | None, first: int, last: int, seen: Sequence[Seen]) -> list[Signed]:
    """Bylines by class near title and end, in the stamp's line, and by shape behind the last sentence."""
    found: list[Signed] = []
    origin = title if title is not None else first
    opening = next((at for at in range(first, last) if reading.prose[at] and at not in reading.cuts), first)
    near = [*range(max(0, min(origin, first) - 2), min(opening + 1, last)), *range(max(opening, last - 6), min(last + AFTER_BODY, len(reading.page.lines)))]
    stamps = {stamp.line: stamp for stamp in seen}
    for at in dict.fromkeys(near):
        line = reading.page.lines[at]
        if at == title or len(line.text) > 120 or reading.cuts.get(at) in ("related articles", "most read", "comments", "hidden", "footer", "menu"):
            continue
        said = reading.page.within(line.node, "author")
        if at in stamps and (said or reading.page.within(line.node, "stamp") or stamps[at].rest):
            byline = read_byline(stamps[at].rest)
            if byline is not None and not line.linked:
                found.append(Signed(byline, at, stamps[at].rest))
        elif said and not PHOTO_CREDIT.match(line.text) and read_stamp(line.text) is None:
            byline = tidy_author(line.text) if len(line.text) <= 60 else read_byline(line.text)
            if byline is not None:
                found.append(Signed(byline, at))
    return found + _signed_at_end(reading, opening, last)


def _signed_at_end(reading: Reading, opening: int, last: int) -> list[Signed]:
    """The short lines behind the last sentence that name somebody, and the name in bold at the end of that sentence."""
    found: list[Signed] = []
    left = 5
    for at in range(last - 1, opening, -1):
        line = reading.page.lines[at]
        if at in reading.cuts or PHOTO_CREDIT.match(line.text) or reading.page.within(line.node, "caption"):
            continue
        left -= 1
        byline = read_byline(line.text) if len(line.text) <= 90 and _heading(reading, line) in ("", "h6", "h5") else None
        if byline is not None and (not line.linked or byline.agency):
            found.append(Signed(byline, at))
            continue
        tail = SIGNED.search(line.text)
        named = read_byline(tail["name"]) if tail and len(line.text) > 80 else None
        if tail and named and not named.agency and len(tail["name"]) - 3 <= line.strong <= len(tail["name"]) + 6:
            found.append(Signed(named, at, tail["name"]))
        if reading.prose[at] or not left:
            break
    return found[::-1]


def choose_author(metadata: Metadata, bylines: Sequence[Signed]) -> str | None:
    """A person before an agency; the head before the byline; what only names the site itself is no author."""
    told = [byline for byline in map(tidy_author, metadata.authors) if byline is not None and not _is_site(byline.name, metadata)]
    signed = [one.byline for one in bylines]
    for byline in [*told, *signed]:
        if not byline.agency and read_byline(byline.name) is not None:
            return byline.name
    for byline in [*signed, *told]:
        if not byline.agency:
            return byline.name
    return next((byline.name for byline in [*signed, *told]), None)


def _is_site(name: str, metadata: Metadata) -> bool:
    host = urlsplit(metadata.url or "").hostname or ""
    plain = key(name).replace(" ", "")
    return plain in {key(metadata.site_name).replace(" ", ""), "vccorpvn", "vccorp", "admin", "administrator", "quantri", "quantrivien"} or (
        bool(host) and re.sub(r"[^a-z0-9]", "", strip_marks(name).lower()) in re.sub(r"[^a-z0-9]", "", host)
    )
