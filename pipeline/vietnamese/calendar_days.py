"""Folded text -> days: `23/7`, `ngày 23 tháng 7`, `mùng 3 Tết`, `hôm qua`, `tuần thứ hai của` a month."""

from __future__ import annotations

import dataclasses
import re

from pipeline.vietnamese.calendar_pieces import (
    COUNT,
    DASH,
    DAY_WORD,
    DD,
    HEADS,
    MM,
    MONTH_WORD,
    NUMBER_WORDS,
    NUMERIC_TAIL,
    SD,
    STOP,
    WEEKDAYS,
    WORD_TAIL,
    YYYY,
    Atom,
    O,
    Rule,
    S,
    full_year,
    make_rule,
    number,
)
from pipeline.vietnamese.calendar_values import When


def _days(match: re.Match[str], *, rule: str, firm: bool) -> list[Atom]:
    """One atom, or one for each day of a list or range; the last gives month and year to those before it."""
    found = match.groupdict()
    month = number(found.get("m") or found.get("mw") or "")
    year = full_year(found.get("y") or found.get("yw"))
    lunar = found.get("mw") in ("giêng", "chạp")
    last = When(grain="day", day=number(found["d"]), month=month or None, year=year, lunar=lunar)
    heads = found.get("heads")
    if not heads:
        return [Atom(start=match.start(), end=match.end(), slot="day", rule=rule, when=last, firm=firm)]
    return _listed_days(match, heads, last, rule=rule)


def _listed_days(match: re.Match[str], heads: str, last: When, *, rule: str) -> list[Atom]:
    offset = match.start("heads")
    places = [(m.start() + offset, m.end() + offset, int(m.group())) for m in re.finditer(r"\d+", heads)]
    places.append((match.start("d"), match.end(), last.day or 0))
    days = [place[2] for place in places]
    is_range = len(days) == 2 and re.search(rf"{DASH}|đến|tới", heads) is not None
    if is_range or (len(days) > 1 and days == list(range(days[0], days[-1] + 1))):
        first = When(grain="day", day=days[0], until=last, year=last.year, month=last.month, lunar=last.lunar)
        if days[0] > days[-1]:  # từ ngày 28 đến 3/5: the month before
            first = When(grain="day", day=days[0], until=last, lunar=last.lunar)
        return [Atom(start=match.start(), end=match.end(), slot="closed", rule="day_range", when=first)]
    atoms = []
    for position, (start, end, day) in enumerate(places):
        when = When(grain="day", day=day, month=last.month, year=last.year, lunar=last.lunar)
        start = match.start() if position == 0 else start
        atoms.append(Atom(start=start, end=end, slot="day", rule="day_list", when=when))
    return atoms


def _named_day(match: re.Match[str]) -> list[Atom]:
    days = _days(match, rule="named_day", firm=True)
    return [dataclasses.replace(day, part="đêm") for day in days] if match.group().startswith("đêm") else days


def _numeric_day(match: re.Match[str]) -> list[Atom]:
    found = match.groupdict()
    firm = found.get("y") is not None or found.get("mw") is not None
    return _days(match, rule="numeric_day" if firm else "day_month", firm=firm)


def _spelled_day(match: re.Match[str]) -> list[Atom]:
    return _days(match, rule="spelled_day", firm=False)


def _iso_day(match: re.Match[str]) -> list[Atom]:
    when = When(grain="day", year=int(match["y"]), month=int(match["m"]), day=int(match["d"]))
    return [Atom(start=match.start(), end=match.end("d"), slot="day", rule="iso_day", when=when)]


def _lunar_day(match: re.Match[str]) -> list[Atom]:
    """`mùng 3 Tết` is in the first lunar month, `30 Tết` in the last of the year before (month 0)."""
    found = match.groupdict()
    day = 15 if found.get("full") else number(found["d"])
    month = 1
    if found.get("mw"):
        month = number(found["mw"])
    elif found.get("tet"):
        month = 0 if day > 15 else 1
    when = When(grain="day", day=day, month=month, lunar=True)
    firm = bool(found.get("mw") or found.get("tet"))
    if found.get("full") and not found.get("mw"):
        when = When(grain="day", day=15, lunar=True)
    return [Atom(start=match.start(), end=match.end(), slot="day", rule="lunar_day", when=when, firm=firm)]


