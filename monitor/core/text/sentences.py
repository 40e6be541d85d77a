"""Sentences of a paragraph, as spans.

A sentence ends at a run of final marks, with the closing quotes and brackets that follow staying inside, when what
comes next may begin a sentence. It does not end after an abbreviation, an initial, a day ("6. Februar"), nor inside a
quotation that the sentence goes on after (« Faux. Tous sont payés », répond le producteur).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache

from monitor.core.pack import Pack
from monitor.core.text.quotes import quotes
from monitor.core.text.words import fold, stopwords

_CLOSERS = r"»”\"″“’')\]"
_END = re.compile(rf"[.!?…‽]+(?P<close>(?:[ \u00a0\u202f]?[{_CLOSERS}](?![^\W_]))*)(?P<gap>\s+|$)")
_OPENERS = r"«»“„\"‘'(\[—–\-¿¡•►*#@"
_STARTER = re.compile(rf"[{_OPENERS}]*\s*(?P<word>[^\W_]+(?:['’]\w+)?)?")
_WORD_BEFORE = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*$")
_LONGEST_WORD = 24
_DEFAULT = (
    "m mm mme mmes mlle me dr pr st ste mgr mr mrs ms prof sen rep gov gen jr sr vs inc ltd co corp dept p pp no nos "
    "vol fig art etc cf ca nr sig sra dott ing"
)


@dataclass(frozen=True, slots=True)
class _Tables:
    always: frozenset[str]  # abbreviations that never end a sentence
    before_number: frozenset[str]  # and those that do not where a number follows ("sept. 2025", "art. 5")
    months: frozenset[str]
    days: frozenset[str]
    stop: frozenset[str]
    ordinal_dot: bool


@cache
def _tables(pack: Pack) -> _Tables:
    def words(*path: str) -> frozenset[str]:
        return frozenset(fold(w) for entry in pack.words(*path) for w in entry.split())

    months = words("dates", "months")
    return _Tables(
        words("abbreviations") or frozenset(_DEFAULT.split()), words("abbreviations_number") | months, months,
        words("dates", "weekdays"), stopwords(pack), pack.code in {"de", "cs", "da", "no", "fi", "und"},
    )  # fmt: skip


def spans(text: str, pack: Pack) -> list[tuple[int, int]]:
    """(start, end) of each sentence of one paragraph, without the blanks around it."""
    return list(_spans(text, pack))


@lru_cache(maxsize=8192)
def _spans(text: str, pack: Pack) -> tuple[tuple[int, int], ...]:
    t = _tables(pack)
    ends = [m for m in _END.finditer(text) if m.end() < len(text) and _ends(text, m, t)]
    held = _held(text) if len(ends) > 0 else []
    starts = [a for a, _ in held]
    out: list[tuple[int, int]] = []
    start = 0
    for m in ends:
        k = bisect_right(starts, m.start()) - 1
        if k >= 0 and m.start() < held[k][1]:
            continue
        _add(text, start, m.start("gap"), out)
        start = m.end()
    _add(text, start, len(text), out)
    return tuple(out)


def _add(text: str, start: int, end: int, out: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        out.append((start, end))


_GOES_ON = re.compile(r"[\s\u00a0]*(?:[,;]|[–—-]\s|[a-zß-öø-ÿœ(])")


def _held(text: str) -> list[tuple[int, int]]:
    """Quotations that their sentence goes on after: no sentence ends inside these."""
    return [(q.start, q.inner_end) for q in quotes(text) if _GOES_ON.match(text, q.end)]


def _ends(text: str, m: re.Match[str], t: _Tables) -> bool:
    """Whether a sentence may end at this run of marks."""
    following = _STARTER.match(text, m.end())
    word = (following and following.group("word")) or ""
    if word and word[0].islower() and text[m.end()] not in "•►":
        return False
    marks = text[m.start() : m.start("close")]
    if marks != "." or m.group("close"):
        return bool(word) or marks != "…"
    before = _WORD_BEFORE.search(text, max(0, m.start() - _LONGEST_WORD), m.start())
    if not before:
        return True
    return _full_stop(text, before, word, m.end(), t)


def _full_stop(text: str, before: re.Match[str], following: str, at: int, t: _Tables) -> bool:
    """Whether a single dot after `before` ends a sentence, and does not merely shorten a word."""
    last = before.group()
    folded = fold(last).replace(".", "")
    next_folded = fold(following)
    begins = next_folded.split("'")[0] in t.stop and len(next_folded) > 1
    if folded.isdigit():
        return not (t.ordinal_dot and len(folded) <= 2 and (next_folded in t.months or next_folded.islower()))
    if folded in {"am", "pm"} and "." in last:
        return following != "" and text[at] != "(" and (begins or not (next_folded in t.days or following.isdigit()))
    if "." in last and len(last) <= 6:  # "U.S. Senate", "z.B."
        return begins
    if folded in t.always:
        return False
    if folded in t.before_number and len(folded) <= 5 and following[:1].isdigit():
        return False
    if len(last) == 1 and last.isupper():  # "J. Dupont", but not "33,8 °C. Il" nor "Joris V. Their"
        return begins or text[before.start() - 1 : before.start()] in ("°", "-")
    return True
