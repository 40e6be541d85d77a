"""Milliseconds to place an article in a window of N articles.

    python -m tests.bench.matching [--articles 20000] [--measured 300]

The window is in memory, so that this is the matcher's own time (keys looked up, views decoded and compared); the
store's share is measured by tests.bench.store. Invented news of tests.bench.synthetic: stories, copies, rewrites.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable

from monitor.core.matching.grouping import copy_of
from monitor.core.matching.place import MatchSettings, candidates_of, fingerprint_document, place
from monitor.core.matching.view import DECODED
from monitor.core.model import Judgement, Reading, Submission
from monitor.core.text.clean import clean
from monitor.languages import pack, resource
from tests.bench.synthetic import stream
from tests.memory import MemoryWindow


def read(s: Submission, settings: MatchSettings) -> Reading:
    document = clean(s.text, s.title, pack("fr"), "fr", s.when)
    fingerprint, view = fingerprint_document(document, s, pack("fr"), settings)
    return Reading(s, document, fingerprint, view, (), ())


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - start)


def said(name: str, values: list[float]) -> None:
    values = sorted(values)
    print(
        f"{name:38s} median {statistics.median(values):7.3f} ms   95% under {values[int(0.95 * len(values))]:7.3f} ms"
    )


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--articles", type=int, default=20_000)
    ap.add_argument("--measured", type=int, default=300)
    a = ap.parse_args()
    settings, window = MatchSettings.load(resource), MemoryWindow()
    looked, copied, whole, reading_time = [], [], [], []
    for n, s in enumerate(stream(a.articles)):
        measured = n >= a.articles - a.measured
        start = time.perf_counter()
        reading = read(s, settings)
        if measured:
            reading_time.append(1e3 * (time.perf_counter() - start))
            DECODED.clear()  # a window of a million: hardly any view is still at hand
            looked.append(timed(lambda r=reading: candidates_of(r, window)))  # type: ignore[misc]
            found = candidates_of(reading, window)
            copied.append(timed(lambda r=reading, c=found: copy_of(r, c, window, settings.copies)))  # type: ignore[misc]
            DECODED.clear()
        start = time.perf_counter()
        placement, events = place(reading, window, settings, None)
        if measured:
            whole.append(1e3 * (time.perf_counter() - start))
        window.record(Judgement(reading, placement, (), events))
    print(f"{a.articles} articles in the window, {a.measured} measured, views decoded afresh")
    said("cleaning, terms, signature, view", reading_time)
    said("candidates (window in memory)", looked)
    said("copy decision", copied)
    said("whole match", whole)
    return 0


if __name__ == "__main__":
    sys.exit(main())
