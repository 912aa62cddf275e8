"""Page saved without markup -> Article: title, stamp, summary, byline and furniture found by shape and place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.clean.decode import decode_bytes, mend_text
from pipeline.clean.head import cut_repeated_title, read_head
from pipeline.clean.language import detect_language
from pipeline.clean.layout import split_blocks
from pipeline.clean.parts import ITEM, NO_WORD, Part, Stated, is_prose, mark_furniture
from pipeline.clean.tail import cut_contents_list, cut_inline, read_closing, read_tail
from pipeline.model import Article, Cut, Page, UnreadableInput, make_id
from pipeline.sites import find_site

MAX_SUMMARY = 900


def clean_text_page(page: Page) -> Article:
    """The article of a page of kind `txt`."""
    decoded = decode_bytes(page.data, page.charset, markup=False)
    return clean_text(page, decoded.text, repairs=decoded.repairs)


def clean_text(page: Page, text: str, *, repairs: Sequence[str] = ()) -> Article:
    """The article of text that has no markup, however it was read."""
    mended = mend_text(text)
    parts = [Part(text=line, alone=len(block) == 1) for block in split_blocks(mended.text) for line in block]
    if not any(not NO_WORD.fullmatch(part.text) for part in parts):
        raise UnreadableInput(f"{page.source}: no visible text in it")
    stated = Stated()
    mark_furniture(parts)
    parts = read_head(parts, stated, said=page.title)
    parts = read_tail(parts, stated)
    cut_contents_list(parts)
    parts = cut_inline(parts)
    parts = read_closing(parts, stated)
    cut_repeated_title(parts, stated)
    return _assemble(page, parts, stated, repairs=(*repairs, *mended.repairs), lost_chars=mended.lost_chars)


def _assemble(page: Page, parts: Sequence[Part], stated: Stated, *, repairs: Sequence[str], lost_chars: int) -> Article:
    kept = [part.text for part in parts if part.reason is None]
    title = page.title or stated.title
    if title and stated.title is None:
        kept = [title, *(text for text in kept if text != title)]
    body = kept[1:] if title else kept
    published, grain = _published(page, stated)
    text = "\n\n".join(kept)
    site = find_site(url=page.url, portal=page.portal)
    return Article(
        article_id=make_id("article", page.url or page.source),
        source=page.source,
        url=page.url,
        portal=page.portal or (site.name if site else None),
        place=(site.place or None) if site else None,
        language=detect_language(text),
        title=title,
        summary=_summary(body),
        author=stated.byline.author if stated.byline and stated.byline.grade != "other" else None,
        published_at=published,
        published_grain=grain,
        text=text,
        repairs=tuple(dict.fromkeys(repairs)),
        lost_chars=lost_chars,
        cuts=tuple(Cut(reason=part.reason, text=part.text) for part in parts if part.reason is not None),
    )


def _published(page: Page, stated: Stated) -> tuple[datetime | None, str | None]:
    """The sidecar's word, else the first publication, else the update where the page states nothing else."""
    if page.published is not None:
        return page.published, page.published_grain
    said = [stamp for stamp in (stated.stamp, stated.late_stamp) if stamp is not None]
    stamp = next((stamp for stamp in said if not stamp.update), said[0] if said else None)
    return (stamp.moment, stamp.grain) if stamp else (None, None)


def _summary(body: Sequence[str]) -> str | None:
    """The paragraph that opens the body, where more follows and it can be a sapo."""
    if len(body) < 3 or not 60 <= len(body[0]) <= MAX_SUMMARY or ITEM.match(body[0]) or not is_prose(body[0]):
        return None
    return body[0]
