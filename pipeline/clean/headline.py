"""The weighed lines of a page and its metadata -> the lines of the headline and of the summary."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from pipeline.clean.boilerplate import Reading
from pipeline.clean.bylines import read_byline
from pipeline.clean.furniture import find_furniture
from pipeline.clean.metadata import Metadata, split_address
from pipeline.clean.outline import HEADINGS, Line
from pipeline.clean.stamps import read_stamp
from pipeline.vietnamese.spelling import fold, strip_marks

LONGEST_TITLE = 300
MOST_LINES = 3_000  # the headline stands among the first lines of a page
# The stamp that some portals put into the headline: (14:11 23/07/2021)
TITLE_STAMP = re.compile(r"\s*[(\[][^()\[\]]{0,30}\d{1,2}[/.-]\d{1,2}[/.-]\d{4}[^()\[\]]{0,20}[)\]]\s*$")
WORD = re.compile(r"\w+")


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
    longest = max(map(len, metadata.titles), default=0) + 30
    found = set()
    for at, line in enumerate(reading.page.lines):
        if not 10 <= len(line.text) <= longest:
            continue
        words = key(line.text)
        if len(words) >= 12 and any(words == title or (len(words) >= 25 and title.startswith(words)) for title in titles):
            found.add(at)
    heads = {at for at, line in enumerate(reading.page.lines) if heading_of(reading, line) == "h1" and len(line.text) > 15}
    return frozenset(found or heads)


def heading_of(reading: Reading, line: Line) -> str:
    """The tag of the heading a line stands in; empty where it is none."""
    return next(
        (reading.page.nodes[at].tag for at in reading.page.ancestors(line.node) if reading.page.nodes[at].tag in HEADINGS), ""
    )


def find_title(reading: Reading, metadata: Metadata, anchors: frozenset[int]) -> Title | None:
    """The visible headline with the most tokens of being one; without any, what the head says."""
    titles = [key(title) for title in metadata.titles]
    slug = _slug(metadata.url)
    live = [0, *itertools.accumulate(0 if at in reading.cuts else prose for at, prose in enumerate(reading.prose))]
    best, best_score = None, 2.4
    for at, line in enumerate(reading.page.lines[:MOST_LINES]):
        if live[at] > 0.3 * live[-1] and at not in anchors and not heading_of(reading, line):
            continue
        if (
            not 8 <= len(line.text) <= LONGEST_TITLE
            or find_furniture(line.text)
            or (at in reading.cuts and not heading_of(reading, line))
        ):
            continue
        score = _title_score(reading, at, titles, slug, before=live[at] / max(1, live[-1]))
        if score > best_score:
            best, best_score = at, score
    if best is not None:
        return Title(TITLE_STAMP.sub("", reading.page.lines[best].text).strip(), best)
    told = next((title for title in metadata.titles if find_furniture(title) is None), None)
    return Title(told, None) if told else _first_short_line(reading)


def _title_score(reading: Reading, at: int, titles: Sequence[str], slug: frozenset[str], *, before: float) -> float:
    """Tokens of a headline: the words of the head's title, a heading, its class, the address, the stamp after it.

    `before` is the share of the page's prose that stands before the line.
    """
    line = reading.page.lines[at]
    text = TITLE_STAMP.sub("", line.text)
    words = key(text)
    score = 0.0
    if words in titles:
        score += 6 - 0.3 * min(titles.index(words), 4)
    elif len(words) >= 15 and any(
        title.startswith(words) or words.startswith(title) or words.endswith(title) for title in titles if len(title) >= 15
    ):
        score += 4.5
    score += {"h1": 3.0, "h2": 1.5, "h3": 0.7, "h4": 0.4}.get(heading_of(reading, line), 0.0)
    score += 2 if reading.page.within(line.node, "title") else 0
    parts = frozenset(re.findall(r"[a-z0-9]+", strip_marks(text).lower())) if slug else frozenset()
    score += 3 if len(parts) >= 3 and len(parts & slug) >= 0.75 * len(parts) else 0
    score += 0.5 if line.strong * 10 >= len(line.text) * 9 else 0
    score -= 3 if line.linked * 10 >= len(line.text) * 8 and words not in titles else 0
    score -= 1 if line.text.endswith(".") else 0
    score -= 3 if at in reading.cuts else 0
    score -= 4 if before > 0.3 else 0
    following = reading.page.lines[at + 1 : at + 4]
    score += 1.5 if any(len(near.text) < 60 and read_stamp(near.text) for near in following) else 0
    score += 0.5 if any(reading.prose[at + 1 : at + 7]) else 0
    return score


def _slug(url: str | None) -> frozenset[str]:
    path = unquote(split_address(url).path).lower()
    return frozenset(re.findall(r"[a-z0-9]+", path))


def _first_short_line(reading: Reading) -> Title | None:
    """The line above the first paragraph, of a page that names its headline nowhere."""
    for at, line in enumerate(reading.page.lines):
        if at in reading.cuts:
            continue
        if reading.prose[at] > LONGEST_TITLE:
            return None
        if (
            15 <= len(line.text) <= 200
            and not line.linked
            and not line.text.endswith((".", ":", ";"))
            and not read_stamp(line.text)
        ):
            return Title(line.text, at)
    return None


def find_summary(reading: Reading, metadata: Metadata, title: int | None, first: int, last: int) -> list[int]:
    """The lines of the sapo: said to be one by class, equal to the description in the head, or prose before the body."""
    start = title + 1 if title is not None and title < last else first
    told = key(metadata.summary)[:60]
    found: list[int] = []
    for at in range(start, last):
        line = reading.page.lines[at]
        if at in reading.cuts:
            continue
        if at >= first and (found or at > first + 6):
            break
        words = key(line.text)
        said = reading.page.within(line.node, "summary") and len(words) >= 20
        same = len(told) >= 20 and (told[:40] in words[:120] or (len(words) >= 30 and words[:40] in told))
        if ((said or same) and line.linked * 2 <= len(line.text) and not read_byline(line.text)) or (
            at < first and reading.prose[at]
        ):
            found.append(at)
        elif at >= first and reading.prose[at]:
            break
    if not found and first < last:
        opening = next((at for at in range(first, last) if reading.prose[at] and at not in reading.cuts), None)
        line_of = reading.page.lines
        if opening is not None and line_of[opening].strong * 10 >= len(line_of[opening].text) * 9:
            found = [opening]
    return found
