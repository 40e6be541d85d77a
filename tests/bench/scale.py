"""A window of N articles in SQLite: speed and memory of the index beside datasketch's own, which lives in memory.

    python -m tests.bench.scale [--window 100000] [--measured 300] [--database FILE] [--datasketch 100000]

The window is filled by tests.bench.window. Then processes of their own, fresh as after a restart, are measured: ours
opens the database, looks up copies and matches whole articles that the window has not seen; datasketch fills its
`MinHashLSH` with signatures of the same articles (`--datasketch` of them; 0 leaves it out) and looks up the same.

Memory is what the process holds beyond what it held before the index: its anonymous pages, which nobody else can use.
The kernel's cache of the database file is told apart: it is shared, and given up when memory is short.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
from datasketch import MinHash, MinHashLSH

from monitor.core.claims import features
from monitor.core.fingerprint import PERMUTATIONS
from monitor.core.matching import view
from monitor.core.matching.grouping import copy_of
from monitor.core.matching.place import BUCKET, MatchSettings, candidates_of, fingerprint_document, place
from monitor.core.model import Judgement, Placement, Reading, Relation, Submission
from monitor.core.text.clean import clean
from monitor.edges.store import Store, open_store, window
from monitor.languages import pack, resource
from tests.bench.synthetic import START, stream
from tests.bench.window import BLOCK, SPAN, common_terms, fill, is_common, moved, renamed, salt_of


def read(s: Submission, settings: MatchSettings) -> Judgement:
    """An article as matching needs it, filed with the others of its title."""
    document = clean(s.text, s.title, pack("fr"), "fr", s.when)
    fingerprint, data = fingerprint_document(document, s, pack("fr"), settings)
    reading = Reading(s, document, fingerprint, data, (), ())
    story = f"s{int(np.frombuffer(s.title.encode().ljust(64)[:64], '<u4').sum()):012x}"
    return Judgement(reading, Placement(story, False, f"c{s.key}", None, Relation.ORIGINAL, "outlet:x"), ())


def memory() -> dict[str, float]:
    """Megabytes of this process: anonymous ones, and pages of files that are in memory."""
    gc.collect()
    found = dict.fromkeys(("RssAnon", "RssFile"), 0.0)
    for line in Path("/proc/self/status").read_text(encoding="utf8").splitlines():
        name, _, rest = line.partition(":")
        if name in found:
            found[name] = int(rest.split()[0]) / 1024
    return found


def grown(what: str, before: dict[str, float]) -> dict[str, float]:
    """Print how the memory grew, and return what it is now."""
    now = memory()
    own, file = (now[n] - before[n] for n in ("RssAnon", "RssFile"))
    print(f"  memory, {what:44s} {own:8.1f} MB own   {file:8.1f} MB of the file mapped")
    return now


def said(name: str, took: list[tuple[float, float]]) -> None:
    clock, cpu = (sorted(values) for values in zip(*took, strict=True))
    most = clock[int(0.95 * len(clock))]
    print(
        f"  {name:46s} median {statistics.median(clock):7.3f} ms, 95% under {most:7.3f}; of the processor "
        f"{statistics.median(cpu):7.3f} ms"
    )


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock (waiting for the disk and for other programs included) and of the processor."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return 1e3 * (time.perf_counter() - start), 1e3 * (time.process_time() - cpu)


def dropped(path: Path) -> None:
    """Let the kernel forget what it has of a file in memory: as after a restart of the machine."""
    for name in (path, path.with_name(path.name + "-wal")):
        if name.exists():
            handle = os.open(name, os.O_RDONLY)
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


def ours(path: Path, fresh: Sequence[Reading], fullest: int) -> None:
    """Restart, then look up and match articles that the window has not seen."""
    settings = MatchSettings.load(resource)
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/empty.db") as store:
        _match_once(store, fresh[0], settings)  # so that all that a store loads is loaded
    dropped(path)
    before, start = memory(), time.perf_counter()
    with open_store(f"sqlite:///{path}") as store:
        with store.transaction() as tx:
            w = tx.window
            w.lookup("copy", fresh[0].fingerprint.bands["copy"], BUCKET)
            took = 1e3 * (time.perf_counter() - start)
            print(f"  ready: opened, first look-up answered, nothing of the file in memory before: {took:.1f} ms")
            copies = [partial(w.lookup, "copy", r.fingerprint.bands["copy"], BUCKET) for r in fresh]
            said("look-up of copies, from the disk", [timed(ask) for ask in copies])
            said("look-up of copies", [timed(ask) for ask in copies])
            every = [partial(_every_view, r, w) for r in fresh]
            said("look-up of all four views, from the disk", [timed(ask) for ask in every])
            said("look-up of all four views", [timed(ask) for ask in every])
            full = partial(w.lookup, "terms", (fullest,), BUCKET)
            said("look-up in the fullest bucket of terms", [timed(full) for _ in range(300)])
            after = grown("index: SQLite's pages, statements", before)
            match = [partial(place, r, w, settings, None) for r in fresh]
            said("whole match, each article for once", [timed(ask) for ask in match])
            said("whole match, its neighbours read before", [timed(ask) for ask in match])
            near = [partial(copy_of, r, candidates_of(r, w), w, settings.copies) for r in fresh]
            said("of it: copy decision", [timed(ask) for ask in near])
            del near
            grown("beyond that: articles kept, decoded views", after)
            view.DECODED.clear()
            features.DECODED.clear()
        store._caches.clear()
        grown("all, when the caches have been emptied", before)
    bound = (window.FILED_BYTES + window.MENTION_BYTES) / 2**20
    print(f"  bounds: 64 MB of SQLite's pages, {bound:.0f} MB of articles and mentions, 96 MB each of views and claims")


def _match_once(store: Store, reading: Reading, settings: MatchSettings) -> None:
    with store.transaction() as tx:
        place(reading, tx.window, settings, None)


def _every_view(r: Reading, w: window.StoreWindow) -> None:
    for name, keys in r.fingerprint.bands.items():
        w.lookup(name, keys, BUCKET)


def live(path: Path, fresh: Sequence[Judgement], total: int) -> None:
    """Recording into the filled window, and what expiry takes."""
    with open_store(f"sqlite:///{path}") as store:
        cpu, wall = time.process_time(), time.perf_counter()
        for first in range(0, len(fresh), 40):
            with store.transaction() as tx:
                for judgement in fresh[first : first + 40]:
                    tx.record(judgement)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        each = len(fresh) / cpu, len(fresh) / wall
        print(f"  recording without claims: {each[0]:.0f} articles a second of a core ({each[1]:.0f} by the clock)")
        some = START + SPAN * min(1.0, 2_000 / total) + timedelta(days=30)
        cpu = time.process_time()
        gone = store.expire(some, 30)
        rate = gone / max(1e-9, time.process_time() - cpu)
        print(f"  expiry: {gone:,} articles left the window, {rate:,.0f} a second of a core")


def theirs(values: np.ndarray, fresh: np.ndarray) -> None:
    """datasketch's LSH in memory, of the same signatures."""
    first = MinHash(num_perm=PERMUTATIONS)

    def hashed(row: np.ndarray) -> MinHash:
        return MinHash(num_perm=PERMUTATIONS, hashvalues=row, permutations=first.permutations, scheme=first.scheme)

    before, start = memory(), time.perf_counter()
    index = MinHashLSH(threshold=0.5, num_perm=PERMUTATIONS)
    for n, row in enumerate(values):
        index.insert(n, hashed(row), check_duplication=False)
    print(f"  ready: filled anew in {time.perf_counter() - start:.1f} s")
    said("look-up of copies", [timed(partial(index.query, hashed(row))) for row in fresh])
    grown(f"index of {len(values):,} articles", before)


