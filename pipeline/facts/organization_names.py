"""Article, organisation phrase -> full name (`UBND TP` -> `Ủy ban nhân dân thành phố Hà Nội`), place and time of the body."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache

from pipeline.facts.organization_grammar import OrganizationMatch, find_organizations, match_organization
from pipeline.facts.places import (
    DISTRICTS_END,
    PROVINCIAL,
    Province,
    UnitMatch,
    district_provinces,
    match_unit,
    province_names,
    province_on,
    province_rows,
)
from pipeline.lexicon import cached, read_lexicon
from pipeline.model import Article, make_id
from pipeline.vietnamese.sentences import split_sentences
from pipeline.vietnamese.spelling import fold, strip_marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """A body under its full name; `resolved` is False where the article does not tell which one of its kind is meant.

    `scope` sets apart bodies whose names return elsewhere: the province of a commune or school, the article of an unresolved one.
    """

    name: str
    kind: str
    place: str | None = None
    valid_from: int | None = None
    valid_to: int | None = None
    successor: str | None = None
    resolved: bool = True
    scope: str = ""

    @property
    def org_id(self) -> str:
        return _org_id(self.name, self.valid_from, self.scope)


@lru_cache(maxsize=4096)
def _org_id(name: str, valid_from: int | None, scope: str) -> str:
    key = re.sub(r"[\W_]+", " ", fold(name)).strip()
    since = str(valid_from or "")
    return make_id("organization", key, since, scope) if scope else make_id("organization", key, since)


@dataclass(frozen=True, slots=True)
class OrganizationContext:
    """What an article tells about its organisations: where it plays, when, the bodies and units it names, its abbreviations."""

    text: str
    folded: str
    scope: str
    day: date | None
    place: str | None
    matches: tuple[OrganizationMatch, ...]
    units: tuple[UnitMatch, ...]
    defined: Mapping[str, OrganizationMatch] = field(default_factory=dict)

    def match_at(self, position: int, *, any_case: bool = False) -> OrganizationMatch | None:
        """The organisation phrase that begins exactly here; abbreviations that the article defines included."""
        found = match_organization(self.text, self.folded, position, any_case=any_case)
        if found:
            return found
        word = _SHORT.match(self.text, position)
        if word and word.group() in self.defined and (position == 0 or not self.text[position - 1].isalnum()):
            meant = self.defined[word.group()]
            return replace(meant, start=position, own_end=word.end(), end=word.end(), text=word.group(), shape="defined")
        return None


def read_context(article: Article) -> OrganizationContext:
    """The context of an article, remembered for the last few articles."""
    return _read_context(article, _lexicon_stamp())


@cached
def _lexicon_stamp() -> object:
    return object()


@lru_cache(maxsize=4)
def _read_context(article: Article, stamp: object) -> OrganizationContext:
    text = article.text
    folded = fold(text)
    matches = find_organizations(text, folded)
    units = tuple(_find_units(text, folded))
    day = article.published_at.date() if article.published_at else None
    return OrganizationContext(
        text=text,
        folded=folded,
        scope=article.article_id,
        day=day,
        place=_article_place(article, folded, matches, units),
        matches=matches,
        units=units,
        defined=_find_definitions(text, matches),
    )


def article_place(article: Article) -> str | None:
    """The province the article is about: of its portal, its dateline, or the one that clearly governs the text."""
    return read_context(article).place


# --- units and abbreviations of the article ----------------------------------------------------------------------------------

_UNIT_WORD = re.compile(r"(?<!\w)(?:tỉnh|thành phố|tp|huyện|quận|thị xã|phường|xã|thị trấn|đặc khu)", re.IGNORECASE)
_SHORT = re.compile(r"[A-ZĐ][A-ZĐ0-9]{1,11}(?!\w)")
# (UBCKNN) · (sau đây gọi tắt là VAFI) · (viết tắt là KBNN)
_DEFINES = re.compile(r"[ ]?\((?:[^()\n]{0,30}?(?:gọi tắt|viết tắt)(?: là)?[: ]+)?(?P<short>[A-ZĐ][A-ZĐ0-9]{1,11})\)")


def _find_units(text: str, folded: str) -> list[UnitMatch]:
    """Every unit with its name, in the order of the text."""
    found = (match_unit(text, folded, m.start()) for m in _UNIT_WORD.finditer(text))
    return [unit for unit in found if unit and unit.name]


def _find_definitions(text: str, matches: tuple[OrganizationMatch, ...]) -> Mapping[str, OrganizationMatch]:
    defined: dict[str, OrganizationMatch] = {}
    for match in matches:
        tail = _TAIL.match(text, match.own_end) if match.name and match.head.name in _CENTRES else None
        found = _DEFINES.match(text, tail.end() if tail else match.own_end)
        if not found or match.is_bare or _is_head(found["short"]):
            continue
        if tail:
            match = replace(match, name=f"{match.name}{tail.group()}")
        short = found["short"]
        used = len(re.findall(rf"(?<!\w){short}(?!\w)", text)) > 1  # VATA, of its English name
        english = (
            used
            and short.isascii()
            and short.isalpha()
            and len(short) > 2
            and (match.kind in _WITH_ENGLISH_NAMES or match.head.name in _CENTRES)
        )
        if english or _abbreviates(short, text[match.start : match.own_end]):
            defined.setdefault(short, match)
    return defined


# Trung tâm Khoa học và Giáo dục [liên ngành] (ICISE): words of a name that no list knows, up to the abbreviation
_CENTRES = frozenset({"Trung tâm", "Viện"})
_TAIL = re.compile(r"(?:[ ][^\W\d_]{2,7}){1,3}(?=[ ]\([A-ZĐ]{3,8}\))")
_WITH_ENGLISH_NAMES = frozenset({"company", "mass organisation", "school", "hospital", "other", "foreign"})


def _is_head(word: str) -> bool:
    """`UBND`, `HĐND`, `TP`: known without a definition."""
    return match_organization(word, fold(word), 0, any_case=True) is not None or fold(word) in province_names()


def _abbreviates(short: str, name: str) -> bool:
    """It begins as the name does, and its letters come in this order at the beginnings of the words.

    `trái phiếu Chính phủ (TPCP)`, `Bộ Giao thông vận tải (GTVT)` abbreviate something else.
    """
    if short[0] != name[0].upper():
        return False
    initials = iter("".join(word if word.isupper() else word[0] for word in re.findall(r"\w+", name)).upper())
    return all(letter in initials for letter in short if letter.isalpha())


# --- where the article plays -------------------------------------------------------------------------------------------------

# (BĐ) - Chiều 22.4 · HNP - Sáng 23/7 · (binhdinh.gov.vn) - · (ĐN)-
_DATELINE = re.compile(
    r"^[ ]{0,4}(?:\((?P<code>[^\s()]{1,24})\)|(?P<bare>[A-ZĐ]{2,8}|[a-z]{3,20}\.gov\.vn))[ ]{0,2}[-–:][ ]", re.MULTILINE
)
_DATELINE_WITHIN = 3000  # characters
_NEEDED = 3  # points a province needs
_AHEAD = 2.0  # and how many times those of the next


@cached
def _codes() -> Mapping[str, str]:
    """What portals call themselves in datelines and addresses -> province: `HNP`, `BĐ`, `binhdinh`."""
    codes = {code: row["province"] for row in read_lexicon("datelines") for code in row["codes"].split(";")}
    for name in province_rows():
        codes.setdefault(re.sub(r"[\W_]", "", strip_marks(name).lower()), name)
    return codes


def _article_place(
    article: Article, folded: str, matches: tuple[OrganizationMatch, ...], units: tuple[UnitMatch, ...]
) -> str | None:
    if article.place:
        return province_names().get(fold(article.place), article.place)
    stamp = _DATELINE.search(article.text, 0, _DATELINE_WITHIN)
    code = (stamp["code"] or stamp["bare"]).removesuffix(".gov.vn") if stamp else ""
    if code in _codes():
        return _codes()[code]
    host = re.search(r"(?:^|[./])(?:bao)?([a-z]{3,16})\.(?:gov|com|edu)?\.?vn", f"{article.portal or ''} {article.url or ''}")
    if host and host.group(1) in _codes():
        return _codes()[host.group(1)]
    return _governing_place(folded, matches, units)


def _governing_place(folded: str, matches: tuple[OrganizationMatch, ...], units: tuple[UnitMatch, ...]) -> str | None:
    """The province most clearly named with its bodies and units; None where two compete."""
    points: Counter[str] = Counter()
    for match in matches:
        if match.province and match.place and match.kind not in ("company", "foreign"):
            points[match.place] += 2
    for unit in units:
        provinces = (unit.name,) if unit.provincial else district_provinces().get((unit.unit, fold(unit.name or "")), ())
        if unit.name and len(provinces) == 1 and provinces[0]:
            points[provinces[0]] += 1
    tiers = {match.unit for match in matches if match.unit in PROVINCIAL and not match.place}
    if tiers == {"tỉnh"}:  # `UBND tỉnh` is of no city, however often one is named
        points = Counter({name: n for name, n in points.items() if any(p.unit == "tỉnh" for p in province_rows()[name])})
    ranked = sorted(points.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < _NEEDED or (len(ranked) > 1 and ranked[0][1] < _AHEAD * ranked[1][1]):
        return None
    return ranked[0][0]


# --- full names --------------------------------------------------------------------------------------------------------------


def expand(match: OrganizationMatch, context: OrganizationContext) -> Organization:
    """The body a phrase means, under its full name as of the article's day.

    What is left out comes from the article: the province of `UBND tỉnh`, the committee that `BCĐ` stands for.
    """
    named = _recovered(match, context)
    if named is not match and named.start != match.start:
        return expand(named, context)
    match = named
    if match.country:
        return Organization(name=_joined(match.head.name, _clean_name(match), match.country), kind="foreign")
    if match.parent and (match.shape == "nest" or match.head.needs_parent):
        return _with_parent_name(match, context)
    unit = _unit_of(match, context)
    name = _named(match.head.name, _clean_name(match))
    if unit is None:
        return _without_unit(match, name, context)
    province = unit.province
    base = name
    if not match.in_name:
        name = _joined(name, _unit_name(match, unit))
    local = unit.province is None or not unit.provincial
    return Organization(
        name=name,
        kind=match.kind,
        place=province.name if province else None,
        valid_from=_first_year(match, unit),
        valid_to=_last_year(match, unit),
        successor=_successor(match, unit, base),
        scope=(province.name if province else context.scope) if local and match.head.kind != "company" else "",
    )


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit as resolved: tier, name, its province, and whether it is the province itself."""

    unit: str
    name: str
    province: Province | None
    provincial: bool


