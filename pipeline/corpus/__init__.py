"""Corpus folder -> inputs, and one input -> Page; the only room that knows how corpus/ is laid out (files, WARC)."""

from __future__ import annotations

import dataclasses
import fnmatch
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from pipeline.corpus.captures import (
    Capture,
    Checked,
    captures_of,
    check_file,
    is_warc,
    newest_contents,
    read_capture,
    read_contents,
    rejects_of,
)
from pipeline.corpus.files import SIDECAR, file_input, find_problem, read_file, walk
from pipeline.corpus.index import Index, index_beside, open_index
from pipeline.corpus.inputs import KINDS, MAX_BYTES, Choice, CorpusError, Input, Listing, is_on_hosts, name_source
from pipeline.model import Page, Reject

__all__ = [
    "Capture", "Checked", "Choice", "CorpusError", "Input", "Listing", "check_file", "content_key", "index_beside", "is_on_hosts",
    "list_captures", "list_inputs", "list_warcs", "read_page",
]  # fmt: skip

NOT_INPUTS = ("README*", ".*", f"*{SIDECAR}", "corrections.csv")  # told in docs: what else may lie in a corpus
ALL = Choice()


@dataclasses.dataclass(slots=True)
class _Met:
    """What a walk over a corpus met."""

    inputs: list[Input] = dataclasses.field(default_factory=list)
    captures: list[Capture] = dataclasses.field(default_factory=list)
    rejects: list[Reject] = dataclasses.field(default_factory=list)


def list_inputs(folder: Path, only: str | None = None, *, hosts: tuple[str, ...] = (), index: Path | None = None) -> Listing:
    """Everything to read under a folder, in the order of sources.

    `only` keeps sources that match a glob, `hosts` addresses on these hosts (see `Choice`). Of the WARC captures of one
    address the newest content is kept. `index` is a file that keeps what WARC files hold from run to run.
    Raises CorpusError for a missing or empty folder.
    """
    choice = Choice(only=only, hosts=hosts)
    met = _walk(folder, choice, index)
    inputs = [*met.inputs, *newest_contents(met.captures)]
    if not inputs and not met.rejects:
        hint = f" that matches {choice}" if choice != ALL else ""
        raise CorpusError(
            f"{folder}: nothing to read here{hint}; put .txt, .html, .docx, .pdf, .rtf, .doc or .warc.gz files there"
        )
    return Listing(inputs=_with_identities(inputs), rejects=met.rejects)


def list_captures(folder: Path, *, index: Path | None = None) -> list[Capture]:
    """Every capture of every address under a folder, revisits too, by address and date. Raises CorpusError."""
    return sorted(_walk(folder, ALL, index).captures, key=lambda one: (one.url, one.date))


def list_warcs(folder: Path) -> list[Path]:
    """The WARC files under a folder. Raises CorpusError where there is no such folder."""
    if not folder.is_dir():
        raise CorpusError(f"{folder}: no such file or folder")
    return [path for path, _ in walk(folder) if is_warc(path)]


def _walk(folder: Path, choice: Choice, index: Path | None) -> _Met:
    if not folder.is_dir():
        raise CorpusError(f"{folder}: no such folder; name the corpus folder, or make it and put press releases there")
    root = folder.resolve()
    met = _Met()
    with open_index(index) as kept:
        for path, beside in walk(root):
            if not any(fnmatch.fnmatch(path.name, pattern) for pattern in NOT_INPUTS):
                _meet(path, beside, root, choice, kept, met)
        if choice.only is None:
            kept.forget_missing(root)
    return met


def _meet(path: Path, beside: frozenset[str], root: Path, choice: Choice, index: Index, met: _Met) -> None:
    """Add what one entry of the folder is."""
    source = name_source(path, root)
    warc = is_warc(path)
    if not (choice.may_lie_in(source) if warc else choice.has_source(source)):
        return
    problem = find_problem(path, root, most=None if warc else MAX_BYTES)
    if problem is not None:
        met.rejects.append(Reject(source=source, stage="read", error="UnreadableInput", message=problem))
    elif warc:
        _meet_warc(path, source, choice, index, met)
    elif path.suffix.lower() in KINDS:
        one = file_input(path, source, beside)
        met.inputs.extend([one] if choice.has_address(one.url) else [])
    elif not choice.hosts:
        message = f"{source}: this kind of file is not read; known are {', '.join(KINDS)}, .warc, .warc.gz"
        met.rejects.append(Reject(source=source, stage="read", error="UnknownKind", message=message))


def _meet_warc(path: Path, source: str, choice: Choice, index: Index, met: _Met) -> None:
    try:
        contents = index.contents(path, read_contents)
    except OSError as error:
        message = f"{source}: {error.strerror or error}; check the file and its disk"
        met.rejects.append(Reject(source=source, stage="read", error="UnreadableInput", message=message))
        return
    met.captures.extend(captures_of(path, source, contents, choice))
    met.rejects.extend(rejects_of(source, contents, choice))


def _with_identities(inputs: Iterable[Input]) -> list[Input]:
    """In the order of sources, each with what its article's id is made of: its address, or its source where another has it.

    An address that was captured belongs to its captures, in whatever file the newest of them lies.
    """
    taken: set[str] = set()
    named = []
    for one in sorted(inputs, key=lambda one: (one.offset is None, one.source)):
        identity = one.url if one.url and one.url not in taken else one.source
        taken.add(identity)
        named.append(dataclasses.replace(one, identity=identity))
    return sorted(named, key=lambda one: one.source)


def read_page(one: Input) -> Page:
    """The bytes of one input and what is known of it. Raises UnreadableInput."""
    return read_capture(one) if one.offset is not None else read_file(one)


def content_key(page: Page) -> str:
    """SHA-256 over all that shapes the result of one page: its bytes and what is known of it from outside."""
    known = (page.source, page.kind, page.identity, page.url, page.portal, page.charset, page.title, str(page.published))
    digest = hashlib.sha256(json.dumps(known, ensure_ascii=True).encode())
    digest.update(page.data)
    return digest.hexdigest()
