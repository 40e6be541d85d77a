"""What commands share: the settings, an open store, and the small decisions about output."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.config import ConfigError, Settings, find, load
from monitor.core.archive import ArticleRecord
from monitor.edges.store import Store, open_store
from monitor.settings import absolute_sqlite, duration

_config: Path | None = None


class FailedError(Exception):
    """A command could not do what it was asked. One plain line; exit code 1."""


def set_config(option: str | None) -> None:
    """What `--config` said."""
    global _config  # noqa: PLW0603  one command a process
    _config = Path(option) if option else None


def settings() -> Settings:
    """The settings of this command. Raises ConfigError."""
    return load(find(_config))


def settings_or_defaults() -> Settings:
    """The settings, or the defaults where no file is named and none is at hand."""
    try:
        path = find(_config)
    except ConfigError:
        from monitor.config import without_file

        return without_file()
    return load(path)


def database(option: str | None, told: Settings | None = None) -> str:
    """The database's URL: the option's (a relative path is relative to here), else that of the settings."""
    if option:
        return absolute_sqlite(option, Path.cwd())
    return (told or settings()).database_url


@contextlib.contextmanager
def reading(told: Settings, url: str | None = None) -> Iterator[Store]:
    """The store, opened for reading."""
    with open_store(url or told.database_url, read_only=True) as store:
        yield store


@contextlib.contextmanager
def writing(url: str) -> Iterator[Store]:
    """The store, opened for reading and writing."""
    with open_store(url) as store:
        yield store


def now() -> datetime:
    return datetime.now(UTC)


def span(text: str | None) -> timedelta | None:
    """A duration of the command line; "all" is None. Raises ConfigError."""
    if text is None or text.strip().lower() == "all":
        return None
    try:
        return duration(text)
    except ValueError as e:
        raise ConfigError(f'--since: {e}, or "all"') from None


def article(store: Store, name: str) -> ArticleRecord:
    """An article by id or exact URL. Raises FailedError."""
    found = store.article(name)
    if found is None:
        raise FailedError(f"there is no article {name}: give an id of `echowire export`, or an article's exact URL")
    return found


def emit(text: str, output: Path | None) -> None:
    """Print a text, or put it into a file in one step."""
    if output is None or str(output) == "-":
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    from monitor.service.publish import replace_file

    replace_file(output, text)
    print(f"{output}", file=sys.stderr)
