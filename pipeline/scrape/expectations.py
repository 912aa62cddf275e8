"""What a portal gave in a week, and how much text a page has -> what falls short of the portal's `[expect]`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lxml import etree, html

from pipeline.scrape.held import Holdings
from pipeline.sites import Site

WEEK = timedelta(days=7)
_UNSEEN = ("script", "style", "noscript", "template", "head")


def judge_week(site: Site, before: Holdings, new: int, now: datetime, *, limited: bool) -> Iterator[tuple[str, str]]:
    """Kind and message for each number of new pages that is not as expected; `before`: what was held when the crawl began.

    Judged once a week of the portal is held; `limited`: this crawl left out pages, so that few tells nothing.
    """
    if before.oldest is None or before.oldest > now - WEEK:
        return
    in_week = new + sum(held.status == 200 and held.first > now - WEEK for held in before.by_address.values())
    least, most = site.expect.pages_a_week_min, site.expect.pages_a_week_max
    if in_week < least and not limited:
        yield (
            "too_few",
            f"{site.slug}: {in_week} new pages in seven days, at least {least} were expected; has the portal changed?",
        )
    if most is not None and in_week > most:
        yield (
            "too_many",
            f"{site.slug}: {in_week} new pages in seven days, at most {most} were expected; look at `keep` and `skip`",
        )


def visible_characters(text: str) -> int:
    """Characters of all text that a reader could see on the page, white space as one."""
    try:
        root = html.fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError):
        return 0
    for element in root.xpath("|".join(f"//{name}" for name in _UNSEEN)):
        element.clear(keep_tail=True)
    return len(" ".join(" ".join(root.itertext()).split()))