def _recovered(match: OrganizationMatch, context: OrganizationContext) -> OrganizationMatch:
    """For a bare head the phrase of the article that names such a body in full: the last before, else the first after."""
    generic = match.shape == "topic" and fold(match.name or "") in _GENERIC_TOPICS
    if generic:
        match = replace(match, name=None, place=None, province=False, in_name=False)
    if not (match.is_bare and not match.head.level) or match.shape == "borrowed":
        return match
    full = [
        other
        for other in context.matches
        if other.head.name == match.head.name
        and not other.is_bare
        and fold(other.name or "") not in _GENERIC_TOPICS
        and not _is_within(match.head.name, other)
    ]
    if match.head.name in _EVERYWHERE and len({(other.unit, other.place) for other in full}) != 1:
        return match
    before = [other for other in full if other.start < match.start]
    return (before[-1:] or full[:1] or [match])[0]


def _is_within(head: str, match: OrganizationMatch) -> bool:
    """`HĐQT của HĐQT`: a body that belongs to one of its own kind says nothing about which."""
    parent = match.parent
    while parent:
        if parent.head.name == head:
            return True
        parent = parent.parent
    return False


# There is one of these in every province, district and commune: alone it is clear only where the article names a single one.
_EVERYWHERE = frozenset({"Ủy ban nhân dân", "Hội đồng nhân dân", "Thường trực Hội đồng nhân dân"})


