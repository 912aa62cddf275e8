"""What a user would otherwise write: trafilatura, underthesea.ner for each sentence, dateparser, a few regular expressions.

    python benchmarks/naive.py FOLDER     prints seconds and rows as JSON

Fair: models are loaded before the clock starts, each library is called as its own documentation shows, nothing is called twice.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import trafilatura
from dateparser.search import search_dates
from underthesea import ner, sent_tokenize

COUNT = re.compile(r"\b(\d[\d.,]*)(?:/(\d+))?\s+((?:nhiệm vụ|dự án|đề án|hộ|người|xã|huyện|tỷ đồng|triệu đồng|%)[^\s,.;]*)")
DOCUMENT = re.compile(r"\b\d+(?:/\d{4})?[-/][A-ZĐ]{2,}[\w-]*(?:/[A-ZĐ\w-]+)?")
DEADLINE = re.compile(r"(?:trước|chậm nhất|muộn nhất|đến hết)\s+(?:ngày\s+)?(\d{1,2}/\d{1,2}(?:/\d{4})?)")


def extract_article(path: Path) -> list[tuple[str, str]]:
    """(kind, text) of everything found in one file."""
    text = path.read_text("utf-8")
    if path.suffix == ".html":
        text = trafilatura.extract(text) or ""
    rows = []
    for sentence in sent_tokenize(text):
        words: list[str] = []
        kind = ""
        for word, _, _, tag in ner(sentence):
            if tag.startswith("I-") and words:
                words.append(word)
                continue
            if words:
                rows.append((kind, " ".join(words)))
            kind, words = (tag[2:], [word]) if tag.startswith("B-") else ("", [])
        if words:
            rows.append((kind, " ".join(words)))
        rows += [("date", found) for found, _ in search_dates(sentence, languages=["vi"]) or []]
    for kind, pattern in (("count", COUNT), ("document", DOCUMENT), ("deadline", DEADLINE)):
        rows += [(kind, match.group()) for match in pattern.finditer(text)]
    return rows


def main() -> None:
    """Time all files of a folder."""
    folder = Path(sys.argv[1])
    ner("Hà Nội, ngày 1/1.")
    search_dates("ngày 1/1/2020", languages=["vi"])
    begin = time.perf_counter()
    rows = sum(len(extract_article(path)) for path in sorted(folder.iterdir()))
    print(json.dumps({"seconds": time.perf_counter() - begin, "rows": rows}))


if __name__ == "__main__":
    main()
