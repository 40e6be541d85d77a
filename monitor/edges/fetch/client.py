"""The way of one request: its host's turn, robots.txt for pages, redirects by hand, the body within its limits."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import time
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Literal, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from monitor import __version__
from monitor.edges.fetch.body import ACCEPT_ENCODING, read_body
from monitor.edges.fetch.errors import BadBody, BadStatus, FetchError, NotAllowed, TimedOut, Unreachable
from monitor.edges.fetch.manners import Robots, Turns

Kind = Literal["feed", "page", "robots"]

_PRODUCT = "Echowire"
_ACCEPT: dict[str, str] = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "application/json;q=0.8, text/xml;q=0.8, */*;q=0.1",
    "page": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
    "robots": "text/plain, */*;q=0.1",
}
_NO_PAGE = r"(image|video|audio|font)/|application/(pdf|zip|gzip|msword|vnd\.(ms-|openxml))"
_PRIVATE = "has a private address"
_HEADER = 64 * 1024
_ROBOTS_LIMIT = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """Seconds and bytes."""

    contact: str = ""  # a URL or mail address for those who find us in their logs
    gap: float = 2.0  # between two requests to one host; none on loopback
    per_host: int = 2
    connect_deadline: float = 10.0
    feed_deadline: float = 30.0
    page_deadline: float = 30.0
    feed_limit: int = 10_000_000
    page_limit: int = 5_000_000
    redirects: int = 5
    longest_pause: float = 15.0  # a host that asks for a longer pause gets it, and the request fails at once
    # True: no address of a private, link-local or loopback network is contacted (nor a proxy that has one).
    refuse_private: bool = False
    robots: bool = True


@dataclass(frozen=True, slots=True)
class Response:
    """What a server gave. `url` is where redirects led; header times are in seconds."""

    status: int
    url: str
    permanent_redirect: str | None  # how far the redirects were permanent (301, 308) from the first on
    body: bytes
    content_type: str | None
    charset: str | None
    etag: str | None
    modified: str | None
    retry_after: float | None
    max_age: float | None
    not_modified: bool


class _PublicOnly(AbstractResolver):
    """Resolves names, and leaves out addresses that are not of the public internet."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = [r for r in await self._inner.resolve(host, port, family) if _is_public(r["host"])]
        if not found:
            raise OSError(None, f"{host} {_PRIVATE}")
        return found

    async def close(self) -> None:
        await self._inner.close()


