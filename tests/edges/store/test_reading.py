"""The archive: what was recorded comes back whole, in order, with aware times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from monitor.core.archive import Archive, FeedState, Notice, PollOutcome
from monitor.core.model import Event, Reason, Relation, Status
from monitor.edges.store import Store
from tests.edges.store.factory import PARIS, START, judgement, stream

MINUTE = timedelta(minutes=1)


def test_a_store_is_an_archive(store: Store) -> None:
    """Readers that ask for an Archive are given the store (mypy checks the signatures, this the names)."""
    archive: Archive = store
    names = [n for n in vars(Archive) if not n.startswith("_")]
    assert [n for n in names if not callable(getattr(archive, n, None))] == []


def test_an_article_comes_back_as_judged(any_store: Store) -> None:
    """Every field of article, placement and mentions survives, JSON and infinity included."""
    given = judgement(
        "a1", published=datetime(2026, 3, 2, 9, 30, 1, 250, tzinfo=PARIS), url="https://example.org/pont", feed="F",
        derives_from="a0",
    )  # fmt: skip
    with any_store.transaction() as tx:
        recorded = tx.record(given)
    found = any_store.article("a1")
    assert found is not None
    assert found == any_store.article("https://example.org/pont")
    assert found.published == datetime(2026, 3, 2, 8, 30, 1, 250, tzinfo=UTC)
    assert found.published.utcoffset() == timedelta(0)
    assert (found.number, found.version, found.feed, found.language) == (recorded.number, 1, "F", "fr")
    assert (found.story, found.copy_group, found.origin) == ("s1", "c1", "agency:AFP")
    assert (found.derives_from, found.relation, found.verdict) == ("a0", Relation.COPY, Status.NEW)
    assert found.credits == ("AFP", "Reuters")
    assert found.reasons == given.placement.reasons
    assert tuple(m.id for m in found.mentions) == recorded.mentions
    for mention, wanted in zip(found.mentions, given.mentions, strict=True):
        assert mention.text == found.text[mention.start : mention.end] == wanted.unit.text
        assert mention.fields == wanted.unit.fields
        assert (mention.claim, mention.status, mention.reason) == (wanted.claim, wanted.status, wanted.reason)
        assert (mention.relation, mention.first_article) == (wanted.relation, wanted.first_article)
        assert (mention.rank, mention.score, mention.kind) == (wanted.unit.rank, wanted.score, wanted.unit.kind)


def test_times_before_1970_and_far_ahead(any_store: Store) -> None:
    """An outlet that dates its article 1901 or 2999 is kept as it is."""
    moments = [datetime(1901, 1, 1, 0, 0, 0, 1, tzinfo=UTC), datetime(2999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)]
    broken = [datetime(1, 1, 1, tzinfo=PARIS), datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=9)))]
    with any_store.transaction() as tx:
        for i, moment in enumerate(moments + broken):
            tx.record(judgement(f"a{i}", published=moment))
    cut = [moment.replace(tzinfo=UTC) for moment in broken]
    assert [a.published for a in any_store.articles()] == moments + cut


def test_a_naive_time_is_refused(store: Store) -> None:
    """A datetime without offset is a bug of ours and never reaches the database."""
    naive = datetime(2026, 3, 2)  # noqa: DTZ001
    for one in (judgement(published=naive), judgement(published=None, first_seen=naive)):
        with pytest.raises(ValueError, match="without offset"), store.transaction() as tx:
            tx.record(one)
    assert list(store.articles()) == []


def test_hostile_text_is_stored_without_moving_spans(any_store: Store) -> None:
    """NUL and lone surrogates become U+FFFD one for one, so that every span still fits."""
    given = judgement(
        "a1", sentences=["Un\x00deux.", "tr\ud800ois 🙂 quatre."], title="\x00titre\udfff", outlet="Q\x00"
    )
    with any_store.transaction() as tx:
        tx.record(given)
        seen = tx.window.find("a1")
    found = any_store.article("a1")
    assert found is not None
    assert seen is not None
    assert (found.title, found.outlet) == ("\ufffdtitre\ufffd", "Q\ufffd") == (seen.title, seen.outlet)
    assert [m.text for m in found.mentions] == ["Un\ufffddeux.", "tr\ufffdois 🙂 quatre."]
    assert [found.text[m.start : m.end] for m in found.mentions] == [m.text for m in found.mentions]


def test_a_new_version_replaces_text_and_keeps_the_old_one(any_store: Store) -> None:
    """The article shows its newest text and mentions; the claim's history keeps the older mentions."""
    with any_store.transaction() as tx:
        tx.record(judgement("a1", sentences=["Un pont.", "Deux ponts."], claims=["k1", "k2"], bands={"text": (1,)}))
    with any_store.transaction() as tx:
        second = judgement(
            "a1", sentences=["Trois ponts."], claims=["k1"], bands={"text": (2,)}, replaces="a1",
            first_seen=START + 60 * MINUTE,
        )  # fmt: skip
        recorded = tx.record(second)
        assert tx.window.lookup("text", (1, 2), 9) == {recorded.number: 1}
    found = any_store.article("a1")
    assert found is not None
    assert (recorded.version, found.version, found.text) == (2, 2, "Trois ponts.")
    assert [m.text for m in found.mentions] == ["Trois ponts."]
    assert [m.text for m in any_store.claim("k1")] == ["Un pont.", "Trois ponts."]
    assert [m.text for m in any_store.mentions([2, 1, 1, 99])] == ["Un pont.", "Deux ponts."]
    assert any_store.versions("a1") == ["Un pont.\nDeux ponts.", "Trois ponts."]


