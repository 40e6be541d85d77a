"""The active window as the desk sees it: a narrow reading interface.

The store implements it over its database; `tests.memory` is the plain truth that tests, calibration and benchmarks use.
Both must give the same answers in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from monitor.core.model import Filed, FiledMention, Judgement, Ruling


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

    def mentions_of(self, article: Filed) -> list[FiledMention]:
        """The mentions of an article, those of its older versions included, in the order they were recorded."""

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
