"""Who is whose source: which article an article derives from, how, and which independent origin it stands for.

A copy derives from the member of its copy group that holds most of its text, the dispatch itself before reprints; but
a text that comes late and holds the whole of which an earlier one has a part, or that bears the agency's own dateline
where the earlier one has none, is the original. A rewrite derives from the likeliest earlier article of its story:
words, names and numbers shared, then whether that is a dispatch, heads its chain, comes from the agency that this
article credits, how long ago it appeared and how full it is.

`python -m tests.quality.sources_score` measures it. What is likeliest is learnt: `tests/quality/calibrate_sources.py`
makes the weights and tells how well they hold on corpora that they were not learnt from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.core.matching.compare import COLUMNS, Dampening, Floats, compare, hits
from monitor.core.matching.copies import Overlap, overlap
from monitor.core.matching.view import View, decode
from monitor.core.model import Event, Filed, Reading, Reason, Relation

_LIKENESS = np.array([{"wording": 2.0}.get(c, 1.0 if c in ("stems", "cognates", "names", "numbers") else 0.0)
                      for c in COLUMNS])  # fmt: skip
SHARED = ("stems", "cognates", "names", "numbers", "names_in")  # of COLUMNS
_SHARED = [COLUMNS.index(name) for name in SHARED]
FEATURES = (
    *SHARED,
    "dispatch",  # an agency's own, by its dateline or its outlet
    "first",  # derives from nothing itself
    "same_agency",  # has the origin that the article credits
    "age",  # log(1 + hours)
    "fullness",  # log(its words / the article's)
)
_DISPATCH_TEXT = 0.1  # of a copy's text that a reprint holds more of than the dispatch, to be taken for its source
OWN = 0.7  # likeness under which an article of the story is its outlet's own reporting
FULLER = 1.25  # how many times the words of an earlier copy make the later article its full text
LATER = 26.0  # hours from which a piece in other words is a follow-up (right for 91% of 433; from 20 hours 87%)
SHORT = 20  # words: shorter texts are not told apart by length
CITED_EARLY = 900  # characters of the text in which a cited agency is taken for the source


@dataclass(frozen=True, eq=False)
class SourceModel:
    """How likely an earlier article is the source: the weights of a conditional logit over FEATURES."""

    weights: Floats

    @classmethod
    def parse(cls, data: bytes) -> SourceModel:
        """The model of weights/sources.json. ValueError where that is not one weight for each of FEATURES."""
        wrong = "weights/sources.json {}: run tests.quality.calibrate_sources"
        try:
            found = json.loads(data)["weights"]
            weights = np.array([float(found[name]) for name in FEATURES])
        except (ValueError, KeyError, TypeError) as broken:
            raise ValueError(wrong.format("does not hold the weights of a source model")) from broken
        if len(found) != len(FEATURES):
            raise ValueError(wrong.format("was learnt for other features"))
        if not np.isfinite(weights).all():
            raise ValueError(wrong.format("holds a weight that is not a number"))
        return cls(weights)

    @classmethod
    def plain(cls) -> SourceModel:
        """Nothing learnt: all that is shared counts the same, and the rest nothing."""
        return cls(np.array([1.0 if name in SHARED else 0.0 for name in FEATURES]))


@dataclass(frozen=True, slots=True)
class Source:
    """What an article is to the story it is in."""

    of: Filed | None
    relation: Relation
    origin: str
    reasons: tuple[Reason, ...]
    events: tuple[Event, ...] = ()


def source_of(
    reading: Reading,
    members: Sequence[Filed],
    copy: tuple[Filed, Overlap] | None,
    group: Sequence[Filed],
    model: SourceModel,
) -> Source:
    """The source of an article among the members of its story, of which `copy` has the same text, as has its `group`.

    Without `copy` the article is one in words of its own.
    """
    if copy is not None:
        return _of_copy(reading, copy, group)
    s = reading.submission
    likeness, values = candidates(reading, members)
    likely = np.where(likeness >= OWN, values @ model.weights, -np.inf)
    if not len(likely) or not np.isfinite(likely.max()):
        origin, why = _origin(reading, None)
        return Source(None, Relation.ORIGINAL, origin, (why,))
    chosen = int(np.argmax(likely))
    of = members[chosen]
    hours = (s.when - of.when).total_seconds() / 3600
    if hours >= LATER:
        relation = Relation.FOLLOW_UP
    else:
        relation = Relation.REWRITE if of.language == reading.document.language else Relation.TRANSLATION
    return _derived(reading, of, relation, float(likeness[chosen]))


def _of_copy(reading: Reading, copy: tuple[Filed, Overlap], group: Sequence[Filed]) -> Source:
    """The source of an article whose text others of its copy group have had."""
    s, view = reading.submission, decode(reading.view)
    if s.when < copy[0].when:
        return _earlier(reading, copy[0], "published-before")
    found = [copy, *((m, overlap(view, decode(m.view))) for m in group if m.number != copy[0].number)]
    of, o = max(
        ((m, o) for m, o in found if m.when <= s.when),
        key=lambda e: (e[1].of_a + _DISPATCH_TEXT * _is_dispatch(decode(e[0].view)), -e[0].number),
    )
    theirs, mine = _is_dispatch(decode(of.view)), _is_dispatch(view)
    if mine and not theirs:
        return _earlier(reading, of, "dispatch-itself")
    if _fuller(view, decode(of.view), o) and mine >= theirs:
        return _earlier(reading, of, "fuller-text")
    return _derived(reading, of, Relation.COPY, o.containment)


def _earlier(reading: Reading, of: Filed, code: str) -> Source:
    """An article that comes late and is the original of one we had."""
    s = reading.submission
    facts = {"article": s.key, "outlet": s.outlet, "of": of.key, "of_outlet": of.outlet}
    origin, why = _origin(reading, None)
    return Source(
        None, Relation.ORIGINAL, origin, (Reason(code, facts), why),
        (Event("earlier-seen", of.key, Reason(code, facts)),),
    )  # fmt: skip


def _derived(reading: Reading, of: Filed, relation: Relation, likeness: float) -> Source:
    followed = relation is not Relation.FOLLOW_UP or of.outlet == reading.submission.outlet
    origin, why = _origin(reading, of if followed else None)
    facts = {"of": of.key, "outlet": of.outlet, "relation": relation.value, "likeness": round(likeness, 3)}
    return Source(of, relation, origin, (Reason("source", facts), why))


def _fuller(view: View, earlier: View, o: Overlap) -> bool:
    """Whether this article holds the whole text that an earlier one has trimmed."""
    return o.of_b > o.of_a and view.length >= FULLER * earlier.length


def _is_dispatch(view: View) -> bool:
    """Whether an article is an agency's own: its dateline, or its outlet."""
    return "agency" in view.facts or "dateline" in view.facts


