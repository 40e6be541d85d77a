"""Rulings in the database, and history changed by them: the window is right at once, whatever it had cached."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from monitor.core.archive import Notice
from monitor.core.model import Event, Judgement, Mention, Placement, Reason, RulingKind, Status
from monitor.core.rulings import make_ruling
from monitor.edges.store import Store, Transaction, open_store
from monitor.edges.store.migrate import VERSION_TABLE
from tests.core.test_lenses import moved
from tests.edges.store.factory import START, judgement, stream
from tests.edges.store.test_window import answers
from tests.memory import MemoryWindow

RULING = make_ruling(RulingKind.SPLIT, ("a1", "é\x00"), START, ("b1",), "l’autre grève")


class UndoneError(Exception):
    """Ends a transaction."""


def test_rulings_are_kept_and_forgotten(any_store: Store) -> None:
    """They come back as they were, oldest first; the window knows them at once, by every key they concern."""
    newer = make_ruling(RulingKind.SAME, ("a1", "c1"), START + timedelta(hours=1))
    with any_store.transaction() as tx:
        tx.add_ruling(newer)
        tx.add_ruling(RULING)
        assert [r.id for r in tx.window.rulings("a1")] == [RULING.id, newer.id]
        assert [r.id for r in tx.window.rulings("b1")] == [RULING.id]
        assert [r.id for r in tx.window.rulings("é\x00")] == [RULING.id]
        assert tx.window.rulings("z") == ()
    assert any_store.rulings() == [replace(RULING, articles=("a1", "é\ufffd")), newer]
    with any_store.transaction() as tx:
        tx.remove_ruling(newer.id)
        assert [r.id for r in tx.window.rulings("a1")] == [RULING.id]
    assert [r.id for r in any_store.rulings()] == [RULING.id]


@pytest.mark.parametrize("seed", range(3))
def test_the_machines_view_is_that_of_memory(any_store: Store, seed: int) -> None:
    """Articles filed elsewhere than the machine had them, versions among them: both windows give the same answers."""
    rng, memory = random.Random(seed), MemoryWindow()
    for one in stream(seed, 50, versions=True):
        one = moved(one, rng)
        memory.record(one)
        with any_store.transaction() as tx:
            tx.record(one)
    with any_store.transaction() as tx:
        assert answers(tx.window, 50) == answers(memory, 50)
        assert answers(tx.window.by_machine(), 50) == answers(memory.by_machine(), 50)


def relabelled(one: Judgement) -> tuple[Mention, ...]:
    return tuple(replace(m, status=Status.DETAIL, claim=f"{m.claim}x") for m in one.mentions)


@pytest.mark.parametrize("seed", range(3))
def test_caches_are_right_after_moves(any_url: str, seed: int) -> None:
    """Moves and new verdicts, undone or not, leave a warm window with the answers of one opened afresh."""
    rng, sequence = random.Random(seed), stream(seed, 40, versions=False)
    with open_store(any_url) as store:
        with store.transaction() as tx:
            for one in sequence:
                tx.record(one)
        for one in rng.sample(sequence, 12):
            key = one.reading.submission.key
            there = replace(one.placement, story=f"s{rng.randrange(5)}", copy_group=f"c{rng.randrange(8)}")
            undo = rng.random() < 0.4
            with suppress(UndoneError), store.transaction() as tx:
                change(tx, key, there, one)
                if undo:
                    raise UndoneError
            with store.transaction() as tx:
                assert answers(tx.window, 8)
        with store.transaction() as tx:
            warm = answers(tx.window, 40), answers(tx.window.by_machine(), 40)
        stories = [store.story(s) for s in store.story_ids()]
    with open_store(any_url) as store, store.transaction() as tx:
        assert (answers(tx.window, 40), answers(tx.window.by_machine(), 40)) == warm
        assert list(map(store.story, store.story_ids())) == stories


def change(tx: Transaction, key: str, there: Placement, one: Judgement) -> None:
    """Move an article and give its claims other verdicts, with warm caches."""
    answers(tx.window, 6)
    found = tx.window.find(key)
    assert found is not None
    tx.move(found, there, one.placement)
    now = tx.window.find(key)
    assert now is not None
    assert now.story == there.story
    tx.weigh_again(now, relabelled(one))


def test_new_verdicts_keep_the_ids(any_store: Store) -> None:
    """Verdicts are replaced span by span, counted with what they were; a span's second claim gets an id of its own."""
    one = judgement("a1", claims=["k1", "k2", "k3"])
    with any_store.transaction() as tx:
        ids = tx.record(one).mentions
        again = (
            one.mentions[0],
            replace(one.mentions[1], status=Status.NEW, claim="kx"),
            replace(one.mentions[1], status=Status.NEW, claim="ky"),
        )
        found = tx.window.find("a1")
        assert found is not None
        weighed = tx.weigh_again(found, again)
        assert [m.claim for m in tx.window.mentions("s1", 9)] == ["k1", "kx", "ky"]
    assert weighed.mentions == 3
    assert weighed.changed == (f"{ids[1]} k2 echo", f"{ids[2] + 1} - -", f"{ids[2]} k3 update")
    article = any_store.article("a1")
    assert article is not None
    assert [(m.id, m.claim) for m in article.mentions] == [(ids[0], "k1"), (ids[1], "kx"), (ids[2] + 1, "ky")]
    assert article.verdict is Status.NEW


def test_what_waits_in_the_outbox_goes_along(any_store: Store) -> None:
    """A notice that is not on its way yet names the story its article is in now; stories are counted anew."""
    with any_store.transaction() as tx:
        first, second = judgement("a1"), judgement("b1", copy_group="c2")
        tx.record(first)
        tx.record(second)
        tx.add_notices([Notice("w", "s1", "b1", (4,), START, Reason("first"))])
        found = tx.window.find("b1")
        assert found is not None
        tx.move(found, replace(second.placement, story="s2"), second.placement)
        told = Event("story-split", "s1", Reason("story-split", {"articles": 1}))
        tx.add_events(START, [(told, "s2", "b1")])
    assert [n.story for n in any_store.notices()] == ["s2"]
    for story, key in (("s1", "a1"), ("s2", "b1")):
        record = any_store.story(story)
        assert record is not None
        assert [a.key for a in record.articles] == [key]
        assert [e for _, e in record.events] == [told]
    assert any_store.newest_keys() == ["b1", "a1"]


def test_a_database_of_the_first_schema_learns_to_keep_rulings(tmp_path: Path) -> None:
    """An older file is brought up to date where it is opened for writing; its articles stay."""
    path = tmp_path / "old.db"
    with open_store(str(path)) as store, store.transaction() as tx:
        tx.record(judgement("a1"))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for table in ("ruling", "machine_place"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '0001'")
    engine.dispose()
    with open_store(str(path)) as store:
        with store.transaction() as tx:
            tx.add_ruling(RULING)
        assert [a.key for a in store.articles()] == ["a1"]
        assert [r.id for r in store.rulings()] == [RULING.id]


def test_the_first_schema_is_what_the_first_version_made(tmp_path: Path) -> None:
    """Migrating step by step from nothing gives the tables of today."""
    engine = create_engine(f"sqlite:///{tmp_path}/steps.db")
    config = Config()
    config.set_main_option("script_location", "monitor.edges.store:migrations")
    for step in ("0001", "0002"):
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, step)
    engine.dispose()
    with open_store(f"{tmp_path}/steps.db") as store:
        assert store.rulings() == []
