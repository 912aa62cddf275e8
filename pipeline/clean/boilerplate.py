"""The lines of a page -> the element that holds the body, and the furniture cut from it, each cut with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.clean.bylines import read_byline
from pipeline.clean.furniture import AMBIGUOUS, Furniture, find_furniture
from pipeline.clean.outline import HEADINGS, Line, Node, Outline
from pipeline.clean.stamps import read_stamp

# Furniture that is no article, however much of a short page it is, unless the headline stands in it
NEVER = frozenset(
    {
        "footer",
        "menu",
        "breadcrumb",
        "search",
        "login",
        "form",
        "newsletter",
        "most read",
        "weather",
        "prices",
        "advertising",
        "today's date",
    }
)
PARAGRAPHS = frozenset({"p", "blockquote", "li", "ul", "ol"})
MIN_SENTENCE = 25  # letters; a shorter line tells nothing of where the body is
LARGEST_BOX = 150  # lines; what is larger is no box beside an article
LONG_LINE = 80  # letters; so long a line is a sentence without a stop too
LONG_LINKED = 320  # letters; a paragraph, even where all of it is a link (an <a> that was never closed)
SENTENCE_END = re.compile(r"[.!?…;:][”\"’')\]]{0,2}$")
# >> Xem thêm: … · ->> · » · + Đọc thêm
LINK = "link to another article"
MARKS = re.compile(r"^[*\-–—•·→>»\s]+(?=\w)")
COUNTED = re.compile(r"\(\s?\d{1,5}\s?\)|\b\d{1,5}\s")  # Bình luận (2)
BEGINS_WITH_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
BAR = re.compile(r"[|•·]")
# Quảng cáo — above an advertisement
HEADS_ADVERT = re.compile(r"\W*(?:quảng cáo|advertisements?|sponsored|tài trợ|tin tài trợ|nội dung tài trợ)\W*", re.IGNORECASE)
POINTER = re.compile(r"^(?:>{1,4}|-{1,2}>{1,2}|=+>|»|►|▶|☞|⇒|→|\.{2,}>>)")
# (12/3/2020) · [28/3] · 12-03-2020 10:15 : the date beside an item of a list
ITEM_DATE = re.compile(
    r"[\[(]?\s?(?:\d{1,2}[:h]\d{2}\s?[-,|]?\s?)?\d{1,2}\s?[/.-]\s?\d{1,2}(?:\s?[/.-]\s?\d{2,4})?(?:\s?[-,|]?\s?\d{1,2}[:h]\d{2})?\s?[\])]?"
)


@dataclass(slots=True)
class Reading:
    """A page with what has been decided of its lines: `cuts[number]` is the reason why that line is not the article."""

    page: Outline
    prose: list[int]
    sums: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    letters: list[int] = field(default_factory=list)
    cuts: dict[int, str] = field(default_factory=dict)

    def prose_in(self, first: int, last: int) -> int:
        return self.sums[max(last, first)] - self.sums[first]

    def cut(self, numbers: Iterable[int], reason: str) -> None:
        for number in numbers:
            self.cuts.setdefault(number, reason)


def weigh_lines(page: Outline) -> Reading:
    """How much prose each line holds, and the sums from the first line on."""
    reading = Reading(page, [_prose(line) for line in page.lines])
    reading.sums = _sums(reading.prose)
    reading.links = _sums([line.linked for line in page.lines])
    reading.letters = _sums([len(line.text) for line in page.lines])
    return reading


def _sums(values: Sequence[int]) -> list[int]:
    sums = [0]
    for value in values:
        sums.append(sums[-1] + value)
    return sums


def _prose(line: Line) -> int:
    """The letters of a line that stand in sentences: nought for a link, a heading, a label."""
    length = len(line.text)
    free = length - line.linked
    if length >= LONG_LINKED and line.anchors <= 2 and SENTENCE_END.search(line.text):
        return length
    if length < MIN_SENTENCE or free * 2 < length:
        return 0
    return free if length >= LONG_LINE or SENTENCE_END.search(line.text) else 0


def cut_by_markup(reading: Reading, anchors: frozenset[int]) -> None:
    """Cut what classes, roles and tags call furniture, unless it holds the article itself.

    `anchors` are the lines that bear the title of the article.
    """
    page, total = reading.page, max(1, reading.sums[-1])
    for node in page.nodes:
        if node.last <= node.first or not node.says:
            continue
        prose = reading.prose_in(node.first, node.last)
        holds_title = any(node.first <= anchor < node.last for anchor in anchors)
        share = prose / total
        if (reason := node.reason("furniture", "hidden", "clock")) and not _holds_article(
            node, reason, share, holds_title=holds_title
        ):
            reading.cut(range(node.first, node.last), reason)
        elif (reason := node.reason("maybe")) and not (holds_title and share >= 0.1):
            letters = reading.letters[node.last] - reading.letters[node.first]
            links = reading.links[node.last] - reading.links[node.first]
            if share < 0.5 and (prose == 0 or links * 2 > letters):
                reading.cut((at for at in range(node.first, node.last) if at not in anchors), reason)


def cut_cards(reading: Reading, anchors: frozenset[int]) -> None:
    """Cut teasers of other articles: elements side by side that each hold a linked headline and a sentence or two below it."""
    page = reading.page
    cards: dict[int, list[Node]] = {}
    for node in page.nodes:
        if 2 <= node.last - node.first <= 5 and _is_card(reading, node):
            cards.setdefault(node.parent, []).append(node)
    for parent, found in cards.items():
        if len(found) >= 2 and parent >= 0 and not any(card.first <= at < card.last for card in found for at in anchors):
            for card in found:
                reading.cut(range(card.first, card.last), "other articles")


def _is_card(reading: Reading, node: Node) -> bool:
    lines = range(node.first, node.last)
    head = next((at for at in list(lines)[:2] if _is_headline(reading.page.lines[at])), None)
    if head is None:
        return False
    prose = [at for at in lines if reading.prose[at]]
    return len(prose) <= 2 and sum(reading.prose[at] for at in prose) <= 450 and all(at > head for at in prose)


def _is_headline(line: Line) -> bool:
    """A line that is nothing but one link of some words, with or without a date: the headline of another article."""
    if line.anchors != 1 or line.linked < 20 or line.linked * 2 < len(line.text) or POINTER.match(line.text):
        return False
    if line.linked * 10 < len(ITEM_DATE.sub("", line.text).strip()) * 8:
        return False
    return len(line.text.split()) >= 4 and not line.href.startswith(("#", "javascript:", "mailto:"))


def _holds_article(node: Node, reason: str, share: float, *, holds_title: bool) -> bool:
    """Whether an element is the article's, whatever its class says: by its share of the prose, and by the headline in it."""
    if share >= 0.25 and (holds_title or node.tag in ("form", "main", "article")):
        return True
    return reason not in NEVER and share >= (0.75 if reason == "comments" else 0.5)


