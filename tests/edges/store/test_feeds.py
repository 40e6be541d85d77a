"""The feed list: what polling has learnt survives a new list; due feeds in order; a bounded log."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.core.archive import FeedState, PollOutcome
from monitor.edges.store import Store
from monitor.edges.store.feeds import POLLS_KEPT
from tests.edges.store.factory import START

MINUTE = timedelta(minutes=1)
LEARNT = FeedState(
    "https://example.org/rss", "Le Quai", title="Le Quai - à la une", language="fr", site="https://example.org/",
    etag='W/"é"', modified="Mon, 02 Mar 2026 08:00:00 GMT", body_hash="ab12", next_poll=START + MINUTE,
    interval=300.5, last_poll=START, last_success=START - MINUTE, last_new=START - 2 * MINUTE, failures=3,
    problem="it sent a page, not a feed", gone=True, moved_to="https://example.org/new", moved_times=1,
)  # fmt: skip


def test_what_polling_learnt_comes_back(any_store: Store) -> None:
    """Every field of a feed's state survives."""
    with any_store.transaction() as tx:
        tx.save_poll(PollOutcome(LEARNT))
    assert any_store.feeds() == [LEARNT]


def test_a_new_list_keeps_what_polling_learnt(any_store: Store) -> None:
    """Listing a known feed again changes what the list says of it, and nothing else."""
    with any_store.transaction() as tx:
        tx.save_poll(PollOutcome(replace(LEARNT, active=False)))
    any_store.put_feeds([FeedState(LEARNT.url, "Le Grand Quai", language="en")])
    assert any_store.feeds() == [replace(LEARNT, outlet="Le Grand Quai", language="en", active=True)]


def test_feeds_by_outlet_then_url(any_store: Store) -> None:
    """By code point, whatever collation the database has."""
    listed = [FeedState(u, o) for o, u in (("b", "u1"), ("É", "u2"), ("B", "u4"), ("B", "u3"), ("a", "u5"))]
    any_store.put_feeds(listed)
    assert [f.url for f in any_store.feeds()] == ["u3", "u4", "u5", "u1", "u2"]


def test_due_feeds_the_longest_overdue_first(any_store: Store) -> None:
    """Never polled, then by next poll; not those gone, taken off the list or not yet due."""
    whens = {"late": START - MINUTE, "later": START - 2 * MINUTE, "now": START, "soon": START + MINUTE, "new": None}
    with any_store.transaction() as tx:
        for url, when in whens.items():
            tx.save_poll(PollOutcome(FeedState(url, "Q", next_poll=when)))
        tx.save_poll(PollOutcome(FeedState("gone", "Q", gone=True)))
    any_store.put_feeds([FeedState("off", "Q")])
    any_store.deactivate(["off", "unknown"])
    assert [f.url for f in any_store.due_feeds(START)] == ["new", "later", "late", "now"]


def test_the_poll_log_is_bounded(any_store: Store) -> None:
    """Each feed keeps its newest polls only."""
    with any_store.transaction() as tx:
        tx.save_poll(PollOutcome(FeedState("other", "Q")))
        for i in range(POLLS_KEPT + 20):
            tx.save_poll(PollOutcome(FeedState("u", "Q"), items=i))
    assert [p.items for p in any_store.polls("u", limit=1000)] == list(reversed(range(20, POLLS_KEPT + 20)))
    assert len(any_store.polls("other")) == 1
