"""Why two articles are together, or why not: what they share, what differs, each score beside its threshold.

The comparison is that of `place`, of these two articles alone. The story they ended in may have been decided by other
members too; the report says so where it differs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from monitor.core.matching.compare import COLUMNS, Dampening, compare, hits
from monitor.core.matching.copies import overlap
from monitor.core.matching.passages import Passage, shared_passages
from monitor.core.matching.place import MatchSettings
from monitor.core.matching.skeleton import name_form
from monitor.core.matching.stories import story_features
from monitor.core.matching.terms import term_id
from monitor.core.matching.view import Kind, View, decode
from monitor.core.model import Reading, Reason
from monitor.core.text.quotes import quotes
from monitor.core.text.words import fold, tokens

REASONS: dict[str, str] = {
    "copy": "the same text as article {of} of {outlet}: {shared} (0..1) of the shorter one's word 3-grams are in the "
    "other, Jaccard {jaccard}",
    "joined": "reports what story {story} reports: score {score}, {threshold} is needed",
    "founded": "founds a story: the likeliest other one scored {score}, {threshold} is needed",
    "version": "a new version of article {of}: it keeps its story and copy group",
    "source": "derives from article {of} of {outlet}, as a {relation}; likeness {likeness}",
    "origin-credited": "credits {origin}",
    "origin-of-source": "has the origin of its source {of}: {origin}",
    "origin-cited": "cites {origin} and derives from nothing we have seen",
    "origin-own": "credits nobody and derives from nothing we have seen: {origin} reports itself",
    "published-before": "{outlet} published article {article} before {of_outlet} published its copy {of}",
    "dispatch-itself": "article {article} of {outlet} is the agency's dispatch of which {of_outlet} had a copy in {of}",
    "fuller-text": "article {article} of {outlet} holds the full text of which {of_outlet} had a part in {of}",
    "same-copy": "the two carry the same text: {shared} (0..1) of the shorter one's word 3-grams, Jaccard {jaccard}",
    "same-story": "the two report the same event: score {score}, {threshold} is needed",
    "different": "the two do not report the same event: score {score}, {threshold} is needed",
    "template": "much the same wording ({shared} of the shorter one's word 3-grams) with other facts, though; names "
    "shared {names}, numbers shared {numbers} (0..1)",
}
"""Every reason code that matching gives, with what it says and the names of its facts."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One score with the threshold that it was held against, where it has one of its own."""

    name: str
    value: float
    threshold: float | None = None

    @property
    def passed(self) -> bool | None:
        """Whether it reaches its threshold."""
        return None if self.threshold is None else self.value >= self.threshold


