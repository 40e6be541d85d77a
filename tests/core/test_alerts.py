"""Who hears of what and when: silence for echoes, one mail for many articles, a named reason on every send."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alerts import (
    ALERTING,
    WHOLE_WATCH,
    Facts,
    Watch,
    due,
    last_mails,
    mail_key,
    matches,
    next_due,
    notice_for,
)
from monitor.core.archive import Notice
from monitor.core.model import (
    ClaimFields,
    Fingerprint,
    Judgement,
    Mention,
    Placement,
    Reading,
    Reason,
    Relation,
    Status,
    Submission,
    Unit,
)
from monitor.core.text.document import Document

T0 = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
WATCH = Watch("ports", ("desk@example.org",), any=("Océalis",), group_wait=timedelta(minutes=2))
SHIP = Facts("Le Courrier", "fr", ("Océalis arrête ses liaisons", "Les îles d’Arvane seront isolées."))


def judgement(statuses: Sequence[Status], rank: float = 0.6, title: str = "Océalis arrête ses liaisons") -> Judgement:
    """A judgement with one mention for each status."""
    submission = Submission("a1", "Le Courrier", title, "Un texte.", T0, T0, language="fr")
    document = Document("Un texte.", title, "fr", (), (), None, ())
    unit = Unit(0, 9, "Un texte.", 0, "clause", ClaimFields(), rank)
    return Judgement(
        Reading(submission, document, Fingerprint("s", b"", {"text": (1,)}), b"", (unit,) * len(statuses), ()),
        Placement("s1", True, "c1", None, Relation.ORIGINAL, "outlet:Le Courrier"),
        tuple(Mention(f"k{i}", unit, s, Reason("unheard")) for i, s in enumerate(statuses)),
    )


def notice(n: int, minutes: float = 0, story: str = "s1", **more: object) -> Notice:
    """An unsent notice, created so many minutes after T0."""
    made = Notice("ports", story, f"a{n}", (n,), T0 + timedelta(minutes=minutes), Reason("watch.everything"), n)
    return replace(made, **more)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, Reason("watch.everything")),
        ({"any": ("oceals", "OCEALIS")}, Reason("watch.words", {"words": ["OCEALIS"]})),
        ({"any": ("ile",)}, Reason("watch.words", {"words": ["ile"]})),
        (
            {"any": ("îles d'Arvane",), "all": ("liaison",)},
            Reason("watch.words", {"words": ["liaison", "îles d'Arvane"]}),
        ),
        ({"all": ("Océalis", "Brévent")}, None),
        ({"any": ("Brévent",)}, None),
        ({"any": ("Océalis",), "none": ("isol*",)}, None),
        ({"any": ("Océal",)}, None),
        ({"outlets": ("le courrier",)}, Reason("watch.outlet", {"outlet": "Le Courrier"})),
        ({"outlets": ("La Gazette",)}, None),
        (
            {"statuses": frozenset({Status.DENIAL, Status.UPDATE})},
            Reason("watch.statuses", {"statuses": ["update", "denial"]}),
        ),
        ({"languages": ("fr", "en")}, Reason("watch.language", {"language": "fr"})),
        ({"languages": ("en",), "any": ("Océalis",)}, None),
    ],
)
def test_a_watch_gets_what_it_asks_for(asked: dict[str, tuple[str, ...]], expected: Reason | None) -> None:
    """Words match whole, without accents, plural forgiven; every condition must hold; the reason says which did."""
    assert matches(Watch("w", ("x@example.org",), **asked), SHIP) == expected


def test_an_article_that_only_echoes_gives_no_notice() -> None:
    """Echoes and old news resold are silent, whatever the watch's words."""
    assert notice_for(WATCH, judgement([Status.ECHO, Status.LAGGED]), [1, 2], T0) is None


def test_a_notice_holds_only_what_is_new() -> None:
    """Of an article with news and echoes, the notice shows the news."""
    assert notice_for(WATCH, judgement([Status.ECHO, Status.NEW, Status.DENIAL]), [7, 8, 9], T0) == Notice(
        "ports", "s1", "a1", (8, 9), T0, Reason("watch.words", {"words": ["Océalis"]})
    )


def test_a_watch_narrows_by_verdict_and_weight() -> None:
    """Verdicts the watch does not ask for and claims under its rank bring no notice."""
    denials = replace(WATCH, statuses=frozenset({Status.DENIAL}))
    assert notice_for(denials, judgement([Status.NEW]), [1], T0) is None
    assert notice_for(replace(WATCH, min_rank=0.7), judgement([Status.NEW]), [1], T0) is None
    assert notice_for(WATCH, judgement([Status.NEW], title="Autre chose"), [1], T0) is None


def test_each_mention_needs_its_number() -> None:
    """Numbers that do not fit the mentions are a fault of ours, not silently dropped."""
    with pytest.raises(ValueError, match="zip"):
        notice_for(WATCH, judgement([Status.NEW]), [1, 2], T0)


