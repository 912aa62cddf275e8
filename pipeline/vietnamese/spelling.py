"""Text -> folded text of the same length, for matching: lower case, one way of placing tones."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Upper-case Latin letters, for character classes: a bare [A-Z] knows no `Đ`, and [à-ỹ] holds it though it is a capital.
UPPER = "".join(chr(c) for c in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)) if chr(c).isupper())

# The two schools of placing the tone in open oa, oe, uy: hoà/hòa, khoẻ/khỏe, thuỷ/thủy. Same length in NFC.
# Closed syllables (hoàn, thuyền) and `qu` (quý) have one spelling only and are left alone.
_TONES = "\u0300\u0301\u0309\u0303\u0323"
TONE_FIRST = {
    unicodedata.normalize("NFC", first + second + tone): unicodedata.normalize("NFC", first + tone + second)
    for first, second in ("oa", "oe", "uy")
    for tone in _TONES
}
# The letters before the look-behind: a search that begins with letters skips what cannot match.
_OPEN_SYLLABLE = re.compile(rf"(?:{'|'.join(TONE_FIRST)})(?<!q..)(?![^\W\d_])")

# A slip of old keyboards: the tone one letter too late (`môĩ`, `vơí`, `chiêù`, `giưã` for mỗi, với, chiều, giữa).
# No syllable is spelled so: in these pairs the tone stands on the first letter.
_TONE_LATE = {
    unicodedata.normalize("NFC", first + second + tone): unicodedata.normalize("NFC", first + tone + second)
    for first, second in ("âu", "ây", "êu", "ôi", "ơi", "ưi", "ưu", "ưa")
    for tone in _TONES
}
_LATE = "".join(sorted({pair[1] for pair in _TONE_LATE}))
_SLIPPED = re.compile(rf"[âêôơư][{_LATE}](?![^\W\d_])")


SHORT = 100  # characters; words and names come again and again, longer pieces within one article


def fold(text: str) -> str:
    """Lower case with the tone where today's spelling has it (hoà, môĩ -> hòa, mỗi); offsets stay those of NFC `text`."""
    return _fold_short(text) if len(text) <= SHORT else _fold_long(text)


def _fold(text: str) -> str:
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter such as İ grows when lowered: keep those as they are
        lowered = "".join(low if len(low := ch.lower()) == 1 else ch for ch in text)
    lowered = _SLIPPED.sub(lambda m: _TONE_LATE.get(m.group(), m.group()), lowered)
    return _OPEN_SYLLABLE.sub(lambda m: TONE_FIRST[m.group()], lowered)


_fold_short = lru_cache(maxsize=8192)(_fold)
_fold_long = lru_cache(maxsize=16)(_fold)


def strip_marks(text: str) -> str:
    """Without tones and diacritics (`Thủ đô` -> `Thu do`): for file names and keys, never for matching facts."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(ch for ch in decomposed if not unicodedata.combining(ch))
