"""Carrying out what a person ruled: the way of one ruling.

    named articles -> ruling (with the articles it concerns besides) -> recorded
                   -> the stories it may touch -> their articles in order of number, each where the rulings now have it
                   -> claims weighed again from the first change of a story on -> events

All in one transaction. Only what is filed after the first change of a story is weighed again, each article against
what was filed before it: the same verdicts as if the ruling had been known from the start. Nothing is mailed: who
ruled has seen it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Protocol

from monitor.core.desk import Desk
from monitor.core.lenses import WHOLE, Before
from monitor.core.model import Event, Filed, Mention, Placement, Reading, Reason, Ruling, RulingKind
from monitor.core.rulings import decide, expected_group, involved, make_ruling, nearest, own_group, own_story
from monitor.core.window import Window


class OverruleError(Exception):
    """What was ruled cannot be carried out. One plain line."""


class Weighed(Protocol):
    """What weighing an article's claims again came to."""

    @property
    def mentions(self) -> int: ...
    @property
    def changed(self) -> tuple[str, ...]: ...


class Docket(Protocol):
    """What this needs of the store's transaction."""

    @property
    def window(self) -> Window: ...
    def rulings(self) -> list[Ruling]: ...
    def add_ruling(self, ruling: Ruling) -> None: ...
    def remove_ruling(self, ruling: str) -> None: ...
    def stories_of(self, keys: Iterable[str]) -> dict[str, frozenset[str]]: ...
    def numbers_of(self, stories: Iterable[str]) -> list[int]: ...
    def machine_placement(self, article: Filed) -> Placement: ...
    def move(self, article: Filed, placement: Placement, machine: Placement) -> None: ...
    def weigh_again(self, article: Filed, mentions: Sequence[Mention]) -> Weighed: ...
    def add_events(self, at: datetime, events: Iterable[tuple[Event, str | None, str | None]]) -> None: ...


class Registry(Protocol):
    """What this needs of the store."""

    def transaction(self) -> AbstractContextManager[Docket]: ...


@dataclass(frozen=True, slots=True)
class Move:
    """Articles that went from one story to another."""

    kind: str  # story-merged, story-split or article-moved
    source: str
    target: str
    articles: tuple[str, ...]  # keys


@dataclass(frozen=True, slots=True)
class Carried:
    """What one ruling, or taking it back, came to."""

    ruling: Ruling
    moves: tuple[Move, ...] = ()
    mentions: int = 0  # weighed again
    changed: int = 0  # of these
    known: bool = False  # it was in force already


@dataclass
class _Run:
    """What has changed so far."""

    moved: list[tuple[Filed, Placement]] = field(default_factory=list)
    since: dict[str, int] = field(default_factory=dict)  # by story, the number of the first article that came or left
    weighed: dict[str, list[Weighed]] = field(default_factory=lambda: defaultdict(list))


class Overruling:
    """Orders the calls; what is decided is decided in the core."""

    def __init__(self, store: Registry, desk: Desk, reread: Callable[[str], Reading]) -> None:
        """`reread` reads a filed article anew, by its key."""
        self._store, self._desk, self._reread = store, desk, reread

    def rule(self, kind: RulingKind, keys: Sequence[str], now: datetime, note: str = "") -> Carried:
        """Rule about filed articles. Raises OverruleError and what the store raises."""
        with self._store.transaction() as tx:
            try:
                ruling = make_ruling(kind, keys, now, _others(tx, kind, keys), note)
            except ValueError as e:
                raise OverruleError(str(e)) from None
            tx.add_ruling(ruling)
            return self._carry_out(tx, ruling, now, undone=False)

    def adopt(self, rulings: Iterable[Ruling], now: datetime) -> list[Carried]:
        """Take rulings over as they were made elsewhere; articles that are not filed yet obey when they come."""
        done = []
        with self._store.transaction() as tx:
            known = {r.id for r in tx.rulings()}
            for ruling in rulings:
                if ruling.id in known:
                    done.append(Carried(ruling, known=True))
                    continue
                known.add(ruling.id)
                tx.add_ruling(ruling)
                done.append(self._carry_out(tx, ruling, now, undone=False))
        return done

    def undo(self, ruling: str, now: datetime) -> Carried:
        """Take a ruling back, by its id or the beginning of it. Raises OverruleError."""
        with self._store.transaction() as tx:
            found = [r for r in tx.rulings() if ruling and r.id.startswith(ruling)]
            if len(found) != 1:
                what = "several rulings begin with" if found else "there is no ruling"
                raise OverruleError(f"{what} {ruling}: see `echowire override list`")
            tx.remove_ruling(found[0].id)
            return self._carry_out(tx, found[0], now, undone=True)

    def _carry_out(self, tx: Docket, ruling: Ruling, now: datetime, *, undone: bool) -> Carried:
        rulings = [*tx.rulings(), ruling]
        stories = tx.stories_of(k for r in rulings for k in r.concerned)
        run = _Run()
        for number in tx.numbers_of(involved(ruling, rulings, stories)):
            self._one(tx, number, run)
        moves = _moves(tx.window, run.moved)
        tx.add_events(now, _events(ruling, moves, run, now if undone else None))
        weighed = [w for several in run.weighed.values() for w in several]
        return Carried(ruling, moves, sum(w.mentions for w in weighed), sum(len(w.changed) for w in weighed))

    def _one(self, tx: Docket, number: int, run: _Run) -> None:
        """Put one article where it belongs now, and weigh its claims again if what stands before them changed."""
        found = tx.window.filed([number])
        if not found:
            return
        article, before = found[0], Before(tx.window, number)
        machine = tx.machine_placement(article)
        reading = None
        if not _in_place(article, machine, before):
            reading = self._reread(article.key)
            placement, _ = self._desk.overrule(reading, machine, before)
            tx.move(article, placement, machine)
            if placement.story != article.story:
                run.moved.append((article, placement))
                for story in (article.story, placement.story):
                    run.since.setdefault(story, number)
            article = tx.window.filed([number])[0]
        if number >= run.since.get(article.story, inf):
            reading = reading or self._reread(article.key)
            placement = _as_filed(article, machine)
            run.weighed[article.story].append(tx.weigh_again(article, self._desk.weigh(reading, placement, before)))


