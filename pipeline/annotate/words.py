"""Text -> entity mentions of underthesea's bundled models, put back on our text; the only file that knows underthesea."""

from __future__ import annotations

from pipeline.model import Mention


def find_mentions(text: str) -> tuple[Mention, ...]:
    """PER, ORG and LOC proposals over the whole text, in its order."""
    return ()
