"""A window of N articles in SQLite, for benchmarks, without N readings.

One block of invented news (tests.bench.synthetic) is read in earnest. The rest of the window is the same block over and
over under other names: every rare term, word and key is sent through a salt of its block, common terms stay common. So
a million articles need no hours of reading, and the buckets of the look-up fill as they would. Rows go in with the
store's own statements, look-up keys sorted, since a million articles recorded one by one would take an hour.
"""

from __future__ import annotations

import dataclasses
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import numpy as np
from sqlalchemy import insert

from monitor.core.matching.place import _term_keys
from monitor.core.matching.view import View, decode, encode
from monitor.core.model import Fingerprint, Judgement
from monitor.edges.store import Store, schema
from monitor.edges.store.codec import encode_bands
from monitor.edges.store.schema import to_micros
from monitor.edges.store.transaction import _article_row, _mention_rows
from tests.bench.synthetic import START

BLOCK = 4_000
COMMON = 20  # articles of a block from which a term is common to all blocks
ROWS = 2_000  # articles in a transaction
KEYS = 400_000  # look-up keys in a transaction
SPAN = timedelta(days=30)
_STORIES = (
    "INSERT INTO story (id, founder, latest, articles, last_seen, last_dated) SELECT story, min(number), max(number),"
    " count(*), max(first_seen), max(coalesce(published, first_seen)) FROM article GROUP BY story"
)


def common_terms(judged: Sequence[Judgement]) -> np.ndarray:
    """The ids of terms that many articles of the block have."""
    all_ids = np.concatenate([decode(j.reading.view).terms["id"] for j in judged])
    ids, counts = np.unique(all_ids, return_counts=True)
    return np.asarray(ids[counts >= COMMON])


def is_common(judgement: Judgement, common: np.ndarray) -> np.ndarray:
    """Which of an article's terms stay as they are, shape (terms,)."""
    ids = decode(judgement.reading.view).terms["id"]
    return np.asarray(common[np.minimum(np.searchsorted(common, ids), len(common) - 1)] == ids)


@cache
def salt_of(block: int) -> int:
    """What a block's rare words are sent through; 0 for block 0, which stays as it is."""
    return int(np.random.default_rng(block).integers(1, 2**31)) if block else 0


def moved(judgement: Judgement, share: float) -> Judgement:
    """The same at another time: `share` (0..1) of the window's days."""
    s = judgement.reading.submission
    when = START + SPAN * share
    submission = dataclasses.replace(s, published=when, first_seen=when)
    return dataclasses.replace(judgement, reading=dataclasses.replace(judgement.reading, submission=submission))


def renamed(judgement: Judgement, block: int, kept: np.ndarray) -> Judgement:
    """An article of the block as one of another block; `kept` are its common terms."""
    if block == 0:
        return judgement
    r, p, salt = judgement.reading, judgement.placement, salt_of(block)
    view = decode(r.view)
    terms = view.terms.copy()
    ids = np.where(kept, terms["id"], terms["id"] ^ np.uint32(salt))
    terms["id"] = ids
    terms = terms[np.argsort(ids, kind="stable")]
    data = encode(View(view.language, view.facts, terms, view.words ^ np.uint32(salt)))
    wide = salt << 31 | salt
    bands = {name: tuple(key ^ wide for key in keys) for name, keys in r.fingerprint.bands.items()}
    values = (np.frombuffer(r.fingerprint.signature, "<u4") ^ np.uint32(salt)).tobytes()
    fingerprint = Fingerprint(r.fingerprint.scheme, values, {**bands, "terms": _term_keys(terms)})

    def other(name: str) -> str:
        return f"{name[:1]}{block:04d}{name[1:]}"

    submission = dataclasses.replace(r.submission, key=other(r.submission.key))
    reading = dataclasses.replace(r, submission=submission, fingerprint=fingerprint, view=data)
    source = other(p.derives_from) if p.derives_from else None
    placement = dataclasses.replace(p, story=other(p.story), copy_group=other(p.copy_group), derives_from=source)
    mentions = tuple(
        dataclasses.replace(m, claim=other(m.claim), first_article=other(m.first_article) if m.first_article else None)
        for m in judgement.mentions
    )
    return dataclasses.replace(judgement, reading=reading, placement=placement, mentions=mentions, events=())


