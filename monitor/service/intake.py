"""Polling: from due feeds to what is recorded of them. The docstring of `Intake` is the path."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Protocol

from monitor.core.archive import ArticleRecord, FeedState, PollOutcome
from monitor.core.desk import Desk
from monitor.core.identity import host_of
from monitor.core.pacing import Outcome, PacingSettings, advance, general_outage
from monitor.service.filing import Close, Filer, Tally
from monitor.service.gather import Gathered, Gatherer, Seen, sooner, without

SLICE = 200  # articles a transaction, some seconds of work


@dataclass(frozen=True, slots=True)
class Polled:
    """One feed's poll, for the log and for whoever asked."""

    feed: str
    outlet: str
    status: str  # the outcome's word
    items: int
    new: int
    echoed: int
    versions: int
    waiting: int
    milliseconds: int
    problem: str | None
    notes: tuple[str, ...]


class Memory(Protocol):
    """What this reads from the store."""

    def get_meta(self, name: str) -> str | None: ...
    def article(self, key: str) -> ArticleRecord | None: ...


def chance() -> float:
    """A number in 0..1, for what should not happen to all feeds at once."""
    return random.random()


def utc_now() -> datetime:
    """The clock of the live way."""
    return datetime.now(UTC)


class Intake:
    """The way of a round of polls:

        due feeds     -> gather each (fetch, parse, unseen entries, their pages), all at the same time
                      -> those done within the round's patience go on, the rest joins the next round
                      -> outage or not -> each feed's next poll
        submissions   -> file: read, order, judge, record (one transaction; long rounds in slices of `SLICE`)
                      -> in the last slice, after the articles: what was seen of each feed, its state and next poll

    Feeds that are polled in one round are judged as one stream in the order of publication, so that it does not
    matter which server answered first. A crash before the last slice leaves the feeds due: they are fetched again and
    what is filed already is passed over.
    """

    def __init__(
        self, memory: Memory, gatherer: Gatherer, filer: Filer, writer: Executor, pacing: PacingSettings,
        *, concurrency: int = 16, clock: Callable[[], datetime] = utc_now, chance: Callable[[], float] = chance,
        progress: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """`writer` has one thread: all writing is done there, in order. `progress` is told of each article."""
        self._memory, self._gatherer, self._filer, self._writer = memory, gatherer, filer, writer
        self._pacing, self._clock, self._chance, self._progress = pacing, clock, chance, progress
        self._places = asyncio.Semaphore(concurrency)
        self._running: dict[str, asyncio.Task[Gathered]] = {}
        self._stop_at: float | None = None

    @property
    def busy(self) -> frozenset[str]:
        """Feeds being polled right now."""
        return frozenset(self._running)

    async def round(self, due: Sequence[FeedState], patience: float | None = None) -> list[Polled]:
        """Poll these feeds. `patience` in seconds bounds the wait for slow ones; None waits for all of them."""
        for state in due:
            if state.url not in self._running:
                self._running[state.url] = asyncio.create_task(self._gather(state))
        if not self._running:
            return []
        done, _ = await asyncio.wait(self._running.values(), timeout=patience)
        gathered = sorted((t.result() for t in done if not t.cancelled()), key=lambda g: g.state.url)
        for g in gathered:
            self._running.pop(g.state.url, None)
        return await self._file(gathered) if gathered else []

    async def stop(self, grace: float = 2.0) -> None:
        """Break off: nothing more is fetched; what is being judged may finish within `grace` seconds, else it is
        recorded as far as it got, and its feeds are polled again next time.
        """
        self._stop_at = monotonic() + grace
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._running.clear()

    async def _gather(self, state: FeedState) -> Gathered:
        async with self._places:
            return await self._gatherer.gather(state, self._seen(state), self._title, self._clock())

    def _seen(self, state: FeedState) -> Seen:
        return Seen.loads(self._memory.get_meta(_name(state)))

    def _title(self, key: str) -> str | None:
        found = self._memory.article(key)
        return found.title if found else None

    async def _file(self, gathered: Sequence[Gathered]) -> list[Polled]:
        now = self._clock()
        gathered = _with_outage(gathered)
        stream = sorted((s for g in gathered for s in g.submissions), key=Desk.order_key)
        parts = [stream[i : i + SLICE] for i in range(0, len(stream), SLICE)] or [[]]
        tallies: dict[str, Tally] = {}
        failed: frozenset[str] = frozenset()
        loop = asyncio.get_running_loop()
        for n, part in enumerate(parts, start=1):
            close = partial(self._close, gathered, now, failed) if n == len(parts) else None
            filing = partial(self._filer.file, part, close, stop=self._between)
            filed = await loop.run_in_executor(self._writer, filing)
            failed |= filed.failed
            for feed, tally in filed.tallies.items():
                tallies[feed or ""] = tallies.get(feed or "", Tally()) + tally
            if not filed.complete:
                return []
        return [_polled(g, tallies.get(g.state.url, Tally())) for g in gathered]

    def _close(
        self, gathered: Iterable[Gathered], now: datetime, failed_before: frozenset[str], failed: frozenset[str]
    ) -> Close:
        """What these polls change, besides articles. Articles that failed are tried again in the next polls."""
        outcomes, facts = [], {}
        for g in (without(g, failed_before | failed) for g in gathered):
            state, _ = advance(g.state, g.poll, now, self._chance(), self._pacing)
            if g.waiting:
                state = sooner(state, now, self._pacing)
            if g.seen is not None:
                facts[_name(g.state)] = g.seen.dumps()
            outcomes.append(PollOutcome(state, g.items, len(g.submissions), round(g.seconds, 3), g.notes))
        return Close(tuple(outcomes), facts)

    def _between(self) -> bool:
        """Asked between two articles: must the filing stop? Being asked is progress."""
        self._progress()
        return self._stop_at is not None and monotonic() >= self._stop_at


def _name(state: FeedState) -> str:
    return f"seen {state.url}"


def _with_outage(gathered: Sequence[Gathered]) -> Sequence[Gathered]:
    """Where no host at all could be reached, it is nobody's failure."""
    hosts: dict[str, bool] = {}
    for g in gathered:
        name = host_of(g.state.url)
        hosts[name] = hosts.get(name, True) and g.unreachable
    if not general_outage(hosts):
        return gathered
    return [replace(g, poll=replace(g.poll, outcome=Outcome.OUTAGE)) for g in gathered]


def _polled(g: Gathered, tally: Tally) -> Polled:
    return Polled(
        feed=g.state.url, outlet=g.state.outlet, status=g.poll.outcome.value, items=g.items, new=tally.new,
        echoed=tally.echoed, versions=tally.versions, waiting=g.waiting, milliseconds=round(g.seconds * 1000),
        problem=g.poll.problem, notes=(*g.notes, *tally.problems),
    )  # fmt: skip
