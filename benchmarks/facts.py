"""How fast the rules read: MB (UTF-8) of text a second on one core, each kind of fact and all of them together.

    python -m benchmarks.facts [--times 20]

Reads `corpus/`, whose words and entities are found before; CPU time, the best of so many passes. As in a worker,
what was loaded before is out of the garbage collector's way.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Sequence
from pathlib import Path

from pipeline.clean import clean_page
from pipeline.corpus import list_inputs, read_page
from pipeline.extraction import find_mentions, load_models
from pipeline.facts import FACTS, find_doubts, stamp_ids
from pipeline.model import Article, Findings, Mention

CORPUS = Path(__file__).parents[1] / "corpus"
Read = tuple[Article, Sequence[Mention]]


def read_corpus(folder: Path) -> list[Read]:
    """Clean articles with what the tagger proposes."""
    articles = (clean_page(read_page(one)) for one in list_inputs(folder).inputs)
    return [
        (article, find_mentions(article.text, asked=find_doubts(article))) for article in articles if article.language == "vi"
    ]


def measure(read: Sequence[Read]) -> dict[str, float]:
    """CPU seconds of each kind of fact over all articles."""
    seconds: dict[str, float] = {}
    for article, mentions in read:
        findings = Findings()
        for read_rows in FACTS:
            name = read_rows.__module__.rsplit(".", 1)[-1]
            begun = time.process_time()
            findings = findings.with_rows(stamp_ids(article, read_rows(article, mentions, findings)))
            seconds[name] = seconds.get(name, 0.0) + time.process_time() - begun
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed of the rules on corpus/.")
    parser.add_argument("--times", type=int, default=20, help="passes over the corpus; the best counts")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="another folder of articles")
    asked = parser.parse_args()
    load_models()
    read = read_corpus(asked.corpus)
    megabytes = sum(len(article.text.encode()) for article, _ in read) / 1e6
    gc.freeze()
    best = min((measure(read) for _ in range(asked.times)), key=lambda seconds: sum(seconds.values()))
    print(f"{len(read)} articles, {megabytes:.3f} MB; MB/s, best of {asked.times}:")
    for name, seconds in best.items():
        print(f"  {name:14} {megabytes / seconds:7.2f}")
    print(f"  {'all together':14} {megabytes / sum(best.values()):7.2f}")


if __name__ == "__main__":
    main()
