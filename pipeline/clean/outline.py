"""The tree of a page -> its elements and visible lines in reading order, each with where it stands and what its surroundings say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.clean.classes import Says, read_element

# Elements that do not begin a new line.
INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label",
    "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "svg", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
# Elements whose text no reader sees.
UNSEEN = frozenset({
    "script", "style", "template", "noscript", "head", "title", "meta", "link", "iframe", "object", "embed", "svg", "math", "audio",
    "video", "map", "datalist",
})  # fmt: skip
SET_OFF = frozenset({"time", "cite"})  # shown apart from the words before them, though no blank is set
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
PARAGRAPH = 80  # letters; shorter lines may be headlines


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

    `node` is the innermost element around all of it; `linked` and `strong` count its letters that stand in links and in bold;
    `anchors` counts its links, `href` is the first; `soft` is set where a mere <br> ended it.
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
        if tag in SET_OFF or says:
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
            if tag in SET_OFF or node.says:
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