def apart(work: Callable[..., None], *arguments: object) -> None:
    """In a process of its own, which starts afresh."""
    child = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    child.start()
    child.join()
    if child.exitcode:
        sys.exit(child.exitcode)


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--window", "--articles", type=int, default=100_000)
    ap.add_argument("--measured", type=int, default=300)
    ap.add_argument("--database", type=Path, help="keep the window in this file; filled already, it is only measured")
    ap.add_argument("--datasketch", type=int, default=100_000, help="articles for datasketch's index, 0 for none")
    a = ap.parse_args()
    settings = MatchSettings.load(resource)
    made = [read(s, settings) for s in stream(BLOCK + 2 * a.measured)]
    block, fresh = made[:BLOCK], made[BLOCK:]
    common = common_terms(block)
    last = (a.window - 1) // BLOCK
    fresh = [moved(renamed(j, last, is_common(j, common)), 1.0) for j in fresh]  # they go on with the last block
    with tempfile.TemporaryDirectory(prefix="echowire-bench-") as folder:
        path = a.database or Path(folder) / "window.db"
        new = not path.exists()
        with open_store(f"sqlite:///{path}") as store:
            if new:
                filled = fill(store, block, range(last + 1), a.window, a.window)
                print(f"filled in {filled.seconds:.0f} s; fullest buckets: {filled.largest}", flush=True)
                with store.transaction() as tx:
                    tx.set_meta("bench fullest", str(filled.fullest_key))
            fullest = int(store.get_meta("bench fullest") or 0)
        print(f"ours, {a.window:,} articles, {path.stat().st_size / 2**20:,.0f} MB on disk:", flush=True)
        apart(ours, path, [j.reading for j in fresh[: a.measured]], fullest)
        apart(live, path, fresh[a.measured :], a.window)
    if a.datasketch:
        base = np.stack([np.frombuffer(j.reading.fingerprint.signature, "<u4") for j in block])
        blocks = [base ^ np.uint32(salt_of(n)) for n in range((a.datasketch - 1) // BLOCK + 1)]
        now = np.stack([np.frombuffer(j.reading.fingerprint.signature, "<u4") for j in fresh[: a.measured]])
        print("datasketch's MinHashLSH, threshold 0.5:", flush=True)
        apart(theirs, np.concatenate(blocks)[: a.datasketch], now)
    return 0


if __name__ == "__main__":
    sys.exit(main())
