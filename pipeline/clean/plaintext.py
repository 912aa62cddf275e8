"""Page saved without markup -> Article: title, stamp, summary, byline and furniture found by shape and place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from pipeline.clean.decode import decode_bytes, mend_text
from pipeline.clean.language import detect_language
from pipeline.clean.stamps import is_stamp_line, read_stamp
from pipeline.model import Article, Cut, Page, UnreadableInput, make_id


def clean_text_page(page: Page) -> Article:
    """The article of a page of kind `txt`."""
    decoded = decode_bytes(page.data, page.charset, markup=False)
    return clean_text(page, decoded.text, repairs=decoded.repairs)


def clean_text(page: Page, text: str, *, repairs: Sequence[str] = ()) -> Article:
    """The article of text that has no markup, however it was read."""
    mended = mend_text(text)
    lines = [re.sub(r"[^\S\n]+", " ", line).strip() for line in re.split(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", mended.text)]
    lines = [line for line in lines if line]
    if not lines:
        raise UnreadableInput(f"{page.source}: no visible text in it")
    published: datetime | None = page.published
    grain = "minute" if published else None
    cuts: list[Cut] = []
    kept: list[str] = []
    for number, line in enumerate(lines):
        stamp = read_stamp(line) if number < 10 and is_stamp_line(line) else None
        if stamp is None:
            kept.append(line)
            continue
        cuts.append(Cut(reason="stamp", text=line))
        if published is None and not stamp.update:
            published, grain = stamp.moment, stamp.grain
    title = page.title or (kept[0] if kept and len(kept[0]) < 250 and not kept[0].endswith(".") else None)
    body = "\n\n".join(kept)
    return Article(
        article_id=make_id("article", page.url or page.source),
        source=page.source,
        url=page.url,
        portal=page.portal,
        language=detect_language(body),
        title=title,
        published_at=published,
        published_grain=grain,
        text=body,
        repairs=tuple(dict.fromkeys([*repairs, *mended.repairs])),
        lost_chars=mended.lost_chars,
        cuts=tuple(cuts),
    )
