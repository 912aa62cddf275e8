"""The words between a name and a position, or two of either -> how they bind: one kind a pattern, tried in order."""

from __future__ import annotations

import re

MAX_GAP = 120  # characters between a name and a position that belong together
_ANY = r"[^;.:]"

# Verbs of appointment, of holding, of leaving.
ELECTS = (
    r"(?:bầu|chuẩn[ ]y|tín[ ]nhiệm|bổ[ ]nhiệm|điều[ ]động|phân[ ]công|chỉ[ ]định|phê[ ]chuẩn|luân[ ]chuyển|giới[ ]thiệu|tái[ ]bổ[ ]nhiệm|"
    r"tái[ ]cử|trúng[ ]cử|đắc[ ]cử|tái[ ]đắc[ ]cử|cử|suy[ ]tôn|công[ ]nhận|thăng|quyết[ ]định|giao|trao[ ]quyết[ ]định)"
)
HOLDS = (
    r"(?:giữ[ ](?:các[ ])?chức[ ](?:danh|vụ)|giữ[ ](?:chức|cương[ ]vị|vị[ ]trí|trọng[ ]trách)|giữ|làm|"
    r"vào[ ](?:vị[ ]trí|chức[ ]vụ)|chức[ ](?:vụ|danh)|"
    r"vào|là|trở[ ]thành|đảm[ ]nhiệm[ ](?:chức[ ](?:vụ|danh)|vị[ ]trí|cương[ ]vị)|đảm[ ]nhiệm|đảm[ ]nhận(?:[ ](?:chức[ ]vụ|vị[ ]trí))?|"
    r"tham[ ]gia|đứng[ ]đầu|phụ[ ]trách|kiêm[ ]giữ[ ]chức|kiêm[ ]nhiệm)"
)
ENDS = r"(?:thôi[ ](?:giữ|làm|đảm[ ]nhiệm)|thôi|miễn[ ]nhiệm|từ[ ]chức|cách[ ]chức|bãi[ ]nhiệm|nghỉ[ ]hưu|rời|tạm[ ]đình[ ]chỉ)"
_NOW = (
    r"(?:hiện|nay|đang|hiện[ ]đang|hiện[ ]nay|vốn|cũng|đồng[ ]thời|người[ ]đang|người|với[ ]tư[ ]cách|với[ ]vai[ ]trò|với[ ]cương[ ]vị|"
    r"trên[ ]cương[ ]vị|ở[ ]cương[ ]vị|trong[ ]vai[ ]trò)"
)
_ONCE = r"(?:(?:khi|lúc|thời[ ]điểm)[ ](?:đó|ấy)|bấy[ ]giờ|từng|nguyên|trước[ ]đây|trước[ ]đó|trước[ ]khi[ ]nghỉ[ ]hưu)"
_COMMITTEE = r"(?:(?:tham[ ]gia[ ])?ban[ ](?:chấp[ ]hành|thường[ ]vụ)[^;.:]{0,50}[ ])?"

