"""Sentence -> verbs of orders and work, who is told to do something, and the clause that says what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.lexicon import cached, read_lexicon
from pipeline.vietnamese.patterns import any_of
from pipeline.vietnamese.spelling import fold

MAX_ADDRESSEE = 220  # characters; a longer one is a clause read wrong
MAX_WORDS = 40
FULL_TASK = 26  # words; a longer clause is told by its first or last part
SHORT_CHUNK = 5  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """A verb of the list where it is used as a verb.

    `role` is command, speech, modal, manner, completion, delivery, launch or task.
    """

    start: int
    end: int
    words: str
    role: str


WORK = ("completion", "delivery", "launch", "task")
# What may stand between the clause before and the words that begin an order.
_LEAD = re.compile(
    r"(?:\((?:[ivx]{1,4}|\d{1,2}|[a-zđ])\)\s|\d{1,2}(?:\.\d{1,2}){0,2}[.)]\s|[a-zđ]\)\s|[\s,:;.“\"'()+•*–-]|"
    r"(?:đồng thời|theo đó|trong đó|cụ thể|ngoài ra|bên cạnh đó|"
    r"do đó|vì vậy|tuy nhiên|và|thì|rằng|là|cho|tới|còn|riêng|đối với|nhất là|trước mắt|trước hết|ngay sau đó|sau đó|từ đó|việc|"
    r"mục tiêu|cũng|đã|vừa|sẽ|đang)(?!\w)){0,12}"
)
_CLOSE = re.compile(r"(?:[\s,:–-]|(?<!\w)(?:cũng|đã|đang|vẫn|còn|sẽ|và|phải|cần|không|ngay|chưa|đều|cùng|mới|hãy))+$")
_APPOSITION = re.compile(
    r",\s(?:với|theo|trên cơ sở|căn cứ|trong đó|nhất là|là|trong|tại|từ|khi|sau khi|để|nhằm|do|đặc biệt là)\s"
)
_CLAUSE_OPENERS = frozenset('.:;•+|“"(*)…')
_RELATIVE = re.compile(
    r"\s(?:có (?:nghĩa vụ|thẩm quyền|nhu cầu|đủ điều kiện|chức năng|liên quan)|được (?:giao|phân công|ủy quyền))(?=\s|$)"
)
_PREDICATE = re.compile(
    r"\s(?:đang|đã|vừa|được(?! giao| phân công| ủy quyền)|(?<!dự )(?<!chuẩn )(?<!thiết )(?<!trang )bị|"
    r"có(?! nghĩa vụ| thẩm quyền| nhu cầu| đủ điều kiện| chức năng| liên quan)|không|chưa|mới|hãy|gồm|là|"
    r"như sau|sau đây|thừa ủy quyền|(?:trong|trước|vào) (?:ngày|tháng|quý))(?=\s|$)"
)
# Words that begin like a body and are none: `trường hợp`, `hội nghị`, `đội mũ bảo hiểm`.
_NO_BODY = (
    r"(?!(?:các |những |một số )?(?:trường hợp|bộ phận|bộ tiêu chí|bộ thủ tục|bộ hồ sơ|ban đầu|ban hành|hội nghị|hội thảo|hội chợ|báo cáo|"
    r"báo chí đưa|tổ chức thực hiện|đoàn kết|cấp bách|cấp phép|khu vực|cơ sở vật chất|cơ sở dữ liệu|cơ sở hạ tầng|cơ sở pháp lý|đội mũ|"
    r"người và|phòng ngừa|phòng chống|phòng, chống|viện dẫn|vụ việc|vụ án|đài tưởng niệm|thuế suất|phía (?:bắc|nam|đông|tây)))"
)
_ADJUNCT = re.compile(
    r"\s(?:theo hướng|theo đúng|theo quy định|trên cơ sở|trên tinh thần|trên nguyên tắc|tùy theo|bảo đảm|đảm bảo|nhằm|để|"
    r"phục vụ|với tinh thần|với quan điểm|căn cứ|làm cơ sở|làm căn cứ|góp phần|tránh|không để|dưới sự|trong quá trình|"
    r"trong bối cảnh|phù hợp với)\s"
)
_DID = re.compile(r"(?<!\w)(?!phải|cần|sẽ|đã|là|và|để|chưa|cơ bản|mới)[^\W\d_]{2,7}\s$")
_PURPOSE = re.compile(r"\s(?:để|nhằm)\s(?:quyết tâm\s|phấn đấu\s)?")
_DANGLING = re.compile(r"(?:\s(?:và|hoặc|với|của|cho|để|tại|theo|về|trong|các|những))+$")
_EDGES = " .,:;–-“”\"'("
_PARENTHESIS = re.compile(r"\s?\([^()]{0,200}\)")
_COMMA = re.compile(r"(?<!\d),\s|,\s(?!\d)|\s?;\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grammar:
    verbs: re.Pattern[str]
    roles: dict[str, str]
    not_after: dict[str, tuple[str, ...]]
    not_before: dict[str, tuple[str, ...]]
    heads: re.Pattern[str]


@cached
def _grammar() -> _Grammar:
    rows = {fold(row["words"]): row for row in read_lexicon("order_verbs")}
    addressees = read_lexicon("addressees")
    heads = any_of(fold(row["word"]) for row in addressees if row["kind"] == "head")
    plurals = any_of(fold(row["word"]) for row in addressees if row["kind"] == "plural")
    before = r"(?<![\w/-].)"
    return _Grammar(
        verbs=re.compile(rf"(?:{any_of(rows, behind=before)})(?![\w/-])"),
        roles={words: row["role"] for words, row in rows.items()},
        not_after={words: tuple(f" {fold(w)} " for w in row["not_after"].split(";") if w) for words, row in rows.items()},
        not_before={words: tuple(f" {fold(w)}" for w in row["not_before"].split(";") if w) for words, row in rows.items()},
        heads=re.compile(rf"{_NO_BODY}(?:\d{{1,3}}\s)?(?:(?:{plurals})\s(?:\d{{1,3}}\s)?){{0,2}}(?:{heads})(?!\w)"),
    )


def find_verbs(text: str, folded: str, start: int, end: int) -> list[Verb]:
    """The verbs of the list in a span; names (`Bộ Xây dựng`) and nouns (`theo yêu cầu`) are told apart."""
    grammar = _grammar()
    found: list[Verb] = []
    for match in grammar.verbs.finditer(folded, start, end):
        words = match.group()
        if text[match.start()].isupper() and not _opens_clause(text, match.start(), start):
            continue
        before = f" {folded[max(start, match.start() - 24) : match.start()]}"
        after = f"{folded[match.end() : min(end, match.end() + 24)]} "
        if before.endswith(grammar.not_after[words]):
            continue
        if any(after.startswith(noun) and not after[len(noun)].isalpha() for noun in grammar.not_before[words]):
            continue
        begin = match.start()
        if words == "xong" and (did := _DID.search(folded, max(start, begin - 10), begin)) and text[did.start()].islower():
            begin = did.start()  # học xong, sửa xong
        if found and begin < found[-1].end:
            begin = match.start()
        found.append(Verb(start=begin, end=match.end(), words=words, role=grammar.roles[words]))
    return found


def _opens_clause(text: str, at: int, start: int) -> bool:
    before = text[max(start, at - 6) : at].rstrip()
    if before.endswith(("-", "–")):
        return not before[:-1].strip() and at - start <= 6  # a list mark, not `Hữu Nghị - Chi Lăng`
    return not before or before[-1] in _CLAUSE_OPENERS


def skip_lead(folded: str, start: int, end: int) -> int:
    """Past list marks, conjunctions and `việc` to where the clause itself begins."""
    found = _LEAD.match(folded, start, end)
    return found.end() if found else start


def read_addressee(text: str, folded: str, start: int, end: int, verbs: Sequence[Verb]) -> tuple[int, int] | None:
    """The span of who is told to do something, from `start` to the first verb or colon; None where nobody is named."""
    start = skip_lead(folded, start, end)
    if not _grammar().heads.match(folded, start, end):
        return None
    stop = next((verb.start for verb in verbs if verb.start >= start), end)
    colon = text.find(":", start, min(stop, end))
    stop = min(stop, end, colon if colon >= 0 else end)
    stop = _past_relative(folded, start, stop, verbs)
    if not start < stop <= start + MAX_ADDRESSEE:
        return None
    apposition = _APPOSITION.search(folded, start, stop)
    stop = apposition.start() if apposition else stop
    predicate = _PREDICATE.search(folded, start, stop)
    if predicate and stop == colon:
        return None  # `Phó Thủ tướng có yêu cầu như sau:`
    stop = predicate.start() if predicate else stop
    close = _CLOSE.search(folded, start, stop)
    stop = close.start() if close else stop
    named = text[start:stop]
    if len(named) < 2 or ";" in named or ". " in named or named.count("(") != named.count(")") or len(named.split()) > MAX_WORDS:
        return None
    return start, stop


def _past_relative(folded: str, start: int, stop: int, verbs: Sequence[Verb]) -> int:
    """`cơ quan có thẩm quyền cấp giấy phép có trách nhiệm`: the verb of the relative clause is not that of the order."""
    if not _RELATIVE.search(folded, start, stop):
        return stop
    duty = next((v for v in verbs if v.start >= stop and v.words in ("phải", "cần", "có trách nhiệm", "chịu trách nhiệm")), None)
    if duty is None or duty.start - start > MAX_ADDRESSEE or re.search(r"[;:.]", folded[start : duty.start]):
        return stop
    return duty.start


def is_addressee(folded: str, start: int, end: int) -> bool:
    """Whether a body or office is named first in the span."""
    return bool(_grammar().heads.match(folded, start, end))


def find_subject(text: str, folded: str, start: int, end: int, verbs: Sequence[Verb]) -> tuple[int, int] | None:
    """Who is told: at the beginning of the clause, or after one of its commas with the verb right behind."""
    begin = skip_lead(folded, start, end)
    if folded.startswith("theo ", begin):  # Theo Bí thư Huyện ủy A, huyện phấn đấu …
        first = next((v.start for v in verbs if v.start >= begin and v.role != "command"), end)
        last = text.rfind(", ", begin, first)
        return read_addressee(text, folded, last + 2, end, verbs) if last >= 0 else None
    if found := read_addressee(text, folded, start, end, verbs):
        return found
    if any(verb.start - begin < 3 for verb in verbs if verb.start >= begin):
        return None  # the clause begins with its verb: later commas divide its objects
    for comma in _COMMA.finditer(text, start, end):
        if not is_addressee(folded, comma.end(), end):
            continue
        found = read_addressee(text, folded, comma.end(), end, verbs)
        if found and any(found[1] < verb.start <= found[1] + 16 for verb in verbs):
            return found
    return None


def cut_task(text: str, folded: str, start: int, end: int, verbs: Sequence[Verb]) -> str:
    """The clause of the task from its first verb: short ones whole, long ones by the part that says what is done."""
    aside = [m.span() for m in _PARENTHESIS.finditer(text, start, end)]
    inside = {verb.start for verb in verbs if any(a <= verb.start < b for a, b in aside)}
    first = next((v.start for v in verbs if start <= v.start < end and v.role != "modal" and v.start not in inside), start)
    first = _past_partners(folded, first, end, verbs)
    for purpose in _PURPOSE.finditer(folded, first, end):
        finish = next((verb for verb in verbs if purpose.end() <= verb.start < end), None)
        if finish is not None and finish.role == "completion" and len(folded[finish.end : end].split()) >= 3:
            first = finish.start
    whole = " ".join(_PARENTHESIS.sub("", text[first:end]).split()).strip(_EDGES)
    if len(whole.split()) <= FULL_TASK:
        return whole
    chunks = _split_chunks(text, folded, first, end, verbs)
    if sum(chunk.size for chunk in chunks) > FULL_TASK:
        chunks = _shorten(chunks)
    return _DANGLING.sub("", ", ".join(chunk.text for chunk in chunks))


# chủ trì, phối hợp với Bộ A, Bộ B và Ngân hàng C khẩn trương thành lập …
_PARTNERS = re.compile(r"(?:chủ trì(?:,| và)?\s)?phối hợp(?:\schặt chẽ)?\s(?:với|cùng với|cùng)\s")
MIN_PARTNERS = 5  # words; fewer do not hide what is to be done


def _past_partners(folded: str, first: int, end: int, verbs: Sequence[Verb]) -> int:
    """Where the task begins behind a list of those it is done with."""
    found = _PARTNERS.match(folded, first, end)
    if found is None:
        return first
    work = next((v for v in verbs if found.end() < v.start < end and v.role in (*WORK, "manner")), None)
    if work is None:
        return first
    partners = folded[found.end() : work.start]
    return work.start if len(partners.split()) >= MIN_PARTNERS and not re.search(r"[;:.]", partners) else first


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """What stands between two commas of a clause."""

    text: str
    size: int
    role: str | None
    works: bool
    verbal: str  # from its first verb on: without the last of the partners named before


def _split_chunks(text: str, folded: str, start: int, end: int, verbs: Sequence[Verb]) -> list[_Chunk]:
    masked = _PARENTHESIS.sub(lambda m: "\x00" * len(m.group()), text[start:end])
    chunks: list[_Chunk] = []
    place = 0
    cuts = [(m.start(), m.end()) for m in _COMMA.finditer(masked)]
    for cut, after in [*cuts, (len(masked), len(masked))]:
        piece = masked[place:cut]
        begin = start + place
        place = after
        opening = next((v for v in verbs if begin <= v.start <= begin + 14 and v.start < start + cut), None)
        adjunct = _ADJUNCT.search(folded, begin, start + cut)
        if adjunct and len(folded[begin : adjunct.start()].split()) >= SHORT_CHUNK - 1:
            piece = piece[: adjunct.start() - begin]
        words = " ".join(piece.replace("\x00", "").split()).strip(_EDGES)
        if words:
            role = opening.role if opening else None
            if opening is not None and role == "manner":  # quyết tâm hoàn thành …
                then = next((v for v in verbs if opening.end <= v.start < min(opening.end + 12, start + cut)), None)
                role = "completion" if then is not None and then.role == "completion" else role
            inner = [v for v in verbs if begin <= v.start < begin + len(piece)]
            works = any(v.role in WORK for v in inner)
            verbal = " ".join(piece[inner[0].start - begin :].replace("\x00", "").split()).strip(_EDGES) if inner else words
            chunks.append(_Chunk(text=words, size=len(words.split()), role=role, works=works, verbal=verbal))
        if adjunct and len(chunks) > 1 and not chunks[-1].works:
            chunks.pop()
    return chunks


def _shorten(chunks: list[_Chunk]) -> list[_Chunk]:
    """The last chunk that says what is done, with its neighbours as long as they fit; `hoàn thành` alone says nothing."""
    last = len(chunks) - 1
    while last > 0 and (chunks[last].role is None or chunks[last].size < SHORT_CHUNK):
        last -= 1
    if chunks[last].role == "delivery" or last == 0:
        kept, budget = [chunks[last]], FULL_TASK - chunks[last].size
        for chunk in chunks[last + 1 :]:
            if chunk.size <= budget:
                kept.append(chunk)
                budget -= chunk.size
        return [_clip(chunk) for chunk in kept]
    finish = [n for n, chunk in enumerate(chunks) if chunk.role == "completion" and chunk.size >= SHORT_CHUNK]
    kept, budget = [], FULL_TASK
    first = next((n for n, chunk in enumerate(chunks) if chunk.works), 0)  # not `chủ trì, phối hợp với Bộ A, Bộ B`
    if not finish and first > 0 and chunks[first].role is None:
        chunks[first] = replace(chunks[first], text=chunks[first].verbal, size=len(chunks[first].verbal.split()))
    for chunk in chunks[finish[-1] if finish else first :]:
        if chunk.size > budget and FULL_TASK - budget > SHORT_CHUNK:
            break
        kept.append(_clip(chunk, budget))
        budget -= chunk.size
        if budget <= 0:
            break
    return kept


def _clip(chunk: _Chunk, most: int = FULL_TASK) -> _Chunk:
    words = chunk.text.split()
    return chunk if len(words) <= most else replace(chunk, text=" ".join(words[:most]), size=most)
