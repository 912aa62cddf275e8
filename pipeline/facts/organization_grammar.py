"""Text and position -> the organisation phrase that begins exactly there: head, name, place, the body it belongs to.

An organisation is a head (`Sở`, `Ủy ban nhân dân`, `Công ty`) of `lexicon/organizations.tsv` and what its shapes let follow.
Every reader takes a position and gives the end of the longest reading, or None; nothing looks further than `MAX_PHRASE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.facts.forms import Forms, ends_word, first_syllable
from pipeline.facts.places import (
    CAPITALS,
    UnitMatch,
    after_space,
    capitals_before_person,
    looks_like_person,
    match_district,
    match_province,
    match_unit,
    province_names,
)
from pipeline.lexicon import cached, read_lexicon
from pipeline.vietnamese.names import is_vietnamese_syllable
from pipeline.vietnamese.patterns import any_of
from pipeline.vietnamese.spelling import UPPER, fold

MAX_PHRASE = 240  # characters of one organisation phrase
MAX_PIECES = 24  # pieces of one name
MAX_NESTING = 3  # organisations inside organisations


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One line of the lists of organisations, ministries included; `shapes`, `level`, `style` as the list explains them."""

    name: str
    kind: str
    shapes: frozenset[str]
    level: str | None = None
    style: str = ""
    lower: bool = False
    needs_parent: bool = False
    valid_from: int | None = None
    valid_to: int | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationMatch:
    """An organisation phrase, `text[start:end]`; `own_end` is where its own name ends and what it belongs to begins.

    `name` is what follows the head in full words (`Khoa học và Công nghệ` of `Sở KH&CN`), `unit` and `place` the administrative
    unit (`unit` without `place` is `UBND tỉnh`), `province` tells that `place` is a province, `in_name` that `name` holds it
    (`Công ty CP Becamex Bình Định`), `parent` the organisation it belongs to (`Cục Viễn thông (Bộ TT&TT)`), `shape` how it was
    read: one of the shapes of the head, `borrowed` where the unit stands with a later head (`HĐND và UBND tỉnh`).
    """

    start: int
    own_end: int
    end: int
    text: str
    head: Head
    shape: str = "whole"
    name: str | None = None
    unit: str | None = None
    place: str | None = None
    province: bool = False
    in_name: bool = False
    country: str | None = None
    parent: OrganizationMatch | None = None

    @property
    def kind(self) -> str:
        return "foreign" if self.country else self.head.kind

    @property
    def is_bare(self) -> bool:
        """Nothing but the head, to be recovered from the article: `BCĐ`, `UBND`."""
        return not (self.name or self.unit or self.place or self.parent) and "whole" not in self.head.shapes


@dataclass(frozen=True, slots=True)
class _Read:
    """What one reader found after a head."""

    end: int
    shape: str
    name: str | None = None
    unit: str | None = None
    place: str | None = None
    province: bool = False
    in_name: bool = False
    country: str | None = None
    parent: OrganizationMatch | None = None


# --- the lists ---------------------------------------------------------------------------------------------------------------


@cached
def _heads() -> Forms[Head]:
    return Forms.of(_forms())


def _forms() -> Iterator[tuple[str, Head]]:
    for row in read_lexicon("organizations"):
        shapes = frozenset(row["shapes"].split())
        if "none" in shapes:
            continue
        head = Head(
            name=row["head"],
            kind=row["kind"],
            shapes=shapes,
            level=row["level"] or None,
            style=row["place"],
            lower=row["lower"] == "yes",
            needs_parent=row["parent"] == "yes",
        )
        for form in (row["head"], *filter(None, row["aliases"].split(";"))):
            yield fold(form), head
            if " - " in form:
                yield fold(form.replace(" - ", " – ")), head
    for row in read_lexicon("ministries"):
        head = _ministry(row)
        for form in (row["name"], *filter(None, row["aliases"].split(";"))):
            yield fold(form), head


def _ministry(row: Mapping[str, str]) -> Head:
    return Head(
        name=row["name"],
        kind=row["kind"],
        shapes=frozenset({"whole"}),
        valid_from=int(row["valid_from"][:4]) if row["valid_from"] else None,
        valid_to=int(row["valid_to"][:4]) if row["valid_to"] else None,
        successor=row["successor"] or None,
    )


@dataclass(frozen=True, slots=True)
class _Field:
    """`opens` is `yes` where another field may follow in lower case, `must` where one has to (`Quản lý`)."""

    name: str
    opens: str = ""
    verb: bool = False


@cached
def _fields() -> Forms[_Field]:
    """A form that is listed is never another's spelling."""
    listed = {fold(row["field"]): _Field(row["field"], row["opens"], row["verb"] == "yes") for row in read_lexicon("fields")}
    forms = dict(listed)
    for form, field in listed.items():
        for spelling in _spellings(form):
            forms.setdefault(spelling, field)
    return Forms.of(forms.items())


_JOINT = re.compile(r", | - | và ")


