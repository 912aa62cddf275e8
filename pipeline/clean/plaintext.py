"""Page saved without markup -> Article: title, stamp, summary, byline and furniture found by shape and place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.clean.bylines import Byline, find_closing_byline, read_byline
from pipeline.clean.decode import decode_bytes, mend_text
from pipeline.clean.furniture import AMBIGUOUS, Furniture, find_furniture, find_inline, is_imprint, is_menu_bar
from pipeline.clean.language import detect_language
from pipeline.clean.layout import split_blocks
from pipeline.clean.stamps import Stamp, read_stamp
from pipeline.model import Article, Cut, Page, UnreadableInput, make_id
from pipeline.sites import find_site
from pipeline.vietnamese.spelling import fold

MAX_TITLE = 300  # characters
MAX_SUMMARY = 900
MAX_HEAD = 200  # lines above the text among which the title is sought
HEAD_LINES = 25  # a title, a stamp and menus above the text stand here
LAST_LINES = 6  # of a page: the imprint of the portal stands there
LONG_HEAD = 12  # lines above the text: the menus of the page were saved with it
MAX_RECIPIENTS = 30  # lines between the list of recipients and the name that signs
MAX_RELATED = 6  # links in a box in the middle of an article

_RANK = {"person": 0, "desk": 1, "agency": 2, "other": 3}

_STOP = re.compile(r"[.!?…:;][”\"’')\]]{0,2}$|[”\"]$")
_CLAUSE = re.compile(r"[,.;:!?…](?:\s|$)")
_FULL_STOP = re.compile(r"\.[”\"’')\]]{0,2}$")
_END_MARK = re.compile(r"\./\.?[”\"’')]{0,2}$|(?<!\w)/\.$")
_ITEM = re.compile(r"[-+•*–]\s?\S|\(?\d{1,2}(?:\.\d{1,2}){0,3}[.)]\s|\(?[a-zđ]\)\s|Điều\s\d|[IVX]{1,5}\.\s")
_NO_WORD = re.compile(r"[^\w\ufffd]+")
_NEXT_ITEM = re.compile(r"(?:.{10,200})\(?\s?\d{1,2}[/-]\d{1,2}(?:[/-]\d{4})?\s?\)?$|\(?\d{1,2}[/-]\d{1,2}[/-]\d{4}\)?.{10,200}")
_DATED_LINK = re.compile(r"\d{1,2}[-/]\d{1,2}[-/]\d{4}\s[^\W\d_].{10,200}")
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
# Giám đốc Sở · Người phát ngôn — whoever signs a statement stands below it
_POST = re.compile(
    r"(?:tổng\s|phó\s){0,2}(?:giám\sđốc|chủ\stịch|bí\sthư|thủ\strưởng|trưởng\s(?:ban|phòng|đoàn)|bộ\strưởng|thứ\strưởng|chánh\s|"
    r"hiệu\strưởng|người\sphát\sngôn|thủ\stướng|cục\strưởng|vụ\strưởng|viện\strưởng|chủ\snhiệm|người\ský|kính\sthư)",
    re.IGNORECASE,
)
_RECIPIENTS = re.compile(r"Nơi\snhận\s?:|(?:KT|TM|TL|TUQ)\.\s")
_TODAY = re.compile(r"hôm nay\b|\bngày hôm nay\b|^today\b", re.IGNORECASE)
_BASIS = re.compile(
    r"căn\scứ\s|theo\sđề\snghị|điều\s\d|chương\s[ivx]|kính\sgửi|số\s?:|v/v\s|về\s(?:việc\s)?[A-ZĐ]{2}", re.IGNORECASE
)
_STAMP_PARTS = re.compile(r"\s*[|•·]\s*|\s[-–]\s")
_VIEWS_IN_STAMP = re.compile(
    r"(?:lượt\s(?:xem|đọc)|số\slượt\sxem|đã\sxem|views?)\s?:?\s?[\d.,]{1,12}|[\d.,]{1,12}\s(?:lượt\sxem|views?|bình\sluận|comments?)|\bby\s\w{0,20}\d\w{0,20}",
    re.I,
)


@dataclass(slots=True)
class _Part:
    """A paragraph on its way: `reason` is None while it belongs to the article."""

    text: str
    reason: str | None = None
    found: Furniture | None = None
    alone: bool = False  # between empty lines
    below_recipients: bool = False  # `Nơi nhận:` or `KT. CHỦ TỊCH` stands a few lines above


@dataclass(slots=True)
class _Facts:
    """What the lines around the body said."""

    title: str | None = None
    stamp: Stamp | None = None
    late_stamp: Stamp | None = None
    byline: Byline | None = None


def clean_text_page(page: Page) -> Article:
    """The article of a page of kind `txt`."""
    decoded = decode_bytes(page.data, page.charset, markup=False)
    return clean_text(page, decoded.text, repairs=decoded.repairs)


def clean_text(page: Page, text: str, *, repairs: Sequence[str] = ()) -> Article:
    """The article of text that has no markup, however it was read."""
    mended = mend_text(text)
    parts = [_Part(text=line, alone=len(block) == 1) for block in split_blocks(mended.text) for line in block]
    if not any(not _NO_WORD.fullmatch(part.text) for part in parts):
        raise UnreadableInput(f"{page.source}: no visible text in it")
    facts = _Facts()
    _mark_furniture(parts)
    parts = _read_head(parts, facts, said=page.title)
    parts = _read_tail(parts, facts)
    _cut_contents_list(parts)
    parts = _cut_inline(parts)
    parts = _read_closing(parts, facts)
    _cut_repeated_title(parts, facts)
    return _assemble(page, parts, facts, repairs=(*repairs, *mended.repairs), lost_chars=mended.lost_chars)


def _assemble(page: Page, parts: Sequence[_Part], facts: _Facts, *, repairs: Sequence[str], lost_chars: int) -> Article:
    kept = [part.text for part in parts if part.reason is None]
    title = page.title or facts.title
    if title and facts.title is None:
        kept = [title, *(text for text in kept if text != title)]
    body = kept[1:] if title else kept
    published, grain = _published(page, facts)
    text = "\n\n".join(kept)
    site = find_site(url=page.url, portal=page.portal)
    return Article(
        article_id=make_id("article", page.url or page.source),
        source=page.source,
        url=page.url,
        portal=page.portal or (site.name if site else None),
        place=(site.place or None) if site else None,
        language=detect_language(text),
        title=title,
        summary=_summary(body),
        author=facts.byline.author if facts.byline and facts.byline.grade != "other" else None,
        published_at=published,
        published_grain=grain,
        text=text,
        repairs=tuple(dict.fromkeys(repairs)),
        lost_chars=lost_chars,
        cuts=tuple(Cut(reason=part.reason, text=part.text) for part in parts if part.reason is not None),
    )


def _published(page: Page, facts: _Facts) -> tuple[datetime | None, str | None]:
    """The sidecar's word, else the first publication, else the update where the page states nothing else."""
    if page.published is not None:
        return page.published, "minute"
    said = [stamp for stamp in (facts.stamp, facts.late_stamp) if stamp is not None]
    stamp = next((stamp for stamp in said if not stamp.update), said[0] if said else None)
    return (stamp.moment, stamp.grain) if stamp else (None, None)


