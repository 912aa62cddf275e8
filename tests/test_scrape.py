"""The crawler's parts by themselves: lists and addresses read, challenges told, files mended, states read from WARC files."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scrapy.resolver import dnscache
from twisted.internet.address import IPv4Address, IPv6Address

from pipeline.model import Issue
from pipeline.scrape import addresses
from pipeline.scrape.addresses import canonical, is_article, may_connect, why_not
from pipeline.scrape.challenges import find_challenge
from pipeline.scrape.expectations import judge_week, visible_characters
from pipeline.scrape.finding import Found, UnreadableList, read_day, read_feed, read_listing, read_sitemap, unpack
from pipeline.scrape.held import Held, Holdings, read_holdings
from pipeline.scrape.manners import LEAST_PAUSE, pause_of, read_retry_after
from pipeline.scrape.members import Break, Member, cut_off, read_members
from pipeline.scrape.report import SHOWN_OF_A_KIND, join_issues
from pipeline.scrape.store import Archive, Exchange
from pipeline.sites import Crawl, Expect, Listing, Site

NIGHT = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
SITE = Site(slug="mau", name="Báo Mẫu", hosts=("baomau.example",), crawl=Crawl(keep=(r"-\d+\.html$",), skip=("/video/",)))


# --- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "known_as"),
    [
        ("https://baomau.example/tin-1.html?utm_source=rss&fbclid=x#binh-luan", "https://baomau.example/tin-1.html"),
        ("HTTPS://BaoMau.example:443/Tin-1.html", "https://baomau.example/Tin-1.html"),
        (" https://baomau.example ", "https://baomau.example/"),
        ("https://baomau.example/tin?id=6&cat=5", "https://baomau.example/tin?cat=5&id=6"),
        ("https://baomau.example/tiếng việt.html", "https://baomau.example/ti%E1%BA%BFng%20vi%E1%BB%87t.html"),
        ("javascript:alert(1)", None),
        ("ftp://baomau.example/tin-1.html", None),
        ("file:///etc/passwd", None),
        ("https://vnpress@baomau.example/", None),
        ("https://baomau.example:99999/", None),
        ("https://[::1/", None),
        ("https:///tin-1.html", None),
        ("https://baomau.example/" + "a" * 3000, None),
    ],
)
def test_canonical_address(address: str, known_as: str | None) -> None:
    assert canonical(address) == known_as


@given(st.text(max_size=60))
def test_no_address_breaks_the_reading(text: str) -> None:
    for address in (text, f"https://{text}", f"https://baomau.example/{text}"):
        known_as = canonical(address)
        assert known_as is None or known_as.startswith(("http://", "https://"))
        why_not(address, SITE)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://baomau.example/tin-1.html", None),
        ("http://www.baomau.example/", None),
        ("https://baomau.example.evil.example/", "not a host of mau"),
        ("https://evilbaomau.example/", "not a host of mau"),
        ("https://baomau.example@evil.example/", "user name"),
        ("gopher://baomau.example/", "only http and https"),
        ("https://baomau.example:port/", "not an address"),
        ("//baomau.example/", "only http and https"),
    ],
)
def test_only_the_portals_own_hosts(address: str, why: str | None) -> None:
    said = why_not(address, SITE)
    assert said is None if why is None else why in (said or "")


def test_keep_and_skip() -> None:
    assert is_article("https://baomau.example/tin-12.html", SITE)
    assert not is_article("https://baomau.example/video/tin-12.html", SITE)
    assert not is_article("https://baomau.example/chuyen-muc", SITE)
    assert is_article("https://baomau.example/chuyen-muc", replace(SITE, crawl=Crawl()))


PRIVATE = [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.2.1",
    "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::", "::127.0.0.1",
    "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public_are_not_connected_to(address: str) -> None:
    assert not may_connect(address, loopback=False)


def test_public_addresses_are_connected_to_and_loopback_where_a_test_says_so() -> None:
    assert all(
        may_connect(address, loopback=False) for address in ("203.162.0.1", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101")
    )
    assert (
        may_connect("127.0.0.1", loopback=True)
        and may_connect("::1", loopback=True)
        and may_connect("::ffff:127.0.0.1", loopback=True)
    )
    assert not may_connect("10.0.0.1", loopback=True) and not may_connect("169.254.169.254", loopback=True)


class Names:
    """A name server that answers as it likes."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)

    def resolveHostName(self, receiver: Any, host: str, port: int = 0, *_: object) -> Any:
        receiver.resolutionBegan(None)
        for address in self.answers.pop(0):
            receiver.addressResolved((IPv6Address if ":" in address else IPv4Address)("TCP", address, port))
        receiver.resolutionComplete()
        return None


