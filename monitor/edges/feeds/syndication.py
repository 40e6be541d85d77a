"""RSS and Atom, by feedparser.

Bytes go to feedparser through a stream: handed over bare they are first tried as a file name. Its sanitiser and link
resolver are off (they cost 1.5 to 3 times the parsing): HTML is sanitised where it is displayed.
"""

from __future__ import annotations

import html as html_entities
import io
import re
from datetime import datetime
from typing import Any

from monitor.edges.feeds import fields
from monitor.edges.feeds.fields import LONGEST_HTML, MOST_ENTRIES, TAG, folded, from_parts, plain, web
from monitor.edges.feeds.model import NotAFeed, ParsedEntry, ParsedFeed


def syndicated(body: bytes, url: str, content_type: str | None, charset: str | None, now: datetime) -> ParsedFeed:
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
    if len(items) > MOST_ENTRIES:
        notes.append(f"{len(items)} items: only the first {MOST_ENTRIES} were read")
    language = fields.language(found.feed.get("language"))
    entries = [_entry(item, url, language, now, notes) for item in items[:MOST_ENTRIES]]
    if not found.version and not any(e.url or e.guid for e in entries):
        raise _what_else(body, url)  # some XML with titles in it
    ttl = str(found.feed.get("ttl") or "").strip()
    return ParsedFeed(
        title=plain(found.feed.get("title")) or None,
        language=language,
        site=web(found.feed.get("link"), url),
        ttl=float(ttl) * 60 if ttl.isdigit() and len(ttl) < 7 else None,
        entries=tuple(e for e in entries if e.title or e.html or e.url),
        problem=_problem(found),
        notes=folded(notes),
    )


def _entry(item: Any, base: str, language: str | None, now: datetime, notes: list[str]) -> ParsedEntry:
    summary = str(item.get("summary") or "")
    contents = [c for c in item.get("content", []) if c.get("value") and _is_text(c.get("type"))]
    best = max(contents, key=lambda c: len(c["value"]), default=None)
    is_summary = best is None or len(best["value"]) < len(summary)
    kind = (item.get("summary_detail") or {}).get("type") if is_summary or best is None else best.get("type")
    html = summary if is_summary or best is None else str(best["value"])
    if kind == "text/plain" and not TAG.search(html):
        html = html_entities.escape(html, quote=False)
    stated = (best or {}).get("language") or (item.get("title_detail") or {}).get("language")
    source = item.get("source") or {}
    guid = str(item.get("id") or "").strip() or None
    return ParsedEntry(
        guid=guid,
        url=web(item.get("feedburner_origlink") or item.get("link") or _first_link(item), base) or web(guid, None),
        title=plain(item.get("title")),
        # The plain dict's `get`: feedparser's own lends a missing date from the other one.
        published=from_parts(dict.get(item, "published_parsed"), now, notes),
        updated=from_parts(dict.get(item, "updated_parsed"), now, notes),
        html=html[:LONGEST_HTML],
        is_summary=is_summary,
        language=fields.language(stated) or language,
        source=plain(source.get("title")) or None,
        source_url=web(source.get("href") or source.get("link"), base),
        tags=fields.tags(t.get("term") for t in item.get("tags", [])),
    )


def _what_else(body: bytes, url: str) -> NotAFeed:
    """What the bytes are instead, in words."""
    head = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not re.search(rb"<!doctype html\b|<html\b|<head\b|<body\b", head):
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
        web(link.get("href"), url)
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
