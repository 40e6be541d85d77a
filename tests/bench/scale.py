"""A window of N articles in SQLite: how long a look-up and a whole match take, beside datasketch's own index.

    python -m tests.bench.scale [--articles 20000] [--measured 300] [--database FILE]

The news of tests.bench.synthetic, 4,000 articles of it, is read in earnest; the rest of the window is the same block
over and over under other names: every rare term, word and key is sent through a salt of its block, common ones stay
common. So a million articles need no hour of reading, and buckets fill as they would.

datasketch gets the same signatures, in a process of its own whose memory is weighed before and after.
"""

from __future__ import annotations

import argparse
import dataclasses
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
from datasketch import MinHash, MinHashLSH

from monitor.core.fingerprint import PERMUTATIONS
from monitor.core.matching.grouping import copy_of
from monitor.core.matching.place import MatchSettings, _term_keys, candidates_of, fingerprint_document, place
from monitor.core.matching.view import View, decode, encode
from monitor.core.model import Fingerprint, Judgement, Placement, Reading, Relation, Submission
from monitor.core.text.clean import clean
from monitor.edges.store import Store, open_store
from monitor.languages import pack, resource
from tests.bench.synthetic import START, stream

BLOCK = 4_000
COMMON = 20  # articles of a block from which a term is common to all blocks
BATCH = 500


def read(s: Submission, settings: MatchSettings) -> Reading:
    document = clean(s.text, s.title, pack("fr"), "fr", s.when)
    fingerprint, view = fingerprint_document(document, s, pack("fr"), settings)
    return Reading(s, document, fingerprint, view, (), ())


def common_terms(readings: list[Reading]) -> np.ndarray:
    ids, counts = np.unique(np.concatenate([decode(r.view).terms["id"] for r in readings]), return_counts=True)
    return np.asarray(ids[counts >= COMMON])


def renamed(r: Reading, block: int, count: int, common: np.ndarray) -> Reading:
    """An article of the block as one of another block, later in the month; of block 0, itself."""
    s = r.submission
    n = int(s.key[1:])
    when = START + timedelta(days=30) * ((block * BLOCK + n) / count)
    s = dataclasses.replace(s, key=f"{block:05d}-{s.key}", published=when, first_seen=when)
    if block == 0:
        return dataclasses.replace(r, submission=s)
    salt = int(np.random.default_rng(block).integers(1, 2**31))
    view = decode(r.view)
    terms = view.terms.copy()
    terms["id"] = np.where(np.isin(terms["id"], common), terms["id"], terms["id"] ^ np.uint32(salt))
    terms = terms[np.argsort(terms["id"], kind="stable")]
    data = encode(View(view.language, view.facts, terms, view.words ^ np.uint32(salt)))
    wide = salt << 31 | salt
    bands = {name: tuple(key ^ wide for key in keys) for name, keys in r.fingerprint.bands.items()}
    values = (np.frombuffer(r.fingerprint.signature, "<u4") ^ np.uint32(salt)).tobytes()
    fingerprint = Fingerprint(r.fingerprint.scheme, values, {**bands, "terms": _term_keys(terms)})
    return dataclasses.replace(r, submission=s, fingerprint=fingerprint, view=data)


def window_of(readings: list[Reading], count: int, common: np.ndarray) -> Iterator[tuple[Reading, str]]:
    """`count` readings, block after block, each with the story it is filed in: that of its title."""
    for i in range(count):
        block, n = divmod(i, len(readings))
        r = renamed(readings[n], block, count, common)
        yield r, f"s{block:05d}{abs(hash(r.submission.title)) % 10**9:09d}"


def fill(store: Store, readings: list[Reading], count: int, common: np.ndarray) -> None:
    source, start, done = window_of(readings, count, common), time.perf_counter(), 0
    while done < count:
        with store.transaction() as tx:
            for _ in range(min(BATCH, count - done)):
                r, story = next(source)
                key = r.submission.key
                filed = Placement(story, False, f"c{key}", None, Relation.ORIGINAL, "outlet:x")
                tx.record(Judgement(r, filed, ()))
                done += 1
    print(f"filled {count:,} articles at {count / (time.perf_counter() - start):,.0f} a second", flush=True)


