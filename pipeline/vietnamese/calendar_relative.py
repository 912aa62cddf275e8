"""Folded text -> what is told from now: `tuần trước`, `3 tuần nữa`, `10 ngày tới`, `cùng kỳ`, `mùa hè này`."""

from __future__ import annotations

import re

from pipeline.vietnamese.calendar_periods import BRANCHES, STEMS, YEAR_SHIFTS
from pipeline.vietnamese.calendar_pieces import (
    COUNT,
    MONTH_WORD,
    NUMBER_WORDS,
    UNITS,
    YYYY,
    Atom,
    O,
    Rule,
    S,
    Slot,
    full_year,
    make_rule,
    number,
)
from pipeline.vietnamese.calendar_values import Direction, Grain, Unit, When

SHIFTS = {
    "này": 0, "nay": 0, "trước": -1, "qua": -1, "vừa qua": -1, "vừa rồi": -1, "rồi": -1, "ngoái": -1, "kia": -2,
    "tới": 1, "sau": 1, "trước nữa": -2, "sau nữa": 2,
    "sắp tới": 1, "kế tiếp": 1, "tiếp theo": 1, "kế": 1, "tới đây": 1, "tới này": 1, "tiếp": 1,
}  # fmt: skip
_SHIFT = "|".join(words.replace(" ", S) for words in sorted(SHIFTS, key=len, reverse=True))
# `năm trước`, `năm sau`, `tháng sau` compare with a period told before; `năm qua` is the twelve months behind us.
_LOOSE = {
    ("year", "trước"),
    ("year", "sau"),
    ("year", "qua"),
    ("month", "sau"),
    ("year", "này"),
    ("year", "rồi"),
    ("year", "tiếp"),
}


def _relative_unit(match: re.Match[str]) -> list[Atom]:
    word = re.sub(r"\s+", " ", match["shift"])
    unit = UNITS[re.sub(r"\s+", " ", match["unit"])]
    shift = SHIFTS[word]
    if (word in ("ngoái", "kia") and unit != "year") or (word == "nay" and unit in ("month", "quarter")):
        return []
    weekend = unit == "week" and match.groupdict().get("third") == "cuối"
    grain: Grain = "period" if weekend else unit
    just_over = unit == "week" and word in ("qua", "vừa qua", "vừa rồi")
    when = When(
        grain=grain, unit=unit, shift=shift, weekday=5 if weekend else None, days=2 if weekend else 1,
        toward="past" if just_over else None,
    )  # fmt: skip
    slot: Slot = "week" if unit == "week" else "month" if unit == "month" else "quarter" if unit == "quarter" else "year"
    firm = (unit, word) not in _LOOSE
    rule = "relative_unit" if firm else "relative_unit_loose"
    return [Atom(start=match.start(), end=match.end(), slot=slot, rule=rule, when=when, grain=grain, firm=firm)]


def _weekend(match: re.Match[str]) -> list[Atom]:
    when = When(grain="period", weekday=5, days=2)
    return [Atom(start=match.start(), end=match.end(), slot="closed", rule="weekend", when=when, grain="period", firm=False)]


def _vague_unit(match: re.Match[str]) -> list[Atom]:
    """`cuối tháng`, `đầu năm`: the month or year we are in, as precise as that."""
    unit = UNITS[match["unit"]]
    when = When(grain=unit, unit=unit, shift=0)
    slot: Slot = "month" if unit == "month" else "quarter" if unit == "quarter" else "year"
    return [Atom(start=match.start(), end=match.end(), slot=slot, rule="vague_unit", when=when, grain=unit, firm=False)]


_LONGEST = 120  # of any unit; `600 năm trước` pins no year


def _ago(match: re.Match[str]) -> list[Atom]:
    """`3 tuần trước`, `cách đây 2 năm`, `3 năm nữa`: a distance; a distance in years tells a month or a year only."""
    found = match.groupdict()
    back = bool(found.get("since")) or (found.get("dir") or "").startswith("trước")
    count = number(found["n"])
    unit = UNITS.get(re.sub(r"\s+", " ", found["unit"]))
    if unit is None or count > _LONGEST:
        return []
    grain: Grain = "hour" if unit == "hour" else "minute" if unit == "minute" else "day"
    if unit == "year":
        grain = "month" if count < 10 else "year"
    if found.get("half"):  # một năm rưỡi trước
        if unit != "year":
            return []
        count, unit, grain = count * 12 + 6, "month", "month"
    if found.get("n2"):
        count, unit, grain = count * 12 + number(found["n2"]), "month", "day"
    when = When(grain=grain, unit=unit, shift=-count if back else count, exact=True)
    firm = bool(found.get("since")) or back or (found.get("dir") == "nữa" and unit != "year")
    firm = firm and unit not in ("hour", "minute")
    return [
        Atom(start=match.start(), end=match.end(), slot="closed", rule="relative_span_ago", when=when, grain=grain, firm=firm)
    ]


