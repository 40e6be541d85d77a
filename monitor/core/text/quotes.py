"""Quotations, with the marks that real pages use: mixed, broken and odd ones included.

An opening mark looks for its partner in the same paragraph, nesting counted; where the partner is missing, for the
next mark that may close. French desks mix « ... ″, “ ... ”, ″ ... ″ and straight marks in a single article, and German
ones write » ... «, so what a two-faced mark does is read off the blanks around it. Odd counts leave a mark unpaired.
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


_MARK = re.compile(r"[«»“”„\"″]|''|``|(?<!\w)[‘‚'](?=\w)|(?<=[\w.,!?…])['’](?!\w)")
_MAY_MARK = re.compile("[«»“”„\"″'’‘‚`]")  # where _MARK can begin: a set is looked for many times faster
_PARTNERS = {"«": "»", "»": "«", "“": "”", "„": "“”", '"': '"', "″": "″", "”": "”", "''": "''", "``": "''"}
_SINGLE = frozenset("‘‚'’")
_BLANKS_BEFORE = frozenset(" \t\u00a0\u202f\u2009([{-–—:'’/|>") | {""}
_BLANKS_AFTER = frozenset(" \t\u00a0\u202f\u2009.,;:!?)]}…") | {""}
LONGEST = 2_000  # characters; a quotation longer than this is a lost mark
_MOST = 400  # marks read of one paragraph: pairing looks ahead, and no paragraph of news has more


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    text: str
    opens: bool
    closes: bool


def quotes(text: str) -> list[FoundQuote]:
    """The outermost quotations in order. Nested ones stay inside theirs; none crosses a line's end."""
    found: list[FoundQuote] = []
    at = 0
    for line in text.split("\n"):
        found += _in_line(text, at, at + len(line))
        at += len(line) + 1
    return found


def _marks(text: str, start: int, stop: int) -> list[_Mark]:
    """The marks of a line with what each may do there, judging by the blanks around it."""
    out: list[_Mark] = []
    for place in _MAY_MARK.finditer(text, start, stop):
        if out and place.start() < out[-1].end:
            continue
        m = _MARK.match(text, place.start(), stop)
        if m is None:
            continue
        before = text[m.start() - 1] if m.start() > start else ""
        after = text[m.end()] if m.end() < stop else ""
        mark = m.group()
        if mark == "«":
            closes = before not in _BLANKS_BEFORE and (after in _BLANKS_AFTER)
            opens = not closes
        elif mark == "»":
            opens = before in _BLANKS_BEFORE and after not in _BLANKS_AFTER
            closes = not opens or before in " \u00a0\u202f"
        elif mark in ("„", "``"):
            opens, closes = True, False
        elif mark == "“":
            opens = after not in _BLANKS_AFTER or before in _BLANKS_BEFORE
            closes = not opens
        else:
            opens = before in _BLANKS_BEFORE and after not in " \t\u00a0\u202f"
            closes = not opens or after in _BLANKS_AFTER
        out.append(_Mark(m.start(), m.end(), mark, opens, closes))
        if len(out) >= _MOST:
            break
    return out


def _in_line(text: str, start: int, stop: int) -> list[FoundQuote]:
    marks = _marks(text, start, stop)
    found: list[FoundQuote] = []
    i = 0
    while i < len(marks):
        mark = marks[i]
        j = None
        if mark.opens:
            j = _single_close(text, marks, i) if mark.text in _SINGLE else _double_close(marks, i)
        if j is None:
            i += 1
            continue
        inner = text[mark.end : marks[j].start]
        inner_start = mark.end + len(inner) - len(inner.lstrip())
        inner_end = inner_start + len(inner.strip())
        if inner_end > inner_start and marks[j].end - mark.start <= LONGEST:
            found.append(FoundQuote(mark.start, marks[j].end, inner_start, inner_end))
            i = j + 1
        else:
            i += 1
    return found


def _double_close(marks: list[_Mark], i: int) -> int | None:
    """The mark that closes mark `i`: its partner (nesting counted), else the next double mark that may close."""
    opening = marks[i].text
    partner = _PARTNERS.get(opening, "")
    depth = 0
    fallback = None
    for j in range(i + 1, len(marks)):
        mark = marks[j]
        if mark.text in _SINGLE:
            continue
        if mark.text in partner and mark.text and mark.closes:
            if depth == 0:
                return j if fallback is None or not _reopened(marks, fallback, j) else fallback
            depth -= 1
        elif mark.text == opening and mark.opens:
            depth += 1
        elif mark.closes and not mark.opens and fallback is None:
            fallback = j
    return fallback


def _reopened(marks: list[_Mark], fallback: int, partner: int) -> bool:
    """Whether a fresh quotation begins between a stranger that may close and the true partner."""
    return any(m.opens and not m.closes and m.text == marks[partner].text for m in marks[fallback + 1 : partner])


def _single_close(text: str, marks: list[_Mark], i: int) -> int | None:
    """Single marks are apostrophes far more often: they quote only around two words or more, or ‘ with ’."""
    mark = marks[i]
    if mark.text == "’":
        return None
    for j in range(i + 1, len(marks)):
        if marks[j].text in "'’‘":
            inner = text[mark.end : marks[j].start]
            return j if mark.text != "'" or " " in inner.strip() else None
    return None
