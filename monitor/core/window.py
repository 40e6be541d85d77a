"""The active window as the desk sees it: a narrow reading interface, and its in-memory form.

The store implements `Window` over its database; `MemoryWindow` is the plain truth that tests, calibration and
benchmarks use. Both must give the same answers in the same order.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from monitor.core.lenses import ByMachine, MachinePlace
from monitor.core.model import Filed, FiledMention, Judgement

if TYPE_CHECKING:
    from monitor.core.rulings import Ruling


class Window(Protocol):
    """What the desk may ask about the articles of the active window, those of this transaction included."""

    def find(self, key: str) -> Filed | None:
        """The article with this key."""

    def lookup(self, view: str, keys: Sequence[int], cap: int) -> dict[int, int]:
        """Article numbers that share look-up keys of `view`, each with how many it shares.

        A bucket that holds more than `cap` articles gives its newest `cap` only: templates with thousands of
        look-alikes must not flood a look-up.
        """

    def filed(self, numbers: Iterable[int]) -> list[Filed]:
        """These articles, in ascending order of number."""

    def members(self, story: str, limit: int) -> list[Filed]:
        """The newest `limit` articles of a story and always its founder, in ascending order of number."""

    def group(self, copy_group: str, limit: int) -> list[Filed]:
        """The first `limit` articles of a copy group, in ascending order of number."""

    def mentions(self, story: str, limit: int) -> list[FiledMention]:
        """The newest `limit` mentions of a story in the order they were recorded."""

    def rulings(self, key: str) -> Sequence[Ruling]:
        """What people ruled about this article, the oldest first."""

    def by_machine(self) -> Window:
        """The same with every article where the machine alone would have it; itself where no ruling moved any."""


def filed_mentions(judgement: Judgement) -> list[FiledMention]:
    """The mentions of a judgement as the window will give them back."""
    s = judgement.reading.submission
    return [
        FiledMention(
            claim=m.claim, article=s.key, story=judgement.placement.story, outlet=s.outlet,
            origin=judgement.placement.origin, when=s.when, first_seen=s.first_seen, text=m.unit.text,
            status=m.status, relation=m.relation, rank=m.unit.rank, features=m.unit.features,
        )
        for m in judgement.mentions
    ]  # fmt: skip


def filed_article(number: int, judgement: Judgement) -> Filed:
    """The article of a judgement as the window will give it back."""
    s, p = judgement.reading.submission, judgement.placement
    return Filed(
        number=number, key=s.key, outlet=s.outlet, url=s.url, title=s.title,
        language=judgement.reading.document.language, published=s.published, first_seen=s.first_seen,
        story=p.story, copy_group=p.copy_group, derives_from=p.derives_from, origin=p.origin,
        text_digest=judgement.reading.fingerprint.bands["text"][0], view=judgement.reading.view,
    )  # fmt: skip


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
        self._mentions[article.story] += filed_mentions(judgement)
        return number

    def _withdraw(self, number: int) -> None:
        buckets: list[list[int]] = [*self._buckets.values(), *self._stories.values(), *self._groups.values()]
        for bucket in buckets:
            if number in bucket:
                bucket.remove(number)

    @staticmethod
    def _put(bucket: list[int], number: int) -> None:
        insort(bucket, number)
