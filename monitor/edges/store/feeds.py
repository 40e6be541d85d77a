"""The feed list: what is remembered of each feed between polls, and a bounded log of the polls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from monitor.core.archive import FeedState, PollOutcome
from monitor.edges.store import schema
from monitor.edges.store.codec import maybe_storable, storable
from monitor.edges.store.records import PollRecord

POLLS_KEPT = 50  # lines of the log a feed

_COLUMNS = tuple(f.name for f in fields(FeedState))
_LISTED = ("outlet", "title", "language", "site")  # what a feed list says; the rest is learnt by polling


def put(connection: Connection, states: Iterable[FeedState]) -> None:
    """Add feeds, or bring the listed facts of known ones up to date. What polling has learnt stays."""
    for state in states:
        row = _row(state)
        statement = _insert_for(connection)(schema.feed).values(row)
        changed = {name: row[name] for name in _LISTED if row[name] is not None}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["url"], set_={**changed, "active": state.active})
        )


def deactivate(connection: Connection, urls: Iterable[str]) -> None:
    """Take feeds off the list; their state and articles stay."""
    for url in urls:
        connection.execute(update(schema.feed).where(schema.feed.c.url == storable(url)).values(active=False))


def due(connection: Connection, now: datetime) -> list[FeedState]:
    """Active feeds whose next poll has come, the longest overdue first (a feed never polled before all)."""
    f = schema.feed.c
    rows = connection.execute(
        select(schema.feed)
        .where(f.active, ~f.gone, or_(f.next_poll.is_(None), f.next_poll <= now))
        .order_by(f.next_poll.is_not(None), f.next_poll, f.url)
    )
    return [_state(row) for row in rows]


def every(connection: Connection) -> list[FeedState]:
    """Every feed, by outlet then URL (by code point, whatever the database's collation)."""
    states = [_state(row) for row in connection.execute(select(schema.feed))]
    return sorted(states, key=lambda state: (state.outlet, state.url))


def save_poll(connection: Connection, outcome: PollOutcome) -> None:
    """The feed's state as the poll leaves it, and a line in its log."""
    row = _row(outcome.state)
    statement = _insert_for(connection)(schema.feed).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["url"], set_=row))
    p = schema.poll.c
    connection.execute(
        insert(schema.poll),
        {
            "feed": row["url"], "at": outcome.state.last_poll, "items": outcome.items, "fresh": outcome.fresh,
            "seconds": outcome.seconds, "problem": row["problem"], "notes": [storable(n) for n in outcome.notes],
        },
    )  # fmt: skip
    oldest_kept = (
        select(p.id).where(p.feed == row["url"]).order_by(p.id.desc()).limit(1).offset(POLLS_KEPT).scalar_subquery()
    )
    connection.execute(schema.poll.delete().where(p.feed == row["url"], p.id <= oldest_kept))


def polls(connection: Connection, url: str, limit: int) -> list[PollRecord]:
    """The newest polls of a feed, newest first."""
    p = schema.poll.c
    rows = connection.execute(select(schema.poll).where(p.feed == url).order_by(p.id.desc()).limit(limit))
    return [PollRecord(r.feed, r.at, r.items, r.fresh, r.seconds, r.problem, tuple(r.notes)) for r in rows]


def _row(state: FeedState) -> dict[str, Any]:
    row = {name: getattr(state, name) for name in _COLUMNS}
    return {name: maybe_storable(v) if isinstance(v, str) else v for name, v in row.items()}


def _state(row: Any) -> FeedState:
    return FeedState(**{name: getattr(row, name) for name in _COLUMNS})


def _insert_for(connection: Connection) -> Any:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
