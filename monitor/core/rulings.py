"""What a person ruled about articles, and how that wins over the machine.

Two layers. The machine places every article as if nobody had ruled anything: its own placement is kept where a ruling
overrules it (`Window.by_machine`). Over it lies what people ruled: an article goes where its rulings say, else with
the article it derives from, wherever that has gone. So nothing depends on *when* something was ruled: replaying a
stream with its rulings, or ruling after it was filed, gives the same stories; and undoing a ruling brings back what
was before.

Rulings name articles by key, which is the same in every database.

    same        these tell one story (and so do the first articles of their stories at the time: `others`)
    different   these two are never in one story, nor in one copy group; the later one leaves, and what derives from it
    split       these leave their story and form one of their own; `others` stay
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from monitor.core.ids import short_id
from monitor.core.matching.sources import SourceModel, source_of
from monitor.core.model import Event, Filed, Placement, Reading, Reason, Ruling, RulingKind
from monitor.core.window import Window

MEMBERS = 40  # of a story, among which an article that was moved there looks for its source


def make_ruling(
    kind: RulingKind, articles: Sequence[str], made: datetime, others: Sequence[str] = (), note: str = ""
) -> Ruling:
    """A ruling with its id, which derives from what it says and when. ValueError if it says nothing."""
    named, made = tuple(dict.fromkeys(articles)), made.astimezone(UTC)
    rest = tuple(k for k in dict.fromkeys(others) if k not in named)
    if not named or (kind is not RulingKind.SPLIT and len(named) < 2):
        raise ValueError(f'"{kind}" needs two different articles')
    if kind is RulingKind.DIFFERENT and len(named) != 2:
        raise ValueError('"different" is about two articles')
    if kind is RulingKind.SPLIT and not rest:
        raise ValueError("there is nothing to split from: no article would stay")
    return Ruling(short_id("r", kind, made.isoformat(), *named), kind, named, made, rest, note)


@dataclass(frozen=True, slots=True)
class Bond:
    """What the newest ruling about two articles says of them."""

    ruling: Ruling
    together: bool

    @property
    def order(self) -> tuple[datetime, str]:
        """Newer rulings win over older ones."""
        return self.ruling.made, self.ruling.id


def bonds(key: str, rulings: Sequence[Ruling]) -> dict[str, Bond]:
    """What is ruled about this article and others, by the other's key."""
    found: dict[str, Bond] = {}
    for ruling in sorted(rulings, key=lambda r: (r.made, r.id)):
        for mine in ruling.sides:
            if key in mine:
                for other in ruling.concerned:
                    if other != key:
                        found[other] = Bond(ruling, other in mine)
    return found


@dataclass(frozen=True, slots=True)
class Decision:
    """The story an article belongs to, and what decided: a ruling about it and `other`, or neither."""

    story: str
    bond: Bond | None = None
    other: Filed | None = None


def decide(key: str, machine: Placement, window: Window) -> Decision:
    """Where an article belongs, by the rulings and by where the machine's source of it has gone.

    `window` holds the articles filed before it, where they are now.
    """
    about = bonds(key, window.rulings(key))
    ruled = [(bond, filed) for k, bond in about.items() if (filed := window.find(k)) is not None]
    barred: dict[str, tuple[Bond, Filed]] = {}
    for bond, filed in ruled:
        if not bond.together and (filed.story not in barred or barred[filed.story][0].order < bond.order):
            barred[filed.story] = bond, filed
    wanted = sorted((b.order, -f.number) for b, f in ruled if b.together)
    by_number = {f.number: (b, f) for b, f in ruled}
    for order, negative in reversed(wanted):
        bond, filed = by_number[-negative]
        if filed.story not in barred or barred[filed.story][0].order < order:
            return Decision(filed.story, bond, filed)
    story = natural_story(key, machine, window)
    if story in barred:
        return Decision(own_story(key), *barred[story])
    return Decision(story)


def own_story(key: str) -> str:
    """The id of the story that an article founds."""
    return short_id("s", key)


def nearest(machine: Placement) -> str | None:
    """The key of the article that an article goes with: its source, or the one whose text it has."""
    copied = (r.facts.get("of") for r in machine.reasons if r.code == "copy")
    return machine.derives_from or next((str(k) for k in copied if k), None)


def natural_story(key: str, machine: Placement, window: Window) -> str:
    """Where the machine's placement leads, given where the article it goes with, or the founder, has gone."""
    if machine.story == own_story(key):
        return machine.story
    with_key = nearest(machine)
    found = window.find(with_key) if with_key else None
    if found is None:  # unknown, or a later one: a new version may derive from it
        founders = window.by_machine().members(machine.story, 1)
        found = window.find(founders[0].key) if founders and founders[0].key != key else None
    return found.story if found else machine.story


