"""HTML page -> Article: title, summary, body, author and published time; all else is a cut with its reason."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

from pipeline.clean.boilerplate import Reading, cut_by_markup, cut_by_shape, cut_cards, find_body, weigh_lines
from pipeline.clean.decode import decode_bytes, mend_text
from pipeline.clean.fallback import find_second_opinion
from pipeline.clean.headline import TITLE_STAMP, Title, find_anchors, find_summary, find_title, key
from pipeline.clean.language import detect_language
from pipeline.clean.markup import parse_markup
from pipeline.clean.metadata import Metadata, Moment, read_metadata, split_address
from pipeline.clean.outline import Line, Outline, outline
from pipeline.clean.profile import Told, read_profile
from pipeline.clean.published import Seen, choose_published, find_attributes, find_stamps
from pipeline.clean.signature import Signed, choose_author, find_bylines
from pipeline.model import Article, Cut, Issue, Page, UnreadableInput, make_id
from pipeline.sites import Site, find_site

MAX_BYTES = 24_000_000


def clean_html(page: Page) -> Article:
    """One HTML page as clean text; `UnreadableInput` where there is no text or too much of it."""
    if len(page.data) > MAX_BYTES:
        raise UnreadableInput(f"{page.source}: {len(page.data):,} bytes; at most {MAX_BYTES:,} are read; save the article alone")
    decoded = decode_bytes(page.data, page.charset, markup=True)
    root = parse_markup(decoded.text, source=page.source)
    metadata = _mend_metadata(read_metadata(root, url=page.url))
    reading = weigh_lines(outline(root))
    if not reading.page.lines:
        raise UnreadableInput(f"{page.source}: no visible text in the markup; is the text put in by a script?")
    repairs, lost = _mend_lines(reading.page)
    return _assemble(page, reading, metadata, markup=decoded.text, repairs=(*decoded.repairs, *repairs), lost=lost)


def _mend_lines(page: Outline) -> tuple[tuple[str, ...], int]:
    """Mend all lines at once, since legacy encodings are told by whole texts."""
    mended = mend_text("\n".join(line.text for line in page.lines))
    texts = mended.text.split("\n")
    if len(texts) == len(page.lines):
        for line, text in zip(page.lines, texts, strict=True):
            line.text = text
    return mended.repairs, mended.lost_chars


def _mend_metadata(metadata: Metadata) -> Metadata:
    """The head is damaged where the page is."""
    return dataclasses.replace(
        metadata,
        titles=tuple(mend_text(title).text for title in metadata.titles),
        summary=mend_text(metadata.summary).text,
        authors=tuple(mend_text(author).text for author in metadata.authors),
        site_name=mend_text(metadata.site_name).text,
    )


def _assemble(page: Page, reading: Reading, metadata: Metadata, *, markup: str, repairs: Sequence[str], lost: int) -> Article:
    site = find_site(url=metadata.url or page.url, portal=page.portal)
    told = read_profile(reading, site, next(iter(metadata.published), None))
    anchors = find_anchors(reading, metadata)
    cut_by_markup(reading, anchors)
    cut_cards(reading, anchors)
    title = _choose_title(page, reading, metadata, told, anchors)
    place = title.line if title else None
    chosen = _choose_body(reading, place, told)
    first, last = reading.page.nodes[chosen].first, reading.page.nodes[chosen].last
    cut_by_shape(reading, first, last, frozenset({place} if place is not None else ()))
    seen = find_stamps(reading, place, first, last)
    attributes = [moment for _, moment in find_attributes(reading, place, first, last)]
    summary = list(told.summary) or find_summary(reading, metadata, place, first, last)
    bylines = find_bylines(reading, place, first, last, seen, said=told.author)
    kept = find_second_opinion(reading, _keep_body(reading, title, summary, seen, bylines, first, last), markup, place)
    text = "\n\n".join(([title.text] if title else []) + [reading.page.lines[at].text for at in kept])
    if not text.strip():
        raise UnreadableInput(f"{page.source}: no article found between menus and links")
    published = _first_published(page, told.published or choose_published(metadata, attributes, seen, page.url))
    return Article(
        article_id=make_id("article", page.url or page.source),
        source=page.source,
        url=metadata.url or page.url,
        portal=page.portal or (site.name if site else None) or split_address(metadata.url).hostname,
        place=(site.place or None) if site else None,
        language=detect_language(text),
        title=title.text if title else None,
        summary="\n\n".join(reading.page.lines[at].text for at in summary) or None,
        author=choose_author(metadata, bylines),
        published_at=published.when if published else None,
        published_grain=published.grain if published else None,
        text=text,
        repairs=tuple(dict.fromkeys(repairs)),
        lost_chars=lost,
        cuts=_collect_cuts(reading, place),
        issues=_tell_missed(page, site, told, body_holds=told.body in (None, chosen)),
    )


def _choose_body(reading: Reading, title: int | None, told: Told) -> int:
    """The profile's body, unless it holds less than half of what is found without it: then the portal has changed."""
    found = find_body(reading, title)
    if told.body is None:
        return found
    nodes, prose = reading.page.nodes, reading.prose_in
    theirs, ours = (prose(nodes[at].first, nodes[at].last) for at in (told.body, found))
    return told.body if 2 * theirs >= ours else found


