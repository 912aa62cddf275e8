"""Nothing that lies in a corpus crashes a run, hangs it, or writes outside the tables' folder: all of it in one real run."""

from __future__ import annotations

import gzip
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from conftest import DECISION, MEETING, ROOT
from invariants import check_tables
from test_documents_in import BOMB, make_docx, make_ole, make_pdf, with_part
from test_warc import record, vietnamese

import pipeline.extraction
import pipeline.work
from pipeline.clean import clean_page
from pipeline.cli.extract import print_summary
from pipeline.extraction import Extract, extract
from pipeline.model import Article, Page, Reject
from pipeline.run import Options, Summary, run
from pipeline.tables import TABLES, read_table

SECRET = "BÍ-MẬT-NGOÀI-CORPUS"
ARTICLE, REJECT = "article", "reject"


def html(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html>{head}<html><body><h1>Hội nghị sơ kết</h1>{body}</body></html>".encode()


PARAGRAPH = "<p>Ngày 12/4/2022, Phó Chủ tịch UBND thành phố Trần Quốc Đạt chủ trì hội nghị; đã có 4/18 nhiệm vụ hoàn thành.</p>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def entities(secret: Path) -> str:
    return f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY l0 "ha">{LAUGHS}]>'


def slip() -> bytes:
    """A docx that would write outside, were it unpacked as it says."""
    stream = BytesIO(make_docx())
    with zipfile.ZipFile(stream, "a") as container:
        container.writestr("../../evil.txt", "x")
    return stream.getvalue()


def noise(size: int) -> bytes:
    return random.Random(3).randbytes(size)


# name -> (what it holds, what it must give: an article, a reject, or either)
FILES: dict[str, tuple[bytes | Callable[[], bytes], str | None]] = {
    "good.txt": (MEETING.encode(), ARTICLE),
    "zz-last.txt": (DECISION.encode(), ARTICLE),
    "empty.html": (b"", REJECT),
    "blank.txt": (b" \r\n\t\n", REJECT),
    "marks-only.html": (b"<html><body><p></p><!-- x --></body></html>", REJECT),
    "noise.html": (lambda: noise(200_000), None),
    "noise.txt": (lambda: noise(200_000), None),
    "noise.docx": (lambda: noise(20_000), REJECT),
    "one-line.txt": (lambda: "Hội nghị\n\n".encode() + "phát triển kinh tế xã hội ".encode() * 145_000, None),
    "one-line.html": (lambda: html("<p>" + "phát triển kinh tế xã hội " * 145_000 + "</p>"), None),
    "one-word.txt": (b"a" * 5_000_000, None),
    "one-tag.html": (lambda: b"<html><body><p " + b"a" * 5_000_000, None),
    "nested.html": (lambda: html("<div>" * 100_000 + PARAGRAPH + "</div>" * 100_000), None),
    "nested-inline.html": (lambda: html("<b><i>" * 50_000 + PARAGRAPH), None),
    "bomb.docx": (lambda: with_part(make_docx(), "word/document.xml", b" " * BOMB), REJECT),
    "slip.docx": (slip, ARTICLE),
    "locked.pdf": (make_pdf(encrypted=True), REJECT),
    "broken.pdf": (make_pdf()[:250], REJECT),
    "broken.doc": (make_ole("PictureGallery"), REJECT),
    "broken.rtf": (b"{\\rtf1 " + b"{\\object\\objdata ffff", None),
    "utf16-said-utf8.html": (
        ('<html><head><meta charset="utf-8"></head><body><h1>Hội nghị</h1>' + PARAGRAPH * 4 + "</body></html>").encode("utf-16"),
        ARTICLE,
    ),
    "unknown-charset.html": (html(PARAGRAPH * 4, "<meta charset='x-klingon'>"), ARTICLE),
    "latin-said-utf16.html": (html(PARAGRAPH * 4, "<meta charset='utf-16le'>"), ARTICLE),
    "nul.txt": (MEETING.replace(" ", " \x00").encode(), None),
    "nul.html": (html(PARAGRAPH * 4).replace(b" ", b" \x00"), None),
    "overrides.txt": (MEETING.replace("Trần", "\u202eTrần\u202c\u2066").encode(), ARTICLE),
    "surrogates.txt": (MEETING.encode().replace(b"S\xc6\xa1n", b"S\xed\xa0\x80n"), ARTICLE),
    "controls.txt": ((MEETING + "\x1b[31m\x07\x85\x9b\u2028\ufffe").encode(), ARTICLE),
    "formula.txt": (("=cmd|' /C calc'!A0\n\n" + MEETING).encode(), ARTICLE),
    "a..%2f..%2fevil.txt": (MEETING.encode(), ARTICLE),
    "a\\..\\..\\evil.txt": (MEETING.encode(), ARTICLE),
    "two\nlines\r.txt": (MEETING.encode(), ARTICLE),
    "\x1b[2J.txt": (MEETING.encode(), ARTICLE),
    "n" * 251 + ".txt": (MEETING.encode(), ARTICLE),
    "-rf.txt": (MEETING.encode(), ARTICLE),
    "sidecar.txt": (MEETING.encode(), REJECT),
    "broken.warc.gz": (gzip.compress(noise(50_000))[:30_000], REJECT),
    "no-gzip.warc.gz": (b"not a gzip file at all", REJECT),
    "deep/er/page.html": (html(PARAGRAPH * 4), ARTICLE),
}


