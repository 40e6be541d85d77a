"""Verdicts: which claims of an article are new, which are echoes, and of what.

Two rules: a claim is compared inside its story only; a claim that brings a number nobody gave yet is not an echo.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from monitor.core.claims import features, units
from monitor.core.claims.features import Features
from monitor.core.ids import short_id
from monitor.core.model import FiledMention, Mention, Placement, Reading, Reason, Status, Submission, Unit
from monitor.core.pack import Pack
from monitor.core.text.document import Document
from monitor.core.window import Window

#: Every code a claim's reason may bear, with the facts that come with it.
REASONS: dict[str, str] = {
    "first-of-story": "nobody in this story said it before: the article opens the story",
    "unheard": "no earlier mention of the story says it; nearest: first_article or null, similarity 0..1",
    "same-text": "word for word in an earlier article; facts: article, outlet, hours (before)",
    "same-claim": "the same assertion; facts: article, outlet, hours, shared (list of words), similarity",
    "new-number": "like an earlier claim but with a number nobody gave; facts: article, outlet, hours, numbers (list)",
}


@dataclass(frozen=True)
class ClaimsSettings:
    same: float = 0.45
    echo: float = 0.35
    newest: int = 2000

    @classmethod
    def load(cls, resource: Callable[[str], bytes], operating_point: str = "balanced") -> ClaimsSettings:
        """The learnt weights at one operating point: "balanced", or "careful" where nothing new may be swallowed."""
        if operating_point not in ("balanced", "careful"):
            raise ValueError(f"operating point {operating_point!r}: expected balanced or careful")
        return cls() if operating_point == "balanced" else cls(same=0.55, echo=0.55)


def extract_units(
    document: Document, submission: Submission, pack: Pack, settings: ClaimsSettings
) -> tuple[Unit, ...]:
    """The assertions of an article, in the order of its text."""
    return units.cut(document, submission, pack)


def judge_claims(
    reading: Reading, placement: Placement, window: Window, settings: ClaimsSettings
) -> tuple[Mention, ...]:
    """A verdict for every unit of an article, against the story's earlier mentions."""
    key = reading.submission.key
    past = [m for m in window.mentions(placement.story, settings.newest) if m.article != key]
    known = [features.decode(m.features).features for m in past]
    frequency = Counter(t for f in known for t in set(f.stems))
    return tuple(_judge(u, reading, past, known, frequency, settings) for u in reading.units)


def _judge(
    unit: Unit,
    reading: Reading,
    past: list[FiledMention],
    known: list[Features],
    frequency: Counter[str],
    settings: ClaimsSettings,
) -> Mention:
    own = short_id("k", reading.submission.key, str(unit.start))
    if not past:
        return Mention(own, unit, Status.NEW, Reason("first-of-story"))
    mine = features.decode(unit.features).features
    score, at = max((_cosine(mine, f, frequency, len(known)), -i) for i, f in enumerate(known))
    other = past[-at]
    facts = {
        "article": other.article,
        "outlet": other.outlet,
        "hours": round((reading.submission.when - other.when).total_seconds() / 3600, 2),
        "similarity": round(score, 3),
    }
    if other.text == unit.text:
        return Mention(other.claim, unit, Status.ECHO, Reason("same-text", facts), None, other.article, 1.0)
    unseen = sorted(_numbers(mine) - {n for f in known for n in _numbers(f)})
    if score >= settings.echo and unseen:
        reason = Reason("new-number", {**facts, "numbers": unseen})
        claim = other.claim if score >= settings.same else own
        return Mention(claim, unit, Status.DETAIL, reason, None, other.article, score)
    if score >= settings.echo:
        shared = sorted(set(mine.stems) & set(known[-at].stems))
        claim = other.claim if score >= settings.same else own
        return Mention(claim, unit, Status.ECHO, Reason("same-claim", {**facts, "shared": shared}), None, other.article, score)
    return Mention(own, unit, Status.NEW, Reason("unheard", facts), None, None, score)


def _cosine(a: Features, b: Features, frequency: Counter[str], total: int) -> float:
    def weight(t: str) -> float:
        return math.log((1 + total) / (0.5 + frequency[t]))

    left = {t: weight(t) for t in {*a.stems, *_numbers(a)}}
    right = {t: weight(t) for t in {*b.stems, *_numbers(b)}}
    norm = math.sqrt(sum(w * w for w in left.values()) * sum(w * w for w in right.values()))
    return sum(w * right[t] for t, w in left.items() if t in right) / norm if norm else 0.0


def _numbers(f: Features) -> set[str]:
    return {features.number_key(q[0]) for q in f.quantities}
