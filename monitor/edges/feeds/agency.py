"""What news agencies send: NewsML-G2 and ninjs (iptc.org), and the older NewsML 1.2 that AFP still ships.

One file may hold one item or many. Only text items count; what was cancelled, withheld or is still under embargo is
left out with a note. The guid is the item's without its version, so that a correction is the same article.
"""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from monitor.edges.feeds import fields
from monitor.edges.feeds.fields import LONGEST_HTML, MOST_ENTRIES, folded, from_iso, plain, web
from monitor.edges.feeds.model import ParsedEntry, ParsedFeed

_ROOTS = {"newsMessage", "newsItem", "NewsML"}
_WITHDRAWN = re.compile(r"(?i)(^|:)(cancell?ed|withheld|embargoed)$")
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "hl2", "li", "pre"}


def agency_root(body: bytes) -> Any | None:
    """The root element of an agency's XML file, or None where the bytes are something else."""
    if not re.search(rb"<(\w+:)?(newsMessage|newsItem|NewsML)\b", body[:4096]):
        return None
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None
    return root if root is not None and _name(root) in _ROOTS else None


def newsml(root: Any, url: str, now: datetime) -> ParsedFeed:
    """The text items of a NewsML-G2 or NewsML 1.2 file."""
    old = _name(root) == "NewsML"
    items = list(_all(root, "NewsItem" if old else "newsItem")) or ([root] if _name(root) == "newsItem" else [])
    notes: list[str] = []
    read = _item_12 if old else _item_g2
    return _feed((read(i, url, now, notes) for i in items[:MOST_ENTRIES]), notes)


def ninjs_items(data: Any) -> list[dict[str, Any]]:
    """The ninjs objects of decoded JSON: one, a list of them, or a list under "items"; none where it is no ninjs."""
    if isinstance(data, dict) and isinstance(data.get("items"), list):
        data = data["items"]
    items = [d for d in (data if isinstance(data, list) else [data]) if isinstance(d, dict) and _is_ninjs(d)]
    return items[:MOST_ENTRIES]


def ninjs(items: Iterable[dict[str, Any]], url: str, now: datetime) -> ParsedFeed:
    """The text items among ninjs objects, versions 1.0 to 3.x."""
    notes: list[str] = []
    return _feed((_item_ninjs(i, url, now, notes) for i in items), notes)


def _feed(read: Iterable[ParsedEntry | None], notes: list[str]) -> ParsedFeed:
    entries = tuple(e for e in read if e is not None)
    languages = {e.language for e in entries}
    return ParsedFeed(
        None, languages.pop() if len(languages) == 1 else None, None, None, entries, notes=folded(notes)
    )  # fmt: skip


def _withheld(status: str | None, embargo: str | None, now: datetime, notes: list[str]) -> bool:
    try:
        until = datetime.fromisoformat(embargo) if embargo else None
    except ValueError:
        until = None
    if (status and _WITHDRAWN.search(status)) or (until is not None and until.tzinfo is not None and until > now):
        notes.append("an item cancelled, withheld or under embargo left out")
        return True
    return False


def _item_g2(item: Any, url: str, now: datetime, notes: list[str]) -> ParsedEntry | None:
    meta, content = _first(item, "itemMeta"), _first(item, "contentMeta")
    if _withheld(_value(_first(meta, "pubStatus")), _text(_first(meta, "embargoed")), now, notes):
        return None
    kind = _value(_first(meta, "itemClass")) or "ninat:text"
    bodies = [_markup(x) for x in _all(item, "inlineXML")]
    bodies += [
        html_entities.escape(_text(x) or "", quote=False).replace("\n", "<br>") for x in _all(item, "inlineData")
    ]
    body = max(bodies, key=len, default="")
    if not kind.endswith((":text", ":composite")) or not body.strip():
        notes.append("an item without text left out")
        return None
    guid = item.get("guid")
    created = _text(_first(content, "contentCreated")) or _text(_first(meta, "firstCreated"))
    changed = _text(_first(meta, "versionCreated"))
    source = _first(content, "infoSource")
    tag = _first(content, "language")
    return ParsedEntry(
        guid=guid, url=web(guid, None),
        title=plain(_text(_first(content, "headline")) or _text(_first(item, "hl1")) or _text(_first(meta, "title"))),
        published=from_iso(created or changed, now, notes), updated=from_iso(changed, now, notes),
        html=body[:LONGEST_HTML], is_summary=False,
        language=fields.language((tag.get("tag") if tag is not None else None) or _lang(item)),
        source=plain(_text(_first(source, "name")) or (source.get("literal") if source is not None else "")) or None,
        source_url=web(source.get("uri"), url) if source is not None else None,
        tags=fields.tags(_text(_first(s, "name")) for s in _all(content, "subject")),
    )  # fmt: skip


