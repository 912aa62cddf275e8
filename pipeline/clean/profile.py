"""A page and the profile of its portal -> the lines its selectors name: body, title, summary, stamp, author, and what is cut.

What is on every page of a portal, and is not where its profile says, is told: the portal may have been redesigned.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from lxml.cssselect import CSSSelector

from pipeline.clean.boilerplate import Reading
from pipeline.clean.decode import mend_text
from pipeline.clean.metadata import Moment, read_machine_stamp
from pipeline.clean.outline import Node
from pipeline.clean.stamps import read_stamp
from pipeline.sites import Layout, Site

MAX_STAMP = 200  # letters; what is longer is no stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a profile says of one page; what is empty is to be found as on an unknown portal.

    `missed` tells what the profile names and the page has not.
    """

    body: int | None = None
    title: int | None = None
    summary: tuple[int, ...] = ()
    published: Moment | None = None
    author: tuple[int, ...] = ()
    missed: tuple[str, ...] = ()


@functools.lru_cache(maxsize=2048)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def read_profile(reading: Reading, site: Site | None, day: Moment | None) -> Told:
    """Cut what the profile cuts, and find what it names, by the first layout whose body is on the page."""
    if site is None or not site.layout:
        return Told()
    numbers = {node.element: at for at, node in enumerate(reading.page.nodes)}
    for layout in site.layouts_of(day.when.date() if day else None):
        bodies = select(reading, numbers, layout.body)
        if bodies or not layout.body:
            return _read_layout(reading, numbers, layout, bodies, site.slug)
    named = ", ".join(dict.fromkeys(selector for layout in site.layout for selector in layout.body))
    return Told(missed=(f"body: none of {named} is on the page",))


def count_elements(reading: Reading, selector: str) -> int:
    """How many elements of the page a selector names, visible or not."""
    return len(_compiled(selector)(reading.page.root))


def select(reading: Reading, numbers: dict[etree._Element, int], selectors: Sequence[str]) -> list[int]:
    """The nodes that the first matching selector names; those without a visible line are left out."""
    for selector in selectors:
        found = [numbers[element] for element in _compiled(selector)(reading.page.root) if element in numbers]
        if found:
            return found
    return []


def _read_layout(reading: Reading, numbers: dict[etree._Element, int], layout: Layout, bodies: list[int], slug: str) -> Told:
    nodes = reading.page.nodes
    for selector in layout.cut:
        for at in select(reading, numbers, [selector]):
            reading.cut(range(nodes[at].first, nodes[at].last), f"cut by {slug}")

    def lines_of(selectors: Sequence[str]) -> list[int]:
        return [line for at in select(reading, numbers, selectors) for line in lines_in(reading, nodes[at])]

    filled = [at for at in bodies if nodes[at].last > nodes[at].first]
    titles = lines_of(layout.title)
    published = read_published(reading, numbers, layout.published)
    found = {"title": bool(titles), "published": published is not None}  # an article may lack a summary, or an author
    named = {"title": layout.title, "published": layout.published}
    return Told(
        body=max(filled, key=lambda at: reading.prose_in(nodes[at].first, nodes[at].last)) if filled else None,
        title=titles[0] if titles else None,
        summary=tuple(lines_of(layout.summary)),
        published=published,
        author=tuple(lines_of(layout.author)),
        missed=tuple(
            f"{part}: none of {', '.join(named[part])} is on the page" for part in named if named[part] and not found[part]
        ),
    )


def lines_in(reading: Reading, node: Node) -> range:
    """The lines of an element; for one within a line, that line, where the element is most of it."""
    if node.last > node.first or node.first >= len(reading.page.lines):
        return range(node.first, node.last)
    held = mend_text(text_of(node)).text
    line = reading.page.lines[node.first].text
    return range(node.first, node.first + 1) if held and held in line and 2 * len(held) >= len(line) else range(0)


def text_of(node: Node) -> str:
    """All text under an element, with single spaces."""
    return " ".join("".join(node.element.itertext(with_tail=False)).split())


def read_published(reading: Reading, numbers: dict[etree._Element, int], selectors: Sequence[str]) -> Moment | None:
    """The moment in an attribute of the first element that has one, else in its text."""
    for at in select(reading, numbers, selectors):
        node = reading.page.nodes[at]
        value = node.element.get("datetime") or node.element.get("content") or ""
        if value and (moment := read_machine_stamp(value)) is not None:
            return moment
        lines = reading.page.lines[node.first : node.last]
        text = " ".join(line.text for line in lines) if lines else mend_text(text_of(node)[:MAX_STAMP]).text
        stamp = read_stamp(text[:MAX_STAMP].strip("()[] "))
        if stamp is not None:
            return Moment(when=stamp.moment, grain=stamp.grain)
    return None
