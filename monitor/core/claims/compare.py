"""Comparing the units of an article with the earlier units of its story, view by view, as a few matrix products.

Every view is a bag of hashed keys (`features.VIEWS`). For a view, own units give a matrix over the article's own
keys only (what no own unit holds cannot be shared), so that the cost grows with the story's mentions and not with
its vocabulary. Weights are inverse frequencies: inside the story for names and numbers, times the background's for
words. From the products come, for each pair, cosine and containment both ways, at unit and at sentence level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from monitor.core.claims.features import Keys

Matrix = npt.NDArray[Any]  # numbers, mostly float32


@dataclass(frozen=True)
class Background:
    """Inverse frequencies of common keys, from the corpora we may use. A key that is not listed is rare."""

    keys: Keys  # sorted
    weights: Matrix
    rare: float = 8.0

    def of(self, keys: Keys) -> Matrix:
        """The weight of each key, between 0 and 1."""
        if not len(self.keys):
            return np.ones(len(keys), dtype=np.float32)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.weights[at], np.float32(self.rare)) / np.float32(self.rare)


@dataclass(frozen=True)
class View:
    """One view compared: `shared[a, p]` weight in common, `own[a]` and `past[p]` the whole weight of each."""

    shared: Matrix
    own: Matrix
    past: Matrix

    def of(self, i: npt.NDArray[np.int64], j: npt.NDArray[np.int64]) -> tuple[Matrix, Matrix, Matrix]:
        """For these pairs: the weight shared, the own side's whole weight, the past side's."""
        return self.shared[i, j], self.own[i], self.past[j]

    def cosine(self) -> Matrix:
        """Shared weight over the geometric mean."""
        return np.asarray(self.shared / np.sqrt(np.maximum(np.outer(self.own, self.past), 1e-6)))


def sentences_of(rows: Sequence[tuple[str, int]]) -> tuple[npt.NDArray[np.int64], int]:
    """A running number for each distinct (article, sentence) in order of appearance, and how many there are."""
    index: dict[tuple[str, int], int] = {}
    return np.array([index.setdefault(r, len(index)) for r in rows], dtype=np.int64), len(index)


class Bags:
    """One view of own and past units as sparse rows."""

    def __init__(self, bags: Sequence[Keys], split: int, background: Background | None) -> None:
        """`bags` are the keys of each unit, own ones first, of which there are `split`."""
        lengths = np.array([len(b) for b in bags], dtype=np.int64)
        flat = np.concatenate(bags) if bags else np.zeros(0, np.uint64)
        self.vocabulary, inverse = np.unique(flat, return_inverse=True)
        self.row = np.repeat(np.arange(len(bags)), lengths)
        self.column = inverse.reshape(-1)
        self.split = split
        self.count = len(bags)
        frequency = np.bincount(self.column, minlength=len(self.vocabulary))
        local = np.log((2.0 + self.count) / (1.0 + frequency)) / np.log(2.0 + self.count)
        weight = np.maximum(local, 0.05)
        if background is not None:
            weight = weight * background.of(self.vocabulary)
        self.weight = weight.astype(np.float32)

    def view(self, groups: npt.NDArray[np.int64] | None = None, own_groups: int = 0, total: int = 0) -> View:
        """Compared unit by unit, or by `groups` (a group number for each row; own groups come first)."""
        row = self.row if groups is None else groups[self.row]
        split = self.split if groups is None else own_groups
        count = self.count if groups is None else total
        used = np.zeros(len(self.vocabulary), dtype=bool)
        used[self.column[row < split]] = True
        place = np.cumsum(used) - 1
        kept = used[self.column]
        matrix = np.zeros((count, int(used.sum())), dtype=np.float32)
        matrix[row[kept], place[self.column[kept]]] = 1.0
        if groups is None:
            whole = np.bincount(row, weights=self.weight[self.column], minlength=count)
        else:
            pairs = np.unique(row * np.int64(len(self.vocabulary) + 1) + self.column)
            r, c = np.divmod(pairs, len(self.vocabulary) + 1)
            whole = np.bincount(r, weights=self.weight[c], minlength=count)
        shared = (matrix[:split] * self.weight[used]) @ matrix[split:].T
        whole = whole.astype(np.float32)
        return View(shared, whole[:split], whole[split:])
