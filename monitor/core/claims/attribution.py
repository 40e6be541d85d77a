"""Which words of a unit say who said it: two statements of one speaker share them and are two claims nonetheless."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from monitor.core.claims.lexicon import Lexicon
from monitor.core.text.words import fold

_SAYING = frozenset({"say", "announce"})
_BREAK = re.compile(r"[,;:»”\"″–—]")
_NEAR = 4  # tokens between the comma and the verb: "a-t-il ajouté", "a également précisé"
_SHORT = 14  # tokens of an attribution that ends in its verb: ", Prosecutor Claire Vasseur told reporters on Monday"
_LEAD = 14  # tokens before "that": "Le directeur général de l'aviation civile a précisé que"
_THAT = frozenset({"that", "que", "qu", "dass", "che"})  # of the six languages
_BARE = frozenset({"said", "says"})  # English leaves "that" out
_REST = 4  # tokens that an assertion needs

Token = tuple[int, int, str]


def attribution(text: str, spans: Sequence[Token], lex: Lexicon) -> tuple[int, int]:
    """The tokens [first, last) of a unit that say who said it; (0, 0) where none do.

    `spans` are the unit's tokens with their places in `text`.
    """
    says = [token[0].isalpha() and lex.words[text[a:b]].act in _SAYING for a, b, token in spans]
    if not any(says) and not lex.sources:
        return 0, 0
    lead = _lead(spans, says, lex)
    breaks = [0] + [i for i in range(1, len(spans)) if _BREAK.search(text[spans[i - 1][1] : spans[i][0]])]
    for start, end in pairwise([*breaks, len(spans)]):
        opens = bool(lex.sources and lex.sources.match(fold(text[spans[start][0] : spans[end - 1][1]])))
        if start == 0 and opens and end < len(spans) - _REST:
            return 0, end
        if start < max(_REST, lead[1]):
            continue
        ends_in_verb = end - start <= _SHORT and any(says[max(start, end - _NEAR) : end])
        if opens or ends_in_verb or any(says[start : start + _NEAR]):
            return start, _resumes(text, spans, start)
    return lead


def _resumes(text: str, spans: Sequence[Token], start: int) -> int:
    """The token where a quotation goes on behind the attribution, or the end of the unit."""
    for i in range(start + 1, len(spans)):
        between = text[spans[i - 1][1] : spans[i][0]]
        if re.search(r"[«“„]", between) or re.search(r"\s[\"″]$", between):
            return i
    return len(spans)


def _lead(spans: Sequence[Token], says: Sequence[bool], lex: Lexicon) -> tuple[int, int]:
    """An attribution before its statement: "The mayor said that ...", "He said it was ..."."""
    for i, said in enumerate(says[:_LEAD]):
        if not said or not i:
            continue
        following = [t for _, _, t in spans[i + 1 : i + 4]]
        at = next((n for n, t in enumerate(following) if t in _THAT), None)
        if at is None and not (spans[i][2] in _BARE and following and (following[0] in lex.stop)):
            continue
        end = i + 1 if at is None else i + 2 + at
        return (0, end) if len(spans) - end >= _REST else (0, 0)
    return 0, 0
