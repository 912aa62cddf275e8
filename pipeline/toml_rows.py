"""A table of a TOML file -> a frozen row; every unknown key, missing key and wrong type is told with file, key and remedy."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")

NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false", date: "a date such as 2021-12-31"}


class TomlError(ValueError):
    """A file that cannot be used; the message names file, key and what would mend it."""


def load_toml(path: Path, shown: str) -> dict[str, object]:
    """The file as TOML says it. Raises TomlError, and OSError where it cannot be opened."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TomlError(f"{shown}: not a TOML file in UTF-8: {error}") from None


def read_row(kind: type[T], said: Mapping[str, object], shown: str, where: str = "", hidden: Collection[str] = ()) -> T:
    """A row of the dataclass `kind` from what the file `shown` says under `where`; keys that are `hidden` are not suggested."""
    hints = get_type_hints(kind)
    for key in said:
        if key not in hints:
            near = difflib.get_close_matches(key, hints, n=1, cutoff=0.6)
            mend = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(sorted(set(hints) - set(hidden)))}"
            raise TomlError(f'{shown}: unknown key "{where}{key}"; {mend}')
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        if field.name not in said and field.default is dataclasses.MISSING:
            raise TomlError(f'{shown}: key "{where}{field.name}" is missing')
    return kind(**{key: _read_value(hints[key], value, shown, where + key) for key, value in said.items()})


def _read_value(hint: Any, value: object, shown: str, key: str) -> object:
    if get_origin(hint) is UnionType:
        hint = next(kind for kind in get_args(hint) if kind is not type(None))
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if inner is str and isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            raise TomlError(f'{shown}: "{key}" must be a list, not {value!r}')
        return tuple(_read_value(inner, item, shown, f"{key}[{at}]") for at, item in enumerate(value))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise TomlError(f'{shown}: "{key}" must be a table, not {value!r}')
        return read_row(hint, value, shown, f"{key}.")
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is Path and isinstance(value, str):
        return Path(value)
    if type(value) is not hint:
        raise TomlError(f'{shown}: "{key}" must be {NAMES.get(hint, "text")}, not {value!r}')
    return value
