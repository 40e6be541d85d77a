"""Gradient-boosted trees as plain arrays: learnt elsewhere, evaluated here with numpy alone.

Every tree is a run of nodes in flat arrays. A row walks all trees at once, one level a step, so that a whole
article's pairs cost a handful of array operations. Probability is the logistic of the sum of the leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Trees:
    """`feature[n] < 0` marks a leaf; children of node n are left[n] and right[n] (a leaf is its own child)."""

    names: tuple[str, ...]
    roots: npt.NDArray[np.int32]
    feature: npt.NDArray[np.int32]
    threshold: npt.NDArray[np.float32]
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    value: npt.NDArray[np.float32]
    base: float
    depth: int

    @classmethod
    def load(cls, data: Mapping[str, Any], names: Sequence[str]) -> Trees:
        """From JSON. ValueError where it was learnt on other features than `names`."""
        if list(data["names"]) != list(names):
            raise ValueError("these trees were learnt on other features: run the calibration again")
        return cls(
            tuple(names),
            np.array(data["roots"], np.int32), np.array(data["feature"], np.int32),
            np.array(data["threshold"], np.float32), np.array(data["left"], np.int32),
            np.array(data["right"], np.int32), np.array(data["value"], np.float32),
            float(data["base"]), int(data["depth"]),
        )  # fmt: skip

    def margin(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Log-odds of each row."""
        if not len(rows):
            return np.zeros(0, np.float32)
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        index = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            feature = self.feature[at]
            goes_left = rows[index, np.maximum(feature, 0)] <= self.threshold[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        return np.asarray(self.value[at].sum(axis=1) + np.float32(self.base), dtype=np.float32)

    def probability(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Probability of each row."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.margin(rows))), dtype=np.float32)