def _relative_day(match: re.Match[str]) -> list[Atom]:
    words = re.sub(r"\s+", " ", match.group())
    shift, firm = RELATIVE_DAYS[words]
    when = When(grain="day", unit="day", shift=shift)
    return [Atom(start=match.start(), end=match.end(), slot="relday", rule="relative_day", when=when, firm=firm)]


def _same_day(match: re.Match[str]) -> list[Atom]:
    when = When(grain="day", unit="day", shift=0, same_period=True)
    return [Atom(start=match.start(), end=match.end(), slot="relday", rule="same_day", when=when)]


# What is told from the day of speaking; the second value says whether it may stand alone in running text.
RELATIVE_DAYS: dict[str, tuple[int, bool]] = {
    "bây giờ": (0, False), "ngay bây giờ": (0, False), "hiện tại": (0, False), "lúc này": (0, False),
    "hôm nay": (0, True), "ngày hôm nay": (0, True), "bữa nay": (0, True), "ngày nay": (0, False), "nay": (0, False),
    "hôm qua": (-1, True), "ngày hôm qua": (-1, True), "ngày qua": (-1, False), "qua": (-1, False), "bữa qua": (-1, True),
    "hôm kia": (-2, True), "ngày hôm kia": (-2, True), "hôm kìa": (-3, True), "hôm trước": (-1, False),
    "ngày mai": (1, True), "ngày hôm sau": (1, False), "hôm sau": (1, False), "hôm tới": (1, False), "mai": (1, False),
    "ngày kia": (2, True), "ngày mốt": (2, True), "mốt": (2, False), "kia": (2, False), "ngày kìa": (3, True),
}  # fmt: skip
_RELATIVE_DAY = "|".join(re.escape(words).replace(r"\ ", S) for words in sorted(RELATIVE_DAYS, key=len, reverse=True))
LEAD = rf"(?:(?:ngày|hôm|đêm){SD}(?:(?:mùng|mồng|hôm){S})?|(?:mùng|mồng){S})"
# Words after a lone day of the month that make it a number of times or things: `ngày 2 lần`, `ngày 3 ca`.
_COUNTED = rf"(?!{S}(?:lần|ca|lượt|buổi|bữa|giờ|tiếng|đêm|người|triệu|nghìn|tỷ|đồng|chuyến|viên|cốc|lít|kg|vụ|con|suất|%))"
_ORDINALS = {"đầu tiên": 1, "thứ nhất": 1, "cuối cùng": -1}


def _ordinal(match: re.Match[str]) -> list[Atom]:
    """`ngày đầu tiên của`, `tuần thứ hai của`, `chủ nhật cuối cùng của` a month or year that follows."""
    words = re.sub(r"\s+", " ", match["nth"])
    nth = _ORDINALS.get(words) or number(words.removeprefix("thứ "))
    unit = match["unit"]
    weekday = None if unit in ("ngày", "tuần") else WEEKDAYS.get(unit.split()[-1], 6)
    when = When(grain="week" if unit == "tuần" else "day", nth=nth, weekday=weekday)
    return [Atom(start=match.start(), end=match.end(), slot="ordinal", rule="ordinal", when=when, grain=when.grain, firm=False)]


