"""Where an article belongs: its copy group, its story, its source and its origin.

The way of `place`:

    look up     articles that share band keys, a bounded number of them (never a verdict by itself)
    copies      exact overlap of words, names and numbers with the likeliest: join a copy group or found one
    stories     the likeliest stories, compared with several members each: join one or found one
    sources     which article of the story it derives from, and which origin it stands for
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from monitor.core.fingerprint import SCHEME, band_keys, digest, key_of, shingles, signature, word_hashes
from monitor.core.ids import short_id
from monitor.core.matching.copies import CopyRule, Overlap, overlap
from monitor.core.matching.idf import Idf
from monitor.core.matching.sources import origin_of, relation_of
from monitor.core.matching.stories import StoryModel, features
from monitor.core.matching.terms import Terms, collect, table
from monitor.core.matching.view import WORDS_KEPT, Kind, TermTable, View, decode, encode
from monitor.core.model import Event, Filed, Fingerprint, Placement, Reading, Reason, Submission
from monitor.core.pack import Pack
from monitor.core.text.document import Document
from monitor.core.window import Window

COPY_BANDS, COPY_ROWS = 6, 3
PASSAGE_KEYS = 10
SALIENT = 7  # terms whose pairs are look-up keys: 21 of them
BUCKET = 48  # articles read of one bucket
VERIFIED = 40  # candidates compared exactly
STORIES = 6  # stories compared with
MEMBERS = 8  # members of each


@dataclass(frozen=True)
class MatchSettings:
    """Everything learnt that matching needs."""

    idf: Idf = field(default_factory=Idf)
    model: StoryModel = field(default_factory=lambda: StoryModel((0.0,) * 12, 0.0, 0.5))
    copies: CopyRule = field(default_factory=CopyRule)

    @classmethod
    def load(cls, resource: Callable[[str], bytes]) -> MatchSettings:
        """Settings of the learnt files `weights/stories.json` and `weights/idf.json`."""
        return cls(Idf.parse(resource("weights/idf.json")), StoryModel.parse(resource("weights/stories.json")))


def fingerprint_document(
    document: Document, submission: Submission, pack: Pack, settings: MatchSettings
) -> tuple[Fingerprint, bytes]:
    """The look-up keys of an article and its view, from its own text alone."""
    terms = collect(document, pack)
    terms_table = table(terms, document.language, settings.idf)
    words = terms.words[:WORDS_KEPT]
    hashes = word_hashes(words)
    values = signature(shingles(hashes, 3))
    bands = {
        "text": (digest(words) if words else key_of("empty", submission.key),),
        "copy": band_keys(values, COPY_BANDS, COPY_ROWS) if len(words) >= 3 else (),
        "passage": _passages(terms),
        "terms": _pairs(terms_table),
    }
    view = View(document.language, {}, terms_table, hashes.astype(np.uint32))
    return Fingerprint(SCHEME, values.astype("<u4").tobytes(), bands), encode(view)


def _passages(terms: Terms) -> tuple[int, ...]:
    """Keys of sentences: of each the smallest 4-gram hash, of these the smallest PASSAGE_KEYS."""
    lowest = set()
    start = 0
    for end in terms.sentence_ends:
        if end - start >= 8:
            lowest.add(int(shingles(word_hashes(terms.words[start:end]), 4).min()))
        start = end
    return tuple(sorted(lowest)[:PASSAGE_KEYS])


def _pairs(terms: TermTable) -> tuple[int, ...]:
    """Keys of pairs of the most telling terms that languages share."""
    t = terms[(terms["kind"] != Kind.STEM) & (terms["kind"] != Kind.COGNATE)]
    weight = np.log1p(4.0 * t["title"] + 2.0 * t["lead"] + t["body"]) * t["idf"]
    top = t["id"][np.lexsort((t["id"], -weight))[:SALIENT]].tolist()
    return tuple((min(a, b) << 31) ^ max(a, b) for a, b in combinations(top, 2))


def place(
    reading: Reading, window: Window, settings: MatchSettings, earlier: Filed | None
) -> tuple[Placement, tuple[Event, ...]]:
    """Where this article belongs, given the window, and the changes of history that follow.

    `earlier` is the same article as filed before: a new version keeps its story and group.
    """
    candidates = _candidates(reading, window)
    view = decode(reading.view)
    found = {c.number: overlap(view, decode(c.view)) for c in candidates if c.key != reading.submission.key}
    by_number = {c.number: c for c in candidates}
    copy = _copy_of(reading, found, by_number, settings)
    s = reading.submission
    events: tuple[Event, ...] = ()
    if earlier is not None:
        reason = Reason("version", {"of": earlier.key})
        story, group, founded, score = earlier.story, earlier.copy_group, False, 1.0
        events = (Event("version", earlier.key, reason),)
    elif copy is not None:
        best, o = copy
        reason = Reason("copy", {"of": best.key, "shared": round(o.containment, 3), "jaccard": round(o.jaccard, 3)})
        story, group, founded, score = best.story, best.copy_group, False, 1.0
    else:
        group = short_id("c", s.key)
        name, score = _story_of(reading, view, candidates, window, settings)
        founded = name is None or score < settings.model.join
        story = short_id("s", s.key) if founded or name is None else name
        reason = Reason("founded" if founded else "joined", {"score": round(score, 3)})
    members = [f for f in window.members(story, 40) if f.key != s.key] if not founded else []
    derives, relation = relation_of(reading, view, members, copy[0] if copy else None, founded)
    origin = origin_of(reading, derives)
    placement = Placement(story, founded, group, derives.key if derives else None, relation, origin, (reason,), score)
    return placement, events


def _candidates(reading: Reading, window: Window) -> list[Filed]:
    """The articles that share most look-up keys, newest first among equals."""
    shared: dict[int, float] = defaultdict(float)
    weight = {"text": 20.0, "copy": 3.0, "passage": 2.0, "terms": 1.0}
    for view, keys in reading.fingerprint.bands.items():
        for number, count in window.lookup(view, keys, BUCKET).items():
            shared[number] += weight.get(view, 1.0) * count
    best = sorted(shared, key=lambda n: (-shared[n], -n))[:VERIFIED]
    return window.filed(best)


def _copy_of(
    reading: Reading, found: dict[int, Overlap], by_number: dict[int, Filed], settings: MatchSettings
) -> tuple[Filed, Overlap] | None:
    """The article this one is a copy of, the fullest overlap first, then the earliest."""
    s = reading.submission
    fit = [
        (o.jaccard + o.containment, -n, by_number[n], o)
        for n, o in found.items()
        if settings.copies.holds(o) and by_number[n].outlet != s.outlet
    ]
    if not fit:
        return None
    _, _, best, o = max(fit, key=lambda row: row[:2])
    return best, o


def _story_of(
    reading: Reading, view: View, candidates: Iterable[Filed], window: Window, settings: MatchSettings
) -> tuple[str | None, float]:
    """The likeliest story with its score, 0..1."""
    when = reading.submission.when

    def probability(other: Filed) -> float:
        hours = abs((when - other.when).total_seconds()) / 3600
        return settings.model.probability(features(view, decode(other.view), hours))

    of_story: dict[str, dict[int, float]] = defaultdict(dict)
    for c in candidates:
        of_story[c.story][c.number] = probability(c)
    likely = sorted(of_story, key=lambda k: (-max(of_story[k].values()), k))[:STORIES]
    best: tuple[float, str | None] = (0.0, None)
    for story in likely:
        found = of_story[story]
        for m in window.members(story, MEMBERS):
            if m.number not in found and len(found) < 2 * MEMBERS:
                found[m.number] = probability(m)
        values = sorted(found.values(), reverse=True)
        score = 0.5 * values[0] + 0.5 * sum(values) / len(values)
        if (score, story) > (best[0], best[1] or ""):
            best = (score, story)
    return best[1], best[0]
