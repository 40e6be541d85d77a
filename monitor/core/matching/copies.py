"""Whether two articles carry the same text, give or take edits, trims and furniture.

Shared words alone do not decide: a template (weather, quakes, rates) shares half its 3-grams with its next filling, and
a quotation or a closing paragraph can be shared by articles that are not copies. So the facts of the shorter text have
to stand in the longer one too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from monitor.core.fingerprint import Hashes32, among, shingles, word_hashes
from monitor.core.matching.view import ALL, Kind, View

RUN = 5  # words that must agree before a passage is seen (passim: n-grams of 5)
GAP = 8  # words between two shared passages that are one text's wording for the other's
ALIKE = 0.10  # containment under which passages are not looked for


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much two texts share, each 0..1 but for `passages` and `words`. `of_a` is the share of a's 3-grams in b."""

    of_a: float
    of_b: float
    jaccard: float
    blocks: float  # the shorter one's word 8-grams found in the other, over its 3-grams found there
    names: float  # weight of the names of the one with fewer that the other has too
    numbers: float
    passages: int = 0  # separate runs of at least RUN words, in the text where they are fewer
    words: int = 0  # in these runs
    replaced: float = 0.0  # of the figures in and between shared passages, those that stand in a gap of a few words
    swapped: int = 0  # and how many these are

    @property
    def containment(self) -> float:
        return max(self.of_a, self.of_b)


def held(a: View, b: View, kind: Kind) -> float:
    """The share of the weight of the lighter one's terms of a kind that the other holds; 1 where it has none."""
    wa, wb = a.squares[ALL, kind], b.squares[ALL, kind]
    if wb < wa:
        a, b, wa = b, a, wb
    if wa <= 0:
        return 1.0
    mine = a.terms["kind"] == kind
    found = among(a.ids[mine], b.ids)
    return float((a.weights[ALL, mine][found] ** 2).sum() / wa)


