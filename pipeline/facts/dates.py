"""Article -> expressions of time (`dates`), each with its interval, grain, kind and anchor."""

from __future__ import annotations

import bisect
import dataclasses
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from pipeline import lexicon
from pipeline.facts.documents import DocumentRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.recurrences import RecurrenceRow
from pipeline.model import Article, Findings, Mention, Row, column
from pipeline.vietnamese.calendar import Direction, Expression, Holiday, Interval, Lexer, When, find_expressions, resolve
from pipeline.vietnamese.sentences import split_paragraphs, split_sentences
from pipeline.vietnamese.spelling import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRow(Row):
    """One expression of time."""

    TABLE: ClassVar[str] = "dates"
    IDENTITY: ClassVar[tuple[str, ...]] = ("kind",)

    date_id: str = column("Key of the row.", key=True)
    article_id: str = column("The article.", refers="articles")
    text: str = column("The words as written; for a stamp outside the text, the stamp.")
    start: int | None = column("First character in `articles.text`; null only for a stamp outside it.", default=None)
    end: int | None = column("One past the last character.", default=None)
    value_start: date | None = column("First day.", default=None)
    value_end: date | None = column("Last day, inclusive.", default=None)
    time: str | None = column("`HH:MM`.", default=None)
    time_end: str | None = column("`HH:MM`.", default=None)
    grain: str = column("`minute`, `hour`, `day`, `week`, `month`, `quarter`, `half`, `year`, `period`.")
    kind: str = column("`published`, `event`, `deadline`, `period`, `reference`, `recurrence`.")
    anchor: date | None = column("The date a relative or partial expression was resolved against.", default=None)
    rule: str = column("The rule that found it.")
    confidence: float = column("0 to 1.")


def read_rows(article: Article, mentions: Sequence[Mention], findings: Findings) -> Iterable[Row]:
    """One DateRow for each expression of time, and one `published` row where the article has a date."""
    expressions = _without(find_expressions(article.text, _lexer()), _taken(article, findings))
    story = _Story.of(article, expressions)
    rows = [_read_row(article, story, place) for place in story.places]
    stamp = next((n for n, place in enumerate(story.places) if _is_stamp(article, place, rows[n])), None)
    if stamp is not None:
        rows[stamp] = dataclasses.replace(rows[stamp], kind="published", anchor=None, rule="dates.published")
    elif article.published_at is not None:
        rows.append(_published_row(article))
    return rows


@lexicon.cached
def _lexer() -> Lexer:
    """The calendar of the language with the named days of `lexicon/holidays.tsv`."""
    return Lexer.of(
        tuple(
            Holiday(
                names=tuple(name.strip() for name in row["names"].split(";")),
                month=int(row["month"]),
                day=int(row["day"]) if row["day"] else None,
                nth=int(row["nth"]) if row["nth"] else None,
                weekday=int(row["weekday"]) if row["weekday"] else None,
                days=int(row["days"] or 1),
                lunar=row["calendar"] == "lunar",
                firm=row["firm"] == "yes",
                asked=row["firm"] == "asked",
            )
            for row in lexicon.read_lexicon("holidays")
        )
    )


# ------------------------------------------------------------------------------------------------ what is not ours
def _taken(article: Article, findings: Findings) -> list[tuple[int, int]]:
    """Spans of document numbers and recurrences: `15/2021/QĐ-UBND` holds no date, a law's name may (`năm 2013`)."""
    spans = [(row.start, row.end) for row in findings.of(RecurrenceRow)]
    numbers = {row.document_id: row.number for row in findings.of(DocumentRow)}
    for mention in findings.of(MentionRow):
        number = numbers.get(mention.document_id or "") if mention.kind == "document" else None
        if number:
            at = mention.text.find(number)
            if at >= 0:
                spans.append((mention.start + at, mention.start + at + len(number)))
            else:
                spans.extend((mention.start + m.start(), mention.start + m.end()) for m in _SYMBOL.finditer(mention.text))
    return sorted(spans)


# The symbol of a document: figures and letters tied by strokes.
_SYMBOL = re.compile(r"\d{1,6}[/-](?:\d{4}/)?[^\W\d_][\w&/-]{1,30}")


