"""Which language an article is in."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.text.language import identify
from tests.core.text.test_clean import NEWS

CHANCELLOR = "The chancellor told parliament on Tuesday that the tax would not rise before the next election."


@pytest.mark.parametrize("language", sorted(NEWS))
def test_each_language_is_recognised(language: str) -> None:
    """With no hint, the right one and a wrong one."""
    text = "\n\n".join([NEWS[language]] * 3)
    wrong = "en" if language != "en" else "fr"
    assert [identify("", text, hint) for hint in (None, language, wrong)] == [language] * 3


def test_an_embedded_post_does_not_flip_the_language() -> None:
    """Every paragraph votes; a post in another language is outvoted."""
    text = f"{NEWS['fr']}\n{CHANCELLOR}\n— BBC (@BBC) March 3, 2026\n{NEWS['fr']}\n{NEWS['fr']}"
    assert identify("Fuite", text, None) == "fr"
    assert identify("Fuite", text, "en") == "fr"


@pytest.mark.parametrize(
    ("title", "text", "hint", "expected"),
    [
        ("", "", None, "und"),
        ("", " \n\x00", None, "und"),
        ("", "12 345", None, "und"),
        ("", "", "fr-CA", "fr"),
        ("Ok", "", "de", "de"),
        ("Le Premier ministre annonce sa démission devant les députés", "", None, "fr"),
        ("", "", "xx-not-a-code!", "xx"),
        ("", "", "français", "und"),
        ("", "Slovenian police use water cannon against hospital protesters in Ljubljana https://t.co/x", "en", "en"),
    ],
)
def test_little_text_leaves_it_to_the_hint(title: str, text: str, hint: str | None, expected: str) -> None:
    """Nothing to read and no hint is "und"."""
    assert identify(title, text, hint) == expected


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=100), st.text(max_size=200), st.one_of(st.none(), st.text(max_size=8)))
def test_any_text_gets_a_code(title: str, text: str, hint: str | None) -> None:
    """Two or three letters, never an error."""
    code = identify(title, text, hint)
    assert 2 <= len(code) <= 3
    assert code.isalpha()


def test_long_text_is_sampled() -> None:
    """Ten megabytes cost no more than the sample does."""
    identify("", NEWS["fr"], None)
    start = time.process_time()
    assert identify("", NEWS["fr"] * 110_000, None) == "fr"
    assert time.process_time() - start < 1
