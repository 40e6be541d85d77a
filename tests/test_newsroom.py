"""Against a newsroom that is not ours, with its faults: what is found live is what a replay finds.

Needs the newsroom server of $ECHOWIRE_SHARED (default: ../shared beside the checkout); the articles are our own.
"""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from tests.quality.streams import SHARED, folder

NEWSROOM = SHARED.parent / "newsroom" / "newsroom.py"
POLLS = 8  # with its faults a tenth of all requests fails: a few rounds until all pages are read

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not NEWSROOM.exists(), reason=f"{NEWSROOM} is not at hand"),
]


@pytest.fixture
def opml(tmp_path: Path) -> Iterator[Path]:
    """The feed list of a running newsroom with the articles of dev6 and faults."""
    home = folder("dev6")
    assert home is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = tmp_path / "feeds.opml"
    command = [sys.executable, str(NEWSROOM), str(home / "articles.jsonl"), "--port", str(port), "--faults"]
    with subprocess.Popen([*command, "--opml", str(path)], stdout=subprocess.PIPE, text=True) as room:
        assert room.stdout is not None
        assert "60 articles" in room.stdout.readline()
        yield path
        room.terminate()


def exported(settings: Path, capsys: pytest.CaptureFixture[str], *more: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["--config", str(settings), "export", *more]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def together(rows: dict[str, dict[str, Any]], what: str) -> set[tuple[str, str]]:
    return {(a, b) for a, b in combinations(sorted(rows), 2) if rows[a][what] == rows[b][what]}


def test_live_with_faults_equals_replay(opml: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After a few polls every article is there with its whole text, grouped as in a replay."""
    settings = tmp_path / "monitor.toml"
    settings.write_text(f'state = "state"\n[feeds]\nopml = ["{opml}"]\n[fetch]\nper_host = 8\n', encoding="utf8")
    for _ in range(POLLS):
        assert main(["--config", str(settings), "poll", "--all"]) in (0, 1)
        rows = exported(settings, capsys)
        if len(rows) == 60:
            break
    live = {str(r["url"]).rpartition("/")[2].removesuffix(".html"): r for r in rows}
    home = folder("dev6")
    url = f"sqlite:///{tmp_path}/replayed.db"
    assert main(["--config", str(settings), "replay", "--database", url, f"{home}/articles.jsonl"]) == 0
    slug = re.compile(r"[^a-z0-9]+")
    replayed = {slug.sub("-", r["id"].lower()): r for r in exported(settings, capsys, "--database", url)}
    assert set(live) == set(replayed)
    for what in ("story", "copy_group"):
        here, there = together(live, what), together(replayed, what)
        # A page that came late is judged after articles it should have come before.
        assert len(here ^ there) <= 0.1 * len(there)
