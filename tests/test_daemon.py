"""The daemon as a process: it polls, stops, goes on, reloads, survives a kill, and mails once."""

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from monitor.demo.sink import Sink
from monitor.edges.store import open_store
from tests.newsstand import PIECES, Newsstand

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0  # seconds for anything to happen, on a machine that is busy
FAST = '[fetch]\nfirst = "1s"\nshortest = "1s"\nlongest = "2s"\n[report]\nevery = "1s"\n[log]\nformat = "json"\n'


class Run:
    """`echowire run` and the lines of its log."""

    def __init__(self, settings: Path, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "--config", str(settings), "run"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | environment,
        )  # fmt: skip
        self.lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.put(line)
        self.lines.put(None)

    def until(self, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The first line of the log from here on that is wanted."""
        end, seen = monotonic() + PATIENCE, []
        while (left := end - monotonic()) > 0:
            line = self.lines.get(timeout=left)
            assert line is not None, f"the daemon ended: {seen[-5:]}"
            seen.append(line)
            event = json.loads(line.partition(">")[2]) if line.startswith("<") else {"event": "", "line": line}
            if wanted(event):
                return event
        raise AssertionError(f"it did not come: {seen[-5:]}")

    def brought(self, count: int) -> None:
        """Wait until polls have brought so many articles."""
        total = 0

        def add(event: dict[str, Any]) -> bool:
            nonlocal total
            total += event.get("new", 0) + event.get("echoed", 0) if event["event"] == "poll" else 0
            return total >= count

        self.until(add)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal; the exit code and the seconds until the end."""
        start = monotonic()
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        took = monotonic() - start
        self._reader.join()
        return code, took


@contextlib.contextmanager
def running(settings: Path, **environment: str) -> Iterator[Run]:
    run = Run(settings, **environment)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()
        run._reader.join()
        assert run.process.stderr is not None
        run.process.stderr.close()


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    with Newsstand() as stand:
        yield stand


def filed(settings: Path) -> list[str]:
    """The pieces in the database, in the order they were recorded."""
    with open_store(f"sqlite:///{settings.parent}/state/echowire.db", read_only=True) as store:
        return [str(a.url).rpartition("/")[2].removesuffix(".html") for a in store.articles()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_polls_stops_and_goes_on(stand: Newsstand, tmp_path: Path, number: int) -> None:
    """It files what is out, stops within five seconds, and a second start reads only what is new."""
    stand.out = {"digue-1", "digue-2"}
    settings = stand.settings(tmp_path, FAST)
    with running(settings) as run:
        run.brought(2)
        code, took = run.end(number)
    assert code == 0
    assert took < 5
    assert sorted(filed(settings)) == ["digue-1", "digue-2"]
    assert "Saint-Armel" in (tmp_path / "state" / "report.html").read_text(encoding="utf8")

    stand.out = {p.id for p in PIECES}
    pages = [p for p in stand.asked if p.endswith(".html")]
    with running(settings) as run:
        run.brought(len(PIECES) - 2)
        assert run.end(number)[0] == 0
    assert sorted(filed(settings)) == sorted(p.id for p in PIECES)
    asked = [p for p in stand.asked if p.endswith(".html")]
    assert len(asked) == len(set(asked)) == len(PIECES)
    assert asked[: len(pages)] == pages


def test_it_stops_while_a_server_drips(stand: Newsstand, tmp_path: Path) -> None:
    """A page that does not come holds up neither the end nor anything that is filed."""
    stand.slow = threading.Event()
    settings = stand.settings(tmp_path, FAST)
    with running(settings) as run:
        run.until(lambda e: e["event"] == "started")
        end = monotonic() + PATIENCE
        while not any(p.endswith(".html") for p in list(stand.asked)):
            assert monotonic() < end
            threading.Event().wait(0.02)
        code, took = run.end()
    assert code == 0
    assert took < 5
    stand.slow.set()
    with running(settings) as run:
        run.brought(len(PIECES))
        run.end()
    assert sorted(filed(settings)) == sorted(p.id for p in PIECES)


def test_a_kill_loses_nothing_and_doubles_nothing(stand: Newsstand, tmp_path: Path) -> None:
    """Killed while it works, it finds at the next start what it had not recorded, once."""
    settings = stand.settings(tmp_path, FAST)
    for asked in (3, 9, 14):  # somewhere in the feeds, the pages, the judging
        with running(settings) as run:
            end = monotonic() + PATIENCE
            while len(stand.asked) < asked and run.process.poll() is None:
                assert monotonic() < end
                threading.Event().wait(0.005)
            run.process.kill()
            run.process.wait()
    with running(settings) as run:
        known = len(filed(settings)) if (tmp_path / "state" / "echowire.db").exists() else 0
        if known < len(PIECES):
            run.brought(len(PIECES) - known)
        else:
            run.until(lambda e: e["event"] == "poll")
        run.end()
    assert sorted(filed(settings)) == sorted(p.id for p in PIECES)


def test_a_second_daemon_is_refused(stand: Newsstand, tmp_path: Path) -> None:
    """Two daemons on one database would fight; the second says so and ends."""
    settings = stand.settings(tmp_path, FAST)
    with running(settings) as run:
        run.until(lambda e: e["event"] == "started")
        found = subprocess.run(
            [sys.executable, "-m", "monitor", "--config", str(settings), "run"],
            capture_output=True, text=True, check=False, cwd=ROOT, timeout=PATIENCE,
        )  # fmt: skip
        assert found.returncode == 1
        assert "already uses" in found.stderr
        assert found.stderr.count("\n") == 1
        run.end()


def test_reload_takes_new_feeds_and_refuses_broken_settings(stand: Newsstand, tmp_path: Path) -> None:
    """SIGHUP with a broken file keeps the old settings and says so; mended, the new feeds are followed."""
    settings = stand.settings(tmp_path, FAST, outlets=["Le Courant"])
    with running(settings) as run:
        run.brought(1)
        settings.write_text("[fetch]\ndeadlin = 1\n", encoding="utf8")
        run.process.send_signal(signal.SIGHUP)
        refused = run.until(lambda e: e["event"] == "reload")
        assert "deadlin: unknown key" in refused["problem"]
        assert "the old settings stay" in refused["problem"]
        stand.settings(tmp_path, FAST, outlets=["Harbour Post"])
        run.process.send_signal(signal.SIGHUP)
        done = run.until(lambda e: e["event"] == "reload")
        assert (done["feeds"], done["left"]) == (1, 1)
        run.brought(1)
        assert run.end()[0] == 0
    assert filed(settings) == ["digue-3", "dyke-1"]


def test_mail_waits_for_its_server_and_goes_out_once(stand: Newsstand, tmp_path: Path) -> None:
    """With the mail server down the news waits in the outbox; once it answers each mail comes once."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    watch = '[[watch]]\nname = "floods"\nto = ["desk@example.org"]\nany = ["digue"]\ngroup_wait = "0s"\n'
    mail = '[mail]\nhost = "127.0.0.1"\nport = {}\nsecurity = "none"\nsender = "e@example.org"\nevery = "1s"\n'
    settings = stand.settings(tmp_path, FAST + mail.format(port) + watch)
    with running(settings) as run:
        failed = run.until(lambda e: e["event"] == "mail")
        assert f"127.0.0.1:{port}: cannot connect" in failed["problem"]
        run.end()
    with Sink(tmp_path / "mails") as sink:
        stand.settings(tmp_path, FAST + mail.format(sink.port) + watch)
        with running(settings) as run:
            run.until(lambda e: e["event"] == "mail" and not e.get("problem"))
            run.end()
        with running(settings) as run:
            run.until(lambda e: e["event"] == "poll")
            run.end()
        keys = [m["Message-ID"] for m in sink.messages()]
        assert len(keys) == len(set(keys)) >= 1
    with open_store(f"sqlite:///{tmp_path}/state/echowire.db", read_only=True) as store:
        assert store.notices(unsent_only=True) == []


def test_systemd_hears_how_it_goes(stand: Newsstand, tmp_path: Path) -> None:
    """READY when it polls, WATCHDOG while it gets on, RELOADING and READY at a reload, STOPPING at the end."""
    settings = stand.settings(tmp_path, FAST)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.settimeout(PATIENCE)
        channel.bind(str(tmp_path / "notify"))
        with running(settings, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="2000000") as run:

            def heard(start: str) -> str:
                while True:
                    text = channel.recv(4096).decode()
                    if text.startswith(start):
                        return text

            assert "following 4 feeds" in heard("READY=1\nSTATUS=")
            assert heard("WATCHDOG=1")
            run.process.send_signal(signal.SIGHUP)
            assert "MONOTONIC_USEC=" in heard("RELOADING=1")
            heard("READY=1")
            run.process.send_signal(signal.SIGTERM)
            heard("STOPPING=1")
            assert run.process.wait(PATIENCE) == 0


def test_a_state_folder_that_fills_up_is_survived(stand: Newsstand, tmp_path: Path) -> None:
    """When the database cannot be written polling rests and says so; with room again nothing is missing."""
    if os.geteuid() != 0:
        pytest.skip("mounting a file system needs root")
    state = tmp_path / "state"
    state.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(state)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a file system")
    try:
        stand.out = {"digue-1"}
        settings = stand.settings(tmp_path, FAST)
        with running(settings) as run:
            run.brought(1)
            filler = state / "filler"
            with contextlib.suppress(OSError), filler.open("wb") as out:
                while True:
                    out.write(b"x" * 4096)
                    out.flush()
            stand.out = {p.id for p in PIECES}
            told = run.until(lambda e: e.get("level") == "error" and e["event"] == "poll")
            assert "no space left" in told["problem"]
            filler.unlink()
            subprocess.run(["mount", "-o", "remount,size=32m", str(state)], check=True)
            run.brought(len(PIECES) - 1)
            assert run.end()[0] == 0
        assert sorted(filed(settings)) == sorted(p.id for p in PIECES)
    finally:
        subprocess.run(["umount", "-l", str(state)], check=True)
