"""Connections: one engine that writes, one that reads, each database's settings in one place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from monitor.edges.store.codec import dump_json
from monitor.edges.store.errors import StoreError, translate
from monitor.edges.store.location import Location

BUSY_SECONDS = 15.0  # how long a writer waits for another one

_BEGIN_WRITING = "BEGIN IMMEDIATE"

# Keys of PostgreSQL's advisory locks (they are per database): any constants nobody else uses.
PG_WRITER_LOCK = 0x4543484F_0001
PG_DAEMON_LOCK = 0x4543484F_0002


def writing_engine(where: Location, busy_seconds: float) -> Engine:
    """An engine of one connection, whose every transaction is the only one that writes."""
    if where.path is not None:
        engine = _sqlite(where.path, busy_seconds, pool_size=1, max_overflow=8)
        event.listen(engine, "connect", _sqlite_writer)
        event.listen(engine, "begin", _begin_immediate)
        event.listen(engine, "before_cursor_execute", _still_inside)
        return engine
    engine = _postgresql(where, size=1)

    @event.listens_for(engine, "begin")
    def one_writer(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{int(busy_seconds * 1000)}ms'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({PG_WRITER_LOCK})")

    return engine


def reading_engine(where: Location, busy_seconds: float) -> Engine:
    """An engine that only reads; each of its transactions sees one moment of the database."""
    if where.path is not None:
        # Where we may not write beside the file, each reading looks anew at how it can be opened (see _read_only).
        pool: dict[str, Any] = {"pool_size": 4, "max_overflow": 8}
        if not os.access(where.path.parent, os.W_OK):
            pool = {"poolclass": NullPool}
        engine = _sqlite(where.path, busy_seconds, _read_only, **pool)
        event.listen(engine, "connect", _sqlite_reader)
        event.listen(engine, "begin", _begin)
        return engine
    options = {"postgresql_readonly": True}
    return _postgresql(where, size=4, isolation_level="REPEATABLE READ", execution_options=options)


def make_directory(path: Path) -> None:
    """Create the directory a database file lives in."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot create the directory {path.parent}: {error.strerror}") from None
    if path.is_dir():
        raise StoreError(f"{path} is a directory: give the path of a file in it")


def connect(engine: Engine, name: str) -> Connection:
    """A connection, or a StoreError that says why there is none."""
    try:
        return engine.connect()
    except DBAPIError as error:
        if (told := translate(error, name)) is None:
            raise
        raise told from error


def _sqlite(path: Path, busy_seconds: float, mode: Callable[[Path], str] = lambda _path: "", **pool: Any) -> Engine:
    def open_file() -> sqlite3.Connection:
        # isolation_level=None: the driver begins nothing by itself, the "begin" event does.
        return sqlite3.connect(
            f"file:{quote(str(path))}{mode(path)}", uri=True, timeout=busy_seconds, isolation_level=None,
            check_same_thread=False, cached_statements=512,
        )  # fmt: skip

    return create_engine("sqlite://", **{"poolclass": QueuePool, **pool}, creator=open_file, json_serializer=dump_json)


def _postgresql(where: Location, size: int, **options: Any) -> Engine:
    try:
        return create_engine(
            where.url,
            pool_size=size,
            max_overflow=8,
            pool_pre_ping=True,
            json_serializer=dump_json,
            connect_args={"connect_timeout": 10, "application_name": "echowire", "client_encoding": "utf8"},
            **options,
        )
    except ModuleNotFoundError:  # psycopg is an optional dependency
        raise StoreError(f"{where.name} needs the PostgreSQL driver: pip install 'echowire[postgresql]'") from None
    except ImportError as error:  # psycopg is there, libpq is not
        raise StoreError(f"{where.name} needs the PostgreSQL driver: {str(error).splitlines()[0]}") from None


def _sqlite_writer(connection: sqlite3.Connection, _record: object) -> None:
    # WAL: readers never wait for the writer. NORMAL: a power cut may lose the last polls, which are fetched again,
    # and never damages the file. Checkpoints come every
    # 16 MB, not every 4: look-up keys touch pages at random. The WAL is cut back after a large replay.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "journal_size_limit=67108864",
        "wal_autocheckpoint=4000",
        "cache_size=-65536",
        "mmap_size=1073741824",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _sqlite_reader(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("query_only=ON", "cache_size=-16384", "mmap_size=1073741824", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql(_BEGIN_WRITING)


def _still_inside(
    _connection: object, cursor: sqlite3.Cursor, statement: str, _parameters: object, _context: object, _many: object
) -> None:
    """After some errors (no room, a bad disk) SQLite undoes the transaction by itself. Who swallowed the error and
    goes on would then write statement by statement, each for good: half a poll.
    """
    if not cursor.connection.in_transaction and statement != _BEGIN_WRITING:
        raise StoreError("the database undid the transaction after an error that was passed over: nothing is recorded")


def _read_only(path: Path) -> str:
    """A WAL database in a directory we may not write opens only as immutable, which is right while nobody writes."""
    wal = path.with_name(path.name + "-wal")
    return "?mode=ro&immutable=1" if not os.access(path.parent, os.W_OK) and not wal.exists() else "?mode=ro"
