"""A portal on loopback that a test scripts page by page, and that keeps its own log of who asked what, when, and how many at once."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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
    """What the server says; `drip` sends the body for ever, a byte at a time."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: bool = False
    length: int | None = None


Page = Answer | Callable[["Asked"], Answer]


class Portal:
    """Pages by path; a page is an Answer, or a function of the number of times that it was asked for before."""

    def __init__(self, *, host: str = "127.0.0.1") -> None:
        self.pages: dict[str, Answer | Callable[[int, Mapping[str, str]], Answer]] = {}
        self.log: list[Asked] = []
        self._lock, self._busy = threading.Lock(), 0
        portal = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                portal._serve(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer((host, 0), Handler)
        self.server.daemon_threads = True
        self.host = host
        self.port = self.server.server_address[1]
        self.url = f"http://{host}:{self.port}"

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        begin = time.monotonic()
        with self._lock:
            self._busy += 1
            at_once = self._busy
            times = sum(asked.path == handler.path for asked in self.log)
        page = self.pages.get(handler.path) or self.pages.get(handler.path.partition("?")[0])
        answer = Answer(b"not here", 404) if page is None else page
        answer = answer if isinstance(answer, Answer) else answer(times, dict(handler.headers))
        try:
            self._send(handler, answer)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True
        finally:
            with self._lock:
                self._busy -= 1
                self.log.append(Asked(handler.path, dict(handler.headers), begin, time.monotonic(), at_once, answer.status))

    def _send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        time.sleep(answer.wait)
        handler.send_response(answer.status)
        headers = {"Content-Type": "text/html; charset=utf-8", **answer.headers}
        bodiless = answer.status == 304
        if not answer.drip and not bodiless:
            headers["Content-Length"] = str(len(answer.body) if answer.length is None else answer.length)
        for name, value in headers.items():
            handler.send_header(name, value)
        if answer.drip:
            handler.send_header("Connection", "close")
            handler.close_connection = True
        handler.end_headers()
        if answer.drip:
            for _ in range(2000):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                time.sleep(0.05)
        elif not bodiless:
            handler.wfile.write(answer.body)

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

    def article(self, path: str, title: str = "Thành phố Sơn Hà họp", *, packed: bool = False, **headers: str) -> Answer:
        """Put an article there."""
        html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div class=text><p>{WORDS * 6}</p></div></body></html>"
        body = html.encode()
        answer = Answer(gzip.compress(body, mtime=0), headers={"Content-Encoding": "gzip", **headers}) if packed else Answer(body)
        answer.headers |= headers
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
