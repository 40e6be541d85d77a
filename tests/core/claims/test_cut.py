"""Cutting sentences where two assertions meet."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.claims.cut import clauses
from monitor.languages import pack

CASES = [
    (
        "fr",
        "Un séisme a frappé l'île d'Orvo avant l'aube, faisant au moins douze morts dans deux villages.",
        ["Un séisme a frappé l'île d'Orvo avant l'aube", "faisant au moins douze morts dans deux villages."],
    ),
    (
        "en",
        "The council closed the bridge on Monday, while engineers inspected three cracked piers downstream.",
        ["The council closed the bridge on Monday", "while engineers inspected three cracked piers downstream."],
    ),
    (
        "fr",
        "Le maire a présenté sa démission, a précisé la préfecture dans un communiqué.",
        ["Le maire a présenté sa démission, a précisé la préfecture dans un communiqué."],
    ),
    ("en", "Two men were arrested.", ["Two men were arrested."]),
]


@pytest.mark.parametrize(("language", "sentence", "expected"), CASES)
def test_a_cut_falls_where_two_assertions_meet(language: str, sentence: str, expected: list[str]) -> None:
    """Connectors after a comma cut; attributions and short rests stay with their neighbour."""
    assert expected == [sentence[a:b] for a, b in clauses(sentence, pack(language))]


@given(st.text(max_size=200))
def test_any_text_is_cut_into_spans_that_do_not_overlap(text: str) -> None:
    """Hostile input gives ordered spans inside the text."""
    spans = clauses(text, pack("fr"))
    assert all(0 <= a <= b <= len(text) for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
