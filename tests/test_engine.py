"""The pool that outlives its workers: real processes, real kill -9, real hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.engine import Failed, SupervisedPool, WorkerLost, batches, spread


def double(items: Sequence[int]) -> list[int]:
    return [2 * item for item in items]


def moody(items: Sequence[int]) -> list[int]:
    """7 hangs, 13 is killed by the kernel, 17 raises."""
    for item in items:
        if item == 7:
            time.sleep(60)
        if item == 13:
            os.kill(os.getpid(), signal.SIGKILL)
        if item == 17:
            raise ValueError("seventeen")
    return double(items)


def pids(items: Sequence[int]) -> list[int]:
    return [os.getpid() for _ in items]


def test_batches_keep_order_and_bounds() -> None:
    made = list(batches([3, 4, 9, 1, 1, 1, 1], weight=lambda n: n, most=3, heaviest=8))
    assert made == [[3, 4], [9], [1, 1, 1], [1]]


def test_every_item_comes_back_once() -> None:
    work = batches(range(500), weight=lambda n: 1, most=16, heaviest=1000)
    with SupervisedPool(3) as pool:
        assert sorted(spread(double, work, pool, workers=2)) == [2 * n for n in range(500)]  # type: ignore[type-var]


def test_hung_killed_and_failing_items_cost_only_themselves() -> None:
    work = batches(range(40), weight=lambda n: 1, most=8, heaviest=1000)
    with SupervisedPool(2, limit=1.0) as pool:
        results = list(spread(moody, work, pool, workers=2))
    failed = {result.item: result.error for result in results if isinstance(result, Failed)}
    assert sorted(failed) == [7, 13, 17]
    assert isinstance(failed[7], WorkerLost) and "longer than 1 s" in str(failed[7])
    assert isinstance(failed[13], WorkerLost) and "ended with status -9" in str(failed[13])
    assert isinstance(failed[17], ValueError)
    good = sorted(result for result in results if not isinstance(result, Failed))
    assert good == [2 * n for n in range(40) if n not in failed]


def test_workers_are_recycled() -> None:
    work = batches(range(60), weight=lambda n: 1, most=10, heaviest=1000)
    with SupervisedPool(1, recycle_after=20) as pool:
        used = set(spread(pids, work, pool, workers=2))
    assert len(used) == 3


def test_workers_end_with_the_pool() -> None:
    pool = SupervisedPool(2)
    processes = [worker.process for worker in pool._workers]
    pool.shutdown()
    assert not any(process.is_alive() for process in processes)


def test_plain_executors_serve_too() -> None:
    with ThreadPoolExecutor(2) as executor:
        results = list(spread(moody, [[1, 17, 2]], executor, workers=2))
    assert sorted(r for r in results if isinstance(r, int)) == [2, 4]
    assert [r.item for r in results if isinstance(r, Failed)] == [17]


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_a_killed_parent(signal_number: int) -> None:
    code = (
        "import time; from pipeline.engine import SupervisedPool; p = SupervisedPool(1);"
        "print(p._workers[0].process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.send_signal(signal_number)
    parent.wait(10)
    for _ in range(100):
        if not is_running(worker):
            return
        time.sleep(0.1)
    raise AssertionError(f"worker {worker} still runs")


def is_running(pid: int) -> bool:
    """Not a zombie either: where nobody reaps orphans, they stay in the list of processes."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
