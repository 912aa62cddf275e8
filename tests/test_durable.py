"""Tables appear whole or not at all: real kill -9, two runs at once, a reader in a loop."""

from __future__ import annotations

import gc
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import MEETING, ROOT, run_vnpress
from test_run import digests

import pipeline.export.generation as generation
from pipeline.cache import Cache, CacheError
from pipeline.run import Options, Summary, run
from pipeline.tables import TABLES, read_table
from pipeline.work import Packed


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
    for folder in (out / generation.STORE).glob("[0-9]*"):
        os.utime(folder, (0, 0))  # as if an hour had passed
    extract_here(many, out, tmp_path / "killed" / ".vnpress" / "cache.sqlite")
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


def mount(*args: object) -> bool:
    """Whether this user may, and did, mount something."""
    if shutil.which("mount") is None:
        return False
    return subprocess.run(["mount", *map(str, args)], capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", folder):
        pytest.skip("this user may not mount a tmpfs; the limit on the size of a file is tested in its place")
    try:
        yield folder
    finally:
        gc.collect()  # what an error still holds open
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def extract_here(corpus: Path, out: Path, cache: Path) -> Summary:
    """A run in this process."""
    return run(Options(corpus=corpus, out=out, cache=cache), clock=lambda: datetime.now(UTC))


def fill(folder: Path, *, leave: int) -> Path:
    """A file that takes all the room there is but so many bytes."""
    filler = folder / "filler"
    filler.write_bytes(bytes(max(0, shutil.disk_usage(folder).free - leave)))
    return filler


def test_full_disk_is_status_3_and_leaves_the_old_tables(corpus: Path, small_disk: Path, tmp_path: Path) -> None:
    out, cache = small_disk / "out", tmp_path / "cache.sqlite"
    extract_here(corpus, out, cache)
    before = digests(out)
    generations = sorted((out / generation.STORE).iterdir())
    (corpus / "third.txt").write_text(MEETING.replace("09-CTr/TU", "77-CTr/TU"), "utf-8")
    filler = fill(small_disk, leave=30_000)
    done = run_vnpress("extract", corpus, "--out", out, "--cache", cache)
    assert done.returncode == 3
    assert "earlier output is untouched" in done.stderr and "No space left on device" in done.stderr
    assert digests(out) == before
    assert sorted((out / generation.STORE).iterdir()) == generations, "nothing half written is left"
    with pytest.raises(CacheError, match="disk"):
        extract_here(corpus, tmp_path / "other", small_disk / "cache.sqlite")
    filler.unlink()
    assert extract_here(corpus, out, cache).rows["articles"] == 3


def test_limit_on_file_size_is_status_3_and_leaves_the_old_tables(corpus: Path, tmp_path: Path) -> None:
    """Where nothing can be mounted: no file may grow over 4,000 bytes."""
    out = tmp_path / "out"
    extract_here(corpus, out, tmp_path / "cache.sqlite")
    before = digests(out)
    (corpus / "third.txt").write_text(MEETING.replace("09-CTr/TU", "77-CTr/TU"), "utf-8")
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))  # noqa: E731
    done = run_vnpress("extract", corpus, "--out", out, "--no-cache", preexec_fn=limit)
    assert done.returncode == 3, done.stderr
    assert "earlier output is untouched" in done.stderr and "File too large" in done.stderr
    assert digests(out) == before


def test_read_only_disk_is_status_3_and_leaves_the_old_tables(corpus: Path, small_disk: Path, tmp_path: Path) -> None:
    out, cache = small_disk / "out", tmp_path / "cache.sqlite"
    extract_here(corpus, out, cache)
    before = digests(out)
    (corpus / "third.txt").write_text(MEETING.replace("09-CTr/TU", "77-CTr/TU"), "utf-8")
    assert mount("-o", "remount,ro", small_disk)
    done = run_vnpress("extract", corpus, "--out", out, "--cache", cache)
    assert done.returncode == 3
    assert "Read-only file system" in done.stderr and "earlier output is untouched" in done.stderr
    assert digests(out) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="permission bits do not stop root; the read-only disk is tested in their place")
def test_folder_without_permission_is_status_3(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    extract_here(corpus, out, tmp_path / "cache.sqlite")
    before = digests(out)
    for folder in (out, out / generation.STORE):
        folder.chmod(0o555)
    done = run_vnpress("extract", corpus, "--out", out, "--no-cache")
    assert done.returncode == 3 and "Permission denied" in done.stderr
    assert digests(out) == before


def test_all_is_on_disk_before_readers_see_it(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file of the new generation, and its folder, is flushed before the pointer is switched."""
    happened: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_fsync(handle: int) -> None:
        happened.append(f"flushed {Path('/proc/self/fd', str(handle)).readlink()}")
        fsync(handle)

    def note_replace(path: Path, target: Path) -> Path:
        happened.append(f"replaced {target}")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "replace", note_replace)
    out = tmp_path / "out"
    run(Options(corpus=corpus, out=out), clock=lambda: datetime.now(UTC))
    switched = happened.index(f"replaced {out / generation.STORE / generation.POINTER}")
    folder = generation.current_generation(out)
    assert folder is not None
    wanted = {f"flushed {path}" for path in (folder, *folder.iterdir())}
    assert len(wanted) > 2 * len(TABLES) and wanted <= set(happened[:switched])


def test_damaged_cache_is_laid_aside(corpus: Path, tmp_path: Path) -> None:
    out, cache = tmp_path / "out", tmp_path / "cache.sqlite"
    extract_here(corpus, out, cache)
    before = digests(out)
    data = bytearray(cache.read_bytes())
    data[100:4096] = bytes(3996)  # the list of its tables
    cache.write_bytes(data)
    summary = extract_here(corpus, out, cache)
    assert summary.n_unchanged == 0 and digests(out) == before
    assert cache.with_name("cache.sqlite.damaged").exists()
    assert extract_here(corpus, out, cache).n_unchanged == 2


def test_a_file_that_is_no_cache_is_left_alone(corpus: Path, tmp_path: Path) -> None:
    mine = tmp_path / "notes.txt"
    mine.write_text("not a cache, and dear to me\n" * 100, "utf-8")
    with pytest.raises(CacheError, match=r"notes\.txt.*name another file"):
        extract_here(corpus, tmp_path / "out", mine)
    assert mine.read_text("utf-8").startswith("not a cache")


def test_two_runs_share_a_cache(tmp_path: Path) -> None:
    """Each may write while the other is between two commits of its own, having read before."""

    def packed(name: str) -> Packed:
        return Packed(source=name, stamp="1", key=name, article_id=name, evidence=b"{}", result=name.encode())

    with closing(Cache(tmp_path / "c.sqlite", now=0)) as one, closing(Cache(tmp_path / "c.sqlite", now=0)) as two:
        assert not one.find("a", "1")
        two.add(packed("a"))
        two.commit()
        one.add(packed("b"))
        one.prune()
        assert two.find("b", "1") and one.find("a", "1")
        assert list(one.results()) == list(two.results()) == [b"a", b"b"]


def test_target_that_cannot_be_made_is_status_3(corpus: Path, tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("not a folder", "utf-8")
    done = run_vnpress("extract", corpus, "--out", target / "out", "--no-cache")
    assert done.returncode == 3
    assert "cannot" in done.stderr or "can be written" in done.stderr
