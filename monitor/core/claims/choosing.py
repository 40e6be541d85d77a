"""Which earlier claims does a unit make? A decision about whole claims, over all the mentions they have.

A pair of sentences says little where a claim has five: it may be told in other words each time, or one mention may
have come in by mistake. The rows say how surely the unit says what each mention says, the first one above all (what
the claim's id asserts), how the claim ranks among its rivals and the unit among its neighbours, and whether the
article as a whole follows one that makes the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.core.claims.compare import Matrix
from monitor.core.claims.pairs import CANDIDATES, NAMES, Scene

Indices = npt.NDArray[np.int64]

#: The columns of the best pair that the model sees.
BASE = (
    "stems_cosine", "neutral_in_past", "neutral_in_own", "bigrams_in_past", "names_shared", "names_in_past",
    "names_in_own", "values_shared", "values_in_past", "values_in_own", "counts_shared", "counts_in_past",
    "counts_in_own", "dates_in_past", "quote_in_past", "quote_in_own", "concepts_cosine", "sentence_in_past",
    "sentence_in_own", "own_length", "past_length", "own_values", "past_values", "same_language", "negation_differs",
    "unit_conflict", "speaker_shared", "speaker_differs", "own_pieces", "past_pieces", "place_apart", "same_act",
    "before", "after", "document", "sentence_row_rank", "column_rank", "core_cosine", "core_in_past", "core_in_own",
    "core_shared", "own_core", "past_core", "own_confirms", "own_denies", "own_negated",
)  # fmt: skip
_AT = [NAMES.index(n) for n in BASE]
NAMES_OF = (
    "highest", "second", "mean", "share", "first", "mentions", "articles", "article_second", "article_sum", "rank",
    "margin", "unit_best", "unit_second", "rival_unit", "unit_rank", "units_best", "nearest", "nearest_has", "new",
    "highest_is_first", "story_texts", *BASE,
)  # fmt: skip

_POSSIBLE = 0.08  # pairs below speak for no claim


@dataclass(frozen=True)
class Candidates:
    """Units with earlier claims they may make, one entry each."""

    unit: Indices
    claim: Indices  # index into `names`
    pair: Indices  # the scene's pair with the claim's likest mention
    names: tuple[str, ...]
    rows: Matrix  # entries x NAMES_OF
    first: Matrix  # likeness to the claim's first mention: what its id asserts


def candidates(
    scene: Scene, same: Matrix, new: Matrix, articles: Sequence[str], claims: Sequence[Sequence[str]], texts: int
) -> Candidates:
    """What the model decides on.

    `claims[p]` are the ids that past text p stands for, `articles[p]` is who had it first. `texts` is how many the
    story has, those that were not compared included: the more there are, the likelier that one is alike by chance.
    """
    index: dict[str, int] = {}
    text_at = np.array([p for p, ids in enumerate(claims) for _ in ids], np.int64)
    claim_at = np.array([index.setdefault(c, len(index)) for ids in claims for c in ids], np.int64)
    numbers: dict[str, int] = {}
    article_at = np.array([numbers.setdefault(a, len(numbers)) for a in articles], np.int64)
    n, count = len(new), len(index)
    likeness = np.zeros((n, len(claims)), np.float32)
    likeness[scene.own, scene.past] = same
    pair_at = np.full((n, len(claims)), -1, np.int64)
    pair_at[scene.own, scene.past] = np.arange(len(scene.own))
    highest = np.zeros((count, n), np.float32)
    np.maximum.at(highest, claim_at, likeness[:, text_at].T)
    highest = highest.T
    unit, claim = np.nonzero(highest >= _POSSIBLE)
    if not len(unit):
        none = np.zeros(0, np.int64)
        return Candidates(none, none, none, tuple(index), np.zeros((0, len(NAMES_OF)), np.float32), none)
    by_text = _Grouped(likeness[:, text_at], claim_at, count, unit, claim)
    best_text = text_at[by_text.best]
    pair = pair_at[unit, best_text]
    # The same by article: thirty mentions of one outlet are one voice.
    voices, voice = np.unique(claim_at * len(numbers) + article_at[text_at], return_inverse=True)
    heard = np.zeros((len(voices), n), np.float32)
    np.maximum.at(heard, voice.reshape(-1), likeness[:, text_at].T)
    by_article = _Grouped(heard.T, voices // len(numbers), count, unit, claim)
    document = np.zeros((len(numbers), n), np.float32)
    np.maximum.at(document, article_at, likeness.T)
    nearest = int(document.mean(axis=1).argmax())
    spoken = voices[voices % len(numbers) == nearest] // len(numbers)
    has = np.isin(claim, spoken)
    near = np.full((n, count), -1, np.float32)
    near[:, spoken] = heard[voices % len(numbers) == nearest].T
    first = text_at[np.unique(claim_at, return_index=True)[1]]
    columns = [
        highest[unit, claim], by_text.second, by_text.mean, by_text.share, likeness[unit, first[claim]], by_text.size,
        by_article.size, by_article.second, by_article.mean * by_article.size,
        *_rivals(highest, unit, claim), near[unit, claim], has, new[unit], best_text == first[claim],
        np.full(len(unit), texts),
    ]  # fmt: skip
    rows = np.concatenate([np.stack(columns, axis=1).astype(np.float32), scene.rows[pair][:, _AT]], axis=1)
    # Of a claim with more mentions than are looked at, the first may just not be among the nearest.
    unseen = (pair_at[unit, first[claim]] < 0) & (by_text.size >= CANDIDATES)
    agrees = np.where(unseen, 1.0, likeness[unit, first[claim]])
    return Candidates(unit, claim, pair, tuple(index), rows, agrees)


class _Grouped:
    """Likeness to each mention of a claim, for each entry: the best and second best, mean, share that agrees."""

    def __init__(self, values: Matrix, group: Indices, count: int, unit: Indices, claim: Indices) -> None:
        order = np.argsort(group, kind="stable")
        sizes = np.bincount(group, minlength=count)
        start = np.cumsum(sizes) - sizes
        widest = int(sizes.max())
        at = np.minimum(start[:, None] + np.arange(widest), len(group) - 1)
        member = np.where(np.arange(widest) < sizes[:, None], order[at], -1)[claim]
        seen = np.where(member >= 0, values[unit[:, None], member], -1.0)
        top = seen.argmax(axis=1)
        self.best = member[np.arange(len(unit)), top]
        self.size = sizes[claim]
        self.mean = np.where(seen >= 0, seen, 0).sum(axis=1) / self.size
        self.share = (seen >= 0.5).sum(axis=1) / self.size
        self.second = np.sort(seen, axis=1)[:, -2] if widest > 1 else np.full(len(unit), -1.0)


def _rivals(highest: Matrix, unit: Indices, claim: Indices) -> list[Matrix]:
    """How the claim ranks among those of the unit, and the unit among those that may make the claim."""
    mine = highest[unit, claim]
    ordered = np.sort(highest, axis=1)
    best = ordered[:, -1]
    second = ordered[:, -2] if highest.shape[1] > 1 else np.zeros(len(highest), np.float32)
    columns = highest[:, claim]
    others = columns.copy()
    others[unit, np.arange(len(unit))] = 0
    favourites = np.bincount(highest.argmax(axis=1), minlength=highest.shape[1])
    return [
        (highest[unit] > mine[:, None]).sum(axis=1), mine - np.where(best[unit] > mine, best[unit], second[unit]),
        best[unit], second[unit], others.max(axis=0), (columns > mine[None, :]).sum(axis=0), favourites[claim],
    ]  # fmt: skip
