"""Marked places -> whether they are deadlines: an order or a duty, no past event, forecast or condition of law."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.facts.deadline_markers import Marked
from pipeline.facts.orders import WORK, Verb, find_subject, skip_lead
from pipeline.facts.speakers import Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The part of a sentence that tells the task, and its verbs; `after` where it stands behind the time."""

    start: int
    end: int
    work: tuple[Verb, ...]
    after: bool


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
_HANDED = re.compile(r"(?<!\w)được (?:giao|phân bổ|phân công)\s?$")  # phân bổ hết số vốn được giao trong quý II
_DUTY = re.compile(r"(?<!\w)(?:phải|cần|yêu cầu|đề nghị)(?!\w)")
_CONDITION = re.compile(
    r"(?<!\w)(?:ký|ký kết|phát sinh|(?<!học )(?<!tuyển )(?<!thí )(?<!vệ )sinh|ban hành|mở thầu|phát hành|xã hội|hiệu lực|xây dựng|"
    r"ra đời|tài liệu|bầu|tuyển dụng|thành lập|"
    r"nhập ngũ|tham gia|(?<!báo cáo )(?<!kết quả )(?<!kế hoạch )(?<!tổng kết )công tác|xảy ra|tồn tại|từ|có|là|diễn ra|sớm|khoảng)\s$"
)
# A clause that begins so tells of whom a rule holds, not what must be done.
_CASE = re.compile(
    r"(?:trong )?(?:(?:đối với|với|về) )?(?:các |những )?(?:trường hợp|dự án|hợp đồng|quyết định|người lao động|"
    r"người (?:tham gia|đóng|hưởng|đã|được|sinh|vay|mua|bán|nghỉ|bắt đầu)|khoản nợ|"
    r"hồ sơ|công trình|giấy phép|văn bản)(?!\w)"
)
# Somebody is told of who does as he likes: `Cô nộp hồ sơ trước ngày 5/3 và được nhận`.
_NARRATIVE = re.compile(r"(?:cô|anh|chị|em|tôi|họ|nó|ông|bà|cậu|chúng tôi|vợ chồng|gia đình|hắn|nghi phạm|bị can)(?!\w)")
_PURPOSE = re.compile(r"(?<!\w)(?:để|nhằm|quyết tâm|phấn đấu|trong đó|yêu cầu|đề nghị|bảo đảm|đảm bảo)\s")
_CAN = re.compile(r"(?<!nhất )(?<!\w)có thể(?!\w)")
_ASIDE = re.compile(r"\((?!dự kiến)[^()]{0,80}\)")
SO_THAT_THEY_CAN = re.compile(r"(?<!\w)để\s(?P<who>[^,;:.]{3,80}?)\scó\sthể\s")  # để các doanh nghiệp có thể xây dựng …
_LABELLED = re.compile(
    r"[\s–+*•-]{0,4}(?:\(?(?:\d{1,2}|[a-zđ])[.)]\s)?(?:thời gian|thời hạn|tiến độ)(?:\s(?:thực hiện|hoàn thành|triển khai))?\s?:\s"
)
STANDS_IN = re.compile(r"(?:thời gian|thời hạn|tiến độ|hạn|kết quả(?: thực hiện)?)(?:\s\w+){0,3}$")
_SUBMIT = ("gửi", "nộp", "đăng ký", "góp ý", "tiếp nhận", "nhận bài", "nhận hồ sơ", "tiếp nhận hồ sơ", "kê khai", "cung cấp")
_NO_DUTY = ("có thể", "được phép", "sẽ")
_GOVERNING = ("completion", "delivery", "launch")
_BY_THE_RECEIVER = ("xem xét", "quyết định", "cho ý kiến", "tổng hợp", "thẩm định", "theo dõi", "chỉ đạo", "giải quyết", "xử lý")
_OLD, _VERY_OLD = timedelta(days=200), timedelta(days=400)


