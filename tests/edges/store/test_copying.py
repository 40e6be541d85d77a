"""Everything moves from one database to another, and life goes on there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.core.archive import FeedState, Notice, PollOutcome
from monitor.core.model import Event, Reason
from monitor.edges.store import StoreError, open_store
from tests.edges.store.factory import START, judgement, stream
from tests.edges.store.test_window import answers
from tests.memory import MemoryWindow

ROOT = Path(__file__).parents[3]


def test_a_copy_answers_as_the_original(url: str, any_url: str) -> None:
    """Window, archive, feeds and outbox are the same; the next ids are free ones."""
    sequence, memory = stream(5, 50, versions=True), MemoryWindow()
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
        counts = source.copy_to(target)
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
    """The target is named, and left as it is."""
    target = f"{tmp_path}/target.db"
    for database, key in ((url, "a1"), (target, "b1")):
        with open_store(database) as store, store.transaction() as tx:
            tx.record(judgement(key))
    with open_store(url) as source, open_store(target) as other:
        with pytest.raises(StoreError, match=r"target\.db holds articles already"):
            source.copy_to(other)
        assert [a.key for a in other.articles()] == ["b1"]


def test_the_way_the_documentation_tells(url: str, tmp_path: Path) -> None:
    """The lines of docs/database.md move everything, from a source opened for reading only."""
    with open_store(url) as store, store.transaction() as tx:
        tx.record(judgement("a1"))
    page = (ROOT / "docs" / "database.md").read_text(encoding="utf8")
    [code] = re.findall(r"<<'END'\n(.*?)\nEND", page, re.DOTALL)
    code = code.replace("sqlite:///state/echowire.db", url).replace(
        "postgresql://user@host/echowire", f"{tmp_path}/new.db"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "'article': 1" in done.stdout
    with open_store(f"{tmp_path}/new.db") as store:
        assert [a.key for a in store.articles()] == ["a1"]
