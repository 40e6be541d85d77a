"""Quotations with the marks that real pages use."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.text.quotes import quotes


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ('Il a dit "oui" puis "non".', ["oui", "non"]),
        ("Il a dit «\u00a0oui, peut-être\u00a0».", ["oui, peut-être"]),
        ("“Ils préparent”, a-t-il dit.", ["Ils préparent"]),
        ("depuis « août 2022″, selon Londres", ["août 2022"]),
        ("„Wir brauchen Tore“, sagte er", ["Wir brauchen Tore"]),
        ("»Gebremst wurde gar nicht«, berichtete sie", ["Gebremst wurde gar nicht"]),
        ("« un « gilet jaune » blessé »", ["un « gilet jaune » blessé"]),
        ('Un mot "ouvert et jamais fermé', []),
        ("L'armée n'a pas d'obus", []),
        ("It's the firefighters' union", []),
        ("He called it 'a clear breach of rules' on Monday", ["a clear breach of rules"]),
        ("‘Enough’, she said", ["Enough"]),
        ('"Un" texte "deux" et " trois', ["Un", "deux"]),
        ("«Un “deux” trois», dit-il", ["Un “deux” trois"]),
        ('Première "phrase\nSeconde" phrase', []),
    ],
)
def test_quotes_are_found(text: str, inner: list[str]) -> None:
    """Pairs match, broken ones are mended, odd marks and apostrophes are left alone."""
    assert [text[q.inner_start : q.inner_end] for q in quotes(text)] == inner


@settings(deadline=None)  # dictionaries load on first use
@given(st.text(alphabet="ab «»“”„\"'’‘″\n.,", max_size=80))
def test_quotes_are_spans_in_order(text: str) -> None:
    """Whatever the marks, the inner span lies inside the outer one and quotations do not overlap."""
    at = 0
    for q in quotes(text):
        assert at <= q.start < q.inner_start < q.inner_end < q.end <= len(text)
        at = q.end
