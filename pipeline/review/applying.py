"""The rows of one article and what a person says of them -> the rows as they should be, with evidence that follows."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.facts.dates import DateRow
from pipeline.facts.deadlines import DeadlineRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.officials import OfficialRow
from pipeline.facts.organization_grammar import match_organization
from pipeline.facts.organization_names import Organization, article_place, expand, read_context
from pipeline.facts.organizations import OrganizationRow, organization_row
from pipeline.facts.persons import PersonRow
from pipeline.model import Article, Findings, Issue, Row, make_id
from pipeline.resolve.evidence import Evidence, evidence_of
from pipeline.review.corrections import DROP, Correction
from pipeline.review.values import Unfit, check_row, parse_value
from pipeline.tables import TABLES, Plain, Value, to_plain, to_row
from pipeline.vietnamese.spelling import fold

RULE = "correction"
Tables = dict[str, list[list[Plain]]]


@dataclass(slots=True)
class Decision:
    """What all lines about one row come to: a later line wins over an earlier one about the same cell."""

    row_id: str
    drop: Correction | None = None
    values: dict[str, Correction] = field(default_factory=dict)
    right: Correction | None = None

    @property
    def lines(self) -> tuple[Correction, ...]:
        """The lines that count, at least one."""
        said = (self.drop, *self.values.values(), self.right)
        return tuple(line for line in said if line)


def settle(lines: Iterable[Correction]) -> dict[str, Decision]:
    """Lines in the order of the file -> one decision for each row."""
    decisions: dict[str, Decision] = {}
    for line in lines:
        decision = decisions.setdefault(line.row_id, Decision(line.row_id))
        if line.column:
            decision.drop = None
            decision.values[line.column] = line
        elif line.value == DROP:
            decisions[line.row_id] = Decision(line.row_id, drop=line)
        else:
            decision.drop, decision.right = None, line
    return decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """One article after correction; `tables` and `evidence` are None where the article itself was dropped."""

    tables: Tables | None
    evidence: Evidence | None
    issues: tuple[Issue, ...]
    fitted: frozenset[str]  # ids of the rows that decisions were found for


def correct_article(tables: Tables, evidence: Evidence, decisions: Mapping[str, Decision]) -> Corrected:
    """Apply what is said of rows of this article; a decision about a row of another one is passed over."""
    desk = _Desk(tables, evidence)
    here = [decisions[key] for key in desk.rows if key in decisions]
    for decision in sorted(here, key=lambda one: not isinstance(desk.rows[one.row_id], DateRow)):  # deadlines follow their dates
        desk.apply(decision)
    fitted = frozenset(decision.row_id for decision in here)
    about = decisions.get(desk.article.article_id)
    if about is not None:
        fitted |= {about.row_id}
        if about.drop is not None:
            return Corrected(tables=None, evidence=None, issues=(), fitted=fitted)
        desk.correct_article_row(about)
    return Corrected(tables=desk.tables(), evidence=desk.evidence(), issues=tuple(desk.issues), fitted=fitted)


class _Desk:
    """The rows of one article while they are corrected."""

    def __init__(self, tables: Tables, evidence: Evidence) -> None:
        (about,) = tables["articles"]
        self.article = _article_of(dict(zip((c.name for c in TABLES["articles"].columns), about, strict=True)))
        self._about = list(about)
        self._order = [name for name in tables if name != "articles"]
        self.rows: dict[str, Row] = {
            str(getattr(row, TABLES[name].key)): row
            for name in self._order
            for row in (to_row(TABLES[name], plain) for plain in tables[name])
        }
        self.persons = {row.person_id: row for row in evidence.persons}
        self.organizations = {row.org_id: row for row in evidence.organizations}
        self.documents = {row.document_id: row for row in evidence.documents}
        self._named = self._references()
        self.issues: list[Issue] = []

    def apply(self, decision: Decision) -> None:
        """One row dropped, corrected or confirmed; what does not fit leaves the row as it was and gives an issue."""
        row = self.rows[decision.row_id]
        if isinstance(row, DateRow) and row.kind == "published":
            self._complain(decision, row, "the stamp of the article; tell the day in a sidecar (NAME.meta.json beside the file)")
        elif decision.drop is not None:
            del self.rows[decision.row_id]
            self._forget(decision.row_id)
        else:
            try:
                corrected = self._corrected(row, decision)
            except Unfit as error:
                self._complain(decision, row, str(error))
                return
            self.rows[decision.row_id] = corrected
            self._follow(row, corrected)

    def correct_article_row(self, decision: Decision) -> None:
        """Title, summary and the like of the article itself."""
        table = TABLES["articles"]
        for column, line in decision.values.items():
            try:
                value = parse_value(table, column, line.value)
            except Unfit as error:
                self.issues.append(unfit(self.article.source, line, str(error)))
                continue
            self._about[table.place_of(column)] = None if value is None else str(value)
        about = dict(zip((c.name for c in table.columns), self._about, strict=True))
        self.article = _article_of(about)

    def tables(self) -> Tables:
        """The rows as plain values, in the order they had."""
        done: Tables = {"articles": [self._about]}
        for name in self._order:
            rows = [row for row in self.rows.values() if name == row.TABLE]
            done[name] = list(map(to_plain, rows))
        return done

    def evidence(self) -> Evidence:
        """What joining needs, of the rows as they are now; what no row names any more is gone."""
        now = self._references()
        gone = self._named - now
        things = (*self.persons.values(), *self.organizations.values(), *self.documents.values())
        kept = [row for row in things if getattr(row, TABLES[row.TABLE].key) not in gone]
        return evidence_of(self.article, Findings().with_rows([*self.rows.values(), *kept]))

    def _corrected(self, row: Row, decision: Decision) -> Row:
        table = TABLES[row.TABLE]
        values: dict[str, Value] = {name: parse_value(table, name, line.value) for name, line in decision.values.items()}
        if "text" in values:
            values |= self._span_of(str(values["text"]), row)
        if isinstance(row, OfficialRow):
            if "person" in values:
                values["person_id"] = self._person(str(values["person"]), row.person_id).person_id
            if "organization" in values:
                values["org_id"] = self._organization(values["organization"])
        elif isinstance(row, DeadlineRow):
            if "responsible" in values:
                values["responsible_org_id"] = _named_so(values["responsible"], self.organizations)
            if "assigned_by" in values:
                values["assigned_by_person_id"] = _named_so(values["assigned_by"], self.persons)
        corrected = _marked(row, values)
        check_row(corrected)
        return corrected

    def _span_of(self, quote: str, row: Row) -> dict[str, Value]:
        """Where a corrected quotation stands: over the old one, or in the one place where it stands at all."""
        text, old = self.article.text, (getattr(row, "start", None) or 0, getattr(row, "end", None) or 0)
        starts = list(_find(quote, text)) if quote else []
        over = [start for start in starts if start < old[1] and old[0] < start + len(quote)]
        fits = over or starts
        if not starts:
            raise Unfit(f"{quote!r} is not in the text of {self.article.source}; copy the words from `articles.text`")
        if len(fits) > 1:
            raise Unfit(f"{quote!r} stands {len(fits)} times in {self.article.source}; quote more words around it")
        return {"start": fits[0], "end": fits[0] + len(quote)}

    def _person(self, name: str, instead_of: str) -> PersonRow:
        """The person of that name in this article; a new one, of the same place, where nobody here is called so."""
        known = _named_so(name, self.persons)
        if known is not None:
            return self.persons[known]
        old = self.persons.get(instead_of)
        place = old.place if old else article_place(self.article)
        person = PersonRow(person_id=make_id("person", fold(name), place or ""), name=name, place=place)
        self.persons[person.person_id] = person
        return person

    def _organization(self, name: Value) -> str | None:
        """The id of the organisation of that name, which joins the evidence where this article did not name it yet."""
        if name is None:
            return None
        known = _named_so(name, self.organizations)
        if known is not None:
            return known
        row = organization_row(_read_organization(str(name), self.article))
        self.organizations.setdefault(row.org_id, row)
        return row.org_id

    def _follow(self, old: Row, new: Row) -> None:
        """Rows that say the same thing beside: a deadline its date, mentions and other positions of a phrase their person."""
        if isinstance(old, DateRow) and isinstance(new, DateRow):
            said, now = (old.value_start, old.value_end), (new.value_start, new.value_end)
            for key, row in self.rows.items():
                if isinstance(row, DeadlineRow) and row.date_id == new.date_id and (row.due_start, row.due_end) == said != now:
                    self.rows[key] = _marked(row, {"due_start": now[0], "due_end": now[1]})
        elif isinstance(old, OfficialRow) and isinstance(new, OfficialRow) and old.person_id != new.person_id:
            self._follow_person(old, new)

    def _follow_person(self, old: OfficialRow, new: OfficialRow) -> None:
        """The phrase's own mentions and positions; the rest of the article too, where it names the old person in short only."""
        for key, row in self._of_person(old.person_id):
            if isinstance(row, OfficialRow | MentionRow) and old.start <= row.start and row.end <= old.end:
                self._refer(key, row, new)
        rest = self._of_person(old.person_id)
        name = fold(self.persons[old.person_id].name)
        if not any(isinstance(row, OfficialRow) or (isinstance(row, MentionRow) and fold(row.text) == name) for _, row in rest):
            for key, row in rest:
                self._refer(key, row, new)
        for key in (old.person_id, new.person_id):
            self.persons[key] = dataclasses.replace(self.persons[key], evidence=";".join(self._positions(key)))

    def _refer(self, key: str, row: Row, new: OfficialRow) -> None:
        """One row to another person, and the words it names the person with to the person's other forms."""
        if isinstance(row, DeadlineRow):
            self.rows[key] = _marked(row, {"assigned_by_person_id": new.person_id, "assigned_by": new.person})
            return
        more: dict[str, Value] = {"person": new.person} if isinstance(row, OfficialRow) else {}
        self.rows[key] = _marked(row, {"person_id": new.person_id, **more})
        if isinstance(row, MentionRow) and row.rule != "persons.by_position":
            person = self.persons[new.person_id]
            forms = {form for form in (*person.aliases.split(";"), row.text) if form} - {person.name}
            self.persons[new.person_id] = dataclasses.replace(person, aliases=";".join(sorted(forms)))

    def _of_person(self, person_id: str) -> list[tuple[str, Row]]:
        """The rows that refer to a person."""
        columns = ("person_id", "assigned_by_person_id")
        return [(key, row) for key, row in self.rows.items() if person_id in [getattr(row, name, None) for name in columns]]

    def _forget(self, date_id: str) -> None:
        """A deadline keeps its days where the expression they came from was dropped."""
        for key, row in self.rows.items():
            if isinstance(row, DeadlineRow) and row.date_id == date_id:
                self.rows[key] = dataclasses.replace(row, date_id=None)

    def _positions(self, person_id: str) -> list[str]:
        held = [row for row in self.rows.values() if isinstance(row, OfficialRow) and row.person_id == person_id]
        return sorted({row.role + (f" {row.organization}" if row.organization else "") for row in held})

    def _references(self) -> set[str]:
        """The ids of persons, organisations and documents that rows name."""
        columns = {name: [c.name for c in table.columns if c.refers and c.refers != "articles"] for name, table in TABLES.items()}
        return {value for row in self.rows.values() for name in columns[row.TABLE] if (value := getattr(row, name))}

    def _complain(self, decision: Decision, row: Row, what: str) -> None:
        self.issues.append(unfit(self.article.source, decision.lines[-1], what, quote=getattr(row, "text", None)))


