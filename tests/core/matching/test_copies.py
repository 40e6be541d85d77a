"""What makes two texts copies of one, and whom a further copy joins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.matching.copies import CopyRule, Overlap, overlap
from monitor.core.matching.view import decode
from tests.core.matching.miniatures import BRIDGE, OTHER_BRIDGE, STRIKE, article, placed, read

RULE = CopyRule()
PARAGRAPHS = BRIDGE.split("\n\n")


def compared(a: str, b: str) -> Overlap:
    one, two = (decode(read(article(k, t)).view) for k, t in (("a", a), ("b", b)))
    return overlap(one, two)


def test_passages_are_counted_where_text_of_its_own_stands_between_them() -> None:
    """A whole paragraph in another article is one passage; two paragraphs apart are two."""
    one = compared(BRIDGE, STRIKE + "\n\n" + PARAGRAPHS[3])
    two = compared(BRIDGE, PARAGRAPHS[1] + "\n\n" + STRIKE + "\n\n" + PARAGRAPHS[3])
    assert (one.passages, two.passages) == (1, 2)
    assert 15 < one.words < two.words


def test_what_is_shared_in_one_place_only_has_to_be_most_of_a_text() -> None:
    """A quotation that makes up a third of a short article makes it no copy; the same words in three places do."""
    third = Overlap(of_a=0.35, of_b=0.1, jaccard=0.09, blocks=0.8, names=1, numbers=1, passages=1, words=60)
    spread = Overlap(of_a=0.35, of_b=0.1, jaccard=0.09, blocks=0.8, names=1, numbers=1, passages=3, words=60)
    half = Overlap(of_a=0.5, of_b=0.1, jaccard=0.09, blocks=0.8, names=1, numbers=1, passages=1, words=60)
    assert [RULE.holds(o, same_outlet=False) for o in (third, spread, half)] == [False, True, True]


def test_figures_in_a_paragraph_of_its_own_do_not_make_a_text_another() -> None:
    """A desk puts its own paragraph full of figures before a dispatch it otherwise prints: still the same text."""
    own = "En 2019, 41 des 263 ponts du département étaient classés à risque, contre 87 en 2024, pour 6,2 millions."
    edited = "\n\n".join([own, PARAGRAPHS[0].replace("faisant quatre morts et 17 blessés, ", ""), *PARAGRAPHS[2:]])
    o = compared(BRIDGE, edited)
    assert o.numbers < RULE.much_numbers
    assert o.replaced == 0
    assert RULE.holds(o, same_outlet=False)


def test_the_same_template_with_other_figures_is_another_text() -> None:
    """Two issues of one bulletin differ in a few words, and these are its figures."""
    bulletin = (
        "Le taux de prise en pension à sept jours a été fixé lundi à {} %, a annoncé la banque centrale. Les banques "
        "ont soumis {} offres pour {} millions de couronnes, dont {} ont été servies. Le taux moyen pondéré ressort à "
        "{} %. La prochaine opération est prévue dans une semaine, selon le calendrier de la banque centrale."
    )
    o = compared(bulletin.format(2.61, 34, 5120, 29, 2.64), bulletin.format(2.47, 41, 6385, 22, 2.52))
    assert o.containment > RULE.much
    assert o.replaced == 1
    assert not RULE.holds(o, same_outlet=False)


def test_an_issue_printed_elsewhere_is_known_by_its_figures() -> None:
    """Less wording is shared and some numbers agree, but four of five stand in place of others."""
    issue = Overlap(0.58, 0.59, 0.41, 0.5, names=0.97, numbers=0.57, passages=6, words=74, replaced=0.8, swapped=4)
    one_mended = Overlap(0.58, 0.59, 0.41, 0.5, names=0.97, numbers=0.57, passages=6, words=74, replaced=1.0, swapped=1)
    assert RULE.fails(issue, same_outlet=False) == "facts"
    assert RULE.holds(one_mended, same_outlet=False)


SHARE = st.floats(0, 1)


@given(SHARE, SHARE, SHARE, SHARE, SHARE, st.integers(0, 5), st.integers(0, 90), SHARE, st.booleans())
def test_more_of_everything_never_parts_copies(
    of: float, part: float, blocks: float, names: float, numbers: float, passages: int, words: int, put: float,
    same: bool,
) -> None:  # fmt: skip
    """Two texts that are copies remain copies when they share more, and what fails has a name."""
    o = Overlap(of, of * part, of * part, blocks, names, numbers, passages, words, put)
    more = Overlap(of, of * part, of * part, 1.0, 1.0, 1.0, passages + 1, words + 20, 0.0, 0)
    assert RULE.fails(o, same) in ("", "outlet", "little", "part", "runs", "places", "facts")
    if RULE.holds(o, same):
        assert RULE.holds(more, same)


@pytest.mark.parametrize(("containment", "names", "said"), [(0.0, 1.0, 0.0), (0.11, 1.0, 0.25), (0.2, 0.1, 0.0)])
def test_a_member_that_is_no_copy_speaks_by_what_it_shares(containment: float, names: float, said: float) -> None:
    """Half its word at most, and none where the names are others."""
    o = Overlap(
        of_a=containment, of_b=containment / 2, jaccard=0.03, blocks=0.9, names=names, numbers=1, passages=4, words=80
    )
    assert RULE.support(o, same_outlet=False) == pytest.approx(said)


def test_two_dispatches_stay_apart_though_an_article_splices_them() -> None:
    """The piece that holds both joins one of them; the other dispatch's next copy does not follow it there."""
    done = placed([
        read(article("bridge", BRIDGE, outlet="AFP")),
        read(article("strike", STRIKE, outlet="AFP", hours=0.2)),
        read(article("both", BRIDGE + "\n\n" + STRIKE, hours=1)),
        read(article("strike-2", STRIKE, hours=2)),
        read(article("bridge-2", BRIDGE, hours=3)),
    ])  # fmt: skip
    groups = {k: j.placement.copy_group for k, j in done.items()}
    assert groups["strike"] == groups["strike-2"] != groups["bridge"] == groups["bridge-2"] == groups["both"]


def test_an_article_unlike_the_rest_of_a_group_does_not_join_by_one_member() -> None:
    """First came the splice: a dispatch that only shares its second half founds a group of its own."""
    done = placed([
        read(article("first", BRIDGE, outlet="AFP")),
        read(article("both", BRIDGE + "\n\n" + STRIKE, hours=1)),
        read(article("strike", STRIKE, outlet="AFP", hours=2)),
    ])  # fmt: skip
    groups = {k: j.placement.copy_group for k, j in done.items()}
    assert groups["first"] == groups["both"] != groups["strike"]


def test_a_look_alike_event_is_no_copy() -> None:
    """The other bridge repeats turns of phrase of one desk, not its text."""
    assert not RULE.holds(compared(BRIDGE, OTHER_BRIDGE), same_outlet=True)