def overlap(a: View, b: View) -> Overlap:
    """Exact overlap of two articles' words, names and numbers."""
    ga, gb = a.trigrams, b.trigrams
    if not ga.size or not gb.size:
        return Overlap(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    both = _common(ga, gb)
    of_shorter = both / min(ga.size, gb.size)
    long_runs = _common(a.eightgrams, b.eightgrams) / max(1, min(a.eightgrams.size, b.eightgrams.size))
    passages, words, replaced, swapped = _carried(a, b) if of_shorter >= ALIKE else (0, 0, 0.0, 0)
    return Overlap(
        of_a=both / ga.size,
        of_b=both / gb.size,
        jaccard=both / (ga.size + gb.size - both),
        blocks=long_runs / of_shorter if both else 0.0,
        names=held(a, b, Kind.NAME),
        numbers=held(a, b, Kind.NUMBER),
        passages=passages,
        words=words,
        replaced=replaced,
        swapped=swapped,
    )


def _carried(a: View, b: View) -> tuple[int, int, float, int]:
    """The passages that two texts share: how many, their words; share and number of figures replaced in the shorter."""
    if b.length < a.length:
        a, b = b, a
    if a.length < RUN:
        return 0, 0, 0.0, 0
    in_a, in_b = _runs(a), _runs(b)
    mine, theirs = _covered(in_a, in_b), _covered(in_b, in_a)
    starts, ends = _edges(mine)
    between = np.zeros(mine.size, dtype=bool)
    for end, start in zip(ends[:-1].tolist(), starts[1:].tolist(), strict=True):
        if start - end <= GAP:
            between[end:start] = True
    known = _figures()
    figure = known[np.minimum(np.searchsorted(known, a.words), known.size - 1)] == a.words
    gaps = int(np.count_nonzero(figure & between))
    seen = gaps + int(np.count_nonzero(figure & mine))
    count = min(starts.size, _edges(theirs)[0].size)
    return count, min(int(mine.sum()), int(theirs.sum())), gaps / seen if seen else 0.0, gaps


def _runs(view: View) -> Hashes32:
    """The hashes of all runs of RUN words in order, of a text of at least so many."""
    return shingles(view.words.astype(np.uint64), RUN)


def _covered(runs: Hashes32, others: Hashes32) -> NDArray[np.bool_]:
    """Which words of a text stand in a run that the other text has too."""
    covered = np.zeros(runs.size + RUN - 1, dtype=bool)
    found = np.isin(runs, others)
    for k in range(RUN):
        covered[k : k + runs.size] |= found
    return covered


def _edges(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where stretches of True begin, and where they end."""
    steps = np.diff(mask.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)


@cache
def _figures() -> Hashes32:
    """The hashes, as a view keeps them, of what figures look like in news: counts, decimals, hours."""
    written = [str(n) for n in range(10_000)]
    written += [str(n * 1000) for n in range(10, 1_000)]
    written += [f"{n}.{d}" for n in range(1_000) for d in range(1, 10)]
    written += [f"{n}.{d:02}" for n in range(30) for d in range(100)]
    written += [f"{h}h{m:02}" for h in range(24) for m in range(60)] + [f"{h}h" for h in range(24)]
    return np.unique(word_hashes(written).astype(np.uint32))


def _common(a: Hashes32, b: Hashes32) -> int:
    """How many hashes two sorted sets share."""
    if a.size > b.size:
        a, b = b, a
    return int(np.count_nonzero(b[np.minimum(np.searchsorted(b, a), b.size - 1)] == a)) if a.size else 0


@dataclass(frozen=True, slots=True)
class CopyRule:
    """Thresholds, chosen on our corpora, replayed in many orders of arrival, with a look at real press.

    Shared wording that comes in long runs, in several places, and carries its facts along is a copy. Between templates
    the runs are short, broken by the other facts; one long quotation or a closing paragraph is one passage. Where much
    is shared, the numbers have to agree: a template's next issue shares all its names. But where figures differ because
    one text has more of them, and not because one stands where the other had another, it is the same text, edited.
    One outlet's articles are copies only as versions of each other.

    Of 54 pairs of bulletins (rates, quakes, weather, results, fixtures) 2 would be joined if different outlets printed
    them, 5 without `filled`; of one outlet none.
    """

    containment: float = 0.22
    jaccard: float = 0.04
    blocks: float = 0.30
    names: float = 0.30
    numbers: float = 0.10
    facts: float = 1.0  # names and numbers together, 0..2
    most: float = 0.45  # containment under which the shared wording has to stand in several places
    passages: int = 3
    words: int = 40  # in these passages together
    much: float = 0.60  # containment from which
    much_numbers: float = 0.50  # this share of the numbers is asked for,
    edited_numbers: float = 0.20  # or this one, and
    edited_facts: float = 0.90  # so much of names and numbers together, where
    replaced: float = 0.25  # no more of the figures than this were replaced
    filled: float = 0.50  # share of figures replaced from which it is a form filled in otherwise,
    filled_figures: int = 3  # of at least so many,
    filled_numbers: float = 0.70  # unless so much of the numbers agrees
    same_outlet_jaccard: float = 0.35
    same_outlet_facts: float = 0.80  # of names, and of numbers

    def edited(self, o: Overlap, same_outlet: bool) -> bool:
        """Whether much is shared and hardly a figure was replaced: numbers that differ came with text of their own."""
        return not same_outlet and o.containment >= self.much and o.replaced <= self.replaced

    def numbers_needed(self, o: Overlap, same_outlet: bool) -> float:
        """The share of the numbers that has to agree."""
        if same_outlet:
            return self.same_outlet_facts
        if self.edited(o, same_outlet):
            return self.edited_numbers
        return self.much_numbers if o.containment >= self.much else self.numbers

    def filled_otherwise(self, o: Overlap) -> bool:
        """Whether most figures stand where the other text has another: the next issue of a bulletin."""
        return o.swapped >= self.filled_figures and o.replaced > self.filled and o.numbers < self.filled_numbers

    def facts_needed(self, o: Overlap, same_outlet: bool) -> float:
        """How much of names and numbers together has to agree, 0..2."""
        return self.edited_facts if self.edited(o, same_outlet) else self.facts

    def spread(self, o: Overlap) -> bool:
        """Whether most of a text is shared, or enough of it in several places: no single quotation or paragraph."""
        return o.containment >= self.most or (o.passages >= self.passages and o.words >= self.words)

    def fails(self, o: Overlap, same_outlet: bool) -> str:
        """What keeps two articles from being copies of one text, "" where nothing does.

        "outlet" (two articles of one, and no versions of each other), "little" (too little of the shorter one shared),
        "part" (too little of both), "runs" (turns of phrase shared, not passages), "places" (shared in one place only)
        or "facts" (with other names or numbers).
        """
        if same_outlet and (o.jaccard < self.same_outlet_jaccard or min(o.names, o.numbers) < self.same_outlet_facts):
            return "outlet" if o.jaccard < self.same_outlet_jaccard else "facts"
        if o.containment < self.containment:
            return "little"
        if o.jaccard < self.jaccard:
            return "part"
        if o.blocks < self.blocks:
            return "runs"
        if not self.spread(o):
            return "places"
        if (
            self.filled_otherwise(o)
            or o.names < self.names
            or o.numbers < self.numbers_needed(o, same_outlet)
            or o.names + o.numbers < self.facts_needed(o, same_outlet)
        ):
            return "facts"
        return ""

    def holds(self, o: Overlap, same_outlet: bool) -> bool:
        """Whether two articles are copies of one text."""
        return not self.fails(o, same_outlet)

    def support(self, o: Overlap, same_outlet: bool) -> float:
        """How far a member of a copy group speaks for a further article in it, 0..1: a copy 1, a kindred text to .5.

        Two trims of one dispatch may share little with each other; what shares nothing with it speaks against.
        """
        if self.holds(o, same_outlet):
            return 1.0
        return 0.5 * min(1.0, o.containment / self.containment) if o.names >= self.names else 0.0
