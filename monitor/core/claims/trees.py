"""Gradient-boosted trees as plain arrays: learnt elsewhere, evaluated here with numpy alone.

All trees lie in flat arrays, the right child of a node behind its left one. A row walks all trees at once, one level
a step, so that a whole article's pairs cost a few array operations a level. A leaf is its own left child with an
infinite threshold: who has arrived stays. Probability is the logistic of the sum of the leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Trees:
    """Node n asks whether `row[feature[n]] <= threshold[n]`; its children are left[n] and left[n] + 1."""

    roots: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float32]
    left: npt.NDArray[np.int64]
    value: npt.NDArray[np.float32]
    base: float
    depth: int

    @classmethod
    def load(cls, data: Mapping[str, Any], names: Sequence[str]) -> Trees:
        """From JSON. ValueError where it was learnt on other features than `names`."""
        if list(data["names"]) != list(names):
            raise ValueError("these trees were learnt on other features: run the calibration again")
        feature = np.array(data["feature"], np.int64)
        leaf = feature < 0
        threshold = np.array(data["threshold"], np.float32)
        threshold[leaf] = np.inf
        return cls(
            np.array(data["roots"], np.int64), np.where(leaf, 0, feature), threshold,
            np.where(leaf, np.arange(len(feature)), np.array(data["left"], np.int64)),
            np.array(data["value"], np.float32), float(data["base"]), int(data["depth"]),
        )  # fmt: skip

    def margin(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Log-odds of each row."""
        if not len(rows):
            return np.zeros(0, np.float32)
        flat = np.ascontiguousarray(rows, dtype=np.float32).ravel()
        offset = (np.arange(len(rows)) * rows.shape[1])[:, None]
        at = np.repeat(self.roots[None, :], len(rows), axis=0)
        for _ in range(self.depth):
            beyond = flat.take(self.feature.take(at) + offset) > self.threshold.take(at)
            at = self.left.take(at) + beyond
        return np.asarray(self.value.take(at).sum(axis=1) + np.float32(self.base), dtype=np.float32)

    def probability(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Probability of each row."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.margin(rows))), dtype=np.float32)
