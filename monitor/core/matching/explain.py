"""Why two articles are together, or why not: what they share, what differs, each score beside its threshold.

The comparison is that of `place`, of these two articles alone. The story they ended in may have been decided by other
members too; the report says so where it differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import numpy as np

from monitor.core.matching.compare import COLUMNS, Dampening, Floats, compare, hits
from monitor.core.matching.copies import CopyRule, Overlap, overlap
from monitor.core.matching.meaning import cosine
from monitor.core.matching.passages import Passage, shared_passages
from monitor.core.matching.place import MatchSettings
from monitor.core.matching.stories import story_features
from monitor.core.matching.view import View, decode
from monitor.core.matching.weighing import Weighed, weigh
from monitor.core.model import Reading, Reason
from monitor.core.pack import Pack
from monitor.core.text.document import Document
from monitor.core.text.names import names
from monitor.core.text.naming import same_name
from monitor.core.text.quotes import quotes
from monitor.core.text.words import tokens

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
    "weighed": "kinds of evidence that spoke most for one event: {pro}; against it: {contra}",
    "not-copy-little": "not the same text: {shared} (0..1) of the shorter one's word 3-grams, {needed} is needed",
    "not-copy-part": "not the same text: {jaccard} (0..1) of all their text is in both, {needed} is needed",
    "not-copy-runs": "not the same text: of {shared} shared, {runs} in runs of eight words, {needed} is needed",
    "not-copy-places": "not the same text: what they share ({shared}) stands in {passages} passages of {words} words, "
    "{needed} of {needed_words} are needed unless {most} is shared",
    "not-copy-outlet": "not the same text: both are of {outlet}; {shared} in both (Jaccard), {needed} is needed there",
    "not-copy-facts": "not the same text: {shared} shared, with other facts; names {names}, numbers {numbers} (0..1)",
    "template": "much the same wording ({shared} of the shorter one's word 3-grams) with other facts, though; names "
    "shared {names}, numbers shared {numbers} (0..1)",
}
"""Every reason code that matching gives, with what it says and the names of its facts."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One score with the threshold that it was held against, where it has one of its own.

    `part` is the question it belongs to: "copy" (the same text?) or "story" (the same event?).
    """

    name: str
    value: float
    threshold: float | None = None
    part: str = "story"
    at_most: bool = False  # the threshold is a ceiling

    @property
    def passed(self) -> bool | None:
        """Whether it reaches its threshold, or stays under its ceiling."""
        if self.threshold is None:
            return None
        return self.value <= self.threshold if self.at_most else self.value >= self.threshold


@dataclass(frozen=True, slots=True)
class Shared:
    """What both texts hold, and what only one holds, as written there."""

    both: tuple[str, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    alike: tuple[tuple[str, str], ...] = ()  # nearly the same: a's wording and b's

    def turned(self) -> Shared:
        """The same with the two articles in the other order."""
        return Shared(self.both, self.only_b, self.only_a, tuple((b, a) for a, b in self.alike))


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


_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
SAME_NAME = 0.8  # likeness from which two names are taken for one: a surname alone against the full name
ALIKE = 0.5  # share of the words of two quotes that have to be the same
TEMPLATE = 0.45  # share of wording from which other facts make it a template filled otherwise


def explain(a: Reading, b: Reading, settings: MatchSettings, packs: Callable[[str], Pack]) -> Explanation:
    """Compare two articles and say in facts what decides."""
    if a.submission.key > b.submission.key:
        return _turned(explain(b, a, settings, packs))
    va, vb = decode(a.view), decode(b.view)
    o = overlap(va, vb)
    hours = abs((a.submission.when - b.submission.when).total_seconds()) / 3600
    same_outlet = a.submission.outlet == b.submission.outlet
    row, values = _alone(va, vb, hours, same_outlet)
    scores = settings.model.probabilities(values)
    if settings.meaning is not None:
        scores = settings.meaning.weighed(scores, va, [[vb], [vb]])
    score = float(scores.mean())
    near = cosine(va, vb)
    copy = settings.copies.holds(o, same_outlet)
    story = copy or score >= settings.model.join
    measures = (
        *_copy_measures(o, same_outlet, settings.copies),
        Measure("hours", hours),
        *([Measure("meaning", near)] if near is not None else []),
        *(Measure(name, value) for name, value in row.items()),
        Measure("story", score, settings.model.join),
    )
    facts = {"score": round(score, 3), "threshold": settings.model.join}
    shared = {"shared": round(o.containment, 3), "jaccard": round(o.jaccard, 3)}
    reasons = [Reason("same-copy", shared)] if copy else []
    if not copy or score >= settings.model.join:
        reasons.append(Reason("same-story" if story else "different", facts))
        weighed = weigh(values, settings.model)
        if weighed.pro or weighed.contra:
            reasons.append(_weighed(weighed))
    if not copy:
        reasons.append(_why_not(o, a.submission.outlet, settings.copies, settings.copies.fails(o, same_outlet)))
    return Explanation(
        a.submission.key, b.submission.key, copy, story, shared_passages(a.submission.text, b.submission.text),
        _names(a.document, b.document, packs), _compare(_numbers(a.document), _numbers(b.document)),
        _alike(_compare(_quotes(a.document), _quotes(b.document))), measures, tuple(reasons),
    )  # fmt: skip


def _copy_measures(o: Overlap, same_outlet: bool, rule: CopyRule) -> tuple[Measure, ...]:
    """What is asked of two articles before they are taken for one text."""
    spread = o.containment < rule.most
    edited = not same_outlet and o.containment >= rule.much
    found = [
        ("containment", o.containment, rule.containment),
        ("jaccard", o.jaccard, rule.same_outlet_jaccard if same_outlet else rule.jaccard),
        ("long_runs", min(1.0, o.blocks), rule.blocks),
        ("passages", o.passages, rule.passages if spread else None),
        ("passage_words", o.words, rule.words if spread else None),
        ("names_shared", o.names, rule.same_outlet_facts if same_outlet else rule.names),
        ("numbers_shared", o.numbers, rule.numbers_needed(o, same_outlet)),
        ("facts_shared", (o.names + o.numbers) / 2, rule.facts_needed(o, same_outlet) / 2),
    ]
    out = [Measure(name, value, threshold, "copy") for name, value, threshold in found]
    if edited and o.numbers < rule.much_numbers:
        out.append(Measure("replaced", o.replaced, rule.replaced, "copy", at_most=True))
    elif o.swapped >= rule.filled_figures and o.numbers < rule.filled_numbers:
        out.append(Measure("replaced", o.replaced, rule.filled, "copy", at_most=True))
    return tuple(out)


def _why_not(o: Overlap, outlet: str, rule: CopyRule, failed: str) -> Reason:
    """Why two articles are not the same text, by the first condition that was not met."""
    shared = {"shared": round(o.containment, 3)}
    if failed == "facts":
        code = "template" if o.containment >= TEMPLATE else "not-copy-facts"
        return Reason(code, {**shared, "names": round(o.names, 3), "numbers": round(o.numbers, 3)})
    told: dict[str, dict[str, object]] = {
        "little": {"needed": rule.containment},
        "part": {"jaccard": round(o.jaccard, 3), "needed": rule.jaccard},
        "runs": {"runs": round(o.blocks, 3), "needed": rule.blocks},
        "places": {
            "passages": o.passages, "words": o.words, "needed": rule.passages, "needed_words": rule.words,
            "most": rule.most,
        },
        "outlet": {"outlet": outlet, "shared": round(o.jaccard, 3), "needed": rule.same_outlet_jaccard},
    }  # fmt: skip
    return Reason(f"not-copy-{failed}", {**shared, **told[failed]})


def _weighed(w: Weighed) -> Reason:
    return Reason("weighed", {name: [f"evidence.{k}" for k in found] for name, found in asdict(w).items()})


def _alone(a: View, b: View, hours: float, same_outlet: bool) -> tuple[dict[str, float], Floats]:
    """The measures of two articles, and what each would have in common with a story that only holds the other."""
    rows, values = [], []
    for one, other in ((a, b), (b, a)):
        h = hits(one, [other])
        damp = Dampening(np.ones(len(one.terms), dtype=np.float32))
        table = compare(one, [other], h, damp)
        rows.append(dict(zip(COLUMNS, table[0].tolist(), strict=True)))
        values.append(story_features(one, table, h, damp, np.array([0]), np.array([hours]), np.array([same_outlet])))
    return rows[0], np.stack(values)


def _turned(e: Explanation) -> Explanation:
    """The explanation with the two articles in the other order."""
    passages = tuple(sorted((p.turned() for p in e.passages), key=lambda p: (p.a_start, p.b_start)))
    return Explanation(
        e.b, e.a, e.same_copy, e.same_story, passages, e.names.turned(), e.numbers.turned(), e.quotes.turned(),
        tuple(replace(m, name=_other_way(m.name)) for m in e.measures), e.reasons,
    )  # fmt: skip


def _other_way(name: str) -> str:
    """The name of a measure once a and b are exchanged."""
    base, mark, way = name.rpartition("_")
    return f"{base}_{'of' if way == 'in' else 'in'}" if mark and way in ("in", "of") else name


def _compare(a: dict[str, str], b: dict[str, str]) -> Shared:
    """Surface forms by comparable form: those of both, of a alone, of b alone."""
    return Shared(
        tuple(sorted(a[k] for k in a.keys() & b.keys())),
        tuple(sorted(a[k] for k in a.keys() - b.keys())),
        tuple(sorted(b[k] for k in b.keys() - a.keys())),
    )


def _names(a: Document, b: Document, packs: Callable[[str], Pack]) -> Shared:
    """Names as written. Two spellings of one are one, and so are a full name and its last word."""
    found = []
    for d in (a, b):
        by_key: dict[str, str] = {}
        for n in names(d.body, packs(d.language)):
            if len(n.text) > len(by_key.get(n.key, "")):
                by_key[n.key] = n.text
        for n in names(d.title, packs(d.language)):
            by_key.setdefault(n.key, n.text)
        whole = sorted(by_key, key=lambda k: (-len(k.split()), k))
        found.append({
            k: by_key[k] for i, k in enumerate(whole) if not any(same_name(k, w) >= SAME_NAME for w in whole[:i])
        })  # fmt: skip
    one, two = found
    same = {k: k for k in one if k in two}
    for k in one.keys() - same.keys():
        likest = max(two, key=lambda x: (same_name(k, x), x), default="")
        if likest and same_name(k, likest) >= SAME_NAME:
            same[k] = likest
    taken = set(same.values())
    return Shared(
        tuple(sorted(one[k] for k in same)),
        tuple(sorted(one[k] for k in one.keys() - same.keys())),
        tuple(sorted(two[k] for k in two.keys() - taken)),
    )


def _numbers(d: Document) -> dict[str, str]:
    text = f"{d.title}\n{d.body}"
    return {" ".join(tokens(m.group())): m.group() for m in _NUMBER.finditer(text)}


def _quotes(d: Document) -> dict[str, str]:
    text = d.body
    return {
        " ".join(tokens(text[q.inner_start : q.inner_end])): text[q.inner_start : q.inner_end] for q in quotes(text)
    }


def _alike(found: Shared) -> Shared:
    """The same, with the quotes of one that the other has in nearly the same words told as such."""
    only_a, only_b, alike = list(found.only_a), list(found.only_b), []
    pairs = sorted(((_likeness(x, y), x, y) for x in only_a for y in only_b), key=lambda p: (-p[0], p[1], p[2]))
    for likeness, x, y in pairs:
        if likeness >= ALIKE and x in only_a and y in only_b:
            alike.append((x, y))
            only_a.remove(x)
            only_b.remove(y)
    return Shared(found.both, tuple(only_a), tuple(only_b), tuple(alike))


def _likeness(a: str, b: str) -> float:
    """The share of the words of two quotes that they have in common, of all the words of both."""
    one, two = set(tokens(a)), set(tokens(b))
    return len(one & two) / max(1, len(one | two)) if min(len(one), len(two)) >= 3 else 0.0
