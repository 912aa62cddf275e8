"""Sketches -> which article is the same text again, or near enough: the earliest published is the original."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.resolve.groups import Groups
from pipeline.resolve.reports import Report
from pipeline.resolve.sketches import bands, similarity

NEAR = 0.7  # of the shingles shared
MAX_BLOCK = 24  # articles of one block that another is compared with


def find_duplicates(reports: Iterable[Report]) -> Mapping[str, str]:
    """Article -> the original it repeats; originals are absent. The same for any order of the reports."""
    ordered = sorted(reports, key=_age)
    groups: Groups[str] = Groups()
    same_text: dict[str, str] = {}
    blocks: dict[bytes, list[Report]] = {}
    for one in ordered:
        if not one.sketch:
            continue
        first = same_text.setdefault(one.content_hash, one.article_id)
        groups.join(first, one.article_id)
        if first == one.article_id:
            for band in bands(one.sketch):
                block = blocks.setdefault(band, [])
                for other in block[:MAX_BLOCK]:
                    if groups.find(other.article_id) != groups.find(one.article_id) and _is_again(one, other):
                        groups.join(other.article_id, one.article_id)
                block.append(one)
    originals: dict[str, str] = {}
    duplicates: dict[str, str] = {}
    for one in ordered:
        original = originals.setdefault(groups.find(one.article_id), one.article_id)
        if original != one.article_id:
            duplicates[one.article_id] = original
    return duplicates


def _age(one: Report) -> tuple[date, str]:
    return one.published or date.max, one.article_id


def _is_again(one: Report, other: Report) -> bool:
    """Near in words, and not one form filled in for another day: a weekly bulletin repeats its sentences."""
    return similarity(one.sketch, other.sketch) >= NEAR and _same_days(one.days, other.days)


def _same_days(one: frozenset[date], other: frozenset[date]) -> bool:
    return not one or not other or 2 * len(one & other) >= min(len(one), len(other))
