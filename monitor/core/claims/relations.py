"""What a new claim does to an earlier one: updates its figure, denies it, confirms it.

One model a kind looks at the pair of units with what relations turn on: acts, negation, corrections ("instead of"),
speakers that differ, counts of one thing that disagree. The rows below extend the pair's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from monitor.core.claims.compare import Matrix
from monitor.core.claims.features import Features, Known
from monitor.core.claims.pairs import NAMES, Scene

KINDS = ("updates", "denies", "confirms")
NAMES_OF = (
    *NAMES, "same", "new", "own_denies", "past_denies", "own_confirms", "past_confirms", "own_negated", "past_negated",
    "own_unconfirmed", "own_corrects", "own_conditional", "past_conditional", "own_accuses", "figure_moved",
    "figure_ratio", "own_anonymous", "past_anonymous", "same_speaker", "other_speaker",
)  # fmt: skip


def rows(own: Sequence[Known], past: Sequence[Known], scene: Scene, same: Matrix, new: Matrix) -> Matrix:
    """One row a pair: `same[pair]` from the pair model, `new[own]` from the novelty model."""
    extra = np.array(
        [
            (same[r], new[a], *_extra(own[a].features, past[p].features))
            for r, (a, p) in enumerate(zip(scene.own, scene.past, strict=True))
        ],
        np.float32,
    ).reshape(len(scene.own), len(NAMES_OF) - len(NAMES))
    return np.concatenate([scene.rows, extra], axis=1)


def _extra(a: Features, b: Features) -> tuple[float, ...]:
    moved, ratio = _moved(a, b)
    shared = bool(set(a.speaker) & set(b.speaker))
    return (
        a.act == "deny", b.act == "deny", a.act == "confirm", b.act == "confirm", "n" in a.flags, "n" in b.flags,
        "x" in a.flags, "r" in a.flags, "c" in a.flags, "c" in b.flags, a.act == "accuse", moved, ratio,
        "a" in a.flags, "a" in b.flags, shared, bool(a.speaker and b.speaker and not shared),
    )  # fmt: skip


def _moved(a: Features, b: Features) -> tuple[float, float]:
    """1 where both count the same thing differently, and the ratio of the two figures (0 where none moved)."""
    for low, _, unit in a.quantities:
        for other, _, other_unit in b.quantities:
            if unit and unit == other_unit and unit != "year" and low != other and low and other:
                if any(q[0] == other and q[2] == unit for q in a.quantities):
                    return 2.0, low / other  # it names the old figure beside the new one
                return 1.0, low / other
    return 0.0, 0.0
