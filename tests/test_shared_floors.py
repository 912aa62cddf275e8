"""The real articles and pages beside the checkout against their gold, by their own scorer; skipped where they are absent."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pipeline
from pipeline.review.evaluation import evaluate
from pipeline.review.gold import read_gold

FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text("utf-8"))


@pytest.mark.parametrize(("folder", "gold"), [("articles", "gold"), ("pages", "gold-pages")])
def test_scores_of_real_material_do_not_fall(shared: Path, tmp_path: Path, folder: str, gold: str) -> None:
    pipeline.extract_corpus(shared / "dev" / folder, tmp_path / "out")
    command = [sys.executable, shared / "eval" / "score.py", tmp_path / "out", shared / "dev" / gold]
    said = json.loads(subprocess.run([*command, "--json"], capture_output=True, text=True, check=False).stdout)
    assert said["offset_errors"] == 0
    assert said["absent"] == []
    told = subprocess.run([*command, "-v"], capture_output=True, text=True, check=False).stdout
    for fact, floor in FLOORS[folder].items():
        for measure in ("precision", "recall"):
            assert said["scores"][fact][measure] >= floor[measure], f"{fact}: {measure}\n{told}"
    for spoiled in (0, 1):
        path = tmp_path / f"gold{spoiled}.jsonl"
        lines = [json.dumps(spoil(one, spoiled), ensure_ascii=False) for one in read_lines(shared / "dev" / gold)]
        path.write_text("\n".join(lines), "utf-8")
        agree(tmp_path / "out", path, shared)


def read_lines(folder: Path) -> list[dict[str, object]]:
    texts = [(path, path.read_text("utf-8")) for path in sorted(folder.glob("*.json*"))]
    return [
        json.loads(part) for path, text in texts for part in (text.splitlines() if path.suffix == ".jsonl" else [text]) if part
    ]


def spoil(gold: dict[str, object], how: int) -> dict[str, object]:
    """Gold with every third entry left out, and every second word list, number and day changed: both scorers must see it so."""
    if not how:
        return gold
    changed = dict(gold)
    for key, said in gold.items():
        if isinstance(said, list):
            kept = [entry for n, entry in enumerate(said) if n % 3]
            changed[key] = [_change(entry) if n % 2 else entry for n, entry in enumerate(kept)]
    return changed


def _change(entry: object) -> object:
    if isinstance(entry, str):
        return entry.partition(" ")[2] or f"{entry}x"
    assert isinstance(entry, dict)
    done = dict(entry)
    for n, (key, value) in enumerate(entry.items()):
        if isinstance(value, bool) or n % 2 == len(entry) % 2:
            continue
        if isinstance(value, int | float):
            done[key] = value + 1
        elif isinstance(value, str) and key in ("start", "end"):
            done[key] = value[:-1] + str((int(value[-1]) + 1) % 10)
        elif isinstance(value, str):
            done[key] = value.partition(" ")[2] or value
    return done


def agree(tables: Path, gold: Path, shared: Path) -> None:
    """`vnpress evaluate` gives the figures of the scorer beside the checkout, right or wrong as the tables may be."""
    command = [sys.executable, shared / "eval" / "score.py", tables, gold, "--json"]
    theirs = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)["scores"]
    ours = evaluate(tables, read_gold(gold)).scores
    assert {name: (score.found, score.extra, score.missed) for name, score in ours.items()} == {
        name: (said["tp"], said["fp"], said["fn"]) for name, said in theirs.items()
    }
