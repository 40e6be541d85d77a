"""What was worked out lately, kept within a number of bytes.

Caches are bounded by bytes and not by entries: an article may be a line or a long read, and the memory of a daemon that
runs for months has to be known beforehand. Sizes are estimates that the owner of a cache gives.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Two generations: what is asked for again moves to the young one, what is not is gone after a while.

    Nearly as good as the least recently used first out, at the price of one look into a dictionary.
    """

    def __init__(self, budget: int) -> None:
        self._half = budget // 2
        self._young: dict[K, tuple[V, int]] = {}
        self._old: dict[K, tuple[V, int]] = {}
        self._size = 0  # of the young

    def get(self, key: K) -> V | None:
        """The value of a key, if it is still kept."""
        found = self._young.get(key)
        if found is None:
            found = self._old.pop(key, None)
            if found is None:
                return None
            self.put(key, *found)
        return found[0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keep a value of about so many bytes."""
        self._young[key] = value, size
        self._size += size
        if self._size > self._half:
            self._old, self._young, self._size = self._young, {}, 0

    def clear(self) -> None:
        """Keep nothing."""
        self._young, self._old, self._size = {}, {}, 0

    def __len__(self) -> int:
        return len(self._young) + len(self._old)