_GENERIC_TOPICS = frozenset({"chương trình", "trung ương", "cấp tỉnh", "cấp huyện", "cấp xã", "quốc gia", "thành phố", "tỉnh"})


def _unit_of(match: OrganizationMatch, context: OrganizationContext) -> _Unit | None:
    """The unit of a phrase, written or recovered."""
    if match.place and match.province:
        province = province_on(match.place, context.day)
        return _Unit(province.unit, province.name, province, True) if province else None
    if match.place:
        unit = match.unit or match.head.level or ""
        return _Unit(unit, match.place, _province_of(unit, match.place, context), False)
    unit_word = match.unit or match.head.level
    if unit_word is None and match.head.name == "Sở":
        unit_word = "province"
    if unit_word is None:
        return None
    return _nearest_unit(unit_word, match.start, context)


def _province_of(unit: str, name: str, context: OrganizationContext) -> Province | None:
    listed = district_provinces().get((unit, fold(name)), ())
    if context.place and (not listed or context.place in listed):
        return province_on(context.place, context.day)
    return province_on(listed[0], context.day) if len(listed) == 1 else None


def _nearest_unit(unit: str, position: int, context: OrganizationContext) -> _Unit | None:
    """The unit that `tỉnh`, `thành phố`, `huyện` alone means here."""
    home = province_on(context.place, context.day) if context.place else None
    if home and unit in (home.unit, "province"):
        return _Unit(home.unit, home.name, home, True)
    if home and unit == "tỉnh":
        return None
    same = [u for u in context.units if u.unit == unit or (unit == "province" and u.provincial)]
    start, end = _sentence_at(context.text, position)
    beside = [u for u in same if start <= u.start < end]
    before = [u for u in same if u.start < position]
    found = min(beside, key=lambda u: (abs(u.start - position), u.start)) if beside else before[-1] if before else None
    if found is None and len({u.name for u in same}) == 1:
        found = same[0]
    if found is None and home is None:
        return _unit_of_bodies(unit, context)
    if found is None or found.name is None:
        return None
    if found.provincial:
        province = province_on(found.name, context.day)
        return _Unit(province.unit, province.name, province, True) if province else None
    return _Unit(found.unit, found.name, _province_of(found.unit, found.name, context), False)


