"""Cutting a sentence where two assertions meet.

A cut falls before a connector that follows a comma ("..., tandis que ..."), after a semicolon, dash or colon, before
a bare "and" whose both sides count something or that a finite verb follows, and between the sentences of a quotation.
A piece must be able to stand for an assertion: it is long enough, holds something of substance and is more than an
attribution ("a-t-il ajouté lundi devant la presse"). What cannot stand is left with its neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

from monitor.core.claims.lexicon import Lexicon, lexicon
from monitor.core.pack import Pack
from monitor.core.text.quotes import quotes
from monitor.core.text.words import spans_of, stem, tokens

_MIN_TOKENS = 4
_MIN_CONTENT = 2
_BREAK = re.compile(r"[;:](?=\s)|\s[–—-](?=\s)")
_STOP = re.compile(r"[.!?…](?=\s)")
_COMMA = re.compile(r",\s*[»”\"″]?\s*$|[;:»”\"″]\s*$")

Token = tuple[int, int, str]


@cache
def _connectors(pack: Pack) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Connectors as token sequences by their first token, the longest first."""
    out: dict[str, list[tuple[str, ...]]] = {}
    for phrase in pack.words("claims", "cuts"):
        sequence = tuple(tokens(phrase))
        if sequence:
            out.setdefault(sequence[0], []).append(sequence)
    return {k: tuple(sorted(v, key=len, reverse=True)) for k, v in out.items()}


@lru_cache(maxsize=8192)
def clauses(text: str, pack: Pack) -> tuple[tuple[int, int], ...]:
    """Spans of the assertions of one sentence, in order; together they cover it."""
    lex = lexicon(pack)
    spans = spans_of(text)
    if len(spans) < 2 * _MIN_TOKENS:
        return ((0, len(text)),)
    places = _places(text, spans, pack, lex)
    content = [_content(token, lex) for _, _, token in spans]
    pieces: list[tuple[int, int]] = []
    start = 0
    for at in (*places, len(spans)):
        stands = _stands(spans, content, start, at, lex)
        if at < len(spans) and not (stands and _stands(spans, content, at, len(spans), lex)):
            continue
        if pieces and not stands:
            pieces[-1] = (pieces[-1][0], at)
        else:
            pieces.append((start, at))
        start = at
    return tuple(_as_text(text, spans, pieces))


def _places(text: str, spans: Sequence[Token], pack: Pack, lex: Lexicon) -> list[int]:
    """Indices of the tokens before which a cut may fall."""
    connectors = _connectors(pack)
    quoted = [(q.start, q.end) for q in quotes(text)]
    numeric = [i for i, (_, _, token) in enumerate(spans) if token[0].isdigit()]
    found = []
    for i in range(1, len(spans)):
        between = text[spans[i - 1][1] : spans[i][0]]
        token = spans[i][2]
        if between == " " or not between:  # nearly always: no mark to cut at
            if token in lex.joins and _meets(i, spans, numeric, lex):
                found.append(i)
            continue
        following = tuple(t for _, _, t in spans[i : i + 4])
        connects = any(following[: len(c)] == c for c in connectors.get(token, ()))
        stops = _STOP.search(between + " ") and any(a < spans[i][0] < b for a, b in quoted)
        breaks = stops or _BREAK.search(between + " ") or (connects and _COMMA.search(between))
        if breaks or (token in lex.joins and _meets(i, spans, numeric, lex)):
            found.append(i)
    return found


def _meets(i: int, spans: Sequence[Token], numeric: Sequence[int], lex: Lexicon) -> bool:
    """Whether two assertions meet at the bare "and" of token i: both sides count, or a finite verb follows."""
    if i + 1 >= len(spans):
        return False
    counts_both = bool(numeric) and numeric[0] < i < numeric[-1]
    return spans[i + 1][2] in lex.finite or (counts_both and i - numeric[0] > 2)


def _content(token: str, lex: Lexicon) -> bool:
    return token not in lex.stop and token not in lex.negations and (len(token) > 2 or token.isdigit())


def _stands(spans: Sequence[Token], content: list[bool], start: int, end: int, lex: Lexicon) -> bool:
    """Whether these tokens can be an assertion of their own."""
    if end - start < _MIN_TOKENS:
        return False
    words = [token for (_, _, token), c in zip(spans[start:end], content[start:end], strict=True) if c]
    if len(words) < _MIN_CONTENT:
        return False
    if end - start <= 12:  # "a précisé le ministère dans un communiqué"
        said = [w for w in words if lex.act_of.get(stem(w, lex.language)) in ("say", "announce")]
        others = [w for w in words if w not in said and stem(w, lex.language) not in lex.roles]
        if said and len(others) <= 2:
            return False
    return True


def _as_text(text: str, spans: Sequence[Token], pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Token pieces as spans of text; opening marks go with what they open."""
    edges = [0]
    for first, _ in pieces[1:]:
        at = spans[first][0]
        while at > 0 and text[at - 1] in '«“„"″(':
            at -= 1
            if text[at] in '"″' and text[at - 1 : at].strip():  # it closed the piece before
                at += 1
                break
        edges.append(at)
    edges.append(len(text))
    out = []
    for a, b in pairwise(edges):
        while a < b and text[a].isspace():
            a += 1
        while b > a and (text[b - 1].isspace() or (b < len(text) and text[b - 1] in ",;–—")):
            b -= 1
        if b > a:
            out.append((a, b))
    return out
