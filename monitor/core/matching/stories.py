"""Whether an article reports what a story reports: one learnt decision over comparisons with several members.

A story is looked at through its likeliest members, its founder and its newest ones: of each measure the best and the
mean over these, and what the members hold together (a follow-up may name one person after one member and a second
after another). So one look-alike member cannot pull an article in by itself, and stories do not chain.

The approach is that of Miranda et al. 2018, "Multilingual clustering of streaming news": cosines by view, time, and a
decision "join or found" apart from the ranking.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.core.fingerprint import distinct
from monitor.core.matching.compare import COLUMNS, Dampening, Floats, Hits
from monitor.core.matching.view import CORE, Kind, View

UNIONS = (("core_names", CORE, Kind.NAME), ("core_cognates", CORE, Kind.COGNATE), ("core_numbers", CORE, Kind.NUMBER))
WORDING = COLUMNS.index("wording")
FEATURES = (
    *(f"best_{c}" for c in COLUMNS[:-1]),
    *(f"mean_{c}" for c in COLUMNS[:-1]),
    *(f"union_{name}" for name, *_ in UNIONS),
    "top_name",  # weight of the most telling name that stands in title or lead of both
    "same_day",  # nearness in time to the nearest member, Gaussian with sigma a day
    "same_days",  # sigma three days
    "since_newest",  # log of the hours to the story's newest member
    "outlet_wording",  # the most wording shared with a member of the same outlet: bulletins of one desk
    "outlet",  # share of the members compared that are of the same outlet
    "size",  # log of the number of members compared: of many one is like by chance
)

WORDS = [FEATURES.index(f"best_{c}") for c in ("stems", "cognates", "concepts")]
# Likeness of words up to which a story is another one whatever names it shares: two bulletins of one town. None of the
# 814 articles of our corpora that belong to an earlier story is so far from it (310 pairs that do not belong are).
NO_WORDS = 0.02


def story_features(
    view: View,
    table: Floats,
    h: Hits,
    damp: Dampening,
    rows: NDArray[np.intp],
    hours: Floats,
    same_outlet: NDArray[np.bool_],
) -> Floats:
    """What an article and a story have in common, in the order of FEATURES.

    `table` is that of `compare`, `rows` the story's members in it, `hours` from each candidate to the article and
    whether it is of the article's outlet (all of `table`'s).
    """
    part = table[rows, :-1]
    members = np.zeros(len(table), dtype=bool)
    members[rows] = True
    of_story = members[h.rows]
    own = h.own[of_story]
    shared = distinct(own)
    unions = []
    factors = damp.factors.astype(np.float64)
    for _, where, kind in UNIONS:
        mine = np.where(view.terms["kind"] == kind, (view.weights[where] * factors) ** 2, 0.0)
        whole = mine.sum()
        unions.append(float(mine[shared].sum() / whole) if whole > 1e-6 else 0.5)
    named = view.terms["kind"][own] == Kind.NAME
    both = np.sqrt(view.weights[CORE, own] * h.weights[CORE, of_story]) * factors[own]
    nearest = float(hours[rows].min())
    best, mean = part.max(axis=0), part.mean(axis=0)
    return np.concatenate((
        best, mean, unions,
        [float(both[named].max(initial=0.0)), _gauss(nearest, 24.0), _gauss(nearest, 72.0), math.log1p(nearest),
         float(table[rows, WORDING][same_outlet[rows]].max(initial=0.0)), float(same_outlet[rows].mean()),
         math.log(len(rows))],
    ))  # fmt: skip


def _gauss(hours: float, sigma: float) -> float:
    return math.exp(-((hours / sigma) ** 2) / 2)


@dataclass(frozen=True, eq=False)
class StoryModel:
    """Boosted trees over FEATURES, as plain numbers, with the score from which an article joins.

    Node i asks whether feature[i] <= threshold[i] and goes left or right; a leaf goes to itself and holds a value. The
    values of all trees, summed with `base`, are the log odds.
    """

    feature: NDArray[np.intp]
    threshold: Floats
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: Floats
    roots: NDArray[np.intp]
    base: float
    depth: int
    join: float

    @classmethod
    def parse(cls, data: bytes) -> StoryModel:
        """The model of weights/stories.json. ValueError where it was learnt for other features than these."""
        raw = json.loads(data)
        if tuple(raw["features"]) != FEATURES:
            raise ValueError("weights/stories.json was learnt for other features: run tests.quality.calibrate_stories")
        feature, left, right, roots = (np.array(raw[n], dtype=np.intp) for n in ("feature", "left", "right", "roots"))
        threshold, value = (np.array(raw[n], dtype=np.float64) for n in ("threshold", "value"))
        return cls(feature, threshold, left, right, value, roots, raw["base"], raw["depth"], raw["join"])

    @classmethod
    def empty(cls, join: float = 0.5) -> StoryModel:
        """A model that gives every pair the same score, below `join`."""
        none, zero = np.zeros(1, dtype=np.intp), np.zeros(1)
        return cls(none, zero, none, none, zero, none, -5.0, 0, join)

    def probabilities(self, values: Floats) -> Floats:
        """That the article belongs to each story, 0..1; `values` has shape (stories, FEATURES).

        0 for a story that shares nothing but names, places or numbers with it.
        """
        values = np.atleast_2d(values)
        rows = np.arange(len(values))[:, None]
        node = np.broadcast_to(self.roots, (len(values), self.roots.size))
        for _ in range(self.depth):
            node = np.where(values[rows, self.feature[node]] <= self.threshold[node], self.left[node], self.right[node])
        log_odds: Floats = self.base + self.value[node].sum(axis=1)
        apart = values[:, WORDS].max(axis=1) <= NO_WORDS
        return np.where(apart, 0.0, 1 / (1 + np.exp(-log_odds)))
