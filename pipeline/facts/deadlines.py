"""Article, dates, officials -> what must be done by when, by whom, set by whom (`deadlines`)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from pipeline.facts.dates import DateRow
from pipeline.facts.orders import WORK, Verb, cut_task, find_subject, is_addressee, skip_lead
from pipeline.facts.speakers import Speaker, Speech
from pipeline.lexicon import cached, read_lexicon
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
    date_id: str | None = column("The expression of time.", refers="dates", default=None)
    due_start: date | None = column("First day of the expression.", default=None)
    due_end: date | None = column("The last acceptable day.", default=None)
    within: str | None = column("ISO 8601 duration from an event without a date (`10 ngày kể từ ngày tiếp nhận`).", default=None)
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
    marked = list(_find_marked(article.text, folded, dates))
    spans = list(_find_spans(folded))
    if not marked and not spans:
        return []
    reader = _Reader(article, folded, findings)
    return _tell_once(
        [row for place, group in reader.by_sentence([*marked, *spans]) for row in reader.read_sentence(place, group)]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marked:
    """A marker with its expression of time; `start` is that of the marker, `end` that of the time."""

    start: int
    end: int
    marker: str
    strength: str
    time: DateRow | None = None
    within: str | None = None
    inside: tuple[int, int] | None = None  # thời hạn [nộp báo cáo năm] là trước ngày …


@dataclass(frozen=True, slots=True, kw_only=True)
class _Region:
    """The part of a sentence that holds the task, and where the verb and the person told stand in it."""

    start: int
    end: int
    work: tuple[Verb, ...]
    after: bool


# Words that may stand between the marker and the time: `chậm nhất là vào ngày`, `xong trước ngày Quốc khánh 02/9`.
_FILLING = (
    r"(?:là|vào|trong|đến hết|đến|hết|trước|sau|ngày lễ|ngày|dịp|lễ|cuối|đầu|giữa|khoảng|thời điểm|mốc|kỷ niệm|quốc khánh|tết|"
    r"bầu cử|sáng|chiều|tối|đêm|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|là|:|\()"
)
_NOT_MARKER = re.compile(
    r"(?:từ|kể|tính|cập nhật|hiệu lực|áp dụng|kéo dài|cách đây|chịu trách nhiệm|diễn ra|sinh|ngay|qua|công tác)\s$"
)
_RANGE_FROM = re.compile(r"(?<!\w)từ\s[^.;\n]{1,40}$")
_PERIOD_BEFORE = re.compile(
    r"(?:tính|cập nhật|thống kê|lũy kế|hiệu lực|áp dụng|kéo dài|gia hạn|có giá trị|tạm dừng|miễn|nghỉ|diễn ra|thực hiện)(?:\s\w+){0,4}\s$"
)
_DONE = re.compile(
    r"(?<!\w)(?:đã|vừa|từng)\s(?!được giao|giao|đề ra|đặt ra|cam kết|có|xác định|phân công|phân bổ|chỉ đạo|thống nhất|nêu|hướng dẫn|"
    r"ký|trúng)"
)
_UNSURE = re.compile(
    r"(?<!\w)(?:chưa|không thể|dự kiến|dự báo|ước|hi vọng|hy vọng|kỳ vọng|khả năng|nếu|giả sử|từng|lẽ ra|đáng lẽ|"
    r"theo kế hoạch ban đầu|có kế hoạch|tưởng|muốn có|không kịp|ước tính|ước đạt|nhận định|sẽ không)(?!\w)"
)
_LASTING = re.compile(
    r"(?<!\w)(?:duy trì|hoạt động|kéo dài|tạm dừng|cách ly|nghỉ|cấm|miễn|gia hạn|kinh doanh|áp dụng|diễn ra)(?!\w)"
)
_PASSIVE = re.compile(r"(?<!\w)(?:được|bị)\s(?:\w+,?\s){1,6}(?:từ\s)?$")
_DUTY = re.compile(r"(?<!\w)(?:phải|cần|yêu cầu|đề nghị)(?!\w)")
_CONDITION = re.compile(
    r"(?<!\w)(?:ký|ký kết|phát sinh|sinh|ban hành|mở thầu|phát hành|xã hội|hiệu lực|xây dựng|ra đời|tài liệu|bầu|tuyển dụng|thành lập|"
    r"nhập ngũ|tham gia|công tác|xảy ra|tồn tại|từ|có|là|diễn ra|sớm|khoảng)\s$"
)
# A clause that begins so tells of whom a rule holds, not what must be done.
_CASE = re.compile(
    r"(?:trong )?(?:(?:đối với|với|về) )?(?:các |những )?(?:trường hợp|dự án|hợp đồng|quyết định|người lao động|người tham gia|khoản nợ|"
    r"hồ sơ|công trình|giấy phép|văn bản)(?!\w)"
)
_PURPOSE = re.compile(r"(?<!\w)(?:để|nhằm|quyết tâm|phấn đấu|trong đó|yêu cầu|đề nghị|bảo đảm|đảm bảo)\s")
_CAN = re.compile(r"(?<!nhất )(?<!\w)có thể(?!\w)")
_ASIDE = re.compile(r"\([^()]{0,80}\)")
_SO_THAT_THEY_CAN = re.compile(r"(?<!\w)để\s(?P<who>[^,;:.]{3,80}?)\scó\sthể\s")
_ANAPHORA = re.compile(
    r"(?:đơn vị|doanh nghiệp|công ty|cơ quan|nhà mạng|ngân hàng|tập đoàn|hãng|sở|bộ|ban|cục|trường|bệnh viện|tổng công ty)"
    r"(?: này| đó| mình)?$"
)
_FOR_A_BODY = re.compile(r"(?:(?:đại diện|lãnh đạo|phía|thông tin từ)\s)*")
_STANDS_IN = re.compile(r"(?:thời gian|thời hạn|tiến độ|hạn|kết quả(?: thực hiện)?)(?:\s\w+){0,3}$")
_STANDS_IN_COLON = re.compile(r"(?:thời gian|thời hạn|tiến độ|hạn)(?:\s\w+){0,3}\s?:")
# Lines of a plan beside the one that names the task: `- Đơn vị chủ trì: …`, `- Sản phẩm: …`.
_LABEL = re.compile(
    r"[\s–+*•-]{0,4}(?:\(?\d{1,2}[.)]\s)?(?:tổ chức thực hiện|đơn vị|cơ quan|sản phẩm|kết quả|kinh phí|nguồn lực|thời gian|thời hạn|"
    r"tiến độ|người|nội dung)(?:\s\w+){0,3}\s?:"
)
_LEADS = re.compile(
    r"[\s–+*•-]{0,4}(?:đơn vị|cơ quan)(?: chịu trách nhiệm)? (?:chủ trì|thực hiện|chịu trách nhiệm|đầu mối)(?:\s\w+){0,2}\s?:\s?"
    r"(?P<who>[^.;\n]{3,160})"
)
_SPAN = re.compile(
    r"(?<!\w)(?P<marker>trong thời hạn|trong vòng|thời hạn|chậm nhất|muộn nhất|không quá)\s"
    r"(?:là\s|sau\s|không quá\s|tối đa\s|trong\s){0,2}(?P<count>\d{1,3})\s(?:\([^()]{1,20}\)\s)?"
    r"(?P<unit>ngày làm việc|ngày|tháng|tuần|năm|giờ)(?:\slàm việc)?,?\s(?:tính\s)?(?:kể\s)?từ\s(?:ngày|khi|thời điểm|lúc)\s"
    r"(?P<event>[^.,;:\n]{3,160})"
)
# thời hạn nộp báo cáo sử dụng lao động cuối năm là trước ngày 05/12; Hạn nộp bài dự thi: 15/8
_LABEL_WITH_TASK = re.compile(
    r"(?<!\w)(?P<marker>thời hạn|hạn cuối|hạn chót|hạn)\s(?:cùng\s)?(?P<task>(?:nộp|gửi|nhận|tiếp nhận|đăng ký|báo cáo|hoàn thành|"
    r"thực hiện|bàn giao|góp ý|trả|thanh toán|kê khai|khai|cung cấp)\s[^.,;:()\n]{2,150}?)(?:\slà|\s?:)\s"
    r"(?:(?:trước|đến hết|đến|hết|vào|chậm nhất|muộn nhất|là|ngày)\s){0,3}$"
)
_FROM_NOW = re.compile(r"(?:từ\s)?nay\s(?:cho\s)?(?:đến|tới)\s(?P<all>hết\s)?")
# Somebody is told of who does as he likes: `Cô nộp hồ sơ trước ngày 5/3 và được nhận`.
_NARRATIVE = re.compile(r"(?:cô|anh|chị|em|tôi|họ|nó|ông|bà|cậu|chúng tôi|vợ chồng|gia đình|hắn|nghi phạm|bị can)(?!\w)")
_DAY_OF_YEAR = re.compile(r"(?P<day>\d{1,2})(?:[/.-]|\stháng\s)(?P<month>\d{1,2})\s(?:hằng|hàng|mỗi)\snăm")
_NAMED_AFTER = re.compile(
    r"\s(?P<what>(?:việc|công tác|toàn bộ|các|dự án|đề án|hồ sơ|kế hoạch|báo cáo|gói thầu|tuyến)\s[^.,;:()\n]{4,120})"
)
_SUBMIT = ("gửi", "nộp", "đăng ký", "góp ý", "tiếp nhận", "nhận bài", "nhận hồ sơ", "tiếp nhận hồ sơ", "kê khai", "cung cấp")
_EVERY = re.compile(
    r"(?<!\w)(?P<marker>trước|chậm nhất|muộn nhất)\s(?:là\s|vào\s){0,2}(?:ngày\s|thứ\s)(?:mùng\s|mồng\s)?"
    r"(?:\d{1,2}|hai|ba|tư|năm|sáu|bảy)\s(?:hằng|hàng|mỗi|của)\s(?:tháng|quý|tuần)(?:\s(?:tiếp theo|sau|kế tiếp))?"
)
_ISO = {"ngày làm việc": "P{}D", "ngày": "P{}D", "tháng": "P{}M", "tuần": "P{}W", "năm": "P{}Y", "giờ": "PT{}H"}
_NO_DUTY = ("có thể", "được phép", "sẽ")
_GOVERNING = ("completion", "delivery", "launch")
_DAYS = ("minute", "hour", "day")
_BY_THE_RECEIVER = ("xem xét", "quyết định", "cho ý kiến", "tổng hợp", "thẩm định", "theo dõi", "chỉ đạo", "giải quyết", "xử lý")
_RULES = {"sure": "deadlines.latest", "task": "deadlines.before", "until": "deadlines.until", "within": "deadlines.within"}
_CONFIDENCE = {"sure": 0.9, "task": 0.85, "until": 0.75, "within": 0.7}


@cached
def _markers() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    rows = {fold(row["words"]): (row["marker"], row["strength"]) for row in read_lexicon("deadline_markers")}
    words = "|".join(re.escape(w) for w in sorted(rows, key=lambda w: (-len(w), w)))
    return re.compile(rf"(?<!\w)(?P<words>{words})(?P<colon>:?)(?:\s{_FILLING}){{0,5}}\s?:?\s?$"), rows


def _find_marked(text: str, folded: str, dates: Sequence[DateRow]) -> Iterator[_Marked]:
    """Every expression of time with the words before it that may make it a deadline."""
    pattern, markers = _markers()
    for time in dates:
        start, end = time.start or 0, time.end or 0
        if now := _FROM_NOW.match(folded, max(0, start - 3), end):
            yield _Marked(start=now.start(), end=end, marker="đến hết" if now["all"] else "đến", strength="until", time=time)
            continue
        if label := _LABEL_WITH_TASK.search(folded, max(0, start - 170), start):
            yield _Marked(
                start=label.start(), end=end, marker=label["marker"], strength="sure", time=time, inside=label.span("task")
            )
            continue
        lead = re.match(rf"(?:(?:chậm nhất|muộn nhất|{_FILLING})\s){{0,4}}", folded[start:end])
        anchor = start + (lead.end() if lead else 0)
        found = pattern.search(folded, max(0, anchor - 60), anchor)
        if not found or "\n" in text[found.start() : anchor]:
            continue
        before = folded[max(0, found.start() - 45) : found.start()]
        marker, strength = markers[found["words"]]
        if strength == "label":
            early = before.endswith(
                ("trước ", "hết ", "đúng ", "có ", "quá ", "còn ", "kéo dài ", "rút ngắn ", "gia hạn ", "giảm ")
            )
            if early or (not found["colon"] and folded[found.end("words") : anchor].strip() in ("", "ngày")):
                continue
            strength = "sure"
        if strength == "within" and before.endswith("("):
            continue  # (dịp 30/4)
        if strength != "sure" and (_NOT_MARKER.search(before) or (strength == "until" and _RANGE_FROM.search(before))):
            continue
        yield _Marked(start=found.start(), end=end, marker=marker, strength=strength, time=time)


# `Trong thời hạn 10 ngày làm việc kể từ ngày nhận đủ hồ sơ, Sở A cấp giấy phép`
def _find_spans(folded: str) -> Iterator[_Marked]:
    """Spans counted from an event that has no date of its own."""
    for found in _SPAN.finditer(folded):
        yield _Marked(
            start=found.start(),
            end=found.end("event"),
            marker=found["marker"],
            strength="sure",
            within=_ISO[found["unit"]].format(int(found["count"])),
        )
    for found in _EVERY.finditer(folded):  # trước ngày 15 hằng tháng
        yield _Marked(start=found.start(), end=found.end(), marker=found["marker"], strength="task")


class _Reader:
    """The deadlines of one article, sentence by sentence."""

    def __init__(self, article: Article, folded: str, findings: Findings) -> None:
        self.article = article
        self.text = article.text
        self.folded = folded
        self.sentences = split_sentences(article.text)
        self.starts = [start for start, _ in self.sentences]
        self.speech = Speech(self.text, folded, self.sentences, findings)
        self.told: tuple[int, int] | None = None

    def by_sentence(self, found: Sequence[_Marked]) -> Iterator[tuple[int, list[_Marked]]]:
        groups: dict[int, list[_Marked]] = {}
        for one in sorted(found, key=lambda m: (m.start, m.time is None, -m.end)):
            place = bisect_right(self.starts, one.start) - 1
            if place >= 0 and one.end <= self.sentences[place][1]:
                groups.setdefault(place, []).append(one)
        yield from groups.items()

    def read_sentence(self, place: int, group: Sequence[_Marked]) -> Iterator[DeadlineRow]:
        start, end = self.sentences[place]
        left = start
        self.told = None
        for number, marked in enumerate(group):
            if marked.start < left:
                continue
            right = group[number + 1].start if number + 1 < len(group) else end
            row = self._read_deadline(place, marked, left, right)
            if row is not None:
                yield row
                left = marked.end

    def _read_deadline(self, place: int, marked: _Marked, left: int, right: int) -> DeadlineRow | None:
        region = self._find_region(place, marked, left, right)
        bare = region is None or self._is_bare(region)
        if region is None and marked.strength != "sure":
            return None
        if not self._is_deadline(place, marked, region):
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
    def _find_region(self, place: int, marked: _Marked, left: int, right: int) -> _Region | None:
        """The words before the marker if they say what is done, else those after the time."""
        verbs = self.speech.verbs(place)
        if marked.inside is not None:
            told = tuple(v for v in verbs if marked.inside[0] <= v.start < marked.inside[1] and v.role in WORK)
            return _Region(start=marked.inside[0], end=marked.inside[1], work=told, after=False) if told else None
        semicolon = self.text.rfind(";", left, marked.start)
        left = max(left, semicolon + 1)
        start = self._clause_start(place, left, marked.start)
        if self.folded[start : marked.start].rstrip().endswith(" thì"):
            start = marked.start  # trường hợp …, thì trong thời hạn …
        work = tuple(v for v in verbs if start <= v.start < marked.start and v.role in WORK)
        if work and marked.strength != "until":
            return _Region(start=start, end=marked.start, work=work, after=False)
        lead = self.folded[skip_lead(self.folded, start, marked.start) : marked.start].strip()
        if len(lead.split()) > 4 and lead[-1] not in ",:–-(" and marked.strength != "until":
            return _Region(start=start, end=marked.start, work=work, after=False) if work else None
        stop = self.text.find(";", marked.end, right)
        stop = stop if stop >= 0 else right
        later = tuple(v for v in verbs if marked.end <= v.start < stop and v.role in WORK)
        duty = next((v for v in verbs if marked.end <= v.start < stop and v.role in ("modal", "completion", "manner")), None)
        near = later and (
            later[0].start - marked.end < 12 or self.text[marked.end : marked.end + 2].lstrip().startswith((",", ":")) or duty
        )
        if later and near and (not work or (duty is not None and duty.start - marked.end < 40)):
            return _Region(start=marked.end, end=stop, work=later, after=True)
        if work:
            return _Region(start=start, end=marked.start, work=work, after=False)
        return None

    def _clause_start(self, place: int, left: int, right: int) -> int:
        """Past `Phó Chủ tịch A khẳng định …, yêu cầu`: after the last order, else after the last word of saying."""
        frames = [f for f in self.speech.frames(place) if left <= f.verb.start < right]
        orders = [f for f in frames if f.verb.role == "command"]
        return (orders or frames)[-1].verb.end if frames else left

    def _place_of(self, at: int) -> int:
        return bisect_right(self.starts, at) - 1

    def _is_bare(self, region: _Region) -> bool:
        """`Hoàn thành trước ngày 30/10/2025.`: the task itself stands in the sentence before."""
        begin = skip_lead(self.folded, region.start, region.end)
        label = _STANDS_IN_COLON.match(self.folded, begin, region.end)
        said = self.folded[label.end() if label else begin : region.end].strip(" .,:;–-")
        words = said.removeprefix("kết quả ").removeprefix("thực hiện ").split()
        return len(words) <= 3 and all(verb.role == "completion" for verb in region.work)

    def _is_deadline(self, place: int, marked: _Marked, region: _Region | None) -> bool:
        start = self.sentences[place][0]
        if region is None:
            if marked.time is not None and marked.time.grain in ("year", "period"):
                return False
            return self.speech.has_order(place) or bool(
                _STANDS_IN.search(self.folded, max(start, marked.start - 40), marked.start + 16)
            )
        core_start = region.start
        if not region.after:
            purposes = [m.end() for m in _PURPOSE.finditer(self.folded, region.start, region.end)]
            core_start = max([region.start, *(p for p in purposes if any(v.start >= p for v in region.work))])
        core = self.folded[core_start : region.end if not region.after else min(region.end, region.start + 160)]
        ordered = self._is_ordered(place, region, core_start)
        if self._is_refused(_ASIDE.sub("", core), core_start, marked, region, ordered=ordered):
            return False
        if marked.strength == "sure":
            return True
        last = region.work[-1 if not region.after else 0]
        if marked.strength == "task":
            subject = find_subject(self.text, self.folded, region.start, region.end, self.speech.verbs(place))
            return ordered or subject is not None or last.role in _GOVERNING or any(v.role == "completion" for v in region.work)
        if marked.strength == "until":
            return self._is_until(place, marked, region)
        return self._is_within(place, marked, region, last, ordered=ordered)

    # đến ngày 31/3/2026 phải hoàn thành …; not `được phép hoạt động đến hết 31/10`
    def _is_until(self, place: int, marked: _Marked, region: _Region) -> bool:
        if (
            marked.time is None
            or marked.time.grain in ("year", "period")
            or _LASTING.search(self.folded, region.start, region.end)
        ):
            return False
        if not region.after:
            last = region.work[-1]
            handed = marked.marker == "đến hết" and last.words in _SUBMIT
            return handed or (last.role in ("completion", "delivery") and self._has_duty(place, region))
        duty = next((v for v in self.speech.verbs(place) if v.start >= marked.end and v.role in ("modal", "completion")), None)
        if duty is None or duty.words in _NO_DUTY or duty.start - marked.end > 60:
            return False
        return duty.role == "completion" or region.work[0].start - duty.end < 25

    def _is_within(self, place: int, marked: _Marked, region: _Region, last: Verb, *, ordered: bool) -> bool:
        """`trong tháng 7`, `vào dịp 19/8`: a deadline where an order has something handed over, finished or opened then."""
        if marked.time is None or marked.time.grain == "period":
            return False
        if region.after:
            begun = any(v.role in _GOVERNING for v in region.work[:2])
            duty = self._has_duty(place, region) and (begun or not marked.marker.startswith("vào"))
            return duty and (ordered or self.speech.has_order(place))
        finishing = any(v.role in ("completion", "launch") for v in region.work)
        if marked.time.grain == "year" and not finishing:
            return False
        comma = self.text.rfind(",", region.start, marked.start)
        governed = (
            any(v.role in _GOVERNING for v in region.work if v.start > comma)
            or self._governing_verb(place, region).role in _GOVERNING
        )
        if not (
            finishing or governed or self._is_scheduled(place, marked, region) or self._is_told_directly(place, marked, region)
        ):
            return False
        return marked.start - last.end < 260 and (ordered or self.speech.has_order(place))

    def _is_told_directly(self, place: int, marked: _Marked, region: _Region) -> bool:
        """`giao Sở Tài chính bố trí vốn trong quý II/2024;`: an order to somebody, and its time at the end."""
        told = any(f.addressee and f.verb.end == region.start and f.verb.role == "command" for f in self.speech.frames(place))
        ends = self.text[marked.end : marked.end + 1] in ("", ".", ";", ",", "\n")
        span = marked.time is not None and marked.time.grain in ("week", "month", "quarter", "half")
        return told and ends and span and marked.marker in ("trong", "hết")

    def _is_scheduled(self, place: int, marked: _Marked, region: _Region) -> bool:
        """`(iii) Lập thiết kế kỹ thuật trong tháng 5 năm 2025.`: a line of a list, its verb first and its time last."""
        begin = skip_lead(self.folded, region.start, region.end)
        ends = not self.text[marked.end : self.sentences[place][1]].strip(" .;")
        return ends and region.work[0].start - begin < 3 and self.speech.is_list_item(place)

    def _governing_verb(self, place: int, region: _Region) -> Verb:
        """The last verb before the marker that is not in a clause of purpose: `trình … để ban hành trong tháng 7`."""
        purposes = [m.start() for m in re.finditer(r"(?<!\w)(?:để|nhằm)\s", self.folded[region.start : region.end])]
        verbs = [
            v for v in self.speech.verbs(place) if region.start <= v.start < region.end and (v.role in WORK or v.role == "manner")
        ]
        outside = [v for v in verbs if not any(p + region.start < v.start for p in purposes)]
        outside = outside or verbs
        while len(outside) > 1 and outside[-1].words in _BY_THE_RECEIVER:
            outside = outside[:-1]  # trình Chính phủ xem xét, quyết định
        return outside[-1]

    def _has_duty(self, place: int, region: _Region) -> bool:
        return any(
            (v.role in ("modal", "completion") and v.words not in _NO_DUTY) or v.words in ("phấn đấu", "quyết tâm", "khẩn trương")
            for v in self.speech.verbs(place)
            if region.start <= v.start < region.end
        )

    def _is_ordered(self, place: int, region: _Region, core: int) -> bool:
        """A command, a word of duty, or a clause that begins with its verb in a list or speech of orders."""
        if any(frame.verb.role == "command" and frame.verb.start < region.end for frame in self.speech.frames(place)):
            return True
        if any(
            v.role in ("modal", "manner") and v.words not in ("có thể", "được phép")
            for v in self.speech.verbs(place)
            if region.start <= v.start < region.end
        ):
            return True
        begin = skip_lead(self.folded, region.start, region.end)
        return region.work[0].start - begin < 3 or core > region.start

    def _is_refused(self, core: str, core_start: int, marked: _Marked, region: _Region, *, ordered: bool) -> bool:
        """Past events, forecasts and conditions of law: `đã hoàn thành trước`, `dự kiến`, `được cấp trước ngày`."""
        unsure = _UNSURE.search(core)
        commanded = any(
            f.verb.role == "command" and f.verb.end <= core_start for f in self.speech.frames(self._place_of(core_start))
        )
        if (unsure and not (unsure.group() == "chưa" and commanded)) or (
            region.after and _UNSURE.search(self.folded, max(0, marked.start - 30), marked.start)
        ):
            return True
        if _CAN.search(core) and not region.after and not _SO_THAT_THEY_CAN.search(self.folded, region.start, region.end):
            return True
        done = [m for m in _DONE.finditer(core) if not any(region.start <= v.start < core_start + m.start() for v in region.work)]
        if done and not region.after:
            rest = core[done[-1].end() :]
            if len(rest.split()) < 25 and not re.search(r"[,;]\s(?:phải|cần|hoàn thành|báo cáo|gửi|trình|yêu cầu)", rest):
                return True
        if region.after and (done or " đã " in core[:70]):
            return True
        if not region.after and not _DUTY.search(core):
            passive = _PASSIVE.search(core[-60:])
            verb_before = any(v.start < marked.start - 60 + passive.start() for v in region.work) if passive else False
            if passive and not (verb_before and commanded):
                return True
            # In the letters as written: `gửi Bộ Xây dựng trước ngày` tells of no building.
            if (
                marked.strength == "task"
                and not ordered
                and _CONDITION.search(self.text, max(region.start, marked.start - 30), marked.start)
            ):
                return True
        if not ordered and not region.after and _NARRATIVE.match(self.folded, skip_lead(self.folded, region.start, region.end)):
            return True
        if not ordered and _CASE.match(self.folded, skip_lead(self.folded, region.start, region.end), region.end):
            return True
        time = marked.time
        if time is not None and time.grain == "period" and marked.strength != "sure":
            return True
        if time is not None and time.value_end is not None and self.article.published_at is not None:
            age = self.article.published_at.date() - time.value_end
            return age > timedelta(days=400 if ordered else 200)
        return False

    def _find_responsible(self, place: int, marked: _Marked, region: _Region | None, *, bare: bool) -> tuple[int, int] | None:
        """The person told by the order, the subject of the clause, or who was told in the lines before."""
        verbs = self.speech.verbs(place)
        if region is not None:
            stop = region.end
            they = None if region.after else _SO_THAT_THEY_CAN.search(self.folded, region.start, stop)
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
        self, place: int, marked: _Marked, region: _Region | None, responsible: tuple[int, int] | None, *, bare: bool
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

    def _borrow_task(self, place: int, marked: _Marked, region: _Region | None) -> str:
        """The task of `Hoàn thành trước ngày …`: earlier in the sentence, else the sentence before."""
        start, end = self.sentences[place]
        if named := _NAMED_AFTER.match(self.text, marked.end, end):  # hoàn thành trước 30/9 việc cắm mốc
            return f"{self.text[region.work[0].start : region.work[0].end] if region is not None else 'hoàn thành'} {named['what'].strip()}"
        stop = region.start if region is not None and not region.after else marked.start
        begin = skip_lead(self.folded, self._clause_start(place, start, stop), stop)
        if (
            stop - begin > 12
            and not _STANDS_IN_COLON.match(self.folded, begin, stop)
            and not _STANDS_IN.fullmatch(self.folded[begin:stop].strip())
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

    def _next_of_year(self, marked: _Marked) -> date | None:
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
        self, place: int, marked: _Marked, task: str, responsible: tuple[int, int] | None, speaker: Speaker | None
    ) -> DeadlineRow:
        start, end = self.sentences[place]
        time = marked.time
        due_start, due_end = (time.value_start, time.value_end) if time else (None, None)
        if time is not None and due_end is None and time.kind == "recurrence":
            due_start = due_end = self._next_of_year(marked)
        rule = "deadlines.from_event" if marked.within else _RULES[marked.strength]
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
    if one.responsible and other.responsible and not set(fold(one.responsible).split()) & set(fold(other.responsible).split()):
        return False
    if _is_heading(one) or _is_heading(other):
        return len(a & b) >= 0.6 * min(len(a), len(b))
    if len(a & b) < 0.8 * max(len(a), len(b)):
        return False
    said, again = set(fold(one.text).split()), set(fold(other.text).split())
    return len(a) >= 7 or len(said & again) >= 0.6 * min(len(said), len(again))


def _is_heading(row: DeadlineRow) -> bool:
    """A title, section heading or caption: no full stop at its end."""
    return len(row.text) < 200 and (row.text[-1] not in '.;:”"…/' or "Ảnh:" in row.text)


def _fullness(row: DeadlineRow) -> tuple[int, int]:
    return (row.responsible is not None) + (row.assigned_by is not None), row.start
