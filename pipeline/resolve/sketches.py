"""Text -> a small sketch whose equal slots estimate how much two texts share (one-permutation MinHash over 5-word shingles)."""

from __future__ import annotations

import re
import zlib
from operator import eq

from pipeline.vietnamese.spelling import fold

SHINGLE = 5  # words
SLOTS = 64  # of a sketch
BANDS = 16  # groups of slots; two texts that agree in one whole group are compared
_ROWS = SLOTS // BANDS
_EMPTY = 0xFFFFFFFF
_WORD = re.compile(r"\w+")
_STEP = 0x9E3779B1  # of the hash that fills slots no shingle fell into


def sketch_of(text: str) -> bytes:
    """The sketch of a text; empty for a text without words."""
    words = [word.encode() for word in _WORD.findall(fold(text))]
    if not words:
        return b""
    slots = [_EMPTY] * SLOTS
    for start in range(max(1, len(words) - SHINGLE + 1)):
        value = zlib.crc32(b" ".join(words[start : start + SHINGLE]))
        value = (value ^ (value >> 15)) * 0x2C1B3C6D & 0xFFFFFFFF  # crc32 alone is linear: spread its bits
        value ^= value >> 12
        slot = value % SLOTS
        slots[slot] = min(slots[slot], value)
    return b"".join(value.to_bytes(4, "big") for value in _filled(slots))


def _filled(slots: list[int]) -> list[int]:
    """Empty slots borrow the next full one, marked by how far it is, so that short texts stay comparable."""
    filled = list(slots)
    for place, value in enumerate(slots):
        away = 0
        while value == _EMPTY:
            away += 1
            value = slots[(place + away) % SLOTS]
        filled[place] = (value + away * _STEP) & 0xFFFFFFFF if away else value
    return filled


def similarity(one: bytes, other: bytes) -> float:
    """Estimate of the Jaccard similarity of the shingles of two texts, from their sketches."""
    if not one or not other:
        return 0.0
    alike: int = sum(map(eq, memoryview(one).cast("I"), memoryview(other).cast("I")))
    return alike / SLOTS


def band_of(sketch: bytes, band: int) -> bytes:
    """One group of slots: the key under which similar texts meet."""
    width = _ROWS * 4
    return sketch[band * width : (band + 1) * width]
