"""Learn which earlier claims a unit makes: stories are told article by article with the claims found so far.

The claims a unit is offered are those that the decision itself made of the earlier articles, mistakes included: first
by a plain rule, then by models fitted on the other stories. An entry is right where most mentions of the claim share
an annotated claim with the unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from monitor.core.claims import choosing
from monitor.core.claims.choosing import Candidates
from monitor.core.claims.pairs import Scene
from tests.quality.boosting import Bag, trees_of
from tests.quality.claims_gold import Case

Score = Callable[[int, Candidates], np.ndarray]

ROUNDS = 2
SAME, ALSO = 0.5, 0.7  # while learning


@dataclass(frozen=True)
class Offer:
    """One case: the claims of its past texts, those offered to its units, and the ids each unit took."""

    case: Case
    ids: list[tuple[str, ...]]
    found: Candidates
    took: list[list[str]]


def chosen(found: Candidates, score: np.ndarray, count: int, same: float, also: float) -> list[list[str]]:
    """The claims of each of `count` units: the surest, and two more that are sure."""
    out: list[list[str]] = [[] for _ in range(count)]
    for e in np.argsort(-score, kind="stable"):
        ids = out[found.unit[e]]
        if score[e] >= (also if ids else same) and len(ids) < 3:
            ids.append(found.names[found.claim[e]])
    return out


def told(
    cases: Sequence[Case], scenes: Sequence[Scene], same: Sequence[np.ndarray], new: Sequence[np.ndarray],
    score: Score, limits: tuple[float, float] = (SAME, ALSO),
) -> list[Offer]:  # fmt: skip
    """All cases in the order of their stories: what each was offered and what it took."""
    held: dict[tuple[str, str], list[str]] = {}  # (story, text) -> claims
    out = []
    for n, c in enumerate(cases):
        story = c.article.story
        ids = [held.setdefault((story, a.keys[u]), [f"{a.submission.key}:{u}"]) for a, u in c.past]
        keys = [a.submission.key for a, _ in c.past]
        found = choosing.candidates(scenes[n], same[n], new[n], keys, ids, len(ids))
        fresh = np.array(c.exact)[found.unit] < 0 if len(found.unit) else np.zeros(0, bool)
        p = np.where(fresh, score(n, found), 0) if len(found.unit) else np.zeros(0)
        took = chosen(found, p, len(c.own), *limits)
        for u, mine in enumerate(took):
            if c.exact[u] >= 0:
                took[u] = list(ids[c.exact[u]])
            elif not mine:
                mine.append(f"{c.article.submission.key}:{u}")
            known = held.setdefault((story, c.article.keys[u]), [])
            known += [k for k in took[u] if k not in known]
        out.append(Offer(c, [tuple(i) for i in ids], found, took))
    return out


def plain(_: int, found: Candidates) -> np.ndarray:
    """A rule to begin with: the likest mention, and the second where there is one."""
    highest, second, mentions = (found.rows[:, choosing.NAMES_OF.index(n)] for n in ("highest", "second", "mentions"))
    return np.where(mentions > 1, 0.7 * highest + 0.3 * np.maximum(second, 0), highest)


def entries(offers: Sequence[Offer]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rows, labels, weights, and the number of the case of each."""
    x, y, w, at = [], [], [], []
    for n, o in enumerate(offers):
        mentions: dict[str, list[set[str]]] = defaultdict(list)
        for (a, u), ids in zip(o.case.past, o.ids, strict=True):
            for k in ids:
                mentions[k].append(a.claims(u))
        for e, unit in enumerate(o.found.unit.tolist()):
            mine = o.case.article.claims(unit)
            if o.case.exact[unit] >= 0 or not mine:
                continue
            agree = [bool(mine & other) for other in mentions[o.found.names[o.found.claim[e]]]]
            x.append(o.found.rows[e])
            y.append(float(np.mean(agree)) >= 0.5)
            w.append(np.sqrt(len(agree)))
            at.append(n)
    return np.array(x, np.float32), np.array(y, int), np.array(w), np.array(at)


def learn(
    cases: Sequence[Case], scenes: Sequence[Scene], same: Sequence[np.ndarray], new: Sequence[np.ndarray],
    parts: np.ndarray,
) -> dict[str, Any]:  # fmt: skip
    """The trees of the choice. `parts[n]` is the part of case n's story: models are crossed over parts."""
    score: Score = plain
    model = None
    for _ in range(ROUNDS):
        x, y, w, at = entries(told(cases, scenes, same, new, score))
        part = parts[at]
        crossed = {p: _fit(x[part != p], y[part != p], w[part != p]) for p in np.unique(parts)}
        model = _fit(x, y, w)

        def score(n: int, found: Candidates, crossed: dict[int, Bag] = crossed) -> np.ndarray:
            return crossed[parts[n]].predict(found.rows)

    assert model is not None
    return trees_of(model.models, choosing.NAMES_OF)


def _fit(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> Bag:
    return Bag(3, 100, 12, 0.08).fit(x, y, w)
