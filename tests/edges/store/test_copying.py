"""Everything moves from one database to another, and life goes on there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from monitor.core.archive import FeedState, Notice, PollOutcome
from monitor.core.model import Event, Reason
from monitor.edges.store import StoreError, open_store
from monitor.edges.store.copying import copy
from tests.edges.store.factory import START, TrueWindow, judgement, stream
from tests.edges.store.test_window import answers

ROOT = Path(__file__).parents[3]


def test_a_copy_answers_as_the_original(url: str, any_url: str) -> None:
    """Window, archive, feeds and outbox are the same; the next ids are free ones."""
    sequence, memory = stream(5, 50, versions=True), TrueWindow()
    notice = Notice("w", "s1", "a1", (1,), START, Reason("first"))
    merged = Event("story-merged", "s1", Reason("same-event"))
    with open_store(url) as source, open_store(any_url) as target:
        with source.transaction() as tx:
            for one in sequence:
                tx.record(one)
                memory.record(one)
            tx.record(last := judgement("last", events=(merged,), story="s77", copy_group="c77", bands={"text": (99,)}))
            memory.record(last)
            tx.add_notices([notice, notice])
            tx.save_poll(PollOutcome(FeedState("u", "Q", etag="1"), items=2, notes=("odd",)))
        source.claim_mail([1], "m1", START)
        counts = copy(source, target)
        assert counts["article"] == len({one.reading.submission.key for one in sequence}) + 1
        for of in ("story_ids", "feeds", "notices", "mails"):
            assert getattr(source, of)() == getattr(target, of)()
        assert list(source.articles()) == list(target.articles())
        assert [source.story(s) for s in source.story_ids()] == [target.story(s) for s in target.story_ids()]
        assert source.polls("u") == target.polls("u")
        with target.transaction() as tx:
            assert answers(tx.window, 50) == answers(memory, 50)
            tx.record(judgement("more", events=(merged,)))
            assert tx.add_notices([notice]) == (3,)
            tx.save_poll(PollOutcome(FeedState("u", "Q")))


def test_a_filled_database_is_not_overwritten(url: str, tmp_path: Path) -> None:
    """The command says so in one line and exits with 1."""
    target = f"{tmp_path}/target.db"
    for one in (url, target):
        with open_store(one) as store, store.transaction() as tx:
            tx.record(judgement("a1"))
    with open_store(url) as source, open_store(target) as other, pytest.raises(StoreError, match="articles already"):
        copy(source, other)
    command = [sys.executable, "-W", "error", "-m", "monitor.edges.store.copying", url]
    done = subprocess.run([*command, target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, f"{target} holds articles already: copy into an empty database\n")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    done = subprocess.run([*command, f"{tmp_path}/new.db"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with open_store(f"{tmp_path}/new.db") as store:
        assert [a.key for a in store.articles()] == ["a1"]
