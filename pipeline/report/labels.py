"""labels.toml -> the words of the pages in both languages, and the script that switches between them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pipeline.report.safe import script_json

LANGUAGES = ("vi", "en")  # the first is what a page says until its script has run
_FILE = Path(__file__).with_name("labels.toml")


def load_labels() -> Mapping[str, Mapping[str, str]]:
    """`nav.overview` -> its words by language. Raises ValueError where a language is missing."""
    labels: dict[str, Mapping[str, str]] = {}
    for section, entries in tomllib.loads(_FILE.read_text("utf-8")).items():
        for name, words in entries.items():
            if set(words) != set(LANGUAGES):
                raise ValueError(f"{_FILE.name}: {section}.{name} must be given in {' and '.join(LANGUAGES)}")
            labels[f"{section}.{name}"] = words
    return labels


def labels_script(labels: Mapping[str, Mapping[str, str]]) -> str:
    """The labels as a script, for the switch of language in the browser."""
    by_language = {language: {key: words[language] for key, words in labels.items()} for language in LANGUAGES}
    return f"window.vnpress = {{labels: {script_json(by_language)}}};\n"
