"""What a feed is made of once it is read, and what can go wrong.

FeedError         one plain line
├── NotAFeed      an HTML page, an image, plain text...; the message names the feeds an HTML page links to
└── Unreadable    the parser took too long, needed too much memory, or broke
"""

# ruff: noqa: N818  an error is named by what is the case

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class FeedError(Exception):
    """`str()` is one plain line."""


class NotAFeed(FeedError):
    """The bytes are something else. `feeds` are the addresses of feeds an HTML page names."""

    def __init__(self, line: str, feeds: tuple[str, ...] = ()) -> None:
        super().__init__(line, feeds)
        self.feeds = feeds

    def __str__(self) -> str:
        return str(self.args[0])


class Unreadable(FeedError):
    """The parser was stopped, or broke."""


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One item as the feed gave it; `title` is plain text on one line, `html` is not sanitised."""

    guid: str | None
    url: str | None
    title: str
    published: datetime | None  # aware, UTC
    updated: datetime | None
    html: str
    is_summary: bool  # the feed calls it a summary, not the content
    language: str | None = None  # ISO 639-1
    source: str | None = None  # title of the true publisher (RSS <source>)
    source_url: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as it stands in the file."""

    title: str | None
    language: str | None
    site: str | None
    ttl: float | None  # seconds
    entries: tuple[ParsedEntry, ...]
    problem: str | None = None  # one line: what is wrong with the file, though entries could be read
    notes: tuple[str, ...] = ()  # what was left out and why