class Receiver:
    """What Twisted's endpoint gets to connect to."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.complete = False

    def resolutionBegan(self, _: object) -> None:
        pass

    def addressResolved(self, address: Any) -> None:
        self.got.append(address.host)

    def resolutionComplete(self) -> None:
        self.complete = True


def resolve(names: Names, host: str, loopback_hosts: Sequence[str] = ()) -> list[str]:
    resolver = addresses.CheckedResolver.__new__(addresses.CheckedResolver)
    resolver.original_resolver, resolver.loopback_hosts = names, frozenset(loopback_hosts)  # type: ignore[assignment]
    receiver = Receiver()
    resolver.resolveHostName(receiver, host, 443)  # type: ignore[arg-type]
    assert receiver.complete
    return receiver.got


def test_the_resolver_lets_only_public_addresses_through() -> None:
    assert resolve(Names(["203.162.0.1", "10.0.0.1", "::1"]), "mot.example") == ["203.162.0.1"]
    assert resolve(Names(["127.0.0.1"]), "Hai.example") == []
    assert addresses.refused["hai.example"] == "127.0.0.1"
    assert resolve(Names(["127.0.0.1", "10.0.0.1"]), "ba.example", ["ba.example"]) == ["127.0.0.1"]


def test_a_name_that_changes_its_address_is_checked_at_every_connection() -> None:
    names = Names(["10.0.0.1"])
    assert resolve(Names(["203.162.0.1"]), "doi.example") == ["203.162.0.1"]
    # the first answer is remembered, so what was checked is what is connected to; a fresh answer would be checked again
    assert resolve(names, "doi.example") == ["203.162.0.1"] and names.answers
    dnscache.clear()
    assert resolve(names, "doi.example") == []


def test_a_host_is_on_this_machine_only_where_all_its_portals_say_so() -> None:
    here = replace(SITE, hosts=("127.0.0.1", "localhost"), crawl=Crawl(loopback=True))
    assert addresses.loopback_hosts([here, SITE]) == ["127.0.0.1", "localhost"]
    assert addresses.loopback_hosts([here, replace(SITE, hosts=("localhost",))]) == ["127.0.0.1"]


def test_a_profile_cannot_hurry_other_peoples_servers() -> None:
    assert pause_of(replace(SITE, crawl=Crawl(delay=0.0))) == LEAST_PAUSE
    assert pause_of(replace(SITE, crawl=Crawl(delay=9.0))) == 9.0
    assert pause_of(replace(SITE, crawl=Crawl(delay=0.0, loopback=True))) == 0.0


# --- lists ---------------------------------------------------------------------------------------------------------

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://baomau.example/">
<link rel="self" href="https://baomau.example/atom"/>
<entry><link rel="edit" href="/sua/1"/><link href="/tin-1.html"/><updated>2026-11-20T23:30:00Z</updated></entry>
<entry><link rel="alternate" href="https://baomau.example/tin-2.html"/></entry><entry><title>không có địa chỉ</title></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/><item><link>https://baomau.example/tin-3.html</link>
<dc:date>2026-11-19T08:00:00+07:00</dc:date></item></rdf:RDF>"""
BROKEN = """\ufeff
<?xml version="1.0"?><rss><channel><item><title>Sở Y tế & Sở Công Thương</title><link>https://baomau.example/tin-4.html?a=1&b=2</link>
<pubDate>20/11/2026 14:11</pubDate></item><item><guid isPermaLink="false">99</guid></item>
<item><guid>https://baomau.example/tin-5.html</guid><link></link></item></channel></rss>"""


