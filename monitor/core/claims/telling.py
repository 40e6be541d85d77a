"""Telling a unit that updates, denies or confirms an earlier claim as such."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.core.claims.features import Known
from monitor.core.claims.reasons import related_reason
from monitor.core.claims.related import Related
from monitor.core.claims.settings import ClaimsSettings
from monitor.core.claims.weigh import Outcome, Told
from monitor.core.ids import short_id
from monitor.core.model import FiledMention, Mention, Placement, Reading, Status

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

    `beside` gives what else such a unit says.
    """
    out: list[Mention] = []
    for a, mentions in enumerate(first):
        shown = mentions[0].status not in (Status.ECHO, Status.LAGGED)
        found = case.outcome.related.get(a) if shown else None
        told = _told(a, found, first, case) if found else None
        out += mentions if told is None else [told, *beside(told, a, mentions[0], case)]
    return tuple(out)


def _told(a: int, found: Related, first: Sequence[list[Mention]], case: Hearing) -> Mention | None:
    """The mention of a unit that updates, denies or confirms another claim."""
    submission, unit = case.reading.submission, case.reading.units[a]
    before: FiledMention | None = None
    if found.inside:
        target, other = first[found.target][0].claim, case.own[found.target]
    else:
        text = case.past[found.target]
        target, other, before = text.claims[0], text.known, text.first
    if target == case.own_id(a) or (found.kind == "updates" and not _figures_differ(case.own[a], other)):
        return None
    reason = related_reason(found.kind, unit.text, case.own[a], other, before, submission, found.probability)
    origin = before.article if before else None
    relation = f"{found.kind}:{target}"
    return Mention(case.own_id(a), unit, _KIND_STATUS[found.kind], reason, relation, origin, float(case.outcome.new[a]))


def _figures_differ(mine: Known, other: Known) -> bool:
    """An update gives a figure that was not there, or says that it corrects."""
    was, now = ({q[0] for q in k.features.quantities} for k in (other, mine))
    return bool(now - was) or "r" in mine.features.flags
