"""Text and tagger's proposals -> names of people by their shape; places and things named after people left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.facts.places import province_names
from pipeline.lexicon import cached, read_lexicon
from pipeline.model import Mention
from pipeline.vietnamese.names import CAPITALISED, UPPER, Run, capitalised_runs, is_vietnamese_syllable
from pipeline.vietnamese.spelling import fold

MAX_SYLLABLES = 5
LEAD_CHARACTERS = 48  # how far before a name its form of address may begin
_SPEAKS = re.compile(
    r"[ ](?:đã |cũng |vẫn |luôn |vừa |đang |cùng |sẽ )?(?:cho (?:biết|hay|rằng)|nói|phát biểu|chia sẻ|khẳng định|nhấn mạnh|trình bày|"
    r"phân tích|nhận định|bày tỏ|đề nghị|yêu cầu|cảm ơn|kể|thừa nhận|cho biết|trao đổi|chủ trì|tham dự|thăm|ký|trả lời|đánh giá|"
    r"bị bắt|bị khởi tố|khai|sinh năm|tâm sự|nhớ lại|lý giải|giải thích|kết luận|báo cáo|dẫn đầu|tiếp|kiểm tra|trao|tặng)(?!\w)"
)
_AGED = re.compile(
    r"[ ]?\((?:sn|sinh năm|sinh|\d{2}[ ]tuổi|\d{2},|\d{2}t|nam|nữ|trú|ngụ|quê|áo|bìa|giữa|thứ|ngồi|đứng|bên|người|trái|phải)(?!\w)"
)
# `Ảnh: T.SỸ`, `Tin, ảnh: …`, `Tác giả: …`, `VGP/Nhật Bắc`, `(Theo …)`
_CREDIT = re.compile(
    r"(?:(?:ảnh|tin|bài|bài viết|clip|video|đồ họa|đồ hoạ|thực hiện|nguồn|tác giả|ghi chép|biên dịch|tổng hợp|biên tập|photo|infographics?|"
    r"minh họa|minh hoạ|thiết kế|kỹ thuật|pv|phóng viên|chụp bởi)\)?[ ]?[:：][ ]?|[a-zđ]{2,12}[ ]?/[ ]?)$"
)
# (Theo Minh Anh) or a line of its own; `Theo ông Minh Anh, …` and `Theo Minh Anh, …` tell what somebody said
_SOURCE = re.compile(r"(?:^|[\n(])[ ]?theo[ ]$")
_SOURCE_END = re.compile(r"[ ]{0,3}(?:\)|\n|\Z|[(/])")
_SOURCE_LINE = re.compile(r"theo[ ][^\n,.]{2,40}(?:\n|$)")  # a line of nothing but `Theo Nguyễn An`


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCandidate:
    """Capitalised words that may name a person.

    `lead` is the form of address before them, of the kind `lead_kind`, beginning at `lead_start`; `listed`: several share it.
    `sure`: the shape alone is enough. `short`: a given name or a part of a name (`ông Phong`), to be referred to a full one.
    `if_tagged`: the confidence and sureness it has where the models call it a person too; None where they are not asked.
    """

    start: int
    end: int
    text: str
    rule: str
    confidence: float
    lead: str = ""
    lead_kind: str = ""
    lead_start: int = -1
    sure: bool = False
    short: bool = False
    listed: bool = False
    if_tagged: tuple[float, bool] | None = None


@cached
def _surnames() -> Mapping[str, str]:
    return {fold(row["surname"]): row["strength"] for row in read_lexicon("surnames")}


@cached
def _given_names() -> frozenset[str]:
    return frozenset(fold(row["syllable"]) for row in read_lexicon("given_names"))


@cached
def _syllables(role: str) -> frozenset[str]:
    return frozenset(row["syllable"] for row in read_lexicon("name_syllables") if row["role"] == role)


@cached
def historical_figures() -> Mapping[str, str]:
    """Folded name or alias -> the figure's name."""
    figures: dict[str, str] = {}
    for row in read_lexicon("historical_figures"):
        for form in (row["name"], *filter(None, row["aliases"].split(";"))):
            figures[fold(form)] = row["name"]
    return figures