def _spellings(name: str) -> Iterator[str]:
    """A name of fields with each way of joining them: `khoa học và công nghệ`, `khoa học - công nghệ`, `khoa học & công nghệ`."""
    parts = _JOINT.split(name)
    joints = _JOINT.findall(name)
    if not joints or len(joints) > 2:
        yield name
        return
    first = (", ", " - ", "-", " ") if len(joints) == 2 else ("",)
    for inner in dict.fromkeys((joints[0], *first)) if len(joints) == 2 else ("",):
        for last in dict.fromkeys((joints[-1], " và ", " & ", " - ", "-", " – ")):
            yield parts[0] + last + parts[1] if len(joints) == 1 else parts[0] + inner + parts[1] + last + parts[2]


@cached
def _abbreviated_fields() -> Mapping[str, _Field]:
    found: dict[str, _Field] = {}
    for row in read_lexicon("fields"):
        for short in filter(None, row["abbreviations"].split(";")):
            found.setdefault(short, _Field(row["field"]))
    return found


@cached
def _ministry_abbreviations() -> Mapping[str, Head]:
    """`GDĐT` -> Bộ Giáo dục và Đào tạo, so that `GD&ĐT`, `GD-ĐT`, `GDĐT` after `Bộ` are one."""
    found: dict[str, Head] = {}
    for row in read_lexicon("ministries"):
        head = _ministry(row)
        for form in filter(None, row["aliases"].split(";")):
            if form.startswith("Bộ ") and form[3:].isupper():
                found[_squeeze(form[3:])] = head
    return found


@cached
def _words(use: str) -> tuple[str, ...]:
    listed = {row["word"] for row in read_lexicon("organization_words") if row["use"] == use}
    return tuple(sorted(listed, key=lambda word: (-len(word), word)))


@cached
def _written(use: str) -> Forms[str]:
    """The words as they are written, to be found in the text itself."""
    return Forms.of((word, word) for word in _words(use))


@cached
def _word_set(use: str) -> frozenset[str]:
    return frozenset(fold(word) for word in _words(use))


@cached
def _countries() -> Forms[str]:
    rows = read_lexicon("countries")
    return Forms.of((fold(form), row["name"]) for row in rows for form in (row["name"], *filter(None, row["aliases"].split(";"))))


# --- the phrase --------------------------------------------------------------------------------------------------------------


# 2634/QĐ-UBND, 203/HĐND-KTNS: the symbol of a document · thôn Hội Nhơn: the name of a place
_INSIDE = re.compile(r"(?:\d[^\s]{0,12}/[^\s]{0,12}|(?<!\w)(?:thôn|ấp) )$")


def match_organization(
    text: str, folded: str, position: int, *, any_case: bool = False, depth: int = 0
) -> OrganizationMatch | None:
    """The longest organisation phrase that begins exactly at `position`; `folded` is `fold(text)`.

    It stops before the name of a person (`Thành ủy Hà Nội Nguyễn Văn Phong` is `Thành ủy Hà Nội`). With `any_case` the head
    may be in lower case, for the place right after a position (`Trưởng ban Chỉ đạo`, `Giám đốc sở KH&CN`).
    """
    if position > 0 and (text[position - 1].isalnum() or text[position - 1] in "_-&") and text[position - 1] != "-":
        return None
    first = first_syllable(folded, position)
    if first not in _first_syllables() or not (any_case or text[position].isupper() or first in _lower_syllables()):
        return None
    heads = tuple(_heads().at(folded, position))
    if not heads and first != "bộ":
        return None
    if match_country(text, folded, position) or match_district(text, folded, position):
        return None  # Đài Loan and Hội An begin like organisations
    if _INSIDE.search(folded, max(0, position - 16), position):
        return None
    best: OrganizationMatch | None = None
    for end, head in heads:
        written = text[position:end]
        if folded[position:end] in _shouted_forms() and not written.isupper():
            continue  # 20 ca tại huyện A, but CA huyện A
        if head.name in _ALSO_IN_ROLES and _IN_ROLE.search(folded, max(0, position - 8), position):
            continue
        if not (any_case or written[0].isupper() or (head.lower and written[0].islower())):
            continue
        for read in _read_after(text, folded, head, position, end, depth=depth):
            if best and best.shape == "whole" and best.own_end > end and read.shape in ("proper", "topic"):
                continue
            if written[0].islower() and not any_case and not _has_capital(text[end : read.end]):
                continue
            if best is None or read.end > best.own_end:
                best = _matched(text, position, read, head)
    if best is None:
        best = _match_ministry(text, folded, position)
    if best is None or (best.place is None and best.shape in ("unit", "field") and _is_generic(folded, best.own_end)):
        return None  # Sở Y tế các tỉnh
    return _with_parent(text, folded, best, depth=depth)


# Phó Trưởng ban Thường trực BCĐ: `Thường trực` belongs to the position, not to the body
_ALSO_IN_ROLES = frozenset({"Thường trực", "Thường vụ", "Thường trực Hội đồng nhân dân"})
_IN_ROLE = re.compile(r"(?<!\w)(?:ban|thư|tịch|tướng|trưởng|đoàn|viên|quan) $")


@cached
def _shouted_forms() -> frozenset[str]:
    """Abbreviations of two letters that are words in lower case: `CA` (Công an)."""
    aliases = (alias for row in read_lexicon("organizations") for alias in row["aliases"].split(";"))
    return frozenset(fold(alias) for alias in aliases if len(alias) == 2 and alias.isupper())


