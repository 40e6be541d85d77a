"""Words in a spelling that languages share: transliteration variants and cognates fall together.

Zelensky, Zelenskiy, Zelenskyy -> "zelenski"; antibiotique, antibiotic -> "antib". Coarse on purpose: a shared form is
evidence beside much other evidence, never a proof.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

_STEPS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"[^a-z0-9]", ""),
        (r"sch|tsch|tch|sh|cz|ch", "x"),
        (r"ph", "f"),
        (r"kh|gh", "h"),
        (r"th", "t"),
        (r"ou|oo|oe|ue", "u"),
        (r"ck|cc|qu|[cqk]", "k"),
        (r"ae", "e"),
        (r"[yj]", "i"),
        (r"w", "v"),
        (r"z", "s"),
        (r"(.)\1+", r"\1"),
        (r"(?<=.{3})(?:ia|ie|ii|e|a|o|s|es|os|as)$", ""),
    )
)
NAME_LENGTH = 8
COGNATE_LENGTH = 5


@lru_cache(maxsize=262_144)
def skeleton(word: str) -> str:
    """The shared spelling of a folded word, "" where nothing of it is a letter or digit."""
    if not word.isascii():
        word = anyascii(word).lower()
    for pattern, to in _STEPS:
        word = pattern.sub(to, word)
    return word


def name_form(word: str) -> str:
    """The form by which two spellings of a name are held to be one."""
    return skeleton(word)[:NAME_LENGTH]


def cognate_form(word: str) -> str:
    """The form by which words of two languages are held to be cognate."""
    return skeleton(word)[:COGNATE_LENGTH]
