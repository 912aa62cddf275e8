"""Text as saved -> its paragraphs: lines trimmed, and joined where the file was wrapped at a fixed width."""

from __future__ import annotations

import itertools
import re

MAX_WRAPPED_LINE = 160  # characters: a file with longer lines inside its blocks is not wrapped
MIN_WRAPPED_LINE = 40  # a shorter line that stops in mid-sentence is a label or a button

_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_ENDS = re.compile(r"[.!?…:;|][”\"’')\]]{0,2}$")
_BARE = re.compile(r"[-+•*–]|\(?\d{1,2}(?:\.\d{1,2}){0,3}[.)]?|\(?[a-zđ][.)]|Số\s?:|[Nn]gày")
_ITEM = re.compile(r"[-+•*–]|\(?\d{1,2}(?:\.\d{1,2}){0,3}[.)]\s|\(?[a-zđ]\)\s|Điều\s\d|Chương\s[IVX]|[IVX]{1,5}\.\s|\|")
_POST = re.compile(
    r"(?:KT|TM|TL|TUQ|Q)\.|(?:PHÓ|CHỦ|THỦ|BỘ|THỨ|GIÁM|CHÁNH|CỤC|VỤ|TỔNG|TRƯỞNG|BÍ|VIỆN|HIỆU)\s(?:CHỦ|TỊCH|NHIỆM|TƯỚNG|TRƯỞNG|ĐỐC|"
    r"VĂN|THƯ|BỘ|GIÁM|CỤC|CHÁNH|BAN)"
)


def split_blocks(text: str) -> list[list[str]]:
    """The paragraphs of text without markup, trimmed, runs of blanks as one space, by the blocks between empty lines."""
    blocks: list[list[str]] = [[]]
    for raw in _BREAK.split(text):
        line = _SPACES.sub(" ", raw).strip()
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    if _is_wrapped(blocks):
        blocks = [_unwrap(block) for block in blocks]
    return [block for block in blocks if block]


def _is_wrapped(blocks: list[list[str]]) -> bool:
    """Whether single line breaks stand for white space: many lines stop in mid-sentence and go on in lower case."""
    pairs = [(one, two) for block in blocks for one, two in itertools.pairwise(block) if "|" not in (one, two)]
    broken = sum(1 for one, two in pairs if two[0].islower() and len(one) >= MIN_WRAPPED_LINE and not _ENDS.search(one))
    if broken < 4 or broken < 0.15 * len(pairs):
        return False
    return all(len(line) <= MAX_WRAPPED_LINE for block in blocks if len(block) > 1 for line in block)


def _unwrap(block: list[str]) -> list[str]:
    joined: list[str] = []
    for line in block:
        if joined and _continues(joined[-1], line):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def _continues(before: str, line: str) -> bool:
    if before == "|" or line == "|" or line.isdigit() or before.isdigit():  # a cell; the number of a page
        return False
    if _BARE.fullmatch(before) or before.endswith(","):
        return True
    if line[0].islower():
        return not before.endswith(".")
    if _ENDS.search(before) or _ITEM.match(line) or _POST.match(line):
        return False
    if re.fullmatch(r"[-_=*.\s]+", line) or re.fullmatch(r"[-_=*.\s]+", before):
        return False
    return before.isupper() == line.isupper()
