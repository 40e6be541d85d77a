"""Where a database is: what a person may write for it, and what we call it in messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from monitor.edges.store.errors import StoreError


@dataclass(frozen=True, slots=True)
class Location:
    """`url` is what SQLAlchemy is given; `name` is fit for messages; `path` is the file, for SQLite."""

    url: URL
    name: str
    path: Path | None

    @classmethod
    def parse(cls, text: str) -> Location:
        """From `sqlite:///path`, a plain path, or `postgresql://` (with or without `+psycopg`)."""
        if "://" not in text:
            if not text.strip() or "\x00" in text:
                raise StoreError("the database needs a path or a URL, such as sqlite:///state/echowire.db")
            return cls._file(text)
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            raise StoreError("the database URL cannot be read: write sqlite:///path or postgresql://...") from None
        backend = url.get_backend_name()
        if backend == "sqlite":
            if not url.database or url.database == ":memory:":
                raise StoreError("the database needs a path: sqlite:///state/echowire.db, four slashes if absolute")
            return cls._file(url.database)
        if backend == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
            # Neither the password nor the query, which may hold one too.
            shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
            return cls(url, shown.render_as_string(), None)
        raise StoreError(f"no database of kind {backend!r}: write sqlite:///path or postgresql://...")

    @classmethod
    def _file(cls, text: str) -> Location:
        path = Path(text).expanduser()
        return cls(URL.create("sqlite", database=str(path)), str(path), path)
