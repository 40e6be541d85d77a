"""All or nothing: a killed process, an exception, a failed commit leave no half poll behind, nor a stale cache."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from monitor.core.archive import FeedState, PollOutcome
from monitor.edges.store import Store, open_store
from tests.edges.store.factory import judgement, stream
from tests.edges.store.test_window import answers
from tests.memory import MemoryWindow

ROOT = Path(__file__).parents[3]
PER_POLL = 5

# A daemon's writing, without end: each poll records five articles and last the feed's state, which counts the polls.
CHILD = """
import sys
from itertools import count
from monitor.core.archive import FeedState, PollOutcome
from monitor.edges.store import open_store
from tests.edges.store.factory import judgement

store = open_store(sys.argv[1])
for poll in count(1):
    with store.transaction() as tx:
        for i in range(5):
            tx.record(judgement(f"p{poll}a{i}", claims=["k"] * 3))
            print("recorded", flush=True)
        tx.save_poll(PollOutcome(FeedState("https://example.org/rss", "Le Quai", failures=poll)))
    print("committed", flush=True)
"""


@contextmanager
def writing(url: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """A child process that writes polls until it is killed."""
    with subprocess.Popen([sys.executable, "-c", CHILD, url], cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield child, child.stdout
        finally:
            child.kill()


@pytest.mark.parametrize("lines", [1, 4, 5, 6, 12, 23])
def test_a_killed_process_leaves_whole_polls(any_url: str, lines: int) -> None:
    """SIGKILL in the middle of a poll, just before or just after a commit: the database opens and holds whole polls."""
    with writing(any_url) as (child, said):
        told = [next(said).strip() for _ in range(lines)]
        child.send_signal(signal.SIGKILL)
        told += [line.strip() for line in said]
        assert child.wait() == -signal.SIGKILL
    with open_store(any_url) as store:
        articles = list(store.articles())
        polls, rest = divmod(len(articles), PER_POLL)
        assert rest == 0
        assert told.count("committed") <= polls <= told.count("committed") + 1
        assert [f.failures for f in store.feeds()] == [polls] * bool(polls)
        assert [len(a.mentions) for a in articles] == [3] * len(articles)
        assert len(store.claim("k")) == 3 * len(articles)
        with store.transaction() as tx:
            assert tx.record(judgement("after")).number == len(articles)
            found = tx.window.lookup("text", articles and [tx.window.filed([0])[0].text_digest], 10_000)
            assert len(found) in (0, len(articles) + 1)


class InterruptedPollError(Exception):
    """Anything that may go wrong in the middle of a poll."""


def test_an_exception_leaves_neither_rows_nor_stale_caches(any_store: Store) -> None:
    """After a rollback every answer of the window is what it was, though the caches were warm with the undone poll."""
    before, after = stream(11, 30, versions=True), stream(12, 30, versions=True)
    memory = MemoryWindow()
    with any_store.transaction() as tx:
        for one in before:
            assert tx.record(one).number == memory.record(one)
        answers(tx.window, 30)
    undone = MemoryWindow()
    for one in before:
        undone.record(one)
    with pytest.raises(InterruptedPollError), any_store.transaction() as tx:  # noqa: PT012 (a poll, interrupted)
        for one in after:
            assert tx.record(one).number == undone.record(one)
        assert answers(tx.window, 30) == answers(undone, 30)
        tx.save_poll(PollOutcome(FeedState("u", "Q")))
        raise InterruptedPollError
    with any_store.transaction() as tx:
        assert answers(tx.window, 30) == answers(memory, 30)
    assert any_store.feeds() == []
    with any_store.transaction() as tx:
        for one in after:
            assert tx.record(one).number == memory.record(one)
        assert answers(tx.window, 30) == answers(memory, 30)


def test_a_look_up_view_first_named_in_an_undone_poll(any_store: Store) -> None:
    """Its number is free again: the next poll's views do not end in one another's buckets."""
    with pytest.raises(InterruptedPollError), any_store.transaction() as tx:  # noqa: PT012
        tx.record(judgement("a1", bands={"text": (1,), "copy": (5,)}))
        raise InterruptedPollError
    with any_store.transaction() as tx:
        tx.record(judgement("a2", bands={"text": (1,), "terms": (5,)}))
    with any_store.transaction() as tx:
        assert tx.window.lookup("copy", (5,), 9) == {}
        assert tx.window.lookup("terms", (5,), 9) == {0: 1}


def test_a_failed_commit_is_a_rollback(url: str) -> None:
    """When the last step fails the caches forget the poll too."""
    with open_store(url, busy_seconds=0.1) as store:
        with store.transaction() as tx:
            tx.record(judgement("a1", view=b"old"))
            tx.window.mentions("s1", 10)
        with pytest.raises(Exception, match="FOREIGN KEY"), store.transaction() as tx:  # noqa: PT012
            tx.record(judgement("a1", view=b"new", replaces="a1"))
            assert tx.window.filed([0])[0].view == b"new"
            tx._connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            tx._connection.exec_driver_sql("INSERT INTO article_version VALUES (77, 1, 0, 0, 'new', '', '')")
        with store.transaction() as tx:
            assert tx.window.filed([0])[0].view == b"old"
            assert len(tx.window.mentions("s1", 10)) == 3
