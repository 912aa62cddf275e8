"""Article and tagger's proposals -> its people: full names, every mention referred to one of them, and who holds which position.

Persons and officials are read together, since each supports the other (`Tổng Bí thư Tô Lâm` makes `Tô Lâm` a person), and once
for both tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.facts.organization_grammar import OrganizationMatch, match_organization
from pipeline.facts.organization_names import Organization, OrganizationContext, expand, read_context
from pipeline.facts.person_names import NameCandidate, find_names, historical_figures
from pipeline.facts.position_grammar import Holding, find_holdings, find_signatures
from pipeline.facts.position_phrases import Form, Position, find_forms
from pipeline.model import Article, Mention, make_id
from pipeline.vietnamese.names import CAPITALISED, is_vietnamese_syllable, proper_case
from pipeline.vietnamese.spelling import fold

BYLINE_LINES = 4  # how many last lines may name those who wrote it
_BYLINE = re.compile(r"[^\W\d_][\w.'’ ]{1,30}(?:[ ]?[-–,&/;][ ]?[^\W\d_][\w.'’ ]{1,30}){0,3}")
_SPEAKER_FORMS = frozenset(("ông", "bà", "anh", "chị", "cô", "chú", "bác", "cụ", "em", "cháu", "thầy"))
_FEMININE = frozenset(("bà", "chị", "cô"))


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


@lru_cache(maxsize=4)
def read_people(article: Article, mentions: tuple[Mention, ...]) -> People:
    """Everybody the article names but those who made it."""
    context = read_context(article)
    text, folded = context.text, context.folded
    bylines = _byline_spans(article, folded)
    candidates = [c for c in find_names(text, folded, mentions) if not any(a <= c.start < b for a, b in bylines)]
    candidates = _without_titles(candidates, find_forms(text, folded))
    holdings, free = find_holdings(context, candidates)
    holdings += find_signatures(context, candidates)
    held = {(h.name.start, h.name.end) for h in holdings}
    accepted = [c for c in candidates if c.sure or (c.start, c.end) in held]
    accepted = _without_authors(article, accepted, held)
    full = _full_names(folded, accepted)
    named = _refer(folded, candidates, accepted, full)
    by_span = {(n.candidate.start, n.candidate.end): n.person for n in named}
    kept = [(by_span[(h.name.start, h.name.end)], h) for h in holdings if (h.name.start, h.name.end) in by_span]
    names = _best_spellings(full, named)
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


def _full_names(folded: str, accepted: Iterable[NameCandidate]) -> dict[str, NameCandidate]:
    """Folded full name -> its first candidate; parts and given names are not full while a longer name ends with them."""
    full: dict[str, NameCandidate] = {}
    for candidate in accepted:
        if not candidate.short:
            full.setdefault(folded[candidate.start : candidate.end], candidate)
    for candidate in accepted:
        key = folded[candidate.start : candidate.end]
        if candidate.short and key not in full and candidate.lead_kind and not _fitting(key, candidate, full):
            full[key] = candidate
    return full


def _fitting(key: str, candidate: NameCandidate, full: dict[str, NameCandidate]) -> list[str]:
    """The full names that a shorter form may stand for."""
    fits = [name for name in full if name != key and name.endswith(" " + key)]
    if not fits and not all(is_vietnamese_syllable(s) for s in key.split(" ")):
        fits = [name for name in full if name != key and (name.startswith(key + " ") or f" {key} " in name)]
    if len(fits) > 1 and candidate.lead in _FEMININE:
        fits = [name for name in fits if " thị " in name or full[name].lead in _FEMININE] or fits
    elif len(fits) > 1 and candidate.lead in ("ông", "anh"):
        fits = [name for name in fits if " thị " not in name and full[name].lead not in _FEMININE] or fits
    return fits


def _refer(
    folded: str, candidates: Sequence[NameCandidate], accepted: Sequence[NameCandidate], full: dict[str, NameCandidate]
) -> list[Named]:
    """Every candidate that names one of the people, referred to the fullest name that fits alone."""
    shortened = _shortened(full)
    taken = {(c.start, c.end) for c in accepted}
    named: list[Named] = []
    for candidate in candidates:
        key = folded[candidate.start : candidate.end]
        if key in full:
            person: str | None = shortened.get(key, key)
        elif (candidate.start, candidate.end) in taken or (candidate.short and candidate.lead):
            fits = [name for name in _fitting(key, candidate, full) if name not in shortened]
            person = fits[0] if len(fits) == 1 else _nearest(fits, named)
        else:
            person = None
        if person is not None:
            named.append(Named(person=person, candidate=candidate))
    return named


def _nearest(fits: list[str], named: list[Named]) -> str | None:
    """None fits alone: nobody is guessed."""
    return None


def _shortened(full: dict[str, NameCandidate]) -> dict[str, str]:
    """A full name that is the end or beginning of exactly one other is that person: `Văn Phong`, `Nguyễn Phong` stay apart."""
    found = {}
    for key, candidate in full.items():
        longer = [name for name in full if name != key and name.endswith(" " + key)]
        if len(longer) == 1 and (candidate.short or len(key.split(" ")) <= 2):
            found[key] = longer[0]
    return found


def _best_spellings(full: dict[str, NameCandidate], named: Sequence[Named]) -> dict[str, str]:
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


# --- the organisations of the positions --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A holding with its organisation resolved from the article."""

    person: str
    role: str
    organization: Organization | None
    holding: Holding


