"""From bytes to a feed: which format it is, and the process that may be killed while finding out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from monitor.edges.feeds.agency import agency_root, newsml, ninjs, ninjs_items
from monitor.edges.feeds.jsonfeed import is_json_feed, json_feed
from monitor.edges.feeds.model import NotAFeed, ParsedFeed, Unreadable
from monitor.edges.feeds.syndication import syndicated

T = TypeVar("T")


class Pool(Protocol):
    """What the parser needs of a pool of killable workers (`monitor.edges.workers.Workers`)."""

    async def run(self, function: Callable[..., T], *args: Any, deadline: float) -> T: ...


class FeedParser:
    """Parses feeds in workers."""

    def __init__(self, pool: Pool, deadline: float = 10.0) -> None:
        self._pool, self._deadline = pool, deadline

    async def parse(
        self, body: bytes, url: str, *, content_type: str | None = None, charset: str | None = None, now: datetime
    ) -> ParsedFeed:
        """`url` is where the body came from. Raises FeedError. `now` tells which dates lie in the future."""
        try:
            return await self._pool.run(parse_feed, body, url, content_type, charset, now, deadline=self._deadline)
        except TimeoutError:
            raise Unreadable(f"reading the feed took longer than {self._deadline:g} s: it was given up") from None
        except MemoryError as e:
            raise Unreadable(f"reading the feed {e}: it was given up") from None
        except ChildProcessError as e:
            raise Unreadable(f"the feed cannot be read: {e}") from None


def parse_feed(body: bytes, url: str, content_type: str | None, charset: str | None, now: datetime) -> ParsedFeed:
    """What `FeedParser.parse` does, in this process and without a deadline."""
    if not body.strip():
        raise NotAFeed("an empty file, not a feed")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _from_json(body, url, now)
    if (root := agency_root(body)) is not None:
        return newsml(root, url, now)
    return syndicated(body, url, content_type, charset, now)


def _from_json(body: bytes, url: str, now: datetime) -> ParsedFeed:
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as e:
        raise NotAFeed(f"JSON that cannot be read ({type(e).__name__})") from None
    if is_json_feed(data):
        return json_feed(data, url, now)
    if items := ninjs_items(data):
        return ninjs(items, url, now)
    raise NotAFeed("JSON, but neither a JSON Feed nor ninjs")