@cached
def _first_syllables() -> frozenset[str]:
    """What an organisation phrase can begin with."""
    return _heads().firsts | {"bộ"}


@cached
def _first_word() -> re.Pattern[str]:
    before = r"(?<!\w.)"
    return re.compile(rf"(?:{any_of(_first_syllables(), behind=before)})(?!\w)")


@cached
def _lower_syllables() -> frozenset[str]:
    """Those of heads that may be written in lower case."""
    return frozenset(first_syllable(form, 0) for form, head in _forms() if head.lower)


def find_organizations(text: str, folded: str) -> tuple[OrganizationMatch, ...]:
    """Every organisation phrase, in the order of the text, none inside the own name of another."""
    found: list[OrganizationMatch] = []
    done = 0
    lower = _lower_syllables()
    for word in _first_word().finditer(folded):
        start = word.start()
        if start < done or not (text[start].isupper() or word.group() in lower):
            continue
        match = match_organization(text, folded, start)
        if match:
            found.append(match)
            done = match.own_end
    return tuple(found)


def _has_capital(text: str) -> bool:
    return any(ch.isupper() for ch in text)


def _matched(text: str, start: int, read: _Read, head: Head) -> OrganizationMatch:
    own_end = read.end
    return OrganizationMatch(
        start=start,
        own_end=own_end,
        end=own_end,
        text=text[start:own_end],
        head=head,
        shape=read.shape,
        name=read.name,
        unit=read.unit,
        place=read.place,
        province=read.province,
        in_name=read.in_name,
        country=read.country,
        parent=read.parent,
    )


# Bộ GD&ĐT · Bộ VH-TT&DL · Bộ LĐ - TB&XH
_ABBREVIATED = re.compile(r"[A-ZĐ]{1,9}(?:(?:[-&–,.]|[ ][-–&][ ]|,[ ]|[ ]và[ ])[A-ZĐ]{1,9}){0,4}(?![\w])")


def _match_ministry(text: str, folded: str, position: int) -> OrganizationMatch | None:
    if not folded.startswith("bộ ", position) or not text[position].isupper():
        return None
    for end in _abbreviation_ends(text, position + 3):
        head = _ministry_abbreviations().get(_squeeze(text[position + 3 : end]))
        if head:
            return _matched(text, position, _Read(end, "whole"), head)
    return None


def _abbreviation_ends(text: str, start: int) -> list[int]:
    """Ends of the abbreviation that begins here, longest first: `KH&CN`, then `KH`."""
    found = _ABBREVIATED.match(text, start)
    if not found:
        return []
    return [start + m.end() for m in re.finditer(r"[A-ZĐ]+", found.group())][::-1]


def _squeeze(abbreviation: str) -> str:
    return re.sub(r"[^A-ZĐ]", "", abbreviation)


def _read_after(text: str, folded: str, head: Head, start: int, end: int, *, depth: int) -> Iterator[_Read]:
    """Every reading of what follows a head, by the shapes of the head."""
    shapes = head.shapes
    following = after_space(text, end)
    if "whole" in shapes:
        yield from _read_whole(text, folded, head, end)
    if following is not None:
        if "unit" in shapes:
            yield from _read_unit(text, folded, head, following)
        shouted = text[start:end].isupper() and fold(head.name) == folded[start:end]  # BÁO CHÍ, PHỤC VỤ CÔNG TÁC
        if "field" in shapes and not (shouted and " " not in head.name and head.name != "Sở"):
            yield from _read_field(text, folded, head, following)
        if "proper" in shapes and not shouted:
            yield from _read_proper(text, folded, head, following)
        if "number" in shapes:
            yield from _read_number(text, folded, following)
        if "topic" in shapes and not shouted:
            yield from _read_topic(text, folded, following)
        if "nest" in shapes and depth < MAX_NESTING:
            inner = match_organization(text, folded, following, depth=depth + 1)
            if inner and (not inner.is_bare or inner.head.level):
                yield _Read(inner.own_end, "nest", parent=inner)
    if "bare" in shapes and not _is_generic(folded, end):
        borrowed = _borrowed_unit(text, folded, end) if "unit" in shapes else None
        yield borrowed or _Read(end, "bare")


# UBND các tỉnh · HĐND cấp xã · UBND hai cấp
_GENERIC = re.compile(
    r"[ ](?:các|cấp (?:xã|tỉnh|huyện|thành phố|cơ sở|trên|dưới|quận|phường|trung ương)|cùng cấp|những|mỗi|từng|(?:hai|ba|2|3) cấp|tuyến)\b"
)


def _read_whole(text: str, folded: str, head: Head, end: int) -> Iterator[_Read]:
    """A full name; of a ministry also that of another country: `Bộ Ngoại giao Nhật Bản`."""
    yield _Read(end, "whole")
    following = after_space(text, end)
    if following is None or not head.name.startswith(_OF_STATES):
        return
    country = match_country(text, folded, following)
    if country:
        yield _Read(country[0], "whole", country=country[1])


