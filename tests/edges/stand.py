"""A loopback server that says exactly the bytes a test wants, and remembers what it was asked."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self


class Asked:
    """One request."""

    def __init__(self, head: bytes) -> None:
        first, *rest = head.decode("latin-1").split("\r\n")
        self.method, self.path, _ = first.split(" ", 2)
        self.headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in rest if line)}


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def says(status: str = "200 OK", body: bytes = b"", *headers: str, length: int | None = None) -> Answer:
    """An answer of these bytes. `length` overrides the true Content-Length."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
        writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode("utf-8") + body)

    return answer


class Stand:
    """`async with Stand({"/path": says(...)}) as stand: fetcher.get(stand.url("/path"))`."""

    def __init__(self, routes: dict[str, Answer]) -> None:
        self.routes = routes
        self.asked: list[Asked] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            asked = Asked(await reader.readuntil(b"\r\n\r\n"))
            self.asked.append(asked)
            answer = self.routes.get(asked.path, says("404 Not Found"))
            await answer(asked, writer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client went away, or the test is over
        finally:
            writer.close()
            self._tasks.discard(task)