def test_feeds_of_every_kind() -> None:
    base = "https://baomau.example/rss"
    assert read_feed(ATOM.encode(), base) == (
        Found(address="https://baomau.example/tin-1.html", day=date(2026, 11, 21)),  # in Vietnam it is the next day
        Found(address="https://baomau.example/tin-2.html"),
    )
    assert read_feed(RDF.encode(), base) == (Found(address="https://baomau.example/tin-3.html", day=date(2026, 11, 19)),)
    four, five = read_feed(BROKEN.encode(), base)
    assert four.day == date(2026, 11, 20) and four.address.startswith("https://baomau.example/tin-4.html")
    assert five == Found(address="https://baomau.example/tin-5.html")


@pytest.mark.parametrize("body", [b"", b"\0\0\0", b"<html><body>Not found</body></html>", b"{}", b"<urlset/>"])
def test_what_is_no_feed(body: bytes) -> None:
    with pytest.raises(UnreadableList):
        read_feed(body, "https://baomau.example/rss")


def test_entities_of_a_feed_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://baomau.example/bi-mat-1.html")
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    body = (
        f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY l0 "lol">{lol}]><rss><channel><item><link>&x;</link></item>'
    )
    body += "<item><link>&l8;</link></item></channel></rss>"
    try:
        found = read_feed(body.encode(), "https://baomau.example/rss")
    except UnreadableList:
        found = ()
    assert not [one for one in found if "bi-mat" in one.address or "lollol" in one.address]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Fri, 20 Nov 2026 23:30:00 GMT", date(2026, 11, 21)),
        ("Fri, 20 Nov 2026 23:30:00 +0700", date(2026, 11, 20)),
        ("2026-11-20", date(2026, 11, 20)),
        ("2026-11-20T14:11:00", date(2026, 11, 20)),
        ("Thứ Sáu, 20/11/2026 14:11", date(2026, 11, 20)),
        ("31/13/2026", None),
        ("hôm qua", None),
        ("", None),
    ],
)
def test_days_of_lists(text: str, day: date | None) -> None:
    assert read_day(text) == day


def test_sitemaps() -> None:
    index = (
        b"<sitemapindex><sitemap><loc>https://baomau.example/a.xml</loc><lastmod>2026-11-20</lastmod></sitemap></sitemapindex>"
    )
    lists = read_sitemap(unpack(gzip.compress(index), 10_000), "https://baomau.example/")
    assert lists.sitemaps == (Found(address="https://baomau.example/a.xml", day=date(2026, 11, 20)),) and lists.pages == ()
    urls = b"\xef\xbb\xbf\n<urlset><url><loc> /tin-1.html </loc></url><url><lastmod>2026</lastmod></url></urlset>"
    assert read_sitemap(urls, "https://baomau.example/").pages == (Found(address="https://baomau.example/tin-1.html"),)
    for body in (b"", b"<html><body/></html>", b"\0"):
        with pytest.raises(UnreadableList):
            read_sitemap(body, "https://baomau.example/")
    with pytest.raises(UnreadableList, match="10,000 bytes"):
        unpack(gzip.compress(bytes(1_000_000)), 10_000)


