"""Bringing a database's schema to what this program knows, with Alembic, in one transaction.

Alembic is imported only when there is something to do: a start on a database that is up to date asks one question.
"""

from __future__ import annotations

from sqlalchemy import Connection, column, inspect, select, table
from sqlalchemy.exc import DBAPIError

from monitor import __version__
from monitor.edges.store.errors import StoreError

HEAD = "0002"  # the newest revision in migrations/versions; a test keeps it so
VERSION_TABLE = "echowire_schema"  # not "alembic_version": another program's may stand in the same database


def revision(connection: Connection, name: str) -> str | None:
    """The schema's revision; None for an empty database. StoreError for a database that is somebody else's."""
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE in tables:
        found = connection.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar()
        return None if found is None else str(found)
    if tables:
        shown = ", ".join(sorted(tables)[:3])
        raise StoreError(f"{name} holds other tables ({shown}) and not Echowire's: give another database")
    return None


def to_head(connection: Connection, name: str) -> None:
    """Migrate to HEAD inside the transaction of this connection."""
    current = revision(connection, name)
    if current == HEAD:
        return
    refuse_newer(connection, name, current)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "monitor.edges.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def check_encoding(connection: Connection, name: str) -> None:
    """News is in every script: a server database must be in UTF-8."""
    if connection.dialect.name != "sqlite":
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise StoreError(f"{name} is in {encoding}: create it with ENCODING 'UTF8' TEMPLATE template0")


def check_head(connection: Connection, name: str) -> None:
    """For a reader, who may not migrate."""
    current = revision(connection, name)
    refuse_newer(connection, name, current)
    if current is None:
        raise StoreError(f"{name} is empty: run `echowire poll` or `echowire replay` first")
    if current != HEAD:
        raise StoreError(f"{name} has the older schema {current}: run `echowire run` once to bring it to {HEAD}")


def refuse_newer(connection: Connection, name: str, current: str | None) -> None:
    """Revisions are numbered, so that an older program knows a newer database when it sees one."""
    if current is not None and current > HEAD:
        try:
            writer = connection.exec_driver_sql("SELECT value FROM meta WHERE name = 'program'").scalar()
        except DBAPIError:
            writer = None
        by = f", written by Echowire {writer}" if writer else ""
        raise StoreError(
            f"{name} has schema {current}{by}; this is Echowire {__version__}, which knows {HEAD}: "
            "install the newer version, or restore a backup"
        )
