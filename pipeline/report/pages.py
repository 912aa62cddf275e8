"""Templates and values -> files of a report: built beside the old pages, then put in their place; old pages go."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.report.labels import LANGUAGES, labels_script, load_labels
from pipeline.report.safe import finalize

HERE = Path(__file__).parent
INDEX, PAGES, MARK = "index.html", "pages", "made-by-vnpress.txt"
BUILDING, BEFORE = ".building", ".before"
ASSETS = ("style.css", "report.js", "article.js", "list.js")
# `'self'` of a page opened from disk is any file on this disk (Chromium): nothing inline, and nothing from the network.
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'"


class NotOurFolder(Exception):
    """The folder for the report holds pages that are not ours; the message says what would mend it."""


class Pages:
    """A report in the making: `out/.building/` holds it, `out/index.html` and `out/pages/` show it after `switch`."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.largest = (0, "")
        self.written = 0
        if not (out / PAGES / MARK).exists() and not (out / BEFORE).exists():
            for name in (INDEX, PAGES):
                if (out / name).exists():
                    raise NotOurFolder(f"{out / name} is not a report of vnpress; name an empty or new folder with --out")
        self._recover()
        self.folder = out / BUILDING
        (self.folder / PAGES).mkdir(parents=True)
        self._folders: set[Path] = set()
        self.labels = load_labels()
        self._environment = _environment(self.labels)
        self._templates = {
            name: self._environment.get_template(f"{name}.html") for name in ("overview", "list", "article", "entity")
        }
        for name in ASSETS:
            self.put(f"{PAGES}/{name}", (HERE / "assets" / name).read_text("utf-8"))
        self.put(f"{PAGES}/labels.js", labels_script(self.labels))
        self.put(f"{PAGES}/{MARK}", "Pages of `vnpress report`: made anew, and removed, by the next one.\n")

    def __enter__(self) -> Pages:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, path: str, template: str, values: Mapping[str, object]) -> None:
        """One page; `path` is relative to the report, `home` and `pages` lead from it to its top and to `pages/`."""
        up = "../" * path.count("/")
        pages = "pages/" if not up else up.removesuffix("../")
        self.put(path, self._templates[template].render(values, home=f"{up}index.html", pages=pages))

    def put(self, path: str, text: str) -> None:
        """One file, as text."""
        target = self.folder / path
        if target.parent not in self._folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(target.parent)
        data = text.encode("utf-8", "backslashreplace")
        target.write_bytes(data)
        self.written += 1
        self.largest = max(self.largest, (len(data), path))

    def switch(self) -> None:
        """Put the new pages in place of the old: two renamings, so that hardly a moment shows neither or both."""
        pages, before = self.out / PAGES, self.out / BEFORE
        if pages.exists():
            pages.rename(before)
        (self.folder / PAGES).rename(pages)
        (self.folder / INDEX).replace(self.out / INDEX)
        shutil.rmtree(before, ignore_errors=True)

    def _recover(self) -> None:
        """Mend what a killed run left: the old pages come back where the new ones never came, half a report goes."""
        before, pages = self.out / BEFORE, self.out / PAGES
        if before.exists() and not pages.exists():
            before.rename(pages)
        for left in (before, self.out / BUILDING):
            if left.exists():
                shutil.rmtree(left)


def _environment(labels: Mapping[str, Mapping[str, str]]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, finalize=finalize,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    first = LANGUAGES[0]
    terms = {key.removeprefix("term."): words[first] for key, words in labels.items() if key.startswith("term.")}
    environment.globals |= {
        "labels": {key: words[first] for key, words in labels.items()},
        "terms": terms,
        "languages": LANGUAGES,
        "policy": POLICY,
        "number": format_number,
        "day": format_day,
    }
    return environment


def format_number(value: object) -> str:
    """A number as Vietnamese write it: 1.234,5; the page turns it into the other language's."""
    whole, _, part = str(value).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", ".") if digits.isascii() and digits.isdigit() else digits
    return f"{sign}{grouped},{part}" if part else sign + grouped


def format_day(iso: str) -> str:
    """A day as Vietnamese write it: 31/12/2021."""
    return "/".join(reversed(iso[:10].split("-")))
