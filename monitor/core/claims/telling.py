"""Telling a unit that updates, denies or confirms an earlier claim as such."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from monitor.core.claims.features import Known
from monitor.core.claims.reasons import echo_reason, related_reason
from monitor.core.claims.related import Related
from monitor.core.claims.settings import ClaimsSettings
from monitor.core.claims.weigh import Outcome, Told
from monitor.core.ids import short_id
from monitor.core.model import FiledMention, Mention, Placement, Reading, Status

_SILENT = (Status.ECHO, Status.LAGGED)
_KIND_STATUS = {"updates": Status.UPDATE, "denies": Status.DENIAL, "confirms": Status.CONFIRMATION}


@dataclass(frozen=True)
class Hearing:
    """Everything at hand while the units of one article are decided in order."""

    reading: Reading
    placement: Placement
    own: Sequence[Known]
    past: Sequence[Told]
    outcome: Outcome
    settings: ClaimsSettings

    def own_id(self, a: int) -> str:
        """The id of a claim that own unit a makes first."""
        return short_id("k", self.reading.submission.key, str(self.reading.units[a].start))


#: The further mentions of a unit told as related: (the told mention, its unit, what it was before, the hearing).
Beside = Callable[[Mention, int, Mention, Hearing], list[Mention]]


def told_related(first: Sequence[list[Mention]], case: Hearing, beside: Beside) -> tuple[Mention, ...]:
    """The mentions in order, those that update, deny or confirm another claim told as such.

    `beside` gives what else such a unit says. A relation that is sure and that nobody told before is shown even where
    the rest of its unit is an echo; one that was told before goes with the echo.
    """
    out: list[Mention] = []
    for a, mentions in enumerate(first):
        found = case.outcome.related.get(a)
        told = _told(a, found, first, case) if found else None
        if found is None or told is None:
            out += mentions
        elif mentions[0].status not in _SILENT or _unheard(a, found, mentions, case):
            charge = _charge(a, found, case) if found.restated else []
            out += [told, *(charge or beside(told, a, mentions[0], case))]
        elif any(m.relation for m in mentions):
            out += mentions
        else:
            out += [replace(mentions[0], relation=told.relation), *mentions[1:]]
    return tuple(out)


def _unheard(a: int, found: Related, mentions: Sequence[Mention], case: Hearing) -> bool:
    """Whether a unit that looks like an echo says what an earlier one has become, and nobody said so before."""
    if found.probability < case.settings.thresholds.loud[found.kind]:
        return False
    if any(str(m.relation or "").startswith(found.kind) for m in mentions):
        return False
    if found.kind != "updates":
        return True
    other = case.own[found.target] if found.inside else case.past[found.target].known
    units = {q[2] for q in other.features.quantities}
    heard = {(q[0], q[2]) for t in case.past for q in t.known.features.quantities}
    return any(q[2] in units and (q[0], q[2]) not in heard for q in case.own[a].features.quantities)


def _rounded(mine: Known, other: Known) -> bool:
    """Whether a unit only rounds the figures it gives otherwise ("some forty" after 41), with no word of change."""
    if "r" in mine.features.flags:
        return False
    was, now = other.features.quantities, mine.features.quantities
    moved = [(x[0], y[0]) for x in was for y in now if x[2] == y[2] and x[0] != y[0]]
    return bool(moved) and all(round_of(x, y) for x, y in moved)


def round_of(exact: float, other: float) -> bool:
    """Whether `other` is `exact` to one or two digits, and within a twentieth of it: 40 is of 41, 10 is not of 12."""
    digits = next((n for n in (1, 2) if float(f"{other:.{n - 1}e}") == other), 0)
    near = abs(exact - other) <= 0.05 * abs(exact)
    return bool(digits) and near and exact != other and float(f"{exact:.{digits - 1}e}") == other


def _charge(a: int, found: Related, case: Hearing) -> list[Mention]:
    """The denied claim itself, told again by the denial ("denied that the dam was cracked, as residents said")."""
    if found.inside:
        return []
    text, unit, submission = case.past[found.target], case.reading.units[a], case.reading.submission
    reason = echo_reason("same-claim", unit.text, case.own[a], text.known, text.first, submission, found.probability)
    return [Mention(text.claims[0], unit, Status.ECHO, reason, text.relations[0], text.first.article, 0.0)]


def _told(a: int, found: Related, first: Sequence[list[Mention]], case: Hearing) -> Mention | None:
    """The mention of a unit that updates, denies or confirms another claim."""
    submission, unit = case.reading.submission, case.reading.units[a]
    before: FiledMention | None = None
    if found.inside:
        target, other = first[found.target][0].claim, case.own[found.target]
    else:
        text = case.past[found.target]
        target, other, before = text.claims[0], text.known, text.first
    if target == case.own_id(a) or (found.kind == "updates" and _rounded(case.own[a], other)):
        return None
    reason = related_reason(found.kind, unit.text, case.own[a], other, before, submission, found.probability)
    origin = before.article if before else None
    relation = f"{found.kind}:{target}"
    return Mention(case.own_id(a), unit, _KIND_STATUS[found.kind], reason, relation, origin, float(case.outcome.new[a]))
