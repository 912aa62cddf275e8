"""Folded text -> numbers: digits with grouping and decimals, number words, multipliers; linear in the length of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.vietnamese.patterns import any_of

ONES = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
SCALES = {
    "nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9,
}  # fmt: skip
# Forms that stand only after tens (`hai mươi mốt`, `mười lăm`, `linh tư`).
_ONLY_LAST = frozenset({"mốt", "tư", "lăm", "nhăm"})
_ZERO_TENS = frozenset({"linh", "lẻ"})
_DIGIT_SCALES = {"tr": 10**6, "k": 10**3}  # `15tr`, `100k`: only glued to digits
_SMALL_WORDS = frozenset({"mười", "mươi", "chục", "trăm", "rưỡi", "nửa", "phẩy"})
# `tỷ lệ`, `triệu tập`, `vạn vật`: the syllable begins another word.
_NOT_A_SCALE = {
    **dict.fromkeys(("tỷ", "tỉ"), re.compile(r"[ \xa0](?:lệ|trọng|giá|suất|phú|số|mỉ)(?![^\W_])")),
    "triệu": re.compile(r"[ \xa0](?:tập|hồi|chứng|phú)(?![^\W_])"),
    "vạn": re.compile(r"[ \xa0](?:vật|thọ|tuế|ninh|phúc|hạnh)(?![^\W_])"),
}
_TOKEN = re.compile(
    rf"""
    (?P<digits> \d+(?:[.,]\d+)* )
    | (?<![^\W_]) (?P<word> {any_of({*ONES, *SCALES, *_ZERO_TENS, *_SMALL_WORDS})} ) (?![^\W_])
    """,
    re.VERBOSE,
)
_GROUPED_POINT = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_GROUPED_COMMA = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
_GROUPED_POINT_DECIMAL = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+")
_GROUPED_COMMA_DECIMAL = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+\.\d+")
_POINT_DECIMAL = re.compile(r"\d{1,3}\.\d{1,2}")
_MEASURED = re.compile(r"[ \xa0]?(?:%|tỷ|tỉ|triệu|nghìn|ngàn|ha|km|m2|m3|tấn|usd)")  # not `ngày 22.4`
_GLUED_SCALE = re.compile(r"(?:tr|k)(?![^\W_])")
_SPACED_GROUP = re.compile(r"\d{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number of the text: `value` is `base * scale` (`2 tỷ 500 triệu` is 2.5 times 10**9).

    `value` is None for digits that are no number (`1.2.3`, `0912345678`).
    `other` is the second reading of digits whose mark is ambiguous: `1,500` is 1.5 or, the English way, 1500.
    """

    start: int
    end: int
    value: Decimal | None
    base: Decimal
    scale: int
    spelled: bool
    raw: str
    other: Decimal | None = None

    @property
    def whole(self) -> bool:
        return self.value is not None and self.value == self.value.to_integral_value()


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str
    digits: bool


def read_digits(raw: str, *, english: tuple[bool, bool] = (False, False)) -> tuple[Decimal | None, Decimal | None]:
    """`1.107` -> 1107, `4,7` -> 4.7, `12.5` -> 12.5; and the other reading where there is one; None for no number.

    `english` is what `writes_english_way` says of the text.
    """
    if raw.isascii() and raw.isdigit():
        if (len(raw) >= 4 and raw[0] == "0") or len(raw) > 18:
            return None, None
        return Decimal(raw), None
    if _GROUPED_POINT.fullmatch(raw):
        grouped = Decimal(raw.replace(".", ""))
        if raw.count(".") > 1:
            return grouped, None
        return (Decimal(raw), grouped) if english[1] else (grouped, Decimal(raw))
    if _GROUPED_COMMA.fullmatch(raw):
        grouped = Decimal(raw.replace(",", ""))
        if raw.count(",") > 1:
            return grouped, None
        decimal = Decimal(raw.replace(",", "."))
        return (grouped, decimal) if english[0] else (decimal, grouped)
    if _GROUPED_POINT_DECIMAL.fullmatch(raw):
        return Decimal(raw.replace(".", "").replace(",", ".")), None
    if _GROUPED_COMMA_DECIMAL.fullmatch(raw):
        return Decimal(raw.replace(",", "")), None
    if raw.isascii() and raw.count(".") + raw.count(",") == 1:
        return Decimal(raw.replace(",", ".")), None
    return None, None


def writes_english_way(digits: Iterable[tuple[str, bool]]) -> tuple[bool, bool]:
    """How a text writes its digits, each given with whether a unit follows: (commas group, points are decimal).

    `1,234,567` or `1,234.5` say both; `12.5%` without any decimal comma says that commas group. The last is weak:
    many write `12.5%` and `1.500 người` in one text.
    """
    grouped, pointed = False, False
    for raw, measured in digits:
        if "," in raw:
            if (raw.count(",") > 1 and _GROUPED_COMMA.fullmatch(raw)) or _GROUPED_COMMA_DECIMAL.fullmatch(raw):
                grouped = True
            elif not _GROUPED_COMMA.fullmatch(raw):
                return False, False
        elif measured and _POINT_DECIMAL.fullmatch(raw):
            pointed = True
    return grouped or pointed, grouped