def _tell_missed(page: Page, site: Site | None, told: Told, *, body_holds: bool) -> tuple[Issue, ...]:
    """What the profile of a portal names and its page has not; one message for all pages that miss the same."""
    if site is None:
        return ()
    missed = told.missed if body_holds else (*told.missed, "body: what the profile names holds less than half of the text")
    remedy = f"mend the layout in {site.slug}.toml if the portal was redesigned (`vnpress site check` tells more)"
    return tuple(
        Issue(source=page.source, step="clean", kind="selector matched nothing", message=f"{site.slug}: {what}; {remedy}")
        for what in missed
    )


def _choose_title(page: Page, reading: Reading, metadata: Metadata, told: Told, anchors: frozenset[int]) -> Title | None:
    """The sidecar's title, the profile's, or the likeliest line; the line that bears the words is the title's, whoever says them."""
    if page.title:
        words = key(page.title)
        lines = (at for at, line in enumerate(reading.page.lines) if at not in reading.cuts and key(line.text) == words)
        return Title(page.title, next(lines, None))
    if told.title is not None:
        reading.cuts.pop(told.title, None)
        return Title(TITLE_STAMP.sub("", reading.page.lines[told.title].text).strip(), told.title)
    return find_title(reading, metadata, anchors)


def _first_published(page: Page, found: Moment | None) -> Moment | None:
    return Moment(when=page.published, grain=page.published_grain or "day") if page.published else found


def _keep_body(
    reading: Reading,
    title: Title | None,
    summary: Sequence[int],
    seen: Sequence[Seen],
    bylines: Sequence[Signed],
    first: int,
    last: int,
) -> list[int]:
    """Cut what is not text of the article from its lines, and give those that stay, in reading order."""
    lines = reading.page.lines
    place = title.line if title else None
    for stamp in seen:
        if stamp.line != place and (not reading.prose[stamp.line] or len(stamp.rest.split()) <= 3):
            reading.cut([stamp.line], "stamp")
    if title is not None and place is not None and lines[place].text.startswith(title.text):
        _add_cut(reading, lines[place].text.removeprefix(title.text).strip(), "stamp")
    for signed in bylines:
        if signed.tail and signed.line not in reading.cuts and lines[signed.line].text.endswith(signed.tail):
            lines[signed.line].text = lines[signed.line].text.removesuffix(signed.tail).rstrip(" -–\t")
            _add_cut(reading, signed.tail, "byline")
        else:
            reading.cut([signed.line], "byline")
    if title is not None:
        words, length = key(title.text), len(title.text)
        alike = (at for at, line in enumerate(lines) if at != place and length - 9 <= len(line.text) <= length + 9)
        reading.cut((at for at in alike if len(words) > 8 and key(lines[at].text) == words), "title repeated")
    start = place + 1 if place is not None and first <= place < last else first
    reading.cut((at for at in range(first, start) if at != place), "before the title")
    kept = [at for at in range(len(lines)) if at != place and at not in reading.cuts and (start <= at < last or at in summary)]
    staying = {*kept, place}
    reading.cut((at for at in range(len(lines)) if at not in staying), "outside the article")
    return _without_repeats(reading, kept)


def _add_cut(reading: Reading, text: str, reason: str) -> None:
    """A part of a line that was cut, as a line of its own behind all others."""
    if text:
        reading.page.lines.append(Line(text, -1))
        reading.prose.append(0)
        reading.cuts[len(reading.page.lines) - 1] = reason


def _without_repeats(reading: Reading, kept: Sequence[int]) -> list[int]:
    """A summary that stands above the body and again in it is kept once."""
    told: set[str] = set()
    for number, at in enumerate(kept[:6]):
        words = key(reading.page.lines[at].text)
        if len(words) > 60 and words in told:
            reading.cut([at], "repeated")
        if number < 2:
            told.add(words)
    return [at for at in kept if at not in reading.cuts]


def _collect_cuts(reading: Reading, place: int | None) -> tuple[Cut, ...]:
    """The cut lines in reading order; neighbours with one reason make one cut."""
    numbers = sorted(at for at in reading.cuts if at != place)
    cuts = []
    for reason, group in itertools.groupby(numbers, key=lambda at: reading.cuts[at]):
        cuts.append(Cut(reason=reason, text="\n".join(reading.page.lines[at].text for at in group)))
    return tuple(cuts)
