"""Folded text -> the smallest pieces of time in it (`Atom`): a day, a clock time, a quarter, a weekday, `năm ngoái`.

Each rule is one pattern that is tried where one of its first words stands; the patterns begin at that word, have bounded
repetitions and are tried longest first, so that reading is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.vietnamese import calendar_lunar
from pipeline.vietnamese.calendar_values import Direction, Grain, Unit, When
from pipeline.vietnamese.spelling import fold

Slot = Literal[
    "clock", "part", "weekday", "day", "relday", "week", "month", "year", "quarter", "half", "closed", "holiday", "same", "ordinal"
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One piece: where it stands, which slot of an expression it fills, what it says.

    A piece that is not `firm` needs a neighbour, a cue or the whole text to be an expression of time.
    """

    start: int
    end: int
    slot: Slot
    rule: str
    when: When | None = None
    part: str | None = None
    hours: tuple[int, ...] = ()  # hour and minute, then those of the end of a range
    grain: Grain = "day"
    firm: bool = True


Read = Callable[[re.Match[str]], list[Atom]]

# ------------------------------------------------------------------------------------------------ named pieces
SMALL_NUMBERS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10,
    "mười một": 11, "mười hai": 12, "mười ba": 13, "mười bốn": 14, "mười lăm": 15, "mười sáu": 16, "mười bảy": 17,
    "mười tám": 18, "mười chín": 19, "hai mươi": 20, "ba mươi": 30, "giêng": 1, "chạp": 12, "nhất": 1,
}  # fmt: skip
_DIGIT_WORDS = ("mốt", "hai", "ba", "tư", "lăm", "sáu", "bảy", "tám", "chín")
SMALL_NUMBERS |= {f"hai mươi {word}": 21 + n for n, word in enumerate(_DIGIT_WORDS)} | {"ba mươi mốt": 31, "hai mươi bốn": 24}
WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5, **{str(n): n - 2 for n in range(2, 8)}}
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
UNITS: dict[str, Unit] = {
    "ngày": "day", "hôm": "day", "đêm": "day", "tuần": "week", "tuần lễ": "week", "tháng": "month", "quý": "quarter",
    "quí": "quarter", "năm": "year", "giờ": "hour", "tiếng": "hour", "phút": "minute",
}  # fmt: skip

S = r"[ \t\u00a0\u2000-\u200a\u202f\u3000]{1,3}"  # white space within an expression: never a line break
O = r"[ \t\u00a0\u2000-\u200a\u202f\u3000]{0,3}"  # noqa: E741 - the same, optional
DASH = r"[-–—−]"
DD = r"(?:0[1-9]|[12]\d|3[01]|[1-9])(?!\d)"
MM = r"(?:0[1-9]|1[0-2]|[1-9])(?!\d)"
YYYY = r"(?:1\d|20|21)\d{2}(?!\d)"
MONTH_WORD = r"(?:mười(?:\smột|\shai)?|giêng|một|hai|ba|tư|năm(?!\s{1,3}\d{4})|sáu|bảy|bẩy|tám|chín|chạp)(?!\w)"
COUNT = (
    r"(?:\d{1,3}(?![\d.,/])|hai\smươi|ba\smươi|mười(?:\s(?:một|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?"
    r"|một|hai|ba|bốn|năm|sáu|bảy|tám|chín)"
)
# After a number that ends a date: no letter, no further part of a document number, version, address or decimal.
DAY_WORD = (
    r"(?:hai\smươi(?:\s(?:mốt|hai|ba|tư|bốn|lăm|sáu|bảy|tám|chín))?|ba\smươi(?:\smốt)?"
    r"|mười(?:\s(?:một|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?|một|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín)(?!\w)"
)
STOP = rf"(?!\w|[/.,]\d|/\w|%|{DASH}[^\W\d_])"
NUMERIC_TAIL = (
    rf"""(?P<sep>{O}/{O}|\.|-)(?P<m>{MM})(?:(?:(?P=sep)|{O}[/-]{O}|,?{S}năm{S})(?P<y>{YYYY}|(?<=/)\d\d(?!\d)))?{STOP}"""
)
WORD_TAIL = rf"""{O}[/,-]?{O}tháng{S}(?P<mw>{MM}|{MONTH_WORD})(?:(?:{O}[/.-]{O}|,?{S}(?:năm{S})?)(?P<yw>{YYYY}))?(?!\w|[/.]\d)"""
HEADS = rf"(?P<heads>(?:{DD}{O}(?:,|;|{DASH}|và|đến(?:{S}hết)?|tới|hoặc|\+|&){O}(?:(?:ngày|mùng|mồng){S})?){{1,8}})"


