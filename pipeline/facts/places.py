"""Text -> administrative units (`TP.HCM`, `huyện Vân Canh`, `tỉnh`), provinces as of a day, and where a name in capitals ends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.facts.forms import Forms, ends_word
from pipeline.lexicon import cached, read_lexicon
from pipeline.vietnamese.spelling import UPPER, fold

PROVINCIAL = ("tỉnh", "thành phố")
DISTRICTS_END = date(2025, 6, 30)  # the tier between province and commune was abolished on 1 July 2025

_UNIT_FORMS = {
    "tỉnh": ("tỉnh",),
    "thành phố": ("thành phố", "tp.", "tp"),
    "huyện": ("huyện",),
    "quận": ("quận", "q."),
    "thị xã": ("thị xã", "tx.", "tx"),
    "phường": ("phường", "p."),
    "xã": ("xã",),
    "thị trấn": ("thị trấn", "tt."),
    "đặc khu": ("đặc khu",),
}
# `TP`, `Tp.`, `thị xã`, `huyện`; the abbreviations only where a name or nothing follows
_UNIT = re.compile("|".join(re.escape(form) for forms in _UNIT_FORMS.values() for form in forms))
_COMMITTEE = re.compile(r"[ ](?:ủy|đoàn|đội)(?!\w)")  # `Tỉnh ủy`, `Tỉnh đoàn` are bodies, no units
_UNIT_OF = {form: unit for unit, forms in _UNIT_FORMS.items() for form in forms}
_NUMBER = re.compile(r"[ ]?(?P<number>\d{1,2})(?![\w.,/%]*\d)(?!\w)")
_SYLLABLE = rf"[{UPPER}][^\W\d_]{{0,11}}(?:[’'][^\W\d_]{{1,11}})?"
# `Vân Canh`, `Cư M'gar`, `Phan Rang - Tháp Chàm`
CAPITALS = re.compile(rf"{_SYLLABLE}(?:[ ]{_SYLLABLE}){{0,7}}")
_JOINED = re.compile(rf"[ ]?[-–][ ]?(?P<rest>{_SYLLABLE}(?:[ ]{_SYLLABLE}){{0,2}})")
_SPACES = re.compile(r"[ \t\u00a0]{1,3}")

# Where the list of surnames is not enough to tell: these begin names of people far more often than names of places.
_COMMON_SURNAMES = frozenset(
    {"nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi", "đỗ", "hồ", "ngô", "dương", "lý"}
    | {"đinh", "đoàn", "trịnh", "đào", "lâm", "trương"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """A province or city under the central government under one name, for as long as it stood."""

    name: str
    unit: str
    valid_from: date | None
    valid_to: date | None
    seat: str
    successor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMatch:
    """An administrative unit in the text; `name` is None where only the tier is written (`UBND tỉnh`)."""

    start: int
    end: int
    unit: str
    name: str | None
    provincial: bool


@cached
def province_rows() -> Mapping[str, tuple[Province, ...]]:
    """Every period of a province by its name, earliest first."""
    rows: dict[str, list[Province]] = {}
    for row in read_lexicon("provinces"):
        province = Province(
            name=row["name"],
            unit=row["unit"],
            valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            seat=row["seat"],
            successor=row["successor"] or None,
        )
        rows.setdefault(province.name, []).append(province)
    return {name: tuple(sorted(same, key=lambda p: p.valid_from or date.min)) for name, same in rows.items()}


def province_on(name: str, day: date | None) -> Province | None:
    """The province of this name on that day; the last that stood before it, where none did; the first without a day."""
    periods = province_rows().get(name, ())
    if not periods:
        return None
    if day is None:
        return periods[0]
    standing = [p for p in periods if (p.valid_from or date.min) <= day <= (p.valid_to or date.max)]
    before = [p for p in periods if (p.valid_from or date.min) <= day]
    return (standing or before or list(periods))[-1]


@cached
def province_names() -> Mapping[str, str]:
    """Folded name or alias -> name of the province."""
    names: dict[str, str] = {}
    for row in read_lexicon("provinces"):
        for form in (row["name"], *filter(None, row["aliases"].split(";"))):
            names[fold(form)] = row["name"]
    return names


@cached
def district_provinces() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """(tier, folded name) of a former district -> the provinces that had one of that name."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in read_lexicon("districts"):
        key = row["unit"], fold(row["name"])
        found[key] = (*found.get(key, ()), row["province"])
    return found