def captures() -> bytes:
    """Captures whose addresses, charsets and packing are hostile: each must be told of by its address."""
    packed = gzip.compress(vietnamese("Tin."))
    pages = [
        ("https://a.example/../../../../etc/passwd", vietnamese("Tin 1."), "text/html; charset=x-none"),
        ("https://a.example/two?x=\x00\x1b[31m", vietnamese("Tin 2."), "text/html; charset=\x00"),
        ("https://a.example/half-gzip", packed[:150], "text/html\r\nContent-Encoding: gzip"),
        ("https://a.example/bomb", gzip.compress(bytes(150_000_000)), "text/html\r\nContent-Encoding: gzip"),
        ("https://[broken/", vietnamese("Tin 3."), "text/html"),
        ("https://a.example/" + "x" * 30_000, vietnamese("Tin 4."), "text/html"),
        ("https://a.example/deflate", zlib.compress(vietnamese("Tin 5."))[:-9], "text/html\r\nContent-Encoding: deflate"),
        ("https://a.example/chunks", b"ffffffff\r\n" + vietnamese("Tin 6."), "text/html\r\nTransfer-Encoding: chunked"),
    ]
    return b"".join(
        gzip.compress(record(url, payload, number=number, media=media)) for number, (url, payload, media) in enumerate(pages)
    )


def entry(path: Path) -> tuple[str, int, int]:
    about = path.lstat()
    return path.as_posix(), about.st_size if path.is_file() else 0, about.st_mtime_ns if path.is_file() else 0


def build(folder: Path) -> Path:
    """The whole corpus, beside a file that nothing may read or touch."""
    corpus, secret = folder / "corpus", folder / "secret.txt"
    corpus.mkdir()
    secret.write_text(f"{SECRET}\n\n{MEETING}", "utf-8")
    for name, (content, _) in FILES.items():
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content())
    (corpus / "sidecar.meta.json").write_text('{"url": ' + "[" * 50_000, "utf-8")
    for name in ("xxe.html", "xxe.xhtml", "xxe.txt"):
        (corpus / name).write_bytes(html("<p>&x; &l9;</p>" + PARAGRAPH * 4, entities(secret)))
    xml = zipfile.ZipFile(BytesIO(make_docx())).read("word/document.xml").replace(b"14 x", b"14 &x;&l9; x")
    declared = xml.index(b"?>") + 2
    hostile = xml[:declared] + entities(secret).replace("html", "d").encode() + xml[declared:]
    (corpus / "xxe.docx").write_bytes(with_part(make_docx(), "word/document.xml", hostile))
    (corpus / "hostile.warc.gz").write_bytes(captures())
    for name in ("huge.txt", "huge.html", "huge.pdf"):
        with (corpus / name).open("wb") as sparse:
            sparse.truncate(200_000_000)
    with (corpus / "large.txt").open("wb") as sparse:
        sparse.truncate(99_000_000)
    os.mkfifo(corpus / "pipe.html")
    os.mkfifo(corpus / "pipe.warc.gz")
    (corpus / "leaves.txt").symlink_to(secret)
    (corpus / "leaves.warc.gz").symlink_to(secret)
    (corpus / "leaves-folder").symlink_to(folder)
    (corpus / "loop").symlink_to(corpus)
    (corpus / "itself.txt").symlink_to("itself.txt")
    (corpus / "linked.meta.json").symlink_to(secret)
    (corpus / "linked.txt").write_text(MEETING, "utf-8")
    for name in ("closed.txt", "closed.warc.gz"):
        (corpus / name).write_text(MEETING, "utf-8")
        (corpus / name).chmod(0)
    closed = corpus / "closed-folder"
    closed.mkdir()
    (closed / "inside.txt").write_text(MEETING, "utf-8")
    closed.chmod(0)
    return corpus