def match_country(text: str, folded: str, position: int) -> tuple[int, str] | None:
    """End and name of the country that is named exactly here."""
    if position >= len(text) or not text[position].isupper():
        return None
    return next(_countries().at(folded, position), None)


_OF_STATES = ("Bộ ", "Quốc hội", "Chính phủ", "Ủy ban Thường vụ Quốc hội")


# UBND xã, phường: every one of them
_EVERY_UNIT = re.compile(
    r"[ ](?:tỉnh|thành phố|tp|huyện|quận|thị xã|phường|xã|thị trấn)(?:,|[ ]và|/|[ ]?-)[ ]?"
    r"(?:tỉnh|thành phố|tp|huyện|quận|thị xã|phường|xã|thị trấn|đặc khu)\b"
)


def _is_generic(folded: str, end: int) -> bool:
    return bool(_GENERIC.match(folded, end) or _EVERY_UNIT.match(folded, end))


# HĐND và UBND tỉnh · HĐND, UBND, UBMTTQ thành phố Hà Nội
_BORROWS = re.compile(r"(?:,|[ ]và|[ ]?[-–/])[ ]?")


def _borrowed_unit(text: str, folded: str, end: int) -> _Read | None:
    position = end
    for _ in range(3):
        link = _BORROWS.match(folded, position)
        if not link:
            return None
        stop = next((end for end, head in _heads().at(folded, link.end()) if "unit" in head.shapes and not head.level), None)
        if stop is None:
            return None
        following = after_space(text, stop)
        unit = match_unit(text, folded, following) if following is not None else None
        if unit:
            return _Read(end, "borrowed", unit=unit.unit, place=unit.name, province=unit.provincial)
        position = stop
    return None


# --- units and places --------------------------------------------------------------------------------------------------------


# Hội Nông dân Việt Nam tỉnh · Đoàn ĐBQH khóa XV tỉnh
_BETWEEN = re.compile(r"(?:việt nam |khóa [ivx]{1,5} ){1,2}")


def _read_unit(text: str, folded: str, head: Head, start: int) -> Iterator[_Read]:
    """`UBND tỉnh Bình Định`, `Thành ủy Hà Nội`, `HĐND TP`, `Công an Hà Nội`, `Hội Nông dân Việt Nam tỉnh`."""
    between = _BETWEEN.match(folded, start)
    if between:
        start = between.end()
    unit = match_unit(text, folded, start)
    if unit:
        if unit.name is None and _lists_units(folded, unit.end):
            return
        yield _Read(unit.end, "unit", unit=unit.unit, place=unit.name, province=unit.provincial)
    province = match_province(text, folded, start)
    if province and not unit:
        yield _Read(province[0], "unit", place=province[1], province=True)
    elif head.level and not unit:
        name = capitals_before_person(text, folded, start)
        if name and not looks_like_person(text[start:name]) and not _begins_organization(text, folded, start):
            yield _Read(name, "unit", unit=head.level, place=text[start:name])
    if not unit and not province and folded.startswith(("trung ương", "khối ", "bộ công an"), start):
        yield from _read_named_body(text, folded, start)


# UBND quận, phường: every one of them
_LISTED = re.compile(r"(?:,|[ ]và|/|[ ]?-)[ ]?(?:tỉnh|thành phố|tp|huyện|quận|thị xã|phường|xã|thị trấn|đặc khu)\b")


def _lists_units(folded: str, end: int) -> bool:
    return bool(_LISTED.match(folded, end))


_BLOC = re.compile(r"khối (?:các )?(?:cơ quan|doanh nghiệp)(?: và doanh nghiệp)?")


def _read_named_body(text: str, folded: str, start: int) -> Iterator[_Read]:
    """`Đảng ủy Khối các cơ quan tỉnh`: a body within the unit."""
    found = _BLOC.match(folded, start)
    if found:
        following = after_space(text, found.end())
        unit = match_unit(text, folded, following) if following is not None else None
        name = text[start : found.end()]
        if unit:
            yield _Read(unit.end, "unit", name=name, unit=unit.unit, place=unit.name, province=unit.provincial)
        else:
            yield _Read(found.end(), "unit", name=name)


def _begins_organization(text: str, folded: str, start: int) -> bool:
    return next(_heads().at(folded, start), None) is not None


# --- names made of fields of work --------------------------------------------------------------------------------------------


def _read_field(text: str, folded: str, head: Head, start: int) -> Iterator[_Read]:
    """`Sở Khoa học và Công nghệ Hà Nội`, `Cục Quản lý nhà và Thị trường bất động sản`, `Sở KH&CN tỉnh`, `Vụ Vận tải`."""
    for end in _abbreviation_ends(text, start):
        field = _abbreviated_fields().get(_squeeze(text[start:end]))
        if field:
            yield _closed(text, folded, head, end, field.name)
            return
    end, parts = _field_run(text, folded, head, start)
    if not parts:
        return
    if text[start].islower() and not (len(" ".join(parts).split()) >= 3 and head.name not in _WORDLIKE):
        return
    yield _closed(text, folded, head, end, " ".join(parts))


# Heads that are also words: after these a name begins with a capital.
_WORDLIKE = frozenset({"Ban", "Hội đồng", "Vụ", "Ủy ban", "Hội", "Viện", "Quỹ"})


