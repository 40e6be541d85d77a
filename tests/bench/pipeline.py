"""The whole way of an article, clean text in, verdicts stored: articles a second on one core.

    python -m tests.bench.pipeline [--window 20000] [--measured 600] [--database FILE] [--profile]

The window is filled by tests.bench.window (one block read and judged in earnest, the rest under other names, claims
included); its newest 4,000 articles are that block itself, and the articles measured go on with its stories. They are
recorded in transactions of 40, as a poll does. One process, one thread: its processor seconds are what one core takes,
the seconds of the clock what they took on this machine as busy as it was.
"""

from __future__ import annotations

import argparse
import cProfile
import itertools
import pstats
import statistics
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from monitor.core.desk import Desk, DeskSettings
from monitor.core.model import Judgement, Submission
from monitor.edges.store import Store, open_store
from monitor.languages import pack, resource
from tests.bench.synthetic import START, stream
from tests.bench.window import BLOCK, SPAN, fill, moved
from tests.memory import MemoryWindow

STEPS = ("read", "judge", "record")
WARM = 1_500


def judged(desk: Desk, articles: Iterable[Submission]) -> list[Judgement]:
    """Articles judged one after the other, the window in memory."""
    window, out = MemoryWindow(), []
    for submission in articles:
        out.append(desk.judge(desk.read(submission), window))
        window.record(out[-1])
    return out


def prepared(store: Store, desk: Desk, count: int, articles: list[Submission]) -> None:
    """Fill the window with `count` articles, the last of which are the first `BLOCK` of these."""
    start = time.perf_counter()
    block = judged(desk, articles[: min(BLOCK, count)])
    print(f"judged {len(block):,} articles in memory, {len(block) / (time.perf_counter() - start):.0f} a second")
    others = count - len(block)
    if others:
        filled = fill(store, block, range(1, others // BLOCK + 2), others, count)
        print(f"filed {others:,} more under other names in {filled.seconds:.0f} s", flush=True)
    for first in range(0, len(block), 400):
        with store.transaction() as tx:
            for n, judgement in enumerate(block[first : first + 400], first):
                tx.record(moved(judgement, (others + n) / count))


def run(store: Store, desk: Desk, articles: Iterable[Submission], batch: int) -> dict[str, list[float]]:
    """Put articles through and return processor seconds per article by step."""
    spent: dict[str, list[float]] = {step: [] for step in STEPS}
    todo = iter(articles)
    while some := list(itertools.islice(todo, batch)):
        with store.transaction() as tx:
            for submission in sorted(some, key=Desk.order_key):
                start = time.process_time()
                reading = desk.read(submission)
                spent["read"].append((read := time.process_time()) - start)
                judgement = desk.judge(reading, tx.window)
                spent["judge"].append((decided := time.process_time()) - read)
                tx.record(judgement)
                spent["record"].append(time.process_time() - decided)
    return spent


def dated(articles: Iterable[Submission], count: int) -> list[Submission]:
    """The block in the last part of the window's days, what comes after it behind."""
    out = []
    for n, s in enumerate(articles):
        when = START + SPAN * (1 + (n - BLOCK) / count)
        out.append(replace(s, published=when, first_seen=when))
    return out


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--window", type=int, default=20_000, help="articles in the window before measuring")
    ap.add_argument("--measured", type=int, default=600)
    ap.add_argument("--database", type=Path, help="keep the filled window here, or use it again")
    ap.add_argument("--profile", action="store_true", help="print where the time goes (and takes)")
    a = ap.parse_args()
    desk = Desk(pack, DeskSettings.load(resource))
    articles = dated(stream(BLOCK + a.measured), a.window)
    with tempfile.TemporaryDirectory(prefix="echowire-bench-") as folder:
        path = a.database or Path(folder) / "bench.db"
        with open_store(f"sqlite:///{path}") as store:
            with store.transaction() as tx:
                filled = tx.get_meta("bench filled")
            if filled is None:
                prepared(store, desk, a.window, articles)
                with store.transaction() as tx:
                    tx.set_meta("bench filled", str(a.window))
            else:  # a process that has run for a while knows the words of its news
                for submission in articles[BLOCK - WARM : BLOCK]:
                    desk.read(submission)
            fresh = [replace(s, key=f"{time.time_ns():x}-{s.key}") for s in articles[BLOCK:]]
            run(store, desk, fresh[:40], 40)  # what is loaded once
            profile = cProfile.Profile()
            wall, cpu = time.perf_counter(), time.process_time()
            if a.profile:
                profile.enable()
            spent = run(store, desk, fresh[40:], 40)
            profile.disable()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    count = len(fresh) - 40
    print(f"window {a.window:,}: {count / cpu:.0f} articles a second of one core, everything stored"
          f" ({1e3 * cpu / count:.2f} ms each; {count / wall:.0f} a second by the clock)")  # fmt: skip
    for step, seconds in spent.items():
        ms = sorted(s * 1000 for s in seconds)
        print(f"  {step:7s} mean {statistics.mean(ms):6.2f} ms   median {statistics.median(ms):6.2f} ms   "
              f"95% under {ms[int(len(ms) * 0.95)]:6.2f} ms")  # fmt: skip
    if a.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    main()
