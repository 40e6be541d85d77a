"""Verdicts on invented miniature stories: what a reader would call new, echo, update, denial."""

from __future__ import annotations

import pytest

from monitor.core.claims.judge import REASONS, ClaimsSettings
from monitor.core.ids import short_id
from monitor.core.model import Status
from monitor.languages import resource
from tests.core.claims.newsroom import FERRY, FERRY_DENIAL, FERRY_ENGLISH, FERRY_UPDATE, about, judged, read, submission

SILENT = {Status.ECHO, Status.LAGGED}


def test_the_first_article_of_a_story_is_new_throughout() -> None:
    """Nobody said anything before: every unit is new and its claim id derives from its place."""
    mentions = judged([FERRY])["wire"]
    assert {Status.NEW} == {m.status for m in mentions}
    assert [short_id("k", "wire", str(m.unit.start)) for m in mentions] == [m.claim for m in mentions]


def test_a_copy_echoes_word_for_word() -> None:
    """The same sentences again are echoes of the same claims, whatever their quotation marks."""
    again = submission("copy", FERRY.text.replace('"Le', "« Le").replace('janvier"', "janvier »"), hours=1.0)
    out = judged([FERRY, again])
    assert [m.claim for m in out["wire"]] == [m.claim for m in out["copy"]]
    assert {(Status.ECHO, "same-text", "wire")} == {(m.status, m.reason.code, m.first_article) for m in out["copy"]}


def test_a_translation_echoes_and_its_own_fact_is_new() -> None:
    """Three sentences of the English version say what the French wire said; the sailors are news."""
    mentions = judged([FERRY, FERRY_ENGLISH])["english"]
    new = about(mentions, "sailors")
    assert [m.status for m in new] == [Status.NEW]
    assert {Status.ECHO} == {m.status for m in mentions if m not in new}


def test_a_changed_figure_updates_the_claim_it_changes() -> None:
    """Seventeen injured, not nine: an update of the claim that counted nine."""
    out = judged([FERRY, FERRY_UPDATE])
    (nine,) = about(out["wire"], "Neuf personnes")
    update = about(out["update"], "17 blessés")[0]
    assert (Status.UPDATE, f"updates:{nine.claim}") == (update.status, update.relation)
    assert nine.claim != update.claim
    assert any(f.startswith("9") for f in update.reason.facts["was"])


@pytest.mark.xfail(strict=True, reason="in a story of a few sentences, known names still drown a new deed")
def test_new_facts_about_known_people_are_shown() -> None:
    """A director named before resigns: his name alone does not make it an echo."""
    mentions = judged([FERRY, FERRY_UPDATE])["update"]
    assert not {m.status for m in about(mentions, "démission")} & SILENT


def test_a_denial_links_to_what_it_denies_and_never_bears_its_id() -> None:
    """The union denies the inspection that the director had claimed."""
    out = judged([FERRY, FERRY_UPDATE, FERRY_DENIAL])
    denial = next(m for m in out["denial"] if m.status is Status.DENIAL)
    others = {m.claim for k, ms in out.items() for m in ms if m is not denial}
    assert denial.relation is not None
    assert denial.relation.removeprefix("denies:") in others
    assert denial.claim not in others


def test_reasons_name_who_had_it_first_and_how_long_before() -> None:
    """Every reason has a listed code; an echo says whose it is and by how many hours."""
    out = judged([FERRY, FERRY_ENGLISH, FERRY_UPDATE, FERRY_DENIAL])
    assert {m.reason.code for ms in out.values() for m in ms} <= set(REASONS)
    echo = about(out["english"], "Nine people")[0]
    assert tuple(echo.reason.facts[k] for k in ("article", "outlet", "hours")) == ("wire", "Journal wire", 3.0)
    assert any(f.startswith("9") for f in echo.reason.facts["figures"])


def test_units_are_verbatim_spans_in_the_order_of_the_text() -> None:
    """Whatever is cut, the text of a unit is the article's own."""
    for item in (FERRY, FERRY_ENGLISH, FERRY_UPDATE, FERRY_DENIAL):
        units = read(item).units
        assert [item.text[u.start : u.end] for u in units] == [u.text for u in units]
        assert sorted(u.start for u in units) == [u.start for u in units]


def test_judging_twice_gives_the_same() -> None:
    """The judge keeps nothing between stories."""
    items = [FERRY, FERRY_ENGLISH, FERRY_UPDATE, FERRY_DENIAL]
    assert judged(items) == judged(items)


def test_the_careful_point_shows_whatever_the_balanced_one_shows() -> None:
    """Careful may show more, never less."""
    items = [FERRY, FERRY_ENGLISH, FERRY_UPDATE, FERRY_DENIAL]
    balanced, careful = judged(items), judged(items, "careful")
    for key, mentions in balanced.items():
        shown = {m.unit.start for m in mentions if m.status not in SILENT}
        assert shown <= {m.unit.start for m in careful[key] if m.status not in SILENT}


def test_an_unknown_operating_point_is_refused() -> None:
    """The error names what is expected."""
    with pytest.raises(ValueError, match="balanced, careful"):
        ClaimsSettings.load(resource, "bold")


def test_an_article_without_units_gives_no_mentions() -> None:
    """An empty text, or furniture alone, is no claim."""
    assert judged([submission("empty", "")]) == {"empty": ()}


def test_a_large_story_still_finds_the_first_telling() -> None:
    """Beyond the number of texts compared in full, the closest are kept."""
    places = ("Arvel", "Brisac", "Corvan", "Dormois", "Estrade", "Fontval", "Gourdan", "Hautel")
    fillers = [
        submission(
            f"f{n}-{place}",
            f"Le marché de {place} a vendu {n * 37 + 11} tonnes de pommes en {1950 + n}, selon le comité {n + 3}.",
            hours=0.1,
        )
        for n in range(26)
        for place in places
    ]
    echo = submission("late", FERRY.text.split("\n\n")[1].replace("conduites", "transportées"), hours=5.0)
    mentions = judged([FERRY, *fillers, echo])["late"]
    assert [(m.first_article, m.status) for m in mentions] == [("wire", Status.ECHO)]
