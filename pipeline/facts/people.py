"""Article and tagger's proposals -> its people: full names, every mention referred to one of them, and who holds which position.

Persons and officials are read together, since each supports the other (`Tổng Bí thư Tô Lâm` makes `Tô Lâm` a person), and once
for both tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.facts.organization_names import read_context
from pipeline.facts.person_names import NameCandidate, find_candidates, find_names, historical_figures
from pipeline.facts.position_grammar import Holding, find_holdings, find_signatures
from pipeline.facts.position_phrases import Form, Position, find_forms
from pipeline.lexicon import cached_few
from pipeline.model import Article, Mention, make_id
from pipeline.vietnamese.names import is_vietnamese_syllable, proper_case
from pipeline.vietnamese.spelling import fold

BYLINE_LINES = 4  # how many last lines may name those who wrote it
_BYLINE = re.compile(r"[^\W\d_][\w.'’ ]{1,30}(?:[ ]?[-–,&/;][ ]?[^\W\d_][\w.'’ ]{1,30}){0,3}")
_FEMININE = frozenset(("bà", "chị", "cô"))
_MASCULINE = frozenset(("ông", "anh"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A mention of a person; `person` is the full name's key."""

    person: str
    candidate: NameCandidate


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What one article says of people: folded full name -> as written at its fullest, mentions, holdings, positions without a name."""

    names: dict[str, str]
    mentions: tuple[Named, ...]
    holdings: tuple[tuple[str, Holding], ...]
    free: tuple[Position, ...]


def find_doubts(article: Article) -> tuple[int, ...]:
    """Where the names end of which the models are asked, since their shape does not tell whether they are names."""
    context = read_context(article)
    return tuple(one.end - 1 for one in find_candidates(context.text, context.folded) if one.if_tagged is not None)


@cached_few
def read_people(article: Article, mentions: tuple[Mention, ...]) -> People:
    """Everybody the article names but those who made it."""
    context = read_context(article)
    text, folded = context.text, context.folded
    bylines = _byline_spans(article, folded)
    candidates = [c for c in find_names(text, folded, mentions) if not any(a <= c.start < b for a, b in bylines)]
    forms = find_forms(text, folded)
    candidates = _without_titles(candidates, forms)
    holdings, free = find_holdings(context, candidates, forms)
    holdings += find_signatures(context, candidates)
    held = {(h.name.start, h.name.end) for h in holdings}
    accepted = [c for c in candidates if c.sure or (c.start, c.end) in held]
    accepted = _without_authors(article, accepted, held)
    full = _full_names(folded, accepted)
    named = _refer(folded, candidates, accepted, full)
    by_span = {(n.candidate.start, n.candidate.end): n.person for n in named}
    kept = [(by_span[(h.name.start, h.name.end)], h) for h in holdings if (h.name.start, h.name.end) in by_span]
    names = _best_spellings(named)
    return People(
        names=names,
        mentions=tuple(named),
        holdings=tuple((person, h) for person, h in kept if not _is_historical(person, h)),
        free=tuple(free),
    )


def _without_titles(candidates: list[NameCandidate], forms: Sequence[tuple[int, int, Form]]) -> list[NameCandidate]:
    """`đồng chí Thứ trưởng`, `ông Phó Chủ tịch`: the first word of a position is no name."""
    spans = {start: end for start, end, _ in forms}
    return [c for c in candidates if spans.get(c.start, 0) <= c.end]


def _is_historical(person: str, holding: Holding) -> bool:
    """`Chủ tịch Hồ Chí Minh`: nobody holds office in the news under that name, unless an organisation says so."""
    return person in historical_figures() and holding.position.is_bare


def _byline_spans(article: Article, folded: str) -> list[tuple[int, int]]:
    """Last lines of nothing but names (`Huy Kiên`, `An Nhiên - Trần Thanh`), and lines that are the article's author."""
    text = article.text
    author = fold(article.author) if article.author else None
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    spans = [(start, end) for start, end in lines if author and folded[start:end].strip() == author]
    for number in range(len(lines) - 1, max(0, len(lines) - 1 - BYLINE_LINES), -1):
        start, end = lines[number]
        if not _is_byline(text[start:end].strip()) or _follows_position(folded, lines, number):
            break
        spans.append((start, end))
    return spans


def _is_byline(line: str) -> bool:
    capitals = all(part[:1].isupper() for part in re.findall(r"[^\W\d_]+", line))
    return len(line) <= 60 and capitals and _BYLINE.fullmatch(line) is not None


_CAPITAL_POSITION = re.compile(
    r"thủ tướng|bộ trưởng|thứ trưởng|chủ tịch|giám đốc|cục trưởng|chủ nhiệm|trưởng|bí thư|chánh|tổng|viện|q\.|tm\.|kt\."
)


