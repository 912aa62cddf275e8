"""The report as files: marks that nest and cross, words of strangers, pages that come and go, sizes."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import ROOT, run_vnpress
from hypothesis import given, settings
from hypothesis import strategies as st
from report_tables import article, write_tables

from pipeline.facts.counts import CountRow
from pipeline.facts.dates import DateRow
from pipeline.facts.deadlines import DeadlineRow
from pipeline.facts.documents import DocumentRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.officials import OfficialRow
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.persons import PersonRow
from pipeline.model import VIETNAM, Row
from pipeline.report import build
from pipeline.report.articles import _around
from pipeline.report.build import NotOurFolder, TablesError, write_report
from pipeline.report.findings import Finding, format_number, split_parts
from pipeline.report.highlight import Close, Open, Span, Words, mark_paragraphs
from pipeline.report.labels import LANGUAGES, load_labels
from pipeline.report.printer import LISTS, POLICY, Printer
from pipeline.report.reading import stream_rows
from pipeline.report.safe import file_name, script_json, shorten, show_controls, web_address
from pipeline.tables import TABLES, ArticleRow, IssueRow, RejectRow, RunRow

REPORT = ROOT / "pipeline" / "report"
AS_OF = date(2024, 1, 10)
NOW = datetime(2024, 1, 10, 8, tzinfo=UTC)


def make(tables: Path, out: Path, as_of: date = AS_OF) -> build.Summary:
    return write_report(tables, out, as_of=as_of, now=NOW)


def pages_of(out: Path) -> dict[str, bytes]:
    """Every file of a report but its lock, which tells who held it last."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file() and path.name != ".lock"
    }


# Marks in the text


def drawn(text: str, spans: list[Span]) -> str:
    """Marks as brackets: `[o …]` for a span of kind o, `(` where it goes on after a cut."""
    paragraphs = []
    for paragraph in mark_paragraphs(text, spans):
        words = ""
        for step in paragraph.steps:
            if isinstance(step, Open):
                words += ("[" if step.first else "(") + step.span.kind + " "
            elif isinstance(step, Close):
                words += "]"
            else:
                words += step.text
        paragraphs.append(words)
    return "|".join(paragraphs)


def test_a_span_within_another_is_marked_within_it() -> None:
    spans = [Span("name", 9, 12, ("1",)), Span("office", 0, 12, ("2",))]
    assert drawn("Bí thư là Anh, hôm nay", spans) == "[office Bí thư là[name  An]]h, hôm nay"


def test_spans_that_cross_are_cut_and_go_on() -> None:
    assert drawn("abcdef", [Span("x", 0, 4, ("1",)), Span("y", 2, 6, ("2",))]) == "[x ab[y cd]](y ef]"


def test_the_longer_of_two_that_begin_together_is_outermost() -> None:
    assert drawn("abcdef", [Span("x", 0, 2, ("1",)), Span("y", 0, 6, ("2",))]) == "[y [x ab]cdef]"


def test_a_span_over_two_paragraphs_is_cut_between_them() -> None:
    assert drawn("ab\n\ncd", [Span("x", 1, 5, ("1",))]) == "a[x b]|(x c]d"


def test_lines_of_nested_marks_lie_below_one_another() -> None:
    (paragraph,) = mark_paragraphs("abcdef", [Span("x", 0, 6, ("1",)), Span("y", 1, 5, ("2",)), Span("z", 2, 4, ("3",))])
    assert [step.height for step in paragraph.steps if isinstance(step, Open)] == [3, 2, 1]