_FIELD_LINK = re.compile(r"[ ](?:và[ ]|-[ ]|&[ ])?")


def _field_run(text: str, folded: str, head: Head, start: int) -> tuple[int, list[str]]:
    """End and words of the longest chain of fields: joined by a space, `và`, ` - `."""
    position, parts, opened = start, list[str](), True
    end, field = start, _Field("")
    for _ in range(6):
        found = _field_at(text, folded, position, opened=opened)
        suffix = _suffix_at(text, folded, position) if parts else None
        if not found or (suffix and suffix[0] > found[0]):
            break
        end, field = found
        parts.append(_cased(field.name, text[position]))
        opened = bool(field.opens)
        link = _FIELD_LINK.match(folded, end)
        if not link:
            break
        joins = link.group() != " "
        if joins and (head.name == "Sở" or not text[link.end() : link.end() + 1].isupper()):
            break
        position = link.end()
        following = _field_at(text, folded, position, opened=opened)
        if not following or (not joins and text[position].islower() and not opened):
            break
        if joins:
            parts.append(link.group().strip())
    if parts and field.opens == "must":
        return start, []
    return end, parts


def _field_at(text: str, folded: str, position: int, *, opened: bool) -> tuple[int, _Field] | None:
    found = next(_fields().at(folded, position), None)
    return None if found and text[position].islower() and found[1].verb and not opened else found


def _cased(field: str, written: str) -> str:
    """The field with the first letter as it is written here."""
    return field if written.isupper() else field[0].lower() + field[1:]


def _closed(text: str, folded: str, head: Head, end: int, name: str) -> _Read:
    """What may close a name of fields: `Việt Nam`, `Trung ương`, `khu vực I`, a unit, a province, a country."""
    for _ in range(2):
        following = after_space(text, end)
        suffix = _suffix_at(text, folded, following) if following is not None else None
        if suffix is None:
            break
        name, end = f"{name} {suffix[1]}", suffix[0]
    following = after_space(text, end)
    if following is None:
        return _Read(end, "field", name=name)
    place = _place_at(text, folded, head, following)
    if place:
        return replace(place, name=name)
    country = match_country(text, folded, following)
    if country and country[1] != "Anh":
        return _Read(country[0], "field", name=name, country=country[1])
    return _Read(end, "field", name=name)


_REGION = re.compile(r"(?:khu vực|vùng|số|liên tỉnh)[ ](?:[IVX]{1,5}|\d{1,3})(?!\w)|[IVX]{1,4}(?!\w)")


def _suffix_at(text: str, folded: str, start: int) -> tuple[int, str] | None:
    region = _REGION.match(text, start)
    if region:
        return region.end(), region.group()
    found = next(_written("suffix").at(text, start), None)
    return (found[0], {"VN": "Việt Nam", "TƯ": "Trung ương", "TW": "Trung ương"}.get(found[1], found[1])) if found else None


def _place_at(text: str, folded: str, head: Head, start: int) -> _Read | None:
    unit = match_unit(text, folded, start)
    if unit and head.style:
        if unit.name is None and _lists_units(folded, unit.end):
            return None
        return _Read(unit.end, "field", unit=unit.unit, place=unit.name, province=unit.provincial)
    province = match_province(text, folded, start)
    if province:
        return _Read(province[0], "field", place=province[1], province=True)
    return None


# --- proper names ------------------------------------------------------------------------------------------------------------

_QUOTED = re.compile(r"[“\"](?P<name>[^”\"\n]{2,60})[”\"]")
_CAPITAL_WORD = re.compile(rf"[{UPPER}][\w.’'&+]{{0,24}}")
_NUMBER_WORD = re.compile(r"(?:số[ ])?\d{1,4}(?![\w.,/%-])")
_SINGLE = re.compile(r"(?P<joint>[ ]và[ ]|[ ]?[-–&][ ]?|[ ])")


def _read_proper(text: str, folded: str, head: Head, start: int) -> Iterator[_Read]:
    """`Công ty CP Becamex Bình Định`, `Trường THPT chuyên Lê Quý Đôn`, `Hiệp hội Vận tải ô tô Việt Nam`, `Bệnh viện Bạch Mai`."""
    end, capital = _proper_run(text, folded, start, persons=head.kind in _NAMED_AFTER)
    if end == start or not capital:
        return
    name = text[start:end].strip()
    if (
        len(name) < 2
        or re.search(r"(?:^|[a-zà-ỹ] )[A-Z]$", name)
        or match_country(name, fold(name), 0) == (len(name), name)
        or name in _words("suffix")
    ):
        return  # công ty Mỹ, THCS Việt Nam
    if head.level is None and _is_person_only(name, head):
        return
    read = _Read(end, "proper", name=name)
    following = after_space(text, end)
    if following is not None and head.style:
        unit = match_unit(text, folded, following)
        if unit and unit.name and text[following : following + 2].lower() in ("tỉ", "th", "tp", "hu", "qu", "xã", "ph"):
            yield replace(read, end=unit.end, unit=unit.unit, place=unit.name, province=unit.provincial)
            return
    place = _last_province(name) if head.style != "local" else None
    yield replace(read, place=place, province=place is not None, in_name=place is not None)


