"""One article with its rows -> its page (or pages), and what lists, entities and the overview need to know of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.facts.counts import CountRow
from pipeline.facts.deadlines import DeadlineRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.officials import OfficialRow
from pipeline.report.findings import (
    KINDS,
    Field,
    Part,
    World,
    entity_href,
    format_number,
    plain_number,
    read_findings,
    row_key,
    spans_of,
    split_parts,
)
from pipeline.report.highlight import Open, Paragraph, Words, mark_paragraphs
from pipeline.report.lists import Entry, backwards, distinct, join_words
from pipeline.report.printer import PAGES, Printer
from pipeline.report.reading import Packed, day_of, title_of
from pipeline.report.safe import shorten, web_address
from pipeline.report.spool import Record
from pipeline.tables import ArticleRow

CONTEXT = 70  # characters shown on both sides of a mention
QUOTE = 200  # characters of a mention shown on the page of what is mentioned


Step = tuple[str, str, str | None, tuple[str, ...]]
RowShown = tuple[str, str, bool, str, str, str, tuple[Field, ...]]


@dataclass(frozen=True, slots=True)
class Section:
    """All findings of one kind: (key, quotation, whether it is in the text, rule, confidence, as shown, fields) each."""

    kind: str
    rows: list[RowShown]


class ArticleView:
    """One article as the report shows it."""

    def __init__(self, packed: Packed) -> None:
        read = packed.unpack()
        self.article = read.article
        self.facts = read.facts
        self.original, self.reports = packed.original, packed.reports
        self.world = World(packed.names)
        self.title = title_of(read.article)
        self.day = day_of(read.article)
        self.findings = read_findings(read.facts, read.article.text, self.world)
        self.parts = split_parts(read.article.text, self.findings)
        self._part_of = {one.key: number for number, part in enumerate(self.parts, 1) for one in part.findings}

    @property
    def is_repeat(self) -> bool:
        return self.article.duplicate_of is not None

    def href(self, part: int = 1) -> str:
        """Its page, from `pages/`."""
        return entity_href("articles", self.article.article_id, part)

    def place(self, kind: str, row_id: str) -> str:
        """The words of one row in its page, from `pages/`."""
        key = row_key(kind, row_id)
        return f"{self.href(self._part_of.get(key, 1))}#t-{key}"


def write_article(view: ArticleView, printer: Printer) -> None:
    """The page of one article; several where it is very long."""
    article = view.article
    values: dict[str, object] = {
        "here": "",
        "article": article,
        "title": view.title,
        "day_published": view.day,
        "moment": article.published_at.strftime("%H:%M")
        if article.published_at and article.published_grain == "minute"
        else None,
        "url": web_address(article.url),
        "original": view.original,
        "reports": view.reports,
        "entity_href": entity_href,
        "last_part": len(view.parts),
    }
    for number, part in enumerate(view.parts, 1):
        paragraphs = mark_paragraphs(article.text, spans_of(part.findings), part.start, part.end)
        shown = values | {
            "part": number,
            "paragraphs": [_flat(paragraph) for paragraph in paragraphs],
            "roles": _roles(paragraphs, article),
            "sections": _sections(part),
        }
        printer.write(f"{PAGES}/{view.href(number)}", "article", shown)


def _roles(paragraphs: list[Paragraph], article: ArticleRow) -> list[str]:
    """Which paragraph is the headline, which the sapo: `title`, `lead` or `body` for each."""
    roles = ["body"] * len(paragraphs)
    for number, paragraph in enumerate(paragraphs[:3]):
        if number == 0 and paragraph.start == 0 and paragraph.text == article.title:
            roles[number] = "title"
        elif paragraph.text == article.summary:
            roles[number] = "lead"
    return roles


def _flat(paragraph: Paragraph) -> list[Step]:
    """The steps as templates read them fast: (op, words or classes, key or keys, further keys)."""
    flat: list[Step] = []
    for step in paragraph.steps:
        if isinstance(step, Words):
            flat.append(("words", step.text, step.span.keys[0] if step.span else None, ()))
        elif isinstance(step, Open):
            keys = step.span.keys
            classes = f"m {step.span.kind} h{step.height}{' first' if step.first else ''}{' last' if step.last else ''}"
            flat.append(("open", classes, " ".join(keys), keys[1:] if step.first else ()))
        else:
            flat.append(("close", "", None, ()))
    return flat


def _sections(part: Part) -> list[Section]:
    found: dict[str, list[RowShown]] = {kind: [] for kind in KINDS}
    for one in part.findings:
        confidence = format(one.confidence, ".2f").rstrip("0").rstrip(".")
        found[one.kind].append(
            (one.key, one.text, one.start is not None, one.rule, confidence, format_number(confidence), one.fields)
        )
    return [Section(kind, found[kind]) for kind in reversed(KINDS) if found[kind]]


def article_entry(view: ArticleView) -> Entry:
    """The article in the list of articles."""
    article = view.article
    kinds = {one.kind for one in view.findings if one.kind != "date" or one.start is not None}
    tags = [kind for kind in reversed(KINDS) if kind in kinds]
    if view.is_repeat:
        tags.append("duplicate")
    if any(isinstance(row, CountRow) and row.kind == "progress" for row in view.facts):
        tags.append("progress")
    names = [one.fields[0].text for one in view.findings if one.kind in ("person", "organization", "document") and one.fields]
    return Entry(
        order=(backwards(view.day), article.article_id),
        href=view.href(),
        title=view.title,
        about=article.summary or "",
        day=view.day,
        group=article.portal,
        tags=tuple(tags),
        more=join_words(article.author, *distinct(names)),
    )


def deadline_entries(view: ArticleView, as_of: date) -> Iterator[Entry]:
    """The article's deadlines in the list of deadlines: what is ahead first, the nearest at the top."""
    for row in view.facts:
        if isinstance(row, DeadlineRow):
            state, order = _state(row.due_end, as_of)
            yield Entry(
                order=(*order, row.deadline_id),
                href=view.place("deadline", row.deadline_id),
                title=row.task,
                about=join_words(row.responsible, row.assigned_by, view.title),
                day=row.due_end.isoformat() if row.due_end is not None else None,
                group=view.article.portal,
                tags=(state,),
                more=row.text,
            )


