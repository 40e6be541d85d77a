"""A cleaned article: what is body and what is not, as spans of the text that came in.

Nothing is rewritten: every block and sentence is `raw[start:end]`, so that a claim can always be shown verbatim.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block of the page is."""

    BODY = "body"
    HEADING = "heading"  # a question or title between paragraphs
    DATELINE = "dateline"  # "LYON, 3 mars 2026 (AFP) - "
    CREDIT = "credit"  # "(avec AFP)", "With Reuters"
    BYLINE = "byline"
    CAPTION = "caption"  # photo lines
    HASHTAGS = "hashtags"
    EMBED = "embed"  # an embedded post
    NOTICE = "notice"  # newsletter boxes, paywalls, "written with AI", cookies
    FURNITURE = "furniture"  # read-also lines, share buttons, contact lines


@dataclass(frozen=True, slots=True)
class Block:
    """`raw[start:end]` is of this kind."""

    start: int
    end: int
    kind: BlockKind


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text == raw[start:end]`."""

    start: int
    end: int
    text: str
    paragraph: int  # index among the body paragraphs, 0 is the lead
    background: bool = False  # a paragraph that recalls another event ("Six days earlier...")


@dataclass(frozen=True, slots=True)
class Dateline:
    """What the words before the first sentence tell."""

    place: str | None
    agency: str | None  # canonical name: AFP, Reuters, AP, Belga, ...
    day: date | None


@dataclass(frozen=True, slots=True)
class Credit:
    """An agency or outlet named as a source of the text. `kind` tells how, strongest first."""

    agency: str
    kind: str  # dateline, byline, credit ("(AFP)"), with ("avec AFP"), cited ("selon Reuters", "a dit a l'AFP")
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """An article with its parts told apart."""

    raw: str
    title: str
    language: str  # ISO 639-1, or "und"
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]  # of body blocks, embedded posts and headings that assert something
    dateline: Dateline | None
    credits: tuple[Credit, ...]

    @property
    def body(self) -> str:
        """The body alone: paragraphs joined by a newline. For fingerprints, not for offsets."""
        return "\n".join(self.raw[b.start : b.end].strip() for b in self.blocks if b.kind is BlockKind.BODY)

    @property
    def lead(self) -> str:
        """The first body paragraph."""
        return next((self.raw[b.start : b.end].strip() for b in self.blocks if b.kind is BlockKind.BODY), "")