# What may carry the name of a person: Trường THPT Lê Hồng Phong, Công ty Lê Quang Lộc.
_NAMED_AFTER = frozenset({"school", "hospital", "company"})


def _is_person_only(name: str, head: Head) -> bool:
    """`Hội Nguyễn Văn A`: no organisation is called so, a school may be."""
    return head.kind not in _NAMED_AFTER and looks_like_person(name) and len(name.split()) > 2


def _last_province(name: str) -> str | None:
    words = name.split()
    for size in (4, 3, 2, 1):
        found = province_names().get(fold(" ".join(words[-size:]))) if len(words) >= size else None
        if found:
            return found
    return None


def _proper_run(text: str, folded: str, start: int, *, persons: bool) -> tuple[int, bool]:
    """End of a name in capitals with the legal forms and fields before it, and whether it holds a capital at all."""
    position, end, named, capital, opened = start, start, False, False, True
    for _ in range(MAX_PIECES):
        if position - start > MAX_PHRASE:
            break
        run = CAPITALS.match(text, position)
        if end > start and not persons and run and looks_like_person(run.group()) and len(run.group().split()) > 2:
            break
        stop = _proper_piece(text, folded, position, named=named, opened=opened)
        if stop is None:
            break
        end, is_name, is_capital, opened = stop
        named, capital = named or is_name, capital or is_capital
        link = _SINGLE.match(text, end)
        if not link:
            break
        position = link.end()
        if folded.startswith(("ảnh", "nguồn"), position) and link["joint"] != " ":
            break  # Trường Tiểu học Tân Lập - Ảnh: …
        if link["joint"].strip() == "và" and not _joins_names(text, folded, position):
            break
    return end, capital


def _joins_names(text: str, folded: str, position: int) -> bool:
    """`Kinh doanh và Công nghệ`, not `Viettel và Tập đoàn VNPT`."""
    return (
        position < len(text)
        and not _begins_organization(text, folded, position)
        and _field_at(text, folded, position, opened=True) is not None
    )


def _legal_at(text: str, folded: str, position: int) -> int | None:
    """End of a legal form: in words in any case, as an abbreviation only in capitals."""
    for word in _words("legal"):
        end = position + len(word)
        written = text.startswith(word, position) or (" " in word and folded.startswith(fold(word), position))
        if written and ends_word(text, end):
            return end
    return None


def _proper_piece(text: str, folded: str, position: int, *, named: bool, opened: bool) -> tuple[int, bool, bool, bool] | None:
    """End of one piece of a proper name, whether it is the name itself, in capitals, and opens a field in lower case."""
    if position >= len(text):
        return None
    suffix = _suffix_at(text, folded, position)
    if suffix:
        return suffix[0], False, text[position].isupper(), False
    quoted = _QUOTED.match(text, position)
    if quoted and not named:
        return quoted.end(), True, True, False
    legal = _legal_at(text, folded, position)
    if legal:
        return legal, False, False, True
    upper = text[position].isupper()
    if not named or upper:
        field = _field_at(text, folded, position, opened=opened)
        if field and (upper or not named):
            return field[0], False, upper, bool(field[1].opens)
    number = _NUMBER_WORD.match(text, position)
    if number:
        return number.end(), False, False, False
    if not upper or _begins_organization(text, folded, position):
        return None
    run = CAPITALS.match(text, position)
    end = capitals_before_person(text, folded, position, limit=8) if run else None
    if end is not None:
        end = _before_field(text, folded, position, end)
    if end is None and run and not named and looks_like_person(run.group()):
        end = run.end()
    if end is None:
        word_found = _CAPITAL_WORD.match(text, position)
        if not word_found or (run and named and looks_like_person(run.group())):
            return None
        end = word_found.end()
        while end > position and text[end - 1] in ".,'’&+":
            end -= 1
    return _whole_word(text, folded, position, end), True, True, False


_SECOND = re.compile(r"[ ](?P<word>[^\W\d_]{2,7})(?!\w)")


def _whole_word(text: str, folded: str, start: int, end: int) -> int:
    """`Phật giáo`, `Tin học`: one capitalised syllable that stands alone takes the second syllable of its word."""
    second = _SECOND.match(folded, end)
    alone = text[start:end].istitle() and " " not in text[start:end] and is_vietnamese_syllable(folded[start:end])
    if not (second and alone and text[second.start("word")].islower()) or not is_vietnamese_syllable(second["word"]):
        return end
    if second["word"] in _word_set("second") or _stop_at(text, folded, second.start("word")):
        return end
    return second.end()


def _before_field(text: str, folded: str, start: int, end: int) -> int:
    """`Him Lam` of `Him Lam Thủ đô`: a name in capitals ends where a field, a suffix or another organisation begins."""
    for syllable in list(re.finditer(r"\S+", text[start:end]))[1:]:
        position = start + syllable.start()
        field = _field_at(text, folded, position, opened=True)
        city = folded.startswith(("tp", "tx"), position) and match_unit(text, folded, position)
        if (field and field[0] > end) or _begins_organization(text, folded, position) or city:
            return position - 1
    return end


