"""Where sentences end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.text.sentences import spans
from monitor.languages import pack


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("fr", ["Le séisme a fait 12 morts.", "M. Hoxholli est sur place."]),
        ("fr", ["Il a perdu 2.000 hommes.", "Mme Sela l'a dit à 4.30 heures."]),
        ("fr", ["« Faux. Tous les contrats ont été honorés », répond le producteur.", "Fin."]),
        ("fr", ['"C\'est faux." a-t-il dit.', "Puis il est parti."]),
        ("fr", ["« C’est vrai. »", "Le maire l’a dit…", "Et après ?", "Rien !"]),
        ("fr", ["Il fait 33,8 °C.", "Il est 22 heures."]),
        ("fr", ["Les Vingt-Sept.", "Parmi eux, 12 élus."]),
        ("fr", ["Voir art. 5 du code.", "Le 3 sept. 2025 il vote."]),
        ("en", ["The U.S. Senate voted at 5 p.m. Monday.", "It was over at 6 p.m.", "He left the U.S.", "The end."]),
        ("en", ["It hit at 4:47 a.m. (2247 GMT on Monday).", "Dr. Smith and J. Doe died."]),
        ("en", ['"Go home," she said.', '"Now!"', "They went."]),
        ("de", ["Bis zum 13. Februar bleibt es so.", "Danach nicht."]),
        ("de", ["126 saßen im Zug.", "»Gebremst wurde nicht«, sagte sie."]),
        ("es", ["El Sr. Pérez murió.", "¿Cuándo?", "Ayer."]),
    ],
)
def test_sentences_are_split(language: str, sentences: list[str]) -> None:
    """Abbreviations, initials, times, decimals and attributed quotations do not end a sentence; final marks do."""
    text = " ".join(sentences)
    assert [text[a:b] for a, b in spans(text, pack(language))] == sentences


@settings(deadline=None)  # dictionaries load on first use
@given(st.text(max_size=200), st.sampled_from(["fr", "en", "de", "und"]))
def test_every_letter_is_in_one_sentence(text: str, language: str) -> None:
    """Spans are in order, trimmed, and nothing but blanks lies between them."""
    at = 0
    for start, end in spans(text, pack(language)):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()
