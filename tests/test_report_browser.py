"""The report in a real Chromium, from disk: search, filters, the way to a sentence and back, keyboard, languages, contrast."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from report_tables import article, write_tables
from test_report import HOSTILE, hostile_rows

from pipeline.facts.counts import CountRow
from pipeline.facts.dates import DateRow
from pipeline.facts.deadlines import DeadlineRow
from pipeline.facts.mentions import MentionRow
from pipeline.facts.officials import OfficialRow
from pipeline.facts.organizations import OrganizationRow
from pipeline.facts.persons import PersonRow
from pipeline.model import VIETNAM, Row
from pipeline.report.build import write_report
from pipeline.report.lists import PAGE_ENTRIES
from pipeline.vietnamese.spelling import fold, strip_marks

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("Chromium is not installed; `make test` installs it as root, with apt-get", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'vnpress[test]'")

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
TEXT = (
    "Hoà Bình: 5/32 nhiệm vụ xong\n\n"
    "Phó Chủ tịch UBND tỉnh Lam Giang Trần Thuý Hoà chủ trì phiên họp ngày 3/1/2024.\n\n"
    "Bà Hoà yêu cầu UBND tỉnh Lam Giang báo cáo 5/32 nhiệm vụ trước ngày 30/1/2024. Hết."
)
SENTENCE = "Bà Hoà yêu cầu UBND tỉnh Lam Giang báo cáo 5/32 nhiệm vụ trước ngày 30/1/2024."


def quote(words: str, article_id: str = "a1", text: str = TEXT, last: bool = False) -> dict[str, object]:
    start = text.rindex(words) if last else text.index(words)
    return {
        "article_id": article_id,
        "text": words,
        "start": start,
        "end": start + len(words),
        "rule": "made.up",
        "confidence": 0.9,
    }


def rows() -> list[Row]:
    """One article with findings that nest and cross, and 250 that fill the list."""
    when = datetime(2024, 1, 3, 8, tzinfo=VIETNAM)
    none = {"person_id": None, "org_id": None, "document_id": None}
    person, body = none | {"person_id": "p1"}, none | {"org_id": "o1"}
    found: list[Row] = [
        article("a1", TEXT, title=TEXT.split("\n")[0], portal="lamgiang.example", url="https://lamgiang.example/1", published_at=when),
        PersonRow(person_id="p1", name="Trần Thuý Hoà", aliases="Hoà", place=None, evidence=""),
        OrganizationRow(org_id="o1", name="Ủy ban nhân dân tỉnh Lam Giang", aliases="UBND tỉnh", kind="people's committee"),
        MentionRow(mention_id="m1", kind="person", **person, **quote("Trần Thuý Hoà")),  # type: ignore[arg-type]
        MentionRow(mention_id="m2", kind="organization", **body, **quote("UBND tỉnh Lam Giang")),  # type: ignore[arg-type]
        MentionRow(mention_id="m3", kind="person", **person, **quote("Hoà", last=True)),  # type: ignore[arg-type]
        OfficialRow(
            official_id="f1", person_id="p1", org_id="o1", person="Trần Thuý Hoà", role="Phó Chủ tịch",
            organization="Ủy ban nhân dân tỉnh Lam Giang", status="current",
            **quote("Phó Chủ tịch UBND tỉnh Lam Giang Trần Thuý Hoà"),  # type: ignore[arg-type]
        ),
        CountRow(count_id="c1", kind="progress", value=Decimal(5), total=Decimal(32), unit="nhiệm vụ", **quote("5/32 nhiệm vụ", last=True)),  # type: ignore[arg-type]
        # crosses the sentence that sets the deadline
        CountRow(count_id="c2", kind="count", value=Decimal(1), unit="lần", **quote("30/1/2024. Hết")),  # type: ignore[arg-type]
        DateRow(
            date_id="d1", value_start=date(2024, 1, 30), value_end=date(2024, 1, 30), grain="day", kind="deadline",
            **quote("trước ngày 30/1/2024"),  # type: ignore[arg-type]
        ),
        DeadlineRow(
            deadline_id="l1", due_start=date(2024, 1, 30), due_end=date(2024, 1, 30), date_id="d1", marker="trước",
            task="báo cáo 5/32 nhiệm vụ", responsible="UBND tỉnh", responsible_org_id="o1", assigned_by="Bà Hoà",
            assigned_by_person_id="p1", **quote(SENTENCE),  # type: ignore[arg-type]
        ),
    ]  # fmt: skip
    for n in range(250):
        day = datetime(2023, 1 + n % 12, 1 + n % 28, tzinfo=VIETNAM)
        title = f"Xã Tân Lập {n} khởi công đường"
        found.append(article(f"b{n:03}", f"{title}\n\nNội dung.", title=title, portal="tanlap.example", published_at=day))
    return found


@dataclass
class Visit:
    """What one page asked for and complained of since it was opened."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    for name, some in (("report", rows()), ("hostile", hostile_rows())):
        tables = write_tables(folder / f"tables-{name}", some)
        write_report(tables, folder / name, as_of=date(2024, 1, 10), now=datetime(2024, 1, 10, tzinfo=UTC))
    return folder / "report"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sync_api.Browser]:
    """One Chromium for all tests."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit() -> Visit:
    return Visit()


@pytest.fixture
def page(browser: sync_api.Browser, visit: Visit) -> Iterator[sync_api.Page]:
    """A fresh profile; after the test: nothing was asked of the network, and nothing complained."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN", has_touch=True)
    page = watched(context, visit)
    yield page
    context.close()
    assert [url for url in visit.requests if not url.startswith("file://")] == []
    assert visit.complaints == []


