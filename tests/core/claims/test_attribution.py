"""Who said it is not what was said."""

from __future__ import annotations

import pytest

from monitor.core.claims.attribution import attribution
from monitor.core.claims.lexicon import lexicon
from monitor.core.text.words import spans_of
from monitor.languages import pack

CASES = [
    (
        "fr",
        "Le montant a été ramené à 24 millions, a indiqué le président rémois, Aurélien Machicoane.",
        "a indiqué le président rémois, Aurélien Machicoane",
    ),
    (
        "fr",
        "Le chef de la délégation, Oleg Vakarine, a affirmé que ses forces avaient reculé de 15 kilomètres.",
        "Le chef de la délégation, Oleg Vakarine, a affirmé que",
    ),
    ("fr", "Selon la mairie de Lorven, la digue tiendra jusqu'au printemps prochain.", "Selon la mairie de Lorven"),
    ("en", "Nine people were taken to hospital in Lorven, prefect Maud Kerlann said.", "prefect Maud Kerlann said"),
    ("en", "The union said it had gone through the text line by line.", "The union said"),
    ("en", "Nine people were taken to hospital, according to the prefect.", "according to the prefect"),
    ("fr", "Le pont de Lorven a été fermé jeudi soir après la découverte de trois fissures.", ""),
    ("en", "The council closed the bridge on Thursday after three cracks were found.", ""),
]


@pytest.mark.parametrize(("language", "text", "expected"), CASES)
def test_the_words_that_say_who_said_it(language: str, text: str, expected: str) -> None:
    """Behind the statement, before it, or not at all."""
    spans = spans_of(text)
    first, last = attribution(text, spans, lexicon(pack(language)))
    assert expected == (text[spans[first][0] : spans[last - 1][1]] if last else "")


def test_a_quotation_goes_on_behind_its_attribution() -> None:
    """What follows in quotation marks is asserted again."""
    text = "« Rien ne bouge depuis lundi », a déclaré le maire, « et rien ne bougera avant mars »."
    spans = spans_of(text)
    first, last = attribution(text, spans, lexicon(pack("fr")))
    assert text[spans[first][0] : spans[last - 1][1]] == "a déclaré le maire"
