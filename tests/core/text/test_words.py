"""Folding, tokens, stems, stop words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.text.words import fold, stem, stopwords, token_spans, tokens
from monitor.languages import codes, pack


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L’État œuvre à Ålesund", "l'etat oeuvre a alesund"),
        ("«\u00a0Größe\u00a0» – “ok”", '" grosse " - "ok"'),
        ("Łódź, Đà Nẵng, Kyïv", "lodz, da nang, kyiv"),
        ("ZÜRICH\u202f12\u2009000", "zurich 12 000"),
        ("co\u00adopé\u200bration", "cooperation"),
        ("Москва 서울", "москва 서울"),
    ],
)
def test_fold_takes_off_accents_ligatures_and_typography(text: str, folded: str) -> None:
    """Accents, ligatures, quotes, dashes, apostrophes and odd spaces have one form; other scripts keep theirs."""
    assert fold(text) == folded


@settings(deadline=None)  # dictionaries load on first use
@given(st.text())
def test_fold_is_idempotent(text: str) -> None:
    """Folding what is folded changes nothing."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l'armée d’Ukraine", ["l", "armee", "d", "ukraine"]),
        ("aujourd'hui, jusqu'à 10 000 soldats", ["aujourdhui", "jusqu", "a", "10000", "soldats"]),
        ("13.000 ou 13 000 ou 13,000 ou 13’000", ["13000", "ou", "13000", "ou", "13000", "ou", "13000"]),
        ("6,1 et 6.1", ["6.1", "et", "6.1"]),
        ("the U.S. didn't, can't, won't", ["the", "us", "did", "not", "can", "not", "will", "not"]),
        ("Zelensky's F-16", ["zelensky", "s", "f", "16"]),
        ("à 04H37", ["a", "04h37"]),
        ("Saint-Aubrac_nord", ["saint", "aubrac", "nord"]),
    ],
)
def test_tokens_are_folded_split_at_elisions_and_numbers_are_one(text: str, expected: list[str]) -> None:
    """Elisions split, figures lose their separators, negations stay visible."""
    assert tokens(text) == expected


@settings(deadline=None)  # dictionaries load on first use
@given(st.text())
def test_token_spans_lie_in_the_text_in_order(text: str) -> None:
    """Spans are in order, do not overlap, and hold at least one character."""
    at = 0
    for start, end, token in token_spans(text):
        assert at <= start < end <= len(text)
        assert token
        at = end


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["envoyé", "envoyés", "envoyée"]),
        ("fr", ["préparaient", "préparent", "préparer"]),
        ("fr", ["soldat", "Soldats"]),
        ("en", ["soldier", "soldiers", "Soldier"]),
        ("en", ["said", "says", "say"]),
        ("de", ["Soldat", "Soldaten"]),
        ("es", ["muerto", "muertos"]),
        ("it", ["ferito", "feriti"]),
        ("pt", ["hospital", "hospitais"]),
    ],
)
def test_stem_brings_forms_of_a_word_together(language: str, words: list[str]) -> None:
    """Lemma and stem together join what either alone leaves apart."""
    assert len({stem(w, language) for w in words}) == 1


@pytest.mark.parametrize("code", codes())
def test_stopwords_never_hold_a_negation(code: str) -> None:
    """A lost negation would turn a claim around."""
    words = stopwords(pack(code))
    assert len(words) > 60
    negations = {fold(w) for entry in pack(code).words("negations") for w in entry.split()}
    assert negations
    assert not words & negations
