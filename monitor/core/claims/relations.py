"""What a new claim does to an earlier one: updates its figure, denies it, confirms it.

Two questions. *To which?* is a ranking of all candidates (`candidates`), linear and learnt list by list: half of all
denials answer a sentence of their own article ("C'est faux", two lines below the charge), so the article's own units
are ranked with the story's texts. *Whether?* is asked once a unit and kind, by boosted trees over the unit and the
candidate that ranks first (`favourites`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from monitor.core.claims.candidates import TARGET_NAMES, Candidates, Indices
from monitor.core.claims.compare import Matrix

KINDS = ("updates", "denies", "confirms")

_APART = (-2, -1, 0, 1, 2, 3, 4)  # sentences between a unit and what it answers
_LIKE = ("cosine", "in_own", "in_past", "before", "after", "sentence_in_own", "same", "names", "concepts")
_SHORT = 8  # words of a denial that repeats nothing
_CHARGED = ("past_sentence_hearsay", "past_sentence_accuses", "past_c", "past_sentence_denies", "past_n")


def _crosses() -> tuple[tuple[str, ...], ...]:
    """The products the ranking weighs beside the plain columns: the same likeness or place speaks otherwise for a
    short denial, a quotation, a sentence with hearsay.
    """
    at = [f"at{d:+d}" for d in _APART]
    near = ("at+0", "at+1", "at+2")
    out: list[tuple[str, ...]] = [(a,) for a in (*at, "far_after", "far_before", "follows")]
    kinds = ("short", "own_act_deny", "unlike", "own_sentence_hearsay")
    out += [(a, u) for a in (*at, "far_after", "far_before", "follows") for u in kinds]
    out += [(like, u) for like in _LIKE for u in ("short", "unlike", "inside", "own_act_deny")]
    places = ("inside", "own_act_deny", "at+1", "at+2", "at+0", "at-1", "far_before", "outside")
    out += [(c, p) for c in _CHARGED for p in places]
    out += [(a, "same_speaker") for a in near] + [(f"at{d:+d}", "other_speaker") for d in (-1, 0, 1, 2, 3)]
    out += [(a, u) for a in near for u in ("own_quote", "own_sentence_deny")]
    out += [(f"root_{like}",) for like in _LIKE]
    out += [
        ("same_speaker", "outside"), ("same_speaker", "inside"), ("moved", "outside"), ("moved", "cosine"),
        ("moved", "concepts"), ("equal", "cosine"), ("recency", "outside"), ("told", "cosine"),
        ("values", "outside"), ("values", "cosine"), ("values", "names"), ("values", "concepts"),
    ]  # fmt: skip
    return tuple(dict.fromkeys(out))


PLAIN = tuple(n for n in TARGET_NAMES if not n.startswith("own_"))
CROSSES = _crosses()
RANKED_NAMES = (*PLAIN, *(" x ".join(c) for c in CROSSES))
_PLACE = {n: i for i, n in enumerate(TARGET_NAMES)}
_PARTS = tuple(dict.fromkeys((*PLAIN, "one", *(n for c in CROSSES for n in c))))
_LEFT = np.array([_PARTS.index(c[0]) for c in CROSSES])
_RIGHT = np.array([_PARTS.index(c[-1] if len(c) > 1 else "one") for c in CROSSES])


def crossed(rows: Matrix) -> Matrix:
    """Rows of one unit's candidates as the ranking sees them: pairs x RANKED_NAMES."""
    part = {n: rows[:, i] for n, i in _PLACE.items()}
    inside, apart = part["inside"], part["apart"]
    part["one"] = np.ones(len(rows), np.float32)
    part |= {f"at{d:+d}": inside * (apart == d) for d in _APART}
    part["far_after"], part["far_before"] = inside * (apart < _APART[0]), inside * (apart > _APART[-1])
    part["follows"] = inside * (apart == 0) * (part["order"] > 0)
    part["outside"] = 1 - inside
    part["short"] = np.asarray(part["own_length"] <= _SHORT, np.float32)
    alike = float(part["cosine"].max()) if len(rows) else 0.0
    part["unlike"] = np.full(len(rows), 1 - min(1.0, 2 * alike), np.float32)
    part |= {f"root_{n}": np.sqrt(np.maximum(part[n], 0)) for n in _LIKE}
    parts = np.stack([part[n] for n in _PARTS], axis=1).astype(np.float32)
    return np.concatenate([parts[:, : len(PLAIN)], parts[:, _LEFT] * parts[:, _RIGHT]], axis=1)


