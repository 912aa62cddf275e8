"""Files of a corpus folder and their sidecars -> inputs, and one of them -> Page."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.corpus.inputs import KINDS, MAX_BYTES, Input
from pipeline.model import VIETNAM, Page, UnreadableInput

SIDECAR = ".meta.json"
SIDECAR_KEYS = {"url", "portal", "published", "title"}
MAX_SIDECAR = 100_000


def walk(root: Path) -> Iterator[tuple[Path, frozenset[str]]]:
    """Every entry that is not a folder, in a fixed order, with the names beside it; links to folders are not followed.

    Folders that cannot be listed come last.
    """
    closed: list[Path] = []

    def remember(error: OSError) -> None:
        closed.append(Path(error.filename))

    for folder, folders, names in os.walk(root, onerror=remember):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]  # noqa: PTH114, PTH118 (a third of the time)
        beside = frozenset(names)
        here = Path(folder)
        yield from ((here / name, beside) for name in sorted([*names, *linked]))
    yield from ((folder, frozenset()) for folder in closed)


def find_problem(path: Path, root: Path, *, most: int | None = MAX_BYTES) -> str | None:
    """Why this entry is not read at all, in words for people, or None."""
    try:
        target = path.resolve(strict=True) if path.is_symlink() else path
        about = target.stat()
    except (OSError, RuntimeError) as error:
        return f"{path.name}: cannot be opened ({error.__class__.__name__}: {error}); check the link or the permissions"
    if not target.is_relative_to(root):
        return f"{path.name}: a link that leaves the corpus folder; copy the file itself there"
    if stat.S_ISDIR(about.st_mode) and not path.is_symlink():
        return f"{path.name}: a folder that cannot be listed; give the user that runs vnpress the right to read and enter it"
    if not stat.S_ISREG(about.st_mode):
        return f"{path.name}: not a regular file (a folder link, pipe, socket or device); only files are read"
    if most is not None and about.st_size > most:
        return f"{path.name}: {about.st_size:,} bytes, more than {most:,}; one article is never so large"
    if not os.access(target, os.R_OK):
        return f"{path.name}: no permission to read; give the user that runs vnpress the right to read it"
    return None


def file_input(path: Path, source: str, beside: frozenset[str]) -> Input:
    """The input that a file is; `beside` are the names in its folder."""
    sidecar = _sidecar(path, beside)
    about = path.stat()
    stamp, url = _stamp(about), None
    if sidecar is not None:
        stamp += f"+{_stamp(sidecar.stat())}"
        try:
            url = read_sidecar(sidecar).get("url")
        except UnreadableInput:
            url = None  # read_file says so again, and makes a reject of it
    kind = KINDS[path.suffix.lower()]
    return Input(source=source, path=str(path), stamp=stamp, kind=kind, url=url, size=about.st_size)


def read_file(one: Input) -> Page:
    """The bytes of one file and what its sidecar says of it. Raises UnreadableInput."""
    path = Path(one.path)
    sidecar = _sidecar(path, None)
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
    portal = said.get("portal") or (host_of(said["url"]) if "url" in said else None)
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


def read_sidecar(path: Path) -> dict[str, str]:
    """What a sidecar says: url, portal, published (ISO 8601), title. Raises UnreadableInput with the place."""
    if path.is_symlink():
        raise UnreadableInput(f"{path.name}: the sidecar is a link; copy the file itself there")
    try:
        if path.stat().st_size > MAX_SIDECAR:
            raise UnreadableInput(f"{path.name}: more than {MAX_SIDECAR:,} bytes; mend or remove the sidecar")
        said: Any = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableInput(f"{path.name}: not readable as JSON ({error}); mend or remove the sidecar") from error
    if not isinstance(said, dict) or not all(isinstance(value, str | None) for value in said.values()):
        raise UnreadableInput(
            f"{path.name}: must be one JSON object with the keys {', '.join(sorted(SIDECAR_KEYS))}, all strings"
        )
    unknown = sorted(set(said) - SIDECAR_KEYS)
    if unknown:
        raise UnreadableInput(f"{path.name}: unknown key {unknown[0]!r}; known are {', '.join(sorted(SIDECAR_KEYS))}")
    return {key: value for key, value in said.items() if value}


def host_of(url: str) -> str | None:
    """The host of an address; None where it is no address."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _sidecar(path: Path, beside: frozenset[str] | None) -> Path | None:
    """The sidecar of a file: `a.txt.meta.json` or `a.meta.json`."""
    for name in (path.name + SIDECAR, path.stem + SIDECAR):
        if beside is None or name in beside:
            candidate = path.with_name(name)
            with suppress(OSError):  # a name of 255 bytes leaves no room for a sidecar's
                if candidate.is_file():
                    return candidate
    return None


def _stamp(about: os.stat_result) -> str:
    return f"{about.st_size}:{about.st_mtime_ns}"
