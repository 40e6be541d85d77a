"""Features, trees and the learnt file."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.claims.features import Features, decode, encode, number_key
from monitor.core.claims.skeleton import skeleton
from monitor.core.claims.trees import Trees

word = st.text(alphabet="abcdefghijklmnopqrstuvwxyzé~@=", min_size=1, max_size=8)
words = st.lists(word, max_size=6).map(tuple)


@given(words, words, st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1e9), word), max_size=3).map(tuple))
def test_features_come_back_as_they_went(
    stems: tuple[str, ...], names: tuple[str, ...], counts: tuple[tuple[float, float, str], ...]
) -> None:
    """Decoding gives what was encoded."""
    f = Features("fr", 3, 0.5, "quote", "deny", "nc", stems, stems, names, counts, ("2026-03-04",), names, stems, 12)
    assert f == decode(encode(f)).features


def test_features_of_another_form_are_refused() -> None:
    """A stored form that this version does not know raises instead of comparing nonsense."""
    with pytest.raises(ValueError, match="form 9"):
        decode(b"[9]")


@pytest.mark.parametrize(
    ("value", "expected"), [(140.0, "140"), (10_000.0, "1e+04"), (10_010.0, "1e+04"), (6.1, "6.1")]
)
def test_rounded_figures_are_the_same_figure(value: float, expected: str) -> None:
    """Three significant digits tell figures apart."""
    assert expected == number_key(value)


def test_spellings_of_a_name_share_a_skeleton() -> None:
    """Transliterations fall together; different surnames do not."""
    assert {"selensc"} == {skeleton(w) for w in ("Zelensky", "Zelenskiy", "Zelenskyy", "Selenskyj")}
    assert skeleton("Vandaele") != skeleton("Vandamme")


def test_trees_walk_to_their_leaves() -> None:
    """One split at 0.5 between leaves -1 and 2, on top of a base of 1."""
    data = {"names": ["x"], "roots": [0], "feature": [0, -1, -1], "threshold": [0.5, 0, 0], "left": [1, 1, 2],
            "value": [0, -1, 2], "base": 1.0, "depth": 1}  # fmt: skip
    trees = Trees.load(data, ["x"])
    assert trees.margin(np.array([[0.2], [0.9]], np.float32)).tolist() == [0.0, 3.0]
    assert len(trees.probability(np.zeros((0, 1), np.float32))) == 0


def test_trees_of_other_features_are_refused() -> None:
    """Weights learnt on another set of features say so."""
    with pytest.raises(ValueError, match="calibration"):
        Trees.load({"names": ["y"]}, ["x"])