def _item_12(item: Any, _url: str, now: datetime, notes: list[str]) -> ParsedEntry | None:
    managed, found = _first(item, "NewsManagement"), _first(item, "NewsIdentifier")
    if _withheld(_value(_first(managed, "Status")), _text(_first(managed, "StatusWillChange")), now, notes):
        return None
    body = max((_markup(x) for x in _all(item, "DataContent")), key=len, default="")
    if not body.strip():
        notes.append("an item without text left out")
        return None
    parts = [_text(_first(found, n)) for n in ("ProviderId", "DateId", "NewsItemId")]
    guid = ":".join(["urn:newsml", *(p for p in parts if p)]) if all(parts) else None
    created, changed = _text(_first(managed, "FirstCreated")), _text(_first(managed, "ThisRevisionCreated"))
    titles = [_text(_first(item, n)) for n in ("HeadLine", "hl1", "SlugLine", "NameLabel")]
    return ParsedEntry(
        guid=guid, url=None, title=plain(next((t for t in titles if t), "")),
        published=from_iso(created or changed, now, notes), updated=from_iso(changed, now, notes),
        html=body[:LONGEST_HTML], is_summary=False,
        language=fields.language(_value(_first(item, "Language")) or _lang(item)),
        tags=fields.tags(k.get("Value") for k in _all(item, "Property") if k.get("FormalName") == "Keyword"),
    )  # fmt: skip


def _is_ninjs(item: dict[str, Any]) -> bool:
    """Nothing marks ninjs as such: it has a uri and fields of these names."""
    named = {k.lower() for k in item}
    return "uri" in named and bool(
        named & {"versioncreated", "bodies", "body_text", "body_xhtml", "headline", "headlines", "pubstatus"}
    )


def _item_ninjs(item: dict[str, Any], url: str, now: datetime, notes: list[str]) -> ParsedEntry | None:
    given = {k.lower(): v for k, v in item.items()}
    if _withheld(_str(given.get("pubstatus")), _str(given.get("embargoed")), now, notes):
        return None
    body = _ninjs_body(given)
    if given.get("type") not in ("text", "composite", None) or not body.strip():
        notes.append("an item without text left out")
        return None
    uri = _str(given.get("uri"))
    headline = _str(given.get("headline")) or next((v for _, v in _roles(given.get("headlines"))), "")
    sources = given.get("infosources")
    named = sources[0] if isinstance(sources, list) and sources and isinstance(sources[0], dict) else {}
    return ParsedEntry(
        guid=uri or None, url=web(uri, None), title=plain(headline or given.get("title")),
        published=from_iso(given.get("firstcreated") or given.get("versioncreated"), now, notes),
        updated=from_iso(given.get("versioncreated"), now, notes),
        html=body[:LONGEST_HTML], is_summary=False, language=fields.language(given.get("language")),
        source=plain(named.get("name")) or None, source_url=web(named.get("uri"), url),
        tags=fields.tags(s.get("name") for s in _dicts(given.get("subjects") or given.get("subject"))),
    )  # fmt: skip


def _ninjs_body(given: dict[str, Any]) -> str:
    """HTML of the body: marked-up forms before plain text."""
    flat = [(k.removeprefix("body_"), _str(v)) for k, v in given.items() if k.startswith("body_")]
    forms = [(role.lower(), value) for role, value in [*flat, *_roles(given.get("bodies"))] if value.strip()]
    for role, value in forms:
        if "html" in role:
            return value
    for role, value in forms:
        if role in ("text", "text/plain", ""):
            return html_entities.escape(value, quote=False).replace("\n", "<br>")
    return ""


def _roles(value: Any) -> list[tuple[str, str]]:
    """(role or content type, value) of ninjs 2 and 3 lists, the main one first."""
    found = [
        (_str(d.get("role") or d.get("contenttype") or d.get("contentType")), _str(d.get("value")))
        for d in _dicts(value)
    ]
    return sorted(found, key=lambda f: f[0] != "main")


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [d for d in value if isinstance(d, dict)] if isinstance(value, list) else []


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _name(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _all(node: Any | None, name: str) -> Iterator[Any]:
    return iter(()) if node is None else (n for n in node.iter() if _name(n) == name)


def _first(node: Any | None, name: str) -> Any | None:
    return next(_all(node, name), None)


def _text(node: Any | None) -> str | None:
    return None if node is None else " ".join("".join(node.itertext()).split()) or None


def _value(node: Any | None) -> str | None:
    """A code, wherever the format puts it."""
    return None if node is None else node.get("qcode") or node.get("FormalName") or node.get("uri") or _text(node)


def _lang(node: Any) -> str | None:
    return node.get("{http://www.w3.org/XML/1998/namespace}lang")  # type: ignore[no-any-return]


def _markup(node: Any) -> str:
    """The paragraphs of NITF or XHTML content as HTML; all of its text where it has no paragraphs."""
    body = _first(node, "body.content")
    body = body if body is not None else _first(node, "body")
    body = body if body is not None else node
    found = (n for n in body.iter() if _name(n) in _PARAGRAPHS)
    texts = (_text(n) for n in found if not any(_name(a) in _PARAGRAPHS for a in n.iterancestors()))
    paragraphs = [f"<p>{html_entities.escape(t, quote=False)}</p>" for t in texts if t]
    if paragraphs:
        return "\n".join(paragraphs)
    return html_entities.escape("".join(body.itertext()).strip(), quote=False).replace("\n", "<br>")
