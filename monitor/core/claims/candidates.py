"""What a unit may speak to when it updates, denies or confirms: every text of the story, every unit of its article.

One row a pair of an asked unit and a candidate. Annotated relations are few: the rows hold what relations turn on
(acts, negation, corrections, hearsay, speakers that differ, counts of one thing that disagree) and not the many columns
of the pair model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from monitor.core.claims.compare import Background, Bags, Matrix
from monitor.core.claims.features import Features, Keys, Known, in_one_sense, key_of

Indices = npt.NDArray[np.int64]

_LIKE_IT = 0.45  # cosine of two texts that tell the same
_FAR = 12  # sentences: farther apart is all the same
_LONG = 20  # units

#: Concepts that cannot both hold of one thing.
OPPOSITES = (
    ("open", "close"), ("start", "end"), ("rise", "fall"), ("accept", "refuse"), ("support", "oppose"),
    ("arrest", "free"), ("convict", "acquit"), ("win", "loss"), ("survive", "die"), ("more", "less"),
    ("appoint", "dismiss"), ("ban", "authorise"), ("deploy", "withdraw"), ("buy", "sell"), ("arrive", "leave"),
    ("continue", "stop"), ("continue", "suspend"), ("find", "missing"), ("confirm", "deny"), ("start", "cancel"),
)  # fmt: skip

#: Concepts that say how something is told, not what.
_SAYING = frozenset(map(key_of, (
    "deny", "confirm", "accuse", "announce", "tell", "press", "statement", "spokesman", "source", "answer", "report",
    "truth", "lie", "speak", "publish", "official",
)))  # fmt: skip

#: One letter of `Features.flags` each, asked of both sides.
_FLAGS = "ncxrafwsho"
_ACTS = ("deny", "confirm", "accuse", "announce", "say")

_LIKE = (
    "in_past", "in_own", "cosine", "stems", "concepts", "names_in_past", "names_in_own", "names", "quote",
    "sentence_in_own", "sentence_in_past", "sentence_names", "sentences", "before_in_own", "before", "after_in_own",
    "after",
)  # fmt: skip
_RELATIVE = ("cosine", "in_own", "before", "after", "sentence_in_own", "same")
TARGET_NAMES = (
    *_LIKE, *(f"{n}_of_best" for n in _RELATIVE), *(f"{n}_rank" for n in _RELATIVE),
    "same", "inside", "apart", "order", "same_sentence", "recency", "same_language", "told",
    "place", "length", "quantities", "is_quote", "has_speaker",
    *(f"past_{f}" for f in _FLAGS), *(f"past_act_{a}" for a in _ACTS), "past_sentence_hearsay", "past_sentence_accuses",
    "past_sentence_denies",
    "same_speaker", "other_speaker", "speaker_named_there", "speaker_named_here", "negation_differs", "opposite",
    "moved", "ratio", "equal", "old_beside", "values", "dates_differ",
    *(f"own_{f}" for f in _FLAGS), *(f"own_act_{a}" for a in _ACTS), "own_length", "own_quantities", "own_quote",
    "own_place", "own_sentence_deny", "own_sentence_negated",
    "own_sentence_flat", "own_sentence_agrees", "own_sentence_hearsay", "own_sentence_confirms", "own_first",
    "own_told", "own_alike", "own_unheard",
)  # fmt: skip


@dataclass(frozen=True)
class Candidates:
    """Pairs of an asked unit and something it may speak to: past text `target`, or own unit `target` if `inside`."""

    unit: Indices
    target: Indices
    inside: npt.NDArray[np.bool_]
    rows: Matrix  # pairs x TARGET_NAMES


def candidates(
    own: Sequence[Known], past: Sequence[Known], articles: Sequence[str], asked: Sequence[int], same: Matrix,
    background: Background,
) -> Candidates:  # fmt: skip
    """Every past text and every other own unit beside each asked unit. `same[a, p]` is the pair model's, 0 where it
    was not asked; `articles[p]` is the article of past text p.
    """
    blocks, targets, within = [], [], []
    if asked:
        pool = _Pool(own, past, articles, asked, background)
        for n, a in enumerate(asked):
            kept = np.arange(len(pool.there)) != len(past) + a
            blocks.append(pool.rows(n, a, same[a], kept))
            targets.append(np.where(pool.inside, pool.place - len(past), pool.place)[kept])
            within.append(pool.inside[kept])
    unit = np.repeat(np.array(asked, np.int64), [len(t) for t in targets])
    return Candidates(
        unit, np.concatenate([*targets, np.zeros(0, np.int64)]), np.concatenate([*within, np.zeros(0, bool)]),
        np.concatenate([*blocks, np.zeros((0, len(TARGET_NAMES)), np.float32)]),
    )  # fmt: skip


class _Pool:
    """What is the same for all asked units of an article: the candidates, and what they share with each."""

    def __init__(
        self, own: Sequence[Known], past: Sequence[Known], articles: Sequence[str], asked: Sequence[int],
        background: Background,
    ) -> None:  # fmt: skip
        self.own, self.past, self.there = own, past, [*past, *own]
        self.place = np.arange(len(self.there))
        self.inside = self.place >= len(past)
        views = _Views(self.there)
        self.like = _likeness(own, asked, self.there, views, background)
        self.nature = _nature(self.there, len(past), articles)
        self.sentence = np.array([k.features.sentence for k in self.there], np.int64)
        self.languages = np.array([k.features.language for k in self.there])
        self.told = _told(views.keys["neutral"][: len(past)], len(own), background)
        self.recency = np.where(self.inside, 1.5, self.place / max(1, len(past)))
        self.heard = {(q[0], q[2]) for k in past for q in k.features.quantities}
        self.against = _Against(self.there)

    def rows(self, n: int, a: int, same: Matrix, kept: Matrix) -> Matrix:
        """The rows of the nth asked unit a, of the candidates that are `kept`."""
        mine, split = self.own[a].features, len(self.past)
        alike = np.zeros(len(self.there), np.float32)
        alike[:split] = same
        columns = {name: self.like[name][n] for name in _LIKE} | {"same": alike}
        best = {name: columns[name] / max(1e-6, float(columns[name][kept].max(initial=0))) for name in _RELATIVE}
        rank = {name: _rank(np.where(kept, columns[name], -1)) for name in _RELATIVE}
        apart = np.where(self.inside, np.clip(mine.sentence - self.sentence, -_FAR, _FAR), _FAR + 1)
        order = np.where(self.inside, np.clip(split + a - self.place, -_LONG, _LONG), _LONG + 1)
        known = (float(alike.max(initial=0)), float(columns["cosine"][:split].max(initial=0)))
        by_itself = np.array([*_unit(self.own, a), *known, _unheard(mine, self.heard)], np.float32)
        block = [
            *(columns[name] for name in _LIKE), *best.values(), *rank.values(), alike, self.inside, apart, order,
            self.inside & (apart == 0), self.recency, self.languages == mine.language, self.told, *self.nature.T,
            *self.against.columns(split + a),
        ]  # fmt: skip
        chosen = np.flatnonzero(kept)
        out = np.empty((len(chosen), len(block) + len(by_itself)), np.float32)
        for k, column in enumerate(block):
            out[:, k] = column[chosen]
        out[:, len(block) :] = by_itself
        return out


def _rank(values: Matrix) -> Matrix:
    order = np.argsort(-values, kind="stable")
    out = np.empty(len(values), np.float32)
    out[order] = np.arange(len(values))
    return np.minimum(out, 20)


class _Views:
    """The keys of all candidates by view, each word in one sense."""

    def __init__(self, there: Sequence[Known]) -> None:
        self.there = there
        self.keys: dict[str, list[Keys]] = {v: [k.keys[v] for k in there] for v in ("stems", "names")}
        self.keys |= in_one_sense(there)
        self.said: dict[tuple[object, ...], Keys] = {}

    def content(self, members: Sequence[int], view: str) -> Keys:
        """One view of several units as one, without who says it and the words of saying, denying and confirming: a
        second statement of the same spokesman is not what he denies.
        """
        at = (view, *members)
        if at not in self.said:
            keys = {k for n in members for k in self.keys[view][n].tolist()}
            if view != "stems":
                keys -= _SAYING
                for s in {s for n in members for s in self.there[n].features.speaker}:
                    keys -= {key_of(s), key_of(f"~{s}")}
            self.said[at] = np.array(sorted(keys), np.uint64)
        return self.said[at]


def _likeness(
    own: Sequence[Known], asked: Sequence[int], there: Sequence[Known], views: _Views, background: Background
) -> dict[str, Matrix]:
    """What each asked unit, its sentence and the sentences beside it share with each candidate."""
    first = len(there) - len(own)
    by_sentence: dict[int, list[int]] = {}
    for n, k in enumerate(own):
        by_sentence.setdefault(k.features.sentence, []).append(first + n)
    after = dict(pairwise(sorted(by_sentence)))
    before = {b: a for a, b in after.items()}
    at = [own[a].features.sentence for a in asked]
    units = [[first + a] for a in asked]
    sentences = [by_sentence[n] for n in at]
    beside = {"before": [before.get(n, n) for n in at], "after": [after.get(n, n) for n in at]}
    out: dict[str, Matrix] = {}

    def parts(left: Sequence[Sequence[int]], view: str, weigh: bool) -> tuple[Matrix, Matrix, Matrix]:
        bags = [*(views.content(m, view) for m in left), *views.keys[view]]
        v = Bags(bags, len(left), background if weigh else None).view()
        a, b = np.maximum(v.own, 1e-6)[:, None], np.maximum(v.past, 1e-6)[None, :]
        return v.shared / a, v.shared / b, v.shared / np.sqrt(a * b)

    out["in_past"], out["in_own"], out["cosine"] = parts(units, "neutral", True)
    out["stems"] = parts(units, "stems", True)[2]
    out["concepts"] = parts(units, "concepts", True)[2]
    out["names_in_past"], out["names_in_own"], out["names"] = parts(units, "names", False)
    out["quote"] = parts(units, "quote", True)[1]
    out["sentence_in_past"], out["sentence_in_own"], out["sentences"] = parts(sentences, "neutral", True)
    out["sentence_names"] = parts(sentences, "names", False)[1]
    where = np.array([-1] * (len(there) - len(own)) + [k.features.sentence for k in own])
    for name, there_at in beside.items():
        _, out[f"{name}_in_own"], out[name] = parts([by_sentence[n] for n in there_at], "neutral", True)
        # A sentence is no evidence for itself.
        itself = (where[None, :] == np.array(there_at)[:, None]) | (where[None, :] == np.array(at)[:, None])
        for column in (f"{name}_in_own", name):
            out[column] = np.where(itself, 0, out[column])
    for column in ("sentence_in_own", "sentence_in_past", "sentence_names", "sentences"):
        out[column] = np.where(where[None, :] == np.array(at)[:, None], 0, out[column])
    return out


def _nature(there: Sequence[Known], split: int, articles: Sequence[str]) -> Matrix:
    """What each candidate is by itself, and what its sentence is."""
    keys = [(articles[n] if n < split else "", k.features.sentence) for n, k in enumerate(there)]
    marks: dict[tuple[str, int], list[bool]] = {}
    for key, k in zip(keys, there, strict=True):
        f, m = k.features, marks.setdefault(key, [False, False, False])
        m[0] |= "h" in f.flags or "a" in f.flags
        m[1] |= f.act == "accuse"
        m[2] |= f.act == "deny" or "f" in f.flags
    return np.array([
        (f.place, f.length, len(f.quantities), f.kind == "quote", bool(f.speaker),
         *(c in f.flags for c in _FLAGS), *(f.act == a for a in _ACTS), *marks[key])
        for key, f in zip(keys, (k.features for k in there), strict=True)
    ], np.float32)  # fmt: skip


def _told(past: Sequence[Keys], own: int, background: Background) -> Matrix:
    """How often the story tells what each past text tells: texts that share half of it. 0 for own units."""
    if not past:
        return np.zeros(own, np.float32)
    v = Bags([*past, *past], len(past), background).view()
    cosine = v.shared / np.sqrt(np.maximum(np.outer(v.own, v.past), 1e-6))
    return np.concatenate([np.minimum((cosine >= _LIKE_IT).sum(axis=1) - 1, 10), np.zeros(own)]).astype(np.float32)


def _unheard(f: Features, heard: set[tuple[float, str]]) -> float:
    """1 where the unit counts something as no past text does, 0 where one does, -1 where it counts nothing."""
    counted = {(q[0], q[2]) for q in f.quantities if q[2] != "year"}
    return float(bool(counted - heard)) if counted else -1.0


def _unit(own: Sequence[Known], a: int) -> tuple[float, ...]:
    """What the asked unit is by itself."""
    f = own[a].features
    beside = [k.features for k in own if k.features.sentence == f.sentence]
    return (
        *(c in f.flags for c in _FLAGS), *(f.act == act for act in _ACTS), f.length, len(f.quantities),
        f.kind == "quote", f.place, any(x.act == "deny" for x in beside),
        *(any(c in x.flags for x in beside) for c in "nfsh"), any(x.act == "confirm" for x in beside),
        a == 0 or own[a - 1].features.sentence != f.sentence,
    )  # fmt: skip


class _Against:
    """Speakers, negation, dates and figures of one unit against all candidates (it is one of them)."""

    def __init__(self, there: Sequence[Known]) -> None:
        self.features = [k.features for k in there]
        index: dict[str, int] = {}
        for f in self.features:
            for w in (*f.speaker, *f.names):
                index.setdefault(w, len(index))
        self.speakers = _marked(index, [f.speaker for f in self.features])
        self.names = _marked(index, [f.names for f in self.features])
        days = {d: n for n, d in enumerate({d for f in self.features for d in f.dates})}
        self.dates = _marked(days, [f.dates for f in self.features])
        opposable = {w: n for n, w in enumerate(sorted({w for pair in OPPOSITES for w in pair}))}
        concepts = [[c for w in f.neutral for c in w.split("|") if c in opposable] for f in self.features]
        self.concepts = _marked(opposable, concepts)
        self.opposed = np.zeros((len(opposable), len(opposable)), np.float32)
        for x, y in OPPOSITES:
            self.opposed[opposable[x], opposable[y]] = self.opposed[opposable[y], opposable[x]] = 1
        self.negated = np.array(["n" in f.flags for f in self.features])
        self.counting = [n for n, f in enumerate(self.features) if f.quantities]

    def columns(self, at: int) -> list[Matrix]:
        """One array a column, over all candidates."""
        speaker = self.speakers @ self.speakers[at] > 0
        both = self.speakers.any(axis=1) & bool(self.speakers[at].any())
        days = self.dates.any(axis=1) & bool(self.dates[at].any()) & (self.dates @ self.dates[at] == 0)
        counted = np.zeros((5, len(self.features)), np.float32)
        mine = self.features[at]
        values = {q[0] for q in mine.quantities}
        if values:
            for n in self.counting:
                theirs = self.features[n]
                shared = len(values.intersection(q[0] for q in theirs.quantities)) / len(values)
                counted[:, n] = (*figures(mine, theirs), shared)
        else:
            counted[4] = -1
        return [
            speaker, both & ~speaker, self.names @ self.speakers[at] > 0, self.speakers @ self.names[at] > 0,
            self.negated != self.negated[at], self.concepts @ (self.opposed @ self.concepts[at]) > 0, *counted, days,
        ]  # fmt: skip


def _marked(index: dict[str, int], words: Sequence[Sequence[str]]) -> Matrix:
    """1 where a row has a word of the index."""
    out = np.zeros((len(words), len(index)), np.float32)
    for n, some in enumerate(words):
        for w in some:
            out[n, index[w]] = 1
    return out


def figures(x: Features, y: Features) -> tuple[float, float, float, float]:
    """How the figures of two units stand: moved (1 where one thing is counted differently), the ratio of those two in
    powers of two, equal (1 where one thing is counted alike), and 1 where `x` names the old figure beside the new
    ("from 12 to 17", "four, not three").
    """
    moved, ratio, equal = 0.0, 0.0, 0.0
    mine = [(value, unit) for low, high, unit in x.quantities for value in dict.fromkeys((low, high)) if unit != "year"]
    for other, other_high, unit in y.quantities:
        if unit == "year" or other <= 0:
            continue
        old = [u for value, u in mine if value == other and (u == unit or not u)]
        new = [value for value, u in mine if value not in (other, other_high) and value > 0 and u in old]
        if new:
            return 1.0, math.log2(new[0] / other), 0.0, 1.0
        counted = [value for value, u in mine if u and u == unit]
        if other in counted:
            equal = 1.0
        elif not moved and counted and counted[0] > 0:
            moved, ratio = 1.0, math.log2(counted[0] / other)
    return moved, ratio, equal, 0.0
