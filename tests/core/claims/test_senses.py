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


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("jamais", "never"), ("aucun", "no"), ("rien", "nothing"), ("sans", "without"), ("sciemment", "knowingly"),
        ("voix", "voice"), ("voix", "votes"), ("jets", "jets"), ("produits", "products"), ("heurts", "clashes"),
        ("groupe", "group"), ("défendu", "defended"), ("cédé", "sold"), ("vendus", "sold"), ("grève", "strike"),
        ("frappe", "strike"), ("essai", "trial"), ("procès", "trial"), ("usine", "plant"), ("licenciés", "fired"),
        ("files", "queues"), ("prises", "taken"), ("reprise", "resumed"), ("remise", "discount"), ("parti", "left"),
        ("droit", "rights"), ("facture", "bill"), ("congé", "leave"), ("conducteur", "driver"), ("inquiet", "anxious"),
        ("français", "French"), ("infirmière", "nurse"), ("tenter", "attempt"), ("désormais", "now"),
    ],
)  # fmt: skip
def test_words_that_translate_each_other_share_a_sense(french: str, english: str) -> None:
    """Also where the dictionary form of a participle is another verb, or a word has several senses."""
    assert set(senses(french, lexicon(pack("fr")))) & set(senses(english, lexicon(pack("en"))))


@pytest.mark.parametrize(
    ("language", "word", "other"),
    [
        ("fr", "français", "franc"), ("fr", "tenter", "tente"), ("fr", "passage", "passager"), ("fr", "milieu", "demi"),
        ("fr", "opérateur", "ligament"), ("fr", "euro", "dollar"), ("fr", "mètre", "kilomètre"),
        ("en", "department", "depart"), ("en", "favour", "bribe"),
        ("en", "operator", "knee"), ("en", "home", "tower"),
    ],
)  # fmt: skip
def test_look_alikes_and_neighbours_share_no_sense(language: str, word: str, other: str) -> None:
    """A common stem, or a common field, does not make two words replace one another."""
    lex = lexicon(pack(language))
    assert not set(senses(word, lex)) & set(senses(other, lex))


def test_negative_words_stay_apart_and_keep_negating() -> None:
    """The word "never" is not "nothing", and a word with a concept still turns its clause around."""
    for language, words in (("fr", ("jamais", "rien", "aucun", "sans")), ("en", ("never", "nothing", "no", "without"))):
        lex = lexicon(pack(language))
        found = [senses(w, lex)[0] for w in words]
        assert len(set(found)) == len(words)
        assert set(words) <= lex.negations


def test_shared_concepts_have_words_in_french_and_in_english() -> None:
    """A concept that one of the two knows alone matches nothing across them."""
    own = {code: {**pack(code).table("claims", "concepts"), **pack(code).table("claims", "shared_concepts")}
           for code in ("fr", "en")}  # fmt: skip
    assert sorted(own["fr"].keys() ^ own["en"].keys()) == []
