"""From submissions to the store: the one writer's half of the way, the same for live polls and replays.

    submissions -> read -> in the desk's order -> those whose text is filed already left out -> judge -> record
                -> notices of the watches that match -> (last) what the feeds' polls change

All of one call is one transaction. `stop` is asked between articles: once it says so, what has been judged is
recorded and the polls are not, so that they are done again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from monitor.core.alerts import Watch, notice_for
from monitor.core.archive import Notice, PollOutcome
from monitor.core.desk import Desk
from monitor.core.model import Judgement, Reading, Status, Submission
from monitor.core.window import Window

SILENT = frozenset({Status.ECHO, Status.LAGGED})


class Recorded(Protocol):
    """Where a judgement went."""

    @property
    def mentions(self) -> tuple[int, ...]: ...


class Recording(Protocol):
    """What this needs of the store's transaction."""

    @property
    def window(self) -> Window: ...
    def record(self, judgement: Judgement) -> Recorded: ...
    def add_notices(self, notices: Iterable[Notice]) -> object: ...
    def save_poll(self, outcome: PollOutcome) -> None: ...
    def set_meta(self, name: str, value: str) -> None: ...


class Ledger(Protocol):
    """What this needs of the store."""

    def transaction(self) -> AbstractContextManager[Recording]: ...


@dataclass(frozen=True, slots=True)
class Close:
    """What the polls of a call change, recorded after its articles."""

    outcomes: tuple[PollOutcome, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the submissions of one feed."""

    new: int = 0  # articles that brought something
    echoed: int = 0
    versions: int = 0  # of articles filed before; counted in the two above as well
    known: int = 0  # filed already with the same text
    problems: tuple[str, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.new + other.new, self.echoed + other.echoed, self.versions + other.versions,
            self.known + other.known, self.problems + other.problems,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filed:
    """What a call recorded, by feed (None: no feed)."""

    tallies: Mapping[str | None, Tally]
    notices: int = 0
    complete: bool = True  # False: stopped before the end, the polls are not recorded
    failed: frozenset[str] = frozenset()  # keys of articles that could not be read or judged


class Filer:
    """Orders the calls; decides nothing."""

    def __init__(
        self, store: Ledger, desk: Desk, watches: Sequence[Watch] = (), stale: timedelta = timedelta(days=1)
    ) -> None:
        """News published more than `stale` before it was first seen is filed but gives no notice."""
        self._store, self._desk, self._stale = store, desk, stale
        self.watches = tuple(watches)

    def file(
        self,
        submissions: Iterable[Submission],
        close: Callable[[frozenset[str]], Close] | None = None,
        *,
        stop: Callable[[], bool] = lambda: False,
        readings: Iterable[Reading | Exception] | None = None,
    ) -> Filed:
        """File these articles in the desk's order, and close their polls. Raises what the store raises.

        `close` is told the keys of the articles that failed.
        `readings` gives what `Desk.read` says of each, in the desk's order, where that was done elsewhere.
        """
        ordered = sorted(submissions, key=Desk.order_key)
        tally = _Counting()
        # All are read before the transaction opens, so that it is short.
        read = list(readings if readings is not None else self._readings(ordered, stop))
        with self._store.transaction() as tx:
            for submission, reading in zip(ordered, read, strict=False):  # fewer were read if it was stopped
                if stop():
                    break
                if isinstance(reading, Exception):
                    tally.problem(submission, "read", reading)
                else:
                    self._one(tx, reading, tally)
            complete = not stop()
            if close is not None and complete:
                last = close(frozenset(tally.failed))
                for name, value in last.facts.items():
                    tx.set_meta(name, value)
                for outcome in last.outcomes:
                    tx.save_poll(outcome)
        return Filed(tally.result(), tally.notices, complete, frozenset(tally.failed))

    def _readings(self, submissions: Sequence[Submission], stop: Callable[[], bool]) -> Iterator[Reading | Exception]:
        for submission in submissions:
            if stop():
                return
            yield try_read(self._desk, submission)

    def _one(self, tx: Recording, reading: Reading, tally: _Counting) -> None:
        submission = reading.submission
        earlier = tx.window.find(submission.key)
        if earlier is not None and earlier.text_digest == reading.fingerprint.bands["text"][0]:
            tally.known(submission)
            return
        try:
            judgement = self._desk.judge(reading, tx.window)
        except Exception as e:  # noqa: BLE001  the feed's boundary: recorded as its problem
            tally.problem(submission, "judged", e)
            return
        recorded = tx.record(judgement)
        notices = self._notices(judgement, recorded.mentions)
        if notices:
            tx.add_notices(notices)
        tally.filed(judgement, len(notices))

    def _notices(self, judgement: Judgement, mentions: Sequence[int]) -> list[Notice]:
        submission = judgement.reading.submission
        if submission.first_seen - submission.when > self._stale:
            return []
        found = (notice_for(w, judgement, mentions, submission.first_seen) for w in self.watches)
        return [n for n in found if n is not None]


def try_read(desk: Desk, submission: Submission) -> Reading | Exception:
    """The reading, or the error that is this article's problem and nobody else's."""
    try:
        return desk.read(submission)
    except Exception as e:  # noqa: BLE001  the feed's boundary: recorded as its problem
        return e


class _Counting:
    def __init__(self) -> None:
        self._counts: dict[str | None, Counter[str]] = {}
        self._problems: dict[str | None, list[str]] = {}
        self.notices = 0
        self.failed: set[str] = set()

    def _of(self, submission: Submission) -> Counter[str]:
        return self._counts.setdefault(submission.feed, Counter())

    def known(self, submission: Submission) -> None:
        self._of(submission)["known"] += 1

    def problem(self, submission: Submission, verb: str, error: Exception) -> None:
        self._of(submission)
        self.failed.add(submission.key)
        line = f"article {submission.key} could not be {verb}: {type(error).__name__}: {error}"
        self._problems.setdefault(submission.feed, []).append(" ".join(line.split())[:300])

    def filed(self, judgement: Judgement, notices: int) -> None:
        counts = self._of(judgement.reading.submission)
        counts["echoed" if judgement.verdict in SILENT else "new"] += 1
        counts["versions"] += judgement.replaces is not None
        self.notices += notices

    def result(self) -> dict[str | None, Tally]:
        return {
            feed: Tally(c["new"], c["echoed"], c["versions"], c["known"], tuple(self._problems.get(feed, ())))
            for feed, c in self._counts.items()
        }
