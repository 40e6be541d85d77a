"""Caches bounded by bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.kept import Kept


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 40)), max_size=200))
def test_never_more_than_its_budget_beside_the_last_value(asked: list[tuple[int, int]]) -> None:
    """However values come, what is kept is within the budget, give or take the value just put."""
    kept: Kept[int, int] = Kept(100)
    for key, size in asked:
        if kept.get(key) is None:
            kept.put(key, size, size)
        held = {**kept._old, **kept._young}
        assert sum(size for _, size in held.values()) <= 100 + 2 * 40


def test_what_is_asked_for_stays_and_what_is_not_goes() -> None:
    """A value asked for between others outlives them."""
    kept: Kept[int, str] = Kept(100)
    kept.put(0, "asked", 10)
    for n in range(1, 40):
        kept.put(n, "never", 10)
        assert kept.get(0) == "asked"
    assert kept.get(1) is None
    assert len(kept) <= 11
    kept.clear()
    assert len(kept) == 0
    assert kept.get(0) is None
