"""Reading an assertion: who says it, by which chain, how (act, negation, conditional), when, how many, in whose words.

Speakers are resolved through the article: a surname stands for the full name seen before, a pronoun next to a verb of
saying for the speaker before it, a role ("le ministère") for itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

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
    return found


def act_of(text: str, folded: str, pack: Pack) -> str:
    """The act of a clause: the strongest verb's, in the order of `ACTS`; "state" where there is none."""
    lex = lexicon(pack)
    pattern = lex.phrases.get("cannot_confirm")
    if pattern and pattern.search(folded):
        return "cannot-confirm"
    found = {lex.act_of.get(stem(text[a:b], lex.language)) for a, b, _ in spans_of(text)}
    return next((a for a in ACTS if a in found), "state")


def flags_of(tokens: list[str], folded: str, lex: Lexicon) -> str:
    """One letter for each mark the clause bears: see `Features.flags`."""
    out = ""
    if any(t in lex.negations for t in tokens):
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
    spans = [(start + a, start + b, t) for a, b, t in spans_of(sentence)]
    marks = [(q.inner_start, q.inner_end) for q in found.quotes if q.start < end and q.end > start]
    outside = [s for s in spans if not any(a <= s[0] < b for a, b in marks)] if marks else spans
    people = [n for n in found.names if start <= n.start < end and n.kind != "country"]
    verbs = [i for i, (a, b, _) in enumerate(outside) if lex.act_of.get(stem(found.text[a:b], lex.language))]
    said = [i for i in verbs if lex.act_of[stem(found.text[outside[i][0] : outside[i][1]], lex.language)] == "say"]
    marker = lex.sources.search(fold(sentence)) if lex.sources else None
    anchors = [outside[i][0] for i in (said or verbs)[-1:]]
    if marker and (not said or marker.start() < 3):
        anchors.append(start + marker.start())
    for anchor in anchors[::-1]:
        speaker = _near(anchor, outside, people, found, lex)
        if speaker:
            if not speaker.pronoun:
                found.speaker = speaker
            return speaker
    if marks and found.speaker and not anchors:
        return Speaker(found.speaker.label, found.speaker.keys, True)
    return None


def _near(
    anchor: int, outside: list[tuple[int, int, str]], people: list[FoundName], found: Annotated, lex: Lexicon
) -> Speaker | None:
    """The name, role or pronoun closest to a verb of saying."""
    at = next((i for i, s in enumerate(outside) if s[0] >= anchor), 0)
    near = outside[max(0, at - _NEAR) : at + _NEAR + 1]
    best: tuple[int, Speaker] | None = None
    for a, b, token in near:
        distance = abs(next(i for i, s in enumerate(outside) if s[0] == a) - at)
        name = next((n for n in people if n.start <= a < n.end), None)
        if name:
            label = found.full.get(fold(name.text.split()[-1]), name.text)
            option = Speaker(label, tuple(skeleton(w) for w in label.split() if len(w) > 1)[-3:])
        elif token in lex.pronouns and distance <= 2 and found.speaker:
            option = Speaker(found.speaker.label, found.speaker.keys, True)
        elif stem(found.text[a:b], lex.language) in lex.roles:
            role = lex.roles[stem(found.text[a:b], lex.language)]
            option = Speaker(found.text[a:b], (f"={role}",))
            distance += 3  # "le ministre de la Défense Jean Dupont": the name is the better label
        else:
            continue
        if best is None or distance < best[0]:
            best = (distance, option)
    return best[1] if best else None


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
