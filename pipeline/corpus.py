"""Corpus folder -> inputs, and one input -> Page; the only file that knows how corpus/ is laid out (files, WARC)."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipeline.model import VIETNAM, Page, Reject, UnreadableInput

KINDS = {
    ".txt": "txt", ".html": "html", ".htm": "html", ".xhtml": "html", ".docx": "docx", ".pdf": "pdf", ".rtf": "rtf", ".doc": "doc",
}  # fmt: skip
MEDIA_KINDS = {
    "text/html": "html", "application/xhtml+xml": "html", "text/plain": "txt", "application/pdf": "pdf", "application/rtf": "rtf",
    "application/msword": "doc", "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}  # fmt: skip
WARC_NAMES = (".warc", ".warc.gz")
SIDECAR = ".meta.json"
SIDECAR_KEYS = {"url", "portal", "published", "title"}
NOT_INPUTS = ("README*", ".*", f"*{SIDECAR}", "corrections.csv")  # told in docs: what else may lie in a corpus
MAX_BYTES = 100_000_000
# What warcio raises where bytes are missing or wrong: some of it is its own code stumbling over absent headers.
BROKEN_WARC = (ArchiveLoadFailed, OSError, EOFError, ValueError, AttributeError, zlib.error)


class CorpusError(Exception):
    """The corpus folder itself cannot be used; the message says what would mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One thing to read: a file, or one record of a WARC file (`offset` is where its gzip member begins).

    `stamp` changes whenever the input may have changed: size and time of the file and of its sidecar, or the
    record's digest.
    """

    source: str
    path: str
    stamp: str
    kind: str
    identity: str = ""
    url: str | None = None
    offset: int | None = None
    size: int = 0


@dataclass(slots=True)
class Listing:
    """What lies in a corpus: inputs to read, in the order of their sources, and what cannot be one."""

    inputs: list[Input] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


def list_inputs(folder: Path, only: str | None = None) -> Listing:
    """Everything to read under a folder, in the order of sources; `only` keeps sources that match a glob.

    Of the WARC captures of one address the latest is kept. Raises CorpusError for a missing or empty folder.
    """
    if not folder.is_dir():
        raise CorpusError(f"{folder}: no such folder; name the corpus folder, or make it and put press releases there")
    root = folder.resolve()
    listing = Listing()
    captures: dict[str, tuple[str, Input]] = {}
    for path in _walk(root):
        source = _source(path, root)
        if any(fnmatch.fnmatch(path.name, pattern) for pattern in NOT_INPUTS):
            continue
        is_warc = path.name.lower().endswith(WARC_NAMES)
        if only is not None and not is_warc and not _matches(source, only):
            continue
        problem = _problem(path, root)
        if problem:
            listing.rejects.append(Reject(source=source, stage="read", error="UnreadableInput", message=problem))
        elif is_warc:
            _list_captures(path, source, only, captures, listing)
        elif path.suffix.lower() in KINDS:
            listing.inputs.append(_file_input(path, source))
        else:
            message = f"{source}: this kind of file is not read; known are {', '.join(KINDS)}, .warc, .warc.gz"
            listing.rejects.append(Reject(source=source, stage="read", error="UnknownKind", message=message))
    listing.inputs.extend(capture for _, capture in captures.values())
    if not listing.inputs and not listing.rejects:
        hint = f" that matches {only!r}" if only else ""
        raise CorpusError(
            f"{folder}: nothing to read here{hint}; put .txt, .html, .docx, .pdf, .rtf, .doc or .warc.gz files there"
        )
    listing.inputs = _with_identities(sorted(listing.inputs, key=lambda one: one.source))
    return listing


def _walk(root: Path) -> Iterator[Path]:
    """Every entry that is not a folder, in a fixed order; links to folders are not followed."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked = [name for name in folders if (Path(folder) / name).is_symlink()]
        yield from (Path(folder) / name for name in sorted([*names, *linked]))


