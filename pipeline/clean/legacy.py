"""Text in the surface of an old Vietnamese encoding (TCVN3, VNI, VISCII, VPS, windows-1258) -> Unicode, line by line.

What a byte means in such an encoding is told by whether the line then consists of Vietnamese syllables: a wrong
guess gives letters, but hardly ever words. The conversion tables are those of viparse; the detection is ours, since
viparse never detects VPS and needs long text for the others.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from viparse.normalize.encodings import CHARMAPS
from viparse.normalize.tables import build_charmap, convert

from pipeline.vietnamese.syllables import is_syllable

ENCODINGS = ("tcvn3", "vni", "viscii", "vps", "windows_1258")
MIN_SHARE = 0.75  # of the marked words of a line must be syllables once it is converted
MIN_SHARE_KNOWN = 0.6  # where the rest of the text has settled the encoding
MAX_UNICODE_SHARE = 0.1  # of the marked letters of a line may be such that no old encoding shows
MIN_WORDS = 3  # marked words that must be right before a line settles an encoding
MAX_SAMPLE_WORDS = 400  # of one line: a longer one is judged by its beginning

_VIETNAMESE = "ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
# Characters of sound text: ASCII, Vietnamese letters, typographic marks, the white space of any script. All else is
# looked at; most of it (`m²`, `½`, `é` of `café`) turns out to be sound as well.
SOUND = rf"\t\n\r\x20-\x7e{_VIETNAMESE}{_VIETNAMESE.upper()}“”‘’–—…•\u00a0\u2028\u2029\u3000"
ODD = re.compile(rf"[^{SOUND}]")
# Letters that no old encoding shows: a line that has many of them is Unicode already.
_BEYOND_LATIN = re.compile(r"[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
# All but plain ASCII: VISCII and VPS have letters among the control characters.
_MARKED = re.compile(r"[^\t\n\r\x20-\x7e]")
# Words as an old encoding leaves them: anything but ASCII marks and the white space that no encoding uses for letters.
_TOKEN = re.compile(r"[^ \t\n\r!-@\[-`{-~]+")
_LETTER_RUN = re.compile(r"[^\W\d_]+")
_LINE = re.compile(r"[^\n]+")
_CAPS = re.compile(r"[A-ZĐ]+[đĐA-Z]*")

# What viparse's table of VNI lacks (VNI-Windows, vietunicode.sourceforge.net/charset).
_VNI = build_charmap("vni", [*CHARMAPS["vni"].pairs, ("aú", "ẳ"), ("AÚ", "Ẳ"), ("î", "ỵ"), ("Î", "Ỵ")])

# Bytes 0x80-0x9F as windows-1252 shows them, back to the code points on which the tables are keyed.
_C1 = {
    ord(shown): byte
    for byte in range(0x80, 0xA0)
    if (shown := bytes([byte]).decode("windows-1252", "ignore")) and ord(shown) != byte
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Legacy:
    """Text with its old encodings turned into Unicode, and their names in the order of frequency."""

    text: str
    encodings: tuple[str, ...]


def mend_legacy(text: str) -> Legacy:
    """Every line that reads as Vietnamese in an old encoding, converted; others unchanged."""
    if ODD.search(text) is None:
        return Legacy(text=text, encodings=())
    spans = [line.span() for line in _LINE.finditer(text) if _may_be_legacy(line.group())]
    main = _main_encoding("\n".join(text[start:end] for start, end in spans))
    verdicts: dict[tuple[int, int], str] = {}
    for span in spans:
        line = text[slice(*span)]
        found = _detect(line) if ODD.search(line) else None
        if main is not None and found != main and _prefers(line, main, found):
            found = main
        if found is not None:
            verdicts[span] = found
    common = [name for name, _ in Counter(verdicts.values()).most_common()]
    return Legacy(text=_convert_lines(text, verdicts), encodings=tuple(common))


def count_syllables(text: str) -> tuple[int, int]:
    """Marked words (those with a letter beyond ASCII), and how many of them are Vietnamese; over the beginning of the text."""
    marked = good = 0
    for token in _TOKEN.finditer(text):
        word = token.group()
        if _MARKED.search(word) is None:
            continue
        marked += 1
        good += _is_vietnamese(word)
        if marked >= MAX_SAMPLE_WORDS:
            break
    return marked, good


def convert_legacy(text: str, encoding: str) -> str:
    """The text read in one old encoding, in NFC."""
    if encoding == "windows_1258":
        return unicodedata.normalize("NFC", text.translate(_windows_1258()))
    if encoding in ("viscii", "vps"):
        text = text.translate(_C1)
    converted = convert(text, _VNI if encoding == "vni" else CHARMAPS[encoding])
    return _restore_capitals(converted, text) if encoding == "tcvn3" else str(converted)


def _may_be_legacy(line: str) -> bool:
    if _MARKED.search(line) is None:
        return False
    beyond = len(_BEYOND_LATIN.findall(line))
    return beyond == 0 or beyond < MAX_UNICODE_SHARE * len(_MARKED.findall(line))


def _main_encoding(text: str) -> str | None:
    """The encoding of most of a text: judged over all its lines together, which tells VISCII from VPS in short ones."""
    return _detect(text) if ODD.search(text) else None


def _detect(line: str) -> str | None:
    """The encoding in which a line becomes Vietnamese: nearly all its marked words do, at least two of them anew."""
    marked, good = count_syllables(line)
    if marked < MIN_WORDS:
        return None
    best, best_good = None, good + 1
    for encoding in ENCODINGS:
        now_marked, now_good = count_syllables(convert_legacy(_sample(line), encoding))
        if now_good >= MIN_WORDS and now_good >= MIN_SHARE * now_marked and now_good > best_good:
            best, best_good = encoding, now_good
    return best


def _prefers(line: str, main: str, found: str | None) -> bool:
    """Whether a line is in the main encoding of its text: it reads better so, and nearly as well as in what it looked like."""
    good = count_syllables(line)[1]
    marked, main_good = count_syllables(convert_legacy(_sample(line), main))
    if main_good <= good or main_good < MIN_SHARE_KNOWN * marked:
        return False
    return found is None or main_good >= 0.8 * count_syllables(convert_legacy(_sample(line), found))[1]


def _sample(line: str) -> str:
    return line[: 12 * MAX_SAMPLE_WORDS]


def _is_vietnamese(word: str) -> bool:
    runs = _LETTER_RUN.findall(word)
    rest = _LETTER_RUN.sub("", word)
    if not runs or any(ODD.match(ch) for ch in rest):
        return False
    return all(run.isascii() or _is_written_right(run) for run in runs) and not all(run.isascii() for run in runs)


def _is_written_right(run: str) -> bool:
    """A syllable in one case (`QuÓc` is none), or an abbreviation with Đ."""
    if _CAPS.fullmatch(run):
        return True
    return is_syllable(run) and (run.islower() or run[1:].islower() or run.isupper())


def _convert_lines(text: str, verdicts: Mapping[tuple[int, int], str]) -> str:
    pieces, end = [], 0
    for (start, stop), encoding in sorted(verdicts.items()):
        pieces += [text[end:start], convert_legacy(text[start:stop], encoding)]
        end = stop
    return "".join([*pieces, text[end:]])


def _restore_capitals(converted: str, surface: str) -> str:
    """TCVN3 has no accented capitals: `VIÖT NAM` gives `VIệT`, which is `VIỆT` among capitals."""

    def raised(match: re.Match[str]) -> str:
        word = match.group()
        plain = [ch for ch in word if ch in _CAPITALS]
        small = [ch for ch in word if ch.isascii() and ch.islower()]
        if small or not any(ch.islower() for ch in word):
            return word
        if len(plain) >= 2 or (match.start() and _in_capitals(converted, match)):
            return word.upper()
        return word

    return _LETTER_RUN.sub(raised, converted) if any(ch.isupper() for ch in surface) else converted


_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZĂÂĐÊÔƠƯ")


def _in_capitals(text: str, match: re.Match[str]) -> bool:
    """Whether the words on both sides are written in capitals (`CỘNG HòA XÃ`, `TỈNH Uỷ HÀ NỘI`)."""
    before = _LETTER_RUN.findall(text[max(0, match.start() - 12) : match.start()])
    after = _LETTER_RUN.findall(text[match.end() : match.end() + 12])
    near = [*before[-1:], *after[:1]]
    return bool(near) and all(
        sum(ch in _CAPITALS for ch in word) >= 2 and not any("a" <= ch <= "z" for ch in word) for word in near
    )


@functools.cache
def _windows_1258() -> Mapping[int, str]:
    """What windows-1252 shows -> what windows-1258 means, where they differ."""
    differing = {}
    for byte in range(0x80, 0x100):
        meant = bytes([byte]).decode("windows-1258", "ignore")
        shown = bytes([byte]).decode("windows-1252", "ignore") or chr(byte)
        if meant and meant != shown:
            differing[ord(shown)] = meant
    return differing
