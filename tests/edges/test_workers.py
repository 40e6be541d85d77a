import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable

import pytest

from monitor.edges.workers import Workers


class OddError(Exception):
    """An error this module declares."""


class Evil:
    """A result that would run a command where it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return os.system, ("echo unpickled",)


def double(number: int) -> int:
    return 2 * number


def where() -> tuple[int, dict[str, str]]:
    return os.getpid(), dict(os.environ)


def spin() -> None:
    while True:
        pass


def hog() -> int:
    return len(bytearray(2_000_000_000))


def refuse() -> None:
    raise OddError("odd")


def break_down() -> None:
    raise KeyError("missing")


def die() -> None:
    os._exit(3)


def evil() -> Evil:
    return Evil()


def flood() -> bytes:
    return b"x" * 100_000_000


def run(use: Callable[[Workers], Awaitable[None]], count: int = 1, recycle: int = 100) -> int:
    """How many processes were started."""

    async def main() -> int:
        async with Workers(count, megabytes=512, recycle=recycle) as workers:
            await use(workers)
        return workers.started

    return asyncio.run(main())


def test_a_job_runs_in_another_process_without_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The result comes back, and the worker knows none of our secrets."""
    monkeypatch.setenv("SMTP_PASSWORD", "secret")

    async def use(workers: Workers) -> None:
        assert await workers.run(double, 21, deadline=10) == 42
        process, environment = await workers.run(where, deadline=10)
        assert process != os.getpid()
        assert "SMTP_PASSWORD" not in environment

    assert run(use) == 1


@pytest.mark.parametrize(
    ("job", "error", "line"),
    [
        (spin, TimeoutError, "took longer than 0.3 s"),
        (hog, MemoryError, "needed more than 512 MB"),
        (die, ChildProcessError, r"the worker died \(exit code 3\)"),
        (evil, ChildProcessError, r"the worker's answer cannot be read: a worker sent posix\.system"),
        (flood, ChildProcessError, "the result has 100 MB"),
    ],
)
def test_a_lost_worker_is_replaced(job: Callable[[], object], error: type[Exception], line: str) -> None:
    """Too long, too much memory, death, a dangerous or a huge answer: told, and the next job has a new worker."""

    async def use(workers: Workers) -> None:
        with pytest.raises(error, match=line):
            await workers.run(job, deadline=0.3 if job is spin else 10)
        assert await workers.run(double, 1, deadline=10) == 2

    assert run(use) == 2


def test_an_error_does_not_cost_a_worker() -> None:
    """A declared error arrives as itself, any other as a line; the worker goes on."""

    async def use(workers: Workers) -> None:
        with pytest.raises(OddError, match="odd"):
            await workers.run(refuse, deadline=10)
        with pytest.raises(ChildProcessError, match="KeyError: 'missing'"):
            await workers.run(break_down, deadline=10)
        assert await workers.run(double, 1, deadline=10) == 2

    assert run(use) == 1


def test_a_worker_is_replaced_after_its_share_of_jobs() -> None:
    """Slow leaks end with the process."""

    async def use(workers: Workers) -> None:
        assert [await workers.run(double, n, deadline=10) for n in range(4)] == [0, 2, 4, 6]

    assert run(use, recycle=2) == 2


def test_a_cancelled_job_leaves_no_worker_behind() -> None:
    """When the daemon stops in the middle of a job, the process is gone and its place is free."""

    async def use(workers: Workers) -> None:
        job = asyncio.create_task(workers.run(spin, deadline=60))
        process, _ = await workers.run(where, deadline=10)  # the second worker is up: so is the first
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert not workers._busy
        assert await workers.run(where, deadline=10) != process

    assert run(use, count=2) == 2


def test_leaving_the_pool_kills_a_job_under_way() -> None:
    """Shutdown does not wait for a job that spins."""

    async def main() -> None:
        async with Workers() as workers:
            job = asyncio.create_task(workers.run(spin, deadline=60))
            while not workers._busy:
                await asyncio.wait({job}, timeout=0.01)
            (worker,) = workers._busy
            began = time.monotonic()
        with pytest.raises(ChildProcessError, match="SIGKILL"):
            await job
        assert worker.process.poll() is not None
        assert time.monotonic() - began < 2

    asyncio.run(main())


def test_a_stopping_service_does_not_look_like_a_broken_feed() -> None:
    """Signals to the whole group leave a job under way alone: the parent decides."""

    async def use(workers: Workers) -> None:
        process, _ = await workers.run(where, deadline=10)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(process, number)
        assert (await workers.run(where, deadline=10))[0] == process

    assert run(use) == 1


def test_a_worker_that_cannot_start_says_why() -> None:
    """A missing package is named, not a signal."""

    async def main() -> None:
        async with Workers(preload=["no_such_package"]) as workers:
            with pytest.raises(ChildProcessError, match="a worker did not start: No module named 'no_such_package'"):
                await workers.run(double, 1, deadline=10)

    asyncio.run(main())
