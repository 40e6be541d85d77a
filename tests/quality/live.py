"""Hold a live run of the daemon against replays of the same articles, and print where they agree.

    python -m tests.quality.live                                500 articles of dev1 to dev6, all out at once
    python -m tests.quality.live --speed 20000 --faults         in accelerated time, from a server with faults
    python -m tests.quality.live --first 500 FILE.jsonl...      other articles

The articles are served by the newsroom of $ECHOWIRE_SHARED/../newsroom (default: ../shared beside the checkout), the
daemon is a process of its own. Its findings are compared with replays that come closer to it step by step, so that
each difference shows by itself:

    file        the archive as it is
    dates       with the dates that the feeds gave (the newsroom moves them, and dates what has none)
    texts       and with the texts as they were read from the pages
    order       and in the order in which the daemon filed them: only this must agree to the last verdict

`listed` are the articles that a feed still held when the daemon read it. None of them may be missing: exit code 1.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from monitor.core.archive import ArticleRecord
from monitor.core.desk import Desk
from monitor.core.model import Judgement, Reading, Submission
from monitor.edges.store import open_store
from tests.memory import MemoryWindow
from tests.quality.streams import DEV, SHARED, default_desk, folder, submissions

NEWSROOM = SHARED.parent / "newsroom" / "newsroom.py"
QUIET = 5.0  # seconds without a new article once all that was listed is filed
PATIENCE = 90.0  # seconds without a new article where something is missing
LONGEST = 600.0  # seconds of a run
SETTINGS = """\
state = "state"
[feeds]
opml = ["feeds.opml"]
[fetch]
per_host = 8
first = "{pace}"
shortest = "{pace}"
longest = "{pace}"
[pages]
per_poll = 1000
[report]
every = "1 h"
"""


@dataclass(frozen=True)
class Found:
    """What one way found of one article."""

    story: str
    copy_group: str
    origin: str
    verdict: str
    claims: tuple[tuple[str, str], ...]


class Server(AbstractContextManager["Server"]):
    """The newsroom as a process, and what it told of its requests."""

    def __init__(self, files: Sequence[Path], home: Path, *, speed: float, faults: bool, window: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.window, self.files, self.speed = window, files, speed
        command = [sys.executable, str(NEWSROOM), *map(str, files), "--port", str(self.port), "--speed", str(speed)]
        command += ["--window", str(window), "--opml", str(home / "feeds.opml"), *(["--faults"] if faults else [])]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._process.stdout.readline()
        self.before = time.time()
        self.then = self.now()

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return bytes(answer.read())

    def now(self) -> datetime:
        return datetime.fromisoformat(self.get("/now").decode())

    def room(self) -> Any:
        """The newsroom's own view of its articles: `items`, `by_outlet`, `end`."""
        spec = importlib.util.spec_from_file_location("newsroom", NEWSROOM)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.Newsroom(list(map(str, self.files)), self.speed, self.window, 40)

    def listed(self, room: Any) -> set[str]:
        """Ids of the articles that some feed held when it was read."""
        out: set[str] = set()
        for asked in json.loads(self.get("/log")):
            name = asked["path"].removeprefix("/feeds/").removesuffix(".xml")
            if asked["status"] != 200 or name not in room.by_outlet:
                continue
            # The log is written a moment after the feed: what came out in that moment is not counted.
            moved = (asked["t"] - 0.2 - self.before) * self.speed
            when = room.end.timestamp() if not self.speed else self.then.timestamp() + moved
            held = [row["id"] for w, row in room.by_outlet[name] if w.timestamp() <= when]
            newest = [row["id"] for w, row in room.by_outlet[name] if w.timestamp() <= when + 0.4 * self.speed]
            out |= set(held) & set(newest[-self.window :])
        return out


