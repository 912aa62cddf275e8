"""Tables and gold -> what was found, invented and missed, fact by fact, each error with its sentence and offsets.

Precision, recall and F1 are over all gold articles together. Some facts are looked at once more: among the officials that were
found, how many have the right status; these are shares, and their names begin with two blanks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.review.gold import Gold, Wanted
from pipeline.review.sameness import (
    is_part_of,
    normalise,
    same_body,
    same_byline,
    same_number,
    same_role,
    same_task,
    same_unit,
    same_words,
)
from pipeline.review.scores import (
    Evaluation,
    Mistake,
    Said,
    Score,
    day_of,
    distinct,
    distinct_counts,
    distinct_wanted,
    one_wanted,
    said_of,
    same_cell,
    show_cells,
    text_of,
)
from pipeline.review.sheet import sentence_around
from pipeline.tables import Plain, read_plain_rows

READ = ("persons", "mentions", "officials", "dates", "counts", "deadlines", "documents", "recurrences")


Same = Callable[[Said, Wanted], bool]
Rows = Mapping[str, Sequence[Mapping[str, Plain]]]


def evaluate(folder: Path, gold: Sequence[Gold]) -> Evaluation:
    """Score the tables of a folder. Raises FileNotFoundError where nothing was extracted."""
    articles = _articles_of(folder, gold)
    wanted = {str(article["article_id"]) for article in articles.values()}
    tables = {name: _rows_by_article(name, folder, wanted) for name in READ if name not in ("persons", "documents")}
    persons = {str(row["person_id"]): row for row in read_plain_rows("persons", folder)}
    numbers = {str(row["document_id"]): row["number"] for row in read_plain_rows("documents", folder)}
    scores: dict[str, Score] = {}
    for one in gold:
        article = articles.get(one.source)
        key = str(article["article_id"]) if article else ""
        rows = {name: by_article.get(key, []) for name, by_article in tables.items()}
        _Reader(one, article or {}, rows, persons, numbers, scores).score()
    return Evaluation(scores, tuple(one.source for one in gold if one.source not in articles))


def _articles_of(folder: Path, gold: Iterable[Gold]) -> dict[str, Mapping[str, Plain]]:
    """The article of each gold source: by its path in the corpus, or by the name of the file alone."""
    by_path: dict[str, Mapping[str, Plain]] = {}
    sources = {one.source for one in gold}
    names = {source.rsplit("/", 1)[-1] for source in sources}
    for row in read_plain_rows("articles", folder):
        source = str(row["source"])
        if source in sources or source.rsplit("/", 1)[-1] in names:
            by_path[source] = row
    by_name = {source.rsplit("/", 1)[-1]: row for source, row in by_path.items()}
    found = {source: by_path.get(source) or by_name.get(source.rsplit("/", 1)[-1]) for source in sources}
    return {source: row for source, row in found.items() if row is not None}


def _rows_by_article(name: str, folder: Path, wanted: set[str]) -> dict[str, list[Mapping[str, Plain]]]:
    rows: dict[str, list[Mapping[str, Plain]]] = {}
    for row in read_plain_rows(name, folder):
        if row["article_id"] in wanted:
            rows.setdefault(str(row["article_id"]), []).append(row)
    return rows


class _Reader:
    """The facts of one article against its gold."""

    def __init__(
        self,
        gold: Gold,
        article: Mapping[str, Plain],
        rows: Rows,
        persons: Mapping[str, Mapping[str, Plain]],
        numbers: Mapping[str, Plain],
        scores: dict[str, Score],
    ) -> None:
        self.gold, self.article, self.rows, self.persons, self.numbers, self.scores = (
            gold,
            article,
            rows,
            persons,
            numbers,
            scores,
        )
        self.text = str(article.get("text") or "")
        self.called = self._names()

    def score(self) -> None:
        """Every fact that the gold tells of."""
        self._score_about()
        for kind, read in (
            ("persons", self._score_persons), ("officials", self._score_officials), ("dates", self._score_dates),
            ("counts", self._score_counts), ("deadlines", self._score_deadlines), ("documents", self._score_documents),
            ("recurrences", self._score_recurrences),
        ):  # fmt: skip
            if kind in self.gold.entries:
                read(self.gold.entries[kind])
        self._score_quotes()

    def _score_about(self) -> None:
        strings = self.gold.strings
        if "title" in strings:
            self._compare(
                "title", self._about("title"), one_wanted(strings["title"]), lambda a, b: same_cell(a, b, "v"), show=("v",)
            )
        if "published" in strings:
            day = Said(cells={"v": str(self.article.get("published_at") or "")[:10]})
            said = [day] if day.cells["v"] else []
            wanted = one_wanted(strings["published"][:10]) if strings["published"] else []
            self._compare("published", said, wanted, lambda a, b: a.cells["v"] == b.cells["v"], show=("v",))
        if strings.get("author"):
            said = self._about("author") if self.article.get("author") else []
            self._compare(
                "author", said, one_wanted(strings["author"]), lambda a, b: same_byline(a.cells["v"], b.cells["v"]), show=("v",)
            )

    def _about(self, column: str) -> list[Said]:
        return [Said(cells={"v": text_of(self.article.get(column))})] if self.article else []

    def _score_persons(self, wanted: Sequence[Wanted]) -> None:
        said = [
            Said(cells={"name": text_of(self.persons[key]["name"])}, names=names)
            for key, names in self.called.items()
            if key in self.persons
        ]
        self._compare("persons", said, wanted, lambda a, b: normalise(b.cells["name"]) in a.names, show=("name",))

    def _score_officials(self, wanted: Sequence[Wanted]) -> None:
        rows = [
            said_of(row, person=self._person_name(row), role=row["role"], org=row["organization"], status=row["status"])
            for row in self.rows["officials"]
        ]
        said = [
            Said(cells=one.cells, start=one.start, end=one.end, names=self.called[str(row["person_id"])])
            for one, row in zip(rows, self.rows["officials"], strict=True)
        ]
        said = distinct(said, "person", "role", "org")
        said = [one for one in said if not any(is_part_of(one.cells, other.cells) for other in said)]
        shown = ("person", "role", "org")

        def same_holding(a: Said, b: Wanted) -> bool:
            return normalise(b.cells["person"]) in a.names and same_role(
                a.cells["role"], a.cells["org"], b.cells["role"], b.cells.get("org")
            )

        pairs = self._compare("officials", said, wanted, same_holding, show=shown)
        self._among("  status", pairs, "status", lambda a, b: a == b, show=shown)
        self._compare(
            "officials+org", said, wanted,
            lambda a, b: same_holding(a, b) and same_body(a.cells["org"], b.cells.get("org")), show=shown,
        )  # fmt: skip

    def _score_dates(self, wanted: Sequence[Wanted]) -> None:
        rows = [row for row in self.rows["dates"] if row["value_start"]]
        said = [said_of(row, start=row["value_start"], end=row["value_end"], text=row["text"]) for row in rows]
        self._compare(
            "dates", distinct(said, "start", "end", exact=True), distinct_wanted(wanted, "start", "end"),
            lambda a, b: all(day_of(a.cells[name]) == day_of(b.cells[name]) for name in ("start", "end")), show=("text", "start", "end"),
        )  # fmt: skip

    def _score_counts(self, wanted: Sequence[Wanted]) -> None:
        said = [
            said_of(row, **{name: row[name] for name in ("text", "value", "total", "unit", "kind")})
            for row in self.rows["counts"]
        ]
        pairs = self._compare(
            "counts", distinct_counts(said), wanted,
            lambda a, b: same_number(a.cells["value"], b.cells["value"])
            and same_number(a.cells["total"], b.cells.get("total"))
            and same_unit(a.cells["unit"], b.cells.get("unit")),
            show=("text", "value", "total", "unit"),
        )  # fmt: skip
        self._among("  kind", pairs, "kind", lambda a, b: a == b, show=("text",))

    def _score_deadlines(self, wanted: Sequence[Wanted]) -> None:
        columns = ("task", "text", "responsible", "assigned_by")
        said = [
            said_of(row, end=row["due_end"], **{name: row[name] for name in columns})
            for row in self.rows["deadlines"]
            if row["due_end"]
        ]
        self._compare(
            "deadline days", distinct(said, "end", exact=True), distinct_wanted(wanted, "end"),
            lambda a, b: day_of(a.cells["end"]) == day_of(b.cells["end"]), show=("end", "text"),
        )  # fmt: skip
        pairs = self._compare(
            "deadlines", said, wanted,
            lambda a, b: day_of(a.cells["end"]) == day_of(b.cells["end"]) and same_task(a.cells["task"], b.cells.get("task")),
            show=("end", "task"),
        )  # fmt: skip
        self._among("  responsible", pairs, "responsible", same_words, show=("end", "task"))
        self._among("  assigned by", pairs, "assigned_by", same_words, show=("end", "task"))

    def _score_documents(self, wanted: Sequence[Wanted]) -> None:
        cited = [(row, self.numbers.get(str(row["document_id"]))) for row in self.rows["mentions"]]
        said = [said_of(row, number=number) for row, number in cited if number]
        self._compare("documents", distinct(said, "number"), wanted, lambda a, b: same_cell(a, b, "number"), show=("number",))

    def _score_recurrences(self, wanted: Sequence[Wanted]) -> None:
        said = [said_of(row, every=row["every"]) for row in self.rows["recurrences"]]
        self._compare(
            "recurrences", distinct(said, "every", exact=True), distinct_wanted(wanted, "every", whole=True),
            lambda a, b: a.cells["every"] == b.cells["every"], show=("every",),
        )  # fmt: skip

    def _score_quotes(self) -> None:
        text = normalise(self.text)
        for name, held in (("keep", True), ("drop", False)):
            for quote in self.gold.quotes[name]:
                score = self.scores.setdefault(f"text {name}", Score())
                right = (normalise(quote) in text) is held
                score.found += right
                score.missed += not right
                if not right:
                    kind = "lost" if held else "kept"
                    score.mistakes.append(self._mistake(f"text {name}", kind, quote, self._find(quote)))

    def _compare(self, fact: str, said: list[Said], wanted: Sequence[Wanted], same: Same, *, show: tuple[str, ...]) -> _Pairs:
        """One to one: entries that are asked for choose first; optional ones take what fits, and nobody minds."""
        score = self.scores.setdefault(fact, Score())
        left, pairs = list(said), []
        for entry in sorted(wanted, key=lambda entry: entry.optional):
            found = next((one for one in left if same(one, entry)), None)
            if found is not None:
                left = [one for one in left if one is not found]
            if entry.optional:
                continue
            if found is not None:
                score.found += 1
                pairs.append((found, entry))
            else:
                score.missed += 1
                shown = show_cells(entry.cells, show)
                score.mistakes.append(self._mistake(fact, "missed", shown, self._place_of(entry)))
        score.extra += len(left)
        score.mistakes.extend(self._mistake(fact, "extra", show_cells(one.cells, show), (one.start, one.end)) for one in left)
        return pairs

    def _among(
        self, fact: str, pairs: _Pairs, column: str, good: Callable[[str | None, str | None], bool], *, show: tuple[str, ...]
    ) -> None:
        """Of what was found, how much is right in one more column, where the gold tells it."""
        for said, wanted in pairs:
            if wanted.cells.get(column) is None:
                continue
            score = self.scores.setdefault(fact, Score())
            if good(said.cells.get(column), wanted.cells[column]):
                score.found += 1
                continue
            score.extra += 1
            score.missed += 1
            shown = f"{show_cells(wanted.cells, show)}: is {said.cells.get(column)!r}, not {wanted.cells[column]!r}"
            score.mistakes.append(self._mistake(fact, "wrong", shown, (said.start, said.end)))

    def _names(self) -> dict[str, frozenset[str]]:
        """Every name by which the rows of this article call each person."""
        names: dict[str, set[str]] = {}
        for row in (*self.rows["mentions"], *self.rows["officials"]):
            key = row["person_id"]
            if not key:
                continue
            person = self.persons.get(str(key), {})
            forms = (person.get("name"), *str(person.get("aliases") or "").split(";"), row.get("person"), row["text"])
            names.setdefault(str(key), set()).update(normalise(str(form)) for form in forms if form is not None)
        return {key: frozenset(forms) for key, forms in names.items()}

    def _person_name(self, row: Mapping[str, Plain]) -> Plain:
        return self.persons.get(str(row["person_id"]), {}).get("name") or row["person"]

    def _place_of(self, entry: Wanted) -> tuple[int | None, int | None]:
        """Where the words of a missed entry stand, if the text holds them."""
        words = next((entry.cells[key] for key in ("text", "name", "number", "person", "v") if entry.cells.get(key)), None)
        return self._find(words) if words else (None, None)

    def _find(self, words: str) -> tuple[int | None, int | None]:
        start = (
            self.text.casefold().find(words.casefold()) if len(self.text.casefold()) == len(self.text) else self.text.find(words)
        )
        return (start, start + len(words)) if start >= 0 else (None, None)

    def _mistake(self, fact: str, kind: str, shown: str, place: tuple[int | None, int | None]) -> Mistake:
        start, end = place
        sentence = sentence_around(self.text, start, end)
        return Mistake(fact=fact, source=self.gold.source, kind=kind, shown=shown, start=start, end=end, sentence=sentence)


_Pairs = list[tuple[Said, Wanted]]
