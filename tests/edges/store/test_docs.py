"""docs/database.md tells the truth: its tables and columns, its query, its backup."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.edges.store import Store
from monitor.edges.store.schema import metadata
from tests.edges.store.factory import judgement

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "database.md").read_text(encoding="utf8")
OUR_OWN = {"fingerprint", "band", "band_view", "meta"}


def test_every_table_is_told_and_every_column_named_exists() -> None:
    """Tables others may read have a line; columns in it are real; the rest are named as our own."""
    told = {}
    for name, columns in re.findall(r"^\| `(\w+)` \| [^|]+ \| (.+) \|$", PAGE, re.MULTILINE):
        told[name] = set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", columns)))
    assert set(told) == set(metadata.tables) - OUR_OWN
    for name, columns in told.items():
        assert columns - {c.name for c in metadata.tables[name].columns} == set()
    assert [name for name in OUR_OWN if f"`{name}`" not in PAGE] == []


def test_the_example_query_runs(store: Store) -> None:
    """It is answered by any program that opens the file for reading."""
    with store.transaction() as tx:
        tx.record(judgement("a1"))
    [query] = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    reader = sqlite3.connect(f"file:{store.name}?mode=ro", uri=True)
    try:
        assert reader.execute(query.replace("unixepoch()", "0")).fetchall() != []
        assert reader.execute(query).fetchall() == []
    finally:
        reader.close()


@pytest.mark.parametrize("program", ["sqlite3", "python3"])
def test_a_backup_while_the_daemon_runs(store: Store, tmp_path: Path, program: str) -> None:
    """Both backup lines give a whole database while the store is open and has unmerged pages."""
    with store.transaction() as tx:
        tx.record(judgement("a1"))
    [line] = [found for found in PAGE.splitlines() if found.startswith(f"{program} ") and "backup.db" in found]
    line = line.replace("state/echowire.db", store.name).replace("backup.db", str(tmp_path / "backup.db"))
    command = shlex.split(line)
    if program == "python3":
        command[0] = sys.executable
    try:
        subprocess.run(command, check=True)
    except FileNotFoundError:
        pytest.skip("the sqlite3 program is not installed")
    copied = sqlite3.connect(tmp_path / "backup.db")
    try:
        assert copied.execute("SELECT key FROM article").fetchall() == [("a1",)]
        assert copied.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        copied.close()
