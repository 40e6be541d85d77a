"""The demo: the real daemon, as a process of its own, against the invented newsroom, in accelerated time.

    stories -> loopback newsroom -> `python -m monitor run` -> its database, its report, mails to a loopback mailbox
                                                            -> what was found, printed and held against the labels

Nothing leaves the machine, and nothing is written outside the directory.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from monitor.demo.check import check
from monitor.demo.newsroom import SPAN, News, load
from monitor.demo.server import Newsroom, Server
from monitor.demo.sink import Sink
from monitor.demo.tell import WIDEST, Teller
from monitor.edges.store import Store, StoreError, open_store

QUIET = 3.0  # seconds without a new article, notice or mail after the last news, before the daemon is stopped
PATIENCE = 25.0  # seconds at most after the last news, on a machine that is slow
STOP = 10.0  # seconds a graceful stop may take

_MARK = "# Settings of the demo: polls every second, sends mail to a loopback mailbox.\n"
_SETTINGS = """\
state = "state"

[feeds]
opml = ["feeds.opml"]

[fetch]
gap = "0s"
per_host = 8
first = "500ms"
shortest = "500ms"
longest = "500ms"

[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "echowire@demo.example"
every = "1s"

[report]
path = "report.html"
language = "{language}"
every = "2s"

[watches]
files = ["watches.toml"]
"""

_WATCHES = """\
# Three readers: one follows disasters, story by story; one hears only what contradicts, corrects or confirms;
# one gets everything that is new, in a few digests.

[[watch]]
name = "{disasters}"
to = ["disasters@demo.example"]
language = "{language}"
any = ["ferry", "séisme", "earthquake", "quake", "naufrage"]
group_wait = "1s"
group_interval = "4s"

[[watch]]
name = "{turns}"
to = ["turns@demo.example"]
language = "{language}"
statuses = ["denial", "update", "confirmation"]
group_wait = "1s"
group_interval = "4s"

[[watch]]
name = "{everything}"
to = ["desk@demo.example"]
language = "{language}"
group_by = "watch"
group_wait = "5s"
group_interval = "10s"
"""

_NAMES = {
    "en": {"disasters": "disasters", "turns": "denials and corrections", "everything": "everything new"},
    "fr": {"disasters": "catastrophes", "turns": "démentis et corrections", "everything": "tout ce qui est nouveau"},
}


def clear(directory: Path) -> bool:
    """Make room for a demo: remove an earlier one. False, and nothing is touched, where anything else lies there."""
    if not directory.exists() or not any(directory.iterdir()):
        return True
    settings = directory / "monitor.toml"
    if not settings.exists() or not settings.read_text(encoding="utf8", errors="replace").startswith(_MARK):
        return False
    shutil.rmtree(directory)
    return True


def run_demo(directory: Path, seconds: float = 20.0, language: str = "en", console: Console | None = None) -> int:
    """Play about 29 hours of news in so many seconds, then print what was found.

    0 where the demo shows what it promises, 1 where it does not or something failed. The directory is created; it
    keeps the settings, the database, the mails, the log, the report, and the articles as an archive to replay.
    """
    console = console or Console(width=None if sys.stdout.isatty() else WIDEST)
    directory.mkdir(parents=True, exist_ok=True)
    directory = directory.resolve()
    news = load(datetime.now(UTC))
    newsroom = Newsroom(news, SPAN.total_seconds() / seconds)
    _write_archive(directory / "articles.jsonl", news)
    with Server(newsroom), Sink(directory / "mails") as sink:
        settings = _write_settings(directory, newsroom.opml(), sink.port, language)
        tell = Teller(console, language, news)
        tell.opening(directory, seconds)
        code, problem = _daemon(directory, settings, newsroom, sink, tell.progress)
        mails = sink.messages()
    if problem:
        console.print(problem, style="red", markup=False, soft_wrap=True)
        return 1
    store = open_store(_database(directory), read_only=True)
    try:
        result = check(news, store.articles())
        tell.findings(store, datetime.now(UTC))
        tell.mails(store, mails)
    finally:
        store.close()
    tell.verdict(result)
    tell.closing(directory, settings)
    return 0 if result.kept and mails and code == 0 else 1


def _database(directory: Path) -> str:
    return f"sqlite:///{directory / 'state' / 'echowire.db'}"


def _write_settings(directory: Path, opml: str, port: int, language: str) -> Path:
    names = {k: json.dumps(v, ensure_ascii=False)[1:-1] for k, v in _NAMES[language].items()}
    (directory / "feeds.opml").write_text(opml, encoding="utf8")
    (directory / "watches.toml").write_text(_WATCHES.format(language=language, **names), encoding="utf8")
    settings = directory / "monitor.toml"
    settings.write_text(_MARK + _SETTINGS.format(port=port, language=language), encoding="utf8")
    return settings


def _write_archive(path: Path, news: News) -> None:
    """The same articles as lines that `echowire replay` reads."""
    rows = (
        {
            "id": a.id,
            "source": a.outlet.name,
            "url": f"https://{a.outlet.host}{a.path}",
            "published": a.published.isoformat(),
            "language": a.outlet.language,
            "title": a.title,
            "text": a.text,
        }
        for a in news.articles
    )
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf8")


def _daemon(
    directory: Path, settings: Path, newsroom: Newsroom, sink: Sink, progress: Callable[[datetime, int, int, int], None]
) -> tuple[int, str]:
    """Run the daemon until everything is in and told, then stop it. Its exit code, and a problem in one line or ""."""
    environment = {k: v for k, v in os.environ.items() if k not in {"STATE_DIRECTORY", "NOTIFY_SOCKET"}}
    command = [sys.executable, "-m", "monitor", "--config", str(settings), "run"]
    log = directory / "daemon.log"
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment) as process:
        try:
            _wait(process, directory, newsroom, sink, progress)
            process.send_signal(signal.SIGTERM)
            code = process.wait(STOP)
        except subprocess.TimeoutExpired:
            return 1, f"The daemon did not stop within {STOP:.0f} seconds of SIGTERM; its log is {log}"
        finally:
            if process.poll() is None:
                process.kill()
    if code:
        last = log.read_text(encoding="utf8", errors="replace").strip().rpartition("\n")[2]
        return code, f"The daemon ended with exit code {code}: {last} (log: {log})"
    return code, ""


def _wait(
    process: subprocess.Popen[bytes],
    directory: Path,
    newsroom: Newsroom,
    sink: Sink,
    progress: Callable[[datetime, int, int, int], None],
) -> None:
    """Return once all news is out and the daemon has been quiet about it for a while, or when it ended by itself."""
    state, since = (0, 0, 0), time.monotonic()
    over: float | None = None
    while process.poll() is None:
        time.sleep(1.0)
        now = time.monotonic()
        fresh = _state(directory, sink)
        if fresh != state:
            state, since = fresh, now
        progress(newsroom.now(), *state)
        if not newsroom.over:
            continue
        over = over or now
        if now - over > PATIENCE or (now - max(since, over) > QUIET and state[0] == len(newsroom.news.articles)):
            return


def _state(directory: Path, sink: Sink) -> tuple[int, int, int]:
    """Articles and stories recorded so far, and mails received."""
    try:
        store = open_store(_database(directory), read_only=True)
    except StoreError:  # not there yet
        return 0, 0, sink.count
    try:
        return *_counts(store), sink.count
    except StoreError:
        return 0, 0, sink.count
    finally:
        store.close()


def _counts(store: Store) -> tuple[int, int]:
    articles = list(store.articles())
    return len(articles), len({a.story for a in articles})
