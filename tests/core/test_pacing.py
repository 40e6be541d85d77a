from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.archive import FeedState
from monitor.core.pacing import (
    DAY,
    HOUR,
    MINUTE,
    Outcome,
    PacingSettings,
    Poll,
    advance,
    ask_in_full,
    general_outage,
    next_poll,
    poll_url,
    silence,
    usual_gap,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://j.example/rss"


def state(**facts: object) -> FeedState:
    return replace(FeedState(URL, "Journal"), **facts)  # type: ignore[arg-type]


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("before", "poll", "wait", "pace", "code"),
    [
        # A first poll: the dates tell the pace, or nothing does.
        ({}, Poll(Outcome.FRESH, 40, usual_gap=HOUR), 540, 540, "pace-rhythm"),
        ({}, Poll(Outcome.FRESH, 40), 15 * MINUTE, 15 * MINUTE, "pace-unknown"),
        # A fast wire is not asked faster than the least, a sleepy feed at least once a day.
        ({}, Poll(Outcome.FRESH, 9, usual_gap=20), 5 * MINUTE, 5 * MINUTE, "pace-rhythm"),
        ({}, Poll(Outcome.UNCHANGED, usual_gap=30 * DAY), DAY, DAY, "pace-rhythm"),
        # Without dates: the time since the last new item, shared among what came.
        ({"interval": 900, "last_new": ago(2 * HOUR)}, Poll(Outcome.FRESH, 3), 360, 360, "pace-rhythm"),
        # Unchanged: slower with the silence, by half of the pace at most, never faster.
        ({"interval": 600, "last_new": ago(HOUR)}, Poll(Outcome.UNCHANGED), 600, 600, "pace-quiet"),
        ({"interval": 600, "last_new": ago(4.4 * HOUR)}, Poll(Outcome.UNCHANGED), 792, 792, "pace-quiet"),
        ({"interval": 600, "last_new": ago(DAY)}, Poll(Outcome.UNCHANGED), 900, 900, "pace-quiet"),
        # What feed and server ask for is a floor, and does not change the pace.
        ({"interval": 600, "last_new": ago(HOUR)}, Poll(Outcome.UNCHANGED, ttl=HOUR), HOUR, 600, "pace-asked"),
        ({"interval": 600, "last_new": ago(HOUR)}, Poll(Outcome.UNCHANGED, max_age=700), 700, 600, "pace-asked"),
        ({"interval": 600, "last_new": ago(HOUR)}, Poll(Outcome.UNCHANGED, ttl=99 * DAY), DAY, 600, "pace-asked"),
        # Failures: doubling from the pace, a day at most, for ever.
        ({"interval": 600}, Poll(Outcome.FAILED), 600, 600, "pace-failed"),
        ({"interval": 600, "failures": 3}, Poll(Outcome.FAILED), 4800, 600, "pace-failed"),
        ({"interval": 600, "failures": 3000}, Poll(Outcome.FAILED), DAY, 600, "pace-failed"),
        ({"interval": 600}, Poll(Outcome.REFUSED), HOUR, 600, "pace-refused"),
        ({"interval": 600, "failures": 2}, Poll(Outcome.REFUSED), 4 * HOUR, 600, "pace-refused"),
        # Retry-After replaces the doubling, but does not shorten the pace.
        ({"interval": 600, "failures": 9}, Poll(Outcome.BUSY, retry_after=1200), 1200, 600, "pace-retry-after"),
        ({"interval": 600}, Poll(Outcome.BUSY, retry_after=5), 600, 600, "pace-busy"),
        ({"interval": 600, "failures": 1}, Poll(Outcome.BUSY), 1200, 600, "pace-busy"),
        ({"interval": 600}, Poll(Outcome.BUSY, retry_after=1e9), 7 * DAY, 600, "pace-retry-after"),
        # A general outage is over when it is over.
        ({"interval": 7200, "failures": 4}, Poll(Outcome.OUTAGE), 5 * MINUTE, 7200, "pace-outage"),
    ],
)
def test_when_a_feed_is_asked_again(before: dict[str, object], poll: Poll, wait: float, pace: float, code: str) -> None:
    """The wait, the pace it leaves, and the reason, case by case."""
    when, interval, reason = next_poll(state(**before), poll, NOW, 0.0)
    assert ((when - NOW).total_seconds(), interval, reason.code) == (pytest.approx(wait), pytest.approx(pace), code)