def _is_public(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_global


class Fetcher:
    """One HTTP session. `async with Fetcher(settings) as fetcher: await fetcher.get(url)`.

    No cookies; proxies from the environment are used; one instance serves all feeds and pages.
    """

    def __init__(self, settings: FetchSettings | None = None) -> None:
        self.settings = settings or FetchSettings()
        s = self.settings
        self._turns = Turns(s.gap, s.per_host, s.longest_pause)
        self._robots = Robots(_PRODUCT, self._robots_txt, self._turns)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        s = self.settings
        about = f" (+{s.contact})" if s.contact else ""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, resolver=_PublicOnly() if s.refuse_private else None),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=True,
            timeout=aiohttp.ClientTimeout(total=None, connect=s.connect_deadline),
            max_line_size=_HEADER,
            max_field_size=_HEADER,  # some sites' security policies are longer than 8 KB
            headers={"User-Agent": f"{_PRODUCT}/{__version__}{about}", "Accept-Encoding": ACCEPT_ENCODING},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(
        self, url: str, *, etag: str | None = None, modified: str | None = None, kind: Kind = "feed",
        limit_bytes: int | None = None, deadline: float | None = None,
    ) -> Response:  # fmt: skip
        """Fetch a feed or a page. Raises FetchError.

        `etag` and `modified` as an earlier response gave them: an unchanged document then comes back with
        `not_modified` and no body. `deadline` (seconds) counts from the host's turn on; waiting for the turn is free.
        """
        s = self.settings
        limit = limit_bytes or (s.feed_limit if kind == "feed" else s.page_limit)
        seconds = deadline or (s.feed_deadline if kind == "feed" else s.page_deadline)
        headers = {"Accept": _ACCEPT[kind]}
        if etag:
            headers["If-None-Match"] = _header(etag)
        if modified:
            headers["If-Modified-Since"] = _header(modified)
        here, seen = _parse(url), set[str]()
        permanent: str | None = None
        lasting = True
        for _ in range(s.redirects + 1):
            self._permit(here)
            seen.add(str(here))
            if kind == "page" and s.robots:
                await self._robots.check(str(here.origin()), here.host or "", str(here))
            async with self._turns.turn(here.host or ""):
                started = time.monotonic()
                answer = await self._hop(here, headers, limit, seconds, permanent)
                seconds -= time.monotonic() - started
            if isinstance(answer, Response):
                return answer
            lasting = lasting and answer.status in (301, 308)
            here = _follow(here, answer)
            if str(here) in seen:
                raise BadStatus("the redirects go round in a circle", answer.status)
            permanent = str(here) if lasting else permanent
        raise BadStatus(f"more than {s.redirects} redirects", answer.status)

    async def _hop(
        self, url: URL, headers: dict[str, str], limit: int, seconds: float, permanent: str | None
    ) -> Response | _Redirect:
        """One request. Everything that aiohttp may raise becomes a FetchError here, which is none of its errors."""
        if self._session is None:
            raise RuntimeError("the fetcher is used outside its `async with`")
        try:
            async with (
                asyncio.timeout(max(seconds, 0.0)),
                self._session.get(url, headers=headers, allow_redirects=False) as answer,
            ):
                return await self._answer(answer, headers, limit, permanent)
        except (aiohttp.ClientError, OSError, ValueError) as e:  # TimeoutError is an OSError
            raise self._told(e, url) from None

    def _told(self, e: Exception, url: URL) -> FetchError:
        """What aiohttp raises, in plain words."""
        host = _host(url)
        match e:
            case aiohttp.ConnectionTimeoutError():
                return Unreachable(f"{host} does not take connections")
            case TimeoutError():
                return TimedOut(f"{host} did not give the whole answer in time")
            case aiohttp.ClientConnectorCertificateError():
                return Unreachable(f"the certificate of {host} is not valid: {_line(e.certificate_error)}")
            case aiohttp.ClientSSLError():
                return Unreachable(f"{host} speaks no TLS that we do")
            case aiohttp.ClientConnectorDNSError() if self.settings.refuse_private and _PRIVATE in str(e):
                return NotAllowed(f"{host} {_PRIVATE}")
            case aiohttp.ClientConnectorDNSError():
                return Unreachable(f"there is no host {url.host}, or its name cannot be looked up now")
            case aiohttp.ClientConnectorError():
                return Unreachable(f"{host} cannot be reached: {_line(e.strerror or e)}")
            case aiohttp.InvalidURL():
                return NotAllowed(f"not an address: {_shown(url)}")
            case aiohttp.ClientResponseError():
                return Unreachable(f"{host} does not speak HTTP properly")
            case _:
                return Unreachable(f"{host} broke the connection off ({type(e).__name__})")

    async def _answer(
        self, answer: aiohttp.ClientResponse, asked: dict[str, str], limit: int, permanent: str | None
    ) -> Response | _Redirect:
        status, headers = answer.status, answer.headers
        retry_after = _retry_after(headers.get("Retry-After"))
        if status in (301, 302, 303, 307, 308) and "Location" in headers:
            return _Redirect(status, headers["Location"])
        unchanged = status == 304 and ("If-None-Match" in asked or "If-Modified-Since" in asked)
        if not unchanged and not 200 <= status < 300:
            if status in (429, 503) and retry_after:
                self._turns.pause(answer.url.host or "", retry_after)
            raise BadStatus(_status_line(status, retry_after), status, retry_after, permanent)
        if status == 206:
            raise BadBody("the server gave a part that was not asked for")
        if asked["Accept"] == _ACCEPT["page"] and re.match(_NO_PAGE, answer.content_type):
            raise BadBody(f"not a page but {answer.content_type}", passing=False)
        return Response(
            status=status, url=str(answer.url), permanent_redirect=permanent,
            body=b"" if unchanged else await read_body(answer, limit),
            content_type=answer.content_type if "Content-Type" in headers else None,
            charset=(answer.charset or "").lower() or None,
            # A 304 need not repeat the validators: those we sent still hold.
            etag=headers.get("ETag") or (asked.get("If-None-Match") if unchanged else None),
            modified=headers.get("Last-Modified") or (asked.get("If-Modified-Since") if unchanged else None),
            retry_after=retry_after, max_age=_max_age(headers.get("Cache-Control"), headers.get("Age")),
            not_modified=unchanged,
        )  # fmt: skip

    def _permit(self, url: URL) -> None:
        if url.scheme not in ("http", "https"):
            raise NotAllowed(f"only http and https are fetched, not {url.scheme or 'an address without a scheme'}")
        if not url.host:
            raise NotAllowed("an address without a host")
        if not self.settings.refuse_private:
            return
        try:
            public = _is_public(url.host)
        except ValueError:
            return  # a name: the resolver sees to it
        if not public:
            raise NotAllowed(f"{url.host} is a private address")

    async def _robots_txt(self, url: str) -> tuple[bytes, float | None]:
        found = await self.get(url, kind="robots", limit_bytes=_ROBOTS_LIMIT, deadline=self.settings.connect_deadline)
        return found.body, found.max_age