def test_the_link_of_a_mark_stands_on_its_own_words_once() -> None:
    (paragraph,) = mark_paragraphs("abcdef", [Span("x", 0, 6, ("1",)), Span("y", 2, 4, ("2",))])
    assert [(w.text, w.span and w.span.kind) for w in paragraph.steps if isinstance(w, Words)] == [
        ("ab", "x"), ("cd", "y"), ("ef", None),
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_marks_nest_and_leave_the_text_as_it_is(data: st.DataObject) -> None:
    text = data.draw(st.text("ab \n", min_size=1, max_size=40))
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda pair: pair[0] < pair[1])
    spans = [Span("xyz"[n % 3], *pair, (str(n),)) for n, pair in enumerate(data.draw(st.lists(ends, max_size=8)))]
    covered: Counter[str] = Counter()
    for paragraph in mark_paragraphs(text, spans):
        assert text.startswith(paragraph.text, paragraph.start)
        at, stack = paragraph.start, list[Span]()
        for step in paragraph.steps:
            if isinstance(step, Open):
                stack.append(step.span)
            elif isinstance(step, Close):
                stack.pop()
            else:
                assert text.startswith(step.text, at) and step.text
                assert {span.keys for span in stack} == {s.keys for s in spans if s.start <= at and s.end >= at + len(step.text)}
                for span in stack:
                    covered[span.keys[0]] += len(step.text)
                at += len(step.text)
        assert not stack and at == paragraph.start + len(paragraph.text)
    for span in spans:
        gaps = sum(len(gap.group()) for gap in re.finditer(r"\n{2,}", text[span.start : span.end]))
        assert covered[span.keys[0]] >= span.end - span.start - gaps - 2  # a gap may begin or end outside the span


def test_a_long_article_is_cut_into_parts_between_paragraphs() -> None:
    text = "\n\n".join(f"Đoạn {n} có {n} nhiệm vụ." for n in range(300))
    places = [match.span() for match in re.finditer(r"\d+ nhiệm vụ", text)]
    found = [Finding("count", f"c{n}", *place, "", (), "r", 1.0) for n, place in enumerate(places)]
    loose = Finding("date", "t1", None, None, "2024", (), "r", 1.0)
    parts = split_parts(text, [*found, loose], most=50_000)
    assert len(parts) >= 5
    assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]
    assert all(text[part.end - 2 : part.end] == "\n\n" for part in parts[:-1])
    assert [one for part in parts for one in part.findings] == [*found, loose]
    assert all(part.start <= (one.start or part.start) < part.end for part in parts for one in part.findings)


# Words of strangers

HOSTILE = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "\"><svg onload=window.hit=1> '",
    "{{ 7*7 }}{% raw %}${7*7}",
    "</title></script><b>",
    "\u202e23/51 nhiệm vụ\u202c",
    "</a> --> \u2028 ]]>",
]


def test_only_web_addresses_are_linked() -> None:
    assert web_address("https://bao.example/tin?a=1") == "https://bao.example/tin?a=1"
    for url in (
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "//x",
        "http:",
        "http://[",
        None,
    ):
        assert web_address(url) is None
    assert web_address("https://bao.example/\u202egnp.exe") is None


def test_ids_cannot_lead_out_of_their_folder() -> None:
    assert file_name("018bc2b2a4d94903") == "018bc2b2a4d94903"
    for hostile in ("../../x", "a/b", "", "C:\\x", "a" * 300, "A.html"):
        assert re.fullmatch(r"[0-9a-f]{16}", file_name(hostile))


@pytest.mark.parametrize("words", HOSTILE)
def test_json_in_scripts_closes_nothing(words: str) -> None:
    written = script_json([words])
    assert not re.search("[<>&\u2028\u2029]", written)
    assert json.loads(written) == [words]


def test_characters_that_act_unseen_are_named() -> None:
    assert show_controls("a\u202eb\x00c\n\td") == "a⟨U+202E⟩b⟨U+0000⟩c\n\td"
    assert show_controls("Uỷ ban nhân dân") == "Uỷ ban nhân dân"


def test_templates_escape_everything() -> None:
    for path in (*REPORT.rglob("*.html"), *REPORT.rglob("*.py")):
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(|autoescape=False", path.read_text("utf-8")), path.name
    for path in REPORT.rglob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text("utf-8")
        )


