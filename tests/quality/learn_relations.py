"""Learn which units update, deny or confirm an earlier claim, and which one: a part of `calibrate_claims`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from monitor.core.claims import pairs, relations
from monitor.core.claims.compare import Background
from monitor.core.claims.features import decode
from tests.quality.boosting import Bag, likest, trees_of
from tests.quality.claims_gold import Case, articles


def learn_relations(
    corpora: Sequence[str], told: Sequence[Case], scenes: Sequence[pairs.Scene], same: Sequence[np.ndarray],
    new: Sequence[np.ndarray], background: Background,
) -> dict[str, Any]:  # fmt: skip
    """The relation and target models, fed with pair and novelty probabilities of stories they were not fitted on."""
    rows, kinds, group, units, fresh = [], [], [], [], []
    groups: dict[Any, int] = {}
    sentences: dict[Any, int] = {}

    def compared(own: Any, past: Any, keys: Any, chosen: Any) -> pairs.Scene:
        return pairs.compare(own, past, keys, background, chosen)

    def take(c: Case, n: int, scene: pairs.Scene, table: np.ndarray, past: list[tuple[Any, int]]) -> None:
        for r, (a, p) in enumerate(zip(scene.own, scene.past, strict=True)):
            s = c.article.sentence[a]
            if s is None or (c.exact and c.exact[a] >= 0):
                continue
            other, u = past[p]
            rows.append(table[r])
            kinds.append({k for k, t in c.article.relation_of.get(s, ()) if t in other.claims(u)})
            group.append(groups.setdefault((n, s, other.submission.key, other.sentence[u]), len(groups)))
            fresh.append(s in c.new)
            units.append(sentences.setdefault((c.article.submission.key, s), len(sentences)))

    for n, c in enumerate(told):
        known = [decode(a.units[u].features) for a, u in c.past]
        take(c, n, scenes[n], relations.rows(c.own, known, scenes[n], same[n], new[n]), c.past)
    for n, a in enumerate(a for corpus in corpora for a in articles(corpus)):
        own = [decode(u.features) for u in a.units]
        scene = relations.inside(own, compared) if own else None
        if scene is not None:
            none, ones = np.full(len(scene.own), -1, np.float32), np.ones(len(own), np.float32)
            inside = Case(a, own, [], [], 0.0, frozenset(a.new_sentences))
            table = relations.rows(own, own, scene, none, ones, within=True)
            take(inside, -1 - n, scene, table, [(a, u) for u in range(len(own))])
    x, g, unit = np.array(rows), np.array(group), np.array(units)
    out, targets = {}, {}
    at = relations.NAMES_OF.index
    near = x[:, at("neutral_cosine")] - 0.1 * x[:, at("sentences_apart")]
    for kind in relations.KINDS:
        y = np.array([int(kind in k) for k in kinds])
        thin = np.random.default_rng(0).random(len(y)) < 0.3
        values = near
        for _ in range(2):
            use = np.where(y == 1, likest(g, values), thin)
            model = Bag(3, 40, 6, 0.12).fit(x[use], y[use])
            values = model.predict(x)
        out[kind] = trees_of(model.models, relations.NAMES_OF)
        # Candidates of new sentences that have this relation: the judge asks of what is shown only, and a denial
        # told again stands beside earlier tellings that a first one does not have.
        has = np.isin(unit, unit[y == 1]) & np.array(fresh)
        targets[kind] = trees_of(Bag(3, 40, 5, 0.1).fit(x[has], y[has]).models, relations.NAMES_OF)
    return {"relations": out, "targets": targets}
