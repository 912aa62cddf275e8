"""Things that turn out to be one: disjoint sets over hashable keys."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Groups(Generic[K]):
    """Union-find; whoever asks chooses the name of a group from its members, never from the order of joining."""

    def __init__(self) -> None:
        self._parent: dict[K, K] = {}

    def find(self, key: K) -> K:
        root = key
        while (parent := self._parent.get(root, root)) != root:
            root = parent
        while (parent := self._parent.get(key, key)) != root:
            self._parent[key] = root
            key = parent
        return root

    def join(self, one: K, other: K) -> None:
        first, second = self.find(one), self.find(other)
        if first != second:
            self._parent[second] = first