def number(word: str) -> int:
    """`6`, `mười hai`, `iv` -> the number."""
    word = re.sub(r"\s+", " ", word)
    return int(word) if word.isdigit() else SMALL_NUMBERS.get(word, ROMAN.get(word, 0))


def full_year(digits: str | None) -> int | None:
    """`21` of `12/5/21` is 2021, `75` is 1975."""
    if digits is None:
        return None
    year = int(digits)
    return year if year > 99 else year + (2000 if year < 50 else 1900)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.VERBOSE)


# ------------------------------------------------------------------------------------------------ days
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
    return _days(match, rule="named_day", firm=True)


def _numeric_day(match: re.Match[str]) -> list[Atom]:
    found = match.groupdict()
    firm = found.get("y") is not None or found.get("mw") is not None
    return _days(match, rule="numeric_day" if firm else "day_month", firm=firm)


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

LEAD = rf"(?:(?:ngày|hôm|đêm){S}(?:(?:mùng|mồng|hôm){S})?|(?:mùng|mồng){S})"
# Words after a lone day of the month that make it a number of times or things: `ngày 2 lần`, `ngày 3 ca`.
_COUNTED = rf"(?!{S}(?:lần|ca|lượt|buổi|bữa|giờ|tiếng|đêm|người|triệu|nghìn|tỷ|đồng|chuyến|viên|cốc|lít|kg|vụ|con|suất|%))"


# ------------------------------------------------------------------------------------------------ months to years
def _month(match: re.Match[str]) -> list[Atom]:
    found = match.groupdict()
    first = number(found["mw"])
    year = full_year(found.get("y"))
    lunar = found["mw"] in ("giêng", "chạp")
    until = number(found["to"]) if found.get("to") else None
    when = When(grain="month", month=first, year=year, lunar=lunar)
    slot: Slot = "month"
    if until:
        last = When(grain="month", month=until, year=year)
        lent = year if year is None or first <= until else year - 1
        when, slot = When(grain="month", month=first, year=lent, until=last), "closed"
    firm = found["mw"] != "năm" or year is not None  # `những tháng năm ấy` are months and years
    return [Atom(start=match.start(), end=match.end(), slot=slot, rule="month", when=when, grain="month", firm=firm)]


def _month_list(match: re.Match[str]) -> list[Atom]:
    """`các tháng 3, 4 và 5/2021`: one atom for each month."""
    year = full_year(match["y"])
    numbers = list(re.finditer(r"\d+", match["months"]))
    offset = match.start("months")
    atoms = []
    for position, found in enumerate(numbers):
        start = match.start() if position == 0 else found.start() + offset
        end = match.end() if position == len(numbers) - 1 else found.end() + offset
        when = When(grain="month", month=int(found.group()), year=year)
        atoms.append(Atom(start=start, end=end, slot="month", rule="month_list", when=when, grain="month"))
    return atoms


def _month_year(match: re.Match[str]) -> list[Atom]:
    when = When(grain="month", month=int(match["m"]), year=int(match["y"]))
    return [Atom(start=match.start(), end=match.end(), slot="month", rule="month_year", when=when, grain="month")]


def _quarter(match: re.Match[str]) -> list[Atom]:
    numbers = list(re.finditer(r"\w+", match["q"]))
    wanted = [number(found.group()) for found in numbers if number(found.group())]
    year = full_year(match["y"])
    if re.search(rf"{DASH}|đến|tới", match["q"]) and len(wanted) == 2:
        last = When(grain="quarter", month=wanted[1] * 3 - 2, months=3, year=year)
        when = When(grain="quarter", month=wanted[0] * 3 - 2, months=3, year=year, until=last)
        return [Atom(start=match.start(), end=match.end(), slot="closed", rule="quarter", when=when, grain="quarter")]
    named = [found for found in numbers if number(found.group())]
    atoms = []
    for position, (found, value) in enumerate(zip(named, wanted, strict=True)):
        start = match.start() if position == 0 else found.start() + match.start("q")
        end = match.end() if position == len(named) - 1 else found.end() + match.start("q")
        when = When(grain="quarter", month=value * 3 - 2, months=3, year=year)
        atoms.append(Atom(start=start, end=end, slot="quarter", rule="quarter", when=when, grain="quarter"))
    return atoms


