"""Whether two articles carry the same text, give or take edits, trims and furniture.

Shared words alone do not decide: a template (weather, quakes, rates) shares half its 3-grams with its next filling, and
a quotation or a closing paragraph can be shared by articles that are not copies. So the facts of the shorter text have
to stand in the longer one too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.core.fingerprint import Hashes32
from monitor.core.matching.view import ALL, Kind, View


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much two texts share, each 0..1. `of_a` is the share of a's 3-grams found in b."""

    of_a: float
    of_b: float
    jaccard: float
    blocks: float  # the shorter one's word 8-grams found in the other, over its 3-grams found there
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
        return Overlap(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    both = _common(ga, gb)
    of_shorter = both / min(ga.size, gb.size)
    long_runs = _common(a.eightgrams, b.eightgrams) / max(1, min(a.eightgrams.size, b.eightgrams.size))
    return Overlap(
        of_a=both / ga.size,
        of_b=both / gb.size,
        jaccard=both / (ga.size + gb.size - both),
        blocks=long_runs / of_shorter if both else 0.0,
        names=held(a, b, Kind.NAME),
        numbers=held(a, b, Kind.NUMBER),
    )


def _common(a: Hashes32, b: Hashes32) -> int:
    """How many hashes two sorted sets share."""
    if a.size > b.size:
        a, b = b, a
    return int(np.count_nonzero(b[np.minimum(np.searchsorted(b, a), b.size - 1)] == a)) if a.size else 0


@dataclass(frozen=True, slots=True)
class CopyRule:
    """Thresholds, measured on dev1 to dev6 (precision and recall of pairs .99) and on real press (F1 .88).

    Shared wording that comes in long runs and carries its facts along is a copy. Between templates the runs are short,
    broken by the other facts. Where much is shared, the numbers have to agree: a template's next issue shares all its
    names. One outlet's articles are copies only as versions of each other.
    """

    containment: float = 0.25
    jaccard: float = 0.06
    blocks: float = 0.30
    names: float = 0.30
    numbers: float = 0.10
    facts: float = 1.0  # names and numbers together, 0..2
    much: float = 0.60  # containment from which
    much_numbers: float = 0.50  # this share of the numbers is asked for
    same_outlet_jaccard: float = 0.35
    same_outlet_facts: float = 0.80  # of names, and of numbers

    def numbers_needed(self, o: Overlap, same_outlet: bool) -> float:
        """The share of the numbers that has to agree."""
        if same_outlet:
            return self.same_outlet_facts
        return self.much_numbers if o.containment >= self.much else self.numbers

    def holds(self, o: Overlap, same_outlet: bool) -> bool:
        """Whether two articles are copies of one text."""
        if same_outlet and (o.jaccard < self.same_outlet_jaccard or min(o.names, o.numbers) < self.same_outlet_facts):
            return False
        return (
            o.containment >= self.containment
            and o.jaccard >= self.jaccard
            and o.blocks >= self.blocks
            and o.names >= self.names
            and o.numbers >= self.numbers_needed(o, same_outlet)
            and o.names + o.numbers >= self.facts
        )
