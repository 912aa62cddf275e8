"""A portal on loopback that a test scripts page by page, and that keeps its own log of who asked what, when, and how many at once."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

WORDS = "Ủy ban nhân dân thành phố Sơn Hà họp với các sở, ngành về kế hoạch đầu tư công và cải cách thủ tục hành chính. "


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it: begin and end in monotonic seconds, and how many were being answered then."""

    path: str
    headers: Mapping[str, str]
    begin: float
    end: float
    at_once: int
    status: int


@dataclass(slots=True)
class Answer:
    """What the server says, after `wait` seconds; `drip`: a byte at a time, for ever; `unsized`: without Content-Length."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: bool = False
    unsized: bool = False


Page = Answer | Callable[[int, Mapping[str, str]], Answer]


class Portal:
    """Pages by path; a page is an Answer, or a function of how often it was asked for before, and the request's headers."""

    def __init__(self, *, name: str = "127.0.0.1", certificate: Path | None = None) -> None:
        self.pages: dict[str, Page] = {}
        self.log: list[Asked] = []
        self._lock, self._busy = threading.Lock(), 0
        portal = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one piece: in two, the kernel waits 40 ms between them
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                portal._serve(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http{'s' if certificate else ''}://{name}:{self.port}"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        begin = time.monotonic()
        with self._lock:
            self._busy += 1
            at_once = self._busy
            times = sum(asked.path == handler.path for asked in self.log)
        page = self.pages.get(handler.path) or self.pages.get(handler.path.partition("?")[0])
        answer = Answer(b"not here", 404) if page is None else page
        answer = answer if isinstance(answer, Answer) else answer(times, dict(handler.headers))
        time.sleep(answer.wait)

        def note() -> None:
            """Just before the last byte is sent: what comes after it can only be later."""
            with self._lock:
                self._busy -= 1
                self.log.append(Asked(handler.path, dict(handler.headers), begin, time.monotonic(), at_once, answer.status))

        try:
            _send(handler, answer, note)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.log]

    @contextmanager
    def running(self) -> Iterator[Portal]:
        """Serve until the block ends."""
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()

    # --- what portals are made of ---------------------------------------------------------------------------------

    def page(self, title: str, body: str = WORDS * 6) -> Answer:
        """An article as HTML."""
        html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div class=text><p>{body}</p></div></body></html>"
        return Answer(html.encode())

    def article(self, path: str, title: str = "Thành phố Sơn Hà họp", *, packed: bool = False) -> Answer:
        """Put an article there."""
        answer = self.page(title)
        if packed:
            answer = Answer(gzip.compress(answer.body, mtime=0), headers={"Content-Encoding": "gzip"})
        self.pages[path] = answer
        return answer

    def feed(self, path: str, links: list[str], dates: Mapping[str, str] | None = None) -> None:
        """Put an RSS feed of these links there; paths become addresses of this portal."""
        items = "".join(
            f"<item><title>tin</title><link>{self.url + link if link.startswith('/') else link}</link>"
            + (f"<pubDate>{dates[link]}</pubDate>" if dates and link in dates else "")
            + "</item>"
            for link in links
        )
        body = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{items}</channel></rss>'.replace("&", "&amp;")
        self.pages[path] = Answer(body.encode(), headers={"Content-Type": "application/rss+xml"})


def _send(handler: BaseHTTPRequestHandler, answer: Answer, note: Callable[[], None]) -> None:
    handler.send_response(answer.status)
    headers = {"Content-Type": "text/html; charset=utf-8", **answer.headers}
    if answer.drip or answer.unsized:
        headers["Connection"] = "close"
        handler.close_connection = True
    elif answer.status != 304:
        headers["Content-Length"] = str(len(answer.body))
    for name, value in headers.items():
        handler.send_header(name, value)
    if answer.drip:
        handler.end_headers()
        try:
            for _ in range(2000):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                time.sleep(0.02)
        finally:
            note()
        return
    note()
    handler.end_headers()
    if answer.status != 304:
        handler.wfile.write(answer.body)


def make_certificate(path: Path) -> Path:
    """A certificate for this machine that nobody vouches for, with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(pem))
    return path
