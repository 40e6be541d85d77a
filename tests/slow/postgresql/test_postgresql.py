"""The store and the whole way on a real PostgreSQL server of our own, started for these tests on a Unix socket."""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from tests.quality.streams import folder

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server with trust authentication, reachable by its socket only; the URL of its database."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    assert found, "PostgreSQL is not installed: run tests/slow/postgresql/prepare"
    binaries = found[-1].parent
    home = Path(tempfile.mkdtemp(prefix="echowire-pg-"))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if os.geteuid() == 0 else []
    if become:
        shutil.chown(home, user, user)

    def call(*command: str) -> None:
        subprocess.run([*become, *command], check=True, stdout=subprocess.DEVNULL, cwd=home)

    data = home / "data"
    call(str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", user, "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses='' -k {home} -c fsync=off"
    call(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(home / "log"), "-o", options, "start")
    try:
        call(str(binaries / "createdb"), "-h", str(home), "-U", user, "echowire")
        yield f"postgresql+psycopg://{user}@/echowire?host={home}"
    finally:
        call(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(home)


def test_the_store_passes_its_own_tests(server: str) -> None:
    """Every test of the store that knows PostgreSQL passes there, none is skipped for want of a server."""
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "tests/edges/store"],
        env=os.environ | {"ECHOWIRE_TEST_POSTGRESQL": server}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout[-2000:]
    assert "ECHOWIRE_TEST_POSTGRESQL" not in found.stdout


def test_a_replay_gives_what_it_gives_on_sqlite(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same articles give the same stories, claims and reasons on either database."""
    home = folder("dev6")
    assert home is not None
    found: list[list[Any]] = []
    for url in (f"sqlite:///{tmp_path}/a.db", server):
        assert main(["replay", "--processes", "1", "--database", url, str(home / "articles.jsonl")]) == 0
        capsys.readouterr()
        assert main(["export", "--database", url]) == 0
        found.append([json.loads(line) for line in capsys.readouterr().out.splitlines()])
    assert len(found[0]) == 60
    assert found[0] == found[1]