def _summary(body: Sequence[str]) -> str | None:
    """The paragraph that opens the body, where more follows and it can be a sapo."""
    if len(body) < 3 or not 60 <= len(body[0]) <= MAX_SUMMARY or _ITEM.match(body[0]) or not _is_prose(body[0]):
        return None
    return body[0]


# ---- shapes


def _is_prose(text: str) -> bool:
    """Whether a line is a sentence of an article: long, or closed like a sentence, or an item of a list."""
    words = text.count(" ") + 1
    if _ITEM.match(text):
        return words >= 4
    return (words >= 25 and _CLAUSE.search(text) is not None) or (words >= 8 and _STOP.search(text) is not None)


def _is_title(text: str) -> bool:
    return 2 <= len(text) <= MAX_TITLE and not _FULL_STOP.search(text.replace("...", "…")) and any(ch.isalpha() for ch in text)


def _mark_furniture(parts: Sequence[_Part]) -> None:
    since = MAX_RECIPIENTS
    for part in parts:
        since = 0 if _RECIPIENTS.match(part.text) else since + 1
        part.below_recipients = 0 < since <= MAX_RECIPIENTS
        if _NO_WORD.fullmatch(part.text):
            part.reason = "rule line"
        else:
            part.found = find_furniture(part.text)


# ---- above the text


