"""Explanations say what is shared and what is not, the same from both sides."""

from __future__ import annotations

import string
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.matching.explain import REASONS, Explanation, explain
from monitor.core.matching.passages import shared_passages
from monitor.core.model import Reading
from monitor.languages import pack
from tests.core.matching.miniatures import SETTINGS, STRIKE, article, bridge, placed, read

READINGS = {r.submission.key: r for r in bridge()}


def of(a: str, b: str) -> Explanation:
    return explain(READINGS[a], READINGS[b], SETTINGS, pack)


@pytest.mark.parametrize(("a", "b"), list(combinations(READINGS, 2)))
def test_an_explanation_is_the_same_from_both_sides(a: str, b: str) -> None:
    """Turned round it names the same passages, names, scores and reasons."""
    one, other = of(a, b), of(b, a)
    assert (one.reasons, one.same_story) == (other.reasons, other.same_story)
    mine = {m.name: m for m in one.measures}
    swapped = {m.name: m for m in other.measures}
    assert mine["core_names_in"].value == swapped["core_names_of"].value
    assert {n: m for n, m in mine.items() if not n.endswith(("_in", "_of"))} == {
        n: m for n, m in swapped.items() if not n.endswith(("_in", "_of"))
    }
    assert one.names == other.names.turned()
    assert {p.turned() for p in one.passages} == set(other.passages)


def test_shared_passages_are_the_same_words_in_both_texts() -> None:
    """The spans of a dispatch and its trim read alike."""
    e = of("wire", "trim")
    a, b = (READINGS[k].submission.text for k in ("wire", "trim"))
    assert e.passages
    assert all(a[p.a_start : p.a_end] == b[p.b_start : p.b_end] for p in e.passages)
    assert e.same_copy


def test_why_not_is_explained_too() -> None:
    """The other bridge is told apart by the names, with the score beside its threshold."""
    e = of("wire", "other")
    assert not e.same_story
    assert next(r.code for r in e.reasons) == "different"
    story = next(m for m in e.measures if m.name == "story")
    assert story.passed is False
    assert any("Quirin" in n for n in e.names.only_a)
    assert any("Lanvaux" in n for n in e.names.only_b)


def test_why_no_copies_names_the_condition_that_failed() -> None:
    """Two articles with one paragraph in common are told so, beside what it takes."""
    quoting = read(article("quoting", STRIKE + "\n\n" + READINGS["wire"].submission.text.split("\n\n")[2]))
    e = explain(READINGS["wire"], quoting, SETTINGS, pack)
    why = next(r for r in e.reasons if r.code.startswith("not-copy"))
    assert why.code == "not-copy-places"
    assert (why.facts["passages"], why.facts["needed"]) == (1, 3)


def test_what_spoke_for_and_against_one_event_is_told() -> None:
    """The rewrite has the names of the dispatch; what the strike lacks of it are names, words and all."""
    for_it = next(r for r in of("wire", "rewrite").reasons if r.code == "weighed")
    against = next(r for r in of("wire", "strike").reasons if r.code == "weighed")
    assert "evidence.names" in for_it.facts["pro"]
    assert {"evidence.names", "evidence.words"} & set(against.facts["contra"])


def test_quotes_in_nearly_the_same_words_are_set_side_by_side() -> None:
    """A translator's version of a quotation is neither shared nor another."""
    one = read(article("one", STRIKE + '\n\n"Nous avons tenu neuf jours sous la pluie", a dit Yann Le Goff.'))
    two = read(article("two", STRIKE + '\n\n"On a tenu neuf jours sous la pluie battante", a dit Yann Le Goff.'))
    e = explain(one, two, SETTINGS, pack)
    assert [len(e.quotes.alike), e.quotes.only_a, e.quotes.only_b] == [1, (), ()]


def test_a_rewrite_shares_names_and_numbers() -> None:
    """What a desk kept of a dispatch is listed."""
    e = of("wire", "rewrite")
    assert e.same_story
    assert not e.same_copy
    assert any("Tessarin" in n for n in e.names.both)
    assert "23" in e.numbers.both


def test_every_reason_given_is_described_with_its_facts() -> None:
    """The table of reasons holds every code, and its sentence asks only for facts that are there."""
    done = placed(READINGS.values())
    reasons = [r for j in done.values() for r in (*j.placement.reasons, *(e.reason for e in j.events))]
    reasons += [r for a, b in combinations(READINGS, 2) for r in of(a, b).reasons]
    for reason in reasons:
        asked = {name for _, name, _, _ in string.Formatter().parse(REASONS[reason.code]) if name}
        assert asked <= reason.facts.keys(), reason.code


WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
TEXT = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)


@given(TEXT, TEXT)
def test_passages_lie_inside_their_texts_and_do_not_overlap(a: str, b: str) -> None:
    """Spans are in order in the first text, and hold the words they count."""
    found = shared_passages(a, b)
    assert all(a[p.a_start : p.a_end].split() == b[p.b_start : p.b_end].split() for p in found)
    assert all(len(a[p.a_start : p.a_end].split()) == p.words >= 5 for p in found)
    assert all(p.a_end <= q.a_start for p, q in pairwise(found))


def test_a_reading_explains_itself() -> None:
    """An article beside itself is a copy with one passage: all of it."""
    wire: Reading = READINGS["wire"]
    e = explain(wire, wire, SETTINGS, pack)
    assert len(e.passages) == 1
