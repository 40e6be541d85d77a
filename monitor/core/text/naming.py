"""Names in comparable form: one spelling for transliterations, and how surely two names are one."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from monitor.core.text.words import fold

_TRANSLITERATED = [
    (re.compile(r"(?:skyy|skiy|skij|skyi|skii|skyj|sky|ski)\b"), "ski"),  # Zelensky, Zelenskiy, Zelenskyy
    (re.compile(r"(?<=[vn])(?:yy|iy|ij|yi|ii)\b"), "i"),
    (re.compile(r"ine\b"), "in"),  # Poutine, Eltsine
    (re.compile(r"eff\b|ev\b|ov\b|of\b|off\b"), "ov"),
    (re.compile(r"ou"), "u"),  # Poutine, Choïgou
    (re.compile(r"tsch|tch|tsh|tj(?=[aeiou])|c(?=h)"), "c"),
    (re.compile(r"sch|sh"), "ch"),
    (re.compile(r"dsch|dzh|dj"), "j"),
    (re.compile(r"kh"), "h"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"w"), "v"),
    (re.compile(r"y|j(?=[aeiou])"), "i"),
    (re.compile(r"ch|hh"), "h"),
    (re.compile(r"([^\W\d])\1+"), r"\1"),
]


_PASSES = 9  # every pass shortens or settles; names settle in two


@lru_cache(maxsize=131_072)
def transliterated(folded: str) -> str:
    """One spelling for the transliterations of a folded word: "zelenskyy" and "zelenskiy" are "zelenski"."""
    for _ in range(_PASSES):
        before = folded
        for pattern, replacement in _TRANSLITERATED:
            folded = pattern.sub(replacement, folded)
        if folded == before:
            break
    return folded


def name_key(text: str, titles: AbstractSet[str] = frozenset()) -> str:
    """The words of a name, folded, in one transliteration, without titles."""
    words = [w for w in re.split(r"[\W_]+", fold(text)) if w]
    kept = [w for w in words if w not in titles] or words
    return " ".join(transliterated(w) for w in kept)


@lru_cache(maxsize=262_144)
def same_name(a: str, b: str) -> float:
    """How surely two keys (or plain names) name the same person or thing, 0..1.

    Every word of the shorter must find its like: given names differ in "Kim Yong-hyun" and "Kim Jong-un" however
    alike the whole strings are (Jaro-Winkler .94). A surname alone against a full name gives .8, a given name .4.
    """
    first, second = name_key(a).split(), name_key(b).split()
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    if len(first) > len(second):
        first, second = second, first
    score = 0.0
    used: set[int] = set()
    for word in first:
        best, at = 0.0, -1
        for k, other in enumerate(second):
            if k not in used and (likeness := _same_word(word, other)) > best:
                best, at = likeness, k
        if best < 0.75:
            return 0.0
        used.add(at)
        score += best
    share = score / len(first)
    if len(first) == len(second):
        return share
    if len(first) == 1:
        return share * (0.8 if len(second) - 1 in used else 0.4)
    return share * 0.9


@lru_cache(maxsize=262_144)
def _same_word(a: str, b: str) -> float:
    """How alike two words of names are; 0 where they are two words."""
    if a == b:
        return 1.0
    if len(a) == 1 or len(b) == 1:
        return 0.85 if a[0] == b[0] else 0.0
    longest = max(len(a), len(b))
    distance = OSA.distance(a, b)
    if longest < 5 or distance > 2 or (longest < 6 and distance > 1) or distance > longest / 4:
        return 0.0
    if distance == 2 and abs(len(a) - len(b)) == 2:  # Austria, Australia
        return 0.0
    return float(JaroWinkler.similarity(a, b))
