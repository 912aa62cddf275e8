"""Exchanges with a portal -> records of its WARC file of the day; whole members only, flushed one by one."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.model import VIETNAM
from pipeline.scrape.held import Held, Holdings, read_holdings

UNCHANGED = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
RECENT = timedelta(days=8)  # a week of new pages is counted
Headers = Sequence[tuple[str, str]]


class SiteHeld(Exception):
    """Another crawl is writing to this portal's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer as received: the body before content decoding, headers as Scrapy gives them."""

    address: str
    asked: Headers
    status: int
    protocol: str
    answered: Headers
    body: bytes
    ip: str | None
    moment: datetime

    @property
    def digest(self) -> str:
        """The payload's digest as WARC writes it."""
        return f"sha1:{base64.b32encode(hashlib.sha1(self.body, usedforsecurity=False).digest()).decode()}"


class Archive:
    """The corpus folder of one portal, locked for this crawl: what it holds, and where new pages go."""

    def __init__(self, corpus: Path, slug: str, now: datetime, *, recent_days: int = 0) -> None:
        """`recent_days`: how far back what is held must be known in full. Raises SiteHeld; OSError where it cannot be written."""
        self._folder = corpus / slug
        self._slug, self._day = slug, now.astimezone(VIETNAM).date().isoformat()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = (self._folder / ".crawl.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise SiteHeld(f"{slug}: another crawl is writing to {self._folder}; wait for it, or end it") from None
        self.holdings: Holdings = read_holdings(self._folder, slug, now - max(timedelta(days=recent_days), RECENT))
        self._stream: IO[bytes] | None = None
        self._writer: Any = None

    def close(self) -> None:
        """Everything on the disk, and the lock given back."""
        if self._stream is not None:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
        self._lock.close()

    def keep_page(self, exchange: Exchange, hops: Sequence[Exchange], about: Mapping[str, str]) -> None:
        """A page that is new or changed: the hops that led to it, request, response, and what we know of it."""
        self.keep_hops(hops)
        response_id = self._write_pair(exchange)
        self._write_about(exchange, response_id, about)

    def keep_hops(self, hops: Sequence[Exchange]) -> None:
        """Answers that led on to another address."""
        for hop in hops:
            self._write_pair(hop)

    def keep_visit(self, exchange: Exchange, held: Held, about: Mapping[str, str]) -> None:
        """A page that was asked for again and is as it was."""
        headers = self._headers(exchange) | {"WARC-Refers-To": held.record_id}
        writer = self._open_writer(exchange.moment)
        revisit = writer.create_revisit_record(
            exchange.address, held.digest, held.address, held.captured, http_headers=_answer(exchange), warc_headers_dict=headers
        )
        if exchange.status == HTTPStatus.NOT_MODIFIED:
            revisit.rec_headers.replace_header("WARC-Profile", NOT_MODIFIED)
        self._write_request(exchange, revisit.rec_headers.get_header("WARC-Record-ID"))
        writer.write_record(revisit)
        self._write_about(exchange, revisit.rec_headers.get_header("WARC-Record-ID"), about)

    def _write_pair(self, exchange: Exchange) -> str:
        writer = self._open_writer(exchange.moment)
        response = writer.create_warc_record(
            exchange.address, "response", payload=BytesIO(exchange.body), length=len(exchange.body),
            http_headers=_answer(exchange), warc_headers_dict=self._headers(exchange),
        )  # fmt: skip
        response_id: str = response.rec_headers.get_header("WARC-Record-ID")
        self._write_request(exchange, response_id)
        writer.write_record(response)
        return response_id

    def _write_request(self, exchange: Exchange, response_id: str) -> None:
        """The request, before its answer: where a crawl is killed between the two, the page is not yet held."""
        parts = urlsplit(exchange.address)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = [("Host", parts.netloc), *exchange.asked]
        writer = self._open_writer(exchange.moment)
        writer.write_record(
            writer.create_warc_record(
                exchange.address, "request", http_headers=StatusAndHeaders(f"GET {path} HTTP/1.1", headers, is_http_request=True),
                warc_headers_dict=self._headers(exchange) | {"WARC-Concurrent-To": response_id},
            )
        )  # fmt: skip

    def _write_about(self, exchange: Exchange, response_id: str, about: Mapping[str, str]) -> None:
        payload = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in about.items()).encode()
        writer = self._open_writer(exchange.moment)
        writer.write_record(
            writer.create_warc_record(
                exchange.address, "metadata", payload=BytesIO(payload), length=len(payload),
                warc_content_type="application/warc-fields",
                warc_headers_dict={"WARC-Date": write_moment(exchange.moment), "WARC-Refers-To": response_id},
            )
        )  # fmt: skip

    def _headers(self, exchange: Exchange) -> dict[str, str]:
        headers = {"WARC-Date": write_moment(exchange.moment)}
        return headers | ({"WARC-IP-Address": exchange.ip} if exchange.ip else {})

    def _open_writer(self, moment: datetime) -> Any:
        if self._writer is None:
            path = self._folder / f"{self._day}.warc.gz"
            number = 1
            while path.name in self.holdings.damaged:
                number += 1
                path = self._folder / f"{self._day}-{number}.warc.gz"
            self._stream = path.open("ab")
            self._writer = WARCWriter(self._stream, gzip=True, warc_version="1.1")
            if self._stream.tell() == 0:
                self._writer.write_record(self._create_info(path.name, moment))
        return self._writer

    def _create_info(self, name: str, moment: datetime) -> Any:
        told = {"software": "vnpress", "format": "WARC File Format 1.1", "isPartOf": self._slug}
        payload = "".join(f"{key}: {value}\r\n" for key, value in told.items()).encode()
        headers = {"WARC-Date": write_moment(moment), "WARC-Filename": name}
        return self._writer.create_warc_record(
            "", "warcinfo", payload=BytesIO(payload), length=len(payload),
            warc_content_type="application/warc-fields", warc_headers_dict=headers,
        )  # fmt: skip


def _answer(exchange: Exchange) -> StatusAndHeaders:
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = ""
    return StatusAndHeaders(f"{exchange.status} {phrase}".strip(), list(exchange.answered), protocol=exchange.protocol)


def write_moment(moment: datetime) -> str:
    """A moment as WARC writes it, in UTC to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