def _source(path: Path, root: Path) -> str:
    """The path relative to the corpus root; bytes of a name that are not UTF-8 are written as `\\xNN`."""
    relative = path.relative_to(root).as_posix()
    return os.fsencode(relative).decode("utf-8", "backslashreplace")


def _matches(source: str, only: str) -> bool:
    return fnmatch.fnmatch(source, only) or fnmatch.fnmatch(source.rsplit("/", 1)[-1], only)


def _problem(path: Path, root: Path) -> str | None:
    """Why this entry is not read at all, in words for people, or None."""
    try:
        target = path.resolve(strict=True)
        about = target.stat()
    except (OSError, RuntimeError) as error:
        return f"{path.name}: cannot be opened ({error.__class__.__name__}: {error}); check the link or the permissions"
    if not target.is_relative_to(root):
        return f"{path.name}: a link that leaves the corpus folder; copy the file itself there"
    if not stat.S_ISREG(about.st_mode):
        return f"{path.name}: not a regular file (a folder link, pipe, socket or device); only files are read"
    if about.st_size > MAX_BYTES and not path.name.lower().endswith(WARC_NAMES):
        return f"{path.name}: {about.st_size:,} bytes, more than {MAX_BYTES:,}; one article is never so large"
    if not os.access(target, os.R_OK):
        return f"{path.name}: no permission to read; give the user that runs vnpress the right to read it"
    return None


def _stamp(path: Path) -> str:
    about = path.stat()
    return f"{about.st_size}:{about.st_mtime_ns}"


def _sidecar(path: Path) -> Path | None:
    for candidate in (path.with_name(path.name + SIDECAR), path.with_name(path.stem + SIDECAR)):
        if candidate.is_file():
            return candidate
    return None


def _file_input(path: Path, source: str) -> Input:
    sidecar = _sidecar(path)
    stamp, url = _stamp(path), None
    if sidecar is not None:
        stamp += f"+{_stamp(sidecar)}"
        try:
            url = read_sidecar(sidecar).get("url")
        except UnreadableInput:
            url = None  # read_page says so again, and makes a reject of it
    return Input(
        source=source, path=str(path), stamp=stamp, kind=KINDS[path.suffix.lower()], url=url, size=path.stat().st_size
    )  # fmt: skip


def read_sidecar(path: Path) -> dict[str, str]:
    """What a sidecar says: url, portal, published (ISO 8601), title. Raises UnreadableInput with the place."""
    try:
        said: Any = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UnreadableInput(f"{path.name}: not readable as JSON ({error}); mend or remove the sidecar") from error
    if not isinstance(said, dict) or not all(isinstance(value, str | None) for value in said.values()):
        raise UnreadableInput(
            f"{path.name}: must be one JSON object with the keys {', '.join(sorted(SIDECAR_KEYS))}, all strings"
        )
    unknown = sorted(set(said) - SIDECAR_KEYS)
    if unknown:
        raise UnreadableInput(f"{path.name}: unknown key {unknown[0]!r}; known are {', '.join(sorted(SIDECAR_KEYS))}")
    return {key: value for key, value in said.items() if value}


def _list_captures(path: Path, source: str, only: str | None, captures: dict[str, tuple[str, Input]], listing: Listing) -> None:
    """Add the article captures of one WARC file; the latest of an address replaces an earlier one."""
    try:
        with path.open("rb") as stream:
            for capture_date, capture in _iterate_captures(ArchiveIterator(stream), path, source):
                known = captures.get(capture.url or capture.source)
                if (only is None or _matches(capture.source, only)) and (known is None or known[0] <= capture_date):
                    captures[capture.url or capture.source] = (capture_date, capture)
    except BROKEN_WARC as error:
        what = "it ends within the headers of a record" if isinstance(error, AttributeError) else error
        message = f"{source}: broken WARC file ({what}); records before the break are read; fetch the file again"
        listing.rejects.append(Reject(source=source, stage="read", error=error.__class__.__name__, message=message))


