"""Text and names -> phrases of a position: role, modifiers, organisation, status; who holds them is read elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import ahocorasick

from pipeline.facts.organization_grammar import OrganizationMatch, match_organization
from pipeline.facts.organization_names import OrganizationContext
from pipeline.facts.person_names import honorifics
from pipeline.facts.places import match_unit
from pipeline.lexicon import cached, read_lexicon
from pipeline.vietnamese.names import UPPER, is_vietnamese_syllable
from pipeline.vietnamese.spelling import fold

MAX_COUNTRY = 24  # characters of the longest name of a country
MAX_ORGANIZATION = 160  # characters of the organisation after a position


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One spelling of a position; `noun` is the organisation's head word it holds, `noun_last` where that is its last word."""

    form: str
    role: str
    noun: str
    noun_last: bool
    organization: str
    kinds: str
    needs: str
    capitals: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One position in the text. `implied` is the organisation in words where the text has no phrase of its own for it.

    `plural`: said of several people (`các Phó Chủ tịch`). `status` is empty where nothing is said of it.
    """

    start: int
    end: int
    role: str
    form: Form
    organization: OrganizationMatch | None = None
    implied: str | None = None
    country: str | None = None
    status: str = ""
    plural: bool = False

    @property
    def is_bare(self) -> bool:
        """No organisation stated, none implied by the position itself."""
        return self.organization is None and self.implied is None


@cached
def _forms() -> Mapping[str, Form]:
    forms: dict[str, Form] = {}
    for row in read_lexicon("positions"):
        listed = [form for form in row["forms"].removeprefix("=").split(";") if form]
        own = listed if row["forms"].startswith("=") else [row["position"], *listed]
        for form in own:
            _add(forms, form, row["position"], row)
        if row["deputy"]:
            deputies = [f"Phó {form}" for form in own] + [row["deputy"], *filter(None, row["deputy_forms"].split(";"))]
            for form in deputies:
                _add(forms, form, row["deputy"], row)
    return forms


def _add(forms: dict[str, Form], form: str, role: str, row: Mapping[str, str]) -> None:
    folded, noun = fold(form), fold(row["noun"])
    forms.setdefault(
        folded,
        Form(
            form=folded,
            role=role,
            noun=row["noun"],
            noun_last=bool(noun) and folded.endswith(" " + noun),
            organization=row["organization"],
            kinds=row["kinds"],
            needs=row["needs"],
            capitals=form.isupper() or sum(c.isupper() for c in form.split(" ")[0]) > 1,
        ),
    )


@cached
def _ends_of_nouns() -> Mapping[str, str]:
    """A form that is the end of the body it is of -> the beginning of that body: `thường vụ` -> `ban `."""
    return {
        form.form: fold(form.noun).removesuffix(form.form)
        for form in _forms().values()
        if fold(form.noun).endswith(" " + form.form)
    }


@cached
def _automaton() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for folded, form in _forms().items():
        automaton.add_word(folded, form)
    automaton.make_automaton()
    return automaton


def find_forms(text: str, folded: str) -> list[tuple[int, int, Form]]:
    """Spellings of positions in the text, the longest where they overlap, in its order."""
    spans: dict[int, tuple[int, Form]] = {}
    size = len(folded)
    for last, form in _automaton().iter(folded):
        end = last + 1
        start = end - len(form.form)
        if (start and (folded[start - 1].isalnum() or folded[start - 1] in "_")) or (end < size and folded[end].isalnum()):
            continue
        if form.capitals and not text[start:end].replace(".", "").split(" ")[0].isupper():
            continue
        if form.form in _ends_of_nouns() and folded.endswith(_ends_of_nouns()[form.form], 0, start):
            continue  # Ban Thường vụ: the body
        if start not in spans or spans[start][0] < end:
            spans[start] = (end, form)
    found: list[tuple[int, int, Form]] = []
    done = -1
    for start in sorted(spans):
        end, form = spans[start]
        if start >= done:
            done = end
            if form.needs != "never":
                found.append((start, end, form))
    return found


# Phó Chủ tịch Thường trực · Phó Giám đốc phụ trách · Bí thư thứ nhất · Phó Trưởng Đoàn chuyên trách
_MODIFIER = re.compile(
    r"[ ](?P<word>thường trực|chuyên trách|không chuyên trách|thứ nhất|thứ hai|danh dự|điều hành|lâm thời|kiêm nhiệm|"
    r"dự khuyết|tạm quyền|phụ trách|toàn quốc|toàn cầu)(?![\w])"
)
# Thủ tướng đầu tiên Nguyễn Văn A · Tổng thống đắc cử Mỹ A · Chủ tịch mới của Hội B: which of its holders, no other position
_WHICH_HOLDER = re.compile(
    rf"[ ](?P<word>đầu tiên|đương nhiệm|đắc cử|mãn nhiệm|sắp mãn nhiệm|tiền nhiệm|hiện tại|mới)(?=[ ](?:của[ ])?[{UPPER}])"
)
_HOLDER_STATUS = {"đắc cử": "elect", "tiền nhiệm": "former", "mãn nhiệm": "former"}
# Phó Trưởng Đoàn ĐBQH chuyên trách tỉnh Quảng Trị
_LATE_MODIFIER = re.compile(
    r"[ ](?P<word>chuyên trách|thường trực)(?=[ ](?:tỉnh|thành phố|tp)|[,.;]|$)|[ ](?P<other>độc lập|không điều hành)(?![\w])"
)
# Phó Trưởng Đoàn ĐBQH tỉnh chuyên trách [Nguyễn Văn A]
_LATE_BEFORE_NAME = re.compile(r"[ ](?P<word>chuyên trách|thường trực)(?P<other>)[ ]")
# A, Phó Trưởng ban Chỉ đạo B làm trưởng đoàn: what follows the verb is another position
HOLDING_VERB = re.compile(r"[ ](?:làm|giữ chức|giữ chức vụ|kiêm|kiêm nhiệm|đảm nhiệm|là|phụ trách|và|được bổ nhiệm|được bầu)[ ]$")
LONGEST_VERB = 20  # characters
_MODIFIER_WORDS = {
    "thường trực": "Thường trực",
    "tạm quyền": "",
}
# nguyên Phó Chủ tịch · cựu Giám đốc · Quyền Bộ trưởng · cố Tổng Bí thư · tân Chủ tịch
_BEFORE = re.compile(
    r"(?:^|(?<=[\s(,;:“\"–-]))(?P<word>nguyên(?: là)?|cựu|từng là|từng giữ chức|cố|quyền|q\.|tạm quyền|phụ trách|tân|đương kim|nữ|"
    r"hiện là|hiện|nay là)[ ]$"
)
_STATUS = {
    "nguyên": "former",
    "nguyên là": "former",
    "cựu": "former",
    "cố": "former",
    "từng là": "former",
    "từng giữ chức": "former",
    "quyền": "acting",
    "q.": "acting",
    "tạm quyền": "acting",
    "phụ trách": "acting",
    "hiện": "current",
    "hiện là": "current",
    "nay là": "current",
}
# các Phó Chủ tịch · hai Phó Thủ tướng · 2 Phó Chủ tịch · các đồng chí Phó Bí thư
_PLURAL = re.compile(
    r"(?:^|(?<=[\s(,;:“\"]))(?:các|những|hai|ba|bốn|năm|0?[2-9]|đều là|cùng là)[ ](?:đồng chí |vị |ông |bà |nguyên |cựu |đ/c )?$"
)
# Phó Chủ tịch UBND tỉnh phụ trách văn hóa - xã hội [Nguyễn Văn A]: up to the name
_IN_CHARGE = re.compile(
    r"[ ](?:phụ trách|đặc trách|theo dõi|về)[ ](?:(?:lĩnh vực|mảng|khối|công tác|địa bàn)[ ])?"
    r"[^\W\d_]{1,12}(?:(?:[ ]|,[ ]|[ ][-–][ ]|-)[^\W\d_]{1,12}){0,9}[ ]"
)
# khóa XV · nhiệm kỳ 2021 - 2026 · (nhiệm kỳ 2020-2025)
_TERM = re.compile(
    r"[, ]{1,2}(?:khóa|nhiệm kỳ|giai đoạn|niên khóa)[ ](?:[ivxl]{1,6}|\d{1,4})(?:[ ]?[-–,/][ ]?(?:nhiệm kỳ[ ])?(?:[ivxl]{1,6}|\d{4}))?"
    r"(?:[ ]?[-–][ ]?\d{4})?(?![\w])"
)
_LINK = re.compile(r"[ ](?:của|thuộc|tại|ở)[ ]")
_SHORT_NAME = re.compile(rf"[{UPPER}]{{2,12}}(?![\w])")
_SPACE = re.compile(r"[ \u00a0]{1,2}")
_UNITS_OF_PARTY = {"tỉnh": "Tỉnh ủy", "thành phố": "Thành ủy", "huyện": "Huyện ủy", "quận": "Quận ủy", "thị xã": "Thị ủy"}
_LEVELS = frozenset(("tỉnh", "thành phố", "huyện", "quận", "thị xã", "xã", "phường", "thị trấn", "đặc khu"))
_CAPITAL_NAME = re.compile(
    rf"[{UPPER}][\w&.'’-]{{1,24}}(?:[ ](?:[{UPPER}][\w&.'’-]{{0,24}}|\d{{1,3}}|và(?=[ ][{UPPER}]))){{0,7}}"
)


@cached
def _countries() -> Mapping[str, str]:
    named = {
        fold(form): row["name"]
        for row in read_lexicon("countries")
        for form in (row["name"], *filter(None, row["aliases"].split(";")))
    }
    return {**named, "việt nam": "Việt Nam"}


def country_at(text: str, folded: str, start: int) -> tuple[int, str] | None:
    """End and name of the country that is named exactly here."""
    if start >= len(text) or not text[start].isupper():
        return None
    for stop in range(min(len(text), start + MAX_COUNTRY), start + 1, -1):
        if stop == len(text) or not folded[stop].isalnum():
            name = _countries().get(folded[start:stop])
            if name:
                return stop, name
    return None


def country_that_ends(name: str) -> str | None:
    """`Mỹ` of `Bộ Tài chính Mỹ`; None where no country abroad ends the name."""
    words = fold(name).split(" ")
    for size in (3, 2, 1):
        country = _countries().get(" ".join(words[-size:]))
        if country:
            return country if country != "Việt Nam" else None
    return None


def read_position(context: OrganizationContext, start: int, end: int, form: Form, limit: int, maybe: int) -> Position:
    """The whole phrase of a position whose words stand at `start:end`.

    Nothing at or after `limit`, the next name, belongs to it; from `maybe`, what may be a name, only an organisation the lists know.
    """
    text, folded = context.text, context.folded
    position = _with_prefix(folded, Position(start=start, end=end, role=form.role, form=form))
    position, modified = _with_modifiers(text, folded, position)
    position = _with_organization(context, position, limit, maybe, modified=modified)
    short = _ABBREVIATED.match(text, position.end, max(position.end, limit)) if not position.is_bare else None
    host = (
        _POSTED.match(folded, short.end() if short else position.end, max(position.end, limit)) if not position.is_bare else None
    )
    country = country_at(text, folded, host.end()) if host else None
    if country and country[0] <= limit:  # Trưởng Đại diện UNDP tại Việt Nam
        position = replace(position, end=country[0])
    for name in () if position.is_bare else (limit, maybe):
        if position.end < name and _IN_CHARGE.fullmatch(folded, position.end, name):
            return replace(position, end=name - 1)
    late = _LATE_MODIFIER.match(folded, position.end, max(position.end, limit))
    late = late or _LATE_BEFORE_NAME.fullmatch(folded, position.end, max(position.end, limit))
    if late and position.organization:
        position = replace(position, role=f"{position.role} {late['word'] or late['other']}")
        position = _after_term(text, folded, position, late.end(), limit)
    term = _TERM.match(folded, position.end, max(position.end, limit))
    if term:
        position = _after_term(text, folded, position, term.end(), limit)
    return position


def _with_prefix(folded: str, position: Position) -> Position:
    start, status = position.start, ""
    for _ in range(2):
        before = _BEFORE.search(folded, max(0, start - 16), start)
        if not before:
            break
        status = status or _STATUS.get(before["word"], "")
        start = before.start("word")
    plural = _PLURAL.search(folded, max(0, start - 24), start)
    return replace(position, start=start, status=status, plural=bool(plural))


def _with_modifiers(text: str, folded: str, position: Position) -> tuple[Position, bool]:
    role, end, status = position.role, position.end, position.status
    for _ in range(2):
        found = _MODIFIER.match(folded, end)
        if not found:
            break
        word = found["word"]
        if word == "thường trực" and folded.startswith(" ban bí thư", found.end()):
            break
        if word == "phụ trách" and not _starts_organization(text, folded, found.end()):
            break
        if word in ("phụ trách", "tạm quyền"):
            status = status or "acting"
        added = _MODIFIER_WORDS.get(word, word)
        role = f"{role} {added}".strip()
        end = found.end()
    which = _WHICH_HOLDER.match(text, end)
    if which:
        end, status = which.end(), status or _HOLDER_STATUS.get(which["word"], "")
    return replace(position, role=role, end=end, status=status), end != position.end


def _starts_organization(text: str, folded: str, end: int) -> bool:
    space = _SPACE.match(text, end)
    return bool(space and match_organization(text, folded, space.end(), any_case=True))


# đại biểu Quốc hội TP.HCM · ĐBQH tỉnh Bình Định · đại biểu Quốc hội đoàn Hà Nội
_DELEGATION = re.compile(r"(?:\(?(?:thuộc )?đoàn[ ](?:đbqh[ ])?)?")


def _match(context: OrganizationContext, start: int, limit: int) -> OrganizationMatch | None:
    """The organisation exactly here, in any case, not reaching into the next name."""
    found = context.match_at(start, any_case=True)
    if found and found.end > limit:
        window, base = context.text[start:limit].rstrip(" ,-–("), start
        cut = match_organization(window, context.folded[start : start + len(window)], 0, any_case=True)
        found = _moved(cut, base) if cut else None
    return found


def _moved(match: OrganizationMatch, offset: int) -> OrganizationMatch:
    """The same match counted from elsewhere."""
    parent = _moved(match.parent, offset) if match.parent else None
    return replace(match, start=match.start + offset, own_end=match.own_end + offset, end=match.end + offset, parent=parent)


def _with_organization(context: OrganizationContext, position: Position, limit: int, maybe: int, *, modified: bool) -> Position:
    text, folded, form, end = context.text, context.folded, position.form, position.end
    if form.noun and form.noun_last and not modified:
        found = _match(context, end - len(form.noun), limit)
        if found and (found.end > end or (found.end == end and form.noun.isupper())):
            return _of_found(context, position, found, limit)
    space = _SPACE.match(text, end, max(end, limit))
    if not space:
        return _by_default(position)
    after = space.end()
    if after >= limit:
        return _by_default(position)
    if form.organization == "Quốc hội" and form.role == "Đại biểu":
        link = _DELEGATION.match(folded, after)
        home = match_unit(text, folded, link.end() if link else after)
        return replace(position, implied=form.organization, end=home.end if home and home.name else end)
    if form.organization and form.organization == form.noun:  # Bí thư Chi bộ bản A
        return _stretched(context, position, after, maybe, modified=modified) or _by_default(position)
    if form.organization:
        return _with_country(context, position, after, limit)
    found = _match(context, after, limit)
    if found:
        return _of_found(context, position, found, limit)
    house = _HOUSE.match(folded, after, limit)
    seat = country_at(text, folded, house.end() + 1) if house else None
    if seat:
        return replace(position, implied=text[after : seat[0]], country=seat[1], end=seat[0])
    unit = _administration(text, folded, position, after)
    if unit:
        return unit
    held = _held_by_noun(context, position, after, maybe) or _after_field(context, position, after, limit)
    if held:
        return held
    link = _LINK.match(folded, end)
    if link:
        linked = match_organization(text, folded, link.end())
        if linked and linked.end <= limit:
            return replace(position, organization=linked, end=linked.end)
    short = _SHORT_NAME.match(text, link.end(), max(link.end(), maybe)) if link else None
    if short:  # Người phát ngôn của CCTV
        return replace(position, implied=short.group(), end=short.end())
    country = country_at(text, folded, after)
    if country and country[0] <= limit:
        end, words = _posted(context, country[0], _of_country(position, country[1]))
        return replace(position, implied=words, country=country[1], end=end)
    abroad = _ministry_abroad(context, position, after, limit) if after < maybe else None
    if abroad:
        return abroad
    stretched = _stretched(context, position, after, maybe, modified=modified)
    if stretched:
        return stretched
    named = _CAPITAL_NAME.match(text, after, max(after, maybe))
    if named and not link and _is_name_of_body(text, folded, after, named.end()):
        stop = named.end()
        while text[stop - 1] in ".-'’":
            stop -= 1
        return replace(position, implied=text[after:stop], end=stop)
    return position


_GOES_ON = re.compile(rf"[ ][^\W\d_{UPPER}]")


def _of_found(context: OrganizationContext, position: Position, found: OrganizationMatch, limit: int) -> Position:
    """`Bộ trưởng Ngoại giao Pháp` is of a foreign ministry; `Ủy viên Thường vụ Quân ủy Trung ương` of its standing board."""
    words = context.text[found.start : found.end]
    full_time = _FULL_TIME.search(words)
    if full_time:
        role = f"{position.role} {full_time['word']}"
        return replace(position, role=role, implied=words.replace(full_time.group(), "", 1), end=found.end)
    rest = _REST.fullmatch(context.text, found.end, limit) if found.kind in _OPEN_KINDS else None
    if rest and not any(fold(word) in ends_of_bodies() for word in rest.group().split()):
        return replace(position, implied=context.text[found.start : limit].strip(), end=limit)
    number = _HOUSE_NUMBER.match(context.text, found.end) if found.kind in ("hospital", "school") else None
    if number:
        return replace(position, implied=words + number.group(), end=number.end())
    if position.form.noun == _STANDING and not fold(words).startswith(fold(_STANDING)):
        return replace(position, implied=f"{_STANDING} {words}", end=found.end)
    brand = _BRAND.match(context.text, found.end) if found.kind == "company" else None
    if brand and not is_vietnamese_syllable(fold(brand["word"])):
        return replace(position, implied=f"{words} {brand['word']}", end=brand.end())
    chamber = _CHAMBER.match(context.folded, found.end) if found.kind == "government" else None
    seat = country_at(context.text, context.folded, chamber.end()) if chamber else None
    if seat and seat[1] != "Việt Nam" and seat[0] <= limit:
        return replace(position, implied=context.text[found.start : seat[0]], country=seat[1], end=seat[0])
    country = _country_after(context, found.end) if found.kind in ("ministry", "government") else None
    if country and country[1] != "Việt Nam":
        return replace(position, implied=f"{words} {country[1]}", country=country[1], end=country[0])
    return replace(position, organization=found, end=country[0] if country else found.end)


_STANDING = "Ban Thường vụ"
_HOUSE = re.compile(r"(?:hạ viện|thượng viện|nghị viện|duma quốc gia)(?=[ ])")  # Chủ tịch Hạ viện Mỹ
_CHAMBER = re.compile(r"(?:[ ]của)?[ ](?:hạ viện|thượng viện|nghị viện)[ ]")  # Ủy ban Đối ngoại Hạ viện Mỹ
_HOUSE_NUMBER = re.compile(r"[ ]\d{1,3}(?=[ ,.;)])(?![ ,.]\d)")  # Bệnh viện Nhi đồng 1
_FULL_TIME = re.compile(r"[ ](?P<word>chuyên trách)(?=[ ])")  # Phó Trưởng Đoàn ĐBQH chuyên trách tỉnh Quảng Trị
# Giám đốc Công ty CP Nông sản Hòa An [Lưu Thế Vinh]: the rest of a name whose beginning the lists know, up to the next name
_REST = re.compile(rf"(?:[ ][^\W\d_]{{1,12}}){{0,5}}[ ][{UPPER}][^\W\d_]{{0,12}}[ ]?")
_OPEN_KINDS = frozenset(("company", "school", "hospital", "mass organisation", "department", "other"))
_BRAND = re.compile(rf"[ ](?P<word>[{UPPER}][^\W\d_]{{2,20}})(?![ ][{UPPER}])(?!\w)")  # Tổng công ty Viễn thông Viettel


def _country_after(context: OrganizationContext, end: int) -> tuple[int, str] | None:
    space = _SPACE.match(context.text, end)
    return country_at(context.text, context.folded, space.end()) if space else None


# Bộ trưởng Các vấn đề Nghị viện và Dân tộc của Ấn Độ · Thứ trưởng Môi trường, Biến đổi khí hậu Campuchia
_WORD_OF_FIELD = re.compile(r"[^\W\d_]{1,12}(?:,(?=[ ]))?[ ](?:của[ ])?")


def _ministry_abroad(context: OrganizationContext, position: Position, after: int, limit: int) -> Position | None:
    """A ministry that no list knows, up to the country it is of."""
    text, folded = context.text, context.folded
    if position.form.noun != "Bộ" or not text[after].isupper():
        return None
    at = after
    for _ in range(14):
        word = _WORD_OF_FIELD.match(text, at, limit)
        if word is None or folded[at : word.end()].split(" ")[0].rstrip(",") in ends_of_bodies():
            return None
        at = word.end()
        country = country_at(text, folded, at)
        if country and country[1] != "Việt Nam" and country[0] <= limit:
            field = text[after:at].strip().removesuffix(" của")
            return replace(position, implied=f"Bộ {field} {country[1]}", country=country[1], end=country[0])
    return None


def _is_name_of_body(text: str, folded: str, start: int, end: int) -> bool:
    """`MobiFone`, `VATA`, `Kamado Tây Sơn`: not the first words of something in lower case (`Công tác Quần chúng`)."""
    first = folded[start:end].split(" ")[0]
    if first in honorifics() or first in _BEGINS_OTHER:
        return False
    return not is_vietnamese_syllable(first) or not _GOES_ON.match(text, end)


_BEGINS_OTHER = frozenset(
    (
        "phó",
        "trưởng",
        "chủ",
        "bí",
        "giám",
        "tổng",
        "ủy",
        "đại",
        "đồng",
        "thượng",
        "trung",
        "thiếu",
        "chánh",
        "thủ",
        "thứ",
        "bộ",
        "cục",
        "vụ",
        "viện",
        "đảng",
        "ban",
    )
)


def _of_country(position: Position, country: str) -> str:
    if position.form.noun:
        return f"{position.form.noun} {country}"
    return country


_ABBREVIATED = re.compile(rf"[ ]\([{UPPER}]{{2,10}}\)(?=[ ]tại[ ])")  # Giám đốc Ngân hàng Thế giới (WB) tại Việt Nam
# Đại sứ Ấn Độ tại Việt Nam
_POSTED = re.compile(r"[ ]tại[ ]")


def _posted(context: OrganizationContext, end: int, words: str) -> tuple[int, str]:
    link = _POSTED.match(context.folded, end)
    host = country_at(context.text, context.folded, link.end()) if link else None
    return (host[0], f"{words} tại {host[1]}") if host else (end, words)


def _with_country(context: OrganizationContext, position: Position, after: int, limit: int) -> Position:
    """`Thủ tướng Nhật Bản`, `Thủ tướng Chính phủ`, `Thống đốc Ngân hàng Nhà nước`: implied by the position, or of a country."""
    organization = position.form.organization
    stated = _match(context, after, limit)
    if stated:
        return replace(position, organization=stated, end=stated.end)
    country = country_at(context.text, context.folded, after)
    if country:
        if country[1] == "Việt Nam":
            return replace(position, implied=organization, end=country[0])
        return replace(
            position, implied=f"{organization.removesuffix(' Việt Nam')} {country[1]}", country=country[1], end=country[0]
        )
    return replace(position, implied=organization)


def _by_default(position: Position) -> Position:
    return replace(position, implied=position.form.organization or None)


_YOUTH = re.compile(r"đoàn(?: thanh niên)?[ ]")


def _administration(text: str, folded: str, position: Position, after: int) -> Position | None:
    """`Chủ tịch xã B` is of its people's committee, `Bí thư huyện` of its party committee."""
    base = position.role.removeprefix("Phó ").split(" ")[0]
    if base not in ("Chủ", "Bí"):
        return None
    youth = _YOUTH.match(folded, after) if base == "Bí" else None
    unit = match_unit(text, folded, youth.end() if youth else after)
    if not unit or unit.unit not in _LEVELS:
        return None
    if youth:  # Bí thư Đoàn xã A
        return replace(position, implied=text[after : unit.end], end=unit.end)
    written = text[after : unit.end]
    if base == "Chủ":
        body = f"Ủy ban nhân dân {written}"
    elif unit.unit in _UNITS_OF_PARTY:
        body = f"{_UNITS_OF_PARTY[unit.unit]} {unit.name or ''}".strip()
    else:
        body = f"Đảng ủy {written}"
    return replace(position, implied=body, end=unit.end)