@dataclass(frozen=True)
class Filled:
    """What filling took and what came of it."""

    seconds: float
    largest: dict[str, int]  # by view: articles in the fullest bucket
    fullest_key: int  # the fullest bucket of terms


def fill(store: Store, judged: Sequence[Judgement], blocks: Sequence[int], count: int, total: int) -> Filled:
    """File `count` articles: the block under the names of `blocks`, as the first of `total` articles of the window."""
    start, common = time.perf_counter(), common_terms(judged)
    kept = [is_common(j, common) for j in judged]
    keys: dict[str, list[tuple[np.ndarray, np.ndarray]]] = defaultdict(list)
    for first in range(0, count, ROWS):
        part = [
            moved(renamed(judged[i % len(judged)], blocks[i // len(judged)], kept[i % len(judged)]), i / total)
            for i in range(first, min(first + ROWS, count))
        ]
        _file(store, part, first)
        for view in part[0].reading.fingerprint.bands:
            own = [sorted(set(j.reading.fingerprint.bands[view])) for j in part]
            numbers = np.repeat(np.arange(first, first + len(part)), [len(k) for k in own])
            keys[view].append((np.array([k for ks in own for k in ks], dtype=np.int64), numbers))
    with store.transaction() as tx:
        tx._connection.exec_driver_sql(_STORIES)
    largest, fullest = {}, 0
    for view, parts in keys.items():
        flat, numbers = np.concatenate([k for k, _ in parts]), np.concatenate([n for _, n in parts])
        parts.clear()
        order = np.argsort(flat, kind="stable")
        flat, numbers = flat[order], numbers[order]
        _put_keys(store, view, flat, numbers)
        starts = np.flatnonzero(np.diff(flat, prepend=flat[0] - 1))
        sizes = np.diff(starts, append=len(flat))
        largest[view] = int(sizes.max())
        fullest = int(flat[starts[sizes.argmax()]]) if view == "terms" else fullest
    return Filled(time.perf_counter() - start, largest, fullest)


def _file(store: Store, part: Sequence[Judgement], first: int) -> None:
    """Articles, fingerprints and mentions of some judgements; no look-up keys yet, no stories."""
    articles, prints, mentions = [], [], []
    with store.transaction() as tx:
        for n, j in enumerate(part, first):
            row = _article_row(j, n, 1)
            articles.append(row)
            f = j.reading.fingerprint
            prints.append({
                "number": n, "expires_by": to_micros(j.reading.submission.first_seen), "view": j.reading.view,
                "bands": encode_bands({tx._view_id(v): k for v, k in f.bands.items()}), "scheme": f.scheme,
                "signature": f.signature,
            })  # fmt: skip
            rows = _mention_rows(j, row, tx._next_mention)
            tx._next_mention += len(rows)
            mentions += rows
        connection = tx._connection
        connection.execute(insert(schema.article), articles)
        connection.execute(insert(schema.fingerprint), prints)
        if mentions:
            connection.execute(insert(schema.mention), mentions)


def _put_keys(store: Store, view: str, keys: np.ndarray, numbers: np.ndarray) -> None:
    """Look-up keys in the order of the table."""
    for at in range(0, len(keys), KEYS):
        some, whose = keys[at : at + KEYS].tolist(), numbers[at : at + KEYS].tolist()
        with store.transaction() as tx:
            rows = zip([tx._view_id(view)] * len(some), some, whose, strict=True)
            tx._connection.exec_driver_sql("INSERT INTO band (view, key, number) VALUES (?, ?, ?)", list(rows))
