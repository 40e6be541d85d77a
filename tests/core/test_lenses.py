"""Windows seen otherwise give the answers of a window that was otherwise."""

import random
from dataclasses import replace

import pytest

from monitor.core.lenses import Before
from monitor.core.model import Judgement
from monitor.core.window import Window
from tests.edges.store.factory import stream
from tests.memory import MemoryWindow

KEYS = (7, -(2**63), 2**63 - 1, 3, 0, -5, 11, 1, 2, 4, 99)


def answers(window: Window, count: int, mentions: bool = True) -> list[object]:
    """What a window says of the factory's streams, in a comparable form."""
    said: list[object] = [window.find(f"a{i}") for i in range(count)]
    for view in ("text", "copy", "terms"):
        said += [window.lookup(view, KEYS, cap) for cap in (1, 2, 3, 50)]
    for n in range(5):
        for limit in (1, 2, 5, 100):
            said.append(window.members(f"s{n}", limit))
            if mentions:
                said.append(window.mentions(f"s{n}", limit))
    for n in range(8):
        said += [window.group(f"c{n}", limit) for limit in (1, 3, 100)]
    articles = [found for i in range(count) if (found := window.find(f"a{i}"))]
    numbers = [a.number for a in articles]
    said.append(window.filed([*reversed(numbers), *numbers[:2]]))
    if mentions:
        said += [window.mentions_of(a) for a in articles]
    return said


def moved(judgement: Judgement, rng: random.Random) -> Judgement:
    """The judgement with the machine's placement kept aside and another one in force, now and then."""
    if rng.random() < 0.6:
        return judgement
    there = replace(judgement.placement, story=f"s{rng.randrange(5)}", copy_group=f"c{rng.randrange(8)}", origin="o")
    return replace(judgement, placement=there, machine=judgement.placement)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("versions", [False, True])
def test_the_machine_sees_what_it_would_have_without_rulings(seed: int, versions: bool) -> None:
    """Articles that rulings moved stand where the machine had put them, in every answer."""
    rng = random.Random(seed)
    plain, ruled = MemoryWindow(), MemoryWindow()
    for one in stream(seed, 60, versions=versions):
        plain.record(one)
        ruled.record(moved(one, rng))
    assert answers(ruled.by_machine(), 60, mentions=False) == answers(plain, 60, mentions=False)
    assert answers(ruled, 60) != answers(plain, 60)
    assert plain.by_machine() is plain


@pytest.mark.parametrize("end", [0, 1, 17, 59])
def test_a_window_as_it_was(end: int) -> None:
    """What was filed before an article, with the answers of that time."""
    early, late = MemoryWindow(), MemoryWindow()
    for number, one in enumerate(stream(3, 60, versions=False)):
        late.record(one)
        if number < end:
            early.record(one)
    assert answers(Before(late, end), 60) == answers(early, 60)
    assert Before(late, end).find("a59") is None
