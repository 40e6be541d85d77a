"""What the claim matcher compares of a unit, as compact bytes: `Unit.features` and `FiledMention.features`.

The bytes are JSON (a list, so that keys cost nothing); decoding is cached because a story's mentions are read again
with every article that joins it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
_STEMMERS = {"fr": "french", "en": "english", "de": "german", "es": "spanish", "it": "italian", "pt": "portuguese"}


@dataclass(frozen=True, slots=True)
class Features:
    language: str
    stems: tuple[str, ...]
    numbers: tuple[str, ...]


@lru_cache(maxsize=16)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = _STEMMERS.get(language)
    return Stemmer.Stemmer(name) if name else None


def fold(word: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))


def build(text: str, language: str) -> Features:
    stemmer = _stemmer(language)
    stems, numbers = [], []
    for m in _WORD.finditer(text):
        token = m.group()
        if token[0].isdigit():
            numbers.append(re.sub(r"\D", "", token))
        elif len(token) > 3:
            stems.append(fold(stemmer.stemWord(token.lower()) if stemmer else token))
    return Features(language, tuple(stems), tuple(numbers))


def encode(features: Features) -> bytes:
    return json.dumps([features.language, features.stems, features.numbers], ensure_ascii=False).encode()


@lru_cache(maxsize=50_000)
def decode(data: bytes) -> Features:
    language, stems, numbers = json.loads(data)
    return Features(language, tuple(stems), tuple(numbers))
