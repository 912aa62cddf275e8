"""Listed forms -> those that stand at a position of a text, without trying them all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_FIRST = re.compile(r"\w{1,30}")


def first_syllable(text: str, position: int) -> str:
    """The letters and digits from here to the end of the word."""
    found = _FIRST.match(text, position)
    return found.group() if found else ""


def ends_word(text: str, end: int) -> bool:
    """Whether a word that reaches to `end` is whole."""
    return end >= len(text) or not (text[end].isalnum() or text[end] == "_")


@dataclass(frozen=True, slots=True)
class Forms(Generic[T]):
    """Folded forms by their first syllable and the two characters after it, longest first.

    Under `""` stand those of a first syllable that have no more than one character after it; they stand in every other
    group of that syllable too.
    """

    groups: Mapping[str, Mapping[str, tuple[tuple[str, T], ...]]]

    @classmethod
    def of(cls, forms: Iterable[tuple[str, T]]) -> Forms[T]:
        by_first: dict[str, list[tuple[str, T]]] = {}
        for form, meaning in forms:
            by_first.setdefault(first_syllable(form, 0), []).append((form, meaning))
        groups = {}
        for first, same in by_first.items():
            same.sort(key=lambda pair: (-len(pair[0]), pair[0]))
            nexts = {form: form[len(first) : len(first) + 2] for form, _ in same}
            full = {after for after in nexts.values() if len(after) == 2}
            groups[first] = {
                after: tuple((form, meaning) for form, meaning in same if len(nexts[form]) < 2 or nexts[form] == after)
                for after in ("", *sorted(full))
            }
        return cls(groups)

    @property
    def firsts(self) -> frozenset[str]:
        """The syllables that forms begin with."""
        return frozenset(self.groups)

    def at(self, folded: str, position: int) -> Iterator[tuple[int, T]]:
        """End and meaning of each form that stands here as whole words, longest first."""
        first = first_syllable(folded, position)
        group = self.groups.get(first)
        if group is None:
            return
        after = position + len(first)
        for form, meaning in group.get(folded[after : after + 2]) or group[""]:
            end = position + len(form)
            if folded.startswith(form, position) and ends_word(folded, end):
                yield end, meaning
