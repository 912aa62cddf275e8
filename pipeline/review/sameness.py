"""Two wordings -> whether careful readers take them for the same: names, roles, organisations, tasks, units, numbers."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from pipeline.lexicon import cached, read_lexicon
from pipeline.vietnamese.spelling import fold

_WORD = re.compile(r"\w+")
_LINKS = frozenset(map(fold, ("và", "của", "các")))
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_CURRENCIES = {
    "vnd": "vnd", "vnđ": "vnd", "đồng": "vnd", "đ": "vnd", "usd": "usd", "đô la": "usd", "đô la mỹ": "usd", "%": "%",
}  # fmt: skip
ENOUGH = 0.6  # of the words, for a byline or a list of bodies
OF_BODY, OF_SAID_BODY = 0.8, 0.5  # of the words asked for, of the words said
OF_TASK, OF_SAID_TASK = 0.5, 0.35


def normalise(text: str | None) -> str:
    """Words in lower case with today's spelling, one blank between them: what is compared."""
    return " ".join(_WORD.findall(fold(unicodedata.normalize("NFC", text or ""))))


def words_of(text: str | None) -> Counter[str]:
    """Words with abbreviations written out, `và`, `của` and `các` left out."""
    return Counter(_expanded(text))


def same_role(role: str | None, body: str | None, wanted_role: str | None, wanted_body: str | None) -> bool:
    """One role, or the same words of role and body cut at another place (`Bí thư Thành ủy` + ``, `Bí thư` + `Thành ủy`)."""
    if normalise(role) == normalise(wanted_role):
        return True
    return set(_expanded(f"{role} {body or ''}")) == set(_expanded(f"{wanted_role} {wanted_body or ''}"))


def same_body(said: str | None, wanted: str | None) -> bool:
    """Most of the words asked for, not twice as many; none may lack of the last two, nor any with a digit or a tone."""
    if not wanted:
        return True
    have, want = words_of(said), words_of(wanted)
    common = (have & want).total()
    last = _expanded(wanted)[-2:]
    marked = [word for word in want if any(ch.isdigit() or ch in _TONES for ch in unicodedata.normalize("NFD", word))]
    enough = common >= OF_BODY * want.total() and common >= OF_SAID_BODY * have.total()
    return enough and all(word in have for word in (*last, *marked))


def same_task(said: str | None, wanted: str | None) -> bool:
    """At least half of the words of the shorter telling, and a third of what was said."""
    if not wanted:
        return True
    have, want = words_of(said), words_of(wanted)
    common = (have & want).total()
    return common > 0 and common >= OF_TASK * min(have.total(), want.total()) and common >= OF_SAID_TASK * have.total()


def same_words(said: str | None, wanted: str | None) -> bool:
    """Most words of the shorter one."""
    have, want = words_of(said), words_of(wanted)
    return _share((have & want).total(), min(have.total(), want.total()), have, want)


def same_byline(said: str | None, wanted: str | None) -> bool:
    """Most words of both together."""
    have, want = words_of(said), words_of(wanted)
    return _share((have & want).total(), (have | want).total(), have, want)


def same_number(said: str | None, wanted: str | None) -> bool:
    """One number, or both absent."""
    a, b = (float(x) if x not in (None, "") else None for x in (said, wanted))
    return a == b if a is None or b is None else math.isclose(a, b, rel_tol=1e-9)


def same_unit(said: str | None, wanted: str | None) -> bool:
    """One begins with all words of the other (`ca tử vong` and `ca`); money by any name of its currency."""
    a, b = ((unit or "").casefold() for unit in (said, wanted))
    if a in _CURRENCIES or b in _CURRENCIES:
        return _CURRENCIES.get(a, a) == _CURRENCIES.get(b, b)
    have, want = normalise(a).split(), normalise(b).split()
    shorter = min(len(have), len(want))
    return shorter > 0 and have[:shorter] == want[:shorter]


def is_part_of(one: Mapping[str, str | None], other: Mapping[str, str | None]) -> bool:
    """Whether another row says the same position of a person with more of the body's name."""
    less, more = (set(_expanded(row["org"])) for row in (one, other))
    same = all(normalise(one[column]) == normalise(other[column]) for column in ("person", "role"))
    return same and less < more


def _share(common: int, size: int, have: Counter[str], want: Counter[str]) -> bool:
    return common / size >= ENOUGH if size else not have and not want


def _expanded(text: str | None) -> list[str]:
    full = _abbreviations()
    words: list[str] = []
    for word in _WORD.findall(fold(unicodedata.normalize("NFC", text or ""))):
        words += full.get(word, (word,))
    return [word for word in words if word not in _LINKS]


@cached
def _abbreviations() -> Mapping[str, tuple[str, ...]]:
    return {fold(row["short"]): tuple(fold(row["full"]).split()) for row in read_lexicon("abbreviations")}
