"""Page -> Article: decoded, mended, the portal's furniture cut, with title, date, author and body."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.clean import article, documents, plaintext
from pipeline.model import Article, Page, UnreadableInput

_READERS: dict[str, Callable[[Page], Article]] = {
    "html": article.clean_html,
    "txt": plaintext.clean_text_page,
    "docx": documents.clean_document,
    "pdf": documents.clean_document,
    "rtf": documents.clean_document,
    "doc": documents.clean_document,
}


def clean_page(page: Page) -> Article:
    """One page as clean text; `UnreadableInput` says what was met where it cannot be read."""
    reader = _READERS.get(page.kind)
    if reader is None:
        raise UnreadableInput(f"{page.source}: no reader for the kind {page.kind!r}; known are {', '.join(sorted(_READERS))}")
    return reader(page)
