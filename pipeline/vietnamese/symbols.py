"""Text -> numbers of official documents cut out and taken apart: `15/2021/QĐ-UBND` is 15, 2021, QĐ, UBND."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_SEPARATOR = r"[ \n]?[-–/][ \n]?"
_PART = r"[^\W\d_][\w&]{0,19}(?:\.[ƯưWw](?!\w))?"
_NUMBER = re.compile(
    rf"""
    (?<![\w/.,&–-])
    (?P<digits>\d{{1,6}}(?:\.\d{{1,2}})?[a-z]?)          # 07, 66.2, 30a
    (?:[ ]?/[ ]?(?P<year>(?:19|20)\d{{2}}))?              # /2021
    (?:{_SEPARATOR}|[ ](?=[^\W\d_]{{2,4}}[-/]))           # or the stroke left out: 381 QĐ-BTC
    (?P<symbol>{_PART}(?:{_SEPARATOR}{_PART}){{0,3}})
    """,
    re.VERBOSE,
)
_SPLIT = re.compile(rf"({_SEPARATOR})")
_CAPITALS = re.compile(r"[A-ZĐÐƯ][A-Za-zĐđÐƯ&\d]*(?:\.[ƯW])?")
_DIVISION = re.compile(r"[A-ZĐ]{1,2}\d{1,2}")  # 12/CT-VKS-P3
_ASSEMBLY = re.compile(r"(?:UBTV)?QH\d{1,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """The number of a document: `text[start:end]` is it as written.

    `parts` are the pieces after the number and year, spelled as the word lists spell them where they know them.
    """

    start: int
    end: int
    digits: str
    year: int | None
    parts: tuple[str, ...]
    number: str


def find_symbols(
    text: str, *, types: Mapping[str, str], issuers: Mapping[str, str], announced: Callable[[int], str]
) -> Iterator[Symbol]:
    """Every number of a document. `types` and `issuers` map folded symbols to their usual spelling.

    `announced` tells what the words before a place announce: `type` (`Công văn số`), `number` (`số`), or nothing.
    Only there symbols that no list knows are taken.
    """
    for match in _NUMBER.finditer(text):
        pieces = _SPLIT.split(match["symbol"])
        parts, gaps = pieces[::2], pieces[1::2]
        kept = _count_parts(parts, gaps, types, issuers, announced=announced(match.start()))
        if not kept:
            continue
        end = match.start("symbol") + sum(map(len, parts[:kept])) + sum(map(len, gaps[: kept - 1]))
        if text[end : end + 1].isalnum():
            continue
        spelled = tuple(_spell(part, types, issuers, first=n == 0) for n, part in enumerate(parts[:kept]))
        lead = re.sub(r"\s", "", text[match.start() : match.start("symbol")].replace("–", "-"))
        lead = lead if lead[-1] in "-/" else lead + "/"
        tail = "".join(gap.strip().replace("–", "-") + part for gap, part in zip(gaps, spelled[1:], strict=False))
        yield Symbol(
            start=match.start(),
            end=end,
            digits=match["digits"],
            year=int(match["year"]) if match["year"] else None,
            parts=spelled,
            number=lead + spelled[0] + tail,
        )


def symbol_key(part: str) -> str:
    """One spelling of a piece for comparing: `T.Ư`, `TƯ`, `TW` are the same, so are `Ð` and `Đ`."""
    plain = part.replace("Ð", "Đ").replace("ð", "đ").replace(".", "").lower()
    return re.sub(r"tư", "tw", plain)


def _count_parts(
    parts: list[str], gaps: list[str], types: Mapping[str, str], issuers: Mapping[str, str], *, announced: str
) -> int:
    """How many of the pieces belong to the symbol; 0 where this is no number of a document."""
    first = symbol_key(parts[0])
    if _ASSEMBLY.fullmatch(parts[0]):  # 55/2010/QH12, 823/2009/UBTVQH12
        return 1
    tight = [not gap.strip("-–/") for gap in gaps]
    spelled_small = parts[0][0].islower()
    if first in types:
        if len(parts) > 1 and _is_issuer(parts[1], issuers, small=spelled_small) and (tight[0] or _known(parts[1], issuers)):
            return 2 + _count_more(parts[2:], tight[1:])  # 128/NQ-CP
        return 1 if announced == "type" and not spelled_small else 0  # Quyết định số 15/QĐ
    if (
        _known(first, issuers)
        and len(parts) > 1
        and _looks_official(parts[1])
        and (announced or (tight[0] and parts[0][0].isupper()))
    ):
        return 2 + _count_more(parts[2:], tight[1:])  # 1234/UBND-KT
    if announced == "type" and _looks_official(parts[0]):  # Công văn số 4502/SXDHN; not Mẫu số 01/PLI
        return 1 + _count_more(parts[1:], tight)
    return 0


def _count_more(parts: list[str], tight: list[bool]) -> int:
    count = 0
    for part, close in zip(parts, tight, strict=True):
        if not (close and (_looks_official(part) or _DIVISION.fullmatch(part))):
            break
        count += 1
    return count


def _is_issuer(part: str, issuers: Mapping[str, str], *, small: bool) -> bool:
    return _known(part, issuers) if small or part[0].islower() else _known(part, issuers) or _looks_official(part)


def _known(part: str, issuers: Mapping[str, str]) -> bool:
    key = symbol_key(part)
    return key in issuers or key.rstrip("0123456789") in issuers


def _looks_official(part: str) -> bool:
    """Two capitals and no letter with a tone: `VPĐKĐĐ`, `SoNNMT`; not `Thành`, `Cho`, `A2`."""
    return bool(_CAPITALS.fullmatch(part)) and sum(ch.isupper() for ch in part) >= 2


def _spell(part: str, types: Mapping[str, str], issuers: Mapping[str, str], *, first: bool) -> str:
    part = part.replace("Ð", "Đ").replace("ð", "đ")
    if part[0].isupper():
        return part
    return (types if first else issuers).get(symbol_key(part), part.upper())
