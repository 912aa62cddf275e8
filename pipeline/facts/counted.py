"""The words after a number -> what it counts: a measure, money, a span of time, or a noun up to its first modifier.

The number stands before; `read_unit` looks at the folded text from the number's end. A noun of the lexicon wins by
length (`nhóm nhiệm vụ` over `nhóm`); classifiers take the counted noun after them; nouns of one group may be listed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.lexicon import cached, read_lexicon
from pipeline.vietnamese.patterns import any_of
from pipeline.vietnamese.spelling import fold

MAX_NOUN_WORDS = 6
MAX_LISTED = 8  # nouns under one number

_MASS = "mass"  # nouns of what is measured and not counted
_PLACE = "place"  # roads, buildings: never listed under one number
_NAMED_GROUPS = frozenset({"unit", "org", "place", "post"})  # nouns that begin proper names

_WORD = re.compile(r"[^\W\d_]+(?:[-–][^\W\d_]+)?")
_SPACES = re.compile(r"[ \xa0]{1,2}")
_GLUED = re.compile(r"[ \xa0]{0,2}")
_LIST_COMMA = re.compile(r",[ \xa0]")
_LIST_AND = re.compile(r"[ \xa0](?:và|hoặc)[ \xa0]")
# What stands between a number and its noun without changing it: `5 cái`, `số` of `2/3 số đại biểu`.
_DIGIT_AFTER = re.compile(r"[ \xa0]\d")
_SHARE_OF = re.compile(r"[ \xa0]{1,2}(?:của[ \xa0])?(?:(?:tổng|trong)[ \xa0])?số(?:[ \xa0]lượng)?(?=[ \xa0])")
# `/tháng`, `/người/năm`, `/100 ml máu`
_SLASH = re.compile(r"[ \xa0]*/[ \xa0]*")
_PER = re.compile(r"[ \xa0]?/[ \xa0]?(?:\d{1,4}[ \xa0]?)?(?P<what>[^\W\d_]+\d?)(?:[ \xa0](?P<more>[^\W\d_]+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What a number counts, from `start` to `end` of the text.

    `kind` is `measure`, `money`, `duration`, `percent`, `age` or `thing`; `group` is the noun's in the lexicon;
    `known` is False for a word that no list has.
    """

    start: int
    end: int
    kind: str
    name: str
    symbol: str | None = None
    group: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class _Noun:
    takes: bool
    listed: bool
    any_word: bool
    group: str

    @property
    def people(self) -> bool:
        return self.group == "people"


@cached
def _nouns() -> Mapping[str, _Noun]:
    return {
        fold(row["noun"]): _Noun(row["takes"] in {"yes", "any"}, row["takes"] == "listed", row["takes"] == "any", row["group"])
        for row in read_lexicon("count_nouns")
    }


@cached
def _noun_heads() -> frozenset[str]:
    return frozenset(noun.split()[0] for noun in _nouns())


@cached
def _stops() -> frozenset[str]:
    return frozenset(fold(row["word"]) for row in read_lexicon("count_stops"))


@cached
def _units() -> Mapping[str, Mapping[str, str]]:
    return {fold(row["word"]): row for row in read_lexicon("units")}


@cached
def _unit_pattern() -> re.Pattern[str]:
    words = any_of(_units(), space=r"[ \xa0]")
    return re.compile(rf"[ \xa0]{{0,2}}(?P<unit>{words})(?:(?![^\W_])|(?<=[%‰$€£²³])(?!\d))")


def read_unit(text: str, folded: str, pos: int, *, spelled: bool = False, share: bool = False) -> Unit | None:
    """What the number that ends at `pos` counts; a word that no list knows only after digits.

    A `share` is of what can be measured too: `3/4 diện tích`.
    """
    unit = _read_measure(text, folded, pos)
    noun = _read_noun(text, folded, pos, spelled=spelled)
    if unit and (noun is None or unit.end >= noun.end):
        return unit
    if noun and noun.group == _MASS and not share:
        return None
    return noun or (None if spelled else _read_unknown(text, folded, pos))


def read_share_unit(text: str, folded: str, pos: int) -> Unit | None:
    """What a share is of: `2/3 số đại biểu`, `hai phần ba tổng số huyện`, `một nửa diện tích`."""
    of = _SHARE_OF.match(folded, pos)
    start = of.end() if of else pos
    return read_unit(text, folded, start, share=True)


def words_from(folded: str, pos: int, limit: int) -> list[tuple[int, int]]:
    """Spans of the words from `pos` on, at most `limit`; one or two spaces between them, none needed before the first."""
    spans: list[tuple[int, int]] = []
    while len(spans) < limit:
        space = (_SPACES if spans else _GLUED).match(folded, pos)
        if space is None:
            break
        word = _WORD.match(folded, space.end())
        if word is None:
            break
        spans.append(word.span())
        pos = word.end()
    return spans


