"""WARC files: torn, changed and foreign ones, captures of one address, hosts and languages, the index; all real files."""

from __future__ import annotations

import base64
import gzip
import hashlib
import http.server
import shutil
import subprocess
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import run_vnpress

import pipeline.corpus
from pipeline.corpus import check_file, list_inputs, read_page
from pipeline.corpus.captures import read_contents
from pipeline.corpus.records import Break, Record, scan_records
from pipeline.run import Options, Summary, run
from pipeline.tables import read_table

HTML = "text/html; charset=UTF-8"
CITY = "https://sonha.example/tin/1.html"


def vietnamese(words: str) -> bytes:
    body = f"<p>{words} Ngày 12/4/2022, hội nghị sơ kết chương trình khai mạc tại trung tâm thành phố Sơn Hà.</p>" * 3
    return f"<html><body><article><h1>Hội nghị sơ kết</h1>{body}</article></body></html>".encode()


def english(words: str) -> bytes:
    body = f"<p>{words} The council met on Tuesday and agreed on the budget of the coming year, the mayor told reporters.</p>" * 3
    return f"<html><body><article><h1>Council agrees on budget</h1>{body}</article></body></html>".encode()


def sha1(data: bytes) -> str:
    return f"sha1:{base64.b32encode(hashlib.sha1(data).digest()).decode()}"


def record(
    url: str,
    payload: bytes,
    *,
    number: int,
    date: str = "2022-04-12T01:00:00Z",
    kind: str = "response",
    media: str = HTML,
    digest: str | None = None,
) -> bytes:
    """One record of a WARC file, byte by byte as the standard has it, and as Common Crawl's news files are written."""
    http_head = f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: {len(payload)}\r\n\r\n".encode()
    block = http_head if kind == "revisit" else http_head + payload
    declared = "" if digest == "" else f"WARC-Payload-Digest: {digest or sha1(payload)}\r\n"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: {date}\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"{declared}WARC-Block-Digest: {sha1(block)}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def write(path: Path, *records: bytes) -> Path:
    """One gzip member a record, or none for a `.warc`."""
    path.write_bytes(b"".join(gzip.compress(one, mtime=0) if path.suffix == ".gz" else one for one in records))
    return path


def three(path: Path) -> Path:
    return write(path, *(record(f"https://sonha.example/{n}", vietnamese(f"Tin {n}."), number=n) for n in range(3)))


def urls(folder: Path, **options: object) -> list[str]:
    return [one.url or "" for one in list_inputs(folder, **options).inputs]  # type: ignore[arg-type]