@cached
def honorifics() -> Mapping[str, str]:
    """Folded form -> kind."""
    return {fold(row["form"]): row["kind"] for row in read_lexicon("honorifics")}


@cached
def _honorific_ends() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Last word of a form -> (form, kind), longest first."""
    ends: dict[str, list[tuple[str, str]]] = {}
    for form, kind in honorifics().items():
        ends.setdefault(form.rsplit(" ", 1)[-1], []).append((form, kind))
    return {last: tuple(sorted(forms, key=lambda pair: (-len(pair[0]), pair[0]))) for last, forms in ends.items()}


@cached
def _named_after(role: str) -> frozenset[str]:
    return frozenset(fold(row["words"]) for row in read_lexicon("named_after") if row["role"] == role)


@cached
def _communes() -> frozenset[str]:
    return frozenset(fold(row["name"]) for row in read_lexicon("communes"))


@cached
def _communes_like_people() -> frozenset[str]:
    return frozenset(fold(row["name"]) for row in read_lexicon("communes") if not row["use"])


@cached
def _place_names() -> frozenset[str]:
    """Folded names of provinces, former districts, countries, and other capitals that are no people of their own."""
    districts = {fold(row["name"]) for row in read_lexicon("districts") if not row["name"].isdigit()}
    countries = {fold(form) for row in read_lexicon("countries") for form in (row["name"], *row["aliases"].split(";")) if form}
    others = {fold(row["words"]) for row in read_lexicon("not_people")}
    return frozenset(districts | set(province_names()) | countries | others)


def _begins_something(word: str) -> bool:
    """A form of address, or the first word of an organisation, a street, a school, that no family name is."""
    if word in honorifics() or word in _named_after("head") or word in _named_after("unit"):
        return True
    return word in _syllables("opener") and word not in _surnames()


def _is_given(words: str) -> bool:
    """`Trung Đức`: two given names, the first of which also begins names of bodies; not `Anh Thành`, `Trường Sơn`."""
    first, _, second = words.partition(" ")
    other = first in honorifics() or first in _named_after("head") or first in _named_after("unit")
    return not other and first in _given_names() and second in _given_names()


def find_lead(text: str, folded: str, start: int) -> tuple[str, str, int] | None:
    """Form of address that ends right before `start`: its words, kind, and where it begins."""
    before = start
    while before > 0 and folded[before - 1] in " \u00a0":
        before -= 1
    if before == start and not (before and folded[before - 1] == "."):
        return None
    if before and folded[before - 1] == ":":
        before -= 1
    last = before
    floor = max(0, before - LEAD_CHARACTERS)
    while last > floor and folded[last - 1] not in ' \u00a0\n(“"':
        last -= 1
    for form, kind in _honorific_ends().get(folded[last:before], ()):
        begin = before - len(form)
        if begin >= 0 and folded.startswith(form, begin) and (begin == 0 or not folded[begin - 1].isalnum()):
            if form == "anh" and text[begin] == "A" and _WITHIN.search(text, max(0, begin - 2), begin):
                continue  # Thủ tướng Anh John B: the country
            return form, kind, begin
    return None


_WITHIN = re.compile(r"[^\W\d_][ ]\Z")


def find_names(text: str, folded: str, mentions: Sequence[Mention] = ()) -> list[NameCandidate]:
    """Every candidate in the order of the text, by its shape and by what the models say of it; none overlaps another."""
    ends = {m.end for m in mentions if m.kind == "PER"}
    return _with_listed(folded, [_ask(one) if one.end in ends else one for one in find_candidates(text, folded)])


def _ask(candidate: NameCandidate) -> NameCandidate:
    if candidate.if_tagged is None:
        return candidate
    confidence, sure = candidate.if_tagged
    return replace(candidate, confidence=confidence, sure=sure)


@lru_cache(maxsize=4)
def find_candidates(text: str, folded: str) -> tuple[NameCandidate, ...]:
    """Every candidate by its shape and its surroundings alone."""
    found: list[NameCandidate] = []
    blocked_end = -1
    for run in capitalised_runs(text):
        for words in _sub_runs(text, folded, run):
            if found and words[0][0] < found[-1].end:
                continue
            inherited = _inherited_lead(folded, words[0][0], found)
            candidate = _read_words(text, folded, words, inherited)
            if candidate is None:
                continue
            if candidate.lead and (inherited or _opens_list(folded, candidate)):
                candidate = replace(candidate, listed=True)
            if _in_credit(folded, candidate):
                blocked_end = candidate.end
                continue
            if (candidate.lead and _is_part_of_place(text, folded, candidate)) or (
                not candidate.lead
                and (
                    _is_named_after(folded, candidate.start, candidate.end)
                    or (0 <= candidate.start - blocked_end <= 5 and _LIST_JOIN.fullmatch(folded, blocked_end, candidate.start))
                )
            ):
                blocked_end = candidate.end
                continue
            found.append(candidate)
    return tuple(found)


def _with_listed(folded: str, found: list[NameCandidate]) -> list[NameCandidate]:
    """`Huỳnh Như, Nguyễn Thị Tuyết Dung`: two syllables count where they stand in one list with a full name."""
    listed = list(found)
    for index, candidate in enumerate(found):
        if candidate.sure or candidate.rule != "persons.two_syllables" or folded[candidate.end - 1] == " ":
            continue
        given = folded[candidate.start : candidate.end].rsplit(" ", 1)[-1] in _given_names()
        for other in (*found[max(0, index - 1) : index], *found[index + 1 : index + 2]):
            first, second = sorted((candidate, other), key=lambda c: c.start)
            full = other.sure and other.rule in ("persons.full_name", "persons.addressed")
            if given and full and _LIST_JOIN.fullmatch(folded, first.end, second.start):
                listed[index] = replace(candidate, sure=True)
    return listed


_LIST_JOIN = re.compile(r"[ ]?(?:,|-|–|/|và|;)[ ]?(?:và[ ])?")
# các ca sĩ A, B và C · Nghệ sĩ Nhân dân: A, B
_LIST_LEAD = re.compile(r"(?:^|[\s(])(?:các|những|hai|ba|bốn|0?\d{1,2})[ ](?:[^\W\d_]{1,8}[ ]){0,3}$")


def _inherited_lead(folded: str, start: int, found: Sequence[NameCandidate]) -> tuple[str, str, int] | None:
    """The form of address of a list, for the names after its first."""
    if not found or not _LIST_JOIN.fullmatch(folded, found[-1].end, start):
        return None
    return (found[-1].lead, found[-1].lead_kind, start) if found[-1].listed else None


def _opens_list(folded: str, candidate: NameCandidate) -> bool:
    lead = candidate.lead_start
    colon = folded[candidate.start - 2 : candidate.start] == ": "
    return candidate.lead_kind == "plural" or colon or _LIST_LEAD.search(folded, max(0, lead - 24), lead) is not None


_ENDS_NAME = frozenset((",", ".", ";", ":", ")", "(", "\n", ""))


def _sub_runs(text: str, folded: str, run: Run) -> list[list[tuple[int, int]]]:
    """The run without words that no name holds: forms of address, abbreviations, beginnings of positions."""
    all_capitals = text[run.start : run.end].isupper() and len(run.words) > 1
    parts: list[list[tuple[int, int]]] = [[]]
    never = _syllables("never")
    for a, b in run.words:
        word = folded[a:b]
        shout = (
            b - a > 1 and not all_capitals and word[1:] not in ("'", "’") and text[a:b].isupper() and word not in _given_names()
        )
        opens = not parts[-1] and len(run.words) > 1 and _begins_something(word) and not _is_given(folded[run.start : run.end])
        if opens and a == run.start and folded[a : run.words[1][1]] in _place_names():
            opens = False  # Chủ tịch Trung Quốc Tập Cận Bình
        ends = b == run.end and len(parts[-1]) >= 2 and text[b : b + 1] in _ENDS_NAME  # Nguyễn Minh Giám,
        if (word in never and not ends) or shout or opens:
            parts.append([])
        else:
            parts[-1].append((a, b))
    return [part for part in parts if part]


def _read_words(
    text: str,
    folded: str,
    words: list[tuple[int, int]],
    inherited: tuple[str, str, int] | None,
) -> NameCandidate | None:
    lead = find_lead(text, folded, words[0][0]) or inherited
    whole = folded[words[0][0] : words[-1][1]] in _place_names()
    if lead is None or (whole and lead[1] != "address") or (len(words) > 2 and not whole):
        words = _without_place(text, folded, words)
    if not words or (lead and folded[lead[2] : words[-1][1]] in _place_names()):  # huyện Bác Ái
        return None
    if lead is None:
        lead = find_lead(text, folded, words[0][0])
    syllables = [folded[a:b] for a, b in words]
    if len(words) == 1:
        return _read_single(text, words[0], syllables[0], None if lead == inherited else lead)
    cut = _cut_to_name(text, folded, words, syllables, bool(lead))
    if cut is None:
        return _read_other(text, folded, words, syllables, lead)
    first, last = cut
    start, end = words[first][0], words[last - 1][1]
    if first:
        lead = None
    name = syllables[first:last]
    if text[start:end].isupper() and lead is None and not (last - first == len(words) and _is_known(name)):
        return None
    return _judge(text, folded, start, end, name, lead)


def _is_known(name: list[str]) -> bool:
    """Every syllable after the family name is one of names: what a heading in capitals must be to name a person."""
    return all(s in _given_names() or s in _syllables("middle") or s in _surnames() for s in name)


def _without_place(text: str, folded: str, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """`Hà Nội Nguyễn Văn Phong` -> the name; a place alone -> nothing."""
    before = _words_before(folded, words[0][0])
    commune = bool(before) and _ends_with(before, len(before), "unit", 3) > 0  # thị trấn Ngô Mây Nguyễn Văn An
    for count in range(min(4, len(words)), 0, -1):
        name = folded[words[0][0] : words[count - 1][1]]
        if commune and count < len(words) and (name in _communes() or name in historical_figures()):
            return words[count:] if folded[words[count][0] : words[count][1]] in _surnames() else words
        if name in _place_names():
            rest = words[count:]
            if not rest:
                return [] if count > 1 or folded[words[0][0] : words[0][1]] not in _surnames() else words
            first = folded[rest[0][0] : rest[0][1]]
            begins = first in _surnames() or first in ("y", "a")
            foreign = not all(is_vietnamese_syllable(folded[a:b]) for a, b in rest)  # Toàn quyền Australia Sam Mostin
            if (begins and len(rest) >= 2) or foreign:
                return rest
    return _past_province(folded, words)


def _past_province(folded: str, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """`Nhi Cà Mau Lâm Thị Huỳnh Như`: the name behind a province that ends the name of a body."""
    for place in range(1, len(words) - 4 if len(words) > 5 else 0):
        rest = words[place + 2 :]
        name = folded[words[place][0] : words[place + 1][1]]
        if len(rest) >= 3 and name in province_names() and folded[rest[0][0] : rest[0][1]] in _surnames():
            return rest
    return words


def _cut_to_name(text: str, folded: str, words: list[tuple[int, int]], syllables: list[str], led: bool) -> tuple[int, int] | None:
    """First and last word of the name inside the capitals, by surnames."""
    strengths = [_surnames().get(s, "") for s in syllables]
    count = len(words)
    if _is_minority(syllables, led=led):
        return (0, count) if count <= MAX_SYLLABLES + 1 else None
    first = 0 if strengths[0] else -1
    if first < 0 and led:
        return None
    if first < 0 or (not led and count > MAX_SYLLABLES) or (not led and strengths[0] == "weak" and count > 3):
        later = [k for k in range(1, count - 1) if strengths[k] == "strong" and (count - k >= 3 or k >= 2 or first < 0)]
        if later and not (first == 0 and syllables[1] in _syllables("middle")):
            first = later[0]
    if first < 0:
        return None
    last = count
    last = next((k for k in range(first + 3, count) if _trails(folded, words, syllables, k)), count)
    limit = MAX_SYLLABLES + (1 if _syllables("particle") & set(syllables[first:]) else 0)
    if last - first > limit:
        again = [k for k in range(first + 2, min(first + limit + 1, count - 1)) if strengths[k] == "strong"]
        if not again:
            return None
        last = again[0]
    return (first, last) if last - first >= 2 else None


# Nguyễn Văn An Như vậy, … · Nguyễn Văn An Từ đó …; but `Trần Thị Ái Như tham gia`
_OPENS_SENTENCE = re.compile(
    r"[ ](?:vậy|thế|trên|đã|đó|này|nay|ngày|năm|tháng|khi|dịp|thời|chí|tình|nhiên|với|tại|đang|đến|đầu|lúc|những|các|một|nhiều)(?!\w)"
)


def _trails(folded: str, words: list[tuple[int, int]], syllables: list[str], k: int) -> bool:
    """The word begins the next sentence, whose full stop was lost; a given name that ends the capitals does only with its second."""
    if syllables[k] not in _syllables("trailer"):
        return False
    if k + 1 < len(words) or syllables[k] not in _given_names():
        return True
    return _OPENS_SENTENCE.match(folded, words[k][1]) is not None


@cached
def _minority_surnames() -> frozenset[str]:
    return frozenset(fold(row["surname"]) for row in read_lexicon("surnames") if row["people"] and row["strength"] == "strong")


def _is_minority(syllables: list[str], *, led: bool = False) -> bool:
    """`Y Thanh Hà Niê Kđăm`, `H'Hen Niê`, `Ksor H'Bơ Khăp`, `Giàng A Lử`."""
    if len(syllables) < 2:
        return False
    marked = [s in _minority_surnames() or s[:2] in ("h'", "k'", "r'", "h’", "k’") for s in syllables]
    return marked[0] or (syllables[0] in ("y", "a", "ama", "amí") and (led or any(marked[1:])))


def _judge(
    text: str, folded: str, start: int, end: int, name: list[str], lead: tuple[str, str, int] | None
) -> NameCandidate | None:
    words = text[start:end]
    whole = folded[start:end]
    minority = _is_minority(name, led=lead is not None)
    shape = minority or all(is_vietnamese_syllable(s) or s in _surnames() for s in name)
    strength = _surnames().get(name[0], "")
    led = {"lead": lead[0], "lead_kind": lead[1], "lead_start": lead[2]} if lead else {}
    if whole in historical_figures() and lead is None:
        return NameCandidate(start=start, end=end, text=words, rule="persons.historical", confidence=0.5)
    if lead is None and (whole in _place_names() or (len(name) == 2 and whole in _communes_like_people())):
        return None
    if lead is None and strength != "strong" and len(name) > 3 and " ".join(name[-2:]) in province_names():
        return None  # Sở Công Thương Thanh Hoá
    supported = bool(_SPEAKS.match(folded, end) or _AGED.match(folded, end))
    given = name[-1] in _given_names()
    if_tagged: tuple[float, bool] | None = None
    if lead:
        rule, confidence, sure = "persons.addressed", 0.97 if strength else 0.9, True
    elif not shape:
        return _foreign(start, end, words)
    elif minority:
        rule, confidence, sure = "persons.minority", 0.9, len(name) >= 3 or supported or not is_vietnamese_syllable(name[-1])
    elif strength == "strong" and len(name) >= 3:
        rule, confidence, sure = "persons.full_name", 0.93, True
    elif strength == "strong":
        rule, confidence, sure = "persons.two_syllables", 0.8, supported
        if_tagged = (0.8, True) if given and not supported else None
    elif len(name) >= 3 and (((name[1] in _syllables("middle") or supported) and given) or name[1] in ("thị", "văn")):
        rule, confidence, sure = "persons.rare_surname", 0.85, True
    else:
        rule, confidence, sure = "persons.rare_surname", 0.6, False
        if_tagged = (0.85, True) if len(name) >= 3 and given else (0.6, True) if supported else None
    short = len(name) == 2 and bool(lead) and not strength
    return NameCandidate(
        start=start, end=end, text=words, rule=rule, confidence=confidence, sure=sure, short=short, if_tagged=if_tagged,
        **led,  # type: ignore[arg-type]
    )  # fmt: skip


def _foreign(start: int, end: int, words: str) -> NameCandidate:
    return NameCandidate(start=start, end=end, text=words, rule="persons.foreign", confidence=0.5, if_tagged=(0.75, False))


_INITIAL_BEFORE = re.compile(rf"(?<![\w.])(?P<letter>[{UPPER}])\.[ ]?\Z")
_LETTERS_OF_UNITS = frozenset("QPHXĐTS")  # H.Krông Pắc, P.Pleiku
# Sergei V.Mikhailov · Jillian C. York
_INITIAL = re.compile(rf"[A-ZĐ]\.[ ]?{CAPITALISED}")


def _read_other(
    text: str,
    folded: str,
    words: list[tuple[int, int]],
    syllables: list[str],
    lead: tuple[str, str, int] | None,
) -> NameCandidate | None:
    """No surname begins it: a part of a Vietnamese name after a form of address, or a foreign name."""
    start, end = words[0][0], words[-1][1]
    if len(words) > 4 or text[start:end].isupper():
        return None
    initial = _INITIAL.match(text, words[-1][0])
    if initial:
        end = initial.end()
    vietnamese = all(is_vietnamese_syllable(s) for s in syllables)
    if any(folded[words[k][0] : end] in _place_names() for k in range(len(words) - 1)):
        return None
    if lead is None:
        if vietnamese and syllables[0] in ("y", "a") and len(words) in (2, 3):  # Phó Chủ tịch UBND tỉnh Kon Tum Y Ngọc
            return NameCandidate(start=start, end=end, text=text[start:end], rule="persons.minority", confidence=0.6)
        if vietnamese:
            return None
        return _foreign(start, end, text[start:end])
    if vietnamese and (len(words) > 3 or syllables[-1] not in _given_names() or folded[start:end] in _place_names()):
        return None
    if vietnamese and lead[0] in ("hộ", "gia đình", "mẹ", "tên"):
        return None
    return NameCandidate(
        start=start,
        end=end,
        text=text[start:end],
        rule="persons.part_of_name" if vietnamese else "persons.foreign",
        confidence=0.7 if vietnamese else 0.85,
        lead=lead[0],
        lead_kind=lead[1],
        lead_start=lead[2],
        sure=True,
        short=vietnamese,
    )


def _read_single(text: str, span: tuple[int, int], folded: str, lead: tuple[str, str, int] | None) -> NameCandidate | None:
    start, end = span
    foreign = not is_vietnamese_syllable(folded)
    if lead is None and folded[:2] in ("k'", "k’", "h'", "h’") and text[start + 2].isupper() and folded not in _place_names():
        return NameCandidate(start=start, end=end, text=text[start:end], rule="persons.minority", confidence=0.65)  # K'Brêu
    if lead is None:
        if not foreign or end - start < 3 or not text[start + 1 : end].islower():
            return None
        initial = _INITIAL_BEFORE.search(text, max(0, start - 4), start)
        if initial and folded not in _place_names():  # V.Putin, D. Trump
            sure = initial["letter"] not in _LETTERS_OF_UNITS or _SPEAKS.match(text, end) is not None
            return NameCandidate(
                start=initial.start("letter"), end=end, text=text[initial.start("letter") : end], rule="persons.foreign",
                confidence=0.7, sure=sure,
            )  # fmt: skip
        return NameCandidate(start=start, end=end, text=text[start:end], rule="persons.foreign_word", confidence=0.3, short=True)
    if text[start:end].isupper() and end - start > 1 and folded not in _given_names():
        return None
    if lead[1] not in ("address", "rank", "calling", "degree") or lead[0] in ("tên", "gia đình", "hộ", "đội", "mẹ"):
        return None
    if end - start < 2 or f"{lead[0]} {folded}" in historical_figures():  # Bác Hồ, Bác Tôn
        return None
    known = foreign or folded in _given_names()
    if folded in _place_names() and foreign:
        return None
    return NameCandidate(
        start=start,
        end=end,
        text=text[start:end],
        rule="persons.given_name",
        confidence=0.8,
        lead=lead[0],
        lead_kind=lead[1],
        lead_start=lead[2],
        sure=known and lead[1] == "address",
        short=True,
    )


def _is_named_after(folded: str, start: int, end: int) -> bool:
    """`đường Nguyễn Huệ`, `Trường THPT chuyên Lê Quý Đôn`, `Giải thưởng khoa học Tạ Quang Bửu`, `xã Lê Minh Xuân`."""
    words = _words_before(folded, start)
    position = len(words)
    for _ in range(6):
        if position <= 0 or _ends_with(words, position, "compound", 4):
            return False
        if _ends_with(words, position, "head", 3):
            return True
        unit = _ends_with(words, position, "unit", 3)
        if unit:
            name = folded[start:end]
            known = name in _communes() or name in historical_figures() or name.count(" ") < 2
            return known or position == unit or words[position - unit - 1] not in _syllables("body end")
        position -= _ends_with(words, position, "qualifier", 4) or MAX_LEAD_WORDS
    return False


MAX_LEAD_WORDS = 99  # more than any clause holds: the search ends


def _is_part_of_place(text: str, folded: str, candidate: NameCandidate) -> bool:
    """`cầu Bà Cương`, `chợ Ông Tạ`: a form of address in capitals within a name."""
    start = candidate.lead_start
    return text[start].isupper() and candidate.lead_kind == "address" and _is_named_after(folded, start, candidate.end)


def _words_before(folded: str, start: int) -> list[str]:
    """The last words of the line before `start`, where only a space or an abbreviation's full stop stands between."""
    line = folded.rfind("\n", 0, start) + 1
    words = folded[max(line, start - 64) : start].split(" ")
    if words and words[-1] == "":
        words.pop()
    elif not folded[max(line, start - 4) : start].endswith("."):
        return []
    return words


_OPENING = '(“"‘'


@cached
def _last_of_named_after(role: str) -> frozenset[str]:
    return frozenset(words.rsplit(" ", 1)[-1] for words in _named_after(role))


def _ends_with(words: list[str], position: int, role: str, longest: int) -> int:
    """How many words before `position` are together in the list of that role; 0 for none."""
    if position < 1 or words[position - 1].lstrip(_OPENING) not in _last_of_named_after(role):
        return 0
    listed = _named_after(role)
    for size in range(min(longest, position), 0, -1):
        if " ".join(words[position - size : position]).lstrip(_OPENING) in listed:
            return size
    return 0


def _in_credit(folded: str, candidate: NameCandidate) -> bool:
    """`Ảnh: T.SỸ`, `VGP/Nhật Bắc`: who made it, not whom it is about."""
    begin = candidate.lead_start if candidate.lead_start >= 0 else candidate.start
    before = max(0, begin - 24)
    if not candidate.lead and _SOURCE.search(folded, before, begin):
        return _SOURCE_END.match(folded, candidate.end) is not None
    return _CREDIT.search(folded, before, begin) is not None
