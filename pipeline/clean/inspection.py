"""A saved page and the profile of its portal -> which selector matched what, and what matched nothing; for `vnpress site check`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.clean.boilerplate import Reading, find_body, weigh_lines
from pipeline.clean.decode import decode_bytes
from pipeline.clean.markup import parse_markup
from pipeline.clean.metadata import read_metadata
from pipeline.clean.outline import outline
from pipeline.clean.profile import count_elements, lines_in, read_published, select, text_of
from pipeline.model import Page
from pipeline.sites import Layout, Site

PARTS = ("title", "summary", "published", "author")
NEEDED = ("body", "title", "published")  # on every page; an author or a summary is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What one part of a layout gave: the selector that matched, or None, and in words what stands there or is missing.

    `fails` where it gave nothing that can be used.
    """

    part: str
    selector: str | None
    said: str
    fails: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a profile does on one page: by the layout whose body is there, None where there is none."""

    layout: Layout | None
    matches: tuple[Match, ...]

    @property
    def problems(self) -> tuple[Match, ...]:
        """What every page of the portal should have, and this one has not."""
        return tuple(match for match in self.matches if match.fails and match.part in NEEDED)


def find_address(page: Page) -> str | None:
    """The address that a page tells of itself. Raises UnreadableInput."""
    root = parse_markup(decode_bytes(page.data, page.charset, markup=True).text, source=page.source)
    return read_metadata(root, url=None).url


def inspect_page(page: Page, site: Site) -> Inspection:
    """Ask a page for every selector of the layout that fits it. Raises UnreadableInput."""
    root = parse_markup(decode_bytes(page.data, page.charset, markup=True).text, source=page.source)
    metadata = read_metadata(root, url=page.url)
    reading = weigh_lines(outline(root))
    numbers = {node.element: at for at, node in enumerate(reading.page.nodes)}
    day = next(iter(metadata.published), None)
    layouts = site.layouts_of(day.when.date() if day else None)
    for layout in layouts:
        if not layout.body or select(reading, numbers, layout.body):
            return Inspection(layout=layout, matches=tuple(_inspect(reading, numbers, layout)))
    tried = [selector for layout in layouts for selector in layout.body]
    missing = [_match_nothing("body", reading, tried)] if tried else []
    return Inspection(layout=None, matches=tuple(missing))


def _inspect(reading: Reading, numbers: dict[etree._Element, int], layout: Layout) -> list[Match]:
    matches = [_match_body(reading, numbers, layout.body)] if layout.body else []
    for part in PARTS:
        selectors: tuple[str, ...] = getattr(layout, part)
        if selectors:
            matches.append(_match_part(part, reading, numbers, selectors))
    for selector in layout.cut:
        found = select(reading, numbers, [selector])
        lines = sum(reading.page.nodes[at].last - reading.page.nodes[at].first for at in found)
        said = f"{len(found)} elements, {lines} lines" if found else _say_nothing(reading, [selector])
        matches.append(Match(part="cut", selector=selector, said=said, fails=not found))
    return matches


def _match_body(reading: Reading, numbers: dict[etree._Element, int], selectors: Sequence[str]) -> Match:
    nodes = reading.page.nodes
    selector, found = _first(reading, numbers, selectors)
    letters, theirs = max((reading.prose_in(nodes[at].first, nodes[at].last), at) for at in found)
    ours = nodes[find_body(reading, None)]
    without = reading.prose_in(ours.first, ours.last)
    believed = 2 * letters >= without
    told = f"{letters} letters of sentences in {nodes[theirs].last - nodes[theirs].first} lines; without the profile {without}"
    if not believed:
        told += ": less than half, so it is not believed; is the selector too narrow?"
    return Match(part="body", selector=selector, said=told, fails=not believed)


def _match_part(part: str, reading: Reading, numbers: dict[etree._Element, int], selectors: Sequence[str]) -> Match:
    selector, found = _first(reading, numbers, selectors)
    if selector is None:
        return _match_nothing(part, reading, selectors)
    node = reading.page.nodes[found[0]]
    text = " ".join(line.text for line in reading.page.lines[node.first : node.last]) or text_of(node)
    usable = part == "published" or any(lines_in(reading, reading.page.nodes[at]) for at in found)
    if not usable:
        text = f"stands within a line that holds more than it: {text[:60]!r}"
    if part != "published":
        return Match(part=part, selector=selector, said=text, fails=not usable)
    moment = read_published(reading, numbers, selectors)
    if moment is None:
        return Match(part=part, selector=selector, said=f"no date can be read from {text[:80]!r}", fails=True)
    form = "%Y-%m-%d" if moment.grain == "day" else "%Y-%m-%d %H:%M"
    return Match(part=part, selector=selector, said=f"{moment.when.strftime(form)}, from {text[:60]!r}")


def _first(reading: Reading, numbers: dict[etree._Element, int], selectors: Sequence[str]) -> tuple[str | None, list[int]]:
    """The first selector that matches, and the nodes it names."""
    for selector in selectors:
        if found := select(reading, numbers, [selector]):
            return selector, found
    return None, []


def _match_nothing(part: str, reading: Reading, selectors: Sequence[str]) -> Match:
    return Match(part=part, selector=None, said=_say_nothing(reading, selectors), fails=True)


def _say_nothing(reading: Reading, selectors: Sequence[str]) -> str:
    unseen = [selector for selector in selectors if count_elements(reading, selector)]
    if unseen:
        return f"only elements without visible text match {unseen[0]}"
    return f"nothing matches {', '.join(selectors)}"
