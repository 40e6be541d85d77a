"""What may go wrong with a database, in one plain line each.

StoreError            the database cannot be used; the message names it and says what to do
  StoreBusyError      another program writes to it right now; trying again later helps
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError


class StoreError(Exception):
    """One line that names the database (never its password) and says what is wrong."""


class StoreBusyError(StoreError):
    """Another program holds the database; trying again later helps."""


_SQLITE = {
    "SQLITE_FULL": "no space left to write {name}: free some disk space and start again",
    "SQLITE_READONLY": "cannot write {name}: the file or its directory is read-only for this user",
    "SQLITE_CANTOPEN": "cannot open {name}: check that the directory exists and that this user may write there",
    "SQLITE_PERM": "cannot open {name}: this user may not read it",
    "SQLITE_AUTH": "cannot open {name}: this user may not read it",
    "SQLITE_NOTADB": "{name} is not a database: give another path, or move that file away",
    "SQLITE_CORRUPT": "{name} is damaged: restore a backup, or move it away to start afresh",
    "SQLITE_IOERR": "disk error while using {name}: check the disk and its free space",
}
_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED"}
# SQLSTATE classes: 08 connection, 28 password, 3D no such database, 53 no resources, 55P03 lock not available,
# 57P shutdown, 25006 read-only transaction, 42501 privileges.
_POSTGRES = {
    "08": "cannot reach {name}: {first}",
    "28": "{name} refuses this user or password",
    "3D": "{name}: there is no such database on that server; create it first",
    "53": "{name} has no room left: {first}",
    "57P": "{name} is shutting down or was restarted: {first}",
    "25006": "cannot write {name}: it is read-only",
    "42501": "{name}: this user lacks rights: {first}",
}


def translate(error: DBAPIError, name: str) -> StoreError | None:
    """The driver's error as a sentence about the database `name` (a path, or a URL without its password).

    None for what only a bug of ours brings about (a broken constraint, wrong SQL): that deserves its traceback.
    """
    original = error.orig
    state = getattr(original, "sqlstate", None) or ""
    if isinstance(error, IntegrityError | DataError | ProgrammingError) and not state.startswith(tuple(_POSTGRES)):
        return None
    if isinstance(original, sqlite3.Error):
        return _translate_sqlite(original, name)
    first = _first_line(original)
    if state in ("55P03", "40001", "40P01"):
        return StoreBusyError(f"{name} is in use by another program: try again when it has finished")
    for prefix, sentence in _POSTGRES.items():
        if state.startswith(prefix):
            return StoreError(sentence.format(name=name, first=first))
    if not state:  # no answer from a server at all
        return StoreError(f"cannot reach {name}: {first}")
    return StoreError(f"{name}: {first}")


def _translate_sqlite(original: sqlite3.Error, name: str) -> StoreError:
    code = getattr(original, "sqlite_errorname", None) or ""
    plain = "_".join(code.split("_")[:2])  # SQLITE_IOERR_WRITE -> SQLITE_IOERR
    if plain in _BUSY:
        return StoreBusyError(f"{name} is in use by another program: try again when it has finished")
    sentence = _SQLITE.get(plain, "{name}: {first}")
    return StoreError(sentence.format(name=name, first=_first_line(original)))


def _first_line(error: BaseException | None) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__
