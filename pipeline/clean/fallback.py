"""A page that gave next to nothing -> the lines that another extractor (trafilatura) holds for its article."""

from __future__ import annotations

from pipeline.clean.boilerplate import Reading
from pipeline.clean.headline import key

THIN = 150  # letters of prose: with fewer, a second opinion is asked for
MIN_GAIN = 300  # letters of prose that the second opinion must add to be believed
MAX_MARKUP = 1_000_000

# What no second opinion brings back
FINAL = frozenset(
    {"byline", "stamp", "comments", "comment form", "footer", "copyright footer", "menu", "title repeated", "repeated"}
)


def find_second_opinion(reading: Reading, kept: list[int], markup: str, title: int | None) -> list[int]:
    """The lines to keep: those found so far where they are enough, else also the prose that trafilatura keeps.

    The line of the title stands in the article already.
    """
    held = sum(reading.prose[at] for at in kept)
    if held >= THIN or reading.sums[-1] - held < MIN_GAIN or len(markup) > MAX_MARKUP:
        return kept
    import trafilatura  # slow to load, and few pages need it

    text = trafilatura.extract(markup, include_comments=False, include_tables=True, favor_recall=True, deduplicate=False)
    told = {key(line) for line in (text or "").splitlines()}
    found = [
        at
        for at in range(len(reading.prose))
        if at != title
        and reading.prose[at]
        and at not in kept
        and reading.cuts.get(at) not in FINAL
        and key(reading.page.lines[at].text) in told
    ]
    if sum(reading.prose[at] for at in found) < max(MIN_GAIN, 3 * held):
        return kept
    for at in found:
        reading.cuts.pop(at, None)
    return sorted([*kept, *found])
