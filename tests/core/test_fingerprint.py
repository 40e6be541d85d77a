"""Signatures are datasketch's own, only faster."""

from __future__ import annotations

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.fingerprint import (
    PERMUTATIONS,
    SCHEME,
    band_keys,
    digest,
    estimate,
    shingles,
    signature,
    word_hashes,
)

WORDS = st.lists(st.text(min_size=1, max_size=8), max_size=60)


def theirs(hashes: list[int]) -> MinHash:
    """datasketch's MinHash of the same hashes."""
    m = MinHash(num_perm=PERMUTATIONS, seed=1, scheme="affine32", hashfunc=lambda h: h)
    m.update_batch(hashes)
    return m


@given(st.lists(st.integers(0, 2**32 - 1), max_size=2_500))
def test_values_are_those_of_datasketch_bit_for_bit(hashes: list[int]) -> None:
    """Any set of 32-bit hashes gives the hash values datasketch gives, several chunks and none included."""
    expected = theirs(hashes).hashvalues
    actual = signature(np.array(hashes, dtype=np.uint32))
    assert actual.dtype == expected.dtype
    assert actual.tolist() == expected.tolist()


def test_a_long_text_is_worked_on_in_chunks() -> None:
    """More shingles than fit one chunk give the same values."""
    hashes = shingles(word_hashes([f"w{i}" for i in range(5_000)]), 3)
    assert signature(hashes).tolist() == theirs(hashes.tolist()).hashvalues.tolist()


def test_the_scheme_string_names_what_datasketch_needs_to_restore() -> None:
    """The stored scheme begins with datasketch's own name of it, and its restored sketch compares as ours does."""
    a, b = (signature(shingles(word_hashes(t.split()), 3)) for t in ("a b c d e f g h", "a b c d e f x h"))
    scheme = SCHEME.split("/")[0]
    restored = [LeanMinHash(seed=1, hashvalues=v, scheme=scheme) for v in (a, b)]
    assert estimate(a, b) == pytest.approx(restored[0].jaccard(restored[1]))


@given(WORDS, st.integers(1, 8))
def test_a_shingle_is_its_words_in_their_order(words: list[str], size: int) -> None:
    """Runs of equal words have equal hashes wherever they stand, and there is one for each run."""
    hashes = shingles(word_hashes(words), size)
    runs = [tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1))] if words else []
    assert len(runs) == hashes.size
    assert len(set(runs)) == len(set(hashes.tolist()))


def test_band_keys_are_signed_64_bit_and_differ_between_bands() -> None:
    """Keys fit a database's integer, and equal values in two bands do not meet."""
    keys = band_keys(np.full(8, 7, dtype=np.uint32), 4, 2)
    assert len(set(keys)) == 4
    assert all(-(2**63) <= k < 2**63 for k in keys)


def test_a_lone_surrogate_does_not_crash() -> None:
    """Text off the wire may hold half a surrogate pair."""
    assert word_hashes(["\ud800"]).size == 1
    assert isinstance(digest(["\ud800"]), int)