NAMES = ["a.warc.gz", "a.warc"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_at_any_byte_gives_what_is_whole(tmp_path: Path, name: str) -> None:
    path = three(tmp_path / name)
    whole = path.read_bytes()
    ends = [met.end for met in scan_records(path) if isinstance(met, Record)]
    assert ends[-1] == len(whole)
    for cut in range(1, len(whole), 7):
        path.write_bytes(whole[:cut])
        met = list(scan_records(path))
        records = [one for one in met if isinstance(one, Record)]
        breaks = [one for one in met if isinstance(one, Break)]
        # a record of a file without gzip is whole without the empty lines behind it
        least = [end for end in ends if end - (0 if name.endswith("gz") else 4) <= cut]
        assert len(records) == len(least), cut
        if cut in ends or len(records) == 3:
            assert not breaks
        else:
            assert [one.torn for one in breaks] == [True], cut
            assert breaks[0].offset == (ends[len(records) - 1] if records else 0)


@pytest.mark.parametrize("name", NAMES)
def test_torn_file_is_told_with_place_and_remedy(tmp_path: Path, name: str) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    path = three(corpus / name)
    path.write_bytes(path.read_bytes()[:-100])
    listing = list_inputs(corpus)
    assert [one.url for one in listing.inputs] == ["https://sonha.example/0", "https://sonha.example/1"]
    (reject,) = listing.rejects
    end = check_end(path)
    assert (reject.source, reject.error) == (name, "TornRecord")
    assert f"{name}: byte {end}: the file ends within a record" in reject.message and f"truncate -s {end}" in reject.message
    checked = run_vnpress("check", corpus)
    assert checked.returncode == 1 and f"byte {end}" in checked.stdout and "1 problems" in checked.stdout
    subprocess.run(["truncate", "-s", str(end), path], check=True)
    checked = run_vnpress("check", path)
    assert checked.returncode == 0 and "2 records, 2 pages: whole" in checked.stdout
    assert not list_inputs(corpus).rejects


def check_end(path: Path) -> int:
    return max(met.end for met in scan_records(path) if isinstance(met, Record))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_behind_a_torn_record_is_read(tmp_path: Path, name: str) -> None:
    path = three(tmp_path / name)
    torn = path.read_bytes()[:-200]
    more = write(tmp_path / f"more-{name}", record(CITY, vietnamese("Tin sau."), number=9)).read_bytes()
    (tmp_path / f"more-{name}").unlink()
    path.write_bytes(torn + more)
    listing = list_inputs(tmp_path)
    assert [one.url for one in listing.inputs][-1] == CITY
    assert [one.error for one in listing.rejects] in (["BrokenRecord"], ["DigestMismatch"])


def test_changed_bytes_are_a_reject(tmp_path: Path) -> None:
    path = three(tmp_path / "a.warc")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"Tin 1.", b"Tin 7.", 1))
    listing = list_inputs(tmp_path)
    assert [one.url for one in listing.inputs] == ["https://sonha.example/0", "https://sonha.example/2"]
    (reject,) = listing.rejects
    assert reject.source.startswith("a.warc#00000000") and reject.error == "DigestMismatch"
    assert "does not have its WARC-Block-Digest" in reject.message
    assert check_file(path).problems == [reject.message.removeprefix("a.warc: ")]


def test_damage_in_the_middle_costs_what_it_damages(tmp_path: Path) -> None:
    path = three(tmp_path / "a.warc.gz")
    records = [met for met in scan_records(path) if isinstance(met, Record)]
    data = bytearray(path.read_bytes())
    middle = (records[1].offset + records[1].end) // 2
    data[middle : middle + 20] = b"\xff" * 20
    path.write_bytes(bytes(data))
    listing = list_inputs(tmp_path)
    assert [one.url for one in listing.inputs] == ["https://sonha.example/0", "https://sonha.example/2"]
    assert f"byte {records[1].offset}: gzip data that cannot be unpacked" in listing.rejects[0].message
    assert f"reading goes on at byte {records[2].offset}" in listing.rejects[0].message


def test_what_is_no_warc_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.warc.gz").write_bytes(b"")
    (tmp_path / "page.warc").write_bytes(vietnamese("Tin."))
    (tmp_path / "one-member.warc.gz").write_bytes(gzip.compress(three(tmp_path / "plain.warc").read_bytes()))
    (tmp_path / "bomb.warc.gz").write_bytes(gzip.compress(record(CITY, bytes(60_000_000), number=1)))
    (tmp_path / "magic.warc.gz").write_bytes(b"\x1f\x8b\x08" * 200_000)
    told = {one.source: one.message for one in list_inputs(tmp_path).rejects}
    assert set(told) == {"empty.warc.gz", "page.warc", "one-member.warc.gz", "bomb.warc.gz", "magic.warc.gz"}
    assert "is empty" in told["empty.warc.gz"]
    assert "no record begins here" in told["page.warc"] or "no headers" in told["page.warc"]
    assert "warcio recompress" in told["one-member.warc.gz"]
    assert "bomb" in told["bomb.warc.gz"]
    assert len(list_inputs(tmp_path).inputs) == 3  # of plain.warc