def _held_by_noun(context: OrganizationContext, position: Position, after: int, limit: int) -> Position | None:
    """`Bộ trưởng Y tế` is of `Bộ Y tế`; `Cục trưởng Đường bộ` of `Cục Đường bộ`; `Trưởng thôn Vinh Quang` of the village."""
    text, noun = context.text, position.form.noun
    if not noun or after >= limit or not (text[after].isupper() or noun == "Bộ"):
        return None
    rest = text[after : min(limit, after + MAX_ORGANIZATION)].rstrip(" ,-–(")
    words = f"{noun} {rest}"
    found = match_organization(words, fold(words), 0, any_case=True)
    if found and found.end > len(noun) + 1 and (text[after].isupper() or found.kind in ("ministry", "foreign")):
        end = after + found.end - len(noun) - 1
        if noun.endswith("quán"):
            end, held = _posted(context, end, words[: found.end])
            return replace(position, implied=held, end=end)
        country = _country_after(context, end) if found.kind == "ministry" else None
        if country and country[1] != "Việt Nam":
            return replace(position, implied=f"{words[: found.end]} {country[1]}", country=country[1], end=country[0])
        return replace(position, implied=words[: found.end], end=end)
    return None


# Trợ lý Công tác Quần chúng Bộ CHQS tỉnh · Phó Giám đốc phụ trách chuyên môn Bệnh viện A
_FIELD_WORD = re.compile(r"[ ]?[^\W\d_]{1,12}(?:[ ]và(?=[ ]))?[ ]")


