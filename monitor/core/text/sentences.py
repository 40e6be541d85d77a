"""Sentences of a paragraph, as spans.

A sentence ends at a run of final marks, with the closing quotes and brackets that follow staying inside, when what
comes next may begin a sentence. Abbreviations, initials, decimals, ordinals and a quotation that the sentence goes on
after ("... là." a-t-il dit) do not end one.
"""

from __future__ import annotations

import re
from functools import cache

from monitor.core.pack import Pack
from monitor.core.text.words import fold

_END = re.compile(r"(?:[.!?…‽]+|\.{2,})[\s\u00a0\u202f]{0,2}?(?P<close>(?:[ \u00a0\u202f]?[»”\"″“’')\]]+)*)(?P<gap>\s+|$)")
_STARTER = re.compile(r"[«“„\"‘'(\[—–\-¿¡•►]*\s*(?:[A-ZÀ-ÞŒŠŽĀ-Ż0-9]|[^\W\d_a-zß-öø-ÿœ])")
_COMMON = (
    "m mm mme mmes mlle mlles me dr pr st ste mgr gal col cap lt sgt p pp no nos n vol art al ex env av bd cf cie etc "
    "mr mrs ms prof sen rep gov gen jr sr vs inc ltd co corp dept est fig jan feb mar apr jun jul aug sep sept oct nov "
    "dec bzw ca nr str z b d h u a sig sra sra srta ud uds av avda ing avv on dott"
)


@cache
def _abbreviations(pack: Pack) -> frozenset[str]:
    own = {fold(w).rstrip(".") for entry in pack.words("abbreviations") for w in entry.split()}
    return frozenset(own or _COMMON.split())


_WORD_BEFORE = re.compile(r"([^\W_]+(?:\.[^\W_]+)*)$")


def spans(text: str, pack: Pack) -> list[tuple[int, int]]:
    """(start, end) of each sentence of one paragraph, without the blanks around it."""
    known = _abbreviations(pack)
    out: list[tuple[int, int]] = []
    start = 0
    for m in _END.finditer(text):
        if m.end() >= len(text):
            break
        if not _ends(text, m, known):
            continue
        end = m.start("gap")
        _add(text, start, end, out)
        start = m.end()
    _add(text, start, len(text), out)
    return out


def _add(text: str, start: int, end: int, out: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        out.append((start, end))


def _ends(text: str, m: re.Match[str], known: frozenset[str]) -> bool:
    """Whether a sentence ends at this run of marks."""
    if not _STARTER.match(text, m.end()):
        return False
    dot = m.start()
    if text[dot] == "." and not m.group("close") and m.group().strip() == ".":
        before = _WORD_BEFORE.search(text, max(0, dot - 24), dot)
        if before:
            word = before.group(1)
            if fold(word).replace(".", "") in known and not word.isdigit():
                return False
            if len(word) == 1 and word.isupper():  # an initial: "J. Dupont"
                return False
            if "." in word and len(word) <= 5 and word.replace(".", "").isupper():  # "U.S. Senate"
                return False
    return True
