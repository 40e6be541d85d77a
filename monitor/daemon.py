"""The daemon: ticks over the due feeds, the outbox, the report and the window's expiry, until it is told to stop.

    SIGTERM, SIGINT   stop within some seconds: nothing more is fetched; what is being judged is finished, or recorded
                      as far as it got
    SIGHUP            read settings, feeds and watches again; where they are broken the old ones stay

A tick that fails is told in the log and comes again. systemd's watchdog hears from us only when a tick of the polling
has ended or an article was judged: a scheduler that stands still is silent.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.app import checked, live, mail_settings
from monitor.config import ConfigError, Settings, load, watches
from monitor.core.desk import Desk
from monitor.core.pacing import Outcome, silence
from monitor.edges.logs import logger
from monitor.edges.store import Store, StoreError
from monitor.edges.systemd import Notifier
from monitor.service.intake import Intake, Polled, utc_now
from monitor.service.outbox import Postman
from monitor.service.publish import write_report
from monitor.service.roster import enrol

TICK = 1.0  # seconds between two looks at the due list
PATIENCE = 10.0  # seconds a round waits for slow feeds before those that have answered are filed
STOP = 3.0  # seconds the running round may take to end
EXPIRY = timedelta(hours=1)
REST = (5.0, 300.0)  # seconds without polling after the database failed: at first, and at most

T = TypeVar("T")


class Daemon:
    """One run of the daemon over an open store."""

    def __init__(self, settings: Settings, store: Store, desk: Desk, notifier: Notifier | None = None) -> None:
        self._settings, self._store, self._desk = settings, store, desk
        self._notifier = notifier or Notifier()
        self._log = logger()
        self._writer = ThreadPoolExecutor(1, "writer")
        self._stop, self._round = asyncio.Event(), asyncio.Lock()
        self._parts = AsyncExitStack()
        self._intake: Intake | None = None
        self._postman: Postman | None = None
        self._stale = True  # the report lags behind the database
        self._failures, self._resume = 0, 0.0
        self._heard = 0.0
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def run(self) -> None:
        """Work until a signal says stop. Raises ConfigError, StoreError, OSError where the start fails."""
        feeds, _ = enrol(self._settings, self._store)
        await self._assemble(self._settings)
        self._publish()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload_soon)
        self._schedule()
        told = f"following {feeds} feeds; the report is {self._settings.report_path}"
        self._log.info(
            "started", feeds=feeds, **self._due(), database=self._store.name, report=str(self._settings.report_path)
        )
        if not feeds:
            self._log.warning("feeds", problem="there are no feeds to follow: `echowire feeds add URL` adds one")
        self._notifier.ready(told)
        try:
            await self._stop.wait()
        finally:
            await self._end()

    def _due(self) -> dict[str, Any]:
        """How many feeds are asked now; where none is, when the next one is."""
        active = [f for f in self._store.feeds() if f.active and not f.gone]
        times = [f.next_poll for f in active if f.next_poll is not None]
        due = len(self._store.due_feeds(utc_now()))
        return {"due": due} if due or not times else {"due": 0, "next_poll": min(times).isoformat(timespec="seconds")}

    def stop(self) -> None:
        """What SIGTERM does."""
        self._stop.set()

    async def _assemble(self, settings: Settings) -> None:
        """Build the parts for these settings; those in use are taken down only when the new ones stand."""
        told = checked(watches(settings), settings)
        mail = mail_settings(settings)
        parts = AsyncExitStack()
        intake = await parts.enter_async_context(
            live(settings, self._store, told, self._desk, self._writer, self._alive)
        )
        await self._parts.aclose()
        self._parts, self._intake, self._settings = parts, intake, settings
        self._postman = Postman(self._store, told, mail) if mail else None

    def _schedule(self) -> None:
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # its errors come to `_job_failed`
        jobs: list[tuple[str, Callable[[], Awaitable[None]], float]] = [
            ("poll", self._poll, TICK),
            ("mail", self._mail, self._settings.mail.every.total_seconds()),
            ("report", self._report, self._settings.report.every.total_seconds()),
            ("expiry", self._expire, EXPIRY.total_seconds()),
        ]
        for name, job, seconds in jobs:
            self._scheduler.add_job(
                job, "interval", seconds=seconds, id=name, next_run_time=datetime.now(UTC),
                misfire_grace_time=None, coalesce=True, max_instances=1, replace_existing=True,
            )  # fmt: skip
        if not self._scheduler.running:
            self._scheduler.add_listener(self._job_failed, EVENT_JOB_ERROR)
            self._scheduler.start()

    def _job_failed(self, event: JobExecutionEvent) -> None:
        error = event.exception
        if isinstance(error, StoreError | OSError):
            self._log.error(event.job_id, problem=str(error))
        else:
            self._log.error(event.job_id, problem=f"an error of ours: {type(error).__name__}: {error}", exc_info=error)

    async def _poll(self) -> None:
        if self._round.locked() or monotonic() < self._resume or self._intake is None:
            self._alive()
            return
        async with self._round:
            if self._stop.is_set():
                return
            try:
                due = await asyncio.to_thread(self._store.due_feeds, utc_now())
                polled = await self._intake.round(due, PATIENCE)
            except StoreError as e:
                self._failures += 1
                rest = min(REST[0] * 2 ** min(self._failures - 1, 8), REST[1])
                self._resume = monotonic() + rest
                self._log.error("poll", problem=f"{e}; polling rests for {rest:.0f} s, nothing is lost")
                return
        self._failures = 0
        if polled and all(p.status == Outcome.OUTAGE for p in polled):
            self._log.warning("outage", feeds=len(polled), problem=f"no host can be reached: {polled[0].problem}")
        else:
            for p in polled:
                self._tell(p)
        self._stale = self._stale or any(p.new or p.echoed for p in polled)
        self._alive()

    def _tell(self, p: Polled) -> None:
        """The one line of a feed's poll."""
        facts: dict[str, Any] = {
            "feed": p.feed, "status": p.status, "items": p.items, "new": p.new, "echoed": p.echoed,
            "ms": p.milliseconds, "versions": p.versions or None, "waiting": p.waiting or None,
            "problem": p.problem, "notes": "; ".join(p.notes) or None,
        }  # fmt: skip
        kept = {k: v for k, v in facts.items() if v is not None}
        (self._log.warning if p.problem else self._log.info)("poll", **kept)

    async def _mail(self) -> None:
        if self._postman is None or self._stop.is_set():
            return
        for d in await in_background(partial(self._postman.deliver, utc_now())):
            facts = {"watch": d.watch, "why": d.reason, "stories": d.stories, "notices": d.notices, "key": d.key}
            if d.problem:
                self._log.error("mail", **facts, problem=d.problem)
            elif d.refused:
                self._log.warning("mail", **facts, problem="; ".join(d.refused))
            else:
                self._log.info("mail", **facts)

    async def _report(self) -> None:
        if self._stale and not self._stop.is_set():
            self._stale = False
            await in_background(self._publish)

    def _publish(self) -> None:
        r = self._settings.report
        write_report(self._store, self._settings.report_path, utc_now(), r.since, r.language)

    async def _expire(self) -> None:
        now, days = utc_now(), self._settings.matching.window_days
        loop = asyncio.get_running_loop()
        gone = await loop.run_in_executor(self._writer, self._store.expire, now, days)
        if gone:
            self._log.info("expiry", articles=gone, days=days)
        for state in await asyncio.to_thread(self._store.feeds):
            if (reason := silence(state, now)) is not None:
                self._log.warning("silent", feed=state.url, code=reason.code, **reason.facts)

    def _reload_soon(self) -> None:
        self._scheduler.add_job(
            self._reload, id="reload", replace_existing=True, misfire_grace_time=None, next_run_time=datetime.now(UTC)
        )

    async def _reload(self) -> None:
        self._notifier.reloading()
        try:
            settings = load(self._settings.file)
            if settings.database_url != self._settings.database_url:
                raise ConfigError(f"{settings.file}: database.url: another database needs a restart")
            checked(watches(settings), settings)
            async with self._round:
                feeds, left = await asyncio.to_thread(enrol, settings, self._store)
                await self._assemble(settings)
        except (ConfigError, StoreError) as e:
            self._log.error("reload", problem=f"{e}; the old settings stay")
            self._notifier.ready(f"reload refused: {e}")
            return
        self._schedule()
        self._stale = True
        self._log.info("reload", feeds=feeds, left=left)
        self._notifier.ready(f"following {feeds} feeds; the report is {settings.report_path}")

    def _alive(self) -> None:
        """Tell the watchdog, at most four times in its span."""
        span = self._notifier.watchdog_seconds
        if span and monotonic() - self._heard > span / 4:
            self._heard = monotonic()
            self._notifier.alive()

    async def _end(self) -> None:
        self._notifier.stopping()
        self._scheduler.pause()
        if self._intake is not None:
            await self._intake.stop(grace=STOP / 2)
        try:
            async with asyncio.timeout(STOP), self._round:
                pass
        except TimeoutError:
            self._log.warning("stop", problem="the running round did not end in time; it will be done again")
        self._scheduler.shutdown(wait=False)
        if self._stale:
            with contextlib.suppress(TimeoutError, StoreError, OSError):
                async with asyncio.timeout(1.0):
                    await in_background(self._publish)
        self._writer.shutdown(wait=False, cancel_futures=True)
        await self._parts.aclose()
        self._log.info("stopped")


async def in_background(work: Callable[[], T]) -> T:
    """Run blocking work in a thread that does not keep the process from ending (a mail server may be slow)."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def done(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        try:
            outcome: tuple[T | None, BaseException | None] = (work(), None)
        except BaseException as e:  # noqa: BLE001  handed to whoever waits
            outcome = (None, e)
        if not loop.is_closed():
            loop.call_soon_threadsafe(done, *outcome)

    threading.Thread(target=run, daemon=True).start()
    return await future
