"""Bytes -> NFC text: the charset found, mojibake and legacy encodings mended, each repair named."""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import charset_normalizer
from bs4.dammit import EncodingDetector

from pipeline.clean.legacy import count_syllables, mend_legacy
from pipeline.clean.mojibake import mend_mojibake
from pipeline.model import UnreadableInput
from pipeline.vietnamese.syllables import is_syllable, mend_tones

SAMPLE = 65_536  # bytes that charset detection looks at
MAX_CONTROL_SHARE = 0.05

# The names of repairs, as they stand in `articles.repairs`, beside those of the legacy encodings.
MOJIBAKE = "mojibake"  # UTF-8 read as another code page
NFC = "nfc"  # letters and marks put together
INVISIBLE = "invisible_characters"  # zero-width characters, soft hyphens, direction marks, control characters
LOOKALIKES = "lookalike_letters"  # Ð and ð meant as Đ and đ, ƣ as ư
TONES = "misplaced_tones"  # vơí, hôị, Nêú


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text as the bytes say it, not yet mended; `repairs` names what had to be guessed from the words."""

    text: str
    charset: str
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """NFC text, the names of the repairs it took, and how many characters were already lost."""

    text: str
    repairs: tuple[str, ...] = ()
    lost_chars: int = 0


_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP container (docx, xlsx, odt)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x7fELF", "a program"),
    (b"RIFF", "a media file"),
)
_TAG = re.compile(r"<[^<>]{0,2000}>")
# Labels that say nothing: servers send them by habit.
_LATIN = frozenset({"iso8859-1", "cp1252", "ascii", "latin_1", "iso-8859-1", "windows-1252"})
# Python's codecs that no page is written in: some of them are slow, or read escapes
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "unicode_escape", "raw-unicode-escape", "raw_unicode_escape"}
)

_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
# Zero-width characters, direction marks, soft hyphens, controls. A joiner between two emoji belongs to them.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
    r"|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)
_PERHAPS_INVISIBLE = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\u00a0-\u00ac\u00ae-\u180d\u180f-\u200a\u2010-\u2029\u202f-\u205f\u2070-\ufefe]"
)
_LOOKALIKE = re.compile(r"[ÐðƉƢƣ]")
_LOOKALIKE_WORD = re.compile(r"[^\W\d_]*[ÐðƉƢƣ][^\W\d_]*")
_MEANT = str.maketrans({"Ð": "Đ", "Ɖ": "Đ", "ð": "đ", "Ƣ": "Ư", "ƣ": "ư"})
# L?y l?i m� b?o m?t — a question mark between letters of one word; neither an address with a query nor a sentence's end
# with the blank behind it forgotten (`không?Có`)
_LOST = re.compile(r"\ufffd|(?<=[^\W\d_])\?(?=[^\W\d_])(?!\w{1,30}=)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_MISSING_BLANK = re.compile(r"(?<=[a-zà-ỹ])\?(?=[A-ZĐÀ-Ỹ][a-zà-ỹ])")


def decode_bytes(data: bytes, charset: str | None, *, markup: bool) -> Decoded:
    """The text of a page: byte order mark, UTF-16 and UTF-8 by their shape, the declared charset, then what words come out.

    `charset` is what the transport declared; with `markup` the declaration of the page itself is read too, and old
    encodings that put letters on control characters are converted before a parser can drop them.
    """
    _check_readable(data)
    for mark, name in _BOMS:
        if data.startswith(mark):
            return Decoded(text=data.decode(name, "replace").removeprefix("\ufeff"), charset=name.removesuffix("-sig"))
    wide = _wide_charset(data)
    if wide is not None:
        return Decoded(text=data.decode(wide, "replace"), charset=wide)
    decoded = _decode_utf8(data)
    if decoded is None:
        decoded = _decode_declared(data, [charset, _declared_in(data) if markup else None])
    return _mend_markup(decoded) if markup else decoded


def _mend_markup(decoded: Decoded) -> Decoded:
    """What a parser would destroy before the text can be mended: letters on control characters, no-break spaces in mojibake."""
    text, repairs = decoded.text, list(decoded.repairs)
    unscrambled = mend_mojibake(text)
    if unscrambled.changed:
        text = unscrambled.text
        repairs.append(MOJIBAKE)
    if _has_control_letters(text):
        legacy = mend_legacy(text)
        text = legacy.text
        repairs += legacy.encodings
    return Decoded(text=text, charset=decoded.charset, repairs=tuple(dict.fromkeys(repairs)))


def mend_text(text: str) -> Mended:
    """Sound NFC text; text that is sound comes back unchanged, white space included. Each repair is behind a cheap test."""
    repairs: list[str] = []
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        repairs.append(NFC)
    if not text.isascii():
        text = _mend_encodings(text, repairs)
    if _PERHAPS_INVISIBLE.search(text) and _INVISIBLE.search(text):
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
        repairs.append(INVISIBLE)
    if _LOOKALIKE.search(text):
        text = _note(LOOKALIKES, text, _LOOKALIKE_WORD.sub(_mend_lookalikes, text), repairs)
    text = _note(TONES, text, mend_tones(text), repairs)
    return Mended(text=text, repairs=tuple(dict.fromkeys(repairs)), lost_chars=count_lost(text))


def count_lost(text: str) -> int:
    """Characters that are gone for good: U+FFFD, and a question mark in the middle of a word."""
    if "?" not in text and "\ufffd" not in text:
        return 0
    if "://" in text or "www." in text:
        text = _ADDRESS.sub(" ", text)
    return len(_LOST.findall(text)) - len(_MISSING_BLANK.findall(text))


def _mend_encodings(text: str, repairs: list[str]) -> str:
    unscrambled = mend_mojibake(text)
    if unscrambled.changed:
        repairs.append(MOJIBAKE)
    legacy = mend_legacy(unscrambled.text)
    repairs += legacy.encodings
    return legacy.text


def _mend_lookalikes(match: re.Match[str]) -> str:
    """`Ðông`, `ðã`, `QÐ`, `ngƣời`; `Guðrún` stays."""
    word = match.group()
    meant = word.translate(_MEANT)
    if is_syllable(meant) or meant in ("Đ", "đ") or (meant.isupper() and meant.replace("Đ", "").replace("Ư", "").isascii()):
        return meant
    return meant if meant[0] in "Đđ" and is_syllable(meant[1:]) else word


def _note(name: str, before: str, after: str, repairs: list[str]) -> str:
    if after != before:
        repairs.append(name)
    return after


def _check_readable(data: bytes) -> None:
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableInput(
            "the input is empty: nothing but white space or NUL bytes; save the article anew, or take the file out"
        )
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise UnreadableInput(f"the input is {what}, not text: give it the file name extension of its kind")


def _wide_charset(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of blanks and plain letters is zero."""
    sample = data[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _decode_utf8(data: bytes) -> Decoded | None:
    """UTF-8, also where a few sequences are broken or single lines stand in another encoding."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        sequences = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]", data))
        text = data.decode("utf-8", "replace")
        broken = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
        if sequences < 8 or broken > 0.5 * sequences:
            return None
        lines = [_decode_line(line) for line in data.split(b"\n")]
        return Decoded(text="\n".join(lines), charset="utf-8")
    _check_controls(data)
    return Decoded(text=text, charset="utf-8")


def _decode_line(line: bytes) -> str:
    """A line of a page in UTF-8: as such, else in an old encoding if words come out, else with its losses marked."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        single = _decode_single(line, "windows-1252")
        legacy = mend_legacy(single)
        return legacy.text if legacy.encodings else line.decode("utf-8", "replace")


def _decode_declared(data: bytes, labels: list[str | None]) -> Decoded:
    """One byte a letter, or a charset of another country: as declared where that reads well, else what reads best."""
    _check_controls(data)
    for label in labels:
        name = _codec_name(label)
        if name is None or name in _LATIN or name in _NO_CHARSETS or name.startswith(("utf", "cp1258")):
            continue
        try:
            return Decoded(text=data.decode(name), charset=name)
        except (UnicodeError, LookupError):  # LookupError: a codec of Python that is no charset, as rot13
            continue
    surface = _decode_single(data, "windows-1252")
    words = _TAG.sub(" ", surface[: 2 * SAMPLE]) if "<" in surface else surface[: 2 * SAMPLE]
    western = count_syllables(words)
    vietnamese = unicodedata.normalize("NFC", _decode_single(data, "windows-1258"))
    marked, good = count_syllables(_TAG.sub(" ", vietnamese[: 2 * SAMPLE]) if "<" in vietnamese else vietnamese[: 2 * SAMPLE])
    if good >= 0.75 * marked and good > western[1]:
        return Decoded(text=vietnamese, charset="windows-1258")
    legacy = mend_legacy(surface)
    if legacy.encodings:
        return Decoded(text=legacy.text, charset=legacy.encodings[0], repairs=legacy.encodings)
    return _detect_charset(data) or Decoded(text=surface, charset="windows-1252")


def _detect_charset(data: bytes) -> Decoded | None:
    """Charsets of other countries (GBK, Shift-JIS, KOI8-R), by charset-normalizer."""
    best = charset_normalizer.from_bytes(data[:SAMPLE]).best()
    if best is None or _codec_name(best.encoding) in _LATIN or best.encoding.startswith(("utf", "cp125")):
        return None
    return Decoded(text=data.decode(best.encoding, "replace"), charset=best.encoding)


def _check_controls(data: bytes) -> None:
    """Control characters are letters of VISCII and VPS, but rare ones: many of them are the sign of a binary file."""
    sample = data[:SAMPLE].replace(b"\x00", b"") if data.count(b"\x00") < 0.02 * len(data) else data[:SAMPLE]
    if len(_CONTROLS.findall(sample)) > MAX_CONTROL_SHARE * len(sample):
        raise UnreadableInput(
            "the input is binary: too many control characters for a text; give it the ending of its kind (.docx, .pdf …), or take it out"
        )


def _has_control_letters(text: str) -> bool:
    return re.search(r"[\x02-\x06\x10-\x19\x1c-\x1e\x80-\x9f]", text) is not None


def _declared_in(data: bytes) -> str | None:
    """What the page says of itself, in a `meta` element or an XML declaration."""
    said = EncodingDetector.find_declared_encoding(data, is_html=True, search_entire_document=False)
    return str(said) if said else None


def _codec_name(label: str | None) -> str | None:
    try:
        return codecs.lookup(label.strip()).name if label else None
    except (LookupError, ValueError):
        return None


def _decode_single(data: bytes, page: str) -> str:
    """One byte a character; what the code page leaves open stands for itself, so that nothing is lost."""
    return data.decode("latin-1").translate(_table(page))


@functools.cache
def _table(page: str) -> Mapping[int, str]:
    return {byte: shown for byte in range(0x80, 0x100) if (shown := bytes([byte]).decode(page, "ignore"))}
