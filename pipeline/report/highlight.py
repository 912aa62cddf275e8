"""Text and spans that may nest and cross -> paragraphs of openings, words and closings that nest properly.

A span that crosses another, or the end of a paragraph, is closed and opened again: HTML elements only nest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_BREAK = re.compile(r"\n{2,}")
TALLEST = 4  # lines drawn below one another; deeper nesting shares the lowest line


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of text and the findings of one kind that are quoted by exactly these words."""

    kind: str
    start: int
    end: int
    keys: tuple[str, ...]


@dataclass(slots=True)
class Open:
    """A span begins here, or goes on after a cut; `height` counts the spans nested in it, itself included."""

    span: Span
    first: bool
    last: bool = False
    height: int = 1
    op: str = "open"


@dataclass(slots=True)
class Words:
    """Text; `span` is set on the first words that belong to no inner span: there its link stands."""

    text: str
    span: Span | None = None
    op: str = "words"


@dataclass(slots=True)
class Close:
    """The span opened last ends here."""

    op: str = "close"


Step = Open | Words | Close


@dataclass(slots=True)
class Paragraph:
    """One paragraph: where it begins in the text, and what it is made of."""

    start: int
    text: str
    steps: list[Step] = field(default_factory=list)


def mark_paragraphs(text: str, spans: Sequence[Span], start: int = 0, end: int | None = None) -> list[Paragraph]:
    """The paragraphs of `text[start:end]` with all spans marked; offsets of the spans count in the whole text."""
    queue = sorted(spans, key=lambda span: (span.start, -span.end, span.kind))
    pen = _Pen(text)
    paragraphs = []
    for low, high in _paragraphs(text, start, len(text) if end is None else end):
        paragraph = Paragraph(low, text[low:high])
        pen.write(paragraph, _overlapping(queue, low, high), low, high)
        paragraphs.append(paragraph)
    return paragraphs


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    low = start
    for gap in _BREAK.finditer(text, start, end):
        if gap.start() > low:
            yield low, gap.start()
        low = gap.end()
    if low < end:
        yield low, end


def _overlapping(queue: list[Span], low: int, high: int) -> list[Span]:
    """The spans that touch this paragraph; those that end before it leave the queue."""
    queue[:] = [span for span in queue if span.end > low]
    return [span for span in queue if span.start < high]


class _Pen:
    """What is remembered from paragraph to paragraph: which spans were begun, and which have their link."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._begun: set[Span] = set()
        self._linked: set[Span] = set()

    def write(self, paragraph: Paragraph, spans: list[Span], low: int, high: int) -> None:
        """The steps of one paragraph."""
        steps, stack = paragraph.steps, list[Open]()
        edges = sorted({low, high, *(max(s.start, low) for s in spans), *(min(s.end, high) for s in spans)})
        waiting = list(reversed(spans))
        for here, after in pairwise(edges):
            torn = self._close(steps, stack, here)
            while waiting and waiting[-1].start <= here:
                torn.append(waiting.pop())
            for span in sorted(torn, key=lambda span: -span.end):  # what ends last is outermost; sorting is stable
                stack.append(Open(span, span not in self._begun))
                self._begun.add(span)
                steps.append(stack[-1])
            inner = stack[-1].span if stack else None
            fresh = inner is not None and inner not in self._linked
            if inner is not None and fresh:
                self._linked.add(inner)
            steps.append(Words(self._text[here:after], inner if fresh else None))
        self._close(steps, stack, high, all_of_them=True)

    @staticmethod
    def _close(steps: list[Step], stack: list[Open], here: int, all_of_them: bool = False) -> list[Span]:
        """Close what ends here; what crosses it is closed too, and given back to be opened again."""
        if all_of_them:
            lowest = 0
        else:
            lowest = next((n for n, opened in enumerate(stack) if opened.span.end <= here), len(stack))
            if lowest == len(stack):
                return []
        torn = []
        while len(stack) > lowest:
            opened = stack.pop()
            opened.last = opened.span.end <= here
            if stack:
                stack[-1].height = max(stack[-1].height, min(opened.height + 1, TALLEST))
            steps.append(Close())
            if not opened.last:
                torn.append(opened.span)
        return list(reversed(torn))
