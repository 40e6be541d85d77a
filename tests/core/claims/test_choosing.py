"""Which earlier claims a unit may make: what the model is shown of each."""

from __future__ import annotations

import numpy as np

from monitor.core.claims.choosing import NAMES_OF, Candidates, candidates
from monitor.core.claims.pairs import NAMES, Scene


def found(same: list[tuple[int, int, float]], claims: list[tuple[str, ...]], articles: list[str]) -> Candidates:
    """Candidates of two units, from (unit, past text, probability)."""
    own, past = (np.array([s[n] for s in same], np.int64) for n in (0, 1))
    scene = Scene(own, past, np.zeros((len(same), len(NAMES)), np.float32), np.zeros((2, 0), np.float32))
    likely = np.array([s[2] for s in same], np.float32)
    return candidates(scene, likely, np.array([0.2, 0.9], np.float32), articles, claims, len(claims))


def column(name: str, of: Candidates) -> list[float]:
    return [round(float(v), 3) for v in of.rows[:, NAMES_OF.index(name)]]


def test_a_claim_is_seen_over_all_its_mentions() -> None:
    """The likest mention, the second, the first told, their mean, and how many there are."""
    claims = [("k1",), ("k1",), ("k2",)]
    out = found([(0, 0, 0.3), (0, 1, 0.9), (0, 2, 0.1)], claims, ["a", "b", "b"])
    assert [(out.names[c], int(p)) for c, p in zip(out.claim, out.pair, strict=True)] == [("k1", 1), ("k2", 2)]
    shown = {n: column(n, out) for n in ("highest", "second", "first", "mean", "mentions", "rank", "margin", "new")}
    assert shown == {
        "highest": [0.9, 0.1], "second": [0.3, -1.0], "first": [0.3, 0.1], "mean": [0.6, 0.1], "mentions": [2.0, 1.0],
        "rank": [0.0, 1.0], "margin": [0.8, -0.8], "new": [0.2, 0.2],
    }  # fmt: skip


def test_units_of_an_article_are_rivals_for_a_claim() -> None:
    """A unit sees that another of its article says the same more surely."""
    out = found([(0, 0, 0.4), (1, 0, 0.8)], [("k1",)], ["a"])
    assert (column("rival_unit", out), column("unit_rank", out)) == ([0.8, 0.4], [1.0, 0.0])


def test_a_text_of_two_claims_speaks_for_both() -> None:
    """One earlier sentence may make two claims; each is a candidate."""
    out = found([(0, 0, 0.7)], [("k1", "k2")], ["a"])
    assert [out.names[c] for c in out.claim] == ["k1", "k2"]
    assert column("highest", out) == [0.7, 0.7]


def test_nothing_alike_gives_no_candidates() -> None:
    """Pairs that are surely different speak for no claim."""
    out = found([(0, 0, 0.01)], [("k1",)], ["a"])
    assert (0, (0, len(NAMES_OF))) == (len(out.unit), out.rows.shape)
