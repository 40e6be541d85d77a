"""A loopback web server that plays the demo's outlets, in accelerated time. Standard library only.

At speed N, N seconds of news time pass in one second, from the first request for a feed on. Each outlet has one feed,
`/feeds/OUTLET.xml` or `.json`, newest article first, and one HTML page an article with what such pages carry: menus,
a cookie banner, related links, a newsletter box, a footer. Feeds honour conditional GET (RFC 9110 section 13) and gzip.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from monitor.demo.newsroom import DemoArticle, News, Outlet

WINDOW = 40  # items a feed holds at most
SUMMARY_WORDS = 35
BREATH = 0.25  # seconds without a request for a feed that end a round of polls

_LABELS = {
    "fr": {
        "menu": ("Accueil", "France", "Monde", "Economie", "Sport", "S'abonner"),
        "cookies": "Nous utilisons des cookies pour mesurer l'audience de ce site. Tout accepter. Tout refuser.",
        "related": "Sur le même site",
        "letter": "Recevez notre lettre du soir",
        "footer": "Mentions légales - Données personnelles - Contact",
    },
    "en": {
        "menu": ("Home", "World", "Business", "Science", "Sport", "Subscribe"),
        "cookies": "We use cookies to measure how this site is read. Accept all. Reject all.",
        "related": "More from this site",
        "letter": "Get our evening letter",
        "footer": "Terms - Privacy - Contact",
    },
}


class Newsroom:
    """What is out at any moment of news time, as feeds and pages. Pure but for the clock it is given."""

    def __init__(self, news: News, speed: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.news, self.speed, self.base = news, speed, ""
        self._clock = clock
        self._lock = threading.Lock()
        self._began: float | None = None
        self._asked: float | None = None
        self._moment = news.start
        self._pages = {a.path: a for a in news.articles}
        self._outlets = {f"/feeds/{o.slug}.{'json' if o.format == 'json' else 'xml'}": o for o in news.outlets}

    def polled(self) -> None:
        """A feed is asked for. The first time, news time begins to run; at the start of each round it moves on.

        A poll of all feeds takes a good part of a second, here half an hour of news and more. In a real minute of
        polling next to nothing happens; so each round sees one moment, and no copy before its source.
        """
        with self._lock:
            clock = self._clock()
            if self._began is None:
                self._began = clock
            if self._asked is None or clock - self._asked > BREATH:
                self._moment = self.news.start + timedelta(seconds=(clock - self._began) * self.speed)
            self._asked = clock

    def now(self) -> datetime:
        """The news time that feeds and pages show."""
        return self._moment

    @property
    def over(self) -> bool:
        """Whether everything is out."""
        return self.now() >= self.news.end

    def feeds(self) -> dict[str, Outlet]:
        """The outlet of each feed's path."""
        return dict(self._outlets)

    def feed(self, path: str) -> tuple[bytes, str, datetime] | None:
        """Body, media type and last change of the feed at this path; None where there is none."""
        outlet = self._outlets.get(path)
        if outlet is None:
            return None
        now = self.now()
        out = [a for a in self.news.articles if a.outlet is outlet and a.published <= now][-WINDOW:][::-1]
        changed = out[0].published if out else self.news.start
        write, kind = _FORMATS[outlet.format]
        return write(outlet, out, self.base), kind, changed.replace(microsecond=0)

    def page(self, path: str) -> bytes | None:
        """The HTML page at this path, if its article is out."""
        article = self._pages.get(path)
        now = self.now()
        if article is None or article.published > now:
            return None
        others = [
            a for a in self.news.articles
            if a.outlet is article.outlet and a.published <= now and a.story != article.story
        ]  # fmt: skip
        return _page(article, others[-3:])

    def opml(self) -> str:
        """The list of all feeds, as OPML 2.0."""
        lines = [
            f'<outline type="rss" text="{escape(o.name)}" title="{escape(o.name)}" language="{o.language}"'
            f' xmlUrl="{self.base}{path}" htmlUrl="{self.base}/{o.slug}/"/>'
            for path, o in self._outlets.items()
        ]
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0"><head><title>Demo newsroom</title></head>'
        return head + "\n<body>\n" + "\n".join(lines) + "\n</body></opml>\n"


def _summary(article: DemoArticle) -> str:
    words = " ".join(article.text.split()).split(" ")
    return " ".join(words[:SUMMARY_WORDS]) + ("…" if len(words) > SUMMARY_WORDS else "")


def _html(article: DemoArticle) -> str:
    return "\n".join(f"<p>{escape(line)}</p>" for p in article.paragraphs for line in p.split("\n"))


def _rss(outlet: Outlet, articles: list[DemoArticle], base: str) -> bytes:
    full = outlet.format == "rss-full"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>',
        f"<title>{escape(outlet.name)}</title><link>{base}/{outlet.slug}/</link>",
        f"<description>{escape(outlet.name)}</description><language>{outlet.language}</language>",
    ]
    for a in articles:
        body = f"<content:encoded><![CDATA[{_html(a)}]]></content:encoded>" if full else ""
        lines += [
            f"<item><title>{escape(a.title)}</title><link>{base}{a.path}?xtor=RSS-{len(outlet.slug)}</link>",
            f'<guid isPermaLink="false">{outlet.slug}:{a.id}</guid><pubDate>{format_datetime(a.published)}</pubDate>',
            f"<description>{escape(_summary(a))}</description>{body}</item>",
        ]
    return "\n".join([*lines, "</channel></rss>"]).encode()


