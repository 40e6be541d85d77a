"""Reading an assertion: who says it, by which chain, how (act, negation, conditional), when, how many, in whose words.

Speakers are resolved through the article: a surname stands for the full name seen before, a pronoun next to a verb of
saying for the speaker before it, a role ("le ministère") for itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from monitor.core.claims.lexicon import ACTS, Lexicon, lexicon, spans_of
from monitor.core.claims.skeleton import cognate, skeleton
from monitor.core.model import Quantity
from monitor.core.pack import Pack
from monitor.core.text.credits import agencies
from monitor.core.text.dates import FoundDate, dates
from monitor.core.text.names import FoundName, names
from monitor.core.text.numbers import FoundQuantity, quantities
from monitor.core.text.quotes import FoundQuote, quotes
from monitor.core.text.words import fold, stem

_NEAR = 8  # tokens between a verb of saying and its speaker
_APPOSED = 7  # tokens between a role and the name it goes with
_GENITIVE = 6  # "residents of Lorven said": a name after "of" speaks only where nobody else does
_HEADS = frozenset({",", "(", "-", "–", "—", ":", "", ",(", "\n"})  # what follows a dateline's place


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
    speaker: Speaker | None = None
    full: dict[str, str] = field(default_factory=dict)  # last word of a name -> the longest form seen
    full_names: frozenset[str] = frozenset()  # every name as written
    lower: frozenset[str] = frozenset()  # words written small somewhere
    longest_quote: int = 0


@dataclass(frozen=True, slots=True)
class Speaker:
    """`label` as the text has it, `keys` to compare: skeletons of the name, "=role" for a role."""

    label: str
    keys: tuple[str, ...]
    pronoun: bool = False


def annotate(text: str, pack: Pack, when: datetime) -> Annotated:
    """Names, quantities, dates and quotations of a whole article."""
    found = Annotated(text, names(text, pack), quantities(text, pack), dates(text, pack, when), quotes(text))
    for n in found.names:
        words = n.text.split()
        if n.kind in ("person", "unknown", "org") and len(n.text) > len(found.full.get(fold(words[-1]), "")):
            found.full[fold(words[-1])] = n.text
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


def flags_of(tokens: list[str], folded: str, lex: Lexicon) -> str:
    """One letter for each mark the clause bears: see `Features.flags`."""
    out = ""
    if not lex.negations.isdisjoint(tokens):
        out += "n"
    for letter, name in (("c", "conditional"), ("x", "cannot_confirm"), ("r", "corrections"), ("a", "anonymous")):
        pattern = lex.phrases.get(name)
        if pattern and pattern.search(folded):
            out += letter
    return out


def speaker_of(start: int, end: int, found: Annotated, pack: Pack) -> Speaker | None:
    """Who says what the sentence `text[start:end]` says, and the speaker to remember for pronouns."""
    lex = lexicon(pack)
    sentence = found.text[start:end]
    marks = [(q.inner_start, q.inner_end) for q in within(found.quotes, start, end, found.longest_quote)]
    outside = [(start + a, start + b, t) for a, b, t in spans_of(sentence)]
    for a, b in marks:
        outside = [s for s in outside if not a <= s[0] < b]
    words = lex.words
    acts = [words[found.text[a:b]].act for a, b, _ in outside]
    verbs = [i for i, act in enumerate(acts) if act]
    said = [i for i in verbs if acts[i] == "say"]
    marker = lex.sources.search(fold(sentence)) if lex.sources else None
    anchors = [outside[i][0] for i in (said or verbs)[-1:]]
    cited = -1  # where the words after "according to" begin
    if marker and (not said or marker.start() < 3):
        anchors.append(start + marker.start())
        cited = start + marker.end()
    if anchors:
        people = [n for n in within(found.names, start, end) if n.start >= start and _may_speak(n, start, found, lex)]
        for anchor in anchors[::-1]:
            speaker = _near(anchor, outside, acts, people, cited, found, lex)
            if speaker:
                if not speaker.pronoun:
                    found.speaker = speaker
                return speaker
    elif marks and found.speaker:
        return Speaker(found.speaker.label, found.speaker.keys, True)
    return None


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


def _near(
    anchor: int, outside: list[tuple[int, int, str]], acts: list[str | None], people: list[FoundName], cited: int,
    found: Annotated, lex: Lexicon,
) -> Speaker | None:  # fmt: skip
    """The name, role or pronoun closest to a verb of saying; a role's name where it stands in apposition."""
    at = next((i for i, s in enumerate(outside) if s[0] >= anchor), 0)
    best: tuple[int, Speaker] | None = None
    for i in range(max(0, at - _NEAR), min(len(outside), at + _NEAR + 1)):
        a, b, token = outside[i]
        distance = abs(i - at)
        name = next((n for n in people if n.start <= a < n.end), None)
        if name:
            if name.start < a:
                continue  # judged at its first word
            before = outside[i - 1][2] if i else ""
            if before in lex.locatives and a > cited + 2:
                continue
            distance += _GENITIVE if before in lex.genitives and a > cited + 2 else 0
            option = _named(name, found)
        elif token in lex.pronouns and distance <= 2 and found.speaker:
            option = Speaker(found.speaker.label, found.speaker.keys, True)
        elif (role := lex.words[found.text[a:b]].role) is not None:
            beside = _apposition(i, outside, acts, people, found, lex)
            option = _named(beside, found) if beside else Speaker(found.text[a:b], (f"={role}",))
            distance += 0 if beside else 3  # "le ministre Jean Dupont": the name is the better label
        else:
            continue
        if best is None or distance < best[0]:
            best = (distance, option)
    return best[1] if best else None


def _named(name: FoundName, found: Annotated) -> Speaker:
    label = found.full.get(fold(name.text.split()[-1]), name.text)
    return Speaker(label, tuple(skeleton(w) for w in label.split() if len(w) > 1)[-3:])


def _apposition(
    role: int, outside: list[tuple[int, int, str]], acts: list[str | None], people: list[FoundName],
    found: Annotated, lex: Lexicon,
) -> FoundName | None:  # fmt: skip
    """The person that a role names: "le préfet maritime, l'amiral Hervé Castagnet"; no verb may stand between."""
    for i in range(role + 1, min(len(outside), role + 1 + _APPOSED)):
        if acts[i] or outside[i][2] in lex.finite or outside[i][2] in lex.locatives:
            return None
        person = next((n for n in people if n.start == outside[i][0]), None)
        if person:
            direct = outside[i - 1][2] not in lex.genitives and outside[i - 1][2] not in lex.joins
            between = found.text[outside[role][1] : person.start]
            return person if direct and person.kind == "person" and between.count(",") <= 1 else None
    return None


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
