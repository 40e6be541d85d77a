"""Agencies and media named as sources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.text.credits import agencies, canonical_agency
from monitor.languages import codes, pack


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Selon Reuters, le roi est mort.", [("Reuters", "cited")]),
        ("fr", "a-t-il dit à l'AFP.", [("AFP", "cited")]),
        ("fr", "a rapporté l’agence Belga", [("Belga", "cited")]),
        ("fr", "un article du Guardian, citant la BBC", [("The Guardian", "cited"), ("BBC", "cited")]),
        ("fr", "engagés, L’Indépendant de Kyiv rapports.", [("The Kyiv Independent", "cited")]),
        ("fr", "preuves », selon Nouvelles de la BBC.", [("BBC", "cited")]),
        ("fr", "Le gardien du musée dort.", []),
        ("fr", "Il a mal. (AFP)", [("AFP", "credit")]),
        ("fr", "Par la rédaction avec AFP", [("AFP", "with")]),
        ("fr", "La map du site", []),
        ("fr", "Avec AFP et Reuters", [("AFP", "with"), ("Reuters", "with")]),
        ("fr", "a constaté un correspondant de l'AFP", [("AFP", "cited")]),
        ("fr", "le siège de l'AFP et la rue", []),
        ("en", "the Belga news agency heard from prosecutors", [("Belga", "cited")]),
        ("en", "two people told Reuters.", [("Reuters", "cited")]),
        ("en", "Agence France-Presse contributed to this report", [("AFP", "with")]),
        ("en", "according to The Associated Press", [("AP", "cited")]),
        ("en", "an AP course", []),
        ("de", "sagte er laut dpa", [("dpa", "cited")]),
    ],
)
def test_sources_are_named(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    """Crediting and citing count, the same letters elsewhere do not; names come out canonical."""
    assert [(c.agency, c.kind) for c in agencies(text, pack(language))] == expected


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("BELGA", "Belga"),
        ("dpa-AFX", "dpa"),
        ("KEYSTONE-ATS", "ATS"),
        ("avec l'Agence France-Presse", "AFP"),
        ("Marie", None),
    ],
)
def test_canonical_names(text: str, agency: str | None) -> None:
    """One agency, one name, in any case."""
    assert canonical_agency(text, pack("fr")) == agency


@given(st.text(alphabet="AFPReutersBC (),'’lan", max_size=60), st.sampled_from(codes()))
def test_credits_are_spans(text: str, language: str) -> None:
    """Spans lie in the text, in order."""
    at = 0
    for c in agencies(text, pack(language)):
        assert at <= c.start < c.end <= len(text)
        at = c.end
