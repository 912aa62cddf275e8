"""Names and positions of one article -> who holds which position: how Vietnamese reports place them around each other.

A sentence is read as a row of names (N) and positions (P) with the words between them, each of one kind:
nothing (`Phó Chủ tịch UBND tỉnh A`), a comma or dash (`A, Phó Bí thư`; `A - Giám đốc`), a bracket (`A (Chủ tịch xã B)`),
`và`, `kiêm`, a colon (`các Phó Chủ tịch: A, B`), a verb (`bầu A giữ chức P`, `A là P`), `thay`, or something else, which ends the row.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.facts.organization_names import OrganizationContext
from pipeline.facts.person_names import NameCandidate, find_lead, honorifics
from pipeline.facts.position_gaps import ELECTS, ENDS, HOLDS, gap_kind, without_brackets
from pipeline.facts.position_phrases import HOLDING_VERB, LONGEST_VERB, Form, Position, ends_of_bodies, find_forms, read_position
from pipeline.vietnamese.sentences import split_sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A name is given a position; `start:end` is the whole phrase."""

    name: NameCandidate
    position: Position
    status: str
    rule: str
    confidence: float
    start: int
    end: int
    group: tuple[Position, ...] = ()


@dataclass(slots=True)
class _Item:
    """A name or a position in its place; `start` counts the forms of address before a name."""

    start: int
    end: int
    name: NameCandidate | None = None
    position: Position | None = None


@dataclass(slots=True)
class _Row:
    """Items that may belong together, and what stands between each and the next."""

    items: list[_Item] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    opened: str = ""  # the words before the first item


# --- reading a sentence ------------------------------------------------------------------------------------------------------


def find_holdings(
    context: OrganizationContext, names: Sequence[NameCandidate], forms: Sequence[tuple[int, int, Form]]
) -> tuple[list[Holding], list[Position]]:
    """Who holds what, in the order of the text, and the positions that stand without a name (`Thủ tướng yêu cầu`)."""
    text, folded = context.text, context.folded
    starts = [name.start for name in names]
    form_starts = [form[0] for form in forms]
    holdings: list[Holding] = []
    free: list[Position] = []
    for begin, stop in split_sentences(text):
        inside = forms[bisect_left(form_starts, begin) : bisect_left(form_starts, stop)]
        if not inside:
            continue
        here = list(names[bisect_left(starts, begin) : bisect_left(starts, stop)])
        items = _items(context, here, inside, stop)
        taken: set[int] = set()
        if here:
            for row in _rows(folded, items, begin):
                for holding in _read_row(folded, row):
                    holdings.append(holding)
                    taken.update(id(p) for p in (holding.position, *holding.group))
        free.extend(item.position for item in items if item.position and id(item.position) not in taken)
    return holdings, free


def _items(
    context: OrganizationContext, names: Sequence[NameCandidate], forms: Sequence[tuple[int, int, Form]], stop: int
) -> list[_Item]:
    """Positions and names of a sentence in their order, none overlapping: what a position's organisation covers is no name."""
    outer = [_outer_start(context.text, context.folded, name) for name in names]
    items: list[_Item] = []
    done = -1
    for number, (start, end, form) in enumerate(forms):
        if start < done or any(n.start <= start < n.end and n.sure for n in names):
            continue
        sure = min((o for o, n in zip(outer, names, strict=True) if n.sure and n.start >= end), default=stop)
        held = any(n.sure and context.folded[n.end : start] in _APPOSED for n in names if n.end <= start)
        maybe = min(
            (
                o
                for o, n in zip(outer, names, strict=True)
                if n.start >= end and not (held and _is_brand(context.folded, n, form))
            ),
            default=stop,
        )
        following = forms[number + 1][0] if number + 1 < len(forms) else stop
        verb = HOLDING_VERB.search(context.folded, max(end, following - LONGEST_VERB), following)
        sure = min(sure, verb.start() if verb else stop)
        position = read_position(context, start, end, form, max(end, sure), max(end, min(sure, maybe, following)))
        items.append(_Item(position.start, position.end, position=position))
        done = position.end
    for begin, name in zip(outer, names, strict=True):
        covered = [item for item in items if item.position and item.start < name.end and begin < item.end]
        if any(item.end > name.start and item.start < name.end for item in covered):
            continue
        items.append(_Item(max([begin, *(item.end for item in covered)]), name.end, name=name))
    return sorted(items, key=lambda item: (item.start, item.end))


