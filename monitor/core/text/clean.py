"""From what an extractor leaves to a document: which lines are news and which belong to the page around it.

Two rules. Nothing is rewritten: blocks and sentences are spans of the text that came in. Precision first: a line
leaves the body only for a reason of its own (a pattern of its language pack, its form, or words that only a page says
to its reader); a news sentence lost is worse than a newsletter box kept.

Theory of operation: the text is cut into lines. Lines are classified one by one, then together (posts that an
embedding line closes, boxes at the head and the foot). The dateline is cut off the first body line and credits and
hashtags off the last ones. Body lines are cut into sentences. Everything past `LIMIT` characters is left unread, so
that the time is linear whatever comes in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from monitor.core.pack import Pack
from monitor.core.text.credits import agencies, canonical_agency
from monitor.core.text.dateline import find_dateline
from monitor.core.text.document import Block, BlockKind, Credit, Dateline, Document, Sentence
from monitor.core.text.sentences import spans
from monitor.core.text.words import fold

LIMIT = 200_000  # characters read of one article: the longest of 2,672 real ones has under 60,000

_LINE = re.compile(r"[^\n\r\x0b\x0c\u2028\u2029]+")
_LEAD_SYMBOLS = re.compile(r"^[^\w(\"'©#@$\-—–]+")
_HASHTAGS = re.compile(r"(?:#[\w’']+[\s,·|]*)+")
_TAIL_TAGS = re.compile(r"\s(?:#\w+\s*){2,}$")
_POST = re.compile(r"^[—–-]{1,2}\s?.{1,80}\(@\w+\)\s.{0,30}\d{4}\.?$")
_POST_TEXT = re.compile(r"https?://t\.co/|pic\.twitter\.com|^@\w+|^RT @")
_INITIALS = re.compile(
    r"^\(?(?:[a-z]{2,3}(?:-[a-z]{2,3})*/)+[a-z]{2,3}(?:-[a-z]{2,3})*\)?$|^/?(?:\w{2,4}/)+\w{2,4}$|^[A-Z]{2,4} ?// ?[A-Z]{2,4}"
)
_URL_ONLY = re.compile(r"^(?:https?://|www\.)\S+$")
_RULE = re.compile(r"^[\W_]+$")
_TAIL_CREDIT = re.compile(r"[\s.]*\(([^()]{2,40})\)\.?\s*$")
_SPEECH = re.compile(r"[«“„\"]")


@dataclass(slots=True)
class _Line:
    """A line on its way to become a block."""

    start: int
    end: int
    text: str
    folded: str
    kind: BlockKind = BlockKind.BODY


@dataclass(frozen=True, slots=True)
class _Patterns:
    heads: tuple[tuple[BlockKind, re.Pattern[str]], ...]
    caption_end: re.Pattern[str]
    site: re.Pattern[str]
    background: re.Pattern[str]


_NEVER = r"(?!)"


@cache
def _patterns(pack: Pack) -> _Patterns:
    """The patterns of a pack, compiled once."""

    def union(*names: str) -> str:
        return "|".join(f"(?:{p})" for n in names for p in pack.words("clean", n)) or _NEVER

    order = (
        (BlockKind.NOTICE, "notice"), (BlockKind.CAPTION, "caption"), (BlockKind.CREDIT, "credit"),
        (BlockKind.BYLINE, "byline"), (BlockKind.FURNITURE, "furniture"),
    )  # fmt: skip
    return _Patterns(
        tuple((kind, re.compile(union(name))) for kind, name in order),
        re.compile(union("caption_end")),
        re.compile(union("site")),
        re.compile(union("background")),
    )


def clean(raw: str, title: str, pack: Pack, language: str, when: datetime) -> Document:
    """The document of a raw text. Never raises, whatever the text."""
    lines = _lines(raw)
    patterns = _patterns(pack)
    for line in lines:
        line.kind = _classify(line, title, patterns, pack)
    _embedded_posts(lines)
    blocks, dateline = _blocks(lines, raw, pack, when)
    sentences = _sentences(blocks, raw, pack, patterns)
    return Document(raw, title, language, tuple(blocks), tuple(sentences), dateline, _credits(raw, blocks, dateline, pack))


def _lines(raw: str) -> list[_Line]:
    out = []
    for m in _LINE.finditer(raw, 0, LIMIT):
        text = m.group()
        body = text.strip(" \t\u00a0\u202f\u200b\ufeff\x00")
        if not body:
            continue
        start = m.start() + text.index(body)
        out.append(_Line(start, start + len(body), body, _LEAD_SYMBOLS.sub("", fold(body[:400]))))
    return out


def _classify(line: _Line, title: str, patterns: _Patterns, pack: Pack) -> BlockKind:
    """What a line is, judging by itself alone."""
    text, folded = line.text, line.folded
    if _RULE.match(text) or _URL_ONLY.match(text):
        return BlockKind.FURNITURE
    if text[0] == "#" and _HASHTAGS.fullmatch(text):
        return BlockKind.HASHTAGS
    if len(text) < 140 and _POST.match(text):
        return BlockKind.EMBED
    if len(text) > 400:
        return BlockKind.BODY
    if len(text) < 40 and (_INITIALS.match(text) or _only_agencies(text, pack)):
        return BlockKind.CREDIT
    for kind, pattern in patterns.heads:
        if pattern.match(folded):
            return kind
    if len(text) < 220 and patterns.caption_end.search(folded):
        return BlockKind.CAPTION
    if len(text) < 120 and text[-1] == "?" and not _SPEECH.search(text):
        return BlockKind.HEADING
    if len(text) < 60 and text[-1] not in ".!…:;,\"»”" and (text.isupper() or len(text.split()) <= 2):
        return BlockKind.HEADING
    return BlockKind.BODY


def _only_agencies(text: str, pack: Pack) -> bool:
    """ "AFP", "(ats)", "ats/reuters", "(Reuters/ats/QL)": a line of agency names only."""
    words = re.split(r"[\s/,&+]+", text.strip("()[]. "))
    return bool(words) and len(words) <= 4 and canonical_agency(words[0], pack) is not None and all(
        canonical_agency(w, pack) is not None or (len(w) <= 3 and w.isupper()) or w in ("et", "and") for w in words
    )


def _embedded_posts(lines: list[_Line]) -> None:
    """The lines of a post stand before the line that signs it ("— CNN (@CNN) October 23, 2024")."""
    for i, line in enumerate(lines):
        if line.kind is not BlockKind.EMBED or i == 0:
            continue
        for back in range(1, 4):
            j = i - back
            if j < 0 or lines[j].kind is BlockKind.EMBED:
                break
            gap_free = lines[j + 1].start - lines[j].end <= 1
            if back == 1 or gap_free or _POST_TEXT.search(lines[j].text):
                if len(lines[j].text) > 600:
                    break
                lines[j].kind = BlockKind.EMBED
                if _POST_TEXT.search(lines[j].text) or not gap_free:
                    break
            else:
                break


def _blocks(lines: list[_Line], raw: str, pack: Pack, when: datetime) -> tuple[list[Block], Dateline | None]:
    """Blocks in order, the dateline cut off the lead and credits off the ends of body lines."""
    blocks: list[Block] = []
    dateline: Dateline | None = None
    bodies = 0
    for line in lines:
        if line.kind is not BlockKind.BODY:
            blocks.append(Block(line.start, line.end, line.kind))
            continue
        start, end = line.start, line.end
        bodies += 1
        if dateline is None and bodies <= 3:
            found = find_dateline(line.text, pack, when)
            if found is not None:
                dateline, length = found
                blocks.append(Block(start, start + length, BlockKind.DATELINE))
                start += length
                while start < end and raw[start].isspace():
                    start += 1
        tail: list[Block] = []
        tags = _TAIL_TAGS.search(raw, start, end)
        if tags:
            tail.append(Block(tags.start() + 1, end, BlockKind.HASHTAGS))
            end = tags.start()
        credit = _TAIL_CREDIT.search(raw, max(start, end - 48), end)
        if credit and _only_agencies(credit.group(1).removeprefix("avec ").removeprefix("with "), pack):
            at = raw.index("(", credit.start())
            tail.insert(0, Block(at, end, BlockKind.CREDIT))
            end = at
        while end > start and raw[end - 1].isspace():
            end -= 1
        if end > start:
            blocks.append(Block(start, end, BlockKind.BODY))
        blocks += tail
    return blocks, dateline


def _sentences(blocks: list[Block], raw: str, pack: Pack, patterns: _Patterns) -> list[Sentence]:
    out: list[Sentence] = []
    paragraph = -1
    for block in blocks:
        if block.kind is not BlockKind.BODY:
            continue
        paragraph += 1
        text = raw[block.start : block.end]
        background = paragraph > 0 and bool(patterns.background.match(fold(text[:80])))
        out += [
            Sentence(block.start + a, block.start + b, text[a:b], paragraph, background) for a, b in spans(text, pack)
        ]
    return out


_KINDS = {BlockKind.BYLINE: "byline", BlockKind.CREDIT: "credit"}
_STRENGTH = ("dateline", "byline", "credit", "with", "cited")


def _credits(raw: str, blocks: list[Block], dateline: Dateline | None, pack: Pack) -> tuple[Credit, ...]:
    """Who is credited and cited, strongest first."""
    found: list[Credit] = []
    for block in blocks:
        if block.kind is BlockKind.DATELINE and dateline and dateline.agency:
            found.append(Credit(dateline.agency, "dateline", block.start, block.end))
        elif block.kind in _KINDS:
            agency = canonical_agency(raw[block.start : block.end], pack)
            text = fold(raw[block.start : block.end])
            with_it = re.search(r"\b(?:avec|with|con|mit|com|contributed|additional)\b", text)
            if agency:
                kind = "with" if with_it else _KINDS[block.kind]
                found.append(Credit(agency, kind, block.start, block.end))
        elif block.kind is not BlockKind.EMBED:
            found += [
                Credit(c.agency, c.kind, c.start + block.start, c.end + block.start)
                for c in agencies(raw[block.start : block.end], pack)
            ]
    return tuple(sorted(found, key=lambda c: (_STRENGTH.index(c.kind), c.start)))
