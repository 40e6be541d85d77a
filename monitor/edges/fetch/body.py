"""Reading and unpacking an answer no further than its limits.

gzip and deflate only: both can be unpacked in steps of bounded size, so that a bomb of a few kilobytes costs no more
memory than the limit.
"""

from __future__ import annotations

import zlib
from typing import Protocol

import aiohttp

from monitor.edges.fetch.errors import BadBody, TooLarge

ACCEPT_ENCODING = "gzip, deflate"
_STEP = 256 * 1024


class _Unpacker(Protocol):
    def feed(self, data: bytes, room: int) -> bytes:
        """Unpacked bytes; more than `room` of them means there is more than `room`."""

    def end(self) -> None:
        """BadBody where the stream is not complete."""


class _Plain:
    def feed(self, data: bytes, room: int) -> bytes:  # noqa: ARG002  nothing grows here
        return data

    def end(self) -> None:
        pass


class _Zipped:
    """gzip (of several members) or deflate (with or without the zlib header: servers send both)."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._stream = zlib.decompressobj(31 if coding == "gzip" else 15)
        self._started = False

    def feed(self, data: bytes, room: int) -> bytes:
        out = bytearray()
        while data and len(out) <= room:
            if self._stream.eof:
                if self._coding != "gzip" or not data.startswith(b"\x1f\x8b"):
                    break  # padding after the end: harmless
                self._stream = zlib.decompressobj(31)
            try:
                out += self._stream.decompress(data, min(_STEP, room + 1 - len(out)))
            except zlib.error:
                if self._started or self._coding == "gzip":
                    raise BadBody(f"the answer says {self._coding} and is not") from None
                self._stream = zlib.decompressobj(-15)
                self._started = True
                continue
            self._started = True
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
        return bytes(out)

    def end(self) -> None:
        if self._started and not self._stream.eof:
            raise BadBody(f"the {self._coding} answer was cut short")


def _unpacker(header: str) -> _Unpacker:
    """For a Content-Encoding. Names that are no coding at all ("utf-8", "none") occur and mean nothing."""
    codings = [c.strip().lower() for c in header.split(",") if c.strip()]
    zipped = [c for c in codings if c in ("gzip", "x-gzip", "deflate")]
    foreign = [c for c in codings if c in ("br", "zstd", "compress", "x-compress", "dcb", "dcz")]
    if foreign or len(zipped) > 1:
        raise BadBody(f"the answer is packed as {', '.join(foreign or zipped)}, which was not asked for")
    return _Zipped(zipped[0].removeprefix("x-")) if zipped else _Plain()


async def read_body(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """The unpacked body. TooLarge past `limit` bytes, packed or unpacked; BadBody where it is not what it says."""
    announced = answer.content_length
    if announced is not None and announced > limit:
        raise TooLarge(f"the answer has {_megabytes(announced)}, more than the {_megabytes(limit)} allowed")
    unpacker = _unpacker(answer.headers.get("Content-Encoding", ""))
    body = bytearray()
    packed = 0
    try:
        async for chunk in answer.content.iter_any():
            packed += len(chunk)
            body += unpacker.feed(chunk, limit - len(body))
            if packed > limit or len(body) > limit:
                raise TooLarge(f"the answer has more than the {_megabytes(limit)} allowed")
    except aiohttp.ClientPayloadError:
        raise BadBody("the answer was cut short") from None
    unpacker.end()
    return bytes(body)


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{count} bytes"