# A, Chủ tịch Lemedia: the word after the position of somebody named before it is a company
_APPOSED = frozenset((", ", " - ", " – ", " ("))


_CLOSED = re.compile(r"[ ]?(?:[,;.)]|[-–][ ]|$)")


def _is_brand(folded: str, name: NameCandidate, form: Form) -> bool:
    """One foreign word; of two, before a mark and after a position of companies (`Giám đốc vận hành Hanbit Tech -`)."""
    if name.lead or name.sure:
        return False
    two = name.rule == "persons.foreign" and form.kinds == "company" and name.text.count(" ") == 1
    return name.rule == "persons.foreign_word" or (two and _CLOSED.match(folded, name.end) is not None)


_BETWEEN_LEADS = re.compile(r"[ ]?,[ ]?$")


def _outer_start(text: str, folded: str, name: NameCandidate) -> int:
    """Where the forms of address before a name begin: `đồng chí Thượng tướng, PGS.TS Nguyễn Văn A`."""
    start = name.lead_start if name.lead_start >= 0 else name.start
    kind = name.lead_kind
    for _ in range(4):
        at = start
        comma = _BETWEEN_LEADS.search(folded, max(0, start - 3), start)
        if comma:
            if kind not in ("rank", "degree", "honour", "calling"):
                break
            at = comma.start() + 1
            before = _lead_before(folded, comma.start())
        else:
            found = find_lead(text, folded, at)
            before = (found[2], found[1]) if found else None
        if before is None or (comma and before[1] not in ("rank", "degree", "honour")):
            break
        start, kind = before
    return start


def _lead_before(folded: str, end: int) -> tuple[int, str] | None:
    for size in range(min(40, end), 1, -1):
        words = folded[end - size : end]
        if words in honorifics() and (end == size or not folded[end - size - 1].isalnum()):
            return end - size, honorifics()[words]
    return None


def _rows(folded: str, items: list[_Item], begin: int) -> Iterator[_Row]:
    row = _Row()
    for index, item in enumerate(items):
        if not row.items:
            row.opened = folded[max(begin, item.start - 100) : item.start]
        row.items.append(item)
        following = items[index + 1] if index + 1 < len(items) else None
        kind = "other"
        if following:
            to_name = item.position is not None and following.name is not None
            words = folded[item.end : following.start]
            kind = gap_kind(words, to_name=to_name)
            if kind == "other" and item.position and following.position and row.items[0].name and _is_unknown_body(words):
                kind = "comma"
        if kind.endswith("other"):
            yield row
            row = _Row()
        else:
            row.gaps.append(kind)


# A, Ủy viên [Quốc vụ viện], Bộ trưởng B: a body that no list knows between two positions of a list
_UNKNOWN_BODY = re.compile(r"[ ][^,;.:()\n]{1,60},[ ]")


def _is_unknown_body(words: str) -> bool:
    return _UNKNOWN_BODY.fullmatch(words) is not None and not any(word.strip(",") in ends_of_bodies() for word in words.split())


# --- who belongs to whom -----------------------------------------------------------------------------------------------------

