"""Where an article belongs: its copy group, its story, its source and its origin.

The way of `place`:

    look up     articles that share band keys, a bounded number of them (never a verdict by itself)
    copies      exact overlap of words, names and numbers with the likeliest: join a copy group or found one
    stories     the likeliest stories, compared with several members each: join one or found one
    sources     which article of the story it derives from, and which origin it stands for
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from monitor.core.fingerprint import (
    SCHEME,
    Hashes64,
    band_keys,
    digest,
    distinct,
    key_of,
    shingles,
    signature,
    word_hashes,
)
from monitor.core.ids import short_id
from monitor.core.matching.compare import COLUMNS, Floats, compare, dampening, hits
from monitor.core.matching.copies import CopyRule
from monitor.core.matching.grouping import GROUP, copy_of
from monitor.core.matching.idf import Idf
from monitor.core.matching.meaning import FACT, Meaning
from monitor.core.matching.sources import SourceModel, source_of
from monitor.core.matching.stories import StoryModel, story_features
from monitor.core.matching.terms import collect, table
from monitor.core.matching.view import COUNT_STEP, WORDS_KEPT, Kind, TermTable, View, decode, encode
from monitor.core.model import Event, Filed, Fingerprint, Placement, Reading, Reason, Submission
from monitor.core.pack import Pack
from monitor.core.text.credits import canonical_agency
from monitor.core.text.document import Document
from monitor.core.window import Window

COPY_BANDS, COPY_ROWS = 4, 2
VIEWS = ("text", "copy", "passage", "terms")  # of the look-up keys, those that speak of the article as a whole
PASSAGE_KEYS, PASSAGE_WORDS = 16, 4
TERM_KEYS = 18  # telling terms an article is found by
TERMS_ASKED = 30  # telling terms of its own by which an article looks for others: a feature leads with other names
PAIRED = 4  # terms whose pairs are keys too: what is common alone may be rare together
BUCKET = 48  # articles read of one bucket
VERIFIED = 32  # candidates that share terms
CARRIED = 16  # and candidates that share wording
RANKING = np.array([1.0 if c in ("cognates", "names", "core_names", "core_cognates") else 0.0 for c in COLUMNS])
STORIES = 6  # stories compared with
BLOCK = 8  # candidates of one story that count as one where common terms are played down
NEAREST = 4  # candidates of each that are compared, the likest ones
MEMBERS = 5  # newest members of each, besides its founder: the best of many would look like the story by chance
SOURCES = 24  # members of its story among which an article's source is looked for


@dataclass(frozen=True)
class MatchSettings:
    """Everything learnt that matching needs."""

    idf: Idf = field(default_factory=Idf)
    model: StoryModel = field(default_factory=StoryModel.empty)
    copies: CopyRule = field(default_factory=CopyRule)
    sources: SourceModel = field(default_factory=SourceModel.plain)
    meaning: Meaning | None = None  # a model that the user named

    @classmethod
    def load(cls, resource: Callable[[str], bytes]) -> MatchSettings:
        """Settings of the learnt files `weights/idf.json`, `weights/stories.json` and `weights/sources.json`."""
        return cls(
            Idf.parse(resource("weights/idf.json")),
            StoryModel.parse(resource("weights/stories.json")),
            sources=SourceModel.parse(resource("weights/sources.json")),
        )


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
        "passage": _passages(hashes) if len(words) >= 3 else (),
        "terms": _term_keys(terms_table),
    }
    agency = canonical_agency(submission.via or submission.outlet, pack, exact=True)
    facts: dict[str, object] = {"agency": agency} if agency else {}
    if any(c.kind == "dateline" for c in document.credits):
        facts["dateline"] = True
    if settings.meaning is not None and (vector := settings.meaning.fact(document)) is not None:
        facts[FACT] = vector
    view = View(document.language, facts, terms_table, hashes.astype(np.uint32))
    return Fingerprint(SCHEME, values.astype("<u4").tobytes(), bands), encode(view)


def _passages(words: Hashes64) -> tuple[int, ...]:
    """The smallest hashes of the text's runs of PASSAGE_WORDS words: texts that share a part share some of them.

    A bottom-k sketch (Broder 1997). Of 616 pairs of real press that are copies by rule it leaves 6 unfound; 12 keys of
    sentences left 27. Of 295 pairs of our corpora none either way.
    """
    return tuple(distinct(shingles(words, PASSAGE_WORDS))[:PASSAGE_KEYS].tolist())


def _term_keys(terms: TermTable, limit: int = TERM_KEYS) -> tuple[int, ...]:
    """Keys of the `limit` most telling terms that languages share, and of pairs of the very first."""
    t = terms[(terms["kind"] == Kind.NAME) | (terms["kind"] == Kind.PLACE) | (terms["kind"] == Kind.COGNATE)]
    weight = np.log1p(COUNT_STEP * (4.0 * t["title"] + 2.0 * t["lead"] + t["body"])) * t["idf"]
    weight *= np.where(t["kind"] == Kind.COGNATE, 0.7, 1.0)
    top = t["id"][np.lexsort((t["id"], -weight))[:limit]].tolist()
    return (*top, *((min(a, b) << 31) ^ max(a, b) for a, b in combinations(top[:PAIRED], 2)))


def place(
    reading: Reading, window: Window, settings: MatchSettings, earlier: Filed | None
) -> tuple[Placement, tuple[Event, ...]]:
    """Where this article belongs, given the window, and the changes of history that follow.

    `earlier` is the same article as filed before: a new version keeps its story and group.
    """
    candidates = candidates_of(reading, window)
    s = reading.submission
    copy = copy_of(reading, candidates, window, settings.copies)
    events: list[Event] = []
    founded = False
    if earlier is not None:
        reason = Reason("version", {"of": earlier.key})
        story, group, score = earlier.story, earlier.copy_group, 1.0
        events.append(Event("version", earlier.key, reason))
    elif copy is not None:
        best, o = copy
        facts = {
            "of": best.key,
            "outlet": best.outlet,
            "shared": round(o.containment, 3),
            "jaccard": round(o.jaccard, 3),
        }
        reason = Reason("copy", facts)
        story, group, score = best.story, best.copy_group, 1.0
    else:
        group = short_id("c", s.key)
        considered = consider(reading, candidates, window, settings)
        score = considered[0].score if considered else 0.0
        founded = score < settings.model.join
        story = short_id("s", s.key) if founded else considered[0].story
        facts = {"score": round(score, 3), "threshold": settings.model.join}
        reason = Reason("founded", facts) if founded else Reason("joined", {**facts, "story": story})
    members = [] if founded else [f for f in window.members(story, SOURCES) if f.key != s.key]
    copies = [f for f in window.group(group, GROUP) if f.key != s.key] if copy is not None else []
    source = source_of(reading, members, copy, copies, settings.sources)
    placement = Placement(
        story, founded, group, source.of.key if source.of else None, source.relation, source.origin,
        (reason, *source.reasons), score,
    )  # fmt: skip
    return placement, (*events, *source.events)


def candidates_of(reading: Reading, window: Window) -> list[Filed]:
    """The articles that share most look-up keys, the newest first among equals, in ascending order of number.

    Those that share wording have places of their own: an article full of common names must not crowd out its copies.
    """
    shared: dict[int, float] = defaultdict(float)
    carried: dict[int, int] = defaultdict(int)
    for view in VIEWS:
        found_by = reading.fingerprint.bands.get(view, ())
        keys = _term_keys(decode(reading.view).terms, TERMS_ASKED) if view == "terms" else found_by
        for number, count in window.lookup(view, keys, BUCKET).items():
            if view == "terms":
                shared[number] += count
            else:
                carried[number] += count
    wording_first = sorted(carried, key=lambda n: (-carried[n], -n))[:CARRIED]
    terms_first = sorted(shared, key=lambda n: (-shared[n], -n))[:VERIFIED]
    found = window.filed({*wording_first, *terms_first})
    return [f for f in found if f.key != reading.submission.key]


def _blocks(candidates: Sequence[Filed]) -> NDArray[np.intp]:
    """A number for each candidate: that of its story, or of its part of a story where that is long.

    A story of forty candidates would count once when terms are played down, and so make its own terms the most telling
    ones: it would grow by what it has in common with everything.
    """
    seen: Counter[str] = Counter()
    numbers: dict[tuple[str, int], int] = {}
    out = []
    for c in candidates:
        block = (c.story, seen[c.story] // BLOCK)
        seen[c.story] += 1
        out.append(numbers.setdefault(block, len(numbers)))
    return np.array(out, dtype=np.intp)


@dataclass(frozen=True)
class Considered:
    """A story an article was compared with."""

    story: str
    values: Floats  # in the order of FEATURES
    score: float


def consider(
    reading: Reading, candidates: Sequence[Filed], window: Window, settings: MatchSettings
) -> list[Considered]:
    """The likeliest stories among those of the candidates, the likeliest first."""
    if not candidates:
        return []
    view, when = decode(reading.view), reading.submission.when
    views = [decode(c.view) for c in candidates]
    h = hits(view, views)
    damp = dampening(view, h, _blocks(candidates))
    table = compare(view, views, h, damp)
    likeness = dict(zip((c.number for c in candidates), (table @ RANKING).tolist(), strict=True))
    of_story: dict[str, list[Filed]] = defaultdict(list)
    for c in sorted(candidates, key=lambda c: (-likeness[c.number], c.number)):
        of_story[c.story].append(c)
    likely = sorted(of_story, key=lambda name: (-likeness[of_story[name][0].number], name))[:STORIES]
    members: list[Filed] = []
    for name in likely:
        near = {c.number: c for c in of_story[name][:NEAREST]}
        others = (m for m in window.members(name, MEMBERS) if m.key != reading.submission.key)
        members += (near | {m.number: m for m in others}).values()
    views = [decode(m.view) for m in members]
    h = hits(view, views)
    table = compare(view, views, h, damp)
    hours = np.array([abs((when - m.when).total_seconds()) / 3600 for m in members])
    outlet = np.array([m.outlet == reading.submission.outlet for m in members])
    values = np.stack([
        story_features(view, table, h, damp, np.flatnonzero([m.story == name for m in members]), hours, outlet)
        for name in likely
    ])  # fmt: skip
    scores = settings.model.probabilities(values)
    if settings.meaning is not None:
        of_each = [[v for v, m in zip(views, members, strict=True) if m.story == name] for name in likely]
        scores = settings.meaning.weighed(scores, view, of_each)
    found = [Considered(*row) for row in zip(likely, values, scores.tolist(), strict=True)]
    return sorted(found, key=lambda c: (-c.score, c.story))
