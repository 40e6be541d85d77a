"""Work on untrusted bytes in processes of their own, that can be killed.

Two rules:
    A job either gives its result within its deadline and its memory, or its process is killed and the caller told why.
    A worker knows nothing: no secrets in its environment, no files or sockets but the one to its parent.

Each worker is `python -m monitor.edges.workers FD MEGABYTES MODULE...`, a loop that reads a job from a socket, runs it
and writes the result. What comes back is unpickled with only records and errors of the job's own module allowed, so
that a worker taken over by what it parsed cannot run code in the daemon.

Errors (builtin, so that those who are handed a pool need not import it):
    TimeoutError        the job took longer than its deadline
    MemoryError         the job needed more memory than a worker may have
    ChildProcessError   the worker died, or the job failed in a way it does not declare
"""

from __future__ import annotations

import asyncio
import importlib
import io
import os
import pickle
import resource
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

T = TypeVar("T")

_LENGTH = struct.Struct("!Q")
_READY = b"ready\n"
_RESULT_LIMIT = 64 * 1024 * 1024
_PLAIN = {("datetime", "datetime"), ("datetime", "timezone"), ("datetime", "timedelta")}


class _Result(pickle.Unpickler):
    """Reads a result: nothing but dates, and records and errors of the job's own module (or package of an edge)."""

    def __init__(self, data: bytes, module: str) -> None:
        super().__init__(io.BytesIO(data))
        self._module = module

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return getattr(importlib.import_module(module), name)
        if module.split(".")[:3] == self._module.split(".")[:3]:
            found = getattr(sys.modules.get(module), name, None)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Exception)):
                return found
        raise pickle.UnpicklingError(f"a worker sent {module}.{name}")


class _Worker:
    """One process and the socket to it."""

    def __init__(self, megabytes: int, preload: Sequence[str]) -> None:
        ours, theirs = socket.socketpair()
        paths = [p or str(Path.cwd()) for p in sys.path]
        environment = {k: v for k, v in os.environ.items() if k in {"PATH", "LANG", "LC_ALL", "TZ"}}
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno()), str(megabytes), *preload],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=environment | {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"},
            )  # fmt: skip
        ours.setblocking(False)
        self._socket = ours
        self.jobs = 0

    async def start(self, seconds: float) -> None:
        """Wait until it has imported what it needs."""
        self._reader, self._writer = await asyncio.open_unix_connection(sock=self._socket)
        async with asyncio.timeout(seconds):
            said = await self._reader.readline()
        if said != _READY:
            line = said.decode(errors="replace").strip()[:200]
            raise ChildProcessError(f"a worker did not start: {line or 'it ended'}")

    async def ask(self, job: bytes, deadline: float) -> bytes:
        self.jobs += 1
        self._writer.write(_LENGTH.pack(len(job)) + job)
        async with asyncio.timeout(deadline):
            await self._writer.drain()
            (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
            if length > _RESULT_LIMIT:
                raise ChildProcessError(f"the result has {length // 1_000_000} MB")
            return await self._reader.readexactly(length)

    async def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        if (writer := getattr(self, "_writer", None)) is None:
            self._socket.close()
            return
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


class Workers:
    """A small pool of killable processes. `async with Workers() as workers: await workers.run(function, ...)`.

    Workers start when first needed. `recycle`: a worker is replaced after this many jobs, against slow leaks.
    """

    def __init__(
        self, count: int = 1, *, megabytes: int = 1024, preload: Sequence[str] = (), recycle: int = 2000,
        start_seconds: float = 60.0,
    ) -> None:  # fmt: skip
        self._megabytes, self._preload, self._recycle = megabytes, tuple(preload), recycle
        self._start_seconds = start_seconds
        self._places = asyncio.Semaphore(count)
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self.started = 0  # processes so far

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in [*self._idle, *self._busy]:
            await worker.stop()
        self._idle.clear()

    async def run(self, function: Callable[..., T], *args: Any, deadline: float) -> T:
        """The result of a module-level function, computed by a worker within `deadline` seconds.

        An exception class that the function's own module defines is raised here as it was raised there.
        """
        module = function.__module__
        job = pickle.dumps((deadline, module, function.__qualname__, args))
        async with self._places:
            worker = await self._take()
            self._busy.add(worker)
            sound = False
            try:
                status, value = _Result(await worker.ask(job, deadline), module).load()
                sound = status in ("done", "raised", "failed")
            except TimeoutError:
                raise TimeoutError(f"took longer than {deadline:g} s") from None
            except (asyncio.IncompleteReadError, ConnectionError):
                raise ChildProcessError(f"the worker died ({_ending(worker.process)})") from None
            except pickle.UnpicklingError as e:
                raise ChildProcessError(f"the worker's answer cannot be read: {e}") from None
            finally:
                self._busy.discard(worker)
                if sound and worker.jobs < self._recycle:
                    self._idle.append(worker)
                else:
                    await worker.stop()
        if status == "raised":
            raise value
        if status == "memory":
            raise MemoryError(f"needed more than {self._megabytes} MB")
        if status == "failed":
            raise ChildProcessError(str(value))
        return value  # type: ignore[no-any-return]

    async def _take(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.process.poll() is None:
                return worker
            await worker.stop()
        worker = _Worker(self._megabytes, self._preload)
        self.started += 1
        try:
            await worker.start(self._start_seconds)
        except BaseException as e:
            await worker.stop()
            if isinstance(e, TimeoutError):
                raise ChildProcessError(f"a worker did not start within {self._start_seconds:g} s") from None
            raise
        return worker


def _ending(process: subprocess.Popen[bytes]) -> str:
    try:
        code = process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return "it does not answer"
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _read(stream: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = stream.recv(min(count - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _do(job: bytes) -> tuple[bytes, bool]:
    """Run one job: its pickled outcome, and whether this process is still sound."""
    try:
        deadline, module, name, args = pickle.loads(job)  # noqa: S301  our own parent wrote it
        # Should the parent be gone, nobody would stop a job that never ends.
        signal.setitimer(signal.ITIMER_REAL, deadline + 5)
        function = getattr(importlib.import_module(module), name)
        try:
            outcome: tuple[str, Any] = ("done", function(*args))
        except Exception as e:  # the boundary: what a parser of untrusted bytes raises is a fact about the bytes
            if isinstance(e, MemoryError):
                raise
            declared = type(e).__module__.split(".")[:3] == module.split(".")[:3]
            outcome = ("raised", e) if declared else ("failed", f"{type(e).__name__}: {e}"[:300])
        signal.setitimer(signal.ITIMER_REAL, 0)
        return pickle.dumps(outcome), True
    except MemoryError:
        signal.setitimer(signal.ITIMER_REAL, 0)
        return pickle.dumps(("memory", None)), False


def main(arguments: Sequence[str]) -> None:
    """The worker's loop. It ends when the parent closes the socket."""
    # Ctrl-C, a closed terminal and a stopping service reach the whole group; the parent stops its workers itself.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    descriptor, megabytes, *preload = arguments
    stream = socket.socket(fileno=int(descriptor))
    try:
        for module in preload:
            importlib.import_module(module)
    except ImportError as e:
        stream.sendall(" ".join(str(e).split()).encode() + b"\n")
        return
    limit = int(megabytes) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    stream.sendall(_READY)
    sound = True
    while sound:
        try:
            (length,) = _LENGTH.unpack(_read(stream, _LENGTH.size))
            answer, sound = _do(_read(stream, length))
            stream.sendall(_LENGTH.pack(len(answer)) + answer)
        except (EOFError, ConnectionError):
            return


if __name__ == "__main__":
    main(sys.argv[1:])
