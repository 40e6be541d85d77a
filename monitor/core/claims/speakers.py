"""Who says what a sentence says.

A verb of saying has a subject: before it ("the mayor said"), behind it where the verb closes a quotation or follows
the comma of an aside (« ... », a réagi la ministre), behind "par" or "by" where it is passive. The subject is read as
its head: a name, a role, a pronoun or any noun that people are ("investigators"); a role goes with the name in
apposition to it. What stands behind a preposition is no subject. Without a verb "according to X" tells, and a
quotation that fills its sentence goes on with the speaker before it.

Pronouns take the latest speaker, or the person the sentence before was about, whose gender does not speak against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.core.claims.grammar import Grammar, grammar, noun_key, role_key
from monitor.core.claims.lexicon import Lexicon, lexicon
from monitor.core.claims.skeleton import skeleton
from monitor.core.pack import Pack
from monitor.core.text.names import FoundName
from monitor.core.text.words import fold, lemma, stem, token_spans

_AHEAD = 16  # tokens from an inverted verb to its subject
_ASIDE = 10  # tokens from a subject to the comma of its apposition
_APPOSED = 9  # tokens between a role and the name it goes with
_CLOSING = frozenset("»”\"″“'’")
_TOLD = frozenset({"announce", "confirm", "deny", "accuse"})
_PARTICIPLES = ("é", "ée", "és", "ées")
_SHORT_QUOTE = 6  # words: "a group calling itself 'Brigade of the North' said"
_LATEST = 6  # speakers that a pronoun may go back to


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


def speaker_in(s: Sentence, memory: Memory, pack: Pack) -> Speaker | None:
    """The speaker of a sentence; the memory is brought up to date."""
    g, lex = grammar(pack), lexicon(pack)
    verbs = _verbs(s, g)
    said = [v for v in verbs if v[1] == "say" and not _has_agent(v[0], s, g)]
    speaker = _of_verbs(said, s, memory, g, lex) or _cited(s, memory, g, lex)
    if speaker is None:
        speaker = _of_verbs([v for v in verbs if v not in said], s, memory, g, lex)
        speaker = None if speaker and speaker.pronoun and said else speaker  # "it" of the clause that was said
    if speaker is None and s.quoted * 2 > s.end - s.start and not said:
        speaker = _again(memory, g, "")
    if speaker and not speaker.pronoun:
        memory.spoke = [*memory.spoke[-_LATEST + 1 :], speaker]
    named = speaker is not None and not (speaker.keys[0] in g.bodies or (g.code == "en" and not speaker.person
                                                                         and speaker.keys[0][:1] != "="))  # fmt: skip
    memory.topic = speaker if named else _topic(s, memory, g) or memory.topic
    return speaker


def _verbs(s: Sentence, g: Grammar) -> list[tuple[int, str]]:
    """The verbs of saying outside quotations with their acts: no noun, no infinitive behind a preposition."""
    found = []
    for i, (a, b, token) in enumerate(s.tokens):
        before = s.tokens[i - 1][2] if i and not _breaks(_gap(i, s)) else ""
        act = g.acts.get(stem(s.text[a:b], g.code)) if len(token) > 2 else None
        if i and ((before, token) in g.pairs or (lemma(before, g.code), token) in g.pairs):
            act = "say"
        act = act or _closes_quote(i, s, g)
        aside = token.endswith("ant") if g.code == "fr" else token.endswith("ing") and _gap(i, s) == ","
        if act is None or aside or before in g.prepositions or (before in g.determiners and not _clitic(i, s, g)):
            continue
        if g.code == "en" and token.endswith("s") and i + 1 < len(s.tokens) and s.tokens[i + 1][2] in ("by", "of"):
            continue  # "rejected claims by a rival"
        if g.code == "en" and _gap(i, s) in ("'", "’"):
            continue  # "doctors' reports"
        if s.text[a].isupper() and i and any(n.start <= a < n.end for n in s.names):
            continue
        found.append((i, act))
    return found


def _closes_quote(i: int, s: Sentence, g: Grammar) -> str | None:
    """Any verb is one of saying right behind a quotation and before its subject: « ... », a imploré la préfète."""
    first = i - 1 if g.code == "fr" and i and s.tokens[i - 1][2] in ("a", "ont") else i
    gap = _gap(first, s)
    if i + 1 >= len(s.tokens) or not gap.endswith(",") or gap.rstrip(" ,")[-1:] not in _CLOSING:
        return None
    a, _, following = s.tokens[i + 1]
    named = any(n.start == a for n in s.names)
    small = s.text[s.tokens[i][0]].islower() and s.tokens[i][2] not in g.determiners | g.pronouns
    return "say" if small and (named or (g.code == "fr" and following in g.determiners)) else None


def _of_verbs(verbs: list[tuple[int, str]], s: Sentence, memory: Memory, g: Grammar, lex: Lexicon) -> Speaker | None:
    """The subject of the main verb of saying: of the last one where it closes the sentence, else of the first."""
    if len(verbs) > 1 and _closes(verbs[-1][0], s, g):
        verbs = [verbs[-1], *verbs[:-1]]
    for i, act in verbs:
        if speaker := _subject(i, act, s, memory, g, lex):
            return speaker
    for i, _ in verbs:  # "Arvo declined to comment but denied it": the subject opens the sentence
        if i and s.tokens[i - 1][2] in g.joins:
            return _head(range(i - 1), s, memory, g, lex, generic=False)
    return None


def _has_agent(i: int, s: Sentence, g: Grammar) -> bool:
    """Whether an agent stands behind a verb: "..., as first reported by the Ledger" is not the main thing said."""
    return i + 1 < len(s.tokens) and s.tokens[i + 1][2] in g.agent


def _closes(i: int, s: Sentence, g: Grammar) -> bool:
    """Whether a verb's clause is an aside or closes its sentence: "..., X said", "..., a dit X"."""
    if _has_agent(i, s, g):
        return False
    k = i
    while k and s.tokens[k - 1][2] not in g.subordinators:
        if _breaks(_gap(k, s)):
            return not any(t in g.subordinators for _, _, t in s.tokens[i + 1 : i + 3])
        k -= 1
    return False


