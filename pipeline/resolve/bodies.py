"""Organisation rows -> the anchor of a position: bodies that one leadership shares count as one."""

from __future__ import annotations

import re

from pipeline.facts.organization_names import Organization
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
_HEADS = frozenset({"bộ trưởng", "chủ nhiệm", "thống đốc", "tổng thanh tra"})  # of ministries and committees of the Assembly
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


def position_anchors(role: str, organization: OrganizationRow | None) -> frozenset[str]:
    """What a position says of who holds it; empty where it says nothing (`chuyên gia`, `Giám đốc Sở Y tế` of no known province)."""
    said = fold(role)
    if organization is None:
        return frozenset({NATIONAL}) if said in _NATIONAL_ROLES else frozenset()
    if not _is_known(organization):
        return frozenset()
    anchor = f"org/{organization.org_id}" if said in _ONE_OF_HUNDREDS else anchor_of(organization)
    heads_nation = organization.place is None and organization.kind in ("ministry", "government") and said in _HEADS
    return frozenset({anchor, NATIONAL} if heads_nation else {anchor})


def is_national(role: str, organization: OrganizationRow | None) -> bool:
    """Of the leadership of the state or a ministry, also where the ministry is left out (`Bộ trưởng`)."""
    said = fold(role)
    if organization is None or not _is_known(organization):
        return said in _NATIONAL_ROLES or said in ("bộ trưởng", "thứ trưởng")
    return organization.kind == "ministry" or anchor_of(organization) == NATIONAL


def _is_known(organization: OrganizationRow) -> bool:
    """Not one of a kind that the article leaves open: such a body has an id of its article."""
    named = Organization(name=organization.name, kind=organization.kind, valid_from=organization.valid_from)
    return organization.place is not None or organization.org_id == named.org_id
