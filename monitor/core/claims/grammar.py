"""What the subject of a verb of saying is told by: the `[claims]` tables of a pack, compiled for `speakers`.

Words are kept as written in small letters, accents and all: in French "a" is a verb and "à" a preposition.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from monitor.core.claims.lexicon import Lexicon, lexicon, senses
from monitor.core.pack import Pack
from monitor.core.text.names import demonym_forms
from monitor.core.text.words import fold, lemma, stem

# Who speaks under these names: their first sense is another ("to institute", "to own", a dog).
_ROLES = {
    "institute": "institute", "institut": "institute", "instituto": "institute", "istituto": "institute",
    "owner": "owner", "proprietaire": "owner", "watchdog": "authority", "authority": "authority",
    "autorite": "authority", "regulator": "authority", "operator": "operator", "gestionnaire": "operator",
    "exploitant": "operator", "direction": "management", "management": "management", "presidence": "presidency",
    "presidency": "presidency", "service": "service", "administration": "administration", "department": "department",
    "departement": "department", "organisme": "authority", "agency": "agency",
    "agence": "agency", "daily": "newspaper", "newspaper": "newspaper", "journal": "newspaper",
    "quotidien": "newspaper", "weekly": "weekly", "hebdomadaire": "weekly", "diplomat": "diplomat",
    "diplomate": "diplomat", "office": "office", "fund": "fund", "fonds": "fund", "board": "board",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the subject of a verb of saying is found by, in one language; small letters with their accents."""

    code: str
    acts: dict[str, str]  # stem -> act
    pairs: frozenset[tuple[str, str]]  # "fait savoir", "fait valoir"
    finite: frozenset[str]
    joins: frozenset[str]
    adjectives: frozenset[str]  # nationalities, folded
    bodies: frozenset[str]  # keys of roles that "he" and "she" do not stand for
    helpers: frozenset[str]  # what may stand between a subject and its verb
    passive: frozenset[str]
    agent: frozenset[str]  # "by", "par"
    determiners: dict[str, str]  # with their gender
    prepositions: frozenset[str]
    subordinators: frozenset[str]
    pronouns: dict[str, str]  # with their gender: m, f, "p" for persons in the plural, "" for anything
    plain: frozenset[str]  # nouns that name no speaker
    titles: dict[str, str]  # with their gender
    roles: frozenset[str]


@cache
def grammar(pack: Pack) -> Grammar:
    """The tables of a pack's `[claims]` that tell subjects, compiled."""

    def listed(name: str) -> list[str]:
        return [w.lower() for entry in pack.words("claims", name) for w in entry.split()]

    def gendered(name: str) -> dict[str, str]:
        table = pack.table("claims", name)
        return {w.lower(): "" if g == "any" else g for g, ws in table.items() for w in str(ws).split()}

    acts = dict(lexicon(pack).act_of)
    for word in listed("speech"):
        acts.setdefault(stem(word, pack.code), "say")
    pairs = {(a, b) for a, b in (p.lower().split() for p in pack.words("claims", "speech_pairs"))}
    finite = frozenset(listed("finite"))
    nations = (w for ws in pack.table("demonyms").values() for w in ws)
    adjectives = frozenset(f for w in nations for f in demonym_forms(w, pack.code))
    days = frozenset(w.lower() for entry in pack.words("dates", "weekdays") for w in entry.split())
    return Grammar(
        code=pack.code, acts=acts, pairs=frozenset(pairs), finite=finite, joins=frozenset(listed("joins")),
        adjectives=adjectives,
        bodies=frozenset(noun_key(w, lexicon(pack)) for w in listed("bodies")),
        helpers=finite | days | frozenset(listed("helpers") + listed("passive")),
        passive=frozenset(listed("passive")), agent=frozenset(listed("agent")), determiners=gendered("determiners"),
        prepositions=frozenset(listed("prepositions")), subordinators=frozenset(listed("subordinators")),
        pronouns=gendered("subjects") or dict.fromkeys(listed("pronouns"), ""),
        plain=frozenset(listed("no_speakers")), titles=gendered("titles_of"),
        roles=frozenset(map(fold, listed("roles"))),
    )  # fmt: skip


def role_key(word: str, g: Grammar, lex: Lexicon) -> str | None:
    """The key of a word that names a role, None for any other word."""
    own, written = fold(lemma(word, lex.language)), fold(word)
    if own not in g.roles and written not in g.roles and written.rstrip("s") not in g.roles:
        return None
    return noun_key(word, lex)


def noun_key(word: str, lex: Lexicon) -> str:
    """What a common noun is compared by: its first sense, else its stem."""
    own = fold(lemma(word, lex.language))
    meaning = (_ROLES[own],) if own in _ROLES else senses(word, lex)
    return f"={meaning[0] if meaning else stem(word, lex.language)}"
