"""Inputs that nobody wrote: random bytes, mutated pages, sentences of random words, mutated WARC files; what must hold for all.

500 inputs in the suite, always the same; `VNPRESS_FUZZ=20000` (`make fuzz`) asks for more, and for others each time.
"""

from __future__ import annotations

import functools
import gzip
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from conftest import DECISION, MEETING, ROOT
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_warc import record, vietnamese

from pipeline.corpus import list_inputs, read_page
from pipeline.corpus.inputs import KINDS
from pipeline.extraction import Extract, extract
from pipeline.model import Page, Reject, UnreadableInput
from pipeline.resolve.evidence import Evidence
from pipeline.resolve.resolution import resolve
from pipeline.run import finish_rows
from pipeline.tables import ARTICLE_TABLES, GLOBAL_TABLES, TABLES, Plain, reject_row, to_batch, to_plain

INPUTS = int(os.environ.get("VNPRESS_FUZZ", "500"))
LONG = "VNPRESS_FUZZ" in os.environ
SLOWEST = 20.0  # seconds; a run gives an input up that takes longer
F = TypeVar("F", bound=Callable[..., None])


def inputs(share: float) -> Callable[[F], F]:
    """This test's share of all inputs; a failing one is made smaller only where there is time."""
    return settings(
        max_examples=max(10, int(INPUTS * share)),
        deadline=None,
        derandomize=not LONG,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


@functools.cache
def samples() -> tuple[bytes, ...]:
    """Pages and texts that look real: of the sample corpus and of the saved pages, the small ones."""
    paths = sorted([*(ROOT / "corpus").rglob("*.*"), *(ROOT / "tests" / "pages").rglob("*.html")])
    read = [path.read_bytes() for path in paths if path.suffix in (".html", ".txt") and path.stat().st_size < 9_000]
    assert len(read) > 40
    return (*read, MEETING.encode(), DECISION.encode())


# What rules look for, and what breaks readers of it: written beside each other in any order.
WORDS = (
    "ngày 31/2/2022", "5/32", "4/9 công trình", "trước ngày", "30/4", "quý V/2022", "tháng 13", "0/0 nhiệm vụ", "99999999999999999999",
    "1.2.3.4,5", "-5%", "12,5%", "1,2 tỷ đồng", "3-5 dự án", "hai phần ba", "2 tháng/lần", "0 lần/năm", "10 ngày kể từ ngày", "ông", "bà",
    "đồng chí", "Nguyễn Văn", "Trần Quốc Đạt", "Phó Chủ tịch", "UBND tỉnh", "Bộ trưởng", "Quyết định số 812/QĐ-UBND", "15/2021/NĐ-CP",
    "09-CTr/TU", "và", ",", ";", ".", ":", "(", ")", "“", "”", "\n\n", "\n", "\t", " ", "…", "/", "-", "–", "VND", "km", "m²", "°", "½",
    "hôm nay", "tuần trước", "mùng 1 Tết", "rằm tháng Giêng", "24 giờ", "25:61", "08h30", "24:00", "\u202e", "\u200b", "\ufeff", "\xad",
    "e\u0302\u0301", "\u0301", "\ud7ff", "\U0001f600", "\x85", "\u2028", "Đ", "ð", "ơ", "vơí", "�", "Sở, ngành", "xong", "hoàn thành",
    "các huyện", "báo cáo", "bổ nhiệm", "nguyên", "quyền", "giao", "yêu cầu", "năm 0000", "năm 9999", "31/12/9999", "1/1/0001",
)  # fmt: skip
TAGS = (
    b"<p>", b"</p>", b"<div>", b"</div>", b"<table><tr><td>", b"<br>", b"<!--", b"-->", b"<script>", b"</script>", b"<a href='x'>", b"]]>",
    b"<time datetime='2022-13-45'>", b"<h1>", b"<article>", b"<noscript>", b"<svg>", b"<plaintext>", b"&#0;", b"&#xD800;", b"&#x110000;",
    b"&nbsp", b"<meta charset=utf-16>", b"<base href='http://['>", b"<link rel=canonical href='http://['>",
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80",
    b'<script type="application/ld+json">{"@type":"NewsArticle","datePublished":{"a":[1]},"author":[[]],"headline":1e999}</script>',
    b'<meta property="article:published_time" content="9999-12-31T23:59:59+14:00">', b"<time datetime='0001-01-01T00:00:00-14:00'>",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-8-sig", "cp1258", "cp1252", "utf-7", "utf-32")


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A page that looks real, cut, doubled, mixed with another, and written over."""
    data = draw(st.sampled_from(samples()))
    for _ in range(draw(st.integers(0, 6))):
        begin = draw(st.integers(0, len(data)))
        end = min(len(data), begin + draw(st.integers(0, 400)))
        how = draw(st.sampled_from(("cut", "double", "foreign", "tag", "word", "bytes", "rest", "encode")))
        piece = data[begin:end]
        if how == "cut":
            piece = b""
        elif how == "double":
            piece *= draw(st.integers(2, 20))
        elif how == "foreign":
            other = draw(st.sampled_from(samples()))
            at = draw(st.integers(0, len(other)))
            piece = other[at : at + 500]
        elif how == "tag":
            piece = draw(st.sampled_from(TAGS)) * draw(st.integers(1, 30))
        elif how == "word":
            piece = " ".join(draw(st.lists(st.sampled_from(WORDS), max_size=8))).encode("utf-8", "surrogatepass")
        elif how == "bytes":
            piece = draw(st.binary(max_size=12))
        elif how == "rest":
            end = len(data)
            piece = b""
        elif how == "encode":
            data, begin, end = data.decode("utf-8", "replace").encode(draw(st.sampled_from(ENCODINGS)), "replace"), 0, 0
            piece = b""
        data = data[:begin] + piece + data[end:]
    return data


def rows_of(page: Page) -> dict[str, list[list[Plain]]]:
    """All rows of one page, by the path that they take in a run; what is refused is refused by name."""
    begin = time.perf_counter()
    result = extract(page)
    assert time.perf_counter() - begin < SLOWEST
    if isinstance(result, Reject):
        assert result.error == UnreadableInput.__name__, result.message
        return {"rejects": [to_plain(reject_row(result))]}
    assert isinstance(result, Extract)
    resolution = resolve([Evidence.from_json(result.evidence.to_json())])
    packed = json.dumps(result.tables, ensure_ascii=False).encode("utf-8", "surrogatepass")
    tables = finish_rows(json.loads(packed), resolution)
    return tables | {name: [to_plain(row) for row in getattr(resolution, name)] for name in GLOBAL_TABLES}


def check(page: Page) -> None:
    """The invariants of one page."""
    tables = rows_of(page)
    assert rows_of(page) == tables, "the same page gives the same rows"
    keys = {name: [row[TABLES[name].place_of(TABLES[name].key)] for row in rows] for name, rows in tables.items()}
    text = str(tables["articles"][0][TABLES["articles"].place_of("text")]) if "articles" in tables else ""
    for name, rows in tables.items():
        table = TABLES[name]
        assert len(set(keys[name])) == len(rows), f"keys of {name}"
        to_batch(table, rows)  # types, and that it can be written
        for place, column in enumerate(table.columns):
            if column.refers and name in ARTICLE_TABLES:
                lost = {row[place] for row in rows} - {None, *keys.get(column.refers, [])}
                assert not lost, f"{name}.{column.name}"
        names = [column.name for column in table.columns]
        if {"start", "end", "article_id"} <= set(names):
            for row in rows:
                start, end, quoted = (row[names.index(name)] for name in ("start", "end", "text"))
                assert start is None or text[start:end] == quoted, (name, row)  # type: ignore[misc]


URLS = st.sampled_from(
    (None, "https://baotin.example/tin-1.html", "http://[", "https://vnexpress.net/a-1234567.html", "", "//", "x:\x00")
)


@inputs(0.5)
@given(data=mutated(), kind=st.sampled_from(("html", "html", "html", "txt")), url=URLS)
def test_mutated_pages(data: bytes, kind: str, url: str | None) -> None:
    check(Page(source="a", data=data, kind=kind, url=url, charset=None))


@inputs(0.3)
@given(words=st.lists(st.sampled_from(WORDS), max_size=60))
def test_sentences_of_random_words(words: list[str]) -> None:
    text = "Hội nghị sơ kết\n\n08:30 12/04/2022\n\n" + " ".join(words)
    check(Page(source="a", data=text.encode("utf-8", "surrogatepass"), kind="txt"))


@inputs(0.1)
@given(
    data=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass"))),
    kind=st.sampled_from(sorted(set(KINDS.values()) - {"doc"})),  # LibreOffice takes a second for each
    head=st.sampled_from((b"", b"", b"PK\x03\x04", b"%PDF-1.4\n", b"{\\rtf1 ", b"<html>", b"\xff\xfe", b"\xef\xbb\xbf")),
    charset=st.sampled_from(
        (None, "utf-8", "utf-16", "x-none", "tcvn", "\x00", "rot13", "base64", "idna", "unicode_escape", "gb18030")
    ),
)
def test_bytes(data: bytes, kind: str, head: bytes, charset: str | None) -> None:
    check(Page(source="a", data=head + data, kind=kind, charset=charset))


@functools.cache
def warc(name: str) -> bytes:
    members = [record(f"https://p.example/{n}", vietnamese(f"Tin {n}."), number=n) for n in range(3)]
    return b"".join(gzip.compress(one, mtime=0) for one in members) if name.endswith(".gz") else b"".join(members)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@inputs(0.1)
@given(
    name=st.sampled_from(("a.warc", "a.warc.gz")),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 50), st.binary(max_size=20)), max_size=4),
    keep=st.floats(0.2, 1),
    again=st.booleans(),
)
def test_warc_files(folder: Path, name: str, edits: list[tuple[float, int, bytes]], keep: float, again: bool) -> None:
    data = warc(name)
    for place, length, written in edits:
        at = int(place * len(data))
        data = data[:at] + written + data[at + length :]
    data = data[: int(keep * len(data))] + (warc(name) if again else b"")
    for path in folder.iterdir():
        path.unlink()
    (folder / name).write_bytes(data)
    listing = list_inputs(folder)
    assert list_inputs(folder) == listing
    assert len({one.source for one in listing.inputs}) == len(listing.inputs)
    assert listing.rejects or listing.inputs
    for one in listing.inputs:
        try:
            page = read_page(one)
        except UnreadableInput:
            continue
        if (one.url or "").startswith("https://p.example/") and one.source.startswith(f"{name}#00000000-0000-4000-8000-"):
            assert page.data.startswith(b"<html>")  # a digest that holds means bytes that were written
    if again:
        assert len(listing.inputs) >= 2
