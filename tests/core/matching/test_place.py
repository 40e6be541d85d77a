"""Copy groups, stories and sources of miniature stories, and the laws that hold for any of them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.desk import Desk
from monitor.core.ids import short_id
from monitor.core.model import Placement, Relation
from tests.core.matching.miniatures import BRIDGE, STRIKE, article, bridge, later, placed, read
from tests.memory import MemoryWindow

READINGS = bridge()
PLACED = placed(READINGS)


def placement(key: str) -> Placement:
    return PLACED[key].placement


def test_a_trim_with_furniture_is_a_copy() -> None:
    """A text cut to its beginning, with a read-also line, joins the dispatch's copy group and derives from it."""
    assert placement("trim").copy_group == placement("wire").copy_group
    assert (placement("trim").derives_from, placement("trim").relation) == ("wire", Relation.COPY)


@pytest.mark.parametrize("key", ["rewrite", "english"])
def test_other_words_and_another_language_are_the_same_story_and_no_copies(key: str) -> None:
    """A rewrite and an English version share the story, not the copy group."""
    assert placement(key).story == placement("wire").story
    assert placement(key).copy_group != placement("wire").copy_group


def test_another_event_from_the_same_template_stays_out() -> None:
    """The other bridge, whose last paragraph recalls the first, founds a story of its own; so does the strike."""
    assert len({placement(k).story for k in ("wire", "other", "strike")}) == 3


def test_two_bulletins_that_share_only_a_town_are_two_stories() -> None:
    """A weather line and a strike in one town have a name in common and no word, so neither joins the other."""
    weather = read(article("weather", "Pluie faible sur Valmer lundi matin, douze degrés.", "Valmer: pluie et vent"))
    strike = read(article("docks", "Les dockers de Valmer ont cessé le travail.", "Valmer: les dockers en grève"))
    judged = placed([weather, strike])
    assert judged["weather"].placement.story != judged["docks"].placement.story


def test_everybody_who_reprints_an_agency_has_its_origin() -> None:
    """Copies and rewrites share the origin of their source; the strike, credited to nobody, is its outlet's own."""
    assert {placement(k).origin for k in ("wire", "trim", "rewrite", "english")} == {"agency:AFP"}
    assert placement("strike").origin == "outlet:Gazette strike"


def test_ids_derive_from_the_founder() -> None:
    """A replay gives the same ids as a live run because they are made from keys alone."""
    assert placement("wire").story == short_id("s", "wire")
    assert placement("rewrite").copy_group == short_id("c", "rewrite")


def test_every_placement_says_why() -> None:
    """A decision without a reason cannot be shown."""
    assert all(j.placement.reasons for j in PLACED.values())


def test_identical_text_is_one_copy_group_whatever_its_title() -> None:
    """The same words under another headline, at another outlet, weeks of clock apart, are a copy."""
    first, second = READINGS[0], later(READINGS[0], "again", 5)
    done = placed([first, replace(second, submission=replace(second.submission, title="Drame à Corvaz"))])
    assert done["again"].placement.copy_group == done["wire"].placement.copy_group


def test_a_new_version_keeps_its_place() -> None:
    """An article that comes again, even with another text, stays in its story and copy group, and it is recorded."""
    window = MemoryWindow()
    before = placed(READINGS, window)["rewrite"]
    changed = read(article("rewrite", STRIKE, hours=6))
    after = placed([changed], window)["rewrite"]
    assert (after.placement.story, after.placement.copy_group) == (before.placement.story, before.placement.copy_group)
    assert [e.kind for e in after.events if e.kind == "version"] == ["version"]


def test_the_full_text_after_its_trim_is_the_original() -> None:
    """A trim seen first does not become the source of the dispatch it was cut from."""
    trim, wire = READINGS[1], later(READINGS[0], "late", 0.5, "AFP")
    done = placed([trim, wire])["late"]
    assert done.placement.relation is Relation.ORIGINAL
    assert done.placement.derives_from is None
    assert [e.kind for e in done.events] == ["earlier-seen"]


def test_two_articles_of_one_outlet_from_one_template_are_no_copies() -> None:
    """Yesterday's and today's bulletin share nearly all their words and differ in what they say."""
    bulletin = (
        "Le fleuve Lerne mesurait {} centimètres à l'échelle de Corvaz {} matin, a indiqué le service des crues. Le "
        "niveau d'alerte, fixé à 410 centimètres, {}. Le débit atteignait {} mètres cubes par seconde et une {} est "
        "attendue d'ici {}. Le prochain bulletin paraîtra demain à la même heure."
    )
    monday = bulletin.format(352, "lundi", "n'est pas atteint", 640, "hausse", "mercredi")
    tuesday = bulletin.format(431, "mardi", "est dépassé", 877, "décrue", "samedi")
    done = placed([
        read(article("monday", monday, outlet="Crues Info")),
        read(article("tuesday", tuesday, outlet="Crues Info", hours=24)),
        read(article("elsewhere", tuesday, outlet="Le Courrier", hours=25)),
    ])  # fmt: skip
    groups = {k: j.placement.copy_group for k, j in done.items()}
    assert groups["monday"] != groups["tuesday"]
    assert groups["elsewhere"] == groups["tuesday"]


def test_a_shared_quotation_alone_is_no_copy() -> None:
    """An article of its own that repeats one quotation of the dispatch is not the same text."""
    quote = BRIDGE.split("\n\n")[2]
    own = read(article("own", STRIKE + "\n\n" + quote, hours=3))
    done = placed([READINGS[0], own])
    assert done["own"].placement.copy_group != done["wire"].placement.copy_group


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_arrival_inside_a_poll_does_not_matter(rnd: random.Random) -> None:
    """However the items of a poll lie in the feed, sorted by the desk's key they end in the same groups."""
    shuffled = [*READINGS, later(READINGS[3], "english-2", 1), later(READINGS[5], "strike-2", 0)]
    expected = placed(sorted(shuffled, key=lambda r: Desk.order_key(r.submission)))
    rnd.shuffle(shuffled)
    actual = placed(sorted(shuffled, key=lambda r: Desk.order_key(r.submission)))
    assert {k: j.placement for k, j in expected.items()} == {k: j.placement for k, j in actual.items()}


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=400), st.text(max_size=60))
def test_any_text_finds_a_place(text: str, title: str) -> None:
    """Whatever a page holds, an article has a story and a copy group, and an identical one shares the latter."""
    one = read(article("one", text, title))
    done = placed([one, later(one, "two", 1)])
    assert done["one"].placement.copy_group
    if one.document.body.strip() and done["one"].reading.fingerprint.bands["copy"]:
        assert done["two"].placement.copy_group == done["one"].placement.copy_group
