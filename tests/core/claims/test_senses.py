"""Words and their senses: what the concept tables make of them."""

import pytest

from monitor.core.claims.features import Features, Known, decode, encode, in_one_sense, key_of
from monitor.core.claims.lexicon import lexicon, senses
from monitor.core.text.words import stem
from monitor.languages import pack


def unit(*neutral: str) -> Known:
    """A unit of these words."""
    return decode(
        encode(Features("en", 0, 0.0, "clause", "say", "", (), neutral, (), (), (), (), (), len(neutral)))
    )  # fmt: skip


@pytest.mark.parametrize(("word", "other"), [("département", "départ"), ("parlement", "parler")])
def test_words_of_one_stem_are_not_of_one_sense(word: str, other: str) -> None:
    """Snowball gives both one stem, but their dictionary forms have little in common."""
    lex = lexicon(pack("fr"))
    assert stem(word, "fr") == stem(other, "fr")
    assert senses(other, lex)
    assert not set(senses(word, lex)) & set(senses(other, lex))


def test_inflected_and_derived_words_share_their_sense() -> None:
    """An entry stands for its forms, and for near kin of the same stem."""
    lex = lexicon(pack("fr"))
    assert set(senses("démissionnaient", lex)) & set(senses("démission", lex))


def test_a_word_of_several_senses_takes_the_one_its_story_uses() -> None:
    """The word "taken" meets "pris" in a story about taking, and revenue in one about takings."""
    open_word = "revenue|take"
    for sense in ("take", "revenue"):
        keys = in_one_sense([unit(open_word), unit(sense), unit("~other")])["neutral"]
        assert keys[0].tolist() == keys[1].tolist() == [key_of(sense)]


def test_words_of_one_sense_stay_as_they_are() -> None:
    """Where nothing is open, the views are the units' own keys."""
    known = [unit("fall", "~brid"), unit("fall")]
    assert [k.tolist() for k in in_one_sense(known)["neutral"]] == [k.keys["neutral"].tolist() for k in known]