def test_too_large_for_an_article_is_stepped_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline.corpus.records, "MAX_BLOCK", 5_000)
    for name in NAMES:
        path = write(
            tmp_path / name,
            record("https://sonha.example/film", bytes(range(256)) * 100, number=1, media="video/mp4"),
            record(CITY, vietnamese("Tin."), number=2),
        )
        assert urls(tmp_path) == [CITY]
        assert (check_file(path).records, check_file(path).checked, check_file(path).problems) == (2, 1, [])


class Portal(http.server.BaseHTTPRequestHandler):
    """A portal that sends its pages in chunks, and packed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        data = vietnamese(f"Trang {self.path}.") if self.path != "/missing" else b"none"
        self.send_response(200 if self.path != "/missing" else 404)
        self.send_header("Content-Type", HTML)
        if self.path == "/packed":
            data = gzip.compress(data)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for at in range(0, len(data), 100):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data[at : at + 100]), data[at : at + 100]))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *said: object) -> None:
        pass


@pytest.fixture
def portal() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_warc_file_of_wget(tmp_path: Path, portal: str) -> None:
    if shutil.which("wget") is None:
        pytest.skip("wget is not installed: no WARC file of another tool can be made")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    pages = [f"{portal}/{name}" for name in ("tin-1.html", "packed", "missing")]
    command = ["wget", "--quiet", f"--warc-file={corpus}/news", "--delete-after", f"--directory-prefix={tmp_path}", *pages]
    subprocess.run(command, check=False, timeout=60, env={"PATH": "/usr/bin:/bin", "no_proxy": "127.0.0.1"})
    listing = list_inputs(corpus)
    assert sorted(urls(corpus)) == sorted(pages[:2])
    assert not listing.rejects
    assert check_file(corpus / "news.warc.gz").problems == []
    read = {one.url: read_page(one) for one in listing.inputs}
    assert read[pages[0]].data == vietnamese("Trang /tin-1.html.")
    assert read[pages[1]].data == vietnamese("Trang /packed.")


def news(path: Path) -> Path:
    """As Common Crawl's CC-NEWS: hosts of all the world in one file."""
    pages = [
        ("https://vnexpress.example/a.html", vietnamese("Tin A.")),
        ("https://m.vnexpress.example/b.html", vietnamese("Tin B.")),
        ("https://vnexpress.example/en.html", english("News.")),
        ("https://lamgiang.gov.example/c.html", vietnamese("Tin C.")),
        ("https://herald.example/d.html", english("Elsewhere.")),
        ("https://notvnexpress.example/e.html", vietnamese("Tin E.")),
    ]
    info = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Type: application/warc-fields\r\nContent-Length: 12\r\n\r\nformat: WARC\r\n\r\n\r\n"
    return write(path, info, *(record(url, page, number=n) for n, (url, page) in enumerate(pages)))


def test_hosts(tmp_path: Path) -> None:
    news(tmp_path / "CC-NEWS-20220412.warc.gz")
    (tmp_path / "saved.html").write_bytes(vietnamese("Tin lưu."))
    both = "https://m.vnexpress.example/b.html", "https://vnexpress.example/a.html", "https://vnexpress.example/en.html"
    assert tuple(sorted(urls(tmp_path, hosts=("vnexpress.example",)))) == both
    assert urls(tmp_path, hosts=("*.gov.example",)) == ["https://lamgiang.gov.example/c.html"]
    assert len(urls(tmp_path, hosts=("VNExpress.example", "*.gov.example"))) == 4
    assert len(urls(tmp_path)) == 7


def extract(corpus: Path, out: Path, **options: Any) -> Summary:
    """`vnpress extract` in this process, where the models are loaded already."""
    return run(Options(corpus=corpus, out=out, **options), clock=lambda: datetime.now(UTC))


