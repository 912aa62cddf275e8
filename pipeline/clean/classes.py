"""The tag, class, id, role and name of an element -> what they say of it: furniture, body, summary, stamp, author."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from pipeline.lexicon import cached, read_lexicon

# Elements that are furniture by what they are.
FURNITURE_TAGS = {
    "nav": "menu",
    "footer": "footer",
    "aside": "sidebar",
    "select": "form",
    "option": "form",
    "button": "button",
    "textarea": "form",
    "dialog": "popup",
    "menu": "menu",
    "legend": "form",
}
FURNITURE_ROLES = {
    "navigation": "menu",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "sidebar",
    "search": "search",
    "dialog": "popup",
    "alert": "popup",
    "tooltip": "popup",
    "menu": "menu",
    "menubar": "menu",
    "tablist": "menu",
}
ITEMPROPS = {
    "articlebody": "body",
    "headline": "title",
    "datepublished": "stamp",
    "author": "author",
    "description": "summary",
    "caption": "caption",
}

# display:none · visibility: hidden
HIDDEN_STYLE = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
WORD_IN_CLASS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
STATE_CLASS = re.compile(
    r"^(?:has|no|not|with|without|is|js|col|row|hide-on|post-type|category|tag|page|menu-item-has)-", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Says:
    """What the class, id, role or name of an element says of it: see `lexicon/page_classes.tsv`."""

    kind: str
    reason: str = ""


@cached
def class_rules() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, Says]]:
    """Patterns for whole words and for parts of a class, and what each says."""
    rows = read_lexicon("page_classes")
    says = {row["class"]: Says(row["says"], row["reason"]) for row in rows}

    def pattern(match: str, template: str) -> re.Pattern[str]:
        words = sorted((row["class"] for row in rows if row["match"] == match), key=len, reverse=True)
        return re.compile(template.format("|".join(map(re.escape, words)) or "(?!)"))

    return pattern("word", "(?:^|(?<=-))({})(?=-|$)"), pattern("part", "({})"), says


@cached
def read_class(name: str) -> tuple[Says, ...]:
    """What one class or id says.

    >>> read_class("box-tinLienQuan")
    (Says(kind='furniture', reason='related articles'),)
    """
    if STATE_CLASS.match(name):
        return ()
    whole, part, says = class_rules()
    words = [word.lower() for word in WORD_IN_CLASS.findall(name[:80])]
    found = [says[match] for match in whole.findall("-".join(words))]
    found += [says[match] for match in part.findall("".join(words))]
    if len(words) > 1:
        found += [
            says[glued] for glued in ("".join(words[at : at + 2]) for at in range(len(words) - 1)) if whole.fullmatch(glued)
        ]
    return tuple(dict.fromkeys(found))


def read_element(tag: str, element: etree._Element) -> tuple[Says, ...]:
    """What tag, role, style, name, classes and id of an element say of it."""
    found: list[Says] = []
    if tag in FURNITURE_TAGS:
        found.append(Says("furniture" if tag != "aside" else "maybe", FURNITURE_TAGS[tag]))
    attributes = element.attrib
    if not attributes:
        return tuple(found)
    role = attributes.get("role", "")
    if role in FURNITURE_ROLES:
        found.append(Says("furniture", FURNITURE_ROLES[role]))
    name = attributes.get("itemprop", "").lower()
    if name in ITEMPROPS:
        found.append(Says(ITEMPROPS[name]))
    if "hidden" in attributes or HIDDEN_STYLE.search(attributes.get("style", "")[:400]):
        found.append(Says("hidden", "hidden"))
    if tag not in ("html", "body"):
        for word in f"{attributes.get('class', '')[:400]} {attributes.get('id', '')[:100]}".split():
            found += read_class(word)
    if any(said.kind == "furniture" for said in found):
        found = [said for said in found if said.kind in ("furniture", "hidden", "author", "clock")]
    return tuple(dict.fromkeys(found))