def watched(context: sync_api.BrowserContext, visit: Visit) -> sync_api.Page:
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("console", lambda message: visit.complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    return page


def open_list(page: sync_api.Page, report: Path, name: str = "articles", asked: str = "") -> None:
    page.goto(f"{(report / 'pages' / f'{name}.html').as_uri()}{asked}")


def follow(page: sync_api.Page, link: str) -> None:
    """Click a link to another page, and wait for that page."""
    with page.expect_navigation():
        page.click(link)


def titles(page: sync_api.Page) -> list[str]:
    return page.locator("#found .entry-title").all_inner_texts()


def settled(page: sync_api.Page) -> str:
    """What the page says of what it found, once it has searched. (Waiting in the page would be `eval`, which its policy stops.)"""
    for _ in range(750):
        said = page.inner_text("#status")
        if said and not said.startswith(("Đang tải", "Loading")):
            return said
        page.wait_for_timeout(20)
    raise AssertionError("the search never came to an end")


def search(page: sync_api.Page, words: str) -> str:
    page.evaluate("document.getElementById('status').replaceChildren()")
    page.fill("#q", words)
    return settled(page)


def test_search_finds_both_spellings_and_without_marks_where_asked(page: sync_api.Page, report: Path) -> None:
    open_list(page, report)
    for words in ("hoà", "hòa", "Hòa Bình", '"hoà bình" 5/32', "TRẦN THÚY"):
        assert search(page, words) == "Tìm thấy 1" and titles(page) == ["Hoà Bình: 5/32 nhiệm vụ xong"], words
    for words in ("hoa binh", "òa", "bình hoà nhiệm vụ không"):
        assert search(page, words) == "Không tìm thấy mục nào.", words
    page.check("#plain")
    assert search(page, "hoa binh") == "Tìm thấy 1"
    assert search(page, "duong") == "Tìm thấy 250"


def test_what_is_found_is_turned_page_by_page(page: sync_api.Page, report: Path) -> None:
    open_list(page, report)
    assert search(page, "tân lập") == "Tìm thấy 250"
    first = titles(page)
    page.click("#forth")
    assert page.inner_text("#place") == "Trang 2/5"
    assert len(titles(page)) == len(first) == 50 and not set(first) & set(titles(page))
    page.fill("#q", "")
    page.wait_for_selector("#all", state="visible")
    follow(page, "a[rel=next]")
    assert page.locator("#all .entry").count() == PAGE_ENTRIES


def test_filters_and_the_way_back_to_them(page: sync_api.Page, report: Path) -> None:
    open_list(page, report)
    page.select_option("#group", "lamgiang.example")
    page.wait_for_selector("text=Tìm thấy 1")
    page.select_option("#group", "tanlap.example")
    page.fill("#from", "2023-12-01")
    page.wait_for_selector("text=Tìm thấy 20")
    page.select_option("#group", "")
    page.select_option("#tag", "deadline")
    page.wait_for_selector("text=Tìm thấy 1")
    follow(page, "#found a")
    page.go_back()
    page.wait_for_selector("text=Tìm thấy 1")
    assert (page.input_value("#from"), page.input_value("#tag")) == ("2023-12-01", "deadline")
    page.click("button[type=reset]")
    page.wait_for_selector("#all", state="visible")
    assert "#" not in page.url


def test_a_deadline_leads_to_its_sentence_to_its_row_and_back(page: sync_api.Page, report: Path) -> None:
    page.goto((report / "index.html").as_uri())
    follow(page, "section[aria-labelledby=ahead] .entry a")
    assert page.url.endswith("#t-ll1")
    lit = page.locator(".m.here")
    assert "".join(lit.all_inner_texts()) == SENTENCE  # a crossing quantity does not tear it: it ends within
    page.locator("#t-ll1").hover()
    tip = page.inner_text("#tip")
    for words in ("Thời hạn", "30/01/2024", "báo cáo 5/32 nhiệm vụ", "Bà Hoà", "made.up", "0,9"):
        assert words in tip, words
    page.locator("#t-ll1").click()
    assert page.url.endswith("#r-ll1")
    assert page.evaluate("document.activeElement.id") == "r-ll1" and page.locator("#tip").is_hidden()
    page.click("#r-ll1 a.back")
    assert page.url.endswith("#t-ll1") and page.locator("#t-ll1").is_visible()
    follow(page, "#r-ll1 .fields >> text=Bà Hoà")
    assert page.inner_text("h1") == "Trần Thuý Hoà"
    assert page.locator("mark").all_inner_texts() == ["Trần Thuý Hoà", "Hoà"]
    follow(page, "mark >> nth=0")
    assert page.url.endswith("#t-pm1")


def test_the_tip_tells_all_findings_that_overlap(page: sync_api.Page, report: Path) -> None:
    page.goto((report / "pages/articles/a1/a1.html").as_uri())
    page.locator("#t-pm1").focus()
    heads = page.locator("#tip p.m").all_inner_texts()
    assert heads == ["Người", "Chức vụ"]
    assert page.get_attribute("#t-pm1", "aria-describedby") == "tip"
    page.keyboard.press("Escape")
    assert page.locator("#tip").is_hidden()
    crossing = page.locator(".m.count[data-r=cc2]")  # in the sentence, and after it
    assert crossing.all_inner_texts() == ["30/1/2024", ".", " Hết"]
    page.uncheck("#show-official")
    page.locator("#t-pm1").hover()
    assert page.locator("#tip p.m").all_inner_texts() == ["Người"]


def test_a_finger_is_told_first_and_led_second(page: sync_api.Page, report: Path) -> None:
    page.goto((report / "pages/articles/a1/a1.html").as_uri())
    page.locator("#t-pm1").tap()
    assert page.locator("#tip").is_visible() and "Trần Thuý Hoà" in page.inner_text("#tip")
    assert "#" not in page.url
    page.locator("#t-pm1").tap()
    assert page.url.endswith("#r-pm1")
    page.locator("h2#findings").tap()
    assert page.locator("#tip").is_hidden()


def test_keyboard_alone(page: sync_api.Page, report: Path) -> None:
    page.goto((report / "pages/articles/a1/a1.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "t-pm1":
            break
    assert page.locator("#tip").is_visible()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "r-pm1"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#t-pm1")
    open_list(page, report)
    page.locator("#q").focus()
    page.keyboard.type("hoa")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "plain":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_selector("text=Tìm thấy 1")


def test_the_language_is_switched_and_remembered(page: sync_api.Page, report: Path) -> None:
    page.goto((report / "index.html").as_uri())
    assert page.get_attribute("html", "lang") == "vi" and page.inner_text("h1") == "Tổng quan"
    page.click("text=English")
    assert page.get_attribute("html", "lang") == "en" and page.inner_text("h1") == "Overview"
    assert "10 Jan 2024" in page.inner_text("footer") and "251 articles" in page.inner_text(".figures")
    follow(page, "nav >> text=Deadlines")
    assert page.inner_text("h1").startswith("Deadlines")
    assert page.get_attribute("#q", "placeholder") == 'words or a "phrase"'
    assert page.inner_text(".entry-facts time") == "30 Jan 2024"
    page.click("text=Tiếng Việt")
    assert page.inner_text("h1").startswith("Thời hạn") and page.inner_text(".entry-facts time") == "30/01/2024"


def test_the_language_goes_with_the_address_where_nothing_can_be_kept(
    browser: sync_api.Browser, visit: Visit, report: Path
) -> None:
    context = browser.new_context(locale="vi-VN")
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })")
    page = watched(context, visit)
    page.goto((report / "index.html").as_uri())
    page.click("text=English")
    follow(page, "nav >> text=People")
    assert page.url.endswith("persons.html?lang=en") and page.inner_text("h1").startswith("People")
    context.close()
    assert not visit.complaints


def test_the_script_folds_as_the_lexicon_does(page: sync_api.Page, report: Path) -> None:
    open_list(page, report)
    words = [
        "Hoà",
        "HÒA",
        "thuỷ",
        "Thủy",
        "quý",
        "hoàn",
        "khoẻ",
        "chiêù",
        "môĩ",
        "Đường",
        "ĐẶNG THUÝ",
        "quỳ",
        "Huy",
        "xoài",
        "7 km²",
    ]
    assert page.evaluate("words => words.map(vnpress.fold)", words) == [fold(word) for word in words]
    plain = [strip_marks(fold(word)) for word in words]
    assert page.evaluate("words => words.map(w => vnpress.strip(vnpress.fold(w)))", words) == plain


def test_nothing_hostile_runs(browser: sync_api.Browser, visit: Visit, report: Path) -> None:
    hostile = report.parent / "hostile"
    context = browser.new_context(locale="en-GB")
    page = watched(context, visit)
    paths = [hostile / "index.html", *sorted((hostile / "pages").glob("*.html"))]
    for folder in ("articles", "persons", "organizations", "documents"):
        paths += sorted((hostile / "pages" / folder).rglob("*.html"))[:3]
    for path in paths:
        page.goto(path.as_uri())
        assert page.evaluate("window.hit") is None, path
        assert (
            page.locator("main img, main iframe, main script, main [onload], main [onerror], main b, main svg svg").count() == 0
        )
        if page.locator("#q").count():
            page.select_option("#group", index=1)
            assert settled(page)[0].isdigit()
        elif page.locator("a.f").count():
            page.locator("a.f").first.focus()
            assert page.locator("#tip").is_visible() and page.locator("#tip *").count() > 3
        assert page.evaluate("window.hit") is None, path
    open_list(page, hostile)
    assert search(page, "script window.hit").startswith("1") or titles(page)
    page.fill("#q", "nhiệm vụ")
    assert search(page, '"</title>"').startswith("1")
    assert titles(page) == [HOSTILE[4]]
    context.close()
    assert visit.complaints == [] and all(url.startswith("file://") for url in visit.requests)


def test_the_policy_stops_what_escaping_would_let_through(browser: sync_api.Browser, tmp_path: Path, report: Path) -> None:
    text = (report / "index.html").read_text("utf-8")
    shutil.copytree(report / "pages", tmp_path / "pages")
    smuggled = "<script>window.hit=1</script><img src=http://127.0.0.1:9/x onerror=window.hit=2><p style='color:red' id=styled>"
    (tmp_path / "index.html").write_text(text.replace('<main id="main"', smuggled + '<main id="main"'), "utf-8")
    visit = Visit()
    page = watched(browser.new_context(), visit)
    page.goto((tmp_path / "index.html").as_uri())
    assert page.evaluate("window.hit") is None
    assert page.evaluate("getComputedStyle(document.getElementById('styled')).color") != "rgb(255, 0, 0)"
    assert sum("Content Security Policy" in one for one in visit.complaints) >= 3
    page.context.close()


# Every text against what it lies on, as WCAG 2 reckons contrast; texts of 18.66 px bold or 24 px count as large.
CONTRAST = """() => {
  const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parse = (c) => { const n = c.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const ground = (e) => {
    for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [20, 24, 28] : [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const e = node.parentElement;
    if (!node.textContent.trim() || !e.checkVisibility() || e.closest("noscript, option, :disabled")) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${e.tagName}.${e.className} ${node.textContent.trim().slice(0, 40)}`);
  }
  return poor;
}"""
MARKS = """() => [...document.querySelectorAll(".legend .m")].map((e) => {
  const s = getComputedStyle(e);
  return [s.borderBottomColor, [s.borderBottomStyle, s.borderBottomWidth, s.borderLeftWidth].join(" ")];
})"""


def shown_pages(report: Path) -> list[Path]:
    pages = report / "pages"
    names = ("articles.html", "deadlines.html", "articles/a1/a1.html", "persons/p1/p1.html", "organizations/o1/o1.html")
    return [report / "index.html", *(pages / name for name in names)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_and_width(browser: sync_api.Browser, visit: Visit, report: Path, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 320, "height": 700}, locale="en-GB")
    page = watched(context, visit)
    for path in shown_pages(report):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path  # nothing runs off a narrow phone
        if page.locator("a.f").count():
            page.locator("#t-pm1").focus()
            marks = page.evaluate(MARKS)
            assert len(marks) == 6
            assert len({colour for colour, _ in marks}) == len({line for _, line in marks}) == 6  # one each, not by colour alone
        assert page.evaluate(CONTRAST) == [], path
    context.close()


STRUCTURE = """() => {
  const levels = [...document.querySelectorAll("h1, h2, h3")].filter((e) => e.checkVisibility()).map((e) => Number(e.tagName[1]));
  const fields = [...document.querySelectorAll("input, select, button")].filter((e) => e.checkVisibility());
  const named = (e) => e.labels?.length || e.textContent.trim() || e.getAttribute("aria-label");
  return {
    landmarks: ["header", "main", "footer", "nav"].map((name) => document.querySelectorAll("body > " + name + ", header > " + name).length),
    one_title: levels.filter((level) => level === 1).length,
    jumps: levels.filter((level, n) => n && level > levels[n - 1] + 1).length,
    nameless: fields.filter((e) => !named(e)).length + [...document.querySelectorAll("nav, [role=search], section")]
      .filter((e) => !e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby")).length,
    nested: document.querySelectorAll("a a, button a, a button").length,
    headless: document.querySelectorAll("table:not(:has(th[scope]))").length,
    empty: [...document.querySelectorAll("a[href]")].filter((e) => !e.textContent.trim()).length,
  };
}"""


def test_structure_for_screen_readers(page: sync_api.Page, report: Path) -> None:
    for path in shown_pages(report):
        page.goto(path.as_uri())
        assert page.evaluate(STRUCTURE) == {
            "landmarks": [1, 1, 1, 1], "one_title": 1, "jumps": 0, "nameless": 0, "nested": 0, "headless": 0, "empty": 0,
        }, path  # fmt: skip


def test_without_script_the_lists_and_articles_are_whole(browser: sync_api.Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_list(page, report)
    assert page.locator("#all .entry").count() == PAGE_ENTRIES and page.locator("#search").is_hidden()
    page.goto((report / "pages/articles/a1/a1.html").as_uri())
    page.click("#t-pm1")
    assert page.url.endswith("#r-pm1")
    context.close()


def test_print_shows_the_article_and_not_the_controls(page: sync_api.Page, report: Path) -> None:
    page.emulate_media(media="print")
    page.goto((report / "pages/articles/a1/a1.html").as_uri())
    assert page.locator(".text").is_visible() and page.locator("#r-ll1").is_visible()
    assert page.locator("header nav").is_hidden() and page.locator(".languages").is_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('.text .m.deadline')).borderBottomStyle") == "solid"
