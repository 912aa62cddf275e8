"""Entities of underthesea as it is called, and with the labels before a word as features: how right, and how fast.

Run `python benchmarks/words.py` (about a minute, one core); it prints the tables and writes them to `benchmarks/words.md`.
Gold: persons of `../shared/dev/gold` where that folder is present, and persons, organisations and places of `corpus/`.
"""

from __future__ import annotations

import json
import re
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import underthesea

from pipeline.annotate.words import KINDS, mentions_of, tag_sentences
from pipeline.clean import clean_page
from pipeline.corpus import list_inputs, read_page
from pipeline.vietnamese.sentences import split_sentences

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "dev"
RESULTS = Path(__file__).with_suffix(".md")
MODES = (("as called", True), ("labels fed back", False))

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and where its entities of one kind stand."""

    text: str
    kind: str
    spans: frozenset[Span]


def read_corpus() -> list[Marked]:
    texts = {one.source: clean_page(read_page(one)).text for one in list_inputs(ROOT / "corpus").inputs}
    lines = (ROOT / "tests" / "gold" / "corpus.jsonl").read_text("utf-8").splitlines()
    marked = []
    for gold in map(json.loads, lines):
        names = {"PER": gold["persons"], **gold.get("entities", {})}
        marked += [Marked(texts[gold["source"]], kind, find_spans(texts[gold["source"]], names[kind])) for kind in names]
    return marked


def read_shared() -> list[Marked]:
    """Persons of the real articles; nothing where they are absent."""
    marked = []
    for path in sorted((SHARED / "gold").glob("*.json*")):
        lines = path.read_text("utf-8").splitlines() if path.suffix == ".jsonl" else [path.read_text("utf-8")]
        for gold in map(json.loads, lines):
            text = unicodedata.normalize("NFC", (SHARED / "articles" / gold["source"]).read_text("utf-8", errors="replace"))
            names = [name if isinstance(name, str) else name["name"] for name in gold["persons"]]
            marked.append(Marked(text, "PER", find_spans(text, names)))
    return marked


def find_spans(text: str, names: Iterable[str]) -> frozenset[Span]:
    """Every place where a name stands, of two that overlap the longer one."""
    taken: set[Span] = set()
    for name in sorted(names, key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.add(match.span())
    return frozenset(taken)


def score(marked: Sequence[Marked], kind: str, *, constant: bool, syllables: int) -> tuple[float, float, int]:
    """Precision, recall, and how many names there are, of proposals with at least so many syllables."""
    right = said = wanted = 0
    for one in marked:
        if one.kind != kind:
            continue
        proposed = {
            (mention.start, mention.end)
            for start, end in split_sentences(one.text)
            for mention in mentions_of(one.text, start, end, constant=constant)
            if mention.kind == kind and len(mention.text.split()) >= syllables
        }
        gold = {(a, b) for a, b in one.spans if len(one.text[a:b].split()) >= syllables}
        right += len(proposed & gold)
        said += len(proposed)
        wanted += len(gold)
    return right / max(said, 1), right / max(wanted, 1), wanted


def measure_speed(texts: Iterable[str]) -> tuple[float, float, int]:
    """Seconds of the library and of ours over the same sentences, one after the other, and their syllables."""
    sentences = [text[start:end] for text in dict.fromkeys(texts) for start, end in split_sentences(text)]
    underthesea.ner(sentences[0])
    tag_sentences(sentences[:1])
    begun = time.process_time()
    for sentence in sentences:
        underthesea.ner(sentence)
    between = time.process_time()
    tag_sentences(sentences)
    return between - begun, time.process_time() - between, sum(len(sentence.split()) for sentence in sentences)


def write_results(corpus: Sequence[Marked], shared: Sequence[Marked]) -> str:
    lines = ["# Words and entities", "", "Made by `python benchmarks/words.py`.", ""]
    lines += [
        "| gold | kind | names | | precision | recall | precision, 2 syllables or more | recall |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for label, marked in (("real articles", shared), ("corpus/", corpus)):
        for kind in KINDS:
            if not any(one.kind == kind for one in marked):
                continue
            for mode, constant in MODES:
                precision, recall, names = score(marked, kind, constant=constant, syllables=1)
                longer = score(marked, kind, constant=constant, syllables=2)
                lines.append(
                    f"| {label} | {kind} | {names} | {mode} | {precision:.2f} | {recall:.2f} | {longer[0]:.2f} | {longer[1]:.2f} |"
                )
    library, ours, syllables = measure_speed(one.text for one in (*corpus, *shared))
    lines += ["", f"Words, parts of speech and entities of {syllables:,} syllables, one core, one run:", ""]
    lines += ["| | seconds | syllables/s |", "|---|---|---|"]
    lines += [f"| `underthesea.ner` | {library:.2f} | {syllables / library:,.0f} |"]
    lines += [f"| `annotate/words.py` | {ours:.2f} | {syllables / ours:,.0f} |"]
    lines += ["", f"{library / ours:.1f} times faster."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    results = write_results(read_corpus(), read_shared())
    RESULTS.write_text(results, "utf-8")
    print(results)
