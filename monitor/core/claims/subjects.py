"""The subject of a verb: the first head among some tokens that no preposition governs.

A head is a name, a role (with the person in apposition to it) or any noun that people are ("investigators").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.core.claims.grammar import Grammar, noun_key, role_key
from monitor.core.claims.lexicon import Lexicon
from monitor.core.claims.skeleton import skeleton
from monitor.core.text.names import FoundName
from monitor.core.text.words import fold, lemma, stem, token_spans

_APPOSED = 9  # tokens between a role and the name it goes with
_SHORT_QUOTE = 6  # words: "a group calling itself 'Brigade of the North' said"
CLOSING = frozenset("»”\"″“'’")


@dataclass(frozen=True, slots=True)
class Speaker:
    """`label` as the text has it, `keys` to compare: skeletons of the name, "=role" for a role."""

    label: str
    keys: tuple[str, ...]
    pronoun: bool = False
    gender: str = ""  # m, f, or unknown
    person: bool = False


Token = tuple[int, int, str]  # start, end, as written but small: "à" is no "a"


class Sentence(NamedTuple):
    """A sentence being read: its tokens outside quotation marks, and the names in it."""

    text: str  # of the whole article
    start: int
    end: int
    tokens: Sequence[Token]
    names: Sequence[FoundName]
    people: frozenset[int]  # where the names begin that may be a speaker's
    quoted: int  # characters inside quotation marks


@dataclass(slots=True)
class Memory:
    """Who spoke so far, and whom the last sentence was about."""

    full: dict[str, str]  # last word of a name -> the longest form seen
    spoke: list[Speaker]  # the latest last
    topic: Speaker | None = None


def gap_before(i: int, s: Sentence) -> str:
    """What stands between a token and the one before, quotations included."""
    begin = s.tokens[i - 1][1] if i else s.start
    return s.text[begin : s.tokens[i][0]].strip()


def breaks(gap: str) -> bool:
    """Whether what stands between two tokens parts two clauses: a comma, a dash, a quotation longer than a name."""
    bare = gap.strip("'’-.() ")
    return bool(bare) and not (bare[0] in '«“„"″' and bare[-1] in CLOSING and len(bare.split()) <= _SHORT_QUOTE)


def head_of(
    where: range, s: Sentence, memory: Memory, g: Grammar, lex: Lexicon, *, generic: bool
) -> Speaker | None:  # fmt: skip
    """The first name, role or (with `generic`) other noun among these tokens that no preposition governs."""
    fallback: Speaker | None = None
    k = where.start
    while k < where.stop:
        a, b, _ = s.tokens[k]
        governed = governed_at(k, where.start, s, g)
        name = next((n for n in s.names if n.start == a), None)
        if name and (" " in name.text or governed or not role_key(name.text, g, lex)) and (
            name.start in s.people or name.kind in ("place", "country")
        ):
            past = _past(k, name, s)
            owned = s.text[name.end : name.end + 2] in ("'s", "’s")
            alone = past >= where.stop or bool(gap_before(past, s))
            following = s.tokens[past][2] if past < where.stop and not gap_before(past, s) else ""
            modifies = g.code == "en" and following.isalpha() and not (
                following in g.helpers or following in g.prepositions or following in g.joins
            )  # fmt: skip
            if not governed and name.start in s.people and not owned and not modifies:
                return named(name, s, memory, g)
            if modifies and not governed and name.start in s.people:
                fallback = fallback or named(name, s, memory, g)
            if governed and name.start in s.people and past == where.stop and fallback is None:
                before = s.tokens[k - 1][2]
                if before not in g.prepositions and before not in g.determiners:  # "l'enseigne d'ameublement Arvo"
                    fallback = named(name, s, memory, g)
            before = s.tokens[k - 1][2] if k > where.start and not gap_before(k, s).strip("'’") else ""
            state = name.kind == "country" and name.text[0].isupper() and fold(name.text) not in g.adjectives
            state = state and (not before or before in g.determiners)  # no "Santé publique France"
            # nor "Peru-listed Arvo" or "BERN (AP)"
            state = state and (past >= len(s.tokens) or gap_before(past, s)[:1] not in ("-", "("))
            if not governed and state and alone and not owned:
                return Speaker(name.text, ("@" + name.key,))
            if owned and not governed and name.start in s.people:
                fallback = fallback or named(name, s, memory, g)
            k = past
            continue
        role = None if governed else role_key(s.text[a:b], g, lex)
        if role:
            beside = _apposition(k, s, g, lex)
            if beside:
                return named(beside, s, memory, g, g.determiners.get(s.tokens[k - 1][2], "") if k else "")
            return _called(k, role, s, g)
        if generic and not governed and fallback is None and _noun(k, where, s, g, lex):
            fallback = _called(k, noun_key(s.text[a:b], lex), s, g)
        k += 1
    return fallback


def _past(k: int, name: FoundName, s: Sentence) -> int:
    """The first token behind a name."""
    while k < len(s.tokens) and s.tokens[k][0] < name.end:
        k += 1
    return k


def governed_at(k: int, first: int, s: Sentence, g: Grammar) -> bool:
    """Whether a preposition stands before token k in its phrase that begins at `first` or later."""
    opened = False  # whether the article of the phrase is passed
    for j in range(k - 1, max(first, k - 5) - 1, -1):
        token = s.tokens[j][2]
        if gap_before(j + 1, s).strip("'’-."):
            return False
        if opened and token not in g.prepositions and token not in g.determiners:
            return False
        opened = opened or token in g.determiners
        if token in g.prepositions:
            # "des experts ont dit" begins with an article, "le chef des experts" does not
            return not (token in g.determiners and (j == first or bool(gap_before(j, s))))
        if token in g.helpers and token not in g.determiners:
            return False
    return False


def _noun(k: int, where: range, s: Sentence, g: Grammar, lex: Lexicon) -> bool:
    """Whether token k may be the head of a subject that people are: an article before it, or a bare plural."""
    a, _, token = s.tokens[k]
    if len(token) < 4 or fold(token) in lex.stop or token in g.plain or not token.isalpha() or token in g.helpers:
        return False
    if g.code == "en" and s.text[a].isupper() and k:
        return False
    before = s.tokens[k - 1][2] if k else ""
    if g.code == "en":
        following = s.tokens[k + 1][2] if k + 1 < where.stop else ""
        heads = not following or following in g.prepositions or bool(gap_before(k + 1, s)) or following.endswith("ed")
        ruled = any(t in g.determiners for _, _, t in s.tokens[max(where.start, k - 3) : k])
        return heads and not token.endswith("ed") and (token.endswith(("s", "men", "people")) or ruled)
    return before in g.determiners


def _called(k: int, key: str, s: Sentence, g: Grammar) -> Speaker:
    """A speaker who is called by a common noun."""
    a, b, _ = s.tokens[k]
    before = s.tokens[k - 1][2] if k else ""
    return Speaker(s.text[a:b], (key,), gender=g.determiners.get(before, ""))


def named(name: FoundName, s: Sentence, memory: Memory, g: Grammar, gender: str = "") -> Speaker:
    """A speaker who is named; a title before the name tells the gender."""
    label = name.text if " " in name.text else memory.full.get(fold(name.text), name.text)
    before = token_spans(s.text[max(s.start, name.start - 20) : name.start])
    gender = gender or (g.titles.get(before[-1][2], "") if before else "")
    keys = tuple(skeleton(w) for w in label.split() if len(w) > 1)[-3:] or (fold(label),)
    return Speaker(label, keys, gender=gender, person=name.kind == "person")


def _apposition(role: int, s: Sentence, g: Grammar, lex: Lexicon) -> FoundName | None:
    """The person that a role names: "le préfet maritime, l'amiral Hervé Castagnet"; no verb may stand between."""
    commas = 0
    word = s.tokens[role][2]
    if word.endswith("s") and lemma(word, g.code) != word:  # "two sources, Mr Vilhena had": no one person
        return None
    for k in range(role + 1, min(len(s.tokens), role + 1 + _APPOSED)):
        a, b, token = s.tokens[k]
        gap = gap_before(k, s)
        commas += gap.count(",")
        if commas > 1 or gap.strip("'’-.,") or token in g.finite or token in g.subordinators:
            return None
        if stem(s.text[a:b], g.code) in g.acts or fold(token) in lex.joins:
            return None
        person = next((n for n in s.names if n.start == a and a in s.people), None)
        if person and person.kind == "person":
            beside = any(n.end == s.tokens[k - 1][1] for n in s.names)  # "le maire de Lorven Anna Duret"
            if beside or not governed_at(k, role, s, g):
                return person
    return None
