"""Leaving the active window: an old article's look-up keys go, the article and its mentions stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from monitor.edges.store import bands, schema
from monitor.edges.store.codec import decode_bands
from monitor.edges.store.schema import to_micros


def step(connection: Connection, now: datetime, days: float, limit: int) -> int:
    """Expire up to `limit` articles first seen more than `days` before `now`; how many it were."""
    f = schema.fingerprint.c
    before = to_micros(now - timedelta(days=days))
    old = connection.execute(
        select(f.number, f.bands).where(f.expires_by < before).order_by(f.expires_by).limit(limit)
    ).all()
    if not old:
        return 0
    bands.remove(connection, sorted((view, key, row.number) for row in old for view, key in decode_bands(row.bands)))
    connection.execute(
        update(schema.fingerprint).where(f.number.in_([row.number for row in old])).values(expires_by=None)
    )
    return len(old)
