"""Which of an article's units update, deny or confirm an earlier claim, and which one.

The models' side only: `relations` lays out the rows, `telling` turns what is found here into mentions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from monitor.core.claims import relations
from monitor.core.claims.compare import Matrix
from monitor.core.claims.features import Known
from monitor.core.claims.pairs import Scene, compare
from monitor.core.claims.settings import ClaimsSettings

_REPEATED = 0.8  # of a denial's words, in what it answers: held out, 24 denials had the right target, 18 without
_SHARED, _APART = relations.NAMES_OF.index("neutral_in_past"), relations.NAMES_OF.index("sentences_apart")


@dataclass(frozen=True)
class Related:
    """An own unit updates, denies or confirms past text `target` (or own unit `target`, where `inside`)."""

    kind: str
    target: int
    inside: bool
    probability: float


def relations_of(
    own: Sequence[Known], known: Sequence[Known], scene: Scene, same: Matrix, new: Matrix, s: ClaimsSettings
) -> dict[int, Related]:
    """What the shown units do to earlier claims, those of their own article included.

    One model a kind says whether there is a relation at all, over all candidates; another, learnt on units that have
    one, says which candidate it is.
    """
    shown = new >= s.thresholds.new
    asked = shown[scene.own]
    part = Scene(scene.own[asked], scene.past[asked], scene.rows[asked], scene.cover)
    tables = [relations.rows(own, known, part, same[asked], new)]
    units_at, targets, inside = [part.own], [part.past], [np.zeros(len(part.own), bool)]
    hinted = [a for a, k in enumerate(own) if shown[a] and relations.hints(k.features)]

    def compared(*args: Any) -> Scene:
        return compare(args[0], args[1], args[2], s.background, args[3])

    near = relations.inside(own, compared, hinted) if hinted else None
    if near is not None:
        tables.append(relations.rows(own, own, near, np.full(len(near.own), -1, np.float32), new, within=True))
        units_at.append(near.own)
        targets.append(near.past)
        inside.append(np.ones(len(near.own), bool))
    table, unit, target = np.concatenate(tables), np.concatenate(units_at), np.concatenate(targets)
    within = np.concatenate(inside)
    found: dict[int, tuple[float, str, float]] = {}
    for kind in relations.KINDS:
        limit = s.thresholds.relation[kind]
        probability = s.relation[kind].probability(table)
        for r in np.flatnonzero(probability >= limit):
            a, p = int(unit[r]), float(probability[r])
            if a not in found or p / limit > found[a][0]:
                found[a] = (p / limit, kind, p)
    out = {}
    for a, (_, kind, p) in found.items():
        at = np.flatnonzero(unit == a)
        margin = s.target[kind].margin(table[at])
        row = int(at[np.argmax(margin)])
        if kind == "denies":
            row = _answered(row, at, margin, table, within)
        out[a] = Related(kind, int(target[row]), bool(within[row]), p)
    return out


def _answered(best: int, at: Matrix, margin: Matrix, table: Matrix, within: Matrix) -> int:
    """The row of what a denial answers.

    One that repeats little of any candidate ("That is false", "Nobody was spoken to") answers the sentence before it.
    """
    if table[best, _SHARED] >= _REPEATED or (within[best] and table[best, _APART] <= 1):
        return best
    for apart in (1, 0):
        near = within[at] & (table[at, _APART] == apart)
        if near.any():
            return int(at[near][np.argmax(margin[near])])
    return best
