"""Names of persons, places, countries and organisations."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.text.names import name_key, names, same_name
from monitor.languages import codes, pack


def read(language: str, text: str) -> list[tuple[str, str, str]]:
    return [(n.text, n.key, n.kind) for n in names(text, pack(language))]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Le président Volodymyr Zelensky a parlé.", [("Volodymyr Zelensky", "volodimir zelenski", "person")]),
        ("fr", "M. Zelenskiy se tait.", [("Zelenskiy", "zelenski", "person")]),
        ("fr", "des soldats nord-coréens", [("nord-coréens", "KP", "country")]),
        ("en", "North Korean soldiers", [("North Korean", "KP", "country")]),
        ("de", "Nordkoreas Armee und nordkoreanische Soldaten", [("nordkoreanische", "KP", "country")]),
        ("fr", "Pyongyang nie.", [("Pyongyang", "KP", "country")]),
        ("fr", "en visite à Pyongyang", [("Pyongyang", "pyongyang", "place")]),
        ("fr", "La Corée du Nord et la Russiecitant un diplomate",
         [("Corée du Nord", "KP", "country"), ("Russiecitant", "RU", "country")]),
        ("fr", "Le Kremlin dément", [("Kremlin", "RU", "country")]),
        ("fr", "Contacté, le ministre n'a pas répondu.", []),
        ("fr", "Claire Vasseur a démenti.", [("Claire Vasseur", "claire vaseur", "person")]),
        ("fr", "Hoxholli a démenti.", [("Hoxholli", "hoxholi", "unknown")]),
        ("fr", "à l'usine de Saint-Aubrac", [("Saint-Aubrac", "saint aubrac", "place")]),
        ("fr", "selon l'AFP et la BBC", [("AFP", "afp", "org"), ("BBC", "bbc", "org")]),
        ("fr", "Deux Français sont morts lundi", [("Français", "FR", "country")]),
        ("fr", "L'UE et l'Otan", [("UE", "EU", "org"), ("Otan", "NATO", "org")]),
        ("en", "us and them", []),
        ("en", "Rescuers said on Monday that the U.S. Senate voted", [("U.S.", "US", "country")]),
        ("de", "Der Minister Arben Hoxholli und die Rettungskräfte", [("Arben Hoxholli", "arben hoxholi", "person")]),
        ("de", "Die Zahl der Toten stieg am Montag auf zwölf", []),
        ("es", "el norcoreano Kim", [("norcoreano", "KP", "country"), ("Kim", "kim", "unknown")]),
    ],
)  # fmt: skip
def test_names_are_found(language: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    """Capitals and tables make names; first words, nouns and titles do not."""
    assert read(language, text) == expected


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ("Zelensky", "Zelenskiy", 1.0, 1.0),
        ("Zelenskyy", "Zelenski", 1.0, 1.0),
        ("Vladimir Poutine", "Vladimir Putin", 1.0, 1.0),
        ("Volodymyr Zelensky", "Voldymyr Zelenski", 0.9, 1.0),
        ("Volodymyr Zelensky", "Zelensky", 0.75, 0.85),
        ("Volodymyr Zelensky", "Volodymyr", 0.3, 0.5),
        ("Marko Županek", "Marko Zoupanek", 1.0, 1.0),
        ("Polona Hribernik", "Polona Hribernick", 0.9, 1.0),
        ("Arben Hoxholli", "A. Hoxholli", 0.85, 1.0),
        ("Kim Yong-hyun", "Kim Jong-un", 0.0, 0.0),
        ("Paul Martin", "Pierre Martin", 0.0, 0.0),
        ("Iran", "Irak", 0.0, 0.0),
        ("Austria", "Australia", 0.0, 0.0),
        ("", "Kim", 0.0, 0.0),
    ],
)
def test_same_name_joins_spellings_and_parts_persons(a: str, b: str, low: float, high: float) -> None:
    """Transliterations and slips join; another given name or another word parts."""
    assert low <= same_name(a, b) <= high
    assert same_name(a, b) == same_name(b, a)


@settings(deadline=None)
@given(st.text(max_size=120), st.sampled_from([*codes(), "und"]))
def test_names_are_verbatim_spans(text: str, language: str) -> None:
    """On any text: no error, spans in order, each equal to its text."""
    at = 0
    for n in names(text, pack(language)):
        assert at <= n.start < n.end <= len(text)
        assert n.text == text[n.start : n.end]
        at = n.end


@given(st.text(max_size=40))
def test_keys_are_stable(text: str) -> None:
    """The key of a key is the key: stored names compare with fresh ones."""
    assert name_key(name_key(text)) == name_key(text)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "said Health Minister Anna Verhovec on Friday", [("Anna Verhovec", "person")]),
        ("en", "the Skerrya Chief Executive Paul Roos said", [("Skerrya", "unknown"), ("Paul Roos", "person")]),
        ("en", "It was Finland's turn", [("Finland", "country")]),
        ("en", "for Skerrya's Joost Terwey it was", [("Skerrya", "unknown"), ("Joost Terwey", "person")]),
        ("en", "collected in Sierra Nevadra in June", [("Sierra Nevadra", "place")]),
    ],
)
def test_titles_and_owners_part_names(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    """A title or an owner inside a run of capitals ends one name and begins another."""
    assert [(n.text, n.kind) for n in names(text, pack(language))] == expected
