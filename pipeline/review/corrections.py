"""`corpus/corrections.csv`, or a filled-in sheet -> corrections; what cannot be read is told with its line and remedy."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.model import Reject
from pipeline.tables import defuse, undefuse

FILE = "corrections.csv"
COLUMNS = ("row_id", "column", "value", "who", "when", "why")  # what a corrections file must have
CONTEXT = (  # what the sheet of `vnpress review` has beside them: for the reader, and to find the article at once
    "article_id", "table", "confidence", "rule", "says", "text", "sentence", "title", "url", "source",
)  # fmt: skip
DROP, RIGHT = "drop", "right"  # values with an empty column: they speak of the whole row
ENCODING_REMEDY = 'save it as "CSV UTF-8"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One line: `value` is what `column` of a row should hold; where `column` is empty, `drop` or `right` for the whole row.

    `place` is where it was said (`corrections.csv:12`); `article_id` is empty where the file does not tell.
    """

    place: str
    row_id: str
    column: str
    value: str
    who: str
    when: str
    why: str = ""
    article_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """All that a corrections file says, in its order (a later line about the same cell wins), and its unusable lines."""

    lines: tuple[Correction, ...] = ()
    rejects: tuple[Reject, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Of what the tables are made from; empty where nothing is corrected."""
        return hashlib.sha256(repr(self.lines).encode()).hexdigest() if self.lines else ""


def read_corrections(path: Path, *, need_who: bool = True) -> Corrections:
    """The corrections of a file; none where it does not exist.

    Raises ValueError for a file that cannot be used as a whole: not UTF-8, no header, a column missing or unknown. A
    single unusable line is a reject, and the others count.
    """
    if not path.exists():
        return Corrections()
    return parse_records(_read_records(path.read_bytes(), path.name), path.name, need_who=need_who)


def parse_records(records: Iterable[tuple[int, Sequence[str]]], name: str, *, need_who: bool = True) -> Corrections:
    """(line, cells) of a file, its header first -> corrections; lines that nobody filled in are passed over."""
    rows = iter(records)
    header_line, header = next(rows, (1, ()))
    places = _places(header, f"{name}:{header_line}")
    lines: list[Correction] = []
    rejects: list[Reject] = []
    for number, cells in rows:
        said = {column: _clean(cells[n]) if n < len(cells) else "" for column, n in places.items()}
        if not any(said[column] for column in COLUMNS[1:]):
            continue
        problem = _problem(said, cells[len(header) :], need_who)
        place = f"{name}:{number}"
        if problem:
            message = f"{place}: {problem}"
            rejects.append(Reject(source=name, stage="read", error="UnusableCorrection", message=message, sha256=_digest(cells)))
        else:
            lines.append(Correction(place=place, article_id=said.get("article_id", ""), **{c: said[c] for c in COLUMNS}))
    return Corrections(lines=tuple(lines), rejects=tuple(rejects))


def write_corrections(path: Path, corrections: Iterable[Correction]) -> None:
    """Write a corrections file that spreadsheets read right: UTF-8 with a byte order mark; whole or not at all."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    columns = (*COLUMNS, "article_id")
    writer.writerow(columns)
    for one in corrections:
        writer.writerow([defuse(str(getattr(one, column))) for column in columns])
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text("\ufeff" + text.getvalue(), "utf-8", newline="")
    fresh.replace(path)


def _read_records(data: bytes, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The lines of a CSV file with their numbers; `,`, `;` or a tab between cells, as the header has it."""
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{name}:{line}: not UTF-8 (byte {data[error.start]:#04x}); {ENCODING_REMEDY}") from error
    header = text.partition("\n")[0]
    between = max((",", ";", "\t"), key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    begin = 1
    try:
        for cells in reader:
            if any(cells):
                yield begin, cells
            begin = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"{name}:{begin}: {error}; close every quotation mark, and double one within a cell") from error


def _places(header: Sequence[str], place: str) -> Mapping[str, int]:
    """Where each column stands. Raises ValueError for a header that does not serve."""
    names = ["_".join(cell.casefold().split()) for cell in map(_clean, header)]
    known = (*COLUMNS, *CONTEXT)
    for name in names:
        if name and name not in known:
            raise ValueError(f'{place}: unknown column "{name}"{closest(name, known)}; known are {", ".join(known)}')
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise ValueError(f"{place}: no column {', '.join(missing)}; the first line must be {','.join(COLUMNS)}")
    return {name: n for n, name in enumerate(names) if name}


def _problem(said: Mapping[str, str], more: Sequence[str], need_who: bool) -> str | None:
    """Why a line cannot be used, and what would mend it."""
    if any(map(_clean, more)):
        return f"more cells than the header has ({more[0]!r}); put a cell with a comma in quotation marks"
    if not said["row_id"]:
        return "no row_id; copy the key of the row (official_id, date_id …) from the table"
    if not said["column"] and said["value"] not in (DROP, RIGHT):
        if not said["value"]:
            return f"neither a column with its right value nor `{DROP}`; fill them in, or empty the line"
        return f"value {said['value']!r} without a column; name the column, or say `{DROP}` or `{RIGHT}` of the whole row"
    if said["column"] and said["value"] == DROP:
        return f"`{DROP}` speaks of the whole row; leave `column` empty, or `value` to say that {said['column']} is not known"
    if need_who and not (said["who"] and said["when"]):
        return "who says so, and when? fill in both, so that somebody can ask"
    return None


def closest(name: str, known: Iterable[str]) -> str:
    """`; did you mean "role"?`, or nothing where no known name is near."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _clean(cell: str) -> str:
    return undefuse(unicodedata.normalize("NFC", cell).strip())


def _digest(cells: Sequence[str]) -> str:
    return hashlib.sha256(repr(list(cells)).encode()).hexdigest()
