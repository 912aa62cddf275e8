"""A short line -> the moment of publication that a portal printed there, and what else stood in the line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
EARLIEST_YEAR = 1990  # no portal is older
LATEST_YEAR = 2099
MAX_LINE = 300

MONTH_NAMES = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_VIETNAMESE_MONTH = (
    r"(?:mười\s(?:một|hai)|mười|một|giêng|hai|ba|tư|bốn|năm|sáu|bảy|bẩy|tám|chín|chạp|"
    r"1[0-2]|0?[1-9])(?!\w)"
)
_ENGLISH_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_YEAR = r"(?:19|20)\d\d"

# Thứ năm, 16/12/2021 11:20 · 23-07-2021 · 22.04.2025
_NUMERIC = rf"(?P<day>\d{{1,2}})\s?(?P<mark>[/.\-])\s?(?P<month>\d{{1,2}})\s?(?P=mark)\s?(?P<year>{_YEAR})"
# 2021-07-23T14:11:00+07:00 · 2021/07/23
_ISO = rf"(?P<iso_year>{_YEAR})(?P<iso_mark>[-/])(?P<iso_month>\d{{1,2}})(?P=iso_mark)(?P<iso_day>\d{{1,2}})"
# ngày 16 tháng 12 năm 2021 · 23 Tháng Bảy, 2021
_SPELLED = (
    rf"(?:ngày\s)?(?P<said_day>\d{{1,2}})\s(?:tháng|thg)\s(?P<said_month>{_VIETNAMESE_MONTH}),?\s(?:năm\s)?(?P<said_year>{_YEAR})"
)
# Tháng Bảy 23, 2021
_MONTH_FIRST = rf"(?:tháng|thg)\s(?P<first_month>{_VIETNAMESE_MONTH})\s(?P<first_day>\d{{1,2}}),?\s(?P<first_year>{_YEAR})"
# July 23, 2021 · 23 July 2021
_ENGLISH = (
    rf"(?:(?P<en_day>\d{{1,2}})(?:st|nd|rd|th)?\s)?(?P<en_month>{_ENGLISH_MONTH})\s(?:(?P<en_day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s)?"
    rf"(?P<en_year>{_YEAR})"
)
_DATE = re.compile(
    rf"(?<![\w/.-])(?:{_ISO}|{_NUMERIC}|{_SPELLED}|{_MONTH_FIRST}|{_ENGLISH})(?!\d|[/-]\d)(?=[T_]\d\d:|\W|$)", re.IGNORECASE
)
# 11:20 · 11:20:05 · 11h20 · 11 giờ 20 · 11:20 SA · 2:05 PM
_TIME = re.compile(
    r"(?<![\d:])(?P<hour>[01]?\d|2[0-3])\s?(?P<colon>:|h|giờ)\s?(?P<minute>[0-5]\d)(?:\s?phút)?"
    r"(?P<second>:[0-5]\d(?:\.\d{1,9})?)?['’′]?(?!\d)(?:\s?(?P<half>SA|CH|AM|PM)\b)?",
    re.IGNORECASE,
)
# GMT+7 · (GMT +7) · +07:00 · UTC+7 · Z
_ZONE = re.compile(
    r"\(?\b(?:GMT|UTC)\s?(?P<named>[+-]\s?\d{1,2})?(?::?00)?\)?|(?<=\d)(?P<offset>[+-]\d\d:?\d\d)(?!\d)|(?<=\d)(?P<zulu>Z)\b",
    re.I,
)
_WEEKDAY = re.compile(
    r"\b(?:thứ\s(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s?nhật|cn|t[2-7]|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"(?:mon|tue|wed|thu|fri|sat|sun)(?=\.?,|\.?\s\d))\b",
    re.IGNORECASE,
)
# The label says whether this is the first publication. Longest first.
_FIRST_LABEL = re.compile(
    r"\b(?:(?:giờ|ngày|thời\sgian)\s(?:đăng|xuất\sbản|phát\shành|ban\shành|tạo|viết)(?:\sbài)?(?:\s(?:viết|tin))?(?:\sgốc)?(?:\slúc)?"
    r"|(?:tin\s|bài\s)?(?:đã\s)?(?:đăng(?!\sbởi)|xuất\sbản|đăng\stải)(?:\s(?:lúc|ngày|vào))?|posted(?:\son)?|published(?:\son)?|publish\sdate"
    r"|thời\sgian|ngày)\b\s?:?",
    re.IGNORECASE,
)
_UPDATE_LABEL = re.compile(
    r"\b(?:(?:ngày\s|giờ\s|thời\sgian\s)?(?:cập\snhật|chỉnh\ssửa|sửa\sđổi)(?:\s(?:lần\scuối|cuối(?:\scùng)?|mới\snhất|lúc|ngày|vào|bài\sviết))*"
    r"|(?:last\s)?(?:updated|modified)(?:\son)?)\b\s?:?",
    re.IGNORECASE,
)
_PIECES = re.compile(r"\s+[-–•]\s+|\s*[|;]\s*")
_SEPARATORS = re.compile(r"^[\s,;:|()\[\]/.•·–—\-]+|[\s,;:|()\[\]/.•·–—\-]+$|\b(?:lúc|vào\slúc|ngày)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A moment with its grain (`minute`, `day`); `rest` is what else the line says, empty for a line that is all stamp."""

    moment: datetime
    grain: str
    update: bool
    rest: str


