"""Articles that come late are told of, and change nothing."""

from dataclasses import replace
from datetime import timedelta

from monitor.core.lateness import earlier_seen
from monitor.core.model import Event, Judgement, Reason, Status
from monitor.core.wording import say
from tests.edges.store.factory import START, judgement
from tests.memory import MemoryWindow

HOUR = timedelta(hours=1)


def told(late: Judgement, *before: Judgement, events: tuple[Event, ...] = ()) -> list[str]:
    window = MemoryWindow()
    for one in before:
        window.record(one)
    found = earlier_seen(late.reading, late.placement, late.mentions, events, window)
    assert all(e.kind == "earlier-seen" for e in found)
    return [say(e.reason) for e in found]


FIRST = judgement("a", outlet="Le Quai", published=START + 2 * HOUR, first_seen=START + 2 * HOUR)
SECOND = judgement("b", outlet="Die Uhr", published=START + 3 * HOUR, first_seen=START + 3 * HOUR)


def late(hours: float, **more: object) -> Judgement:
    """An article seen last, published that many hours after START, in the story of the others."""
    return judgement(
        "c", outlet="The Post", published=START + hours * HOUR, first_seen=START + 9 * HOUR, derives_from="a", **more,
    )  # type: ignore[arg-type]  # fmt: skip


def test_published_before_the_story_was_seen() -> None:
    """The event names both outlets and the time between them."""
    assert told(late(0.5), SECOND, FIRST) == [
        "Seen late: The Post published it 1\u00a0h\u00a030 before Le Quai, the first we had."
    ]


def test_published_before_its_claims_were_seen() -> None:
    """The story's first stands; the claims of a later article were published earlier by this one."""
    echo = late(2.5, statuses=(Status.ECHO,))
    echo = replace(echo, mentions=tuple(replace(m, first_article="b") for m in echo.mentions))
    assert told(echo, FIRST, SECOND) == ["Seen late: The Post had 3 of these claims up to 30\u00a0min before Die Uhr."]


def test_what_is_no_lateness() -> None:
    """Published later, at the same time, without a date, or told of already: no event."""
    assert told(late(4), FIRST, SECOND) == []
    assert told(late(2), FIRST) == []
    assert told(replace_published(late(0)), FIRST) == []
    assert told(late(0), FIRST, events=(Event("earlier-seen", "a", Reason("published-before", {})),)) == []
    founder = judgement("c", published=START, first_seen=START + 9 * HOUR)
    assert told(founder, FIRST) == []


def replace_published(one: Judgement) -> Judgement:
    """The article without the outlet's date."""
    return replace(one, reading=replace(one.reading, submission=replace(one.reading.submission, published=None)))