def _atom(outlet: Outlet, articles: list[DemoArticle], base: str) -> bytes:
    updated = articles[0].published.isoformat() if articles else "2026-01-01T00:00:00+00:00"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">',
        f"<title>{escape(outlet.name)}</title><id>urn:demo:{outlet.slug}</id><updated>{updated}</updated>",
        f'<link href="{base}/{outlet.slug}/"/><author><name>{escape(outlet.name)}</name></author>',
    ]
    for a in articles:
        when = a.published.isoformat()
        lines.append(
            f'<entry><title>{escape(a.title)}</title><id>urn:demo:{a.id}</id><link href="{base}{a.path}"/>'
            f"<published>{when}</published><updated>{when}</updated><summary>{escape(_summary(a))}</summary></entry>"
        )
    return "\n".join([*lines, "</feed>"]).encode()


def _json(outlet: Outlet, articles: list[DemoArticle], base: str) -> bytes:
    items = [
        {
            "id": a.id,
            "url": f"{base}{a.path}",
            "title": a.title,
            "summary": _summary(a),
            "content_text": _summary(a),
            "date_published": a.published.isoformat(),
        }
        for a in articles
    ]
    top = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{base}/{outlet.slug}/",
        "language": outlet.language,
        "items": items,
    }
    return json.dumps(top, ensure_ascii=False, indent=1).encode()


_FORMATS: Mapping[str, tuple[Callable[[Outlet, list[DemoArticle], str], bytes], str]] = {
    "rss": (_rss, "application/rss+xml; charset=utf-8"),
    "rss-full": (_rss, "application/rss+xml; charset=utf-8"),
    "atom": (_atom, "application/atom+xml; charset=utf-8"),
    "json": (_json, "application/feed+json; charset=utf-8"),
}


def _page(article: DemoArticle, others: list[DemoArticle]) -> bytes:
    outlet, labels = article.outlet, _LABELS[article.outlet.language]
    menu = " ".join(f'<a href="/{outlet.slug}/{n}">{escape(word)}</a>' for n, word in enumerate(labels["menu"]))
    related = "".join(f'<li><a href="{a.path}">{escape(a.title)}</a></li>' for a in others)
    title, name = escape(article.title), escape(outlet.name)
    return f"""<!doctype html>
<html lang="{outlet.language}"><head><meta charset="utf-8"><title>{title} | {name}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{title}">
<meta property="og:site_name" content="{name}">
<meta property="article:published_time" content="{article.published.isoformat()}"></head>
<body><div class="cookie-banner" role="dialog"><p>{escape(str(labels["cookies"]))}</p></div>
<header><a class="logo" href="/{outlet.slug}/">{name}</a><nav>{menu}</nav></header>
<main><article><h1>{title}</h1>
{_html(article)}
</article>
<aside class="related"><h2>{labels["related"]}</h2><ul>{related}</ul></aside>
<form class="newsletter"><label>{labels["letter"]} <input type="email"></label></form></main>
<footer><p>© {name} - {labels["footer"]}</p></footer></body></html>
""".encode()


class Server:
    """The newsroom on a loopback port that the system chooses. A context manager; `base` is its address."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(newsroom))
        self._http.daemon_threads = True
        newsroom.base = self.base
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="demo-news", daemon=True)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def _unchanged(headers: Any, tag: str, changed: datetime) -> bool:
    """Whether the client has it already. If-None-Match wins over If-Modified-Since (RFC 9110 section 13.2.2)."""
    if known := headers.get("If-None-Match"):
        return tag in (t.strip().removeprefix("W/") for t in known.split(","))
    if since := headers.get("If-Modified-Since"):
        try:
            return parsedate_to_datetime(since).astimezone(UTC) >= changed
        except ValueError:
            return False
    return False


class _Handler(BaseHTTPRequestHandler):
    """Answers for the newsroom of its subclass."""

    protocol_version = "HTTP/1.1"
    newsroom: Newsroom

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path.startswith("/feeds/"):
            self.newsroom.polled()
        if found := self.newsroom.feed(path):
            self._feed(*found)
        elif page := self.newsroom.page(path):
            self._answer(200, page, "text/html; charset=utf-8")
        elif path == "/robots.txt":
            self._answer(200, b"User-agent: *\nDisallow: /private/\n", "text/plain")
        else:
            self._answer(404, b"There is no such page.", "text/plain; charset=utf-8")

    def _feed(self, body: bytes, kind: str, changed: datetime) -> None:
        tag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        validators = {"ETag": tag, "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True)}
        if _unchanged(self.headers, tag, changed):
            self._answer(304, b"", kind, validators)
        else:
            self._answer(200, body, kind, validators)

    def _answer(self, status: int, body: bytes, kind: str, extra: Mapping[str, str] | None = None) -> None:
        headers = {"Content-Type": kind, "Vary": "Accept-Encoding", **(extra or {})}
        if body and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 1)
            headers["Content-Encoding"] = "gzip"
        if status != 304:
            headers["Content-Length"] = str(len(body))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The daemon's own log tells what it fetched."""


def _handler(newsroom: Newsroom) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"newsroom": newsroom})