def _follows_position(folded: str, lines: list[tuple[int, int]], number: int) -> bool:
    """The name under a signature (`KT. BỘ TRƯỞNG / THỨ TRƯỞNG / …`) is no byline."""
    return any(
        _CAPITAL_POSITION.search(folded, *lines[n]) and lines[n][1] - lines[n][0] < 60 for n in range(max(0, number - 4), number)
    )


def _without_authors(article: Article, accepted: list[NameCandidate], held: set[tuple[int, int]]) -> list[NameCandidate]:
    if not article.author:
        return accepted
    author = fold(article.author)
    spoken = {fold(c.text) for c in accepted if c.lead or (c.start, c.end) in held}
    return [c for c in accepted if fold(c.text) not in author or fold(c.text) in spoken]


def _key(folded: str, candidate: NameCandidate) -> str:
    return folded[candidate.start : candidate.end].replace("\u00a0", " ")


def _full_names(folded: str, accepted: Iterable[NameCandidate]) -> _Names:
    """The full names; parts and given names are not full while a longer name ends with them."""
    full = _Names({}, {})
    for candidate in accepted:
        if not candidate.short:
            full.add(_key(folded, candidate), candidate)
    for candidate in accepted:
        key = _key(folded, candidate)
        if candidate.short and key not in full.first and candidate.lead_kind and not _fitting(key, candidate, full):
            full.add(key, candidate)
    return full


@dataclass(slots=True)
class _Names:
    """Folded full name -> its first candidate, and each syllable -> the names that hold it."""

    first: dict[str, NameCandidate]
    by_syllable: dict[str, list[str]]

    def add(self, key: str, candidate: NameCandidate) -> None:
        if key not in self.first:
            self.first[key] = candidate
            for syllable in dict.fromkeys(key.split(" ")):
                self.by_syllable.setdefault(syllable, []).append(key)

    def longer(self, key: str) -> list[str]:
        """Names of more syllables that end with these: `văn phong` of `nguyễn văn phong`."""
        return [name for name in self.by_syllable.get(key.rsplit(" ", 1)[-1], ()) if name.endswith(" " + key)]


def _fitting(key: str, candidate: NameCandidate, full: _Names) -> list[str]:
    """The full names that a shorter form may stand for."""
    fits = full.longer(key)
    if not fits and not all(is_vietnamese_syllable(s) for s in key.split(" ")):
        holding = full.by_syllable.get(key.split(" ")[0], ())
        fits = [name for name in holding if name != key and f" {key} " in f" {name} "]
    if len(fits) > 1 and candidate.lead in _FEMININE:
        fits = [name for name in fits if " thị " in name or full.first[name].lead in _FEMININE] or fits
    elif len(fits) > 1 and candidate.lead in _MASCULINE:
        fits = [name for name in fits if " thị " not in name and full.first[name].lead not in _FEMININE] or fits
    return fits


def _refer(folded: str, candidates: Sequence[NameCandidate], accepted: Sequence[NameCandidate], full: _Names) -> list[Named]:
    """Every candidate that names one of the people, referred to the fullest name where one alone fits."""
    shortened = _shortened(full)
    taken = {(c.start, c.end) for c in accepted}
    named: list[Named] = []
    for candidate in candidates:
        key = _key(folded, candidate)
        if key in full.first:
            named.append(Named(person=shortened.get(key, key), candidate=candidate))
        elif (candidate.start, candidate.end) in taken or (candidate.short and candidate.lead):
            fits = {shortened.get(name, name) for name in _fitting(key, candidate, full)}
            if len(fits) == 1:
                named.append(Named(person=fits.pop(), candidate=candidate))
    return named


def _shortened(full: _Names) -> dict[str, str]:
    """Names that are another one said shorter: its end (`Văn Phong`), or without the middle (`Nguyễn Phong`)."""
    found = {}
    for key, candidate in full.first.items():
        syllables = key.split(" ")
        if not candidate.short and len(syllables) > 2:
            continue
        longer = full.longer(key)
        if not longer and len(syllables) == 2:
            ends = f"{syllables[0]} ", f" {syllables[1]}"
            same = full.by_syllable.get(syllables[1], ())
            longer = [name for name in same if name != key and name.startswith(ends[0]) and name.endswith(ends[1])]
        if len(longer) == 1:
            found[key] = longer[0]
    return found


def _best_spellings(named: Sequence[Named]) -> dict[str, str]:
    """The name of each person as it is written where it is not all in capitals."""
    names: dict[str, str] = {}
    for mention in named:
        written = mention.candidate.text.replace("\u00a0", " ")
        if fold(written) == mention.person and (mention.person not in names or names[mention.person].isupper()):
            names[mention.person] = written
    return {key: proper_case(name) for key, name in names.items()}


def person_ids(people: People, place: str | None) -> dict[str, str]:
    """Key of each person, from the folded full name and the province the article is about."""
    return {key: make_id("person", key, place or "") for key in people.names}