def test_listings() -> None:
    listing = Listing(url="https://baomau.example/tin", items="li.tin, li.tin h3 a", next="a.sau")
    html = """<base href="/muc/"><ul><li class=tin><a href="tin-1.html">1</a></li><li class=tin><a name=x>2</a></li>
    <li class=tin><a href="javascript:void(0)">3</a></li></ul><a class=sau href="?trang=2">sau</a>"""
    listed = read_listing(html, listing.url, listing)
    assert listed.pages == (Found(address="https://baomau.example/muc/tin-1.html"),)
    assert (listed.met, listed.next) == (3, "https://baomau.example/muc/?trang=2")
    assert read_listing("", listing.url, listing).met == 0


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text("<>/=\"'&;:!?[]-xaé \0", max_size=200).map(str.encode)))
@example(b"https://[::1/</link></item></channel></rss>")
@example(b"<a href='//['>")
@example(b"<!DOCTYPE x [" + b"<!ENTITY a '&a;'>" * 5 + b"]><rss>&a;</rss>")
@example(b"<a>" * 5000)
@example(b"<?xml version='1.0' encoding='no-such'?><rss/>")
def test_nothing_that_a_portal_sends_breaks_the_reading(body: bytes) -> None:
    for page in (body, b"<rss><channel><item><link>" + body, b"<urlset><url><loc>" + body):
        for read in (read_feed, read_sitemap):
            with suppress(UnreadableList):
                read(page, "https://baomau.example/")
        with suppress(UnreadableList):
            unpack(b"\x1f\x8b" + page, 1000)
        text = page.decode("utf-8", "replace")
        read_listing(text, "https://baomau.example/", Listing(url="https://baomau.example/", items="a", next="a"))
        assert visible_characters(text) >= 0
        find_challenge(403, {}, page)
        read_day(text)
        read_retry_after(text, NIGHT)


# --- answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120.0), ("0", 0.0), ("-5", 0.0), ("Fri, 20 Nov 2026 19:01:00 GMT", 60.0), ("Fri, 20 Nov 2026 18:00:00 GMT", 0.0),
     ("", None), ("soon", None), ("inf", None), ("nan", None)],
)  # fmt: skip
def test_retry_after(said: str, seconds: float | None) -> None:
    assert read_retry_after(said, NIGHT) == seconds


TURNSTILE = b"<html><title>Just a moment...</title><body><div id=x></div></body></html>"
COOKIE = (
    b'<html><body><script>document.cookie="D1N=0123456789abcdef; path=/";window.location.reload(true);</script></body></html>'
)
ROBOT = "<html><body><p>Vui lòng xác nhận bạn không phải là người máy để tiếp tục truy cập.</p></body></html>".encode()


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (403, {"cf-mitigated": "challenge"}, b""),
        (503, {}, TURNSTILE),
        (200, {}, TURNSTILE),
        (200, {}, COOKIE),
        (200, {}, ROBOT),
        (403, {}, b"<div class='h-captcha'></div>"),
        (403, {"server": "AkamaiGHost"}, b"<H1>Access Denied</H1>"),
        (200, {}, b"<script src='https://geo.captcha-delivery.com/captcha/'></script>"),
        (403, {"server": "cloudflare"}, b"<div id='cf-error-details'>"),
    ],
)
def test_challenges(status: int, headers: dict[str, str], body: bytes) -> None:
    assert find_challenge(status, headers, body)


ARTICLE = (
    "<html><head><title>Bộ Công an cảnh báo lừa đảo</title></head><body>"
    + "<p>Ông nói về cách đăng nhập.</p>" * 3000
    + "{}</body></html>"
)


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (
            200,
            {"server": "cloudflare"},
            ARTICLE.format("<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"),
        ),
        (200, {}, ARTICLE.format("<form><div class='g-recaptcha'></div></form>")),
        (200, {}, ARTICLE.format("<p>Trang hỏi: hãy xác nhận bạn không phải là robot.</p>")),
        (200, {}, ARTICLE.format("<script>document.cookie='x=1';</script><script>location.reload()</script>")),
        (404, {"server": "cloudflare"}, "<h1>Không tìm thấy trang</h1>"),
        (403, {}, "<h1>Forbidden</h1>"),
        (503, {"server": "nginx"}, "<h1>Service Unavailable</h1>"),
        (200, {}, "<p>Xin chờ một chút, Just a moment.</p>"),
    ],
)
def test_what_is_no_challenge(status: int, headers: dict[str, str], body: str) -> None:
    assert find_challenge(status, headers, body.encode()) is None