def _read_head(parts: list[_Part], facts: _Facts, *, said: str | None) -> list[_Part]:
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
                _take_stamp(facts, stamps[i])
                for said_by in _STAMP_PARTS.split(stamps[i].rest):
                    _take_byline(facts, read_byline(said_by))
        elif part.found:
            part.reason = part.found.reason
        elif title_at is not None and i < title_at and (menus or is_menu_bar(part.text)):
            part.reason = "menu"
        elif title_at is not None and i > title_at and (byline := _head_byline(parts, i, title_at, stamps)):
            part.reason = "byline"
            _take_byline(facts, byline)
    if title_at is None:
        _take_place_line(parts, lines, facts)
        return parts
    parts = _split_title(parts, title_at, facts)
    _take_place_line(parts, range(len(parts)), facts)
    return parts


def _is_clock(parts: Sequence[_Part], i: int, title_at: int | None, stamps: Mapping[int, Stamp]) -> bool:
    """Whether a date in the head is that of the visit: `Hôm nay: …`, or a day above the menus, or above the title beside a stamp below."""
    if _TODAY.search(parts[i].text):
        return True
    if title_at is None or i > title_at or stamps[i].grain == "minute":
        return False
    return any(j > title_at for j in stamps) or any(parts[j].found for j in range(i + 1, title_at)) or title_at - i > 3


def _may_be_stamp(text: str) -> bool:
    stamp = read_stamp(text) if len(text) <= 100 and not _is_prose(text) else None
    return stamp is not None and (stamp.grain == "minute" or not stamp.rest)


def _opens_text(part: _Part) -> bool:
    """Whether a line can be the first of the text: a sentence; `- Chọn chuyên mục -` is an item, but none of a text."""
    return part.found is None and _is_prose(part.text) and (part.text.count(" ") >= 7 or _STOP.search(part.text) is not None)


def _is_menu_above(parts: Sequence[_Part], head: Sequence[int], title_at: int) -> bool:
    """Whether what stands above the title is a menu: short lines alone, or many lines nearly all of which are short."""
    above = [parts[i].text for i in head if i < title_at and parts[i].reason in (None, "menu") and not parts[i].found]
    short = sum(text.count(" ") < 8 and not _is_prose(text) for text in above)
    return short == len(above) or (len(above) >= 8 and short >= 0.8 * len(above))


def _head_stamps(parts: Sequence[_Part], head: Sequence[int]) -> dict[int, Stamp]:
    """The lines of the head that are stamps, with what they leave besides a byline, a counter or a section name."""
    stamps = {}
    for i in head:
        text = parts[i].text
        stamp = read_stamp(text) if len(text) <= 160 else None
        if stamp is None or _PLACE_LINE.match(text):
            continue
        rest = _VIEWS_IN_STAMP.sub("", stamp.rest).strip(" |-–•·,:()")
        timed = stamp.grain == "minute" and i != head[0] and not _is_prose(text)
        pieces = [piece for piece in _STAMP_PARTS.split(rest) if piece]
        if all(read_byline(piece) or find_furniture(piece) or (timed and piece.count(" ") <= 4) for piece in pieces):
            stamps[i] = Stamp(moment=stamp.moment, grain=stamp.grain, update=stamp.update, rest=rest)
    return stamps


def _said_title(parts: Sequence[_Part], lines: Sequence[int], said: str) -> int | None:
    """The line that bears the title which a sidecar tells."""
    wanted = _NO_WORD.sub(" ", fold(said)).strip()
    return next((i for i in lines if _NO_WORD.sub(" ", fold(_without_stamp(parts[i].text))).strip() == wanted), None)