def candidates(reading: Reading, members: Sequence[Filed]) -> tuple[Floats, Floats]:
    """How like each member is in text, 0 for those published later, and its FEATURES, shape (members, FEATURES)."""
    if not members:
        return np.zeros(0), np.zeros((0, len(FEATURES)))
    view = decode(reading.view)
    views = [decode(m.view) for m in members]
    table = compare(view, views, hits(view, views), Dampening(np.ones(len(view.terms), dtype=np.float32)))
    hours = _array((reading.submission.when - m.when).total_seconds() / 3600 for m in members)
    agency = _agency(reading)
    values = np.column_stack([
        table[:, _SHARED],
        _array(_is_dispatch(v) for v in views),
        _array(m.derives_from is None for m in members),
        _array(agency is not None and m.origin == agency for m in members),
        np.log1p(np.maximum(hours, 0.0)),
        np.log(_array(max(v.length, SHORT) for v in views) / max(view.length, SHORT)),
    ])  # fmt: skip
    return np.where(hours >= 0, table @ _LIKENESS, 0.0), values


def _array(values: Iterable[float]) -> NDArray[np.float64]:
    return np.fromiter(values, dtype=np.float64)


def _agency(reading: Reading) -> str | None:
    """The agency the article credits, as an origin."""
    own = decode(reading.view).facts.get("agency")
    if isinstance(own, str):
        return f"agency:{own}"
    credit = next((c for c in reading.document.credits if c.kind != "cited"), None)
    return f"agency:{credit.agency}" if credit else None


def _origin(reading: Reading, source: Filed | None) -> tuple[str, Reason]:
    """The independent source: the agency credited, else the source's origin, else who is cited, else the outlet."""
    credited = _agency(reading)
    if credited:
        return credited, Reason("origin-credited", {"origin": credited})
    if source is not None:
        return source.origin, Reason("origin-of-source", {"origin": source.origin, "of": source.key})
    cited = next((c for c in reading.document.credits if c.kind == "cited" and c.start < CITED_EARLY), None)
    if cited is not None:
        origin = f"agency:{cited.agency}"
        return origin, Reason("origin-cited", {"origin": origin})
    origin = f"outlet:{reading.submission.via or reading.submission.outlet}"
    return origin, Reason("origin-own", {"origin": origin})
