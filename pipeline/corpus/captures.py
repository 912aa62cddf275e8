"""WARC files -> captures of articles, the newest content of each address, and one capture -> Page."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipeline.corpus.files import host_of
from pipeline.corpus.index import Contents, Entry, Fault
from pipeline.corpus.inputs import MAX_BYTES, Choice, Input
from pipeline.corpus.records import Break, Record, scan_records
from pipeline.model import Page, Reject, UnreadableInput

ADDRESSES = ("http://", "https://", "ftp://", "file:")  # what tools say of themselves stands under others
WARC_NAMES = (".warc", ".warc.gz")
MEDIA_KINDS = {
    "text/html": "html", "application/xhtml+xml": "html", "text/plain": "txt", "application/pdf": "pdf", "application/rtf": "rtf",
    "application/msword": "doc", "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}  # fmt: skip
# What warcio raises where bytes are missing or wrong: some of it is its own code stumbling over absent headers.
BROKEN_WARC = (ArchiveLoadFailed, OSError, EOFError, ValueError, AttributeError, zlib.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One time that an address was fetched. `date` is as the record states it; `input` is None for a revisit."""

    url: str
    date: str
    digest: str
    source: str
    input: Input | None


def is_warc(path: Path) -> bool:
    """By its name."""
    return path.name.lower().endswith(WARC_NAMES)


def read_contents(path: Path, begin: int) -> Contents:
    """What a WARC file holds from a place on: captures of pages, revisits, and what cannot be read, with its remedy."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    read_to = begin
    for record in scan_records(path, begin):
        if isinstance(record, Break):
            faults.append(
                Fault(offset=record.offset, error="TornRecord" if record.torn else "BrokenRecord", message=tell(record))
            )
            read_to = record.offset if record.torn else record.end
            continue
        read_to = record.end
        url = record.headers.get("warc-target-uri", "").strip("<>")
        if record.wrong:
            message = tell(record)
            faults.append(
                Fault(offset=record.offset, error="DigestMismatch", message=message, record_id=record.record_id, url=url)
            )
        elif (kind := _kind_of(record, url)) is not None:
            date = record.headers.get("warc-date", "")
            entries.append(
                Entry(
                    offset=record.offset,
                    date=date,
                    url=url,
                    kind=kind,
                    record_id=record.record_id,
                    digest=record.digest if kind else record.headers.get("warc-payload-digest", ""),
                    size=record.size,
                )
            )
    return Contents(entries, faults, read_to)


def tell(met: Break | Record) -> str:
    """What is wrong at a place of a file, and what would mend it."""
    if isinstance(met, Record):
        return f"byte {met.offset}: the record does not have its {met.wrong}: its bytes were changed; fetch the page again"
    if met.torn:
        return (
            f"byte {met.offset}: {met.message}; the records before it are read; "
            f"fetch its page again, and cut the file with: truncate -s {met.offset} FILE"
        )
    return f"byte {met.offset}: {met.message}; fetch the file again"


@dataclass(slots=True)
class Checked:
    """What a check of one WARC file found; `problems` are told with their places and remedies."""

    records: int = 0
    checked: int = 0
    pages: int = 0
    problems: list[str] = field(default_factory=list)


def check_file(path: Path) -> Checked:
    """Lengths and digests of every record of a WARC file. OSError where it cannot be read."""
    found = Checked()
    for met in scan_records(path):
        if isinstance(met, Break):
            found.problems.append(tell(met))
            continue
        found.records += 1
        found.checked += met.checked
        found.pages += bool(_kind_of(met, met.headers.get("warc-target-uri", "")))
        if met.wrong:
            found.problems.append(tell(met))
    return found


def _kind_of(record: Record, url: str) -> str | None:
    """The kind of page that a record holds, "" for a revisit; None for errors, feeds, sitemaps, pictures and robots.txt."""
    record_type = record.headers.get("warc-type")
    if not record.checked or not url.startswith(ADDRESSES) or url.partition("?")[0].endswith("/robots.txt"):
        return None
    if record_type == "revisit":
        return ""
    if record_type == "resource":
        return MEDIA_KINDS.get(_media(record.headers.get("content-type", "")))
    if record_type != "response":
        return None
    status, _, lines = record.http.decode("latin-1").partition("\r\n")
    stated = (line.partition(":") for line in lines.split("\r\n"))
    media = next((value for name, _, value in stated if name.strip().lower() == "content-type"), "")
    return MEDIA_KINDS.get(_media(media)) if status.split(" ")[1:2] == ["200"] else None


def _media(stated: str) -> str:
    return stated.split(";")[0].strip().lower() or "text/html"


def captures_of(path: Path, source: str, contents: Contents, choice: Choice) -> Iterator[Capture]:
    """The captures that are wanted of one file's contents; a record id that comes again is told apart by its place."""
    met: set[str] = set()
    for entry in contents.entries:
        name = f"{source}#{entry.record_id}"
        if name in met:
            name += f"@{entry.offset}"
        met.add(name)
        if choice.has_address(entry.url) and (choice.has_source(name) or choice.has_source(source)):
            one = Input(
                source=name,
                path=str(path),
                stamp=entry.digest,
                kind=entry.kind,
                url=entry.url or None,
                offset=entry.offset,
                size=entry.size,
            )
            yield Capture(
                url=entry.url or name, date=entry.date, digest=entry.digest, source=name, input=one if entry.kind else None
            )