@dataclass(frozen=True, slots=True)
class _Redirect:
    status: int
    location: str


def _parse(url: str) -> URL:
    try:
        return URL(url.strip())
    except (ValueError, TypeError):
        raise NotAllowed(f"not an address: {_line(url)}") from None


def _follow(here: URL, redirect: _Redirect) -> URL:
    # Raw UTF-8 in a Location header arrives as surrogates.
    location = redirect.location.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return here.join(URL(location)).with_fragment(None)
    except ValueError:
        raise BadStatus(f"the redirect leads to no address: {_line(location)}", redirect.status) from None


def _host(url: URL) -> str:
    """For messages."""
    return url.authority.rpartition("@")[2] if url.explicit_port else url.host or ""


def _header(value: str) -> str:
    return re.sub(r"[^\x20-\x7e\x80-\xff]", "", value)


def _line(text: object) -> str:
    """At most 120 characters on one line."""
    return " ".join(str(text).split())[:120]


def _shown(url: URL) -> str:
    return _line(url.with_user(None) if url.user else url)


def _status_line(status: int, retry_after: float | None) -> str:
    said = {
        304: "not modified, though nothing was there to compare",
        401: "a password is needed", 402: "payment is needed", 403: "access is refused", 404: "not found",
        410: "gone for good", 429: "too many requests", 500: "an error in the server", 502: "a bad gateway",
        503: "not available now", 504: "a gateway that did not answer",
    }.get(status, "no answer to use")  # fmt: skip
    return f"status {status}: {said}" + (f", ask again in {retry_after:.0f} s" if retry_after else "")


def _retry_after(value: str | None) -> float | None:
    """Seconds, from a number or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(when.timestamp() - time.time(), 0.0)


def _max_age(cache_control: str | None, age: str | None) -> float | None:
    """Seconds the answer stays fresh, less those it has spent in caches."""
    found = re.search(r"(?i)(?<![\w-])max-age\s*=\s*\"?(\d{1,9})", cache_control or "")
    if found is None or re.search(r"(?i)\bno-(cache|store)\b", cache_control or ""):
        return None
    spent = float(age.strip()[:9]) if age and age.strip().isdigit() else 0.0
    return max(float(found[1]) - spent, 0.0)