def _read_measure(text: str, folded: str, pos: int) -> Unit | None:
    m = _unit_pattern().match(folded, pos)
    if m is None:
        return None
    row = _units()[re.sub(r"\xa0", " ", m.group("unit"))]
    start, end, name = m.start("unit"), m.end("unit"), row["unit"]
    if end - start == 1 and row["kind"] == "measure" and text[start] != name:
        return None  # 5G, 4G
    if row["kind"] in {"measure", "money", "percent"}:
        per = _read_per(folded, end)
        if per > end:
            if row["kind"] == "measure":
                name += _SLASH.sub("/", folded[end:per])
            end = per
    return Unit(start=start, end=end, kind=row["kind"], name=name, symbol=row["symbol"] or None)


def _read_per(folded: str, pos: int) -> int:
    """The end of `/tháng`, `/người/năm`, `/100 ml máu` after a unit, `pos` where there is none."""
    for _ in range(3):
        m = _PER.match(folded, pos)
        if m is None:
            break
        both = f"{m['what']} {m['more']}" if m["more"] else ""
        if both and (both in _units() or both in _nouns()):
            pos = m.end()
        elif m["what"] in _units() or m["what"] in _nouns() or m["what"] in _noun_heads():
            pos = m.end("what")
        else:
            break
    return pos


def _longest(folded: str, pos: int) -> tuple[int, int, _Noun] | None:
    """The longest listed noun from `pos`: (start, end, noun); None where none stands there, or a stop is as long."""
    spans = words_from(folded, pos, MAX_NOUN_WORDS)
    if not spans or folded[spans[0][0] : spans[0][1]] not in _noun_heads():
        return None
    words = [folded[a:b] for a, b in spans]
    for n in range(len(words), 0, -1):
        phrase = " ".join(words[:n])
        if noun := _nouns().get(phrase):
            return spans[0][0], spans[n - 1][1], noun
        if phrase in _stops():
            return None
    return None


def _read_noun(text: str, folded: str, pos: int, *, spelled: bool) -> Unit | None:
    found = _longest(folded, pos)
    if found is None or found[2].listed:
        return None
    start, end, noun = found
    if not spelled and noun.group in _NAMED_GROUPS and _is_proper_name(text, start, end):
        return None
    group = noun.group
    if noun.takes and (taken := _longest(folded, end)) and not _DIGIT_AFTER.match(folded, taken[1]):
        _, end, inner = taken
        group = group if noun.people else inner.group
    elif noun.any_word and (words := words_from(folded, end, 1)) and folded[slice(*words[0])] not in _stops():
        end = words[0][1]
    end = _read_list(text, folded, end, group)
    return Unit(start=start, end=end, kind="thing", name=folded[start:end].replace("\xa0", " "), group=group)


def _read_list(text: str, folded: str, end: int, group: str) -> int:
    """`đề án, dự án, nhiệm vụ`; `xã và thị trấn`: nouns of one group, not followed by a name of their own."""
    for _ in range(MAX_LISTED if group not in {"", _PLACE} else 0):
        joint = _LIST_COMMA.match(folded, end) or _LIST_AND.match(folded, end)
        found = _longest(folded, joint.end() - 1) if joint else None
        if found is None or found[2].group != group or _is_proper_name(text, found[0], found[1]):
            break
        end = found[1]
    return end


def _is_proper_name(text: str, start: int, end: int) -> bool:
    """`Bộ Công an`, `Quận Ba`: a capital letter on the noun and on the word after it; not in a heading all in capitals."""
    capital = text[start].isupper() and end + 1 < len(text) and text[end] == " " and text[end + 1].isupper()
    return capital and not text[start:end].isupper()


def _read_unknown(text: str, folded: str, pos: int) -> Unit | None:
    """A word after digits that no list has and no stop word is: `15 tăng bo`; its first two syllables at most."""
    spans = words_from(folded, pos, 2)
    if not spans or spans[0][0] == pos or folded[spans[0][0] : spans[0][1]] in _stops():
        return None
    start, end = spans[0]
    first = text[start:end]
    if len(first) < 2 or (first[0].isupper() and not (first.isupper() and len(first) <= 6)):
        return None
    if len(spans) == 2 and folded[spans[1][0] : spans[1][1]] not in _stops() and not text[spans[1][0]].isupper():
        end = spans[1][1]
    return Unit(start=start, end=end, kind="thing", name=folded[start:end].replace("\xa0", " "), known=False)
