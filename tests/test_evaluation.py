"""`vnpress evaluate`: every kind of error is found, told with its place, and gold that cannot be used is refused with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import DECISION, MEETING

import pipeline
from pipeline.cli import main
from pipeline.review.evaluation import evaluate
from pipeline.review.gold import read_gold
from pipeline.review.sameness import same_body, same_number, same_role, same_task, same_unit
from pipeline.review.scores import Evaluation, Mistake

GOLD: dict[str, object] = {  # of MEETING in conftest.py, without an error
    "source": "meeting.txt",
    "title": "Thành phố Sơn Hà sơ kết chương trình chuyển đổi số",
    "published": "2022-04-12T08:30",
    "author": "Minh Tâm",
    "persons": ["Trần Quốc Đạt"],
    "officials": [{"person": "Trần Quốc Đạt", "role": "Phó Chủ tịch", "org": "UBND thành phố Sơn Hà", "status": "current"}],
    "dates": [
        {"text": "12/04/2022", "start": "2022-04-12", "end": "2022-04-12"},
        {"text": "ngày 30/4/2022", "start": "2022-04-30", "end": "2022-04-30"},
    ],
    "counts": [{"text": "4/18 nhiệm vụ", "kind": "progress", "value": 4, "total": 18, "unit": "nhiệm vụ"}],
    "deadlines": [{"text": "trước ngày 30/4/2022", "start": "2022-04-30", "end": "2022-04-30", "task": "báo cáo kết quả"}],
    "documents": ["09-CTr/TU"],
    "recurrences": [],
    "keep": ["chủ trì hội nghị sơ kết", "báo cáo kết quả trước ngày 30/4/2022"],
    "drop": ["08:30 12/04/2022"],
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluation")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "meeting.txt").write_text(MEETING, "utf-8")
    (folder / "corpus" / "decision.txt").write_text(DECISION, "utf-8")
    pipeline.extract_corpus(folder / "corpus", folder / "out")
    return folder / "out"


def score(tables: Path, tmp_path: Path, **changed: object) -> Evaluation:
    path = tmp_path / "gold.json"
    path.write_text(json.dumps(GOLD | changed, ensure_ascii=False), "utf-8")
    return evaluate(tables, read_gold(path))


def mistakes(done: Evaluation) -> list[Mistake]:
    return [one for score in done.scores.values() for one in score.mistakes]


def test_gold_without_an_error_scores_one(tables: Path, tmp_path: Path) -> None:
    done = score(tables, tmp_path)
    assert mistakes(done) == []
    assert {name: score.f1 for name, score in done.scores.items()} == dict.fromkeys(done.scores, 1.0)
    assert [done.scores[name].found for name in ("persons", "officials+org", "  status", "dates", "text keep")] == [1, 1, 1, 2, 2]
    assert done.absent == ()


ERRORS = {
    "title": ("Sơ kết", ["extra", "missed"], "Thành phố Sơn Hà sơ kết chương trình chuyển đổi số"),
    "published": ("2022-04-13", ["extra", "missed"], "2022-04-12"),
    "author": ("Hoài An", ["extra", "missed"], "Minh Tâm"),
    "persons": ([], ["extra"], "Trần Quốc Đạt"),
    "dates": ([], ["extra", "extra"], "12/04/2022 | 2022-04-12 | 2022-04-12"),
    "counts": ([], ["extra"], "4/18 nhiệm vụ | 4.000000 | 18.000000 | nhiệm vụ"),
    "documents": (["09-CTr/TU", "10-CTr/TU"], ["missed"], "10-CTr/TU"),
    "recurrences": ([{"every": "P3M"}], ["missed"], "P3M"),
    "keep": (["hội nghị khai mạc"], ["lost"], "hội nghị khai mạc"),
    "drop": (["hội nghị sơ kết"], ["kept"], "hội nghị sơ kết"),
}


@pytest.mark.parametrize("fact", ERRORS)
def test_every_kind_of_error_is_told(tables: Path, tmp_path: Path, fact: str) -> None:
    gold, kinds, shown = ERRORS[fact]
    told = mistakes(score(tables, tmp_path, **{fact: gold}))
    assert sorted(one.kind for one in told) == kinds
    assert shown in {one.shown for one in told} or fact == "dates"
    assert {one.source for one in told} == {"meeting.txt"}


def test_errors_stand_in_their_sentences(tables: Path, tmp_path: Path) -> None:
    (extra,) = mistakes(score(tables, tmp_path, counts=[]))
    assert MEETING.replace("08:30 12/04/2022\n\n", "")[extra.start : extra.end] == "4/18 nhiệm vụ"
    assert extra.sentence == "Đến nay đã có 4/18 nhiệm vụ hoàn thành."
    (missed,) = mistakes(score(tables, tmp_path, persons=["Trần Quốc Đạt", {"name": "Hội nghị"}]))
    assert missed.sentence.startswith("Sáng 12/4") and missed.end is not None


def test_a_wrong_column_of_a_found_row_is_told_beside(tables: Path, tmp_path: Path) -> None:
    wrong = {"person": "Trần Quốc Đạt", "role": "Phó Chủ tịch", "org": "Sở Y tế", "status": "former"}
    done = score(tables, tmp_path, officials=[wrong])
    assert [done.scores[name].f1 for name in ("officials", "  status", "officials+org")] == [1.0, 0.0, 0.0]
    assert {one.fact for one in mistakes(done)} == {"  status", "officials+org"}


def test_optional_entries_are_neither_asked_for_nor_held_against(tables: Path, tmp_path: Path) -> None:
    optional = [
        {"start": "2022-04-30", "end": "2022-04-30", "optional": True},
        {"start": "2030-01-01", "end": "2030-12-31", "optional": True},
    ]
    done = score(tables, tmp_path, dates=[{"start": "2022-04-12", "end": "2022-04-12"}, *optional])
    assert (done.scores["dates"].found, mistakes(done)) == (1, [])


def test_what_was_not_annotated_is_not_scored(tables: Path, tmp_path: Path) -> None:
    path = tmp_path / "gold.json"
    path.write_text(json.dumps({"source": "meeting.txt", "persons": ["Trần Quốc Đạt"]}), "utf-8")
    assert set(evaluate(tables, read_gold(path)).scores) == {"persons"}


def test_null_published_means_that_none_may_be_invented(tables: Path, tmp_path: Path) -> None:
    assert [one.kind for one in mistakes(score(tables, tmp_path, published=None))] == ["extra"]


BAD_GOLD = {
    '{"source": "a"': "gold.jsonl:1: not JSON",
    '["a"]': 'gold.jsonl:1: must be an object with "source"',
    '{"source": "a", "person": []}': 'gold.jsonl:1: unknown key "person"; did you mean "persons"?',
    '{"source": "a", "dates": {}}': "gold.jsonl:1: dates must be a list",
    '{"source": "a"}\n{"source": "b", "dates": [{"start": "2022-01-01"}]}': "gold.jsonl:2: an entry of dates says no end",
    '{"source": "a", "counts": ["5"]}': "gold.jsonl:1: an entry of counts must be an object",
    "\n": "no gold in it",
}


@pytest.mark.parametrize("text", BAD_GOLD)
def test_gold_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"gold\.jsonl") as error:
        read_gold(path)
    assert BAD_GOLD[text] in str(error.value)


def test_command(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(GOLD | {"counts": []}) + "\n", "utf-8")
    assert main(["evaluate", str(path), "--tables", str(tables), "--errors"]) == 0
    told = capsys.readouterr().out
    assert (
        "counts: extra: meeting.txt:168-181: 4/18 nhiệm vụ" in told and "\n    Đến nay đã có 4/18 nhiệm vụ hoàn thành.\n" in told
    )
    assert "counts          0.000" in told and "1 gold articles, 0 not in" in told
    assert main(["evaluate", str(path), "--tables", str(tables), "--errors", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["scores"]["counts"]["extra"] == 1 and said["errors"][0]["sentence"].startswith("Đến nay")
    path.write_text(json.dumps(GOLD | {"source": "other.txt"}), "utf-8")
    assert main(["evaluate", str(path), "--tables", str(tables)]) == 1, "an article that is not there is a problem"
    assert "other.txt: not in" in capsys.readouterr().err
    assert main(["evaluate", str(tmp_path / "none"), "--tables", str(tables)]) == 2
    assert main(["evaluate", str(path), "--tables", str(tmp_path / "none")]) == 2


def test_sameness() -> None:
    assert same_role("Bí thư", "Thành ủy Sơn Hà", "Bí thư Thành ủy", "Sơn Hà")
    assert not same_role("Bí thư", "Thành ủy Sơn Hà", "Phó Bí thư", "Thành ủy Sơn Hà")
    assert same_body("Uỷ ban nhân dân thành phố Sơn Hà", "UBND TP Sơn Hà") and same_body("Sở Y tế", None)
    assert not same_body("Ban Chỉ đạo 35", "Ban Chỉ đạo 36") and not same_body("Sở Y tế Lam Giang", "Sở Y tế Sơn Hà")
    assert same_task("báo cáo kết quả", "các sở báo cáo kết quả thực hiện") and not same_task("họp", "báo cáo kết quả")
    assert same_unit("ca tử vong", "ca") and same_unit("VND", "đồng") and not same_unit("xã", "huyện") and not same_unit("", "xã")
    assert same_number("5.0", "5") and same_number(None, None) and not same_number("5", None)
