"""The lines within and below a text saved without markup -> furniture cut by block; time, author and source stated there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.clean.bylines import find_closing_byline, read_byline
from pipeline.clean.furniture import AMBIGUOUS, Furniture, find_inline, is_imprint
from pipeline.clean.parts import STOP, Part, Stated, is_prose, take_byline
from pipeline.clean.stamps import read_stamp

LAST_LINES = 6  # of a page: the imprint of the portal stands there
MAX_RELATED = 6  # links in a box in the middle of an article
# … nhấn mạnh./. — the sign that ends an article
_END_MARK = re.compile(r"\./\.?[”\"’')]{0,2}$|(?<!\w)/\.$")
# Họp tổ biên tập (20/11/2023) — the next item of a list of articles, not the text going on
_NEXT_ITEM = re.compile(r"(?:.{10,200})\(?\s?\d{1,2}[/-]\d{1,2}(?:[/-]\d{4})?\s?\)?$|\(?\d{1,2}[/-]\d{1,2}[/-]\d{4}\)?.{10,200}")
# Tin liên quan · Đọc nhiều · Xem thêm — never the heading of a section, as `Nổi bật` or `Chủ đề` can be
_LINKS = re.compile(r"\b(?:tin|bài|xem|đọc|liên\squan|news|articles?|posts?|tags?|từ\skh[oó][aá])\b", re.IGNORECASE)
# 19-07-2026 Nhóm quỹ ngoại không còn là cổ đông lớn
_DATED_LINK = re.compile(r"\d{1,2}[-/]\d{1,2}[-/]\d{4}\s[^\W\d_].{10,200}")
# Giám đốc Sở · Người phát ngôn — whoever signs a statement stands below it
_POST = re.compile(
    r"(?:tổng\s|phó\s){0,2}(?:giám\sđốc|chủ\stịch|bí\sthư|thủ\strưởng|trưởng\s(?:ban|phòng|đoàn)|bộ\strưởng|thứ\strưởng|chánh\s|"
    r"hiệu\strưởng|người\sphát\sngôn|thủ\stướng|cục\strưởng|vụ\strưởng|viện\strưởng|chủ\snhiệm|người\ský|kính\sthư)",
    re.IGNORECASE,
)


def read_tail(parts: list[Part], stated: Stated) -> list[Part]:
    """Furniture within and below the text, by block; the lines that state time and author of the original go with it."""
    start = next((n for n, part in enumerate(parts) if part.reason is None), 0) + 1
    start = next((n for n in range(start, len(parts)) if parts[n].reason is None and is_prose(parts[n].text)), start)
    end = _article_end(parts, start)
    _cut_dated_links(parts, start, end)
    n = start
    while n < end:
        n = _read_line(parts, n, end, stated)
    reason: str | None = None
    for part in parts[end:]:
        if part.reason is not None:
            continue
        if part.found:
            reason = part.found.reason
        _read_meta(part, stated)
        part.reason = part.reason or reason or "tail"
    return parts


def _article_end(parts: Sequence[Part], start: int) -> int:
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
        elif end < len(parts) and ended and is_prose(part.text) and len(part.text) > 120:
            quiet += 1
            if quiet >= 3:
                end, quiet, ended = len(parts), 0, False
    return end


def _cut_dated_links(parts: Sequence[Part], start: int, end: int) -> None:
    """`19-07-2026 Nhóm quỹ ngoại không còn …`: two and more titles with their day in front, without a full stop."""
    dated = {n for n in range(start, end) if parts[n].reason is None and _DATED_LINK.fullmatch(parts[n].text)}
    links = [n for n in sorted(dated) if not STOP.search(parts[n].text) and (n - 1 in dated or n + 1 in dated)]
    titles = {parts[n].text.split(" ", 1)[1] for n in links}
    for n in (*links, *(n for n in range(start, end) if parts[n].text in titles)):
        parts[n].reason = "related links"


def _may_be_text(part: Part) -> bool:
    """Whether a line that begins like a footer can be the article's: an address to write to, or a whole sentence."""
    return part.found is not None and (part.found.reason == "contact line" or is_prose(part.text))


def _resumes(text: str) -> bool:
    return is_prose(text) and not text.endswith(("...", "…", "[…]", "[...]")) and not _NEXT_ITEM.fullmatch(text)


def _is_end_mark(parts: Sequence[Part], n: int) -> bool:
    text = parts[n].text
    if _END_MARK.search(text):
        return True
    byline = read_byline(text) if len(text) <= 100 else None
    return byline is not None and byline.grade != "other" and not _signs_document(parts, n)


def _read_line(parts: Sequence[Part], n: int, end: int, stated: Stated) -> int:
    """Judge the line at `n` within the text; returns the line to go on with."""
    part = parts[n]
    if part.reason is not None or part.found is None:
        return n + 1
    if _read_meta(part, stated):
        return n + 1
    alone = not any(0 <= m < len(parts) and parts[m].found for m in (n - 1, n + 1))
    if part.found.scope == "block":
        items = _related_items(parts, n + 1, end)
        if items or not alone or _LINKS.search(part.text):
            part.reason = part.found.reason
            for m in items:
                parts[m].reason = part.found.reason
            return (items[-1] if items else n) + 1
    elif part.found.scope in ("line", "start") and not (alone and part.found.reason in AMBIGUOUS):
        part.reason = part.found.reason
    return n + 1