_JOINS_POSITIONS = frozenset(("comma", "dash", "and", "also", "touch"))
_TO_THE_LEFT = frozenset(("comma", "dash", "bracket", "is", "was", "elect", "holds", "ends", "also", "touch"))
_JOINS_AFTER_NAME = frozenset(("is", "was", "elect", "holds", "ends", "bracket", ")comma", ")dash"))
_HELPS = frozenset(("Trợ lý", "Thư ký", "Cố vấn", "Cố vấn đặc biệt", "Người phát ngôn", "Phó Người phát ngôn"))
_VERBS = {"elect": "elect", "ends": "former", "was": "former"}
_ELECTED_BEFORE = re.compile(rf"(?<![\w]){ELECTS}(?:[ ][^,;.:]{{0,30}})?[ ]?$")
_ENDED_BEFORE = re.compile(rf"(?:{ENDS})(?:[ ]{HOLDS})?[ ](?:các )?$")
_APPOINTED_BEFORE = re.compile(rf"{ELECTS}[ ](?:[^;.]{{0,40}}[ ])?(?:{HOLDS}[ ]|chức vụ[ ]|chức danh[ ]|bổ sung[ ])?$")


# Phu nhân Thủ tướng, bà A · con trai Chủ tịch huyện, anh B: of somebody else
_KIN = re.compile(
    r"(?:phu nhân|phu quân|vợ|chồng|con trai|con gái|em trai|em gái|anh trai|chị gái|bố|cha|mẹ|cháu|người nhà)[ ](?:của[ ])?$"
)


@dataclass(slots=True)
class _Group:
    """Positions that stand together, with the status that verbs between them give."""

    first: int
    last: int
    left: str = ""
    right: str = ""


def _read_row(folded: str, row: _Row) -> list[Holding]:
    holdings: list[Holding] = []
    header: tuple[_Item, ...] = ()
    for piece in _pieces(row):
        if header and not _continues(header, piece):
            header = ()
        opened, body = _split_header(piece)
        header = opened or header
        holdings.extend(_read_piece(folded, body))
        if header:
            holdings.extend(_headed(header, body))
            if not _is_plural(header[0]):
                header = ()
    return holdings


def _is_plural(item: _Item) -> bool:
    return bool(item.position and item.position.plural)


def _continues(header: tuple[_Item, ...], piece: _Row) -> bool:
    """After a semicolon a list goes on with names; with positions only below `các Ủy viên Bộ Chính trị:`."""
    first = piece.items[0]
    if first.position is None:
        return True
    return bool(header[0].position and header[0].position.role.startswith("Ủy viên")) and not first.position.plural


def _pieces(row: _Row) -> Iterator[_Row]:
    """The row cut at semicolons."""
    piece = _Row(opened=row.opened)
    for index, item in enumerate(row.items):
        piece.items.append(item)
        gap = row.gaps[index] if index < len(row.gaps) else ""
        if gap.lstrip(")") == "semicolon" or index + 1 == len(row.items):
            yield piece
            piece = _Row(opened=row.opened)
        else:
            piece.gaps.append(gap)


def _split_header(piece: _Row) -> tuple[tuple[_Item, ...], _Row]:
    """`các Ủy viên Bộ Chính trị: ` and what it stands over."""
    for index, gap in enumerate(piece.gaps):
        if gap == "colon" and all(item.position for item in piece.items[: index + 1]):
            header = tuple(piece.items[: index + 1])
            plural = next((n for n, item in enumerate(header) if _is_plural(item)), None)
            if plural is not None or piece.items[index + 1].name:
                return header[plural:], _Row(items=piece.items[index + 1 :], gaps=piece.gaps[index + 1 :], opened=piece.opened)
        if gap not in _JOINS_POSITIONS:
            break
    return (), piece


def _headed(header: tuple[_Item, ...], body: _Row) -> Iterator[Holding]:
    """Everybody named under the header holds its positions; under a single one only the first."""
    names = [item for item in body.items if item.name]
    for item in names if _is_plural(header[0]) else names[:1]:
        for head in header:
            assert head.position is not None
            yield _holding(item, head.position, "", "officials.heading", 0.9)


