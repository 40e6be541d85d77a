"""The store's window against the plain truth: the same sequence recorded in both gives the same answers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime

import pytest

from monitor.core.model import Judgement
from monitor.core.window import Window
from monitor.edges.store import Store, open_store
from monitor.edges.store import window as store_window
from tests.edges.store.factory import PARIS, judgement, stream
from tests.memory import MemoryWindow

KEYS = (7, -(2**63), 2**63 - 1, 3, 0, -5, 11, 1, 2, 4, 99)


def answers(window: Window, count: int) -> list[object]:
    """Everything a window can be asked about the streams of the factory, in a comparable form."""
    said: list[object] = [window.find(f"a{i}") for i in range(count + 1)]
    for view in ("text", "copy", "terms", "unheard-of"):
        said += [list(window.lookup(view, KEYS, cap).items()) for cap in (1, 2, 3, 50)]
    said.append(list(window.lookup("copy", (7, 7, 3), 2).items()))
    said.append(window.lookup("copy", (), 2))
    for story in ("s0", "s1", "s2", "s3", "s4", "nowhere"):
        for limit in (1, 2, 5, 100):
            said.append(window.members(story, limit))
            said.append(window.mentions(story, limit))
    for group in ("c0", "c3", "c7", "nowhere"):
        said += [window.group(group, limit) for limit in (1, 3, 100)]
    articles = [a for i in range(count) if (a := window.find(f"a{i}"))]
    numbers = [a.number for a in articles]
    said.append(window.filed([*reversed(numbers), *numbers[:2]]))
    said += [window.mentions_of(a) for a in articles]
    return said


def record_both(store: Store, memory: MemoryWindow, sequence: Sequence[Judgement], seed: int) -> None:
    """Record in transactions of random length, asking on the way so that caches fill."""
    rng, rest = random.Random(seed), list(sequence)
    while rest:
        part, rest = rest[: (n := rng.randrange(1, 9))], rest[n:]
        with store.transaction() as tx:
            for judgement in part:
                number = tx.record(judgement).number
                assert number == memory.record(judgement)
                if rng.random() < 0.3:
                    story, limit = f"s{rng.randrange(5)}", rng.choice((1, 3, 7, 100))
                    assert tx.window.mentions(story, limit) == memory.mentions(story, limit)
                    assert tx.window.members(story, limit) == memory.members(story, limit)
            if rng.random() < 0.5:
                assert answers(tx.window, 4) == answers(memory, 4)


@pytest.mark.parametrize("seed", range(4))
def test_same_answers_as_memory(any_store: Store, seed: int) -> None:
    """Articles recorded once each give MemoryWindow's answers, in its order."""
    sequence, memory = stream(seed, 60, versions=False), MemoryWindow()
    record_both(any_store, memory, sequence, seed)
    with any_store.transaction() as tx:
        assert answers(tx.window, 60) == answers(memory, 60)


@pytest.mark.parametrize("moves", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_same_answers_with_versions(any_store: Store, seed: int, moves: bool) -> None:
    """New versions replace views and look-up keys, wherever the article then stands."""
    sequence, memory = stream(100 + seed, 60, versions=True, moves=moves), MemoryWindow()
    record_both(any_store, memory, sequence, seed)
    with any_store.transaction() as tx:
        assert answers(tx.window, 60) == answers(memory, 60)


def test_times_are_in_utc_cached_or_not(url: str) -> None:
    """The window never says one offset from its cache and another from the database: days must not differ."""
    late = datetime(2026, 3, 2, 0, 30, tzinfo=PARIS)
    with open_store(url) as store, store.transaction() as tx:
        tx.window.mentions("s1", 9)
        tx.record(judgement(published=late, first_seen=late))
        warm = [*tx.window.filed([0]), *tx.window.mentions("s1", 9)]
    with open_store(url) as store, store.transaction() as tx:
        cold = [*tx.window.filed([0]), *tx.window.mentions("s1", 9)]
    for one in (*warm, *cold):
        assert one.when.isoformat() == one.first_seen.isoformat() == "2026-03-01T23:30:00+00:00"


def test_small_caches_give_the_same_answers(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever falls out of the caches is read again; they hold no more than they may."""
    monkeypatch.setattr(store_window, "FILED_BYTES", 8_000)
    monkeypatch.setattr(store_window, "MENTION_BYTES", 12_000)
    sequence, memory = stream(21, 80, versions=True), MemoryWindow()
    record_both(store, memory, sequence, 21)
    with store.transaction() as tx:
        assert answers(tx.window, 80) == answers(memory, 80)
    caches = store._caches
    assert 0 < len(caches.filed) < 8
    assert sum(map(store_window._filed_size, caches.filed.values())) == caches._filed_bytes <= 8_000
    held = sum(store_window._STORY_BYTES + store_window._mentions_size(m) for _, m in caches.mentions.values())
    assert held == caches._mention_bytes <= 12_000 + 4 * 1_200  # what was recorded since the last reading


def test_same_answers_after_reopening(any_url: str) -> None:
    """A restart (cold caches) changes no answer."""
    sequence, memory = stream(7, 40, versions=True), MemoryWindow()
    with open_store(any_url) as store:
        record_both(store, memory, sequence, 7)
    with open_store(any_url) as store, store.transaction() as tx:
        assert answers(tx.window, 40) == answers(memory, 40)
