"""Learn which earlier article of its story is an article's source, and write monitor/languages/weights/sources.json.

    python -m tests.quality.calibrate_sources            learn from dev1-6, own1-4 and own7-9, write the file
    python -m tests.quality.calibrate_sources --table    only tell how well it holds, each corpus held out in turn

Only our own corpora are learnt from.

A choice is an article that is no copy, the articles of its story published before it, and the annotated source among
them. The corpora are placed with nothing learnt about sources (`SourceModel.plain`), so that the file does not depend
on the one it replaces. It does depend on which articles join a story: learn again when that has changed.

The weights are those of a conditional logit (McFadden 1974), fitted on the differences between the source and each
other candidate; other articles with the source's text are no mistakes and left out. An article of n others counts
sqrt(n) times. Held out, 20 November 2026 (articles joined a story from .4), that names the source or a copy of it for
.873 and gives .868 the origin they share; counting each article once .870 and .857, each other candidate once .865 and
.863, one softmax over all .872 and .865.

The table is that of `tests.quality.sources_score`: each corpus placed from its first article with weights that were
learnt on the others. Only the weights of sources are held out: the stories are learnt from most of these corpora.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from monitor.core.matching.place import SOURCES, MatchSettings
from monitor.core.matching.sources import FEATURES, SourceModel, candidates
from monitor.core.model import Reading
from monitor.languages import resource
from tests.quality.sources_score import counted, labels_of, placing, readings_of, show
from tests.quality.streams import DEV, OWN, WIDE, folder

TARGET = Path(__file__).resolve().parents[2] / "monitor" / "languages" / "weights" / "sources.json"
NAMES = (*DEV, *OWN, "own7", "own8", "own9")  # own5 and own6 are about stories and copies only


@dataclass(frozen=True, eq=False)
class Choice:
    """One article: what its annotated source has more of than each other candidate, shape (others, FEATURES)."""

    more: np.ndarray


def choices(name: str, readings: Iterable[Reading], settings: MatchSettings) -> list[Choice]:
    """The choices of a corpus."""
    labels, found = labels_of(name), []
    for judgement, window in placing(readings, replace(settings, sources=SourceModel.plain())):
        s, placement = judgement.reading.submission, judgement.placement
        if placement.founded or any(r.code == "copy" for r in placement.reasons):
            continue
        members = [m for m in window.members(placement.story, SOURCES) if m.key != s.key and m.when <= s.when]
        right = [m.key == labels[s.key].source for m in members]
        if True not in right:
            continue
        _, values = candidates(judgement.reading, members)
        group = labels[members[right.index(True)].key].group
        others = [labels[m.key].group != group for m in members]
        found.append(Choice(values[right.index(True)] - values[others]))
    return found


def fit(learnt_from: Iterable[Choice]) -> SourceModel:
    """The weights under which the sources of these choices are likeliest, to two decimals."""
    known = [c.more for c in learnt_from if len(c.more)]
    more = np.concatenate(known)
    counts = np.concatenate([np.full(len(m), len(m) ** -0.5) for m in known])
    learner = LogisticRegression(C=1.0, fit_intercept=False, max_iter=1000)
    learner.fit(np.concatenate([more, -more]), np.repeat([1, 0], len(more)), sample_weight=np.tile(counts, 2))
    return SourceModel(learner.coef_[0].round(2))


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--out", type=Path, default=TARGET)
    ap.add_argument("--table", action="store_true", help="write nothing")
    a = ap.parse_args()
    settings = MatchSettings.load(resource)
    readings = {name: readings_of(name, settings) for name in (*NAMES, *WIDE) if folder(name)}
    found = {name: choices(name, readings[name], settings) for name in NAMES}
    total: Counter[str] = Counter()
    for name, stream in readings.items():
        model = fit(c for other in NAMES if other != name for c in found[other])
        counts = counted(name, stream, replace(settings, sources=model))
        show(name, counts)
        total.update(counts)
    show("all", total)
    weights = dict(zip(FEATURES, fit(c for cs in found.values() for c in cs).weights.tolist(), strict=True))
    print(f"{sum(map(len, found.values()))} choices: {weights}")
    if not a.table:
        about = f"which article is the source; made by tests/quality/calibrate_sources.py from {' '.join(NAMES)}"
        a.out.write_text(json.dumps({"about": about, "version": 1, "weights": weights}, indent=1) + "\n", "utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
