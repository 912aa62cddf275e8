"""A WARC file of ours (one gzip member a record) -> its members with their heads, and where it is torn or damaged."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEAD = 65_536  # unpacked bytes of a record that are kept: WARC headers, HTTP headers, the begin of the payload
MAGIC = b"\x1f\x8b\x08"
_READ, _UNPACK = 1 << 16, 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One whole gzip member: where it stands in the file, and the first bytes of what it holds."""

    begin: int
    end: int
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first place from which a file cannot be read. `torn`: nothing whole comes after it, so it may be cut off."""

    begin: int
    torn: bool
    why: str


def read_members(path: Path) -> Iterator[Member | Break]:
    """Every whole member in order; last of all a Break where the file does not end with a whole one."""
    with path.open("rb") as stream:
        unpacker, head, begin, data = zlib.decompressobj(31), bytearray(), 0, b""
        while data or (data := stream.read(_READ)):
            try:
                piece = unpacker.decompress(data, _UNPACK)
            except zlib.error as error:
                yield Break(begin=begin, torn=not _whole_member_after(path, begin + 1), why=str(error))
                return
            head += piece[: HEAD - len(head)]
            if unpacker.eof:
                data = unpacker.unused_data
                end = stream.tell() - len(data)
                yield Member(begin=begin, end=end, head=bytes(head))
                unpacker, head, begin = zlib.decompressobj(31), bytearray(), end
            else:
                data = unpacker.unconsumed_tail
    if begin < path.stat().st_size:
        yield Break(begin=begin, torn=True, why="the file ends within a record")


def _whole_member_after(path: Path, begin: int) -> bool:
    """Whether a member that can be unpacked to its end begins anywhere from there on."""
    data = path.read_bytes()
    at = data.find(MAGIC, begin)
    while at >= 0:
        unpacker = zlib.decompressobj(31)
        try:
            piece = unpacker.decompress(data[at:], _UNPACK)
            while not unpacker.eof and (piece or unpacker.unconsumed_tail):
                piece = unpacker.decompress(unpacker.unconsumed_tail, _UNPACK)
        except zlib.error:
            pass
        else:
            if unpacker.eof:
                return True
        at = data.find(MAGIC, at + 1)
    return False


def cut_off(path: Path, begin: int) -> None:
    """Keep the file up to there: the good part is written beside it, flushed, and put in its place."""
    beside = path.with_name(f".{path.name}.mending")
    with path.open("rb") as old, beside.open("wb") as new:
        left = begin
        while left > 0 and (data := old.read(min(left, _UNPACK))):
            new.write(data)
            left -= len(data)
        new.flush()
        os.fsync(new.fileno())
    beside.replace(path)
