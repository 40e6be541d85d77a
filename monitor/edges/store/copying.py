"""Moving everything from one database to another: `python -m monitor.edges.store.copying FROM TO`.

The way from SQLite to PostgreSQL and back. The target must hold no article yet; it is filled in one transaction.
"""

from __future__ import annotations

import sys

from sqlalchemy import Connection, func, insert, select

from monitor.edges.store import schema
from monitor.edges.store.errors import StoreError
from monitor.edges.store.store import Store, open_store

_BATCH = 1000  # rows in memory at a time


def copy(source: Store, target: Store) -> dict[str, int]:
    """Copy every table; how many rows of each. StoreError if the target holds articles already."""
    counts: dict[str, int] = {}
    with source.reading() as read, target.writing() as write:
        if write.execute(select(schema.article.c.number).limit(1)).first() is not None:
            raise StoreError(f"{target.name} holds articles already: copy into an empty database")
        for table in reversed(schema.metadata.sorted_tables):
            write.execute(table.delete())
        for table in schema.metadata.sorted_tables:
            counts[table.name] = 0
            rows = read.execution_options(yield_per=_BATCH).execute(select(table))
            for part in rows.mappings().partitions(_BATCH):
                write.execute(insert(table), [dict(row) for row in part])
                counts[table.name] += len(part)
        if write.dialect.name == "postgresql":
            _advance_sequences(write)
    return counts


def _advance_sequences(connection: Connection) -> None:
    """Rows came with their ids: the next id given by the server must be a free one."""
    for table in (schema.event, schema.poll, schema.notice):
        last = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, last, False)))


def main(arguments: list[str]) -> int:
    """Exit code 0 when copied, 1 with one line when not, 2 for wrong usage."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m monitor.edges.store.copying FROM TO\n")
        return 2
    try:
        with open_store(arguments[0], read_only=True) as source, open_store(arguments[1]) as target:
            for name, rows in copy(source, target).items():
                sys.stdout.write(f"{name:16} {rows:10,}\n")
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
