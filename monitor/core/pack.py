"""A language pack: the words a language says news with. Data only, read from `monitor/languages/<code>.toml`.

Core functions take a pack as an argument; `monitor.languages` loads them. A language without a pack of its own gets
the neutral one (code "und"), in which every list is empty: everything still works, less sharply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Pack:
    """`tables` holds the TOML file as read: nested mappings of strings and lists. Modules compile what they need."""

    code: str
    name: str
    tables: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), hash=False, compare=False)

    def words(self, *path: str) -> tuple[str, ...]:
        """The list at this path of tables (`pack.words("claims", "deny")`), empty where the pack has none."""
        node: Any = self.tables
        for step in path:
            node = node.get(step) if isinstance(node, Mapping) else None
        return tuple(node) if isinstance(node, list | tuple) else ()

    def table(self, *path: str) -> Mapping[str, Any]:
        """The table at this path, empty where the pack has none."""
        node: Any = self.tables
        for step in path:
            node = node.get(step) if isinstance(node, Mapping) else None
        return node if isinstance(node, Mapping) else MappingProxyType({})


NEUTRAL = Pack("und", "undetermined")
