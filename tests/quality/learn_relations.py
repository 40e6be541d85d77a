"""Learn which units update, deny or confirm an earlier claim, and which one: a part of `calibrate_claims`.

Annotated relations are few (some hundred new ones a kind), so a relation that is told again in other words is learnt
from twice: as it stands, and as if the articles that told it before had not been seen. The ranking is a conditional
logit: a unit's candidates compete, and all that bear the target claim win together. Whether there is a relation is
learnt from the first of a ranking that was fitted on other stories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from monitor.core.claims import pairs, relations
from monitor.core.claims.candidates import Candidates, candidates
from monitor.core.claims.compare import Background
from monitor.core.claims.features import decode
from tests.quality.boosting import Bag, likest, trees_of
from tests.quality.claims_gold import Case, articles

PARTS = 3
RIDGE = 100.0  # held out, 40 to 200 give the same within a point
THIN = 0.6  # of the units without a relation


@dataclass
class Asked:
    """One article's units with their candidates; `again` where an earlier telling is left out of the past."""

    case: Case
    found: Candidates
    again: bool
    right: dict[str, np.ndarray]  # kind -> of each pair, whether the candidate bears the target claim

    def kinds(self, a: int) -> set[str]:
        s = self.case.article.sentence[a]
        return {k for k, _ in self.case.article.relation_of.get(s, ())} if s is not None else set()

    def key(self, a: int) -> tuple[str, str | None, bool]:
        return self.case.article.submission.key, self.case.article.sentence[a], self.again


def asked_of(case: Case, same: np.ndarray, background: Background, sentences: Iterable[str] | None = None) -> Asked:
    """The units of annotated sentences that repeat nothing word for word (of these `sentences` only, where given)."""
    only = None if sentences is None else set(sentences)
    a = case.article
    units = [
        u for u in range(len(case.own))
        if case.exact[u] < 0 and a.sentence[u] is not None and (only is None or a.sentence[u] in only)
    ]  # fmt: skip
    past = [decode(b.units[u].features) for b, u in case.past]
    found = candidates(case.own, past, [b.submission.key for b, _ in case.past], units, same, background)
    claims = [b.claims(u) for b, u in case.past]
    mine = [a.claims(u) for u in range(len(case.own))]
    told = [mine[t] if i else claims[t] for t, i in zip(found.target, found.inside, strict=True)]
    wanted = [a.relation_of.get(s, set()) if s is not None else set() for s in a.sentence]
    right = {
        kind: np.array([any(k == kind and t in c for k, t in wanted[u]) for u, c in zip(found.unit, told, strict=True)])
        for kind in relations.KINDS
    }
    return Asked(case, found, only is not None, right)


def _without(case: Case, same: np.ndarray) -> list[tuple[Case, np.ndarray, set[str]]]:
    """The case without the earlier tellings of relations that its article tells again in other words."""
    a = case.article
    before = {id(b): b for b, _ in case.past}.values()
    groups: dict[frozenset[int], set[str]] = defaultdict(set)
    for s, related in a.relation_of.items():
        if s not in a.new_sentences and not any(s in b.gold for b in before):
            gone = frozenset(id(b) for b in before if any(related & r for r in b.relation_of.values()))
            if gone:
                groups[gone].add(s)
    out = []
    for gone, sentences in groups.items():
        kept = [n for n, (b, _) in enumerate(case.past) if id(b) not in gone]
        place = {n: m for m, n in enumerate(kept)}
        exact = [place.get(e, -1) for e in case.exact]
        part = Case(a, case.own, exact, [case.past[n] for n in kept], case.hours, frozenset(sentences))
        out.append((part, same[:, kept], sentences))
    return out


def gather(
    corpora: Sequence[str], told: Sequence[Case], scenes: Sequence[pairs.Scene], same: Sequence[np.ndarray],
    background: Background,
) -> list[Asked]:  # fmt: skip
    """Every article with its candidates, those that open their story included."""
    out = []
    for case, scene, p in zip(told, scenes, same, strict=True):
        alike = np.zeros((len(case.own), len(case.past)), np.float32)
        alike[scene.own, scene.past] = p
        out.append(asked_of(case, alike, background))
        out += [asked_of(part, kept, background, s) for part, kept, s in _without(case, alike)]
    seen = {c.article.submission.key for c in told}
    for a in (a for corpus in corpora for a in articles(corpus)):
        if a.submission.key not in seen and a.units:
            own = [decode(u.features) for u in a.units]
            opening = Case(a, own, [-1] * len(own), [], 0.0, frozenset(a.gold))
            out.append(asked_of(opening, np.zeros((len(own), 0), np.float32), background))
    return [x for x in out if len(x.found.unit)]


