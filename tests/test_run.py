"""`vnpress extract` on real files: what it writes, what it keeps, its exit statuses."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from conftest import run_vnpress
from frictionless import Package
from invariants import check_tables

from pipeline.tables import LOG_TABLES, TABLES, read_table

PURE = [name for name in TABLES if name not in LOG_TABLES]


def digests(out: Path) -> dict[str, str]:
    """Of every table that is a pure function of the corpus."""
    paths = [out / f"{name}.{suffix}" for name in PURE for suffix in ("csv", "parquet")]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_all_tables_are_written_under_stable_paths(corpus: Path, tmp_path: Path) -> None:
    done = run_vnpress("extract", corpus, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "2 articles" in done.stdout and "articles/s" in done.stdout
    for name in TABLES:
        assert (tmp_path / "out" / f"{name}.parquet").is_file()
        assert (tmp_path / "out" / f"{name}.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    articles = read_table("articles", tmp_path / "out")
    assert sorted(articles["source"]) == ["decision.txt", "meeting.txt"]
    assert set(articles["title"]) == {
        "Thành phố Sơn Hà sơ kết chương trình chuyển đổi số",
        "Bổ nhiệm Giám đốc Sở Y tế tỉnh Lam Giang",
    }


def test_output_is_a_valid_frictionless_package(corpus: Path, tmp_path: Path) -> None:
    run_vnpress("extract", corpus, "--out", tmp_path / "out")
    report = Package(str(tmp_path / "out" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "note"])


def test_keys_foreign_keys_and_offsets_hold(corpus: Path, tmp_path: Path) -> None:
    run_vnpress("extract", corpus, "--out", tmp_path / "out")
    frames = {name: read_table(name, tmp_path / "out") for name in TABLES}
    check_tables(frames)
    assert len(frames["documents"]) == 2


def test_second_run_reads_nothing_again_and_leaves_the_files_alone(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_vnpress("extract", corpus, "--out", out)
    before = {name: (out / f"{name}.parquet").stat() for name in TABLES}
    done = run_vnpress("extract", corpus, "--out", out)
    assert "(2 inputs unchanged)" in done.stdout
    for name in PURE:
        after = (out / f"{name}.parquet").stat()
        assert (after.st_ino, after.st_mtime_ns) == (before[name].st_ino, before[name].st_mtime_ns), name
    assert len(read_table("runs", out)) == 2


def test_same_bytes_with_any_number_of_workers_and_without_cache(corpus: Path, tmp_path: Path) -> None:
    for number in range(40):
        text = (corpus / "meeting.txt").read_text("utf-8").replace("4/18", f"{number}/50")
        (corpus / f"copy{number:02}.txt").write_text(text, "utf-8")
    run_vnpress("extract", corpus, "--out", tmp_path / "one", "--workers", 1, "--no-cache")
    run_vnpress("extract", corpus, "--out", tmp_path / "three", "--workers", 3)
    reordered = tmp_path / "elsewhere"
    reordered.mkdir()
    for path in sorted(corpus.iterdir(), reverse=True):
        shutil.copy(path, reordered / path.name)
    run_vnpress("extract", reordered, "--out", tmp_path / "two", "--workers", 2)
    assert digests(tmp_path / "one") == digests(tmp_path / "three") == digests(tmp_path / "two")


def test_deleting_the_cache_gives_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_vnpress("extract", corpus, "--out", out)
    before = digests(out)
    shutil.rmtree(tmp_path / ".vnpress")
    assert run_vnpress("extract", corpus, "--out", out).returncode == 0
    assert digests(out) == before


def test_a_changed_input_replaces_its_rows(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_vnpress("extract", corpus, "--out", out)
    ids = set(read_table("articles", out)["article_id"])
    (corpus / "meeting.txt").write_text((corpus / "meeting.txt").read_text("utf-8").replace("09-CTr/TU", "10-CTr/TU"), "utf-8")
    done = run_vnpress("extract", corpus, "--out", out)
    assert "(1 inputs unchanged)" in done.stdout
    assert set(read_table("articles", out)["article_id"]) == ids
    assert "10-CTr/TU" in set(read_table("documents", out)["number"].dropna())
    assert "09-CTr/TU" not in set(read_table("documents", out)["number"].dropna())


def test_unreadable_input_is_a_reject_once_with_status_1(corpus: Path, tmp_path: Path) -> None:
    (corpus / "empty.txt").write_bytes(b"")
    (corpus / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    out = tmp_path / "out"
    done = run_vnpress("extract", corpus, "--out", out)
    assert done.returncode == 1
    rejects = read_table("rejects", out)
    assert sorted(rejects["source"]) == ["empty.txt", "picture.jpg"]
    assert rejects["message"].str.len().min() > 10
    assert len(read_table("articles", out)) == 2
    assert run_vnpress("extract", corpus, "--out", out).returncode == 0, "an old bad file does not alarm again"
    assert len(read_table("rejects", out)) == 2


@pytest.mark.parametrize("missing", [True, False])
def test_missing_or_empty_corpus_is_status_2(tmp_path: Path, missing: bool) -> None:
    folder = tmp_path / "nothing"
    if not missing:
        folder.mkdir()
    done = run_vnpress("extract", folder, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "nothing" in done.stderr
    assert not (tmp_path / "out").exists()


def test_wrong_usage_is_status_2(corpus: Path, tmp_path: Path) -> None:
    assert run_vnpress("extract", corpus, "--format", "xml").returncode == 2
    assert run_vnpress("extract", corpus, "--workers", "0").returncode == 2
    assert run_vnpress("extract", corpus, "--lexicon", tmp_path / "none").returncode == 2
    assert run_vnpress("no-such-command").returncode == 2
    assert run_vnpress("tables", "--out", tmp_path / "none").returncode == 2


def test_failed_write_is_status_3_and_leaves_the_old_tables(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_vnpress("extract", corpus, "--out", out)
    before = digests(out)
    (corpus / "third.txt").write_text("Hội nghị mới\n\n01/06/2022\n\nNgày 1/6, hội nghị khai mạc.", "utf-8")

    def limit_file_size() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    done = run_vnpress("extract", corpus, "--out", out, "--no-cache", preexec_fn=limit_file_size)
    assert done.returncode == 3, done.stderr
    assert "earlier output is untouched" in done.stderr
    assert digests(out) == before
    assert run_vnpress("extract", corpus, "--out", out).returncode == 0


def test_only_and_format(corpus: Path, tmp_path: Path) -> None:
    done = run_vnpress("extract", corpus, "--out", tmp_path / "out", "--only", "meet*", "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert not list((tmp_path / "out").glob("*.parquet"))
    assert list(read_table("articles", tmp_path / "out")["source"]) == ["meeting.txt"]


def test_csv_and_parquet_say_the_same(corpus: Path, tmp_path: Path) -> None:
    run_vnpress("extract", corpus, "--out", tmp_path / "both")
    run_vnpress("extract", corpus, "--out", tmp_path / "csv", "--format", "csv")
    for name in PURE:
        pd.testing.assert_frame_equal(read_table(name, tmp_path / "both"), read_table(name, tmp_path / "csv"))


def test_formulas_are_defused_in_csv_only(corpus: Path, tmp_path: Path) -> None:
    (corpus / "formula.txt").write_text(
        '=HYPERLINK("http://x.example")\n\n01/06/2022\n\nNgày 1/6, hội nghị khai mạc tại Lam Giang.', "utf-8"
    )
    run_vnpress("extract", corpus, "--out", tmp_path / "out")
    raw = (tmp_path / "out" / "articles.csv").read_text("utf-8-sig")
    assert "'=HYPERLINK" in raw and ",=HYPERLINK" not in raw and ',"=HYPERLINK' not in raw
    assert '=HYPERLINK("http://x.example")' in set(read_table("articles", tmp_path / "out")["title"])


def test_diff_tells_what_changed(corpus: Path, tmp_path: Path) -> None:
    run_vnpress("extract", corpus, "--out", tmp_path / "old")
    (corpus / "meeting.txt").unlink()
    run_vnpress("extract", corpus, "--out", tmp_path / "new")
    done = run_vnpress("diff", tmp_path / "old", tmp_path / "new")
    assert done.returncode == 0
    assert "articles: 2 -> 1 rows; 0 gained, 1 lost, 0 changed" in done.stdout


def test_show_and_tables(corpus: Path, tmp_path: Path) -> None:
    run_vnpress("extract", corpus, "--out", tmp_path / "out")
    shown = run_vnpress("show", corpus / "meeting.txt")
    assert shown.returncode == 0 and "Trần Quốc Đạt" in shown.stdout, shown.stderr
    article_id = read_table("articles", tmp_path / "out").set_index("source").loc["meeting.txt", "article_id"]
    assert "Trần Quốc Đạt" in run_vnpress("show", article_id, "--out", tmp_path / "out").stdout
    assert run_vnpress("show", "0" * 16, "--out", tmp_path / "out").returncode == 2
    cuts = run_vnpress("show", "--cuts", corpus / "meeting.txt")
    assert "[" in cuts.stdout and "08:30 12/04/2022" in cuts.stdout
    listed = run_vnpress("tables", "--out", tmp_path / "out").stdout
    assert all(f"{name} (" in listed for name in TABLES)


def test_descriptor_names_every_column(corpus: Path, tmp_path: Path) -> None:
    run_vnpress("extract", corpus, "--out", tmp_path / "out")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == [c.name for c in TABLES[resource["name"]].columns]
        assert all(field["description"] for field in fields)


def test_a_users_own_words_and_portals_are_laid_over(corpus: Path, tmp_path: Path) -> None:
    words, portals = tmp_path / "words", tmp_path / "portals"
    words.mkdir()
    portals.mkdir()
    (words / "positions.tsv").write_text(
        "position\tforms\tdeputy\tdeputy_forms\tnoun\torganization\tkinds\tneeds\nTổng quản\t\t\t\t\t\tcompany\t\n", "utf-8"
    )
    (portals / "lam-giang.toml").write_text(
        'name = "Lam Giang"\nhosts = ["lamgiang.example"]\n[[layout]]\nbody = ["div.o-giua"]\n', "utf-8"
    )
    said = "Tổng quản Công ty Hoa Sen Đỗ Minh Khôi dự hội nghị sơ kết chương trình và nêu các nhiệm vụ trọng tâm thời gian tới."
    html = f"<h1>Hội nghị sơ kết</h1><div class='o-giua'><p>{said}</p><p>{said}</p></div>"
    (corpus / "page.html").write_text(f"<html><body>{html}</body></html>", "utf-8")
    (corpus / "page.meta.json").write_text('{"url": "https://lamgiang.example/1.html"}', "utf-8")
    run_vnpress("extract", corpus, "--out", tmp_path / "plain")
    done = run_vnpress("extract", corpus, "--out", tmp_path / "own", "--lexicon", words, "--sites", portals)
    assert done.returncode == 0, done.stderr
    assert "(0 inputs unchanged)" in done.stdout, "other words and portals make other results"
    assert "Tổng quản" not in set(read_table("officials", tmp_path / "plain")["role"])
    assert "Tổng quản" in set(read_table("officials", tmp_path / "own")["role"])
    (portals / "lam-giang.toml").write_text('name = "Lam Giang"\nhost = ["lamgiang.example"]\n', "utf-8")
    wrong = run_vnpress("extract", corpus, "--out", tmp_path / "own", "--sites", portals)
    assert wrong.returncode == 2 and 'unknown key "host"; did you mean "hosts"?' in wrong.stderr
    (words / "position.tsv").write_text("position\n", "utf-8")
    wrong = run_vnpress("extract", corpus, "--out", tmp_path / "own", "--lexicon", words)
    assert wrong.returncode == 2 and 'did you mean "positions.tsv"?' in wrong.stderr
    (words / "position.tsv").unlink()
    (words / "positions.tsv").write_text("position\tform\nTổng quản\t\n", "utf-8")
    wrong = run_vnpress("extract", corpus, "--out", tmp_path / "own", "--lexicon", words)
    assert wrong.returncode == 2 and "they must be position, forms" in wrong.stderr


def test_a_redesigned_portal_is_an_issue_of_the_run_that_reads_the_page(tmp_path: Path) -> None:
    corpus, sites = tmp_path / "corpus", tmp_path / "sites"
    corpus.mkdir()
    sites.mkdir()
    (sites / "bao-mau.toml").write_text('name = "Báo Mẫu"\nhosts = ["baomau.example"]\n[[layout]]\nbody = ["div.cu"]\n', "utf-8")
    markup = (
        '<html><head><link rel="canonical" href="https://baomau.example/tin.html"></head><body><h1>Thông xe cầu Vân Thạch</h1>'
        "<div><p>Sáng 12/9, Ban Quản lý dự án tổ chức lễ thông xe kỹ thuật cầu Vân Thạch với vốn 986 tỷ đồng.</p></div></body></html>"
    )
    (corpus / "tin.html").write_text(markup, "utf-8")
    for _ in range(2):  # the second run reads nothing again, and has no issue of its own
        done = run_vnpress("extract", corpus, "--out", tmp_path / "out", "--sites", sites)
        assert done.returncode == 0, done.stderr
        issues = read_table("issues", tmp_path / "out")
        assert list(issues["source"]) == ["tin.html"] and list(issues["kind"]) == ["selector matched nothing"]
        assert "bao-mau: body: none of div.cu is on the page" in issues["message"][0]
        assert set(issues["run_id"]) <= set(read_table("runs", tmp_path / "out")["run_id"])
    assert "issues" not in done.stdout
