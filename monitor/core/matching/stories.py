"""Whether an article reports what a story reports: comparison by many views, then one learnt decision."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.core.matching.view import Kind, View, Weights

FEATURES = (
    "stems", "cognates", "names", "numbers", "places", "core_names", "core_cognates", "core_in", "core_of", "title",
    "hours", "cross",
)  # fmt: skip


def cosine(a: Weights, b: Weights) -> float:
    """Cosine of two sparse vectors, 0 where either is empty."""
    if not a.norm or not b.norm:
        return 0.0
    small, large = (a.of, b.of) if len(a.of) <= len(b.of) else (b.of, a.of)
    return sum(w * large[t] for t, w in small.items() if t in large) / (a.norm * b.norm)


def covered(core: Weights, whole: Weights) -> float:
    """The share of the core's weight (squared) whose terms the whole holds, 0.5 where there is no core."""
    if not core.norm:
        return 0.5
    return sum(w * w for t, w in core.of.items() if t in whole.of) / (core.norm * core.norm)


def features(a: View, b: View, hours: float) -> list[float]:
    """What two articles have in common, in the order of FEATURES. Symmetric but for core_in and core_of."""
    cross = a.language != b.language
    names_a, names_b = a.weights(Kind.NAME, "all"), b.weights(Kind.NAME, "all")
    core_a, core_b = a.weights(Kind.NAME, "core"), b.weights(Kind.NAME, "core")
    cognates = cosine(a.weights(Kind.COGNATE, "all"), b.weights(Kind.COGNATE, "all"))
    return [
        cognates if cross else cosine(a.weights(Kind.STEM, "all"), b.weights(Kind.STEM, "all")),
        cognates,
        cosine(names_a, names_b),
        cosine(a.weights(Kind.NUMBER, "all"), b.weights(Kind.NUMBER, "all")),
        cosine(a.weights(Kind.PLACE, "all"), b.weights(Kind.PLACE, "all")),
        cosine(core_a, core_b),
        cosine(a.weights(Kind.COGNATE, "core"), b.weights(Kind.COGNATE, "core")),
        covered(core_a, names_b),
        covered(core_b, names_a),
        cosine(a.weights(Kind.COGNATE, "title"), b.weights(Kind.COGNATE, "core")),
        math.exp(-((hours / 72) ** 2) / 2),
        float(cross),
    ]


@dataclass(frozen=True)
class StoryModel:
    """A logistic over FEATURES with the score from which an article joins."""

    coefficients: tuple[float, ...]
    intercept: float
    join: float

    @classmethod
    def parse(cls, data: bytes) -> StoryModel:
        raw = json.loads(data)
        return cls(tuple(raw["coefficients"][name] for name in FEATURES), raw["intercept"], raw["join"])

    def probability(self, values: Sequence[float]) -> float:
        z = self.intercept + sum(c * v for c, v in zip(self.coefficients, values, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))