def _read_piece(folded: str, piece: _Row) -> list[Holding]:
    holdings: list[Holding] = []
    items = piece.items
    attached: set[int] = set()  # indexes of names that positions stand before
    for group in _groups(piece):
        positions = items[group.first : group.last + 1]
        left = items[group.first - 1] if group.first > 0 else None
        right = items[group.last + 1] if group.last + 1 < len(items) else None
        to_left = left is not None and left.name is not None and group.left in _TO_THE_LEFT
        touches = right is not None and group.right == "touch" and not (to_left and _is_word(right))
        verb = group.left in ("bracket", "is", "was", "elect", "holds", "ends")
        if to_left and not verb and (touches or _is_next_ones(piece, group)):
            before = positions if (group.first - 1) in attached else positions[-1:]
            after = [] if (group.first - 1) in attached else positions[:-1]
        elif to_left:
            before, after = [], positions
        elif right is not None:
            before, after = positions, []
        else:
            continue
        if to_left and group.left == "comma" and _begins_clause(folded, piece, group):
            continue
        if after and left is not None and left.name is not None and _is_likely(left.name):
            statuses = _statuses(folded, piece, group)
            holds = group.left == "is" and _says_holds(folded, piece, group.first)
            several = holds or group.left in ("elect", "holds", "ends") or all(p.position and p.position.plural for p in after)
            chain = _names_before(piece, group) if several else [left]
            for item in chain:
                holdings.extend(_holdings(item, after, statuses, f"officials.after_name_{group.left}", 0.95))
        if before and right is not None:
            holdings.extend(_before_name(folded, piece, group, before, attached))
    holdings.extend(_replaced(piece, holdings))
    return holdings


def _is_next_ones(piece: _Row, group: _Group) -> bool:
    """`ông A - Phó Chủ tịch P, Pháp chủ Q - Hòa thượng B và …`: the last position is of the name after the dash."""
    right = piece.items[group.last + 1] if group.last + 1 < len(piece.items) else None
    if group.right != "dash" or right is None or right.name is None or not right.name.lead or group.first == group.last:
        return False
    last = piece.items[group.last].position
    return piece.gaps[group.last - 1] == "comma" and bool(last and not last.is_bare) and not _has_own(piece, group.last + 1)


# Trao quyết định cho đồng chí A, Chủ tịch nước nêu rõ … · Tại buổi làm việc với ông A, Bí thư Tỉnh ủy đề nghị …
_TO_SOMEBODY = re.compile(r"^(?!\W*theo[ ]).*[ ](?:cho|với|tới|đến|tặng|gửi|viếng|thăm)[ ](?:gia đình[ ])?$", re.DOTALL)
_THEN_SAYS = re.compile(
    r"[ ](?:đã |cũng |vừa |sẽ )?(?:nêu|nêu rõ|nhấn mạnh|khẳng định|yêu cầu|đề nghị|cho biết|cho rằng|bày tỏ|chúc|ghi nhận|biểu dương|"
    r"đánh giá|tin tưởng|mong|chia sẻ|nói|phát biểu|cảm ơn|lưu ý|chỉ đạo|hoan nghênh|"
    r"thông báo|thông tin|gửi|ân cần|thăm hỏi|động viên)(?!\w)"
)


def _begins_clause(folded: str, piece: _Row, group: _Group) -> bool:
    """After somebody who is given something or spoken with, a single office that goes on to speak is another person's."""
    left, office = piece.items[group.first - 1], piece.items[group.last]
    if group.first != group.last or group.first > 1 or not _THEN_SAYS.match(folded, office.end):
        return False
    return _TO_SOMEBODY.match(piece.opened + folded[piece.items[0].start : left.start]) is not None


def _is_likely(name: NameCandidate) -> bool:
    """A foreign word or a given name without a form of address needs a position right before it."""
    return name.sure or bool(name.lead) or name.rule not in ("persons.foreign", "persons.foreign_word") or name.confidence > 0.6


def _is_word(item: _Item) -> bool:
    """A single foreign word: where a name stands before the position, it belongs to the organisation."""
    return item.name is not None and item.name.rule == "persons.foreign_word"