def test_a_version_of_another_key_is_a_bug(store: Store) -> None:
    """`replaces` names the article itself."""
    with pytest.raises(ValueError, match="another key"), store.transaction() as tx:
        tx.record(judgement("a2", replaces="a1"))


def test_a_story_comes_back_in_the_order_of_publication(any_store: Store) -> None:
    """Articles by when, then key; events with their time, also those that only name the story."""
    merged = Event("story-merged", "s2", Reason("same-event", {"with": "s1"}))
    with any_store.transaction() as tx:
        tx.record(judgement("b", published=None, first_seen=START + 9 * MINUTE))
        tx.record(judgement("c", published=START + MINUTE))
        tx.record(judgement("a", published=START + MINUTE, events=(merged,)))
        tx.record(judgement("z", story="s2"))
    found = any_store.story("s1")
    other = any_store.story("s2")
    assert found is not None
    assert other is not None
    assert [a.key for a in found.articles] == ["a", "c", "b"]
    assert [e for _, e in found.events] == [merged] == [e for _, e in other.events]
    assert found.events[0][0] == START + 5 * MINUTE
    assert any_store.story("s3") is None


def test_story_ids_the_most_recently_moved_first(any_store: Store) -> None:
    """A story moves when it gains an article; `since` looks at first seen and at published."""
    with any_store.transaction() as tx:
        for i, story in enumerate(("s1", "s2", "s1", "s3")):
            tx.record(judgement(f"a{i}", story=story, published=None, first_seen=START + i * MINUTE))
        tx.record(judgement("a9", story="s4", published=START + 30 * MINUTE, first_seen=START))
        tx.record(judgement("a10", story="s5", published=START, first_seen=START + 40 * MINUTE))
    assert any_store.story_ids() == ["s5", "s4", "s3", "s1", "s2"]
    assert any_store.story_ids(limit=2) == ["s5", "s4"]
    assert any_store.story_ids(since=START + 2 * MINUTE) == ["s5", "s4", "s3", "s1"]
    assert any_store.story_ids(since=START + 35 * MINUTE) == ["s5"]
    assert any_store.story_ids(since=START + 41 * MINUTE) == []


def test_a_story_whose_article_moved_away_is_recounted(any_store: Store) -> None:
    """A version may move an article to another story; an empty story is gone."""
    with any_store.transaction() as tx:
        tx.record(judgement("a1", story="s1"))
        tx.record(judgement("a2", story="s2"))
        tx.record(judgement("a1", story="s2", replaces="a1"))
    assert any_store.story_ids() == ["s2"]
    assert any_store.story("s1") is None


def test_articles_stream_in_the_order_of_recording(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """All or some, over several batches, each once, while the writer goes on."""
    monkeypatch.setattr("monitor.edges.store.reading._BATCH", 7)
    monkeypatch.setattr("monitor.edges.store.reading._IN", 5)
    sequence = stream(3, 40, versions=False)
    with any_store.transaction() as tx:
        for one in sequence:
            tx.record(one)
    whole = list(any_store.articles())
    assert [a.number for a in whole] == list(range(40))
    assert [[m.text for m in a.mentions] for a in whole] == [[m.unit.text for m in j.mentions] for j in sequence]
    keys = ["a33", "a2", "nowhere", "a2", *(f"a{i}" for i in range(10, 25))]
    assert [a.key for a in any_store.articles(keys)] == ["a2", *(f"a{i}" for i in range(10, 25)), "a33"]
    assert list(any_store.articles([])) == []
    half = any_store.articles()
    first = next(half)
    with any_store.transaction() as tx:
        tx.record(judgement("late"))
    assert [first.key, *(a.key for a in half)] == [*(a.key for a in whole), "late"]


def test_meta_is_kept(any_store: Store) -> None:
    """A fact under a name, readable inside the transaction and after it."""
    with any_store.transaction() as tx:
        assert tx.get_meta("cursor") is None
        tx.set_meta("cursor", "1")
        tx.set_meta("cursor", "2")
        assert tx.get_meta("cursor") == "2"
    assert any_store.get_meta("cursor") == "2"


def test_a_whole_poll_in_one_transaction(any_store: Store) -> None:
    """Articles, notices that point at their mentions, and last the feed's state."""
    state = FeedState("https://example.org/rss", "Le Quai", etag='"1"', next_poll=START + MINUTE, last_poll=START)
    with any_store.transaction() as tx:
        recorded = tx.record(judgement("a1"))
        notice = Notice("watch", "s1", "a1", recorded.mentions[:2], START, Reason("first", {"n": 1}))
        ids = tx.add_notices([notice, notice])
        tx.save_poll(PollOutcome(state, items=3, fresh=1, seconds=0.5, notes=("odd date",)))
    waiting = any_store.notices()
    assert [n.id for n in waiting] == list(ids)
    assert waiting[0].mentions == recorded.mentions[:2]
    assert (waiting[0].reason, waiting[0].created, waiting[0].mail) == (notice.reason, START, None)
    assert any_store.feeds() == [state]
    assert [(p.items, p.fresh, p.notes, p.at) for p in any_store.polls(state.url)] == [(3, 1, ("odd date",), START)]