def _span(match: re.Match[str]) -> list[Atom]:
    """`trong vòng 10 ngày tới`, `10 ngày qua`, `2 tuần vừa qua`: a stretch up to or from now."""
    count = number(match["n"])
    unit = UNITS.get(re.sub(r"\s+", " ", match["unit"]))
    if unit is None or count > _LONGEST:
        return []
    ahead = match["dir"].startswith(("tới", "sắp", "tiếp", "kế", "nữa"))
    when = When(grain="period", unit=unit, span=count if ahead else -count)
    rule = "relative_span_ahead" if ahead else "relative_span_back"
    firm = ahead and unit != "year" and match["dir"].startswith(("tới", "sắp"))
    return [Atom(start=match.start(), end=match.end(), slot="closed", rule=rule, when=when, grain="period", firm=firm)]


def _within(match: re.Match[str]) -> list[Atom]:
    """`trong vòng 10 ngày`: a stretch from now only where nothing else is said; else a duration."""
    when = When(grain="period", unit=UNITS[match["unit"]], span=number(match["n"]))
    rule = "relative_span_within"
    return [Atom(start=match.start(), end=match.end(), slot="closed", rule=rule, when=when, grain="period", firm=False)]


def _same_period(match: re.Match[str]) -> list[Atom]:
    """`cùng kỳ (năm trước)`: the period told before, a year earlier."""
    year = full_year(match["y"])
    when = When(grain="period", unit="year", shift=-1, year=year, same_period=True)
    return [Atom(start=match.start(), end=match.end(), slot="same", rule="same_period", when=when, grain="period")]


# Seasons by the sun (from equinox and solstice): month and day of the first and the last day.
SEASONS = {"xuân": (3, 21, 6, 20), "hè": (6, 21, 9, 22), "hạ": (6, 21, 9, 22), "thu": (9, 23, 12, 21), "đông": (12, 22, 3, 20)}


def _season(match: re.Match[str]) -> list[Atom]:
    month, day, last_month, last_day = SEASONS[match["season"]]
    words = re.sub(r"\s+", " ", match["shift"] or "")
    shift = YEAR_SHIFTS[words.removeprefix("năm ")] if words.startswith("năm ") else None
    unit: Unit | None = None if shift is None else "year"
    over = int(last_month < month)  # winter ends in the year after
    until = When(grain="day", month=last_month, day=last_day, shift=None if shift is None else shift + over, unit=unit)
    toward: Direction | None = None
    if words and shift is None:
        toward = "past" if words in ("trước", "qua", "rồi", "vừa qua") else "future"
    when = When(grain="day", month=month, day=day, until=until, shift=shift, unit=unit, toward=toward)
    return [Atom(start=match.start(), end=match.end(), slot="closed", rule="season", when=when, grain="period", firm=bool(words))]


def _season_of_year(match: re.Match[str]) -> list[Atom]:
    """`mùa hè năm 2014`."""
    month, day, last_month, last_day = SEASONS[match["season"]]
    year = int(match["y"])
    until = When(grain="day", year=year + int(last_month < month), month=last_month, day=last_day)
    when = When(grain="day", year=year, month=month, day=day, until=until)
    return [Atom(start=match.start(), end=match.end(), slot="closed", rule="season", when=when, grain="period")]


