"""Words of strangers -> what may stand in a page: addresses, file names, scripts, visible control characters.

Escaping is the templates' (autoescape, everywhere); here is what escaping alone does not settle.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from pipeline.model import make_id

# C0 and C1 controls, and those that turn the direction of text (a right-to-left override shows 23/51 for 15/32).
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PLAIN_ID = re.compile(r"[0-9a-z]{1,64}")


def show_controls(text: str) -> str:
    """Characters that would act unseen are named instead: `⟨U+202E⟩`."""
    return _CONTROLS.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", text)


def finalize(value: object) -> object:
    """What every expression of a template goes through before it is escaped; what a macro made has gone through it."""
    return value if type(value) is not str or value.isprintable() else show_controls(value)


def web_address(url: str | None) -> str | None:
    """The address where a link may lead to it (http, https), else None: `javascript:` and `file:` are shown, never linked."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc and not _CONTROLS.search(url) else None


def file_name(row_id: str) -> str:
    """An id as the name of a file; one that is no plain word is hashed, so that it cannot lead out of its folder."""
    return row_id if _PLAIN_ID.fullmatch(row_id) else make_id("file", row_id)


def script_json(value: object) -> str:
    """JSON that can stand in a script: no `</script>`, no `<!--`, no line separators of JavaScript."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _IN_SCRIPTS.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


_IN_SCRIPTS = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def shorten(text: str, most: int) -> str:
    """At most so many characters, cut at a space where one is near; a cut shows as `…`."""
    flat = " ".join(text.split()) if "\n" in text else text
    if len(flat) <= most:
        return flat
    cut = flat[: most - 1]
    space = cut.rfind(" ", most * 3 // 4)
    return (cut[:space] if space > 0 else cut) + "…"
