"""The marks a clause bears: denied, conditional, set against another figure."""

from __future__ import annotations

import pytest

from monitor.core.claims.fields import flags_of
from monitor.core.claims.lexicon import lexicon
from monitor.core.text.words import fold, tokens
from monitor.languages import pack


@pytest.mark.parametrize(
    ("language", "text", "letter", "marked"),
    [
        ("fr", "Il n'y a plus de place à bord", "n", True),
        ("fr", "Personne n'a été blessé", "n", True),
        ("fr", "Une personne a été blessée, deux de plus que lundi", "n", False),
        ("fr", "Le texte aurait été retiré", "c", True),
        ("en", "The ship may sink", "c", True),
        ("en", "The law takes effect on May 4, not in May 2027", "c", False),
        ("fr", "Douze morts, contre 9 la veille", "r", True),
        ("fr", "Une grève contre la réforme", "r", False),
        ("en", "48 votes, against some 61 on Sunday", "r", True),
        ("en", "A vote against the bill", "r", False),
        ("en", "The firm did not respond to a request for comment", "z", True),
        ("fr", "L'entreprise n'a pas donné suite", "z", True),
        ("en", "The firm responded within the hour", "z", False),
    ],
)
def test_a_mark_is_read_where_it_is_meant(language: str, text: str, letter: str, marked: bool) -> None:
    """Words with two uses mark a clause in one of them only."""
    assert (letter in flags_of(tokens(text), fold(text), lexicon(pack(language)))) is marked
