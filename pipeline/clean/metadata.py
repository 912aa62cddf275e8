"""The head of a page -> what it says of its article: titles, summary, authors, dates, address; JSON-LD also where malformed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import SplitResult, urljoin, urlsplit

from dateparser.date import DateDataParser
from lxml import etree

from pipeline.clean.stamps import EARLIEST_YEAR, LATEST_YEAR, VIETNAM, read_stamp
from pipeline.vietnamese.spelling import fold, strip_marks

ARTICLE_TYPES = ("article", "posting", "newsarticle", "report")
TITLE_KEYS = ("og:title", "twitter:title", "title", "dc.title", "dcterms.title", "headline", "sailthru.title")
SUMMARY_KEYS = ("og:description", "description", "twitter:description", "dc.description", "sailthru.description")
AUTHOR_KEYS = (
    "article:author",
    "author",
    "dc.creator",
    "dcterms.creator",
    "dable:author",
    "sailthru.author",
    "byl",
    "news_author",
)
PUBLISHED_KEYS = (
    "article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "date.issued",
    "dc.date.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "sailthru.date",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
    "article.published",
    "published-date",
    "date",
)

# 2021-07-23T07:11:00.000Z · 2021-07-23T14:11:00+07:00 · as some portals write it: 24-03-2019T08:00:00+07:00 · 7/23/2021 2:11:00 PM
MACHINE = re.compile(
    r"""
    (?P<a>\d{4}|\d{1,2}) (?P<mark>[-/.]) (?P<b>\d{1,2}) (?P=mark) (?P<c>\d{4}|\d{1,2}) (?!\d)
    (?: (?:T|\s{1,2}T?) (?P<hour>\d{1,2}) : (?P<minute>\d{2}) (?: : \d{1,2} (?:[.,]\d{1,9})? )? )?
    \s? (?P<half>AM|PM|SA|CH)? \s? (?P<zone>Z|(?:GMT|UTC)?\s?[+-]\d{1,2}(?::?\d{2})?)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
# /2021/07/23/ · /2021-07-23/ · /20210723/ : a date as folders of the path; the digits of an article's number are none
URL_DATE = re.compile(r"/(?P<y>20[0-3]\d)(?P<mark>[/-]?)(?P<m>0[1-9]|1[0-2])(?P=mark)(?P<d>0[1-9]|[12]\d|3[01])(?=/)")
# A string of JSON that its writer did not escape, a comma before a closing bracket
LOOSE_COMMA = re.compile(r",\s{0,200}(?=[}\]])")
LD_PAIR = re.compile(r'"(?P<key>headline|datePublished|url|description)"\s{0,20}:\s{0,20}"(?P<value>(?:[^"\\\n]|\\.){1,2000})"')
LD_AUTHOR = re.compile(
    r"""
    "author" \s{0,20} : \s{0,20} [\[{\s]{0,40}
    (?: "[@a-zA-Z]{1,20}" \s{0,9} : \s{0,9} "[^"]{0,200}" \s{0,9} , \s{0,40} ){0,4}
    "name" \s{0,9} : \s{0,9} "(?P<value>[^"]{1,200})"
    """,
    re.VERBOSE,
)
SEPARATOR = re.compile(r"\s+(?:\||-|–|—|::|»|«|•|·|/)\s+|\s*\|\s*")
SITE_WORDS = re.compile(
    r"^(?:báo|tạp chí|cổng|trang (?:thông tin|tin|chủ|web)|website|thông tin điện tử|đài|kênh|chuyên trang|tin tức|tin mới)\b"
    r"|\.(?:vn|com|net|org|info)\b|\b(?:mobile|online|điện tử|phiên bản|news|newspaper|portal|thông tin chính thức)\b",
    re.IGNORECASE,
)
GENERIC_TITLE = re.compile(
    r"^\W*(?:trang chủ|home|chi tiết(?: (?:tin|bài viết|tin tức))?|tin tức(?: - sự kiện)?|demo popup|untitled(?: document)?|"
    r"index|default|news|detail|article|xem tin)\W*$"
    # Cổng thông tin điện tử tỉnh … — the portal, not the article
    r"|^(?:cổng|trang) thông tin điện tử [^:\-–]{0,60}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time of publication: aware; `grain` is `minute` or `day`."""

    when: datetime
    grain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of its article outside the visible text; lists in the order of trust."""

    titles: tuple[str, ...] = ()
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: tuple[Moment, ...] = ()
    url: str | None = None
    site_name: str = ""
    language: str = ""


def read_metadata(root: etree._Element, *, url: str | None) -> Metadata:
    """Everything the head and the scripts of a page say, the address of the page itself being `url`."""
    named = _named(root)
    thing = _pick(list(_linked_data(root)), named.get("og:title", [""])[0])
    address = _address(root, named, url)
    site_name = named.get("og:site_name", [""])[0]
    host = split_address(address or url).hostname or ""
    texts = [*_strings(thing.get("headline")), *(value for key in TITLE_KEYS for value in named.get(key, []))]
    texts += [" ".join("".join(title.itertext()).split()) for title in list(root.iter("title"))[:1]]
    titles = [strip_site(text, site_name=site_name, host=host) for text in texts]
    stamps = [*_strings(thing.get("datePublished")), *_strings(thing.get("dateCreated"))][:1]
    stamps += [value for key in PUBLISHED_KEYS for value in named.get(key, [])]
    authors = [*_names(thing.get("author")), *_names(thing.get("creator"))]
    authors += [value for key in AUTHOR_KEYS for value in named.get(key, [])]
    own = fold(site_name)
    return Metadata(
        titles=tuple(dict.fromkeys(title for title in titles if title and fold(title) != own and not GENERIC_TITLE.match(title))),
        summary=next((value for key in SUMMARY_KEYS for value in named.get(key, []) if len(value) > 20), ""),
        authors=tuple(dict.fromkeys(authors)),
        published=tuple(moment for moment in map(read_machine_stamp, stamps) if moment),
        url=address,
        site_name=site_name,
        language=(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:2].lower(),
    )


def _named(root: etree._Element) -> dict[str, list[str]]:
    """The `meta` elements by name; those inside an item of a list belong to that item."""
    found: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        key = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if content and key and not _in_item(meta):
            found.setdefault(key.lower(), []).append(content)
    return found


def _in_item(element: etree._Element) -> bool:
    """Whether an element lies in something the page offers beside its article: a list, a box of other news, a comment."""
    for above in element.iterancestors():
        kind = (above.get("itemtype") or "").lower()
        if above.tag in ("li", "aside", "nav", "footer") or kind.endswith(("listitem", "breadcrumblist", "comment", "itemlist")):
            return True
        if above.tag in ("main", "body", "head") or kind.endswith(ARTICLE_TYPES):
            return False
    return False


def _linked_data(root: etree._Element) -> Iterator[dict[str, object]]:
    """The articles that JSON-LD describes; those named in lists of other articles are left out."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = (
            (script.text or "").strip().removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>")
        )
        for thing in _things(_load(text[:400_000])):
            kinds = [kind.lower() for kind in _strings(thing.get("@type"))]
            if any(kind.endswith(ARTICLE_TYPES) for kind in kinds):
                yield thing


