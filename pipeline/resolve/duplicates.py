"""Sketches -> which article is the same text again, or near enough: the earliest published is the original."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.resolve.groups import Groups
from pipeline.resolve.reports import Report, announce_others, share
from pipeline.resolve.sketches import BANDS, band_of, similarity

NEAR = 0.7  # of the shingles shared
ALL_BUT_SAME = 0.95  # of them: whatever the headlines say
MAX_BLOCK = 24  # articles of one block that another is compared with


def find_duplicates(reports: Iterable[Report]) -> Mapping[str, str]:
    """Article -> the original it repeats; originals are absent. The same for any order of the reports."""
    ordered = sorted(reports, key=_age)
    groups: Groups[str] = Groups()
    distinct: dict[str, Report] = {}
    for one in ordered:
        if one.sketch:
            groups.join(distinct.setdefault(one.content_hash, one).article_id, one.article_id)
    for band in range(BANDS):  # one after another: the blocks of one band are all that is held
        blocks: dict[bytes, list[Report]] = {}
        for one in distinct.values():
            block = blocks.setdefault(band_of(one.sketch, band), [])
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
    """Near in words, and not one form filled in again: a weekly bulletin, a decision of the same wording, the next district."""
    alike = similarity(one.sketch, other.sketch)
    if alike < NEAR or announce_others(one, other) or not _same_days(one.days, other.days):
        return False
    if one.lead_documents and other.lead_documents and not one.lead_documents & other.lead_documents:
        return False
    return alike >= ALL_BUT_SAME or not _fills_one_form(frozenset(one.words), frozenset(other.words))


def _same_days(one: tuple[date, ...], other: tuple[date, ...]) -> bool:
    return not one or not other or 2 * len(set(one) & set(other)) >= min(len(one), len(other))


def _fills_one_form(one: frozenset[str], other: frozenset[str]) -> bool:
    """Headlines alike, yet each with a word of its own: `… tại Chợ Lách`, `… tại Cái Mơn`. A reprint keeps, cuts or changes it all."""
    return share(one, other) >= 0.5 and bool(one - other) and bool(other - one)
