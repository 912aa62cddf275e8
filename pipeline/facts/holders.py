"""Article -> who holds which position in which body: holdings with the organisation recovered from phrase, group and article."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.facts.organization_grammar import OrganizationMatch, match_organization
from pipeline.facts.organization_names import Organization, OrganizationContext, expand, read_context
from pipeline.facts.people import People, read_people
from pipeline.facts.places import match_unit, province_names
from pipeline.facts.position_grammar import Holding
from pipeline.facts.position_phrases import Position, country_that_ends
from pipeline.lexicon import cached_few
from pipeline.model import Article, Mention
from pipeline.vietnamese.names import CAPITALISED, proper_case
from pipeline.vietnamese.spelling import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A holding with its organisation resolved from the article."""

    person: str
    role: str
    organization: Organization | None
    holding: Holding


@cached_few
def held_positions(article: Article, mentions: tuple[Mention, ...]) -> tuple[Held, ...]:
    """Every holding of the article, each (person, role, organisation, place in the text) once."""
    people = read_people(article, mentions)
    context = read_context(article)
    found = [
        Held(person=person, role=h.position.role, organization=_holding_body(h, context), holding=h)
        for person, h in people.holdings
    ]
    found = [held for held in found if held.organization or held.holding.position.form.needs != "organization"]
    found = _without_shortened(_without_rivals(_with_missing_bodies(_with_bodies_abroad(found), context)))
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
    if body is None and holding.position.role == "Đại biểu":
        if _is_of_parliament(holding, context):
            return _body_of(replace(holding.position, implied="Quốc hội"), (), context)
        return _council_in_session(context)
    if body is None and holding.rule == "officials.signature":
        return _letterhead(context)
    if body is None and holding.position.form.noun in _LED:
        return _led_body(holding, context)
    if body is None and holding.position.is_bare and holding.rule.startswith("officials.before_name"):
        return _after_of(holding, context)
    return body


# đại biểu A (Hà Nội) · đại biểu A, Đoàn ĐBQH tỉnh B · đại biểu A - đoàn B
_OF_DELEGATION = re.compile(r"[ ]?[-–(,][ ]?(?:thuộc )?(?:đoàn[ ](?!công tác|kiểm tra|thanh tra)|đại biểu quốc hội|đbqh)")
# đại biểu A (Hà Nội) · đại biểu A - Lào Cai
_HOME = rf"[ ]?[-–(][ ]?(?:(?:[đĐ]oàn|[tT][pP]\.?|tỉnh|thành phố)[ ])?(?P<place>{CAPITALISED}(?:[ ]{CAPITALISED}){{0,3}})"
_OF_PROVINCE = re.compile(_HOME)
_DELEGATE_HOMES = re.compile(rf"(?:[đĐ]ại biểu|ĐB)[ ]{CAPITALISED}(?:[ ]{CAPITALISED}){{1,4}}{_HOME}")
PARLIAMENT_MENTIONS = 3


def _is_of_parliament(holding: Holding, context: OrganizationContext) -> bool:
    """A delegate is one of the National Assembly where his delegation is told, or the article is about no other assembly."""
    if _OF_DELEGATION.match(context.folded, holding.name.end):
        return True
    names = [match.head.name for match in context.matches]
    councils = sum(name.startswith("Hội đồng nhân dân") for name in names)
    homes = {fold(home["place"]) for home in _DELEGATE_HOMES.finditer(context.text)} & province_names().keys()
    if len(homes) > 1 and "quốc hội" in context.folded:  # of several provinces: no council
        return True
    home = _OF_PROVINCE.match(context.text, holding.name.end)
    if home and fold(home["place"]) in province_names():
        return names.count("Quốc hội") > councils
    return names.count("Quốc hội") >= PARLIAMENT_MENTIONS and not councils


# kỳ họp thứ 9, HĐND tỉnh khóa XIII
_SESSION = re.compile(r"kỳ họp[ ][^.;:\n]{0,60}(?:hđnd|hội đồng nhân dân)(?!\w)")


def _council_in_session(context: OrganizationContext) -> Organization | None:
    """The one people's council whose session the article reports: `đại biểu A` is of it."""
    if not _SESSION.search(context.folded):
        return None
    councils = {expand(match, context) for match in context.matches if match.head.name == "Hội đồng nhân dân"}
    resolved = [body for body in councils if body.resolved]
    return resolved[0] if len(resolved) == 1 else None


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
            if not body.resolved:
                body = _with_next_line(match, context) or body
            if body.resolved:
                return body
    return None


def _with_next_line(match: OrganizationMatch, context: OrganizationContext) -> Organization | None:
    """`ỦY BAN NHÂN DÂN` over `TỈNH QUẢNG TRỊ`: the unit on a line of its own."""
    gap = _BLANKS.match(context.text, match.end)
    unit = match_unit(context.text, context.folded, gap.end()) if gap else None
    if unit is None or not unit.name or not context.text[unit.start : unit.end].isupper():
        return None
    whole = _implied(f"{match.head.name} {unit.unit} {proper_case(unit.name)}", match.start)
    return expand(whole, context) if whole else None


_BLANKS = re.compile(r"[ |]{0,4}\n[ |\n]{0,12}")


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


_LED = frozenset(("Đoàn", "Tổ", "Ban", "Tiểu ban"))
_LED_BODY = re.compile(r"(?<!\w)(?<!trưởng )(?P<body>(?:đoàn|tổ|ban|tiểu ban)[ ][^.,;:()\n]{3,90}?)[ ]do[ ][^.;:\n]{0,90}$")


