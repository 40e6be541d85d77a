"""Feeds: from untrusted bytes to plain entries, in a process that can be killed.

Two rules:
    Bytes go to feedparser through a stream. Handed over bare they are first tried as a file name.
    A feed that is malformed gives what can be read and a problem; only what is no feed at all is an error.

Errors:
    FeedError
    ├── NotAFeed      an HTML page, an image, plain text...; the message names the feeds an HTML page links to
    └── Unreadable    the parser took too long, needed too much memory, or broke

HTML in entries is as the feed gave it: it is made text by `monitor.edges.pages`, and sanitised where it is displayed.
feedparser's own sanitiser and link resolver would cost 1.5 to 3 times the parsing.
"""

# ruff: noqa: N818  an error is named by what is the case

from __future__ import annotations

import calendar
import html as html_entities
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar
from urllib.parse import urljoin

T = TypeVar("T")

_MOST_ENTRIES = 2000
_LONGEST_HTML = 1_000_000  # characters of one entry
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_TAG = re.compile(r"<[/!?]?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
# Control characters, soft hyphens, and marks that reverse or hide text in a headline or a mail subject.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


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
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _json_feed(body, url, now)
    return _xml_feed(body, url, content_type, charset, now)


def _xml_feed(body: bytes, url: str, content_type: str | None, charset: str | None, now: datetime) -> ParsedFeed:
    import feedparser  # here, not above: only the workers need it

    found = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": _content_type(body, content_type, charset), "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found.version and not found.entries:
        raise _what_else(body, url)
    notes: list[str] = []
    items = found.entries
    if len(items) > _MOST_ENTRIES:
        notes.append(f"{len(items)} items: only the first {_MOST_ENTRIES} were read")
    language = _language(found.feed.get("language"))
    entries = [_entry(item, url, language, now, notes) for item in items[:_MOST_ENTRIES]]
    if not found.version and not any(e.url or e.guid for e in entries):
        raise _what_else(body, url)  # some XML with titles in it
    ttl = str(found.feed.get("ttl") or "").strip()
    return ParsedFeed(
        title=_plain(found.feed.get("title")) or None,
        language=language,
        site=_web(found.feed.get("link"), url),
        ttl=float(ttl) * 60 if ttl.isdigit() and len(ttl) < 7 else None,
        entries=tuple(e for e in entries if e.title or e.html or e.url),
        problem=_problem(found),
        notes=_folded(notes),
    )


def _entry(item: Any, base: str, language: str | None, now: datetime, notes: list[str]) -> ParsedEntry:
    summary = str(item.get("summary") or "")
    contents = [c for c in item.get("content", []) if c.get("value") and _is_text(c.get("type"))]
    best = max(contents, key=lambda c: len(c["value"]), default=None)
    is_summary = best is None or len(best["value"]) < len(summary)
    kind = (item.get("summary_detail") or {}).get("type") if is_summary or best is None else best.get("type")
    html = summary if is_summary or best is None else str(best["value"])
    if kind == "text/plain" and not _TAG.search(html):
        html = html_entities.escape(html, quote=False)
    stated = (best or {}).get("language") or (item.get("title_detail") or {}).get("language")
    source = item.get("source") or {}
    guid = str(item.get("id") or "").strip() or None
    return ParsedEntry(
        guid=guid,
        url=_web(item.get("feedburner_origlink") or item.get("link") or _first_link(item), base) or _web(guid, None),
        title=_plain(item.get("title")),
        # The plain dict's `get`: feedparser's own lends a missing date from the other one.
        published=_date(dict.get(item, "published_parsed"), now, notes),
        updated=_date(dict.get(item, "updated_parsed"), now, notes),
        html=html[:_LONGEST_HTML],
        is_summary=is_summary,
        language=_language(stated) or language,
        source=_plain(source.get("title")) or None,
        source_url=_web(source.get("href") or source.get("link"), base),
        tags=_tags(t.get("term") for t in item.get("tags", [])),
    )


def _json_feed(body: bytes, url: str, now: datetime) -> ParsedFeed:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org); feedparser 6 does not read it."""
    try:
        feed = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as e:
        raise NotAFeed(f"JSON that cannot be read ({type(e).__name__})") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAFeed("JSON, but not a JSON Feed")
    if "jsonfeed.org/version/" not in str(feed.get("version")):
        raise NotAFeed("JSON, but not a JSON Feed")
    notes: list[str] = []
    language = _language(feed.get("language"))
    items = [i for i in feed["items"][:_MOST_ENTRIES] if isinstance(i, dict)]
    entries = []
    for item in items:
        content, summary = item.get("content_html"), item.get("summary")
        if not content and item.get("content_text"):
            content = html_entities.escape(str(item["content_text"]), quote=False).replace("\n", "<br>")
        guid = str(item.get("id") or "").strip() or None
        entries.append(
            ParsedEntry(
                guid=guid,
                url=_web(item.get("url") or item.get("external_url"), url) or _web(guid, None),
                title=_plain(item.get("title")),
                published=_iso(item.get("date_published"), now, notes),
                updated=_iso(item.get("date_modified"), now, notes),
                html=str(content or html_entities.escape(str(summary or "")))[:_LONGEST_HTML],
                is_summary=not content,
                language=_language(item.get("language")) or language,
                tags=_tags(item["tags"] if isinstance(item.get("tags"), list) else ()),
            )
        )
    return ParsedFeed(
        _plain(feed.get("title")) or None, language, _web(feed.get("home_page_url"), url), None, tuple(entries),
        notes=_folded(notes),
    )  # fmt: skip


def _what_else(body: bytes, url: str) -> NotAFeed:
    """What the bytes are instead, in words."""
    head = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not re.search(rb"<!doctype html|<html|<head|<body", head):
        return NotAFeed("XML, but not a feed" if head.startswith(b"<?xml") else "not a feed")
    feeds = _linked_feeds(body, url)
    if not feeds:
        return NotAFeed("an HTML page, not a feed (it names no feed)")
    named = ", ".join(feeds[:5]) + (", ..." if len(feeds) > 5 else "")
    count = "1 link to a feed" if len(feeds) == 1 else f"{len(feeds)} links to feeds"
    return NotAFeed(f"an HTML page, not a feed ({count} found: {named})", feeds)


def _linked_feeds(body: bytes, url: str) -> tuple[str, ...]:
    """Addresses of <link rel=alternate> of a feed type, in order."""
    from lxml import etree, html  # type: ignore[import-untyped]

    try:
        page = html.document_fromstring(body[:1_000_000])
    except (etree.LxmlError, ValueError):
        return ()
    found = (
        _web(link.get("href"), url)
        for link in page.iter("link")
        if "alternate" in (link.get("rel") or "").lower().split()
        and re.search(r"(rss|atom|feed\+json|rdf)", (link.get("type") or "").lower())
    )
    return tuple(dict.fromkeys(f for f in found if f))


def _content_type(body: bytes, content_type: str | None, charset: str | None) -> str:
    """The type to tell feedparser.

    Bytes beyond ASCII that are valid UTF-8 are UTF-8, whatever header and prolog say: text in an 8-bit charset is
    practically never valid UTF-8, and a wrong label is common.
    """
    if not body.isascii():
        try:
            body.decode("utf-8")
            return "application/xml; charset=utf-8"
        except UnicodeDecodeError:
            pass
    kind = content_type if content_type and "xml" in content_type else "application/xml"
    return f"{kind}; charset={charset}" if charset else kind


def _problem(found: Any) -> str | None:
    if not found.bozo:
        return None
    what = found.get("bozo_exception")
    if type(what).__name__ in ("CharacterEncodingOverride", "NonXMLContentType"):
        return None  # read all the same, nothing is missing
    where = getattr(what, "getLineNumber", lambda: None)()
    text = " ".join(str(getattr(what, "getMessage", lambda: what)()).split())[:120]
    return f"malformed XML{f' (line {where})' if where else ''}: {text}"


def _is_text(kind: str | None) -> bool:
    return not kind or kind.startswith("text/") or kind.endswith(("html", "+xml", "html+xml"))


def _first_link(item: Any) -> str | None:
    links = item.get("links", [])
    return next((link.get("href") for link in links if link.get("rel", "alternate") == "alternate"), None)


def _web(value: Any, base: str | None) -> str | None:
    """An absolute http(s) address, or None."""
    if not value or not isinstance(value, str):
        return None
    try:
        joined = urljoin(base, value.strip()) if base else value.strip()
    except ValueError:
        return None
    return joined if re.match(r"(?i)https?://[^\s/]", joined) and not re.search(r"[\x00-\x20]", joined) else None


def _plain(value: Any) -> str:
    """Plain text on one line: tags stripped, entities decoded (twice encoded ones too), whitespace folded."""
    text = _TAG.sub(" ", html_entities.unescape(_TAG.sub(" ", str(value or ""))))
    return " ".join(_INVISIBLE.sub("", text).split())[:1000]


def _language(value: Any) -> str | None:
    found = re.match(r"\s*([A-Za-z]{2,3})(?:[-_]|\s*$)", str(value or ""))
    return found[1].lower() if found else None


def _tags(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for t in (_plain(v)[:100] for v in values) if t))[:50]


def _date(value: Any, now: datetime, notes: list[str]) -> datetime | None:
    if not value:
        return None
    try:
        return _plausible(datetime.fromtimestamp(calendar.timegm(value), UTC), now, notes)
    except (ValueError, OverflowError, OSError, TypeError):
        notes.append("an impossible date left out")
        return None


def _iso(value: Any, now: datetime, notes: list[str]) -> datetime | None:
    if not value:
        return None
    try:
        when = datetime.fromisoformat(str(value))
        return _plausible((when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC), now, notes)
    except (ValueError, OverflowError):
        notes.append("an impossible date left out")
        return None


def _plausible(when: datetime, now: datetime, notes: list[str]) -> datetime | None:
    if when > now + timedelta(days=1):
        notes.append("a date more than a day ahead left out")
        return None
    if when < _EARLIEST:
        notes.append("an impossible date left out")
        return None
    return when


def _folded(notes: Iterable[str]) -> tuple[str, ...]:
    """The same note once, with how often."""
    counts: dict[str, int] = {}
    for n in notes:
        counts[n] = counts.get(n, 0) + 1
    return tuple(n if c == 1 else f"{n} ({c} times)" for n, c in counts.items())