@lru_cache(maxsize=4)
def held_positions(article: Article, mentions: tuple[Mention, ...]) -> tuple[Held, ...]:
    """Every holding of the article, each (person, role, organisation, place in the text) once."""
    people = read_people(article, mentions)
    context = read_context(article)
    found = [
        Held(person=person, role=h.position.role, organization=_holding_body(h, context), holding=h)
        for person, h in people.holdings
    ]
    found = [held for held in found if held.organization or held.holding.position.form.needs != "organization"]
    found = _without_shortened(_without_rivals(_with_missing_bodies(found, context)))
    unique = {
        (h.person, fold(h.role), h.organization and h.organization.name, h.holding.start, h.holding.status): h for h in found
    }
    return tuple(sorted(unique.values(), key=lambda h: (h.holding.start, h.holding.end, h.holding.position.start)))


def free_positions(article: Article, people: People) -> list[tuple[Position, Organization | None]]:
    """Positions without a name, with their organisation."""
    context = read_context(article)
    return [(position, _body_of(position, (), context)) for position in people.free]


def _holding_body(holding: Holding, context: OrganizationContext) -> Organization | None:
    body = _body_of(holding.position, holding.group, context)
    if body is None and holding.rule == "officials.signature":
        return _letterhead(context)
    if body is None and holding.position.is_bare and holding.rule.startswith("officials.before_name"):
        return _after_of(holding, context)
    return body


MAX_LETTERHEAD = 1500  # characters of a document within which its issuer stands


def _letterhead(context: OrganizationContext) -> Organization | None:
    """The first organisation that fills a line of its own at the head of a document: who issued it."""
    for match in context.matches:
        if match.start > MAX_LETTERHEAD:
            break
        begin = context.text.rfind("\n", 0, match.start) + 1
        stop = context.text.find("\n", match.end)
        around = context.text[begin : match.start] + context.text[match.end : stop if stop >= 0 else len(context.text)]
        if not around.strip(" |-_*") and context.text[match.start : match.end].isupper():
            body = expand(match, context)
            if body.resolved:
                return body
    return None


def _after_of(holding: Holding, context: OrganizationContext) -> Organization | None:
    """`Giám đốc điều hành Nguyễn Văn A của Công ty B`: the organisation follows the name."""
    if not context.folded.startswith(" của ", holding.name.end):
        return None
    start = holding.name.end + len(" của ")
    match = context.match_at(start)
    if match:
        return expand(match, context)
    named = _NAMED_BODY.match(context.text, start)
    return Organization(name=named.group(), kind="company") if named else None


_NAMED_BODY = re.compile(rf"{CAPITALISED}(?:[ ]{CAPITALISED}){{0,4}}")


