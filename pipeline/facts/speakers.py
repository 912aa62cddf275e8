"""Sentences of one article, persons and organisations -> who orders whom in each sentence, and who still speaks later."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.facts.mentions import MentionRow
from pipeline.facts.officials import OfficialRow
from pipeline.facts.orders import Verb, find_verbs, is_addressee, read_addressee, skip_lead
from pipeline.facts.persons import PersonRow
from pipeline.model import Findings
from pipeline.vietnamese.spelling import fold

LOOK_BACK = 80  # sentences: a dispatch tells at its beginning who orders
TOLD_LOOK_BACK = 30
ORDER_LOOK_BACK = 8
BODY_LOOK_BACK = 8  # a body speaks on for less long than a person or an office
_LIST_MARK = re.compile(r"\s*(?:[-–+•*]|\d{1,2}(?:\.\d{1,2}){0,2}[.)]|[a-zđ]\)|\((?:[ivx]{1,4}|\d{1,2}|[a-zđ])\))\s?")
# In a list of orders these are what the addressee must do: `- Sở A chỉ đạo các đơn vị …`.
_SOFT = frozenset(
    ("chỉ đạo", "đôn đốc", "phân công", "quán triệt", "đề xuất", "kiến nghị", "giao", "thông báo", "thống nhất", "quyết định")
)
_PLURAL = re.compile(r"(?:^|\s)(?:các|những|từng|mỗi)\s")
_TITLE = re.compile(
    r"(?:(?:phó\s)?thủ\stướng(?:\schính\sphủ)?|chủ\stịch\snước|tổng\sbí\sthư|(?:phó\s)?chủ\stịch|(?:phó\s)?bí\sthư|bộ\strưởng|thứ\strưởng|"
    r"(?:phó\s)?(?:tổng\s)?giám\sđốc|(?:phó\s)?(?:vụ|cục|tổng\scục|chi\scục|ban|trưởng)\strưởng|trưởng\sban|thủ\strưởng|lãnh\sđạo|đại\sdiện|"
    r"chánh\s(?:văn\sphòng|thanh\stra)|thường\strực\s(?:(?:thành|tỉnh|huyện|quận|đảng)\sủy|ban\sbí\sthư|ban\schỉ\sđạo|hđnd|ubnd|chính\sphủ)|ban\sthường\svụ|chính\sphủ|quốc\shội|đại\stướng|thượng\stướng|trung\stướng|thiếu\stướng)(?!\w)"
)
_AUTHORITIES = (
    "bộ", "sở", "cục", "tỉnh", "thành phố", "huyện", "quận", "hội nghị", "hội đồng", "ban chỉ đạo", "ban tổ chức", "đoàn giám sát",
    "liên đoàn", "hiệp hội", "nhà trường", "tòa", "tòa án", "hđxx",
)  # fmt: skip
# Where the words after a title are no longer of it: `Thủ tướng Chính phủ chỉ ra 3 nhiệm vụ và giao …`.
_SAYS_MORE = re.compile(
    r"\s(?:chỉ ra|đã|cũng|vừa|đang|đánh giá|ghi nhận|hoan nghênh|biểu dương|chủ trì|tham dự|có|là|khi|sau|tại|trong|về|cho|được|nói|"
    r"thay mặt|trả lời|ký|gửi|ban hành|mới đây|chỉ đạo|yêu cầu|đề nghị|giao|nhấn mạnh)(?=\s|$)"
)
_HONORIFIC = re.compile(r"^(?:[Đđ]ồng chí|[Oo]ng|[Ôô]ng|[Bb]à)\s(?=(?:Phó|Chủ|Bí|Giám|Bộ|Thứ|Thủ|Tổng|Trưởng|Cục|Vụ|Chánh)\s)")
_SENT_TO = re.compile(r"\sgửi\s(?P<who>[^,;:.\n]{4,120}),\s$")
_CLOSING_QUOTE = re.compile(r"[”\"]\s?[,–-]")
_HEADLINE = re.compile(rf"(?P<who>{_TITLE.pattern}(?:\s[^.,;:]{{2,40}})?)\s?:\s")
_ACCORDING = re.compile(
    r"theo\s(?:đồng\schí|ông|bà|phó|chủ\stịch|bí\sthư|giám\sđốc|bộ\strưởng|thứ\strưởng|thủ\stướng|cục\strưởng|vụ\strưởng)(?!\w)"
)
# UBND thành phố vừa ban hành kế hoạch …; Bộ Y tế có công văn …
_ISSUES = re.compile(
    r"\s(?:(?:vừa|đã|mới|tiếp\stục)\s)?(?:ký\s)?(?:ban\shành|có|ký)\s(?:văn\sbản|công\svăn|công\sđiện|kế\shoạch|chỉ\sthị|quyết\sđịnh|"
    r"thông\sbáo|chương\strình|hướng\sdẫn)(?!\w)"
)
_PRONOUN = re.compile(r"(?:đồng\schí|ông|bà|vị\snày|anh|chị|người\sđứng\sđầu|tân)(?:\scũng|\s(?:thủ|bộ|chủ).*)?$")
_BETWEEN = re.compile(
    r"(?:[\s,:]|(?<!\w)(?:cũng|đã|vừa|tiếp\stục|đặc\sbiệt|trực\stiếp|vẫn|còn|đồng\sthời|và|thì|có|ký|gửi|ban\shành|văn\sbản|công\svăn|công\sđiện|"
    r"chỉ\sthị|kết\sluận|phát\sbiểu|nhấn\smạnh|vào|cuộc|hỏa\stốc|khẩn|thống\snhất|một\slần\snữa|lần\snữa|liên\stục|nhiều\slần|mới|đây|mong\smuốn|số)(?!\w)){0,14}$"
)
_BY = re.compile(r"(?:theo|thực\shiện)\s(?:(?:yêu\scầu|chỉ\sđạo|ý\skiến(?:\schỉ\sđạo)?|kết\sluận|đề\snghị)\scủa\s)?")
_WEAK = re.compile(
    r"(?:kết\sluận|ý\skiến\schỉ\sđạo|chỉ\sđạo|yêu\scầu|công\sđiện|chỉ\sthị)\s(?:mới\s|hỏa\stốc\s)?(?:này\s)?(?:tại\s[^,.;:]{3,60}\s)?của\s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One order or saying: the verb, who speaks, who is told."""

    verb: Verb
    speaker: tuple[int, int] | None
    addressee: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who set something: the full name of a person, or a title or body as written."""

    name: str
    person_id: str | None


class Speech:
    """Who speaks and who is told, sentence by sentence; read only where somebody asks."""

    def __init__(self, text: str, folded: str, sentences: Sequence[tuple[int, int]], findings: Findings) -> None:
        self.text = text
        self.folded = folded
        self.sentences = sentences
        self._names = {row.person_id: row.name for row in findings.of(PersonRow)}
        self._officials = findings.of(OfficialRow)
        mentions = sorted(findings.of(MentionRow), key=lambda m: (m.start, m.end))
        self._persons = [m for m in mentions if m.kind == "person" and m.person_id]
        self._person_starts = [m.start for m in self._persons]
        self._orgs = [m for m in mentions if m.kind == "organization" and m.org_id]
        self._org_starts = [m.start for m in self._orgs]
        self._verbs: dict[int, list[Verb]] = {}
        self._weak_speakers: dict[int, Speaker | None] = {}
        self._frames: dict[int, list[Frame]] = {}

    def verbs(self, n: int) -> list[Verb]:
        if n not in self._verbs:
            start, end = self.sentences[n]
            names = [(m.start, m.end) for m in self._orgs_in(start, end)]
            found = find_verbs(self.text, self.folded, start, end)
            # `Ban Quản lý dự án đầu tư xây dựng công trình giao thông`: no verb within a name
            self._verbs[n] = [v for v in found if not any(a < v.start and v.end <= b for a, b in names)]
        return self._verbs[n]

    def is_list_item(self, n: int) -> bool:
        start = self.sentences[n][0]
        return bool(_LIST_MARK.match(self.text, start, start + 8))

    def opens_paragraph(self, n: int) -> bool:
        return n == 0 or "\n" in self.text[self.sentences[n - 1][1] : self.sentences[n][0]]

    def frames(self, n: int) -> list[Frame]:
        """The orders and sayings of a sentence, in the order of the text; what an addressee is told to order is no frame."""
        if n not in self._frames:
            self._frames[n] = self._read_frames(n)
        return self._frames[n]

    def _read_frames(self, n: int) -> list[Frame]:
        start, end = self.sentences[n]
        found: list[Frame] = []
        verbs = self.verbs(n)
        listed = self.is_list_item(n)
        if headline := _HEADLINE.match(self.folded, start, end):  # Thủ tướng: Khởi công tuyến đường sắt vào ngày 19/12
            colon = Verb(start=headline.end("who"), end=headline.end(), words=":", role="command")
            found.append(Frame(verb=colon, speaker=headline.span("who"), addressee=None))
        for verb in verbs:
            if verb.role not in ("command", "speech"):
                continue
            segment = max(start, self.text.rfind(";", start, verb.start) + 1)
            opens = verb.words.startswith("giao") and verb.start <= skip_lead(self.folded, segment, end)
            if listed and verb.words in _SOFT and not opens:
                continue
            told = next((f for f in reversed(found) if f.verb.start >= segment and f.verb.role == "command"), None)
            if told is not None and (told.addressee or verb.words in _SOFT):
                continue
            if verb.words in _SOFT and not opens and self._is_in_list(n, verb, found):
                continue
            speaker = self._read_subject(n, verb, segment, found)
            if speaker is not None and any(speaker[0] <= v.start < speaker[1] for v in verbs):
                speaker = None
            if opens and speaker is None and (before := self._persons_in(start, verb.start)):
                speaker = before[-1].start, before[-1].end  # Phó Chủ tịch A thống nhất chủ trương; giao Sở B …
            carried = bool(found) and self._adjoins(found[-1].verb.end, verb.start, comma=True)  # cho biết, đã giao cho …
            if (
                verb.words in _SOFT
                and not opens
                and not carried
                and (speaker is None or not self._adjoins(speaker[1], verb.start))
            ):
                continue
            addressee = None
            if verb.role == "command":
                later = [v for v in verbs if v.start >= verb.end]
                addressee = read_addressee(self.text, self.folded, verb.end, end, later)
                if addressee is None and (sent := _SENT_TO.search(self.text, max(segment, verb.start - 160), verb.start)):
                    addressee = sent.span("who")  # gửi các tổ chức tín dụng, yêu cầu …
                    addressee = addressee if is_addressee(self.folded, *addressee) else None
            found.append(Frame(verb=verb, speaker=speaker, addressee=addressee))
        return found

    def _is_in_list(self, n: int, verb: Verb, found: Sequence[Frame]) -> bool:
        """`Công điện nêu rõ: Bộ trưởng A chỉ đạo …; Bộ trưởng B …`: who is told stands before the verb, who tells before the colon."""
        start, end = self.sentences[n]
        return self.text.find(";", start, end) >= 0 and any(
            f.verb.end < verb.start and self.text[f.verb.end : f.verb.end + 2].lstrip().startswith(":") for f in found
        )

    def _read_subject(self, n: int, verb: Verb, segment: int, found: Sequence[Frame]) -> tuple[int, int] | None:
        """The span of who says or orders: the person or body just before the verb, else that of the verb before."""
        between = _BETWEEN.search(self.folded, max(segment, verb.start - 120), verb.start)
        stop = between.start() if between else verb.start
        inherited = found[-1].speaker if found else None
        if stop <= segment:
            return inherited
        comma = max(self.text.rfind(",", segment, stop) + 1, self.text.rfind(":", segment, stop) + 1, segment)
        persons = self._persons_in(max(segment, found[-1].verb.end) if found else segment, stop)
        if persons and (persons[-1].start >= comma - 1 or self._is_apposition(persons[-1].end, comma)):
            return persons[-1].start, persons[-1].end
        if found and found[-1].verb.start >= comma:
            return inherited
        chunk = skip_lead(self.folded, self._list_start(segment, comma), stop)
        by = _BY.match(self.folded, chunk, stop)
        chunk = by.end() if by else chunk
        predicate = _SAYS_MORE.search(self.text, chunk, stop)
        stop = predicate.start() if predicate else stop
        if chunk < stop and self._may_speak(chunk, stop):
            return (chunk, stop) if stop - chunk <= 160 else inherited
        orgs = self._orgs_in(comma, stop)
        if orgs:
            return orgs[-1].start, orgs[-1].end
        if inherited is not None or not persons:
            return inherited
        return persons[-1].start, persons[-1].end

    def _adjoins(self, end: int, verb: int, *, comma: bool = False) -> bool:
        """Nothing but `cũng`, `mới đây đã` and the like between the speaker and the verb."""
        between = self.folded[end:verb]
        return (comma or "," not in between) and bool(_BETWEEN.fullmatch(between))

    def _may_speak(self, start: int, end: int) -> bool:
        """An office, `đồng chí`, or a body with a name: not `người dân`, `các đơn vị`."""
        if _TITLE.match(self.folded, start, end) or _PRONOUN.match(self.folded, start, end):
            return True
        words = self.text[start:end].strip(" ,:")
        if _PLURAL.search(self.folded, start, end):
            return False
        return is_addressee(self.folded, start, end) and (any(ch.isupper() for ch in words[1:]) or fold(words) in _AUTHORITIES)

    def _list_start(self, segment: int, comma: int) -> int:
        """The beginning of `đại diện các sở, ngành, quận, huyện` from its last comma."""
        start = comma
        for _ in range(6):
            earlier = max(self.text.rfind(",", segment, start - 1) + 1, segment)
            words = self.folded[earlier : max(earlier, start - 1)].split()
            if (
                start <= segment
                or not words
                or len(words) > 6
                or not is_addressee(self.folded, skip_lead(self.folded, earlier, start), start)
            ):
                break
            start = earlier
        return start

    def _is_apposition(self, person_end: int, comma: int) -> bool:
        """`ông A, Vụ trưởng Vụ Vận tải (Bộ X) đề nghị`: a title between the name and the verb."""
        if self.text[person_end:comma].strip(" ,") != "":
            return bool(_TITLE.match(self.folded, skip_lead(self.folded, person_end, comma), comma))
        return bool(_TITLE.match(self.folded, skip_lead(self.folded, comma, comma + 60)))

    def _persons_in(self, start: int, end: int) -> list[MentionRow]:
        return self._persons[bisect_left(self._person_starts, start) : bisect_left(self._person_starts, end)]

    def _orgs_in(self, start: int, end: int) -> list[MentionRow]:
        return self._orgs[bisect_left(self._org_starts, start) : bisect_left(self._org_starts, end)]

    def find_speaker(self, n: int, *, before: int) -> Speaker | None:
        """Who set what stands in sentence `n` before a place: its own order, else the speech that goes on."""
        for frame in self.frames(n):
            # “…”, Bộ trưởng A chỉ đạo
            quoted = frame.verb.start > before and _CLOSING_QUOTE.search(self.text, before, frame.verb.start)
            if quoted and frame.speaker and (speaker := self.name_speaker(frame.speaker)):
                return speaker
        if quoted_later := self._speaker_after_quote(n):
            return quoted_later
        for frame in reversed(self.frames(n)):
            if frame.verb.start < before and frame.speaker and (speaker := self.name_speaker(frame.speaker)):
                return speaker
        if according := self._according(n):
            return according
        body: Speaker | None = None
        for earlier in range(n - 1, max(-1, n - LOOK_BACK), -1):
            for frame in reversed(self.frames(earlier)):
                # `UBND các tỉnh yêu cầu …` within a speech of orders: they are told, they do not speak on.
                if frame.speaker is None or _PLURAL.search(self.folded, *frame.speaker):
                    continue
                speaker = self.name_speaker(frame.speaker)
                if speaker is None:
                    continue
                ordered = frame.verb.role == "command" and frame.addressee is not None and not self.is_list_item(earlier)
                if speaker.person_id or ordered or _TITLE.match(self.folded, *frame.speaker):
                    near = n - earlier <= BODY_LOOK_BACK or speaker.person_id or _TITLE.match(self.folded, *frame.speaker)
                    if near:
                        return speaker
                    continue
                if n - earlier <= BODY_LOOK_BACK:
                    body = body or speaker
            if body is None and (weak := self._weak_speaker(earlier)):
                return weak
        return body or self._weak_speaker(n)

    def _speaker_after_quote(self, n: int) -> Speaker | None:
        """Who is named behind a quotation of several sentences: `“… trước ngày 20/8. …”, Giám đốc Sở A nhấn mạnh.`"""
        start, end = self.sentences[n]
        opened = max(self.text.rfind("“", start, end), self.text.rfind('"', start, start + 2))
        if opened < 0 or self.text.find("”", opened, end) >= 0 or self.text.find('"', opened + 1, end) >= 0:
            return None
        for later in range(n + 1, min(n + 8, len(self.sentences))):
            if self.opens_paragraph(later):
                return None
            first, last = self.sentences[later]
            close = _CLOSING_QUOTE.search(self.text, first, last)
            if close:
                frames = [f for f in self.frames(later) if f.verb.start > close.start() and f.speaker]
                return self.name_speaker(frames[0].speaker) if frames and frames[0].speaker else None
        return None

    def has_order(self, n: int) -> bool:
        """Whether the sentence stands in a speech of orders: a command in it or in those it follows."""
        reach = LOOK_BACK if self.is_list_item(n) else ORDER_LOOK_BACK
        return any(
            frame.verb.role == "command" and (frame.speaker or frame.addressee)
            for earlier in range(n, max(-1, n - reach), -1)
            for frame in self.frames(earlier)
        )

    def _weak_speaker(self, n: int) -> Speaker | None:
        if n not in self._weak_speakers:
            self._weak_speakers[n] = self._read_weak_speaker(n)
        return self._weak_speakers[n]

    def _read_weak_speaker(self, n: int) -> Speaker | None:
        """`kết luận của Phó Thủ tướng …`, `ý kiến chỉ đạo của …` where nobody is said to order."""
        start, end = self.sentences[n]
        if according := self._according(n):
            return according
        if found := _WEAK.search(self.folded, start, end):
            persons = self._persons_in(found.end(), min(end, found.end() + 80))
            if persons:
                return self._person(persons[0].person_id)
            title = _TITLE.match(self.folded, found.end(), end)
            return self.name_speaker((found.end(), title.end())) if title else None
        if found := _ISSUES.search(self.folded, start, end):
            issuing = Verb(start=found.start(), end=found.end(), words="ban hành", role="speech")
            subject = self._read_subject(n, issuing, max(start, self.text.rfind(";", start, found.start()) + 1), ())
            if subject and not any(subject[0] <= v.start < subject[1] for v in self.verbs(n)):
                return self.name_speaker(subject)
        return None

    def _according(self, n: int) -> Speaker | None:
        """`Theo Vụ trưởng Vụ Tín dụng A, các ngân hàng phải …`"""
        start, end = self.sentences[n]
        found = _ACCORDING.match(self.folded, skip_lead(self.folded, start, end), end)
        if not found:
            return None
        persons = self._persons_in(found.end(), min(end, found.end() + 120))
        comma = self.text.find(",", found.end(), end)
        return self._person(persons[0].person_id) if persons and persons[0].start <= comma else None

    def find_addressee(self, n: int) -> tuple[int, int] | None:
        """Who is told in an earlier sentence of the paragraph, or in the line that opens the list."""
        in_paragraph = True
        for earlier in range(n - 1, max(-1, n - TOLD_LOOK_BACK), -1):
            in_paragraph = in_paragraph and not self.opens_paragraph(earlier + 1)
            if found := self.own_addressee(earlier):
                start, end = self.sentences[earlier]
                opens_list = self.text[start:end].rstrip().endswith(":")
                if in_paragraph or opens_list or self.is_list_item(earlier) or self.is_list_item(n) or earlier == n - 1:
                    return found
        return None

    def own_addressee(self, n: int) -> tuple[int, int] | None:
        """Who is told in this sentence: by its last order, else its subject where the verb is one of duty."""
        start, end = self.sentences[n]
        frames = self.frames(n)
        for frame in reversed(frames):
            if frame.addressee:
                return frame.addressee
        if frames:
            return None
        verbs = self.verbs(n)
        found = read_addressee(self.text, self.folded, start, end, verbs)
        if not found:
            return None
        follows = next((verb for verb in verbs if verb.start >= found[1]), None)
        colon = self.text[found[1] : found[1] + 2].startswith(":")
        told = (
            follows is not None and follows.start - found[1] < 12 and " đã " not in f" {self.folded[found[1] : follows.start]} "
        )
        return found if colon or told else None

    def name_speaker(self, span: tuple[int, int]) -> Speaker | None:
        """The full name of the person, or the title or body as written."""
        start, end = span
        persons = self._persons_in(start, end)
        if persons:
            return self._person(persons[-1].person_id)
        words = _HONORIFIC.sub("", self.text[start:end].strip(" ,:"))
        if _PRONOUN.match(fold(words)):
            before = bisect_left(self._person_starts, start)
            return self._person(self._persons[before - 1].person_id) if before else None
        holder = self._find_holder(fold(words), start)
        return self._person(holder) if holder else Speaker(name=words, person_id=None)

    def _person(self, person_id: str | None) -> Speaker | None:
        name = self._names.get(person_id or "")
        return Speaker(name=name, person_id=person_id) if name else None

    def _find_holder(self, title: str, at: int) -> str | None:
        """The person whom the article gives this position: `Phó Thủ tướng` where one deputy is named."""
        fitting: dict[str, int] = {}
        for official in self._officials:
            role = fold(official.role)
            if not (title == role or title.startswith(role + " ")) or official.status == "former":
                continue
            rest = set(_expand(title[len(role) :]).split())
            if rest <= set(_expand(fold(official.organization or "")).split()) | {"chính", "phủ"}:
                fitting.setdefault(official.person_id, official.start)
        if len(fitting) == 1:
            return next(iter(fitting))
        earlier = {person: start for person, start in fitting.items() if start < at}
        return max(earlier, key=lambda person: (earlier[person], person)) if earlier else None

    def org_of(self, span: tuple[int, int]) -> str | None:
        """The organisation mention that is most of this span."""
        first = max(0, bisect_right(self._org_starts, span[0]) - 1)
        for mention in self._orgs[first : first + 4]:
            common = min(span[1], mention.end) - max(span[0], mention.start)
            if common >= 0.6 * (span[1] - span[0]):
                return mention.org_id
        return None

    def org_before(self, n: int, before: int) -> tuple[int, int] | None:
        """The organisation named first in the sentence: for `Đại diện X cho biết đơn vị sẽ …`."""
        orgs = self._orgs_in(self.sentences[n][0], before)
        return (orgs[-1].start, orgs[-1].end) if orgs else None


_SHORT = (("ubnd", "ủy ban nhân dân"), ("hđnd", "hội đồng nhân dân"), ("uỷ", "ủy"), ("tp", "thành phố"), ("bcđ", "ban chỉ đạo"))


def _expand(words: str) -> str:
    for short, full in _SHORT:
        words = re.sub(rf"(?<!\w){short}(?!\w)\.?", full, words)
    return words
