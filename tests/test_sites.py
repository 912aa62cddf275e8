"""Profiles of portals: every shipped file is sound, every mistake in one is told with file, key and remedy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline import sites
from pipeline.clean import clean_page
from pipeline.model import Article, Issue, Page
from pipeline.run import gather_issues
from pipeline.sites import SHIPPED, SiteError, find_site, read_site, read_sites

MINIMAL = 'name = "Báo Mẫu"\nhosts = ["baomau.example"]\n'


@pytest.fixture(autouse=True)
def shipped_alone() -> Iterator[None]:
    yield
    sites.use_folder(None)


def write(folder: Path, text: str, name: str = "bao-mau.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_profile_is_sound(path: Path) -> None:
    site = read_site(path)
    assert site.hosts and all(host == host.lower() and "/" not in host for host in site.hosts)
    assert site.expect.least_characters > 0
    for layout in site.layout:
        assert layout.body, "a layout without a body cannot be told from another"


def test_no_host_belongs_to_two_portals() -> None:
    hosts = [host for site in read_sites().values() for host in site.hosts]
    assert len(hosts) == len(set(hosts))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[crawl]\nfeed = ["https://baomau.example/rss"]', 'unknown key "crawl.feed"; did you mean "feeds"?'),
        ('[[layout]]\nbdy = ["div"]', 'unknown key "layout[0].bdy"; did you mean "body"?'),
        ('colour = "red"', 'unknown key "colour"; known are crawl, expect, hosts'),
        ('[crawl]\ndelay = "slow"', "\"crawl.delay\" must be a number, not 'slow'"),
        ("[crawl]\nloopback = 1", '"crawl.loopback" must be true or false, not 1'),
        ('[[layout]]\nuntil = "2020"', "\"layout[0].until\" must be a date such as 2021-12-31, not '2020'"),
        ('[[layout]]\nbody = ["div["]', "\"layout[0].body\" has a selector that cannot be read: 'div['"),
        ('[crawl]\nkeep = ["("]', "\"crawl.keep\" has a pattern that cannot be read: '('"),
        ('[crawl]\nfeeds = ["/rss"]', "\"crawl.feeds\" must hold whole addresses (https://…), not '/rss'"),
        ('[crawl]\nlistings = [{ items = "a" }]', 'key "crawl.listings[0].url" is missing'),
        ("[[layout]]\nbody = 3", '"layout[0].body" must be a list, not 3'),
        ('layout = "div"', "\"layout\" must be a list, not 'div'"),
        ('slug = "x"', 'unknown key "slug"; the name of the file is the slug'),
        ('[[layout]]\nbody = ["p"]\n[[layout]]\nbody = ["div"]', 'two layouts have the same "until"'),
        ("[crawl]\ndelay = -1", "cannot be less than 0"),
        ("name =", "not a TOML file in UTF-8"),
    ],
)
def test_mistake_is_told(tmp_path: Path, text: str, told: str) -> None:
    whole = f"{MINIMAL}{text}\n" if not text.startswith("name") else text
    with pytest.raises(SiteError) as error:
        read_site(write(tmp_path, whole))
    assert told in str(error.value)
    assert str(error.value).startswith(f"{tmp_path.name}/bao-mau.toml: ")


def test_empty_hosts_and_missing_name_are_told(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match='"hosts" is empty'):
        read_site(write(tmp_path, 'name = "Báo Mẫu"\nhosts = []\n'))
    with pytest.raises(SiteError, match='key "name" is missing'):
        read_site(write(tmp_path, 'hosts = ["baomau.example"]\n'))


def test_a_text_stands_for_a_list_of_one(tmp_path: Path) -> None:
    site = read_site(write(tmp_path, MINIMAL + '[[layout]]\nbody = "div.a"\n[crawl]\ndelay = 1\n'))
    assert site.layout[0].body == ("div.a",)
    assert site.crawl.delay == 1.0


def test_users_folder_is_laid_over(tmp_path: Path) -> None:
    write(tmp_path, MINIMAL)
    write(tmp_path, 'name = "Của tôi"\nhosts = ["dantri.com.vn"]\n', "dan-tri.toml")
    sites.use_folder(tmp_path)
    found = find_site(url="https://baomau.example/tin/1.html")
    assert found is not None and found.slug == "bao-mau"
    assert read_sites()["dan-tri"].name == "Của tôi"
    assert "vnexpress" in read_sites()
    sites.use_folder(None)
    assert find_site(url="https://baomau.example/tin/1.html") is None
    with pytest.raises(SiteError, match="no such folder"):
        sites.use_folder(tmp_path / "none")


def test_site_is_found_by_host_or_name() -> None:
    def slug(**asked: str) -> str | None:
        site = find_site(**asked)
        return site.slug if site else None

    assert slug(url="https://m.dantri.com.vn/a.htm") == "dan-tri"
    assert slug(url="https://WWW.CafeF.vn/a.chn") == "cafef"
    assert slug(url="https://xaydungchinhsach.chinhphu.vn/a.htm") == "bao-chinh-phu"
    assert slug(portal="Báo Dân trí") == "dan-tri"
    assert slug(portal="dantri.com.vn") == "dan-tri"
    assert slug(url="https://notdantri.com.vn/a") is None
    assert slug(url="http://[broken") is None
    assert slug() is None


def test_layouts_go_by_day(tmp_path: Path) -> None:
    text = (
        MINIMAL
        + '[[layout]]\nbody = ["now"]\n[[layout]]\nuntil = 2015-12-31\nbody = ["old"]\n[[layout]]\nuntil = 2020-06-30\nbody = ["mid"]\n'
    )
    site = read_site(write(tmp_path, text))

    def order(day: date | None) -> list[str]:
        return [layout.body[0] for layout in site.layouts_of(day)]

    assert order(date(2014, 1, 1)) == ["old", "mid", "now"]
    assert order(date(2015, 12, 31)) == ["old", "mid", "now"]
    assert order(date(2016, 1, 1))[0] == "mid"
    assert order(date(2024, 1, 1))[0] == "now"
    assert order(None)[0] == "now"


def test_a_site_cannot_be_changed() -> None:
    site = read_sites()["cafef"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        site.name = "x"  # type: ignore[misc]


BODY = (
    "<p>Sáng 12/9, Ban Quản lý dự án tổ chức lễ thông xe kỹ thuật cầu Vân Thạch với vốn 986 tỷ đồng.</p>"
    "<p>Ông Lưu Bá Thiện, Giám đốc Ban Quản lý dự án, cho biết cầu dài 1.240 m, rộng 16 m, thi công trong 26 tháng.</p>"
)
PROFILE = (
    MINIMAL + '[[layout]]\nbody = ["div.than-bai"]\ntitle = ["h1.dau-de"]\npublished = ["span.luc"]\nsummary = ["p.tom-tat"]\n'
)


def clean(folder: Path, markup: str) -> Article:
    write(folder, PROFILE)
    sites.use_folder(folder)
    data = f"<html><body>{markup}</body></html>".encode()
    return clean_page(Page(source="tin.html", kind="html", data=data, url="https://baomau.example/tin.html"))


def test_a_page_as_its_profile_says_is_no_issue(tmp_path: Path) -> None:
    """The stamp stands within the line of the headline, as on some portals; an article may lack a summary."""
    head = '<h1 class="dau-de">Thông xe cầu Vân Thạch <span class="luc">(14:11 12/09/2021)</span></h1>'
    article = clean(tmp_path, f'{head}<div class="than-bai">{BODY}</div>')
    assert article.issues == ()
    assert article.title == "Thông xe cầu Vân Thạch"
    assert article.published_at is not None and article.published_at.isoformat() == "2021-09-12T14:11:00+07:00"


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        (
            f'<h1>Thông xe cầu Vân Thạch</h1><span class="luc">12/09/2021</span><div class="than-bai">{BODY}</div>',
            "title: none of h1.dau-de",
        ),
        (
            f'<h1 class="dau-de">Thông xe cầu Vân Thạch</h1><i>12/09/2021</i><div class="than-bai">{BODY}</div>',
            "published: none of span.luc",
        ),
        (f"<h1>Thông xe cầu Vân Thạch</h1><div>{BODY}</div>", "body: none of div.than-bai"),
        (
            f'<h1 class="dau-de">Thông xe cầu</h1><span class="luc">12/09/2021</span>'
            f'<div class="than-bai">Gửi ý kiến</div><div>{BODY}</div>',
            "body: what the profile names holds less than half",
        ),
    ],
)
def test_a_redesigned_page_is_an_issue_and_is_read_all_the_same(tmp_path: Path, markup: str, told: str) -> None:
    article = clean(tmp_path, markup)
    assert [issue.kind for issue in article.issues] == ["selector matched nothing"]
    assert article.issues[0].message.startswith(f"bao-mau: {told}") and "bao-mau.toml" in article.issues[0].message
    assert "1.240 m" in article.text


def test_many_pages_that_miss_the_same_are_one_issue() -> None:
    def missed(source: str, what: str) -> Issue:
        return Issue(source=source, step="clean", kind="selector matched nothing", message=what)

    told = gather_issues(
        [missed("b.html", "title"), missed("c.html", "title"), missed("a.html", "title"), missed("b.html", "body")]
    )
    assert [(issue.source, issue.message) for issue in told] == [("b.html", "body"), ("a.html", "title (and 2 more inputs)")]
