"""The public API, as a notebook uses it."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from conftest import MEETING

import pipeline
from pipeline import TABLES, extract_corpus, extract_page, extract_text, read_table


def test_a_text_gives_every_table_with_its_columns() -> None:
    tables = extract_text("Sáng 12/4, hội nghị sơ kết Chương trình 09-CTr/TU khai mạc.", published=date(2022, 4, 12))
    assert set(tables) == set(TABLES)
    for name, frame in tables.items():
        assert list(frame.columns) == [c.name for c in TABLES[name].columns]
    assert list(tables["documents"]["number"]) == ["09-CTr/TU"]
    assert list(tables["articles"]["published_at"].dt.date) == [date(2022, 4, 12)]


def test_the_text_is_the_nfc_input_and_its_id_comes_from_it() -> None:
    line = "Xem chi tiết"  # furniture on a page, but a text that was given is never cut
    decomposed = unicodedata.normalize("NFD", line)
    first, second = extract_text(line), extract_text(decomposed)
    assert first["articles"].iloc[0]["text"] == second["articles"].iloc[0]["text"] == line
    assert first["articles"].iloc[0]["article_id"] == second["articles"].iloc[0]["article_id"]
    assert first["articles"].iloc[0]["article_id"] != extract_text("Xem tiếp")["articles"].iloc[0]["article_id"]


def test_without_a_date_relative_dates_have_no_value() -> None:
    dates = extract_text("Hôm qua, hội nghị khai mạc.")["dates"]
    assert list(dates["text"]) == ["Hôm qua"]
    assert dates["value_start"].isna().all()
    with_date = extract_text("Hôm qua, hội nghị khai mạc.", published=datetime(2022, 4, 12, 8, 30, tzinfo=UTC))["dates"]
    assert date(2022, 4, 11) in set(with_date["value_start"])


def test_a_page_and_a_page_that_cannot_be_read() -> None:
    html = "<html><head><title>Hội nghị</title></head><body><article><h1>Hội nghị sơ kết chương trình</h1>"
    html += "<p>Ngày 12/4/2022, hội nghị sơ kết Chương trình 09-CTr/TU khai mạc tại trung tâm thành phố.</p>" * 3
    tables = extract_page((html + "</article></body></html>").encode(), url="https://sonha.example/tin/1.html")
    assert tables["articles"].iloc[0]["portal"] == "sonha.example"
    assert list(tables["documents"]["number"]) == ["09-CTr/TU"]
    rejected = extract_page(b"")
    assert len(rejected["rejects"]) == 1 and rejected["articles"].empty


def test_a_corpus_and_its_tables(corpus: Path, tmp_path: Path) -> None:
    tables = extract_corpus(corpus, tmp_path / "out")
    assert len(tables["articles"]) == 2
    again = read_table("articles", tmp_path / "out")
    assert MEETING.splitlines()[0] in set(again["title"])
    with pytest.raises(KeyError, match="no table 'article'"):
        read_table("article", tmp_path / "out")
    with pytest.raises(FileNotFoundError, match="vnpress extract"):
        read_table("articles", tmp_path / "nowhere")


def test_nothing_else_is_public() -> None:
    assert sorted(pipeline.__all__) == ["TABLES", "extract_corpus", "extract_page", "extract_text", "read_table"]