@dataclass(frozen=True)
class Ranking:
    """One weight for each of `RANKED_NAMES`."""

    weights: Matrix
    base: float

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Ranking:
        """From JSON. ValueError where it was learnt on other columns."""
        if list(data["names"]) != list(RANKED_NAMES):
            raise ValueError("this ranking was learnt on other columns: run the calibration again")
        return cls(np.array(data["weights"], np.float32), float(data["base"]))


def margins(found: Candidates, rankings: Mapping[str, Ranking]) -> dict[str, Matrix]:
    """By kind, the log-odds of every pair against the others of its unit. No sentence denies the rest of its denial."""
    kinds = list(rankings)
    weights = np.stack([rankings[k].weights for k in kinds], axis=1)
    parts = [crossed(found.rows[a:b]) @ weights for a, b in spans(found)]
    table = np.concatenate([*parts, np.zeros((0, len(kinds)), np.float32)])
    out = {k: table[:, n] + np.float32(rankings[k].base) for n, k in enumerate(kinds)}
    if "denies" in out:
        out["denies"] = np.where(denying(found) > 0, out["denies"] - np.float32(_NEVER), out["denies"])
    return out


def denying(found: Candidates) -> Matrix:
    """1 where the candidate is a part of the unit's own sentence that denies without hearsay."""
    part = {n: found.rows[:, _PLACE[n]] for n in ("same_sentence", "past_act_deny", "past_f", "past_h")}
    flat = np.maximum(part["past_act_deny"], part["past_f"])
    return np.asarray(part["same_sentence"] * flat * (1 - part["past_h"]), np.float32)


def spans(found: Candidates) -> list[tuple[int, int]]:
    """Where each asked unit's candidates begin and end."""
    edges = np.flatnonzero(np.diff(found.unit)) + 1
    ends = [0, *edges.tolist(), len(found.unit)]
    return [(a, b) for a, b in pairwise(ends) if b > a]


#: One row a unit and kind: the pair with the candidate that ranks first, and how the ranking stands.
VERDICT_NAMES = (*TARGET_NAMES, "margin", "gap", "share", *(f"margin_{k}" for k in KINDS))


_NEVER = 50.0
_ALONE = 5.0  # how far ahead a candidate without rivals is


@dataclass(frozen=True)
class Favourites:
    """The candidate that ranks first for each asked unit, of one kind."""

    unit: Indices
    pair: Indices  # row of the candidates
    rows: Matrix  # units x VERDICT_NAMES


def favourites(found: Candidates, margins: Mapping[str, Matrix]) -> dict[str, Favourites]:
    """By kind. `margins[kind]` is the ranking's log-odds of every candidate pair."""
    where = spans(found)
    tops = {k: [float(margins[k][a:b].max()) for a, b in where] for k in KINDS}
    out = {}
    for kind in KINDS:
        pair, standing = [], []
        for n, (a, b) in enumerate(where):
            order = np.sort(margins[kind][a:b])
            ahead = order[-1] - order[-2] if len(order) > 1 else _ALONE
            pair.append(a + int(np.argmax(margins[kind][a:b])))
            standing.append((order[-1], ahead, 1 / np.exp(order - order[-1]).sum(), *(tops[k][n] for k in KINDS)))
        at = np.array(pair, np.int64)
        more = np.array(standing, np.float32).reshape(len(at), len(VERDICT_NAMES) - len(TARGET_NAMES))
        out[kind] = Favourites(found.unit[at], at, np.concatenate([found.rows[at], more], axis=1))
    return out
