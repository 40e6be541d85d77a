"""Rulings: which of them holds, where an article goes by them, and that what they say has its words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core import lateness, rulings
from monitor.core.model import Placement, Reason, Relation, Ruling, RulingKind
from monitor.core.phrases import PHRASES
from monitor.core.rulings import bonds, decide, expected_group, involved, make_ruling, own_group, own_story, pair_reason
from monitor.core.wording import say, slots
from tests.edges.store.factory import judgement
from tests.memory import MemoryWindow

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SAME, DIFFERENT, SPLIT = RulingKind.SAME, RulingKind.DIFFERENT, RulingKind.SPLIT


def ruled(kind: RulingKind, *keys: str, hours: int = 0, others: Sequence[str] = ()) -> Ruling:
    return make_ruling(kind, keys, NOON + hours * HOUR, others)


def placed(key: str, story: str | None = None, source: str | None = None, copied: bool = False) -> Placement:
    """What the machine says of an article: founder, or of the story of `source`."""
    group = own_group(source if copied and source else key)
    relation = Relation.COPY if copied else Relation.REWRITE if source else Relation.ORIGINAL
    return Placement(story or own_story(key), source is None, group, source, relation, "outlet:X")


def window(*rulings_made: Ruling, **stories: str) -> MemoryWindow:
    """A window with an article a key, in the story founded by the article named."""
    found = MemoryWindow(rulings_made)
    for key, founder in stories.items():
        found.record(judgement(key, story=own_story(founder), copy_group=own_group(key)))
    return found


@pytest.mark.parametrize(
    ("kind", "keys", "others", "why"),
    [
        (SAME, ("a", "a"), (), "needs two different articles"),
        (DIFFERENT, ("a",), (), "needs two different articles"),
        (DIFFERENT, ("a", "b", "c"), (), "about two articles"),
        (SPLIT, ("a", "b"), ("a",), "nothing to split from"),
    ],
)
def test_what_is_no_ruling(kind: RulingKind, keys: tuple[str, ...], others: tuple[str, ...], why: str) -> None:
    """A ruling that says nothing is refused."""
    with pytest.raises(ValueError, match=why):
        make_ruling(kind, keys, NOON, others)


def test_an_id_derives_from_what_is_said_and_when() -> None:
    """The same ruling has the same id whatever the offset of its time; another time makes another."""
    local = NOON.astimezone(tz=None)
    assert make_ruling(SAME, ("a", "b"), local).id == ruled(SAME, "a", "b").id
    assert ruled(SAME, "a", "b", hours=1).id != ruled(SAME, "a", "b").id


def test_the_newest_ruling_about_a_pair_holds() -> None:
    """Whatever the order they come in."""
    first, second = ruled(SAME, "a", "b"), ruled(DIFFERENT, "b", "a", hours=1)
    for order in ((first, second), (second, first)):
        assert not bonds("a", order)["b"].together
        assert pair_reason("a", "b", order) == pair_reason("b", "a", order)
        assert pair_reason("a", "c", order) is None
    told = pair_reason("a", "b", (first, second))
    assert told is not None
    assert say(told) == "You ruled on 20\u00a0Nov 2026 that these are different."


def test_a_split_bonds_both_sides() -> None:
    """Those who leave are together, those who stay are together, the two sides are apart."""
    found = bonds("b", [ruled(SPLIT, "b", "c", others=("a", "d"))])
    assert {k: b.together for k, b in found.items()} == {"c": True, "a": False, "d": False}


def test_same_bonds_all_it_concerns() -> None:
    """The articles named and the first articles of their stories are all together."""
    found = bonds("b", [ruled(SAME, "a", "b", others=("f", "g"))])
    assert {k: b.together for k, b in found.items()} == {"a": True, "f": True, "g": True}


def test_same_joins_whatever_the_machine_says() -> None:
    """A founder by the machine joins the story of the article it is the same as."""
    here = window(ruled(SAME, "a", "b"), a="a")
    assert decide("b", placed("b"), here).story == own_story("a")


def test_different_leaves_for_a_story_of_its_own() -> None:
    """An article that the machine joined to the other's story founds its own, and its copy group is its own."""
    here = window(ruled(DIFFERENT, "b", "a"), a="a", c="a")
    machine = placed("b", own_story("a"), "c", copied=True)
    found = decide("b", machine, here)
    assert (found.story, found.other and found.other.key) == (own_story("b"), "a")
    assert expected_group("b", machine, found, here) == own_group("b")