def slug(name: str) -> str:
    """As the newsroom makes addresses."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def live(files: Sequence[Path], home: Path, args: argparse.Namespace) -> tuple[list[ArticleRecord], set[str], Any]:
    """Run the daemon until it has been quiet; its articles in the order of filing, the listed ids, the newsroom."""
    (home / "monitor.toml").write_text(SETTINGS.format(pace=args.pace), encoding="utf8")
    database = f"sqlite:///{home}/state/echowire.db"
    with Server(files, home, speed=args.speed, faults=args.faults, window=args.window) as server:
        room = server.room()
        command = [sys.executable, "-m", "monitor", "--config", str(home / "monitor.toml"), "run"]
        with (home / "daemon.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as daemon:
            count, since, start = 0, time.monotonic(), time.monotonic()
            while time.monotonic() - start < LONGEST and daemon.poll() is None:
                time.sleep(1.0)
                found = counted(database)
                if found != count:
                    count, since = found, time.monotonic()
                over = not args.speed or server.now() > room.end
                idle = time.monotonic() - since
                if over and idle > QUIET and (idle > PATIENCE or count >= len(server.listed(room)) > 0):
                    break
            listed = server.listed(room)
            daemon.terminate()
            daemon.wait(20)
            (home / "asked.json").write_bytes(server.get("/log"))
        with open_store(database, read_only=True) as store:
            return list(store.articles()), listed, room


def counted(database: str) -> int:
    try:
        with open_store(database, read_only=True) as store:
            return sum(1 for _ in store.articles())
    except Exception:  # noqa: BLE001  not there yet, or just being made
        return 0


def judged(stream: Iterable[Submission], desk: Desk, readings: dict[str, Reading]) -> dict[str, Found]:
    """What the desk finds, article by article in this order. Readings of the same text are made once."""
    window, out = MemoryWindow(), {}
    for s in stream:
        reading = readings.get(s.key)
        if reading is None or reading.submission != s:
            reading = readings[s.key] = desk.read(s)
        judgement = desk.judge(reading, window)
        window.record(judgement)
        out[s.key] = found_of(judgement)
    return out


def found_of(j: Judgement) -> Found:
    p = j.placement
    return Found(
        p.story, p.copy_group, p.origin, j.verdict.value, tuple((m.unit.text, m.status.value) for m in j.mentions)
    )


def recorded(a: ArticleRecord) -> Found:
    return Found(a.story, a.copy_group, a.origin, a.verdict.value, tuple((m.text, m.status.value) for m in a.mentions))


def pairs(found: dict[str, Found], what: str, keys: Iterable[str]) -> set[tuple[str, str]]:
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault(getattr(found[key], what), []).append(key)
    return {p for g in groups.values() for p in combinations(sorted(g), 2)}


def row(name: str, here: dict[str, Found], there: dict[str, Found]) -> str:
    """One line of the table."""
    keys = here.keys() & there.keys()
    cells = []
    for what in ("copy_group", "story"):
        a, b = pairs(here, what, keys), pairs(there, what, keys)
        cells.append(f"{len(a):>6} {len(b):>6} {len(a & b):>6} {2 * len(a & b) / max(len(a) + len(b), 1):6.3f}")
    verdicts = sum(here[k].verdict == there[k].verdict for k in keys)
    a_claims = {(k, *c) for k in keys for c in here[k].claims}
    b_claims = {(k, *c) for k in keys for c in there[k].claims}
    same = len(a_claims & b_claims) / max(len(a_claims | b_claims), 1)
    return f"{name:<8}{len(keys):>6} | {cells[0]} | {cells[1]} | {verdicts / max(len(keys), 1):6.3f} {same:6.3f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--first", type=int, default=500, help="articles of the files; 0: all")
    parser.add_argument("--speed", type=float, default=0.0)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--window", type=int, default=0, help="items a feed holds; 0: 40 with --speed, else all")
    parser.add_argument("--pace", default="1s", help="how often the daemon asks a feed")
    parser.add_argument("--keep", type=Path, help="a folder for the run; default: one that is removed")
    args = parser.parse_args()
    args.window = args.window or (40 if args.speed else 100_000)
    files = args.files or [f / "articles.jsonl" for f in map(folder, DEV) if f]
    if not NEWSROOM.exists():
        print(f"{NEWSROOM} is not at hand")
        return 0
    with tempfile.TemporaryDirectory(prefix="echowire-live-") as temporary:
        home = args.keep or Path(temporary)
        home.mkdir(parents=True, exist_ok=True)
        lines = [line for f in files for line in f.read_text(encoding="utf8").splitlines() if line.strip()]
        archive = home / "articles.jsonl"
        archive.write_text("\n".join(lines[: args.first or None]) + "\n", encoding="utf8")
        return compared(*live([archive], home, args), archive)


def compared(records: Sequence[ArticleRecord], listed: set[str], room: Any, archive: Path) -> int:
    """Print the table; 1 where a listed article is missing or the daemon's own order gives something else."""
    ids = {f"/{slug(row['source'])}/{slug(row['id'])}.html": row["id"] for _, row in room.items}
    by_id = {ids["/" + (a.url or "").split("/", 3)[3]]: a for a in records}
    lost = sorted(listed - by_id.keys())
    print(f"{len(room.items)} articles served, {len(listed)} listed when read, {len(by_id)} filed, {len(lost)} lost")
    if lost:
        print("lost:", *lost[:20])
    here = {i: recorded(a) for i, a in by_id.items()}
    desk = default_desk()
    plain = {s.key: s for s in submissions([archive]) if s.key in by_id}
    served = {r["id"]: w.astimezone(UTC) for w, r in room.items}
    dated = {i: replace(s, published=by_id[i].published, first_seen=served[i]) for i, s in plain.items()}
    read = {i: submission_of(a, i) for i, a in by_id.items()}
    texts = sum(squeezed(plain[i].text) != squeezed(a.text) for i, a in by_id.items())
    late = inversions([a.published for a in records if a.published])
    print(f"texts that the page changed: {texts}; articles filed after one published later: {late}")
    print("            n |  copy pairs: live replay both F1 |  story pairs: live replay both F1 | verdict  claims")
    in_order: dict[str, Iterable[Submission]] = {
        "file": sorted(plain.values(), key=Desk.order_key),
        "dates": sorted(dated.values(), key=Desk.order_key),
        "texts": sorted(read.values(), key=Desk.order_key),
        "order": [read[i] for i in by_id],
    }
    readings: dict[str, Reading] = {}
    for name, stream in in_order.items():
        last = judged(stream, desk, readings)
        print(row(name, here, last), flush=True)
    return int(bool(lost) or any(pairs(here, w, here) != pairs(last, w, here) for w in ("copy_group", "story")))


def submission_of(a: ArticleRecord, key: str) -> Submission:
    return Submission(
        key=key, outlet=a.outlet, title=a.title, text=a.text, first_seen=a.first_seen, published=a.published, url=a.url,
        language=a.language, feed=a.feed,
    )  # fmt: skip


def squeezed(text: str) -> str:
    return "".join(text.split())


def inversions(times: Sequence[datetime]) -> int:
    """How many come after a later one."""
    count, latest = 0, None
    for t in times:
        count += latest is not None and t < latest
        latest = t if latest is None else max(latest, t)
    return count


if __name__ == "__main__":
    sys.exit(main())
