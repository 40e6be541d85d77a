"""Learn the claims' weights from the annotated corpora and write `monitor/languages/weights/claims.json`.

    python -m tests.quality.calibrate_claims --carry-over      learn on some corpora, test on the others, all ways
    python -m tests.quality.calibrate_claims --write           learn on all of them and write the file

Labels are by sentence, units are by clause: of the unit pairs of two sentences that share a claim only the likest
counts as a match and the others are left out, twice over with the model of the round before (multiple-instance
learning); of the units of a new sentence only the newest counts as new. Every model that feeds another gives it
predictions for stories it was not fitted on. Needs scikit-learn (extra "dev"); the core evaluates plain arrays.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from monitor.core.claims import novelty, pairs, second
from monitor.core.claims.compare import sentences_of
from monitor.core.claims.features import decode
from monitor.core.claims.settings import ClaimsSettings, background_of
from tests.quality import learn_choice, relations_score, score
from tests.quality.boosting import Bag, likest, trees_of
from tests.quality.claims_gold import HERE, articles, cases, replay
from tests.quality.learn_relations import learn_relations

OUT = Path(__file__).resolve().parents[2] / "monitor" / "languages" / "weights" / "claims.json"
COUNTED = ("stems", "neutral", "bigrams", "values", "counts")  # views whose words the background weighs
SHUFFLED = 0  # cases with another order of telling, for each article
PARTS = 3  # of the stories: what feeds another model is predicted for the third it was not fitted on
FOLDS = (("dev1", "dev2", "own1", "own4", "own7"), ("dev3", "dev5", "own2", "own9"), ("dev4", "dev6", "own3", "own8"))
POINTS: dict[str, dict[str, Any]] = {
    "balanced": {"new": 0.4, "same": 0.5, "detail": 0.65, "also": 0.8, "first": 0.2,
                 "relation": {"updates": 0.4, "denies": 0.35, "confirms": 0.3},
                 "loud": {"updates": 0.6, "denies": 0.6, "confirms": 0.6}},
    "careful": {"new": 0.08, "same": 0.5, "detail": 0.65, "also": 0.8, "first": 0.2,
                "relation": {"updates": 0.4, "denies": 0.35, "confirms": 0.3},
                "loud": {"updates": 0.6, "denies": 0.6, "confirms": 0.6}},
}  # fmt: skip


def background_table(corpora: Sequence[str], floor: int = 4) -> dict[str, Any]:
    """Inverse frequencies of words seen in at least `floor` units of these corpora."""
    counts: Counter[str] = Counter()
    total = 0
    for corpus in corpora:
        for a in articles(corpus):
            for u in a.units:
                words = decode(u.features).counted
                counts.update({s for v in COUNTED for w in words[v] for s in w.split("|")})
                total += 1
    kept = sorted(w for w, n in counts.items() if n >= floor)
    weights = [round(float(np.log((total + 1) / counts[w])), 2) for w in kept]
    return {"words": kept, "weights": weights, "rare": round(float(np.log((total + 1) / 2)), 2)}


def fitted(model: Bag, x: np.ndarray, y: np.ndarray, group: np.ndarray, start: np.ndarray, rounds: int = 2) -> Bag:
    """Fit with the likest positive of each group only, twice over; half of the negatives at double weight."""
    values = start
    thin = np.random.default_rng(0).random(len(y)) < 0.5
    for _ in range(rounds):
        use = np.where(y == 1, likest(group, values), thin)
        model.fit(x[use], y[use], np.where(y[use] == 1, 1.0, 2.0))
        values = model.predict(x)
    return model


class Learner:
    """All models on some corpora, each fed with predictions made for stories it was not fitted on."""

    def __init__(self, corpora: Sequence[str]) -> None:
        self.corpora = list(corpora)
        self.table = background_table(corpora)
        self.cases = cases(corpora, SHUFFLED)
        stories = sorted({c.article.story for c in self.cases})
        half = {s: n % PARTS for n, s in enumerate(stories)}
        background = background_of(self.table)
        self.scenes = [
            pairs.compare(c.own, [decode(a.units[u].features) for a, u in c.past],
                          [a.submission.key for a, _ in c.past], background)
            for c in self.cases
        ]  # fmt: skip
        at, y, group, self.half = [], [], [], []
        groups: dict[Any, int] = {}
        for n, (c, scene) in enumerate(zip(self.cases, self.scenes, strict=True)):
            for r, (a, p) in enumerate(zip(scene.own, scene.past, strict=True)):
                mine = c.article.claims(a)
                if c.exact[a] >= 0 or not mine:
                    continue
                other, u = c.past[p]
                at.append((n, r))
                y.append(int(bool(mine & other.claims(u))))
                key = (n, c.article.sentence[a], other.submission.key, other.sentence[u])
                group.append(groups.setdefault(key, len(groups)))
                self.half.append(half[c.article.story])
        self.at, self.y, self.group = np.array(at), np.array(y), np.array(group)
        self.half = np.array(self.half)
        self.case_half = np.array([half[c.article.story] for c in self.cases])

    def pick(self, values: list[np.ndarray]) -> np.ndarray:
        """The rows of the labelled pairs, of values kept by case."""
        return np.array([values[n][r] for n, r in self.at])

    def learn(self) -> dict[str, Any]:
        """The whole file but for its operating points."""
        x = self.pick([s.rows for s in self.scenes])
        start = x[:, pairs.NAMES.index("neutral_cosine")] + x[:, pairs.NAMES.index("stems_cosine")]
        first = fitted(Bag(2, 150, 31, 0.08), x, self.y, self.group, start)
        crossed = self._crossed([s.rows for s in self.scenes], x, first.predict(x), lambda: Bag(2, 150, 31, 0.08), 1)
        rows2 = [self._second(n, p) for n, p in enumerate(crossed)]
        x2 = self.pick(rows2)
        second_model = fitted(Bag(2, 120, 16, 0.08), x2, self.y, self.group, x2[:, 0], 1)
        same = self._crossed(rows2, x2, x2[:, 0], lambda: Bag(2, 120, 16, 0.08), 1)
        xn, yn, gn, hn, where = self._novelty(same)
        new_model = self._fit_new(xn, yn, gn)
        new = self._crossed_new(xn, yn, gn, hn, where)
        tables = self._tables(same)
        twice = [novelty.again(c.own, t, q) for c, t, q in zip(self.cases, tables, new, strict=True)]
        xa = np.array([twice[n][a] for n, a in where])
        again_model = self._fit_new(xa, yn, gn)
        new = self._crossed_new(xa, yn, gn, hn, where)
        self.same, self.new = same, new
        return {
            "background": self.table,
            "first": trees_of(first.models, pairs.NAMES),
            "second": trees_of(second_model.models, second.NAMES_OF),
            "novelty": trees_of(new_model.models, novelty.NAMES_OF),
            "again": trees_of(again_model.models, novelty.NAMES_AGAIN),
            "choice": learn_choice.learn(self.cases, self.scenes, same, new, self.case_half),
            **learn_relations(self.corpora, self.cases, self.scenes, same, background_of(self.table)),
        }

    def _crossed(
        self, rows: list[np.ndarray], x: np.ndarray, start: np.ndarray, make: Any, rounds: int = 2
    ) -> list[np.ndarray]:
        """Probabilities of every case's pairs, by models fitted on the other parts."""
        out: list[np.ndarray] = [np.zeros(0)] * len(rows)
        for h in range(PARTS):
            m = self.half != h
            model = fitted(make(), x[m], self.y[m], self.group[m], start[m], rounds)
            mine = [n for n in range(len(rows)) if self.case_half[n] == h]
            p = model.predict(np.concatenate([rows[n] for n in mine]))
            for n, part in zip(mine, np.split(p, np.cumsum([len(rows[n]) for n in mine])[:-1]), strict=True):
                out[n] = part.copy()
        for n, (c, s) in enumerate(zip(self.cases, self.scenes, strict=True)):
            out[n][[c.exact[a] == p for a, p in zip(s.own, s.past, strict=True)]] = 1.0
        return out

    def _second(self, n: int, p: np.ndarray) -> np.ndarray:
        c = self.cases[n]
        keys = [a.submission.key for a, _ in c.past]
        own_at, _ = sentences_of([("", k.features.sentence) for k in c.own])
        past_at, _ = sentences_of([(a.submission.key, a.units[u].sentence) for a, u in c.past])
        return second.rows(self.scenes[n], p, own_at, past_at, sentences_of([(k, 0) for k in keys])[0])

    def _tables(self, same: list[np.ndarray]) -> list[np.ndarray]:
        return [
            novelty.rows(c.own, [decode(a.units[u].features) for a, u in c.past], [a.submission.key for a, _ in c.past],
                         self.scenes[n], same[n], c.hours)
            for n, c in enumerate(self.cases)
        ]  # fmt: skip

    def _novelty(
        self, same: list[np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[tuple[int, int]]]:
        x, y, g, h, where = [], [], [], [], []
        groups: dict[Any, int] = {}
        for n, (c, rows) in enumerate(zip(self.cases, self._tables(same), strict=True)):
            for a, row in enumerate(rows):
                s = c.article.sentence[a]
                if c.exact[a] >= 0 or s is None:
                    continue
                x.append(row)
                y.append(int(s in c.new))
                g.append(groups.setdefault((n, s), len(groups)))
                h.append(self.case_half[n])
                where.append((n, a))
        return np.array(x), np.array(y), np.array(g), np.array(h), where

    @staticmethod
    def _fit_new(x: np.ndarray, y: np.ndarray, group: np.ndarray) -> Bag:
        values = -x[:, 0]
        for _ in range(2):
            use = (y == 0) | likest(group, values)
            model = Bag(5, 100, 8, 0.07).fit(x[use], y[use])
            values = model.predict(x)
        return model

    def _crossed_new(
        self, x: np.ndarray, y: np.ndarray, g: np.ndarray, h: np.ndarray, where: list[tuple[int, int]]
    ) -> list[np.ndarray]:
        out = [np.zeros(len(c.own), np.float32) for c in self.cases]
        for half in range(PARTS):
            model = self._fit_new(x[h != half], y[h != half], g[h != half])
            for (n, a), p in zip(where, model.predict(x), strict=True):
                if self.case_half[n] == half:
                    out[n][a] = p
        return out


def export(judgements: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": j.reading.submission.key, "story": j.placement.story, "copy_group": j.placement.copy_group,
            "claims": [{"text": m.unit.text, "claim": m.claim, "status": m.status.value, "relation": m.relation}
                       for m in j.mentions],
        }
        for j in judgements
    ]  # fmt: skip


