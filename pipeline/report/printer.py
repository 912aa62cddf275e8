"""Templates and values -> files, of which only those are written that are not there already, letter for letter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.report.findings import format_day, format_number
from pipeline.report.labels import LANGUAGES, load_labels
from pipeline.report.safe import finalize

HERE = Path(__file__).parent
INDEX, PAGES = "index.html", "pages"
LISTS = ("articles", "deadlines", "progress", "persons", "organizations", "documents", "problems")
# `'self'` of a page opened from disk is any file on this disk (Chromium): nothing inline, and nothing from the network.
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'"

File = tuple[str, int, bool]  # path in the report, bytes, whether it is another than before


class Printer:
    """Prints pages into `folder`, where they differ from those that are shown in `shown`."""

    def __init__(self, folder: Path, shown: Path) -> None:
        self._folder, self._shown = folder, shown
        self._files: list[File] = []
        environment = _environment(load_labels())
        self._templates = {name: environment.get_template(f"{name}.html") for name in ("overview", "list", "article", "entity")}
        self._head = environment.get_template("head.html")
        self._heads: dict[tuple[str, str], str] = {}

    def write(self, path: str, template: str, values: Mapping[str, object]) -> None:
        """One page; `path` is relative to the report, `home` and `pages` lead from it to its top and to `pages/`."""
        up = "../" * path.count("/")
        frame = {"pages": up.removesuffix("../") if up else "pages/", "home": f"{up}index.html", "here": values["here"]}
        key = (up, str(values["here"]))
        if key not in self._heads:
            self._heads[key] = self._head.make_module(frame).head()  # type: ignore[attr-defined]
        self.put(path, self._templates[template].render(values, head=self._heads[key], **frame))

    def put(self, path: str, text: str) -> None:
        """One file, as text."""
        data = text.encode("utf-8", "backslashreplace")
        fresh = self._differs(path, data)
        if fresh:
            target = self._folder / path
            try:
                target.write_bytes(data)
            except FileNotFoundError:  # the first in its folder
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        self._files.append((path, len(data), fresh))

    def _differs(self, path: str, data: bytes) -> bool:
        try:
            return (self._shown / path).read_bytes() != data
        except FileNotFoundError:
            return True

    def take_files(self) -> list[File]:
        """What was printed since the last time this was asked."""
        files, self._files = self._files, []
        return files


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
        "lists": LISTS,
        "policy": POLICY,
        "number": lambda value: format_number(str(value)),
        "day": format_day,
    }
    macros = environment.get_template("macros.html")
    once = macros.make_module()
    environment.globals |= {  # what stands on every page a hundred times is made once
        "L": {key: once.l(key) for key, words in labels.items() if "{" not in words[first]},  # type: ignore[attr-defined]
        "T": {value: once.term(value) for value in terms},  # type: ignore[attr-defined]
    }
    again = macros.make_module()
    environment.globals |= {  # what comes again from article to article; their pages lie two folders deep
        "read_as": lru_cache(20_000)(partial(again.fields, pages="../../")),  # type: ignore[attr-defined]
        "found_by": lru_cache(2_000)(again.found_by),  # type: ignore[attr-defined]
    }
    return environment
