"""What spoke for and against one event: the story score of a pair, taken apart by kinds of evidence.

The model is a sum of trees, which has no weights to show. But its likenesses may only speak for (time too), so a
kind of evidence can be asked: how much lower were the log odds without it, and how much higher would they be if it
agreed in full? The first speaks for the two being one event, the second against.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from monitor.core.matching.compare import Floats
from monitor.core.matching.stories import FEATURES, StoryModel

EVIDENCE = {
    "names": ("names", "core_names", "title_names", "top_name"),
    "words": ("stems", "cognates", "concepts", "core_stems", "core_cognates", "core_concepts", "title"),
    "numbers": ("numbers", "core_numbers", "title_numbers"),
    "places": ("places", "core_places"),
    "time": ("same_day", "same_days", "since_newest"),
    "form": ("template", "outlet_wording"),
}
_FULL = {"top_name": 5.0, "since_newest": 0.0, "template": 0.0, "outlet_wording": 0.0}  # where it is not 1
_NONE = {"since_newest": math.log1p(24 * 30), "template": 1.0, "outlet_wording": 1.0}  # where it is not 0
_BARE = re.compile(r"^(?:best_|mean_|union_)|_(?:in|of|both)$")
MATTERS = 0.5  # log odds from which a kind of evidence is told
TOLD = 3
SEEN = 0.05  # likeness under which nothing is shared


@dataclass(frozen=True, slots=True)
class Weighed:
    """Kinds of evidence (keys of EVIDENCE) that spoke for and against, the weightiest first."""

    pro: tuple[str, ...]
    contra: tuple[str, ...]


def weigh(values: Floats, model: StoryModel) -> Weighed:
    """Which kinds of evidence mattered; `values` has shape (comparisons, FEATURES), of which the mean counts."""
    values = np.atleast_2d(values)
    base = _log_odds(values, model)
    pro: list[tuple[float, str]] = []
    contra: list[tuple[float, str]] = []
    for kind, names in EVIDENCE.items():
        columns = [i for i, f in enumerate(FEATURES) if _BARE.sub("", f) in names]
        gained = base - _log_odds(_set(values, columns, _NONE, 0.0), model)
        missed = _log_odds(_set(values, columns, _FULL, 1.0), model) - base
        likeness = [i for i in columns if FEATURES[i].removeprefix("best_") in names]
        if kind == "form" or (kind != "time" and values[:, likeness].max(initial=0.0) < SEEN):
            gained = 0.0  # nothing is shared, or all that it could say is that two texts differ in form
        if max(gained, missed) >= MATTERS:
            (pro if gained >= missed else contra).append((max(gained, missed), kind))
    return Weighed(*(tuple(k for _, k in sorted(found, reverse=True)[:TOLD]) for found in (pro, contra)))


def _set(values: Floats, columns: list[int], special: dict[str, float], usual: float) -> Floats:
    """The same with these columns all at one end of what they can be."""
    out = values.copy()
    for i in columns:
        bare = _BARE.sub("", FEATURES[i])
        end = special.get(bare, usual)
        out[:, i] = np.maximum(out[:, i], end) if bare == "top_name" and end else end
    return out


def _log_odds(values: Floats, model: StoryModel) -> float:
    p = np.clip(model.probabilities(values), 1e-9, 1 - 1e-9)
    return float(np.log(p / (1 - p)).mean())
