"""One daemon at a time on one database: an advisory lock that ends with the process, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from monitor.edges.store.engine import PG_DAEMON_LOCK, connect
from monitor.edges.store.errors import StoreError


class DaemonLock:
    """Held from the start; `release` (or leaving the `with` block) gives it up."""

    def __init__(self, descriptor: int | None, connection: Connection | None) -> None:
        self._descriptor = descriptor
        self._connection = connection

    @classmethod
    def on_file(cls, database: Path) -> Self:
        """With flock on `<database>.lock`. The file stays: removing it would let two daemons hold two files."""
        path = database.with_name(database.name + ".lock")
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(f"cannot write {path}: {error.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip()
            os.close(descriptor)
            who = f" (process {holder})" if holder.isdigit() else ""
            raise StoreError(f"another echowire daemon{who} already uses {database}") from None
        except OSError as error:  # a network file system without locks
            os.close(descriptor)
            raise StoreError(f"cannot lock {path}: {error.strerror}") from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        return cls(descriptor, None)

    @classmethod
    def on_server(cls, engine: Engine, name: str) -> Self:
        """A session lock of PostgreSQL, on a connection of its own."""
        connection = connect(engine, name).execution_options(isolation_level="AUTOCOMMIT")
        if not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({PG_DAEMON_LOCK})").scalar():
            connection.close()
            raise StoreError(f"another echowire daemon already uses {name}")
        return cls(None, connection)

    def release(self) -> None:
        """Give the lock up; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if self._connection is not None:
            self._connection.exec_driver_sql(f"SELECT pg_advisory_unlock({PG_DAEMON_LOCK})")
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
