"""A real Dask scheduler with two worker processes on this machine: same bytes as in one process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import MEETING, ROOT, run_vnpress
from test_run import digests

from pipeline.tables import read_table


@dataclass
class Cluster:
    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Scheduler and workers as processes of their own; ended by their ids."""
    folder = tmp_path_factory.mktemp("dask")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "60s"}
    dask = [sys.executable, "-m", "dask"]
    command = [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    scheduler = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE, text=True)
    assert scheduler.stderr is not None
    address = ""
    for line in scheduler.stderr:
        found = re.search(r"Scheduler at:\s+(tcp://\S+)", line)
        if found:
            address = found[1]
            break
    threading.Thread(target=scheduler.stderr.read, daemon=True).start()  # a full pipe would stop it
    one = [*dask, "worker", address, "--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    workers = [subprocess.Popen(one, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    yield Cluster(address, workers)
    for process in (*workers, scheduler):
        process.terminate()
        process.wait(30)


@pytest.fixture
def many(corpus: Path) -> Path:
    """A corpus of 60 press releases."""
    for number in range(58):
        (corpus / f"copy{number:02}.txt").write_text(MEETING.replace("4/18", f"{number}/60"), "utf-8")
    return corpus


def test_same_bytes_as_in_one_process(cluster: Cluster, many: Path, tmp_path: Path) -> None:
    done = run_vnpress("extract", many, "--out", tmp_path / "dask", "--no-cache", "--scheduler", cluster.address)
    assert done.returncode == 0, done.stderr
    assert run_vnpress("extract", many, "--out", tmp_path / "serial", "--no-cache", "--workers", 1).returncode == 0
    assert digests(tmp_path / "dask") == digests(tmp_path / "serial")


def test_a_worker_killed_in_the_middle_loses_nothing(cluster: Cluster, many: Path, tmp_path: Path) -> None:
    def kill_soon() -> None:
        time.sleep(1.5)
        cluster.workers[0].kill()

    threading.Thread(target=kill_soon).start()
    done = run_vnpress("extract", many, "--out", tmp_path / "dask", "--no-cache", "--scheduler", cluster.address)
    assert done.returncode == 0, done.stderr
    assert cluster.workers[0].wait(10) == -9
    assert len(read_table("articles", tmp_path / "dask")) == 60


def test_no_scheduler_there(corpus: Path, tmp_path: Path) -> None:
    done = run_vnpress("extract", corpus, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 3
    assert "no Dask scheduler answers" in done.stderr
