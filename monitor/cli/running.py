"""Commands that bring articles in: run, poll, replay, demo."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import typer

from monitor.cli.common import FailedError, database, settings, settings_or_defaults, writing
from monitor.cli.feeds import NO_FEEDS
from monitor.core.archive import FeedState
from monitor.edges import logs
from monitor.edges.store import Store
from monitor.service.intake import Polled
from monitor.settings import ConfigError, Settings

STOP = 4.5  # seconds after the daemon's end that its threads may still take


def register(app: typer.Typer) -> None:
    app.command("run", short_help="Follow the feeds until stopped.")(run)
    app.command("poll", short_help="Poll the feeds that are due, once.")(poll)
    app.command("replay", short_help="Run archived articles through the same pipeline.")(replay)
    app.command("demo", short_help="Show it all on a newsroom of invented stories.")(demo)


def run() -> None:
    """Follow the feeds until stopped (Ctrl-C, SIGTERM): poll, compare, report, mail.

    SIGHUP reads settings, feeds and watches again.
    """
    told = settings()
    logs.set_up(told.log.level, told.log.format)
    from monitor.app import desk_maker, verify
    from monitor.daemon import Daemon

    verify(told)
    with writing(told.database_url) as store, store.hold_daemon_lock():
        if sys.stderr.isatty() or sys.stdout.isatty():
            print(
                f"The report is at {told.report_path.as_uri()} (rewritten as news comes in; Ctrl-C stops)", flush=True
            )
        asyncio.run(Daemon(told, store, desk_maker(told)()).run())
    if any(t.is_alive() and t is not threading.main_thread() for t in threading.enumerate()):
        # A mail server that does not answer must not hold us up: its mail is still in the outbox.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def poll(
    feed: list[str] | None = typer.Option(
        None, "--feed", metavar="URL", help="Only this feed, due or not, listed or not."
    ),
    all_feeds: bool = typer.Option(False, "--all", help="Every feed of the list, due or not."),
) -> None:
    """Poll the feeds that are due, once, and say what each brought."""
    told = settings()
    logs.set_up(told.log.level, told.log.format)
    from monitor.app import verify
    from monitor.service.roster import enrol

    verify(told)
    with writing(told.database_url) as store, store.hold_daemon_lock():
        followed, _ = enrol(told, store)
        due = _wanted(store.feeds(), feed) if feed else [f for f in store.feeds() if f.active] if all_feeds else None
        polled = asyncio.run(_poll(told, store, due))
        report = _publish(told, store)
    failed = [p for p in polled if p.status not in ("fresh", "unchanged")]
    for p in polled:
        brought = f"{p.new} new, {p.echoed} echoed" if p.status == "fresh" else p.status
        print(f"{p.outlet}: {brought}{f'; {p.problem}' if p.problem else ''}  {p.feed}")
        for note in p.notes:
            print(f"  {note}")
    if not polled:
        print("no feed is due" if followed else NO_FEEDS)
    print(f"the report is at {report}", file=sys.stderr)
    if failed and len(failed) == len(polled):
        raise FailedError(
            f"{failed[0].feed}: {failed[0].problem}" if len(failed) == 1 else f"all {len(failed)} feeds failed"
        )


def _wanted(known: list[FeedState], urls: list[str]) -> list[FeedState]:
    from monitor.core.identity import host_of

    by_url = {f.url: f for f in known}
    for url in urls:
        if not host_of(url):
            raise ConfigError(f'--feed: expected an http or https address, not "{url}"')
    return [replace(by_url[u], gone=False) if u in by_url else FeedState(u, host_of(u), active=False) for u in urls]


async def _poll(told: Settings, store: Store, due: list[FeedState] | None) -> list[Polled]:
    from monitor.app import checked, desk_maker, live
    from monitor.config import watches
    from monitor.service.intake import utc_now

    wanted = checked(watches(told), told)
    with ThreadPoolExecutor(1, "writer") as writer:
        async with live(told, store, wanted, desk_maker(told)(), writer) as intake:
            loop, stopped = asyncio.get_running_loop(), asyncio.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stopped.set)
            work = asyncio.create_task(intake.round(due if due is not None else store.due_feeds(utc_now())))
            end = asyncio.create_task(stopped.wait())
            await asyncio.wait({work, end}, return_when=asyncio.FIRST_COMPLETED)
            end.cancel()
            if not work.done():
                await intake.stop()
                await work
                raise KeyboardInterrupt
            return work.result()


def _publish(told: Settings, store: Store) -> str:
    from monitor.service.intake import utc_now
    from monitor.service.publish import write_report

    write_report(store, told.report_path, utc_now(), told.report.since, told.report.language)
    return told.report_path.as_uri()


def replay(
    files: list[Path] = typer.Argument(..., metavar="FILE...", help="Archived articles, one JSON object a line."),
    database_url: str | None = typer.Option(
        None, "--database", metavar="URL", help="Where to file them. Default: the database of the settings."
    ),
    processes: int = typer.Option(
        0, "--processes", metavar="N", min=0, help="Processes that read articles; 0: one for each core."
    ),
) -> None:
    """Run archived articles through the same pipeline, in the order of publication, without network and mails."""
    told = settings_or_defaults()
    logs.set_up(told.log.level, told.log.format)
    from monitor.app import desk_maker
    from monitor.service.replay import Replay

    start = perf_counter()
    with writing(database(database_url, told)) as store, _stopping() as stopped:
        cores = processes or len(os.sched_getaffinity(0))
        result = Replay(store, desk_maker(told), cores).run(files, _progress, stopped.is_set)
        name = store.name
    seconds = perf_counter() - start
    if sys.stderr.isatty():
        print(file=sys.stderr)
    t = result.tally
    parts = [f"{t.new} brought something new", f"{t.echoed} only echoed"]
    parts += [f"{t.versions} new versions"] if t.versions else []
    parts += [f"{t.known} were filed already"] if t.known else []
    print(f"{result.articles} articles in {seconds:.1f} s: {', '.join(parts)}; {name}", file=sys.stderr)
    for line in result.bad[:20]:
        print(f"skipped {line}", file=sys.stderr)
    for problem in t.problems[:20]:
        print(f"skipped: {problem}", file=sys.stderr)
    if stopped.is_set():
        raise KeyboardInterrupt
    if result.bad or t.problems:
        count = len(result.bad) + len(t.problems)
        raise FailedError(f"{count} of the articles could not be used; all the others are filed")


def _progress(done: int, of: int) -> None:
    end = "" if sys.stderr.isatty() else "\n"
    print(f"\r{done} of {of} articles" if not end else f"{done} of {of} articles", end=end, file=sys.stderr, flush=True)


@contextlib.contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Ctrl-C and SIGTERM end the replay after the article at hand; a second Ctrl-C ends it at once."""
    stopped = threading.Event()

    def stop(*_: object) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    before = {n: signal.signal(n, stop) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def demo(
    directory: Path = typer.Option(
        Path("state/demo"), "--directory", metavar="DIR", help="Where its database, mails and report go."
    ),
    seconds: float = typer.Option(
        20.0, "--seconds", metavar="N", min=5, help="How long the day of news takes to play."
    ),
    language: str = typer.Option("en", "--language", metavar="fr|en", help="Language of what is printed and mailed."),
) -> None:
    """Run the real daemon against a newsroom of invented stories on this machine, and show what it finds."""
    if language not in ("fr", "en"):
        raise ConfigError(f'--language: expected "fr" or "en", not "{language}"')
    from monitor.demo.run import clear, run_demo

    if not clear(directory):
        raise FailedError(f"{directory} is not empty and holds no demo: name another --directory")
    raise typer.Exit(run_demo(directory, seconds, language))
