"""The real crawler against real servers on loopback; what the servers logged proves the manners, WARC files what was kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import run_vnpress
from portal import Portal
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from pipeline.scrape import CrawlError, crawl
from pipeline.sites import Crawl, Site

NIGHT = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)  # 02:00 of the 21st in Vietnam
CONTACT = "press-data@university.example"


def make_site(
    slug: str, portal: Portal, *, loopback: bool = True, hosts: tuple[str, ...] = ("127.0.0.1",), **crawl: object
) -> Site:
    """A portal's profile: articles are what begins with /tin-."""
    options = {"keep": (r"/tin-[^/]*$",), "delay": 0.02, "loopback": loopback, **crawl}
    return Site(slug=slug, name=slug, hosts=hosts, crawl=Crawl(**options))  # type: ignore[arg-type]


def captures(folder: Path, kind: str = "response") -> list[tuple[str, str]]:
    """Path and status of every record of a kind in a portal's WARC files."""
    found = []
    for path in sorted(folder.glob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == kind:
                    address = record.rec_headers.get_header("WARC-Target-URI")
                    status = record.http_headers.get_statuscode() if kind in ("response", "revisit") else ""
                    found.append(("/" + address.split("/", 3)[3], status))
    return found


class Checked(Checker):
    """`warcio check` as a function."""

    def __init__(self, paths: list[Path]) -> None:
        self.inputs, self.verbose, self.exit_value = [str(path) for path in paths], False, 0


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal().running() as portal:
        yield portal


def test_from_a_feed_to_tables(portal: Portal, tmp_path: Path) -> None:
    portal.feed("/rss", ["/tin-1.html", "/tin-2.html"])
    portal.article("/tin-1.html")
    portal.article("/tin-2.html", "Sơn Hà công bố quyết định", packed=True)
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "mau.toml").write_text(
        f'name = "Mẫu"\nhosts = ["127.0.0.1"]\n[crawl]\nfeeds = ["{portal.url}/rss"]\ndelay = 0.02\nloopback = true\n', "utf-8"
    )
    corpus = tmp_path / "corpus"
    done = run_vnpress("crawl", "mau", "--sites", sites, "--corpus", corpus, "--contact", CONTACT, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 new, 0 changed, 0 unchanged, 0 failed" in done.stdout
    assert portal.paths() == ["/robots.txt", "/rss", "/tin-1.html", "/tin-2.html"]
    agent = portal.log[0].headers["User-Agent"]
    assert agent.startswith("vnpress/") and agent.endswith(f" (+{CONTACT})")
    read = run_vnpress("extract", corpus, "--out", tmp_path / "out", "--no-cache", "--workers", 1)
    assert read.returncode == 0, read.stderr
    assert read.stdout.startswith("2 articles")


def test_no_contact_no_crawl(portal: Portal, tmp_path: Path) -> None:
    site = make_site("mau", portal, feeds=(f"{portal.url}/rss",))
    with pytest.raises(CrawlError, match=r"vnpress\.toml.*--contact"):
        crawl([site], corpus=tmp_path / "corpus", now=NIGHT, contact=" ")
    with pytest.raises(CrawlError, match="neither a mail address nor a web page"):
        crawl([site], corpus=tmp_path / "corpus", now=NIGHT, contact="me) Mozilla/5.0 (a@b")
    assert portal.log == []
    done = run_vnpress("crawl", "nhan-dan", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--contact" in done.stderr and not (tmp_path / "corpus").exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["nhan-dam"], "no portal 'nhan-dam'; did you mean 'nhan-dan'?"),
        ([], "no portal is named"),
        (["--since", "20/11/2026", "nhan-dan"], "not a day such as 2026-11-20"),
        (["--limit", "0", "nhan-dan"], "whole number"),
        (["mau-ha-noi"], 'says nothing of how articles are found; add "feeds"'),
        (["--config", "nowhere.toml", "nhan-dan"], "nowhere.toml"),
    ],
)
def test_wrong_usage(args: list[str], says: str, tmp_path: Path) -> None:
    done = run_vnpress("crawl", *args, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