def test_different_does_not_bar_another_story() -> None:
    """An article that goes elsewhere anyway is left alone."""
    here = window(ruled(DIFFERENT, "b", "a"), a="a", c="c")
    assert decide("b", placed("b", own_story("c"), "c"), here).story == own_story("c")


def test_a_copy_goes_with_what_was_moved() -> None:
    """The machine derives c from b; b stands elsewhere by a ruling: c goes there, with its copy group."""
    here = MemoryWindow([ruled(DIFFERENT, "a", "b")])
    here.record(judgement("a", story=own_story("a"), copy_group=own_group("a")))
    moved = judgement("b", story=own_story("b"), copy_group=own_group("b"))
    here.record(replace(moved, machine=placed("b", own_story("a"), "a", copied=True)))
    machine = replace(placed("c", own_story("a"), "b"), copy_group=own_group("a"), relation=Relation.COPY)
    found = decide("c", machine, here)
    assert found.story == own_story("b")
    assert expected_group("c", machine, found, here) == own_group("b")


def test_a_full_text_seen_late_goes_with_its_copy() -> None:
    """It derives from nothing, but its text is that of an article which a ruling moved."""
    here = window(a="a", b="b")
    machine = replace(placed("c", own_story("a")), reasons=(Reason("copy", {"of": "b"}),))
    assert decide("c", machine, here).story == own_story("b")


def test_what_derives_from_nothing_goes_with_the_founder() -> None:
    """An outlet's own report goes where the story's founder has gone."""
    here = MemoryWindow()
    here.record(judgement("z", story=own_story("z")))
    moved = judgement("a", story=own_story("z"))
    here.record(replace(moved, machine=placed("a")))
    assert decide("c", placed("c", own_story("a")), here).story == own_story("z")


def test_a_newer_same_wins_over_an_older_different() -> None:
    """Two rulings about other pairs meet in one story: the newer one holds."""
    older, newer = ruled(DIFFERENT, "c", "b"), ruled(SAME, "a", "b", hours=1)
    assert decide("b", placed("b"), window(older, newer, a="a", c="a")).story == own_story("a")
    older, newer = ruled(SAME, "a", "b"), ruled(DIFFERENT, "c", "b", hours=1)
    assert decide("b", placed("b"), window(older, newer, a="a", c="a")).story == own_story("b")


def test_the_rest_of_a_split_stays_together_when_the_founder_leaves() -> None:
    """The founder keeps the id; the first of those who stay founds another, the next joins it."""
    split = ruled(SPLIT, "a", others=("b", "c"))
    machine = placed("b", own_story("a"), "a")
    assert decide("b", machine, window(split, a="a")).story == own_story("b")
    assert decide("c", placed("c", own_story("a"), "a"), window(split, a="a", b="b")).story == own_story("b")


def test_stories_that_a_ruling_may_change() -> None:
    """Those of its articles, and of rulings that touch one of these, and so on; no others."""
    one, two, far = ruled(SAME, "a", "b"), ruled(DIFFERENT, "b", "c"), ruled(SAME, "x", "y")
    stories = {k: frozenset({f"s{k}"}) for k in "abcxy"}
    assert involved(one, [one, two, far], stories) == {"sa", "sb", "sc"}
    assert involved(far, [one, two, far], stories) == {"sx", "sy"}


@pytest.mark.parametrize("code", sorted(rulings.REASONS | lateness.REASONS))
def test_every_reason_has_its_words(code: str) -> None:
    """English and French tell the same facts, and only those that the reason names."""
    described = slots((rulings.REASONS | lateness.REASONS)[code])
    english, french = PHRASES[code]
    assert slots(english) == slots(french)
    assert slots(english) <= described


def test_rulings_and_taking_them_back_read_well() -> None:
    """The same event in both directions and both languages."""
    facts = {"articles": 1, "from_story": "s1", "to_story": "s2", "made": "2026-11-20T12:00:00+00:00", "note": ""}
    assert say(Reason("story-split", facts)) == (
        "You ruled on 20\u00a0Nov 2026: 1 article of s1 is a story of its own now, s2."
    )
    back = {k: v for k, v in facts.items() if k != "made"} | {"undone": facts["made"], "articles": 3}
    assert say(Reason("story-merged", back), "fr") == (
        "Vous êtes revenu sur votre décision du 20\u00a0nov. 2026\u00a0: l’histoire s1 a rejoint s2 (3 articles)."
    )