def _find_title(parts: Sequence[_Part], head: Sequence[int], stamps: Mapping[int, Stamp]) -> int | None:
    """The line of the head that is likeliest the title, None where none can be one."""
    able = [
        i for i in head if i not in stamps and not parts[i].found and _is_title(parts[i].text) and not is_menu_bar(parts[i].text)
    ]
    weighed = [(_weigh_title(parts, head, stamps, i), -i) for i in able]
    best, place = max(weighed, default=(0, 0))
    return -place if best > 0 else None


def _weigh_title(parts: Sequence[_Part], head: Sequence[int], stamps: Mapping[int, Stamp], i: int) -> float:
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


def _split_title(parts: list[_Part], title_at: int, facts: _Facts) -> list[_Part]:
    """`Ban Chỉ đạo … sơ kết 6 tháng đầu năm 2021 (14:11 23/07/2021)` is a title and a stamp."""
    part = parts[title_at]
    title, pieces = _without_stamp(part.text), [part]
    stamp = read_stamp(part.text[len(title) :]) if title != part.text else None
    if stamp and (stamp.grain == "minute" or facts.stamp is None):
        pieces = [_Part(text=title), _Part(text=part.text[len(title) :].strip(), reason="stamp")]
        _take_stamp(facts, stamp)
    facts.title = pieces[0].text
    return [pieces[0], *parts[:title_at], *pieces[1:], *parts[title_at + 1 :]]


def _is_menu(part: _Part) -> bool:
    return part.found is not None and part.found.reason in ("menu", "breadcrumb")


def _without_stamp(text: str) -> str:
    """A line without the stamp that is glued to its end."""
    glued = _TITLE_STAMP.search(text)
    stamp = read_stamp(glued["inside"] or glued["after"]) if glued and glued.start() > 10 else None
    return text[: glued.start()].rstrip() if glued and stamp and not stamp.rest else text


def _head_byline(parts: Sequence[_Part], i: int, title_at: int, stamps: Mapping[int, Stamp]) -> Byline | None:
    """A byline above the text: one that says so, or names right below the title or the stamp and right above a sentence."""
    byline = read_byline(parts[i].text)
    if byline is None or byline.labelled or byline.grade == "desk":
        return byline
    between = (
        byline.grade == "person" and i + 1 < len(parts) and (i - 1 == title_at or i - 1 in stamps) and _opens_text(parts[i + 1])
    )
    return byline if between else None


def _take_place_line(parts: Sequence[_Part], lines: Sequence[int], facts: _Facts) -> None:
    """An official document states its day beside the place; the line stays in the text."""
    for i in list(lines)[:HEAD_LINES]:
        if facts.stamp is None and parts[i].reason is None and _PLACE_LINE.match(parts[i].text):
            facts.stamp = read_stamp(parts[i].text)


def _take_stamp(facts: _Facts, stamp: Stamp) -> None:
    if facts.stamp is None or (facts.stamp.update and not stamp.update):
        facts.stamp = stamp


def _take_byline(facts: _Facts, byline: Byline | None) -> None:
    if byline and (facts.byline is None or _RANK[byline.grade] < _RANK[facts.byline.grade]):
        facts.byline = byline


# ---- below the text, and boxes within it


def _read_tail(parts: list[_Part], facts: _Facts) -> list[_Part]:
    """Furniture within and below the text, by block; the lines that state time and author of the original go with it."""
    start = next((n for n, part in enumerate(parts) if part.reason is None), 0) + 1
    start = next((n for n in range(start, len(parts)) if parts[n].reason is None and _is_prose(parts[n].text)), start)
    end = _article_end(parts, start)
    _cut_dated_links(parts, start, end)
    n = start
    while n < end:
        n = _read_line(parts, n, end, facts)
    reason: str | None = None
    for part in parts[end:]:
        if part.reason is not None:
            continue
        if part.found:
            reason = part.found.reason
        _read_meta(part, facts)
        part.reason = part.reason or reason or "tail"
    return parts