class Judge:
    """Decides of the marked places of one article; every refusal is a rule of its own."""

    def __init__(
        self, text: str, folded: str, sentences: Sequence[tuple[int, int]], speech: Speech, published: date | None
    ) -> None:
        self.text = text
        self.folded = folded
        self.sentences = sentences
        self.speech = speech
        self.published = published
        self._starts = [start for start, _ in sentences]

    def is_deadline(self, place: int, marked: Marked, region: Region | None) -> bool:
        """Whether what is marked in a sentence is the last acceptable time of a task."""
        if region is None:
            return self._stands_alone(place, marked)
        core_start = self._core_start(region)
        core = _ASIDE.sub("", self.folded[core_start : min(region.end, region.start + 160) if region.after else region.end])
        ordered = self._is_ordered(place, region, core_start)
        commanded = self._is_commanded(core_start)
        if (
            self._is_unsure(core, marked, region, commanded=commanded)
            or self._is_past(core, core_start, region)
            or self._is_condition(core, marked, region, ordered=ordered, commanded=commanded)
            or (not ordered and self._is_told_of(region))
            or self._is_old(marked, ordered=ordered)
        ):
            return False
        if marked.strength == "sure":
            return True
        if marked.strength == "task":
            return ordered or self._has_task(place, region)
        if any(v.role == "completion" for v in region.work) and _LABELLED.match(
            self.folded, self.sentences[place][0], marked.start
        ):
            return True  # Thời gian thực hiện: Hoàn thành trong năm 2025
        if marked.strength == "until":
            return self._is_until(place, marked, region)
        return self._is_within(place, marked, region, ordered=ordered)

    # Thời gian thực hiện: Quý II/2025.
    def _stands_alone(self, place: int, marked: Marked) -> bool:
        """A marker without a verb beside it: a label, or a line in a speech of orders."""
        if marked.strength != "sure" or (marked.time is not None and marked.time.grain in ("year", "period")):
            return False
        start = max(self.sentences[place][0], marked.start - 40)
        return self.speech.has_order(place) or bool(STANDS_IN.search(self.folded, start, marked.start + 16))

    def _core_start(self, region: Region) -> int:
        """Where the clause of the marker itself begins: past `để`, `quyết tâm` and the like."""
        if region.after:
            return region.start
        purposes = (m.end() for m in _PURPOSE.finditer(self.folded, region.start, region.end))
        return max([region.start, *(p for p in purposes if any(v.start >= p for v in region.work))])

    def _is_commanded(self, at: int) -> bool:
        place = bisect_right(self._starts, at) - 1
        return any(f.verb.role == "command" and f.verb.end <= at for f in self.speech.frames(place))

    # Dự kiến dự án hoàn thành trong quý IV; Nếu nộp trước ngày 30/6; có thể sẵn sàng trước ngày 3/11
    def _is_unsure(self, core: str, marked: Marked, region: Region, *, commanded: bool) -> bool:
        unsure = _UNSURE.search(core)
        if unsure and not (unsure.group() == "chưa" and commanded):
            return True
        if region.after:
            return bool(_UNSURE.search(self.folded, max(0, marked.start - 30), marked.start))
        return bool(_CAN.search(core)) and not SO_THAT_THEY_CAN.search(self.folded, region.start, region.end)

    # Nhà thầu đã hoàn thành gói thầu trước ngày 20/6; not `sách đã được phê duyệt` behind the verb of the task
    def _is_past(self, core: str, core_start: int, region: Region) -> bool:
        done = [m for m in _DONE.finditer(core) if not any(region.start <= v.start < core_start + m.start() for v in region.work)]
        if region.after:
            return bool(done) or " đã " in core[:70]
        if not done:
            return False
        rest = core[done[-1].end() :]
        return len(rest.split()) < 25 and not re.search(r"[,;]\s(?:phải|cần|hoàn thành|báo cáo|gửi|trình|yêu cầu)", rest)

    # Công chức được tuyển dụng trước ngày 1/7; hợp đồng ký trước ngày 1/1/2021
    def _is_condition(self, core: str, marked: Marked, region: Region, *, ordered: bool, commanded: bool) -> bool:
        if region.after or _DUTY.search(core):
            return False
        passive = _PASSIVE.search(core[-60:])
        if passive:
            verb_before = any(v.start < marked.start - 60 + passive.start() for v in region.work)
            handed = marked.strength == "within" and ordered and _HANDED.search(core)
            return not (verb_before and (commanded or handed))
        # In the letters as written: `gửi Bộ Xây dựng trước ngày` tells of no building.
        said = _CONDITION.search(self.text, max(region.start, marked.start - 30), marked.start)
        return marked.strength == "task" and not ordered and bool(said)

    # Giấy phép cấp trước ngày 1/7/2012 vẫn còn giá trị; Cô nộp hồ sơ trước ngày 5/3
    def _is_told_of(self, region: Region) -> bool:
        begin = skip_lead(self.folded, region.start, region.end)
        narrated = not region.after and _NARRATIVE.match(self.folded, begin)
        return bool(narrated or _CASE.match(self.folded, begin, region.end))

    # Trước ngày 30/4/1975
    def _is_old(self, marked: Marked, *, ordered: bool) -> bool:
        time = marked.time
        if time is None:
            return False
        if time.grain == "period" and marked.strength != "sure":
            return True
        if time.value_end is None or self.published is None:
            return False
        return self.published - time.value_end > (_VERY_OLD if ordered else _OLD)

    def _has_task(self, place: int, region: Region) -> bool:
        """Somebody named with a verb of work, or a verb that hands something over or finishes it."""
        last = region.work[0 if region.after else -1]
        if last.role in _GOVERNING or any(v.role == "completion" for v in region.work):
            return True
        return find_subject(self.text, self.folded, region.start, region.end, self.speech.verbs(place)) is not None

    # đến ngày 31/3/2026 phải hoàn thành …; not `được phép hoạt động đến hết 31/10`
    def _is_until(self, place: int, marked: Marked, region: Region) -> bool:
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

    def _is_within(self, place: int, marked: Marked, region: Region, *, ordered: bool) -> bool:
        """`trong tháng 7`, `vào dịp 19/8`: a deadline where an order has something handed over, finished or opened then."""
        if marked.time is None or marked.time.grain == "period":
            return False
        if region.after:
            begun = any(v.role in _GOVERNING for v in region.work[:2])
            duty = self._has_duty(place, region) and (begun or not marked.marker.startswith("vào"))
            return duty and (ordered or self.speech.has_order(place))
        if self._is_forecast(place, region):
            return False
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
        return marked.start - region.work[-1].end < 260 and (ordered or self.speech.has_order(place))

    # Theo kế hoạch, Thành phố sẽ bàn giao dự án vào tháng 6
    def _is_forecast(self, place: int, region: Region) -> bool:
        verbs = [v for v in self.speech.verbs(place) if region.start <= v.start < region.end]
        will = any(v.words == "sẽ" for v in verbs)
        must = any(v.role == "modal" and v.words not in _NO_DUTY for v in verbs)
        told = any(f.verb.role == "command" and f.verb.start < region.end for f in self.speech.frames(place))
        return will and not must and not told

    def _is_told_directly(self, place: int, marked: Marked, region: Region) -> bool:
        """`giao Sở Tài chính bố trí vốn trong quý II/2024;`: an order to somebody, and its time at the end."""
        told = any(f.addressee and f.verb.end == region.start and f.verb.role == "command" for f in self.speech.frames(place))
        ends = self.text[marked.end : marked.end + 1] in ("", ".", ";", ",", "\n")
        span = marked.time is not None and marked.time.grain in ("week", "month", "quarter", "half")
        return told and ends and span and marked.marker in ("trong", "hết")

    def _is_scheduled(self, place: int, marked: Marked, region: Region) -> bool:
        """`(iii) Lập thiết kế kỹ thuật trong tháng 5 năm 2025.`: a line of a list, its verb first and its time last."""
        begin = skip_lead(self.folded, region.start, region.end)
        ends = not self.text[marked.end : self.sentences[place][1]].strip(" .;")
        return ends and region.work[0].start - begin < 3 and self.speech.is_list_item(place)

    def _governing_verb(self, place: int, region: Region) -> Verb:
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

    def _has_duty(self, place: int, region: Region) -> bool:
        return any(
            (v.role in ("modal", "completion") and v.words not in _NO_DUTY) or v.words in ("phấn đấu", "quyết tâm", "khẩn trương")
            for v in self.speech.verbs(place)
            if region.start <= v.start < region.end
        )

    def _is_ordered(self, place: int, region: Region, core: int) -> bool:
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
