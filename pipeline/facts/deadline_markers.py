"""Text and dates -> places where a marker makes an expression of time the last acceptable one: `trước ngày 30/9`."""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.facts.dates import DateRow
from pipeline.facts.orders import is_addressee
from pipeline.lexicon import cached, read_lexicon
from pipeline.vietnamese.patterns import any_of
from pipeline.vietnamese.spelling import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A marker with its expression of time; `start` is that of the marker, `end` that of the time.

    `strength` is sure, task, until or within (see the word list `deadline_markers`). `within` is an ISO 8601 duration
    from an event, `due` its last day where the event has a date. `inside` is the task where it stands between marker
    and time: `thời hạn [nộp báo cáo năm] là trước ngày …`.
    """

    start: int
    end: int
    marker: str
    strength: str
    time: DateRow | None = None
    within: str | None = None
    due: date | None = None
    inside: tuple[int, int] | None = None


# Words that may stand between the marker and the time: `chậm nhất là vào ngày`, `xong trước ngày Quốc khánh 02/9`.
_FILLING = (
    r"(?:là|vào|trong|đến hết|đến|hết|trước|sau|ngày lễ|ngày|dịp|lễ|cuối|đầu|giữa|khoảng|thời điểm|mốc|kỷ niệm|quốc khánh|tết|"
    r"bầu cử|khai giảng|khai trường|khai mạc|khánh thành|đại hội|sáng|chiều|tối|đêm|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|là|:|\()"
)
# `sinh trước ngày`, not `tuyển sinh trước ngày`; `qua trong tháng`, not `thông qua trong tháng`.
_NOT_MARKER = re.compile(
    r"(?:từ|kể|tính|cập nhật|hiệu lực|áp dụng|kéo dài|cách đây|chịu trách nhiệm|diễn ra|(?<!học )(?<!tuyển )(?<!thí )(?<!vệ )sinh|ngay|"
    r"(?<!thông )qua|(?<!báo cáo )(?<!kết quả )(?<!kế hoạch )(?<!tổng kết )công tác)\s$"
)
_RANGE_FROM = re.compile(r"(?<!\w)từ\s[^.;\n]{1,40}$")
_FROM_NOW = re.compile(r"(?:từ\s)?nay\s(?:cho\s)?(?:đến|tới)\s(?P<all>hết\s)?")
_LEAD = re.compile(rf"(?:(?:chậm nhất|muộn nhất|{_FILLING})\s){{0,4}}")
# Before `thời hạn` these make it no marker: ra tù trước thời hạn.
_NO_TERM = tuple(f"{word} " for word in ("trước", "hết", "đúng", "có", "quá", "còn", "kéo dài", "rút ngắn", "gia hạn", "giảm"))
# thời hạn nộp báo cáo sử dụng lao động cuối năm là trước ngày 05/12; Hạn nộp bài dự thi: 15/8
_LABEL_WITH_TASK = re.compile(
    r"(?<!\w)(?P<marker>thời hạn|hạn cuối|hạn chót|hạn)\s(?:cùng\s)?(?P<task>(?:nộp|gửi|nhận|tiếp nhận|đăng ký|báo cáo|hoàn thành|"
    r"thực hiện|bàn giao|góp ý|trả|thanh toán|kê khai|khai|cung cấp)\s[^.,;:()\n]{2,150}?)(?:\slà|\s?:)\s"
    r"(?:(?:trước|đến hết|đến|hết|vào|chậm nhất|muộn nhất|là|ngày)\s){0,3}$"
)
_IS_THE_LAST = re.compile(
    r"\s(?:(?:cũng|chính|sẽ)\s)?là\s(?:thời\s)?(?P<marker>hạn cuối|hạn chót|ngày cuối)(?: cùng)?\s(?:để\s|cho\s|phải\s)?(?=\w)"
)
_SPAN = re.compile(
    r"(?<!\w)(?P<marker>trong thời hạn|trong vòng|thời hạn|chậm nhất|muộn nhất|không quá)\s"
    r"(?:là\s|sau\s|không quá\s|tối đa\s|trong\s){0,2}(?P<count>\d{1,3})\s(?:\([^()]{1,20}\)\s)?"
    r"(?P<unit>ngày làm việc|ngày|tháng|tuần|năm|giờ)(?:\slàm việc)?,?\s(?:tính\s)?(?:kể\s)?từ\s(?:ngày|khi|thời điểm|lúc)\s"
    r"(?P<event>[^.,;:\n]{3,160})"
)
_EVERY = re.compile(
    r"(?<!\w)(?P<marker>trước|chậm nhất|muộn nhất)\s(?:là\s|vào\s){0,2}(?:ngày\s|thứ\s)(?:mùng\s|mồng\s)?"
    r"(?:\d{1,2}|hai|ba|tư|năm|sáu|bảy)\s(?:hằng|hàng|mỗi|của)\s(?:tháng|quý|tuần)(?:\s(?:tiếp theo|sau|kế tiếp))?"
)
_ISO = {"ngày làm việc": "P{}D", "ngày": "P{}D", "tháng": "P{}M", "tuần": "P{}W", "năm": "P{}Y", "giờ": "PT{}H"}
_DAYS = {"ngày": 1, "tuần": 7}
# What follows the event and begins the clause of the task: `…, cơ quan cấp phép phải trả lời`.
_ACTS = re.compile(
    r"[^;.\n]{2,140}?\s(?:phải|có trách nhiệm|cần|sẽ|xem xét|trình|gửi|báo cáo|cấp|ban hành|thông báo|trả lời|quyết định|ra)\s"
)
_OTHERS = re.compile(r"(?:tổ chức|cá nhân|đơn vị),\s")  # của cơ quan, tổ chức, Sở Tư pháp …
_OF_A_LIST = ("cơ quan", "tổ chức", "cá nhân")


@cached
def _markers() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    rows = {fold(row["words"]): (row["marker"], row["strength"]) for row in read_lexicon("deadline_markers")}
    return re.compile(rf"(?<!\w)(?P<words>{any_of(rows)})(?P<colon>:?)(?:\s{_FILLING}){{0,5}}\s?:?\s?$"), rows


def find_marked(text: str, folded: str, dates: Sequence[DateRow]) -> Iterator[Marked]:
    """Every expression of time with the words before it that may make it a deadline."""
    for time in dates:
        start, end = time.start or 0, time.end or 0
        if now := _FROM_NOW.match(folded, max(0, start - 3), end):  # từ nay đến hết ngày 30/6
            yield Marked(start=now.start(), end=end, marker="đến hết" if now["all"] else "đến", strength="until", time=time)
        elif label := _LABEL_WITH_TASK.search(folded, max(0, start - 170), start):
            inside = label.span("task")
            yield Marked(start=label.start(), end=end, marker=label["marker"], strength="sure", time=time, inside=inside)
        elif last := _IS_THE_LAST.match(folded, end):  # Ngày 31/8 là hạn chót nộp hồ sơ
            yield Marked(start=start, end=last.end(), marker=last["marker"], strength="sure", time=time)
        elif found := _read_marker(text, folded, time):
            yield found


def _read_marker(text: str, folded: str, time: DateRow) -> Marked | None:
    """The marker just before the time, or within it: `trước ngày`, `chậm nhất trong tháng`."""
    pattern, markers = _markers()
    start, end = time.start or 0, time.end or 0
    lead = _LEAD.match(folded, start, end)
    anchor = lead.end() if lead else start
    found = pattern.search(folded, max(0, anchor - 60), anchor)
    if not found or "\n" in text[found.start() : anchor]:
        return None
    before = folded[max(0, found.start() - 45) : found.start()]
    marker, strength = markers[found["words"]]
    if strength == "label":
        unfinished = not found["colon"] and folded[found.end("words") : anchor].strip() in ("", "ngày")
        if unfinished or before.endswith(_NO_TERM):
            return None
        strength = "sure"
    if strength == "within" and before.endswith("("):
        return None  # (dịp 30/4)
    if strength != "sure" and (_NOT_MARKER.search(before) or (strength == "until" and _RANGE_FROM.search(before))):
        return None
    return Marked(start=found.start(), end=end, marker=marker, strength=strength, time=time)


# `Trong thời hạn 10 ngày làm việc kể từ ngày nhận đủ hồ sơ, Sở A cấp giấy phép`
def find_spans(folded: str, dates: Sequence[DateRow]) -> Iterator[Marked]:
    """Spans counted from an event, and days of every month: deadlines whose time is no expression of a day."""
    starts = [time.start or 0 for time in dates]
    for found in _SPAN.finditer(folded):
        count, unit = int(found["count"]), found["unit"]
        marked = Marked(
            start=found.start(),
            end=_end_of_event(folded, found),
            marker=found["marker"],
            strength="sure",
            within=_ISO[unit].format(count),
        )
        near = bisect_left(starts, found.start("event") - 6)
        event = next((t for t in dates[near : near + 2] if (t.start or 0) <= found.start("event") + 1), None)
        if event is not None and event.value_start is not None and event.grain == "day" and unit in _DAYS:
            # 10 ngày kể từ ngày 15/7/2021
            due = event.value_start + timedelta(days=count * _DAYS[unit])
            marked = dataclasses.replace(marked, end=event.end or marked.end, within=None, due=due)
        yield marked
    for found in _EVERY.finditer(folded):  # trước ngày 15 hằng tháng
        yield Marked(start=found.start(), end=found.end(), marker=found["marker"], strength="task")


def _end_of_event(folded: str, found: re.Match[str]) -> int:
    """The comma behind the event, not one within it: `kể từ ngày về nơi lao động, học tập mới, công dân phải …`."""
    start, end = found.span("event")
    comma = end
    while 0 <= comma < start + 200 and folded[comma : comma + 1] == ",":
        listed = _OTHERS.match(folded, comma + 2) and folded.endswith(_OF_A_LIST, start, comma)
        if not listed and is_addressee(folded, comma + 2, comma + 120) and _ACTS.match(folded, comma + 2):
            return comma
        comma = next((at for at in range(comma + 1, start + 200) if folded[at : at + 1] in (",", ".", ";", "\n", "")), -1)
    return end