def _article_end(parts: Sequence[_Part], start: int) -> int:
    """Where the furniture below the text begins: the first such line after which no paragraph of the article comes."""
    end, ended, quiet = len(parts), False, 0
    for n in range(start, len(parts)):
        part = parts[n]
        if part.reason is not None:
            continue
        if n >= len(parts) - LAST_LINES and is_imprint(part.text):
            part.found = part.found or Furniture(reason="copyright footer", scope="footer")
            end = min(end, n)
            ended = True
            continue
        if part.found and part.found.reason not in ("original link", "stamp"):
            if part.found.scope == "footer" and not ended and end == len(parts) and _may_be_text(part):
                continue
            end = min(end, n)
            if ended and part.found.scope in ("block", "footer"):
                return end
            continue
        if _is_end_mark(parts, n):
            ended, quiet = True, 0
        elif end < len(parts) and not ended and _resumes(part.text):
            end = len(parts)
        elif end < len(parts) and ended and _is_prose(part.text) and len(part.text) > 120:
            quiet += 1
            if quiet >= 3:
                end, quiet, ended = len(parts), 0, False
    return end


def _cut_dated_links(parts: Sequence[_Part], start: int, end: int) -> None:
    """`19-07-2026 Nhóm quỹ ngoại không còn …`: two and more titles with their day in front, without a full stop."""
    dated = {n for n in range(start, end) if parts[n].reason is None and _DATED_LINK.fullmatch(parts[n].text)}
    links = [n for n in sorted(dated) if not _STOP.search(parts[n].text) and (n - 1 in dated or n + 1 in dated)]
    titles = {parts[n].text.split(" ", 1)[1] for n in links}
    for n in (*links, *(n for n in range(start, end) if parts[n].text in titles)):
        parts[n].reason = "related links"


def _may_be_text(part: _Part) -> bool:
    """Whether a line that begins like a footer can be the article's: an address to write to, or a whole sentence."""
    return part.found is not None and (part.found.reason == "contact line" or _is_prose(part.text))


def _resumes(text: str) -> bool:
    return _is_prose(text) and not text.endswith(("...", "…", "[…]", "[...]")) and not _NEXT_ITEM.fullmatch(text)


def _is_end_mark(parts: Sequence[_Part], n: int) -> bool:
    text = parts[n].text
    if _END_MARK.search(text):
        return True
    byline = read_byline(text) if len(text) <= 100 else None
    return byline is not None and byline.grade != "other" and not _signs_document(parts, n)


def _read_line(parts: Sequence[_Part], n: int, end: int, facts: _Facts) -> int:
    """Judge the line at `n` within the text; returns the line to go on with."""
    part = parts[n]
    if part.reason is not None or part.found is None:
        return n + 1
    if _read_meta(part, facts):
        return n + 1
    alone = not any(0 <= m < len(parts) and parts[m].found for m in (n - 1, n + 1))
    if part.found.scope == "block":
        items = _related_items(parts, n + 1, end)
        if items or not alone or part.found.reason == "related links":
            part.reason = part.found.reason
            for m in items:
                parts[m].reason = part.found.reason
            return (items[-1] if items else n) + 1
    elif part.found.scope in ("line", "start") and not (alone and part.found.reason in AMBIGUOUS):
        part.reason = part.found.reason
    return n + 1


def _related_items(parts: Sequence[_Part], start: int, end: int) -> list[int]:
    """The titles in a box of related articles: short lines without a full stop, before the text goes on."""
    items: list[int] = []
    for n in range(start, min(end, start + MAX_RELATED)):
        text = parts[n].text
        if parts[n].reason is not None or _is_prose(text) or len(text) > 200 or _STOP.search(text):
            break
        items.append(n)
    if len(items) >= 2 and parts[items[-1]].text.count(" ") < 7 <= min(parts[n].text.count(" ") for n in items[:-1]):
        items.pop()  # shorter than the titles: the heading of the section that follows
    return items


def _read_meta(part: _Part, facts: _Facts) -> bool:
    """Lines that state where and when the article first stood: `Giờ đăng bài gốc: 11/03/2025 17:43`."""
    text = part.text
    if part.found and part.found.reason == "original link":
        part.reason = "original link"
        return True
    if part.found and part.found.reason == "stamp":
        stamp = read_stamp(text)
        if stamp is None and _is_prose(text):
            return False
        part.reason = "stamp"
        if stamp and (facts.late_stamp is None or facts.late_stamp.update):
            facts.late_stamp = stamp
        return True
    return False


