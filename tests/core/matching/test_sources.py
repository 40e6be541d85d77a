"""Who derives from whom, and which independent source an article stands for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from monitor.core.matching.sources import FEATURES, SourceModel
from monitor.core.model import Placement, Reading, Relation
from monitor.languages import resource
from tests.core.matching.miniatures import BRIDGE, BRIDGE_ENGLISH, BRIDGE_REWRITTEN, STRIKE, article, placed, read

PARAGRAPHS = BRIDGE.split("\n\n")
BARE = BRIDGE.partition(" - ")[2]  # without the dateline
OWN = "Les écoles de Corvaz resteront fermées jusqu'à jeudi, et une cellule d'écoute a ouvert à la salle des fêtes."


def one(key: str, text: str, hours: float = 0.0, outlet: str | None = None) -> Reading:
    return read(article(key, text, outlet=outlet, hours=hours))


def placements(*readings: Reading) -> dict[str, Placement]:
    return {k: j.placement for k, j in placed(readings).items()}


def test_the_dispatch_seen_after_its_copy_is_the_original() -> None:
    """An outlet's clock runs ahead: its reprint came first, but only the later text bears the agency's dateline."""
    done = placed([one("reprint", BARE + "\n\nLa Gazette avec AFP"), one("wire", BRIDGE, 0.2, "Fil")])
    assert done["wire"].placement.relation is Relation.ORIGINAL
    assert [e.reason.code for e in done["wire"].events] == ["dispatch-itself"]


def test_a_reprint_with_paragraphs_of_its_own_is_not_the_full_text() -> None:
    """Longer than the dispatch by what the desk added, it still derives from it."""
    longer = "\n\n".join([BARE, OWN, OWN.replace("Corvaz", "Mérigneux"), STRIKE.split("\n\n")[0], "avec AFP"])
    p = placements(one("wire", BRIDGE, outlet="Fil"), one("longer", longer, 1))["longer"]
    assert (p.derives_from, p.relation) == ("wire", Relation.COPY)


def test_a_copy_derives_from_the_text_that_holds_all_of_it() -> None:
    """Of a dispatch and its trim, seen both, a reprint of four paragraphs can only come from the dispatch."""
    done = placements(
        one("wire", BRIDGE, outlet="Fil"),
        one("trim", "\n\n".join(PARAGRAPHS[:3]), 0.5),
        one("reprint", "\n\n".join([BARE.split("\n\n")[0], *PARAGRAPHS[1:4]]), 1),
    )
    assert done["reprint"].derives_from == "wire"
    assert len({p.copy_group for p in done.values()}) == 1


def test_a_rewrite_derives_from_the_dispatch_and_not_from_a_reprint() -> None:
    """Both hold the same words: the dispatch is what desks work from."""
    done = placements(
        one("reprint", BARE, outlet="Le Courrier"),
        one("wire", BRIDGE, 0.3, "Fil"),
        one("rewrite", BRIDGE_REWRITTEN, 2),
    )
    assert (done["rewrite"].derives_from, done["rewrite"].relation) == ("wire", Relation.REWRITE)


def test_another_language_is_a_translation() -> None:
    """An English version of a French dispatch derives from it as a translation."""
    english = read(article("english", BRIDGE_ENGLISH, "Four dead as Corvaz bridge collapses", hours=3), "en")
    wire = read(article("wire", BRIDGE, "Effondrement du pont de Corvaz: quatre morts", "Fil"))
    p = placements(wire, english)["english"]
    assert (p.derives_from, p.relation) == ("wire", Relation.TRANSLATION)


@pytest.mark.parametrize(
    ("end", "origin"),
    [
        ("(AFP)", "agency:AFP"),
        ("La Gazette avec AFP", "agency:AFP"),
        ("Belga", "agency:Belga"),
        ("Avec Reuters et AFP", "agency:Reuters"),
        ("AP contributed to this report.", "agency:AP"),
        ("Léa Morvan", "outlet:La Gazette"),
    ],
)
def test_the_credit_names_the_origin(end: str, origin: str) -> None:
    """An agency credited under the text is its origin; a reporter's name leaves it to the outlet."""
    text = STRIKE + "\n\n" + end
    assert placements(one("strike", text, outlet="La Gazette"))["strike"].origin == origin


def test_a_cited_agency_is_the_origin_of_what_derives_from_nothing_seen() -> None:
    """With "selon Reuters" in its first lines a report stands for Reuters, unless its source was seen."""
    text = "Le port de Sainte-Barbe va rouvrir, selon Reuters.\n\n" + STRIKE
    assert placements(one("strike", text, outlet="La Gazette"))["strike"].origin == "agency:Reuters"


def test_the_publisher_that_the_feed_names_is_the_outlet() -> None:
    """An aggregator's entry with an RSS <source> stands for that source's own reporting."""
    r = one("strike", STRIKE, outlet="Portail")
    r = replace(r, submission=replace(r.submission, via="Le Marin de Sainte-Barbe"))
    assert placements(r)["strike"].origin == "outlet:Le Marin de Sainte-Barbe"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda w: w.pop("age"), "does not hold the weights of a source model"),
        (lambda w: w.update(age="much"), "does not hold the weights of a source model"),
        (lambda w: w.update(luck=1.0), "was learnt for other features"),
        (lambda w: w.update(age=float("nan")), "holds a weight that is not a number"),
    ],
)
def test_a_file_that_is_no_source_model_is_refused(damage: Callable[[dict[str, Any]], object], said: str) -> None:
    """The file that is shipped gives its weights in the order of the features; a damaged one is told what to run."""
    raw = json.loads(resource("weights/sources.json"))
    weights = raw["weights"]
    model = SourceModel.parse(json.dumps(raw).encode())
    assert dict(zip(FEATURES, model.weights.tolist(), strict=True)) == weights
    damage(weights)
    with pytest.raises(ValueError, match=f"weights/sources.json {said}: run tests.quality.calibrate_sources"):
        SourceModel.parse(json.dumps(raw).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b'{"weights": 3}', b"\xff\xfe{"])
def test_a_file_that_is_not_json_of_weights_is_refused(data: bytes) -> None:
    """An empty, foreign or cut file is refused in the same words."""
    with pytest.raises(ValueError, match=r"weights/sources\.json does not hold the weights of a source model"):
        SourceModel.parse(data)