def unfit(source: str, line: Correction, what: str, *, quote: str | None = None) -> Issue:
    """The issue of a correction that no longer fits."""
    return Issue(source=source, step="correct", kind="unfit correction", message=f"{line.place}: {what}", quote=quote)


def _marked(row: Row, values: Mapping[str, Value]) -> Row:
    """The row with new values, and that a person said so."""
    return dataclasses.replace(row, **{**values, "rule": RULE, "confidence": 1.0})


def _article_of(about: Mapping[str, Plain]) -> Article:
    """As much of an article as its row tells."""
    published = about["published_at"]
    return Article(
        article_id=str(about["article_id"]),
        source=str(about["source"]),
        text=str(about["text"]),
        url=_word(about["url"]),
        portal=_word(about["portal"]),
        language=str(about["language"]),
        title=_word(about["title"]),
        published_at=datetime.fromisoformat(str(published)) if published else None,
    )


def _word(value: Plain) -> str | None:
    return None if value is None else str(value)


def _named_so(name: Value, things: Mapping[str, PersonRow] | Mapping[str, OrganizationRow]) -> str | None:
    """The id of the one thing of this article that bears the name, in any spelling."""
    if name is None:
        return None
    wanted = fold(str(name))
    whole = [key for key, row in things.items() if fold(row.name) == wanted]
    other = [key for key, row in things.items() if wanted in map(fold, row.aliases.split(";"))]
    fits = whole or other
    return fits[0] if len(fits) == 1 else None


def _read_organization(name: str, article: Article) -> Organization:
    """Kind, place and time of a body whose full name a person gave: read from the name, which stays as given."""
    context = read_context(dataclasses.replace(article, text=name, title=None, summary=None))
    match = match_organization(name, fold(name), 0)
    read = expand(match, context) if match and match.own_end == len(name) else None
    if read is None:
        return Organization(name=name, kind=match.kind if match else "other")
    return read if fold(read.name) == fold(name) else dataclasses.replace(read, name=name)


def _find(quote: str, text: str) -> Iterator[int]:
    start = text.find(quote)
    while start >= 0:
        yield start
        start = text.find(quote, start + 1)
