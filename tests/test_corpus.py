"""What lies in a corpus folder: files, sidecars, WARC captures, and what cannot be read; all real."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import tempfile
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from conftest import run_vnpress
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.clean import clean_page
from pipeline.corpus import CorpusError, list_inputs, read_page
from pipeline.model import VIETNAM, UnreadableInput
from pipeline.tables import read_table


def write_warc(path: Path, captures: list[tuple[str, str, str, bytes]], *, gzip: bool = True) -> None:
    """Captures as (url, WARC-Date, content type, payload)."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=gzip)
        for url, date, media, payload in captures:
            headers = StatusAndHeaders("200 OK", [("Content-Type", media)], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                url, "response", payload=io.BytesIO(payload), http_headers=headers, warc_headers_dict={"WARC-Date": date}
            )
            writer.write_record(record)


def page(words: str) -> bytes:
    body = f"<p>{words} Ngày 12/4/2022, hội nghị sơ kết chương trình khai mạc tại trung tâm thành phố.</p>" * 3
    return f"<html><body><article><h1>Hội nghị sơ kết</h1>{body}</article></body></html>".encode()


def test_files_in_the_order_of_their_sources(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/two.html", "a.txt", "c.htm", "README.md", ".hidden.txt", "a.meta.json"):
        (tmp_path / name).write_text("{}" if name.endswith("json") else "x", "utf-8")
    listing = list_inputs(tmp_path)
    assert [one.source for one in listing.inputs] == ["a.txt", "b/two.html", "c.htm"]
    assert [one.kind for one in listing.inputs] == ["txt", "html", "html"]
    assert not listing.rejects


def test_sidecar_says_what_the_file_cannot(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hội nghị", "utf-8")
    said = {"url": "https://sonha.example/1.html", "published": "2022-04-12T08:30", "title": "Tiêu đề khác"}
    (tmp_path / "a.meta.json").write_text(json.dumps(said), "utf-8")
    read = read_page(list_inputs(tmp_path).inputs[0])
    assert (read.url, read.portal, read.title) == ("https://sonha.example/1.html", "sonha.example", "Tiêu đề khác")
    assert read.identity == "https://sonha.example/1.html"
    assert read.published == datetime.fromisoformat("2022-04-12T08:30+07:00")


@pytest.mark.parametrize(
    ("sidecar", "told"),
    [
        ("{", "not readable as JSON"),
        ('{"adress": "x"}', "unknown key 'adress'"),
        ('{"published": "hôm qua"}', "ISO 8601"),
        ("[]", "one JSON object"),
    ],
)
def test_wrong_sidecar_is_told(tmp_path: Path, sidecar: str, told: str) -> None:
    (tmp_path / "a.txt").write_text("Hội nghị", "utf-8")
    (tmp_path / "a.meta.json").write_text(sidecar, "utf-8")
    with pytest.raises(UnreadableInput, match=told):
        read_page(list_inputs(tmp_path).inputs[0])


@pytest.mark.parametrize("gzip", [True, False])
def test_latest_capture_of_an_address_is_read(tmp_path: Path, gzip: bool) -> None:
    suffix = ".warc.gz" if gzip else ".warc"
    html = "text/html; charset=utf-8"
    early = [
        ("https://p.example/1", "2022-04-12T01:00:00Z", html, page("Bản đầu.")),
        ("https://p.example/2", "2022-04-12T01:00:00Z", html, page("Tin hai.")),
        ("https://p.example/robots.txt", "2022-04-12T01:00:00Z", "text/plain", b"User-agent: *"),
        ("https://p.example/rss", "2022-04-12T01:00:00Z", "application/rss+xml", b"<rss/>"),
    ]
    write_warc(tmp_path / f"a{suffix}", [("https://p.example/1", "2022-04-14T01:00:00Z", html, page("Bản cuối."))], gzip=gzip)
    write_warc(tmp_path / f"b{suffix}", early, gzip=gzip)
    listing = list_inputs(tmp_path)
    assert sorted(one.url or "" for one in listing.inputs) == ["https://p.example/1", "https://p.example/2"]
    pages = {one.url: read_page(one) for one in listing.inputs}
    assert b"B\xe1\xba\xa3n cu\xe1\xbb\x91i" in pages["https://p.example/1"].data
    assert pages["https://p.example/2"].charset == "utf-8"
    assert all("#" in one.source for one in listing.inputs)


def test_torn_warc_keeps_what_is_whole(tmp_path: Path) -> None:
    html = "text/html"
    write_warc(tmp_path / "a.warc.gz", [(f"https://p.example/{n}", "2022-04-12T01:00:00Z", html, page(str(n))) for n in range(5)])
    whole = (tmp_path / "a.warc.gz").read_bytes()
    (tmp_path / "a.warc.gz").write_bytes(whole[: len(whole) * 2 // 3])
    done = run_vnpress("extract", tmp_path, "--out", tmp_path.parent / "out", "--no-cache")
    articles = read_table("articles", tmp_path.parent / "out")
    assert done.returncode in (0, 1) and 2 <= len(articles) <= 4


def test_same_address_twice_gives_two_articles(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.html").write_bytes(page("Tin."))
        (tmp_path / f"{name}.meta.json").write_text('{"url": "https://p.example/1"}', "utf-8")
    identities = [one.identity for one in list_inputs(tmp_path).inputs]
    assert identities == ["https://p.example/1", "b.html"]


def test_what_is_no_readable_file_is_rejected_and_the_rest_goes_on(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "good.txt").write_text("Hội nghị\n\n12/04/2022\n\nNgày 12/4, hội nghị khai mạc.", "utf-8")
    (tmp_path / "secret.txt").write_text("x", "utf-8")
    (corpus / "leaves.txt").symlink_to(tmp_path / "secret.txt")
    (corpus / "dangling.txt").symlink_to(corpus / "nowhere.txt")
    os.mkfifo(corpus / "pipe.txt")
    (corpus / "dòng\nmới.txt").write_text("Hội nghị\n\n12/04/2022\n\nNgày 12/4, hội nghị.", "utf-8")
    (corpus / ("dài" * 60 + ".txt")).write_text("Hội nghị\n\n12/04/2022\n\nNgày 12/4, hội nghị.", "utf-8")
    Path(os.fsdecode(os.fsencode(corpus) + b"/\xff\xfe.txt")).write_bytes(b"")
    done = run_vnpress("extract", corpus, "--out", tmp_path / "out")
    assert done.returncode == 1, done.stderr
    rejects = read_table("rejects", tmp_path / "out").set_index("source")["message"]
    assert "leaves the corpus folder" in rejects["leaves.txt"]
    assert "cannot be opened" in rejects["dangling.txt"]
    assert "not a regular file" in rejects["pipe.txt"]
    assert "\\xff\\xfe.txt" in rejects.index
    assert len(read_table("articles", tmp_path / "out")) == 3


def say_problems(folder: str, answer: Connection) -> None:
    """In a process of its own, as a user who may do nothing: what the listing says of a folder."""
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    answer.send([reject.message for reject in list_inputs(Path(folder)).rejects])


def test_file_without_permission() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become a user who may not read, and come back")
    with tempfile.TemporaryDirectory() as folder:  # pytest's own temporary folders are closed to other users
        Path(folder).chmod(0o755)
        (Path(folder) / "closed.txt").write_text("Hội nghị", "utf-8")
        (Path(folder) / "closed.txt").chmod(0)
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("fork").Process(target=say_problems, args=(folder, theirs))
        process.start()
        process.join(30)
        assert ours.poll(), "the process as another user said nothing"
        assert ours.recv() == ["closed.txt: no permission to read; give the user that runs vnpress the right to read it"]


def test_nothing_that_matches(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", "utf-8")
    with pytest.raises(CorpusError, match="nothing to read here that matches"):
        list_inputs(tmp_path, only="00*")


@pytest.mark.parametrize(("said", "grain"), [("2022-04-12", "day"), ("2022-04-12T08:30", "minute"), ("2022-04-11T17:00Z", "day")])
@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_a_date_without_time_stays_a_day(tmp_path: Path, name: str, said: str, grain: str) -> None:
    (tmp_path / name).write_bytes(page("Tin.") if name.endswith("html") else "Hội nghị\n\nHội nghị khai mạc sáng nay.".encode())
    (tmp_path / "a.meta.json").write_text(json.dumps({"published": said}), "utf-8")
    article = clean_page(read_page(list_inputs(tmp_path).inputs[0]))
    assert article.published_grain == grain
    assert article.published_at is not None and article.published_at.astimezone(VIETNAM).date().isoformat() == "2022-04-12"