def _body_of(position: Position, group: tuple[Position, ...], context: OrganizationContext) -> Organization | None:
    match = position.organization
    if match is None and position.implied:
        match = _implied(position.implied, position.start)
        if match is None:
            return Organization(name=position.implied, kind=position.form.kinds or "other", place=None)
    if match is not None:
        match = _in_place_of_group(match, position, group) or _party_body(match, context) or match
    if match is not None and not (match.is_bare and match.head.name in _BOARDS):
        return expand(match, context)
    shared = _shared_body(position, group)
    if match is not None:
        words = shared or _before_do(position, context)
        return (
            _body_of(replace(position, organization=None, implied=f"{match.head.name} {words}"), (), context) if words else None
        )
    return _body_of(replace(position, implied=shared), (), context) if shared else None


def _implied(words: str, start: int) -> OrganizationMatch | None:
    """The phrase of an organisation that the text does not write in one piece, as if it stood at `start`."""
    found = match_organization(words, fold(words), 0, any_case=True)
    if found is None or found.end < len(words):
        return None
    return replace(found, start=start, own_end=start + found.own_end, end=start + found.end)


# Bodies of a company that are named with it.
_BOARDS = frozenset(("Hội đồng quản trị", "Hội đồng thành viên", "Hội đồng trường", "Ban Giám đốc", "Ban Kiểm soát"))


def _before_do(position: Position, context: OrganizationContext) -> str | None:
    """`Công ty CP A (AAA) do ông B làm Chủ tịch HĐQT`: the organisation named right before `do`."""
    begin = max(0, position.start - MAX_DO)
    for match in reversed(context.matches):
        if begin <= match.start < position.start:
            between = context.folded[match.end : position.start]
            if re.match(r"[ ](?:\([^()]{1,20}\)[ ])?do[ ]", between):
                return match.text
    return None


MAX_DO = 160  # characters from an organisation to the position its chairman holds


def _in_place_of_group(match: OrganizationMatch, position: Position, group: tuple[Position, ...]) -> OrganizationMatch | None:
    """`Ủy viên Ban Thường vụ Tỉnh ủy, Trưởng Đoàn ĐBQH tỉnh A`: what one person holds at once is of one province."""
    if match.is_bare and match.head.name == "Đảng ủy":
        local = next((party for other in group if other.start > position.start and (party := _party_of(other))), None)
        if local and local.startswith("Đảng ủy"):
            return _implied(local, position.start)
    bare = match.parent if match.parent and match.shape == "nest" else match
    if not bare.is_bare or bare.head.level not in ("tỉnh", "thành phố"):
        return None
    for other in group:
        found = other.organization or (_implied(other.implied, other.start) if other.implied else None)
        if found and found.province and found.place and found.unit == bare.head.level:
            return _implied(f"{match.text} {found.place}", position.start)
    return None


def _party_body(match: OrganizationMatch, context: OrganizationContext) -> OrganizationMatch | None:
    """`Bí thư Đảng ủy` where the article names one: `Đảng ủy Chính phủ`, `Đảng ủy Bộ Công an`."""
    if not (match.is_bare and match.head.name == "Đảng ủy"):
        return None
    named = [m for m in context.matches if m.text.startswith("Đảng ủy ")]
    before = [m for m in named if m.start < match.start]
    nearest = before[-1:] or named[:1]
    return nearest[0] if nearest else None


_PARTY_ROLES = frozenset(("Bí thư", "Phó Bí thư", "Bí thư Thường trực", "Phó Bí thư thường trực", "Phó Bí thư Thường trực"))


def _shared_body(position: Position, group: tuple[Position, ...]) -> str | None:
    """`Phó Bí thư, Chủ tịch UBND huyện A`, `Chủ tịch kiêm Tổng Giám đốc Công ty B`: what the next position says of the organisation."""
    later = [p for p in group if p.start > position.start and not p.is_bare]
    if not later:
        return None
    following = later[0]
    if following.form.noun in ("Nhóm", "Tổ", "Đội", "Bộ phận"):
        return None
    if position.role in _PARTY_ROLES:
        return _party_of(following)
    if following.organization and following.organization.kind == "party":
        return following.organization.parent.text if following.organization.parent else None
    return following.organization.text if following.organization else following.implied