def _without(expressions: Sequence[Expression], taken: Sequence[tuple[int, int]]) -> list[Expression]:
    kept = []
    starts = [start for start, _ in taken]
    for expression in expressions:
        near = taken[max(0, bisect.bisect_left(starts, expression.start) - 2) : bisect.bisect_left(starts, expression.end)]
        if not any(start < expression.end and expression.start < end for start, end in near):
            kept.append(expression)
    return kept


# ------------------------------------------------------------------------------------------------ where it stands
@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """An expression with the sentence and paragraph it stands in, and whether it dates a document."""

    expression: Expression
    sentence: tuple[int, int]
    paragraph: tuple[int, int]
    of_document: bool
    bare: bool


@dataclass(slots=True, kw_only=True)
class _Story:
    """What is known of time while reading one article in order: publication, event, and the days told so far."""

    text: str
    folded: str
    places: list[_Place]
    starts: list[int]
    published: date | None
    moment: datetime | None
    event: date | None = None
    issued: date | None = None
    told: list[tuple[_Place, Interval]] = dataclasses.field(default_factory=list)

    @classmethod
    def of(cls, article: Article, expressions: Sequence[Expression]) -> _Story:
        folded = fold(article.text)
        sentences, paragraphs = split_sentences(article.text), split_paragraphs(article.text)
        places = [
            _Place(
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
_NOWHERE = (0, 0)


_FEW = 3  # words


def _is_bare(folded: str, sentence: tuple[int, int], expression: Expression) -> bool:
    """An expression with no more than three words beside it in its sentence."""
    first, last = sentence
    if (last - first) - (expression.end - expression.start) > _FEW * 8:
        return False
    return len(folded[first : expression.start].split()) + len(folded[expression.end : last].split()) <= _FEW


def _around(spans: Sequence[tuple[int, int]], expression: Expression) -> tuple[int, int]:
    index = bisect.bisect_right(spans, (expression.start, 1 << 60)) - 1
    return spans[index] if index >= 0 else _NOWHERE


# Paragraphs at the head of an article in which the day of the told event stands: title, summary, first of the body.
_HEAD = 5
# An event is told at most so many days after it happened.
_OLDEST_EVENT = 250
# With its year written out it is history sooner.
_OLDEST_DATED_EVENT = 60


def _find_event(story: _Story, paragraphs: Sequence[tuple[int, int]]) -> date | None:
    """The day at the head of the article on which the told meeting or announcement was: `Sáng 23/7, ...`.

    The first one that opens its sentence or names a part of the day, or else is not older than a week.
    """
    if story.published is None or not paragraphs or all(_covers_sentence(place) for place in story.places):
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


def _told_day(story: _Story, place: _Place) -> date | None:
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
    if _NOT_EVENT.search(before) or _marker(story.folded, expression.start) or when.same_period:
        return None
    found = resolve(when, story.published, "near")
    return found.start if found is not None and found.start == found.end else None


def _opens(story: _Story, place: _Place) -> bool:
    """At the beginning of its sentence (after a dateline such as `HNP - `), or with a part of the day."""
    expression = place.expression
    words = story.folded[expression.start : expression.end]
    return expression.start - place.sentence[0] <= 16 or words.startswith(("sáng", "chiều", "tối", "trưa", "đêm"))


_LETTERHEAD = 12  # paragraphs


def _find_issued(story: _Story, paragraphs: Sequence[tuple[int, int]]) -> date | None:
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


def _covers_text(story: _Story, place: _Place) -> bool:
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


def _marker(folded: str, start: int) -> bool:
    """Whether a marker of a deadline stands right before."""
    return _DEADLINE.search(folded, max(0, start - 36), start) is not None


def _direction(story: _Story, place: _Place) -> Direction:
    """Where tense and verbs of the sentence point; the nearest word before the expression counts most."""
    start, end = place.expression.start, place.expression.end
    folded, (first, last) = story.folded, place.sentence
    if _covers_sentence(place):
        return "future"
    if _AFTER_BEHIND.match(folded, end):
        return "past"
    if _marker(folded, start) or _AFTER_AHEAD.match(folded, end):
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


def _covers_sentence(place: _Place) -> bool:
    """The sentence says no more than the expression: what is asked of the calendar (`Nộp trước quý sau`), not told."""
    return place.bare


# ------------------------------------------------------------------------------------------------ anchoring
@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    interval: Interval | None
    anchor: date | None = None
    confidence: float = 0.98
    time: str | None = None


def _anchored(story: _Story, place: _Place) -> _Reading:
    """The interval, the date that governed it, and how sure that is."""
    when = place.expression.when
    if when is None:
        return _read_clock(story, place)
    if when.same_period:
        return _read_same(story, place, when)
    if when.is_absolute:
        return _Reading(interval=resolve(when, story.now))
    if when.is_relative and when.until is None:
        anchor = _relative_anchor(story, place)
        if when.unit in ("hour", "minute"):
            return _read_hours(story, when)
        if when.exact and when.unit == "month" and not _covers_sentence(place):  # told, not asked: no more precise than said
            when = dataclasses.replace(when, grain="month")
        return _Reading(interval=resolve(when, anchor), anchor=anchor, confidence=0.9)
    if place.expression.rule == "day_said_now":
        return _Reading(interval=resolve(when, story.published, "near"), anchor=story.published)
    direction = _direction(story, place)
    if when.weekday is not None and when.day is None and when.nth is None:
        return _read_weekday(story, place, direction)
    return _read_open(story, place, when, direction)


def _read_open(story: _Story, place: _Place, when: When, direction: Direction) -> _Reading:
    """A day, month or quarter without its year: near publication, else where a dated neighbour puts it."""
    plain = _read_from_now(story, when, direction, asked=_covers_sentence(place))
    governing = _governing(story, place, when, direction)
    if governing is None or governing.anchor is None:
        return plain
    if not governing.certain and plain.interval is not None and story.published is not None:
        if _gap(plain.interval, story.published) <= _CLOSE:
            return plain
        if direction == "future" and (story.published - governing.anchor).days > _FAR:
            return plain
    interval = _in_year_of(when, governing.anchor, direction)
    return _Reading(interval=interval, anchor=governing.anchor, confidence=0.9)


def _read_from_now(story: _Story, when: When, direction: Direction, *, asked: bool) -> _Reading:
    """Plans count from the event, reports back from publication (from the event where that is told much later).

    What is told rather than `asked` is rather near than far: `Sáng 2/1` of a report on the first is tomorrow's.
    """
    anchor = story.now or story.issued
    if direction == "future" and story.event is not None:
        anchor = story.event
    if direction == "past" and when.until is not None and when.day is None:  # trong quý II-IV: may well be running
        direction = "near"
    interval = resolve(when, anchor, direction)
    if not asked and anchor is not None and interval is not None and _gap(interval, anchor) > _FAR:
        if when.nth is None:  # a slip in the weekday is no reason for a far year
            when = dataclasses.replace(when, weekday=None)
        near = resolve(when, anchor, "near")
        if near is not None and _gap(near, anchor) <= _CLOSE + 15:
            interval, direction = near, "near"
    return _Reading(interval=interval, anchor=anchor, confidence=0.8 if direction == "near" else 0.9)


def _gap(interval: Interval, day: date) -> int:
    """Days between a day and the nearest day of the interval."""
    return max((interval.start - day).days, (day - interval.end).days, 0)


_FAR, _CLOSE = 180, 45


def _relative_anchor(story: _Story, place: _Place) -> date | None:
    if (place.expression.rule == "relative_unit_loose" or _compared(story, place)) and not _covers_sentence(place):
        told = _told_in(story, place.sentence)
        if told is not None:
            return told
    return story.now


def _read_hours(story: _Story, when: When) -> _Reading:
    """`2 giờ nữa`, `30 phút trước`: from the minute of publication, where it is known."""
    if story.moment is None or when.shift is None:
        return _Reading(interval=None)
    moment = story.moment + timedelta(**{f"{when.unit}s": when.shift})
    day = moment.date()
    return _Reading(interval=Interval(start=day, end=day), anchor=story.published, confidence=0.8, time=moment.strftime("%H:%M"))


def _compared(story: _Story, place: _Place) -> bool:
    """`quý I/2025 tăng so với quý trước`: counted from the period told before."""
    start = place.expression.start
    return story.folded[max(0, start - 8) : start].endswith("so với ") and story.folded[start : place.expression.end].endswith(
        "trước"
    )


def _told_in(story: _Story, span: tuple[int, int]) -> date | None:
    """The last day, month or year told with its year in this stretch."""
    for place, interval in reversed(story.told[-_LOOK_BACK:]):
        if place.expression.start < span[0]:
            return None
        if not place.of_document:
            return interval.start
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Governing:
    """A dated neighbour; `certain` where the two are one list or the words call the day historic."""

    anchor: date
    certain: bool


_LISTED = re.compile(r"\s?(?:,|;|và|hoặc|đến|-|–)\s?(?:từ\s|ngày\s|sáng\s|chiều\s|tối\s)?")
_HISTORIC = re.compile(r"\s(?:lịch sử|năm ấy|năm đó|năm xưa)(?!\w)")


def _governing(story: _Story, place: _Place, when: When, direction: Direction) -> _Governing | None:
    """The dated expression that governs the sentence, else the paragraph: the nearest before, else after it."""
    if when.shift is not None:
        return None
    start, end = place.expression.start, place.expression.end
    historic = _HISTORIC.match(story.folded, end) is not None
    after = next((p for p in story.places[bisect.bisect_right(story.starts, start) :][:1] if p.sentence == place.sentence), None)
    if after is not None and after.expression.when is not None and after.expression.when.is_absolute:
        interval = resolve(after.expression.when, None)
        if interval is not None and _LISTED.fullmatch(story.folded, end, after.expression.start):
            return _Governing(anchor=interval.start, certain=True)
    if historic and (old := _told_long_ago(story)) is not None:
        return _Governing(anchor=old, certain=True)
    coarse = when.day is None
    for told, interval in reversed(story.told[-_LOOK_BACK:]):
        if told.paragraph != place.paragraph:
            break
        same = told.sentence == place.sentence
        if _governs(story, told, interval, coarse=coarse, same_sentence=same):
            listed = same and _LISTED.fullmatch(story.folded, told.expression.end, start) is not None
            return _Governing(anchor=interval.start, certain=listed)
    if after is not None:
        interval = resolve(after.expression.when, None) if after.expression.when is not None else None
        if interval is not None and _governs(story, after, interval, coarse=coarse, same_sentence=True):
            return _Governing(anchor=interval.start, certain=False)
    return None


_LOOK_BACK = 40  # expressions


def _told_long_ago(story: _Story) -> date | None:
    """What `tháng 3 lịch sử` looks back on: the last day or month told that is at least five years old."""
    for place, interval in reversed(story.told[-_LOOK_BACK:]):
        old = story.published is None or (story.published - interval.end).days > 5 * 365
        if old and not place.of_document and (interval.end - interval.start).days <= 31:
            return interval.start
    return None


# A year that only measures or aims does not say when the rest happens: `so với năm 2012`, `mục tiêu đến năm 2030`.
_MEASURES = re.compile(r"(?:so với|tương đương|bằng|cùng kỳ|hơn|đến|tầm nhìn|luật|hiến pháp|mục tiêu|kế hoạch)\s(?:\w+\s){0,3}$")


def _governs(story: _Story, place: _Place, interval: Interval, *, coarse: bool, same_sentence: bool) -> bool:
    when = place.expression.when
    if when is None or not when.is_absolute or place.of_document or when.until is not None:
        return False
    days = (interval.end - interval.start).days
    if days > (366 if coarse and same_sentence else 92 if coarse else 31):
        return False
    start = place.expression.start
    return days <= 31 or _MEASURES.search(story.folded, max(0, start - 30), start) is None


def _in_year_of(when: When, governing: date, direction: Direction) -> Interval | None:
    """The same year, or the next where a plan told in December falls in January."""
    if when.day is None:
        return resolve(dataclasses.replace(when, year=governing.year) if when.until is None else when, governing, "near")
    if direction == "future" and governing.month >= 10:
        return resolve(when, governing, "future")
    return resolve(when, governing, "near")


def _read_weekday(story: _Story, place: _Place, direction: Direction) -> _Reading:
    """`thứ hai` of a report is the last one, `chủ nhật tới` the next; `vừa qua` and `trước` are before today."""
    when, anchor = place.expression.when, story.now
    if when is None or anchor is None:
        return _Reading(interval=None)
    if direction == "near" and not _covers_sentence(place):
        direction = "past"
    day = anchor - timedelta(days=1) if when.toward == "past" else anchor
    return _Reading(interval=resolve(when, day, direction), anchor=anchor, confidence=0.85)


def _read_clock(story: _Story, place: _Place) -> _Reading:
    """A time of day without a day: of the day told before in the paragraph; alone, of the day we are in."""
    if _covers_sentence(place):
        day = story.published
    else:
        day = next(
            (
                i.start
                for p, i in reversed(story.told)
                if p.paragraph == place.paragraph and i.start == i.end and not p.of_document
            ),
            None,
        )
    return _Reading(interval=Interval(start=day, end=day) if day else None, anchor=day, confidence=0.7)


def _read_same(story: _Story, place: _Place, when: When) -> _Reading:
    """`cùng ngày`: the day told before; `cùng kỳ`: the period told before, a year earlier."""
    if when.grain == "day":
        day = next((i.start for p, i in reversed(story.told[-_LOOK_BACK:]) if i.start == i.end and not p.of_document), None)
        day = day or story.event or story.published
        return _Reading(interval=Interval(start=day, end=day) if day else None, anchor=day, confidence=0.8)
    told = next((i for p, i in reversed(story.told[-_LOOK_BACK:]) if p.paragraph == place.paragraph and _is_period(p, i)), None)
    if told is None:
        said = "năm" in story.folded[place.expression.start : place.expression.end]
        year = when.year or (story.now.year - 1 if story.now and said else None)
        interval = resolve(When(grain="year", year=year), None) if year else None
        return _Reading(interval=interval, anchor=story.now, confidence=0.5)
    fields = When(
        grain="period", year=when.year or told.start.year - 1, month=told.start.month,
        months=(told.end.year - told.start.year) * 12 + told.end.month - told.start.month + 1,
    )  # fmt: skip
    return _Reading(interval=resolve(fields, None), anchor=told.start, confidence=0.7)


def _is_period(place: _Place, interval: Interval) -> bool:
    when = place.expression.when
    short = interval.start < interval.end and (interval.end - interval.start).days < 364
    return when is not None and short and when.until is None and not when.span and not when.is_relative


# ------------------------------------------------------------------------------------------------ rows
def _read_row(article: Article, story: _Story, place: _Place) -> DateRow:
    expression = place.expression
    reading = _Reading(interval=None) if expression.recurring else _anchored(story, place)
    interval = reading.interval
    if interval is not None:
        story.told.append((place, interval))
    return DateRow(
        article_id=article.article_id,
        text=article.text[expression.start : expression.end],
        start=expression.start,
        end=expression.end,
        value_start=interval.start if interval else None,
        value_end=interval.end if interval else None,
        time=expression.time or reading.time,
        time_end=expression.time_end,
        grain=expression.grain,
        kind=_kind(story, place, interval),
        anchor=reading.anchor if interval else None,
        rule=f"dates.{expression.rule}",
        confidence=reading.confidence,
    )


def _kind(story: _Story, place: _Place, interval: Interval | None) -> str:
    expression = place.expression
    if expression.recurring:
        return "recurrence"
    today = story.event or story.published
    over = interval is not None and today is not None and interval.end < today
    if not over and _marker(story.folded, expression.start):
        return "deadline"
    if interval is not None and interval.start == interval.end:
        return "event" if interval.start == story.event and not place.of_document else "reference"
    if interval is None and expression.grain in ("day", "hour", "minute"):
        return "reference"
    return "period"


def _is_stamp(article: Article, place: _Place, row: DateRow) -> bool:
    """The portal's own stamp, where it is part of the text: the same minute, with nothing told around it."""
    published = article.published_at
    return (
        published is not None
        and article.published_grain == "minute"
        and row.value_start == row.value_end == published.date()
        and row.time == published.strftime("%H:%M")
        and _covers_sentence(place)
        and place.sentence != _NOWHERE
        and len(article.text) > place.sentence[1] - place.sentence[0]
    )


def _published_row(article: Article) -> DateRow:
    stamp = article.published_at
    assert stamp is not None
    minute = article.published_grain == "minute"
    return DateRow(
        article_id=article.article_id,
        text=stamp.strftime("%Y-%m-%d %H:%M" if minute else "%Y-%m-%d"),
        value_start=stamp.date(),
        value_end=stamp.date(),
        time=stamp.strftime("%H:%M") if minute else None,
        grain="minute" if minute else "day",
        kind="published",
        rule="dates.published",
        confidence=1.0,
    )
