"""One article against many at once: what each pair has in common, as a table of numbers.

All terms of all candidates are looked up in the article's own in one go; sums by candidate give the cosines. A term
that most of the candidate stories hold does not tell them apart: its weight is played down for this comparison
(`Dampening`), so that a month of news on one movement does not become one story. With few stories nothing changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.core.fingerprint import distinct
from monitor.core.matching.view import ALL, CORE, KINDS, TITLE, Kind, View

Floats = NDArray[np.float64]

# (name, part of the article, part of the candidate, kind)
COSINES = (
    ("stems", ALL, ALL, Kind.STEM),
    ("cognates", ALL, ALL, Kind.COGNATE),
    ("names", ALL, ALL, Kind.NAME),
    ("numbers", ALL, ALL, Kind.NUMBER),
    ("places", ALL, ALL, Kind.PLACE),
    ("core_cognates", CORE, CORE, Kind.COGNATE),
    ("core_names", CORE, CORE, Kind.NAME),
    ("core_numbers", CORE, CORE, Kind.NUMBER),
    ("core_places", CORE, CORE, Kind.PLACE),
    ("title", TITLE, TITLE, Kind.COGNATE),
    ("core_stems", CORE, CORE, Kind.STEM),
    ("concepts", ALL, ALL, Kind.CONCEPT),
    ("core_concepts", CORE, CORE, Kind.CONCEPT),
)
# (name, part, kind): the share of this part's weight that the other article holds anywhere; each way
COVERAGES = (
    ("core_names", CORE, Kind.NAME),
    ("names", ALL, Kind.NAME),
    ("core_numbers", CORE, Kind.NUMBER),
    ("core_cognates", CORE, Kind.COGNATE),
    ("core_places", CORE, Kind.PLACE),
    ("title_names", TITLE, Kind.NAME),
    ("title_numbers", TITLE, Kind.NUMBER),
    ("core_concepts", CORE, Kind.CONCEPT),
)
CORE_STEMS, CORE_COGNATES = (
    next(i for i, c in enumerate(COSINES) if c[0] == n) for n in ("core_stems", "core_cognates")
)
FACTS = (Kind.NAME, Kind.NUMBER, Kind.PLACE)  # what fills a template
COLUMNS = (
    *(f"{name}" for name, *_ in COSINES),
    *(f"{name}_in" for name, *_ in COVERAGES),  # of the article's, found in the candidate
    *(f"{name}_of" for name, *_ in COVERAGES),  # of the candidate's, found in the article
    *(f"{name}_both" for name, *_ in COVERAGES),  # the geometric mean of the two: a passing mention makes only one high
    "wording",  # the share of the shorter text's word 3-grams that the other holds: copies have it, and templates
    "template",  # `wording`, as far as the facts of title and lead do not agree: the same template filled otherwise
    "other_language",
)


@dataclass(frozen=True, eq=False)
class Dampening:
    """A factor for each term of the article, shape (terms,)."""

    factors: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Hits:
    """Where the candidates' terms are the article's own."""

    rows: NDArray[np.intp]  # candidate of each hit
    own: NDArray[np.intp]  # its place among the article's terms
    weights: NDArray[np.float32]  # of the candidate's term, shape (PARTS, hits)


def hits(view: View, others: Sequence[View]) -> Hits:
    """Look up all terms of the others in the article's."""
    ids = np.concatenate([o.ids for o in others])
    rows = np.repeat(np.arange(len(others)), [len(o.terms) for o in others])
    own = view.ids
    if not own.size:
        return Hits(rows[:0], rows[:0], np.empty((3, 0), dtype=np.float32))
    places = np.minimum(np.searchsorted(own, ids), own.size - 1)
    found = np.flatnonzero(own[places] == ids)
    weights = np.concatenate([o.weights for o in others], axis=1)[:, found]
    return Hits(rows[found], places[found], weights)