def _led_body(holding: Holding, context: OrganizationContext) -> Organization | None:
    """`Đoàn công tác Bộ Y tế do ông A làm Trưởng đoàn`: the group is named before `do`."""
    line = context.folded.rfind("\n", 0, holding.name.start) + 1
    found = _LED_BODY.search(context.folded, max(line, holding.name.start - MAX_DO), holding.name.start)
    noun = fold(holding.position.form.noun)
    if holding.position.start < holding.name.start:
        return None
    if found is None or not found["body"].startswith(noun + " "):
        return _led_committee(holding, context, max(line, holding.name.start - 2 * MAX_DO))
    words = context.text[found.start("body") : found.end("body")]
    return Organization(name=words[0].upper() + words[1:], kind="other", scope=context.scope)


# Ban Chỉ đạo về rà soát, tháo gỡ khó khăn (gọi tắt là Ban Chỉ đạo) tại Quyết định 12/QĐ-TTg do ông A làm Trưởng ban
_BY_WHOM = re.compile(r"[^.;:\n]{0,90}[ ]do[ ][^.;:\n]{0,90}")


def _led_committee(holding: Holding, context: OrganizationContext, begin: int) -> Organization | None:
    """The committee named at length before `do`, brackets and its decision between."""
    noun = fold(holding.position.form.noun) + " "
    for match in reversed(context.matches):
        if begin <= match.start and match.end < holding.name.start and fold(match.text).startswith(noun) and not match.is_bare:
            return expand(match, context) if _BY_WHOM.fullmatch(context.folded, match.end, holding.name.start) else None
    return None


_NAMED_BODY = re.compile(rf"{CAPITALISED}(?:[ ]{CAPITALISED}){{0,4}}")


def _body_of(position: Position, group: tuple[Position, ...], context: OrganizationContext) -> Organization | None:
    match = position.organization
    if match is None and position.implied:
        match = _implied(position.implied, position.start)
        if match is None:
            abroad = position.country not in (None, "Việt Nam")
            return Organization(name=position.implied, kind="foreign" if abroad else position.form.kinds or "other", place=None)
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
    board = following.organization.head.name if following.organization else ""
    if board in _BOARDS and following.organization and position.role in _EXECUTIVES:  # nhà sáng lập kiêm Chủ tịch HĐQT A
        owner = following.organization.parent
        return owner.text if owner else following.organization.name or following.organization.text
    return following.organization.text if following.organization else following.implied


# Of the company, beside those of its board.
_EXECUTIVES = frozenset(
    ("Tổng Giám đốc", "Phó Tổng Giám đốc", "Giám đốc", "Phó Giám đốc", "Giám đốc điều hành", "Nhà sáng lập", "Đồng sáng lập")
)
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


# Every school has these.
_OFFICES_OF_SCHOOLS = frozenset(("Phòng Đào tạo", "Phòng Công tác sinh viên", "Phòng Khảo thí", "Phòng Tuyển sinh"))


def _school_of(context: OrganizationContext) -> Organization | None:
    """The school under discussion: the only one the article names."""
    schools = {expand(match, context) for match in context.matches if match.kind == "school" and not match.is_bare}
    return next(iter(schools)) if len(schools) == 1 else None


# Thủ tướng Trung Quốc Lý A …. Thủ tướng Lý A nói … · Thủ tướng Ấn Độ B …, Thủ tướng C Gandhi
def _with_bodies_abroad(found: list[Held]) -> list[Held]:
    """A position that implies a body of Vietnam is of the one abroad where the article says so; of none for a foreign name."""
    of_person: dict[tuple[str, str], set[Organization]] = {}
    of_role: dict[str, set[Organization]] = {}
    for held in found:
        if held.organization and held.holding.position.country:
            of_person.setdefault((held.person, held.role), set()).add(held.organization)
            of_role.setdefault(held.role, set()).add(held.organization)
    placed = []
    for held in found:
        position = held.holding.position
        if position.form.organization and position.implied == position.form.organization and not position.country:
            fits = of_person.get((held.person, held.role), set())
            foreign = held.holding.name.rule.startswith("persons.foreign")
            fits = fits or (of_role.get(held.role, set()) if foreign else set())
            if len(fits) == 1:
                held = replace(held, organization=next(iter(fits)))
            elif foreign:
                beside = next((p.country for p in held.holding.group if p.country and p.country != "Việt Nam"), None)
                home = position.form.organization.removesuffix(" Việt Nam")
                held = replace(held, organization=Organization(name=f"{home} {beside}", kind="foreign") if beside else None)
        placed.append(_of_country_beside(held, found))
    return placed


NEAR = 160  # characters between two foreign ministers of one list


# Bộ trưởng Tài chính Mỹ A, Bộ trưởng Thương mại B
def _of_country_beside(held: Held, found: list[Held]) -> Held:
    """A ministry without its country, of a foreign name, is of the country told of the one named just before."""
    body, holding = held.organization, held.holding
    if body is None or body.kind != "ministry" or holding.position.country or not holding.name.rule.startswith("persons.foreign"):
        return held
    before = [
        h for h in found if 0 < holding.start - h.holding.end <= NEAR and h.organization and h.organization.kind == "foreign"
    ]
    nearest = max(before, key=lambda h: h.holding.end).organization if before else None
    country = country_that_ends(nearest.name) if nearest else None
    if country is None:
        return held
    return replace(held, organization=Organization(name=f"{body.name} {country}", kind="foreign"))


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
            if not fits and fold(held.role).endswith(("hiệu trưởng", "hiệu phó")):
                school = _school_of(context)
                fits = {school} if school else set()
            if len(fits) == 1:
                held = replace(held, organization=next(iter(fits)))
        elif held.organization.name in _OFFICES_OF_SCHOOLS:
            school = _school_of(context)
            if school:
                held = replace(
                    held, organization=replace(school, name=f"{held.organization.name}, {school.name}", kind="department")
                )
        filled.append(held)
    return filled