def test_the_first_mail_waits_for_its_group() -> None:
    """A new story's mail waits group_wait, then holds all that came, and says it is the first."""
    waiting = [notice(1), notice(2, 1)]
    assert due(waiting, WATCH, {}, T0 + timedelta(seconds=119)) == []
    (plan,) = due(waiting, WATCH, {}, T0 + timedelta(minutes=2))
    assert (plan.articles, plan.mentions, plan.reason) == (("a1", "a2"), {1, 2}, Reason("mail.first"))
    assert next_due(waiting, WATCH, {}) == T0 + timedelta(minutes=2)


def test_a_known_story_waits_its_interval() -> None:
    """After a mail about a story the next one waits group_interval, then says there is news in it."""
    last = {"s1": T0}
    news = [notice(3, 1)]
    assert due(news, WATCH, last, T0 + timedelta(minutes=14)) == []
    assert next_due(news, WATCH, last) == T0 + timedelta(minutes=15)
    (plan,) = due(news, WATCH, last, T0 + timedelta(minutes=15))
    assert (plan.reason, plan.recall) == (Reason("mail.new-in-group", {"lag": 900.0}), False)


def test_after_a_long_quiet_a_mail_recalls() -> None:
    """Past repeat_interval the mail says the story moves again and recalls what was told."""
    (plan,) = due([notice(3, 3000)], WATCH, {"s1": T0}, T0 + timedelta(minutes=3002))
    assert (plan.reason, plan.recall) == (Reason("mail.resumed", {"lag": 3002 * 60.0}), True)


def test_stories_go_out_apart_unless_the_watch_groups_them() -> None:
    """One mail a story by default; a watch grouped as a whole gets one mail for all."""
    both = [notice(1), notice(2, story="s2")]
    later = T0 + timedelta(hours=1)
    assert [p.stories for p in due(both, WATCH, {}, later)] == [("s1",), ("s2",)]
    digest = replace(WATCH, group_by="watch")
    (plan,) = due(both, digest, {}, later)
    assert (plan.stories, plan.reason) == (("s1", "s2"), Reason("mail.digest", {"stories": 2}))
    assert due(both, digest, {WHOLE_WATCH: later}, later) == []


def test_a_begun_mail_is_made_again_as_it_was() -> None:
    """Notices that bear a mail's key but were never sent make that mail again, at once, newcomers apart."""
    first = [notice(1), notice(2)]
    (plan,) = due(first, WATCH, {}, T0 + timedelta(minutes=5))
    begun = [replace(n, mail=plan.key) for n in first]
    (again,) = due([*begun, notice(3, 5)], WATCH, {}, T0 + timedelta(minutes=6))
    assert (again.key, again.articles, again.reason) == (plan.key, plan.articles, Reason("mail.retry"))


def test_what_was_sent_or_is_anothers_is_left_alone() -> None:
    """Sent notices and those of other watches never make a mail."""
    assert due([notice(1, sent=T0), notice(2, watch="other")], WATCH, {}, T0 + timedelta(days=1)) == []


def test_last_mails_reads_the_outbox() -> None:
    """The newest sending of each group comes from the sent notices of this watch."""
    sent = [notice(1, sent=T0), notice(2, sent=T0 + timedelta(hours=1)), notice(3, story="s2", sent=T0), notice(4)]
    sent.append(notice(5, watch="other", sent=T0 + timedelta(days=1)))
    assert last_mails(sent, WATCH) == {"s1": T0 + timedelta(hours=1), "s2": T0}
    assert last_mails(sent, replace(WATCH, group_by="watch")) == {WHOLE_WATCH: T0 + timedelta(hours=1)}


def test_a_mails_key_is_its_news() -> None:
    """The same news in any order has the same key, other news another."""
    assert mail_key("ports", [notice(1), notice(2)]) == mail_key("ports", [notice(2), notice(1)])
    assert len({mail_key("ports", [notice(1)]), mail_key("ports", [notice(2)]), mail_key("rails", [notice(1)])}) == 3


def test_alerting_statuses() -> None:
    """By default everything but echoes and old news alerts."""
    assert set(Status) - ALERTING == {Status.ECHO, Status.LAGGED}


moves = st.lists(st.tuples(st.floats(0, 5000), st.sampled_from(["s1", "s2", "s3"])), max_size=25)


@given(moves, st.sampled_from(["story", "watch"]))
def test_everything_is_mailed_once(arrivals: list[tuple[float, str]], group_by: str) -> None:
    """Ticking over any arrivals mails every notice exactly once, and never two mails of a group too close."""
    watch = replace(WATCH, group_by=group_by)
    box = [notice(i, minutes, story) for i, (minutes, story) in enumerate(arrivals)]
    mailed: list[int] = []
    times: dict[str, list[datetime]] = {}
    for minute in range(0, 5100, 5):
        now = T0 + timedelta(minutes=minute)
        seen = [n for n in box if n.created <= now]
        for plan in due([n for n in seen if n.sent is None], watch, last_mails(seen, watch), now):
            ids = {n.id for n in plan.notices}
            mailed += ids
            box = [replace(n, sent=now, mail=plan.key) if n.id in ids else n for n in box]
            times.setdefault(WHOLE_WATCH if group_by == "watch" else plan.stories[0], []).append(now)
    assert sorted(mailed) == sorted(n.id for n in box)
    for group in times.values():
        assert all(b - a >= watch.group_interval for a, b in pairwise(group))
