"""What can go wrong with a request. Every error says it in one plain line.

FetchError
├── Unreachable       no such host, refused, reset, bad certificate, no HTTP
├── TimedOut          the whole answer did not arrive within the deadline (a slow drip included)
├── TooLarge          more bytes than allowed, packed or unpacked
├── BadStatus         an answer, but not the thing: 404, 410, 429, 500..., a redirect that leads nowhere
│   └── HostBusy      the host said 429 or 503 with Retry-After a while ago; it was not asked again
├── BadBody           says gzip and is not, cut short, a coding we did not ask for, a film instead of a page
└── NotAllowed        robots.txt (pages only), a scheme other than http(s), a private address where refused
"""

# ruff: noqa: N818  an error is named by what is the case

from __future__ import annotations


class FetchError(Exception):
    """`str()` is one plain line. `passing`: the same request may well succeed later."""

    passing = True


class Unreachable(FetchError):
    """No connection, or no HTTP on it."""


class TimedOut(FetchError):
    """The deadline passed before the answer was complete."""


class TooLarge(FetchError):
    """The answer has more bytes than allowed."""

    passing = False


class BadStatus(FetchError):
    """The server answered with a status that brings nothing.

    `retry_after` in seconds, where it said so; `permanent_redirect` as in `Response`.
    """

    def __init__(
        self, line: str, status: int, retry_after: float | None = None, permanent_redirect: str | None = None
    ) -> None:
        super().__init__(line)
        self.status = status
        self.retry_after = retry_after
        self.permanent_redirect = permanent_redirect
        self.passing = status in (408, 425, 429) or status >= 500


class HostBusy(BadStatus):
    """The host asked for a pause that is not over: no request was made."""


class BadBody(FetchError):
    """The answer's body is not what its header says, or not what was asked for."""

    def __init__(self, line: str, *, passing: bool = True) -> None:
        super().__init__(line)
        self.passing = passing


class NotAllowed(FetchError):
    """We do not make this request; `passing` where only a robots.txt cannot be read right now."""

    def __init__(self, line: str, *, passing: bool = False) -> None:
        super().__init__(line)
        self.passing = passing
