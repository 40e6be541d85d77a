"""Single fields of feeds in their plain form: titles, addresses, languages, dates, tags."""

from __future__ import annotations

import calendar
import html as html_entities
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

MOST_ENTRIES = 2000
LONGEST_HTML = 1_000_000  # characters of one entry
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
TAG = re.compile(r"<[/!?]?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
# Control characters, soft hyphens, and marks that reverse or hide text in a headline or a mail subject.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def web(value: Any, base: str | None) -> str | None:
    """An absolute http(s) address, or None."""
    if not value or not isinstance(value, str):
        return None
    try:
        joined = urljoin(base, value.strip()) if base else value.strip()
    except ValueError:
        return None
    return joined if re.match(r"(?i)https?://[^\s/]", joined) and not re.search(r"[\x00-\x20]", joined) else None


def plain(value: Any) -> str:
    """Plain text on one line: tags stripped, entities decoded (twice encoded ones too), whitespace folded."""
    text = TAG.sub(" ", html_entities.unescape(TAG.sub(" ", str(value or ""))))
    return " ".join(_INVISIBLE.sub("", text).split())[:1000]


def language(value: Any) -> str | None:
    found = re.match(r"\s*([A-Za-z]{2,3})(?:[-_]|\s*$)", str(value or ""))
    return found[1].lower() if found else None


def tags(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for t in (plain(v)[:100] for v in values) if t))[:50]


def from_parts(value: Any, now: datetime, notes: list[str]) -> datetime | None:
    if not value:
        return None
    try:
        return _plausible(datetime.fromtimestamp(calendar.timegm(value), UTC), now, notes)
    except (ValueError, OverflowError, OSError, TypeError):
        notes.append("an impossible date left out")
        return None


def from_iso(value: Any, now: datetime, notes: list[str]) -> datetime | None:
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


def folded(notes: Iterable[str]) -> tuple[str, ...]:
    """The same note once, with how often."""
    counts: dict[str, int] = {}
    for n in notes:
        counts[n] = counts.get(n, 0) + 1
    return tuple(n if c == 1 else f"{n} ({c} times)" for n, c in counts.items())
