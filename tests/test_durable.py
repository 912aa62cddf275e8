"""Tables appear whole or not at all: real kill -9, two runs at once, a reader in a loop."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import MEETING, ROOT, run_vnpress
from test_run import digests

import pipeline.export.generation as generation
from pipeline.run import Options, run
from pipeline.tables import read_table


def start_vnpress(*args: object) -> subprocess.Popen[bytes]:
    """A run in the background."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pipeline", *map(str, args)]
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def many(corpus: Path) -> Path:
    """A corpus of 120 press releases."""
    for number in range(118):
        (corpus / f"copy{number:03}.txt").write_text(MEETING.replace("4/18", f"{number}/120"), "utf-8")
    return corpus


def test_killed_at_any_moment_then_run_again(many: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    assert run_vnpress("extract", many, "--out", tmp_path / "undisturbed", "--no-cache").returncode == 0
    length = time.monotonic() - began
    wanted = digests(tmp_path / "undisturbed")
    moments = random.Random(7)
    kills = int(os.environ.get("VNPRESS_KILLS", "10"))
    out = tmp_path / "killed" / "out"
    for number in range(kills):
        (many / "copy000.txt").write_text(MEETING.replace("4/18", f"{number}/999"), "utf-8")  # so that there is work each time
        process = start_vnpress("extract", many, "--out", out)
        time.sleep(moments.uniform(0.2, length))
        process.kill()
        process.wait(30)
        if (out / "articles.parquet").exists():
            assert len(read_table("articles", out)) == 120
    (many / "copy000.txt").write_text(MEETING.replace("4/18", "0/120"), "utf-8")
    done = run_vnpress("extract", many, "--out", out)
    assert done.returncode == 0, done.stderr
    assert digests(out) == wanted
    assert len(list((out / generation.STORE).iterdir())) <= 3  # two generations and the pointer: nothing is left lying about


def test_second_run_is_told_who_writes(many: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = start_vnpress("extract", many, "--out", out, "--no-cache", "--workers", 1)
    while not (out / ".lock").exists() or not (out / ".lock").read_text():
        time.sleep(0.01)
    first.send_signal(signal.SIGSTOP)  # so that it does not end before the second one begins
    second = run_vnpress("extract", many, "--out", out, "--no-cache")
    assert second.returncode == 3
    assert f"process {first.pid}, begun 20" in second.stderr
    first.kill()
    first.wait(30)
    assert run_vnpress("extract", many, "--out", out).returncode == 0, "the lock of a dead process holds nobody up"


READER = """
import sys
from pathlib import Path
from pipeline.export.generation import current_generation
from pipeline.tables import read_table
out, seen = Path(sys.argv[1]), set()
while not Path(sys.argv[2]).exists():
    here = current_generation(out).resolve()
    articles, documents, mentions = (read_table(name, here) for name in ("articles", "documents", "mentions"))
    assert len(articles) in (2, 3), len(articles)
    assert set(mentions["article_id"]) <= set(articles["article_id"])
    assert set(mentions["document_id"].dropna()) <= set(documents["document_id"])
    for name in ("articles", "counts"):
        read_table(name, out)
    seen.add(len(articles))
print(sorted(seen))
"""


def test_a_reader_never_sees_a_mixture(corpus: Path, tmp_path: Path) -> None:
    out, stop = tmp_path / "out", tmp_path / "stop"
    assert run_vnpress("extract", corpus, "--out", out).returncode == 0
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(out), str(stop)], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    third = corpus / "third.txt"
    for number in range(20):
        if number % 2:
            third.unlink()
        else:
            third.write_text(MEETING.replace("09-CTr/TU", f"{number + 10}-CTr/TU"), "utf-8")
        run(Options(corpus=corpus, out=out, cache=tmp_path / "cache.sqlite"), clock=lambda: datetime.now(UTC))
    stop.touch()
    said, complaint = reader.communicate(timeout=60)
    assert reader.returncode == 0, complaint
    assert said.strip() == "[2, 3]"


def test_read_only_target_is_status_3(corpus: Path, tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("not a folder", "utf-8")
    done = run_vnpress("extract", corpus, "--out", target / "out", "--no-cache")
    assert done.returncode == 3
    assert "cannot" in done.stderr or "can be written" in done.stderr
