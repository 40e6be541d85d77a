"""What the models say of an article against its story: pairs that say the same, units that are new, relations.

Nothing is decided here. Earlier mentions are collapsed to distinct texts (a copy repeated by thirty outlets is one),
a large story to its closest texts, and every model is asked only where its answer matters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from monitor.core.claims import choosing, novelty, second
from monitor.core.claims.compare import Matrix, sentences_of
from monitor.core.claims.features import Known, decode
from monitor.core.claims.pairs import Scene, compare
from monitor.core.claims.related import Related, relations_of
from monitor.core.claims.settings import ClaimsSettings
from monitor.core.fingerprint import among, distinct
from monitor.core.model import FiledMention
from monitor.core.text.words import spans_of

_COMPARED = 160  # distinct earlier texts compared in full
_USUAL = 80  # texts of a story: beyond, a likeness is worth less (held out: precision .785 to .797 at equal F1)
_UNLIKELY = 0.02  # pairs below get no second look


@dataclass(frozen=True)
class Told:
    """One distinct text of the story: who said it first and the claims it stands for."""

    known: Known
    first: FiledMention
    claims: tuple[str, ...]
    relations: tuple[str | None, ...]  # of each claim
    last: FiledMention
    origins: frozenset[str]


class Likely(NamedTuple):
    """An earlier claim that a unit may make: how surely, which, and the pair with its likest mention."""

    score: float
    claim: str
    pair: int


@dataclass(frozen=True)
class Outcome:
    """What the models say of an article: pairs with their probability, units with theirs."""

    scene: Scene
    same: Matrix  # by pair
    new: Matrix  # by own unit
    related: dict[int, Related]  # by own unit, the strongest relation above its threshold
    claims: Mapping[int, Sequence[Likely]] = field(default_factory=dict)  # by own unit, the surest first


@lru_cache(maxsize=16_384)
def text_key(text: str) -> str:
    """A text without case, accents and punctuation: word for word the same."""
    return " ".join(token for _, _, token in spans_of(text))


def told(mentions: Sequence[FiledMention]) -> dict[str, Told]:
    """Distinct texts in the order they were first told."""
    groups: dict[str, list[FiledMention]] = defaultdict(list)
    for m in mentions:
        groups[text_key(m.text)].append(m)
    out = {}
    for key, group in groups.items():
        claims = {m.claim: m.relation for m in group}
        out[key] = Told(
            decode(group[0].features), group[0], tuple(claims), tuple(claims.values()), group[-1],
            frozenset(m.origin for m in group),
        )  # fmt: skip
    return out


def weigh(
    own: Sequence[Known], past: Sequence[Told], exact: Sequence[int], texts: int, hours: float, s: ClaimsSettings
) -> Outcome:
    """Run the models. `exact[a]` is the past text that own unit a repeats word for word, or -1.

    `texts` is how many the story has, `past` those that are compared.
    """
    known, articles = [t.known for t in past], [t.first.article for t in past]
    scene = compare(own, known, articles, s.background)
    said = np.array(exact, np.int64)
    open_pairs = said[scene.own] < 0  # of units that repeat nothing word for word
    identical = said[scene.own] == scene.past
    first = identical.astype(np.float32)
    first[open_pairs] = s.first.probability(scene.rows[open_pairs])
    own_at, _ = sentences_of([("", k.features.sentence) for k in own])
    past_at, _ = sentences_of([(a, k.features.sentence) for a, k in zip(articles, known, strict=True)])
    article_at, _ = sentences_of([(a, 0) for a in articles])
    same = first.copy()
    likely = open_pairs & (first >= _UNLIKELY)
    same[likely] = s.second.probability(second.rows(scene, first, own_at, past_at, article_at)[likely])
    seen = novelty.rows(own, known, articles, scene, same, hours)
    fresh = said < 0
    new = np.zeros(len(own), np.float32)
    new[fresh] = s.novelty.probability(seen[fresh])
    new[fresh] = s.again.probability(novelty.again(own, seen, new)[fresh])
    found = choosing.candidates(scene, same, new, articles, [t.claims for t in past], texts)
    sure = _in_a_crowd(s.choice.probability(found.rows), texts)
    claims: dict[int, list[Likely]] = defaultdict(list)
    sure = np.where(found.first >= s.thresholds.first, sure, 0)
    for e in np.argsort(-sure, kind="stable").tolist():
        claims[int(found.unit[e])].append(Likely(float(sure[e]), found.names[found.claim[e]], int(found.pair[e])))
    return Outcome(scene, same, new, relations_of(own, known, articles, scene, same, new, s), claims)


def _in_a_crowd(probability: Matrix, texts: int) -> Matrix:
    """The odds that a claim is the same, where a story has more texts than the models were mostly learnt on.

    The more there are, the likelier it is that one is alike by chance. Held out, matches at .5 were right in 87% of
    cases in stories of up to 40 texts, in 69% from 160 on.
    """
    odds = probability / np.maximum(1 - probability, 1e-6) / max(1.0, texts / _USUAL) ** 0.5
    return np.asarray(odds / (1 + odds), np.float32)


def closest(own: Sequence[Known], past: list[Told], exact: list[int]) -> tuple[list[Told], list[int]]:
    """In a large story, the `_COMPARED` past texts that share most with the article; what it repeats is kept.

    Cost would grow with the story otherwise: measured 52 ms an article in a story of 380, 15 ms with this.
    """
    if len(past) <= _COMPARED:
        return past, exact
    mine = distinct(np.concatenate([k.keys[v] for k in own for v in ("neutral", "names", "values")]))
    bags = [np.concatenate([t.known.keys[v] for v in ("neutral", "names", "values")]) for t in past]
    sizes = np.array([max(1, len(b)) for b in bags])
    row = np.repeat(np.arange(len(bags)), [len(b) for b in bags])
    shared = np.bincount(row, weights=among(np.concatenate(bags), mine), minlength=len(bags))
    score = shared / np.sqrt(sizes)
    score[[e for e in exact if e >= 0]] = np.inf
    kept = np.sort(np.argsort(-score, kind="stable")[:_COMPARED])
    place = {int(old): new for new, old in enumerate(kept)}
    return [past[n] for n in kept], [place[e] if e >= 0 else -1 for e in exact]