def _lists(some: Sequence[Asked], kind: str) -> list[tuple[np.ndarray, np.ndarray, Any]]:
    """(crossed rows, right, sentence) of every unit with a relation of this kind to one of its candidates."""
    out = []
    for x in some:
        for a, b in relations.spans(x.found):
            unit = int(x.found.unit[a])
            fresh = x.again or x.case.article.sentence[unit] in x.case.new | x.case.article.new_sentences
            right = x.right[kind][a:b]
            if fresh and kind in x.kinds(unit) and right.any():
                out.append((relations.crossed(x.found.rows[a:b]), right, x.key(unit)))
    return out


def fit_ranking(some: Sequence[Asked], kind: str) -> dict[str, Any]:
    """A conditional logit over standardised columns; the units of a sentence share its weight by how well they do."""
    lists = _lists(some, kind)
    rows = np.concatenate([x for x, _, _ in lists])
    scale = rows.std(axis=0) + 1e-3
    middle = rows.mean(axis=0)
    rows = ((rows - middle) / scale).clip(-5, 5)
    starts = np.r_[0, np.cumsum([len(x) for x, _, _ in lists])[:-1]]
    at = np.repeat(np.arange(len(lists)), [len(x) for x, _, _ in lists])
    right = np.concatenate([y for _, y, _ in lists])
    shared: dict[Any, list[int]] = defaultdict(list)
    for n, (_, _, key) in enumerate(lists):
        shared[key].append(n)
    weight = np.ones(len(lists))
    for members in shared.values():
        weight[members] = 1 / len(members)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        score = rows @ w
        e = np.exp(score - np.maximum.reduceat(score, starts)[at])
        every, good = np.add.reduceat(e, starts), np.add.reduceat(e * right, starts) + 1e-9
        slope = rows.T @ (weight[at] * (e / every[at] - e * right / good[at]))
        return float(-(weight * np.log(good / every)).sum() + RIDGE / 2 * (w @ w)), slope + RIDGE * w

    w = np.zeros(rows.shape[1])
    for round_ in range(2):
        w = minimize(loss, w, jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
        score = rows @ w
        best = np.maximum.reduceat(np.where(right, score, -99), starts)
        best -= np.maximum.reduceat(np.where(right, -99, score), starts)
        for members in shared.values() if round_ == 0 else ():
            e = np.exp(best[members] - best[members].max())
            weight[members] = e / e.sum()
    final = w / scale
    names = list(relations.RANKED_NAMES)
    return {"names": names, "weights": [round(float(v), 5) for v in final], "base": round(-float(middle @ final), 5)}


def _rank(some: Sequence[Asked], ranking: dict[str, Any]) -> list[dict[str, relations.Favourites]]:
    loaded = {k: relations.Ranking.load(r) for k, r in ranking.items()}
    return [relations.favourites(x.found, relations.margins(x.found, loaded)) for x in some]


def fit_verdict(some: Sequence[Asked], first: Sequence[dict[str, relations.Favourites]], kind: str) -> Bag:
    """Whether there is a relation of this kind, of the unit of each sentence that is likest to bear it."""
    rows, y, group = [], [], []
    groups: dict[Any, int] = {}
    for x, best in zip(some, first, strict=True):
        f = best[kind]
        rows.append(f.rows)
        y += [kind in x.kinds(int(a)) for a in f.unit]
        group += [groups.setdefault(x.key(int(a)), len(groups)) for a in f.unit]
    table, truth, at = np.concatenate(rows), np.array(y, int), np.array(group)
    thin = np.random.default_rng(0).random(len(truth)) < THIN
    values = table[:, relations.VERDICT_NAMES.index("margin")]
    for _ in range(2):
        use = np.where(truth == 1, likest(at, np.where(truth == 1, values, -99)), thin)
        model = Bag(4, 80, 6, 0.08).fit(table[use], truth[use])
        values = model.predict(table)
    return model


def learn_relations(
    corpora: Sequence[str], told: Sequence[Case], scenes: Sequence[pairs.Scene], same: Sequence[np.ndarray],
    background: Background,
) -> dict[str, Any]:  # fmt: skip
    """The relation and target models, fed with pair probabilities of stories that the pair model was not fitted on."""
    return fit(gather(corpora, told, scenes, same, background))


def fit(some: Sequence[Asked]) -> dict[str, Any]:
    """Both models of every kind, as the weights file has them."""
    stories = sorted({x.case.article.story for x in some})
    part = {s: n % PARTS for n, s in enumerate(stories)}
    first: dict[int, dict[str, relations.Favourites]] = {}
    for h in range(PARTS):
        others = [x for x in some if part[x.case.article.story] != h]
        ranking = {k: fit_ranking(others, k) for k in relations.KINDS}
        mine = [n for n, x in enumerate(some) if part[x.case.article.story] == h]
        first |= dict(zip(mine, _rank([some[n] for n in mine], ranking), strict=True))
    ordered = [first[n] for n in range(len(some))]
    return {
        "relations": {
            k: trees_of(fit_verdict(some, ordered, k).models, relations.VERDICT_NAMES) for k in relations.KINDS
        },
        "targets": {k: fit_ranking(some, k) for k in relations.KINDS},
    }
