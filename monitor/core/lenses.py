"""A window seen otherwise: with the machine's own placements, or as it was before an article arrived."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.core.model import Filed, FiledMention, Placement, Ruling
from monitor.core.window import Window

WHOLE = 1_000_000  # more members, mentions or bucket entries than a story or bucket of the window has


@dataclass(frozen=True, slots=True)
class MachinePlace:
    """Where the machine had put an article that a ruling moved."""

    story: str
    copy_group: str
    derives_from: str | None
    origin: str

    @classmethod
    def of(cls, placement: Placement) -> MachinePlace:
        return cls(placement.story, placement.copy_group, placement.derives_from, placement.origin)


class ByMachine:
    """A window in which no ruling was ever made. `places` holds the articles that rulings moved, by number."""

    def __init__(self, window: Window, places: Mapping[int, MachinePlace]) -> None:
        self._window, self._places = window, places
        self._stories: dict[str, list[int]] = defaultdict(list)
        self._groups: dict[str, list[int]] = defaultdict(list)
        for number, place in sorted(places.items()):
            self._stories[place.story].append(number)
            self._groups[place.copy_group].append(number)

    def find(self, key: str) -> Filed | None:
        found = self._window.find(key)
        return None if found is None else self._back(found)

    def lookup(self, view: str, keys: Sequence[int], cap: int) -> dict[int, int]:
        return self._window.lookup(view, keys, cap)

    def filed(self, numbers: Iterable[int]) -> list[Filed]:
        return [self._back(f) for f in self._window.filed(numbers)]

    def members(self, story: str, limit: int) -> list[Filed]:
        here = self._window.members(story, limit + len(self._places))
        numbers = {f.number for f in map(self._back, here) if f.story == story} | set(self._stories.get(story, ()))
        found = sorted(numbers)
        return self.filed([*found[:1], *(found[-limit:] if limit > 0 else [])])

    def group(self, copy_group: str, limit: int) -> list[Filed]:
        here = self._window.group(copy_group, limit + len(self._places))
        numbers = {f.number for f in map(self._back, here) if f.copy_group == copy_group}
        return self.filed(sorted(numbers | set(self._groups.get(copy_group, ())))[: max(limit, 0)])

    def mentions(self, story: str, limit: int) -> list[FiledMention]:
        return self._window.mentions(story, limit)

    def mentions_of(self, article: Filed) -> list[FiledMention]:
        return self._window.mentions_of(article)

    def rulings(self, key: str) -> Sequence[Ruling]:  # noqa: ARG002  the machine knows of none
        return ()

    def by_machine(self) -> Window:
        return self

    def _back(self, filed: Filed) -> Filed:
        place = self._places.get(filed.number)
        if place is None:
            return filed
        return replace(
            filed, story=place.story, copy_group=place.copy_group, derives_from=place.derives_from,
            origin=place.origin,
        )  # fmt: skip


class Before:
    """The part of a window that was filed before article number `end`, where it is now."""

    def __init__(self, window: Window, end: int) -> None:
        self._window, self._end = window, end

    def find(self, key: str) -> Filed | None:
        found = self._window.find(key)
        return found if found is not None and found.number < self._end else None

    def lookup(self, view: str, keys: Sequence[int], cap: int) -> dict[int, int]:
        newest: list[int] = []
        for key in keys:
            bucket = sorted(n for n in self._window.lookup(view, [key], WHOLE) if n < self._end)
            newest += bucket[-cap:]
        return dict(Counter(newest))

    def filed(self, numbers: Iterable[int]) -> list[Filed]:
        return self._window.filed(n for n in numbers if n < self._end)

    def members(self, story: str, limit: int) -> list[Filed]:
        found = [f for f in self._window.members(story, WHOLE) if f.number < self._end]
        return found if len(found) <= limit else list(dict.fromkeys([found[0], *found[len(found) - max(limit, 0) :]]))

    def group(self, copy_group: str, limit: int) -> list[Filed]:
        return [f for f in self._window.group(copy_group, WHOLE) if f.number < self._end][: max(limit, 0)]

    def mentions(self, story: str, limit: int) -> list[FiledMention]:
        known = {f.key for f in self._window.members(story, WHOLE) if f.number < self._end}
        found = [m for m in self._window.mentions(story, WHOLE) if m.article in known]
        return found[-limit:] if limit > 0 else []

    def mentions_of(self, article: Filed) -> list[FiledMention]:
        return self._window.mentions_of(article) if article.number < self._end else []

    def rulings(self, key: str) -> Sequence[Ruling]:
        return self._window.rulings(key)

    def by_machine(self) -> Window:
        machine = self._window.by_machine()
        return self if machine is self._window else Before(machine, self._end)