def test_news_by_host_and_language(tmp_path: Path) -> None:
    corpus, out = tmp_path / "corpus", tmp_path / "out"
    corpus.mkdir()
    news(corpus / "CC-NEWS-20220412.warc.gz")
    done = run_vnpress("extract", corpus, "--out", out, "--hosts", "vnexpress.example,*.gov.example", "--language", "vi")
    assert done.returncode == 0, done.stderr
    articles = read_table("articles", out)
    assert set(articles["language"]) == {"vi"}
    assert sorted(articles["url"]) == [
        "https://lamgiang.gov.example/c.html", "https://m.vnexpress.example/b.html", "https://vnexpress.example/a.html",
    ]  # fmt: skip
    choice: dict[str, Any] = {"hosts": ("vnexpress.example", "*.gov.example"), "cache": tmp_path / ".vnpress" / "cache.sqlite"}
    assert extract(corpus, out, **choice, languages=("en",)).n_unchanged == 4, "nothing is read anew for another choice"
    assert list(read_table("articles", out)["url"]) == ["https://vnexpress.example/en.html"]
    extract(corpus, out, **choice, languages=("vi",))
    extract(corpus, tmp_path / "fresh", hosts=choice["hosts"], languages=("vi",))
    for name in ("articles", "counts", "dates", "mentions", "events"):
        assert (out / f"{name}.parquet").read_bytes() == (tmp_path / "fresh" / f"{name}.parquet").read_bytes()


def test_choice_that_leaves_nothing_is_told(tmp_path: Path) -> None:
    news(tmp_path / "CC-NEWS-20220412.warc.gz")
    none = run_vnpress("extract", tmp_path, "--out", tmp_path / "out", "--hosts", "nowhere.example")
    assert none.returncode == 2 and "nothing to read here that matches the hosts nowhere.example" in none.stderr
    assert run_vnpress("extract", tmp_path, "--hosts", ",").returncode == 2


FIRST, SECOND = vietnamese("Có 4/18 nhiệm vụ hoàn thành."), vietnamese("Có 9/18 nhiệm vụ hoàn thành.")


def on(day: int, payload: bytes, **more: object) -> bytes:
    return record(CITY, payload, number=day, date=f"2022-04-{day:02}T01:00:00Z", **more)  # type: ignore[arg-type]


def content(folder: Path) -> tuple[bytes, str]:
    (one,) = list_inputs(folder).inputs
    return read_page(one).data, one.source


def test_newest_content_counts(tmp_path: Path) -> None:
    write(tmp_path / "b.warc.gz", on(10, FIRST))
    write(tmp_path / "a.warc.gz", on(12, SECOND))
    assert content(tmp_path) == (SECOND, "a.warc.gz#00000000-0000-4000-8000-000000000012")
    same = on(13, SECOND), on(14, b"", kind="revisit", digest=sha1(SECOND))
    write(tmp_path / "c.warc.gz", *same)
    assert content(tmp_path)[1] == "a.warc.gz#00000000-0000-4000-8000-000000000012", "the same content again changes no row"
    write(tmp_path / "d.warc.gz", on(15, b"", kind="revisit", digest=sha1(FIRST)))
    assert content(tmp_path)[0] == FIRST, "a revisit of older content brings it back"
    write(tmp_path / "e.warc.gz", on(16, b"", kind="revisit", digest=sha1(b"never seen")), on(17, b"", kind="revisit", digest=""))
    assert content(tmp_path)[0] == FIRST, "a revisit of what was never captured changes nothing"