def _clitic(i: int, s: Sentence, g: Grammar) -> bool:
    """Whether the "l'" or "le" before a verb is its object ("l'a confirmé") and no article."""
    return g.code == "fr" and i > 1 and s.tokens[i - 2][2] in g.pronouns


def _gap(i: int, s: Sentence) -> str:
    """What stands between a token and the one before, quotations included."""
    begin = s.tokens[i - 1][1] if i else s.start
    return s.text[begin : s.tokens[i][0]].strip()


def _subject(i: int, act: str, s: Sentence, memory: Memory, g: Grammar, lex: Lexicon) -> Speaker | None:
    """The subject of the verb at token i."""
    first = i
    while first and _helps(s.tokens[first - 1][2], g) and not _gap(first, s).strip("'’-"):
        first -= 1
    group = {t for _, _, t in s.tokens[first:i]}
    follow = s.tokens[i + 1][2] if i + 1 < len(s.tokens) else ""
    if first and (s.tokens[first - 1][2] in g.joins):  # "confirmed X and said Y": the other verb has the subject
        return None
    clitic = first > 0 and s.tokens[first - 1][2] in g.pronouns  # "a-t-il ajouté"
    if g.code == "fr" and not group & g.finite and not clitic and s.tokens[i][2].endswith(_PARTICIPLES):
        return None  # "un chiffre avancé par la police"
    if (group & g.passive and not s.tokens[i][2].endswith("ing")) or (g.code == "en" and follow in g.agent):
        by = next((k for k in range(i + 1, min(i + 6, len(s.tokens))) if s.tokens[k][2] in g.agent), None)
        return _behind(by, s, memory, g, lex, generic=act == "say") if by is not None else None
    gap = _gap(first, s)
    said = act == "say" and not group & {"s", "se"}  # "un incendie s'est déclaré"
    if first and not _breaks(gap):
        return _before(first, s, memory, g, lex, generic=said)
    quoted = bool(gap) and (gap[-1] in _CLOSING or gap.rstrip(" ,")[-1:] in _CLOSING)
    if not quoted and first and gap == "," and (found := _aside(first, s, memory, g, lex)):
        return found
    if gap.endswith(("(", ":", ";")) or (not first and not quoted):
        return None
    return _behind(i, s, memory, g, lex, generic=said or (quoted and act in _TOLD))


def _breaks(gap: str) -> bool:
    """Whether what stands between two tokens parts two clauses: a comma, a dash, a quotation longer than a name."""
    bare = gap.strip("'’-.() ")
    return bool(bare) and not (bare[0] in '«“„"″' and bare[-1] in _CLOSING and len(bare.split()) <= _SHORT_QUOTE)


def _helps(token: str, g: Grammar) -> bool:
    """Whether a token may stand between a subject and its verb: an auxiliary, a clitic, an adverb, a weekday."""
    return token in g.helpers or (len(token) > 5 and token.endswith({"en": "ly", "fr": "ment"}.get(g.code, "mente")))