def test_visible_characters() -> None:
    html = "<html><head><title>Không tính</title></head><body><script>var x = 1;</script>Ủy ban <b>họp</b>\n\n  hôm nay.</body></html>"
    assert visible_characters(html) == len("Ủy ban họp hôm nay.")
    assert visible_characters("") == visible_characters("<!-- -->") == 0


# --- what is held --------------------------------------------------------------------------------------------------


def make_exchange(path: str, body: bytes = b"<p>tin</p>", *, status: int = 200, days: int = 0, **headers: str) -> Exchange:
    return Exchange(
        address=f"https://baomau.example{path}", asked=(("User-Agent", "vnpress/0"),), status=status, protocol="HTTP/1.1",
        answered=tuple((name.replace("_", "-"), value) for name, value in headers.items()), body=body, ip="203.162.0.1",
        moment=NIGHT + timedelta(days=days),
    )  # fmt: skip


def keep(corpus: Path, *exchanges: Exchange, days: int = 0) -> Path:
    archive = Archive(corpus, "mau", NIGHT + timedelta(days=days))
    for exchange in exchanges:
        archive.keep_page(exchange, [], {"site": "mau"})
    archive.close()
    return max((corpus / "mau").glob("*.gz"))


def test_the_state_is_read_from_the_files(tmp_path: Path) -> None:
    keep(tmp_path, make_exchange("/tin-1.html", ETag='"a"'), make_exchange("/tin-2.html", status=301, Location="/tin-1.html"))
    again = Archive(tmp_path, "mau", NIGHT + timedelta(days=1))
    one, two = again.holdings.by_address.values()
    assert (one.etag, one.first, one.location) == ('"a"', NIGHT, None)
    assert two.location == "/tin-1.html"
    again.keep_visit(make_exchange("/tin-1.html", b"", status=304, days=1, ETag='"b"'), one, {})
    again.close()
    held = read_holdings(tmp_path / "mau", "mau", NIGHT).by_address["https://baomau.example/tin-1.html"]
    assert (held.first, held.last, held.etag) == (NIGHT, NIGHT + timedelta(days=1), '"b"')
    assert held.digest == one.digest
    keep(tmp_path, make_exchange("/tin-1.html", b"<p>tin moi</p>", days=2), days=2)
    held = read_holdings(tmp_path / "mau", "mau", NIGHT).by_address["https://baomau.example/tin-1.html"]
    assert (held.first, held.last, held.etag) == (NIGHT, NIGHT + timedelta(days=2), None)
    assert held.digest != one.digest


def test_of_what_was_kept_long_ago_the_name_is_enough(tmp_path: Path) -> None:
    keep(tmp_path, make_exchange("/tin-1.html"), make_exchange("/tin-2.html", status=404))
    keep(tmp_path, make_exchange("/tin-3.html", days=30), days=30)
    holdings = read_holdings(tmp_path / "mau", "mau", NIGHT + timedelta(days=22))
    assert holdings.old == {"https://baomau.example/tin-1.html", "https://baomau.example/tin-2.html"}
    assert list(holdings.by_address) == ["https://baomau.example/tin-3.html"]
    assert holdings.oldest == NIGHT


def test_every_tear_keeps_the_whole_records_before_it(tmp_path: Path) -> None:
    path = keep(tmp_path, make_exchange("/tin-1.html"), make_exchange("/tin-2.html"))
    whole = path.read_bytes()
    ends = [0, *(part.end for part in read_members(path) if isinstance(part, Member))]
    assert ends[-1] == len(whole) and len(ends) == 8  # warcinfo, and three records for each page
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        holdings = read_holdings(path.parent, "mau", NIGHT)
        good = max(end for end in ends if end <= size)
        assert path.read_bytes() == whole[:good]
        assert [issue.kind for issue in holdings.issues] == ["torn_file"] * (size not in ends)
        assert len(holdings.by_address) == sum(ends[at] <= size for at in (3, 6))
    assert [entry.name for entry in path.parent.iterdir() if "mending" in entry.name] == []


