"""Which of an article's units update, deny or confirm an earlier claim, and which one.

The models' side only: `relations` lays out the rows, `telling` turns what is found here into mentions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from monitor.core.claims import relations
from monitor.core.claims.candidates import candidates
from monitor.core.claims.compare import Matrix
from monitor.core.claims.features import Features, Known
from monitor.core.claims.pairs import Scene
from monitor.core.claims.settings import ClaimsSettings

_HEARSAY = relations.VERDICT_NAMES.index("own_sentence_hearsay")
_LIKE = relations.VERDICT_NAMES.index("in_past")
_RESTATED = 0.5  # of a denial's words, in what it denies
_MARKS = frozenset("frxsw")
_NEAR = 2  # sentences between a denial that shares no word with what it denies and that
_SHARED = 0.1


@dataclass(frozen=True)
class Related:
    """An own unit updates, denies or confirms past text `target` (or own unit `target`, where `inside`)."""

    kind: str
    target: int
    inside: bool
    probability: float
    restated: bool = False  # a denial that says what it denies


def relations_of(
    own: Sequence[Known], known: Sequence[Known], articles: Sequence[str], scene: Scene, same: Matrix, new: Matrix,
    s: ClaimsSettings,
) -> dict[int, Related]:  # fmt: skip
    """What units do to earlier claims, those of their own article included: the strongest relation of each.

    One model a kind ranks the candidates; another says whether there is such a relation to the first of them at all.
    Asked are the units that are shown, and silent ones that bear a mark of a relation (`new` is 0 where a unit repeats
    a text word for word: those are not asked).
    """
    heard = {(q[0], q[2]) for k in known for q in k.features.quantities}
    asked = [a for a, k in enumerate(own) if new[a] >= s.thresholds.new or (new[a] > 0 and hints(k.features, heard))]
    if not asked:
        return {}
    alike = np.zeros((len(own), len(known)), np.float32)
    alike[scene.own, scene.past] = same
    found = candidates(own, known, articles, asked, alike, s.background)
    first = relations.favourites(found, relations.margins(found, s.target))
    out: dict[int, Related] = {}
    strength: dict[int, float] = {}
    for kind, best in first.items():
        limit = s.thresholds.relation[kind]
        for n, p in enumerate(s.relation[kind].probability(best.rows)):
            a, pair = int(best.unit[n]), int(best.pair[n])
            if kind == "denies" and "z" in own[a].features.flags:
                continue  # who gives no answer denies nothing
            if p >= limit and p / limit > strength.get(a, 0) and stands(kind, best.rows[n]):
                strength[a] = float(p / limit)
                restated = kind == "denies" and bool(best.rows[n, _HEARSAY] or best.rows[n, _LIKE] >= _RESTATED)
                out[a] = Related(kind, int(found.target[pair]), bool(found.inside[pair]), float(p), restated)
    return {a: _followed(a, out) for a in out}


def stands(kind: str, row: Matrix) -> bool:
    """What no probability replaces, of a unit and its favourite (a row of `VERDICT_NAMES`).

    An update counts the same thing otherwise or corrects; a confirmation has a word of confirming; a denial denies, or
    it negates, answers or says the opposite of a sentence near it or one that shares words with it.
    """
    r = dict(zip(relations.VERDICT_NAMES, row.tolist(), strict=True))
    if kind == "updates":
        return bool(r["moved"] or r["own_r"])
    if kind == "confirms":
        return bool(r["own_act_confirm"] or r["own_s"])
    if r["own_act_deny"] or r["own_f"]:
        return True
    near = r["inside"] and abs(r["apart"]) <= _NEAR
    return bool(r["own_n"] or r["own_w"] or r["opposite"]) and bool(near or r["cosine"] >= _SHARED)


def _followed(a: int, out: Mapping[int, Related]) -> Related:
    """A denial that goes on from the denial before it denies the same ("He rejected the charge", "I was not there")."""
    r, seen = out[a], {a}
    while r.kind == "denies" and r.inside and r.target not in seen and r.target in out:
        seen.add(r.target)
        further = out[r.target]
        if further.kind != "denies" or (further.inside and further.target in seen):
            break
        r = replace(r, target=further.target, inside=further.inside)
    return r


def hints(f: Features, heard: set[tuple[float, str]]) -> bool:
    """Whether a unit bears a mark that relations are told with: a figure not `heard` before, a denial, an answer."""
    if f.act in ("deny", "confirm") or not _MARKS.isdisjoint(f.flags):
        return True
    return any(q[2] and (q[0], q[2]) not in heard for q in f.quantities)
