"""Text -> spans of its paragraphs and sentences; linear in the length of the text."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.vietnamese.spelling import UPPER

MAX_SENTENCE = 2000  # characters; a longer one is cut at white space, so that later work stays linear

_PARAGRAPH = re.compile(r"[^\n]+")
# A full stop, question or exclamation mark, or ellipsis, closing marks after it, white space, then what may begin
# a sentence. `T.SỸ`, `22.4`, `TP.Hà Nội` have no white space after the stop; abbreviations are told below.
_STOP = re.compile(rf"[.!?…]{{1,3}}[”\"’')\]]{{0,2}}\s+(?=[“\"‘'(\[-]{{0,2}}\s?[{UPPER}\d])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"./-])(?:TP|Tp|tp|TX|TT|Q|P|H|GS|PGS|TS|ThS|Th\.S|BS|CN|KS|LS|NGƯT|NGND|NSND|NSƯT|Mr|Mrs|Ms|Dr|St|No|"
    r"vs|tr|ĐT|Tel|[A-ZĐ])\.$"
)


@lru_cache(maxsize=8)
def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Spans (start, end) of the sentences in the order of the text, without the white space between them.

    A line break always ends a sentence: paragraphs are lines here.
    """
    spans: list[tuple[int, int]] = []
    for paragraph in _PARAGRAPH.finditer(text):
        start = paragraph.start()
        for stop in _STOP.finditer(text, paragraph.start(), paragraph.end()):
            if _ABBREVIATION.search(text, max(start, stop.start() - 8), stop.start() + 1):
                continue
            spans.extend(_bounded(text, start, stop.end()))
            start = stop.end()
        spans.extend(_bounded(text, start, paragraph.end()))
    return tuple(spans)


def split_paragraphs(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of the lines that hold something other than white space."""
    return tuple(m.span() for m in _PARAGRAPH.finditer(text) if not m.group().isspace())


def _bounded(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    while end - start > MAX_SENTENCE:
        space = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        cut = space + 1 if space > 0 else start + MAX_SENTENCE
        spans.append(_trimmed(text, start, cut))
        start = cut
    spans.append(_trimmed(text, start, end))
    return [(a, b) for a, b in spans if a < b]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
