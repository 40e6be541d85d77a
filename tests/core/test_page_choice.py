import pytest

from monitor.core.page_choice import needs_page

LONG = "Le conseil municipal a adopté mardi soir le budget de la ville après quatre heures de débats. " * 8


@pytest.mark.parametrize(
    ("text", "is_summary", "url", "fetch", "code"),
    [
        (LONG * 3, False, "https://j.example/a", False, "page-not-needed"),
        (LONG * 3, True, "https://j.example/a", False, "page-not-needed"),
        (LONG, False, "https://j.example/a", False, "page-not-needed"),
        (LONG, True, "https://j.example/a", True, "page-summary"),
        (LONG[:300], False, "https://j.example/a", True, "page-short"),
        (LONG * 3 + "Il a ajouté que…", False, "https://j.example/a", True, "page-cut"),
        (LONG * 3 + "Read more ", False, "https://j.example/a", True, "page-cut"),
        (LONG * 3 + "Lire l’article complet", False, "https://j.example/a", True, "page-cut"),
        (" ", False, "https://j.example/a", True, "page-no-text"),
        (LONG[:300], True, None, False, "page-no-address"),
    ],
)
def test_when_a_page_is_needed(text: str, is_summary: bool, url: str | None, fetch: bool, code: str) -> None:
    """Short texts, teasers and texts that end in the middle need their page, if there is one."""
    choice = needs_page(text, is_summary, url)
    assert (choice.fetch, choice.reason.code) == (fetch, code)
    assert choice.reason.facts["characters"] == len(text)