_AUTHORITIES = frozenset({"party", "people's committee", "people's council", "department", "police or army"})


def _unit_of_bodies(unit: str, context: OrganizationContext) -> _Unit | None:
    """`Thành ủy` and `UBND thành phố` of an article that names `Thành ủy Hà Nội` and bodies of no other province."""
    named = {m.place for m in context.matches if m.province and m.place and not m.in_name and m.kind in _AUTHORITIES}
    province = province_on(min(named), context.day) if len(named) == 1 else None
    if province is None or unit not in (province.unit, "province"):
        return None
    return _Unit(province.unit, province.name, province, True)


def _sentence_at(text: str, position: int) -> tuple[int, int]:
    sentences = split_sentences(text)
    place = bisect_right(sentences, (position, len(text))) - 1
    return sentences[place] if place >= 0 else (0, 0)


def _unit_name(match: OrganizationMatch, unit: _Unit) -> str:
    """How the unit stands in the name: `Bình Định`, `tỉnh Bình Định`, `Hà Nội`, `thành phố Hà Nội`, `quận 1`."""
    if unit.name == "Hồ Chí Minh" and unit.provincial:
        return "Thành phố Hồ Chí Minh"
    if match.head.level:
        return unit.name
    written_bare = match.unit is None and match.shape in ("field", "proper") and match.kind in _KEEP_BARE
    if written_bare or (match.head.style == "office" and unit.provincial and unit.unit == "thành phố"):
        return unit.name
    return f"{unit.unit} {unit.name}"