def find_body(reading: Reading, title: int | None) -> int:
    """The element that holds the body: the smallest one with most of the prose, widened where a parent holds more of the same."""
    nodes = reading.page.nodes
    weights = _body_weights(reading, title)
    if sum(weights) < 2 * MIN_SENTENCE:  # a page of a table or of a few words: whatever is no link and no headline
        after = -1 if title is None else title
        weights = [
            len(line.text) - line.linked if at > after and at not in reading.cuts else 0
            for at, line in enumerate(reading.page.lines)
        ]
    sums = _sums(weights)
    total = sums[-1]
    if not nodes or not total:
        return 0

    def weight(at: int) -> int:
        return sums[max(nodes[at].last, nodes[at].first)] - sums[nodes[at].first]

    children: dict[int, list[int]] = {}
    for at, node in enumerate(nodes):
        children.setdefault(node.parent, []).append(at)
    best = _said_body(reading, weight, total)
    if best is None:
        best = 0
        while (heaviest := max(children.get(best, [-1]), key=lambda at: weight(at) if at >= 0 else 0)) >= 0:
            if weight(heaviest) * 10 < total * 6 or _is_one_of_paragraphs(reading, heaviest, title):
                break
            best = heaviest
    for above in reading.page.ancestors(best):
        if above != best and _is_wider_body(reading, best, above, weights):
            best = above
    return best


def _is_one_of_paragraphs(reading: Reading, at: int, title: int | None) -> bool:
    """Whether an element is one paragraph beside others, however much longer than they: the body is what holds them all."""
    nodes, lines = reading.page.nodes, reading.page.lines
    node = nodes[at]
    if node.last - node.first != 1 or node.tag not in PARAGRAPHS or nodes[node.parent].tag == "body":
        return False
    above = nodes[node.parent]
    first = above.first if title is None else max(above.first, title + 1)
    beside = [lines[n] for n in range(first, above.last) if n != node.first and n not in reading.cuts]
    return bool(beside) and 4 * sum(line.linked for line in beside) <= sum(len(line.text) for line in beside)