def test_a_page_captured_again_replaces_its_rows(tmp_path: Path) -> None:
    corpus, out = tmp_path / "corpus", tmp_path / "out"
    corpus.mkdir()
    write(corpus / "b.warc.gz", on(10, FIRST))
    extract(corpus, out)
    (article,) = read_table("articles", out)["article_id"]
    assert set(read_table("counts", out)["value"].astype(int)) == {4}
    write(corpus / "a.warc.gz", on(12, SECOND))
    extract(corpus, out)
    assert list(read_table("articles", out)["article_id"]) == [article]
    assert set(read_table("counts", out)["value"].astype(int)) == {9}


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Which files are read, and from where."""
    met: list[tuple[str, int]] = []

    def read(path: Path, begin: int) -> object:
        met.append((path.name, begin))
        return read_contents(path, begin)

    monkeypatch.setattr(pipeline.corpus, "read_contents", read)
    return met


@pytest.mark.parametrize("name", NAMES)
def test_index_spares_reading(tmp_path: Path, reads: list[tuple[str, int]], name: str) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "kept" / "warc.sqlite"
    corpus.mkdir()
    path = three(corpus / name)
    first = list_inputs(corpus, index=index)
    assert list_inputs(corpus, index=index) == first
    assert reads == [(name, 0)], "an unchanged file is not read again"
    end = path.stat().st_size
    more = write(tmp_path / name, record(CITY, vietnamese("Mới."), number=9)).read_bytes()
    path.write_bytes(path.read_bytes() + more[:-50])
    torn = list_inputs(corpus, index=index)
    assert torn.inputs == first.inputs and len(torn.rejects) == 1
    assert reads[1:] == [(name, end)], "a grown file is read from where it ended"
    assert list_inputs(corpus, index=index) == torn and len(reads) == 2, "what was wrong is told again without reading"
    path.write_bytes(path.read_bytes()[:end] + more)
    grown = list_inputs(corpus, index=index)
    assert len(grown.inputs) == 4 and not grown.rejects
    assert reads[2:] == [(name, end)]
    path.write_bytes(more)
    assert [one.url for one in list_inputs(corpus, index=index).inputs] == [CITY]
    assert reads[3:] == [(name, 0)], "a file that was written anew is read anew"
    assert list_inputs(corpus) == list_inputs(corpus, index=index)
    path.unlink()
    (corpus / "a.txt").write_text("Tin", "utf-8")
    assert urls(corpus, index=index) == [""]


def test_one_named_file_is_read_alone(tmp_path: Path, reads: list[tuple[str, int]]) -> None:
    three(tmp_path / "a.warc.gz")
    (tmp_path / "b.txt").write_text("Tin", "utf-8")
    assert len(list_inputs(tmp_path, "b.txt").inputs) == 1 and reads == []
    assert len(list_inputs(tmp_path, "a.warc.gz").inputs) == 3
    assert len(list_inputs(tmp_path, "a.*").inputs) == 3
    assert len(list_inputs(tmp_path, "*000000000002").inputs) == 1


@pytest.mark.parametrize("damage", ["garbage", "middle", "folder", "cut"])
def test_damaged_index_loses_nothing(tmp_path: Path, damage: str) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "warc.sqlite"
    corpus.mkdir()
    three(corpus / "a.warc.gz")
    wanted = list_inputs(corpus, index=index)
    data = index.read_bytes()
    if damage == "folder":
        index.unlink()
        index.mkdir()
    else:
        damaged = {"garbage": b"x" * 9000, "middle": data[:3000] + b"\xff" * (len(data) - 3000), "cut": data[: len(data) // 2]}
        index.write_bytes(damaged[damage])
    assert list_inputs(corpus, index=index) == wanted
    assert list_inputs(corpus, index=index) == wanted


def test_hostile_headers(tmp_path: Path) -> None:
    good = record(CITY, vietnamese("Tin."), number=1)
    for number, (old, new) in enumerate(
        [
            (b"Content-Length: ", b"Content-Length: -"),
            (b"Content-Length: ", b"Content-Length: 99999999999999999999"),
            (CITY.encode(), b"http://[broken/1.html"),
            (CITY.encode(), "https://\udcff\x00/1.html".encode("utf-8", "surrogatepass")),
            (b"WARC-Type: response", b"WARC-Type: response\r\n continued"),
            (b"HTTP/1.1 200 OK", b"HTTP/1.1 twohundr"),
        ]
    ):
        (tmp_path / f"{number}.warc.gz").write_bytes(zlib.compress(good.replace(old, new), wbits=31))
    listing = list_inputs(tmp_path, hosts=("sonha.example",))
    assert {one.error for one in listing.rejects} <= {"BrokenRecord", "DigestMismatch"}
    assert list_inputs(tmp_path, index=tmp_path / "index.sqlite").inputs
