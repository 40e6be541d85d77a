"""Reading an assertion: who says it, by which chain, how (act, negation, conditional), when, how many, in whose words.

Speakers are told in `speakers`; here an article is annotated once and its sentences are asked for in their order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from monitor.core.claims.lexicon import ACTS, Lexicon, lexicon
from monitor.core.claims.skeleton import cognate
from monitor.core.claims.speakers import speaker_in
from monitor.core.claims.subjects import Memory, Sentence, Speaker
from monitor.core.model import Quantity
from monitor.core.pack import Pack
from monitor.core.text.credits import agencies
from monitor.core.text.dates import FoundDate, dates
from monitor.core.text.linked import FoundQuantity
from monitor.core.text.names import FoundName, names
from monitor.core.text.numbers import quantities
from monitor.core.text.quotes import FoundQuote, quotes
from monitor.core.text.words import fold, spans_of, stem

_MARKS = (
    ("c", "conditional"), ("x", "cannot_confirm"), ("r", "corrections"), ("a", "anonymous"), ("f", "flat"),
    ("s", "agreeing"), ("h", "hearsay"), ("o", "opposed"), ("z", "silent"),
)  # fmt: skip
_HEADS = frozenset({",", "(", "-", "–", "—", ":", "", ",(", "\n"})  # what follows a dateline's place


# "deux de plus", "une personne", "un point": these deny only with their "ne".
_WITH_NE = frozenset({"plus", "point", "personne"})
_NE = frozenset({"ne", "n"})
# The month, not the verb: "in May", "May 4".
_MAY = re.compile(r"\b(?:(?:in|since|by|until|from|of|early|late|last|next|this|\d{1,2}(?:st|nd|rd|th)?) may\b|may \d)")
# "12 morts, contre 9 la veille", not "une grève contre la réforme".
_SET_AGAINST = re.compile(r"\b(?:contre|against|gegen|contra|contro) (?:[\w']+ ){0,2}?[$€£]?\d")


class _Placed(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


_Found = TypeVar("_Found", bound=_Placed)


@dataclass(slots=True)
class Annotated:
    """What was found in the whole text of an article, in order, and the speaker so far."""

    text: str
    names: list[FoundName]
    quantities: list[FoundQuantity]
    dates: list[FoundDate]
    quotes: list[FoundQuote]
    memory: Memory = field(default_factory=lambda: Memory({}, []))
    full_names: frozenset[str] = frozenset()  # every name as written
    lower: frozenset[str] = frozenset()  # words written small somewhere
    longest_quote: int = 0


def annotate(text: str, pack: Pack, when: datetime) -> Annotated:
    """Names, quantities, dates and quotations of a whole article."""
    found = Annotated(text, names(text, pack), quantities(text, pack), dates(text, pack, when), quotes(text))
    for n in found.names:
        words = n.text.split()
        if n.kind in ("person", "unknown", "org") and len(n.text) > len(found.memory.full.get(fold(words[-1]), "")):
            found.memory.full[fold(words[-1])] = n.text
    found.full_names = frozenset(n.text for n in found.names)
    found.lower = frozenset(w for w in text.split() if w.islower())
    found.longest_quote = max((q.end - q.start for q in found.quotes), default=0)
    return found


def act_of(text: str, folded: str, pack: Pack) -> str:
    """The act of a clause: the strongest verb's, in the order of `ACTS`; "state" where there is none."""
    lex = lexicon(pack)
    pattern = lex.phrases.get("cannot_confirm")
    if pattern and pattern.search(folded):
        return "cannot-confirm"
    words = lex.words
    found = {words[text[a:b]].act for a, b, _ in spans_of(text)}
    return next((a for a in ACTS if a in found), "state")


def flags_of(tokens: list[str], folded: str, lex: Lexicon, stems: Sequence[str] = ()) -> str:
    """One letter for each mark the clause bears: see `Features.flags`."""
    out = ""
    negations = lex.negations.intersection(tokens)
    if negations - _WITH_NE or (negations and not _NE.isdisjoint(tokens)):
        out += "n"
    for letter, name in _MARKS:
        pattern = lex.phrases.get(name)
        read = _MAY.sub(" ", folded) if letter == "c" and lex.language == "en" else folded
        if pattern and pattern.search(read):
            out += letter
    if "r" not in out and _SET_AGAINST.search(folded):
        out += "r"
    if not lex.answers.isdisjoint(stems):
        out += "w"
    return out


def speaker_of(start: int, end: int, found: Annotated, pack: Pack) -> Speaker | None:
    """Who says what the sentence `text[start:end]` says; sentences are to be asked for in their order."""
    lex = lexicon(pack)
    marks = [
        (max(start, q.inner_start), min(end, q.inner_end))
        for q in within(found.quotes, start, end, found.longest_quote)
    ]
    outside = [(start + a, start + b, _written(found.text[start + a : start + b], lex))
               for a, b, _ in spans_of(found.text[start:end])]  # fmt: skip
    for a, b in marks:
        outside = [s for s in outside if not a <= s[0] < b]
    named = [n for n in within(found.names, start, end) if n.start >= start]
    people = frozenset(n.start for n in named if _may_speak(n, start, found, lex))
    quoted = sum(b - a for a, b in marks)
    return speaker_in(Sentence(found.text, start, end, outside, named, people, quoted), found.memory, pack)


def _written(word: str, lex: Lexicon) -> str:
    """A word in small letters; a French capital A alone has lost its accent."""
    return "à" if word == "A" and lex.language == "fr" else word.lower()


def within(items: Sequence[_Found], start: int, end: int, longest: int = 200) -> Sequence[_Found]:
    """The items, sorted by start and at most `longest` characters long, that overlap `[start, end)`."""
    first = bisect_left(items, start - longest, key=lambda x: x.start)
    last = bisect_left(items, end, key=lambda x: x.start)
    return [x for x in items[first:last] if x.end > start]


def _may_speak(name: FoundName, start: int, found: Annotated, lex: Lexicon) -> bool:
    """Whether a name can be a speaker's: no place, no dateline, no shouted heading, no word that opens a sentence."""
    if name.kind in ("country", "place") or found.text[name.start - 1 : name.start] == "(":
        return False
    one = " " not in name.text
    if name.kind == "unknown" and one and (fold(name.text) in lex.stop or name.text.lower() in found.lower):
        return False
    after = found.text[name.end : name.end + 2].strip()
    shouted = name.text.isupper() and len(name.text) > 3
    return not (shouted and (name.text.title() in found.full_names or (name.start - start < 3 and after in _HEADS)))


def chain_of(sentence: str, folded: str, pack: Pack) -> tuple[str, ...]:
    """Media and sources the sentence names, in its order; anonymous sources as such."""
    found = [c.agency for c in agencies(sentence, pack) if c.kind == "cited"]
    pattern = lexicon(pack).phrases.get("anonymous")
    if pattern and (m := pattern.search(folded)):
        found.append(m.group())
    return tuple(dict.fromkeys(found))


def unit_of(quantity: Quantity, lex: Lexicon) -> str:
    """The unit of a quantity in language-neutral form."""
    unit = quantity.unit or ""
    if not unit or unit in ("%", "year") or unit.isupper():
        return unit
    return lex.concept_of.get(unit) or lex.concept_of.get(stem(unit, lex.language)) or cognate(unit)


__all__ = [
    "Annotated", "Speaker", "act_of", "annotate", "chain_of", "flags_of", "speaker_of", "unit_of", "within",
]  # fmt: skip
