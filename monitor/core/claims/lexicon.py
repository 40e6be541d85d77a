"""The words of a pack that claims turn on, compiled once: verbs by act, phrases, clause connectors, concepts.

Words are compared by stem, so that a verb given in the infinitive stands for all its forms. Every lookup is by
language pack; a language without a `[claims]` table gives empty sets and everything still works, less sharply.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

from monitor.core.claims.skeleton import cognate
from monitor.core.pack import Pack
from monitor.core.text.words import by_first_letter, fold, lemma, stem, stopwords

#: Acts in the order in which they win where a clause shows several.
ACTS = ("deny", "confirm", "accuse", "forecast", "decide", "demand", "announce", "say")


_PHRASES = (
    "cannot_confirm", "corrections", "conditional", "anonymous", "flat", "agreeing", "hearsay", "opposed", "silent",
)  # fmt: skip
_WORDS_REMEMBERED = 200_000


class Word(NamedTuple):
    """What a word says wherever it stands."""

    stem: str
    act: str | None  # the act its verb stands for
    empty: bool  # a form of a function word
    neutral: str  # the concepts it may stand for, else "~" and the skeleton of its beginning
    role: str | None  # the concept or stem of a role that speaks ("minister")


class Words(dict[str, Word]):
    """Words as written, each worked out once. Emptied when full, so that a hostile feed cannot grow it for ever."""

    def __init__(self, lex: Lexicon) -> None:
        super().__init__()
        self._lex = lex

    def __missing__(self, written: str) -> Word:
        lex = self._lex
        if len(self) >= _WORDS_REMEMBERED:
            self.clear()
        s, empty = stem(written, lex.language), fold(lemma(written, lex.language)) in lex.stop
        neutral = "|".join(senses(written, lex)) or "~" + cognate(written)
        act = None if fold(written) in lex.no_act else lex.act_of.get(s)
        word = self[written] = Word(s, act, empty, neutral, lex.roles.get(s))
        return word


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The compiled tables of one language."""

    language: str
    stop: frozenset[str]
    negations: frozenset[str]
    act_of: dict[str, str]  # stem -> act
    concept_of: dict[str, str]  # stem -> concept
    by_lemma: dict[str, tuple[str, ...]]  # word or dictionary form, folded -> its senses
    by_stem: dict[str, tuple[tuple[str, str], ...]]  # stem -> (folded dictionary form, sense) of each word listed
    numbers: frozenset[str]  # number words: they are counted, not compared as words
    roles: dict[str, str]  # stem -> the concept or the stem
    pronouns: frozenset[str]
    joins: frozenset[str]
    finite: frozenset[str]
    locatives: frozenset[str]  # a name after one is where, not who
    genitives: frozenset[str]
    cuts: re.Pattern[str] | None
    sources: re.Pattern[str] | None
    no_act: frozenset[str]  # words that share a verb's stem and are no act of it ("contestation": a protest movement)
    answers: frozenset[str]  # stems of verbs that answer what was just said
    #: cannot_confirm, corrections, conditional, anonymous, flat (denials), agreeing, hearsay, opposed, silent
    phrases: dict[str, re.Pattern[str]] = field(default_factory=dict)

    @cached_property
    def words(self) -> Words:
        """What each word says, by the word as written."""
        return Words(self)


# Of the longer word, shared from its beginning: "démission" and "démissionner", not "départ" and "département".
_KIN = 0.6


def senses(word: str, lex: Lexicon) -> tuple[str, ...]:
    """The concepts a word may stand for, the likeliest first; empty where it is not listed.

    The dictionary form decides; only where it is not listed do words of the same stem, and these must be near kin.
    """
    own = fold(lemma(word, lex.language))
    found = (*lex.by_lemma.get(own, ()), *lex.by_lemma.get(fold(word), ()))
    if not found:
        near = lex.by_stem.get(stem(word, lex.language), ())
        found = tuple(concept for other, concept in near if _kin(own, other))
    return tuple(dict.fromkeys(found))


def _kin(a: str, b: str) -> bool:
    shared = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return shared >= _KIN * max(len(a), len(b))


def _either(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern for any of these phrases in folded text, the longest first; None where there are none."""
    folded = sorted({fold(p) for p in phrases}, key=len, reverse=True)
    if not folded:
        return None
    # A phrase that ends in an apostrophe elides into the next word.
    body = by_first_letter(folded, lambda p: "" if p.endswith("'") else r"(?!\w)")
    return re.compile(rf"(?<!\w)(?:{body})")


def _split(entries: tuple[str, ...]) -> list[str]:
    return [w for entry in entries for w in entry.split()]


@cache
def lexicon(pack: Pack) -> Lexicon:
    """The claims' tables of a pack, compiled."""
    code = pack.code

    def stems(*path: str) -> dict[str, str]:
        return {stem(w, code): w for w in _split(pack.words("claims", *path))}

    act_of: dict[str, str] = {}
    for act in ACTS:
        for s in stems(act):
            act_of.setdefault(s, act)
    concept_of: dict[str, str] = {}
    by_lemma: dict[str, list[str]] = {}
    by_stem: dict[str, list[tuple[str, str]]] = {}
    for table in ("concepts", "shared_concepts"):  # the senses of the pack's own table come first
        for concept, words in pack.table("claims", table).items():
            for w in str(words).split():
                concept_of.setdefault(stem(w, code), concept)
                for form in dict.fromkeys((fold(w), fold(lemma(w, code)))):
                    by_lemma.setdefault(form, []).append(concept)
                by_stem.setdefault(stem(w, code), []).append((fold(lemma(w, code)), concept))
    phrases = {
        name: pattern
        for name in _PHRASES
        if (pattern := _either(pack.words("claims", name)))
    }
    return Lexicon(
        language=code,
        stop=stopwords(pack) | {fold(w) for w in _split(pack.words("claims", "auxiliaries"))},
        negations=frozenset(fold(w) for w in _split(pack.words("negations"))),
        act_of=act_of,
        concept_of=concept_of,
        by_lemma={w: tuple(dict.fromkeys(c)) for w, c in by_lemma.items()},
        by_stem={s: tuple(c) for s, c in by_stem.items()},
        numbers=frozenset(
            fold(w)
            for name in ("units", "scales", "collectives")
            for words in pack.table("numbers", name).values()
            for w in str(words).split()
        ),
        roles={s: concept_of.get(s, s) for s in stems("roles")},
        pronouns=frozenset(fold(w) for w in _split(pack.words("claims", "pronouns"))),
        joins=frozenset(fold(w) for w in pack.words("claims", "joins")),
        finite=frozenset(fold(w) for w in _split(pack.words("claims", "finite"))),
        locatives=frozenset(fold(w) for w in _split(pack.words("names", "locative"))),
        genitives=frozenset(fold(w) for w in _split(pack.words("names", "particles"))),
        cuts=_either(pack.words("claims", "cuts")),
        sources=_either(pack.words("claims", "sources")),
        no_act=frozenset(fold(w) for w in _split(pack.words("claims", "no_act"))),
        answers=frozenset(stems("answers")),
        phrases=phrases,
    )