def _after_field(context: OrganizationContext, position: Position, after: int, limit: int) -> Position | None:
    """The field of somebody's work stands between position and organisation: it stays in the role."""
    text, folded = context.text, context.folded
    if position.role not in _WITH_FIELD:
        return None
    at = after
    for _ in range(5):
        word = _FIELD_WORD.match(folded, at)
        if not word or word.end() >= limit or folded[at : word.end()].strip() in _NO_FIELD:
            return None
        at = word.end()
        if not text[at].isupper():
            continue
        found = _match(context, at, limit)
        if found:
            return replace(position, role=f"{position.role} {text[after:at].strip()}", organization=found, end=found.end)
    return None


_WITH_FIELD = frozenset(
    ("Trợ lý", "Chuyên viên", "Cố vấn", "Thư ký", "Giảng viên", "Giáo viên", "Phó Giám đốc phụ trách", "Nghiên cứu viên")
)
_NO_FIELD = frozenset(
    ("của", "tại", "thuộc", "ở", "là", "đã", "và", "với", "cho", "được", "có", "không", "đến", "trong", "ông", "bà")
)


# Trưởng Trạm nghiên cứu ứng dụng kỹ thuật A · Chánh Văn phòng Quốc gia về Giảm nghèo · Giám đốc Công ty CP đào tạo và tư vấn B
_DELIMITER = re.compile(r"[,.;:()“”\"?!\n]|[ ][-–—][ ]")
_WORD = re.compile(r"[^ ]+[ ]?")
_LOOSE_END = re.compile(r"(?:[ ](?:và|cùng|với|các|những|về|cho))+[ ]?$")
# Longer words that end like a word no organisation holds.
_COMPOUNDS = frozenset(("tự do", "lý do"))
MAX_STRETCH = 90  # characters of an organisation whose end no list knows


