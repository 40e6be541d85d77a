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
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monitor.core.fingerprint import Hashes32, distinct, shingles
from monitor.core.kept import Kept

FORMAT = 2
WORDS_KEPT = 1600  # of the body: a long read is told by its first 1,600 words
COUNT_STEP = 1 / 8  # counts are kept in one byte, 0..31.9
IDF_STEP = 1 / 24  # idf is kept in one byte, 0..10.6


class Kind(IntEnum):
    """What a term is."""

    STEM = 0  # of one language
    COGNATE = 1  # the beginning of a word in the spelling that European languages share
    NAME = 2  # a word of a name, transliteration evened out
    NUMBER = 3
    PLACE = 4  # a country
    CONCEPT = 5  # what a word means, under a name that languages share


TERM = np.dtype(
    [("id", "<u4"), ("kind", "u1"), ("title", "u1"), ("lead", "u1"), ("body", "u1"), ("back", "u1"), ("idf", "u1")]
)
TermTable = NDArray[np.void]


KINDS = len(Kind)
ALL, CORE, TITLE = range(3)  # parts of an article: the whole of it; title and lead; title
PARTS = 3


@dataclass(frozen=True, eq=False)
class View:
    """An article as the matcher sees it. `terms` has dtype TERM; `words` are the low halves of the words' hashes."""

    language: str
    facts: dict[str, object] = field(default_factory=dict)
    terms: TermTable = field(default_factory=lambda: np.empty(0, dtype=TERM))
    words: Hashes32 = field(default_factory=lambda: np.empty(0, dtype=np.uint32))

    @cached_property
    def ids(self) -> Hashes32:
        """The ids of the terms in order, side by side: in the table they stand ten bytes apart."""
        return np.ascontiguousarray(self.terms["id"])

    @cached_property
    def length(self) -> int:
        """Words of the body."""
        return int(self.words.size)

    @cached_property
    def trigrams(self) -> Hashes32:
        """The distinct word 3-grams of the body, sorted."""
        return distinct(shingles(self.words.astype(np.uint64), 3))

    @cached_property
    def sample(self) -> Hashes32:
        """A quarter of the trigrams, the same quarter in every article: for a quick look at how much is shared."""
        return self.trigrams[self.trigrams < 1 << 30]

    @cached_property
    def eightgrams(self) -> Hashes32:
        """The distinct word 8-grams of the body, sorted."""
        return distinct(shingles(self.words.astype(np.uint64), 8))

    @cached_property
    def weights(self) -> NDArray[np.float32]:
        """The weight of each term in each part, shape (PARTS, terms): log of how often, times idf."""
        t = self.terms
        step = np.float32(COUNT_STEP)
        title, lead, body, back = (t[name].astype(np.float32) * step for name in ("title", "lead", "body", "back"))
        idf = t["idf"].astype(np.float32) * np.float32(IDF_STEP)
        whole = 2 * title + np.float32(1.5) * lead + body + np.float32(0.25) * back
        weights: NDArray[np.float32] = np.log1p(np.stack((whole, 2 * title + lead, title))) * idf
        return weights

    @cached_property
    def squares(self) -> NDArray[np.float64]:
        """The squared length of each part's vector by kind of term, shape (PARTS, KINDS)."""
        kinds = self.terms["kind"]
        return np.stack([np.bincount(kinds, weights=w * w, minlength=KINDS) for w in self.weights])


def encode(view: View) -> bytes:
    """The view as bytes."""
    head = {"v": FORMAT, "l": view.language, "t": len(view.terms), **view.facts}
    return b"".join(
        (json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf8", "surrogatepass"), b"\n",
         view.terms.tobytes(), view.words.astype("<u4").tobytes())
    )  # fmt: skip


DECODED: Kept[bytes, View] = Kept(96 << 20)


def decode(data: bytes) -> View:
    """The view of these bytes. Equal bytes give the same object while it is remembered."""
    view = DECODED.get(data)
    if view is None:
        view = _decode(data)
        DECODED.put(data, view, 2_500 + 5 * len(data) // 2)  # with the arrays that comparing adds
    return view


def _decode(data: bytes) -> View:
    end = data.index(b"\n")
    head = json.loads(data[:end].decode("utf8", "surrogatepass"))
    count = head.pop("t")
    language = head.pop("l")
    head.pop("v")
    start = end + 1
    terms = np.frombuffer(data, dtype=TERM, count=count, offset=start)
    words = np.frombuffer(data, dtype="<u4", offset=start + count * TERM.itemsize)
    return View(language, head, terms, words)
