"""Whether two articles carry the same text, give or take edits, trims and furniture.

Shared words alone do not decide: a template (weather, quakes, rates) shares half its 3-grams with its next filling, and
a quotation or a closing paragraph can be shared by articles that are not copies. So the facts of the shorter text have
to stand in the longer one too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.core.matching.view import ALL, Kind, View


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much two texts share, each 0..1. `of_a` is the share of a's 3-grams found in b."""

    of_a: float
    of_b: float
    jaccard: float
    names: float  # weight of the names of the one with fewer that the other has too
    numbers: float

    @property
    def containment(self) -> float:
        return max(self.of_a, self.of_b)


def held(a: View, b: View, kind: Kind) -> float:
    """The share of the weight of the lighter one's terms of a kind that the other holds; 1 where it has none."""
    wa, wb = a.squares[ALL, kind], b.squares[ALL, kind]
    if wb < wa:
        a, b, wa = b, a, wb
    if wa <= 0:
        return 1.0
    mine = a.terms["kind"] == kind
    found = np.isin(a.terms["id"][mine], b.terms["id"], assume_unique=True)
    return float((a.weights[ALL, mine][found] ** 2).sum() / wa)


def overlap(a: View, b: View) -> Overlap:
    """Exact overlap of two articles' words, names and numbers."""
    ga, gb = a.trigrams, b.trigrams
    if not ga.size or not gb.size:
        return Overlap(0.0, 0.0, 0.0, 0.0, 0.0)
    both = int(np.intersect1d(ga, gb, assume_unique=True).size)
    return Overlap(
        of_a=both / ga.size,
        of_b=both / gb.size,
        jaccard=both / (ga.size + gb.size - both),
        names=held(a, b, Kind.NAME),
        numbers=held(a, b, Kind.NUMBER),
    )


@dataclass(frozen=True, slots=True)
class CopyRule:
    """Thresholds, measured by the calibration script."""

    containment: float = 0.30
    jaccard: float = 0.10
    names: float = 0.70
    numbers: float = 0.60

    def holds(self, o: Overlap) -> bool:
        enough = o.containment >= self.containment and o.jaccard >= self.jaccard
        return enough and o.names >= self.names and o.numbers >= self.numbers
