"""What the rooms of `corpus` share: Input and Listing, which kinds are read, and how sources are named and chosen."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.model import Reject

KINDS = {
    ".txt": "txt", ".html": "html", ".htm": "html", ".xhtml": "html", ".docx": "docx", ".pdf": "pdf", ".rtf": "rtf", ".doc": "doc",
}  # fmt: skip
MAX_BYTES = 100_000_000


class CorpusError(Exception):
    """The corpus folder itself cannot be used; the message says what would mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One thing to read: a file, or one record of a WARC file (`offset` is where its gzip member begins).

    `stamp` changes whenever the input may have changed: size and time of the file and of its sidecar, or the
    digest of the record's payload.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which inputs are wanted: sources that match a glob, addresses on some hosts; all where both are empty.

    A host stands for its subdomains too and may hold `*` (`vnexpress.net`, `*.gov.vn`). An input without a known
    address is on no host.
    """

    only: str | None = None
    hosts: tuple[str, ...] = ()

    def has_source(self, source: str) -> bool:
        """Whether the source, or its last part, matches the glob."""
        only = self.only
        return only is None or fnmatch.fnmatch(source, only) or fnmatch.fnmatch(source.rsplit("/", 1)[-1], only)

    def may_lie_in(self, source: str) -> bool:
        """Whether a file that holds many inputs may hold wanted ones; False where one other file is named."""
        only = self.only
        return only is None or any(mark in only for mark in "*?[#") or self.has_source(source)

    def has_address(self, url: str | None) -> bool:
        """Whether the address is on one of the hosts."""
        return not self.hosts or is_on_hosts(url, self.hosts)

    def __str__(self) -> str:
        told = [repr(self.only)] if self.only else []
        return " and ".join([*told, *([f"the hosts {', '.join(self.hosts)}"] if self.hosts else [])])


def is_on_hosts(url: str | None, hosts: Sequence[str]) -> bool:
    """Whether an address is on one of the hosts or their subdomains; hosts may be globs."""
    try:
        host = (urlsplit(url or "").hostname or "").casefold()
    except ValueError:
        return False
    return any(
        fnmatch.fnmatchcase(host, wanted) or fnmatch.fnmatchcase(host, f"*.{wanted}") for wanted in map(str.casefold, hosts)
    )


def name_source(path: Path, root: Path) -> str:
    """The path relative to the corpus root; bytes of a name that are not UTF-8 are written as `\\xNN`."""
    relative = path.relative_to(root).as_posix()
    return os.fsencode(relative).decode("utf-8", "backslashreplace")
