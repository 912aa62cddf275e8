"""Article and its expressions of time -> the story they stand in: sentences, publication, the event told, tense and markers."""

from __future__ import annotations

import bisect
import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.model import Article
from pipeline.vietnamese.calendar import Direction, Expression, Interval, resolve
from pipeline.vietnamese.sentences import split_paragraphs, split_sentences
from pipeline.vietnamese.spelling import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An expression with the sentence and paragraph it stands in, and whether it dates a document."""

    expression: Expression
    sentence: tuple[int, int]
    paragraph: tuple[int, int]
    of_document: bool
    bare: bool


@dataclass(slots=True, kw_only=True)
class Story:
    """What is known of time while reading one article in order: publication, event, and the days told so far."""

    text: str
    folded: str
    places: list[Place]
    starts: list[int]
    published: date | None
    moment: datetime | None
    event: date | None = None
    issued: date | None = None
    told: list[tuple[Place, Interval]] = dataclasses.field(default_factory=list)

    @classmethod
    def of(cls, article: Article, expressions: Sequence[Expression]) -> Story:
        folded = fold(article.text)
        sentences, paragraphs = split_sentences(article.text), split_paragraphs(article.text)
        places = [
            Place(
                expression=expression,
                sentence=_around(sentences, expression),
                paragraph=_around(paragraphs, expression),
                bare=_is_bare(folded, _around(sentences, expression), expression),
                of_document=_DATES_A_DOCUMENT.search(folded, max(0, expression.start - 40), expression.start) is not None,
            )
            for expression in expressions
        ]
        published = article.published_at.date() if article.published_at is not None else None
        moment = article.published_at if article.published_grain == "minute" else None
        story = cls(
            text=article.text,
            folded=folded,
            places=places,
            starts=[e.start for e in expressions],
            published=published,
            moment=moment,
        )
        story.event = _find_event(story, paragraphs)
        story.issued = _find_issued(story, paragraphs)
        return story

    @property
    def now(self) -> date | None:
        """The day from which `tuần tới` or `năm nay` is said: the event's where it is told much later."""
        if self.published is not None and self.event is not None and (self.published - self.event).days > _STALE:
            return self.event
        return self.published


_STALE = 14
# `Quyết định số 3617/QĐ-UBND ngày 04/11/2022`, `Nghị quyết số 57-NQ/TW, ngày`: the date belongs to the document.
_DATES_A_DOCUMENT = re.compile(
    r"(?:\d[\w-]{0,12}[/-][\w&/.-]{2,30}|[/-][\w&/-]{2,20})[,\s]{1,3}(?:ký|ban hành|của \w+)?\s?(?:ngày\s)?$"
)
NOWHERE = (0, 0)


_FEW = 3  # words


def _is_bare(folded: str, sentence: tuple[int, int], expression: Expression) -> bool:
    """An expression with no more than three words beside it in its sentence."""
    first, last = sentence
    if (last - first) - (expression.end - expression.start) > _FEW * 8:
        return False
    return len(folded[first : expression.start].split()) + len(folded[expression.end : last].split()) <= _FEW


def _around(spans: Sequence[tuple[int, int]], expression: Expression) -> tuple[int, int]:
    index = bisect.bisect_right(spans, (expression.start, 1 << 60)) - 1
    return spans[index] if index >= 0 else NOWHERE


# Paragraphs at the head of an article in which the day of the told event stands: title, summary, first of the body.
_HEAD = 5
# An event is told at most so many days after it happened.
_OLDEST_EVENT = 250
# With its year written out it is history sooner.
_OLDEST_DATED_EVENT = 60


def _find_event(story: Story, paragraphs: Sequence[tuple[int, int]]) -> date | None:
    """The day at the head of the article on which the told meeting or announcement was: `Sáng 23/7, ...`.

    The first one that opens its sentence or names a part of the day, or else is not older than a week.
    """
    if story.published is None or not paragraphs or all(covers_sentence(place) for place in story.places):
        return None
    head = paragraphs[min(_HEAD, len(paragraphs)) - 1][1]
    first: date | None = None
    for place in story.places:
        if place.expression.start > head:
            break
        day = _told_day(story, place)
        when = place.expression.when
        oldest = _OLDEST_EVENT if when is not None and when.year is None else _OLDEST_DATED_EVENT
        if day is None or not 0 <= (story.published - day).days <= oldest:
            continue
        fresh = (story.published - day).days <= _FRESH
        if fresh:
            return day
        if first is None and _opens(story, place):
            first = day
    return first


_FRESH = 7
# Words before a day that make it an occasion, a limit or a beginning, not the day on which the told thing happened.
_NOT_EVENT = re.compile(
    r"(?:dịp|lễ|nghỉ|mừng|niệm|khánh|động|từ|kể từ|đến|tới|trước|sau|hết|hiệu lực|tại|của|thống nhất|tám|nữ|giáo|sĩ|sỹ)\s(?:ngày\s)?$"
)