@given(
    st.sampled_from(Outcome), st.floats(0, 1), st.integers(0, 10**6), st.integers(0, 100),
    st.one_of(st.none(), st.floats(0, 1e9)), st.one_of(st.none(), st.floats(0, 1e9)), st.floats(0, 1e8),
)  # fmt: skip
def test_a_feed_is_always_asked_again(
    outcome: Outcome, jitter: float, failures: int, fresh: int, gap: float | None, asked: float | None, quiet: float
) -> None:
    """Whatever happens, the next poll lies between the least pace and a week (and a tenth)."""
    before = state(failures=failures, last_new=ago(quiet), interval=900.0)
    poll = Poll(outcome, fresh, usual_gap=gap, ttl=asked, retry_after=asked)
    when, pace, _ = next_poll(before, poll, NOW, jitter)
    assert 5 * MINUTE <= (when - NOW).total_seconds() <= 7 * DAY * 1.1 + 1
    assert 5 * MINUTE <= pace <= DAY


def test_jitter_only_lengthens() -> None:
    """Feeds that would clump are spread over a tenth of the wait, and no floor is undercut."""
    waits = [
        (next_poll(state(interval=600.0), Poll(Outcome.BUSY, retry_after=1000), NOW, j)[0] - NOW).total_seconds()
        for j in (0.0, 0.5, 1.0)
    ]
    assert waits == pytest.approx([1000, 1050, 1100])


def test_a_recovered_feed_is_followed_as_before() -> None:
    """Failures leave the pace alone: after the first answer the old rhythm is back and nothing is held against it."""
    feed = state(interval=600.0, last_new=ago(HOUR), last_success=ago(600))
    for n in range(5):
        feed, _ = advance(feed, Poll(Outcome.FAILED, problem="status 500"), NOW, 0.0)
        assert (feed.failures, feed.problem, feed.interval) == (n + 1, "status 500", 600.0)
    assert feed.next_poll == NOW + timedelta(seconds=9600)
    feed, _ = advance(feed, Poll(Outcome.UNCHANGED), NOW, 0.0)
    assert (feed.failures, feed.problem, feed.next_poll) == (0, None, NOW + timedelta(seconds=600))


def test_an_answer_is_remembered() -> None:
    """Validators, hash, title, language and site of an answer are kept; what the list says of the language wins."""
    poll = Poll(
        Outcome.FRESH, 2, usual_gap=HOUR, etag="e", modified="m", body_hash="h", title="T", language="fr",
        site="https://j.example", problem="malformed XML",
    )  # fmt: skip
    after, _ = advance(state(language="en", failures=3, problem="x"), poll, NOW, 0.0)
    assert after == state(
        language="en", etag="e", modified="m", body_hash="h", title="T", site="https://j.example", interval=540.0,
        next_poll=NOW + timedelta(seconds=540), last_poll=NOW, last_success=NOW, last_new=NOW, problem="malformed XML",
    )  # fmt: skip


def test_a_failure_keeps_the_validators() -> None:
    """After a 500 the next request is conditional again."""
    after, _ = advance(state(etag="e", modified="m", body_hash="h"), Poll(Outcome.FAILED), NOW, 0.0)
    assert (after.etag, after.modified, after.body_hash) == ("e", "m", "h")


def test_gone_stops_and_says_so() -> None:
    """410 marks the feed as gone."""
    after, reason = advance(state(), Poll(Outcome.GONE, problem="status 410: gone for good"), NOW, 0.0)
    assert (after.gone, after.problem, reason.code) == (True, "status 410: gone for good", "pace-gone")


def test_an_outage_is_not_the_feeds_failure() -> None:
    """When nothing at all can be reached, only the time of the next poll changes."""
    before = state(interval=600.0, failures=1, problem="status 500", last_success=ago(DAY))
    after, _ = advance(before, Poll(Outcome.OUTAGE, problem="unreachable"), NOW, 0.0)
    assert after == replace(before, last_poll=NOW, next_poll=NOW + timedelta(seconds=300))