def _state(due: date | None, as_of: date) -> tuple[str, tuple[int, int]]:
    if due is None:
        return "undated", (2, 0)
    if due < as_of:
        return "overdue", (1, -due.toordinal())
    return "ahead", (0, due.toordinal())


def progress_entries(view: ArticleView) -> Iterator[Entry]:
    """The article's counts of done of total, in the list of progress."""
    for row in view.facts:
        if isinstance(row, CountRow) and row.kind == "progress" and row.total is not None and row.total > 0:
            done, total = float(row.value), float(row.total)
            yield Entry(
                order=(backwards(view.day), view.article.article_id, row.start),
                href=view.place("count", row.count_id),
                title=f"{plain_number(row.value)}/{plain_number(row.total)} {row.unit}",
                about=view.title,
                day=view.day,
                group=view.article.portal,
                tags=("done" if done >= total else "begun",),
                more=row.text,
                done=done,
                total=total,
            )


def entity_records(view: ArticleView) -> Iterator[tuple[str, Record]]:
    """(entity, record) for each mention, post and deadline; the shapes are those that `entities` reads."""
    for row in view.facts:
        if isinstance(row, MentionRow):
            yield from _mention_records(view, row)
        elif isinstance(row, OfficialRow):
            yield from _post_records(view, row)
        elif isinstance(row, DeadlineRow):
            href = view.place("deadline", row.deadline_id)
            due = row.due_end.isoformat() if row.due_end is not None else None
            record: Record = [due, href, shorten(row.task, QUOTE), view.title, view.day]
            if row.assigned_by_person_id is not None:
                yield f"persons:{row.assigned_by_person_id}", ["set", *record]
            if row.responsible_org_id is not None:
                yield f"organizations:{row.responsible_org_id}", ["task", *record]


def _mention_records(view: ArticleView, row: MentionRow) -> Iterator[tuple[str, Record]]:
    for kind, table, row_id in (
        ("person", "persons", row.person_id),
        ("organization", "organizations", row.org_id),
        ("document", "documents", row.document_id),
    ):
        if row_id is not None:
            before, after = _around(view.article.text, row.start, row.end)
            place = view.place(kind, row.mention_id)
            yield f"{table}:{row_id}", [
                "mention", view.day, view.href(), view.title, view.article.portal, place, row.start, before,
                shorten(row.text, QUOTE), after,
            ]  # fmt: skip


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """The words of the same line before and after, cut between words."""
    before = text[max(0, start - CONTEXT) : start].rsplit("\n", 1)[-1]
    if len(before) == CONTEXT and " " in before.rstrip():
        before = "…" + before[before.index(" ") :]
    after = text[end : end + CONTEXT].split("\n", 1)[0]
    if len(after) == CONTEXT and " " in after.lstrip():
        after = after[: after.rindex(" ")] + " …"
    return before, after


def _post_records(view: ArticleView, row: OfficialRow) -> Iterator[tuple[str, Record]]:
    place = view.place("official", row.official_id)
    organization = row.organization and shorten(row.organization, QUOTE)
    person = view.world.name("persons", row.person_id) or row.person
    role = shorten(row.role, QUOTE)
    yield f"persons:{row.person_id}", [
        "post", view.day, place, role, organization, view.world.href("organizations", row.org_id), row.status,
    ]  # fmt: skip
    if row.org_id is not None:
        yield f"organizations:{row.org_id}", [
            "post", view.day, place, role, person, view.world.href("persons", row.person_id), row.status,
        ]  # fmt: skip


def named_in(facts: Iterable[object]) -> set[str]:
    """The entities that an article mentions."""
    named = set()
    for row in facts:
        if isinstance(row, MentionRow):
            if row.person_id is not None:
                named.add(f"persons:{row.person_id}")
            elif row.org_id is not None:
                named.add(f"organizations:{row.org_id}")
            elif row.document_id is not None:
                named.add(f"documents:{row.document_id}")
    return named
