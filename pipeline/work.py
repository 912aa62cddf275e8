"""Inputs -> packed results: what a worker process does, and what travels back and into the cache."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.corpus import Input, content_key, read_page
from pipeline.extraction import Extract, extract, extractor_version, use_folders
from pipeline.model import Issue, Reject, UnreadableInput
from pipeline.tables import TABLES, Plain

LANGUAGE = TABLES["articles"].place_of("language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """The result of one input as bytes; `evidence` is None, and `language` empty, for a reject.

    `stamp` tells the unchanged input without reading it, `key` says what the result was made from; `issues` go to the run
    that read the input.
    """

    source: str
    stamp: str
    key: str
    article_id: str = ""
    language: str = ""
    evidence: bytes | None = None
    result: bytes
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a worker must share with its parent: the user's folders, and the version that reads."""

    version: str
    lexicon: Path | None = None
    sites: Path | None = None


def extract_inputs(inputs: Sequence[Input], setting: Setting) -> list[Packed]:
    """Read and extract a batch of inputs. Raises RuntimeError where this worker runs other code than its parent."""
    use_folders(setting.lexicon, setting.sites)
    version = extractor_version()
    if version != setting.version:
        raise RuntimeError(
            f"this worker reads with {version}, the run with {setting.version}; install the same version on all machines"
        )
    return [_extract_input(one, version) for one in inputs]


def _extract_input(one: Input, version: str) -> Packed:
    try:
        page = read_page(one)
    except UnreadableInput as error:
        return pack_reject(one, version, Reject(source=one.source, stage="read", error="UnreadableInput", message=str(error)))
    result = extract(page)
    if isinstance(result, Reject):
        return pack_reject(one, version, result)
    return Packed(
        source=one.source,
        stamp=stamp_of(one, version),
        key=f"{content_key(page)}:{version}",
        article_id=result.article_id,
        language=str(result.tables["articles"][0][LANGUAGE]),
        evidence=result.evidence.to_json(),
        result=_pack(result),
        issues=result.issues,
    )


def stamp_of(one: Input, version: str) -> str:
    """Changes whenever the result of an input may be another."""
    return "|".join((version, one.kind, one.identity, str(one.offset), one.stamp))


def _pack(result: Extract) -> bytes:
    text = json.dumps(result.tables, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def unpack_tables(data: bytes) -> dict[str, list[list[Plain]]]:
    """The rows of one article by table."""
    tables: dict[str, list[list[Plain]]] = json.loads(zlib.decompress(data))
    return tables


def pack_reject(one: Input, version: str, reject: Reject) -> Packed:
    """An input that could not be read; remembered like a result, so that it costs its time once."""
    stamp = stamp_of(one, version)
    said = (reject.source, reject.stage, reject.error, reject.message, reject.sha256)
    key = hashlib.sha256(json.dumps((one.source, stamp)).encode()).hexdigest()
    return Packed(source=one.source, stamp=stamp, key=key, result=json.dumps(said).encode())


def unpack_reject(data: bytes) -> Reject:
    """The reject of one input."""
    source, stage, error, message, sha256 = json.loads(data)
    return Reject(source=source, stage=stage, error=error, message=message, sha256=sha256)