# Kinds whose names take the province without its tier: Trường Đại học Y Hà Nội, Bệnh viện Đa khoa Bình Định.
_KEEP_BARE = frozenset({"school", "hospital", "company", "other"})


def _without_unit(match: OrganizationMatch, name: str, context: OrganizationContext) -> Organization:
    needs_place = match.unit is not None or match.head.level is not None or match.head.name == "Sở" or match.shape == "bare"
    if match.unit:
        name = _joined(name, match.unit)
    local = match.head.style == "local" and not needs_place
    home = province_on(context.place, context.day) if local and context.place else None
    return Organization(
        name=name,
        kind=match.kind,
        place=home.name if home else None,
        valid_from=match.head.valid_from,
        valid_to=match.head.valid_to,
        successor=match.head.successor,
        resolved=not needs_place,
        scope=context.scope if needs_place or (local and home is None) else home.name if home else "",
    )


# What leads a body is of the body's own kind: Ban Thường vụ Công đoàn, Thường trực Chính phủ.
_LEADERSHIPS = frozenset({"Ban Thường vụ", "Ban Chấp hành", "Thường vụ", "Thường trực"})


def _with_parent_name(match: OrganizationMatch, context: OrganizationContext) -> Organization:
    assert match.parent is not None
    parent = expand(match.parent, context)
    own = _joined(match.head.name, _clean_name(match))
    joint = " " if match.shape == "nest" else ", "
    kind = parent.kind if match.head.name in _LEADERSHIPS else match.kind
    successor = f"{own}{joint}{parent.successor}" if parent.successor else None
    return replace(parent, name=f"{own}{joint}{parent.name}", kind=kind, successor=successor)


def _clean_name(match: OrganizationMatch) -> str | None:
    """The name without `số` before the symbol of a document, quotation marks and double spaces."""
    if match.name is None:
        return None
    name = re.sub(r"\b([Ss]ố) (?=\d{1,4}-[A-ZĐ])", "", match.name)
    return re.sub(r"\s+", " ", re.sub(r"[“”\"]", "", name)).strip()


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _named(head: str, name: str | None) -> str:
    """Head and name, a word that ends the one and begins the other once: `Đội Cảnh sát` + `Cảnh sát phòng cháy, chữa cháy`."""
    last = " ".join(head.split(" ")[-2:])
    return _joined(head, name.removeprefix(last).strip() if name and name.startswith(f"{last} ") else name)


def _successor(match: OrganizationMatch, unit: _Unit, base: str) -> str | None:
    """The body of the province that took in this one's, `Sở Y tế tỉnh Gia Lai` after `Sở Y tế tỉnh Bình Định`."""
    old = unit.province
    if not (unit.provincial and old and old.valid_to and old.successor) or match.in_name or match.kind in _KEEP_BARE:
        return None
    new = province_on(old.successor, old.valid_to + timedelta(days=1))
    if new is None:
        return None
    if match.head.level == "tỉnh" and new.unit == "thành phố":
        base = base.replace("Tỉnh", "Thành", 1)  # Tỉnh ủy Bình Dương, Thành ủy Thành phố Hồ Chí Minh
    return _joined(base, _unit_name(match, _Unit(new.unit, new.name, new, True)))


def _first_year(match: OrganizationMatch, unit: _Unit) -> int | None:
    start = unit.province.valid_from if unit.province and unit.provincial else None
    return start.year if start and not match.in_name else match.head.valid_from


def _last_year(match: OrganizationMatch, unit: _Unit) -> int | None:
    if match.in_name or match.kind in _KEEP_BARE:
        return match.head.valid_to
    if unit.provincial:
        end = unit.province.valid_to if unit.province else None
        return end.year if end else match.head.valid_to
    return DISTRICTS_END.year if unit.unit in ("huyện", "quận", "thị xã", "thành phố") else match.head.valid_to
