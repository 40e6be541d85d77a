"""Databases to test on: SQLite always, PostgreSQL when ECHOWIRE_TEST_POSTGRESQL gives a URL."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.edges.store import Store, open_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A SQLite database that is not there yet."""
    return f"sqlite:///{tmp_path}/state/echowire.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store on SQLite."""
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """A fresh database on the server that is named for tests."""
    server = os.environ.get("ECHOWIRE_TEST_POSTGRESQL")
    if not server:
        pytest.skip("ECHOWIRE_TEST_POSTGRESQL names no server (postgresql://user@host/database)")
    from sqlalchemy import create_engine, make_url

    base = make_url(server).set(drivername="postgresql+psycopg")
    name = f"echowire_test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield base.set(database=name).render_as_string(hide_password=False)
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}")
    finally:
        admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/echowire.db"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def any_store(any_url: str) -> Iterator[Store]:
    """An open store on each kind of database."""
    with open_store(any_url) as opened:
        yield opened