@pytest.mark.parametrize(
    ("hosts", "outage"),
    [
        ({"a": True, "b": True, "c": True}, True),
        ({"a": True, "b": True, "c": False}, False),
        ({"a": True, "b": True}, False),
        ({}, False),
    ],
)
def test_general_outage(hosts: dict[str, bool], outage: bool) -> None:
    """All of at least three hosts: our network. Fewer hosts tell nothing."""
    assert general_outage(hosts) is outage


def test_a_permanent_redirect_is_followed_for_good_once_it_repeats() -> None:
    """Seen three times in a row the new address is asked; seen once it may be a portal or a mistake."""
    moved = Poll(Outcome.UNCHANGED, permanent="https://new.example/rss")
    feed, asked = state(), []
    for _ in range(4):
        asked.append(poll_url(feed))
        feed, _ = advance(feed, moved if asked[-1] == URL else Poll(Outcome.UNCHANGED), NOW, 0.0)
    assert asked == [URL, URL, URL, "https://new.example/rss"]
    assert (poll_url(feed), feed.url) == ("https://new.example/rss", URL)


def test_a_redirect_that_changes_or_stops_is_forgotten() -> None:
    """Another target starts the count anew, none ends it."""
    feed, _ = advance(state(), Poll(Outcome.UNCHANGED, permanent="https://a.example/"), NOW, 0.0)
    feed, _ = advance(feed, Poll(Outcome.UNCHANGED, permanent="https://b.example/"), NOW, 0.0)
    assert (feed.moved_to, feed.moved_times) == ("https://b.example/", 1)
    feed, _ = advance(feed, Poll(Outcome.UNCHANGED), NOW, 0.0)
    assert (feed.moved_to, feed.moved_times) == (None, 0)


def test_a_dead_new_address_leads_back_to_the_listed_one() -> None:
    """When the address a redirect led to fails three times, the list is asked again."""
    feed = state(moved_to="https://new.example/rss", moved_times=3)
    for _ in range(3):
        assert poll_url(feed) == "https://new.example/rss"
        feed, _ = advance(feed, Poll(Outcome.REFUSED), NOW, 0.0)
    assert poll_url(feed) == URL


def test_usual_gap() -> None:
    """The newest ten dates and the time since the last one; future dates and short lists tell nothing."""
    hourly = [ago(HOUR * i) for i in range(1, 31)]
    assert usual_gap(hourly, NOW) == HOUR
    assert usual_gap(hourly[5:], NOW) == pytest.approx(1.5 * HOUR)
    assert usual_gap([*hourly[:2], NOW + timedelta(days=1)], NOW) is None


def test_a_feed_that_never_changes_is_sometimes_asked_in_full() -> None:
    """Some servers answer 304 for ever: after three days one poll in ten leaves the validators out."""
    assert ask_in_full(state(last_new=ago(4 * DAY)), NOW, 0.05)
    assert not ask_in_full(state(last_new=ago(4 * DAY)), NOW, 0.5)
    assert not ask_in_full(state(last_new=ago(2 * DAY)), NOW, 0.05)
    assert not ask_in_full(state(), NOW, 0.05)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"last_new": ago(8 * DAY), "last_success": NOW}, "feed-silent"),
        ({"last_new": ago(DAY), "last_success": ago(8 * DAY)}, "feed-unanswered"),
        ({"last_new": ago(DAY), "last_success": NOW}, None),
        ({"last_new": ago(99 * DAY), "gone": True}, None),
        ({"last_new": ago(99 * DAY), "active": False}, None),
        ({}, None),
    ],
)
def test_a_silent_feed_is_reported(facts: dict[str, object], code: str | None) -> None:
    """A feed that answers and brings nothing for a week, or has not answered for a week, is a fact to report."""
    found = silence(state(**facts), NOW)
    assert (found.code if found else None) == code
    assert found is None or found.facts["days"] == 8


def test_settings_bound_the_pace() -> None:
    """An accelerated run polls every fraction of a second."""
    quick = PacingSettings(least=0.2, most=1.0, first=0.5, stubborn=0.5)
    when, pace, _ = next_poll(state(), Poll(Outcome.FRESH, 1, usual_gap=3600), NOW, 0.0, quick)
    assert ((when - NOW).total_seconds(), pace) == (1.0, 1.0)
    when, _, _ = next_poll(state(failures=9), Poll(Outcome.REFUSED), NOW, 0.0, quick)
    assert (when - NOW).total_seconds() == 1.0
