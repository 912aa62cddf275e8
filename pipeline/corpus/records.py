"""A WARC file -> its records, each with its length and digests checked, and the places where it is broken.

warcio reads records well, but is silent where a file ends in the middle of one, and `warcio check` says that a torn file
is whole. So the walk over a file and the check of what stands in it are our own; content is read by warcio.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAX_BLOCK = 100_000_000  # bytes; a longer record is no article: it is stepped over
MAX_HEAD = 64_000  # bytes of the headers of a record
MAX_RATIO = 800  # times that a gzip member may grow, beyond FREE_BYTES: deflate ends at 1,032
FREE_BYTES = 10_000_000
MAX_BREAKS = 1_000  # in one file; what follows them is not looked for
MAX_TRIES = 1_000  # places after a break that look like a record
CHUNK = 65_536
GZIP_MAGIC = b"\x1f\x8b\x08"
MARK = b"WARC/"
VERSION = re.compile(rb"WARC/\d\.\d+\r\n")
HASHES = {"sha1": "sha1", "sha-1": "sha1", "md5": "md5", "sha256": "sha256", "sha-256": "sha256", "sha512": "sha512"}
NO_PAYLOAD = ("revisit", "request", "warcinfo", "metadata", "conversion", "continuation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One whole record: where its bytes begin and end in the file, its WARC headers (names in lower case), its HTTP head.

    `digest` is the declared digest of the payload, or else our own, as `algorithm:VALUE`. `wrong` says in words which
    declared digest the bytes do not have, None where all hold. `checked` is False for records that are stepped over.
    """

    offset: int
    end: int
    headers: dict[str, str]
    http: bytes
    digest: str
    size: int
    wrong: str | None = None
    checked: bool = True

    @property
    def record_id(self) -> str:
        """The id without its wrapping; where the record stands, if it has none."""
        stated = self.headers.get("warc-record-id", "").strip("<> ").removeprefix("urn:uuid:")
        return stated or f"@{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A place where a file is no WARC: `torn` where the file ends within a record; `end` is where it can be read again."""

    offset: int
    end: int
    message: str
    torn: bool = False


class _Torn(Exception):
    """The file ends here."""


class _Broken(Exception):
    """What stands here is no record."""


class _Reader:
    """The bytes of one record from its place in the file on: unpacked from its gzip member, or as they are."""

    def __init__(self, stream: BinaryIO, offset: int, *, gzip: bool) -> None:
        stream.seek(offset)
        self._stream = stream
        self._member = zlib.decompressobj(wbits=31) if gzip else None
        self._taken, self._given = 0, 0
        self._buffer = b""

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end of the file or the member. Raises _Torn where the file ends within a member."""
        pieces, missing = [self._buffer[:size]], size - len(self._buffer)
        self._buffer = self._buffer[size:]
        while missing > 0 and (piece := self._more(missing)):
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def read_head(self) -> bytes:
        """What stands before the first empty line."""
        mark = self.read(len(MARK))
        if mark != MARK:
            raise _Torn if MARK.startswith(mark) else _Broken("no record begins here")
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            piece = self._more(4096) if len(self._buffer) < MAX_HEAD else b""
            if not piece:
                raise _Torn if self._member is None and len(self._buffer) < MAX_HEAD else _Broken("headers without an end")
            self._buffer += piece
        head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
        return head

    def finish(self) -> int:
        """Where the record ends: behind its empty lines, which is the end of its member too."""
        if self._member is None:
            behind = self.read(4)
            behind_record = len(behind) - len(behind.lstrip(b"\r\n"))
            self._buffer = behind[behind_record:] + self._buffer
            return self._stream.tell() - len(self._buffer)
        if self.read(CHUNK).strip(b"\r\n"):
            raise _Broken("several records in one gzip member; write the file anew with: warcio recompress OLD NEW")
        return self._stream.tell() - len(self._member.unused_data)

    def skip(self, size: int) -> int:
        """Where a record of so many bytes ends, if that can be told without reading it; -1 otherwise."""
        return -1 if self._member is not None else self._stream.tell() - len(self._buffer) + size + 4

    def _more(self, size: int) -> bytes:
        if self._member is None:
            return self._stream.read(size)
        while not self._member.eof:
            packed = self._member.unconsumed_tail or self._stream.read(CHUNK)
            try:
                piece = self._member.decompress(packed, size)
            except zlib.error as error:
                raise _Broken(f"gzip data that cannot be unpacked ({str(error).split(': ')[-1]})") from error
            if not packed and not piece:
                raise _Torn
            self._taken += len(packed) - len(self._member.unconsumed_tail)
            self._given += len(piece)
            if self._given > FREE_BYTES and self._given > MAX_RATIO * self._taken:
                raise _Broken("a gzip member that grows beyond measure (a decompression bomb?)")
            if piece:
                return piece
        return b""


def scan_records(path: Path, begin: int = 0) -> Iterator[Record | Break]:
    """Every record of a file from a place on, in order, and a Break where there is none; OSError where it cannot be read.

    Behind a break the next record is looked for, so that damage costs what it damages.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        begun = stream.read(len(MARK))
        named = path.name.lower().endswith(".gz") and not MARK.startswith(begun)  # even where its first bytes are damaged
        gzip = named or GZIP_MAGIC.startswith(begun[: len(GZIP_MAGIC)])
        offset, breaks = begin, 0
        if size == 0:
            yield Break(offset=0, end=0, message="the file is empty")
        while offset < size:
            try:
                record = _read_record(stream, offset, size, gzip=gzip)
            except (_Torn, _Broken) as error:
                after = _find_record(stream, offset + 1, size, gzip=gzip)
                torn = isinstance(error, _Torn) and after == size
                message = "the file ends within a record" if isinstance(error, _Torn) else str(error)
                if not torn:
                    message += f"; reading goes on at byte {after}" if after < size else "; nothing behind it can be read"
                yield Break(offset=offset, end=after, message=message, torn=torn)
                offset, breaks = after, breaks + 1
                if breaks == MAX_BREAKS and offset < size:
                    message = f"the file is broken in {MAX_BREAKS:,} places before; what follows is not read"
                    yield Break(offset=offset, end=size, message=message)
                    return
            else:
                yield record
                offset = record.end


