"""Folded text -> weekdays, parts of the day, clock times: what stands beside a day."""

from __future__ import annotations

import re

from pipeline.vietnamese.calendar_pieces import COUNT, DASH, NUMBER_WORDS, WEEKDAYS, Atom, O, Rule, S, make_rule, number
from pipeline.vietnamese.calendar_values import Direction, Grain, When


def _weekday(match: re.Match[str]) -> list[Atom]:
    words = match["day"]
    weekday = 6 if words is None else WEEKDAYS[words]
    shift = "qua" if match.group().startswith("hôm") else match["shift"] and re.sub(r"\s+", " ", match["shift"])
    when = When(grain="day", weekday=weekday)
    if shift:
        toward: Direction = "future" if shift in ("này", "tới", "sau", "sắp tới") else "past"
        when = When(grain="day", weekday=weekday, toward=toward)
        return [Atom(start=match.start(), end=match.end(), slot="weekday", rule="weekday_shifted", when=when)]
    return [Atom(start=match.start(), end=match.end(), slot="weekday", rule="weekday", when=when, firm=False)]


def _part(match: re.Match[str]) -> list[Atom]:
    return [
        Atom(start=match.start(), end=match.end(), slot="part", rule="part", part=re.sub(r"\s+", " ", match.group()), firm=False)
    ]


def _clock(match: re.Match[str]) -> list[Atom]:
    found = match.groupdict()
    hour, minute = number(found["h"]), int(found.get("min") or 0)
    exact = found.get("min") is not None or bool(found.get("halfhour") or found.get("minus"))
    if found.get("halfhour"):
        minute = 30
    if found.get("minus"):
        hour, minute = hour - 1, 60 - number(found["minus"])
    hours: tuple[int, ...] = (hour, minute)
    if found.get("h2"):
        hours = (hour, minute, int(found["h2"]), int(found.get("min2") or 0))
        exact = exact or found.get("min2") is not None
    if any(not 0 <= value <= 24 for value in hours[::2]) or any(not 0 <= value < 60 for value in hours[1::2]):
        return []
    grain: Grain = "minute" if exact else "hour"
    return [Atom(start=match.start(), end=match.end(), slot="clock", rule="clock", hours=hours, grain=grain, firm=False)]


_MERIDIEM = rf"(?:{O}(?P<ap>am|pm|sa|ch)(?!\w))?"
_H = r"(?:[01]?\d|2[0-4])(?!\d)"
_M = r"[0-5]\d(?!\d)"
_WEEKDAY_SHIFT = rf"vừa{S}qua|vừa{S}rồi|sắp{S}tới|tới|này|qua|rồi|trước|sau"


# In the order of trial: the first rule that reads something wins.
RULES: tuple[Rule, ...] = (
    # 14h30 · 16 giờ 30 phút · 8 giờ kém 15 · 9:30 - 11:00 · 7h30-11h30
    make_rule(
        "0",
        rf"(?P<h>{_H}):(?P<min>{_M})(?::\d\d)?(?:{O}(?:{DASH}|đến){O}(?P<h2>{_H}):(?P<min2>{_M}))?{_MERIDIEM}(?![\w:])",
        _clock,
    ),
    # từ 6 đến 9h sáng · 15-17 giờ
    make_rule(
        "0",
        rf"(?P<h>{_H}){O}(?:{DASH}|đến){O}(?P<h2>{_H}){O}(?:giờ|h)(?:{O}(?P<min2>{_M}))?(?!\w|{O}/)",
        _clock,
    ),
    make_rule(
        "0 " + NUMBER_WORDS,
        rf"""(?P<h>{_H}|{COUNT}){O}(?:giờ|h|g(?=\d\d))(?:{O}(?P<min>{_M})(?:{O}(?:phút|p|'|’|\"))?(?!\w)|{S}(?P<halfhour>rưỡi)(?!\w)
        |{S}kém{S}(?P<minus>{COUNT})(?:{S}phút)?(?!\w)|(?!\w|{O}/))(?:{O}(?:{DASH}|đến){O}(?P<h2>{_H}){O}(?:giờ|h)(?:{O}(?P<min2>{_M}))?(?!\w|{O}/))?""",
        _clock,
    ),
    # thứ hai · thứ 5 tới · hôm thứ ba · chủ nhật · CN
    make_rule(
        "thứ hôm",
        rf"(?:hôm{S})?thứ{O}(?P<day>hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])(?!\w|[/.,]\d)(?:{S}(?P<shift>{_WEEKDAY_SHIFT})(?!\w))?",
        _weekday,
    ),
    make_rule(
        "chủ chúa hôm",
        rf"(?:hôm{S})?(?:chủ|chúa){S}nhật(?!\w)(?P<day>(?!))?(?:{S}(?P<shift>{_WEEKDAY_SHIFT})(?!\w))?",
        _weekday,
    ),
    make_rule("cn", r"(?<![-/&])cn(?P<day>(?!))?(?P<shift>(?!))?(?!\w)", _weekday),
    make_rule("t2 t3 t4 t5 t6 t7", r"(?<![-/&])t(?P<day>[2-7])(?P<shift>(?!))?(?!\w)", _weekday),
    # rạng sáng · sáng · chiều tối · nửa đêm
    make_rule(
        "rạng sáng trưa chiều tối đêm khuya nửa giữa buổi lúc sớm",
        rf"(?:(?:buổi|lúc){S})?(?:rạng{S}sáng|sáng{S}sớm|chiều{S}tối|nửa{S}đêm|giữa{S}trưa|giữa{S}đêm|đêm{S}khuya|tối{S}khuya|sáng|trưa|chiều|tối|đêm|khuya)(?!\w)",
        _part,
    ),
    make_rule("giữa", rf"giữa{S}trưa(?!\w)", _part),
)