def _part_of_year(match: re.Match[str]) -> list[Atom]:
    """`6 tháng đầu năm`, `9 tháng đầu năm 2017`, `3 tháng cuối năm`, `nửa đầu năm`, `hai quý đầu năm`."""
    found = match.groupdict()
    months = 6 if found.get("half") else number(found["n"]) * (3 if (found.get("u") or "").startswith("qu") else 1)
    if not 0 < months < 12:
        return []
    month = 13 - months if found.get("which") == "cuối" else 1
    shift = YEAR_SHIFTS.get(found.get("rel") or "")
    grain: Grain = {1: "month", 3: "quarter", 6: "half"}.get(months, "period")  # type: ignore[assignment]
    when = When(
        grain=grain, month=month, months=months, year=full_year(found.get("y") or found.get("y2")),
        shift=shift, unit="year" if shift is not None else None,
    )  # fmt: skip
    return [Atom(start=match.start(), end=match.end(), slot="half", rule="part_of_year", when=when, grain=grain)]


YEAR_SHIFTS = {"nay": 0, "này": 0, "ngoái": -1, "trước": -1, "qua": -1, "rồi": -1, "vừa qua": -1, "tới": 1, "sau": 1, "kia": -2}


def _years(match: re.Match[str]) -> list[Atom]:
    """`năm 2021`, `năm 2021-2025`, `các năm 2021, 2022 và 2023`: a year, a span, or an atom for each."""
    places = list(re.finditer(r"\d{4}", match["ys"]))
    values = [int(place.group()) for place in places]
    if len(values) == 2 and re.search(rf"{DASH}|/|đến|tới", match["ys"]) and values[0] < values[1]:
        counted = re.search(r"\d\s{1,3}$", match.string[max(0, match.start() - 4) : match.start()])  # kế hoạch 5 năm 2026 - 2030
        return [_year_span(match, values[0], values[1], rule="years", start=match.start("ys") if counted else None)]
    if any(abs(year - values[0]) > 60 for year in values):
        places, values = places[:1], values[:1]
    offset = match.start("ys")
    return [
        Atom(
            start=match.start() if position == 0 else place.start() + offset, end=place.end() + offset, slot="year",
            rule="year", when=When(grain="year", year=year), grain="year",
        )
        for position, (place, year) in enumerate(zip(places, values, strict=True))
    ]  # fmt: skip


def _old_year(match: re.Match[str]) -> list[Atom]:
    """`năm 938`: a year of three digits."""
    when = When(grain="year", year=int(match["ys"]))
    return [Atom(start=match.start(), end=match.end(), slot="year", rule="old_year", when=when, grain="year")]


def _year_span(match: re.Match[str], first: int, last: int, *, rule: str, start: int | None = None) -> Atom:
    when = When(grain="year", year=first, until=When(grain="year", year=last))
    begin = match.start() if start is None else start
    return Atom(start=begin, end=match.end(), slot="closed", rule=rule, when=when, grain="period")


def _named_span(match: re.Match[str]) -> list[Atom]:
    """`giai đoạn 2021-2025`, `nhiệm kỳ 2020 - 2025`, `năm học 2021-2022`, `2021 - 2030`."""
    first = int(match["a"])
    digits = match["b"]
    last = int(digits) if len(digits) == 4 else first // 100 * 100 + int(digits)
    if not first < last <= first + 150:
        return []
    return [_year_span(match, first, last, rule="year_span")]


def _bare_year(match: re.Match[str]) -> list[Atom]:
    when = When(grain="year", year=int(match.group()))
    return [Atom(start=match.start(), end=match.end(), slot="year", rule="bare_year", when=when, grain="year", firm=False)]


def _lunar_year(match: re.Match[str]) -> list[Atom]:
    name = re.sub(r"\s+", " ", match["name"])
    year = calendar_lunar.years_by_name().get(name)
    if year is None:
        return []
    when = When(grain="year", year=year)
    return [Atom(start=match.start(), end=match.end(), slot="year", rule="lunar_year", when=when, grain="year", firm=False)]


def _decade(match: re.Match[str]) -> list[Atom]:
    digits = match["decade"]
    first = int(digits)
    if len(digits) == 2:
        century = number(match["c"]) if match["c"] and match["c"].isdigit() else _roman(match["c"]) if match["c"] else 20
        first += (century - 1) * 100
    when = When(grain="period", year=first, years=10)
    return [Atom(start=match.start(), end=match.end(), slot="closed", rule="decade", when=when, grain="period")]


def _century(match: re.Match[str]) -> list[Atom]:
    word = match["c"]
    century = int(word) if word.isdigit() else _roman(word)
    if not 1 <= century <= 22:
        return []
    when = When(grain="period", year=(century - 1) * 100 + 1, years=100)
    return [Atom(start=match.start(), end=match.end(), slot="closed", rule="century", when=when, grain="period")]


def _roman(word: str) -> int:
    total = 0
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in word]
    for value, following in zip(values, [*values[1:], 0], strict=True):
        total += -value if value < following else value
    return total