def _body_weights(reading: Reading, title: int | None) -> list[int]:
    """Prose that counts for the body: little where it stands before the title or under the link of another article."""
    weights = []
    lines = reading.page.lines
    headline = -9  # the last line that is nothing but one link: the headline of another article
    for at, (line, prose) in enumerate(zip(lines, reading.prose, strict=True)):
        weight = 0 if at in reading.cuts else prose
        if title is not None and at < title:
            weight //= 4
        elif at - headline <= 2 and len(line.text) < LONG_LINKED:
            weight //= 5
        if _is_headline(line):
            headline = at
        weights.append(weight)
    return weights


def _said_body(reading: Reading, weight: Callable[[int], int], total: int) -> int | None:
    """The smallest element whose class or name says body and that holds most of what such elements hold."""
    said = [at for at, node in enumerate(reading.page.nodes) if node.is_said("body") and weight(at) * 3 >= total]
    if not said:
        return None
    heaviest = max(weight(at) for at in said)
    return max(at for at in said if weight(at) * 10 >= heaviest * 9)


def _is_wider_body(reading: Reading, best: int, above: int, weights: Sequence[int]) -> bool:
    """Whether a parent adds prose of the article, and not the boxes around it."""
    inner, outer = reading.page.nodes[best], reading.page.nodes[above]
    added = [*range(outer.first, inner.first), *range(inner.last, outer.last)]
    if not added or len(added) > 400:
        return False
    prose = sum(weights[at] for at in added)
    links = sum(reading.page.lines[at].linked for at in added if at not in reading.cuts)
    held = sum(weights[inner.first : inner.last])
    return bool(prose >= min(60, held // 4) and prose > 0 and prose >= 2 * links and prose * 12 >= held)


def cut_by_shape(reading: Reading, first: int, last: int, keep: frozenset[int]) -> None:
    """Within the body: links to other articles, file names of images, and what the word list names; `keep` stays."""
    lines = reading.page.lines
    for at in range(first, last):
        if at in reading.cuts or at in keep:
            continue
        line = lines[at]
        found = name_furniture(line.text)
        if found is not None and not _belongs(reading, at, last, found):
            if found.scope == "block" or HEADS_ADVERT.fullmatch(line.text):
                _cut_block(reading, at, first, last, found.reason, keep)
            else:
                reading.cut([at], found.reason)
        elif found is None and _is_pointer(line):
            reading.cut([at], LINK)
        elif found is None and _is_tool_bar(line):
            reading.cut([at], "page tools")
    _cut_link_headings(reading, first, last, keep)
    _cut_rest_of_boxes(reading, first, last, keep)


def name_furniture(text: str) -> Furniture | None:
    """The furniture a line is, also behind a mark: `* Mời quý độc giả theo dõi …`."""
    return find_furniture(text) or (find_furniture(bare) if (bare := MARKS.sub("", text)) != text else None)


def _belongs(reading: Reading, at: int, last: int, found: Furniture) -> bool:
    """Whether what may be furniture is part of the article: `Giới thiệu`, `Trả lời` or `Bình luận` above a paragraph of it.

    Readers' comments are told by the form or the count beside their heading.
    """
    line, nodes = reading.page.lines[at], reading.page.nodes
    if found.scope == "footer":
        return reading.prose_in(at + 1, last) > 0
    if found.reason == "stamp":  # Thời gian đăng ký xét tuyển: từ 10/5/2021 đến 31/5/2021
        stamp = read_stamp(line.text)
        return stamp is None or len(stamp.rest.split()) > 6
    if found.reason == "original link" and not line.linked:  # https://ykien.mau.gov.vn (sau đây gọi tắt là Hệ thống);
        return BEGINS_WITH_URL.match(line.text) is not None and len(line.text.split()) > 3
    if found.reason == "breadcrumb" and not line.linked:  # Vị trí, chức năng của Cổng Thông tin điện tử
        return at > 0 and reading.prose[at - 1] > 0
    if line.linked or at + 1 >= last or at + 1 in reading.cuts or not reading.prose[at + 1]:
        return False
    if found.reason not in AMBIGUOUS:
        return any(nodes[above].tag in HEADINGS for above in reading.page.ancestors(line.node)) and found.scope == "line"
    if found.reason != "comment form" or found.scope != "block":
        return True
    if COUNTED.search(line.text):
        return False
    rest = (name_furniture(other.text) for other in reading.page.lines[at + 1 : min(last, at + 40)] if other.text != line.text)
    return not any(other is not None and other.reason == "comment form" and other.scope != "block" for other in rest)


def _is_tool_bar(line: Line) -> bool:
    """A row of buttons: `Đọc bài viết | In bài | Tương phản`, `Facebook Zalo Chia sẻ`."""
    if len(line.text) > 120:
        return False
    parts = [part.strip() for part in BAR.split(line.text) if part.strip()]
    if len(parts) >= 2:
        return 2 * sum(name_furniture(part) is not None for part in parts) >= len(parts)
    words = line.text.split()
    if not line.anchors or not 2 <= len(words) <= 12:
        return False
    reached = {0}
    for start in range(len(words)):
        if start in reached:
            reached |= {
                end for end in range(start + 1, min(start + 5, len(words)) + 1) if find_furniture(" ".join(words[start:end]))
            }
    return len(words) in reached


def _cut_link_headings(reading: Reading, first: int, last: int, keep: frozenset[int]) -> None:
    """What heads nothing but links that were cut: `Đọc những thông tin mới nhất trên chuyên trang:`."""
    lines = reading.page.lines
    for at in range(first, last - 2):
        text = lines[at].text
        following = [reading.cuts.get(next_) for next_ in (at + 1, at + 2)]
        if at not in keep and at not in reading.cuts and len(text) <= 120 and text.endswith(":") and following == [LINK] * 2:
            reading.cut([at], LINK)


def _cut_rest_of_boxes(reading: Reading, first: int, last: int, keep: frozenset[int]) -> None:
    """The labels that are left of a box without a sentence, most of which was cut: `Giọng nữ miền Bắc` in a player."""
    for node in reading.page.nodes:
        if not (first <= node.first and node.last <= last and 2 <= node.last - node.first <= 12):
            continue
        lines = range(node.first, node.last)
        left = [at for at in lines if at not in reading.cuts]
        if left and 2 * len(left) <= len(lines) and not keep.intersection(lines) and not any(reading.prose[at] for at in lines):
            short = all(len(reading.page.lines[at].text) <= 40 for at in left)
            signed = any(read_byline(reading.page.lines[at].text) for at in left)
            if short and not signed and node.tag not in ("figure", "table", "tr", "tbody", "ul", "ol"):
                reason = next(reading.cuts[at] for at in lines if at in reading.cuts)
                if reason not in ("byline", "stamp"):
                    reading.cut(left, reason)


def _is_pointer(line: Line) -> bool:
    """A line that is nothing but a link, with or without a date beside it, or that points away: `>> Xem thêm`."""
    text = line.text
    if POINTER.match(text) and len(text) < LONG_LINKED and (line.linked or len(text) < 200):
        return True
    if not line.linked or line.href.startswith(("mailto:", "tel:")):
        return False
    rest = len(re.sub(r"[\W_]+", "", ITEM_DATE.sub("", text))) - len(re.sub(r"[\W_]+", "", text)) * line.linked // max(
        1, len(text)
    )
    if len(text) >= LONG_LINKED and line.anchors <= 2:
        return False
    return bool(line.linked * 100 >= len(text) * 85 or (line.linked * 2 > len(text) and rest <= 6))


def _cut_block(reading: Reading, at: int, first: int, last: int, reason: str, keep: frozenset[int]) -> None:
    """A heading such as `Tin liên quan` with what it heads: the rest of its box, or the links that follow it."""
    page = reading.page
    box = range(at, at + 1)
    for above in page.ancestors(page.lines[at].node):
        node = page.nodes[above]
        if node.last - node.first > LARGEST_BOX:
            break
        if node.last - node.first > 1:
            inner = range(max(node.first, first), min(node.last, last))
            prose = sum(reading.prose[n] for n in inner if n not in reading.cuts)
            if (
                prose * 3 <= sum(len(page.lines[n].text) for n in inner)
                and at - inner.start <= 1
                and prose * 4 < reading.sums[-1]
            ):
                box = inner
            break
    if reason == "comment form" and reading.prose_in(first, at) > reading.prose_in(at, last):  # readers speak after the article
        box = range(box.start, last)
    reading.cut((n for n in box if n not in keep), reason)
    following = box.stop
    while following < last and following not in keep and (following in reading.cuts or _is_listed(page.lines[following])):
        reading.cut([following], reason)
        following += 1
    if not reading.prose_in(following, last):
        reading.cut((n for n in range(following, last) if n not in keep), reason)


def _is_listed(line: Line) -> bool:
    """An item of a list of other articles: a link, a date, a short line without a stop."""
    return _is_pointer(line) or (line.linked * 2 > len(line.text)) or ITEM_DATE.fullmatch(line.text) is not None