@pytest.mark.parametrize("tail", [bytes(4096), b"\x1f\x8b\x08", b"\x1f\x8b\x08\x00garbage" * 10, b"WARC/1.0\r\n"])
def test_a_tail_of_rubbish_is_cut_off(tmp_path: Path, tail: bytes) -> None:
    path = keep(tmp_path, make_exchange("/tin-1.html"))
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    assert [issue.kind for issue in read_holdings(path.parent, "mau", NIGHT).issues] == ["torn_file"]
    assert path.read_bytes() == whole


def test_damage_in_the_middle_destroys_nothing_and_is_not_added_to(tmp_path: Path) -> None:
    path = keep(tmp_path, make_exchange("/tin-1.html"), make_exchange("/tin-2.html"))
    members = [part for part in read_members(path) if isinstance(part, Member)]
    data = bytearray(path.read_bytes())
    data[members[2].begin + 30 : members[2].begin + 60] = b"\xff" * 30
    path.write_bytes(data)
    broken = [part for part in read_members(path) if isinstance(part, Break)]
    assert [(part.begin, part.torn) for part in broken] == [(members[2].begin, False)]
    keep(tmp_path, make_exchange("/tin-3.html"))
    assert path.read_bytes() == data
    assert sorted(entry.name for entry in path.parent.glob("*.gz")) == ["2026-11-21-2.warc.gz", "2026-11-21.warc.gz"]
    holdings = read_holdings(path.parent, "mau", NIGHT)
    assert [issue.kind for issue in holdings.issues] == ["damaged_file"]
    assert list(holdings.by_address) == ["https://baomau.example/tin-3.html"]


def test_cutting_off_writes_beside_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"0123456789")
    before = path.stat().st_ino
    cut_off(path, 4)
    assert path.read_bytes() == b"0123" and path.stat().st_ino != before


def test_what_is_foreign_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    path = keep(tmp_path, make_exchange("/tin-1.html"))
    foreign = path.with_name("CC-NEWS-20261120.warc.gz")
    foreign.write_bytes(b"not ours")
    assert len(read_holdings(path.parent, "mau", NIGHT).by_address) == 1
    assert foreign.read_bytes() == b"not ours"


# --- expectations --------------------------------------------------------------------------------------------------


def test_weeks_are_judged_once_a_week_is_held() -> None:
    site = replace(SITE, expect=Expect(pages_a_week_min=3, pages_a_week_max=5))

    def kinds(ages: Sequence[float], new: int, *, limited: bool = False) -> list[str]:
        firsts = {str(age): NIGHT - timedelta(days=age) for age in ages}
        held = {
            address: Held(address=address, first=first, last=NIGHT, digest="", record_id="", captured="")
            for address, first in firsts.items()
        }
        before = Holdings(by_address=held, oldest=min(firsts.values(), default=None))
        return [kind for kind, _ in judge_week(site, before, new, NIGHT, limited=limited)]

    assert kinds([], 0) == kinds([1, 2], 0) == kinds([6.9], 100) == []
    assert kinds([8], 2) == ["too_few"] and kinds([8], 3) == [] and kinds([8, 1, 2], 1) == []
    assert kinds([8], 2, limited=True) == []
    assert kinds([8, 1, 2], 4) == ["too_many"] and kinds([8, 1, 2], 3) == []


def test_many_issues_of_a_kind_are_counted() -> None:
    many = [Issue(source="mau", step="crawl", kind="gone", message=str(number)) for number in range(SHOWN_OF_A_KIND + 5)]
    other = Issue(source="mau", step="crawl", kind="too_slow", message="x")
    told = join_issues([*many, other])
    assert told[:-2] == tuple(many[:SHOWN_OF_A_KIND]) and told[-2] == other
    assert told[-1].message == "mau: 5 more of the kind gone"