@dataclass(frozen=True, slots=True)
class Shared:
    """What both texts hold, and what only one holds, as written there."""

    both: tuple[str, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]

    def turned(self) -> Shared:
        """The same with the two articles in the other order."""
        return Shared(self.both, self.only_b, self.only_a)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Two articles side by side. Spans are of `Submission.text`."""

    a: str  # key
    b: str
    same_copy: bool
    same_story: bool
    passages: tuple[Passage, ...]
    names: Shared
    numbers: Shared
    quotes: Shared
    measures: tuple[Measure, ...]
    reasons: tuple[Reason, ...]


_NAME = re.compile(r"\b[A-ZÀ-Þ][\w-]+(?:[ \u00a0][A-ZÀ-Þ][\w-]+)*")
_OPENS = re.compile(r"(?:[.!?:…«“\"]\s?|\n)$")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")


def explain(a: Reading, b: Reading, settings: MatchSettings) -> Explanation:
    """Compare two articles and say in facts what decides."""
    if a.submission.key > b.submission.key:
        return _turned(explain(b, a, settings))
    va, vb = decode(a.view), decode(b.view)
    o = overlap(va, vb)
    hours = abs((a.submission.when - b.submission.when).total_seconds()) / 3600
    same_outlet = a.submission.outlet == b.submission.outlet
    row, score = _alone(va, vb, hours, same_outlet, settings)
    copy = settings.copies.holds(o, same_outlet)
    story = copy or score >= settings.model.join
    rule = settings.copies
    measures = (
        Measure("containment", o.containment, rule.containment),
        Measure("jaccard", o.jaccard, rule.same_outlet_jaccard if same_outlet else rule.jaccard),
        Measure("long_runs", o.blocks, rule.blocks),
        Measure("passages", o.passages, None if o.containment >= rule.most else rule.passages),
        Measure("passage_words", o.words, None if o.containment >= rule.most else rule.words),
        Measure("names_shared", o.names, rule.same_outlet_facts if same_outlet else rule.names),
        Measure("numbers_shared", o.numbers, rule.numbers_needed(o, same_outlet)),
        Measure("facts_shared", o.names + o.numbers, rule.facts_needed(o, same_outlet)),
        *(Measure(name, value) for name, value in row.items()),
        Measure("story", score, settings.model.join),
    )
    facts = {"score": round(score, 3), "threshold": settings.model.join}
    shared = {"shared": round(o.containment, 3), "jaccard": round(o.jaccard, 3)}
    reasons = [Reason("same-copy", shared)] if copy else []
    if not copy or score >= settings.model.join:
        reasons.append(Reason("same-story" if story else "different", facts))
    if not copy and o.containment >= rule.containment:
        values = {"names": round(o.names, 3), "numbers": round(o.numbers, 3), "shared": round(o.containment, 3)}
        reasons.append(Reason("template", values))
    ta, tb = a.submission.text, b.submission.text
    return Explanation(
        a.submission.key, b.submission.key, copy, story, shared_passages(ta, tb),
        _compare(_names(ta, va), _names(tb, vb)), _compare(_numbers(ta), _numbers(tb)),
        _compare(_quotes(ta), _quotes(tb)), measures, tuple(reasons),
    )  # fmt: skip


def _alone(
    a: View, b: View, hours: float, same_outlet: bool, settings: MatchSettings
) -> tuple[dict[str, float], float]:
    """The measures of two articles, and the score one would have against a story that only holds the other."""
    scores = []
    for one, other in ((a, b), (b, a)):
        h = hits(one, [other])
        table = compare(one, [other], h, Dampening(np.ones(len(one.terms), dtype=np.float32)))
        damp = Dampening(np.ones(len(one.terms), dtype=np.float32))
        values = story_features(one, table, h, damp, np.array([0]), np.array([hours]), np.array([same_outlet]))
        scores.append(
            (dict(zip(COLUMNS, table[0].tolist(), strict=True)), float(settings.model.probabilities(values)[0]))
        )
    return scores[0][0], (scores[0][1] + scores[1][1]) / 2


def _turned(e: Explanation) -> Explanation:
    """The explanation with the two articles in the other order."""
    passages = tuple(sorted((p.turned() for p in e.passages), key=lambda p: (p.a_start, p.b_start)))
    return Explanation(
        e.b, e.a, e.same_copy, e.same_story, passages, e.names.turned(), e.numbers.turned(), e.quotes.turned(),
        e.measures, e.reasons,
    )  # fmt: skip


def _compare(a: dict[str, str], b: dict[str, str]) -> Shared:
    """Surface forms by comparable form: those of both, of a alone, of b alone."""
    return Shared(
        tuple(sorted(a[k] for k in a.keys() & b.keys())),
        tuple(sorted(a[k] for k in a.keys() - b.keys())),
        tuple(sorted(b[k] for k in b.keys() - a.keys())),
    )


def _names(text: str, view: View) -> dict[str, str]:
    """Names as written, by the form of their last word. A capital where a sentence begins has to be a known name."""
    known = set(view.terms["id"][view.terms["kind"] == Kind.NAME].tolist())
    out: dict[str, str] = {}
    for m in _NAME.finditer(text):
        words = [name_form(fold(w)) for w in m.group().split()]
        opens = bool(_OPENS.search(text, max(0, m.start() - 3), m.start())) or m.start() == 0
        if not opens or any(term_id(Kind.NAME, w) in known for w in words if w):
            out.setdefault(words[-1], m.group())
    return out


def _numbers(text: str) -> dict[str, str]:
    return {" ".join(tokens(m.group())): m.group() for m in _NUMBER.finditer(text)}


def _quotes(text: str) -> dict[str, str]:
    return {
        " ".join(tokens(text[q.inner_start : q.inner_end])): text[q.inner_start : q.inner_end] for q in quotes(text)
    }