def find_numbers(folded: str) -> list[Number]:
    """All numbers of folded text in order; a number word that cannot begin a number (`tỷ`, `trăm`) begins none."""
    tokens = [
        _Token(m.start(), m.end(), m.group(), m.lastgroup == "digits")
        for m in _TOKEN.finditer(folded)
        if not ((other_word := _NOT_A_SCALE.get(m.group())) and other_word.match(folded, m.end()))
    ]
    english = writes_english_way((token.text, bool(_MEASURED.match(folded, token.end))) for token in tokens if token.digits)
    numbers: list[Number] = []
    i = 0
    while i < len(tokens):
        read = _read_chain(folded, tokens, i, english=english)
        if read is None:
            i += 1
            continue
        number, i = read
        numbers.append(number)
    return numbers


def _adjacent(folded: str, tokens: Sequence[_Token], i: int) -> bool:
    """Whether token i follows token i-1 after one space."""
    if not 0 < i < len(tokens):
        return False
    return tokens[i].start - tokens[i - 1].end == 1 and folded[tokens[i - 1].end] in " \xa0"


def _read_chain(folded: str, tokens: Sequence[_Token], i: int, *, english: tuple[bool, bool]) -> tuple[Number, int] | None:
    first = tokens[i]
    if first.digits:
        return _read_digit_chain(folded, tokens, i, english=english)
    if first.text == "nửa":
        scale, j = _read_scale(folded, tokens, i + 1)
        return _number(first, tokens[j - 1], Decimal("0.5"), scale, spelled=True, raw=first.text), j
    group = _read_group(folded, tokens, i)
    if group is None:
        return None
    value, j = group
    if _adjacent(folded, tokens, j) and tokens[j].text == "phẩy" and (decimals := _read_decimals(folded, tokens, j + 1)):
        fraction, j = decimals
        scale, j = _read_scale(folded, tokens, j)
        return _number(first, tokens[j - 1], value + fraction, scale, spelled=True, raw=first.text), j
    if value == 0:
        return None  # `không` alone is `not`
    return _read_scaled_groups(folded, tokens, i, Decimal(value), j)


def _read_scaled_groups(folded: str, tokens: Sequence[_Token], i: int, base: Decimal, j: int) -> tuple[Number, int]:
    """`hai triệu năm trăm nghìn`, `một nghìn không trăm hai mươi`, `hai triệu rưỡi`."""
    first = tokens[i]
    scale, j = _read_scale(folded, tokens, j)
    total, last = base * scale, scale
    while last > 1 and _adjacent(folded, tokens, j):
        if tokens[j].text == "rưỡi":
            return _chain(first, tokens[j], total + Decimal(last) / 2, scale), j + 1
        more = _read_group(folded, tokens, j, after_scale=True)
        if more is None:
            break
        value, k = more
        next_scale, k = _read_scale(folded, tokens, k)
        if next_scale >= last or value == 0:
            break
        total, j, last = total + value * next_scale, k, next_scale
    return _chain(first, tokens[j - 1], total, scale), j


def _read_digit_chain(folded: str, tokens: Sequence[_Token], i: int, *, english: tuple[bool, bool]) -> tuple[Number, int]:
    """`15`, `2,5 triệu`, `2 tỷ 500 triệu`, `2 triệu rưỡi`, `15tr`, `1 000 000`."""
    first = tokens[i]
    base, other = read_digits(first.text, english=english)
    if base is None:
        return Number(
            start=first.start, end=first.end, value=None, base=Decimal(0), scale=1, spelled=False, raw=first.text
        ), i + 1
    spaced = _read_spaced_groups(folded, tokens, i)
    if spaced is not None:
        return spaced
    glued = _GLUED_SCALE.match(folded, first.end)
    if glued and (glued.group() == "tr" or base >= 10):
        end = _Token(first.start, glued.end(), first.text, True)
        return _number(first, end, base, _DIGIT_SCALES[glued.group()], spelled=False, raw=first.text), i + 1
    scale, j = _read_scale(folded, tokens, i + 1)
    total, last = base * scale, scale
    while last > 1 and _adjacent(folded, tokens, j):
        if tokens[j].text == "rưỡi":
            return _chain(first, tokens[j], total + Decimal(last) / 2, scale), j + 1
        if not tokens[j].digits or len(tokens[j].text) > 3 or not tokens[j].text.isdigit():
            break
        next_scale, k = _read_scale(folded, tokens, j + 1)
        if not 1 < next_scale < last:
            break
        total, j, last = total + int(tokens[j].text) * next_scale, k, next_scale
    if total != base * scale:
        return _chain(first, tokens[j - 1], total, scale), j
    return _number(first, tokens[j - 1], base, scale, spelled=False, raw=first.text, other=other), j


