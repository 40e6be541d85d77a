"""From what an extractor leaves to a document: which lines are news and which belong to the page around it.

Two rules. Nothing is rewritten: blocks and sentences are spans of the text that came in. Precision first: a line
leaves the body only for a reason of its own (a pattern of its language pack, its form, or words that only a page says
to its reader: `lines`); a news sentence lost is worse than a newsletter box kept.

Theory of operation: the text is cut into lines. Lines are classified one by one, then together (posts that an
embedding line closes). The dateline is cut off the first body line, credits, hashtags and site talk off the ends of
body lines. Body lines are cut into sentences. Everything past `LIMIT` characters is left unread, so that the time is
linear whatever comes in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from monitor.core.pack import Pack
from monitor.core.text.credits import agencies, canonical_agency
from monitor.core.text.dateline import find_dateline, find_rubric
from monitor.core.text.document import Block, BlockKind, Credit, Dateline, Document, Sentence
from monitor.core.text.lines import SHORT, Patterns, classify, folded_line, only_agencies, patterns, signs_post
from monitor.core.text.sentences import spans
from monitor.core.text.words import fold

LIMIT = 200_000  # characters read of one article; the longest of 2,672 real ones is far below

_LINE = re.compile(r"[^\n\r\x0b\x0c\u2028\u2029]+")
_BLANK = " \t\u00a0\u202f\u2009\u200b\u200e\u200f\ufeff\x00"
_TAIL_TAGS = re.compile(r"\s(?:#\w[\w'’-]*\s*){2,}$")
_POST_TEXT = re.compile(r"https?://t\.co/|pic\.twitter\.com|^@\w+|^RT @")
_TAIL_CREDIT = re.compile(r"\(([^()]{2,40})\)\.?\s*$")
_WITH = re.compile(r"\b(?:avec|with|con|mit|com|contributed|additional|collaborato|material)\b")
_HEAD_LINES, _FOOT_LINES = 3, 7  # where pages put their boxes
_POST_LINES = 4  # lines an embedded post may have before its signature


@dataclass(slots=True)
class _Line:
    """A line on its way to become a block."""

    start: int
    end: int
    text: str
    kind: BlockKind


def clean(raw: str, title: str, pack: Pack, language: str, when: datetime) -> Document:
    """The document of a raw text. Never raises, whatever the text."""
    lines = _lines(raw, title, pack)
    _embedded_posts(lines)
    blocks, dateline = _blocks(lines, raw, pack, when)
    sentences = _sentences(blocks, raw, pack, patterns(pack))
    named = _credits(raw, blocks, dateline, pack)
    return Document(raw, title, language, tuple(blocks), tuple(sentences), dateline, named)


def _lines(raw: str, title: str, pack: Pack) -> list[_Line]:
    """The lines that hold something, each classified by itself."""
    out: list[_Line] = []
    named = fold(title).strip(" .")
    found = [(m, text) for m in _LINE.finditer(raw, 0, LIMIT) if (text := m.group().strip(_BLANK)).strip()]
    for i, (m, text) in enumerate(found):
        start = m.start() + m.group().index(text)
        edge = i < _HEAD_LINES or i >= len(found) - _FOOT_LINES
        if len(text) == len(title) and named and fold(text).strip(" .") == named:
            kind = BlockKind.HEADING
        else:
            kind = classify(text, pack, edge=edge)
        if kind is BlockKind.BODY or len(text) < 140 or kind in (BlockKind.CAPTION, BlockKind.HASHTAGS):
            out.append(_Line(start, start + len(text), text, kind))
        else:
            out += _parts(start, text, kind, pack)
    return out


def _parts(start: int, text: str, kind: BlockKind, pack: Pack) -> list[_Line]:
    """A long line that begins like furniture, sentence by sentence: what is news in it stays news."""
    parts: list[_Line] = []
    for a, b in spans(text, pack):
        part = text[a:b]
        own = classify(part, pack) if a else kind
        if own in (BlockKind.BODY, BlockKind.HEADING) and (b - a < 90 or patterns(pack).site.search(fold(part))):
            own = kind
        if parts and parts[-1].kind is own:
            parts[-1].end, parts[-1].text = start + b, text[parts[-1].start - start : b]
        else:
            parts.append(_Line(start + a, start + b, part, own))
    return parts


def _embedded_posts(lines: list[_Line]) -> None:
    """The lines of a post stand before the line that signs it ("— CNN (@CNN) October 23, 2024")."""
    for i, line in enumerate(lines):
        if line.kind is not BlockKind.EMBED or not signs_post(line.text):
            continue
        joined = True
        for j in range(i - 1, max(-1, i - 1 - _POST_LINES), -1):
            near = lines[j]
            linked = bool(_POST_TEXT.search(near.text))
            if near.kind is BlockKind.EMBED or len(near.text) > 400 or not (joined or linked):
                break
            near.kind = BlockKind.EMBED
            # Lines of one post follow each other without an empty line between.
            joined = j > 0 and near.start - lines[j - 1].end <= 1 and not linked and len(near.text) < 120


_LEADS = 3  # body lines a dateline or rubric may begin


def _blocks(lines: list[_Line], raw: str, pack: Pack, when: datetime) -> tuple[list[Block], Dateline | None]:
    """Blocks in order, the dateline cut off the lead and credits off the ends of body lines."""
    blocks: list[Block] = []
    dateline: Dateline | None = None
    bodies = 0
    for line in lines:
        if line.kind is not BlockKind.BODY:
            # "Paris (AFP) -" on a line of its own, at the head or the foot
            alone = None
            if line.kind is BlockKind.HEADING and dateline is None:
                alone = find_dateline(line.text, "", pack, when)
            if alone is not None and alone[1] == len(line.text):
                dateline, line.kind = alone[0], BlockKind.DATELINE
            blocks.append(Block(line.start, line.end, line.kind))
            continue
        start = line.start
        bodies += 1
        if bodies <= _LEADS:
            found = None if dateline else find_dateline(line.text, raw[start + 20 : start + 4_000], pack, when)
            if found is not None:
                dateline, length = found
            else:
                length = find_rubric(line.text, pack)
            if 0 < length < len(line.text):
                kind = BlockKind.DATELINE if found else BlockKind.HEADING
                blocks.append(Block(start, start + len(line.text[:length].rstrip()), kind))
                start += length
        end, tail = _tail(raw, start, line.end, pack)
        if end > start:
            blocks.append(Block(start, end, BlockKind.BODY))
        blocks += tail
    return blocks, dateline


def _tail(raw: str, start: int, end: int, pack: Pack) -> tuple[int, list[Block]]:
    """Where the news of a body line ends, and what hangs on behind it."""
    tail: list[Block] = []
    tags = _TAIL_TAGS.search(raw, max(start, end - 600), end)
    if tags:
        tail.append(Block(tags.start() + 1, end, BlockKind.HASHTAGS))
        end = tags.start()
    credit = _TAIL_CREDIT.search(raw, max(start, end - 48), end)
    if credit and only_agencies(_WITH.sub("", credit.group(1)).strip(), pack):
        tail.insert(0, Block(credit.start(), end, BlockKind.CREDIT))
        end = credit.start()
    while end > start and raw[end - 1].isspace():
        end -= 1
    # "... Lire aussi : ..." run into the paragraph: only its last sentences, each short enough to be furniture.
    window = max(start, end - SHORT)
    for a, b in reversed(spans(raw[window:end], pack)[1:]):
        kind = classify(raw[window + a : window + b], pack, edge=False)
        if kind in (BlockKind.BODY, BlockKind.HEADING, BlockKind.EMBED, BlockKind.BYLINE):
            break
        tail.insert(0, Block(window + a, window + b, kind))
        end = window + a
        while end > start and raw[end - 1].isspace():
            end -= 1
    return end, tail


_POST_END = re.compile(r"\s*(?:https?://|pic\.twitter\.com|[—–-]{1,2} ?[^—–]{1,60}\(@\w+\))")
_POST_HANDLE = re.compile(r"(?:RT )?(?:@\w+:?\s+)+")
_POST_WORDS = 5
_HEADING_WORDS = 6  # a heading of so many words says something ("Le bilan s'alourdit à 17 morts")


_ASIDE = 2  # from this paragraph on a sentence that likens the event to another is an aside


def _sentences(blocks: list[Block], raw: str, pack: Pack, p: Patterns) -> list[Sentence]:
    """The sentences of the body, of headings that assert something, and of embedded posts: they make claims too."""
    out: list[Sentence] = []
    paragraph = -1
    foot = max((b.end for b in blocks if b.kind is BlockKind.BODY), default=len(raw))
    for block in blocks:
        text = raw[block.start : block.end]
        if block.kind is BlockKind.HEADING:
            if text[-1] != "?" and len(text.split()) >= _HEADING_WORDS and block.start < foot:
                out.append(Sentence(block.start, block.end, text, max(paragraph, 0)))
            continue
        if block.kind is BlockKind.EMBED:
            out += _post_sentences(block, text, max(paragraph, 0), pack)
        if block.kind is not BlockKind.BODY:
            continue
        paragraph += 1
        recalls = paragraph > 0 and bool(p.background.match(folded_line(text[:120])))
        for a, b in spans(text, pack):
            aside = paragraph >= _ASIDE and p.background_mention.search(fold(text[a : min(b, a + 300)]))
            out.append(Sentence(block.start + a, block.start + b, text[a:b], paragraph, recalls or bool(aside)))
    return out


def _post_sentences(block: Block, text: str, paragraph: int, pack: Pack) -> list[Sentence]:
    """What an embedded post says, without handle, link and signature."""
    handle = _POST_HANDLE.match(text)
    first = handle.end() if handle else 0
    link = _POST_END.search(text, first)
    said = text[first : link.start() if link else len(text)]
    if len(said.split()) < _POST_WORDS:
        return []
    start = block.start + first
    return [Sentence(start + a, start + b, said[a:b], paragraph) for a, b in spans(said, pack)]


_STRENGTH = ("dateline", "byline", "credit", "with", "cited")


def _credits(raw: str, blocks: list[Block], dateline: Dateline | None, pack: Pack) -> tuple[Credit, ...]:
    """Who is credited and cited, strongest first."""
    found: list[Credit] = []
    for block in blocks:
        text = raw[block.start : block.end]
        if block.kind is BlockKind.DATELINE:
            if dateline and dateline.agency:
                found.append(Credit(dateline.agency, "dateline", block.start, block.end))
        elif block.kind in (BlockKind.BYLINE, BlockKind.CREDIT):
            desk = "/" in text and text.islower() and block.kind is BlockKind.BYLINE  # "bur-map/cca" are writers
            agency = None if desk else canonical_agency(text, pack)
            if agency:
                kind = "with" if _WITH.search(fold(text)) else block.kind.value
                found.append(Credit(agency, kind, block.start, block.end))
        elif block.kind in (BlockKind.BODY, BlockKind.HEADING, BlockKind.NOTICE):
            found += [
                Credit(c.agency, c.kind, c.start + block.start, c.end + block.start) for c in agencies(text, pack)
            ]
    return tuple(sorted(found, key=lambda c: (_STRENGTH.index(c.kind), c.start)))