# In the order of trial: the first rule that reads something wins.
RULES: tuple[Rule, ...] = (
    # 3 tuần trước · 2 năm 3 tháng trước · cách đây 2 năm · 3 năm nữa · sau 5 ngày (nữa)
    make_rule(
        "0 " + NUMBER_WORDS,
        rf"(?P<n>{COUNT}){S}(?P<unit>ngày|hôm|tuần(?:{S}lễ)?|tháng|quý|năm|giờ|tiếng|phút)(?:{S}đồng{S}hồ)?(?:{S}(?P<n2>{COUNT}){S}tháng|{S}(?P<half>rưỡi))?{S}(?P<dir>trước{S}đây|trước|nữa|sau)(?!\w|{S}(?:khi|ngày|đó|lúc|khoảng|kỳ|hạn|thời|tết|lễ|sự|cuộc|kế|mùa|năm|tháng|mỗi|giờ|bầu|đại|trong|sinh|mắt|hết))",
        _ago,
    ),
    make_rule(
        "cách",
        rf"(?P<since>cách{S}(?:đây|nay))(?:{S}(?:khoảng|hơn|gần|đúng|tròn))?{S}(?P<n>{COUNT}){S}(?P<unit>ngày|hôm|tuần|tháng|năm)(?:{S}(?P<n2>{COUNT}){S}tháng|{S}(?P<half>rưỡi))?(?P<dir>)(?!\w)",
        _ago,
    ),
    make_rule(
        "sau", rf"sau{S}(?P<since>)(?P<n>{COUNT}){S}(?P<unit>ngày|hôm|tuần|tháng|năm)(?P<n2>)(?:{S}(?P<dir>nữa))?(?!\w)", _ago
    ),
    # 10 ngày tới · 2 tuần vừa qua · trong vòng 3 tháng tới
    make_rule(
        "0 " + NUMBER_WORDS,
        rf"(?P<n>{COUNT}){S}(?P<unit>ngày|hôm|đêm|tuần(?:{S}lễ)?|tháng|quý|năm)(?:{S}(?:liên{S}tiếp|gần{S}đây))?{S}(?P<dir>vừa{S}qua|vừa{S}rồi|qua|gần{S}đây|gần{S}nhất|tới|sắp{S}tới|tiếp{S}theo|kế{S}tiếp)(?!\w)",
        _span,
    ),
    make_rule("trong", rf"trong{S}(?:vòng{S})?(?P<n>{COUNT}){S}(?P<unit>ngày|tuần|tháng|năm)(?={O}(?:$|[.!\n]))", _within),
    make_rule(
        "tuần tháng quý quí năm cuối đầu giữa",
        rf"(?:(?P<third>đầu|giữa|cuối){S})?(?P<unit>tuần(?:{S}lễ)?|tháng|quý|quí|năm){S}(?P<shift>{_SHIFT})(?!\w)",
        _relative_unit,
    ),
    # cùng kỳ · cùng kỳ năm trước · cùng kỳ năm 2024
    make_rule("cùng", rf"cùng{S}k[ỳì](?:{S}năm{S}(?:trước|ngoái|qua)|{S}(?:năm{S})?(?P<y>{YYYY}))?(?!\w)", _same_period),
    make_rule("cuối", rf"cuối{S}tuần(?!\w)", _weekend),
    make_rule("hai 0", rf"(?:hai|2){S}ngày{S}cuối{S}tuần(?!\w|{S}(?:{_SHIFT})(?!\w))", _weekend),
    # cuối tháng, giữa năm; not the first words of `cuối tháng Tám`, `cuối quý I năm 2026`, `đầu năm Ất Tỵ`
    make_rule(
        "cuối đầu giữa",
        rf"(?:đầu|giữa|cuối){S}(?P<unit>tháng|quý|năm)(?!\w|{S}(?:\w+{S})?\d|{S}(?:{MONTH_WORD}|i{{1,3}}(?!\w)|iv(?!\w)|(?:{STEMS}){S}(?:{BRANCHES})))",
        _vague_unit,
    ),
    make_rule(
        "mùa",
        rf"mùa{S}(?P<season>xuân|hè|hạ|thu|đông)(?!\w)(?:{S}(?P<shift>này|tới|sau|trước|vừa{S}qua|qua|rồi|năm{S}(?:nay|ngoái|tới|sau|trước))(?!\w))?(?!{S}(?:năm{S})?\d)",
        _season,
    ),
    # The whole text; in prose the year alone is as much as it says.
    make_rule(
        "mùa", rf"(?<![\w\W])mùa{S}(?P<season>xuân|hè|hạ|thu|đông){S}(?:năm{S})?(?P<y>{YYYY})(?={O}[.!]?\Z)", _season_of_year
    ),
)
