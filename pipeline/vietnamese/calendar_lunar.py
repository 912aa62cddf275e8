"""Vietnamese lunar day, month, year -> solar date; the only file that knows `lunar_vn`."""

from __future__ import annotations

import functools
from datetime import date, timedelta

from lunar_vn import convert_lunar_to_solar
from lunar_vn.can_chi import get_year_can_chi

from pipeline.vietnamese.spelling import fold

# `lunar_vn` keeps 1900 to 2100; a lunar year ends in the next solar one.
FIRST_YEAR, LAST_YEAR = 1901, 2098
# The sixty-year cycle in which a year told by its stem and branch alone (`Ất Tỵ`) is read.
_CYCLE_START = 1984


@functools.lru_cache(maxsize=2048)
def to_solar(year: int, month: int, day: int) -> date | None:
    """The solar date; month 0 is the last of the year before (`30 Tết` of 2025 is in month 0 of 2025).

    Day 30 of a month of 29 days is its last day: New Year's Eve is called `30 Tết` in those years too.
    """
    first, last = month_days(year, month)
    return min(first + timedelta(days=day - 1), last)


@functools.lru_cache(maxsize=512)
def month_days(year: int, month: int) -> tuple[date, date]:
    """First and last solar day of a lunar month (the regular one where there is a leap month too)."""
    if month == 0:
        year, month = year - 1, 12
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"lunar year {year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    first = convert_lunar_to_solar(1, month, year)
    # A lunar month has 29 or 30 days: the thirtieth is its own unless it already begins the next month.
    following = _following_first(year, month, first)
    return first, following - timedelta(days=1)


def _following_first(year: int, month: int, first: date) -> date:
    next_year, next_month = (year + 1, 1) if month == 12 else (year, month + 1)
    following = convert_lunar_to_solar(1, next_month, next_year)
    if (following - first).days <= 30:
        return following
    return convert_lunar_to_solar(1, month, year, 1)  # the leap month of the same name comes between


@functools.cache
def years_by_name() -> dict[str, int]:
    """Folded stem and branch (`ất tỵ`, also `ất tị`) -> year of the present cycle."""
    names = {fold(get_year_can_chi(year)): year for year in range(_CYCLE_START, _CYCLE_START + 60)}
    return names | {name.replace("tỵ", "tị").replace("kỷ", "kỉ").replace("quý", "quí"): year for name, year in names.items()}
