"""The two seed reports, scored by the shared scorer (skipped where ../shared is absent)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import run_vnpress

from pipeline.tables import read_table

EXACT = ("title", "published", "author", "persons", "documents", "recurrences", "text keep", "text drop")
NEARLY = ("officials", "dates", "counts", "deadlines")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the two seed reports."""
    from conftest import SHARED

    if not (SHARED / "dev").is_dir():
        pytest.skip("../shared/dev is not beside this checkout: real articles are not part of the project")
    folder = tmp_path_factory.mktemp("seeds") / "out"
    done = run_vnpress("extract", SHARED / "dev" / "articles", "--only", "00*", "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_seed_scores(out: Path, shared: Path) -> None:
    scorer, gold = shared / "eval" / "score.py", shared / "dev" / "gold" / "seeds.jsonl"
    done = subprocess.run([sys.executable, scorer, out, gold, "--json"], capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)
    f1 = {name: score["f1"] for name, score in said["scores"].items()}
    assert said["offset_errors"] == 0
    assert {name: f1[name] for name in EXACT} == dict.fromkeys(EXACT, 1.0)
    assert min(f1[name] for name in NEARLY) >= 0.95, f1


def test_both_seeds_tell_one_event_of_the_same_people(out: Path) -> None:
    articles, officials = read_table("articles", out), read_table("officials", out)
    assert articles["event_id"].notna().all() and articles["event_id"].nunique() == 1
    assert (officials.groupby("person")["person_id"].nunique() == 1).all()
    assert (officials.groupby("person_id")["article_id"].nunique() == 2).all()