def _groups(piece: _Row) -> Iterator[_Group]:
    """Positions side by side; a verb between two keeps them together where a name stands before."""
    items, gaps = piece.items, piece.gaps
    index = 0
    while index < len(items):
        if items[index].position is None:
            index += 1
            continue
        first = index
        named = first > 0 and gaps[first - 1] in _TO_THE_LEFT
        while index + 1 < len(items) and items[index + 1].position is not None:
            gap = gaps[index]
            if named and gap in ("and", "comma") and _is_plural(items[index + 1]):
                break  # A, Bộ trưởng B, cùng các thành viên Đoàn
            if gap in _JOINS_POSITIONS or (named and gap in _JOINS_AFTER_NAME):
                index += 1
            else:
                break
        yield _Group(first, index, gaps[first - 1] if first else "", gaps[index] if index < len(gaps) else "")
        index += 1


def _statuses(folded: str, piece: _Row, group: _Group) -> list[str]:
    """What the verbs before each position of the group make of it."""
    mode, statuses = "", []
    for index in range(group.first, group.last + 1):
        gap = piece.gaps[index - 1] if index else ""
        if gap in _VERBS:
            mode = _VERBS[gap]
        elif gap == "holds" or (gap == "is" and _says_holds(folded, piece, index)):
            mode = "elect" if _elected(folded, piece, index) else ""
        elif gap == "is":
            mode = "current"
        position = piece.items[index].position
        assert position is not None
        statuses.append(position.status or mode)
    return _spread_former(piece, group, statuses)


def _says_holds(folded: str, piece: _Row, index: int) -> bool:
    words = without_brackets(folded[piece.items[index - 1].end : piece.items[index].start]).strip(" ,-–")
    return words.startswith(("giữ", "làm", "tham gia", "đảm nhiệm", "đảm nhận", "vào", "chức"))


def _elected(folded: str, piece: _Row, index: int) -> bool:
    """`bầu ông A, Phó Giám đốc, giữ chức …`: the verb stands before the name."""
    before = next((n for n in range(index, -1, -1) if piece.items[n].name), 0)
    opened = piece.opened + folded[piece.items[0].start : piece.items[before].start]
    return not _BY.search(opened) and bool(_ELECTED_BEFORE.search(opened))


_BY = re.compile(r"(?<!\w)do[ ][^,;.:]{0,90}$")  # tại Quyết định số 12 do Phó Thủ tướng A làm Trưởng ban


_OF_STATE = frozenset(
    (
        "party",
        "government",
        "ministry",
        "people's committee",
        "people's council",
        "department",
        "court or procuracy",
        "police or army",
    )
)


def _spread_former(piece: _Row, group: _Group, statuses: list[str]) -> list[str]:
    """`nguyên Ủy viên Bộ Chính trị, Chủ tịch Quốc hội`: one word for the whole list, but not for what somebody chairs since."""
    spread, last = list(statuses), ""
    for offset, status in enumerate(statuses):
        position = piece.items[group.first + offset].position
        assert position is not None
        if status:
            last = status
        elif last == "former":
            kind = position.organization.kind if position.organization else position.form.kinds
            also = piece.gaps[group.first + offset - 1].endswith("also")
            spread[offset] = "former" if also or kind in _OF_STATE else ""
            last = spread[offset]
    return spread


def _holdings(item: _Item, positions: list[_Item], statuses: list[str], rule: str, confidence: float) -> Iterator[Holding]:
    group = tuple(p.position for p in positions if p.position)
    start = min([item.start, *(p.start for p in positions)])
    end = max([item.end, *(p.end for p in positions)])
    for position, status in zip(group, statuses, strict=False):
        assert item.name is not None
        yield Holding(
            name=item.name,
            position=position,
            status=status or "current",
            rule=rule,
            confidence=confidence,
            start=start,
            end=end,
            group=group,
        )


def _holding(item: _Item, position: Position, status: str, rule: str, confidence: float) -> Holding:
    assert item.name is not None
    start, end = min(item.start, position.start), max(item.end, position.end)
    return Holding(
        name=item.name,
        position=position,
        status=position.status or status or "current",
        rule=rule,
        confidence=confidence,
        start=item.start if end - start > 400 else start,
        end=item.end if end - start > 400 else end,
        group=(position,),
    )


