"""`corpus/` through the whole pipeline against `tests/gold/corpus.jsonl`, read by hand; floors that only rise.

`vnpress extract && vnpress evaluate tests/gold/corpus.jsonl --errors` prints every error and the scores.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import build_corpus
import pandas as pd
import pytest

import pipeline
from pipeline.review.evaluation import evaluate
from pipeline.review.gold import read_gold
from pipeline.review.scores import Score

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "tests" / "gold" / "corpus.jsonl"
FLOORS = tomllib.loads((ROOT / "tests" / "floors.toml").read_text("utf-8"))["corpus"]


def read_lines() -> list[dict[str, object]]:
    """The gold as it is written, with what is said there for the tests below."""
    return [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "extracted"
    pipeline.extract_corpus(ROOT / "corpus", folder)
    return folder


@pytest.fixture(scope="module")
def tables(extracted: Path) -> dict[str, pd.DataFrame]:
    return {name: pipeline.read_table(name, extracted) for name in pipeline.TABLES}


@pytest.fixture(scope="module")
def scores(extracted: Path) -> dict[str, Score]:
    done = evaluate(extracted, read_gold(GOLD))
    assert not done.absent
    return dict(done.scores)


def article(tables: dict[str, pd.DataFrame], source: str) -> pd.Series:
    return tables["articles"].set_index("source").loc[source]


@pytest.mark.parametrize("fact", sorted(FLOORS))
def test_scores_do_not_fall(scores: dict[str, Score], fact: str) -> None:
    score, floor = scores[fact], FLOORS[fact]
    told = "\n".join(map(str, score.mistakes))
    assert score.precision >= floor["precision"], f"{fact}: precision {score.precision:.3f}\n{told}"
    assert score.recall >= floor["recall"], f"{fact}: recall {score.recall:.3f}\n{told}"


def test_every_fact_has_a_floor(scores: dict[str, Score]) -> None:
    assert set(FLOORS) == set(scores)


def test_times_and_bylines_are_as_written(tables: dict[str, pd.DataFrame]) -> None:
    """To the minute and the letter, where a score takes the day and most of the words."""
    for gold in read_lines():
        row = article(tables, str(gold["source"]))
        assert row["published_at"].isoformat().startswith(str(gold["published"])), gold["source"]
        assert "author" not in gold or row["author"] == gold["author"], gold["source"]


def test_every_file_is_read_and_has_gold(tables: dict[str, pd.DataFrame]) -> None:
    assert tables["rejects"].empty, tables["rejects"].to_dict("records")
    assert set(tables["articles"]["source"]) == {gold["source"] for gold in read_lines()}


def test_gold_quotes_stand_in_the_articles(tables: dict[str, pd.DataFrame]) -> None:
    """A gold entry that nobody could find tests nothing: persons and documents are written so in the text."""
    texts = tables["articles"].set_index("source")["text"]
    for gold in read_lines():
        for quote in (*gold["persons"], *gold["documents"]):  # type: ignore[misc]
            assert quote in texts[gold["source"]], f"{gold['source']}: {quote}"


@pytest.mark.parametrize("gold", [gold for gold in read_lines() if "repairs" in gold], ids=lambda gold: gold["source"])
def test_encodings_are_mended_by_name(tables: dict[str, pd.DataFrame], gold: dict[str, object]) -> None:
    row = article(tables, str(gold["source"]))
    assert row["lost_chars"] == gold["lost_chars"]
    done = [repair for repair in row["repairs"].split(";") if repair]
    assert len([repair for repair in done if repair in gold["repairs"]]) == len(gold["repairs"])  # type: ignore[operator, arg-type]
    assert "�" in row["text"] or not gold["lost_chars"], "what is lost is kept as it is, never guessed"


def test_sound_pages_are_not_mended(tables: dict[str, pd.DataFrame]) -> None:
    others = tables["articles"][~tables["articles"]["source"].str.startswith("legacy/")]
    assert set(others["repairs"]) == {""}
    assert set(others["lost_chars"]) == {0}


def test_one_meeting_of_two_portals_is_one_event(tables: dict[str, pd.DataFrame]) -> None:
    events = tables["articles"].set_index("source")["event_id"]
    for gold in read_lines():
        if "same_event" in gold:
            assert events[gold["source"]] == events[gold["same_event"]]
    assert events.nunique() == len(events) - 1, "and no other two articles share one"
    assert tables["articles"]["duplicate_of"].isna().all()


def test_the_later_capture_of_an_address_is_read(tables: dict[str, pd.DataFrame]) -> None:
    crawled = tables["articles"][tables["articles"]["source"].str.startswith("crawl/")]
    assert len(crawled) == 1
    assert "38 gian hàng" in crawled.iloc[0]["text"]


def test_facts_are_read_from_vietnamese_articles_only(tables: dict[str, pd.DataFrame]) -> None:
    english = article(tables, "bao-tin/english-edition.html")
    assert english["language"] == "en"
    for name in ("officials", "counts", "deadlines", "recurrences"):
        assert english["article_id"] not in set(tables[name]["article_id"])


@pytest.mark.parametrize("name", sorted(build_corpus.build_files()))
def test_binary_files_are_what_their_script_writes(name: str) -> None:
    assert (build_corpus.CORPUS / name).read_bytes() == build_corpus.build_files()[name]
