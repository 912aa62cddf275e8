"""The real crawler against real servers on loopback; what the servers logged proves the manners, WARC files what was kept."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT, run_vnpress
from portal import Answer, Asked, Portal, make_certificate
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from pipeline.clean import clean_page
from pipeline.corpus import list_inputs, read_page
from pipeline.corpus.captures import check_file
from pipeline.scrape import CrawlError, CrawlReport, Limits, SiteReport, crawl
from pipeline.scrape.members import Member, read_members
from pipeline.scrape.report import Job
from pipeline.scrape.store import Archive
from pipeline.sites import Crawl, Expect, Listing, Site

NIGHT = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)  # 02:00 of the 21st in Vietnam
CONTACT = "press-data@university.example"
AGENT = f"vnpress/{version('vnpress')} (+{CONTACT})"


def make_site(
    slug: str, portal: Portal, *, loopback: bool = True, hosts: tuple[str, ...] = ("127.0.0.1",), **crawl: object
) -> Site:
    """A portal's profile: articles are what begins with /tin-."""
    options = {"keep": (r"/tin-[^/]*$",), "delay": 0.02, "loopback": loopback, **crawl}
    return Site(slug=slug, name=slug, hosts=hosts, crawl=Crawl(**options))  # type: ignore[arg-type]


def write_profile(folder: Path, portal: Portal) -> Path:
    """A folder with the profile `mau` of a portal, for the command line."""
    (folder / "sites").mkdir()
    profile = f'name = "Mẫu"\nhosts = ["127.0.0.1"]\n[crawl]\nfeeds = ["{portal.url}/rss"]\ndelay = 0.02\nloopback = true\n'
    (folder / "sites" / "mau.toml").write_text(profile, "utf-8")
    return folder / "sites"


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


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal().running() as portal:
        yield portal


