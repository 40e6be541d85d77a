"""A sentence told word for word in another story, or too far back in a long one, is an echo of that article."""

from __future__ import annotations

from dataclasses import replace

from monitor.core.claims import repeats
from monitor.core.claims.judge import judge_claims
from monitor.core.model import Judgement, Mention, Placement, Relation, Status, Submission
from tests.core.claims.newsroom import read, settings, submission
from tests.memory import MemoryWindow

QUOTE = "« Personne ne nous a prévenus avant la fermeture du pont », a déclaré Jeanne Kermorvan, maire de Lorven."
COUNTED = "Le groupe Armorlys a perdu 214 millions d'euros en 2025, selon ses comptes publiés lundi soir."
BARE = "Les recherches ont repris au lever du jour avec des moyens supplémentaires venus de la région."


def told(window: MemoryWindow, item: Submission, story: str) -> tuple[Mention, ...]:
    """Judge an article in this story and record it with its look-up keys, as the desk does."""
    reading = read(item)
    bands = {**reading.fingerprint.bands, repeats.VIEW: repeats.keys(reading.units)}
    reading = replace(reading, fingerprint=replace(reading.fingerprint, bands=bands))
    placement = Placement(story, True, f"c-{item.key}", None, Relation.ORIGINAL, f"outlet:{item.outlet}")
    mentions = judge_claims(reading, placement, window, settings())
    window.record(Judgement(reading, placement, mentions))
    return mentions


def test_a_quotation_and_a_count_are_echoes_in_another_story() -> None:
    """They bear the claims they had, and name the article that had them first."""
    window = MemoryWindow()
    first = told(window, submission("first", f"{QUOTE}\n\n{COUNTED}\n\n{BARE}"), "s1")
    again = told(window, submission("again", f"{COUNTED}\n\n{QUOTE}", hours=30.0), "s2")
    assert [(m.status, m.reason.code, m.first_article) for m in again] == [(Status.ECHO, "same-text", "first")] * 2
    assert {m.claim for m in again} <= {m.claim for m in first}


def test_words_without_name_or_figure_are_new_in_another_story() -> None:
    """Every search is taken up again at dawn."""
    window = MemoryWindow()
    told(window, submission("first", BARE), "s1")
    assert [m.status for m in told(window, submission("again", BARE, hours=30.0), "s2")] == [Status.NEW]


def test_the_oldest_part_of_a_long_story_is_remembered() -> None:
    """Beyond the mentions that are compared, the same words are still found."""
    window = MemoryWindow()
    told(window, submission("first", QUOTE), "s1")
    for n in range(80):
        villages = (f"Saint-Abel-{n} a vendu {n * 20 + k} tonnes de pommes en mai {1900 + n}." for k in range(12))
        told(window, submission(f"f{n}", "\n\n".join(villages), hours=1.0 + n), "s1")
    (again,) = told(window, submission("late", QUOTE, hours=90.0), "s1")
    assert (again.status, again.reason.code, again.first_article) == (Status.ECHO, "same-text", "first")