# In the order of trial: the first rule that reads something wins.
RULES: tuple[Rule, ...] = (
    # 2021-07-23
    make_rule("0", rf"(?P<y>{YYYY})(?P<sep>[/-])(?P<m>{MM})(?P=sep)(?P<d>{DD})(?:t(?=\d\d:)|(?!\w|[/-]\d))", _iso_day),
    # 30 Tết · 23 tháng Chạp · mùng 3 Tết · mồng 10 tháng Giêng · rằm tháng bảy · rằm
    make_rule(
        "0 mùng mồng ngày",
        rf"(?:ngày{S})?(?:(?:mùng|mồng){S})?(?P<d>{DD}|{COUNT}){O}(?:tháng{S}(?P<mw>giêng|chạp)|(?P<tet>tết))(?!\w)",
        _lunar_day,
    ),
    make_rule(
        "rằm ngày", rf"(?:ngày{S})?(?P<full>rằm)(?:{S}tháng{S}(?P<mw>{MM}|{MONTH_WORD}))?(?P<d>)(?P<tet>)(?!\w)", _lunar_day
    ),
    # ngày 23/7 · ngày 23-7-2021 · ngày 23 tháng 7 năm 2021 · mùng 5 tháng 3 · hôm 29/10
    make_rule("ngày hôm đêm mùng mồng", rf"{LEAD}(?P<d>{DD})(?:{NUMERIC_TAIL}|{WORD_TAIL})", _named_day),
    # ngày mười lăm tháng hai · mùng một tháng ba
    make_rule("ngày hôm mùng mồng", rf"{LEAD}(?P<d>{DAY_WORD}){WORD_TAIL}", _named_day),
    # hai mươi tháng hai: a day where nothing else is said, else a number of months more often
    make_rule(NUMBER_WORDS, rf"(?P<d>{DAY_WORD}){S}tháng{S}(?P<mw>{MONTH_WORD})(?!\w)", _spelled_day),
    # ngày 19 12 2025: strokes lost
    make_rule("ngày", rf"{LEAD}(?P<d>{DD}){S}(?P<m>{MM}){S}(?P<y>{YYYY})(?!\w|[/.]\d)", _named_day),
    # từ ngày 1 đến ngày 5/3 · ngày 24 và 25-4 · ngày 16-20/11/2025 · ngày 7, 8 tháng 3
    make_rule("ngày hôm đêm mùng mồng", rf"{LEAD}{HEADS}(?P<d>{DD})(?:{NUMERIC_TAIL}|{WORD_TAIL})", _named_day),
    # ngày 26 · hôm 15 · ngày mùng 5
    make_rule("ngày hôm mùng mồng", rf"{LEAD}(?P<d>{DD}){STOP}{_COUNTED}(?!{O}[/:]|{O}(?:h|giờ))", _named_day),
    # ngày đầu tiên của tháng 3 · tuần thứ hai của tháng 10 · chủ nhật cuối cùng của năm 2025
    make_rule(
        "ngày tuần thứ chủ",
        rf"(?P<unit>ngày|tuần|thứ{S}(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ{S}nhật){S}"
        rf"(?P<nth>đầu{S}tiên|cuối{S}cùng|thứ{S}(?:nhất|hai|ba|tư|[1-5]))(?={S}(?:(?:của|trong){S})?(?:tháng|năm){S})",
        _ordinal,
    ),
    # hôm nay · ngày mai · cùng ngày
    make_rule("hôm ngày bữa bây ngay hiện lúc", rf"(?:{_RELATIVE_DAY})(?!\w)", _relative_day),
    make_rule("cùng", rf"cùng{S}(?:ngày|hôm|đêm)(?!\w)", _same_day),
    # 23/07/2021 · 15 tháng 3 · 16-20/11/2025 · 25/4
    make_rule("0", rf"(?P<d>{DD}){WORD_TAIL}(?!{S}(?:ngày|tuần|lần|giờ|đêm))", _numeric_day),
    make_rule("0", rf"(?P<d>{DD}){NUMERIC_TAIL}", _numeric_day),
    make_rule("0", rf"(?P<heads>{DD}{O}(?:{DASH}|và|đến){O})(?P<d>{DD})(?:{NUMERIC_TAIL}|{WORD_TAIL})", _numeric_day),
    make_rule("nay qua mai mốt kia", r"(?:nay|qua|mai|mốt|kia)(?!\w)", _relative_day),
)