def _related_items(parts: Sequence[Part], start: int, end: int) -> list[int]:
    """The titles in a box of related articles: short lines without a full stop, before the text goes on."""
    items: list[int] = []
    for n in range(start, min(end, start + MAX_RELATED)):
        text = parts[n].text
        if parts[n].reason is not None or is_prose(text) or len(text) > 200 or STOP.search(text):
            break
        items.append(n)
    if len(items) >= 2 and parts[items[-1]].text.count(" ") < 7 <= min(parts[n].text.count(" ") for n in items[:-1]):
        items.pop()  # shorter than the titles: the heading of the section that follows
    return items


def _read_meta(part: Part, stated: Stated) -> bool:
    """Lines that state where and when the article first stood: `Giờ đăng bài gốc: 11/03/2025 17:43`."""
    text = part.text
    if part.found and part.found.reason == "original link":
        part.reason = "original link"
        return True
    if part.found and part.found.reason == "stamp":
        stamp = read_stamp(text)
        if stamp is None and is_prose(text):
            return False
        part.reason = "stamp"
        if stamp and (stated.late_stamp is None or stated.late_stamp.update):
            stated.late_stamp = stamp
        return True
    return False


def cut_contents_list(parts: Sequence[Part]) -> None:
    """The headings listed under `Nội dung chính`: each stands again further down."""
    last = {part.text: n for n, part in enumerate(parts)}
    for n, part in enumerate(parts):
        if part.reason != "table of contents" or (n and parts[n - 1].reason == "table of contents"):
            continue
        for m in range(n + 1, len(parts)):
            if last[parts[m].text] == m or is_prose(parts[m].text):
                break
            parts[m].reason = "table of contents"


def cut_inline(parts: list[Part]) -> list[Part]:
    """`… đúng tiến độ đã cam kết. KM Email Print Góp ý`: a share bar glued to the last sentence."""
    whole: list[Part] = []
    for part in parts:
        found = find_inline(part.text) if part.reason is None and len(part.text) > 20 else None
        if found is None or found[0] == 0:
            whole.append(part)
            continue
        at, reason = found
        whole += [Part(text=part.text[:at].rstrip()), Part(text=part.text[at:], reason=reason)]
    return whole


def read_closing(parts: list[Part], stated: Stated) -> list[Part]:
    """The byline and source credit that close the article, in lines of their own or behind the last sentence."""
    kept = [n for n, part in enumerate(parts) if part.reason is None]
    for back in (2, 3):  # a short line may stand below it
        if len(kept) > back + 1 and not any(is_prose(parts[n].text) for n in kept[1 - back :]):
            byline = read_byline(parts[kept[-back]].text)
            if byline and byline.labelled and not read_byline(parts[kept[-1]].text):
                parts[kept[-back]].reason = "source credit" if byline.grade == "agency" else "byline"
                take_byline(stated, byline)
    kept = [n for n in kept if parts[n].reason is None]
    while len(kept) > 1:
        n = kept[-1]
        byline = read_byline(parts[n].text)
        if byline is None or _signs_document(parts, n) or _is_name_list(parts, kept):
            break
        parts[n].reason = "source credit" if byline.grade == "agency" else "byline"
        take_byline(stated, byline)
        kept.pop()
    if not kept:
        return parts
    last = kept[-1]
    closing = find_closing_byline(parts[last].text) if len(parts[last].text) > 80 else None
    if closing is not None and not (stated.byline and stated.byline.grade == "person"):
        at, byline = closing
        credit = parts[last].text[at:]
        parts[last].text = parts[last].text[:at].rstrip()
        parts.insert(last + 1, Part(text=credit, reason="source credit" if byline.grade == "agency" else "byline"))
        take_byline(stated, byline)
    return parts


def _is_name_list(parts: Sequence[Part], kept: Sequence[int]) -> bool:
    """Whether the text closes with a list of names, which are no bylines: three lines and more."""
    bylines = [read_byline(parts[n].text) for n in kept[-3:]]
    return len(bylines) == 3 and all(byline and byline.grade == "person" and not byline.labelled for byline in bylines)


def _signs_document(parts: Sequence[Part], n: int) -> bool:
    """Whether a name at `n` stands under an official document: `KT. THỦ TƯỚNG / PHÓ THỦ TƯỚNG / Trần Hồng Hà`."""
    above = [part.text for part in parts[max(0, n - 4) : n] if part.reason in (None, "rule line")]
    if parts[n].below_recipients:
        return True
    if not above:
        return False
    capitals = above[-1].isupper() and not read_byline(above[-1]) and " " in above[-1]
    return capitals or above[-1].endswith(":") or (_POST.match(above[-1]) is not None and above[-1].count(" ") < 8)
