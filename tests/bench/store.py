"""Figures of the store: recording, the window's answers, size. `python -m tests.bench.store --help`.

Synthetic articles of the shape of real ones: 3 KB of text, a 3 KB view, a 1 KB signature, 40 look-up keys in three
views (one template bucket that everything of one kind falls into), 15 mentions; stories of some twenty articles.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np

from monitor.core.model import (
    ClaimFields,
    Fingerprint,
    Judgement,
    Mention,
    Placement,
    Quantity,
    Reading,
    Reason,
    Relation,
    Status,
    Submission,
    Unit,
)
from monitor.core.text.document import Document
from monitor.edges.store import Store, open_store
from tests.edges.store.factory import START, hash_of

TEMPLATE_KEY = 42  # a bucket of thousands: the daily repo rates


def synthetic(count: int, seed: int = 1) -> Iterator[Judgement]:
    """Judgements as a busy month would bring them."""
    rng = random.Random(seed)
    letters = "".join(rng.choices("abcdefghij éè", k=50_000))
    noise = rng.randbytes(100_000)
    recent: list[str] = []
    for i in range(count):
        at = rng.randrange(40_000)
        text, key = letters[at : at + 3000], f"a{i:012x}"
        if not recent or rng.random() < 0.05:
            recent = [*recent[-200:], f"s{i:012x}"]
        story = rng.choice(recent)
        units = tuple(
            Unit(j * 200, j * 200 + 180, text[j * 200 : j * 200 + 180], j, "clause", FIELDS, 0.5, noise[at : at + 200])
            for j in range(15)
        )
        mentions = tuple(
            Mention(f"k{i:08x}{j:04x}", u, Status.ECHO, Reason("same", {"lag": 3.5}), None, None, 0.5)
            for j, u in enumerate(units)
        )
        template = (TEMPLATE_KEY,) if i % 20 == 0 else (rng.getrandbits(63),)
        bands = {
            "text": (hash_of(key),),
            "copy": tuple(rng.getrandbits(64) - 2**63 for _ in range(23)),
            "terms": (*template, *(rng.getrandbits(64) - 2**63 for _ in range(15))),
        }
        seen = START + timedelta(seconds=26 * i)
        submission = Submission(key, f"Outlet {i % 40}", "A title of some sixty letters, more or less", text,
                                seen, seen, url=f"https://example.org/news/{i}.html", language="fr")  # fmt: skip
        document = Document(text, submission.title, "fr", (), (), None, ())
        reading = Reading(submission, document, Fingerprint("bench-1", noise[:1024], bands),
                          noise[at : at + 3000], units, ("AFP",))  # fmt: skip
        placement = Placement(story, False, f"c{i // 3:012x}", None, Relation.COPY, "agency:AFP",
                              (Reason("joins", {"cosine": 0.4}),), 0.9)  # fmt: skip
        yield Judgement(reading, placement, mentions)


FIELDS = ClaimFields(
    speaker="la mairie", predicate=("ferm", "pont"), quantities=(Quantity(3, 3, "pont"),), places=("Lyon",)
)


def timed(runs: int, what: Callable[[int], object]) -> str:
    """Median and 95th percentile of `runs` calls, in milliseconds."""
    took = []
    for i in range(runs):
        start = time.perf_counter()
        what(i)
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    return f"{statistics.median(took):8.3f} ms median  {took[int(runs * 0.95)]:8.3f} ms p95"


def record(store: Store, count: int, batch: int) -> None:
    """Fill the store, a transaction each `batch` articles."""
    source, done, start = synthetic(count), 0, time.perf_counter()
    inside = own = 0.0
    while done < count:
        part = [next(source) for _ in range(min(batch, count - done))]
        begun, cpu = time.perf_counter(), time.process_time()
        with store.transaction() as tx:
            for judgement in part:
                tx.record(judgement)
        inside, own = inside + time.perf_counter() - begun, own + time.process_time() - cpu
        done += len(part)
        if done % 20_000 < batch:
            print(f"  recorded {done:,} at {done / inside:,.0f} articles/s", flush=True)
    print(
        f"record, {batch} a transaction      {count / inside:8,.0f} articles/s",
        f"({own / count * 1000:.2f} ms of processor an article; {time.perf_counter() - start:.0f} s in all)",
    )


def ask(store: Store, count: int) -> None:
    """The window's answers, with every cache cold for that question and then warm."""
    rng = random.Random(2)
    sample = list(synthetic(min(count, 2000)))
    with store.transaction() as tx:
        w = tx.window
        print(
            "lookup 23 keys (copy)        ",
            timed(500, lambda i: w.lookup("copy", sample[i].reading.fingerprint.bands["copy"], 50)),
        )
        terms = [s.reading.fingerprint.bands["terms"] for s in sample]
        print("lookup 16 keys (terms)       ", timed(500, lambda i: w.lookup("terms", terms[i], 50)))
        strange = [[rng.getrandbits(64) - 2**63 for _ in range(40)] for _ in range(500)]
        print("lookup 40 keys, none known   ", timed(500, lambda i: w.lookup("copy", strange[i], 50)))
        print(
            "lookup 1 key (text)          ",
            timed(500, lambda i: w.lookup("text", (sample[i].reading.fingerprint.bands["text"][0],), 50)),
        )
        picks = [rng.sample(range(count), 80) for _ in range(200)]
        print("filed, 80 articles, cold     ", timed(200, lambda i: w.filed(picks[i])))
        print("filed, 80 articles, cached   ", timed(200, lambda _: w.filed(picks[-1])))
        print("find, unknown key            ", timed(500, lambda i: w.find(f"nothing{i}")))
        stories = [s.placement.story for s in sample]
        print("members of a story (50)      ", timed(200, lambda i: w.members(stories[i], 50)))
        print("mentions of a story (300)    ", timed(200, lambda i: w.mentions(stories[-i], 300)))
        print("mentions of a story, cached  ", timed(200, lambda _: w.mentions(stories[0], 300)))


