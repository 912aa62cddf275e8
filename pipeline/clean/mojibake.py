"""Text in which UTF-8 was read as another code page -> the text that was meant; also twice, also in one word of a line."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import ftfy

from pipeline.clean.legacy import ODD, count_syllables
from pipeline.vietnamese.syllables import is_syllable

MAX_FTFY = 50_000  # characters of a line that ftfy is asked about
MAX_PASSES = 3  # times that a text may have been read wrongly
CODE_PAGES = ("windows-1252", "windows-1258", "windows-1250", "mac-roman", "cp437")

_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"[^ \t\n\r]+")
# Leading bytes of the UTF-8 of Vietnamese letters, combining tones and typographic marks, as most code pages show them.
_SUSPECT = re.compile(r"[ÃÂÄÅÆÌáâĂăï\u0301\u0300àŠÔé√‡·ßΓ╔├─┼бвÐГД][^\x00-\x7f]|Ã ")
# The two bytes of `à`: letters and white space of sound text, taken one by one.
_LOST_A = re.compile(r"(?<=[a-z])[ÃĂ][ \u00a0]")
_RUN = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscrambled:
    """The text, and whether anything was changed."""

    text: str
    changed: bool


def mend_mojibake(text: str) -> Unscrambled:
    """UTF-8 sequences that were read as single bytes, put together again where a sound word comes out."""
    if ODD.search(text) is None and _LOST_A.search(text) is None:
        return Unscrambled(text=text, changed=False)
    mended = _LINE.sub(lambda line: _mend_line(line.group()), text)
    return Unscrambled(text=mended, changed=mended != text)


def _mend_line(line: str) -> str:
    if _SUSPECT.search(line) is None or (ODD.search(line) is None and _LOST_A.search(line) is None):
        return line
    best = line
    for page in CODE_PAGES:
        mended = _mend_words(line, page)
        if mended != line and _soundness(mended) > _soundness(best):
            best = mended
        if ODD.search(best) is None:
            return best
    return _mend_with_ftfy(best) if len(best) <= MAX_FTFY else best


def _soundness(line: str) -> tuple[int, int]:
    return count_syllables(line)[1], -len(ODD.findall(line))


def _mend_words(line: str, page: str) -> str:
    """Word by word where the line is sound beside, the whole line once a word proved it."""
    sequence = _sequences(page)
    if sequence.search(line) is None:
        return line

    def mend(match: re.Match[str]) -> str:
        word = mended = match.group()
        for _ in range(MAX_PASSES):
            mended = _decode(mended, page)
            if _is_better(mended, word):
                return mended
        return word

    mended = _WORD.sub(mend, line)
    return line if mended == line else _restore_lost_spaces(_decode_odd(mended, page))


def _decode_odd(line: str, page: str) -> str:
    """In a line that was proved scrambled: what is left of it, `Ã”` of `CÃ”` too."""
    whole = _decode(line, page)
    return whole if count_syllables(whole)[1] >= count_syllables(line)[1] else line


def _restore_lost_spaces(line: str) -> str:
    """`lÃ  má»™t`: the second byte of `à` is the no-break space, which editors turn into a blank."""
    if "Ã " not in line:
        return line
    line = re.sub(r"Ã (?= |$|[.,;:!?)”\"])", "à", line)

    def mend(match: re.Match[str]) -> str:
        joined = match["before"] + "à" + match["after"]
        good = (
            count_syllables(joined)[1] == 1
            and match["after"]
            and re.fullmatch(r"[imnou]|nh|ng|nh?|ch|y", match["after"]) is not None
        )
        return joined if good else f"{match['before']}à {match['after']}"

    return re.sub(r"(?P<before>[^\W_]{0,4})Ã (?P<after>[^\W_]{0,8})", mend, line)


def _is_better(mended: str, word: str) -> bool:
    """Whether a word was scrambled: what was odd in it is gone, and it was no sound word with a mark beside it."""
    if mended == word or _is_odd(mended):
        return False
    return _is_odd(word) or not _is_sound(word)


def _is_sound(word: str) -> bool:
    """Whether a word that has nothing odd is what it says: `ĐÃ”` is, `CÃ”NG` and `hÃ\u00a0nh` are not."""
    runs = _RUN.findall(word)
    return all(is_syllable(run) and (run.islower() or run.isupper() or run.istitle()) for run in runs)


def _is_odd(word: str) -> bool:
    return ODD.search(word) is not None


def _decode(text: str, page: str) -> str:
    shown = _bytes_of(page)

    def decode(match: re.Match[str]) -> str:
        data = bytes(shown[ch] for ch in match.group())
        try:
            meant = data.decode("utf-8")
        except UnicodeDecodeError:
            return match.group()
        return meant if not _is_odd(meant) or meant in shown or meant in _ALSO_MEANT else match.group()

    return unicodedata.normalize("NFC", _sequences(page).sub(decode, text))


# Characters of sound text that a wrongly read sequence may stand for, besides Vietnamese letters and typographic marks.
_ALSO_MEANT = frozenset(
    "²³°±×÷·½¼¾©®™€£«»‹›′″−≥≤≠→←►■●○▪✓★₫‑‒―éèçñüöäïëß\u0300\u0301\u0303\u0309\u0323\u200b\u200c\u200d\ufeff\u00ad"
)


@functools.cache
def _bytes_of(page: str) -> Mapping[str, int]:
    """Character -> byte of a code page; bytes that it leaves open stand for themselves, as browsers have it."""
    table: dict[str, int] = {}
    for byte in range(0x80, 0x100):
        table[chr(byte)] = byte
    for byte in range(0x80, 0x100):
        shown = bytes([byte]).decode(page, "ignore")
        if shown:
            table[shown] = byte
    return table


@functools.cache
def _sequences(page: str) -> re.Pattern[str]:
    """Two or three characters that together are one UTF-8 sequence in the surface of a code page."""
    by_byte: dict[int, str] = {}
    for ch, byte in _bytes_of(page).items():
        by_byte[byte] = by_byte.get(byte, "") + ch

    def any_of(*ranges: tuple[int, int]) -> str:
        chars = "".join(by_byte[byte] for low, high in ranges for byte in range(low, high + 1))
        return f"[{re.escape(chars)}]"

    rest = any_of((0x80, 0xBF))
    two, three = any_of((0xC2, 0xC6), (0xCC, 0xCC)), any_of((0xE1, 0xE3), (0xEF, 0xEF))
    return re.compile(f"{three}{rest}{rest}|{two}{rest}")


def _mend_with_ftfy(line: str) -> str:
    """The rarer code pages (Mac Roman, DOS, Cyrillic): ftfy knows them; its answer counts only where words come out."""
    if count_syllables(line)[1] * 2 > count_syllables(line)[0]:
        return line
    mended = unicodedata.normalize("NFC", str(ftfy.fix_encoding(line)))
    better = count_syllables(mended)[1] > count_syllables(line)[1] and len(ODD.findall(mended)) < len(ODD.findall(line))
    return mended if better else line
