"""Article, dates, officials -> what must be done by when, by whom, set by whom (`deadlines`)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pipeline.facts.dates import DateRow
from pipeline.facts.deadline_judging import SO_THAT_THEY_CAN, STANDS_IN, Judge, Region
from pipeline.facts.deadline_markers import Marked, find_marked, find_spans
from pipeline.facts.orders import WORK, cut_task, find_subject, is_addressee, skip_lead
from pipeline.facts.speakers import Speaker, Speech
from pipeline.model import Article, Findings, Mention, Row, column
from pipeline.vietnamese.sentences import split_sentences
from pipeline.vietnamese.spelling import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRow(Row):
    """One thing that must be done by a time."""

    TABLE: ClassVar[str] = "deadlines"
    IDENTITY: ClassVar[tuple[str, ...]] = ("task",)

    deadline_id: str = column("Key of the row.", key=True)
    article_id: str = column("The article.", refers="articles")
    due_start: date | None = column("First day of the expression.", default=None)
    due_end: date | None = column("The last acceptable day.", default=None)
    within: str | None = column("ISO 8601 duration from an event without a date (`10 ngày kể từ ngày tiếp nhận`).", default=None)
    date_id: str | None = column("The expression of time.", refers="dates", default=None)
    marker: str = column("`muộn nhất`, `trước`, `trong`, `đến hết` …")
    task: str = column("The clause that says what must be done.")
    responsible: str | None = column("Who must do it, as written.", default=None)
    responsible_org_id: str | None = column("The same as an organisation.", refers="organizations", default=None)
    assigned_by: str | None = column("Person or organisation that set it.", default=None)
    assigned_by_person_id: str | None = column("The same as a person.", refers="persons", default=None)
    text: str = column("The sentence.")
    start: int = column("First character in `articles.text` (Unicode code points).")
    end: int = column("One past the last character.")
    rule: str = column("The rule that found it.")
    confidence: float = column("0 to 1.")


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """One DeadlineRow for each task with a last acceptable time."""
    dates = [row for row in findings.of(DateRow) if row.start is not None and row.kind != "published"]
    folded = fold(article.text)
    marked = list(find_marked(article.text, folded, dates))
    spans = list(find_spans(folded, dates))
    if not marked and not spans:
        return []
    reader = _Reader(article, folded, findings)
    return _tell_once(
        [row for place, group in reader.by_sentence([*marked, *spans]) for row in reader.read_sentence(place, group)]
    )


_ANAPHORA = re.compile(
    r"(?:đơn vị|doanh nghiệp|công ty|cơ quan|nhà mạng|ngân hàng|tập đoàn|hãng|sở|bộ|ban|cục|trường|bệnh viện|tổng công ty)"
    r"(?: này| đó| mình)?$"
)
_FOR_A_BODY = re.compile(r"(?:(?:đại diện|lãnh đạo|phía|thông tin từ)\s)*")
_STANDS_IN_COLON = re.compile(r"(?:thời gian|thời hạn|tiến độ|hạn)(?:\s\w+){0,3}\s?:")
# Lines of a plan beside the one that names the task: `- Đơn vị chủ trì: …`, `- Sản phẩm: …`.
_LABEL = re.compile(
    r"[\s–+*•-]{0,4}(?:\(?(?:\d{1,2}|[a-zđ])[.)]\s)?(?:tổ chức thực hiện|đơn vị|cơ quan|sản phẩm|kết quả|kinh phí|nguồn lực|"
    r"thời gian|thời hạn|tiến độ|người|nội dung)(?:\s\w+){0,3}\s?:"
)
_LEADS = re.compile(
    r"[\s–+*•-]{0,4}(?:đơn vị|cơ quan)(?: chịu trách nhiệm)? (?:chủ trì|thực hiện|chịu trách nhiệm|đầu mối)(?:\s\w+){0,2}\s?:\s?"
    r"(?P<who>[^.;\n]{3,160})"
)
_DAY_OF_YEAR = re.compile(r"(?P<day>\d{1,2})(?:[/.-]|\stháng\s)(?P<month>\d{1,2})\s(?:hằng|hàng|mỗi)\snăm")
_NAMED_AFTER = re.compile(
    r"\s(?P<what>(?:việc|công tác|toàn bộ|các|dự án|đề án|hồ sơ|kế hoạch|báo cáo|gói thầu|tuyến)\s[^.,;:()\n]{4,120})"
)
# , rau màu · ; các huyện · và hồ sơ đất
_ELIDED = re.compile(r"(?:[,;]\s(?:còn\s|và\s)?|\svà\s)(?P<noun>[^\W\d_]+(?:\s[^\W\d_]+){0,6})\s(?:là\s)?")
# hỗ trợ tỉnh A 200 tỷ đồng; tỉnh B, tỉnh C mỗi tỉnh khoảng 150 tỷ đồng, hoàn thành …: the order goes on past the semicolon
_AMOUNTS = re.compile(r"[^.;:]{2,80}?\s\d[\d.,]{0,9}\s(?:tỷ|triệu|nghìn)(?:\sđồng)?,\s")
LISTED = 20  # lines below a heading
_RULES = {"sure": "deadlines.latest", "task": "deadlines.before", "until": "deadlines.until", "within": "deadlines.within"}
_CONFIDENCE = {"sure": 0.9, "task": 0.85, "until": 0.75, "within": 0.7}


class _Reader:
    """The deadlines of one article, sentence by sentence."""

    def __init__(self, article: Article, folded: str, findings: Findings) -> None:
        self.article = article
        self.text = article.text
        self.folded = folded
        self.sentences = split_sentences(article.text)
        self.starts = [start for start, _ in self.sentences]
        self.speech = Speech(self.text, folded, self.sentences, findings)
        published = article.published_at.date() if article.published_at else None
        self.judge = Judge(self.text, folded, self.sentences, self.speech, published)
        self.told: tuple[int, int] | None = None

    def by_sentence(self, found: Sequence[Marked]) -> Iterator[tuple[int, list[Marked]]]:
        groups: dict[int, list[Marked]] = {}
        for one in sorted(found, key=lambda m: (m.start, m.time is None, -m.end)):
            place = bisect_right(self.starts, one.start) - 1
            if place >= 0 and one.end <= self.sentences[place][1]:
                groups.setdefault(place, []).append(one)
        yield from groups.items()

    def read_sentence(self, place: int, group: Sequence[Marked]) -> Iterator[DeadlineRow]:
        start, end = self.sentences[place]
        left = start
        self.told = None
        last: DeadlineRow | None = None
        for number, marked in enumerate(group):
            if marked.start < left:
                continue
            right = group[number + 1].start if number + 1 < len(group) else end
            row = self._read_deadline(place, marked, left, right) or (last and self._read_elided(place, marked, left, last))
            if row:
                yield row
                left, last = marked.end, row
            elif marked.strength in ("sure", "task") and self.text[marked.end : end].strip(" *") == ":":
                yield from self._read_list(place, marked)

    # thu hoạch lúa trước ngày 20/10, rau màu trước ngày 15/11
    def _read_elided(self, place: int, marked: Marked, left: int, last: DeadlineRow) -> DeadlineRow | None:
        """The second half of a pair that leaves out what the first says: the verb, or all but who does it."""
        half = _ELIDED.fullmatch(self.folded, left, marked.start)
        if (
            half is None
            or marked.strength not in ("sure", "task")
            or any(left <= v.start < marked.start for v in self.speech.verbs(place))
        ):
            return None
        noun = " ".join(self.text[slice(*half.span("noun"))].split())
        if is_addressee(self.folded, *half.span("noun")):
            return self._make_row(place, marked, last.task, half.span("noun"), self.speech.find_speaker(place, before=left))
        verb = next((v for v in reversed(self.speech.verbs(place)) if v.end <= left and v.role in WORK), None)
        if verb is None:
            return None
        speaker = self.speech.find_speaker(place, before=left)
        return self._make_row(place, marked, f"{verb.words} {noun}", self.told, speaker)

    # a) Trước ngày 15/8/2025: - Ban hành kế hoạch. - Kiện toàn Ban Chỉ đạo.
    def _read_list(self, place: int, marked: Marked) -> Iterator[DeadlineRow]:
        """One deadline for each line below a heading that is a time."""
        for line in range(place + 1, min(place + LISTED, len(self.sentences))):
            if not self.speech.is_list_item(line) or not self.speech.opens_paragraph(line):
                return
            start, end = self.sentences[line]
            verbs = self.speech.verbs(line)
            if not any(verb.role in WORK for verb in verbs):
                return
            told = find_subject(self.text, self.folded, start, end, verbs)
            task = cut_task(self.text, self.folded, told[1] if told else start, end, verbs)
            speaker = self.speech.find_speaker(line, before=start)
            if len(task.split()) > 1:
                yield self._make_row(line, marked, task, told or self.speech.find_addressee(place), speaker)

    def _read_deadline(self, place: int, marked: Marked, left: int, right: int) -> DeadlineRow | None:
        region = self._find_region(place, marked, left, right)
        bare = region is None or self._is_bare(region)
        if not self.judge.is_deadline(place, marked, region):
            return None
        responsible = self._find_responsible(place, marked, region, bare=bare)
        self.told = responsible  # whoever does the first task of a sentence does the next too
        task = self._read_task(place, marked, region, responsible, bare=bare)
        if len(task.split()) < 2:
            return None
        own = self._speaks_for_itself(place, responsible)
        speaker = None if own else self.speech.find_speaker(place, before=marked.start)
        return self._make_row(place, marked, task, responsible, speaker)

    # muộn nhất ngày 26/7, …; Trước ngày 30/9, các sở phải …
    def _find_region(self, place: int, marked: Marked, left: int, right: int) -> Region | None:
        """The words before the marker if they say what is done, else those after the time."""
        verbs = self.speech.verbs(place)
        if marked.inside is not None:
            told = tuple(v for v in verbs if marked.inside[0] <= v.start < marked.inside[1] and v.role in WORK)
            return Region(start=marked.inside[0], end=marked.inside[1], work=told, after=False) if told else None
        semicolon = self.text.rfind(";", left, marked.start)
        finish = next((v for v in verbs if semicolon < v.start < marked.start and v.role in WORK), None)
        if (
            semicolon >= 0
            and finish
            and finish.role == "completion"
            and _AMOUNTS.fullmatch(self.folded, semicolon + 1, finish.start)
        ):
            semicolon = self.text.rfind(";", left, semicolon)
        cell = self.text.rfind("|", left, marked.start)  # of a table
        left = max(left, semicolon + 1, cell + 1)
        start = self._clause_start(place, left, marked.start)
        if self.folded[start : marked.start].rstrip().endswith(" thì"):
            start = marked.start  # trường hợp …, thì trong thời hạn …
        work = tuple(v for v in verbs if start <= v.start < marked.start and v.role in WORK)
        if work and marked.strength != "until":
            return Region(start=start, end=marked.start, work=work, after=False)
        lead = self.folded[skip_lead(self.folded, start, marked.start) : marked.start].strip()
        if len(lead.split()) > 4 and lead[-1] not in ",:–-(" and marked.strength != "until":
            return Region(start=start, end=marked.start, work=work, after=False) if work else None
        stop = self.text.find(";", marked.end, right)
        stop = stop if stop >= 0 else right
        later = tuple(v for v in verbs if marked.end <= v.start < stop and v.role in WORK)
        duty = next((v for v in verbs if marked.end <= v.start < stop and v.role in ("modal", "completion", "manner")), None)
        near = later and (
            later[0].start - marked.end < 12 or self.text[marked.end : marked.end + 2].lstrip().startswith((",", ":")) or duty
        )
        if later and near and (not work or (duty is not None and duty.start - marked.end < 40)):
            return Region(start=marked.end, end=stop, work=later, after=True)
        if work:
            return Region(start=start, end=marked.start, work=work, after=False)
        return None

    def _clause_start(self, place: int, left: int, right: int) -> int:
        """Past `Phó Chủ tịch A khẳng định …, yêu cầu`: after the last order, else after the last word of saying."""
        frames = [f for f in self.speech.frames(place) if left <= f.verb.start < right]
        orders = [f for f in frames if f.verb.role == "command"]
        return (orders or frames)[-1].verb.end if frames else left

    def _is_bare(self, region: Region) -> bool:
        """`Hoàn thành trước ngày 30/10/2025.`: the task itself stands in the sentence before."""
        begin = skip_lead(self.folded, region.start, region.end)
        label = _STANDS_IN_COLON.match(self.folded, begin, region.end)
        said = self.folded[label.end() if label else begin : region.end].strip(" .,:;–-")
        words = said.removeprefix("kết quả ").removeprefix("thực hiện ").split()
        return len(words) <= 3 and all(verb.role == "completion" for verb in region.work)

    def _find_responsible(self, place: int, marked: Marked, region: Region | None, *, bare: bool) -> tuple[int, int] | None:
        """The person told by the order, the subject of the clause, or who was told in the lines before."""
        verbs = self.speech.verbs(place)
        if region is not None:
            stop = region.end
            they = None if region.after else SO_THAT_THEY_CAN.search(self.folded, region.start, stop)
            if they and is_addressee(self.folded, *they.span("who")):
                return they.span("who")
            own = find_subject(self.text, self.folded, region.start, stop, verbs)
            if own is None and region.after:
                own = next((f.addressee for f in self.speech.frames(place) if f.addressee and f.verb.start < stop), None)
            if own is not None:
                return self._resolve_anaphora(place, own)
        frames = [f for f in self.speech.frames(place) if f.verb.start < marked.start and f.addressee]
        if frames:
            return frames[-1].addressee
        for beside in range(place - 1, max(-1, place - 6), -1):
            if not bare or not _LABEL.match(self.folded, *self.sentences[beside]):
                break
            if leads := _LEADS.match(self.folded, *self.sentences[beside]):
                return leads.span("who")
        subject = self.speech.own_addressee(place)
        if subject is not None and subject[1] <= marked.start:
            return self._resolve_anaphora(place, subject)
        promise = next(
            (f.speaker for f in self.speech.frames(place) if f.verb.words == "cam kết" and f.verb.start < marked.start), None
        )
        return promise or self.told or self.speech.find_addressee(place)

    def _resolve_anaphora(self, place: int, span: tuple[int, int]) -> tuple[int, int]:
        """`đơn vị sẽ …` after `Tổng công ty X cho biết` is X."""
        if _ANAPHORA.fullmatch(self.folded[span[0] : span[1]]):
            speaker = next((f for f in self.speech.frames(place) if f.verb.end <= span[0] and f.verb.role == "speech"), None)
            if speaker is not None:
                return self.speech.org_before(place, speaker.verb.start) or self._body_of(speaker.speaker) or span
        return span

    def _body_of(self, speaker: tuple[int, int] | None) -> tuple[int, int] | None:
        """`Vinaphone` of `Đại diện Vinaphone cho biết`."""
        found = _FOR_A_BODY.match(self.folded, *speaker) if speaker else None
        return (found.end(), speaker[1]) if found and speaker and found.end() < speaker[1] else None

    def _speaks_for_itself(self, place: int, responsible: tuple[int, int] | None) -> bool:
        """Whether who must do it is who says so: a promise, set by nobody else."""
        if responsible is None:
            return False
        return any(f.verb.role == "speech" and f.verb.words == "cam kết" for f in self.speech.frames(place)) or (
            responsible[1] <= self.sentences[place][1]
            and any(
                f.verb.role == "speech" and responsible[0] >= self.sentences[place][0] and responsible[1] <= f.verb.start
                for f in self.speech.frames(place)
            )
        )

    def _read_task(
        self, place: int, marked: Marked, region: Region | None, responsible: tuple[int, int] | None, *, bare: bool
    ) -> str:
        if region is not None and not bare:
            start = region.start
            if responsible is not None and region.start <= responsible[0] and responsible[1] <= region.end:
                start = responsible[1]
            task = cut_task(self.text, self.folded, start, region.end, self.speech.verbs(place))
            if len(task.split()) > 2:
                return task
            # Tờ khai phải nộp …; Việc giải phóng mặt bằng phải hoàn thành …
            begin = skip_lead(self.folded, start, region.end)
            clause = " ".join(self.text[begin : region.end].split()).strip(" ,.;:")
            named = next((v.start for v in self.speech.verbs(place) if v.start >= begin), begin) - begin > 2
            if named and not region.after and len(task.split()) < len(clause.split()) <= 30:
                return clause
            if fold(task) not in ("hoàn thành", "hoàn tất", "xong", "phải hoàn thành"):
                return task
        return self._borrow_task(place, marked, region)

    def _borrow_task(self, place: int, marked: Marked, region: Region | None) -> str:
        """The task of `Hoàn thành trước ngày …`: earlier in the sentence, else the sentence before."""
        start, end = self.sentences[place]
        if named := _NAMED_AFTER.match(self.text, marked.end, end):  # hoàn thành trước 30/9 việc cắm mốc
            return f"{self.text[region.work[0].start : region.work[0].end] if region is not None else 'hoàn thành'} {named['what'].strip()}"
        stop = region.start if region is not None and not region.after else marked.start
        begin = skip_lead(self.folded, self._clause_start(place, start, stop), stop)
        if (
            stop - begin > 12
            and not _STANDS_IN_COLON.match(self.folded, begin, stop)
            and not STANDS_IN.fullmatch(self.folded[begin:stop].strip())
        ):
            return cut_task(self.text, self.folded, begin, stop, self.speech.verbs(place))
        while place > 0 and _LABEL.match(self.folded, *self.sentences[place - 1]):
            place -= 1
        if place == 0:
            return ""
        before = self.sentences[place - 1]
        begin = skip_lead(self.folded, *before)
        if subject := find_subject(self.text, self.folded, begin, before[1], self.speech.verbs(place - 1)):
            begin = subject[1]
        return cut_task(self.text, self.folded, begin, before[1], self.speech.verbs(place - 1))

    def _next_of_year(self, marked: Marked) -> date | None:
        """The next 25 December after publication of `trước ngày 25/12 hằng năm`."""
        found = _DAY_OF_YEAR.search(self.folded, marked.start, marked.end + 12)
        published = self.article.published_at
        if not found or published is None:
            return None
        for year in (published.year, published.year + 1):
            try:
                day = date(year, int(found["month"]), int(found["day"]))
            except ValueError:
                return None
            if day >= published.date():
                return day
        return None

    def _make_row(
        self, place: int, marked: Marked, task: str, responsible: tuple[int, int] | None, speaker: Speaker | None
    ) -> DeadlineRow:
        start, end = self.sentences[place]
        time = marked.time
        due_start, due_end = (time.value_start, time.value_end) if time else (None, None)
        if marked.due is not None:
            due_start = due_end = marked.due
        elif time is not None and due_end is None and time.kind == "recurrence":
            due_start = due_end = self._next_of_year(marked)
        rule = "deadlines.from_event" if marked.within or marked.due else _RULES[marked.strength]
        return DeadlineRow(
            article_id=self.article.article_id,
            date_id=time.date_id if time else None,
            due_start=due_start,
            due_end=due_end,
            within=marked.within,
            marker=marked.marker,
            task=task,
            responsible=" ".join(self.text[slice(*responsible)].split()) if responsible else None,
            responsible_org_id=self.speech.org_of(responsible) if responsible else None,
            assigned_by=speaker.name if speaker else None,
            assigned_by_person_id=speaker.person_id if speaker else None,
            text=self.text[start:end],
            start=start,
            end=end,
            rule=rule,
            confidence=_CONFIDENCE[marked.strength],
        )


def _tell_once(rows: Sequence[DeadlineRow]) -> list[DeadlineRow]:
    """A deadline told twice, in the heading and in the body, is one: the fuller telling stays."""
    kept: list[DeadlineRow] = []
    by_day: dict[tuple[date | None, str | None], list[int]] = {}
    for row in sorted(rows, key=lambda r: (r.start, r.end)):
        same = by_day.setdefault((row.due_end, row.within), [])
        twin = next((n for n in same[-20:] if row.due_end is not None and _says_same(kept[n], row)), None)
        if twin is None:
            same.append(len(kept))
            kept.append(row)
        elif _fullness(row) > _fullness(kept[twin]):
            kept[twin] = row
    return kept


def _says_same(one: DeadlineRow, other: DeadlineRow) -> bool:
    a, b = set(fold(one.task).split()), set(fold(other.task).split())
    if (
        _names_who(one)
        and _names_who(other)
        and not set(fold(one.responsible or "").split()) & set(fold(other.responsible or "").split())
    ):
        return False
    if _is_heading(one) or _is_heading(other):
        return len(a & b) >= 0.6 * min(len(a), len(b))
    if len(a & b) < 0.8 * max(len(a), len(b)):
        return False
    said, again = set(fold(one.text).split()), set(fold(other.text).split())
    return len(a) >= 7 or len(said & again) >= 0.6 * min(len(said), len(again))


def _names_who(row: DeadlineRow) -> bool:
    """Who must do it is told; of a heading only what it says itself, not what was told before it."""
    return row.responsible is not None and (not _is_heading(row) or row.responsible in row.text)


def _is_heading(row: DeadlineRow) -> bool:
    """A title, section heading or caption: no full stop at its end."""
    return len(row.text) < 200 and (row.text[-1] not in '.;:”"…/' or "Ảnh:" in row.text)


def _fullness(row: DeadlineRow) -> tuple[int, int]:
    return _names_who(row) + (row.assigned_by is not None), row.start
