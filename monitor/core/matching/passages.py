"""Passages that two texts share word for word, as spans of both."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from monitor.core.text.words import token_spans

_SEED = 5  # words that must agree before a passage is looked at (passim: n-grams of 5)
_PLACES = 8  # places of one 5-gram that are tried
_WORDS_READ = 6_000


@dataclass(frozen=True, slots=True)
class Passage:
    """`a_text[a_start:a_end]` and `b_text[b_start:b_end]` hold the same `words` words."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    words: int

    def turned(self) -> Passage:
        """The same with the two texts in the other order."""
        return Passage(self.b_start, self.b_end, self.a_start, self.a_end, self.words)


def shared_passages(a: str, b: str) -> tuple[Passage, ...]:
    """The longest common runs of at least 5 words, left to right in `a`, none overlapping another in `a`.

    To be the same whichever text comes first, ask with the texts in one agreed order and turn the result.
    """
    wa, wb = token_spans(a)[:_WORDS_READ], token_spans(b)[:_WORDS_READ]
    ta, tb = [w for _, _, w in wa], [w for _, _, w in wb]
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j in range(len(tb) - _SEED + 1):
        found = places[tuple(tb[j : j + _SEED])]
        if len(found) < _PLACES:
            found.append(j)
    out = []
    i = 0
    while i <= len(ta) - _SEED:
        best, at = 0, 0
        for j in places.get(tuple(ta[i : i + _SEED]), ()):
            n = _SEED
            while i + n < len(ta) and j + n < len(tb) and ta[i + n] == tb[j + n]:
                n += 1
            if n > best:
                best, at = n, j
        if best:
            out.append(Passage(wa[i][0], wa[i + best - 1][1], wb[at][0], wb[at + best - 1][1], best))
        i += best or 1
    return tuple(out)
