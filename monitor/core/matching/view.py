"""What the matcher compares of an article, as compact bytes: `Reading.view` and `Filed.view`.

Two rules:
    1. A view holds everything that a later comparison needs, so that no text is read again: the words of the cleaned
       body in order (32-bit hashes), and its terms with where they stand (title, lead, body, recalled background).
    2. What language a text is in must not matter more than it has to. Stems are of one language; names, numbers,
       places and cognates are in forms that languages share (`core.matching.skeleton`).

The bytes are a JSON header (short facts), a line feed, then the term table and the words as little-endian arrays.
Decoding is cached, because an article is compared with many later ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from monitor.core.fingerprint import Hashes32, shingles

FORMAT = 1
WORDS_KEPT = 1600  # of the body: a long read is told by its first 1,600 words
IDF_STEP = 1 / 24  # idf is kept in one byte, 0..10.6


class Kind(IntEnum):
    """What a term is."""

    STEM = 0  # of one language
    COGNATE = 1  # the beginning of a word in the spelling that European languages share
    NAME = 2  # a word of a name, transliteration evened out
    NUMBER = 3
    PLACE = 4  # a country


TERM = np.dtype(
    [("id", "<u4"), ("kind", "u1"), ("title", "u1"), ("lead", "u1"), ("body", "u1"), ("back", "u1"), ("idf", "u1")]
)
TermTable = NDArray[np.void]


@dataclass(frozen=True)
class Weights:
    """A sparse vector: term id to weight, with its length."""

    of: dict[int, float]
    norm: float

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[int, float]]) -> Weights:
        of = dict(pairs)
        return cls(of, sum(w * w for w in of.values()) ** 0.5)


@dataclass(frozen=True, eq=False)
class View:
    """An article as the matcher sees it. `terms` has dtype TERM; `words` are the low halves of the words' hashes."""

    language: str
    facts: dict[str, object] = field(default_factory=dict)
    terms: TermTable = field(default_factory=lambda: np.empty(0, dtype=TERM))
    words: Hashes32 = field(default_factory=lambda: np.empty(0, dtype=np.uint32))

    @cached_property
    def length(self) -> int:
        """Words of the body."""
        return int(self.words.size)

    @cached_property
    def trigrams(self) -> Hashes32:
        """The distinct word 3-grams of the body, sorted."""
        return np.unique(shingles(self.words.astype(np.uint64), 3))

    @cached_property
    def fivegrams(self) -> Hashes32:
        """The distinct word 5-grams of the body, sorted."""
        return np.unique(shingles(self.words.astype(np.uint64), 5))

    def weights(self, kind: Kind, part: str) -> Weights:
        """The vector of one kind of terms in one part: "all", "core" (title and lead) or "title"."""
        found = self._weights.get((kind, part))
        if found is None:
            found = self._weights[kind, part] = self._build(kind, part)
        return found

    @cached_property
    def _weights(self) -> dict[tuple[Kind, str], Weights]:
        return {}

    def _build(self, kind: Kind, part: str) -> Weights:
        t = self.terms[self.terms["kind"] == kind]
        title, lead = t["title"].astype(np.float32), t["lead"].astype(np.float32)
        if part == "title":
            tf = title
        elif part == "core":
            tf = 2 * title + lead
        else:
            tf = 2 * title + 1.5 * lead + t["body"] + 0.25 * t["back"]
        keep = tf > 0
        w = np.log1p(tf[keep]) * t["idf"][keep] * np.float32(IDF_STEP)
        return Weights.from_pairs(zip(t["id"][keep].tolist(), w.tolist(), strict=True))


def encode(view: View) -> bytes:
    """The view as bytes."""
    head = {"v": FORMAT, "l": view.language, "t": len(view.terms), **view.facts}
    return b"".join(
        (json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf8", "surrogatepass"), b"\n",
         view.terms.tobytes(), view.words.astype("<u4").tobytes())
    )  # fmt: skip


@lru_cache(maxsize=20_000)
def decode(data: bytes) -> View:
    """The view of these bytes. Equal bytes give the same object while it is remembered."""
    end = data.index(b"\n")
    head = json.loads(data[:end].decode("utf8", "surrogatepass"))
    count = head.pop("t")
    language = head.pop("l")
    head.pop("v")
    start = end + 1
    terms = np.frombuffer(data, dtype=TERM, count=count, offset=start)
    words = np.frombuffer(data, dtype="<u4", offset=start + count * TERM.itemsize)
    return View(language, head, terms, words)
