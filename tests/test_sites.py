"""Profiles of portals: every shipped file is sound, every mistake in one is told with file, key and remedy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline import sites
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
