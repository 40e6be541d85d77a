"""The demo from end to end: newsroom, daemon, mailbox, and what is printed."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from monitor.demo.newsroom import load
from monitor.demo.run import clear, run_demo
from monitor.edges.store import open_store
from monitor.service.intake import utc_now


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, int]:
    """A demo of six seconds: its directory, what it printed, its exit code. Bounded by its own deadlines."""
    directory = tmp_path_factory.mktemp("demo") / "run"
    out = io.StringIO()
    code = run_demo(directory, seconds=6, language="en", console=Console(file=out, width=110))
    return directory, out.getvalue(), code


def test_every_article_is_read_once(played: tuple[Path, str, int]) -> None:
    """All articles of all outlets are in the database, with whole texts and none twice."""
    news = load(utc_now())
    with open_store(f"sqlite:///{played[0] / 'state' / 'echowire.db'}", read_only=True) as store:
        filed = list(store.articles())
    assert sorted(a.title for a in filed) == sorted(a.title for a in news.articles)
    assert {a.outlet for a in filed} == {o.name for o in news.outlets}
    lengths = {a.title: len("".join(a.text.split())) for a in news.articles}
    assert [a.title for a in filed if len("".join(a.text.split())) < 0.9 * lengths[a.title]] == []
    assert [a.title for a in filed if "cookies" in a.text] == []


def test_what_is_printed(played: tuple[Path, str, int]) -> None:
    """Clusters with origins, verdicts with reasons, mails, the check and the report's place are all shown."""
    _, text, _ = played
    for piece in (
        "108 invented articles of 12 outlets",
        "same text: La Gazette de l'Estuaire",
        "(AFP)",
        "  NEW ",
        "  ECHO ",
        "why: ",
        "“everything new”: ",
        "108 / 108 articles read",
        "report.html",
    ):
        assert piece in text


def test_the_exit_code_follows_the_check(played: tuple[Path, str, int]) -> None:
    """0 where the demo keeps its promise, 1 where it does not, and the last word says which."""
    _, text, code = played
    assert (code, "The demo shows what it promises." in text) in {(0, True), (1, False)}


def test_mails_and_report_are_left_behind(played: tuple[Path, str, int]) -> None:
    """The mails went out to the three readers; report, settings and archive lie in the directory."""
    directory, _, _ = played
    mails = [f.read_text(encoding="utf8") for f in sorted((directory / "mails").glob("*.eml"))]
    assert {line for m in mails for line in m.splitlines() if line.startswith("To: ")} >= {
        "To: disasters@demo.example", "To: desk@demo.example"
    }  # fmt: skip
    assert "Stella Maris" in (directory / "report.html").read_text(encoding="utf8")
    assert '"event": "stopped"' in (directory / "daemon.log").read_text(encoding="utf8")
    rows = [json.loads(line) for line in (directory / "articles.jsonl").read_text(encoding="utf8").splitlines()]
    assert len(rows) == 108
    assert set(rows[0]) == {"id", "source", "url", "published", "language", "title", "text"}


def test_only_an_earlier_demo_is_cleared_away(played: tuple[Path, str, int], tmp_path: Path) -> None:
    """Settings of one's own are never taken for a demo's; an empty or missing folder is free."""
    own = tmp_path / "config"
    own.mkdir()
    assert clear(own)
    (own / "monitor.toml").write_text('state = "../state"\n')
    assert not clear(own)
    assert (own / "monitor.toml").exists()
    assert clear(tmp_path / "missing")
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    shutil.copy(played[0] / "monitor.toml", earlier)
    assert clear(earlier)
    assert not earlier.exists()


def test_a_daemon_that_cannot_start_is_told_in_one_line(tmp_path: Path) -> None:
    """With a state folder that cannot be, the demo says what the daemon said and ends with 1."""
    directory = tmp_path / "run"
    directory.mkdir()
    (directory / "state").write_text("a file, not a folder")
    out = io.StringIO()
    assert run_demo(directory, seconds=6, console=Console(file=out, width=200)) == 1
    assert "The daemon ended with exit code 1: " in out.getvalue()
