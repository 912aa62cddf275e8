"""A written word -> whether it can be a Vietnamese syllable, and the same word with its tone mark where it belongs."""

from __future__ import annotations

import functools
import re
import unicodedata

TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền, sắc, hỏi, ngã, nặng
STOPPED_TONES = "\u0301\u0323"  # the tones that syllables closed by c, ch, p, t can have

_ONSETS = ("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", *"bcdđghklmnprstvx", "")
_RIMES = frozenset(
    # Every rime of the language, tones taken off; `y…` beside `i…` for spellings such as `kỷ`, `quyết`, `yên`.
    re.findall(
        r"\w+",
        "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt ăk âc âm ân âng âp ât âu ây "
        "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu êng "
        "i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu "
        "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot "
        "ô ôc ôi ôm ôn ông ôp ôt ôông ơ ơi ơm ơn ơp ơt "
        "u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uynh uyt uyu uyp uơ "
        "ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu ưm ưn "
        "y yêm yên yêng yêt yêu ynh yt ych ym yn",
    )
)
_VOWELS = frozenset("aăâeêioôơuưy")
_MARKED = frozenset("ăâêôơư")
_EITHER = frozenset({"oa", "oe", "uy"})  # hoà and hòa: two schools
MAX_LETTERS = 7  # nghiêng

# Where a tone stands that cannot stand there: behind a marked vowel (`vơí`, `Nêú`, `buôỉ`), on the glide that closes a
# syllable (`laị`, `điêù`), on the `a` of `ia`, `ua`, `ưa` (`cuả`), on the `u` of `qu` (`qúa`). Only a cheap test:
# `mend_tone` decides.
_WITH_TONES = {
    base: "".join(unicodedata.normalize("NFC", letter + tone) for tone in TONES for letter in (base, base.upper()))
    for base in "aăâeêioôơuưy"
}
_TONED = "".join(_WITH_TONES.values())
_TONED_GLIDE = "".join(_WITH_TONES[base] for base in "iuyo")
_SUSPECT = re.compile(
    # The toned letter first: it is the rarest, and a search for one class of letters is fast.
    rf"[{_TONED}](?:"
    rf"(?<=[âăêôơÂĂÊÔƠ].|[ưƯ][{_WITH_TONES['a']}{_WITH_TONES['i']}{_WITH_TONES['u']}]|[aeAEiuIU][{_TONED_GLIDE}]|[oO][{_WITH_TONES['i']}])"
    rf"|(?<=[iuIU][{_WITH_TONES['a']}])(?<![qQgG]..)(?![^\W\d_])"
    rf"|(?<=[qQ][{_WITH_TONES['u']}]|[gG][{_WITH_TONES['i']}])(?=[^\W\d_]))"
)
_WORD = re.compile(rf"[^\W\d_]{{1,{MAX_LETTERS + 1}}}")
# What follows a whole word is blank, a mark or the end; anything else (`triá»ƒn`) is text damaged in another way.
_BESIDE_DAMAGE = re.compile(r"[^\s!-/:-@\[-`{-~0-9“”‘’–—…•\u00a0]")


@functools.lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether a word in NFC can be written Vietnamese: onset, rime, tone and the tone's place all possible."""
    parsed = _parse(word)
    if parsed is None:
        return False
    letters, tone, at = parsed
    place = _tone_places(letters)
    if not place:
        return False
    stopped = letters.endswith(("c", "p", "t", "ch", "k"))
    if not tone:
        return not stopped
    return at in place and (not stopped or tone in STOPPED_TONES)


@functools.lru_cache(maxsize=20_000)
def mend_tone(word: str) -> str | None:
    """The word with its tone mark moved to the only place it can have (`vơí` -> `với`), None where nothing is to be mended."""
    if is_syllable(word):
        return None
    parsed = _parse(word)
    if parsed is None or not parsed[1]:
        return None
    letters, tone, at = parsed
    places = _tone_places(letters)
    if not places or at in places or (letters.endswith(("c", "p", "t", "ch")) and tone not in STOPPED_TONES):
        return None
    place = min(places)
    chars = [unicodedata.normalize("NFD", ch) for ch in word]
    chars[at] = chars[at].replace(tone, "")
    chars[place] += tone
    return unicodedata.normalize("NFC", "".join(chars))


def mend_tones(text: str) -> str:
    """Text with misplaced tone marks moved; a text without any comes back unchanged."""
    if _SUSPECT.search(text) is None:
        return text
    pieces, end = [], 0
    for suspect in _SUSPECT.finditer(text):
        if suspect.start() < end:
            continue
        start = suspect.start()
        while start > end and text[start - 1].isalpha() and suspect.start() - start < MAX_LETTERS:
            start -= 1
        word = _WORD.match(text, start)
        if word is None or word.end() - start > MAX_LETTERS or _BESIDE_DAMAGE.match(text, word.end()):
            continue
        mended = mend_tone(word.group())
        if mended is not None:
            pieces += [text[end:start], mended]
            end = word.end()
    return "".join([*pieces, text[end:]]) if pieces else text


def _parse(word: str) -> tuple[str, str, int] | None:
    """Lower-case letters without the tone, the tone, and the index of the letter that has it."""
    if not 1 <= len(word) <= MAX_LETTERS:
        return None
    letters, tone, at = [], "", -1
    for index, ch in enumerate(word.lower()):
        decomposed = unicodedata.normalize("NFD", ch)
        found = [mark for mark in decomposed if mark in TONES]
        if found:
            if tone or len(found) > 1:
                return None
            tone, at = found[0], index
            ch = unicodedata.normalize("NFC", decomposed.replace(tone, ""))
        letters.append(ch)
    if len(letters) != len(word) or (tone and letters[at] not in _VOWELS):
        return None
    return "".join(letters), tone, at


@functools.lru_cache(maxsize=20_000)
def _tone_places(letters: str) -> frozenset[int]:
    """The indexes where a tone may stand; empty where the letters are no syllable."""
    places: set[int] = set()
    for onset in _ONSETS:
        rime = letters[len(onset) :]
        if not letters.startswith(onset) or not rime or rime not in _RIMES:
            continue
        if onset in ("k", "gh", "ngh") and rime[0] not in "eêiy":
            continue
        places |= {len(onset) + place for place in _places_in_rime(rime, after=onset)}
    return frozenset(places)


def _places_in_rime(rime: str, *, after: str) -> set[int]:
    vowels = len(rime) - len(rime.lstrip("aăâeêioôơuưy"))
    nucleus = rime[:vowels]
    marked = [index for index, ch in enumerate(nucleus) if ch in _MARKED]
    if marked:
        return {marked[-1]} if not nucleus.startswith("ưu") else {0}
    if vowels == 1:
        return {0}
    if vowels == 3 or vowels < len(rime):
        return {1}
    return {0, 1} if nucleus in _EITHER and after != "qu" else {0}
