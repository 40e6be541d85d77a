"""The store's one door: opening a database, writing to it, reading from it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from monitor import __version__
from monitor.core.archive import FeedState, Notice
from monitor.edges.store import copying, engine, expiry, feeds, migrate, outbox, schema
from monitor.edges.store.errors import StoreError, translate
from monitor.edges.store.location import Location
from monitor.edges.store.lock import DaemonLock
from monitor.edges.store.reading import Reader
from monitor.edges.store.transaction import Transaction, set_meta
from monitor.edges.store.window import Caches


def open_store(url: str, *, read_only: bool = False, busy_seconds: float = engine.BUSY_SECONDS) -> Store:
    """Open a database and bring its schema up to date; a new SQLite file and its directory are created.

    `url` is `sqlite:///path`, a plain path, or `postgresql+psycopg://...`. `busy_seconds` is how long a write waits
    for another program's. StoreError, in one line, where the database cannot be used.
    """
    where = Location.parse(url)
    if read_only:
        if where.path is not None and not where.path.exists():
            raise StoreError(f"there is no database at {where.name}: run `echowire poll` or `echowire replay` first")
        store = Store(where, None, engine.reading_engine(where, busy_seconds))
    else:
        if where.path is not None:
            engine.make_directory(where.path)
        writer = engine.writing_engine(where, busy_seconds)
        store = Store(where, writer, engine.reading_engine(where, busy_seconds))
    try:
        store.prepare()
    except BaseException:
        store.close()
        raise
    return store


class Store(Reader):
    """An open database: an `Archive` to read from, and one writer. Threads may share it."""

    def __init__(self, where: Location, writer: Engine | None, reader: Engine) -> None:
        self._where = where
        self._writer = writer
        self._reader = reader
        self._caches = Caches()
        self._views: dict[str, int] = {}
        self._writes: str | None = None  # the database's count of transactions when ours was the last
        self._turn = threading.RLock()
        self._writing_thread: int | None = None

    @property
    def name(self) -> str:
        """The database's path, or its URL without the password: fit for messages."""
        return self._where.name

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """The one writer. All of the block is recorded at its end, or nothing if it raises.

        Another program that writes is waited for; after `busy_seconds` it is a StoreBusyError.
        """
        with self._turn:
            committed = False
            try:
                with self.writing() as connection:
                    writes = connection.execute(select(schema.meta.c.value).filter_by(name="store.writes")).scalar()
                    if writes != self._writes:
                        self._caches.clear()
                        known = connection.execute(select(schema.band_view.c.name, schema.band_view.c.id))
                        self._views = {row.name: row.id for row in known}
                    views = dict(self._views)
                    yield Transaction(connection, views, self._caches)
                    following = str(int(writes or "0") + 1)
                    set_meta(connection, "store.writes", following)
                committed = True
                self._views, self._writes = views, following
            finally:
                if committed:
                    self._caches.settle()
                else:
                    self._caches.forget_touched()

    def put_feeds(self, states: Iterable[FeedState]) -> None:
        """Add feeds, or bring what the list says of known ones up to date; what polling has learnt stays."""
        with self.writing() as connection:
            feeds.put(connection, states)

    def deactivate(self, urls: Iterable[str]) -> None:
        """Take feeds off the list: they are polled no more, their articles stay."""
        with self.writing() as connection:
            feeds.deactivate(connection, urls)

    def claim_mail(self, notice_ids: Sequence[int], mail_key: str, now: datetime) -> list[Notice]:
        """Mark notices as going out with this mail key; those of them that are free, or that it already had."""
        with self.writing() as connection:
            return outbox.claim(connection, notice_ids, mail_key, now)

    def mark_sent(self, mail_key: str, now: datetime) -> None:
        """The mail has gone out."""
        with self.writing() as connection:
            outbox.mark_sent(connection, mail_key, now)

    def release_mail(self, mail_key: str, problem: str) -> None:
        """The mail could not be sent: its notices wait again."""
        with self.writing() as connection:
            outbox.release(connection, mail_key, problem)

    def expire(self, now: datetime, days: float, step: int = 200) -> int:
        """Take articles first seen more than `days` ago out of the window's look-up, `step` at a time, each step a
        transaction of its own. Articles and mentions stay. Returns how many left.
        """
        left = 0
        while True:
            with self.writing() as connection:
                gone = expiry.step(connection, now, days, step)
                left += gone
            if gone < step:
                return left

    def copy_to(self, target: Store) -> dict[str, int]:
        """Copy everything into another database in one transaction: how many rows of each table.

        StoreError if that one holds articles already.
        """
        with self.reading() as source, target.writing() as connection:
            if copying.holds_articles(connection):
                raise StoreError(f"{target.name} holds articles already: copy into an empty database")
            return copying.copy(source, connection)

    def hold_daemon_lock(self) -> DaemonLock:
        """Be the one daemon on this database, until released. StoreError if another is."""
        if self._where.path is not None:
            return DaemonLock.on_file(self._where.path)
        return DaemonLock.on_server(self._reader, self.name)

    def close(self) -> None:
        """Close every connection; a second call does nothing."""
        for one in (self._writer, self._reader):
            if one is not None:
                one.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def prepare(self) -> None:
        """Bring the schema up to date (a reader only checks it). `open_store` does this."""
        if self._writer is None:
            with self.reading() as connection:
                migrate.check_head(connection, self.name)
            return
        with self.writing() as connection:
            migrate.check_encoding(connection, self.name)
            migrate.to_head(connection, self.name)
            set_meta(connection, "program", __version__)

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that sees one moment of the database. For this package: no row leaves it."""
        return self._connected(self._reader)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The connection that writes, in a transaction: committed at the end, or undone. For this package."""
        if self._writer is None:
            raise StoreError(f"{self.name} was opened for reading only")
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("a transaction is open already: one at a time")
        with self._turn:
            self._writing_thread = threading.get_ident()
            try:
                with self._connected(self._writer) as connection:
                    yield connection
            finally:
                self._writing_thread = None

    @contextmanager
    def _connected(self, which: Engine) -> Iterator[Connection]:
        """A connection in a transaction, rolled back unless committed; the driver's errors in plain words."""
        with engine.connect(which, self.name) as connection:
            try:
                with connection.begin():
                    yield connection
            except DBAPIError as error:
                if (told := translate(error, self.name)) is None:
                    raise
                raise told from error