def read_stamp(line: str) -> Stamp | None:
    """The first date of a short line, with the time beside it; None where the line has no full, possible date.

    `Thứ năm, 16/12/2021 11:20` -> 16 December 2021 11:20, nothing left; `Huy Kiên - 23/07/2021` leaves `Huy Kiên`.
    """
    if len(line) > MAX_LINE:
        return None
    date = _DATE.search(line)
    if date is None:
        return None
    pieces = _PIECES.split(line)
    dated = [piece for piece in pieces if _DATE.search(piece)]
    if len(dated) > 1:  # Ngày cập nhật: 06/03/2024 08:00 - Ngày đăng: 05/03/2024 14:02
        first = next((piece for piece in dated if not _UPDATE_LABEL.search(piece)), dated[0])
        return read_stamp(" | ".join([first, *(piece for piece in pieces if piece not in dated)]))
    day = _read_day(date)
    if day is None:
        return None
    around = f"{line[: date.start()]} \x00 {line[date.end() :].removeprefix('T')}"
    time = _nearest(around)
    zone = _ZONE.search(around, time.end() if time else 0) or _ZONE.search(around)
    moment = _join(day, time, zone)
    update = _UPDATE_LABEL.search(around) is not None
    for found in sorted(filter(None, (time, zone)), key=lambda m: -m.start()):
        around = f"{around[: found.start()]} {around[found.end() :]}"
    rest = around.replace("\x00", " ")
    for pattern in (_DATE, _WEEKDAY, _UPDATE_LABEL, _FIRST_LABEL):
        rest = pattern.sub(" ", rest)
    rest = _SEPARATORS.sub(" ", re.sub(r"\s+", " ", rest)).strip()
    rest = _SEPARATORS.sub(" ", rest).strip()
    return Stamp(moment=moment, grain="minute" if time else "day", update=update, rest=rest)


def _nearest(around: str) -> re.Match[str] | None:
    place = around.index("\x00")
    times = list(_TIME.finditer(around))
    return min(times, key=lambda m: abs(m.start() - place), default=None)


def _read_day(match: re.Match[str]) -> datetime | None:
    said = {name: value for name, value in match.groupdict().items() if value is not None}
    month_text = said.get("said_month") or said.get("first_month") or (said.get("en_month") or "")[:3]
    month_number = said.get("month") or said.get("iso_month")
    day = next((said[name] for name in ("day", "iso_day", "said_day", "first_day", "en_day", "en_day2") if name in said), None)
    year = next(said[name] for name in ("year", "iso_year", "said_year", "first_year", "en_year") if name in said)
    if day is None or not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
        return None
    if month_number is None:
        folded = re.sub(r"\s+", " ", month_text.lower())
        month_number = folded if folded.isdigit() else str(MONTH_NAMES.get(folded, 0))
    if int(month_number) > 12 >= int(day) and "month" in said:  # 7/23/2021 2:11:00 PM, as American software writes
        day, month_number = month_number, day
    try:
        return datetime(int(year), int(month_number), int(day), tzinfo=VIETNAM)
    except ValueError:
        return None


def _join(day: datetime, time: re.Match[str] | None, zone: re.Match[str] | None) -> datetime:
    if time is None:
        return day
    hour, half = int(time["hour"]), (time["half"] or "").upper()
    if half in ("CH", "PM") and hour < 12:
        hour += 12
    elif half in ("SA", "AM") and hour == 12:
        hour = 0
    moment = day.replace(hour=hour, minute=int(time["minute"]))
    offset = _read_offset(zone) if zone else None
    if offset is not None and offset != timedelta(hours=7):
        moment = moment.replace(tzinfo=timezone(offset)).astimezone(VIETNAM)
    return moment


def _read_offset(zone: re.Match[str]) -> timedelta | None:
    if zone["zulu"]:
        return UTC.utcoffset(None)
    said = (zone["named"] or zone["offset"] or "").replace(" ", "").replace(":", "")
    if not said:
        return None
    hours, minutes = (int(said[1:3]), int(said[3:5] or 0)) if len(said) > 3 else (int(said[1:]), 0)
    span = timedelta(hours=min(hours, 14), minutes=minutes)
    return -span if said[0] == "-" else span