@cached
def _district_names() -> Mapping[str, str]:
    return {fold(row["name"]): row["name"] for row in read_lexicon("districts") if not row["name"].isdigit()}


@cached
def _provinces() -> Forms[str]:
    return Forms.of(province_names().items())


@cached
def _districts() -> Forms[str]:
    return Forms.of(_district_names().items())


def after_space(text: str, position: int) -> int | None:
    """Where the next word begins if only white space of the same line stands between."""
    space = _SPACES.match(text, position)
    return space.end() if space and space.end() < len(text) else None


def match_province(text: str, folded: str, position: int) -> tuple[int, str] | None:
    """End and name of the province that is named exactly here (`TP.HCM`, `Bà Rịa - Vũng Tàu`)."""
    if position >= len(text) or not text[position].isupper():
        return None
    return next((found for found in _provinces().at(folded, position) if _capitalised(text[position : found[0]])), None)


def match_district(text: str, folded: str, position: int) -> tuple[int, str] | None:
    """End and name of the former district that is named exactly here, without its tier."""
    if position >= len(text) or not text[position].isupper():
        return None
    return next((found for found in _districts().at(folded, position) if _capitalised(text[position : found[0]])), None)


def _capitalised(name: str) -> bool:
    """Every syllable begins with a capital; `Kon tum` passes, `Đồng nai` too, `đồng nai` not: one small syllable is a slip."""
    words = re.findall(r"[^\W\d_]+", name)
    return sum(not word[0].isupper() for word in words) <= (1 if len(words) > 1 else 0) and name[0].isupper()


def match_unit(text: str, folded: str, position: int) -> UnitMatch | None:
    """`tỉnh Bình Định`, `TP HCM`, `TPHCM`, `quận 1`, `huyện Vân Canh`, `thành phố` alone; exactly here."""
    city = match_province(text, folded, position)
    if city and folded.startswith("tp", position):  # `TPHCM`, `TP.HCM` in one
        return UnitMatch(start=position, end=city[0], unit="thành phố", name=city[1], provincial=True)
    found = _UNIT.match(folded, position)
    if not found:
        return None
    body = _COMMITTEE.match(folded, found.end())
    if body and (body.group() == " ủy" or text[body.start() + 1].islower() or text[position].isupper()):
        return None
    unit, end = _UNIT_OF[found.group()], found.end()
    short = found.group() in ("tp", "tx") or found.group().endswith(".")
    if short and not text[position].isupper():
        return None
    if not found.group().endswith(".") and not ends_word(text, end):
        return None
    start = end if short and end < len(text) and (text[end].isupper() or text[end].isdigit()) else after_space(text, end)
    named = _read_name(text, folded, start, unit) if start is not None else None
    if named:
        return UnitMatch(start=position, end=named[0], unit=unit, name=named[1], provincial=named[2])
    if found.group().endswith(".") and unit != "thành phố":
        return None
    if found.group() == "tp.":
        end -= 1
    return UnitMatch(start=position, end=end, unit=unit, name=None, provincial=unit == "tỉnh")


def _read_name(text: str, folded: str, start: int, unit: str) -> tuple[int, str, bool] | None:
    """End, name, and whether it is a province, of the name that follows a tier."""
    if not (text[start].isupper() or text[start].isdigit()):
        return None
    commune = _commune_end(text, folded, start) if unit in ("phường", "xã", "thị trấn", "đặc khu") else None
    number = _NUMBER.match(text, start) if unit in ("quận", "phường", "thị trấn", "xã") and commune is None else None
    if number:
        return number.end(), str(int(number["number"])), False
    province = match_province(text, folded, start)
    if province and unit in PROVINCIAL:
        periods = province_rows()[province[1]]
        if unit == "tỉnh" or any(p.unit == unit for p in periods):
            return province[0], province[1], True
    district = match_district(text, folded, start)
    if district and (unit, fold(district[1])) in district_provinces():
        return district[0], district[1], False
    name = commune or capitals_before_person(text, folded, start)
    if name and len(text[start:name]) > 3 and text[start:name].isupper() and text[start - 2].islower():
        return None  # a heading that follows in capitals
    if name and unit not in PROVINCIAL:
        joined = _JOINED.match(text, name)
        if joined and not looks_like_person(joined["rest"]):
            name = joined.end()
        return name, text[start:name], False
    return (district[0], district[1], False) if district else None


