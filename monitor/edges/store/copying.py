"""Moving everything from one database to another: the way from SQLite to PostgreSQL, and back."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from monitor.edges.store import schema

_BATCH = 1000  # rows in memory at a time


def holds_articles(connection: Connection) -> bool:
    """Whether anything has been recorded there."""
    return connection.execute(select(schema.article.c.number).limit(1)).first() is not None


def copy(source: Connection, target: Connection) -> dict[str, int]:
    """Copy every table in place of what the target holds; how many rows of each."""
    counts = dict.fromkeys((table.name for table in schema.metadata.sorted_tables), 0)
    for table in reversed(schema.metadata.sorted_tables):
        target.execute(table.delete())
    for table in schema.metadata.sorted_tables:
        rows = source.execution_options(yield_per=_BATCH).execute(select(table))
        for part in rows.mappings().partitions(_BATCH):
            target.execute(insert(table), [dict(row) for row in part])
            counts[table.name] += len(part)
    if target.dialect.name == "postgresql":
        _advance_sequences(target)
    return counts


def _advance_sequences(connection: Connection) -> None:
    """Rows came with their ids: the next id given by the server must be a free one."""
    for table in (schema.event, schema.poll, schema.notice):
        last = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last, False)))