class Elements(HTMLParser):
    """Elements with attributes, ids, and text of one page, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.found if "id" in attrs]

    def all(self, tag: str, name: str) -> list[str]:
        return [attrs[name] for found, attrs in self.found if found == tag and name in attrs]


def hostile_rows() -> list[Row]:
    """Everything that can hold words of strangers holds hostile ones."""
    rows: list[Row] = []
    for n, words in enumerate(HOSTILE):
        key, text = f"a{n}", f"{words}\n\nÔng {words} giao 5/32 nhiệm vụ trước ngày 30/1/2024."
        quote = {"article_id": key, "text": words, "start": 0, "end": len(words), "rule": words, "confidence": 0.5}
        when = datetime(2024, 1, n + 1, 8, tzinfo=VIETNAM)
        rows += [
            article(key, text, title=words, summary=words, author=words, portal=words, url="javascript:window.hit=1", source=words,
                    published_at=when, published_grain="minute", repairs=words),
            PersonRow(person_id=f"p{n}", name=words, aliases=words, place=words, evidence=words),
            OrganizationRow(org_id=f"o{n}", name=words, aliases=words, kind=words),
            DocumentRow(document_id=f"d{n}", number=words, type=words, issuer=words, title=words),
            MentionRow(mention_id=f"k{n}", kind="document", person_id=None, org_id=None, document_id=f"d{n}", **quote),
            MentionRow(mention_id=f"m{n}", kind="person", person_id=f"p{n}", org_id=None, document_id=None, **quote),
            MentionRow(mention_id=f"n{n}", kind="organization", person_id=None, org_id=f"o{n}", document_id=None, **quote),
            OfficialRow(official_id=f"f{n}", person_id=f"p{n}", org_id=f"o{n}", person=words, role=words, organization=words,
                        status=words, **quote),
            CountRow(count_id=f"c{n}", kind="progress", value=Decimal(5), total=Decimal(32), unit=words, **quote),
            DateRow(date_id=f"d{n}", grain="day", kind=words, time=words, **quote),
            DeadlineRow(deadline_id=f"l{n}", due_start=when.date(), due_end=when.date(), marker=words, task=words, responsible=words,
                        responsible_org_id=f"o{n}", assigned_by=words, assigned_by_person_id=f"p{n}", within=words, **quote),
            RejectRow(reject_id=f"r{n}", source=words, stage=words, error=words, message=words),
            IssueRow(issue_id=f"i{n}", run_id="run", source=words, step=words, kind=words, message=words, quote=words),
        ]  # fmt: skip
    rows.append(run_row())
    return rows


def run_row(**more: object) -> RunRow:
    told: dict[str, object] = {
        "run_id": "run", "started_at": NOW, "finished_at": NOW, "command": "extract", "version": "0", "libraries": "", "n_inputs": 9,
        "n_articles": 7, "n_unchanged": 2, "n_rejects": 1, "exit_status": 1,
    }  # fmt: skip
    return RunRow(**(told | more))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    make(write_tables(folder / "tables", hostile_rows()), folder / "report")
    return folder / "report"


def test_hostile_words_are_words_on_every_page(hostile: Path) -> None:
    allowed = {"script": {"src", "defer"}, "svg": {"class", "viewbox", "preserveaspectratio", "aria-hidden", "focusable"}}
    pages = sorted(hostile.rglob("*.html"))
    assert len(pages) > 3 * len(HOSTILE)
    for path in pages:
        page = Elements(path.read_text("utf-8"))
        for tag, attrs in page.found:
            assert tag not in ("img", "iframe", "b", "object", "base", "style"), path
            assert not any(name.startswith("on") or name == "style" for name in attrs), path
            assert set(attrs) <= allowed.get(tag, set(attrs)), path
        assert all(src.endswith(".js") and ":" not in src for src in page.all("script", "src"))
        assert not any("javascript:" in href for href in page.all("a", "href")), path
        assert "49" not in page.text or "{{ 7*7 }}" in page.text
        assert "\u202e" not in page.text, path


def test_every_page_has_the_policy_before_anything_else(hostile: Path) -> None:
    for path in hostile.rglob("*.html"):
        page = Elements(path.read_text("utf-8"))
        assert page.found[3][1] == {"http-equiv": "Content-Security-Policy", "content": POLICY}, path
        assert [tag for tag, _ in page.found[:4]] == ["html", "head", "meta", "meta"]
    assert "unsafe" not in POLICY and "*" not in POLICY and POLICY.startswith("default-src 'none'")


def test_words_in_an_index_are_those_of_the_tables(hostile: Path) -> None:
    script = (hostile / "pages" / "index" / "articles-1.js").read_text("utf-8")
    records = json.loads(script[script.index("[") : script.rindex("]") + 1])
    assert [record[1] for record in records] == list(reversed(HOSTILE))  # the newest first


# The report of the corpus


@pytest.fixture(scope="module")
def corpus_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of corpus/ as the command writes it; its tables lie beside it."""
    folder = tmp_path_factory.mktemp("report")
    assert run_vnpress("extract", ROOT / "corpus", "--out", "tables", cwd=folder).returncode in (0, 1)
    done = run_vnpress("report", "--tables", "tables", "--out", "report", "--as-of", AS_OF, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "index.html" in done.stdout
    return folder


def test_every_link_leads_somewhere(corpus_report: Path) -> None:
    ids: dict[Path, list[str]] = {}
    links: list[tuple[Path, str]] = []
    for path in (corpus_report / "report").rglob("*.html"):
        page = Elements(path.read_text("utf-8"))
        ids[path.resolve()] = page.ids
        assert len(set(page.ids)) == len(page.ids), path
        links += [(path, href) for name in ("href", "src") for tag in ("a", "link", "script") for href in page.all(tag, name)]
    assert len(links) > 3000
    for path, href in links:
        parts = urlsplit(href)
        if parts.scheme:
            assert parts.scheme in ("http", "https")
            continue
        target = (path.parent / parts.path).resolve() if parts.path else path.resolve()
        assert target.is_file(), (path, href)
        if parts.fragment and "=" not in parts.fragment:
            assert parts.fragment in ids[target], (path, href)


def test_every_row_is_on_the_page_of_its_article_with_its_words(corpus_report: Path) -> None:
    rows = list(stream_rows(DeadlineRow, corpus_report / "tables"))
    articles = {row.article_id: row for row in stream_rows(ArticleRow, corpus_report / "tables")}
    assert len(rows) >= 20
    for row in rows:
        path = corpus_report / "report" / "pages" / "articles" / row.article_id[:2] / f"{row.article_id}.html"
        page = Elements(path.read_text("utf-8"))
        assert {f"r-l{row.deadline_id}", f"t-l{row.deadline_id}"} <= set(page.ids)
        text = "".join(page.text.split())
        assert all("".join(paragraph.split()) in text for paragraph in articles[row.article_id].text.split("\n\n"))


def test_terms_of_the_tables_have_labels_in_both_languages(corpus_report: Path) -> None:
    labels = load_labels()
    enumerated = {"officials": ("status",), "dates": ("kind", "grain"), "counts": ("kind", "change"), "organizations": ("kind",)}
    for name, columns in enumerated.items():
        for row in stream_rows(TABLES[name].row, corpus_report / "tables"):
            for column in columns:
                value = getattr(row, column)
                assert value is None or f"term.{value}" in labels, f"{name}.{column}: {value}"


def test_labels_are_used_and_known() -> None:
    labels = load_labels()
    sources = "".join(path.read_text("utf-8") for path in REPORT.rglob("*") if path.suffix in (".py", ".html", ".js"))
    assert all(words[language].strip() for words in labels.values() for language in LANGUAGES)
    for key, words in labels.items():
        section, name = key.split(".", 1)
        assert key in sources or section in ("term", "duration") or f'"{name}"' in sources or f"'{section}.' ~" in sources, key
        assert set(re.findall(r"{\w}", words["vi"])) == set(re.findall(r"{\w}", words["en"])), key


def test_same_tables_same_pages(corpus_report: Path, tmp_path: Path) -> None:
    make(corpus_report / "tables", tmp_path / "again")
    assert pages_of(tmp_path / "again") == pages_of(corpus_report / "report")


# Figures


def test_overview_counts_what_the_tables_hold(tmp_path: Path) -> None:
    rows = [
        article("a1", "Hạn 9/1.", portal="bao.example", published_at=datetime(2024, 1, 2, tzinfo=VIETNAM), title="Một"),
        article("a2", "Hạn 10/1.", portal="bao.example", published_at=datetime(2024, 1, 2, tzinfo=VIETNAM), title="Hai"),
        article("a3", "Hạn 10/1.", portal="khac.example", published_at=datetime(2024, 1, 3, tzinfo=VIETNAM), duplicate_of="a2"),
        article("a4", "Không ngày."),
        *(deadline(f"a{n}", day) for n, day in ((1, date(2024, 1, 9)), (2, date(2024, 1, 10)), (3, date(2024, 1, 10)), (4, None))),
        RejectRow(reject_id="r", source="hong.html", stage="read", error="E", message="không đọc được"),
        IssueRow(issue_id="i1", run_id="old", source="s", step="s", kind="k", message="cũ"),
        IssueRow(issue_id="i2", run_id="run", source="s", step="s", kind="k", message="mới"),
        run_row(run_id="old", started_at=datetime(2023, 1, 1, tzinfo=UTC)),
        run_row(),
    ]  # fmt: skip
    make(write_tables(tmp_path / "t", rows), tmp_path / "r")
    index = (tmp_path / "r" / "index.html").read_text("utf-8")
    said = dict(re.findall(r'data-l="(overview\.\w+)" data-n="(\d+)"', index))
    assert (said["overview.articles"], said["overview.duplicates"], said["overview.undated"]) == ("4", "1", "1")
    deadlines = records(tmp_path / "r", "deadlines")
    # due on the day itself is not past; a repeat is left out; the nearest ahead comes first
    assert [(record[3], record[5]) for record in deadlines] == [
        ("2024-01-10", "ahead"),
        ("2024-01-09", "overdue"),
        (None, "undated"),
    ]
    problems = records(tmp_path / "r", "problems")
    assert [record[2] for record in problems] == ["E: không đọc được", "k: mới"]
    assert re.search(r"bao\.example 2</bdi>", index) and "khac.example 1</bdi>" in index


def deadline(article_id: str, due: date | None) -> DeadlineRow:
    return DeadlineRow(
        deadline_id=f"l{article_id}", article_id=article_id, due_start=due, due_end=due, marker="trước", task="nộp", text="Hạn",
        start=0, end=3, rule="r", confidence=1.0,
    )  # fmt: skip


def records(report: Path, name: str) -> list[list[object]]:
    """All entries of one list, from its index."""
    found: list[list[object]] = []
    for number in range(1, len(list((report / "pages" / "index").glob(f"{name}-*.js"))) + 1):
        script = (report / "pages" / "index" / f"{name}-{number}.js").read_text("utf-8")
        found += json.loads(script[script.index("[") : script.rindex("]") + 1])
    return found


def test_words_around_a_mention_are_cut_between_words() -> None:
    text = "Mở đầu\n" + "một " * 40 + "TÊN" + " hai" * 40
    start = text.index("TÊN")
    before, after = _around(text, start, start + 3)
    assert before.startswith("… một") and before.endswith("một ") and after.endswith("hai …")
    assert _around("Ông TÊN nói", 4, 7) == ("Ông ", " nói")


def test_numbers_and_short_words() -> None:
    assert [format_number(value) for value in ("1200000000", "-1234.5", "0.5", "7")] == ["1.200.000.000", "-1.234,5", "0,5", "7"]
    assert shorten("một hai ba bốn", 11) == "một hai ba…" and shorten("ngắn", 11) == "ngắn" and len(shorten("x" * 50, 11)) == 11


# Folders


def test_pages_of_vanished_articles_go(tmp_path: Path) -> None:
    make(write_tables(tmp_path / "t", [article("aa1", "Một."), article("bb2", "Hai.")]), tmp_path / "r")
    make(write_tables(tmp_path / "t", [article("aa1", "Một.")]), tmp_path / "r")
    assert (tmp_path / "r/pages/articles/aa/aa1.html").exists() and not (tmp_path / "r/pages/articles/bb").exists()
    assert {path.name for path in (tmp_path / "r").iterdir()} == {".lock", "index.html", "pages"}


def test_a_report_that_fails_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(write_tables(tmp_path / "t", [article("a1", "Một.")]), tmp_path / "r")
    before = pages_of(tmp_path / "r")
    write_tables(tmp_path / "t", [article("a2", "Hai.")])

    def full(self: Printer, path: str, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Printer, "put", full)
    with pytest.raises(OSError, match="No space"):
        make(tmp_path / "t", tmp_path / "r")
    assert pages_of(tmp_path / "r") == before


def test_what_a_killed_report_left_is_mended(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "t", [article("a1", "Một.")])
    make(tables, tmp_path / "r")
    before = pages_of(tmp_path / "r")
    (tmp_path / "r/pages/articles/a1/a1.html").write_text("of another report")
    (tmp_path / "r/index.html").unlink()
    (tmp_path / "r/.building/pages").mkdir(parents=True)
    (tmp_path / "r/.building/pages/rest.html").write_text("half")
    make(tables, tmp_path / "r")
    assert pages_of(tmp_path / "r") == before


def test_pages_that_stay_the_same_are_not_written_again(tmp_path: Path) -> None:
    rows = [article("a1", "Một."), article("b1", "Hai.")]
    make(write_tables(tmp_path / "t", rows), tmp_path / "r")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "r/pages").rglob("*.*")}
    assert make(tmp_path / "t", tmp_path / "r").fresh == 0
    done = make(write_tables(tmp_path / "t", [rows[0], article("b1", "Ba.")]), tmp_path / "r")
    assert done.fresh == 3  # the article, and the list of articles with its index
    changed = {path.name for path, time in times.items() if path.stat().st_mtime_ns != time}
    assert changed == {"b1.html", "articles.html", "articles-1.js"}
    tomorrow = make(tmp_path / "t", tmp_path / "r", date(2024, 1, 11))
    assert tomorrow.fresh == 2  # overview and deadlines tell the day


