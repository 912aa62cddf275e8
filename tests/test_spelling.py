"""Folding for matching: lower case and today's place of the tone, never another length."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vietnamese.spelling import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Hoà Bình", "hòa bình"),
        ("thuỷ lợi", "thủy lợi"),
        ("KHOẺ", "khỏe"),
        ("môĩ ngày", "mỗi ngày"),
        ("vơí chiêù", "với chiều"),
        ("giưã đâù", "giữa đầu"),
        ("cứu trợ", "cứu trợ"),
        ("người", "người"),
        ("quý", "quý"),
        ("hoàn toàn", "hoàn toàn"),
        ("Đảng", "đảng"),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(max_size=60))
def test_fold_keeps_the_length(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert len(fold(composed)) == len(composed)
