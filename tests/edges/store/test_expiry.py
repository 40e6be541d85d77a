"""Leaving the window: look-up keys go in small steps, articles and mentions stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.edges.store import Store
from tests.edges.store.factory import START, judgement

DAY = timedelta(days=1)


@pytest.mark.parametrize("step", [1, 3, 500])
def test_old_articles_leave_the_look_up_and_nothing_else(any_store: Store, step: int) -> None:
    """By first seen, not by what the outlet says; a second call has nothing to do."""
    with any_store.transaction() as tx:
        for i in range(10):
            tx.record(
                judgement(
                    f"a{i}",
                    first_seen=START + i * DAY,
                    published=START - 99 * DAY,
                    bands={"text": (1,), "copy": (i, 100)},
                )
            )
    assert any_store.expire(START + 12 * DAY, 5, step) == 7
    assert any_store.expire(START + 12 * DAY, 5, step) == 0
    with any_store.transaction() as tx:
        assert tx.window.lookup("copy", (100,), 50) == {7: 1, 8: 1, 9: 1}
        assert tx.window.lookup("copy", range(10), 50) == {7: 1, 8: 1, 9: 1}
        assert [a.number for a in tx.window.members("s1", 50)] == list(range(10))
        assert tx.window.find("a0") is not None
    assert [len(a.mentions) for a in any_store.articles()] == [3] * 10
    with any_store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM band").scalar() == 9


def test_a_new_version_brings_an_expired_article_back(any_store: Store) -> None:
    """It is in the window again by when the version was seen, with the version's keys."""
    with any_store.transaction() as tx:
        tx.record(judgement("a1", bands={"text": (1,)}))
    assert any_store.expire(START + 9 * DAY, 5) == 1
    with any_store.transaction() as tx:
        tx.record(judgement("a1", first_seen=START + 9 * DAY, bands={"text": (2,)}, replaces="a1"))
        assert tx.window.lookup("text", (1, 2), 5) == {0: 1}
    assert any_store.expire(START + 10 * DAY, 5) == 0
    assert any_store.expire(START + 15 * DAY, 5) == 1