def test_several_processes_write_the_same_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = write_tables(tmp_path / "t", hostile_rows())
    make(tables, tmp_path / "one")
    monkeypatch.setattr(build, "WORTH_A_WORKER", 1)
    monkeypatch.setattr(build, "BATCH", 2)
    write_report(tables, tmp_path / "three", as_of=AS_OF, now=NOW, workers=3)
    assert pages_of(tmp_path / "one") == pages_of(tmp_path / "three")


def test_pages_of_others_are_not_written_over(tmp_path: Path) -> None:
    tables = write_tables(tmp_path / "t", [article("a1", "Một.")])
    (tmp_path / "r").mkdir()
    (tmp_path / "r/index.html").write_text("somebody's")
    with pytest.raises(NotOurFolder, match=r"index\.html"):
        make(tables, tmp_path / "r")
    assert (tmp_path / "r/index.html").read_text() == "somebody's"


def test_tables_of_two_runs_are_refused(tmp_path: Path) -> None:
    write_tables(tmp_path / "t", [article("a2", "Một."), deadline("a1", None)])
    with pytest.raises(TablesError, match="deadlines has rows of a1"):
        make(tmp_path / "t", tmp_path / "r")
    write_tables(tmp_path / "t", [article("a1", "Một."), deadline("a2", None)])
    with pytest.raises(TablesError, match="deadlines has rows of a2"):
        make(tmp_path / "t", tmp_path / "r")


def test_tables_of_csv_alone_give_the_same_pages(tmp_path: Path) -> None:
    rows = hostile_rows()
    make(write_tables(tmp_path / "p", rows), tmp_path / "rp")
    make(write_tables(tmp_path / "c", rows, formats=("csv",)), tmp_path / "rc")
    parquet, csv = pages_of(tmp_path / "rp"), pages_of(tmp_path / "rc")
    assert parquet.keys() == csv.keys()
    assert parquet == csv


def test_empty_tables_give_pages_too(tmp_path: Path) -> None:
    make(write_tables(tmp_path / "t", []), tmp_path / "r")
    assert {path.stem for path in (tmp_path / "r/pages").glob("*.html")} == set(LISTS)


def test_wrong_use_is_told(tmp_path: Path) -> None:
    done = run_vnpress("report", "--tables", tmp_path / "nowhere")
    assert done.returncode == 2 and "vnpress extract" in done.stderr
    done = run_vnpress("report", "--as-of", "1/8/2021")
    assert done.returncode == 2 and "2021-08-01" in done.stderr