def many_bands(articles: int, path: Path) -> None:
    """The look-up table alone at `articles` x 40 keys, filled in key order (random order leaves it a third larger)."""
    with open_store(f"sqlite:///{path}") as store, store.transaction() as tx:
        for judgement in synthetic(1):
            tx.record(judgement)  # names the views
    rng, start = np.random.default_rng(3), time.perf_counter()
    with sqlite3.connect(path, isolation_level=None) as raw:
        raw.execute("PRAGMA synchronous=OFF").close()
        for view, per_article in ((1, 23), (2, 17)):
            keys = rng.integers(-(2**63), 2**63 - 1, articles * per_article, dtype=np.int64)
            numbers = np.arange(1, articles * per_article + 1, dtype=np.int64) // per_article + 1
            order = np.argsort(keys, kind="stable")
            probes = rng.choice(keys, (1000, per_article))
            for at in range(0, len(order), 1_000_000):
                part = order[at : at + 1_000_000]
                rows = zip([view] * len(part), keys[part].tolist(), numbers[part].tolist(), strict=True)
                raw.execute("BEGIN").close()
                raw.executemany("INSERT INTO band (view, key, number) VALUES (?, ?, ?)", rows).close()
                raw.execute("COMMIT").close()
    raw.close()
    print(
        f"filled {articles * 40:,} rows in {time.perf_counter() - start:.0f} s, {path.stat().st_size / 2**20:,.0f} MiB"
    )
    with open_store(f"sqlite:///{path}") as store:
        with store.transaction() as tx:
            known, w = probes.tolist(), tx.window
            print("lookup 17 known keys, first  ", timed(500, lambda i: w.lookup("terms", known[i], 50)))
            print("lookup 17 known keys, again  ", timed(500, lambda i: w.lookup("terms", known[i], 50)))
            strange = rng.integers(-(2**63), 2**63 - 1, (500, 40), dtype=np.int64).tolist()
            print("lookup 40 unknown keys       ", timed(500, lambda i: w.lookup("copy", strange[i], 50)))
        fresh = list(synthetic(3000, seed=9))[1:]
        start = time.perf_counter()
        for at in range(0, len(fresh), 20):
            with store.transaction() as tx:
                for judgement in fresh[at : at + 20]:
                    tx.record(judgement)
        print(f"record into it, 20 a transaction: {len(fresh) / (time.perf_counter() - start):,.0f} articles/s")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=50, help="articles in a transaction")
    parser.add_argument("--database", help="default: a new SQLite file in a temporary directory")
    parser.add_argument("--bands", type=int, help="instead: the look-up table alone, of this many articles")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "bench.db"
        if given.bands:
            many_bands(given.bands, path)
            return
        url = given.database or f"sqlite:///{path}"
        with open_store(url) as store:
            record(store, given.articles, given.batch)
        with open_store(url) as store:  # opened anew: nothing cached
            ask(store, given.articles)
            last = START + timedelta(seconds=26 * given.articles)
            start = time.perf_counter()
            gone = store.expire(last, 1)
            print(f"expire {gone:,} articles: {gone / (time.perf_counter() - start):,.0f} articles/s")
        if path.exists():
            size = path.stat().st_size / 2**20
            print(f"size: {size:,.0f} MiB, {size * 1024 / given.articles:.1f} KiB an article")
        start = time.perf_counter()
        with open_store(url) as store, store.transaction() as tx:
            tx.window.lookup("copy", (1, 2, 3), 50)
        print(f"open and first look-up: {(time.perf_counter() - start) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
