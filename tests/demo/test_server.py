"""The newsroom over loopback HTTP, read with the real feedparser, and the mail sink over loopback SMTP."""

from __future__ import annotations

import gzip
import http.client
import json
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest

from monitor.demo.newsroom import SPAN, load
from monitor.demo.server import BREATH, Newsroom, Server
from monitor.demo.sink import Sink

END = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


class Clock:
    """A hand-moved clock, in seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[Server]:
    newsroom = Newsroom(load(END), speed=60, clock=clock)
    newsroom.polled()
    with Server(newsroom) as running:
        yield running


def get(server: Server, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower case) and body as sent."""
    connection = http.client.HTTPConnection(urlsplit(server.base).netloc, timeout=10)
    try:
        connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_every_feed_parses_and_holds_its_articles(server: Server, clock: Clock) -> None:
    """With everything out, the feeds together hold every article once, and each link gives its page."""
    clock.seconds = SPAN.total_seconds() / 60
    links: list[str] = []
    for path, outlet in server.newsroom.feeds().items():
        status, headers, body = get(server, path)
        assert status == 200
        parsed: Any = json.loads(body) if outlet.format == "json" else feedparser.parse(body, response_headers=headers)
        entries = parsed["items"] if outlet.format == "json" else parsed.entries
        assert outlet.format == "json" or (parsed.bozo, parsed.version) == (
            False, "atom10" if outlet.format == "atom" else "rss20"
        )  # fmt: skip
        links += [e["url"] if outlet.format == "json" else e.link for e in entries]
    assert len(links) == len(set(links)) == len(server.newsroom.news.articles)
    for link in links:
        assert get(server, urlsplit(link).path)[0] == 200


def test_news_comes_out_as_time_passes(server: Server, clock: Clock) -> None:
    """At speed 60 a second is a minute: nothing is out before its time, neither in the feed nor as a page."""
    first = server.newsroom.news.articles[0]
    minutes = (first.published - server.newsroom.news.start).total_seconds() / 60
    clock.seconds = minutes - 0.5
    assert feedparser.parse(get(server, "/feeds/depeche-continue.xml")[2]).entries == []
    assert get(server, first.path)[0] == 404
    clock.seconds = minutes
    assert len(feedparser.parse(get(server, "/feeds/depeche-continue.xml")[2]).entries) == 1
    assert get(server, first.path)[0] == 200


def test_time_begins_with_the_first_request_for_a_feed(clock: Clock) -> None:
    """A daemon that starts slowly misses nothing."""
    newsroom = Newsroom(load(END), speed=60, clock=clock)
    with Server(newsroom) as server:
        clock.seconds = 50
        assert get(server, "/robots.txt")[0] == 200
        assert newsroom.now() == newsroom.news.start
        get(server, "/feeds/vingt-heures.xml")
        clock.seconds = 110
        get(server, "/feeds/vingt-heures.xml")
        assert newsroom.now() - newsroom.news.start == timedelta(hours=1)


def test_one_round_of_polls_sees_one_moment(server: Server, clock: Clock) -> None:
    """News time stands still while feeds are asked one after the other, so that no copy comes before its source."""
    clock.seconds = 20
    get(server, "/feeds/vingt-heures.xml")
    clock.seconds += BREATH
    get(server, "/feeds/radio-belvedere.xml")
    assert server.newsroom.now() - server.newsroom.news.start == timedelta(minutes=20)
    clock.seconds += 2 * BREATH
    get(server, "/feeds/radio-belvedere.xml")
    assert server.newsroom.now() - server.newsroom.news.start == timedelta(minutes=20, seconds=45)


def test_an_unchanged_feed_answers_304(server: Server, clock: Clock) -> None:
    """Either validator is enough, and the entity tag wins where both are sent."""
    clock.seconds = 100
    path = "/feeds/radio-belvedere.xml"
    _, headers, _ = get(server, path)
    assert get(server, path, If_None_Match=headers["etag"])[::2] == (304, b"")
    assert get(server, path, If_Modified_Since=headers["last-modified"])[0] == 304
    assert get(server, path, If_None_Match='"other"', If_Modified_Since=headers["last-modified"])[0] == 200
    assert get(server, path, If_Modified_Since="no date")[0] == 200
    clock.seconds = 600
    assert get(server, path, If_None_Match=headers["etag"])[0] == 200


def test_bodies_are_zipped_for_who_asks(server: Server) -> None:
    """A body is zipped only where the client takes it."""
    _, plain, body = get(server, "/feeds/actus-express.xml")
    _, zipped, small = get(server, "/feeds/actus-express.xml", Accept_Encoding="gzip")
    assert "content-encoding" not in plain
    assert zipped["content-encoding"] == "gzip"
    assert gzip.decompress(small) == body


def test_only_the_agency_feed_carries_whole_texts(server: Server, clock: Clock) -> None:
    """One outlet puts the whole text in its feed; the others only its beginning."""
    clock.seconds = 100
    full = feedparser.parse(get(server, "/feeds/depeche-continue.xml")[2]).entries[-1]
    short = feedparser.parse(get(server, "/feeds/gazette-estuaire.xml")[2]).entries[-1]
    assert "80.000 personnes empruntent chaque année" in full.content[0].value
    assert "content" not in short
    assert short.summary.endswith("…")


def test_a_page_carries_the_text_and_what_surrounds_it(server: Server, clock: Clock) -> None:
    """The text, and round it a cookie banner, menus, related links, a newsletter box and a footer."""
    clock.seconds = 100
    article = next(a for a in server.newsroom.news.articles if a.id == "ferry-02")
    get(server, "/feeds/gazette-estuaire.xml")
    page = get(server, article.path)[2].decode()
    for paragraph in article.paragraphs:
        assert f"<p>{escape(paragraph)}</p>" in page
    for piece in ("cookie-banner", escape("S'abonner"), "newsletter", "Mentions légales"):
        assert piece in page


def test_the_feed_list_names_every_feed(server: Server) -> None:
    """The OPML holds one outline a feed, with outlet and address."""
    outlines = ET.fromstring(server.newsroom.opml()).findall(".//outline")
    assert {(o.get("text"), o.get("xmlUrl")) for o in outlines} == {
        (outlet.name, server.base + path) for path, outlet in server.newsroom.feeds().items()
    }


def test_unknown_pages_are_not_found(server: Server) -> None:
    """robots.txt is there; anything else is a 404."""
    assert get(server, "/robots.txt")[0] == 200
    assert [get(server, p)[0] for p in ("/", "/feeds/nobody.xml", "/actus-express/x.html")] == [404, 404, 404]


def test_the_sink_keeps_what_it_is_sent(tmp_path: Path) -> None:
    """Messages are kept as files, in order, and read back."""
    with Sink(tmp_path / "mails") as sink:
        for subject in ("Un ferry s'échoue", "Second mail"):
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = "echowire@localhost", "desk@localhost", subject
            message.set_content("Texte avec des accents : été.")
            with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
                client.send_message(message)
        assert [m["Subject"] for m in sink.messages()] == ["Un ferry s'échoue", "Second mail"]
        assert "été" in sink.messages()[0].get_content()
    assert sorted(f.name for f in (tmp_path / "mails").iterdir()) == ["mail-001.eml", "mail-002.eml"]
