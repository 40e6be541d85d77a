"""What a new claim does to an earlier one: updates its figure, denies it, confirms it.

One model a kind looks at the pair of units with what relations turn on: acts, negation, corrections ("instead of"),
speakers that differ, counts of one thing that disagree. The rows below extend the pair's. Half of all denials answer
a sentence of their own article ("C'est faux", two lines below the charge), so the units of the article that stand
before are candidates too (`inside`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from monitor.core.claims.compare import Matrix
from monitor.core.claims.features import Features, Known
from monitor.core.claims.pairs import NAMES, Scene

KINDS = ("updates", "denies", "confirms")
#: The pair's columns that relations turn on: few, because annotated relations are few.
BASE = (
    "stems_in_past", "neutral_cosine", "neutral_in_past", "neutral_in_own", "names_shared", "names_in_past",
    "names_in_own", "counts_shared", "values_shared", "values_in_own", "sentence_cosine", "sentence_names", "before",
    "after", "document", "row_rank", "column_rank", "row_margin", "sentence_row_rank", "own_length", "past_length",
    "past_values", "quote_in_own", "concepts_cosine", "unit_conflict", "speaker_differs", "past_place",
)  # fmt: skip
_AT = [NAMES.index(n) for n in BASE]
NAMES_OF = (
    *BASE, "same", "new", "own_denies", "past_denies", "own_confirms", "past_confirms", "own_negated", "past_negated",
    "own_unconfirmed", "own_corrects", "own_conditional", "past_conditional", "own_accuses", "figure_moved",
    "figure_ratio", "own_anonymous", "past_anonymous", "same_speaker", "other_speaker", "inside", "sentences_apart",
    "own_names_only", "own_sentence_denies", "own_sentence_negated",
)  # fmt: skip


#: How many sentences back an article's own units are candidates.
REACH = 6


def hints(f: Features) -> bool:
    """Whether a unit has anything that a relation to its own article turns on."""
    return f.act in ("deny", "confirm", "cannot-confirm") or any(c in f.flags for c in "nxr")


def inside(own: Sequence[Known], scene_of: Callable[..., Scene], asked: Sequence[int] | None = None) -> Scene | None:
    """The pairs of an article's own units with those of the same and the last sentences.

    `scene_of(own, past, articles, chosen)` compares them; `asked` names the own units to look at (None: all).
    """
    i, j = [], []
    for a in range(len(own)) if asked is None else asked:
        for b, other in enumerate(own):
            apart = own[a].features.sentence - other.features.sentence
            if a != b and 0 <= apart <= REACH:  # both orders within a sentence
                i.append(a)
                j.append(b)
    if not i:
        return None
    return scene_of(own, own, [""] * len(own), (np.array(i, np.int64), np.array(j, np.int64)))


def rows(
    own: Sequence[Known], past: Sequence[Known], scene: Scene, same: Matrix, new: Matrix, within: bool = False
) -> Matrix:
    """One row a pair: `same[pair]` from the pair model, `new[own]` from the novelty model."""
    denying = {k.features.sentence for k in own if k.features.act == "deny"}
    negated = {k.features.sentence for k in own if "n" in k.features.flags}
    extra = []
    for r, (a, p) in enumerate(zip(scene.own.tolist(), scene.past.tolist(), strict=True)):
        x, y = own[a].features, past[p].features
        extra.append((
            same[r], new[a], *_extra(x, y), within, x.sentence - y.sentence if within else -1,
            len(x.stems) <= 4, x.sentence in denying, x.sentence in negated,
        ))  # fmt: skip
    table = np.array(extra, np.float32).reshape(len(scene.own), len(NAMES_OF) - len(BASE))
    return np.concatenate([scene.rows[:, _AT], table], axis=1)


def _extra(a: Features, b: Features) -> tuple[float, ...]:
    moved, ratio = _moved(a, b)
    shared = bool(set(a.speaker) & set(b.speaker))
    return (
        a.act == "deny", b.act == "deny", a.act == "confirm", b.act == "confirm", "n" in a.flags, "n" in b.flags,
        "x" in a.flags, "r" in a.flags, "c" in a.flags, "c" in b.flags, a.act == "accuse", moved, ratio,
        "a" in a.flags, "a" in b.flags, shared, bool(a.speaker and b.speaker and not shared),
    )  # fmt: skip


def _moved(a: Features, b: Features) -> tuple[float, float]:
    """1 where both count the same thing differently, and the ratio of the two figures (0 where none moved)."""
    for low, _, unit in a.quantities:
        for other, _, other_unit in b.quantities:
            if unit and unit == other_unit and unit != "year" and low != other and low and other:
                if any(q[0] == other and q[2] == unit for q in a.quantities):
                    return 2.0, low / other  # it names the old figure beside the new one
                return 1.0, low / other
    return 0.0, 0.0
