"""Markup -> the root of its tree; nesting that no parser follows is levelled, and what is too large is told."""

from __future__ import annotations

import re

from lxml import etree

from pipeline.clean.outline import INLINE
from pipeline.model import UnreadableInput

MAX_CHARACTERS = 2_500_000  # of markup without scripts and pictures; an article has a hundredth of that
DEEPEST = 400  # elements within elements that are kept as they are; libxml2 drops what lies deeper than 2,048

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# <script src="…"> · data:image/png;base64,iVBORw0KGgo…
BALLAST = re.compile(
    r"<(?P<name>script|style)\b[^>]{0,500}>|data:[a-z]{1,20}/[a-z0-9.+-]{1,40};base64,[A-Za-z0-9+/=]{1,20000000}"
)
TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})[^<>]{0,20000}(/?)>)")


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
