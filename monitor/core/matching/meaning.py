"""An optional view: how near two articles are in meaning, by a model that the user names in the settings.

Nothing depends on it. Without a model no article has such a vector; with one, `explain` shows the cosine, and a weight
above zero lets it speak in the story decision. A vector lies in the view's header, as text, so that views with and
without one can stand in one database; vectors of different models are never compared.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from monitor.core.matching.compare import Floats
from monitor.core.matching.view import View
from monitor.core.text.document import Document

Vector = NDArray[np.float32]
Encode = Callable[[str, str], Vector | None]  # (text, language) -> a vector of any length, None where it knows nothing
FACT = "meaning"  # in `View.facts`: "model:base64 of signed bytes"
CENTRE = 0.5  # cosine that speaks neither for nor against one event


@dataclass(frozen=True, eq=False)
class Meaning:
    """A model at work. `weight` is what a cosine of 1 instead of CENTRE adds to the log odds, twice over."""

    model: str  # tells models apart
    encode: Encode
    weight: float = 0.0

    def fact(self, document: Document) -> str | None:
        """What the view keeps of an article's vector, a byte a number; None where the model knows nothing of it."""
        vector = self.encode(f"{document.title}\n{document.body}", document.language)
        if vector is None or not np.isfinite(vector).all() or not (most := float(np.abs(vector).max(initial=0.0))):
            return None
        return f"{self.model}:{b64encode(np.round(vector * (127 / most)).astype(np.int8).tobytes()).decode('ascii')}"

    def weighed(self, scores: Floats, view: View, members: Sequence[Sequence[View]]) -> Floats:
        """Scores of stories once the likest of each story's members has spoken; those without a vector say nothing."""
        if not self.weight:
            return scores
        found = [[c for m in story if (c := cosine(view, m)) is not None] for story in members]
        said = np.array([self.weight * (max(cosines) - CENTRE) if cosines else 0.0 for cosines in found])
        p = np.clip(scores, 1e-9, 1 - 1e-9)
        out: Floats = 1 / (1 + (1 - p) / p * np.exp(-said))
        return out


def cosine(a: View, b: View) -> float | None:
    """How near two articles are in meaning, -1..1; None where one has no vector, or one of another model."""
    one, two = a.facts.get(FACT), b.facts.get(FACT)
    if not isinstance(one, str) or not isinstance(two, str) or one.partition(":")[0] != two.partition(":")[0]:
        return None
    x, y = _unit(one), _unit(two)
    return float(x @ y) if x.size == y.size else None


@lru_cache(maxsize=20_000)
def _unit(fact: str) -> Vector:
    vector = np.frombuffer(b64decode(fact.partition(":")[2]), dtype=np.int8).astype(np.float32)
    unit: Vector = vector / np.linalg.norm(vector)
    return unit
