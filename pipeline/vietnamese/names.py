"""Text -> runs of capitalised words and the shape of Vietnamese syllables: what personal names are made of."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Upper-case Latin letters, Vietnamese ones among them; never a bare [A-Z].
UPPER = "".join(chr(c) for c in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)) if chr(c).isupper())
_LETTER = r"[^\W\d_]"
_MARKED = (
    "".join(c for c in map(chr, range(0x1EA0, 0x1EFA)) if c.islower()) + "ăâđêôơưàáãèéìíòóõùúý"
)  # only Vietnamese writes these
_MARKED_UPPER = _MARKED.upper()
# `Phong`, `K'Rễ`, `H'Hen`, `Jong-un`, `Jean-Marc`, the `K’` of `K’ Rễ`; the letter first, so that a search skips all others
CAPITALISED = rf"[{UPPER}](?<!\w.)(?:(?<=[HKR])['’](?=[ ][{UPPER}])|{_LETTER}{{0,24}}(?:['’ʼ‘-]{_LETTER}{{1,24}}){{0,3}}(?![\w]))"
MAX_RUN = 14
_RUN = re.compile(rf"{CAPITALISED}(?:[ \u00a0]{CAPITALISED}){{0,{MAX_RUN - 1}}}")
_WORD = re.compile(r"[^ \u00a0]+")
# The hyphen of `Việt Nam-Ấn Độ` parts two names; that of `Jean-Marc` does not.
# Nor does any name go on with an abbreviation: `Huỳnh Văn An-ĐBQH`.
_JOINED_SYLLABLES = re.compile(rf"(?<=[{_MARKED}ngmtcphy])-(?=[{_MARKED_UPPER}])|(?<=[^\W\d_])-(?=[{UPPER}]{{2,8}}(?!\w))")

_ONSET = r"(?:ngh|ng|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?"
_VOWEL = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ"
_SYLLABLE = re.compile(rf"{_ONSET}[{_VOWEL}]{{1,3}}(?:ch|ng|nh|[cmnpt])?")


@dataclass(frozen=True, slots=True)
class Run:
    """Capitalised words that stand side by side, as spans of the text."""

    start: int
    end: int
    words: tuple[tuple[int, int], ...]


def capitalised_runs(text: str) -> list[Run]:
    """All runs in the order of the text."""
    runs = []
    for match in _RUN.finditer(text):
        start = match.start()
        for joint in _JOINED_SYLLABLES.finditer(text, match.start(), match.end()):
            runs.append(_run(text, start, joint.start()))
            start = joint.end()
        runs.append(_run(text, start, match.end()))
    return runs


def _run(text: str, start: int, end: int) -> Run:
    return Run(start, end, tuple((word.start(), word.end()) for word in _WORD.finditer(text, start, end)))


def is_vietnamese_syllable(folded: str) -> bool:
    """`phong`, `nguyễn`; not `john`, `kim-un`, `k'rễ`."""
    return _SYLLABLE.fullmatch(folded) is not None


def proper_case(name: str) -> str:
    """`NGUYỄN VĂN PHONG` -> `Nguyễn Văn Phong`; what is not all in capitals stays as it is."""
    if not name.isupper():
        return name
    return re.sub(r"[^\W\d_]+", lambda m: m.group()[0] + m.group()[1:].lower(), name)
