"""Bytes -> NFC text: the charset found, mojibake and legacy encodings mended, each repair named."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from pipeline.model import UnreadableInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text as the bytes say it, not yet mended; `repairs` names what was not plain UTF-8."""

    text: str
    charset: str
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """NFC text, the names of the repairs it took, and how many characters were already lost."""

    text: str
    repairs: tuple[str, ...] = ()
    lost_chars: int = 0


_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
_LOST = re.compile(r"\ufffd|(?<=[^\W\d_])\?(?=[a-zà-ỹ])")


def decode_bytes(data: bytes, charset: str | None, *, markup: bool) -> Decoded:
    """The text of a page: byte order mark, UTF-8 where valid, the declared charset, windows-1252 at last."""
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableInput("the input is empty: nothing but white space or NUL bytes")
    for mark, name in _BOMS:
        if data.startswith(mark):
            return Decoded(text=data.decode(name, "replace"), charset=name.removesuffix("-sig"))
    for label in ("utf-8", charset or "utf-8", "windows-1252"):
        try:
            return Decoded(text=data.decode(label), charset=label)
        except (UnicodeDecodeError, LookupError):
            continue
    return Decoded(text=data.decode("utf-8", "replace"), charset="utf-8")


def mend_text(text: str) -> Mended:
    """NFC, without invisible characters; sound text comes back unchanged, white space included."""
    repairs = []
    lost = len(_LOST.findall(text))
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
        repairs.append("invisible")
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        repairs.append("nfc")
    return Mended(text=text, repairs=tuple(repairs), lost_chars=lost)
