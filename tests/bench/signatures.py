"""Signatures a second, ours and datasketch's side by side, at equal error.

    python -m tests.bench.signatures [--documents 400] [--rounds 7]

Both start from the words of a document and end with 128 hash values of its word 3-grams. One core; the best of some
rounds taken in turn counts, so that a busy machine slows both alike.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
from datasketch import MinHash

from monitor.core.fingerprint import PERMUTATIONS, estimate, shingles, signature, word_hashes

WORDS = 500
Document = Sequence[str]


def invented(count: int, seed: int = 1) -> list[list[str]]:
    """Documents of 500 words drawn from a vocabulary with the skew of a language (Zipf)."""
    rnd = random.Random(seed)
    vocabulary = ["".join(rnd.choices("abcdefghijklmnopqrstuvw", k=rnd.randint(2, 10))) for _ in range(20_000)]
    weights = [1 / (rank + 2) for rank in range(len(vocabulary))]
    return [rnd.choices(vocabulary, weights, k=WORDS) for _ in range(count)]


def ours(words: Document) -> np.ndarray:
    return signature(shingles(word_hashes(words), 3))


def theirs(words: Document, first: MinHash | None = None) -> MinHash:
    """datasketch's fast way: all shingles in one `update_batch`; faster yet, the permutations copied from `first`."""
    m = first.copy() if first else MinHash(num_perm=PERMUTATIONS)
    m.update_batch([" ".join(words[i : i + 3]).encode() for i in range(len(words) - 2)])
    return m


def rate(work: Callable[[Document], object], documents: Sequence[Document]) -> float:
    start = time.perf_counter()
    for words in documents:
        work(words)
    return len(documents) / (time.perf_counter() - start)


def errors(documents: Sequence[Document], first: MinHash) -> tuple[float, float]:
    """Root mean square error of the estimated Jaccard similarity, ours and theirs, over pairs of known similarity."""
    mine, other = [], []
    rnd = random.Random(2)
    for words in documents:
        cut = rnd.randrange(50, 450)
        near = [*words[:cut], *(w + "x" for w in words[cut:])]
        a, b = ({tuple(d[i : i + 3]) for i in range(len(d) - 2)} for d in (words, near))
        truth = len(a & b) / len(a | b)
        mine.append(estimate(ours(words), ours(near)) - truth)
        other.append(theirs(words, first).jaccard(theirs(near, first)) - truth)
    return float(np.sqrt(np.mean(np.square(mine)))), float(np.sqrt(np.mean(np.square(other))))


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--documents", type=int, default=400)
    ap.add_argument("--rounds", type=int, default=7)
    a = ap.parse_args()
    documents = invented(a.documents)
    first = MinHash(num_perm=PERMUTATIONS)
    ways = {
        "ours": ours,
        "MinHash.update_batch": theirs,
        "the same, permutations copied": lambda words: theirs(words, first),
    }
    rates = {name: max(r) for name, r in zip(ways, zip(*(
        [rate(way, documents) for way in ways.values()] for _ in range(a.rounds)
    ), strict=True), strict=True)}  # fmt: skip
    mine, other = errors(documents, first)
    for name, found in rates.items():
        error = mine if name == "ours" else other
        print(f"{name:32s} {found:8.0f} documents/s   error {error:.4f}   ours {rates['ours'] / found:.1f} times")
    return 0


if __name__ == "__main__":
    sys.exit(main())
