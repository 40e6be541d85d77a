"""The second look at a pair: what the first look says of its rivals and neighbours.

Sentences of two articles align many to many and in any order, so alignment is evidence here and never a constraint:
how the pair ranks among the own unit's and the past unit's other candidates, whether the sentences around both agree,
and how much of the article agrees with the other one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from monitor.core.claims.compare import Matrix
from monitor.core.claims.pairs import NAMES, Scene

BASE = (
    "stems_cosine", "neutral_in_past", "neutral_in_own", "bigrams_in_past", "names_shared", "names_in_past",
    "names_in_own", "values_shared", "values_in_past", "values_in_own", "counts_shared", "counts_in_past",
    "counts_in_own", "quote_in_past", "quote_in_own", "concepts_cosine", "sentence_in_past", "sentence_in_own",
    "own_length", "past_length", "own_values", "past_values", "same_language", "negation_differs", "unit_conflict",
    "speaker_shared", "speaker_differs", "own_pieces", "past_pieces", "place_apart", "same_act", "core_cosine",
    "core_in_past", "core_in_own", "core_shared", "own_core", "own_confirms", "own_denies",
)  # fmt: skip
_AT = [NAMES.index(n) for n in BASE]

NAMES_OF = (
    "first", "row_rank", "row_in_article", "column_rank", "row_best", "column_best", "row_second", "column_second",
    "sentence_first", "previous", "following", "document", "document_share", "articles_agreeing", *BASE,
)  # fmt: skip


def rows(
    scene: Scene, first: Matrix, own_sentence: npt.NDArray[np.int64], past_sentence: npt.NDArray[np.int64],
    article: npt.NDArray[np.int64],
) -> Matrix:  # fmt: skip
    """One row a pair. Sentence numbers run through the article (own) and through the story (past), in order."""
    n_own, n_past = len(own_sentence), len(past_sentence)
    p = np.zeros((n_own, n_past), np.float32)
    p[scene.own, scene.past] = first
    i, j = scene.own, scene.past
    order = np.sort(p, axis=1)
    row_best, row_second = order[:, -1], order[:, -2] if n_past > 1 else np.zeros(n_own, np.float32)
    order = np.sort(p, axis=0)
    column_best, column_second = order[-1], order[-2] if n_own > 1 else np.zeros(n_past, np.float32)
    n_article = int(article.max()) + 1
    by_article = np.zeros((n_own, n_article), np.float32)
    for a in range(n_article):
        by_article[:, a] = p[:, article == a].max(axis=1)
    sentence = np.zeros((int(own_sentence.max()) + 1, int(past_sentence.max()) + 1), np.float32)
    np.maximum.at(sentence, (own_sentence[i], past_sentence[j]), first)
    wide = sentence.copy()
    wide[:, 1:] = np.maximum(wide[:, 1:], sentence[:, :-1])
    wide[:, :-1] = np.maximum(wide[:, :-1], sentence[:, 1:])
    previous, following = np.zeros_like(sentence), np.zeros_like(sentence)
    previous[1:], following[:-1] = wide[:-1], wide[1:]
    columns = [
        first,
        (p[i] > first[:, None]).sum(axis=1),
        ((p[i] > first[:, None]) & (article[None, :] == article[j][:, None])).sum(axis=1),
        (p[:, j] > first[None, :]).sum(axis=0),
        row_best[i], column_best[j], row_second[i], column_second[j],
        sentence[own_sentence[i], past_sentence[j]],
        previous[own_sentence[i], past_sentence[j]], following[own_sentence[i], past_sentence[j]],
        by_article.mean(axis=0)[article[j]], (by_article > 0.5).mean(axis=0)[article[j]],
        (by_article > 0.5).sum(axis=1)[i],
    ]  # fmt: skip
    return np.concatenate([np.stack(columns, axis=1).astype(np.float32), scene.rows[:, _AT]], axis=1)