def _signs_document(parts: Sequence[_Part], n: int) -> bool:
    """Whether a name at `n` stands under an official document: `KT. THỦ TƯỚNG / PHÓ THỦ TƯỚNG / Trần Hồng Hà`."""
    above = [part.text for part in parts[max(0, n - 4) : n] if part.reason in (None, "rule line")]
    if parts[n].below_recipients:
        return True
    if not above:
        return False
    capitals = above[-1].isupper() and not read_byline(above[-1]) and " " in above[-1]
    return capitals or above[-1].endswith(":") or (_POST.match(above[-1]) is not None and above[-1].count(" ") < 8)


def _is_name_list(parts: Sequence[_Part], kept: Sequence[int]) -> bool:
    """Whether the text closes with a list of names, which are no bylines: three lines and more."""
    bylines = [read_byline(parts[n].text) for n in kept[-3:]]
    return len(bylines) == 3 and all(byline and byline.grade == "person" and not byline.labelled for byline in bylines)


def _read_closing(parts: list[_Part], facts: _Facts) -> list[_Part]:
    """The byline and source credit that close the article, in lines of their own or behind the last sentence."""
    kept = [n for n, part in enumerate(parts) if part.reason is None]
    for back in (2, 3):  # a short line may stand below it
        if len(kept) > back + 1 and not any(_is_prose(parts[n].text) for n in kept[1 - back :]):
            byline = read_byline(parts[kept[-back]].text)
            if byline and byline.labelled and not read_byline(parts[kept[-1]].text):
                parts[kept[-back]].reason = "source credit" if byline.grade == "agency" else "byline"
                _take_byline(facts, byline)
    kept = [n for n in kept if parts[n].reason is None]
    while len(kept) > 1:
        n = kept[-1]
        byline = read_byline(parts[n].text)
        if byline is None or _signs_document(parts, n) or _is_name_list(parts, kept):
            break
        parts[n].reason = "source credit" if byline.grade == "agency" else "byline"
        _take_byline(facts, byline)
        kept.pop()
    if not kept:
        return parts
    last = kept[-1]
    closing = find_closing_byline(parts[last].text) if len(parts[last].text) > 80 else None
    if closing is not None and not (facts.byline and facts.byline.grade == "person"):
        at, byline = closing
        credit = parts[last].text[at:]
        parts[last].text = parts[last].text[:at].rstrip()
        parts.insert(last + 1, _Part(text=credit, reason="source credit" if byline.grade == "agency" else "byline"))
        _take_byline(facts, byline)
    return parts


def _cut_inline(parts: list[_Part]) -> list[_Part]:
    """`… sửa đổi toàn diện Luật. HL Email Print Góp ý`: a share bar glued to the last sentence."""
    whole: list[_Part] = []
    for part in parts:
        found = find_inline(part.text) if part.reason is None and len(part.text) > 20 else None
        if found is None or found[0] == 0:
            whole.append(part)
            continue
        at, reason = found
        whole += [_Part(text=part.text[:at].rstrip()), _Part(text=part.text[at:], reason=reason)]
    return whole


def _cut_contents_list(parts: Sequence[_Part]) -> None:
    """The headings listed under `Nội dung chính`: each stands again further down."""
    last = {part.text: n for n, part in enumerate(parts)}
    for n, part in enumerate(parts):
        if part.reason != "table of contents" or (n and parts[n - 1].reason == "table of contents"):
            continue
        for m in range(n + 1, len(parts)):
            if last[parts[m].text] == m or _is_prose(parts[m].text):
                break
            parts[m].reason = "table of contents"


def _cut_repeated_title(parts: Sequence[_Part], facts: _Facts) -> None:
    if facts.title is None:
        return
    kept = [part for part in parts if part.reason is None]
    for part in kept[1:4]:
        if part.text == facts.title:
            part.reason = "title repeated"
