"""The whole way of an article, clean text in, verdicts stored: articles a second on one core.

    python -m tests.bench.pipeline [--window 100000] [--measured 2000] [--database FILE]

Fills a window with invented news (its speed is printed too), then times the next `--measured` articles, recorded in
transactions of 40 as a poll does. `--database` keeps the filled window for another run.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from monitor.core.desk import Desk, DeskSettings
from monitor.core.model import Submission
from monitor.edges.store import Store, open_store
from monitor.languages import pack, resource
from tests.bench.synthetic import stream


def run(store: Store, desk: Desk, articles: Iterable[Submission], batch: int) -> dict[str, list[float]]:
    """Put articles through and return seconds per article by step."""
    spent: dict[str, list[float]] = {"read": [], "judge": [], "record": []}
    todo = iter(articles)
    while some := list(itertools.islice(todo, batch)):
        with store.transaction() as tx:
            for submission in sorted(some, key=Desk.order_key):
                start = time.perf_counter()
                reading = desk.read(submission)
                spent["read"].append((read := time.perf_counter()) - start)
                judgement = desk.judge(reading, tx.window)
                spent["judge"].append((judged := time.perf_counter()) - read)
                tx.record(judgement)
                spent["record"].append(time.perf_counter() - judged)
    return spent


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--window", type=int, default=100_000, help="articles in the window before measuring")
    ap.add_argument("--measured", type=int, default=2000)
    ap.add_argument("--database", type=Path)
    a = ap.parse_args()
    desk = Desk(pack, DeskSettings.load(resource))
    with tempfile.TemporaryDirectory(prefix="echowire-bench-") as folder:
        path = a.database or Path(folder) / "bench.db"
        with open_store(f"sqlite:///{path}") as store:
            with store.transaction() as tx:
                filled = int(tx.get_meta("bench filled") or 0)
            if filled < a.window:
                start = time.perf_counter()
                run(store, desk, itertools.islice(stream(a.window + a.measured), filled, a.window), 400)
                with store.transaction() as tx:
                    tx.set_meta("bench filled", str(a.window))
                took = time.perf_counter() - start
                print(f"filled {a.window - filled} articles, {(a.window - filled) / took:.0f} a second", flush=True)
            start = time.perf_counter()
            spent = run(store, desk, itertools.islice(stream(a.window + a.measured), a.window, None), 40)
            took = time.perf_counter() - start
    print(f"window {a.window}: {a.measured / took:.0f} articles a second, everything stored")
    for step, seconds in spent.items():
        ms = [s * 1000 for s in seconds]
        slow = sorted(ms)[int(len(ms) * 0.95)]
        print(f"  {step:7s} median {statistics.median(ms):6.2f} ms   95% under {slow:6.2f} ms")


if __name__ == "__main__":
    main()