def resident() -> float:
    """Megabytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf8").split()[1])
    return pages * 4096 / 2**20


def said(name: str, values: list[float]) -> None:
    values = sorted(values)
    print(
        f"{name:44s} median {statistics.median(values):8.3f} ms   95% under {values[int(0.95 * len(values))]:8.3f} ms"
    )


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - start)


def ours(url: str, fresh: list[Reading], settings: MatchSettings) -> None:
    """Restart, then look up and match articles that the window has not seen."""
    before, start = resident(), time.perf_counter()
    with open_store(url) as store:
        with store.transaction() as tx:
            tx.window.lookup("copy", fresh[0].fingerprint.bands["copy"], 48)
            print(f"open after a restart, first look-up{'':9s} {1e3 * (time.perf_counter() - start):8.1f} ms")
            look, found, copy, whole = [], [], [], []
            for r in fresh:
                w = tx.window
                look.append(timed(lambda r=r, w=w: w.lookup("copy", r.fingerprint.bands["copy"], 48)))  # type: ignore[misc]
                whole.append(timed(lambda r=r, w=w: place(r, w, settings, None)))  # type: ignore[misc]
                found.append(timed(lambda r=r, w=w: candidates_of(r, w)))  # type: ignore[misc]
                near = candidates_of(r, w)
                copy.append(timed(lambda r=r, w=w, n=near: copy_of(r, n, w, settings.copies)))  # type: ignore[misc]
            said("ours: look-up of copies", look)
            said("ours: whole match, each article for once", whole)
            said("ours: candidates of all views, warm", found)
            said("ours: copy decision, warm", copy)
        print(f"ours: memory grown by {resident() - before:,.0f} MB, caches included")


def _theirs(values: np.ndarray, fresh: np.ndarray) -> None:
    """datasketch's LSH in memory, of the same signatures."""

    def hashed(row: np.ndarray) -> MinHash:
        return MinHash(num_perm=PERMUTATIONS, hashvalues=row, permutations=first.permutations, scheme=first.scheme)

    first = MinHash(num_perm=PERMUTATIONS)
    before, start = resident(), time.perf_counter()
    index = MinHashLSH(threshold=0.5, num_perm=PERMUTATIONS)
    for n, row in enumerate(values):
        index.insert(n, hashed(row), check_duplication=False)
    took = time.perf_counter() - start
    print(f"datasketch: filled in {took:.1f} s (anew at every restart), memory grown by {resident() - before:,.0f} MB")
    said("datasketch: look-up of copies", [timed(partial(index.query, hashed(row))) for row in fresh])


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--articles", type=int, default=20_000)
    ap.add_argument("--measured", type=int, default=300)
    ap.add_argument("--database", type=Path, help="keep the window in this file; filled already, it is only measured")
    a = ap.parse_args()
    settings = MatchSettings.load(resource)
    made = [read(s, settings) for s in stream(BLOCK + a.measured)]
    readings, fresh = made[:BLOCK], made[BLOCK:]
    common = common_terms(readings)
    last = (a.articles - 1) // BLOCK  # the fresh articles go on with the last block
    fresh = [renamed(r, last, a.articles, common) for r in fresh]
    with tempfile.TemporaryDirectory(prefix="echowire-bench-") as folder:
        path = a.database or Path(folder) / "window.db"
        if not path.exists():
            with open_store(f"sqlite:///{path}") as store:
                fill(store, readings, a.articles, common)
        print(f"database {path.stat().st_size / 2**20:,.0f} MB on disk")
        ours(f"sqlite:///{path}", fresh, settings)
    blocks = []
    base = np.stack([np.frombuffer(r.fingerprint.signature, "<u4") for r in readings])
    for block in range(last + 1):
        salt = int(np.random.default_rng(block).integers(1, 2**31)) if block else 0
        blocks.append(base ^ np.uint32(salt))
    values = np.concatenate(blocks)[: a.articles]
    now = np.stack([np.frombuffer(r.fingerprint.signature, "<u4") for r in fresh])
    child = multiprocessing.get_context("fork").Process(target=_theirs, args=(values, now))
    child.start()
    child.join()
    return child.exitcode or 0


if __name__ == "__main__":
    sys.exit(main())