def dampening(view: View, h: Hits, stories: NDArray[np.intp], floor: float = 0.15, free: int = 3) -> Dampening:
    """Factors by the share of candidate stories (`stories`: one number a candidate) that hold a term.

    1 for a term of one story; towards `floor` for one that all of many stories hold; 1 for all where there are no
    more than `free` stories.
    """
    count = int(stories.max(initial=-1)) + 1
    if count <= free:
        return Dampening(np.ones(len(view.terms), dtype=np.float32))
    pairs = distinct(h.own * count + stories[h.rows])
    held = np.bincount(pairs // count, minlength=len(view.terms))
    factors = np.log((count + 1) / (np.maximum(held, 1) + 0.5)) / np.log((count + 1) / 1.5)
    return Dampening(np.maximum(factors, floor).astype(np.float32))


def compare(view: View, others: Sequence[View], h: Hits, damp: Dampening) -> Floats:
    """What the article has in common with each of the others, shape (others, COLUMNS)."""
    n = len(others)
    kinds = view.terms["kind"][h.own].astype(np.intp)
    cell = h.rows * KINDS + kinds
    factors = damp.factors[h.own]
    own = view.weights[:, h.own]

    def summed(values: NDArray[np.float32]) -> Floats:
        sums: Floats = np.bincount(cell, weights=values, minlength=n * KINDS).astype(np.float64)
        return sums.reshape(n, KINDS)

    loss = 1 - factors * factors
    own_factors = 1 - damp.factors * damp.factors
    mine = np.stack([
        s - np.bincount(view.terms["kind"], weights=own_factors * w * w, minlength=KINDS)
        for s, w in zip(view.squares, view.weights, strict=True)
    ])  # fmt: skip
    theirs = np.stack([o.squares for o in others])  # (n, PARTS, KINDS)
    theirs = theirs - np.stack([summed(loss * w * w) for w in h.weights], axis=1)
    out = np.zeros((n, len(COLUMNS)))
    dots = {}
    for column, (_, pa, pb, kind) in enumerate(COSINES):
        if (pa, pb) not in dots:
            dots[pa, pb] = summed(factors * factors * own[pa] * h.weights[pb])
        length = np.sqrt(np.maximum(mine[pa, kind] * theirs[:, pb, kind], 1e-9))
        out[:, column] = np.clip(dots[pa, pb][:, kind] / length, 0, 1)
    column = len(COSINES)
    for _, part, kind in COVERAGES:
        out[:, column] = _share(summed(factors * factors * own[part] ** 2)[:, kind], mine[part, kind])
        there = summed(factors * factors * h.weights[part] ** 2)[:, kind]
        out[:, column + len(COVERAGES)] = _share(there, theirs[:, part, kind])
        out[:, column + 2 * len(COVERAGES)] = np.sqrt(out[:, column] * out[:, column + len(COVERAGES)])
        column += 1
    mine_facts, their_facts = mine[CORE, list(FACTS)].sum(), theirs[:, CORE, list(FACTS)].sum(axis=1)
    agreeing = np.sqrt(
        _share(summed(factors * factors * own[CORE] ** 2)[:, list(FACTS)].sum(axis=1), mine_facts)
        * _share(summed(factors * factors * h.weights[CORE] ** 2)[:, list(FACTS)].sum(axis=1), their_facts)
    )
    out[:, -3] = wording(view, others)
    out[:, -2] = out[:, -3] * (1 - agreeing)
    other = np.array([o.language != view.language for o in others])
    out[:, -1] = other
    out[other, CORE_STEMS] = out[other, CORE_COGNATES]
    out[other, 0] = out[other, 1]  # stems do not compare across languages: cognates stand in
    return out


def _share(part: Floats, whole: Floats | float) -> Floats:
    """Part / whole, a half where there is nothing to share."""
    whole = np.broadcast_to(whole, part.shape)
    return np.where(whole > 1e-6, np.clip(part / np.maximum(whole, 1e-6), 0, 1), 0.5)


def wording(view: View, others: Sequence[View]) -> Floats:
    """The share of the shorter text's word 3-grams that the other holds, from the sample of them, for each other."""
    mine = view.sample
    sizes = np.array([o.sample.size for o in others])
    if not mine.size or not sizes.sum():
        return np.zeros(len(others))
    theirs = np.concatenate([o.sample for o in others])
    found = mine[np.minimum(np.searchsorted(mine, theirs), mine.size - 1)] == theirs
    shared = np.bincount(np.repeat(np.arange(len(others)), sizes), weights=found, minlength=len(others))
    share: Floats = shared / np.maximum(np.minimum(sizes, mine.size), 8)
    return share
