"""A page and the profile of its portal -> the lines its selectors name: body, title, summary, stamp, author, and what is cut."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from lxml.cssselect import CSSSelector

from pipeline.clean.boilerplate import Reading
from pipeline.clean.metadata import Moment, read_machine_stamp
from pipeline.clean.stamps import read_stamp
from pipeline.sites import Layout, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a profile says of one page; what is empty is to be found as on an unknown portal."""

    body: int | None = None
    title: int | None = None
    summary: tuple[int, ...] = ()
    published: Moment | None = None
    author: tuple[int, ...] = ()


@functools.lru_cache(maxsize=2048)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def read_profile(reading: Reading, site: Site | None, day: Moment | None) -> Told:
    """Cut what the profile cuts, and find what it names, by the first layout whose body is on the page."""
    if site is None or not site.layout:
        return Told()
    numbers = {node.element: at for at, node in enumerate(reading.page.nodes)}
    for layout in site.layouts_of(day.when.date() if day else None):
        bodies = _select(reading, numbers, layout.body)
        if bodies or not layout.body:
            return _read_layout(reading, numbers, layout, bodies, site.slug)
    return Told()


def _select(reading: Reading, numbers: dict[etree._Element, int], selectors: Sequence[str]) -> list[int]:
    """The nodes that the first matching selector names; those without a visible line are left out."""
    for selector in selectors:
        found = [numbers[element] for element in _compiled(selector)(reading.page.root) if element in numbers]
        if found:
            return found
    return []


def _read_layout(reading: Reading, numbers: dict[etree._Element, int], layout: Layout, bodies: list[int], slug: str) -> Told:
    nodes = reading.page.nodes
    for selector in layout.cut:
        for at in _select(reading, numbers, [selector]):
            reading.cut(range(nodes[at].first, nodes[at].last), f"cut by {slug}")

    def lines_of(selectors: Sequence[str]) -> list[int]:
        return [line for at in _select(reading, numbers, selectors) for line in range(nodes[at].first, nodes[at].last)]

    filled = [at for at in bodies if nodes[at].last > nodes[at].first]
    titles = lines_of(layout.title)
    return Told(
        body=max(filled, key=lambda at: reading.prose_in(nodes[at].first, nodes[at].last)) if filled else None,
        title=titles[0] if titles else None,
        summary=tuple(lines_of(layout.summary)),
        published=_read_published(reading, numbers, layout.published),
        author=tuple(lines_of(layout.author)),
    )


def _read_published(reading: Reading, numbers: dict[etree._Element, int], selectors: Sequence[str]) -> Moment | None:
    """The moment in an attribute of the first element that has one, else in its text."""
    for at in _select(reading, numbers, selectors):
        node = reading.page.nodes[at]
        value = node.element.get("datetime") or node.element.get("content") or ""
        if value and (moment := read_machine_stamp(value)) is not None:
            return moment
        text = " ".join(reading.page.lines[line].text for line in range(node.first, node.last))
        stamp = read_stamp(text[:200])
        if stamp is not None:
            return Moment(when=stamp.moment, grain=stamp.grain)
    return None
