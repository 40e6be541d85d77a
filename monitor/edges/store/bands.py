"""The look-up table: putting an article's keys in, taking them out.

Forty rows an article, so the statements are written out: SQLite runs a prepared one row by row without leaving the
process; PostgreSQL takes all rows as arrays in one trip.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

_ADD_SQLITE = "INSERT INTO band (view, key, number) VALUES (?, ?, ?)"
_ADD_POSTGRESQL = (
    "INSERT INTO band (view, key, number) SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bigint[])"
)
_REMOVE_SQLITE = "DELETE FROM band WHERE view = ? AND key = ? AND number = ?"
_REMOVE_POSTGRESQL = (
    "DELETE FROM band USING unnest(%s::smallint[], %s::bigint[], %s::bigint[]) AS gone(view, key, number)"
    " WHERE band.view = gone.view AND band.key = gone.key AND band.number = gone.number"
)

Row = tuple[int, int, int]  # view, key, number


def add(connection: Connection, rows: Sequence[Row]) -> None:
    """Put rows in."""
    _run(connection, rows, _ADD_SQLITE, _ADD_POSTGRESQL)


def remove(connection: Connection, rows: Sequence[Row]) -> None:
    """Take rows out; those that are not there do not matter."""
    _run(connection, rows, _REMOVE_SQLITE, _REMOVE_POSTGRESQL)


def _run(connection: Connection, rows: Sequence[Row], sqlite: str, postgresql: str) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(sqlite, list(rows))
    else:
        connection.exec_driver_sql(postgresql, tuple(list(column) for column in zip(*rows, strict=True)))