_COMMITTEES = {"tỉnh": "Tỉnh ủy", "thành phố": "Thành ủy", "huyện": "Huyện ủy", "quận": "Quận ủy", "thị xã": "Thị ủy"}


def _party_of(position: Position) -> str | None:
    """The party committee beside an authority: `UBND huyện A` -> `Huyện ủy A`, `UBND xã B` -> `Đảng ủy xã B`."""
    match = position.organization or (_implied(position.implied, position.start) if position.implied else None)
    if match is None or match.kind not in ("people's committee", "people's council"):
        return None
    unit = match.unit or ("tỉnh" if match.province else None)
    if unit is None:
        return None
    if unit in _COMMITTEES:
        return f"{_COMMITTEES[unit]} {match.place or ''}".strip()
    return f"Đảng ủy {unit} {match.place or ''}".strip()


# Offices that one person holds at a time.
_SINGLE = frozenset(("Chủ tịch nước", "Tổng Bí thư", "Thủ tướng"))


def _body_name(held: Held) -> str:
    return held.organization.name if held.organization else ""


def _without_rivals(found: list[Held]) -> list[Held]:
    """`chúc mừng đồng chí A, Chủ tịch nước nêu rõ`: the office begins a new clause where the article gives it to another."""
    firm: dict[tuple[str, str], set[str]] = {}
    for held in found:
        if held.role in _SINGLE and held.holding.status == "current" and "before_name" in held.holding.rule:
            firm.setdefault((held.role, _body_name(held)), set()).add(held.person)
    kept = []
    for held in found:
        holders = firm.get((held.role, _body_name(held)), set())
        rival = held.holding.status == "current" and "after_name" in held.holding.rule and holders and held.person not in holders
        if not rival:
            kept.append(held)
    return kept


def _without_shortened(found: list[Held]) -> list[Held]:
    """`Chủ tịch Nguyễn Văn A` of an article that calls him `Chủ tịch nước`, `Bộ trưởng` where his ministry is told elsewhere."""
    fuller: dict[str, set[str]] = {}
    for held in found:
        fuller.setdefault(held.person, set()).add(fold(held.role))
    kept = []
    for held in found:
        longer = any(role.startswith(fold(held.role) + " ") for role in fuller[held.person])
        if held.organization or not longer:
            kept.append(held)
    return kept


def _ministry_of(context: OrganizationContext) -> Organization | None:
    """The ministry under discussion: named at least three times and twice as often as any other."""
    counts: dict[Organization, int] = {}
    for match in context.matches:
        if match.kind == "ministry" and match.head.name.startswith("Bộ "):
            body = expand(match, context)
            counts[body] = counts.get(body, 0) + 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0].name))
    if not ranked or ranked[0][1] < MINISTRY_MENTIONS or (len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]):
        return None
    return ranked[0][0]


MINISTRY_MENTIONS = 3


def _with_missing_bodies(found: list[Held], context: OrganizationContext) -> list[Held]:
    """`Thứ trưởng Trần Văn A` is of the ministry that the article gives him elsewhere, or to all others of that office."""
    of_person: dict[tuple[str, str], set[Organization]] = {}
    of_role: dict[str, set[Organization]] = {}
    for held in found:
        if held.organization:
            of_person.setdefault((held.person, fold(held.role)), set()).add(held.organization)
            if held.holding.position.form.noun == "Bộ":
                of_role.setdefault("Bộ", set()).add(held.organization)
    filled = []
    for held in found:
        if held.organization is None:
            own = of_person.get((held.person, fold(held.role)), set())
            others = of_role.get(held.holding.position.form.noun, set())
            fits = own or others
            if not fits and held.holding.position.form.noun == "Bộ":
                ministry = _ministry_of(context)
                fits = {ministry} if ministry else set()
            if len(fits) == 1:
                held = replace(held, organization=next(iter(fits)))
        filled.append(held)
    return filled
