"""The real articles and pages beside the checkout against their gold, by their own scorer; skipped where they are absent."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pipeline

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
