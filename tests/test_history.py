"""`vnpress history`: every capture of an article, and what changed between them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from conftest import run_vnpress
from test_warc import CITY, FIRST, SECOND, on, sha1, write

from pipeline.corpus import CorpusError
from pipeline.history import diff_words, read_history
from pipeline.model import make_id


def test_every_capture_is_told(tmp_path: Path) -> None:
    write(tmp_path / "b.warc.gz", on(10, FIRST), on(11, FIRST), on(12, FIRST.replace(b"<h1>", b"<h1 class='x'>")))
    again = (
        on(14, b"", kind="revisit", digest=sha1(SECOND)),
        on(15, b"", kind="revisit", digest=sha1(b"never seen")),
        on(17, b"", kind="revisit", digest=""),
    )
    write(tmp_path / "a.warc.gz", on(13, SECOND), *again, on(16, b"<html><script>x()</script></html>"))
    done = run_vnpress("history", make_id("article", CITY), "--corpus", tmp_path)
    assert done.returncode == 0, done.stderr
    head, *lines = done.stdout.splitlines()
    assert head == f"{CITY}  (article {make_id('article', CITY)})"
    told: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("2022"):
            told[line[8:10]] = []
        else:
            told[max(told)].append(line.strip())
    assert told["10"][0].startswith("new: ") and "counts" in told["10"][0]
    assert told["11"] == ["unchanged"]
    assert told["12"] == ["other bytes, but the same article"]
    assert told["13"][0].startswith("text: ") and "[-4/18-] {+9/18+} nhiệm vụ" in told["13"][0]
    assert "counts: 1 -> 1 rows; 1 gained, 1 lost, 0 changed" in told["13"]
    assert any(line.startswith("+ ") and "value='9'" in line for line in told["13"])
    assert told["14"] == ["unchanged: a revisit"]
    assert told["15"] == ["unchanged, says the portal; the content it names was never captured"]
    assert told["16"][0].startswith("not readable: ")
    assert told["17"] == ["unchanged: a revisit"]


def test_article_that_is_a_file_or_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hội nghị", "utf-8")
    found = read_history(tmp_path, make_id("article", "a.txt"))
    assert found is not None and "has no history" in found.moments[0].told[0]
    assert read_history(tmp_path, "0" * 16) is None
    assert run_vnpress("history", CITY, "--corpus", tmp_path).returncode == 2
    with pytest.raises(CorpusError):
        read_history(tmp_path / "none", CITY)


def test_changes_of_a_text() -> None:
    old = "Tiêu đề\n\nMột hai ba bốn năm sáu bảy tám chín mười, có 4/18 việc xong trong tháng này.\n\nĐoạn cũ."
    new = "Tiêu đề\n\nMột hai ba bốn năm sáu bảy tám chín mười, có 5/18 việc xong trong tháng này.\n\nĐoạn cũ.\n\nĐoạn mới."
    assert list(diff_words(old, new)) == [
        "… sáu bảy tám chín mười, có [-4/18-] {+5/18+} việc xong trong tháng này.",
        "{+Đoạn mới.+}",
    ]
    assert list(diff_words(old, old)) == []


def test_long_texts_are_compared_in_time() -> None:
    begin = time.perf_counter()
    assert list(diff_words("a b c " * 100_000, "c b a " * 100_000))
    assert list(diff_words("a\n\n" * 20_000, "b\n\na\n\n" * 20_000))
    assert time.perf_counter() - begin < 10
