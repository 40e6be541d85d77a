"""The outbox: a mail is claimed, sent, marked; a crash in between repeats it under the same key."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.core.archive import Notice
from monitor.core.model import Reason
from monitor.edges.store import Store, open_store
from tests.edges.store.factory import START

MINUTE = timedelta(minutes=1)


def put(store: Store, *watches: str) -> tuple[int, ...]:
    """One waiting notice for each watch given; a story each."""
    with store.transaction() as tx:
        return tx.add_notices(
            Notice(watch, f"s{i}", f"a{i}", (i, i + 1), START, Reason("first")) for i, watch in enumerate(watches)
        )


def test_claimed_sent_and_told(any_store: Store) -> None:
    """Sent notices leave the outbox and stay in its history with their mail."""
    ids = put(any_store, "w", "w", "w")
    taken = any_store.claim_mail(ids[:2], "m1", START)
    assert [(n.id, n.mail) for n in taken] == [(ids[0], "m1"), (ids[1], "m1")]
    any_store.mark_sent("m1", START + MINUTE)
    any_store.mark_sent("m1", START + 9 * MINUTE)
    assert [n.id for n in any_store.notices()] == [ids[2]]
    sent = any_store.notices(unsent_only=False)
    assert [(n.mail, n.sent) for n in sent] == [("m1", START + MINUTE)] * 2 + [(None, None)]
    assert any_store.last_mail("w") == START + MINUTE
    assert any_store.last_mail("other") is None
    [mail] = any_store.mails()
    assert (mail.key, mail.watch, mail.attempts, mail.sent) == ("m1", "w", 1, START + MINUTE)
    assert (mail.notices, mail.stories, mail.problem) == (2, 2, None)


def test_a_crash_between_sending_and_marking_repeats_the_same_key(any_url: str) -> None:
    """After a restart the notices still name their mail, so that its Message-ID is the same."""
    with open_store(any_url) as store:
        ids = put(store, "w")
        store.claim_mail(ids, "m1", START)
    with open_store(any_url) as store:
        [waiting] = store.notices()
        assert waiting.mail == "m1"
        assert store.claim_mail([waiting.id], "m1", START + MINUTE) == [waiting]
        store.mark_sent("m1", START + MINUTE)
        assert [(m.key, m.attempts) for m in store.mails()] == [("m1", 2)]


def test_another_mail_cannot_take_them(any_store: Store) -> None:
    """What one mail has claimed, or sent, no other mail carries."""
    ids = put(any_store, "w", "w")
    any_store.claim_mail(ids[:1], "m1", START)
    assert [n.id for n in any_store.claim_mail(ids, "m2", START)] == [ids[1]]
    any_store.mark_sent("m1", START)
    any_store.release_mail("m1", "too late")
    assert any_store.claim_mail(ids[:1], "m3", START) == []
    assert {m.key for m in any_store.mails()} == {"m1", "m2"}


def test_a_failed_mail_lets_its_notices_go(any_store: Store) -> None:
    """They wait again, and the history tells why."""
    ids = put(any_store, "w")
    any_store.claim_mail(ids, "m1", START)
    any_store.release_mail("m1", "the mail server refused the address")
    [waiting] = any_store.notices()
    assert waiting.mail is None
    assert any_store.mails()[0].problem == "the mail server refused the address"
    assert any_store.last_mail("w") is None
    any_store.claim_mail(ids, "m1", START + MINUTE)
    assert (any_store.mails()[0].problem, any_store.mails()[0].attempts) == (None, 2)


def test_one_mail_one_watch(store: Store) -> None:
    """A mail that would mix watches is a bug, and claims nothing."""
    ids = put(store, "w", "v")
    with pytest.raises(ValueError, match="one watch"):
        store.claim_mail(ids, "m1", START)
    assert [n.mail for n in store.notices()] == [None, None]
    assert store.mails() == []


def test_history_newest_first_by_watch(any_store: Store) -> None:
    """`echowire alerts` asks for a watch, or for all."""
    ids = put(any_store, "w", "v", "w")
    for i, id_ in enumerate(ids):
        any_store.claim_mail([id_], f"m{i}", START + i * MINUTE)
    assert [m.key for m in any_store.mails()] == ["m2", "m1", "m0"]
    assert [m.key for m in any_store.mails("w", limit=1)] == ["m2"]
