"""Folded text -> months, quarters, parts of a year, years, terms, decades, centuries."""

from __future__ import annotations

import re

from pipeline.vietnamese import calendar_lunar
from pipeline.vietnamese.calendar_pieces import (
    COUNT,
    DASH,
    MM,
    MONTH_WORD,
    NUMBER_WORDS,
    SD,
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
from pipeline.vietnamese.calendar_values import MAX_YEAR, Grain, When
from pipeline.vietnamese.numbers import find_numbers


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
    months = 6 if found.get("half") else number(found.get("n") or "1") * (3 if (found.get("u") or "").startswith("qu") else 1)
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


def _spelled_year(match: re.Match[str]) -> list[Atom]:
    """`năm hai nghìn mười bốn`, `năm một nghìn chín trăm bảy mươi lăm`."""
    numbers = find_numbers(match["ys"])
    year = int(numbers[0].value or 0) if len(numbers) == 1 else 0
    if not 1000 <= year <= MAX_YEAR:
        return []
    return [
        Atom(
            start=match.start(),
            end=match.end(),
            slot="year",
            rule="spelled_year",
            when=When(grain="year", year=year),
            grain="year",
        )
    ]


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


_YEAR_LIST = rf"{YYYY}(?:{O}(?:,|{DASH}|/|và|đến|tới|hoặc){O}(?:năm{S})?{YYYY}(?!{O}[/-]\d)){{0,6}}"
_SPAN_WORDS = (
    rf"giai{S}đoạn|nhiệm{S}k[ỳì]|niên{S}kh[óo]a|niên{S}độ|khóa|thời{S}k[ỳì]|năm{S}học|mùa{S}giải|thời{S}gian"
    rf"|những{S}năm|các{S}năm|vụ"
)
_ONES = "một|mốt|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín"
_SPELLED_REST = rf"(?:{S}không{S}trăm)?(?:{S}(?:lẻ|linh))?(?:{S}(?:(?:{_ONES}){S}mươi|mười))?(?:{S}(?:{_ONES}))?"
# What follows a year and no thing counted: mỗi năm hai nghìn hộ
_SPELLED_END = rf"{O}(?:$|[.,;:()\n-])|{S}(?:đến|tới|thì|và|là|khi|đã|được|với|có|do|của|tại|ở)(?!\w)"
_YEAR_SHIFT = "nay|ngoái|trước|tới|sau"
STEMS = "giáp|ất|bính|đinh|mậu|k[ỷỉ]|canh|tân|nhâm|qu[ýí]"
BRANCHES = "tý|tí|sửu|dần|mão|mẹo|thìn|tỵ|tị|ngọ|mùi|thân|dậu|tuất|hợi"


# In the order of trial: the first rule that reads something wins.
RULES: tuple[Rule, ...] = (
    # 05/2021
    make_rule("0", rf"(?P<m>{MM})/(?P<y>{YYYY})(?!\w|[/.]\d|/\w|-[^\W\d_])", _month_year),
    # 6 tháng đầu năm · 9 tháng đầu năm 2017 · 3 tháng cuối năm nay · nửa đầu năm · 9 tháng năm 2017
    make_rule(
        "0 " + NUMBER_WORDS,
        rf"(?P<n>{COUNT}){S}(?P<u>tháng|qu[ýí]){S}(?P<which>đầu|cuối)(?:{S}(?:của{S})?năm(?!{S}(?:học|tài{S}chính))(?:{S}(?P<rel>{_YEAR_SHIFT})(?!\w)|{O}/?{O}(?P<y>{YYYY}))?|{O}/{O}(?P<y2>{YYYY}))",
        _part_of_year,
    ),
    make_rule("0 " + NUMBER_WORDS, rf"(?P<n>{COUNT}){S}(?P<u>tháng|qu[ýí]){S}(?:của{S})?năm{S}(?P<y>{YYYY})", _part_of_year),
    # quý đầu năm · quý cuối năm 2025
    make_rule(
        "quý quí",
        rf"(?P<u>qu[ýí]){S}(?P<which>đầu|cuối){S}năm(?!{S}học)(?:{S}(?P<rel>{_YEAR_SHIFT})(?!\w)|{O}/?{O}(?P<y>{YYYY}))?",
        _part_of_year,
    ),
    make_rule(
        "nửa sáu",
        rf"(?P<half>nửa){S}(?:năm{S})?(?P<which>đầu|cuối)(?:{S}(?:của{S})?năm(?!{S}(?:học|tài{S}chính))(?:{S}(?P<rel>{_YEAR_SHIFT})(?!\w)|{O}/?{O}(?P<y>{YYYY}))?)",
        _part_of_year,
    ),
    # 2021 - 2030 · 2025
    make_rule("0", rf"(?P<a>{YYYY}){O}{DASH}{O}(?P<b>{YYYY})(?!\w|[/-]\d|/\w)", _named_span),
    make_rule("0", r"(?:19|20|21)\d\d(?!\w|[.,/:-]\d|%|/\w|-[^\W\d_])", _bare_year),
    # giai đoạn 2021-2025 · nhiệm kỳ 2020 - 2025 · năm học 2021-2022 · giai đoạn từ năm 2021 đến năm 2025
    make_rule(
        "giai nhiệm niên khóa thời năm mùa những các vụ",
        rf"(?:{_SPAN_WORDS}){S}(?:từ{S})?(?:năm{S})?(?P<a>{YYYY})(?:{O}(?:{DASH}|/|đến|tới){O}|{S})(?:năm{S})?(?P<b>{YYYY}|\d\d(?![\d/.,-]))(?!\w|[/-]\d)",
        _named_span,
    ),
    # thập niên 90 (của thế kỷ XX) · những năm 1990 · thế kỷ XXI
    make_rule(
        "thập những đầu cuối",
        rf"(?:thập{S}(?:niên|k[ỷỉ])|(?:đầu{S}|cuối{S})?những{S}năm){S}(?P<decade>(?:1[89]|20)\d0|\d0)(?!\d|{S}(?:tuổi|người|%))(?:(?:{S}của)?{S}thế{S}k[ỷỉ]{S}(?P<c>[ivx]{{1,5}}|\d\d)(?!\w))?",
        _decade,
    ),
    make_rule("thế", rf"thế{S}k[ỷỉ]{S}(?:thứ{S})?(?P<c>[ivx]{{1,6}}|\d{{1,2}})(?!\w)", _century),
    # năm 2021 · năm 2021, 2022 và 2023 · năm Ất Tỵ · năm ngoái
    make_rule("năm", rf"năm{SD}(?P<ys>{_YEAR_LIST})(?!\d|[.,]\d\d\d)", _years),
    make_rule(
        "năm",
        rf"năm{S}(?P<ys>(?:một{S}(?:nghìn|ngàn){S}\w{{2,4}}{S}trăm|hai{S}(?:nghìn|ngàn)){_SPELLED_REST}(?!\w))(?={_SPELLED_END})",
        _spelled_year,
    ),
    make_rule("năm", rf"năm{S}(?P<ys>\d{{3}})(?P<none>)(?!\w|[.,]\d)", _old_year),
    make_rule("năm xuân tết", rf"(?:năm|xuân){S}(?P<name>(?:{STEMS}){S}(?:{BRANCHES}))(?!\w)", _lunar_year),
    make_rule("giáp ất bính đinh mậu kỷ canh tân nhâm quý", rf"(?P<name>(?:{STEMS}){S}(?:{BRANCHES}))(?!\w)", _lunar_year),
    # tháng 3 · tháng 7/2021 · tháng 3 đến tháng 5/2021 · các tháng 3, 4 và 5
    make_rule(
        "tháng các những",
        rf"(?:(?:các|những){S})?tháng{S}(?P<months>{MM}(?:{O}(?:,|và){O}(?:tháng{S})?{MM}){{1,6}})(?:(?:{O}/{O}|,?{S}năm{S})(?P<y>{YYYY}))?(?!\w|[/.,]\d)",
        _month_list,
    ),
    make_rule(
        "tháng",
        rf"tháng{S}(?P<mw>{MM}){O}(?:{DASH}|đến|tới){O}(?:tháng{S})?(?P<to>{MM})(?:(?:{O}/{O}|,?{S}năm{S})(?P<y>{YYYY}))?(?!\w|[/.,]\d)",
        _month,
    ),
    make_rule(
        "tháng",
        rf"tháng{SD}(?P<mw>{MM})(?:(?:{O}[/.-]{O}|,?{S}(?:năm{S})?)(?P<y>{YYYY}))?(?!\w|[/.,]\d|{S}(?:lần|triệu|nghìn|tỷ|đồng|kỳ))",
        _month,
    ),
    make_rule(
        "tháng",
        rf"tháng{S}(?P<mw>{MONTH_WORD})(?:(?:{O}[/.-]{O}|,?{S}(?:năm{S})?)(?P<y>{YYYY}))?(?!\w|{S}(?:lần|lượt|kỳ|phiên|buổi|bên|đơn{S}vị|nước|địa{S}phương|người|cơ{S}quan|số|dự{S}án)(?!\w))",
        _month,
    ),
    # quý II/2021 · quý 3 · quý I và II · quý III năm 2021
    make_rule(
        "quý quí các",
        rf"(?:các{S})?qu[ýí]{S}(?P<q>(?:iv|i{{1,3}}|[1-4]|một|hai|ba|tư|bốn)(?!\w)(?:{O}(?:,|và|{DASH}|đến|tới){O}(?:qu[ýí]{S})?(?:iv|i{{1,3}}|[1-4])(?!\w)){{0,3}})(?:(?:{O}[/.-]{O}|,?{S}(?:năm{S})?)(?P<y>{YYYY}))?(?!\w|[/.]\d)",
        _quarter,
    ),
)
