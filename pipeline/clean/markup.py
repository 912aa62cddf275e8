"""Markup -> the tree of its elements and its visible lines, each with where it stands and what its surroundings say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.lexicon import cached, read_lexicon
from pipeline.model import UnreadableInput

MAX_CHARACTERS = 2_500_000  # of markup without scripts and pictures; an article has a hundredth of that
PARAGRAPH = 80  # letters; shorter lines may be headlines
DEEPEST = 400  # elements within elements that are kept as they are; libxml2 drops what lies deeper than 2,048

# Elements that do not begin a new line.
INLINE = frozenset(
    {
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "svg",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    }
)
# Elements whose text no reader sees.
UNSEEN = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "title",
        "meta",
        "link",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "audio",
        "video",
        "map",
        "datalist",
    }
)
# Elements that are furniture by what they are.
FURNITURE_TAGS = {
    "nav": "menu",
    "footer": "footer",
    "aside": "sidebar",
    "select": "form",
    "option": "form",
    "button": "button",
    "textarea": "form",
    "dialog": "popup",
    "menu": "menu",
    "legend": "form",
}
FURNITURE_ROLES = {
    "navigation": "menu",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "sidebar",
    "search": "search",
    "dialog": "popup",
    "alert": "popup",
    "tooltip": "popup",
    "menu": "menu",
    "menubar": "menu",
    "tablist": "menu",
}
ITEMPROPS = {
    "articlebody": "body",
    "headline": "title",
    "datepublished": "stamp",
    "author": "author",
    "description": "summary",
    "caption": "caption",
}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# display:none · visibility: hidden
HIDDEN_STYLE = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
# text-align: right
RIGHT_STYLE = re.compile(r"text-align\s{0,3}:\s{0,3}(?:right|end)", re.IGNORECASE)
WORD_IN_CLASS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
STATE_CLASS = re.compile(
    r"^(?:has|no|not|with|without|is|js|col|row|hide-on|post-type|category|tag|page|menu-item-has)-", re.IGNORECASE
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# <script src="…"> · data:image/png;base64,iVBORw0KGgo…
BALLAST = re.compile(
    r"<(?P<name>script|style)\b[^>]{0,500}>|data:[a-z]{1,20}/[a-z0-9.+-]{1,40};base64,[A-Za-z0-9+/=]{1,20000000}"
)
TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})[^<>]{0,20000}(/?)>)")


@dataclass(frozen=True, slots=True)
class Says:
    """What the class, id, role or name of an element says of it: see `lexicon/page_classes.tsv`."""

    kind: str
    reason: str = ""


NOTHING = Says("")


@dataclass(slots=True)
class Node:
    """One element: its place in the tree and the lines within it, `lines[first:last]`."""

    element: etree._Element
    tag: str
    parent: int
    says: tuple[Says, ...]
    first: int
    last: int = 0

    def is_said(self, kind: str) -> bool:
        return any(said.kind == kind for said in self.says)

    def reason(self, *kinds: str) -> str:
        return next((said.reason for said in self.says if said.kind in kinds), "")


@dataclass(slots=True)
class Line:
    """A visible paragraph, heading, caption, list item or row of a table.

    `node` is the innermost element around all of it; `linked`, `strong` and `quoted` count its letters that stand in links, in bold,
    and in all; `anchors` counts its links; `soft` is set where a mere <br> ended it.
    """

    text: str
    node: int
    linked: int = 0
    strong: int = 0
    anchors: int = 0
    soft: bool = False
    href: str = ""


@dataclass(slots=True)
class Outline:
    """A page as its elements and lines, both in reading order."""

    root: etree._Element
    nodes: list[Node] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def ancestors(self, node: int) -> Iterator[int]:
        """The node itself, its parent, and so on up to the body."""
        while node >= 0:
            yield node
            node = self.nodes[node].parent

    def within(self, node: int, kind: str) -> bool:
        return any(self.nodes[at].is_said(kind) for at in self.ancestors(node))

    def has_tag(self, node: int, tags: frozenset[str]) -> bool:
        return any(self.nodes[at].tag in tags for at in self.ancestors(node))


def parse_markup(text: str, *, source: str) -> etree._Element:
    """The root element; nesting deeper than the parser allows is levelled, nothing is lost."""
    if len(text) > MAX_CHARACTERS:
        text = _without_ballast(text)
    if len(text) > MAX_CHARACTERS:
        raise UnreadableInput(
            f"{source}: {len(text):,} characters of markup; at most {MAX_CHARACTERS:,} are read; "
            "save the article without the rest of the page"
        )
    text = CONTROL.sub(" ", text)
    root, dropped = _parse(text)
    if dropped:
        root, _ = _parse(_level(text))
    if root is None:
        raise UnreadableInput(f"{source}: no element in the markup; is this an HTML page?")
    return root


def _without_ballast(text: str) -> str:
    """The markup without scripts, styles and pictures that are written into it; JSON-LD stays."""
    pieces, at = [], 0
    for opening in BALLAST.finditer(text):
        if opening.start() < at or "ld+json" in opening.group():
            continue
        end = text.find(f"</{opening['name']}", opening.end()) if opening["name"] else opening.end()
        if end < 0:
            break
        pieces.append(text[at : opening.end() if opening["name"] else opening.start()])
        at = end
    return "".join([*pieces, text[at:]])


def _parse(text: str) -> tuple[etree._Element | None, bool]:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None, False
    return root, any("depth" in entry.message.lower() for entry in parser.error_log)


def _level(text: str) -> str:
    """The same markup with the tags that lie deeper than `DEEPEST` replaced by spaces or line breaks."""
    depth = 0
    pieces = []
    at = 0
    for tag in TAG.finditer(text):
        name = (tag[2] or "").lower()
        if not name or name in ("br", "img", "hr", "input", "meta", "link", "wbr", "col", "area", "source") or tag[3]:
            continue
        if name in ("script", "style", "textarea"):
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > DEEPEST or (tag[1] and depth == DEEPEST):
            pieces += [text[at : tag.start()], " " if name in INLINE else "<br>"]
            at = tag.end()
    return "".join([*pieces, text[at:]])


@cached
def class_rules() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, Says]]:
    """Patterns for whole words and for parts of a class, and what each says."""
    rows = read_lexicon("page_classes")
    says = {row["class"]: Says(row["says"], row["reason"]) for row in rows}

    def pattern(match: str, template: str) -> re.Pattern[str]:
        words = sorted((row["class"] for row in rows if row["match"] == match), key=len, reverse=True)
        return re.compile(template.format("|".join(map(re.escape, words)) or "(?!)"))

    return pattern("word", "(?:^|(?<=-))({})(?=-|$)"), pattern("part", "({})"), says


@cached
def read_class(name: str) -> tuple[Says, ...]:
    """What one class or id says.

    >>> read_class("box-tinLienQuan")
    (Says(kind='furniture', reason='related articles'),)
    """
    if STATE_CLASS.match(name):
        return ()
    whole, part, says = class_rules()
    words = [word.lower() for word in WORD_IN_CLASS.findall(name[:80])]
    found = [says[match] for match in whole.findall("-".join(words))]
    found += [says[match] for match in part.findall("".join(words))]
    if len(words) > 1:
        found += [
            says[glued] for glued in ("".join(words[at : at + 2]) for at in range(len(words) - 1)) if whole.fullmatch(glued)
        ]
    return tuple(dict.fromkeys(found))


def read_element(tag: str, element: etree._Element) -> tuple[Says, ...]:
    """What tag, role, style, name, classes and id of an element say of it."""
    found: list[Says] = []
    if tag in FURNITURE_TAGS:
        found.append(Says("furniture" if tag != "aside" else "maybe", FURNITURE_TAGS[tag]))
    attributes = element.attrib
    if not attributes:
        return tuple(found)
    role = attributes.get("role", "")
    if role in FURNITURE_ROLES:
        found.append(Says("furniture", FURNITURE_ROLES[role]))
    name = attributes.get("itemprop", "").lower()
    if name in ITEMPROPS:
        found.append(Says(ITEMPROPS[name]))
    if "hidden" in attributes or HIDDEN_STYLE.search(attributes.get("style", "")[:400]):
        found.append(Says("hidden", "hidden"))
    if tag not in ("html", "body"):
        for word in f"{attributes.get('class', '')[:400]} {attributes.get('id', '')[:100]}".split():
            found += read_class(word)
    if any(said.kind == "furniture" for said in found):
        found = [said for said in found if said.kind in ("furniture", "hidden", "author", "clock")]
    return tuple(dict.fromkeys(found))


def outline(root: etree._Element) -> Outline:
    """All elements and visible lines of a page."""
    body = root.find("body")
    return _Reader(Outline(root)).read(root if body is None else body)


class _Reader:
    """One walk over a tree: text is gathered until an element that begins a new line opens or closes."""

    def __init__(self, into: Outline) -> None:
        self.page = into
        self.path: list[int] = []
        self.links: list[tuple[int, str]] = []
        self.bold = 0
        self.unseen = 0
        self.clear()

    def clear(self) -> None:
        self.pieces: list[str] = []
        self.at: list[int] = []
        self.shallow = 0
        self.linked = self.strong = self.anchors = 0
        self.href = ""
        self.last_link = -1
        self.after_link = False

    def read(self, body: etree._Element) -> Outline:
        for event, element in etree.iterwalk(body, events=("start", "end")):
            tag = element.tag.lower() if isinstance(element.tag, str) else "span"
            if event == "start":
                self.open(tag, element)
            else:
                self.close(tag, element, last=element is body)
        self.flush(soft=False)
        return self.page

    def open(self, tag: str, element: etree._Element) -> None:
        if self.unseen or tag in UNSEEN:
            self.unseen += 1
            return
        if tag == "br":
            self.flush(soft=True)
        elif tag not in INLINE and ":" not in tag:
            self.flush(soft=False)
        says = read_element(tag, element)
        parent = self.path[-1] if self.path else -1
        self.path.append(len(self.page.nodes))
        self.page.nodes.append(Node(element, tag, parent, says, len(self.page.lines)))
        if tag == "a":
            if self.after_link:
                self.part()
            if element.get("href"):
                self.links.append((len(self.page.nodes), element.get("href", "")))
        self.bold += tag in ("b", "strong") or tag in HEADINGS
        if tag == "time" or says:
            self.part()
        self.take(element.text)

    def part(self) -> None:
        """A space where the page sets no blank but shows one: between links, before a time, before what has a meaning of its own."""
        if self.pieces:
            self.pieces.append(" ")

    def close(self, tag: str, element: etree._Element, *, last: bool) -> None:
        if self.unseen:
            self.unseen -= 1
        else:
            if tag not in INLINE and ":" not in tag:
                self.flush(soft=False)
            node = self.page.nodes[self.path.pop()]
            self.shallow = min(self.shallow, len(self.path))
            if tag == "tr":
                self.join_row(node)
            node.last = len(self.page.lines)
            self.after_link = tag == "a"
            if tag == "a" and self.links and element.get("href"):
                self.links.pop()
                self.unlink(node)
            self.bold -= tag in ("b", "strong") or tag in HEADINGS
            if tag == "time" or node.says:
                self.part()
        if not self.unseen and not last:
            self.take(element.tail)

    def unlink(self, link: Node) -> None:
        """A link around several paragraphs is one that nobody closed: they are text, not a headline elsewhere."""
        lines = self.page.lines[link.first :]
        if sum(len(line.text) >= PARAGRAPH for line in lines) >= 3:
            for line in lines:
                line.linked = line.anchors = 0

    def take(self, text: str | None) -> None:
        if not text:
            return
        if not text.strip():
            self.pieces.append(" ")
            return
        number, href = self.links[-1] if self.links else (-1, "")
        if number >= 0 and number != self.last_link:
            self.anchors += 1
        self.last_link = number
        self.after_link = False
        letters = len(text.strip())
        self.linked += letters if number >= 0 else 0
        self.href = self.href or href
        self.strong += letters if self.bold else 0
        if not self.at:
            self.at = list(self.path)
            self.shallow = len(self.path)
        else:
            self.at = self.at[: self.shallow]
            self.shallow = min(len(self.at), len(self.path))
        self.pieces.append(text)

    def flush(self, *, soft: bool) -> None:
        text = " ".join("".join(self.pieces).split())
        lines = self.page.lines
        if text:
            node = self.at[-1] if self.at else -1
            previous = lines[-1] if lines else None
            if (
                previous is not None
                and previous.soft
                and _runs_on(previous.text, text)
                and not previous.linked
                and not self.linked
            ):
                previous.text = f"{previous.text} {text}"
                previous.strong += self.strong
                previous.soft = soft
            else:
                lines.append(
                    Line(text, node, min(self.linked, len(text)), min(self.strong, len(text)), self.anchors, soft, self.href)
                )
        elif not soft and lines and lines[-1].soft:
            lines[-1].soft = False
        elif soft and lines:
            lines[-1].soft = lines[-1].soft and not self.pieces
        self.clear()

    def join_row(self, row: Node) -> None:
        """The cells of a row of short cells make one line; a row that holds paragraphs or links is layout and stays as it is."""
        lines = self.page.lines
        cells = lines[row.first :]
        if not 2 <= len(cells) <= 40 or sum(cell.linked for cell in cells) * 2 > sum(len(cell.text) for cell in cells):
            return
        if any(len(cell.text) > 250 or self.page.within(cell.node, "furniture") for cell in cells):
            return
        homes = [self.cell_of(cell.node) for cell in cells]
        number = self.path_of(cells[0].node, "tr")
        if (
            len(set(homes)) < 2
            or max(map(homes.count, homes)) > 2
            or any(self.page.nodes[home].parent != number for home in homes)
        ):
            return
        text, previous = "", -2
        for cell in cells:
            home = self.cell_of(cell.node)
            text += ("" if not text else " " if home == previous else " | ") + cell.text
            previous = home
        merged = Line(text, number, sum(c.linked for c in cells), sum(c.strong for c in cells), sum(c.anchors for c in cells))
        lines[row.first :] = [merged]
        for node in self.page.nodes[number + 1 :]:
            filled = node.last > node.first
            node.first, node.last = row.first, len(lines) if filled else row.first

    def cell_of(self, node: int) -> int:
        return next((at for at in self.page.ancestors(node) if self.page.nodes[at].tag in ("td", "th")), -1)

    def path_of(self, node: int, tag: str) -> int:
        return next((at for at in self.page.ancestors(node) if self.page.nodes[at].tag == tag), node)


def _runs_on(before: str, after: str) -> bool:
    """A line that a <br> broke in the middle of a sentence: the first part has no stop, the second begins small."""
    return before[-1] not in ".!?:;…”\"'/)" and after[0].islower() and len(before) > 30
