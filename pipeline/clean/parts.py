"""A paragraph on its way to an article, what the lines around it stated, and the shapes that tell a sentence from a label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.clean.bylines import Byline
from pipeline.clean.furniture import Furniture, find_furniture
from pipeline.clean.stamps import Stamp

MAX_TITLE = 300  # characters
MAX_RECIPIENTS = 30  # lines between the list of recipients and the name that signs

_RANK = {"person": 0, "desk": 1, "agency": 2, "other": 3}  # a person before a desk (`PV`) before an agency

STOP = re.compile(r"[.!?…:;][”\"’')\]]{0,2}$|[”\"]$")
_CLAUSE = re.compile(r"[,.;:!?…](?:\s|$)")
_FULL_STOP = re.compile(r"\.[”\"’')\]]{0,2}$")
# - Xã Tân Lộc · 1. Giao Sở · a) Chủ trì · Điều 4
ITEM = re.compile(r"[-+•*–]\s?\S|\(?\d{1,2}(?:\.\d{1,2}){0,3}[.)]\s|\(?[a-zđ]\)\s|Điều\s\d|[IVX]{1,5}\.\s")
NO_WORD = re.compile(r"[^\w\ufffd]+")
# Nơi nhận: … · KT. CHỦ TỊCH — below them an official document is signed
_RECIPIENTS = re.compile(r"Nơi\snhận\s?:|(?:KT|TM|TL|TUQ)\.\s")


@dataclass(slots=True)
class Part:
    """A paragraph on its way: `reason` is None while it belongs to the article."""

    text: str
    reason: str | None = None
    found: Furniture | None = None
    alone: bool = False  # between empty lines
    below_recipients: bool = False  # `Nơi nhận:` or `KT. CHỦ TỊCH` stands a few lines above


@dataclass(slots=True)
class Stated:
    """What the lines around the body said."""

    title: str | None = None
    stamp: Stamp | None = None
    late_stamp: Stamp | None = None
    byline: Byline | None = None


def take_stamp(stated: Stated, stamp: Stamp) -> None:
    """Remember a stamp: the first, and rather the publication than an update."""
    if stated.stamp is None or (stated.stamp.update and not stamp.update):
        stated.stamp = stamp


def take_byline(stated: Stated, byline: Byline | None) -> None:
    """Remember a byline: the first of the best grade."""
    if byline and (stated.byline is None or _RANK[byline.grade] < _RANK[stated.byline.grade]):
        stated.byline = byline


def is_prose(text: str) -> bool:
    """Whether a line is a sentence of an article: long, or closed like a sentence, or an item of a list."""
    words = text.count(" ") + 1
    if ITEM.match(text):
        return words >= 4
    return (words >= 25 and _CLAUSE.search(text) is not None) or (words >= 8 and STOP.search(text) is not None)


def is_title(text: str) -> bool:
    """Whether a line has the shape of a headline: not too long, with a word, without a full stop at its end."""
    return 2 <= len(text) <= MAX_TITLE and not _FULL_STOP.search(text.replace("...", "…")) and any(ch.isalpha() for ch in text)


def mark_furniture(parts: Sequence[Part]) -> None:
    """Note on every line what furniture it would be, and whether it stands where documents are signed."""
    since = MAX_RECIPIENTS
    for part in parts:
        since = 0 if _RECIPIENTS.match(part.text) else since + 1
        part.below_recipients = 0 < since <= MAX_RECIPIENTS
        if NO_WORD.fullmatch(part.text):
            part.reason = "rule line"
        else:
            part.found = find_furniture(part.text)
