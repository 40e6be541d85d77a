"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser 6 does not read."""

from __future__ import annotations

import html as html_entities
from datetime import datetime
from typing import Any

from monitor.edges.feeds import fields
from monitor.edges.feeds.fields import LONGEST_HTML, MOST_ENTRIES, folded, from_iso, plain, web
from monitor.edges.feeds.model import ParsedEntry, ParsedFeed


def is_json_feed(data: Any) -> bool:
    """Whether decoded JSON is a JSON Feed."""
    return (
        isinstance(data, dict) and isinstance(data.get("items"), list)
        and "jsonfeed.org/version/" in str(data.get("version"))
    )  # fmt: skip


def json_feed(feed: dict[str, Any], url: str, now: datetime) -> ParsedFeed:
    """The entries of a JSON Feed; fields of a wrong type are left out."""
    notes: list[str] = []
    language = fields.language(feed.get("language"))
    items = [i for i in feed["items"][:MOST_ENTRIES] if isinstance(i, dict)]
    entries = []
    for item in items:
        content, summary = item.get("content_html"), item.get("summary")
        if not content and item.get("content_text"):
            content = html_entities.escape(str(item["content_text"]), quote=False).replace("\n", "<br>")
        guid = str(item.get("id") or "").strip() or None
        entries.append(
            ParsedEntry(
                guid=guid,
                url=web(item.get("url") or item.get("external_url"), url) or web(guid, None),
                title=plain(item.get("title")),
                published=from_iso(item.get("date_published"), now, notes),
                updated=from_iso(item.get("date_modified"), now, notes),
                html=str(content or html_entities.escape(str(summary or "")))[:LONGEST_HTML],
                is_summary=not content,
                language=fields.language(item.get("language")) or language,
                tags=fields.tags(item["tags"] if isinstance(item.get("tags"), list) else ()),
            )
        )
    return ParsedFeed(
        plain(feed.get("title")) or None, language, web(feed.get("home_page_url"), url), None, tuple(entries),
        notes=folded(notes),
    )  # fmt: skip