_KINDS: tuple[tuple[str, str], ...] = (
    # Phó Chủ tịch UBND tỉnh A · Phó Chủ tịch UBND tỉnh đồng chí A
    ("touch", r"[ ]?|[ ](?:đồng[ ]chí|ông|bà)[ ]?"),
    # A, Phó Bí thư · A, đồng thời Giám đốc
    # A, 52 tuổi, Chủ tịch B
    ("comma", r"(?:[ ]?,[ ](?:\d{2}[ ]tuổi|(?:sinh[ ]năm|sn)[ ]\d{4}))?[ ]?,[ ]?(?:(?:đồng[ ]thời|cũng|người|hiện)[ ])?"),
    # A - Giám đốc
    ("dash", r"[ ]?[-–—][ ]?"),
    # A (Chủ tịch xã B) · A (hiện là Chủ tịch xã B)
    # A (SN 1980, Giám đốc B) · A (45 tuổi, trú tại B, Giám đốc C)
    (
        "bracket",
        r"[ ]?[(\[][ ]?(?:(?:sn|sinh|\d{2}[ ]?(?:tuổi|t)|trú|ngụ|quê)(?![\w])[^();]{0,70},[ ])?(?:hiện[ ]|nay[ ])?(?:là[ ])?",
    ),
    # A và B
    ("and", r"[ ]?,?[ ](?:và|cùng|cùng[ ]với|&|cùng[ ]các|cùng[ ]đồng[ ]chí)[ ]"),
    # Chủ tịch kiêm Tổng Giám đốc
    ("also", r"[ ]?,?[ ]?(?:kiêm|đồng[ ]thời[ ]là|kiêm[ ]nhiệm|kiêm[ ]chức|kiêm[ ]giữ[ ]chức)[ ]"),
    # các Phó Chủ tịch: A, B
    ("colon", r"[ ]?(?:là[ ]|gồm[ ]|gồm[ ]có[ ]|có[ ])?[ ]?:[ ]?"),
    # bổ nhiệm chức vụ Giám đốc cho A · thôi giữ chức Trưởng Đoàn đối với A
    ("for", r"[ ]?,?[ ](?:đối[ ]với|cho|với)[ ]"),
    # thay ông B
    (
        "replaces",
        r"[ ]?,?[ ](?:để[ ])?(?:thay(?:[ ]thế)?(?:[ ]cho)?|kế[ ]nhiệm(?:[ ]cho)?|thay[ ]vị[ ]trí[ ]của|thay[ ]vai[ ]trò[ ]của)[ ]",
    ),
    # A là Giám đốc · A, hiện giữ chức Chủ tịch · A với tư cách Trưởng đoàn
    ("is", rf"[ ]?[,–-]?[ ](?:{_NOW}[ ]){{0,2}}(?:{HOLDS}[ ])?"),
    # A từng giữ chức Vụ trưởng
    ("was", rf"[ ]?[,–-]?[ ](?:(?:đã|là[ ]người)[ ])?{_ONCE}[ ](?:{HOLDS}[ ])?(?:các[ ]chức[ ]vụ[: ]+|chức[ ]vụ[: ]+)?"),
    # A thôi giữ chức Giám đốc
    ("ends", rf"[ ]?,?[ ](?:{_ANY}{{0,40}}[ ])?{ENDS}[ ]{_COMMITTEE}(?:{HOLDS}[ ])?"),
    # A được bầu giữ chức Chủ tịch · A được điều động, bổ nhiệm làm Giám đốc · A đắc cử Chủ tịch
    (
        "elect",
        rf"[ ]?,?[ ](?:{_ANY}{{0,40}}[ ])?{ELECTS}[ ](?:{_ANY}{{0,70}}[ ])?{HOLDS}[ ]"
        rf"|[ ]?,?[ ](?:{_ANY}{{0,30}}[ ])?(?:trúng[ ]cử|(?:tái[ ])?đắc[ ]cử|tái[ ]cử|được[ ]bầu|được[ ]bổ[ ]nhiệm)[ ]"
        r"(?:chức[ ](?:vụ[ ]|danh[ ])?)?"
        rf"|[ ]?,?[ ](?:đã[ ]|vừa[ ])?được[ ](?:{_ANY}{{0,40}}[ ])?(?:bổ[ ]nhiệm|bầu|phê[ ]chuẩn|chỉ[ ]định)[ ]"
        r"(?:chức[ ](?:vụ[ ]|danh[ ])?)?",
    ),
    # bầu A giữ chức Chủ tịch · điều động A về giữ chức Giám đốc
    (
        "holds",
        rf"[ ]?,?[ ](?:(?:(?:đến|về|sang|tiếp[ ]tục|để|và)|tham[ ]gia[ ]{_ANY}{{0,70}},)[ ](?:{_ANY}{{0,50}}[ ])?)?"
        rf"(?:tiếp[ ]tục[ ])?{HOLDS}[ ]",
    ),
    # A, Giám đốc Sở X; B, Giám đốc Sở Y
    ("semicolon", r"[ ]?;[ ]?(?:và[ ]|cùng[ ])?(?:các[ ]đồng[ ]chí:?[ ]|các[ ]ông:?[ ])?"),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_BRACKETED = re.compile(r"[ ]?\([^()]{0,70}\)")
_AFTER_BRACKET = re.compile(r"[ ]?[)\]]")


def without_brackets(words: str) -> str:
    """The words without what stands in whole brackets: `(sinh năm 1961, quê Vĩnh Long)`."""
    return _BRACKETED.sub("", words) if "(" in words else words


# giới thiệu ông A ứng cử chức danh Chủ tịch: nobody has elected him yet
_CANDIDATE = re.compile(
    r"(?<!\w)(?:ứng cử|tranh cử|để bầu|để (?:quốc hội|hđnd|hội đồng nhân dân)[^;.:]{0,40} bầu|ứng viên)(?!\w)"
)
_NAMES = re.compile(r"[ ](?:là|gồm|gồm có)[ ]")  # Trưởng đoàn là A


def gap_kind(words: str, *, to_name: bool = False) -> str:
    """The kind of the folded words between two items; `other` ends the row. A closing bracket puts `)` before the kind.

    `to_name`: a position stands before and a name behind, which `là` joins as a colon does.
    """
    if to_name and _NAMES.fullmatch(words):
        return "colon"
    if len(words) > MAX_GAP or "\n" in words:
        return "other"
    if _CANDIDATE.search(words):
        return "other"
    words = without_brackets(words)
    closed, found = "", _AFTER_BRACKET.match(words)
    if found:
        closed, words = ")", words[found.end() :]
    for kind, pattern in _PATTERNS:
        if pattern.fullmatch(words):
            return closed + kind
    return "other"
