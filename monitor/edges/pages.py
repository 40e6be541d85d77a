"""Pages: from untrusted HTML to the article's text, in a process that can be killed.

trafilatura finds the article among menus and footers; its `fast` mode is used. What the page says about itself
(title, canonical address, dates, language, site) is read here from the same tree.

A page without text is a fact about the page (`Page.problem`), not an error.

Errors:
    PageError     the extractor took too long, needed too much memory, or broke
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import urljoin

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

T = TypeVar("T")

LONGEST = 5_000_000  # bytes of one page
LONGEST_TEXT = 200_000  # characters; the longest of 3,500 press articles has 32,000
_LEAST_TEXT = 80  # characters; less is a title and a cookie line
_META = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
# Elements that begin and end a line.
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
# Elements whose text no reader sees as text.
_SILENT = {
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math", "head", "title",
    "button", "select", "option", "textarea", "input", "audio", "video", "canvas", "map",
}  # fmt: skip


class PageError(Exception):
    """`str()` is one plain line."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. `text` has one paragraph a line; `published` is aware UTC."""

    title: str
    text: str
    language: str | None = None
    canonical: str | None = None
    published: datetime | None = None
    site: str | None = None
    problem: str | None = None  # why there is no text


class Pool(Protocol):
    """What the reader needs of a pool of killable workers (`monitor.edges.workers.Workers`)."""

    async def run(self, function: Callable[..., T], *args: Any, deadline: float) -> T: ...


class PageReader:
    """Extracts pages and entry HTML in workers."""

    def __init__(self, pool: Pool, deadline: float = 10.0) -> None:
        self._pool, self._deadline = pool, deadline

    async def extract(self, body: bytes, url: str, charset: str | None = None) -> Page:
        """The article of a page. Raises PageError."""
        return await self._run("page", extract, body, url, charset)

    async def entry_texts(self, fragments: tuple[str, ...]) -> tuple[str, ...]:
        """`entry_text` of each. Raises PageError."""
        return await self._run("HTML", entry_texts, fragments)

    async def _run(self, what: str, function: Callable[..., T], *args: Any) -> T:
        try:
            return await self._pool.run(function, *args, deadline=self._deadline)
        except TimeoutError:
            raise PageError(f"reading the {what} took longer than {self._deadline:g} s: it was given up") from None
        except MemoryError as e:
            raise PageError(f"reading the {what} {e}: it was given up") from None
        except ChildProcessError as e:
            raise PageError(f"the {what} cannot be read: {e}") from None


def extract(body: bytes, url: str, charset: str | None = None) -> Page:
    """What `PageReader.extract` does, in this process and without a deadline."""
    if len(body) > LONGEST:
        return Page("", "", problem=f"the page has {len(body) / 1e6:.1f} MB, more than {LONGEST / 1e6:.0f} MB")
    if not body.strip():
        return Page("", "", problem="the page is empty")
    marked = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not marked and (body.startswith((b"%PDF", b"\xff\xd8", b"GIF8")) or b"\0" in body[:200]):
        return Page("", "", problem="not an HTML page")
    tree = _tree(_decoded(body, charset))
    if tree is None:
        return Page("", "", problem="not an HTML page")
    about = _About(tree, url)
    text = _without_titles(_article(tree, url), about.titles())
    problem = None if len(text) >= _LEAST_TEXT else "the page has no article text"
    return Page(about.title(), text, about.language(), about.canonical(), about.published(), about.site(), problem)


def _article(tree: HtmlElement, url: str) -> str:
    import trafilatura  # here, not above: half a second of imports that only the workers need

    found = trafilatura.bare_extraction(
        tree, url=url, fast=True, include_comments=False, include_tables=True, with_metadata=False
    )
    text = getattr(found, "text", None) or ""
    return _lines(text)


def _without_titles(text: str, titles: set[str]) -> str:
    """The text without the headline on top of it: titles are a field of their own."""
    first, _, rest = text.partition("\n")
    return rest if first in titles else text


def entry_text(html: str) -> str:
    """Plain text of an entry's HTML, one paragraph a line.

    Nothing is guessed away: an entry is the publisher's own choice of content, and too short for heuristics.
    """
    if "<" not in html and "&" not in html:
        return _lines(html)
    tree = _tree(f"<html><body>{html}</body></html>")
    return "" if tree is None else _lines("".join(_walk(tree)))


def entry_texts(fragments: tuple[str, ...]) -> tuple[str, ...]:
    """`entry_text` of each."""
    return tuple(entry_text(f) for f in fragments)


