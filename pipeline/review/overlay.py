"""The results of a run with a person's corrections laid over them: what joining and the tables are made from.

The kept results stay as they were read: a changed corrections file makes anew the articles it names, and reads nothing again.
"""

from __future__ import annotations

import dataclasses
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.cache import Cache
from pipeline.model import Issue, Row
from pipeline.resolve.evidence import Evidence
from pipeline.resolve.resolution import Resolution
from pipeline.review.applying import Corrected, Decision, Tables, correct_article, settle, unfit
from pipeline.review.corrections import FILE, Corrections
from pipeline.review.values import THING_COLUMNS, Unfit, parse_value
from pipeline.tables import TABLES
from pipeline.work import unpack_tables

REMEMBERED = "corrections.json"  # in the folder of a generation: what did not fit when its tables were made
_ID = re.compile(rb'"([0-9a-f]{16})"')


class Overlay:
    """What a run's results are after correction. `whole` is False where only a part of the corpus was read (`--only`)."""

    def __init__(self, corrections: Corrections, cache: Cache, *, whole: bool) -> None:
        self._cache = cache
        self._whole = whole
        self._decisions = settle(corrections.lines)
        self._corrected: dict[str, Corrected] = {}
        self._fitted: set[str] = set()
        self._issues: list[Issue] = []
        if self._decisions:
            self._correct_articles()

    def evidence(self) -> Iterator[Evidence]:
        """The evidence of every article that was not dropped."""
        for data in self._cache.evidence():
            evidence = Evidence.from_json(data)
            corrected = self._corrected.get(evidence.article_id)
            if corrected is None:
                yield evidence
            elif corrected.evidence is not None:
                yield corrected.evidence

    def results(self) -> Iterator[Tables]:
        """The rows of every article that was not dropped."""
        for article_id, _, result in self._cache.articles() if self._corrected else ():
            corrected = self._corrected.get(article_id)
            if corrected is None:
                yield unpack_tables(result)
            elif corrected.tables is not None:
                yield corrected.tables
        if not self._corrected:
            yield from map(unpack_tables, self._cache.results())

    def correct_things(self, resolution: Resolution) -> Resolution:
        """What is said of persons, organisations, documents and events themselves, laid over what was joined."""
        if not self._decisions:
            return resolution
        changed: dict[str, tuple[Row, ...]] = {}
        for name in THING_COLUMNS:
            key = TABLES[name].key
            rows: tuple[Row, ...] = getattr(resolution, name)
            changed[name] = tuple(
                self._correct_thing(row, self._decisions[key_of]) if (key_of := getattr(row, key)) in self._decisions else row
                for row in rows
            )
        return dataclasses.replace(resolution, **changed)  # type: ignore[arg-type]

    def outcome(self) -> Outcome:
        """What the corrections came to, once everything was laid over."""
        lost = [one for key, one in self._decisions.items() if key not in self._fitted] if self._whole else []
        what = "no row has the id {}; it is no longer found, or its input is gone: look it up in the tables, or take the line out"
        unfit_issues = (*self._issues, *(unfit(FILE, one.lines[-1], what.format(one.row_id)) for one in lost))
        n_applied = len(self._fitted) - len(self._issues)
        return Outcome(n_applied, unfit_issues)

    def _correct_articles(self) -> None:
        named = {line.article_id for decision in self._decisions.values() for line in decision.lines if line.article_id}
        placed = {key for key, one in self._decisions.items() if any(line.article_id for line in one.lines)}
        sought = {key.encode() for key in self._decisions.keys() - placed}
        for article_id, evidence, result in self._cache.articles():
            if article_id not in named and article_id not in self._decisions and not _names_one(result, sought):
                continue
            corrected = correct_article(unpack_tables(result), Evidence.from_json(evidence), self._decisions)
            if corrected.fitted:
                self._corrected[article_id] = corrected
                self._fitted |= corrected.fitted
                self._issues.extend(corrected.issues)

    def _correct_thing(self, row: Row, decision: Decision) -> Row:
        self._fitted.add(decision.row_id)
        table = TABLES[row.TABLE]
        if decision.drop is not None:
            what = f"rows refer to this one of {table.name}; drop the mentions and positions that name it instead"
            self._issues.append(unfit(table.name, decision.drop, what))
            return row
        try:
            values = {name: parse_value(table, name, line.value) for name, line in decision.values.items()}
        except Unfit as error:
            self._issues.append(unfit(table.name, decision.lines[-1], str(error)))
            return row
        if "name" in values and "aliases" not in values:
            forms = {form for form in (*row.aliases.split(";"), row.name) if form} - {values["name"]}  # type: ignore[attr-defined]
            values["aliases"] = ";".join(sorted(forms))
        return dataclasses.replace(row, **values)


def _names_one(result: bytes, sought: set[bytes]) -> bool:
    """Whether one of the ids stands in a packed result, without reading it as JSON."""
    return bool(sought) and not sought.isdisjoint(_ID.findall(zlib.decompress(result)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What corrections came to: rows that are as a person said, and what did not fit."""

    n_applied: int = 0
    unfit: tuple[Issue, ...] = ()


def remember_outcome(folder: Path, outcome: Outcome) -> None:
    """Keep beside the tables what came of the corrections when they were made."""
    (folder / REMEMBERED).write_text(json.dumps(dataclasses.asdict(outcome), ensure_ascii=False), "utf-8")


def remembered_outcome(folder: Path | None) -> Outcome:
    """What came of the corrections when the tables of a generation were made: of an unchanged run it is still true."""
    path = folder / REMEMBERED if folder is not None else None
    if path is None or not path.exists():
        return Outcome()
    said = json.loads(path.read_text("utf-8"))
    return Outcome(said["n_applied"], tuple(Issue(**issue) for issue in said["unfit"]))
