"""All articles, one by one -> the figures of the first page; rejects and issues -> the list of problems."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.report.lists import Entry, ListOfEntries
from pipeline.report.printer import INDEX, Printer
from pipeline.report.reading import stream_rows
from pipeline.tables import IssueRow, RejectRow, RunRow

DAYS, MONTHS, PORTALS, SHOWN = 31, 24, 20, 8  # lines of each chart and panel


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart: `width` is 0 to 100; `first` and `last` are the days it stands for."""

    label: str
    count: int
    width: float
    first: str | None = None
    last: str | None = None
    parts: str = ""


class Tally:
    """What the overview counts while the articles pass by."""

    def __init__(self) -> None:
        self.articles = 0
        self.repeats = 0
        self.undated = 0
        self.lost_chars = 0
        self._days: dict[str, Counter[str]] = {}
        self._portals: Counter[str] = Counter()

    def add(self, *, portal: str | None, day: str | None, is_repeat: bool, lost_chars: int) -> None:
        """Count one article."""
        self.articles += 1
        self.repeats += is_repeat
        self.lost_chars += lost_chars
        self._portals[portal or "—"] += 1
        if day is None:
            self.undated += 1
        else:
            self._days.setdefault(day, Counter())[portal or "—"] += 1

    def days(self) -> list[Bar]:
        """The newest days that have articles."""
        newest = sorted(self._days, reverse=True)[:DAYS]
        return list(_bars((day, self._days[day].total(), day, day, _parts(self._days[day])) for day in newest))

    def months(self) -> list[Bar]:
        """The newest months that have articles."""
        months: Counter[str] = Counter()
        for day, portals in self._days.items():
            months[day[:7]] += portals.total()
        newest = sorted(months, reverse=True)[:MONTHS]
        return list(_bars((month, months[month], f"{month}-01", _last_day(month), "") for month in newest))

    def portals(self) -> list[Bar]:
        """The portals with most articles."""
        most = sorted(self._portals.items(), key=lambda item: (-item[1], item[0]))[:PORTALS]
        return list(_bars((portal, count, None, None, "") for portal, count in most))


def _last_day(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{month}-{monthrange(year, number)[1]:02}"


def _bars(lines: Iterator[tuple[str, int, str | None, str | None, str]]) -> Iterator[Bar]:
    found = list(lines)
    most = max((count for _, count, *_ in found), default=1)
    for label, count, first, last, parts in found:
        yield Bar(label, count, round(100 * count / most, 1), first, last, parts)


def _parts(portals: Counter[str]) -> str:
    return ", ".join(f"{portal} {count}" for portal, count in sorted(portals.items(), key=lambda item: (-item[1], item[0]))[:8])


def last_run(folder: Path) -> RunRow | None:
    """The run that began last."""
    return max(stream_rows(RunRow, folder), key=lambda run: run.started_at, default=None)


def problem_entries(folder: Path, run: RunRow | None) -> Iterator[Entry]:
    """All inputs that cannot be read, and what the last run met and did not understand."""
    for number, reject in enumerate(stream_rows(RejectRow, folder)):
        about = f"{reject.error}: {reject.message}"
        yield Entry(order=(0, number), href=None, title=reject.source, about=about, group=reject.stage, tags=("rejected",))
    for number, issue in enumerate(stream_rows(IssueRow, folder)):
        if run is None or issue.run_id == run.run_id:
            about = f"{issue.kind}: {issue.message}"
            yield Entry(
                order=(1, number), href=None, title=issue.source, about=about, group=issue.step, tags=("issue",),
                more=issue.quote or "",
            )  # fmt: skip


def write_overview(
    printer: Printer, tally: Tally, lists: dict[str, ListOfEntries], run: RunRow | None, common: dict[str, object]
) -> None:
    """The first page."""
    deadlines = lists["deadlines"]
    values = common | {
        "here": "overview",
        "tally": tally,
        "run": run,
        "ahead": deadlines.first(SHOWN, tag="ahead"),
        "overdue": deadlines.first(SHOWN, tag="overdue"),
        "progress": lists["progress"].first(SHOWN),
        "persons": lists["persons"].first(SHOWN),
        "organizations": lists["organizations"].first(SHOWN),
        "problems": lists["problems"].first(SHOWN),
        "sizes": {name: len(one) for name, one in lists.items()},
        "states": {tag: deadlines.count(tag) for tag in ("ahead", "overdue", "undated")},
        "problem_counts": {tag: lists["problems"].count(tag) for tag in ("rejected", "issue")},
    }
    printer.write(INDEX, "overview", values)