def _read_record(stream: BinaryIO, offset: int, size: int, *, gzip: bool) -> Record:
    """The record at a place, checked; what is too long for an article is stepped over."""
    reader = _Reader(stream, offset, gzip=gzip)
    headers = _read_headers(reader.read_head())
    stated = headers.get("content-length", "")
    if not stated.isascii() or not stated.isdigit() or len(stated) > 18:
        raise _Broken("a record without a length")
    length = int(stated)
    if length > MAX_BLOCK:
        end = reader.skip(length)
        if end > size:
            raise _Torn
        end = end if end >= 0 else _find_record(stream, offset + 1, size, gzip=gzip)
        return Record(offset=offset, end=end, headers=headers, http=b"", digest="", size=length, checked=False)
    block = reader.read(length)
    if len(block) < length:
        if not gzip:
            raise _Torn
        raise _Broken(f"a record of {length:,} bytes of which {len(block):,} are there")
    end = reader.finish()
    record = _check(offset, end, headers, block)
    if not gzip and end < size and reader.read(len(MARK)) != MARK and (record.wrong or "warc-block-digest" not in headers):
        raise _Broken(f"a record of {length:,} bytes behind which no other begins")
    return record


def _read_headers(head: bytes) -> dict[str, str]:
    """Header lines -> values by name in lower case; the first of a name counts."""
    lines = head.decode("utf-8", "replace").split("\r\n")[1:]  # the first is the version
    headers: dict[str, str] = {}
    name = ""
    for line in lines:
        if line[:1] in (" ", "\t") and name:
            headers[name] += " " + line.strip()
        else:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            headers.setdefault(name, value.strip())
    return headers


def _check(offset: int, end: int, headers: dict[str, str], block: bytes) -> Record:
    """The record with what its declared digests say of its bytes."""
    has_http = headers.get("content-type", "").lower().startswith("application/http")
    http, _, payload = block.partition(b"\r\n\r\n") if has_http else (b"", b"", block)
    declared = headers.get("warc-payload-digest", "")
    wrong = None
    if not _holds(headers.get("warc-block-digest", ""), block):
        wrong = "WARC-Block-Digest"
    elif (
        headers.get("warc-type") not in NO_PAYLOAD
        and "warc-truncated" not in headers
        and not _payload_holds(declared, http, payload)
    ):
        wrong = "WARC-Payload-Digest"
    return Record(
        offset=offset,
        end=end,
        headers=headers,
        http=http[:MAX_HEAD],
        digest=declared or f"sha1:{base64.b32encode(hashlib.sha1(payload).digest()).decode()}",
        size=len(block),
        wrong=wrong,
    )


def _payload_holds(declared: str, http: bytes, payload: bytes) -> bool:
    """Some tools take the digest of what was sent in chunks, others of what the chunks hold: both are right."""
    if _holds(declared, payload):
        return True
    return b"chunked" in http.lower() and _holds(declared, _join_chunks(payload))


def _holds(declared: str, data: bytes) -> bool:
    """Whether the bytes have a declared digest; one of an unknown algorithm cannot be checked, and holds."""
    algorithm, _, value = declared.strip().partition(":")
    name = HASHES.get(algorithm.strip().lower())
    if name is None:
        return True
    digest = hashlib.new(name, data, usedforsecurity=False)
    return value.strip().lower() == digest.hexdigest() or value.strip().upper() == base64.b32encode(digest.digest()).decode()


def _join_chunks(payload: bytes) -> bytes:
    """The body of an HTTP message that was sent in chunks; as far as it is well made."""
    pieces, at = [], 0
    while (line_end := payload.find(b"\r\n", at)) > 0:
        stated = payload[at:line_end].split(b";")[0].strip()
        try:
            size = int(stated, 16)
        except ValueError:
            break
        if size <= 0:
            break
        pieces.append(payload[line_end + 2 : line_end + 2 + size])
        at = line_end + 2 + size + 2
    return b"".join(pieces)


def _find_record(stream: BinaryIO, begin: int, size: int, *, gzip: bool) -> int:
    """Where the next record begins at or after a place: `size` where none does, or too many places only look like one."""
    mark = GZIP_MAGIC if gzip else MARK
    at, kept, tries = begin, b"", 0
    stream.seek(begin)
    while chunk := stream.read(1_000_000):
        window = kept + chunk
        start = at - len(kept)
        place = window.find(mark)
        while place >= 0:
            if _begins_record(stream, start + place, gzip=gzip):
                return start + place
            tries += 1
            if tries == MAX_TRIES:
                return size
            place = window.find(mark, place + 1)
        at += len(chunk)
        kept = window[-(len(mark) - 1) :]
        stream.seek(at)
    return size


def _begins_record(stream: BinaryIO, offset: int, *, gzip: bool) -> bool:
    try:
        return VERSION.match(_Reader(stream, offset, gzip=gzip).read(10)) is not None
    except (_Torn, _Broken):
        return False