def _aside(first: int, s: Sentence, memory: Memory, g: Grammar, lex: Lexicon) -> Speaker | None:
    """The subject of "X, the mayor of Y, said": it opens the clause, and no verb stands in its apposition."""
    k = first - 1
    while k and not _gap(k, s).strip("'’-"):
        k -= 1
    if not k or _gap(k, s) != ",":
        return None
    if any(t in g.finite for _, _, t in s.tokens[k:first]) and s.tokens[k][2] not in g.subordinators:
        return None
    begin = k - 1
    while begin and not _ends_clause(begin, s, g):
        begin -= 1
    if k - begin > _ASIDE or any(t in g.finite for _, _, t in s.tokens[begin:k]):
        return None
    if speaker := _head(range(begin, k), s, memory, g, lex, generic=False):
        return speaker
    k += s.tokens[k][2] in g.determiners
    name = next((n for n in s.names if n.start == s.tokens[k][0] and n.start in s.people), None)
    return _named(name, s, memory, g) if name and name.end == s.tokens[first - 1][1] else None


def _before(at: int, s: Sentence, memory: Memory, g: Grammar, lex: Lexicon, *, generic: bool) -> Speaker | None:
    """The subject that ends right before token `at`: the first head of its clause that no preposition governs."""
    last = s.tokens[at - 1][2]
    if last in g.pronouns:
        return _again(memory, g, last)
    if last == "old" and at > 2 and s.tokens[at - 2][2] == "year":  # "the 27-year-old said"
        return _again(memory, g, "he")
    k = at - 1
    while k and not _ends_clause(k, s, g):
        k -= 1
    speaker = _head(range(k, at), s, memory, g, lex, generic=generic)
    if speaker is None and k > 1 and s.tokens[k - 1][2] in g.subordinators:  # "people who stood there told us"
        end = k - 1
        k = end - 1
        while k and not _ends_clause(k, s, g):
            k -= 1
        speaker = _head(range(k, end), s, memory, g, lex, generic=generic)
    return speaker


def _ends_clause(k: int, s: Sentence, g: Grammar) -> bool:
    """Whether a clause begins with token k."""
    return s.tokens[k - 1][2] in g.subordinators or _breaks(_gap(k, s))


def _behind(i: int, s: Sentence, memory: Memory, g: Grammar, lex: Lexicon, *, generic: bool) -> Speaker | None:
    """The subject behind an inverted verb at token i."""
    follow = [t for _, _, t in s.tokens[i + 1 : i + 3]]
    if follow[:1] == ["t"]:  # "a-t-elle dit" has it before, "ajoute-t-elle" behind
        follow = follow[1:]
    if follow and follow[0] in g.pronouns and follow[0] not in g.determiners:
        return _again(memory, g, follow[0])
    end = i + 1
    while end < min(len(s.tokens), i + 1 + _AHEAD) and not (end > i + 1 and _gap(end, s) in (";", ":", "–", "—")):
        if s.tokens[end][2] in g.subordinators:
            break
        end += 1
    return _head(range(i + 1, end), s, memory, g, lex, generic=generic)


def _head(
    where: range, s: Sentence, memory: Memory, g: Grammar, lex: Lexicon, *, generic: bool
) -> Speaker | None:  # fmt: skip
    """The first name, role or (with `generic`) other noun among these tokens that no preposition governs."""
    fallback: Speaker | None = None
    k = where.start
    while k < where.stop:
        a, b, _ = s.tokens[k]
        governed = _governed(k, where.start, s, g)
        name = next((n for n in s.names if n.start == a), None)
        if name and (" " in name.text or governed or not role_key(name.text, g, lex)) and (
            name.start in s.people or name.kind in ("place", "country")
        ):
            past = _past(k, name, s)
            owned = s.text[name.end : name.end + 2] in ("'s", "’s")
            alone = past >= where.stop or bool(_gap(past, s))
            following = s.tokens[past][2] if past < where.stop and not _gap(past, s) else ""
            modifies = g.code == "en" and following.isalpha() and not (
                following in g.helpers or following in g.prepositions or following in g.joins
            )  # fmt: skip
            if not governed and name.start in s.people and not owned and not modifies:
                return _named(name, s, memory, g)
            if modifies and not governed and name.start in s.people:
                fallback = fallback or _named(name, s, memory, g)
            if governed and name.start in s.people and past == where.stop and fallback is None:
                before = s.tokens[k - 1][2]
                if before not in g.prepositions and before not in g.determiners:  # "l'enseigne d'ameublement Arvo"
                    fallback = _named(name, s, memory, g)
            before = s.tokens[k - 1][2] if k > where.start and not _gap(k, s).strip("'’") else ""
            state = name.kind == "country" and name.text[0].isupper() and fold(name.text) not in g.adjectives
            state = state and (not before or before in g.determiners)  # no "Santé publique France"
            # nor "Peru-listed Arvo" or "BERN (AP)"
            state = state and (past >= len(s.tokens) or _gap(past, s)[:1] not in ("-", "("))
            if not governed and state and alone and not owned:
                return Speaker(name.text, ("@" + name.key,))
            if owned and not governed and name.start in s.people:
                fallback = fallback or _named(name, s, memory, g)
            k = past
            continue
        role = None if governed else role_key(s.text[a:b], g, lex)
        if role:
            beside = _apposition(k, s, g, lex)
            if beside:
                return _named(beside, s, memory, g, g.determiners.get(s.tokens[k - 1][2], "") if k else "")
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


