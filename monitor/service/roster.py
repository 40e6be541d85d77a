"""Which feeds are followed: the OPML lists of the settings, the feeds in the settings, and those added by command.

The database remembers every feed ever polled; the lists say which are polled now.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from monitor.core.archive import FeedState
from monitor.core.identity import host_of
from monitor.edges.opml import FeedSpec, OpmlError, read_opml
from monitor.settings import ConfigError, Settings


class Register(Protocol):
    """What this needs of the store."""

    def feeds(self) -> list[FeedState]: ...
    def put_feeds(self, states: Iterable[FeedState]) -> None: ...
    def deactivate(self, urls: Iterable[str]) -> None: ...


def listed(settings: Settings) -> dict[str, tuple[FeedSpec, Path]]:
    """Every feed to follow by address, with the file that names it. The first to name a feed wins.

    Raises ConfigError where a list cannot be read.
    """
    found: dict[str, tuple[FeedSpec, Path]] = {}
    for feed in settings.feed:
        if not host_of(feed.url):
            raise ConfigError(f'{settings.file}: feed.url: expected an http or https address, not "{feed.url}"')
        spec = FeedSpec(feed.url, feed.outlet or host_of(feed.url), language=feed.language)
        found.setdefault(spec.url, (spec, settings.file))
    for path in settings.feeds.opml:
        for spec in read_list(path):
            found.setdefault(spec.url, (spec, path))
    if settings.own_feeds.exists():
        for spec in read_list(settings.own_feeds):
            found.setdefault(spec.url, (spec, settings.own_feeds))
    return found


def read_list(path: Path) -> list[FeedSpec]:
    """The feeds of an OPML file. Raises ConfigError."""
    try:
        return read_opml(path)
    except OpmlError as e:
        raise ConfigError(str(e)) from None


def state_of(spec: FeedSpec) -> FeedState:
    """A feed nobody has polled yet."""
    return FeedState(spec.url, spec.outlet, title=spec.title, language=spec.language, site=spec.site)


def enrol(settings: Settings, store: Register) -> tuple[int, int]:
    """Bring the store's list up to date with the files: how many feeds are followed, how many came off."""
    wanted = {url: state_of(spec) for url, (spec, _) in listed(settings).items()}
    known = {s.url: s for s in store.feeds()}
    left = [url for url, s in known.items() if s.active and url not in wanted]
    if left:
        store.deactivate(left)
    changed = [s for url, s in wanted.items() if url not in known or _differs(known[url], s)]
    if changed:
        store.put_feeds(changed)
    return len(wanted), len(left)


def _differs(known: FeedState, listed_: FeedState) -> bool:
    told = ((getattr(known, n), getattr(listed_, n)) for n in ("outlet", "title", "language", "site"))
    return not known.active or any(new is not None and old != new for old, new in told)