# ------------------------------------------------------------------------------------------------ relative units
SHIFTS = {
    "này": 0, "nay": 0, "trước": -1, "qua": -1, "vừa qua": -1, "vừa rồi": -1, "rồi": -1, "ngoái": -1, "kia": -2,
    "tới": 1, "sau": 1, "sắp tới": 1, "kế tiếp": 1, "tiếp theo": 1, "kế": 1, "tới đây": 1, "tới này": 1, "tiếp": 1,
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
    unit = UNITS[match["unit"]]
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
    if found.get("n2"):
        count, unit, grain = count * 12 + number(found["n2"]), "month", "day"
    when = When(grain=grain, unit=unit, shift=-count if back else count, exact=True)
    firm = bool(found.get("since")) or back or (found.get("dir") == "nữa" and unit != "year")
    firm = firm and unit not in ("hour", "minute")
    return [Atom(start=match.start(), end=match.end(), slot="closed", rule="ago", when=when, grain=grain, firm=firm)]


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


_ORDINALS = {"đầu tiên": 1, "thứ nhất": 1, "cuối cùng": -1}


def _ordinal(match: re.Match[str]) -> list[Atom]:
    """`ngày đầu tiên của`, `tuần thứ hai của`, `chủ nhật cuối cùng của` a month or year that follows."""
    words = re.sub(r"\s+", " ", match["nth"])
    nth = _ORDINALS.get(words) or number(words.removeprefix("thứ "))
    unit = match["unit"]
    weekday = None if unit in ("ngày", "tuần") else WEEKDAYS.get(unit.split()[-1], 6)
    when = When(grain="week" if unit == "tuần" else "day", nth=nth, weekday=weekday)
    return [Atom(start=match.start(), end=match.end(), slot="ordinal", rule="ordinal", when=when, firm=False)]


def _season(match: re.Match[str]) -> list[Atom]:
    month, day, last_month, last_day = SEASONS[match["season"]]
    words = re.sub(r"\s+", " ", match["shift"] or "")
    shift = YEAR_SHIFTS[words.removeprefix("năm ")] if words.startswith("năm ") else None
    until = When(grain="day", month=last_month, day=last_day)
    when = When(
        grain="day", month=month, day=day, until=until, shift=shift, unit="year" if words.startswith("năm ") else None,
        toward=None if not words else "past" if words in ("trước", "qua", "rồi", "vừa qua") else "future",
    )  # fmt: skip
    return [Atom(start=match.start(), end=match.end(), slot="closed", rule="season", when=when, grain="period", firm=bool(words))]


# ------------------------------------------------------------------------------------------------ weekday and clock
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One wording: the first words it may begin with (`0` is any digit), its pattern, how it is read."""

    words: str
    pattern: re.Pattern[str]
    read: Read


def _rule(words: str, pattern: str, read: Read) -> Rule:
    return Rule(words=words, pattern=_compile(pattern), read=read)


_NUMBER_WORDS = "một hai ba bốn năm sáu bảy tám chín mười"
_YEAR_LIST = rf"{YYYY}(?:{O}(?:,|{DASH}|/|và|đến|tới|hoặc){O}(?:năm{S})?{YYYY}(?!{O}[/-]\d)){{0,6}}"
_SPAN_WORDS = (
    rf"giai{S}đoạn|nhiệm{S}k[ỳì]|niên{S}kh[óo]a|niên{S}độ|khóa|thời{S}k[ỳì]|năm{S}học|mùa{S}giải|thời{S}gian"
    rf"|những{S}năm|các{S}năm|vụ"
)
_WEEKDAY_SHIFT = rf"vừa{S}qua|vừa{S}rồi|sắp{S}tới|tới|này|qua|rồi|trước|sau"
_YEAR_SHIFT = "nay|ngoái|trước|tới|sau"
STEMS = "giáp|ất|bính|đinh|mậu|k[ỷỉ]|canh|tân|nhâm|qu[ýí]"
BRANCHES = "tý|tí|sửu|dần|mão|mẹo|thìn|tỵ|tị|ngọ|mùi|thân|dậu|tuất|hợi"

# The longest first for each first word: the first rule that reads something wins.
RULES: tuple[Rule, ...] = (
    # 2021-07-23
    _rule("0", rf"(?P<y>{YYYY})(?P<sep>[/-])(?P<m>{MM})(?P=sep)(?P<d>{DD})(?:t(?=\d\d:)|(?!\w|[/-]\d))", _iso_day),
    # 30 Tết · 23 tháng Chạp · mùng 3 Tết · mồng 10 tháng Giêng · rằm tháng bảy · rằm
    _rule(
        "0 mùng mồng ngày",
        rf"(?:ngày{S})?(?:(?:mùng|mồng){S})?(?P<d>{DD}|{COUNT}){O}(?:tháng{S}(?P<mw>giêng|chạp)|(?P<tet>tết))(?!\w)",
        _lunar_day,
    ),
    _rule("rằm ngày", rf"(?:ngày{S})?(?P<full>rằm)(?:{S}tháng{S}(?P<mw>{MM}|{MONTH_WORD}))?(?P<d>)(?P<tet>)(?!\w)", _lunar_day),
    # ngày 23/7 · ngày 23-7-2021 · ngày 23 tháng 7 năm 2021 · mùng 5 tháng 3 · hôm 29/10
    _rule("ngày hôm đêm mùng mồng", rf"{LEAD}(?P<d>{DD})(?:{NUMERIC_TAIL}|{WORD_TAIL})", _named_day),
    # ngày mười lăm tháng hai · mùng một tháng ba
    _rule("ngày hôm mùng mồng", rf"{LEAD}(?P<d>{DAY_WORD}){WORD_TAIL}", _named_day),
    # ngày 19 12 2025: strokes lost
    _rule("ngày", rf"{LEAD}(?P<d>{DD}){S}(?P<m>{MM}){S}(?P<y>{YYYY})(?!\w|[/.]\d)", _named_day),
    # từ ngày 1 đến ngày 5/3 · ngày 24 và 25-4 · ngày 16-20/11/2025 · ngày 7, 8 tháng 3
    _rule("ngày hôm đêm mùng mồng", rf"{LEAD}{HEADS}(?P<d>{DD})(?:{NUMERIC_TAIL}|{WORD_TAIL})", _named_day),
    # ngày 26 · hôm 15 · ngày mùng 5
    _rule("ngày hôm mùng mồng", rf"{LEAD}(?P<d>{DD}){STOP}{_COUNTED}(?!{O}[/:]|{O}(?:h|giờ))", _named_day),
    # ngày đầu tiên của tháng 3 · tuần thứ hai của tháng 10 · chủ nhật cuối cùng của năm 2025
    _rule(
        "ngày tuần thứ chủ",
        rf"(?P<unit>ngày|tuần|thứ{S}(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ{S}nhật){S}"
        rf"(?P<nth>đầu{S}tiên|cuối{S}cùng|thứ{S}(?:nhất|hai|ba|tư|[1-5]))(?={S}(?:(?:của|trong){S})?(?:tháng|năm){S})",
        _ordinal,
    ),
    # hôm nay · ngày mai · cùng ngày
    _rule("hôm ngày bữa bây ngay hiện lúc", rf"(?:{_RELATIVE_DAY})(?!\w)", _relative_day),
    _rule("cùng", rf"cùng{S}(?:ngày|hôm|đêm)(?!\w)", _same_day),
    # 3 tuần trước · 2 năm 3 tháng trước · cách đây 2 năm · 3 năm nữa · sau 5 ngày (nữa)
    _rule(
        "0 " + _NUMBER_WORDS,
        rf"(?P<n>{COUNT}){S}(?P<unit>ngày|hôm|tuần(?:{S}lễ)?|tháng|quý|năm|giờ|tiếng|phút)(?:{S}đồng{S}hồ)?(?:{S}(?P<n2>{COUNT}){S}tháng)?{S}(?P<dir>trước{S}đây|trước|nữa|sau)(?!\w|{S}(?:khi|ngày|đó|lúc|khoảng|kỳ|hạn|thời|tết|lễ|sự|cuộc|kế|mùa|năm|tháng|mỗi|giờ|bầu|đại|trong|sinh|mắt|hết))",
        _ago,
    ),
    # 14h30 · 16 giờ 30 phút · 8 giờ kém 15 · 9:30 - 11:00 · 7h30-11h30
    _rule(
        "0",
        rf"(?P<h>{_H}):(?P<min>{_M})(?::\d\d)?(?:{O}(?:{DASH}|đến){O}(?P<h2>{_H}):(?P<min2>{_M}))?{_MERIDIEM}(?![\w:])",
        _clock,
    ),
    _rule(
        "0 " + _NUMBER_WORDS,
        rf"""(?P<h>{_H}|{COUNT}){O}(?:giờ|h|g(?=\d\d))(?:{O}(?P<min>{_M})(?:{O}(?:phút|p|'|’|\"))?(?!\w)|{S}(?P<halfhour>rưỡi)(?!\w)
        |{S}kém{S}(?P<minus>{COUNT})(?:{S}phút)?(?!\w)|(?!\w|{O}/))(?:{O}(?:{DASH}|đến){O}(?P<h2>{_H}){O}(?:giờ|h)(?:{O}(?P<min2>{_M}))?(?!\w|{O}/))?""",
        _clock,
    ),
    # 23/07/2021 · 15 tháng 3 · 16-20/11/2025 · 25/4
    _rule("0", rf"(?P<d>{DD}){WORD_TAIL}(?!{S}(?:ngày|tuần|lần|giờ|đêm))", _numeric_day),
    _rule("0", rf"(?P<d>{DD}){NUMERIC_TAIL}", _numeric_day),
    _rule("0", rf"(?P<heads>{DD}{O}(?:{DASH}|và|đến){O})(?P<d>{DD})(?:{NUMERIC_TAIL}|{WORD_TAIL})", _numeric_day),
    # 05/2021
    _rule("0", rf"(?P<m>{MM})/(?P<y>{YYYY})(?!\w|[/.]\d|/\w|-[^\W\d_])", _month_year),
    # 6 tháng đầu năm · 9 tháng đầu năm 2017 · 3 tháng cuối năm nay · nửa đầu năm · 9 tháng năm 2017
    _rule(
        "0 " + _NUMBER_WORDS,
        rf"(?P<n>{COUNT}){S}(?P<u>tháng|qu[ýí]){S}(?P<which>đầu|cuối)(?:{S}(?:của{S})?năm(?!{S}(?:học|tài{S}chính))(?:{S}(?P<rel>{_YEAR_SHIFT})(?!\w)|{O}/?{O}(?P<y>{YYYY}))?|{O}/{O}(?P<y2>{YYYY}))",
        _part_of_year,
    ),
    _rule("0 " + _NUMBER_WORDS, rf"(?P<n>{COUNT}){S}(?P<u>tháng|qu[ýí]){S}(?:của{S})?năm{S}(?P<y>{YYYY})", _part_of_year),
    _rule(
        "nửa sáu",
        rf"(?P<half>nửa){S}(?:năm{S})?(?P<which>đầu|cuối)(?:{S}(?:của{S})?năm(?!{S}(?:học|tài{S}chính))(?:{S}(?P<rel>{_YEAR_SHIFT})(?!\w)|{O}/?{O}(?P<y>{YYYY}))?)",
        _part_of_year,
    ),
    _rule(
        "cách",
        rf"(?P<since>cách{S}(?:đây|nay))(?:{S}(?:khoảng|hơn|gần|đúng|tròn))?{S}(?P<n>{COUNT}){S}(?P<unit>ngày|hôm|tuần|tháng|năm)(?:{S}(?P<n2>{COUNT}){S}tháng)?(?P<dir>)(?!\w)",
        _ago,
    ),
    _rule("sau", rf"sau{S}(?P<since>)(?P<n>{COUNT}){S}(?P<unit>ngày|hôm|tuần|tháng|năm)(?P<n2>)(?:{S}(?P<dir>nữa))?(?!\w)", _ago),
    # 10 ngày tới · 2 tuần vừa qua · trong vòng 3 tháng tới
    _rule(
        "0 " + _NUMBER_WORDS,
        rf"(?P<n>{COUNT}){S}(?P<unit>ngày|hôm|đêm|tuần(?:{S}lễ)?|tháng|quý|năm)(?:{S}(?:liên{S}tiếp|gần{S}đây))?{S}(?P<dir>vừa{S}qua|vừa{S}rồi|qua|gần{S}đây|gần{S}nhất|tới|sắp{S}tới|tiếp{S}theo|kế{S}tiếp)(?!\w)",
        _span,
    ),
    _rule("trong", rf"trong{S}(?:vòng{S})?(?P<n>{COUNT}){S}(?P<unit>ngày|tuần|tháng|năm)(?={O}(?:$|[.!\n]))", _within),
    # 2021 - 2030 · 2025
    _rule("0", rf"(?P<a>{YYYY}){O}{DASH}{O}(?P<b>{YYYY})(?!\w|[/-]\d|/\w)", _named_span),
    _rule("0", r"(?:19|20|21)\d\d(?!\w|[.,/:-]\d|%|/\w|-[^\W\d_])", _bare_year),
    # giai đoạn 2021-2025 · nhiệm kỳ 2020 - 2025 · năm học 2021-2022 · giai đoạn từ năm 2021 đến năm 2025
    _rule(
        "giai nhiệm niên khóa thời năm mùa những các vụ",
        rf"(?:{_SPAN_WORDS}){S}(?:từ{S})?(?:năm{S})?(?P<a>{YYYY})(?:{O}(?:{DASH}|/|đến|tới){O}|{S})(?:năm{S})?(?P<b>{YYYY}|\d\d(?![\d/.,-]))(?!\w|[/-]\d)",
        _named_span,
    ),
    # thập niên 90 (của thế kỷ XX) · những năm 1990 · thế kỷ XXI
    _rule(
        "thập những đầu cuối",
        rf"(?:thập{S}(?:niên|k[ỷỉ])|(?:đầu{S}|cuối{S})?những{S}năm){S}(?P<decade>(?:1[89]|20)\d0|\d0)(?!\d|{S}(?:tuổi|người|%))(?:(?:{S}của)?{S}thế{S}k[ỷỉ]{S}(?P<c>[ivx]{{1,5}}|\d\d)(?!\w))?",
        _decade,
    ),
    _rule("thế", rf"thế{S}k[ỷỉ]{S}(?:thứ{S})?(?P<c>[ivx]{{1,6}}|\d{{1,2}})(?!\w)", _century),
    # năm 2021 · năm 2021, 2022 và 2023 · năm Ất Tỵ · năm ngoái
    _rule("năm", rf"năm{S}(?P<ys>{_YEAR_LIST})(?!\d|[.,]\d\d\d)", _years),
    _rule("năm", rf"năm{S}(?P<ys>\d{{3}})(?P<none>)(?!\w|[.,]\d)", _old_year),
    _rule("năm xuân tết", rf"(?:năm|xuân){S}(?P<name>(?:{STEMS}){S}(?:{BRANCHES}))(?!\w)", _lunar_year),
    _rule("giáp ất bính đinh mậu kỷ canh tân nhâm quý", rf"(?P<name>(?:{STEMS}){S}(?:{BRANCHES}))(?!\w)", _lunar_year),
    _rule(
        "tuần tháng quý quí năm cuối đầu giữa",
        rf"(?:(?P<third>đầu|giữa|cuối){S})?(?P<unit>tuần|tháng|quý|quí|năm){S}(?P<shift>{_SHIFT})(?!\w)",
        _relative_unit,
    ),
    # tháng 3 · tháng 7/2021 · tháng 3 đến tháng 5/2021 · các tháng 3, 4 và 5
    _rule(
        "tháng các những",
        rf"(?:(?:các|những){S})?tháng{S}(?P<months>{MM}(?:{O}(?:,|và){O}(?:tháng{S})?{MM}){{1,6}})(?:(?:{O}/{O}|,?{S}năm{S})(?P<y>{YYYY}))?(?!\w|[/.,]\d)",
        _month_list,
    ),
    _rule(
        "tháng",
        rf"tháng{S}(?P<mw>{MM}){O}(?:{DASH}|đến|tới){O}(?:tháng{S})?(?P<to>{MM})(?:(?:{O}/{O}|,?{S}năm{S})(?P<y>{YYYY}))?(?!\w|[/.,]\d)",
        _month,
    ),
    _rule(
        "tháng",
        rf"tháng{S}(?P<mw>{MM})(?:(?:{O}[/.-]{O}|,?{S}(?:năm{S})?)(?P<y>{YYYY}))?(?!\w|[/.,]\d|{S}(?:lần|triệu|nghìn|tỷ|đồng|kỳ))",
        _month,
    ),
    _rule(
        "tháng",
        rf"tháng{S}(?P<mw>{MONTH_WORD})(?:(?:{O}[/.-]{O}|,?{S}(?:năm{S})?)(?P<y>{YYYY}))?(?!\w|{S}(?:lần|lượt|kỳ|phiên|buổi))",
        _month,
    ),
    # quý II/2021 · quý 3 · quý I và II · quý III năm 2021
    _rule(
        "quý quí các",
        rf"(?:các{S})?qu[ýí]{S}(?P<q>(?:iv|i{{1,3}}|[1-4]|một|hai|ba|tư|bốn)(?!\w)(?:{O}(?:,|và|{DASH}|đến|tới){O}(?:qu[ýí]{S})?(?:iv|i{{1,3}}|[1-4])(?!\w)){{0,3}})(?:(?:{O}[/.-]{O}|,?{S}(?:năm{S})?)(?P<y>{YYYY}))?(?!\w|[/.]\d)",
        _quarter,
    ),
    # cùng kỳ · cùng kỳ năm trước · cùng kỳ năm 2024
    _rule("cùng", rf"cùng{S}k[ỳì](?:{S}năm{S}(?:trước|ngoái|qua)|{S}(?:năm{S})?(?P<y>{YYYY}))?(?!\w)", _same_period),
    # thứ hai · thứ 5 tới · hôm thứ ba · chủ nhật · CN
    _rule(
        "thứ hôm",
        rf"(?:hôm{S})?thứ{O}(?P<day>hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])(?!\w|[/.,]\d)(?:{S}(?P<shift>{_WEEKDAY_SHIFT})(?!\w))?",
        _weekday,
    ),
    _rule(
        "chủ chúa hôm",
        rf"(?:hôm{S})?(?:chủ|chúa){S}nhật(?!\w)(?P<day>(?!))?(?:{S}(?P<shift>{_WEEKDAY_SHIFT})(?!\w))?",
        _weekday,
    ),
    _rule("cn", r"(?<![-/&])cn(?P<day>(?!))?(?P<shift>(?!))?(?!\w)", _weekday),
    _rule("t2 t3 t4 t5 t6 t7", r"(?<![-/&])t(?P<day>[2-7])(?P<shift>(?!))?(?!\w)", _weekday),
    # rạng sáng · sáng · chiều tối · nửa đêm
    _rule(
        "rạng sáng trưa chiều tối đêm khuya nửa giữa buổi lúc sớm",
        rf"(?:(?:buổi|lúc){S})?(?:rạng{S}sáng|sáng{S}sớm|chiều{S}tối|nửa{S}đêm|giữa{S}trưa|giữa{S}đêm|đêm{S}khuya|tối{S}khuya|sáng|trưa|chiều|tối|đêm|khuya)(?!\w)",
        _part,
    ),
    _rule("giữa", rf"giữa{S}trưa(?!\w)", _part),
    _rule("nay qua mai mốt kia", r"(?:nay|qua|mai|mốt|kia)(?!\w)", _relative_day),
    _rule("cuối", rf"cuối{S}tuần(?!\w)", _weekend),
    _rule("cuối đầu giữa", rf"(?:đầu|giữa|cuối){S}(?P<unit>tháng|quý|năm)(?!\w|{S}(?:\w+{S})?\d)", _vague_unit),
    _rule(
        "mùa",
        rf"mùa{S}(?P<season>xuân|hè|hạ|thu|đông)(?!\w)(?:{S}(?P<shift>này|tới|sau|trước|vừa{S}qua|qua|rồi|năm{S}(?:nay|ngoái|tới|sau|trước))(?!\w))?(?!{S}(?:năm{S})?\d)",
        _season,
    ),
)


def _holiday(match: re.Match[str], holidays: Mapping[str, Holiday]) -> list[Atom]:
    day = holidays[re.sub(r"\s+", " ", match.group())]
    when = When(
        grain="day", month=day.month, day=day.day, days=day.days, lunar=day.lunar, nth=day.nth, weekday=day.weekday
    )  # fmt: skip
    return [Atom(start=match.start(), end=match.end(), slot="holiday", rule="holiday", when=when, firm=day.firm)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day with names of its own, solar or lunar, or the nth weekday of a month."""

    names: tuple[str, ...]
    month: int
    day: int | None = None
    nth: int | None = None
    weekday: int | None = None
    days: int = 1
    lunar: bool = False
    firm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexer:
    """The rules by their first words, and the pattern that finds those words."""

    first: re.Pattern[str]
    rules_of: Mapping[str, tuple[Rule, ...]]

    @classmethod
    def of(cls, holidays: Sequence[Holiday] = ()) -> Lexer:
        """The rules of the language, and the named days that a word list knows."""
        rules = (*_holiday_rules(holidays), *RULES)
        words = {word for rule in rules for word in rule.words.split()}
        alternatives = "|".join(sorted(words - {"0"}, key=len, reverse=True))
        return cls(
            first=re.compile(rf"(?<!\w)(?<!\w[./,])(?:\d|(?:{alternatives})(?!\w))"),
            rules_of={word: tuple(rule for rule in rules if word in rule.words.split()) for word in words},
        )


def _holiday_rules(holidays: Sequence[Holiday]) -> tuple[Rule, ...]:
    by_name = {fold(name): day for day in holidays for name in day.names}
    if not by_name:
        return ()
    names = sorted(by_name, key=lambda name: (-len(name), name))
    first_words = " ".join(sorted({name.split()[0] for name in names}))
    pattern = rf"(?:{'|'.join(re.escape(name).replace(chr(92) + ' ', S) for name in names)})(?!\w)"
    return (_rule(first_words, pattern, lambda match: _holiday(match, by_name)),)


def find_atoms(folded: str, lexer: Lexer) -> Iterator[Atom]:
    """The pieces of time in the order of the text, none overlapping another."""
    end = 0
    for first in lexer.first.finditer(folded):
        start = first.start()
        if start < end:
            continue
        word = first.group()
        for rule in lexer.rules_of["0" if word.isdigit() else word]:
            match = rule.pattern.match(folded, start)
            atoms = rule.read(match) if match is not None else []
            if atoms:
                yield from atoms
                end = atoms[-1].end
                break