def _names_before(piece: _Row, group: _Group) -> list[_Item]:
    """`các đồng chí A, B và C, các Phó Chủ tịch UBND tỉnh`: all of them."""
    chain, index = [piece.items[group.first - 1]], group.first - 2
    while index >= 0 and piece.items[index].name and piece.gaps[index] in ("comma", "and"):
        chain.append(piece.items[index])
        index -= 1
    return chain


def _before_name(folded: str, piece: _Row, group: _Group, positions: list[_Item], attached: set[int]) -> Iterator[Holding]:
    """Positions before a name: touching it, by a comma, a dash, a colon, or `đối với`."""
    items, gaps = piece.items, piece.gaps
    right = items[group.last + 1]
    kind = group.right
    if kind not in ("touch", "comma", "dash", "colon", "for") or right.name is None:
        return
    plural = bool(positions[-1].position and positions[-1].position.plural)
    if kind in ("comma", "dash") and (
        plural
        or (group.left not in ("", "and") and not _is_next_ones(piece, group))
        or _has_own(piece, group.last + 1)
        or not right.name.sure
    ):
        return
    if _KIN.search(piece.opened + folded[items[0].start : positions[0].start]):
        return
    kept = _same_holder(piece, group, positions, plural=plural)
    status = _status_for(piece.opened + folded[items[0].start : positions[0].start]) if kind == "for" else ""
    if status is None:
        return
    attached.add(group.last + 1)
    said = [(p.position.status if p.position else "") or status for p in kept]
    statuses = _spread_former(piece, _Group(group.last + 1 - len(kept), group.last), said)
    yield from _holdings(right, kept, statuses, f"officials.before_name_{kind}", 0.95 if kind == "touch" else 0.85)
    if plural or kind == "for":
        index = group.last + 1
        while (
            index + 1 < len(items)
            and gaps[index] in ("comma", "and")
            and items[index + 1].name
            and not _has_own(piece, index + 1)
        ):
            index += 1
            yield from _holdings(items[index], kept[-1:], statuses[-1:], "officials.several_names", 0.9)


def _status_for(opened: str) -> str | None:
    """`bổ nhiệm chức vụ P cho ông A`, `thôi giữ chức vụ P đối với ông A`: what the verb before the position says; None without one."""
    if _ENDED_BEFORE.search(opened):
        return "former"
    if _APPOINTED_BEFORE.search(opened) or _ELECTED_BEFORE.search(opened):
        return "elect"
    return None


def _has_own(piece: _Row, index: int) -> bool:
    """A position of its own stands right after the name."""
    return (
        index + 1 < len(piece.items)
        and piece.items[index + 1].position is not None
        and piece.gaps[index] in ("comma", "dash", "bracket")
    )


def _same_holder(piece: _Row, group: _Group, positions: list[_Item], *, plural: bool) -> list[_Item]:
    """The positions that one person can hold together, from the name back: not head and deputy of one body, not across `và`."""
    if plural:
        return positions[-1:]
    kept = [positions[-1]]
    offset = group.last - len(positions) + 1
    for index in range(len(positions) - 2, -1, -1):
        candidate, gap = positions[index].position, piece.gaps[offset + index]
        assert candidate is not None
        helper = gap == "touch" and candidate.role in _HELPS  # Trợ lý Phó Thủ tướng A
        if gap == "and" or helper or candidate.plural or any(_excludes(candidate, k.position) for k in kept if k.position):
            break
        kept.insert(0, positions[index])
    return kept


def _excludes(one: Position, other: Position) -> bool:
    """`Thủ tướng, Phó Thủ tướng A`: nobody is head and deputy of the same body."""
    if one.role == other.role and one.role not in (
        "Ủy viên",
        "Bí thư",
        "Phó Bí thư",
        "Chủ tịch",
        "Phó Chủ tịch",
        "Đại biểu",
        "Thành viên",
    ):
        return not (one.organization and other.organization)
    for single, beside in ((one, other), (other, one)):
        if single.form.role in _HIGHEST and beside.form.role not in _BESIDE_HIGHEST:
            return True
    if {one.form.role, other.form.role} == {"Bộ trưởng", "Thứ trưởng"}:
        return True
    if one.form.role == other.form.role or _office(one) != _office(other):
        return False
    return _body(one) == _body(other) or one.is_bare or other.is_bare


