"""Output folder -> held for one run; a second run is told who holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

NAME = ".lock"


class FolderHeld(Exception):
    """Another run writes here; the message names its process and when it began."""


@contextmanager
def hold_folder(out: Path, *, now: datetime, name: str = NAME) -> Iterator[None]:
    """Hold an output folder for the length of a run.

    The lock is the kernel's, and of this one process: it goes when the process does, so that a killed run leaves none
    behind, and workers forked from it do not hold it.
    """
    out.mkdir(parents=True, exist_ok=True)
    with (out / name).open("a+", encoding="utf-8") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError) as error:  # POSIX allows either
            file.seek(0)
            raise FolderHeld(f"{out}: {file.read().strip() or 'another run'} writes here; wait for it, or end it") from error
        file.truncate(0)
        file.write(f"process {os.getpid()}, begun {now.isoformat(timespec='seconds')},")
        file.flush()
        yield
