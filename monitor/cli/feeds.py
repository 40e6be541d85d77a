"""Commands about feeds: list, add, remove, import, export, check."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

import typer

from monitor.cli.common import FailedError, now, reading, settings
from monitor.core.archive import FeedState
from monitor.core.identity import host_of
from monitor.edges.opml import FeedSpec, write_opml
from monitor.edges.store import StoreError
from monitor.service.roster import listed, read_list, state_of
from monitor.settings import ConfigError, Settings

NO_FEEDS = "there are no feeds: `echowire feeds add URL` follows one, [feeds] in the settings names whole lists"

feeds = typer.Typer(no_args_is_help=True, help="The feeds that are followed.")


def register(app: typer.Typer) -> None:
    app.add_typer(feeds, name="feeds")


@feeds.command("list")
def list_feeds(
    problems: bool = typer.Option(False, "--problems", help="Only those that fail, are gone or silent."),
) -> None:
    """Every feed: outlet, how it fares, when it is asked next, address."""
    from monitor.app import pacing_settings
    from monitor.core.pacing import silence

    told = settings()
    known = _known(told)
    pacing, time = pacing_settings(told), now()
    followed = listed(told)
    if not followed:
        print(NO_FEEDS, file=sys.stderr)
    for url, (spec, _) in followed.items():
        state = known.get(url, state_of(spec))
        quiet = silence(state, time, pacing)
        if problems and not (state.problem or state.gone or quiet):
            continue
        print(f"{spec.outlet}  {_fares(state, quiet is not None, time)}  {url}")


def _fares(state: FeedState, quiet: bool, time: datetime) -> str:
    if state.gone:
        return "gone (410): polled no more"
    if state.last_poll is None:
        return "not polled yet"
    due = "due" if state.next_poll is None or state.next_poll <= time else f"next {_clock(state.next_poll)}"
    if state.failures:
        return f"failed {state.failures} times: {state.problem}; {due}"
    if state.last_success is None:
        return f"no answer yet, {due}"
    word = "silent" if quiet else "well" if not state.problem else f"note: {state.problem}"
    return f"{word}, last {_clock(state.last_poll)}, {due}"


def _clock(when: datetime) -> str:
    return when.astimezone().strftime("%Y-%m-%d %H:%M")


def _known(told: Settings) -> dict[str, FeedState]:
    try:
        with reading(told) as store:
            return {f.url: f for f in store.feeds()}
    except StoreError:  # nothing polled yet
        return {}


@feeds.command("add")
def add(
    url: str = typer.Argument(..., metavar="URL"),
    outlet: str | None = typer.Option(None, "--outlet", help="Who publishes it. Feeds of one outlet share the name."),
    language: str | None = typer.Option(None, "--language", metavar="CODE", help="For example fr."),
) -> None:
    """Add a feed to our own list. A running daemon takes it up when it reloads (SIGHUP)."""
    told = settings()
    if not host_of(url):
        raise ConfigError(f'expected an http or https address, not "{url}"')
    if (there := listed(told).get(url)) is not None:
        raise FailedError(f"{url} is followed already: it is in {there[1]}")
    _write(told, [*_own(told), FeedSpec(url, outlet or host_of(url), language=language)])
    print(f"added to {told.own_feeds}")


@feeds.command("remove")
def remove(url: str = typer.Argument(..., metavar="URL")) -> None:
    """Take a feed off our own list. Its articles stay."""
    told = settings()
    own = _own(told)
    if url not in {f.url for f in own}:
        there = listed(told).get(url)
        raise FailedError(f"{url} is in {there[1]}: take it out there" if there else f"{url} is not followed")
    _write(told, [f for f in own if f.url != url])
    print(f"removed from {told.own_feeds}")


@feeds.command("import")
def import_list(file: Path = typer.Argument(..., metavar="FILE", help="An OPML list.")) -> None:
    """Add the feeds of an OPML list to our own."""
    told = settings()
    known = listed(told)
    fresh = [f for f in read_list(file) if f.url not in known]
    _write(told, [*_own(told), *fresh])
    print(f"{len(fresh)} feeds added to {told.own_feeds}")


@feeds.command("export")
def export_list(
    output: Path | None = typer.Option(None, "--output", "-o", metavar="FILE", help="Default: standard output."),
) -> None:
    """Write all the feeds that are followed as an OPML list."""
    specs = [spec for spec, _ in listed(settings()).values()]
    if output is not None:
        write_opml(output, specs, "Echowire")
        return
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feeds.opml"
        write_opml(path, specs, "Echowire")
        sys.stdout.write(path.read_text(encoding="utf8"))


@feeds.command("check")
def check(
    urls: list[str] | None = typer.Argument(None, metavar="[URL]...", help="Default: every feed that is followed."),
) -> None:
    """Fetch feeds and say what they give, without recording anything. Exit code 1 if one fails."""
    told = settings()
    wanted = urls or list(listed(told))
    failed = asyncio.run(_check(told, wanted))
    if failed:
        raise FailedError(f"{failed} of {len(wanted)} feeds cannot be used")


async def _check(told: Settings, urls: list[str]) -> int:
    from monitor.app import fetch_settings
    from monitor.edges.feeds import FeedError, FeedParser
    from monitor.edges.fetch import Fetcher, FetchError
    from monitor.edges.workers import Workers

    failed = 0
    async with Workers(1) as workers, Fetcher(fetch_settings(told)) as fetcher:
        parser = FeedParser(workers)

        async def one(url: str) -> tuple[str, bool]:
            try:
                r = await fetcher.get(url, kind="feed")
                feed = await parser.parse(r.body, r.url, content_type=r.content_type, charset=r.charset, now=now())
            except (FetchError, FeedError) as e:
                return f"{url}: {e}", False
            newest = max((e.published for e in feed.entries if e.published), default=None)
            date = f", newest {_clock(newest)}" if newest else ""
            note = f"; {feed.problem}" if feed.problem else ""
            return f"{url}: {feed.title or 'no title'}, {len(feed.entries)} items{date}{note}", True

        for line, good in await asyncio.gather(*map(one, urls)):
            print(line)
            failed += not good
    return failed


def _own(told: Settings) -> list[FeedSpec]:
    return read_list(told.own_feeds) if told.own_feeds.exists() else []


def _write(told: Settings, specs: list[FeedSpec]) -> None:
    told.own_feeds.parent.mkdir(parents=True, exist_ok=True)
    write_opml(told.own_feeds, specs, "Added by command")
