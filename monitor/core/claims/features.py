"""What the claim matcher compares of a unit, as compact bytes: `Unit.features` and `FiledMention.features`.

The bytes are JSON (a list, so that keys cost nothing). Decoding is cached because a story's mentions are read again
with every article that joins it, and it is then that words become hashed keys in the views that `compare` multiplies.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import xxhash

from monitor.core.kept import Kept

Keys = npt.NDArray[np.uint64]

#: The views of a unit. Each is a bag of keys; two units are compared view by view.
VIEWS = ("stems", "neutral", "bigrams", "names", "values", "counts", "dates", "quote", "speaker", "concepts", "core")

#: The views whose words may have several senses.
SENSED = ("neutral", "quote", "concepts", "core")


@dataclass(frozen=True, slots=True)
class Features:
    """One unit in comparable form. Word lists are in the order of the text, with repeats."""

    language: str
    sentence: int  # index in the document
    place: float  # 0 at the head of the article, 1 at its end
    kind: str  # "clause" or "quote"
    act: str
    #: Letters: n negated, c conditional, x cannot confirm, r correction, a anonymous source, p speaker by pronoun,
    #: f flatly denies ("false", "no such"), w answers, s agrees, h hearsay ("posts claimed"), o opposes ("but"),
    #: z gives no answer ("declined to comment").
    flags: str
    stems: tuple[str, ...]  # content words, stemmed in their language
    #: The same in language-neutral form: its concepts ("fall|autumn"), or the skeleton of the word, marked "~".
    neutral: tuple[str, ...]
    names: tuple[str, ...]  # skeletons of the words of proper names
    quantities: tuple[tuple[float, float, str], ...]  # low, high, unit ("" where none)
    dates: tuple[str, ...]  # ISO days, first and last where they differ ("2025-03-01/2025-03-31")
    speaker: tuple[str, ...]  # skeletons of the speaker's names, or the role ("=minister")
    quote: tuple[str, ...]  # neutral form of the words inside quotation marks
    length: int  # tokens
    said: tuple[int, int] = (0, 0)  # which of `neutral` only say who said it: from, to


def encode(f: Features) -> bytes:
    """Features as stored."""
    row = [
        1, f.language, f.sentence, round(f.place, 3), f.kind, f.act, f.flags, " ".join(f.stems), " ".join(f.neutral),
        " ".join(f.names), f.quantities, " ".join(f.dates), " ".join(f.speaker), " ".join(f.quote), f.length, *f.said,
    ]  # fmt: skip
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Known:
    """Decoded features with their keys by view: of a word with several senses, the keys of all of them."""

    features: Features
    keys: dict[str, Keys]
    sure: dict[str, Keys]  # by view of `SENSED`: the keys of words with one sense
    open: dict[str, tuple[str, ...]]  # and the words with several ("fall|autumn")
    counted: dict[str, tuple[str, ...]]  # view -> the words behind its keys, for explanations


DECODED: Kept[bytes, Known] = Kept(96 << 20)


def decode(data: bytes) -> Known:
    """What `encode` wrote. ValueError for bytes of another form."""
    known = DECODED.get(data)
    if known is None:
        known = _decode(data)
        DECODED.put(data, known, 3_000 + 12 * len(data))  # mostly the objects of its words and arrays
    return known


def _decode(data: bytes) -> Known:
    row = json.loads(data)
    if row[0] != 1:
        raise ValueError(f"claim features of form {row[0]}, expected 1")
    f = Features(
        row[1], row[2], row[3], row[4], row[5], row[6], tuple(row[7].split()), tuple(row[8].split()),
        tuple(row[9].split()), tuple((q[0], q[1], q[2]) for q in row[10]), tuple(row[11].split()),
        tuple(row[12].split()), tuple(row[13].split()), row[14], (row[15], row[16]) if len(row) > 15 else (0, 0),
    )  # fmt: skip
    words = views(f)
    keys = {v: _hashed(_all_senses(w) if v in SENSED else w) for v, w in words.items()}
    several = {v: tuple(sorted({w for w in words[v] if "|" in w})) for v in SENSED}
    single = {
        v: _hashed(tuple(w for w in words[v] if "|" not in w)) if several[v] else keys[v] for v in SENSED
    }  # fmt: skip
    return Known(f, keys, single, several, words)


def _all_senses(words: tuple[str, ...]) -> tuple[str, ...]:
    return words if not any("|" in w for w in words) else tuple(s for w in words for s in w.split("|"))


@lru_cache(maxsize=65_536)
def sense_keys(word: str) -> Keys:
    """The keys of a word's senses, in the order of the lexicon."""
    return np.array([key_of(s) for s in word.split("|")], dtype=np.uint64)


def in_one_sense(units: Sequence[Known]) -> dict[str, list[Keys]]:
    """The keys of these units by view of `SENSED`, every word in one sense.

    Of a word's senses, the one that most of the units hold: what an article says is told in the words of its story.
    """
    flat = np.concatenate([k.keys["neutral"] for k in units])
    known, counts = np.unique(flat, return_counts=True)
    chosen: dict[str, np.uint64] = {}

    def choose(word: str) -> np.uint64:
        if word not in chosen:
            keys = sense_keys(word)
            chosen[word] = keys[np.argmax(counts[np.searchsorted(known, keys)])]
        return chosen[word]

    return {
        v: [np.unique(np.append(k.sure[v], [choose(w) for w in k.open[v]])) if k.open[v] else k.sure[v] for k in units]
        for v in SENSED
    }


def number_key(value: float) -> str:
    """A value to three significant digits: rounding words are no difference ("some 140" is 140)."""
    return f"{value:.3g}"


def views(f: Features) -> dict[str, tuple[str, ...]]:
    """The bags of words of each view."""
    bigrams = tuple(f"{a}_{b}" for a, b in zip(f.stems, f.stems[1:], strict=False))
    values = tuple(v for low, high, _ in f.quantities for v in {number_key(low), number_key(high)})
    counts = tuple(f"{v}:{u}" for low, high, u in f.quantities for v in {number_key(low), number_key(high)} if u)
    return {
        "stems": f.stems,
        "neutral": f.neutral,
        "bigrams": bigrams,
        "names": f.names,
        "values": values,
        "counts": counts,
        "dates": f.dates,
        "quote": f.quote,
        "speaker": f.speaker,
        "core": _core(f),
        "concepts": tuple(w for w in f.neutral if not w.startswith("~")),
    }


def _core(f: Features) -> tuple[str, ...]:
    """What is asserted, without who says it and without names."""
    named = {"~" + n[:5] for n in f.names}
    start, end = f.said
    return tuple(w for n, w in enumerate(f.neutral) if not start <= n < end and w not in named)


def key_of(word: str) -> int:
    """The 64-bit key of a word of a view."""
    return int.from_bytes(_digest(word), "big")


@lru_cache(maxsize=262_144)
def _digest(word: str) -> bytes:
    return xxhash.xxh3_64_digest(word.encode())


_NONE = np.zeros(0, dtype=np.uint64)


def _hashed(words: tuple[str, ...]) -> Keys:
    """Distinct keys, sorted."""
    if not words:
        return _NONE
    # Big-endian bytes sort as their numbers do, and join faster than integers turn into an array.
    return np.frombuffer(b"".join(sorted(set(map(_digest, words)))), dtype=">u8").astype(np.uint64)
