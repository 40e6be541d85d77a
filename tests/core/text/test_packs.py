"""Language packs: complete, well formed, handed over with the shared tables."""

import re

import pytest

from monitor.core.text.names import known_place
from monitor.core.text.words import fold
from monitor.languages import codes, pack, resource

FULL = {"clean", "numbers", "currencies", "concepts", "fates", "labels", "dates", "names", "countries", "demonyms"}


def test_codes_are_the_languages_with_a_pack() -> None:
    """Claims and media tables beside the packs are no languages."""
    assert codes() == ("de", "en", "es", "fr", "it", "pt")


@pytest.mark.parametrize("code", codes())
def test_a_pack_has_every_table(code: str) -> None:
    """A missing table would silently read less."""
    tables = pack(code).tables
    assert set(tables) >= FULL
    assert len(pack(code).words("dates", "months")) == 12
    assert len(pack(code).words("dates", "weekdays")) == 7
    assert "AFP" in pack(code).table("shared", "agencies")


@pytest.mark.parametrize("code", codes())
def test_patterns_of_a_pack_compile(code: str) -> None:
    """Every pattern is a regular expression on folded text: no capital and no accent could ever match."""
    for name in pack(code).table("clean"):
        for pattern in pack(code).words("clean", name) if name != "rubrics" else ():
            re.compile(pattern)
            letters = re.sub(r"\\.", "", pattern)
            assert letters == fold(letters), pattern


@pytest.mark.parametrize(
    ("hint", "code"), [("fr-CA", "fr"), ("EN_us", "en"), ("xx", "und"), ("media", "und"), ("", "und")]
)
def test_a_pack_is_found_by_its_language(hint: str, code: str) -> None:
    """Regions are ignored, the unknown gets the neutral pack, which has the shared tables too."""
    assert pack(hint).code == code
    assert pack(hint).table("shared", "cities")


def test_places_are_known_in_every_language() -> None:
    """One city, one country, six names."""
    names = {"fr": ("Londres", "Allemagne"), "en": ("London", "Germany"), "de": ("London", "Deutschland"),
             "es": ("Londres", "Alemania"), "it": ("Londra", "Germania"), "pt": ("Londres", "Alemanha")}  # fmt: skip
    assert all(known_place(n, pack(c)) for c, both in names.items() for n in both)
    assert not known_place("Reuters", pack("fr"))


def test_a_missing_resource_says_so() -> None:
    """The caller names the file, the error names it too."""
    with pytest.raises(FileNotFoundError, match="nothing"):
        resource("weights/nothing.json")
