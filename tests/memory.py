"""The active window held in dictionaries: what the store's window is checked against."""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from monitor.core.lenses import ByMachine, MachinePlace
from monitor.core.model import Filed, FiledMention, Judgement, Ruling
from monitor.core.window import Window, filed_article, filed_mentions


class MemoryWindow:
    """A window held in dictionaries."""

    def __init__(self, rulings: Iterable[Ruling] = ()) -> None:
        self._rulings = sorted(rulings, key=lambda r: (r.made, r.id))
        self._places: dict[int, MachinePlace] = {}
        self._articles: list[Filed] = []
        self._by_key: dict[str, int] = {}
        self._buckets: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._stories: dict[str, list[int]] = defaultdict(list)
        self._groups: dict[str, list[int]] = defaultdict(list)
        self._mentions: dict[str, list[FiledMention]] = defaultdict(list)
        self._mentions_of: dict[int, list[FiledMention]] = defaultdict(list)

    def find(self, key: str) -> Filed | None:
        n = self._by_key.get(key)
        return None if n is None else self._articles[n]

    def lookup(self, view: str, keys: Sequence[int], cap: int) -> dict[int, int]:
        return dict(Counter(n for k in keys for n in self._buckets.get((view, k), ())[-cap:]))

    def filed(self, numbers: Iterable[int]) -> list[Filed]:
        return [self._articles[n] for n in sorted(set(numbers))]

    def members(self, story: str, limit: int) -> list[Filed]:
        numbers = self._stories.get(story, [])
        return self.filed([*numbers[:1], *numbers[-limit:]])

    def group(self, copy_group: str, limit: int) -> list[Filed]:
        return self.filed(self._groups.get(copy_group, [])[:limit])

    def mentions(self, story: str, limit: int) -> list[FiledMention]:
        return self._mentions.get(story, [])[-limit:]

    def mentions_of(self, article: Filed) -> list[FiledMention]:
        return list(self._mentions_of.get(article.number, ()))

    def rulings(self, key: str) -> Sequence[Ruling]:
        return [r for r in self._rulings if key in r.concerned]

    def by_machine(self) -> Window:
        return ByMachine(self, self._places) if self._places else self

    def record(self, judgement: Judgement) -> int:
        """File a judgement and return its article's number.

        A new version replaces the article's look-up keys and may move it; its older mentions stay, as history.
        """
        key = judgement.reading.submission.key
        number = self._by_key.get(key)
        if number is None:
            number = len(self._articles)
            self._by_key[key] = number
            self._articles.append(filed_article(number, judgement))
        else:
            self._withdraw(number)
            self._articles[number] = filed_article(number, judgement)
        self._places.pop(number, None)
        if judgement.machine is not None:
            self._places[number] = MachinePlace.of(judgement.machine)
        article = self._articles[number]
        self._put(self._stories[article.story], number)
        self._put(self._groups[article.copy_group], number)
        for view, keys in judgement.reading.fingerprint.bands.items():
            for k in dict.fromkeys(keys):
                self._put(self._buckets[view, k], number)
        filed = filed_mentions(judgement)
        self._mentions[article.story] += filed
        self._mentions_of[number] += filed
        return number

    def _withdraw(self, number: int) -> None:
        buckets: list[list[int]] = [*self._buckets.values(), *self._stories.values(), *self._groups.values()]
        for bucket in buckets:
            if number in bucket:
                bucket.remove(number)

    @staticmethod
    def _put(bucket: list[int], number: int) -> None:
        insort(bucket, number)
