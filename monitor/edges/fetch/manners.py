"""How many requests one host sees at a time and how far apart, and what its robots.txt says.

robots.txt is asked for pages, not for feeds: it speaks to crawlers that follow links, while a feed is published to be
polled by machines and was put on the list by a person.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from protego import Protego

from monitor.edges.fetch.errors import BadStatus, FetchError, HostBusy, NotAllowed, TooLarge, Unreachable

_ROBOTS_DAY = 24 * 3600.0  # RFC 9309, 2.4: not to be used for longer
_ROBOTS_RETRY = 600.0
_LONGEST_CRAWL_DELAY = 30.0


def is_loopback(host: str) -> bool:
    """Whether a host name or literal address is this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(slots=True)
class _Host:
    places: asyncio.Semaphore
    free_at: float = 0.0  # of the monotonic clock: no request starts earlier
    paused_until: float = 0.0  # the host asked for quiet
    crawl_delay: float = 0.0


class Turns:
    """Gives each host's requests their turn."""

    def __init__(self, gap: float, at_once: int, longest_pause: float) -> None:
        """`gap` in seconds between two starts. A pause longer than `longest_pause` is refused, not waited for."""
        self._gap, self._longest_pause = gap, longest_pause
        self._hosts: defaultdict[str, _Host] = defaultdict(lambda: _Host(asyncio.Semaphore(at_once)))

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Hold one of the host's places, once it is time. HostBusy where it asked for a long pause."""
        known = self._hosts[host]
        async with known.places:
            left = known.paused_until - time.monotonic()
            if left > self._longest_pause:
                raise HostBusy(f"{host} asked for a pause, {left:.0f} s of it are left", 429, left)
            start = max(time.monotonic(), known.free_at, known.paused_until)
            gap = 0.0 if is_loopback(host) else self._gap
            known.free_at = start + max(gap, known.crawl_delay)
            if (wait := start - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            yield

    def pause(self, host: str, seconds: float) -> None:
        """The host said 429 or 503 with Retry-After."""
        known = self._hosts[host]
        known.paused_until = max(known.paused_until, time.monotonic() + seconds)

    def crawl_delay(self, host: str, seconds: float) -> None:
        """The host's robots.txt asks for more room between requests than we give anyway."""
        self._hosts[host].crawl_delay = min(seconds, _LONGEST_CRAWL_DELAY)


@dataclass(slots=True)
class _Rules:
    expires: float = 0.0
    robots: Protego | None = None
    refusal: str | None = None  # why nothing may be fetched
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Robots:
    """robots.txt by origin (scheme, host, port), cached for a day at most (RFC 9309)."""

    def __init__(self, agent: str, fetch: Callable[[str], Awaitable[tuple[bytes, float | None]]], turns: Turns) -> None:
        """`agent` is the product token we answer to; `fetch` gives the body and its max-age."""
        self._agent, self._fetch, self._turns = agent, fetch, turns
        self._rules: defaultdict[str, _Rules] = defaultdict(_Rules)

    async def check(self, origin: str, host: str, url: str) -> None:
        """NotAllowed where the host's robots.txt does not let us fetch this page."""
        rules = self._rules[origin]
        async with rules.lock:
            if rules.expires <= time.monotonic():
                await self._refresh(rules, origin, host)
        if rules.refusal:
            raise NotAllowed(rules.refusal, passing=True)
        if rules.robots is not None and not rules.robots.can_fetch(url, self._agent):
            raise NotAllowed(f"the robots.txt of {host} does not allow this page")

    async def _refresh(self, rules: _Rules, origin: str, host: str) -> None:
        rules.robots, rules.refusal, life = None, None, _ROBOTS_DAY
        try:
            body, max_age = await self._fetch(f"{origin}/robots.txt")
            rules.robots = Protego.parse(body.decode("utf-8-sig", "replace"))
            life = min(max(max_age or _ROBOTS_DAY, _ROBOTS_RETRY), _ROBOTS_DAY)
            if delay := rules.robots.crawl_delay(self._agent):
                self._turns.crawl_delay(host, float(delay))
        except BadStatus as e:
            # RFC 9309, 2.3.1: "unavailable" (4xx) means no rules, "unreachable" (5xx) means nothing is allowed.
            if e.status == 429 or e.status >= 500:
                rules.refusal, life = f"the robots.txt of {host} cannot be read now (status {e.status})", _ROBOTS_RETRY
        except (TooLarge, NotAllowed):
            pass  # no robots.txt that anybody could follow
        except FetchError as e:
            if isinstance(e, Unreachable):
                raise  # nor could the page be reached; ask again next time
            rules.refusal, life = f"the robots.txt of {host} cannot be read now: {e}", _ROBOTS_RETRY
        rules.expires = time.monotonic() + life
