"""Folder of a portal in the corpus -> which addresses are held, since when, with which validators; torn files mended on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser, StatusAndHeadersParserException

from pipeline.model import Issue
from pipeline.scrape.members import Break, Member, cut_off, read_members
from pipeline.scrape.report import STEP

# 2026-11-22.warc.gz; 2026-11-22-2.warc.gz where the first of that day is damaged in its middle
OURS = re.compile(r"\d{4}-\d{2}-\d{2}(?:-\d+)?\.warc\.gz")
_TELLING = re.compile(rb"^WARC-Type: (?:response|revisit)\r$", re.MULTILINE)  # two of three records need not be parsed
_WARC = StatusAndHeadersParser(["WARC/1.0", "WARC/1.1"])
_HTTP = StatusAndHeadersParser([], verify=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One address that the corpus holds: when it was first kept, when last asked for, and the newest capture of it.

    `status` is 200 for a page; 301 and the like where the address leads on to `location`; 404 or 410 where no page was there.
    """

    address: str
    first: datetime
    last: datetime
    digest: str
    record_id: str
    captured: str
    status: int = 200
    etag: str | None = None
    modified: str | None = None
    location: str | None = None


@dataclass(slots=True)
class Holdings:
    """What a portal's folder holds, and what was wrong with its files. `damaged` are files that nothing may be added to.

    Of addresses that were last kept long ago only the name is remembered (`old`): a year of a portal is a few MB then.
    """

    by_address: dict[str, Held] = field(default_factory=dict)
    old: set[str] = field(default_factory=set)
    oldest: datetime | None = None
    issues: list[Issue] = field(default_factory=list)
    damaged: set[str] = field(default_factory=set)


def read_holdings(folder: Path, slug: str, recent: datetime) -> Holdings:
    """All captures in the WARC files that crawls wrote there; in full those that were first kept, or asked for, since `recent`.

    A torn end is cut off and told; its page is not held then.
    """
    holdings = Holdings()
    for path in sorted(folder.glob("*.warc.gz")) if folder.is_dir() else []:
        if not OURS.fullmatch(path.name):
            continue
        for part in read_members(path):
            if isinstance(part, Break):
                _handle_break(path, part, slug, holdings)
            else:
                _note_record(part, holdings.by_address)
        _forget_details(holdings, recent)
    return holdings


def _forget_details(holdings: Holdings, recent: datetime) -> None:
    for held in list(holdings.by_address.values()):
        holdings.oldest = min(holdings.oldest or held.first, held.first)
        if held.first < recent and held.last < recent:
            holdings.old.add(held.address)
            del holdings.by_address[held.address]


def _handle_break(path: Path, part: Break, slug: str, holdings: Holdings) -> None:
    size = path.stat().st_size
    if part.torn:
        cut_off(path, part.begin)
        what = (
            f"torn at byte {part.begin:,} of {size:,} ({part.why}); the whole records before it were kept, the rest was cut off"
        )
        kind = "torn_file"
    else:
        holdings.damaged.add(path.name)
        what = f"damaged at byte {part.begin:,} of {size:,} ({part.why}), with whole records after it; left as it is"
        kind = "damaged_file"
    message = f"{slug}/{path.name}: {what}; pages that were in the damaged part are fetched again while the portal lists them"
    holdings.issues.append(Issue(source=slug, step=STEP, kind=kind, message=message, quote=path.name))


def _note_record(member: Member, held: dict[str, Held]) -> None:
    """Add what one record tells; records that tell nothing of an address are passed over."""
    if not _TELLING.search(member.head[:4096]):
        return
    stream = BytesIO(member.head)
    try:
        warc = _WARC.parse(stream)
    except (StatusAndHeadersParserException, EOFError):
        return
    kind, address = warc.get_header("WARC-Type"), warc.get_header("WARC-Target-URI")
    moment = _read_moment(warc.get_header("WARC-Date"))
    if not address or moment is None:
        return
    try:
        http = _HTTP.parse(stream)
    except EOFError:
        http = StatusAndHeaders("", [])
    known = held.get(address)
    if kind == "revisit":
        if known is not None:
            held[address] = replace(
                known,
                last=max(known.last, moment),
                etag=http.get_header("ETag") or known.etag,
                modified=http.get_header("Last-Modified") or known.modified,
            )
        return
    status = http.get_statuscode() or ""
    if known is not None and moment < known.last:  # files of one day need not be read in the order they were written
        held[address] = replace(known, first=min(known.first, moment))
        return
    held[address] = Held(
        address=address,
        first=known.first if known else moment,
        last=moment,
        digest=warc.get_header("WARC-Payload-Digest") or "",
        record_id=warc.get_header("WARC-Record-ID") or "",
        captured=warc.get_header("WARC-Date"),
        status=int(status) if status.isdecimal() else 0,
        etag=http.get_header("ETag"),
        modified=http.get_header("Last-Modified"),
        location=http.get_header("Location") if status.startswith("3") else None,
    )


def _read_moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
