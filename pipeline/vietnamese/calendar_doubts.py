"""Expressions that may mean something else -> kept or not, by the words around: fractions, addresses, scores, numbers, names."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.vietnamese.calendar_joining import FROM, HOLIDAY_CUE, TET_CUE
from pipeline.vietnamese.calendar_periods import BRANCHES, STEMS
from pipeline.vietnamese.calendar_pieces import DASH, Expression, O, S

_STREET = re.compile(
    rf"(?:đường|phố|đại{S}lộ|quốc{S}lộ|tỉnh{S}lộ|ngõ|hẻm|ngách|kiệt|nhà{S}số|số{S}nhà|công{S}viên|quảng{S}trường|bệnh{S}viện"
    rf"|cầu|phường|khu{S}phố|hội{S}trường|rạp|sư{S}đoàn|nông{S}trường|công{S}ty|nhà{S}máy|xí{S}nghiệp|hợp{S}tác{S}xã|htx|tập{S}thể|câu{S}lạc{S}bộ|mang{S}tên)(?:{S}số)?{S}$"
)
_NUMBERED = re.compile(
    rf"(?:số|nghị{S}định|nghị{S}quyết|quyết{S}định|thông{S}tư|chỉ{S}thị|công{S}văn|công{S}điện|luật|điều|khoản|mục"
    rf"|(?<!thời )(?<!cao )điểm|lô|thửa"
    rf"|tỷ{S}số|tỉ{S}số|tỷ{S}lệ|tỉ{S}lệ|phiên{S}bản|bản{S}đồ){S}(?:số{S})?$"
)
# A word before a bare `5/3` that makes it a day.
_DAY_CUE = re.compile(
    rf"(?:trước|từ|đến|tới|hết|vào|dịp|lễ|hôm|sau|kể{S}từ|hạn|hạn{S}chót|quốc{S}khánh|lao{S}động|ngày|đợt|khai{S}mạc|bế{S}mạc|chiến{S}thắng"
    rf"|phụ{S}nữ|nhà{S}giáo|khai{S}giảng|khai{S}trường|bầu{S}cử|khánh{S}thành|thiếu{S}nhi|liệt{S}s[ĩỹ]|thống{S}nhất|tám|nam|tết|nghỉ|mừng|kỷ{S}niệm|truyền{S}thống|dự{S}kiến|\(){O}$"
)
_SHARE_AFTER = re.compile(rf"{S}(?:lên|xuống|còn|so|trong{S}số|là)(?!\w)")
# 19-10 and 23.4 are days where the text writes days so elsewhere; else `dẫn trước 3-2` would be one.
_STROKES = {mark: re.compile(rf"(?:ngày|sáng|chiều|tối|hôm){S}\d{{1,2}}[{mark}]\d{{1,2}}(?![\d{mark}])") for mark in ".-"}
_SCORE = re.compile(rf"(?:dẫn{S}trước|thắng|thua|hòa){S}$")
_NOT_A_DAY = re.compile(rf"(?:lớp|tổ|phòng|căn|hộ|block|tòa|tháp|khu|quận|xã|ấp|thôn|thẻ|đạt|được|tỷ|tỉ){O}$")
# Ngày Quốc tế Hạnh phúc 20/3, Ngày Chuyển đổi số quốc gia (10/10)
_NAMED_DAY_CUE = re.compile(r"(?<!\w)ngày(?:\s[^\W\d]+){1,9}\s\(?$")
_COUNTED_AFTER = re.compile(
    rf"{S}(?:(?:của|trong){S})?(?:số|tổng|nhiệm|chỉ|tiêu|đại|thành|hộ|dự|mục|đơn|trường|xã|phường|huyện|tỉnh|quận|thôn|người|dân|diện|lượng|cán|giờ|lần"
    rf"|triệu|tỷ|tỉ|nghìn|hạng|nội|nhóm|sở|cơ|công{S}trình|công{S}ty|địa{S}phương|mức|giá|phiếu|chiều|thời{S}gian|suất|doanh|hồ{S}sơ|văn|điều|thủ|tuyến|bản|ủy|vị"
    rf"|ý{S}kiến|con|cây|tấn|ha|km|m|kg|vốn|kế{S}hoạch|tập|ngày|tháng|năm{S}(?!\d)|chặng|vòng|trận|điểm|nước|quốc|khu|bệnh|ca|học|lớp|giáo|phòng|khối|cụm)(?!\w)"
)
_LIST_GAP = re.compile(rf"{O}(?:,|;|và|hoặc|{DASH}){O}(?:ngày{S}|sáng{S}|chiều{S}|tối{S})?")
_QUANTIFIED = re.compile(
    rf"(?:(?<!\w)\d{{1,4}}|các|những|nhiều|mấy|vài|từng|mỗi|mọi|hằng|hàng|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|suốt|đôi|cả){S}$"
)
_EACH = re.compile(rf"(?:mỗi|hằng|hàng|từng|một|(?<!\w)\d{{1,4}}|mười|hai|bốn|sáu){S}$")
_CLOCK_CUE = re.compile(rf"(?:lúc|vào|từ|đến|hồi|trước|sau|khoảng|\(){O}$")
_WEEKDAY_CUE = re.compile(rf"(?:vào|hôm|từ|đến|tới|ngày|tối|sáng|chiều){S}$")
_YEAR_CUE = re.compile(rf"(?:đến|từ|tới|trước|sau|tầm{S}nhìn|kể{S}từ|so{S}với|và|hoặc|xuân|khóa|niên{S}khóa|sn){O}$")
# What may follow a year that no word names; anything else is what the number counts (`sau 2000 lượt`).
_YEAR_ENDS = re.compile(
    rf"{O}(?:$|[^\w\s]|\n|(?:đến|tới|và|là|đạt|có|sẽ|đã|với|của|thì|trở|khi|theo|tại|ở|cho|do|về|được|quy|phê|sửa|nêu|chính|thông|về"
    rf"|vui|này|rà|nhưng|mà|trên|như|để|trong|từ|bị|không|còn|vừa|phải|hoàn|phấn|cả|các|đều|đang|gồm|bao)(?!\w))"
)
# Quyết định 2634/QĐ-UBND 2025, Xuân Ất Tỵ 2025
_YEAR_AFTER = re.compile(rf"(?:\d[/-][^\W\d_][\w&/-]{{0,20}}|(?:{STEMS}){S}(?:{BRANCHES})){S}$")
# Chương trình giáo dục phổ thông 2018
_PLAN_NAME = re.compile(r"(?:chương trình|đề án|quy hoạch|kế hoạch)(?:\s[^\W\d]+){1,10}\s$")
# Tết Nguyên đán 2026, vụ Đông Xuân 2024: whatever follows
_SEASON_NAME = re.compile(
    r"(?:tết|nguyên đán|âm lịch|dương lịch|noel|giáng sinh|quốc khánh|đông xuân|hè thu|mùa (?:xuân|hè|thu|đông))\s$"
)
_LAW_NAME = re.compile(r"(?:luật|hiến pháp|pháp lệnh)(?:\s[^\W\d]+,?){0,12}\s$")
_CENTURY_NAME = re.compile(rf"cách{S}mạng{S}$")


def is_meant(folded: str, expression: Expression, before: Expression | None) -> bool:
    """Whether the words around leave it an expression of time."""
    when, start = expression.when, expression.start
    left = folded[max(0, start - 24) : start]
    if expression.rule in ("relative_unit", "relative_unit_loose") and _QUANTIFIED.search(left):
        return False
    if when is None:
        return _is_clock(folded, expression, left)
    if when.day is not None and expression.rule in ("day_month", "numeric_day", "range") and _STREET.search(left):
        return False
    if expression.rule == "month" and (_EACH.search(left) or _CENTURY_NAME.search(left)):
        return False
    if expression.rule == "named_day" and when.month is None and (_EACH.search(left) or when.lunar):
        return False
    if expression.rule in ("month", "month_year", "numeric_day") and _NUMBERED.search(left) and not left.endswith("luật "):
        return False
    if expression.rule == "month_year" and (when.month, when.year) == (1, 2000):  # the scale of a plan
        return False
    if expression.rule == "relative_day" and left.endswith(("thế hệ ", "vì ", "cho ")) and when.shift == 1:
        return False
    if expression.rule == "holiday":
        return (HOLIDAY_CUE if expression.firm else TET_CUE).search(left) is not None
    if expression.firm:
        return True
    return _is_cued(folded, expression, left, before)


def _is_clock(folded: str, expression: Expression, left: str) -> bool:
    return expression.grain == "minute" or _CLOCK_CUE.search(left) is not None


def _is_cued(folded: str, expression: Expression, left: str, before: Expression | None) -> bool:
    rule, end = expression.rule, expression.end
    if rule == "month":  # vào tháng năm
        return re.search(rf"(?:vào|trong|từ|đến|hết){S}$", left) is not None
    if rule == "weekday":
        return _WEEKDAY_CUE.search(left) is not None
    when = expression.when
    if rule == "range" and when is not None and when.day is None:  # từ 2010 đến 2012, từ thứ hai đến thứ sáu
        return FROM.search(left) is not None and (when.month is not None or _YEAR_ENDS.match(folded, end) is not None)
    if rule in ("day_month", "range"):
        return _is_day_month(folded, expression, left, before)
    if rule == "bare_year":
        if _is_law_year(folded, expression.start) or _SEASON_NAME.search(left):
            return True
        if _COUNTED_AFTER.match(folded, end) or _YEAR_ENDS.match(folded, end) is None:
            return False
        listed = before is not None and before.grain == "year" and _LIST_GAP.fullmatch(folded, before.end, expression.start)
        cued = _YEAR_CUE.search(left) or _YEAR_AFTER.search(left)
        cued = cued or _PLAN_NAME.search(folded, max(0, expression.start - 70), expression.start)
        return bool(listed) or cued is not None
    if rule == "relative_unit_loose":
        return re.search(rf"so{S}với{S}$", left) is not None
    return False


def _is_law_year(folded: str, start: int) -> bool:
    return _LAW_NAME.search(folded, max(0, start - 70), start) is not None


@lru_cache(maxsize=8)
def _writes_days_with(folded: str, mark: str) -> bool:
    """Whether the text has `ngày 22.4` or `sáng 22-4`: looked for once in each text."""
    return _STROKES[mark].search(folded) is not None


def _is_day_month(folded: str, expression: Expression, left: str, before: Expression | None) -> bool:
    """`dịp 30/4`, `trước 15/8`, `(22/10)`: a day; `5/12 nhiệm vụ`, `tỷ số 2-1`, `số 12/5`, `2/3 số hộ`: not."""
    when = expression.when
    if when is None or _NUMBERED.search(left):
        return False
    written = folded[expression.start : expression.end]
    day, month = when.day or 0, when.month or 0
    # What is done is never more than the total, nor a share more than one: `30/4` can only be a day, `24/7` is all day.
    like_a_share = "/" in written and day < month <= 10 and "0" not in written
    only_a_day = "/" in written and day > month and written != "24/7"
    if only_a_day and expression.rule == "range":
        return True
    if _COUNTED_AFTER.match(folded, expression.end):
        return False
    if only_a_day and _NOT_A_DAY.search(left) is None:
        return True
    listed = (
        before is not None and before.grain == "day" and _LIST_GAP.fullmatch(folded, before.end, expression.start) is not None
    )
    if like_a_share and _SHARE_AFTER.match(folded, expression.end):
        return False
    if "-" in written and _SCORE.search(left):
        return False
    if "/" not in written:
        if "." in written and not _writes_days_with(folded, "."):
            return False
        so_written = "-" in written and _writes_days_with(folded, "-")
        tied = listed or (so_written and expression.rule == "range")
        if "-" in written and not tied and (day <= month or (day < 10 and not so_written)):
            return False
    if listed or _DAY_CUE.search(left) is not None:
        return True
    return not like_a_share and _NAMED_DAY_CUE.search(folded, max(0, expression.start - 70), expression.start) is not None
