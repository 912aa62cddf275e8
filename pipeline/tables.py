"""All tables: schema from the row classes, rows to and from plain values, Arrow batches, `read_table`."""

from __future__ import annotations

import csv
import dataclasses
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.facts.counts import CountRow
from pipeline.facts.dates import DateRow
from pipeline.facts.deadlines import DeadlineRow
from pipeline.facts.documents import DocumentRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.officials import OfficialRow
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.persons import PersonRow
from pipeline.facts.recurrences import RecurrenceRow
from pipeline.model import Article, Issue, Reject, Row, column, make_id
from pipeline.resolve.events import EventRow

Plain = str | int | float | bool | None  # what JSON holds; dates as ISO 8601, decimals as their digits
Value = Plain | date | datetime | Decimal


if TYPE_CHECKING:
    import pandas as pd  # slow to load, and Arrow loads it where a frame is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow(Row):
    """One article that was read."""

    TABLE: ClassVar[str] = "articles"

    article_id: str = column("Key of the article: from its address, or its place in the corpus.", key=True)
    source: str = column("Path relative to the corpus root with `/`, or `path.warc.gz#record-id`.")
    url: str | None = column("Canonical address.", default=None)
    portal: str | None = column("Host name, or name of the site profile.", default=None)
    language: str = column("`vi`, `en` …; facts are read from Vietnamese articles only.")
    title: str | None = column("Headline.", default=None)
    summary: str | None = column("Sapo.", default=None)
    author: str | None = column("Byline as written, without trailing notes.", default=None)
    published_at: datetime | None = column("First publication; null if the page states no date.", default=None)
    published_grain: str | None = column("`minute` or `day`; null where published_at is null.", default=None)
    text: str = column("Title, summary and body in reading order, NFC, paragraphs separated by one blank line.")
    content_hash: str = column("Of the cleaned text.")
    event_id: str | None = column("What it tells of.", refers="events", default=None)
    duplicate_of: str | None = column("The article that this is again.", refers="articles", default=None)
    repairs: str = column("Names of the encoding repairs applied, `;`-separated; empty if none.")
    lost_chars: int = column("Characters already lost in the input.")
    removed_chars: int = column("Characters of boilerplate the cleaner took out.")
    extractor: str = column("Version of code, lexicon and libraries that read it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectRow(Row):
    """One input that cannot be read."""

    TABLE: ClassVar[str] = "rejects"

    reject_id: str = column("Key of the row.", key=True)
    source: str = column("Path relative to the corpus root, or address.")
    stage: str = column("`fetch`, `read`, `clean`, `extract`, `write`.")
    error: str = column("Class of the error.")
    message: str = column("What was met, where, and what would mend it.")
    sha256: str | None = column("Of the bytes, where they could be read.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow(Row):
    """Met and not understood, an expectation broken, a selector that matched nothing."""

    TABLE: ClassVar[str] = "issues"

    issue_id: str = column("Key of the row.", key=True)
    run_id: str = column("The run.", refers="runs")
    source: str = column("Input or site.")
    step: str = column("Where in the flow.")
    kind: str = column("What kind of issue.")
    message: str = column("What was met, where, and what would mend it.")
    quote: str | None = column("The words that were not understood.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow(Row):
    """One run over a corpus."""

    TABLE: ClassVar[str] = "runs"

    run_id: str = column("Key of the run.", key=True)
    started_at: datetime = column("Begin.")
    finished_at: datetime = column("End.")
    command: str = column("The command line.")
    version: str = column("Version of the project.")
    libraries: str = column("Versions of the libraries that shape the result, `name==version`, `;`-separated.")
    n_inputs: int = column("Inputs met.")
    n_articles: int = column("Articles read.")
    n_unchanged: int = column("Articles taken from the cache.")
    n_rejects: int = column("Inputs that could not be read.")
    exit_status: int = column("0 well, 1 some inputs newly rejected, or the crawl or an expectation has an issue.")
    n_new: int | None = column("Articles that the run before did not have.", default=None)
    n_changed: int | None = column("Articles whose text is another than in the run before.", default=None)
    n_new_rejects: int | None = column("Rejects that the run before did not have.", default=None)


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the contract states it; `type` is str, int, float, bool, Decimal, date or datetime."""

    name: str
    type: type
    nullable: bool
    meaning: str
    key: bool
    refers: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its row class says all that is known of it."""

    name: str
    row: type[Row]
    columns: tuple[Column, ...]

    @property
    def key(self) -> str:
        return next(c.name for c in self.columns if c.key)

    def place_of(self, column: str) -> int:
        """Where a column stands in a row."""
        return next(place for place, c in enumerate(self.columns) if c.name == column)

    @property
    def meaning(self) -> str:
        return (self.row.__doc__ or "").strip()

    @property
    def schema(self) -> pa.Schema:
        return pa.schema(
            [pa.field(c.name, ARROW[c.type], nullable=c.nullable, metadata={"description": c.meaning}) for c in self.columns],
            metadata={"description": self.meaning},
        )


ARROW: Mapping[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    Decimal: pa.decimal128(38, 6),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="Asia/Ho_Chi_Minh"),
}


def _table_of(row: type[Row]) -> Table:
    hints = typing.get_type_hints(row)
    columns = []
    for field in dataclasses.fields(row):
        hint = hints[field.name]
        options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
        (kind,) = (option for option in options if option is not type(None))
        about = field.metadata
        columns.append(Column(field.name, kind, type(None) in options, about["meaning"], about["key"], about["refers"]))
    return Table(row.TABLE, row, tuple(columns))


# Things of the world first, then articles, then what is said in them, then the logs.
TABLES: Mapping[str, Table] = {
    row.TABLE: _table_of(row)
    for row in (
        ArticleRow, PersonRow, OrganizationRow, DocumentRow, EventRow, MentionRow, OfficialRow, DateRow, CountRow,
        DeadlineRow, RecurrenceRow, RejectRow, IssueRow, RunRow,
    )
}  # fmt: skip
GLOBAL_TABLES = ("persons", "organizations", "documents", "events")  # made by `resolve` over all articles
LOG_TABLES = ("runs", "issues")  # kept over runs
PURE_TABLES = tuple(name for name in TABLES if name not in LOG_TABLES)  # a pure function of corpus and code
ARTICLE_TABLES = tuple(name for name in TABLES if name not in (*GLOBAL_TABLES, *LOG_TABLES, "rejects"))


def article_row(article: Article, *, extractor: str) -> ArticleRow:
    """The row of `articles`; event and duplicate are known only after `resolve`."""
    return ArticleRow(
        article_id=article.article_id,
        source=article.source,
        url=article.url,
        portal=article.portal,
        language=article.language,
        title=article.title,
        summary=article.summary,
        author=article.author,
        published_at=article.published_at,
        published_grain=article.published_grain,
        text=article.text,
        content_hash=article.content_hash,
        repairs=";".join(article.repairs),
        lost_chars=article.lost_chars,
        removed_chars=article.removed_chars,
        extractor=extractor,
    )


def to_plain(row: Row) -> list[Plain]:
    """A row as JSON values, in the order of the columns."""
    return [_plain(getattr(row, c.name)) for c in TABLES[row.TABLE].columns]


def _plain(value: Value) -> Plain:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


# Types whose JSON values are written out, as `_plain` does
_READ: Mapping[type, typing.Callable[[str], Value]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    Decimal: Decimal,
}


def to_row(table: Table, plain: Sequence[Plain]) -> Row:
    """What `to_plain` wrote."""
    said: dict[str, Value] = {}
    for c, value in zip(table.columns, plain, strict=True):
        read = _READ.get(c.type)
        said[c.name] = value if read is None or value is None else read(str(value))
    return table.row(**said)


def to_batch(table: Table, rows: Sequence[Sequence[Plain]]) -> pa.RecordBatch:
    """JSON values, row by row -> one Arrow batch of the table's schema; anything else is refused."""
    columns: Iterable[Sequence[Plain]] = zip(*rows, strict=True) if rows else ([] for _ in table.columns)
    arrays = []
    for c, values in zip(table.columns, columns, strict=True):
        read = _READ.get(c.type)  # Arrow's own reading of a day takes forty times as long
        told = values if read is None else [None if value is None else read(str(value)) for value in values]
        arrays.append(pa.array(told, type=ARROW[c.type]))
    return pa.RecordBatch.from_arrays(arrays, schema=table.schema)


def rows_to_frame(table: Table, rows: Sequence[Sequence[Plain]]) -> pd.DataFrame:
    """JSON values, row by row -> data frame with the types of the contract, empty ones too."""
    batch = to_batch(table, rows)
    return _to_pandas(pa.Table.from_batches([batch], schema=table.schema))


def _to_pandas(data: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = data.to_pandas(date_as_object=True)
    return frame


def read_table(name: str, folder: str | Path = "extracted") -> pd.DataFrame:
    """One table of a folder written by `vnpress extract`, from Parquet (from CSV where only that was written).

    Raises KeyError for a table that does not exist and FileNotFoundError where nothing was extracted.
    """
    if name not in TABLES:
        raise KeyError(f"no table {name!r}; there are {', '.join(TABLES)}")
    path = Path(folder) / f"{name}.parquet"
    if path.exists():
        with path.open("rb") as file:  # opened once: by path it would be opened twice, and a run may switch it in between
            return _to_pandas(pq.read_table(file))
    return rows_to_frame(TABLES[name], list(read_plain(name, Path(folder))))


def _no_table(name: str, folder: str | Path) -> FileNotFoundError:
    return FileNotFoundError(f"{folder}: no table {name} here; `vnpress extract` writes it")


def read_plain(name: str, folder: Path, columns: Sequence[str] = ()) -> Iterator[list[Plain]]:
    """One table of a folder as JSON values, row by row and never as a whole; `columns` names those that are wanted.

    A column that an older version did not write is null. Raises FileNotFoundError where there is no such table.
    """
    table = TABLES[name]
    wanted = [c for c in table.columns if not columns or c.name in columns]
    path = folder / f"{name}.parquet"
    if path.exists():
        yield from _read_parquet(path, wanted)
        return
    path = path.with_suffix(".csv")
    if not path.exists():
        raise _no_table(name, folder)
    csv.field_size_limit(2**31 - 1)  # an article is one cell
    with path.open(encoding="utf-8-sig", newline="") as file:
        for cells in csv.DictReader(file):
            yield [_from_csv(c, cells[c.name]) if c.name in cells else None for c in wanted]


def read_plain_rows(name: str, folder: Path) -> Iterator[dict[str, Plain]]:
    """As `read_plain`, each row by the names of its columns."""
    names = [c.name for c in TABLES[name].columns]
    for plain in read_plain(name, folder):
        yield dict(zip(names, plain, strict=True))


def _read_parquet(path: Path, wanted: Sequence[Column]) -> Iterator[list[Plain]]:
    with path.open("rb") as file:
        data = pq.ParquetFile(file)
        held = [c.name for c in wanted if c.name in data.schema_arrow.names]
        for batch in data.iter_batches(batch_size=2000, columns=held):
            nothing = [None] * batch.num_rows
            columns = [batch.column(c.name).to_pylist() if c.name in held else nothing for c in wanted]
            for record in zip(*columns, strict=True):
                yield [_plain(value) for value in record]


def describe_tables() -> str:
    """The data dictionary as Markdown: what `docs/tables.md` holds."""
    lines = ["# Data dictionary", "", "Made by `vnpress tables --markdown` from the row classes; do not edit by hand.", ""]
    for table in TABLES.values():
        lines += [f"## {table.name}", "", table.meaning, "", "| column | type | | meaning |", "|---|---|---|---|"]
        for c in table.columns:
            marks = ["key"] * c.key + ["nullable"] * c.nullable + [f"→ {c.refers}"] * bool(c.refers)
            lines.append(f"| `{c.name}` | {c.type.__name__} | {', '.join(marks)} | {c.meaning} |")
        lines.append("")
    return "\n".join(lines)


def count_rows(name: str, folder: Path) -> int:
    """How many rows one table of a folder has."""
    path = folder / f"{name}.parquet"
    return int(pq.read_metadata(path).num_rows) if path.exists() else len(read_table(name, folder))


def _from_csv(c: Column, cell: str) -> Plain:
    if cell == "" and (c.nullable or c.type is not str):
        return None
    if c.type is int:
        return int(cell)
    if c.type is float:
        return float(cell)
    if c.type is bool:
        return cell == "true"
    return undefuse(cell) if c.type is str else cell


DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def defuse(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe in front (CSV only)."""
    return "'" + cell if cell.startswith(DANGEROUS) else cell


def undefuse(cell: str) -> str:
    """The cell as it was before `defuse`."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(DANGEROUS) else cell


def issue_row(issue: Issue, *, run_id: str) -> IssueRow:
    """The row of `issues` of one run."""
    said = (issue.source, issue.step, issue.kind, issue.message, issue.quote)
    return IssueRow(
        issue_id=make_id("issues", run_id, *said),
        run_id=run_id,
        source=issue.source,
        step=issue.step,
        kind=issue.kind,
        message=issue.message,
        quote=issue.quote,
    )


def reject_row(reject: Reject) -> RejectRow:
    """The row of `rejects`; its key says whether the same input failed the same way before."""
    key = make_id("rejects", reject.source, reject.stage, reject.error, reject.sha256)
    return RejectRow(
        reject_id=key,
        source=reject.source,
        stage=reject.stage,
        error=reject.error,
        message=reject.message,
        sha256=reject.sha256,
    )