def _commune_end(text: str, folded: str, start: int) -> int | None:
    """End of a commune that is listed because its shape misleads: `phường Nguyễn Thái Bình`, `xã A Lưới 2`, `phường 1 Bảo Lộc`."""
    for end, syllables in _communes().at(folded, start):
        name = text[start:end]
        if not (_capitalised(name) or name[0].isdigit()):
            continue
        if name[-1].isdigit():
            if _AFTER_NUMBER.match(text, end):
                return end
        elif syllables > 2 or _goes_to_person(text, folded, end):
            return end
    return None


# xã A Lưới 2, · phường Móng Cái 1 Nguyễn Văn A · xã Bảo Lâm 3 đã; not `hỗ trợ xã Bảo Lâm 3 tỷ đồng`
_AFTER_NUMBER = re.compile(
    rf"(?:$|[;:)\n]|[.,](?!\d)|[ ](?:[-–(]|[{UPPER}]|(?:đã|sẽ|và|là|với|được|cho|về|tổ chức|phối hợp|trong|có|tại|thực hiện|hiện)(?!\w)))"
)


def _goes_to_person(text: str, folded: str, end: int) -> bool:
    """No capital follows, or a family name: else two syllables are the beginning of a longer name."""
    after = after_space(text, end)
    if after is None or not text[after].isupper():
        return True
    return folded[after : after + 12].split(" ")[0].rstrip(",.;") in surnames()


@cached
def _communes() -> Forms[int]:
    """Folded listed names -> how many syllables they have; the two halves of a double name joined by any dash."""
    forms: dict[str, int] = {}
    for row in read_lexicon("communes"):
        for dash in (" - ", " – ", "-"):
            forms[fold(row["name"].replace(" - ", dash))] = len(re.findall(r"\w+", row["name"]))
    return Forms.of(forms.items())


@cached
def surnames() -> frozenset[str]:
    """Folded surnames."""
    try:
        listed = frozenset(fold(row["surname"]) for row in read_lexicon("surnames"))
    except FileNotFoundError:
        listed = frozenset()
    return listed | _COMMON_SURNAMES


def looks_like_person(words: str) -> bool:
    """Three to five capitalised syllables that begin with a surname, or two with a common one."""
    syllables = words.split()
    return 2 <= len(syllables) <= 5 and fold(syllables[0]) in (surnames() if len(syllables) > 2 else _COMMON_SURNAMES)


def capitals_before_person(text: str, folded: str, start: int, *, limit: int = 5) -> int | None:
    """End of the capitalised name that begins here, without a person's name that follows it; None where there is none.

    `Vân Canh` of `Chủ tịch UBND huyện Vân Canh Nguyễn Xuân Việt`; nothing of `Bí thư Huyện ủy Nguyễn Văn A`.
    """
    run = CAPITALS.match(text, start)
    if not run or not ends_word(text, run.end()):
        return None
    spans = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", run.group())]
    words = [folded[a:b] for a, b in spans]
    if len(words) > 2 and words[0] in _COMMON_SURNAMES and len(words) <= 4:
        return None
    cut = len(spans)
    for k in (2, 3, 1, 4):
        rest = len(words) - k
        if k < len(words) and 2 <= rest <= 5 and words[k] in _COMMON_SURNAMES:
            cut = k
            break
    else:
        for k in (2, 3, 1):
            if k < len(words) and 2 <= len(words) - k <= 4 and len(words) > 3 and words[k] in surnames():
                cut = k
                break
    if cut > limit:
        return None
    return spans[cut - 1][1]
