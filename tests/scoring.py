"""Tables and gold -> what was found, invented and missed, fact by fact: the scorer of the floors in `tests/floors.toml`.

Gold is one JSON object for each article; an entry with `"optional": true` is neither asked for nor held against the tables.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipeline.vietnamese.spelling import fold

Entry = Mapping[str, object]
Same = Callable[[Entry, Entry], bool]

_SHORT = {"ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân", "bcđ": "ban chỉ đạo", "tp": "thành phố"}
_CURRENCIES = {"đồng": "vnd", "usd": "usd", "vnd": "vnd"}


@dataclass(slots=True)
class Score:
    """How many entries of one fact were found, invented and missed, with each error told."""

    found: int = 0
    invented: int = 0
    missed: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.invented) if self.found + self.invented else 1.0

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0


def read_gold(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def score_tables(tables: Mapping[str, pd.DataFrame], gold: Iterable[Entry]) -> dict[str, Score]:
    """Scores by fact, over all articles of the gold."""
    scores: dict[str, Score] = {}
    articles = {str(row["source"]): row for row in tables["articles"].to_dict("records")}
    for want in gold:
        article = articles.get(str(want["source"]), {})
        rows = {name: _rows_of(table, article.get("article_id")) for name, table in tables.items()}
        for fact, (said, same) in _read_facts(article, rows, tables).items():
            if fact in want:
                _compare(scores.setdefault(fact, Score()), want, fact, said, same)
        text = _words(article.get("text"))
        for fact, held in (("keep", True), ("drop", False)):
            score = scores.setdefault(fact, Score())
            for quote in want[fact]:  # type: ignore[attr-defined]
                right = (f" {_words(quote)} " in f" {text} ") is held and bool(text)
                score.found += right
                score.missed += not right
                if not right:
                    score.errors.append(f"{want['source']}: {'lost' if held else 'kept'}: {quote}")
    return scores


def _read_facts(
    article: Mapping[str, object], rows: Mapping[str, Sequence[Entry]], tables: Mapping[str, pd.DataFrame]
) -> dict[str, tuple[list[Entry], Same]]:
    """What the tables say of one article, in the words of the gold, and when two entries are the same."""
    people = {row["person_id"]: row for row in tables["persons"].to_dict("records")}
    numbers = dict(zip(tables["documents"]["document_id"], tables["documents"]["number"], strict=True))
    spoken = rows["mentions"] + rows["officials"]  # type: ignore[operator]
    persons = {row["person_id"]: _names(people, row) for row in spoken if row.get("person_id") in people}
    stamp = article.get("published_at")
    return {
        "title": (_present(article.get("title")), lambda a, b: _words(a["v"]) == _words(b["v"])),
        "published": (_present(None if pd.isna(stamp) else stamp.isoformat()[:16]), _same_stamp),  # type: ignore[attr-defined]
        "author": (_present(article.get("author")), lambda a, b: _words(a["v"]) == _words(b["v"])),
        "persons": ([{"v": names} for names in persons.values()], lambda a, b: _words(b["v"]) in a["v"]),  # type: ignore[operator]
        "officials": (_officials(rows["officials"], people), _same_official),
        "dates": (
            [
                {"start": _day(row["value_start"]), "end": _day(row["value_end"])}
                for row in rows["dates"]
                if _day(row["value_end"])
            ],
            lambda a, b: (a["start"], a["end"]) == (b["start"], b["end"]),
        ),
        "counts": ([{name: row[name] for name in ("kind", "value", "total", "unit")} for row in rows["counts"]], _same_count),
        "deadlines": (
            [{"due_end": row["due_end"], "task": row["task"]} for row in rows["deadlines"] if _day(row["due_end"])],
            _same_deadline,
        ),
        "documents": (
            [{"v": numbers[row["document_id"]]} for row in rows["mentions"] if isinstance(numbers.get(row["document_id"]), str)],
            lambda a, b: _words(a["v"]) == _words(b["v"]),
        ),
        "recurrences": (
            [{"every": row["every"]} for row in rows["recurrences"]],
            lambda a, b: a["every"] == b.get("every", b.get("v")),
        ),
    }


def _compare(score: Score, want: Entry, fact: str, said: list[Entry], same: Same) -> None:
    """One to one; required entries choose first, and what is said twice counts once."""
    wanted = want[fact] if isinstance(want[fact], list) else [want[fact]]
    entries = [entry if isinstance(entry, dict) else {"v": entry} for entry in wanted]  # type: ignore[attr-defined]
    left: list[Entry] = []
    for entry in said:
        if not any(_key(entry) == _key(other) for other in left):
            left.append(entry)
    for entry in sorted(entries, key=lambda entry: bool(entry.get("optional"))):
        match = next((other for other in left if same(other, entry)), None)
        if match is not None:
            left = [other for other in left if other is not match and not (fact == "officials" and same(other, entry))]
            score.found += not entry.get("optional")
        elif not entry.get("optional"):
            score.missed += 1
            score.errors.append(f"{want['source']}: {fact}: missed: {_show(entry)}")
    score.invented += len(left)
    score.errors.extend(f"{want['source']}: {fact}: invented: {_show(entry)}" for entry in left)


def _rows_of(table: pd.DataFrame, article_id: object) -> list[Entry]:
    if "article_id" not in table.columns or article_id is None:
        return []
    return table[table["article_id"] == article_id].to_dict("records")  # type: ignore[return-value]


def _names(people: Mapping[object, Entry], row: Entry) -> frozenset[str]:
    person = people[row["person_id"]]
    return frozenset(_words(name) for name in (person["name"], *str(person["aliases"] or "").split(";")))


def _officials(rows: Sequence[Entry], people: Mapping[object, Entry]) -> list[Entry]:
    return [
        {
            "names": _names(people, row) | {_words(row["person"])},
            "role": row["role"],
            "org": "" if pd.isna(row["organization"]) else row["organization"],  # type: ignore[arg-type]
            "status": row["status"],
        }
        for row in rows
    ]


def _same_official(said: Entry, want: Entry) -> bool:
    """The person, the status, and the same words of role and organisation; of the organisation a fuller name is welcome."""
    if _words(want["person"]) not in said["names"] or said["status"] != want["status"]:  # type: ignore[operator]
        return False
    asked = Counter(_words(f"{want['role']} {want['org']}").split())
    given = Counter(_words(f"{said['role']} {said['org']}").split())
    return not asked - given and sum(given.values()) <= 2 * sum(asked.values())


def _same_count(said: Entry, want: Entry) -> bool:
    for column in ("value", "total"):
        a, b = said[column], want.get(column)
        if (a is None or pd.isna(a)) != (b is None) or (b is not None and float(a) != float(b)):  # type: ignore[arg-type]
            return False
    a, b = (_CURRENCIES.get(str(unit).lower(), _words(unit) or str(unit)) for unit in (said["unit"], want["unit"]))
    return said["kind"] == want["kind"] and (f"{a} ".startswith(f"{b} ") or f"{b} ".startswith(f"{a} "))


def _same_deadline(said: Entry, want: Entry) -> bool:
    """The day, and at least half of the words of the shorter telling of the task."""
    a, b = (Counter(_words(task).split()) for task in (said["task"], want["task"]))
    return _day(said["due_end"]) == want["end"] and sum((a & b).values()) >= 0.5 * min(sum(a.values()), sum(b.values())) > 0


def _same_stamp(said: Entry, want: Entry) -> bool:
    """To the minute where the gold has one."""
    return str(said["v"]).startswith(str(want["v"]))


def _present(value: object) -> list[Entry]:
    return [{"v": value}] if isinstance(value, str) and value else []


def _day(value: object) -> str:
    return "" if pd.isna(value) else str(value)[:10]  # type: ignore[call-overload]


def _words(text: object) -> str:
    """Folded words with abbreviations told in full: `UBND tỉnh` and `Uỷ ban nhân dân tỉnh` are the same."""
    folded = fold(unicodedata.normalize("NFC", str(text or "")))
    spaced = "".join(ch if ch.isalnum() else " " for ch in folded)
    return " ".join(_SHORT.get(word, word) for word in spaced.split() if word not in ("và", "của"))


def _key(entry: Entry) -> str:
    columns = (
        "v",
        "names",
        "role",
        "org",
        "status",
        "start",
        "end",
        "kind",
        "value",
        "total",
        "unit",
        "due_end",
        "task",
        "every",
    )
    return repr(
        [_words(entry[name]) if name in ("role", "org", "unit", "task") else entry[name] for name in columns if name in entry]
    )


def _show(entry: Entry) -> str:
    names = (
        "v",
        "person",
        "names",
        "role",
        "org",
        "status",
        "text",
        "start",
        "end",
        "value",
        "total",
        "unit",
        "due_end",
        "task",
        "every",
    )
    return " | ".join(str(entry[name]) for name in names if name in entry)