def _iterate_captures(archive: Any, path: Path, source: str) -> Iterator[tuple[str, Input]]:
    for record in archive:
        if record.rec_type not in ("response", "resource"):
            continue
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        if record.rec_type == "response":
            status = record.http_headers.get_statuscode() if record.http_headers else ""
            media = (record.http_headers.get_header("Content-Type") or "") if record.http_headers else ""
        else:
            status, media = "200", record.rec_headers.get_header("Content-Type") or ""
        kind = MEDIA_KINDS.get(media.split(";")[0].strip().lower() or "text/html")
        if status != "200" or kind is None or urlsplit(url).path == "/robots.txt":
            continue  # errors, feeds, sitemaps, pictures and robots.txt are not articles
        record_id = (record.rec_headers.get_header("WARC-Record-ID") or "").strip("<>").removeprefix("urn:uuid:")
        digest = record.rec_headers.get_header("WARC-Payload-Digest") or f"{_stamp(path)}@{archive.get_record_offset()}"
        capture = Input(
            source=f"{source}#{record_id}",
            path=str(path),
            stamp=digest,
            kind=kind,
            url=url or None,
            offset=archive.get_record_offset(),
            size=int(record.rec_headers.get_header("Content-Length") or 0),
        )
        _check_whole(record)
        yield record.rec_headers.get_header("WARC-Date") or "", capture


def _check_whole(record: Any) -> None:
    """Read a record to its end; warcio is silent where the file ends before its Content-Length."""
    while record.raw_stream.read(65536):
        pass
    if record.raw_stream.limit > 0:
        raise EOFError(
            f"the record of {record.rec_headers.get_header('WARC-Target-URI')} ends {record.raw_stream.limit} bytes early"
        )


def _with_identities(inputs: list[Input]) -> list[Input]:
    """Give each input what its article's id is made of: its address, or its source where another came first with it."""
    taken: set[str] = set()
    named = []
    for one in inputs:
        identity = one.url if one.url and one.url not in taken else one.source
        taken.add(identity)
        named.append(Input(**{name: getattr(one, name) for name in Input.__slots__ if name != "identity"}, identity=identity))
    return named


def read_page(one: Input) -> Page:
    """The bytes of one input and what is known of it. Raises UnreadableInput."""
    return _read_capture(one) if one.offset is not None else _read_file(one)


def _read_file(one: Input) -> Page:
    path = Path(one.path)
    sidecar = _sidecar(path)
    said = read_sidecar(sidecar) if sidecar is not None else {}
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{one.source}: {error.strerror or error}; check the file and its permissions") from error
    published = None
    if "published" in said:
        try:
            published = datetime.fromisoformat(said["published"])
        except ValueError as error:
            raise UnreadableInput(
                f"{one.source}: sidecar says published {said['published']!r}; write ISO 8601, 2021-07-23T14:11"
            ) from error
        published = published if published.tzinfo else published.replace(tzinfo=VIETNAM)
    portal = said.get("portal") or (urlsplit(said["url"]).hostname if "url" in said else None)
    return Page(
        source=one.source,
        data=data,
        kind=one.kind,
        identity=one.identity,
        url=said.get("url"),
        portal=portal,
        title=said.get("title"),
        published=published,
    )


def _read_capture(one: Input) -> Page:
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
    portal = urlsplit(one.url or "").hostname
    return Page(source=one.source, data=data, kind=one.kind, identity=one.identity, url=one.url, portal=portal, charset=charset)


def content_key(page: Page) -> str:
    """SHA-256 over all that shapes the result of one page: its bytes and what is known of it from outside."""
    known = (page.source, page.kind, page.identity, page.url, page.portal, page.charset, page.title, str(page.published))
    digest = hashlib.sha256(json.dumps(known, ensure_ascii=True).encode())
    digest.update(page.data)
    return digest.hexdigest()