@cached
def ends_of_bodies() -> frozenset[str]:
    """Words that no name of an organisation holds: verbs, and what begins another part of the sentence."""
    listed = {fold(row["word"]) for row in read_lexicon("organization_words") if row["use"] == "topic stop"}
    return frozenset(listed | {row["words"] for row in read_lexicon("saying_verbs")})


@cached
def _heads() -> Mapping[str, tuple[str, ...]]:
    """Head words after which an organisation must follow, by their first word, longest first."""
    heads = {fold(form) for row in read_lexicon("organizations") for form in (row["head"], *row["aliases"].split(";")) if form}
    index: dict[str, tuple[str, ...]] = {}
    for head in sorted((head for head in heads if len(head) > 2), key=lambda head: (-len(head), head)):
        first = head.split(" ")[0]
        index[first] = (*index.get(first, ()), head)
    return index


# Trưởng đoàn kiểm tra, but `làm trưởng đoàn hội đàm với …`
_GROUPS = frozenset(("Đoàn", "Nhóm", "Đội", "Tổ"))
_GROUP_TASK = re.compile(
    r"(?:công tác|kiểm tra|giám sát|thanh tra|khảo sát|liên ngành|nghiên cứu|dân phố|đại biểu|chuyên gia)(?!\w)"
    r"(?![ ](?:các|những|tại)[ ]|[ ]\d{1,3}[ ](?!của|thuộc|trung ương|tỉnh|bộ))"  # làm Trưởng đoàn kiểm tra 3 xã
)


