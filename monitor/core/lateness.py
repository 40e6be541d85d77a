"""Articles that come late: published before what their story, or their claims, were first seen in.

What outlets say (published) and what we saw (first seen) are different facts. An article that arrives late changes who
was first by publication; nothing is rewritten, the change is recorded as an event.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.core.model import Event, Filed, Mention, Placement, Reading, Reason, Status
from monitor.core.window import Window

MEMBERS = 24  # of the story, its founder among them, that are looked at: those that placing looked at too

REASONS: dict[str, str] = {
    "earlier-seen": "{outlet} published it {hours} before {of_outlet}, where the story was first seen",
    "earlier-seen-claims": "{outlet} published {claims} of its claims {hours} before {of_outlet}, where they were seen",
}
"""Every reason code of this module, with what it says and the names of its facts."""


def earlier_seen(
    reading: Reading, placement: Placement, mentions: Sequence[Mention], told: Sequence[Event], window: Window
) -> tuple[Event, ...]:
    """The event that an article was published before its story's first, or else before the first of its claims.

    `told` are the events known already: a copy that was published before what it copies has its own.
    """
    s = reading.submission
    if s.published is None or placement.founded or any(e.kind == "earlier-seen" for e in told):
        return ()
    members = [m for m in window.members(placement.story, MEMBERS) if m.published is not None and m.key != s.key]
    first = min(members, key=lambda m: (m.when, m.number), default=None)
    if first is None:
        return ()
    if s.published < first.when:
        return (Event("earlier-seen", placement.story, Reason("earlier-seen", _facts(reading, first))),)
    echoed = {m.first_article for m in mentions if m.status is Status.ECHO and m.first_article is not None} - {s.key}
    found = (window.find(key) for key in sorted(echoed))
    later = [f for f in found if f is not None and f.published is not None and s.published < f.published]
    if not later:
        return ()
    keys = {f.key for f in later}
    claims = len({m.claim for m in mentions if m.status is Status.ECHO and m.first_article in keys})
    first = min(later, key=lambda f: (f.when, f.number))
    return (Event("earlier-seen", s.key, Reason("earlier-seen-claims", {"claims": claims, **_facts(reading, first)})),)


def _facts(reading: Reading, first: Filed) -> dict[str, str | float]:
    s = reading.submission
    return {
        "article": s.key, "outlet": s.outlet, "of": first.key, "of_outlet": first.outlet,
        "hours": round((first.when - s.when).total_seconds() / 3600, 3),
    }  # fmt: skip