# --- numbers and topics ------------------------------------------------------------------------------------------------------

# Not the number of what is counted after it: `làm trưởng đoàn kiểm tra 3 xã`.
_NUMBERED = re.compile(
    r"(?:số[ ]|[Kk]hu vực[ ])?(?:\d{1,4}|[IVX]{1,5})(?![\w/]|[ ](?:xã|phường|thôn|huyện|tỉnh|địa phương|đơn vị|cơ sở|dự án|công trình|"
    r"hộ|người|doanh nghiệp|trường|điểm|nội dung|nhóm|lĩnh vực|đảng bộ|chi bộ|tổ chức|cơ quan|vụ|tuyến|nhà máy)(?!\w))|Thủ đô"
)


def _read_number(text: str, folded: str, start: int) -> Iterator[_Read]:
    """`Quân khu 7`, `Quân khu V`, `Đoàn Kiểm tra số 05`."""
    found = _NUMBERED.match(text, start)
    if not found:
        return
    yield _Read(found.end(), "number", name=found.group())
    if text.startswith(" - ", found.end()):  # Tòa án nhân dân khu vực 1 - Hà Nội
        province = match_province(text, folded, found.end() + 3)
        if province:
            yield _Read(province[0], "number", name=text[start : province[0]], place=province[1], province=True, in_name=True)


_DOCUMENT = re.compile(r"\d{1,4}-[A-ZĐ][\w]{1,6}(?:/[\w-]{1,12}){1,2}")
_TOKEN = re.compile(r"[^\s,;:.()“”\"!?…]{1,40}(?:\.(?=\w)[^\s,;:.()“”\"!?…]{1,20})?")


def _read_topic(text: str, folded: str, start: int) -> Iterator[_Read]:
    """`Ban Chỉ đạo Chương trình 07-CTr/TU`, `BCĐ phòng, chống dịch Covid-19 tỉnh`, `Ban Chỉ đạo 389 quốc gia`."""
    opening = next(_written("topic start").at(text, start), None)
    if opening is None:
        yield from _read_numbered_topic(text, folded, start)
        return
    end, position, commas = start, start, 0
    unit: UnitMatch | None = None
    while position - start < MAX_PHRASE:
        unit = _topic_unit(text, folded, position) if position > start else None
        token = _TOKEN.match(text, position)
        if unit or not token or (position > start and _stops_topic(text, folded, position)):
            break
        document = _DOCUMENT.match(text, position)
        if document:
            end = document.end()
            break
        end = position = _compound_at(text, folded, position) or token.end()
        step = _topic_step(text, folded, end, commas)
        if step is None:
            break
        position, commas = step
    end = _without_loose_end(text, start, end)
    if end == start:
        return
    name = text[start:end]
    if unit:
        yield _Read(unit.end, "topic", name=name, unit=unit.unit or None, place=unit.name, province=unit.provincial)
        return
    place = _last_province(name)
    yield _Read(end, "topic", name=name, place=place, province=place is not None, in_name=place is not None)


# Ban Chỉ đạo 389 quốc gia kiểm tra · Ban Chỉ đạo 751 tỉnh · Ban chỉ đạo số 751/QĐ-TTg
_NUMBERED_TOPIC = re.compile(
    r"(?:số[ ])?\d{1,4}[-/]?[\w-]{0,14}(?:/[\w-]{1,12}){0,2}(?:[ ](?:quốc gia|trung ương)(?!\w))?", re.IGNORECASE
)


# After a bare number: the tier of the committee, not so many of something.
_TIER_ALONE = re.compile(
    r"(?:tỉnh|thành phố|huyện)[ ](?:kiểm tra|họp|tổ chức|làm việc|triển khai|ban hành|yêu cầu|đề nghị|chỉ đạo|"
    r"đã|vừa|cho biết|phối hợp|giao|chủ trì|báo cáo|kết luận|nhấn mạnh|phát biểu|dự|thăm|tiếp|ghi nhận|lưu ý)(?!\w)"
)


def _read_numbered_topic(text: str, folded: str, start: int) -> Iterator[_Read]:
    found = _NUMBERED_TOPIC.match(text, start)
    if not found:
        return
    following = after_space(text, found.end())
    unit = _topic_unit(text, folded, following) if following is not None else None
    if unit is None and following is not None and _TIER_ALONE.match(folded, following):  # Ban Chỉ đạo 701 tỉnh kiểm tra
        unit = match_unit(text, folded, following)
    if unit:
        yield _Read(unit.end, "topic", name=found.group(), unit=unit.unit, place=unit.name, province=unit.provincial)
    else:
        yield _Read(found.end(), "topic", name=found.group())


# dịch Covid-19 tỉnh Hà Nam · dịch Covid-19 của tỉnh · 07-CTr/TU Thành phố,
_CLOSES = re.compile(r"[ ]?(?:$|[\n.,;:)”\"–-]|[^\W\d_a-z])")


