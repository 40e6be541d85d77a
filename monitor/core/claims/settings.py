"""The learnt weights and the operating points of the claims, read from `weights/claims.json`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from monitor.core.claims import choosing, novelty, pairs, relations, second
from monitor.core.claims.compare import Background
from monitor.core.claims.features import key_of
from monitor.core.claims.trees import Trees

POINTS = ("balanced", "careful")


@dataclass(frozen=True)
class Thresholds:
    """Where decisions fall. Each was chosen on the annotated corpora by `tests/quality/calibrate_claims.py`."""

    new: float = 0.45  # a unit at least this new is shown
    same: float = 0.5  # a claim at least this alike is the same
    detail: float = 0.65  # the same for a unit that is shown: it brings something, and may just be another claim
    also: float = 0.8  # a second and a third claim of the same unit
    first: float = 0.2  # likeness to a claim's first mention; below, the claim is another
    source: float = 0.25  # an echo at least this new may be a new source
    relation: Mapping[str, float] = field(default_factory=lambda: {"updates": 0.4, "denies": 0.4, "confirms": 0.5})
    #: A relation at least this sure is shown even where the unit would be silent.
    loud: Mapping[str, float] = field(default_factory=lambda: {"updates": 0.5, "denies": 0.5, "confirms": 0.6})


@dataclass(frozen=True)
class ClaimsSettings:
    """What `judge_claims` decides with. Without trees (no learnt file) it falls back on the features alone."""

    background: Background
    first: Trees
    second: Trees
    novelty: Trees
    again: Trees
    choice: Trees  # which earlier claims a unit makes
    relation: Mapping[str, Trees]  # by kind: is there such a relation
    target: Mapping[str, relations.Ranking]  # by kind: to which candidate
    thresholds: Thresholds
    newest: int = 800  # mentions of a story looked at: the newest

    @classmethod
    def load(cls, resource: Callable[[str], bytes], operating_point: str = "balanced") -> ClaimsSettings:
        """The learnt weights at one operating point: "balanced", or "careful" where nothing new may be swallowed."""
        if operating_point not in POINTS:
            raise ValueError(f"operating point {operating_point!r}: expected one of {', '.join(POINTS)}")
        return cls.of(json.loads(resource("weights/claims.json")), operating_point)

    @classmethod
    def of(cls, data: Mapping[str, Any], operating_point: str = "balanced") -> ClaimsSettings:
        """From the parsed file."""
        return cls(
            background_of(data["background"]),
            Trees.load(data["first"], pairs.NAMES),
            Trees.load(data["second"], second.NAMES_OF),
            Trees.load(data["novelty"], novelty.NAMES_OF),
            Trees.load(data["again"], novelty.NAMES_AGAIN),
            Trees.load(data["choice"], choosing.NAMES_OF),
            {k: Trees.load(data["relations"][k], relations.VERDICT_NAMES) for k in relations.KINDS},
            {k: relations.Ranking.load(data["targets"][k]) for k in relations.KINDS},
            Thresholds(**data["points"][operating_point]),
        )


def background_of(table: Mapping[str, Any]) -> Background:
    """Weights by word, as the file has them, by hashed key. `rare` is the weight of a word that is not listed."""
    keys = np.array([key_of(w) for w in table["words"]], np.uint64)
    weights = np.array(table["weights"], np.float32)
    order = np.argsort(keys)
    return Background(keys[order], weights[order], float(table["rare"]))
