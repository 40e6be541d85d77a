"""Boosted trees as the claims learn them (scikit-learn), and as the package keeps them (plain arrays)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier


def trees_of(fit: Any, names: Sequence[str]) -> dict[str, Any]:
    """A fitted model, or a list of them to average, as flat arrays: see `monitor.core.claims.trees`."""
    models = fit if isinstance(fit, list) else [fit]
    roots, feature, threshold, left, value = [], [], [], [], []
    depth, start = 0, 0.0
    for model in models:
        start += float(np.ravel(model._baseline_prediction)[0]) / len(models)
        for (tree,) in model._predictors:
            nodes, base = tree.nodes, len(feature)
            roots.append(base)
            order, queue = [0], [0]  # breadth first: a right child follows its left one
            while queue:
                node = nodes[queue.pop(0)]
                if not node["is_leaf"]:
                    pair = [int(node["left"]), int(node["right"])]
                    order += pair
                    queue += pair
            place = {n: base + k for k, n in enumerate(order)}
            for n in order:
                node, leaf = nodes[n], bool(nodes[n]["is_leaf"])
                feature.append(-1 if leaf else int(node["feature_idx"]))
                threshold.append(0.0 if leaf else round(float(node["num_threshold"]), 5))
                left.append(place[n] if leaf else place[int(node["left"])])
                value.append(round(float(node["value"]) / len(models), 5) if leaf else 0.0)
                depth = max(depth, int(node["depth"]))
    return {"names": list(names), "roots": roots, "feature": feature, "threshold": threshold, "left": left,
            "value": value, "base": round(start, 5), "depth": depth}  # fmt: skip


class Bag:
    """Several boosted models on halves of the features, averaged: steadier on few thousand rows."""

    def __init__(self, count: int, rounds: int, leaves: int, rate: float) -> None:
        self.models = [
            HistGradientBoostingClassifier(
                max_iter=rounds, max_leaf_nodes=leaves, max_depth=6, learning_rate=rate, min_samples_leaf=15,
                l2_regularization=5.0, max_features=0.4, random_state=n, early_stopping=False,
            )
            for n in range(count)
        ]  # fmt: skip

    def fit(self, x: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> Bag:
        for m in self.models:
            m.fit(x, y, sample_weight=weight)
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        margin = np.mean([m.decision_function(x) for m in self.models], axis=0)
        return np.asarray(1 / (1 + np.exp(-margin)), np.float32)


def likest(group: np.ndarray, values: np.ndarray) -> np.ndarray:
    """True for the highest value of each group."""
    order = np.lexsort((-values, group))
    first = np.r_[True, group[order][1:] != group[order][:-1]]
    out = np.zeros(len(values), bool)
    out[order[first]] = True
    return out
