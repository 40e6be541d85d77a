import asyncio
import gzip
import socket
import time
import zlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TypeVar

import pytest

from monitor import __version__
from monitor.edges.fetch import (
    BadBody,
    BadStatus,
    Fetcher,
    FetchError,
    FetchSettings,
    HostBusy,
    NotAllowed,
    TimedOut,
    TooLarge,
    Unreachable,
)
from monitor.edges.fetch.manners import Turns
from tests.edges.stand import Answer, Asked, Stand, says

T = TypeVar("T")
FEED = b"<rss version='2.0'><channel><title>t</title></channel></rss>"


def run(
    routes: dict[str, Answer], use: Callable[[Fetcher, Stand], Awaitable[T]], settings: FetchSettings | None = None
) -> T:
    """The result of `use` with a fetcher and a server."""

    async def main() -> T:
        async with Stand(routes) as stand, Fetcher(settings or FetchSettings(contact="desk@echowire.example")) as f:
            return await use(f, stand)

    return asyncio.run(main())


def failure(answer: Answer, settings: FetchSettings | None = None, **how: object) -> FetchError:
    """What `get` raises for this answer."""

    async def use(f: Fetcher, stand: Stand) -> FetchError:
        with pytest.raises(FetchError) as caught:
            await f.get(stand.url("/"), **how)  # type: ignore[arg-type]
        return caught.value

    found = run({"/": answer}, use, settings)
    assert "\n" not in str(found)
    assert len(str(found)) < 200
    return found


async def never(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Starts an answer and lets the client wait for the rest."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n<rss>")
    await writer.drain()
    await asyncio.Event().wait()


def test_a_feed_comes_with_all_a_poll_needs_to_know() -> None:
    """Body, type, charset, validators and freshness are handed over; we say who we are and what we take."""

    async def use(f: Fetcher, stand: Stand) -> None:
        found = await f.get(stand.url("/"))
        assert found.body == FEED
        assert (found.status, found.url, found.permanent_redirect) == (200, stand.url("/"), None)
        assert (found.content_type, found.charset) == ("application/rss+xml", "iso-8859-1")
        assert (found.etag, found.modified) == ('"a1"', "Fri, 20 Nov 2026 08:00:00 GMT")
        assert (found.max_age, found.not_modified) == (260.0, False)
        asked = stand.asked[0].headers
        assert asked["user-agent"] == f"Echowire/{__version__} (+desk@echowire.example)"
        assert asked["accept-encoding"] == "gzip, deflate"
        assert "if-none-match" not in asked

    run({"/": says("200 OK", FEED, "Content-Type: application/rss+xml; charset=ISO-8859-1", 'ETag: "a1"',
                   "Last-Modified: Fri, 20 Nov 2026 08:00:00 GMT", "Cache-Control: public, max-age=300", "Age: 40",
                   "Set-Cookie: id=1")}, use)  # fmt: skip


def test_validators_are_sent_and_304_keeps_them() -> None:
    """Both validators go out as they came in; a 304 has no body and leaves them as they were."""

    async def use(f: Fetcher, stand: Stand) -> None:
        found = await f.get(stand.url("/"), etag='W/"é"', modified="Fri, 20 Nov 2026 08:00:00 GMT")
        assert stand.asked[0].headers["if-none-match"] == 'W/"é"'.encode().decode("latin-1")
        assert stand.asked[0].headers["if-modified-since"] == "Fri, 20 Nov 2026 08:00:00 GMT"
        assert (found.status, found.not_modified, found.body) == (304, True, b"")
        assert (found.etag, found.modified) == ('W/"é"', "Fri, 20 Nov 2026 08:00:00 GMT")

    run({"/": says("304 Not Modified")}, use)


def test_a_304_nobody_asked_for_is_no_answer() -> None:
    """A server that says "not modified" to a plain request has given nothing."""
    assert str(failure(says("304 Not Modified"))) == "status 304: not modified, though nothing was there to compare"