def _stretched(context: OrganizationContext, position: Position, after: int, limit: int, *, modified: bool) -> Position | None:
    """An organisation that begins with a known head and ends where a mark, a verb or a name stands."""
    folded, noun = context.folded, fold(position.form.noun)
    if noun and position.form.noun_last and not modified:
        if position.form.noun in _GROUPS and not _GROUP_TASK.match(folded, after) and not context.text[after].isupper():
            return None
        start = position.end - len(noun)
    elif noun and folded.startswith(noun + " ", after):
        start = after
    else:
        first_word = folded[after : after + 24].split(" ")[0]
        head = next((h for h in _heads().get(first_word, ()) if folded.startswith(h + " ", after)), None)
        if head is None:
            return None
        start = after
    mark = _DELIMITER.search(folded, start, min(len(folded), start + MAX_STRETCH))
    stop = min(mark.start() if mark else start + MAX_STRETCH, limit)
    end, at = position.end, max(after, position.end)
    first = True
    while word := _WORD.match(folded, at, stop):
        plain = word.group().strip()
        two = " ".join(folded[at : at + 24].split(" ")[:2])
        joined = f"{folded[max(0, at - 12) : at].rstrip().rsplit(' ', 1)[-1]} {plain}" if plain in ends_of_bodies() else ""
        if joined in _COMPOUNDS:  # phòng Tự do Ngôn luận
            at, end, first = word.end(), at + len(plain), False
            continue
        if plain in ends_of_bodies() or two in ends_of_bodies() or word.end() - start > MAX_STRETCH:
            break
        at, end, first = word.end(), at + len(plain), False
    if first or end <= position.end or not _ends_well(context.text, end, stop, mark is not None and mark.start() == stop, limit):
        return None
    loose = _LOOSE_END.search(folded, start, end)
    end = loose.start() if loose else end
    if end <= position.end:
        return None
    words = context.text[start:end]
    small = noun and position.form.noun[0].islower()  # thôn Vinh Quang
    return replace(position, implied=words if small else words[0].upper() + words[1:], end=end)


def _ends_well(text: str, end: int, stop: int, marked: bool, limit: int) -> bool:
    """The stretch ends at a mark, before a name, or before a word that no organisation holds."""
    return end < stop or marked or stop == limit or stop == len(text)


def _after_term(text: str, folded: str, position: Position, end: int, limit: int) -> Position:
    """`Trưởng Đoàn ĐBQH khóa XV tỉnh Quảng Trị`: what stands after the term belongs to the organisation before it."""
    found = position.organization
    space = _SPACE.match(text, end)
    if not found or not space or found.place or space.end() >= limit:
        return replace(position, end=end)
    return _rejoined(text, folded, position, found, space.end(), limit) or replace(position, end=end)


def _rejoined(text: str, folded: str, position: Position, found: OrganizationMatch, after: int, limit: int) -> Position | None:
    unit = match_unit(text, folded, after)
    if not unit:
        return None
    words = f"{text[found.start : found.end]} {text[after : unit.end]}"
    whole = match_organization(words, fold(words), 0, any_case=True)
    if whole and whole.end == len(words):
        return replace(position, implied=words, organization=None, end=unit.end)
    return None