def _topic_unit(text: str, folded: str, position: int) -> UnitMatch | None:
    """The unit a committee belongs to, after what it is for."""
    owned = folded.startswith("của ", position)
    start = position + len("của ") if owned else position
    province = match_province(text, folded, start) if owned else None
    if province:
        return UnitMatch(start=start, end=province[0], unit="", name=province[1], provincial=True)
    unit = match_unit(text, folded, start)
    if unit and unit.name is None and (unit.unit not in ("tỉnh", "thành phố", "huyện", "quận") or _lists_units(folded, unit.end)):
        return None
    if unit and unit.name is None and not owned and not _CLOSES.match(text, unit.end):
        return None
    return unit


def _topic_step(text: str, folded: str, end: int, commas: int) -> tuple[int, int] | None:
    """Where the topic goes on after a word: the next word, or after a comma what a topic may hold."""
    following = after_space(text, end)
    if following is not None:
        return following, commas
    position = end + 2
    if text.startswith(", ", end) and commas < 4:
        words = _word_set("topic comma")
        if any(folded.startswith(word, position) and ends_word(text, position + len(word)) for word in words):
            return position, commas + 1
    return None


def _compound_at(text: str, folded: str, position: int) -> int | None:
    """End of a compound that holds a word which would else end the topic: `công trình`, `nhà ở`, `đổi mới sáng tạo`."""
    ends = [
        position + len(word)
        for word in _word_set("topic whole")
        if folded.startswith(word, position) and ends_word(text, position + len(word))
    ]
    field = _field_at(text, folded, position, opened=True)
    if field and not field[1].verb and " " in text[position : field[0]]:
        ends.append(field[0])
    return max(ends, default=None)


def _stops_topic(text: str, folded: str, position: int) -> bool:
    if _compound_at(text, folded, position):
        return False
    if _stop_at(text, folded, position):
        return True
    run = CAPITALS.match(text, position)
    if run and looks_like_person(run.group()) and len(run.group().split()) >= 2:
        return not match_province(text, folded, position)
    return text[position].isupper() and _begins_organization(text, folded, position)


def _stop_at(text: str, folded: str, position: int) -> bool:
    stops = _stops_by_first().get(first_syllable(folded, position), ())
    return any(folded.startswith(word, position) and ends_word(text, position + len(word)) for word in stops)


@cached
def _stops_by_first() -> Mapping[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for word in sorted(_word_set("topic stop")):
        first = first_syllable(word, 0)
        index[first] = (*index.get(first, ()), word)
    return index


_LOOSE = re.compile(r"(?:[ ](?:và|các|về|những|với|–|-))+$")


def _without_loose_end(text: str, start: int, end: int) -> int:
    loose = _LOOSE.search(text, max(start, end - 24), end)
    return loose.start() if loose else end


# --- the organisation it belongs to ------------------------------------------------------------------------------------------

# Cục Viễn thông (Bộ TT&TT) · Ban Chỉ đạo … của Thành ủy · Phòng A thuộc Sở B · Khoa A, Trường Đại học B
_OF = re.compile(r"[ ](?:của|thuộc|trực thuộc)[ ]|[ ]\((?:thuộc[ ])?|,[ ](?:thuộc[ ])?|[ ]?[-–][ ]?|[ ]")
# Heads of a part, and the heads of the whole that may follow it after a comma or nothing at all.
_WHOLES = {
    "Khoa": ("Trường Đại học", "Đại học", "Bệnh viện", "Học viện", "Trường Cao đẳng", "Bệnh viện Đa khoa"),
    "Phòng": ("Sở", "Công an", "Ủy ban nhân dân", "Cục", "Bộ Tư lệnh", "Bộ Chỉ huy Quân sự"),
    "Phòng Cảnh sát": ("Công an",),
    "Phòng An ninh": ("Công an",),
    "Phòng Tham mưu": ("Công an", "Bộ Chỉ huy Quân sự", "Bộ Chỉ huy Bộ đội Biên phòng"),
    "Đội Cảnh sát": ("Công an", "Phòng Cảnh sát"),
    "Cục": ("Bộ", "Tổng cục"),
    "Tổng cục": ("Bộ",),
    "Vụ": ("Bộ", "Tổng cục", "Văn phòng Quốc hội", "Văn phòng Chính phủ", "Ngân hàng Nhà nước Việt Nam"),
    "Chi cục": ("Sở", "Cục"),
    "Viện": ("Trường Đại học", "Đại học", "Học viện", "Bộ"),
    "Cục Cảnh sát": ("Bộ",),
    "Cục An ninh": ("Bộ",),
}


def _with_parent(text: str, folded: str, match: OrganizationMatch, *, depth: int) -> OrganizationMatch:
    link = _OF.match(text, match.own_end)
    if not link or match.parent or depth >= MAX_NESTING:
        return match
    parent = match_organization(text, folded, link.end(), depth=depth + 1)
    if parent is None:
        return match
    end = parent.end
    joint = link.group().strip(" (")
    if "(" in link.group():
        if not text.startswith(")", end):
            return match
        end += 1
    elif joint not in ("của", "thuộc", "trực thuộc", ", thuộc"):
        wholes = _WHOLES.get(match.head.name, ())
        if not any(parent.head.name == whole or (whole == "Bộ" and parent.head.name.startswith("Bộ ")) for whole in wholes):
            return match
    return replace(match, end=end, text=text[match.start : end], parent=parent)
