"""Verdicts: which claims of an article are new, which are echoes, and of what.

The path of one article: the story's earlier mentions are collapsed to distinct texts; what is word for word among
them, or told in a long sentence anywhere in the window (`repeats`), is an echo; the rest is compared pair by pair (a
first and a second look), then each unit is asked on its own whether it is new, which earlier claims it makes, and what
it does to them if it is new.

Rules that no weight may break: a denial never bears the id of what it denies; an update changes a figure; a unit that
is surely told before and brings no figure, name, date or negation is silent; a claim takes no mention that disagrees
with its first one, so that it does not grow by a chain. (`weigh` holds the models' side.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from monitor.core.claims import repeats, units
from monitor.core.claims.features import Known, decode
from monitor.core.claims.pairs import NAMES, Scene
from monitor.core.claims.reasons import REASONS, echo_reason, first_reason, new_reason
from monitor.core.claims.related import relations_of
from monitor.core.claims.settings import ClaimsSettings
from monitor.core.claims.telling import Hearing, told_related
from monitor.core.claims.weigh import Likely, Outcome, Told, closest, text_key, told, weigh
from monitor.core.model import Mention, Placement, Reading, Relation, Status, Submission, Unit
from monitor.core.pack import Pack
from monitor.core.text.document import Document
from monitor.core.window import Window

__all__ = ["REASONS", "ClaimsSettings", "extract_units", "judge_claims"]

_LAGGED_HOURS = 240.0  # an echo in the lead of what was last said ten days ago is old news resold
_NEARLY_ALL = 0.8  # of a unit's weighed words, in one earlier unit
_DETAILS = ("names_in_past", "values_in_past", "dates_in_past")  # -1: the unit has none
_NOWHERE = Placement("", True, "", None, Relation.ORIGINAL, "")


def extract_units(
    document: Document, submission: Submission, pack: Pack, settings: ClaimsSettings
) -> tuple[Unit, ...]:
    """The assertions of an article, in the order of its text. They need no learnt weights."""
    _ = settings
    return units.cut(document, submission, pack)


def judge_claims(
    reading: Reading, placement: Placement, window: Window, settings: ClaimsSettings
) -> tuple[Mention, ...]:
    """A verdict for every unit of an article, against the story's earlier mentions.

    A unit that makes two known claims gets a mention for each.
    """
    submission = reading.submission
    earlier = [m for m in window.mentions(placement.story, settings.newest) if m.article != submission.key]
    if not reading.units:
        return ()
    own = [decode(u.features) for u in reading.units]
    by_text = told(earlier)
    texts = [text_key(u.text) for u in reading.units]
    unheard = [u for u, text in zip(reading.units, texts, strict=True) if text not in by_text]
    repeated = repeats.elsewhere(unheard, window, submission.key)
    if not earlier:
        return _opening(reading, own, repeated, settings)
    past = list(by_text.values())
    index = {key: n for n, key in enumerate(by_text)}
    exact = [index.get(text, -1) for text in texts]
    if min(exact) >= 0:
        return tuple(m for u, e in zip(reading.units, exact, strict=True) for m in _repeated(u, past[e], submission))
    hours = (submission.when - max(m.when for m in earlier)).total_seconds() / 3600
    texts_told = len(past)
    past, exact = closest(own, past, exact)
    outcome = weigh(own, past, exact, texts_told, hours, settings)
    case = Hearing(reading, placement, own, past, outcome, settings)
    first = []
    for a, unit in enumerate(reading.units):
        before = past[exact[a]] if exact[a] >= 0 else repeated.get(texts[a])
        first.append(_repeated(unit, before, submission) if before else _decide(a, case))
    return told_related(first, case, _beside)


def _opening(
    reading: Reading, own: Sequence[Known], repeated: Mapping[str, Told], settings: ClaimsSettings
) -> tuple[Mention, ...]:
    """The first article of a story: all is new but what another story had word for word.

    Some of it may deny or confirm what stands before it.
    """
    ones = np.ones(len(own), np.float32)
    related = relations_of(own, (), (), Scene.empty(), np.zeros(0, np.float32), ones, settings)
    empty = Outcome(Scene.empty(), np.zeros(0, np.float32), np.ones(len(own), np.float32), related)
    case = Hearing(reading, _NOWHERE, own, (), empty, settings)
    first = []
    for a, unit in enumerate(reading.units):
        before = repeated.get(text_key(unit.text))
        opens = Mention(case.own_id(a), unit, Status.NEW, first_reason(), score=1.0)
        first.append(_repeated(unit, before, reading.submission) if before else [opens])
    return told_related(first, case, _beside)


def _repeated(unit: Unit, before: Told, submission: Submission) -> list[Mention]:
    """Word for word: one mention for each claim the earlier text stands for."""
    reason = echo_reason("same-text", unit.text, decode(unit.features), before.known, before.first, submission, 1.0)
    return [
        Mention(claim, unit, Status.ECHO, reason, relation, before.first.article, 0.0)
        for claim, relation in zip(before.claims, before.relations, strict=True)
    ]


def _likely(a: int, case: Hearing) -> Sequence[Likely]:
    """Earlier claims that unit a may make, the surest first."""
    return case.outcome.claims.get(a, ())


def _nearest(a: int, case: Hearing) -> Told | None:
    """The earlier text that is most like unit a."""
    pairs = np.flatnonzero(case.outcome.scene.own == a)
    if not len(pairs):
        return None
    return case.past[int(case.outcome.scene.past[pairs[np.argmax(case.outcome.same[pairs])]])]


def _beside(told: Mention, a: int, plain: Mention, case: Hearing) -> list[Mention]:
    """What else the unit says: "twelve, not eleven as first said" gives the old claim a silent mention too.

    Never for a denial, and for an update only where the old figure stands in the unit.
    """
    if plain.status is not Status.DETAIL or told.status is Status.DENIAL:
        return []
    surest = _likely(a, case)[0]
    before = case.past[case.outcome.scene.past[surest.pair]]
    if surest.score < case.settings.thresholds.also:
        return []
    values = {q[0] for q in before.known.features.quantities}
    if told.status is Status.UPDATE and not any(q[0] in values for q in case.own[a].features.quantities):
        return []
    return _silent([surest], case, a, alone=False)


def _decide(a: int, case: Hearing) -> list[Mention]:
    limits = case.settings.thresholds
    submission, unit, mine = case.reading.submission, case.reading.units[a], case.own[a]
    matches = [m for m in _likely(a, case) if m.score >= limits.same]
    new = float(case.outcome.new[a])
    if new < limits.new or (matches and _brings_nothing(matches[0], case)):
        return _echoes(a, case, matches)
    if matches and matches[0].score >= limits.detail:
        score, claim, r = matches[0]
        before = case.past[case.outcome.scene.past[r]]
        reason = echo_reason("detail", unit.text, mine, before.known, before.first, submission, score)
        return [Mention(claim, unit, Status.DETAIL, reason, None, before.first.article, new)]
    near = _nearest(a, case)
    reason = new_reason(unit.text, mine, near.first if near else None, submission, new)
    return [Mention(case.own_id(a), unit, Status.NEW, reason, score=new)]


def _brings_nothing(match: Likely, case: Hearing) -> bool:
    """The new-detail test where a match is sure: no figure, name, date or negation that the match does not have.

    It silences near-verbatim sentences that the novelty model doubts, for want of an article around them.
    """
    row = case.outcome.scene.rows[match.pair]
    held = {n: float(row[NAMES.index(n)]) for n in ("neutral_in_past", "negation_differs", *_DETAILS)}
    if (
        match.score < case.settings.thresholds.also
        or held["negation_differs"]
        or held["neutral_in_past"] < _NEARLY_ALL
    ):
        return False
    return all(held[n] < 0 or held[n] > 1 - 1e-3 for n in _DETAILS)


def _echoes(a: int, case: Hearing, matches: Sequence[Likely]) -> list[Mention]:
    """A silent unit: the claim it echoes, and others it surely makes too."""
    if matches:
        also = case.settings.thresholds.also
        return _silent([matches[0], *(m for m in matches[1:3] if m.score >= also)], case, a)
    near = _nearest(a, case)
    assert near is not None  # a silent unit had something to be like
    text, submission = case.reading.units[a].text, case.reading.submission
    sure = float(case.outcome.same[case.outcome.scene.own == a].max())
    reason = echo_reason("covered", text, case.own[a], near.known, near.first, submission, sure)
    unit, new = case.reading.units[a], float(case.outcome.new[a])
    return [Mention(case.own_id(a), unit, Status.ECHO, reason, None, near.first.article, new)]


def _new_source(claim: str, a: int, case: Hearing) -> bool:
    """Whether this article is the first independent origin of a claim that one origin alone had.

    The same speaker reported by a second outlet is no new source. Asked only of units that the novelty model is not
    sure to be echoes: most of what an independent report repeats, it repeats of the same public statement.
    """
    if case.placement.relation is not Relation.ORIGINAL or case.outcome.new[a] < case.settings.thresholds.source:
        return False
    before = [t for t in case.past if claim in t.claims]
    speakers = {s for t in before for s in t.known.features.speaker}
    if not set(case.own[a].features.speaker) - speakers or set(case.own[a].features.speaker) & speakers:
        return False
    origins = {o for t in before for o in t.origins}
    return len(origins) == 1 and case.placement.origin not in origins


def _silent(matches: Sequence[Likely], case: Hearing, a: int, alone: bool = True) -> list[Mention]:
    """Echo mentions of these claims; `alone` where they are all the unit says."""
    submission, mine = case.reading.submission, case.own[a]
    out = []
    for score, claim, r in matches:
        before = case.past[case.outcome.scene.past[r]]
        relation = before.relations[before.claims.index(claim)]
        status, code = Status.ECHO, "same-claim"
        age = (submission.when - before.last.when).total_seconds() / 3600
        opens = mine.features.sentence == 0 and case.placement.relation is not Relation.FOLLOW_UP
        if age >= _LAGGED_HOURS and opens:
            status, code = Status.LAGGED, "lagged"
        elif alone and _new_source(claim, a, case):
            status, code = Status.NEW_SOURCE, "new-source"
        reason = echo_reason(code, case.reading.units[a].text, mine, before.known, before.first, submission, score)
        unit, new = case.reading.units[a], float(case.outcome.new[a])
        out.append(Mention(claim, unit, status, reason, relation, before.first.article, new))
    return out
