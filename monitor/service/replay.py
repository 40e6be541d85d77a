"""Replaying archived articles: the way of a poll without the network.

    files -> lines -> submissions (HTML made text) -> the desk's order -> batches -> file (read, judge, record)

A line is {"id", "source", "url", "published", "language", "title", "text"}, or "html" in place of "text". `published`
may be null: such an article keeps its place in the file, a moment after the dated one before it (or before the first
dated one: news without a date is not of another century). A line that cannot be used is told with file and line
number, and the rest goes on. An id that comes again is a new version of its article.
Replays give no notices: old news is not mailed.
"""

from __future__ import annotations

import contextlib
import json
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Any, Self

from monitor.core.desk import Desk
from monitor.core.model import Reading, Submission
from monitor.edges.pages import entry_text, extract
from monitor.service.filing import Filer, Ledger, Tally, try_read

BATCH = 500  # articles a transaction
FIRST = datetime(2000, 1, 1, tzinfo=UTC)  # for files without any date
MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be used, and why."""

    file: Path
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.why}"


class ReplayError(Exception):
    """A file cannot be read. One line."""


def read_archive(files: Iterable[Path]) -> Iterator[Submission | BadLine]:
    """The articles of these files in their order. Raises ReplayError."""
    for path in files:
        try:
            with path.open("rb") as lines:
                last = _start(lines)
                for number, line in enumerate(lines, start=1):
                    if not line.strip():
                        continue
                    found = _line(line, last)
                    if isinstance(found, str):
                        yield BadLine(path, number, found)
                    else:
                        last = found.first_seen
                        yield found
        except OSError as e:
            raise ReplayError(f"{path}: cannot be read: {e.strerror}") from e


def _start(lines: IO[bytes]) -> datetime:
    """The time to count on from: a moment for each undated line before the first date. Rewinds the file."""
    start = FIRST
    for number, line in enumerate(lines, start=1):
        with contextlib.suppress(ValueError, OverflowError, RecursionError, AttributeError, TypeError):
            if (published := _time(json.loads(line).get("published"))) is not None:
                start = published - number * MOMENT
                break
    lines.seek(0)
    return start


def _line(line: bytes, last: datetime) -> Submission | str:
    """The article of a line, or what is wrong with it. `last` is the time of the line before."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as e:
        return f"is not JSON: {e}"
    if not isinstance(row, dict):
        return "expected an object"
    for name in ("id", "source"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            return f'"{name}" is missing or not text'
    for name in ("title", "text", "html", "url", "language", "published"):
        if row.get(name) is not None and not isinstance(row[name], str):
            return f'"{name}" is not text'
    if row.get("text") is None and row.get("html") is None:
        return 'neither "text" nor "html"'
    try:
        published = _time(row.get("published"))
    except (ValueError, OverflowError):
        return f'"published": expected a time such as 2026-03-01T08:30:00Z, not "{str(row["published"])[:40]}"'
    return Submission(
        key=row["id"], outlet=row["source"], title=row.get("title") or "", text=_text(row),
        first_seen=published or last + MOMENT, published=published, url=row.get("url"), language=row.get("language"),
    )  # fmt: skip


def _time(text: str | None) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _text(row: Mapping[str, Any]) -> str:
    """The text as it is; of HTML the article of a page, or all of a fragment."""
    if row.get("text") is not None:
        return str(row["text"])
    html = str(row["html"])
    if "<html" in html[:2000].lower() or "<body" in html[:5000].lower():
        page = extract(html.encode("utf8", "replace"), row.get("url") or "", "utf-8")
        if page.text:
            return page.text
    return entry_text(html)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to."""

    tally: Tally
    articles: int
    bad: tuple[BadLine, ...]


class Replay:
    """Orders the calls of a replay."""

    def __init__(self, store: Ledger, make_desk: Callable[[], Desk], processes: int = 1, batch: int = BATCH) -> None:
        """`make_desk` builds the desk; with several processes it is called in each of them, so it must be picklable."""
        self._filer = Filer(store, make_desk())
        self._make_desk, self._processes, self._batch = make_desk, processes, batch

    def run(
        self, files: Sequence[Path], progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Replayed:  # fmt: skip
        """File all articles of these files. `progress` is told how many of how many are recorded.

        Raises ReplayError and what the store raises; batches recorded until then stay.
        """
        found = list(read_archive(files))
        bad = tuple(f for f in found if isinstance(f, BadLine))
        stream = sorted((f for f in found if isinstance(f, Submission)), key=Desk.order_key)
        parts = [stream[i : i + self._batch] for i in range(0, len(stream), self._batch)]
        tally, done = Tally(), 0
        with _Readers(self._make_desk, self._processes if len(parts) > 1 else 1) as readers:
            for part, readings in readers.ahead(parts):
                filed = self._filer.file(part, readings=readings, stop=stop)
                tally = sum(filed.tallies.values(), tally)
                if not filed.complete:
                    break
                done += len(part)
                if progress:
                    progress(done, len(stream))
        return Replayed(tally, done, bad)


class _Readers:
    """Processes that read articles while this one judges. One process: this one does both."""

    def __init__(self, make_desk: Callable[[], Desk], processes: int) -> None:
        self._pool = None
        if processes > 1:
            # Spawned, not forked: this process has threads.
            self._pool = ProcessPoolExecutor(processes, get_context("spawn"), _set_up, (make_desk,))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def ahead(
        self, parts: Sequence[list[Submission]]
    ) -> Iterator[tuple[list[Submission], Iterable[Reading | Exception] | None]]:
        """Each part with its readings; those of the next part are begun meanwhile."""
        if self._pool is None:
            yield from ((part, None) for part in parts)
            return
        begun = self._pool.map(_read, parts[0], chunksize=16)
        for part, following in zip(parts, [*parts[1:], []], strict=True):
            here, begun = begun, self._pool.map(_read, following, chunksize=16)
            yield part, here


_desk: Desk | None = None  # of a reading process


def _set_up(make_desk: Callable[[], Desk]) -> None:
    global _desk  # noqa: PLW0603  a pool's initializer has no other way
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    _desk = make_desk()


def _read(submission: Submission) -> Reading | Exception:
    assert _desk is not None
    return try_read(_desk, submission)
