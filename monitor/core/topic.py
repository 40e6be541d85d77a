"""What a reader asks for in a few words, and whether some text speaks of it.

A term is a word, a "quoted phrase" or a word with a trailing star (`minist*`). Terms match whole words, whatever
their accents and capitals, with a plural s or x forgiven: "soldat" finds "Soldats", "Zelensky" finds "ZELENSKY".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "’": "'", "ʼ": "'"})
_TERM = re.compile(r'"([^"]*)"|«([^»]*)»|“([^”]*)”|(\S+)')


def fold(text: str) -> str:
    """Lower case without accents; runs of white space become one space. Idempotent."""
    text = unicodedata.normalize("NFKD", text.casefold()).translate(_LIGATURES)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


def terms(query: str) -> tuple[str, ...]:
    """The words and quoted phrases of a query, in order: 'Kim "Corée du Nord"' -> ("Kim", "Corée du Nord")."""
    found = (next(g for g in m.groups() if g is not None).strip() for m in _TERM.finditer(query))
    return tuple(t for t in found if any(c.isalnum() for c in t))


_folded = lru_cache(maxsize=64)(fold)  # many watches ask about one article in a row


@lru_cache(maxsize=2048)
def _pattern(term: str) -> re.Pattern[str]:
    words = re.findall(r"\w+|\*$", fold(term))
    prefix = bool(words) and words[-1] == "*"
    words = [w for w in words if w != "*"]
    if not words:
        return re.compile(r"(?!)")
    tail = r"\w*" if prefix else r"(?:e?s|x)?"
    return re.compile(r"(?<!\w)" + r"\W+".join(re.escape(w) for w in words) + tail + r"(?!\w)")


def found(wanted: Iterable[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Those of the wanted terms that some of the texts speak of, in the order asked."""
    folded = [_folded(t) for t in texts]
    return tuple(w for w in wanted if any(_pattern(w).search(t) for t in folded))