def _load(text: str) -> object:
    """The JSON of a script; where it is malformed, what single lines of it say."""
    for attempt in (text, LOOSE_COMMA.sub("", text.replace("\t", " "))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    if not re.search(r'"@type"\s{0,9}:\s{0,9}\[?\s{0,9}"[A-Za-z]{0,20}(?:Article|Posting|Report)"', text):
        return {}
    loose: dict[str, object] = {"@type": "Article"}
    for pair in LD_PAIR.finditer(text):
        loose.setdefault(pair["key"], pair["value"])
    author = LD_AUTHOR.search(text)
    return {**loose, "author": author["value"]} if author else loose


def _things(loaded: object) -> Iterator[dict[str, object]]:
    if isinstance(loaded, list):
        for item in loaded[:50]:
            yield from _things(item)
    elif isinstance(loaded, dict):
        if "@graph" in loaded:
            yield from _things(loaded["@graph"])
        yield loaded
        page = loaded.get("mainEntity")
        if isinstance(page, dict):
            yield page


def _pick(things: list[dict[str, object]], title: str) -> dict[str, object]:
    """The article that the page is about: the one with its title, else the first."""
    wanted = fold(title)
    for thing in things:
        headline = fold(" ".join(_strings(thing.get("headline"))))
        if headline and wanted and (headline in wanted or wanted in headline):
            return thing
    return things[0] if things else {}


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [" ".join(value.split())] if value.strip() else []
    if isinstance(value, list):
        return [text for item in value[:10] for text in _strings(item)]
    return []


def _names(value: object) -> list[str]:
    """Names of authors: a string, an object with a name, or a list of these."""
    if isinstance(value, dict):
        return _strings(value.get("name"))
    if isinstance(value, list):
        return [", ".join(name for item in value[:6] for name in _names(item))] if value else []
    return _strings(value)


def _address(root: etree._Element, named: dict[str, list[str]], url: str | None) -> str | None:
    """The canonical address; a relative one is resolved, one that is only the front page is not believed."""
    links = [link.get("href") or "" for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    for address in [*links, *named.get("og:url", [])]:
        try:
            whole = urljoin(url or "", address.strip())
        except ValueError:  # a bracket that is no IPv6 address
            continue
        parts = split_address(whole)
        if parts.scheme in ("http", "https") and parts.hostname and (parts.path.strip("/") or parts.query):
            return str(whole)
    return url


def split_address(url: str | None) -> SplitResult:
    """The parts of an address; all empty where it is none."""
    try:
        return urlsplit(url or "")
    except ValueError:
        return urlsplit("")


def strip_site(title: str, *, site_name: str, host: str) -> str:
    """A title without the name of the site before or after it.

    `Khởi công nhà ga T3 - Báo Điện tử Dân trí` -> `Khởi công nhà ga T3`
    """
    title = " ".join(title.split())
    for _ in range(3):
        marks = list(SEPARATOR.finditer(title))
        if not marks:
            break
        head, tail = title[: marks[-1].start()], title[marks[-1].end() :]
        if len(head) >= 12 and _is_site(tail, site_name=site_name, host=host):
            title = head
            continue
        head, tail = title[: marks[0].start()], title[marks[0].end() :]
        if len(tail) >= 12 and _is_site(head, site_name=site_name, host=host):
            title = tail
            continue
        break
    return title.strip(" |-–—")


def _is_site(text: str, *, site_name: str, host: str) -> bool:
    plain = re.sub(r"\W", "", fold(text))
    if not plain or (site_name and plain == re.sub(r"\W", "", fold(site_name))):
        return True
    labels = [label for label in host.split(".") if len(label) > 3 and label not in ("www", "com", "mobile")]
    ascii_text = re.sub(r"[^a-z0-9]", "", strip_marks(text).lower())
    if any(ascii_text in (label, f"bao{label}", f"{label}vn") for label in labels):
        return True
    return len(text) <= 80 and bool(SITE_WORDS.search(text))


def read_machine_stamp(value: str) -> Moment | None:
    """A stamp in an attribute, a meta element or JSON-LD; without a zone it is Hà Nội's."""
    found = MACHINE.search(value[:80])
    if not found:
        worded = _read_worded_stamp(value)
        stamp = None if worded else read_stamp(value[:80])
        return Moment(when=stamp.moment, grain=stamp.grain) if stamp else worded
    a, b, c = found["a"], found["b"], found["c"]
    if len(a) == 4:
        year, month, day = int(a), int(b), int(c)
    elif len(c) == 4:
        year, month, day = int(c), int(b), int(a)
        if month > 12 >= day:
            month, day = day, month
    else:
        return None
    return _make(year, month, day, found)


# Whole absolute stamps only, so that what is read never hangs on the day it is read: no `2 days ago`, no `July`
_WORDED = DateDataParser(
    languages=["en", "vi"],
    settings={
        "PARSERS": ["absolute-time"],
        "STRICT_PARSING": True,
        "DATE_ORDER": "DMY",
        "TIMEZONE": "Asia/Ho_Chi_Minh",
        "TO_TIMEZONE": "Asia/Ho_Chi_Minh",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "RETURN_TIME_AS_PERIOD": True,
    },
)
_WORDED_SHAPE = re.compile(r"(?=[^\n]{0,60}\b(?:19|20)\d\d\b)(?=[^\n]{0,60}[^\W\d_]{3})[\w ,.:+()/-]{8,60}")


def _read_worded_stamp(value: str) -> Moment | None:
    """`Fri, 23 Jul 2021 14:11:00 +0700`, `July 23, 2021 2:11 PM`: by dateparser, which knows the months' names."""
    if not _WORDED_SHAPE.fullmatch(value.strip()):
        return None
    read = _WORDED.get_date_data(value.strip())
    if read.date_obj is None or not EARLIEST_YEAR < read.date_obj.year <= LATEST_YEAR:
        return None
    return Moment(when=read.date_obj.astimezone(VIETNAM), grain="minute" if read.period == "time" else "day")


def _make(year: int, month: int, day: int, found: re.Match[str]) -> Moment | None:
    hour, minute = int(found["hour"] or 0), int(found["minute"] or 0)
    half = (found["half"] or "").upper()
    hour = hour + 12 if half in ("PM", "CH") and hour < 12 else 0 if half in ("AM", "SA") and hour == 12 else hour
    if not EARLIEST_YEAR < year <= LATEST_YEAR:
        return None
    try:
        when = datetime(year, month, day, hour, minute, tzinfo=VIETNAM)
    except ValueError:
        return None
    if found["zone"] and found["hour"]:
        when = when.replace(tzinfo=_zone(found["zone"])).astimezone(VIETNAM)
    return Moment(when=when, grain="minute" if found["hour"] else "day")


def _zone(written: str) -> timezone:
    offset = re.search(r"([+-])\s?(\d{1,2})(?::?(\d{2}))?", written)
    if not offset or int(offset[2]) > 14:
        return UTC
    span = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(span if offset[1] == "+" else -span)


def read_url_date(url: str) -> Moment | None:
    """The day that stands as folders in an address: `/2021/07/23/`."""
    found = URL_DATE.search(split_address(url).path)
    if not found:
        return None
    try:
        return Moment(when=datetime(int(found["y"]), int(found["m"]), int(found["d"]), tzinfo=VIETNAM), grain="day")
    except ValueError:
        return None