FIGURES = (
    ("novelty", "macro_f1"), ("novelty_strict", "macro_f1"), ("novelty_strict", "new_recall"),
    ("novelty_strict", "echo_recall"), ("novelty_mixed", "macro_f1"), ("novelty_mixed", "new_recall"),
    ("same_claim", "f1"), ("same_claim_beyond_copies", "f1"), ("same_claim_beyond_copies", "precision"),
    ("same_claim_beyond_copies", "recall"),
)  # fmt: skip


def figures(corpora: Sequence[str], settings: ClaimsSettings) -> str:
    """The bars' figures of one setting on these corpora, on one line."""
    rows = export(replay(corpora, settings))
    table = score.score([str(HERE / c) for c in corpora], rows)
    told = relations_score.score([HERE / c for c in corpora], rows)
    units = table["claim_sentences"]
    short = {"novelty": "nov", "same_claim": "same", "beyond_copies": "bc"}

    def name(text: str) -> str:
        for a, b in short.items():
            text = text.replace(a, b)
        return text

    shown = "  ".join(f"{name(a)}.{b[:8]} {table[a][b]:.3f}" for a, b in FIGURES)
    return (f"{'+'.join(corpora):12s} {shown}  unmarked {units['units_on_unannotated'] / max(1, units['units']):.3f}  "
            f"rel shown {told['shown']:.3f} right {told['right']:.3f}")  # fmt: skip


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--carry-over", action="store_true")
    ap.add_argument("--write", action="store_true")
    ap.add_argument("--folds", type=int, default=3, help="how many of the folds: 2 leaves dev4 and dev6 alone")
    ap.add_argument("--keep", type=Path, help="keep each fold's weights in this folder")
    a = ap.parse_args()
    folds = FOLDS[: a.folds]
    if a.carry_over:
        for test in folds:
            train = [c for fold in FOLDS if fold != test for c in fold]
            data = Learner(train).learn() | {"points": POINTS}
            if a.keep:
                a.keep.mkdir(parents=True, exist_ok=True)
                (a.keep / f"{'+'.join(test)}.json").write_text(json.dumps(data), encoding="utf8")
            settings = ClaimsSettings.of(data)
            print(figures(test, settings), flush=True)
            for c in test:
                print(figures((c,), settings), flush=True)
            careful = ClaimsSettings.of(data, "careful")
            print("careful", figures(test, replace(settings, thresholds=careful.thresholds)), flush=True)
    if a.write:
        data = Learner([c for fold in folds for c in fold]).learn() | {"points": POINTS}
        OUT.parent.mkdir(exist_ok=True)
        OUT.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf8")
        print(f"{OUT}: {OUT.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
