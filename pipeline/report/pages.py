"""The folder of a report: printed beside the pages that are shown, then put in their place; vanished pages go."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from pipeline.report.labels import labels_script, load_labels
from pipeline.report.printer import HERE, INDEX, PAGES, File, Printer

MARK = "made-by-vnpress.txt"
BUILDING = ".building"
ASSETS = ("style.css", "report.js", "article.js", "list.js")


class NotOurFolder(Exception):
    """The folder for the report holds pages that are not ours; the message says what would mend it."""


class Pages:
    """A report in the making: what changes is in `out/.building/` until `switch` shows it in `out`."""

    def __init__(self, out: Path) -> None:
        if not (out / PAGES / MARK).exists():
            for name in (INDEX, PAGES):
                if (out / name).exists():
                    raise NotOurFolder(f"{out / name} is not a report of vnpress; name an empty or new folder with --out")
        self.out = out
        self.folder = out / BUILDING
        if self.folder.exists():  # a killed run left it
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        self.files: dict[str, tuple[int, bool]] = {}
        self.printer = Printer(self.folder, out)
        for name in ASSETS:
            self.printer.put(f"{PAGES}/{name}", (HERE / "assets" / name).read_text("utf-8"))
        self.printer.put(f"{PAGES}/labels.js", labels_script(load_labels()))
        self.printer.put(f"{PAGES}/{MARK}", "Pages of `vnpress report`: made anew, and removed, by the next one.\n")

    def __enter__(self) -> Pages:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def note(self, files: Iterable[File]) -> None:
        """Remember what was printed, by whichever process."""
        for path, size, fresh in files:
            self.files[path] = (size, fresh)

    def switch(self) -> None:
        """Show the new pages: one renaming for a first report; file by file, each whole, where there was one before.

        A run that is killed in here leaves pages of both; the next one compares them all and mends it.
        """
        self.note(self.printer.take_files())
        if not (self.out / PAGES).exists():
            (self.folder / PAGES).rename(self.out / PAGES)
        else:
            for path in sorted(path for path, (_, fresh) in self.files.items() if fresh and path != INDEX):
                target = self.out / path
                target.parent.mkdir(parents=True, exist_ok=True)
                (self.folder / path).replace(target)
        if self.files[INDEX][1]:
            (self.folder / INDEX).replace(self.out / INDEX)
        self._remove_vanished()

    def _remove_vanished(self) -> None:
        kept = {self.out / path for path in self.files}
        kept |= {parent for path in list(kept) for parent in path.parents}
        for path in sorted((self.out / PAGES).rglob("*"), reverse=True):  # what is in a folder before the folder
            if path not in kept:
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()

    @property
    def largest(self) -> tuple[int, str]:
        """Size and path of the largest file."""
        return max((size, path) for path, (size, _) in self.files.items())