def _governed(k: int, first: int, s: Sentence, g: Grammar) -> bool:
    """Whether a preposition stands before token k in its phrase that begins at `first` or later."""
    opened = False  # whether the article of the phrase is passed
    for j in range(k - 1, max(first, k - 5) - 1, -1):
        token = s.tokens[j][2]
        if _gap(j + 1, s).strip("'’-."):
            return False
        if opened and token not in g.prepositions and token not in g.determiners:
            return False
        opened = opened or token in g.determiners
        if token in g.prepositions:
            # "des experts ont dit" begins with an article, "le chef des experts" does not
            return not (token in g.determiners and (j == first or bool(_gap(j, s))))
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
        heads = not following or following in g.prepositions or bool(_gap(k + 1, s)) or following.endswith("ed")
        ruled = any(t in g.determiners for _, _, t in s.tokens[max(where.start, k - 3) : k])
        return heads and not token.endswith("ed") and (token.endswith(("s", "men", "people")) or ruled)
    return before in g.determiners


def _called(k: int, key: str, s: Sentence, g: Grammar) -> Speaker:
    """A speaker who is called by a common noun."""
    a, b, _ = s.tokens[k]
    before = s.tokens[k - 1][2] if k else ""
    return Speaker(s.text[a:b], (key,), gender=g.determiners.get(before, ""))


def _named(name: FoundName, s: Sentence, memory: Memory, g: Grammar, gender: str = "") -> Speaker:
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
        gap = _gap(k, s)
        commas += gap.count(",")
        if commas > 1 or gap.strip("'’-.,") or token in g.finite or token in g.subordinators:
            return None
        if stem(s.text[a:b], g.code) in g.acts or fold(token) in lex.joins:
            return None
        person = next((n for n in s.names if n.start == a and a in s.people), None)
        if person and person.kind == "person":
            beside = any(n.end == s.tokens[k - 1][1] for n in s.names)  # "le maire de Lorven Anna Duret"
            if beside or not _governed(k, role, s, g):
                return person
    return None


def _cited(s: Sentence, memory: Memory, g: Grammar, lex: Lexicon) -> Speaker | None:
    """Who stands behind "according to"; the last one where a sentence has several."""
    if not lex.sources:
        return None
    found = None
    folded = fold(s.text[s.start : s.end])
    for m in lex.sources.finditer(folded):
        behind = next((k for k, t in enumerate(s.tokens) if t[0] - s.start >= m.end()), None)
        if behind is None or (m.group() in g.prepositions and m.start() > 2):  # "pour" opens a sentence or is none
            continue
        end = behind
        while end < min(len(s.tokens), behind + _AHEAD) and not (end > behind and _gap(end, s) in (";", ":", ".")):
            if end > behind and s.tokens[end][2] in g.finite:
                break
            end += 1
        k = behind
        if s.tokens[k][2] in g.pronouns and s.tokens[k][2] not in g.determiners:
            return _again(memory, g, s.tokens[k][2])
        found = found or _head(range(behind, end), s, memory, g, lex,
                               generic=m.group() not in g.prepositions)  # fmt: skip
    return found


def _again(memory: Memory, g: Grammar, pronoun: str) -> Speaker | None:
    """The speaker a pronoun goes back to; without one, the last speaker."""
    wanted = g.pronouns.get(pronoun, "")
    if wanted in ("m", "f") and memory.topic and memory.topic.gender in ("", wanted):
        return _pronoun(memory.topic)
    for speaker in reversed(memory.spoke):
        if wanted in ("m", "f") and speaker.gender and speaker.gender != wanted:
            continue
        if wanted in ("m", "f") and (speaker.keys[0] in g.bodies or speaker.keys[0][:1] == "@"):
            continue
        if wanted == "p" and speaker.person:
            continue
        return _pronoun(speaker)
    return None


def _pronoun(speaker: Speaker) -> Speaker:
    return Speaker(speaker.label, speaker.keys, True, speaker.gender, speaker.person)


def _topic(s: Sentence, memory: Memory, g: Grammar) -> Speaker | None:
    """The person a sentence is about: the first one named that no preposition governs, else the first."""
    first = None
    for n in s.names:
        at = next((k for k, t in enumerate(s.tokens) if t[0] == n.start), None)
        if n.kind != "person" or n.start not in s.people or at is None:
            continue
        if not _governed(at, 0, s, g):
            return _named(n, s, memory, g)
        first = first or n
    return _named(first, s, memory, g) if first else None