WITHOUT_RIGHTS = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--"]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str], float]:
    """The one run: as a user whom permission bits stop, root or not."""
    folder = tmp_path_factory.mktemp("bad")
    corpus = build(folder)
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed: permission bits do not stop root")
    before = {entry(path) for path in folder.rglob("*")}
    command = [sys.executable, "-m", "pipeline", "extract", str(corpus), "--out", str(folder / "out"), "--workers", "2"]
    begin = time.monotonic()
    result = subprocess.run(
        [*(WITHOUT_RIGHTS if os.geteuid() == 0 else []), *command],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    seconds = time.monotonic() - begin
    made = {path for path, _, _ in {entry(path) for path in folder.rglob("*")} - before}
    allowed = tuple((folder / name).as_posix() for name in ("out", ".vnpress"))
    assert not [path for path in made if not path.startswith(allowed)], "something was written elsewhere"
    (corpus / "closed-folder").chmod(0o755)
    return folder, result, seconds


Done = tuple[Path, "subprocess.CompletedProcess[str]", float]


def frames(folder: Path) -> dict[str, pd.DataFrame]:
    return {name: read_table(name, folder / "out") for name in TABLES}


def test_the_run_goes_on_to_its_end(done: Done) -> None:
    _, result, seconds = done
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr, "what is known to go wrong is told, not caught at the last moment"
    assert seconds < 120


def test_every_input_has_its_row(done: Done) -> None:
    tables = frames(done[0])
    articles, rejects = set(tables["articles"]["source"]), set(tables["rejects"]["source"])
    wrong = []
    for name, (_, wanted) in FILES.items():
        given = [kind for kind, sources in ((ARTICLE, articles), (REJECT, rejects)) if name in sources]
        if given != [wanted] and (wanted or len(given) != 1):
            wrong.append(f"{name[:40]!r}: {given}, not {wanted}")
    assert not wrong
    for name in (
        "huge.txt", "huge.html", "huge.pdf", "large.txt", "pipe.html", "pipe.warc.gz", "leaves.txt", "leaves.warc.gz", "leaves-folder",
        "loop", "itself.txt", "linked.txt", "closed.txt", "closed.warc.gz", "closed-folder",
    ):  # fmt: skip
        assert name in rejects, name
    told = tables["rejects"]["message"]
    assert sum(source.startswith("hostile.warc.gz#") for source in articles | rejects) == 8
    assert told.str.len().min() > 15 and not tables["rejects"]["error"].isin(["ValueError", "OSError", "MemoryError"]).any()


def test_nothing_comes_from_outside(done: Done) -> None:
    for name, frame in frames(done[0]).items():
        for column in frame.select_dtypes(["object", "string"]):
            cells = frame[column].dropna().astype(str)
            assert not cells.str.contains(SECRET).any(), (name, column)
            assert not cells.str.contains("hahahaha").any(), (name, column)
    assert not list(done[0].rglob("evil*")) and not (done[0].parent / "evil.txt").exists()


def test_keys_hold_and_offsets_are_exact(done: Done) -> None:
    check_tables(frames(done[0]))


def test_names_of_files_do_not_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    reject = Reject(source="\x1b[2J.jpg", stage="read", error="UnknownKind", message="\x1b[2J.jpg: \u202ethis kind is not read")
    print_summary(Summary(rows=dict.fromkeys(TABLES, 0), new_rejects=[reject]), Path("out"))
    assert "\\x1b[2J.jpg: \\u202ethis kind" in capsys.readouterr().out


KILLED, FULL = "killed.txt", "full.txt"


def extract_or_die(page: Page) -> Extract | Reject:
    """What the kernel does to a worker that asks for too much memory: it gets none, or is killed."""
    if page.source == KILLED:
        os.kill(os.getpid(), signal.SIGKILL)
    return extract(page)


def clean_or_fill(page: Page) -> Article:
    if page.source == FULL:
        resource.setrlimit(resource.RLIMIT_AS, (4_000_000_000, 4_000_000_000))
        bytearray(8_000_000_000)
    return clean_page(page)


def test_workers_killed_for_memory_or_refused_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("a.txt", KILLED, "b.txt", FULL, "z.txt"):
        (corpus / name).write_text(MEETING, "utf-8")
    monkeypatch.setattr(pipeline.work, "extract", extract_or_die)  # the workers are forked from here
    monkeypatch.setattr(pipeline.extraction, "clean_page", clean_or_fill)
    summary = run(Options(corpus=corpus, out=tmp_path / "out", workers=2), clock=lambda: datetime.now(UTC))
    assert sorted(read_table("articles", tmp_path / "out")["source"]) == ["a.txt", "b.txt", "z.txt"]
    told = {reject.source: reject for reject in summary.new_rejects}
    assert {source: reject.error for source, reject in told.items()} == {KILLED: "WorkerLost", FULL: "MemoryError"}
    assert "status -9" in told[KILLED].message
