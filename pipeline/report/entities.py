"""What articles say of one person, organisation or document -> its page (or pages), and its line in a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from pipeline.facts.documents import DocumentRow
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.persons import PersonRow
from pipeline.report.findings import Field, entity_href
from pipeline.report.lists import Entry, join_words
from pipeline.report.printer import PAGES, Printer
from pipeline.report.safe import shorten
from pipeline.report.spool import Record

Entity = PersonRow | OrganizationRow | DocumentRow
PREFIX = "../../"  # from the page of an entity to `pages/`
MENTIONS = 200  # on one page
MOST_ROWS = 200  # posts, deadlines: more are counted, not shown
POSTS_IN_LIST = 3


@dataclass(frozen=True, slots=True)
class Post:
    """One post as held by one person: when it was seen first and last, and how often."""

    role: str
    other: str | None
    href: str | None
    status: str
    first: str | None
    last: str | None
    times: int
    place: str


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline that this person set, or that this organisation has to keep."""

    day: str | None
    href: str
    task: str
    article: str


@dataclass(frozen=True, slots=True)
class Group:
    """The mentions in one article: (place, words before, words, words after) each."""

    day: str | None
    href: str
    title: str
    portal: str | None
    mentions: list[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one entity."""

    table: str
    row_id: str
    name: str
    fields: list[Field]
    posts: list[Post]
    dues: list[Due]
    mentions: list[Record]
    group: str | None
    more: str


def open_dossier(row: Entity, name: str, told: list[Record]) -> Dossier:
    """One entity with its records."""
    table, row_id = row.TABLE, _id_of(row)
    records: dict[str, list[Record]] = {"post": [], "set": [], "task": [], "mention": []}
    for kind, *record in told:
        records[str(kind)].append(record)
    fields, group, more = _about(row)
    return Dossier(
        table=table,
        row_id=row_id,
        name=name,
        fields=[field for field in fields if field.text],
        posts=_posts(records["post"]),
        dues=_dues([*records["set"], *records["task"]]),
        mentions=sorted(records["mention"], key=lambda record: (_newest(record[0]), str(record[1]), record[5] or 0)),
        group=group,
        more=more,
    )


def _id_of(row: Entity) -> str:
    if isinstance(row, PersonRow):
        return row.person_id
    return row.org_id if isinstance(row, OrganizationRow) else row.document_id


def _about(row: Entity) -> tuple[list[Field], str | None, str]:
    """(fields, group in the list, words to search)"""
    if isinstance(row, PersonRow):
        fields = [_field("aliases", row.aliases), _field("place", row.place), _field("evidence", row.evidence)]
        return fields, row.place, join_words(_listed(row.aliases), _listed(row.evidence))
    if isinstance(row, OrganizationRow):
        fields = [
            Field("field.kind", row.kind, "term"),
            *(_field(label, getattr(row, label)) for label in ("aliases", "place", "valid_from", "valid_to", "successor")),
        ]
        return fields, row.kind, join_words(_listed(row.aliases), row.place)
    fields = [_field(label, getattr(row, label)) for label in ("type", "number", "title", "issuer", "year")]
    return fields, row.type, join_words(row.title, row.issuer, str(row.year or ""))


def _field(label: str, value: object) -> Field:
    return Field(f"field.{label}", shorten(_listed("" if value is None else str(value)), 2000))


def _listed(words: str) -> str:
    return words.replace(";", "; ")


def _newest(day: object) -> int:
    return -int(str(day).replace("-", "")) if day else 0


def _posts(records: list[Record]) -> list[Post]:
    """One line for each post and holder, the one seen last first."""
    same: dict[tuple[object, ...], list[Record]] = {}
    for record in records:
        same.setdefault(tuple(record[2:]), []).append(record)
    posts = []
    for (role, other, href, status), seen in same.items():
        seen.sort(key=lambda record: (_newest(record[0]), str(record[1])))
        days = [str(record[0]) for record in seen if record[0]]
        posts.append(
            Post(
                role=str(role),
                other=None if other is None else str(other),
                href=None if href is None else str(href),
                status=str(status),
                first=days[-1] if days else None,
                last=days[0] if days else None,
                times=len(seen),
                place=str(seen[0][1]),
            )
        )
    return sorted(
        posts, key=lambda post: (_newest(post.last), -post.times, post.role, post.other or "", post.status, post.href or "")
    )


def _dues(records: list[Record]) -> list[Due]:
    dues = []
    for day, href, task, article, _ in records:
        dues.append(Due(None if day is None else str(day), str(href), str(task), str(article)))
    return sorted(dues, key=lambda due: (_newest(due.day), due.href))


def write_entity(dossier: Dossier, printer: Printer) -> None:
    """The page of one entity; several where its mentions are many."""
    last = max(1, -(-len(dossier.mentions) // MENTIONS))
    values: dict[str, object] = {
        "here": "",
        "table": dossier.table,
        "name": dossier.name,
        "about": dossier.fields,
        "posts": dossier.posts[:MOST_ROWS],
        "more_posts": max(0, len(dossier.posts) - MOST_ROWS),
        "dues": dossier.dues[:MOST_ROWS],
        "more_dues": max(0, len(dossier.dues) - MOST_ROWS),
        "mentions_in_all": len(dossier.mentions),
        "last_page": last,
        "hrefs": [PREFIX + entity_href(dossier.table, dossier.row_id, number) for number in range(1, last + 1)],
    }
    for page in range(1, last + 1):
        some = dossier.mentions[(page - 1) * MENTIONS : page * MENTIONS]
        path = f"{PAGES}/{entity_href(dossier.table, dossier.row_id, page)}"
        printer.write(path, "entity", values | {"page": page, "groups": list(_groups(some))})


def _groups(mentions: list[Record]) -> Iterator[Group]:
    for (day, href, title, portal), records in groupby(mentions, key=lambda record: tuple(record[:4])):
        quotes = [(str(place), str(before), str(words), str(after)) for *_, place, _, before, words, after in records]
        yield Group(None if day is None else str(day), str(href), str(title), None if portal is None else str(portal), quotes)


def entity_entry(dossier: Dossier, n_articles: int) -> Entry:
    """The entity in its list: the most named first."""
    posts = [join_words(post.role, post.other) for post in dossier.posts[:POSTS_IN_LIST]]
    tags = []
    if dossier.posts and dossier.table != "documents":
        tags.append("with_post")
    if dossier.dues:
        tags.append("with_deadline")
    about = "; ".join(posts) if dossier.table == "persons" else dossier.more
    return Entry(
        order=(-n_articles, dossier.name, dossier.row_id),
        href=entity_href(dossier.table, dossier.row_id),
        title=dossier.name,
        about=about,
        day=str(dossier.mentions[0][0]) if dossier.mentions and dossier.mentions[0][0] else None,
        group=dossier.group,
        tags=tuple(tags),
        more=dossier.more,
        articles=n_articles,
    )
