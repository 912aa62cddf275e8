"""Organisation rows -> the anchor of a position: bodies that one leadership shares count as one."""

from __future__ import annotations

import re

from pipeline.facts.organizations import OrganizationRow
from pipeline.vietnamese.spelling import fold

# A secretary of the province also sits in its council and committee: these kinds of one unit are one leadership.
_LEADING = frozenset({"party", "government", "people's committee", "people's council"})
# Ủy ban nhân dân huyện Vân Canh · Đảng ủy xã Cát Tiến · Hội đồng nhân dân phường 5
_LOCAL_UNIT = re.compile(r"(?:huyện|quận|thị xã|thành phố|phường|xã|thị trấn|đặc khu) (?P<name>[^,]{1,40})$")
_LOCAL_PARTY = re.compile(r"(?:huyện ủy|quận ủy|thị ủy|thành ủy) (?P<name>[^,]{1,40})$")
NATIONAL = "nation"
_NATIONAL_BODY = re.compile(
    r"(?:bộ chính trị|ban bí thư|ban chấp hành trung ương đảng|quốc hội|ủy ban thường vụ quốc hội|chính phủ|hội đồng dân tộc|"
    r"đảng ủy (?:chính phủ|quốc hội)|(?:văn phòng|quân ủy|ban [^,]{3,40}|ủy ban [^,]{3,20}) trung ương(?: đảng)?)"
)
_NATIONAL_ROLES = frozenset(
    {"tổng bí thư", "chủ tịch nước", "phó chủ tịch nước", "thủ tướng", "phó thủ tướng", "phó thủ tướng thường trực"}
)
_ONE_OF_HUNDREDS = frozenset({"đại biểu"})  # of the National Assembly: tells less than its other seats


def anchor_of(organization: OrganizationRow) -> str:
    """`nation`, `province/hà nội`, `unit/hà nội/đống đa`, or the organisation itself."""
    if organization.kind not in _LEADING:
        return f"org/{organization.org_id}"
    place, name = fold(organization.place or ""), fold(organization.name)
    found = _LOCAL_UNIT.search(name) or _LOCAL_PARTY.search(name)
    if found and found["name"] not in (place, f"thành phố {place}"):
        return f"unit/{place}/{found['name']}"
    if place:
        return f"province/{place}"
    return NATIONAL if _NATIONAL_BODY.fullmatch(name) else f"org/{organization.org_id}"


def position_anchor(role: str, organization: OrganizationRow | None) -> str | None:
    """What a position says of who holds it; None where it says nothing (`chuyên gia`)."""
    if organization is None:
        return NATIONAL if fold(role) in _NATIONAL_ROLES else None
    if fold(role) in _ONE_OF_HUNDREDS:
        return f"org/{organization.org_id}"
    return anchor_of(organization)
