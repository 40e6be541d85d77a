"""Quotations, with the marks that real pages use: mixed, broken and odd ones included.

An opening mark looks for the nearest mark that may close it. French desks mix « ... ″, “ ... ”, ″ ... ″ and straight
ones in a single article, so any double mark may close any other where the exact partner is missing or farther off
than a paragraph's end. A quotation never crosses an empty line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """`text[start:end]` with its marks, `text[inner_start:inner_end]` without."""

    start: int
    end: int
    inner_start: int
    inner_end: int


_PARTNER = {"«": "»", "“": "”", "„": "“”", "‹": "›", "‘": "’", "‚": "‘’"}
_MARK = re.compile(r"[«»“”„\"″]|''|``|(?<!\w)[‘‚'](?=\w)|(?<=[\w.,!?…])['’](?!\w)|\n[ \t]*\n|\n")
_SINGLE = frozenset("‘‚'’")
_LONGEST = 2_000  # characters; a quotation longer than this is a lost mark


def quotes(text: str) -> list[FoundQuote]:
    """The outermost quotations in order. Nested ones stay inside theirs."""
    found: list[FoundQuote] = []
    for start, end in _paragraphs(text):
        found += _in_paragraph(text, start, end)
    return found


def _paragraphs(text: str) -> list[tuple[int, int]]:
    out, at = [], 0
    for part in text.split("\n"):
        if part:
            out.append((at, at + len(part)))
        at += len(part) + 1
    return out


def _opens(text: str, at: int, end: int, stop: int) -> bool:
    """Whether a mark that looks the same both ways opens here."""
    before = text[at - 1] if at else " "
    after = text[end] if end < stop else " "
    return (before.isspace() or before in "([{-–—:'’«“/") and not after.isspace()


def _in_paragraph(text: str, start: int, stop: int) -> list[FoundQuote]:
    marks = [(m.start(), m.end(), m.group()) for m in _MARK.finditer(text, start, stop)]
    found: list[FoundQuote] = []
    i = 0
    while i < len(marks):
        at, after, mark = marks[i]
        if mark in _SINGLE:
            j = _single_close(text, marks, i)
        elif mark in "»":
            j = None
        elif mark in '"″' or mark in ("''", "``"):
            j = _double_close(marks, i) if _opens(text, at, after, stop) or mark == "``" else None
        elif mark == "”":
            # Back-translated pages open with a closing mark now and then.
            j = _double_close(marks, i) if _opens(text, at, after, stop) else None
        else:
            j = _double_close(marks, i)
        if j is None:
            i += 1
            continue
        close_at, close_end, _ = marks[j]
        inner_start, inner_end = after, close_at
        while inner_start < inner_end and text[inner_start].isspace():
            inner_start += 1
        while inner_end > inner_start and text[inner_end - 1].isspace():
            inner_end -= 1
        if inner_end > inner_start and close_end - at <= _LONGEST:
            found.append(FoundQuote(at, close_end, inner_start, inner_end))
            i = j + 1
        else:
            i += 1
    return found


def _double_close(marks: list[tuple[int, int, str]], i: int) -> int | None:
    """The mark that closes mark `i`: its partner (nesting counted) if there is one, else the next that may."""
    _, _, opening = marks[i]
    partner = _PARTNER.get(opening, opening)
    depth = 0
    for j in range(i + 1, len(marks)):
        mark = marks[j][2]
        if opening in _PARTNER and mark == opening and mark not in partner:
            depth += 1
        elif mark in partner:
            if depth == 0:
                return j
            depth -= 1
    for j in range(i + 1, len(marks)):
        if marks[j][2] in "»”\"″":
            return j
    return None


def _single_close(text: str, marks: list[tuple[int, int, str]], i: int) -> int | None:
    """Single marks are apostrophes far more often: they quote only around two words or more, or ‘ with ’."""
    at, after, mark = marks[i]
    if mark in "’" or (at and text[at - 1].isalnum()):
        return None
    for j in range(i + 1, len(marks)):
        if marks[j][2] in ("'", "’", "‘"):
            inner = text[after : marks[j][0]]
            return j if mark in "‘‚" or " " in inner.strip() else None
    return None