def _others(tx: Docket, kind: RulingKind, keys: Sequence[str]) -> list[str]:
    """The articles that a ruling concerns besides those named. Raises OverruleError."""
    named = [_filed(tx, k) for k in dict.fromkeys(keys)]
    stories = list(dict.fromkeys(a.story for a in named))
    if kind is RulingKind.SAME:  # two stories become one: whose first articles tell the same, too
        founders = [tx.window.members(story, 1)[0].key for story in stories] if len(stories) > 1 else []
        return [k for k in founders if k not in keys]
    if kind is RulingKind.DIFFERENT:
        return []
    if len(stories) > 1:
        elsewhere = next(a for a in named if a.story != stories[0])
        raise OverruleError(f"{named[0].key} and {elsewhere.key} are not in one story")
    leaving = {a.key for a in named}
    stay = []
    for a in tx.window.members(stories[0], WHOLE):
        machine = tx.machine_placement(a)
        if a.key not in leaving and nearest(machine) in leaving and machine.copy_group != own_group(a.key):
            leaving.add(a.key)  # the same text as one that leaves goes along
        elif a.key not in leaving:
            stay.append(a.key)
    return stay


def _filed(tx: Docket, key: str) -> Filed:
    found = tx.window.find(key)
    if found is None:
        raise OverruleError(f"there is no article {key}")
    return found


def _in_place(article: Filed, machine: Placement, before: Window) -> bool:
    """Whether an article stands where the rulings have it, with a source of its own story: the machine's, if it can."""
    decision = decide(article.key, machine, before)
    if decision.story != article.story:
        return False
    if expected_group(article.key, machine, decision, before) != article.copy_group:
        return False
    source = before.find(article.derives_from) if article.derives_from else None
    if source is not None and source.story != article.story:
        return False
    if article.derives_from == machine.derives_from:
        return True
    wanted = before.find(machine.derives_from) if machine.derives_from else None
    here = (article.story, article.copy_group) == (machine.story, machine.copy_group)
    return not here if wanted is None else wanted.story != article.story


def _as_filed(article: Filed, machine: Placement) -> Placement:
    """A filed article's placement, as far as weighing its claims needs it."""
    return Placement(
        article.story, article.story == own_story(article.key), article.copy_group, article.derives_from,
        machine.relation, article.origin,
    )  # fmt: skip


def _moves(window: Window, moved: Sequence[tuple[Filed, Placement]]) -> tuple[Move, ...]:
    ways: dict[tuple[str, str], list[str]] = defaultdict(list)
    for article, placement in moved:
        ways[article.story, placement.story].append(article.key)
    found = []
    for (source, target), keys in ways.items():
        kind = "article-moved"
        if not window.members(source, 1):
            kind = "story-merged"
        elif target in {own_story(k) for k in keys}:
            kind = "story-split"
        found.append(Move(kind, source, target, tuple(keys)))
    return tuple(found)


def _events(
    ruling: Ruling, moves: Sequence[Move], run: _Run, undone: datetime | None
) -> Iterator[tuple[Event, str | None, str | None]]:
    when = {"made": ruling.made.isoformat()} if undone is None else {"undone": ruling.made.isoformat()}
    shared = {"ruling": ruling.id, "note": ruling.note, **when}
    for m in moves:
        ways = {"from_story": m.source, "to_story": m.target}
        facts = {**shared, **ways, "articles": len(m.articles), "keys": list(m.articles)}
        yield Event(m.kind, m.source, Reason(m.kind, facts)), m.target, m.articles[0] if len(m.articles) == 1 else None
    for story, several in run.weighed.items():
        changed = [line for w in several for line in w.changed]
        if changed:
            facts = {
                **shared, "articles": len(several), "mentions": sum(w.mentions for w in several),
                "changed": len(changed), "former": changed,
            }  # fmt: skip
            yield Event("claims-weighed-again", story, Reason("claims-weighed-again", facts)), story, None
