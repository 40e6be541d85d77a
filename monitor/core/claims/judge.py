"""Verdicts: which claims of an article are new, which are echoes, and of what.

The path of one article: the story's earlier mentions are collapsed to distinct texts; what is word for word among
them is an echo; the rest is compared pair by pair (a first and a second look), then each unit is asked on its own
whether it is new, which earlier claims it makes, and what it does to them if it is new.

Rules that no weight may break: a denial never bears the id of what it denies; a unit with a figure, name, date or
quotation that the story did not have is at most a detail of a claim, never its silent echo, unless the novelty model
is sure; claims join on the agreement of two mentions where they have two, not on a chain of single ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitor.core.claims import novelty, relations, second, units
from monitor.core.claims.compare import Matrix, sentences_of
from monitor.core.claims.features import Known, decode
from monitor.core.claims.pairs import Scene, compare
from monitor.core.claims.reasons import REASONS, echo_reason, first_reason, new_reason, related_reason
from monitor.core.claims.settings import ClaimsSettings
from monitor.core.ids import short_id
from monitor.core.model import FiledMention, Mention, Placement, Reading, Relation, Status, Submission, Unit
from monitor.core.pack import Pack
from monitor.core.text.document import Document
from monitor.core.text.words import tokens
from monitor.core.window import Window

__all__ = ["REASONS", "ClaimsSettings", "Outcome", "extract_units", "judge_claims", "weigh"]

_LAGGED_HOURS = 240.0  # an echo in the lead of what was last said ten days ago is old news resold
_KIND_STATUS = {"updates": Status.UPDATE, "denies": Status.DENIAL, "confirms": Status.CONFIRMATION}


def extract_units(
    document: Document, submission: Submission, pack: Pack, settings: ClaimsSettings
) -> tuple[Unit, ...]:
    """The assertions of an article, in the order of its text. They need no learnt weights."""
    _ = settings
    return units.cut(document, submission, pack)


@dataclass(frozen=True)
class Told:
    """One distinct text of the story: who said it first and the claims it stands for."""

    known: Known
    first: FiledMention
    claims: tuple[str, ...]
    relations: tuple[str | None, ...]  # of each claim
    last: FiledMention
    origins: frozenset[str]


@dataclass(frozen=True)
class Outcome:
    """What the models say of an article: pairs with their probability, units with theirs."""

    scene: Scene
    same: Matrix  # by pair
    new: Matrix  # by own unit
    kinds: dict[str, Matrix]  # by pair


def text_key(text: str) -> str:
    """A text without case, accents and punctuation: word for word the same."""
    return " ".join(tokens(text))


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


def weigh(own: Sequence[Known], past: Sequence[Told], exact: Sequence[int], hours: float, s: ClaimsSettings) -> Outcome:
    """Run the models. `exact[a]` is the past text that own unit a repeats word for word, or -1."""
    known, articles = [t.known for t in past], [t.first.article for t in past]
    scene = compare(own, known, articles, s.background)
    first = s.first.probability(scene.rows)
    identical = np.array([exact[a] == p for a, p in zip(scene.own, scene.past, strict=True)], bool)
    first[identical] = 1.0
    own_at, _ = sentences_of([("", k.features.sentence) for k in own])
    past_at, _ = sentences_of([(a, k.features.sentence) for a, k in zip(articles, known, strict=True)])
    article_at, _ = sentences_of([(a, 0) for a in articles])
    same = s.second.probability(second.rows(scene, first, own_at, past_at, article_at))
    same[identical] = 1.0
    new = s.novelty.probability(novelty.rows(own, known, articles, scene, same, hours))
    new[[a for a, e in enumerate(exact) if e >= 0]] = 0.0
    rows = relations.rows(own, known, scene, same, new)
    return Outcome(scene, same, new, {k: t.probability(rows) for k, t in s.relation.items()})


def judge_claims(
    reading: Reading, placement: Placement, window: Window, settings: ClaimsSettings
) -> tuple[Mention, ...]:
    """A verdict for every unit of an article, against the story's earlier mentions. A unit that makes two known
    claims gets a mention for each."""
    submission = reading.submission
    earlier = [m for m in window.mentions(placement.story, settings.newest) if m.article != submission.key]
    if not earlier or not reading.units:
        return tuple(_opening(u, submission) for u in reading.units)
    by_text = told(earlier)
    past = list(by_text.values())
    index = {key: n for n, key in enumerate(by_text)}
    exact = [index.get(text_key(u.text), -1) for u in reading.units]
    if min(exact) >= 0:
        return tuple(m for u, e in zip(reading.units, exact, strict=True) for m in _repeated(u, past[e], submission))
    hours = (submission.when - max(m.when for m in earlier)).total_seconds() / 3600
    own = [decode(u.features) for u in reading.units]
    outcome = weigh(own, past, exact, hours, settings)
    out: list[Mention] = []
    for a, unit in enumerate(reading.units):
        if exact[a] >= 0:
            out += _repeated(unit, past[exact[a]], submission)
        else:
            out += _decide(a, unit, own[a], past, outcome, submission, placement, settings)
    return tuple(out)


def _opening(unit: Unit, submission: Submission) -> Mention:
    return Mention(short_id("k", submission.key, str(unit.start)), unit, Status.NEW, first_reason(), score=1.0)


def _repeated(unit: Unit, before: Told, submission: Submission) -> list[Mention]:
    """Word for word: one mention for each claim the earlier text stands for."""
    reason = echo_reason("same-text", decode(unit.features), before.known, before.first, submission, 1.0)
    return [
        Mention(claim, unit, Status.ECHO, reason, relation, before.first.article, 0.0)
        for claim, relation in zip(before.claims, before.relations, strict=True)
    ]


def _claims(a: int, past: Sequence[Told], outcome: Outcome, settings: ClaimsSettings) -> list[tuple[float, str, int]]:
    """Earlier claims by how surely unit a makes them: (score, claim, pair of the best mention), the surest first."""
    found: dict[str, list[tuple[float, int]]] = defaultdict(list)
    sizes: dict[str, int] = defaultdict(int)
    for t in past:
        for claim in t.claims:
            sizes[claim] += 1
    for r in np.flatnonzero(outcome.scene.own == a):
        for claim in past[outcome.scene.past[r]].claims:
            found[claim].append((float(outcome.same[r]), int(r)))
    weight = settings.thresholds.agreeing
    out = []
    for claim, hits in found.items():
        hits.sort(reverse=True)
        score = hits[0][0]
        if sizes[claim] > 1:
            score = (1 - weight) * score + weight * (hits[1][0] if len(hits) > 1 else 0.0)
        out.append((score, claim, hits[0][1]))
    return sorted(out, reverse=True)


def _decide(
    a: int, unit: Unit, mine: Known, past: Sequence[Told], outcome: Outcome, submission: Submission,
    placement: Placement, settings: ClaimsSettings,
) -> list[Mention]:  # fmt: skip
    limits = settings.thresholds
    own_id = short_id("k", submission.key, str(unit.start))
    ranked = _claims(a, past, outcome, settings)
    matches = [m for m in ranked if m[0] >= limits.same]
    new = float(outcome.new[a])
    nearest = past[outcome.scene.past[ranked[0][2]]] if ranked else None
    if new < limits.new:
        return _echoes(unit, mine, matches, ranked, own_id, past, outcome, submission, placement, limits.also, new)
    related = _related(a, past, outcome, limits.relation)
    if related and (not matches or related[2] > matches[0][0]):
        kind, target, probability, r = related
        before = past[outcome.scene.past[r]]
        reason = related_reason(kind, mine, before.known, before.first, submission, probability)
        return [Mention(own_id, unit, _KIND_STATUS[kind], reason, f"{kind}:{target}", before.first.article, new)]
    if matches:
        score, claim, r = matches[0]
        before = past[outcome.scene.past[r]]
        reason = echo_reason("detail", mine, before.known, before.first, submission, score)
        return [Mention(claim, unit, Status.DETAIL, reason, None, before.first.article, new)]
    return [Mention(own_id, unit, Status.NEW, new_reason(mine, nearest and nearest.first, submission, new), score=new)]


def _echoes(
    unit: Unit, mine: Known, matches: list[tuple[float, str, int]], ranked: list[tuple[float, str, int]], own_id: str,
    past: Sequence[Told], outcome: Outcome, submission: Submission, placement: Placement, also: float, new: float,
) -> list[Mention]:  # fmt: skip
    """A silent unit: the claim it echoes, and a second one it surely makes too."""
    if not matches:
        near = past[outcome.scene.past[ranked[0][2]]]
        reason = echo_reason("covered", mine, near.known, near.first, submission, ranked[0][0])
        return [Mention(own_id, unit, Status.ECHO, reason, None, near.first.article, new)]
    out = []
    for score, claim, r in [matches[0], *(m for m in matches[1:3] if m[0] >= also)]:
        before = past[outcome.scene.past[r]]
        relation = before.relations[before.claims.index(claim)]
        status, code = Status.ECHO, "same-claim"
        age = (submission.when - before.last.when).total_seconds() / 3600
        if age >= _LAGGED_HOURS and mine.features.sentence == 0 and placement.relation is not Relation.FOLLOW_UP:
            status, code = Status.LAGGED, "lagged"
        reason = echo_reason(code, mine, before.known, before.first, submission, score)
        out.append(Mention(claim, unit, status, reason, relation, before.first.article, new))
    return out


def _related(
    a: int, past: Sequence[Told], outcome: Outcome, limits: object
) -> tuple[str, str, float, int] | None:
    """The strongest relation of unit a: (kind, target claim, probability, pair)."""
    best: tuple[float, str, int] | None = None
    pairs = np.flatnonzero(outcome.scene.own == a)
    for kind, probability in outcome.kinds.items():
        for r in pairs:
            excess = float(probability[r]) / limits[kind]  # type: ignore[index]
            if excess >= 1 and (best is None or excess > best[0]):
                best = (excess, kind, int(r))
    if best is None:
        return None
    _, kind, r = best
    return kind, past[outcome.scene.past[r]].claims[0], float(outcome.kinds[kind][r]), r