def _read_spaced_groups(folded: str, tokens: Sequence[_Token], i: int) -> tuple[Number, int] | None:
    """`1 000 000`: at least two groups of three digits after one of one to three."""
    if not (tokens[i].text.isdigit() and len(tokens[i].text) <= 3 and tokens[i].text[0] != "0"):
        return None
    j = i + 1
    while j < i + 6 and _adjacent(folded, tokens, j) and _SPACED_GROUP.fullmatch(tokens[j].text):
        j += 1
    if j - i < 3:
        return None
    base = Decimal("".join(token.text for token in tokens[i:j]))
    scale, j = _read_scale(folded, tokens, j)
    return _number(tokens[i], tokens[j - 1], base, scale, spelled=False, raw=tokens[i].text), j


def _read_scale(folded: str, tokens: Sequence[_Token], i: int) -> tuple[int, int]:
    """The product of `trăm`, `chục`, `nghìn`, `triệu`, `tỷ` … that follow, two at most: `nghìn tỷ`, `trăm triệu`."""
    scale, j = 1, i
    while j < i + 2 and _adjacent(folded, tokens, j):
        word = tokens[j].text
        factor = SCALES.get(word) or {"trăm": 100, "chục": 10}.get(word)
        if factor is None or (j > i and factor < scale):
            break
        scale, j = scale * factor, j + 1
    return scale, j


def _read_group(folded: str, tokens: Sequence[_Token], i: int, *, after_scale: bool = False) -> tuple[int, int] | None:
    """A number below a thousand in words: `hai trăm linh năm`, `ba mươi hai`, `mười lăm`, `hai mốt`, `bảy`."""
    first = tokens[i].text
    if first in _ZERO_TENS and after_scale:
        one = _one(folded, tokens, i + 1)
        return (one, i + 2) if one else None
    if (first not in ONES and first != "mười") or first in _ONLY_LAST:
        return None
    if first in ONES and _word_at(folded, tokens, i + 1) == "trăm":
        value, j = ONES[first] * 100, i + 2
        following = _word_at(folded, tokens, j)
        if following == "rưỡi":
            return value + 50, j + 1
        if following in _ZERO_TENS and (one := _one(folded, tokens, j + 1)):
            return value + one, j + 2
        tens = _read_tens(folded, tokens, j)
        return (value + tens[0], tens[1]) if tens else (value, j)
    tens = _read_tens(folded, tokens, i)
    if tens:
        return tens
    if first == "năm" and after_scale and _word_at(folded, tokens, i + 1) not in SCALES:
        return None  # `hai triệu năm` is no number; `hai nghìn năm` are years
    return ONES[first], i + 1


def _read_tens(folded: str, tokens: Sequence[_Token], i: int) -> tuple[int, int] | None:
    first, second = _word_at(folded, tokens, i, itself=True), _word_at(folded, tokens, i + 1)
    if first == "mười":
        # `mười năm` is ten years: five after ten is `lăm`
        if second in ONES and second not in {"năm", "không", "mốt", "tư"}:
            return 10 + ONES[second], i + 2
        return 10, i + 1
    if first in ONES and first not in _ONLY_LAST:
        value = ONES[first] * 10
        if second == "mươi":
            third = _word_at(folded, tokens, i + 2)
            if third in ONES and third not in {"năm", "không"}:
                return value + ONES[third], i + 3
            return value, i + 2
        if second in {"mốt", "lăm", "nhăm"} and 2 <= ONES[first] <= 9:
            return value + ONES[second], i + 2
    return None


def _read_decimals(folded: str, tokens: Sequence[_Token], i: int) -> tuple[Decimal, int] | None:
    """The digits after `phẩy`: `ba phẩy hai lăm` -> 0.25."""
    digits, j = "", i
    while j < i + 4 and (word := _word_at(folded, tokens, j)) in ONES:
        digits, j = digits + str(ONES[word]), j + 1
    return (Decimal(f"0.{digits}"), j) if digits else None


def _one(folded: str, tokens: Sequence[_Token], i: int) -> int | None:
    return ONES.get(_word_at(folded, tokens, i))


def _word_at(folded: str, tokens: Sequence[_Token], i: int, *, itself: bool = False) -> str:
    """The token's word, empty where it does not follow the one before it after one space."""
    if i >= len(tokens) or not (itself or _adjacent(folded, tokens, i)):
        return ""
    return tokens[i].text


def _chain(first: _Token, last: _Token, total: Decimal, scale: int) -> Number:
    """`2 tỷ 500 triệu`: 2.5 of the first scale."""
    return _number(first, last, total / scale, scale, spelled=not first.digits, raw=first.text)


def _number(
    first: _Token, last: _Token, base: Decimal, scale: int, *, spelled: bool, raw: str, other: Decimal | None = None
) -> Number:
    return Number(
        start=first.start, end=last.end, value=base * scale, base=base, scale=scale, spelled=spelled, raw=raw, other=other
    )
