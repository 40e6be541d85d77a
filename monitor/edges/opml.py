"""Reading and writing feed lists (OPML 2.0), tolerantly and safely.

Lists come from many programs: nested folders, HTML entities, bare ampersands, byte order marks, Latin-1. A document
type is cut out before parsing, so that no entity but the well-known HTML ones means anything: there is nothing to
expand and nothing to load.
"""

from __future__ import annotations

import codecs
import html.entities
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

_LARGEST = 10_000_000
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#(\d{1,7}|[xX][0-9A-Fa-f]{1,6});|([A-Za-z][A-Za-z0-9]*);)?")
_XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}


class OpmlError(Exception):
    """`str()` is one line that names file and line."""


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """A feed as a list names it. Two feeds of one outlet carry the same outlet name."""

    url: str
    outlet: str
    title: str | None = None
    language: str | None = None
    site: str | None = None
    categories: tuple[str, ...] = ()  # the folders it lies in, outermost first, and its own categories


def read_opml(path: Path) -> list[FeedSpec]:
    """The feeds of a list, in order, each address once. Raises OpmlError.

    The outlet is the attribute `outlet` where given, else the feed's title or text, else its host.
    """
    try:
        data = path.read_bytes()
    except OSError as e:
        raise OpmlError(f"{path}: {e.strerror or e}") from None
    if len(data) > _LARGEST:
        raise OpmlError(f"{path}: {len(data) / 1e6:.0f} MB is too large for a list of feeds")
    return _Reader(path).read(_declawed(_decoded(data)))


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._feeds: dict[str, FeedSpec] = {}
        self._folders: list[str] = []  # of each open outline; empty for one that is a feed
        self._root: str | None = None
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, text: str) -> list[FeedSpec]:
        try:
            self._parser.Parse(text.encode("utf-8", "replace"), True)
        except expat.ExpatError as e:
            raise OpmlError(f"{self._path}:{e.lineno}: not well-formed XML ({expat.errors.messages[e.code]})") from None
        return list(self._feeds.values())

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2].lower()
        if self._root is None:
            self._root = name
            if name != "opml":
                raise OpmlError(f"{self._path}:{self._parser.CurrentLineNumber}: <{tag[:40]}>, not a list of feeds")
        if name != "outline":
            return
        given = {k.rpartition(":")[2].lower(): " ".join(v.split()) for k, v in attributes.items()}
        url = given.get("xmlurl", "")
        self._folders.append("" if url else given.get("title") or given.get("text", ""))
        if url:
            self._add(url, given)

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2].lower() == "outline":
            self._folders.pop()

    def _add(self, url: str, given: dict[str, str]) -> None:
        url = re.sub(r"^feed:(//)?(?=https?:)", "", url)
        url = re.sub(r"^feed://", "http://", url)
        try:
            host = urlsplit(url).hostname if re.match(r"(?i)https?://", url) else None
        except ValueError:
            host = None
        if not host:
            line = self._parser.CurrentLineNumber
            raise OpmlError(f"{self._path}:{line}: xmlUrl must be an http or https address, not {url[:100]!r}")
        own = [c.strip().strip("/") for c in given.get("category", "").split(",")]
        title = given.get("title") or given.get("text") or None
        language = re.match(r"[A-Za-z]{2,3}(?=[-_]|$)", given.get("language", ""))
        spec = FeedSpec(
            url=url, outlet=given.get("outlet") or title or host, title=title,
            language=language[0].lower() if language else None, site=given.get("htmlurl") or None,
            categories=tuple(dict.fromkeys(c for c in [*self._folders, *own] if c)),
        )  # fmt: skip
        self._feeds.setdefault(url, spec)


def _decoded(data: bytes) -> str:
    """By byte order mark, as UTF-8 where valid, else as the prolog says, else as Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    stated = re.match(rb"""\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.:-]+)""", data)
    for guess in ("utf-8-sig", stated[1].decode() if stated else "cp1252"):
        try:
            return data.decode(guess)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def _declawed(text: str) -> str:
    """Without prolog, document type and entities other than XML's five; every line keeps its number."""
    text = text.lstrip("\ufeff")
    text = re.sub(r"^\s*<\?xml.*?\?>", _newlines, text, count=1, flags=re.DOTALL)
    return _ENTITY.sub(_entity, _DOCTYPE.sub(_newlines, text, count=1))


def _newlines(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _entity(match: re.Match[str]) -> str:
    code, name = match[1], match[2]
    if code:
        number = int(code[1:], 16) if code[0] in "xX" else int(code)
        legal = number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or number > 0xFFFF
        return f"&#{number};" if legal and number <= 0x10FFFF else "\ufffd"
    if name in _XML_ENTITIES:
        return match[0]
    if name and name in html.entities.name2codepoint:
        return f"&#{html.entities.name2codepoint[name]};"
    return "&amp;" + match[0][1:]


def write_opml(path: Path, feeds: Iterable[FeedSpec], title: str = "Feeds") -> None:
    """Write a list that `read_opml` gives back as it was. The file is replaced in one step."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{escape(title)}</title></head>",
        "  <body>",
    ]
    for f in feeds:
        given = {
            "type": "rss", "text": f.title or f.outlet, "title": f.title, "outlet": f.outlet, "xmlUrl": f.url,
            "htmlUrl": f.site, "language": f.language, "category": ",".join(f.categories) or None,
        }  # fmt: skip
        lines.append("    <outline " + " ".join(f"{k}={quoteattr(v)}" for k, v in given.items() if v) + "/>")
    lines += ["  </body>", "</opml>", ""]
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as f_out:
            f_out.write("\n".join(lines))
            f_out.flush()
            os.fsync(f_out.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise
