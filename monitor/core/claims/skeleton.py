"""The skeleton of a word: what spellings of one name, or cognates of two languages, have in common.

Zelensky, Zelenskiy, Zelenskyy and Selenskyj give one skeleton; so do Tchaikovski and Chaikovsky. It is coarse on
purpose: two words with one skeleton are a hint that the other features confirm, never a match of their own.
"""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.core.text.words import fold

_STEPS = (
    (re.compile(r"[^a-z0-9]"), ""),
    (re.compile(r"tsch|tch|sch|sh|ch|cz|tj|dj|dzh|ts|tz"), "c"),
    (re.compile(r"kh|gh|ck|qu|q|k"), "c"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"th"), "t"),
    (re.compile(r"x"), "cs"),
    (re.compile(r"[zs]+"), "s"),
    (re.compile(r"w|v"), "v"),
    (re.compile(r"ou|oo"), "u"),
    (re.compile(r"[yji]+"), "i"),
    (re.compile(r"h"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)
_TAIL = re.compile(r"(?<=...)[aeiou]+$")


@lru_cache(maxsize=262_144)
def skeleton(word: str) -> str:
    """Letters that spellings share, vowels at the end dropped; the folded word itself where nothing is left."""
    folded = fold(word)
    out = folded
    for pattern, into in _STEPS:
        out = pattern.sub(into, out)
    return _TAIL.sub("", out) or folded


def cognate(word: str) -> str:
    """The first five letters of the skeleton: what "présidentielle" and "presidential" share."""
    return skeleton(word)[:5]