def rejects_of(source: str, contents: Contents, choice: Choice) -> Iterator[Reject]:
    """What could not be read of one file, of the wanted addresses where they are known."""
    for fault in contents.faults:
        name = f"{source}#{fault.record_id}" if fault.record_id else source
        if (not fault.url or choice.has_address(fault.url)) and (choice.has_source(name) or choice.has_source(source)):
            yield Reject(source=name, stage="read", error=fault.error, message=f"{source}: {fault.message}")


def newest_contents(captures: Iterable[Capture]) -> list[Input]:
    """Of each address the capture that holds its newest content.

    Content that was met before is read where it was first met, so that fetching a page again changes no row of it. A
    revisit stands for the content whose digest it declares, or else for the content before it.
    """
    by_address: dict[str, list[Capture]] = {}
    for capture in captures:
        by_address.setdefault(capture.url, []).append(capture)
    newest = (newest_content(sorted(group, key=lambda one: one.date)) for group in by_address.values())
    return [capture.input for capture in newest if capture is not None and capture.input is not None]


def newest_content(captures: Iterable[Capture]) -> Capture | None:
    """The capture whose content is the newest of one address; `captures` by date."""
    first: dict[str, Capture] = {}
    newest: Capture | None = None
    for capture in captures:
        whole = capture.input is not None
        newest = first.setdefault(capture.digest, capture) if whole else first.get(capture.digest, newest)
    return newest


def read_capture(one: Input) -> Page:
    """The bytes of one capture, unpacked as HTTP packed them. Raises UnreadableInput."""
    try:
        with Path(one.path).open("rb") as stream:
            stream.seek(one.offset or 0)
            record = next(iter(ArchiveIterator(stream)))
            charset = None
            if record.http_headers is not None:
                media = record.http_headers.get_header("Content-Type") or ""
                charset = media.partition("charset=")[2].split(";")[0].strip(" \"'") or None
            data = record.content_stream().read(MAX_BYTES + 1)
    except (*BROKEN_WARC, StopIteration) as error:
        raise UnreadableInput(f"{one.source}: broken WARC record ({error}); fetch the page again") from error
    if len(data) > MAX_BYTES:
        raise UnreadableInput(f"{one.source}: more than {MAX_BYTES:,} bytes unpacked; one article is never so large")
    portal = host_of(one.url or "")
    return Page(source=one.source, data=data, kind=one.kind, identity=one.identity, url=one.url, portal=portal, charset=charset)
