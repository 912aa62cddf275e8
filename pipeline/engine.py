"""Batches of work -> results, over the cores of one machine or a Dask cluster, behind the interface of `concurrent.futures`."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import multiprocessing.connection
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")

LIMIT_SECONDS = 20.0  # a batch over this is split, a single input over this is given up
RECYCLE_AFTER = 2000  # inputs; lxml and trafilatura grow slowly, a fresh worker does not


class EngineError(Exception):
    """The workers cannot be had at all; the message says what would mend it."""


class WorkerLost(Exception):
    """The worker did not finish: it was killed (by the kernel for memory, say) or took too long."""


@dataclass(frozen=True, slots=True)
class Failed(Generic[T]):
    """One item that no worker could finish, and why."""

    item: T
    error: Exception


@dataclass(slots=True)
class _Worker:
    process: multiprocessing.process.BaseProcess
    pipe: Connection
    job: _Job | None = None
    deadline: float = 0.0
    done: int = 0


@dataclass(slots=True)
class _Job:
    call: tuple[Callable[..., Any], tuple[Any, ...]]
    future: Future[Any] = field(default_factory=Future)


class SupervisedPool(Executor):
    """Worker processes of which each can be replaced alone: one that hangs or dies costs its own batch only.

    The standard pool breaks as a whole when one worker dies. Nothing happens between calls: `turn` moves work
    forward, and `spread` calls it while it waits. Workers are forked, so what is loaded before is shared.
    """

    def __init__(self, workers: int, *, limit: float = LIMIT_SECONDS, recycle_after: int = RECYCLE_AFTER) -> None:
        self._context = multiprocessing.get_context("fork")
        self._limit = limit
        self._recycle_after = recycle_after
        self._queue: deque[_Job] = deque()
        self._workers = [self._start() for _ in range(workers)]

    def submit(self, fn: Callable[..., U], /, *args: Any, **kwargs: Any) -> Future[U]:
        """Queue a call with one sequence as argument; its future is set by a later `turn`."""
        if kwargs:
            raise TypeError("SupervisedPool takes positional arguments only")
        job = _Job((fn, args))
        self._queue.append(job)
        return job.future

    def turn(self, seconds: float = 0.2) -> None:
        """Hand out work, take in results, replace workers that died or took too long; waits so long at most."""
        for worker in self._workers:
            if worker.job is None and self._queue:
                self._hand_out(worker)
        busy = {worker.pipe: worker for worker in self._workers if worker.job is not None}
        for pipe in multiprocessing.connection.wait(list(busy), timeout=seconds):
            self._take_in(busy[pipe])  # type: ignore[index]
        now = time.monotonic()
        for worker in busy.values():
            if worker.job is not None and now > worker.deadline:
                self._lose(worker, f"took longer than {self._limit:g} s")

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; with `cancel_futures` what is still queued is cancelled."""
        if cancel_futures:
            for job in self._queue:
                job.future.cancel()
            self._queue.clear()
        while wait and (self._queue or any(worker.job for worker in self._workers)):
            self.turn()
        for worker in self._workers:
            self._stop(worker)
        self._workers = []

    def _hand_out(self, worker: _Worker) -> None:
        worker.job = self._queue.popleft()
        worker.deadline = time.monotonic() + self._limit
        try:
            worker.pipe.send(worker.job.call)
        except OSError:
            self._lose(worker, "was gone before it began")

    def _take_in(self, worker: _Worker) -> None:
        assert worker.job is not None
        try:
            good, value = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(1)
            self._lose(worker, f"ended with status {worker.process.exitcode}")
            return
        job, worker.job = worker.job, None
        worker.done += len(job.call[1][0])
        if good:
            job.future.set_result(value)
        else:
            job.future.set_exception(value)
        if worker.done >= self._recycle_after:
            self._replace(worker)

    def _lose(self, worker: _Worker, why: str) -> None:
        assert worker.job is not None
        job, worker.job = worker.job, None
        self._replace(worker)
        job.future.set_exception(WorkerLost(f"the worker {why}"))

    def _replace(self, worker: _Worker) -> None:
        self._stop(worker)
        fresh = self._start()
        worker.process, worker.pipe, worker.done = fresh.process, fresh.pipe, 0

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, os.getpid()), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _stop(self, worker: _Worker) -> None:
        worker.pipe.close()
        worker.process.kill()
        worker.process.join()


def _work(pipe: Connection, parent: int) -> None:
    """Body of a worker: calls in, results out, until the parent is gone.

    A forked worker holds the parent's ends of earlier pipes too, so the end of the parent is not an end of file here.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # models and word lists stay: the collector need not look through them again and again
    while True:
        while not pipe.poll(1.0):
            if os.getppid() != parent:
                return
        function, args = pipe.recv()
        try:
            answer: tuple[bool, object] = (True, function(*args))
        except Exception as error:  # travels to the parent, which raises it from the future
            answer = (False, error)
        pipe.send(answer)


@contextmanager
def open_executor(workers: int, scheduler: str | None) -> Iterator[tuple[Executor, int]]:
    """Workers of this machine, or of the Dask cluster at `scheduler` (`tcp://host:port`), and how many there are.

    The workers of a cluster need this same package, and the corpus under the same path.
    """
    if scheduler is None:
        with SupervisedPool(workers) as pool:
            yield pool, workers
        return
    try:
        from distributed import Client  # only with the extra `cluster`; slow to load
    except ImportError as error:
        raise EngineError("--scheduler needs Dask: pip install 'vnpress[cluster]'") from error
    try:
        client = Client(scheduler, timeout=10)
    except OSError as error:
        raise EngineError(
            f"no Dask scheduler answers at {scheduler} ({error}); check the address, or start `dask scheduler`"
        ) from error
    with client, client.get_executor() as executor:
        yield executor, max(1, len(client.scheduler_info()["workers"]))


def batches(items: Iterable[T], *, weight: Callable[[T], int], most: int, heaviest: int) -> Iterator[list[T]]:
    """Group items into lists of at most `most` items and about `heaviest` weight."""
    batch: list[T] = []
    total = 0
    for item in items:
        if batch and (len(batch) >= most or total + weight(item) > heaviest):
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += weight(item)
    if batch:
        yield batch


def spread(
    function: Callable[[Sequence[T]], Sequence[U]], work: Iterable[list[T]], executor: Executor, *, workers: int
) -> Iterator[U | Failed[T]]:
    """`function` over batches on any executor, results as they come: in no fixed order.

    A few batches more than there are workers are under way, so that memory does not grow with the work. A batch whose
    worker is lost is tried again item by item; an item that fails alone comes back as Failed.
    """
    waiting: dict[Future[Sequence[U]], list[T]] = {}
    source = iter(work)
    ahead = 2 * workers + 2
    again: deque[list[T]] = deque()
    while True:
        for batch in itertools.chain(iter(lambda: again.popleft() if again else None, None), source):
            waiting[executor.submit(function, batch)] = batch
            if len(waiting) >= ahead:
                break
        if not waiting:
            return
        for future in _done(waiting, executor):
            batch = waiting.pop(future)
            error = future.exception()
            if error is None:
                yield from future.result()
            elif len(batch) > 1:
                again.extend([item] for item in batch)
            else:
                yield Failed(batch[0], error if isinstance(error, Exception) else WorkerLost(str(error)))


def _done(waiting: dict[Future[U], list[T]], executor: Executor) -> Iterable[Future[U]]:
    if isinstance(executor, SupervisedPool):
        while not (done := [future for future in waiting if future.done()]):
            executor.turn()
        return done
    return wait(waiting, return_when=FIRST_COMPLETED).done