def _told_day(story: Story, place: Place) -> date | None:
    """The day of an expression that could be the event's: one day, no document's, no limit, not still to come."""
    expression, when = place.expression, place.expression.when
    if (
        when is None
        or when.grain != "day"
        or when.until is not None
        or when.lunar
        or when.exact
        or when.unit not in (None, "day")
    ):
        return None
    if (when.weekday is not None and when.day is None) or when.nth is not None:
        return None
    if (when.month is None and when.shift is None) or place.of_document or expression.recurring or expression.rule == "holiday":
        return None
    before = story.folded[max(0, expression.start - 24) : expression.start]
    if _NOT_EVENT.search(before) or marker(story.folded, expression.start) or when.same_period:
        return None
    found = resolve(when, story.published, "near")
    return found.start if found is not None and found.start == found.end else None


def _opens(story: Story, place: Place) -> bool:
    """At the beginning of its sentence (after a dateline such as `HNP - `), or with a part of the day."""
    expression = place.expression
    words = story.folded[expression.start : expression.end]
    return expression.start - place.sentence[0] <= 16 or words.startswith(("sáng", "chiều", "tối", "trưa", "đêm"))


_LETTERHEAD = 12  # paragraphs


def _find_issued(story: Story, paragraphs: Sequence[tuple[int, int]]) -> date | None:
    """Where the page states no date: the day that heads the text, `Hà Nội, ngày 20 tháng 11 năm 2025`, `Ngày 30/5/2025, ...`.

    It lends its year to the days after it; what is told from now (`hôm nay`) still has no anchor.
    """
    if story.published is not None or not paragraphs:
        return None
    head = paragraphs[min(_LETTERHEAD, len(paragraphs)) - 1][1]
    for place in story.places:
        when = place.expression.when
        if place.expression.start > head:
            break
        if when is None or when.grain != "day" or not when.is_absolute or when.until is not None or place.of_document:
            continue
        if (place.bare and not _covers_text(story, place)) or _opens(story, place):
            found = resolve(when, None)
            return found.start if found is not None else None
    return None


def _covers_text(story: Story, place: Place) -> bool:
    return place.sentence == (0, len(story.text))


# ------------------------------------------------------------------------------------------------ tense and markers
_DEADLINE = re.compile(
    r"(?:muộn nhất|chậm nhất|trễ nhất|hạn chót|hạn cuối|(?<!trước )thời hạn|(?<!thời )hạn|(?<!từ )trước|đến hết|hết|xong"
    r"|hoàn thành|hoàn tất)"
    r"(?:\s(?:là|vào|trong|đến|trước|ngày|thời điểm|hết|cùng|lúc|cho|:))*\s*(?:\d{1,2}(?:h|\sgiờ)\d{0,2}\s)?$"
)
_AHEAD = re.compile(
    r"(?<!\w)(?:sẽ|dự kiến|sắp|phấn đấu|kế hoạch|chuẩn bị|yêu cầu|đề nghị|cần|phải|hoàn thành|tới đây|sắp tới|triển khai)(?!\w)"
)
_SURELY_AHEAD = re.compile(r"(?<!\w)(?:sẽ|dự kiến|sắp|sắp tới|tới đây)(?!\w)")
_BEHIND = re.compile(r"(?<!\w)(?:đã|vừa|từng|hôm|trước đó|vừa qua|diễn ra|tổ chức|cho biết|chủ trì|ghi nhận)(?!\w)")
_AFTER_AHEAD = re.compile(r"\s?(?:,\s)?(?:tới đây|tới|sắp tới|này|sẽ|dự kiến)(?!\w)")
_AFTER_BEHIND = re.compile(r"\s?(?:,\s)?(?:vừa qua|vừa rồi|qua|đã|vừa)(?!\w)")
_WINDOW = 80


def marker(folded: str, start: int) -> bool:
    """Whether a marker of a deadline stands right before."""
    return _DEADLINE.search(folded, max(0, start - 36), start) is not None


def direction_of(story: Story, place: Place) -> Direction:
    """Where tense and verbs of the sentence point; the nearest word before the expression counts most."""
    start, end = place.expression.start, place.expression.end
    folded, (first, last) = story.folded, place.sentence
    if covers_sentence(place):
        return "future"
    if _AFTER_BEHIND.match(folded, end):
        return "past"
    if marker(folded, start) or _AFTER_AHEAD.match(folded, end):
        return "future"
    ahead = _last(_AHEAD, folded, max(first, start - _WINDOW), start)
    behind = _last(_BEHIND, folded, max(first, start - _WINDOW), start)
    if ahead != behind:
        return "future" if ahead > behind else "past"
    after = min(last, end + 2 * _WINDOW)
    if _SURELY_AHEAD.search(folded, end, after):
        return "future"
    if _BEHIND.search(folded, end, after):
        return "past"
    return "near"


def _last(pattern: re.Pattern[str], folded: str, start: int, end: int) -> int:
    return max((match.start() for match in pattern.finditer(folded, start, end)), default=-1)


def covers_sentence(place: Place) -> bool:
    """The sentence says no more than the expression: what is asked of the calendar (`Nộp trước quý sau`), not told."""
    return place.bare