# What those who hold the highest offices may hold beside them: `Thủ tướng Chính phủ, Bộ trưởng A` are two people.
_HIGHEST = frozenset(("Thủ tướng", "Chủ tịch nước", "Tổng Bí thư"))
_BESIDE_HIGHEST = frozenset(
    ("Ủy viên", "Bí thư", "Phó Bí thư", "Trưởng ban", "Chủ tịch", "Tổng Bí thư", "Chủ tịch nước", "Đại biểu")
)


def _office(position: Position) -> str:
    """`Thủ tướng` of `Phó Thủ tướng Thường trực`."""
    return position.form.role.removeprefix("Phó ").casefold()


def _body(position: Position) -> str:
    return (position.organization.text if position.organization else position.implied or "").casefold()


def _replaced(piece: _Row, holdings: list[Holding]) -> Iterator[Holding]:
    """`bầu ông A giữ chức Chủ tịch thay ông B`, `ông A thay ông B làm Giám đốc`: B held it before."""
    items, gaps = piece.items, piece.gaps
    for index, gap in enumerate(gaps):
        if gap != "replaces" or items[index + 1].name is None:
            continue
        position = next((item.position for item in reversed(items[: index + 1]) if item.position), None)
        if items[index].name is not None:
            following = items[index + 2] if index + 2 < len(items) else None
            position = following.position if following else None
            if position is None or gaps[index + 1] not in ("holds", "is", "elect"):
                continue
            yield _holding(items[index], position, "elect", "officials.replaces", 0.85)
        if position is not None:
            former = _holding(items[index + 1], position, "", "officials.replaced", 0.85)
            yield replace(former, status="former")


# --- signatures --------------------------------------------------------------------------------------------------------------

_SIGNED_FOR = re.compile(r"(?:kt|tm|tl|tuq|q)\.?[ ]?")
MAX_SIGNATURE = 80  # characters of a line of a signature


def find_signatures(context: OrganizationContext, names: Sequence[NameCandidate]) -> list[Holding]:
    """A name alone on a line under a line that is nothing but a position: `KT. BỘ TRƯỞNG` / `THỨ TRƯỞNG` / `Nguyễn Văn A`."""
    text, folded = context.text, context.folded
    holdings = []
    for name in names:
        begin = folded.rfind("\n", 0, name.start) + 1
        stop = folded.find("\n", name.end)
        after = folded[name.end : stop if stop >= 0 else len(folded)].strip(" |.;/")
        if after or folded[begin : _outer_start(text, folded, name)].strip(" |"):
            continue
        position = _position_above(context, begin)
        if position:
            found = _holding(_Item(name.start, name.end, name=name), position, "", "officials.signature", 0.9)
            holdings.append(found)
    return holdings


def _position_above(context: OrganizationContext, begin: int) -> Position | None:
    """The position on the nearest line above that says anything, if it says nothing else."""
    text, folded = context.text, context.folded
    end = begin - 1
    for _ in range(6):
        if end <= 0:
            return None
        start = folded.rfind("\n", 0, end) + 1
        line = folded[start:end].strip(" |")
        if line and not line.startswith(("(đã ký", "đã ký", "(ký")):
            break
        end = start - 1
    else:
        return None
    if len(line) > MAX_SIGNATURE:
        return None
    first = folded.index(line, start)
    last = first + len(line)
    for start, end, form in reversed(find_forms(text[first:last], folded[first:last])):
        opens = start == 0 or _SIGNED_FOR.match(line)  # KT. THỦ TƯỚNG PHÓ THỦ TƯỚNG
        if opens and text[first + start].isupper():
            position = read_position(context, first + start, first + end, form, last, last)
            return position if position.end >= last else None
    return None