def overrule(
    reading: Reading, machine: Placement, window: Window, sources: SourceModel, earlier: Filed | None = None
) -> tuple[Placement, tuple[Event, ...]]:
    """The machine's placement as the rulings leave it. `earlier` is the same article as filed: versions stay there."""
    key = reading.submission.key
    if earlier is not None:
        if (machine.story, machine.copy_group) == (earlier.story, earlier.copy_group):
            return machine, ()
        return _placed(reading, machine, window, sources, earlier.story, earlier.copy_group, machine.reasons[:1]), ()
    decision = decide(key, machine, window)
    with_key = nearest(machine)
    found = window.find(with_key) if with_key else None
    group = expected_group(key, machine, decision, window)
    if (decision.story, group) == (machine.story, machine.copy_group) and (not found or found.story == decision.story):
        return machine, ()
    reason = _reason(decision, found)
    placement = _placed(reading, machine, window, sources, decision.story, group, (reason,))
    return placement, (Event("override", key, reason),) if decision.bond else ()


def expected_group(key: str, machine: Placement, decision: Decision, window: Window) -> str:
    """The copy group of an article in that story: what has the text of another goes with it, or has one of its own."""
    if machine.copy_group == own_group(key):
        return machine.copy_group
    with_key = nearest(machine)
    found = window.find(with_key) if with_key else None
    return found.copy_group if found and found.story == decision.story else own_group(key)


def own_group(key: str) -> str:
    """The id of the copy group of an article that has the text of no other."""
    return short_id("c", key)


def _placed(
    reading: Reading, machine: Placement, window: Window, sources: SourceModel, story: str, group: str,
    reasons: tuple[Reason, ...],
) -> Placement:  # fmt: skip
    """The machine's placement moved to another story or group, with a source there."""
    key = reading.submission.key
    founded = story == own_story(key)
    source = window.find(machine.derives_from) if machine.derives_from and not founded else None
    if source is not None and source.story == story:
        return replace(machine, story=story, founded=False, copy_group=group, reasons=reasons, score=1.0)
    members = [] if founded else [f for f in window.members(story, MEMBERS) if f.key != key]
    there = source_of(reading, members, None, (), sources)
    derives = there.of.key if there.of else None
    return Placement(
        story, founded, group, derives, there.relation, there.origin, (*reasons, *there.reasons), 1.0,
    )  # fmt: skip


def _reason(decision: Decision, found: Filed | None) -> Reason:
    if decision.bond is not None and decision.other is not None:
        return ruled_reason(decision.bond, decision.other.key, decision.other.outlet)
    return Reason("override-follows", {"article": found.key, "outlet": found.outlet} if found else {})


def ruled_reason(bond: Bond, article: str, outlet: str) -> Reason:
    """Why an article stands where a ruling put it: together with, or apart from, that article of that outlet."""
    facts = {
        "ruling": bond.ruling.id, "made": bond.ruling.made.isoformat(), "article": article, "outlet": outlet,
        "note": bond.ruling.note,
    }  # fmt: skip
    return Reason("override-same" if bond.together else "override-different", facts)


def pair_reason(a: str, b: str, rulings: Sequence[Ruling]) -> Reason | None:
    """What is ruled about two articles, for a side-by-side view of them."""
    bond = bonds(a, rulings).get(b)
    if bond is None:
        return None
    facts = {"ruling": bond.ruling.id, "made": bond.ruling.made.isoformat(), "note": bond.ruling.note}
    return Reason("ruled-same" if bond.together else "ruled-different", facts)


def involved(ruling: Ruling, rulings: Sequence[Ruling], stories: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The stories that a ruling may change: those of its articles, and of every ruling that touches one of these.

    `stories` gives the stories of each ruled article that is filed: where it is, and where the machine had it.
    """
    found: set[str] = set().union(*(stories.get(k, frozenset()) for k in ruling.concerned))
    while True:
        near = (r for r in rulings if any(stories.get(k, frozenset()) & found for k in r.concerned))
        grown = found.union(*(stories.get(k, frozenset()) for r in near for k in r.concerned))
        if grown == found:
            return frozenset(found)
        found = grown


REASONS: dict[str, str] = {
    "override-same": "a person ruled on {made} that it tells the same story as {article} of {outlet}; {note}, {ruling}",
    "override-different": "a person ruled on {made} that it is not the story of {article}, {outlet}; {note}, {ruling}",
    "override-follows": "it goes with {article} of {outlet}, which a person's ruling moved",
    "ruled-same": "a person ruled on {made} that the two tell one story; {note}, {ruling}",
    "ruled-different": "a person ruled on {made} that the two are different; {note}, {ruling}",
    "story-merged": "all {articles} articles of {from_story} went over to {to_story}: ruled on {made}, or taken back, "
    "then {undone} is the day of the ruling; {ruling}, {note}, {keys}",
    "story-split": "{articles} articles left {from_story} for a story of their own, {to_story}; {made}, {undone}, "
    "{ruling}, {note}, {keys}",
    "article-moved": "{articles} articles came over from {from_story} to {to_story}; {made}, {undone}, {ruling}, "
    "{note}, {keys}",
    "claims-weighed-again": "{mentions} mentions of {articles} articles were weighed again, {changed} changed from "
    "what {former} says; {made}, {undone}, {ruling}, {note}",
}
"""Every reason code of rulings, with what it says and the names of its facts."""