def test_a_film_is_no_page() -> None:
    """What is no page by its type is not read, and not asked for again; a feed may come under any name."""
    film = says("200 OK", FEED, "Content-Type: video/mp4", length=4_000_000)
    found = failure(film, FetchSettings(robots=False), kind="page")
    assert (type(found), str(found), found.passing) == (BadBody, "not a page but video/mp4", False)

    async def use(f: Fetcher, stand: Stand) -> None:
        assert (await f.get(stand.url("/"), kind="feed")).body == FEED

    run({"/": says("200 OK", FEED, "Content-Type: video/mp4")}, use)


def test_long_headers_are_borne() -> None:
    """A security policy of 20 KB is no reason to lose a feed."""

    async def use(f: Fetcher, stand: Stand) -> None:
        assert (await f.get(stand.url("/"))).body == FEED

    run({"/": says("200 OK", FEED, f"Content-Security-Policy: {'img-src x; ' * 2000}")}, use)


def test_cookies_are_not_kept() -> None:
    """A cookie set by one answer is not sent with the next request."""

    async def use(f: Fetcher, stand: Stand) -> None:
        await f.get(stand.url("/"))
        await f.get(stand.url("/"))
        assert "cookie" not in stand.asked[1].headers

    run({"/": says("200 OK", FEED, "Set-Cookie: id=1")}, use)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(FEED)),
        ("x-gzip", gzip.compress(FEED)),
        ("GZIP", gzip.compress(FEED[:9]) + gzip.compress(FEED[9:])),
        ("gzip", gzip.compress(FEED) + b"\0" * 20),
        ("deflate", zlib.compress(FEED)),
        ("deflate", zlib.compress(FEED)[2:-4]),
        ("identity", FEED),
        ("UTF-8", FEED),
    ],
)
def test_packed_answers_are_unpacked(coding: str, packed: bytes) -> None:
    """One or several gzip members, both kinds of deflate, and headers that name no coding at all."""

    async def use(f: Fetcher, stand: Stand) -> None:
        assert (await f.get(stand.url("/"))).body == FEED

    run({"/": says("200 OK", packed, f"Content-Encoding: {coding}")}, use)


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (says("200 OK", b"not gzip!", "Content-Encoding: gzip"), "the answer says gzip and is not"),
        (says("200 OK", gzip.compress(FEED)[:-9], "Content-Encoding: gzip"), "the gzip answer was cut short"),
        (says("200 OK", FEED, length=100_000), "the answer was cut short"),
        (says("200 OK", b"?", "Content-Encoding: br"), "the answer is packed as br, which was not asked for"),
        (says("206 Partial Content", FEED), "the server gave a part that was not asked for"),
    ],
)
def test_a_body_that_is_not_what_it_says(answer: Answer, line: str) -> None:
    """Bad gzip, cut gzip, a cut body and a foreign coding are each told as such, and may pass."""
    found = failure(answer)
    assert (type(found), str(found), found.passing) == (BadBody, line, True)