def test_from_a_feed_to_tables(portal: Portal, tmp_path: Path) -> None:
    portal.feed("/rss", ["/tin-1.html", "/tin-2.html"])
    portal.article("/tin-1.html")
    portal.article("/tin-2.html", "Sơn Hà công bố quyết định", packed=True)
    corpus = tmp_path / "corpus"
    done = run_vnpress(
        "crawl", "mau", "--sites", write_profile(tmp_path, portal), "--corpus", corpus, "--contact", CONTACT, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "2 new, 0 changed, 0 unchanged, 0 failed" in done.stdout
    assert portal.paths() == ["/robots.txt", "/rss", "/tin-1.html", "/tin-2.html"]
    assert {asked.headers["User-Agent"] for asked in portal.log} == {AGENT}
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


# --- many portals, two nights --------------------------------------------------------------------------------------

LIMITS = Limits(response_seconds=1.0, wait_seconds=5.0, page_bytes=2_000_000, failures_in_a_row=5)
CHALLENGE = b"<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>"


@dataclass
class Nights:
    """Portals by name, and the reports of the nights in which all of them were crawled side by side."""

    corpus: Path
    portals: dict[str, Portal] = field(default_factory=dict)
    sites: list[Site] = field(default_factory=list)
    reports: list[CrawlReport] = field(default_factory=list)

    def add(self, slug: str, links: list[str], *, portal: Portal | None = None, **crawl: object) -> Portal:
        """A portal whose feed names these links, with an ordinary article at each."""
        portal = portal or Portal()
        if links:
            portal.feed("/rss", links)
            crawl = {"feeds": (f"{portal.url}/rss",), **crawl}
        for link in links:
            if link.startswith("/") and "?" not in link:
                portal.article(link, f"Sơn Hà: {link}")
        self.portals[slug] = portal
        self.sites.append(make_site(slug, portal, **crawl))  # type: ignore[arg-type]
        return portal

    def report(self, slug: str, night: int = 0) -> SiteReport:
        return next(site for site in self.reports[night].sites if site.slug == slug)

    def kinds(self, slug: str, night: int = 0) -> list[str]:
        return [issue.kind for issue in self.report(slug, night).issues]

    def counts(self, slug: str, night: int = 0) -> tuple[int, int, int, int]:
        site = self.report(slug, night)
        return (site.new, site.changed, site.unchanged, site.failed)

    def asked(self, slug: str, night: int = 0) -> list[Asked]:
        """What the portal logged in one of the nights."""
        log = self.portals[slug].log
        begins = [at for at, asked in enumerate(log) if asked.path == "/robots.txt"]
        return log[begins[night] : begins[night + 1] if len(begins) > night + 1 else None]


def build_portals(nights: Nights) -> None:
    """Every portal has a trouble of its own; `tot` has none."""
    tot = nights.add(
        "tot", ["/tin-1.html", "/tin-2.html?utm_source=rss&fbclid=3", "/tin-2.html", "/tin-3.html", "/cam/tin-9.html"]
    )
    tot.pages["/robots.txt"] = Answer(
        b"User-agent: *\nCrawl-delay: 0.15\nDisallow: /cam/\n", headers={"Content-Type": "text/plain"}
    )
    tot.article("/tin-2.html", packed=True)  # no validators: only the payload tells that it is as it was

    def with_etag(times: int, headers: Mapping[str, str]) -> Answer:
        known = headers.get("If-None-Match") == '"v1"' and headers.get("If-Modified-Since") == "Fri, 20 Nov 2026 01:00:00 GMT"
        return Answer(status=304) if known else Answer(tot_body, headers=validators, wait=0.3)

    validators = {"ETag": '"v1"', "Last-Modified": "Fri, 20 Nov 2026 01:00:00 GMT"}
    tot_body = tot.article("/tin-1.html").body
    tot.pages["/tin-1.html"] = with_etag
    tot.pages["/tin-3.html"] = lambda times, _: tot.page(f"Sơn Hà họp, bản {times}")

    for slug, answer in {
        "robots-500": Answer(b"error", 500),
        "robots-cham": Answer(b"User-agent: *\n", wait=1.2),
        "robots-403": Answer(b"no", 403),
    }.items():
        nights.add(slug, ["/tin-1.html"], delay=0.2).pages["/robots.txt"] = answer

    ban = nights.add("ban", [f"/tin-{number}.html" for number in range(1, 5)])
    fine = ban.page("Sơn Hà thông báo")
    ban.pages["/tin-1.html"] = lambda times, _: Answer(b"slow down", 429, {"Retry-After": "1"}) if not times else fine
    ban.pages["/tin-2.html"] = lambda times, _: Answer(b"error", 500) if times < 2 else fine
    lau = nights.add("lau", [f"/tin-{number}.html" for number in range(1, 4)])
    lau.pages["/tin-1.html"] = Answer(b"closed", 503, {"Retry-After": "Sat, 21 Nov 2026 06:00:00 GMT"})

    elsewhere = nights.add("noi-khac", ["/tin-1.html"])
    vong = nights.add(
        "vong",
        [f"/tin-{name}.html" for name in ("vong", "rieng", "khac", "tep", "cam", "dich", "dung")],
        hosts=("127.0.0.1", "10.1.2.3"),
    )
    vong.pages["/robots.txt"] = Answer(b"User-agent: vnpress\nDisallow: /cam/\n\nUser-agent: *\nDisallow: /\n")
    for path, location in {
        "/tin-vong.html": "/tin-vong.html?lan=2", "/tin-rieng.html": "http://10.1.2.3/tin-1.html",
        "/tin-khac.html": f"http://localhost:{elsewhere.port}/tin-1.html", "/tin-tep.html": "file:///etc/passwd",
        "/tin-cam.html": "/cam/tin-1.html", "/tin-dich.html": "/tin-dung.html",
    }.items():  # fmt: skip
        vong.pages[path] = Answer(status=302, headers={"Location": location})

    bom = nights.add("bom", [f"/tin-{name}.html" for name in ("bom", "giot", "lon", "lon-2", "het")], delay=0.2)
    bom.pages["/tin-bom.html"] = Answer(gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
    bom.pages["/tin-giot.html"] = Answer(drip=True)
    bom.pages["/tin-lon.html"] = Answer(b"x" * 30_000_000)
    bom.pages["/tin-lon-2.html"] = Answer(b"x" * 30_000_000, unsized=True)

    thach_do = nights.add("thach-do", [f"/tin-{number}.html" for number in range(1, 5)])
    thach_do.pages["/tin-3.html"] = Answer(CHALLENGE, 403)
    nights.add("kin", ["/tin-1.html"], portal=Portal(name="localhost"), hosts=("localhost",), loopback=False)
    sai_ma = nights.add("sai-ma", ["/tin-1.html"])
    sai_ma.article("/tin-1.html").headers["Content-Type"] = "text/html; charset=iso-8859-1"
    mat = nights.add("mat", [f"/tin-{number}.html" for number in range(1, 8)])
    mat.pages |= {f"/tin-{number}.html": Answer(b"error", 500) for number in range(1, 8)}
    certificate = make_certificate(nights.corpus.parent / "certificate.pem")
    for slug, check in (("tls", True), ("tls-2", False)):
        nights.add(slug, ["/tin-1.html"], portal=Portal(certificate=certificate), check_certificate=check)
    nights.add("mat-tin", ["/tin-1.html", "/tin-2.html"]).pages["/tin-2.html"] = Answer(b"not here any more", 410)
    chung = nights.add("chung", [f"/tin-{number}.html" for number in range(1, 6)])
    for number in range(1, 6):
        chung.article(f"/tin-{number}.html", f"Sơn Hà: {number}").wait = 0.05
    nights.sites.append(replace(nights.sites[-1], slug="chung-2"))
    build_lists(nights)


def build_lists(nights: Nights) -> None:
    """Portals whose articles are found in other ways than by a feed, and one whose lists are all broken."""
    so_do = nights.add("so-do", [], sitemaps=())
    xml = '<?xml version="1.0" encoding="UTF-8"?><{0} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{1}</{0}>'
    index = "".join(
        f"<sitemap><loc>{so_do.url}/{name}.xml.gz</loc><lastmod>{day}</lastmod></sitemap>"
        for name, day in (("a", "2026-11-19"), ("b", "2026-11-20"))
    )
    packed = {"Content-Type": "application/gzip"}
    so_do.pages["/index.xml.gz"] = Answer(gzip.compress(xml.format("sitemapindex", index).encode()), headers=packed)
    for name, numbers in {"a": (1, 2), "b": (3,)}.items():
        urls = "".join(
            f"<url><loc>{so_do.url}/tin-{number}.html</loc><lastmod>2026-11-1{number}T08:00:00+07:00</lastmod></url>"
            for number in numbers
        )
        so_do.pages[f"/{name}.xml.gz"] = Answer(gzip.compress(xml.format("urlset", urls).encode()), headers=packed)
        for number in numbers:
            so_do.article(f"/tin-{number}.html", f"Sơn Hà: tin {number}")
    replace_lists(nights, "so-do", sitemaps=(f"{so_do.url}/index.xml.gz",))

    muc_luc = nights.add("muc-luc", [])
    for page in (1, 2, 3, 4):
        links = "".join(
            f'<li><h3><a href="tin-{page}{at}.html">tin</a></h3><a href="/quang-cao.html">qc</a></li>' for at in (1, 2)
        )
        muc_luc.pages[f"/trang-{page}"] = Answer(f'<ul>{links}</ul><a class="sau" href="/trang-{page + 1}">sau</a>'.encode())
        for at in (1, 2):
            muc_luc.article(f"/tin-{page}{at}.html", f"Sơn Hà: {page}, {at}")
    replace_lists(nights, "muc-luc", listings=(Listing(url=f"{muc_luc.url}/trang-1", items="li h3", next="a.sau", pages=3),))

    hong = nights.add("hong", [])
    hong.pages |= {
        "/rss": Answer(b"<html><body>Not a feed"),
        "/rong": Answer(b"<rss><channel/></rss>"),
        "/muc": Answer(b"<p>trang moi</p>"),
    }
    hong.feed("/khac", ["/video-1.html"])
    feeds = tuple(f"{hong.url}/{name}" for name in ("rss", "rong", "khac", "mat"))
    listing = Listing(url=f"{hong.url}/muc", items="li h3")
    replace_lists(nights, "hong", feeds=feeds, listings=(listing,), sitemaps=(f"{hong.url}/rss",))


def replace_lists(nights: Nights, slug: str, **lists: object) -> None:
    """Give the portal added last its lists, now that its port is known."""
    site = nights.sites[-1]
    assert site.slug == slug
    nights.sites[-1] = replace(site, crawl=replace(site.crawl, **lists))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    nights = Nights(corpus=tmp_path_factory.mktemp("nights") / "corpus")
    build_portals(nights)
    with ExitStack() as running:
        for portal in nights.portals.values():
            running.enter_context(portal.running())
        for night in (NIGHT, NIGHT + timedelta(days=1)):
            nights.reports.append(crawl(nights.sites, corpus=nights.corpus, now=night, contact=CONTACT, limits=LIMITS))
        yield nights


def test_every_portal_ends_its_night(nights: Nights) -> None:
    assert [site.slug for site in nights.reports[0].sites if not site.finished] == []
    assert nights.counts("noi-khac") == (1, 0, 0, 0) and nights.kinds("noi-khac") == []


def test_manners_as_the_servers_saw_them(nights: Nights) -> None:
    for slug, portal in nights.portals.items():
        assert {asked.at_once for asked in portal.log} <= {1}, slug
        assert not portal.log or portal.log[0].path == "/robots.txt", slug
        assert {asked.headers["User-Agent"] for asked in portal.log} <= {AGENT}, slug
        assert not [asked for asked in portal.log if {"Cookie", "Referer"} & set(asked.headers)], slug
        pauses = [after.begin - before.end for before, after in pairwise(nights.asked(slug))] if portal.log else []
        assert min(pauses, default=1) >= 0.02, slug


def test_two_portals_on_one_server_take_turns(nights: Nights) -> None:
    log = nights.portals["chung"].log
    assert nights.counts("chung") == nights.counts("chung-2") == (5, 0, 0, 0)
    assert max(asked.at_once for asked in log) == 1
    assert min(after.begin - before.end for before, after in pairwise(log)) >= 0.02


def test_the_pause_is_the_larger_of_theirs_and_ours(nights: Nights) -> None:
    pauses = [after.begin - before.end for before, after in pairwise(nights.asked("tot"))]
    assert min(pauses) >= 0.15  # their Crawl-delay of 0.15 s, ours is 0.02


def test_addresses_are_asked_once_and_never_what_robots_forbids(nights: Nights) -> None:
    assert [asked.path for asked in nights.asked("tot")] == ["/robots.txt", "/rss", "/tin-1.html", "/tin-2.html", "/tin-3.html"]
    assert nights.counts("tot") == (3, 0, 0, 1)
    assert nights.kinds("tot") == ["disallowed"]


def test_the_second_night_asks_with_validators_and_keeps_what_changed(nights: Nights) -> None:
    first, second, third = nights.asked("tot", 1)[2:]
    assert (first.path, first.status) == ("/tin-1.html", 304)
    assert second.status == third.status == 200
    assert nights.counts("tot", 1) == (0, 1, 2, 1)
    folder = nights.corpus / "tot"
    assert sorted(path.name for path in folder.glob("*.gz")) == ["2026-11-21.warc.gz", "2026-11-22.warc.gz"]
    assert captures(folder) == [("/tin-1.html", "200"), ("/tin-2.html", "200"), ("/tin-3.html", "200"), ("/tin-3.html", "200")]
    assert captures(folder, "revisit") == [("/tin-1.html", "304"), ("/tin-2.html", "200")]
    assert len(captures(folder, "request")) == 6 and len(captures(folder, "metadata")) == 6
    pages = {(one.url or "").rpartition("/")[2]: read_page(one) for one in list_inputs(folder).inputs}
    assert sorted(pages) == ["tin-1.html", "tin-2.html", "tin-3.html"]
    assert "bản 1" in clean_page(pages["tin-3.html"]).text  # what is extracted is the newest capture


def test_files_are_whole(nights: Nights) -> None:
    paths = sorted(nights.corpus.glob("*/*.warc.gz"))
    assert len(paths) > 10
    checked = Checker(SimpleNamespace(inputs=[str(path) for path in paths], verbose=False))
    checked.process_all()
    assert checked.exit_value == 0
    for path in paths:
        assert all(isinstance(part, Member) for part in read_members(path))
        assert check_file(path).problems == []  # our own check, of lengths and digests


def test_the_payload_is_kept_as_received(nights: Nights) -> None:
    sent = nights.portals["tot"].pages["/tin-2.html"]
    assert isinstance(sent, Answer)
    with (nights.corpus / "tot/2026-11-21.warc.gz").open("rb") as stream:
        kept = [
            (record.http_headers.get_header("Content-Encoding"), record.raw_stream.read(), record.rec_headers)
            for record in ArchiveIterator(stream)
            if record.rec_type == "response" and record.rec_headers.get_header("WARC-Target-URI").endswith("/tin-2.html")
        ]
    ((encoding, payload, headers),) = kept
    assert (encoding, payload) == ("gzip", sent.body)
    assert headers.get_header("WARC-IP-Address") == "127.0.0.1"
    assert headers.get_header("WARC-Date").startswith("2026-11-20T19:00:")


@pytest.mark.parametrize("slug", ["robots-500", "robots-cham", "robots-403"])
def test_robots_that_cannot_be_read_mean_not_tonight(nights: Nights, slug: str) -> None:
    assert {asked.path for asked in nights.portals[slug].log} == {"/robots.txt"}
    assert nights.kinds(slug) == ["robots_unreadable"]
    assert not list((nights.corpus / slug).glob("*.gz"))


def test_retry_after_and_errors_that_pass(nights: Nights) -> None:
    assert nights.counts("ban") == (4, 0, 0, 0) and nights.kinds("ban") == []
    asked = nights.asked("ban")
    assert [one.status for one in asked] == [404, 200, 429, 200, 500, 500, 200, 200, 200]
    assert asked[3].begin - asked[2].end > 0.95  # Retry-After: 1
    assert captures(nights.corpus / "ban") == [(f"/tin-{number}.html", "200") for number in range(1, 5)]


def test_a_portal_that_asks_for_more_than_the_night_is_left_alone(nights: Nights) -> None:
    assert nights.asked("lau")[-1].path == "/tin-1.html"
    assert nights.kinds("lau") == ["asked_to_wait"]


def test_redirects_are_checked_hop_by_hop(nights: Nights) -> None:
    assert nights.counts("vong") == (1, 0, 0, 5)
    assert sorted(nights.kinds("vong")) == ["address_refused", "disallowed", "page_failed", "private_address", "redirect_loop"]
    assert all("localhost" not in asked.headers["Host"] for asked in nights.portals["noi-khac"].log)
    assert not [path for path in nights.portals["vong"].paths() if path.startswith("/cam/")]
    assert sorted(captures(nights.corpus / "vong")) == [("/tin-dich.html", "302"), ("/tin-dung.html", "200")]
    # the way and where it led: both are held, and only the page is asked for again
    assert nights.counts("vong", 1)[2] == 1
    assert "/tin-dich.html" not in [asked.path for asked in nights.asked("vong", 1)]


def test_hostile_pages_are_not_kept_and_end_nothing(nights: Nights) -> None:
    assert nights.kinds("bom") == ["too_large", "too_slow", "too_large", "too_large"]
    assert nights.counts("bom") == (1, 0, 0, 4)
    assert captures(nights.corpus / "bom") == [("/tin-het.html", "200")]


def test_a_portal_that_only_fails_is_left_alone(nights: Nights) -> None:
    assert nights.kinds("mat") == ["page_failed"] * 5 + ["failing"]
    assert {asked.path for asked in nights.asked("mat")} == {"/robots.txt", "/rss", *(f"/tin-{at}.html" for at in range(1, 6))}


def test_a_wrong_charset_is_kept_as_sent_and_read_right(nights: Nights) -> None:
    (one,) = list_inputs(nights.corpus / "sai-ma").inputs
    page = read_page(one)
    assert page.charset == "iso-8859-1"
    assert "Ủy ban nhân dân thành phố Sơn Hà" in clean_page(page).text


def test_a_challenge_ends_the_night_of_its_portal(nights: Nights) -> None:
    assert [asked.path for asked in nights.asked("thach-do")][2:] == ["/tin-1.html", "/tin-2.html", "/tin-3.html"]
    assert nights.kinds("thach-do") == ["challenge"]
    assert nights.counts("thach-do") == (2, 0, 0, 0)


def test_certificates_are_checked(nights: Nights) -> None:
    assert nights.portals["tls"].log == []
    (issue,) = nights.report("tls").issues
    assert issue.kind == "robots_unreadable" and "certificate" in issue.message and "check_certificate = false" in issue.message
    assert nights.counts("tls-2") == (1, 0, 0, 0) and nights.kinds("tls-2") == []


def test_a_page_that_is_gone_is_asked_for_while_it_is_young(nights: Nights) -> None:
    assert nights.counts("mat-tin") == (1, 0, 0, 1) and nights.kinds("mat-tin") == ["gone"]
    assert nights.kinds("mat-tin", 1) == ["gone"]
    assert captures(nights.corpus / "mat-tin") == [("/tin-1.html", "200"), ("/tin-2.html", "410"), ("/tin-2.html", "410")]
    assert [one.url for one in list_inputs(nights.corpus / "mat-tin").inputs] == [f"{nights.portals['mat-tin'].url}/tin-1.html"]
    (site,) = (site for site in nights.sites if site.slug == "mat-tin")
    (later,) = crawl([site], corpus=nights.corpus, now=NIGHT + timedelta(days=30), contact=CONTACT, limits=LIMITS).sites
    assert (later.new, later.changed, later.unchanged, later.failed, later.issues) == (0, 0, 0, 0, ())


def test_a_name_that_leads_to_this_machine_is_not_asked(nights: Nights) -> None:
    assert nights.portals["kin"].log == []
    assert nights.kinds("kin") == ["private_address"]
    assert "127.0.0.1, which is not a public address" in nights.report("kin").issues[0].message


def test_sitemaps_and_listings(nights: Nights) -> None:
    assert [asked.path for asked in nights.asked("so-do")] == [
        "/robots.txt", "/index.xml.gz", "/b.xml.gz", "/a.xml.gz", "/tin-3.html", "/tin-2.html", "/tin-1.html",
    ]  # fmt: skip
    assert [asked.path for asked in nights.asked("muc-luc")] == [
        "/robots.txt", "/trang-1", "/trang-2", "/trang-3", *(f"/tin-{page}{at}.html" for page in (1, 2, 3) for at in (1, 2)),
    ]  # fmt: skip
    assert nights.kinds("so-do") == nights.kinds("muc-luc") == []


def test_lists_that_give_nothing_are_told(nights: Nights) -> None:
    found = [(issue.kind, issue.quote) for issue in nights.report("hong").issues]
    url = nights.portals["hong"].url
    assert found == [
        ("list_unreadable", f"{url}/rss"),
        ("list_empty", f"{url}/rong"),
        ("keep_matched_nothing", f"{url}/video-1.html"),
        ("list_failed", f"{url}/mat"),
        ("list_unreadable", f"{url}/rss"),
        ("list_empty", f"{url}/rss"),
        ("selector_matched_nothing", "li h3"),
    ]


def test_since_and_limit(nights: Nights, tmp_path: Path) -> None:
    sites = [site for site in nights.sites if site.slug in ("so-do", "muc-luc")]
    since = date(2026, 11, 12)
    report = crawl(sites, corpus=tmp_path, now=NIGHT, contact=CONTACT, limits=LIMITS, since=since, limit=4)
    assert [(site.slug, site.new) for site in report.sites] == [("so-do", 2), ("muc-luc", 4)]
    assert captures(tmp_path / "so-do") == [("/tin-3.html", "200"), ("/tin-2.html", "200")]  # the newest first


def test_expectations(nights: Nights) -> None:
    expected = {
        "so-do": Expect(pages_a_week_min=5),
        "muc-luc": Expect(pages_a_week_max=3),
        "sai-ma": Expect(least_characters=5000),
    }
    sites = [replace(site, expect=expected[site.slug]) for site in nights.sites if site.slug in expected]
    for name in ("muc-luc", "sai-ma"):
        for number in range(50, 55):
            nights.portals[name].article(f"/tin-{number}.html", f"Sơn Hà: {number}")
        nights.portals[name].feed("/rss", [f"/tin-{number}.html" for number in range(50, 55)])
        links = "".join(f'<li><h3><a href="tin-{number}.html">tin</a></h3></li>' for number in range(50, 55))
        nights.portals[name].pages["/trang-1"] = Answer(links.encode())
    report = crawl(sites, corpus=nights.corpus, now=NIGHT + timedelta(days=9), contact=CONTACT, limits=LIMITS)
    so_do, muc_luc, sai_ma = sorted(report.sites, key=lambda site: ("so-do", "muc-luc", "sai-ma").index(site.slug))
    assert [issue.kind for issue in so_do.issues] == ["too_few"]
    assert so_do.issues[0].message.startswith("so-do: 0 new pages in seven days, at least 5")
    assert [issue.kind for issue in muc_luc.issues] == ["selector_matched_nothing", "too_many"]  # `next` is gone too
    assert muc_luc.issues[1].message.startswith("muc-luc: 5 new pages in seven days, at most 3")
    assert [issue.kind for issue in sai_ma.issues] == ["short_page"] * 5
    assert (so_do.unchanged, sai_ma.unchanged) == (0, 0)  # the correction window is over: nothing held is asked for again


# --- killed in the middle ------------------------------------------------------------------------------------------


def test_killed_in_the_middle_and_started_again(portal: Portal, tmp_path: Path) -> None:
    links = [f"/tin-{number}.html" for number in range(60)]
    portal.feed("/rss", links)
    for link in links:
        portal.article(link, f"Sơn Hà: {link}")
    folder = tmp_path / "corpus" / "mau"
    args = ["crawl", "mau", "--sites", write_profile(tmp_path, portal), "--corpus", folder.parent, "--contact", CONTACT]
    first = subprocess.Popen([sys.executable, "-m", "pipeline", *map(str, args)], cwd=ROOT)
    wait_until(lambda: len(portal.log) > 25)
    first.kill()  # SIGKILL; the crawling process sees the end of its parent
    first.wait()
    wait_until(lambda: not locked(folder))
    assert 25 < len(portal.log) < 62
    kept, path = captures(folder), max(folder.glob("*.gz"))
    torn = [part for part in read_members(path) if isinstance(part, Member) and b"WARC-Type: response" in part.head][-1]
    with path.open("r+b") as stream:  # the kill may have come between two records: tear the last page for certain
        stream.truncate(torn.end - 20)
    again = run_vnpress(*args)
    assert again.returncode == 1 and "torn_file" in again.stdout, again.stdout + again.stderr
    assert f"{60 - len(kept) + 1} new, 0 changed, 0 unchanged, 0 failed" in again.stdout
    assert sorted(captures(folder)) == sorted((link, "200") for link in links)  # every page once, nothing lost
    asked = [path for path in portal.paths() if path.startswith("/tin-")]
    assert 60 <= len(asked) <= 62 and set(asked) == set(links)  # twice at most the torn one, and the one on its way


def test_a_crawling_process_that_dies_is_an_issue(portal: Portal, tmp_path: Path) -> None:
    """Killed once, each portal gets a process of its own; killed again, it is told, and the other one is unharmed."""
    portal.feed("/rss", [f"/tin-{number}.html" for number in range(40)])
    for number in range(40):
        portal.article(f"/tin-{number}.html")
    with Portal().running() as other:
        other.feed("/rss", ["/tin-1.html"])
        other.article("/tin-1.html").wait = 1.0  # it is not done when the first process is killed
        sites = [make_site("mau", portal, feeds=(f"{portal.url}/rss",)), make_site("khac", other, feeds=(f"{other.url}/rss",))]
        killer = threading.Thread(target=kill_children, args=(portal,), daemon=True)
        killer.start()
        report = crawl(sites, corpus=tmp_path, now=NIGHT, contact=CONTACT)
        killer.join()
    mau, khac = report.sites
    assert (mau.finished, khac.finished) == (False, True)
    assert [issue.kind for issue in mau.issues] == ["crawler_died"] and "signal 9" in mau.issues[0].message
    assert khac.issues == () and khac.new == 1
    assert {status for _, status in captures(tmp_path / "mau")} == {"200"}


def kill_children(portal: Portal) -> None:
    """Kill every process that asks this portal for pages, as soon as it does."""
    for _ in range(2):
        send_children(portal, signal.SIGKILL, requests=6)


def send_children(portal: Portal, number: signal.Signals, requests: int) -> None:
    """Wait until this portal has been asked so often, and send a signal to the process that asks."""
    seen = len(portal.log)
    wait_until(lambda: len(portal.log) >= seen + requests)
    for child in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        for pid in child.read_text().split():
            if b"pipeline.scrape.child" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(int(pid), number)


def test_nights_end(portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By themselves between two pages; and where the crawling process hangs, by its parent, and it is not begun again."""
    with Portal().running() as other:
        for one in (portal, other):
            one.feed("/rss", [f"/tin-{number}.html" for number in range(60)])
            for number in range(60):
                one.article(f"/tin-{number}.html").wait = 0.05
        sites = [make_site("mau", portal, feeds=(f"{portal.url}/rss",)), make_site("khac", other, feeds=(f"{other.url}/rss",))]
        short = Limits(night_seconds=1.0)
        report = crawl(sites, corpus=tmp_path, now=NIGHT, contact=CONTACT, limits=short)
        assert [issue.kind for issue in report.issues] == ["out_of_time", "out_of_time"]
        assert all(site.finished and 0 < site.new < 30 for site in report.sites)
        monkeypatch.setattr("pipeline.scrape.GRACE", 6.0)
        stopper = threading.Thread(target=send_children, args=(portal, signal.SIGSTOP, 1), daemon=True)
        stopper.start()
        asked = len(portal.log)
        report = crawl(sites, corpus=tmp_path, now=NIGHT, contact=CONTACT, limits=short)
        stopper.join()
    assert [issue.kind for issue in report.issues] == ["crawler_died", "crawler_died"]
    assert portal.paths()[asked:].count("/robots.txt") == 1


def test_the_crawling_process_opens_no_port_and_ends_quietly(portal: Portal, tmp_path: Path) -> None:
    portal.feed("/rss", ["/tin-1.html"])
    portal.article("/tin-1.html").wait = 0.5
    site = make_site("mau", portal, feeds=(f"{portal.url}/rss",))
    child = subprocess.Popen(
        [sys.executable, "-m", "pipeline.scrape.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stdin is not None and child.stdout is not None and child.stderr is not None
    pickle.dump(Job(sites=(site,), corpus=str(tmp_path), now=NIGHT, agent=AGENT), child.stdin)
    child.stdin.flush()
    wait_until(lambda: len(portal.log) == 2)  # the answer to the third request takes its time
    assert listening(child.pid) == []
    told = [json.loads(line) for line in child.stdout]
    assert [one.get("page", one.get("done")) for one in told] == ["new", True]
    assert (child.wait(60), child.stderr.read()) == (0, b"")
    child.stdin.close()


def test_two_crawls_of_one_portal_do_not_mix(portal: Portal, tmp_path: Path) -> None:
    portal.feed("/rss", ["/tin-1.html"])
    held = Archive(tmp_path / "corpus", "mau", NIGHT)
    args = ("--sites", write_profile(tmp_path, portal), "--corpus", tmp_path / "corpus", "--contact", CONTACT)
    done = run_vnpress("crawl", "mau", *args)
    held.close()
    assert done.returncode == 3 and "held_by_another: mau: another crawl is writing" in done.stdout, done.stderr
    assert portal.log == []


def listening(pid: int) -> list[str]:
    """Sockets of a process that wait for connections, as lines of /proc/net/tcp and tcp6."""
    own = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]]
    return [" ".join(parts) for parts in lines if parts[3] == "0A" and f"socket:[{parts[9]}]" in own]


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that another process does."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def locked(folder: Path) -> bool:
    """Whether a crawl holds this portal's folder."""
    with (folder / ".crawl.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