def _lines(text: str) -> str:
    """One paragraph a line, whitespace folded, no longer than any article is."""
    text = text[: 2 * LONGEST_TEXT]
    return "\n".join(line for line in (" ".join(part.split()) for part in text.split("\n")) if line)[:LONGEST_TEXT]


def _walk(tree: HtmlElement) -> Iterator[str]:
    """The text in order, newlines at the borders of blocks. Without recursion: nesting may be any depth."""
    stack: list[tuple[Any, bool]] = [(tree, False)]
    while stack:
        node, done = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        if done:
            yield "\n" if tag in _BLOCKS else ""
            yield (node.tail or "").replace("\n", " ")
            continue
        stack.append((node, True))
        if not tag or tag in _SILENT:
            continue
        yield "\n" if tag in _BLOCKS else ""
        yield (node.text or "").replace("\n", " ")
        stack.extend((child, False) for child in reversed(node))


def _tree(text: str) -> HtmlElement | None:
    from lxml import etree, html  # type: ignore[import-untyped]

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        found = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    return found


def _decoded(body: bytes, charset: str | None) -> str:
    """As text: by byte order mark, as UTF-8 where it is valid, else as header or page say, else as Windows-1252."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if body.startswith(mark):
            return body.decode(name, "replace").lstrip("\ufeff")
    stated = _META.search(body[:4096])
    for guess in ("utf-8", charset, stated[1].decode("ascii") if stated else None):
        try:
            if guess:
                return body.decode(guess)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("cp1252", "replace")


class _About:
    """What a page says about itself: <meta>, <link>, JSON-LD."""

    def __init__(self, tree: HtmlElement, url: str) -> None:
        self._tree, self._url = tree, url
        self._meta: dict[str, str] = {}
        for m in tree.iter("meta"):
            name = (m.get("property") or m.get("name") or m.get("itemprop") or "").lower()
            if name and m.get("content"):
                self._meta.setdefault(name, m.get("content").strip())
        self._linked = list(_linked_data(tree))

        self._headings = [h for h in (" ".join(n.text_content().split()) for n in tree.iter("h1")) if h]

    def title(self) -> str:
        named = next((t.text_content() for t in self._tree.iter("title")), "").strip()
        if re.match(r"[|\u2013\u2014\u00b7-]\s", named):
            named = ""  # "| The Site": an article without a title, and the same words on each of them
        heading = self._headings[0] if self._headings else ""
        return " ".join((self._meta.get("og:title") or heading or named).split())[:1000]

    def titles(self) -> set[str]:
        """Everything the page gives as its headline."""
        return {self.title(), *self._headings}

    def language(self) -> str | None:
        root = self._tree.getroottree().getroot()
        stated = root.get("lang") or root.get("xml:lang") or self._meta.get("og:locale") or ""
        found = re.match(r"([A-Za-z]{2,3})(?:[-_]|$)", stated.strip())
        return found[1].lower() if found else None

    def canonical(self) -> str | None:
        links = (n.get("href") for n in self._tree.iter("link") if (n.get("rel") or "").lower() == "canonical")
        stated = next((href for href in links if href), None) or self._meta.get("og:url")
        if not stated:
            return None
        try:
            joined = urljoin(self._url, stated.strip())
        except ValueError:
            return None
        return joined if re.match(r"(?i)https?://[^\s/]+/?\S*$", joined) else None

    def published(self) -> datetime | None:
        stated = [self._meta.get(k) for k in ("article:published_time", "datepublished", "og:article:published_time")]
        stated += [str(d.get("datePublished") or "") for d in self._linked]
        return next((when for when in map(_when, stated) if when), None)

    def site(self) -> str | None:
        named = self._meta.get("og:site_name")
        publishers = (d.get("publisher") for d in self._linked)
        named = named or next((str(p["name"]) for p in publishers if isinstance(p, dict) and p.get("name")), None)
        return " ".join(named.split())[:200] if named else None


def _linked_data(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD scripts."""
    for script in tree.iter("script"):
        if script.get("type") != "application/ld+json" or not script.text:
            continue
        try:
            data = json.loads(script.text)
        except (ValueError, RecursionError):
            continue
        found = data if isinstance(data, list) else [data]
        for one in found:
            if isinstance(one, dict):
                yield one
                graph = one.get("@graph")
                yield from (g for g in graph if isinstance(g, dict)) if isinstance(graph, list) else ()


def _when(value: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat((value or "").strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