def test_an_oversize_answer_is_not_read() -> None:
    """An announced size past the limit is refused before the body comes; an unannounced one when it passes it."""
    found = failure(says("200 OK", b"x" * 200, length=2_000_000), limit_bytes=1_000_000)
    assert str(found) == "the answer has 2.0 MB, more than the 1.0 MB allowed"
    assert isinstance(found, TooLarge)

    async def endless(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    assert str(failure(endless, limit_bytes=1_000_000)) == "the answer has more than the 1.0 MB allowed"


def test_a_gzip_bomb_costs_no_more_than_the_limit() -> None:
    """100 kB that unpack to 100 MB are given up at the limit, quickly."""
    bomb = gzip.compress(b"\0" * 100_000_000, 9)
    assert len(bomb) < 200_000
    started = time.process_time()
    found = failure(says("200 OK", bomb, "Content-Encoding: gzip"), limit_bytes=1_000_000)
    assert (type(found), str(found)) == (TooLarge, "the answer has more than the 1.0 MB allowed")
    assert time.process_time() - started < 2.0


def test_a_slow_drip_ends_at_the_deadline() -> None:
    """The deadline is for the whole answer: bytes that trickle in do not renew it."""
    found = failure(never, deadline=0.05)
    assert isinstance(found, TimedOut)
    assert "did not give the whole answer in time" in str(found)


@pytest.mark.parametrize(
    ("status", "passing"), [("404 Not Found", False), ("410 Gone", False), ("403 Forbidden", False),
                            ("500 Oops", True), ("503 Later", True), ("301 Moved", False)],
)  # fmt: skip
def test_a_status_that_brings_nothing(status: str, passing: bool) -> None:
    """The status is kept, and whether it may pass. A redirect without an address is one of them."""
    found = failure(says(status, b"some page"))
    assert isinstance(found, BadStatus)
    assert (found.status, found.passing) == (int(status[:3]), passing)
    assert str(found).startswith(f"status {status[:3]}: ")


def test_retry_after_in_seconds_and_as_a_date() -> None:
    """Both forms of Retry-After come out as seconds."""
    found = failure(says("429 Too Many", b"", "Retry-After: 120"))
    assert isinstance(found, BadStatus)
    assert found.retry_after == 120
    assert str(found) == "status 429: too many requests, ask again in 120 s"
    later = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    found = failure(says("503 Later", b"", f"Retry-After: {later}"))
    assert isinstance(found, BadStatus)
    assert found.retry_after == pytest.approx(600, abs=5)


def test_a_host_that_asked_for_a_long_pause_gets_it() -> None:
    """After a 429 with Retry-After the next request to that host fails at once, unsent."""

    async def use(f: Fetcher, stand: Stand) -> None:
        with pytest.raises(BadStatus):
            await f.get(stand.url("/a"))
        with pytest.raises(HostBusy) as caught:
            await f.get(stand.url("/b"))
        assert caught.value.retry_after == pytest.approx(300, abs=5)
        assert [a.path for a in stand.asked] == ["/a"]

    run({"/a": says("429 Too Many", b"", "Retry-After: 300"), "/b": says("200 OK", FEED)}, use)


def test_redirects_are_followed_and_permanent_ones_told() -> None:
    """Only the unbroken run of permanent redirects from the listed address on is a new address."""

    async def use(f: Fetcher, stand: Stand) -> None:
        for path, permanent in [("/1", "/end"), ("/2", None), ("/3", "/2")]:
            found = await f.get(stand.url(path))
            assert found.url == stand.url("/end")
            assert found.permanent_redirect == (stand.url(permanent) if permanent else None)

    run({"/1": says("301 Moved", b"", "Location: /end"), "/2": says("302 Found", b"", "Location: end"),
         "/3": says("308 Moved", b"", "Location: /2#top"), "/end": says("200 OK", FEED)}, use)  # fmt: skip


def test_redirects_end() -> None:
    """Circles and long chains are told; so is a redirect to something that is no web address."""
    assert str(failure(says("302 Found", b"", "Location: /"))) == "the redirects go round in a circle"
    assert str(failure(says("302 Found", b"", "Location: file:///etc/passwd"))).startswith("only http and https")
    assert str(failure(says("302 Found", b"", "Location: http://[::1"))).startswith("the redirect leads to no address")

    async def use(f: Fetcher, stand: Stand) -> None:
        with pytest.raises(BadStatus, match="more than 5 redirects"):
            await f.get(stand.url("/0"))
        assert len(stand.asked) == 6

    run({f"/{i}": says("307 On", b"", f"Location: /{i + 1}") for i in range(20)}, use)


def test_a_location_in_raw_utf8_is_followed() -> None:
    """Servers write accents into Location without escaping them."""

    async def use(f: Fetcher, stand: Stand) -> None:
        assert (await f.get(stand.url("/"))).body == FEED

    run({"/": says("302 Found", b"", "Location: /été"), "/%C3%A9t%C3%A9": says("200 OK", FEED)}, use)


@pytest.mark.parametrize(
    "url", ["ftp://example.org/feed", "/feed.xml", "http://", "http://[::1", "", "data:text/xml,x"]
)
def test_what_is_no_web_address_is_not_fetched(url: str) -> None:
    """Anything but http and https is refused without a connection."""

    async def use(f: Fetcher, stand: Stand) -> None:
        with pytest.raises(NotAllowed):
            await f.get(url)

    run({}, use)


def test_nobody_there() -> None:
    """A closed port, an unknown host, a server without TLS and one without HTTP are unreachable, in plain words."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 smtp ready\r\n\r\n")
        await reader.read(1)
        writer.close()

    async def use(f: Fetcher, stand: Stand) -> list[str]:
        lines = []
        spare = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = spare.sockets[0].getsockname()[1]
        spare.close()
        await spare.wait_closed()
        greeting = await asyncio.start_server(greet, "127.0.0.1", 0)
        mail = greeting.sockets[0].getsockname()[1]
        for url in (f"http://127.0.0.1:{port}/", "http://no-such-host.invalid/", f"http://127.0.0.1:{mail}/",
                    f"https://127.0.0.1:{mail}/", stand.url("/hang-up")):  # fmt: skip
            with pytest.raises(Unreachable) as caught:
                await f.get(url)
            lines.append(str(caught.value).replace(str(port), "PORT"))
        greeting.close()
        await greeting.wait_closed()
        return lines

    async def hang_up(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.close()

    refused, unknown, other, plain, closed = run({"/hang-up": hang_up}, use)
    assert refused == "127.0.0.1:PORT cannot be reached: Connect call failed ('127.0.0.1', PORT)"
    assert unknown == "there is no host no-such-host.invalid, or its name cannot be looked up now"
    assert "does not speak HTTP properly" in other
    assert "speaks no TLS that we do" in plain
    assert "broke the connection off" in closed


def test_a_host_that_takes_no_connections() -> None:
    """A connection that is never made is told from an answer that never ends."""

    async def use(f: Fetcher, stand: Stand) -> None:
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            fillers = [socket.socket() for _ in range(3)]
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(full.getsockname())
            with pytest.raises(Unreachable, match="does not take connections"):
                await f.get(f"http://127.0.0.1:{full.getsockname()[1]}/")
            for filler in fillers:
                filler.close()

    run({}, use, FetchSettings(connect_deadline=0.1))


def test_private_addresses_can_be_refused() -> None:
    """With `refuse_private` neither a literal nor a name of a private network is contacted, redirects included."""

    async def use(f: Fetcher, stand: Stand) -> None:
        for url in (stand.url("/"), f"http://localhost:{stand.port}/", "http://10.1.2.3/", "http://[fe80::1]/",
                    "http://169.254.169.254/"):  # fmt: skip
            with pytest.raises(NotAllowed, match="private address"):
                await f.get(url)
        assert stand.asked == []

    run({"/": says("200 OK", FEED)}, use, FetchSettings(refuse_private=True))


def test_robots_txt_rules_pages_and_not_feeds() -> None:
    """A disallowed page is not asked for, the same address as a feed is; robots.txt is read once."""

    async def use(f: Fetcher, stand: Stand) -> None:
        for _ in range(2):
            with pytest.raises(NotAllowed, match=r"the robots\.txt of 127\.0\.0\.1 does not allow this page"):
                await f.get(stand.url("/private/a"), kind="page")
        assert (await f.get(stand.url("/public"), kind="page")).body == b"page"
        assert (await f.get(stand.url("/private/a"), kind="feed")).body == b"page"
        assert [a.path for a in stand.asked] == ["/robots.txt", "/public", "/private/a"]

    run({"/robots.txt": says("200 OK", b"User-agent: *\nDisallow: /private/\n"), "/public": says("200 OK", b"page"),
         "/private/a": says("200 OK", b"page")}, use)  # fmt: skip


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (says("404 Not Found"), True),
        (says("403 Forbidden"), True),
        (says("500 Oops"), False),
        (says("200 OK", b"\xff\xfe\0 not robots at all"), True),
        (says("200 OK", b"User-agent: Echowire\nDisallow: /\nUser-agent: *\nAllow: /"), False),
        (says("200 OK", b"x" * 600_000), True),
        (says("302 Found", b"", "Location: /robots.txt"), True),
    ],
)
def test_a_robots_txt_that_cannot_be_read(robots: Answer, allowed: bool) -> None:
    """RFC 9309: none means no rules, a failing server means wait. Our own name is listened to."""

    async def use(f: Fetcher, stand: Stand) -> None:
        if allowed:
            assert (await f.get(stand.url("/a"), kind="page")).body == b"page"
        else:
            with pytest.raises(NotAllowed) as caught:
                await f.get(stand.url("/a"), kind="page")
            assert caught.value.passing == ("cannot be read now" in str(caught.value))

    run({"/robots.txt": robots, "/a": says("200 OK", b"page")}, use)


def test_one_host_sees_two_requests_at_a_time() -> None:
    """Of six requests started together two are under way, the others wait for their turn."""
    both, go, active, most = asyncio.Event(), asyncio.Event(), 0, 0

    async def busy(asked: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal active, most
        active += 1
        most = max(most, active)
        if active == 2:
            both.set()
        await go.wait()
        active -= 1
        await says("200 OK", FEED)(asked, writer)

    async def use(f: Fetcher, stand: Stand) -> None:
        async with asyncio.TaskGroup() as group:
            for i in range(6):
                group.create_task(f.get(stand.url(f"/{i}")))
            await both.wait()
            go.set()
        assert len(stand.asked) == 6

    run({f"/{i}": busy for i in range(6)}, use)
    assert most == 2


def test_requests_to_one_host_keep_their_distance() -> None:
    """The gap lies between the starts of requests to one host; other hosts and loopback do not wait."""

    async def main() -> None:
        turns = Turns(gap=0.05, at_once=2, longest_pause=1)
        starts: dict[str, list[float]] = {}

        async def one(host: str) -> None:
            async with turns.turn(host):
                starts.setdefault(host, []).append(time.monotonic())

        began = time.monotonic()
        hosts = ["a.example"] * 3 + ["b.example"] + ["127.0.0.1", "localhost", "::1"] * 3
        await asyncio.gather(*(one(h) for h in hosts))
        first, second, third = starts["a.example"]
        assert min(second - first, third - second) >= 0.049
        assert all(s[-1] - began < 0.04 for h, s in starts.items() if h != "a.example")

    asyncio.run(main())


def test_a_short_pause_is_waited_for() -> None:
    """A host that asks for a breath is given it, and the request is made afterwards."""

    async def main() -> None:
        turns = Turns(gap=0, at_once=2, longest_pause=1)
        turns.pause("a.example", 0.05)
        began = time.monotonic()
        async with turns.turn("a.example"):
            assert time.monotonic() - began >= 0.049

    asyncio.run(main())


def test_a_proxy_from_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """With http_proxy set, the request goes to the proxy with its full address."""

    async def use(f: Fetcher, stand: Stand) -> None:
        monkeypatch.setenv("http_proxy", stand.url(""))
        assert (await f.get("http://news.example/feed")).body == FEED
        assert stand.asked[0].path == "http://news.example/feed"

    monkeypatch.delenv("no_proxy", raising=False)
    run({"http://news.example/feed": says("200 OK", FEED)}, use)
