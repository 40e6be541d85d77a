"""Who says what a sentence says.

A verb of saying has a subject: before it ("the mayor said"), behind it where the verb closes a quotation or follows
the comma of an aside (« ... », a réagi la ministre), behind "par" or "by" where it is passive. The subject is read as
its head: a name, a role, a pronoun or any noun that people are ("investigators"); a role goes with the name in
apposition to it. What stands behind a preposition is no subject. Without a verb "according to X" tells, and a
quotation that fills its sentence goes on with the speaker before it.

Pronouns take the latest speaker, or the person the sentence before was about, whose gender does not speak against it.
"""

from __future__ import annotations

import re

from monitor.core.claims.grammar import Grammar, grammar
from monitor.core.claims.lexicon import Lexicon, lexicon
from monitor.core.claims.subjects import (
    CLOSING,
    Memory,
    Sentence,
    Speaker,
    breaks,
    gap_before,
    governed_at,
    head_of,
    named,
)
from monitor.core.pack import Pack
from monitor.core.text.words import fold, lemma, stem

_AHEAD = 16  # tokens from an inverted verb to its subject
_ASIDE = 10  # tokens from a subject to the comma of its apposition
_TOLD = frozenset({"announce", "confirm", "deny", "accuse"})
_PARTICIPLES = ("é", "ée", "és", "ées")
_LATEST = 6  # speakers that a pronoun may go back to


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


_BEHIND_QUOTE = re.compile(f"[{re.escape(''.join(sorted(CLOSING)))}][ ,]*,")  # where `_closes_quote` finds something


def _verbs(s: Sentence, g: Grammar) -> list[tuple[int, str]]:
    """The verbs of saying outside quotations with their acts: no noun, no infinitive behind a preposition."""
    found = []
    behind = bool(_BEHIND_QUOTE.search(s.text, s.start, s.end))
    seconds = {second for _, second in g.pairs}
    for i, (a, b, token) in enumerate(s.tokens):
        act = g.acts.get(stem(s.text[a:b], g.code)) if len(token) > 2 else None
        if act is None and not behind and token not in seconds:
            continue
        before = s.tokens[i - 1][2] if i and not breaks(gap_before(i, s)) else ""
        if i and ((before, token) in g.pairs or (lemma(before, g.code), token) in g.pairs):
            act = "say"
        act = act or _closes_quote(i, s, g)
        aside = token.endswith("ant") if g.code == "fr" else token.endswith("ing") and gap_before(i, s) == ","
        if act is None or aside or before in g.prepositions or (before in g.determiners and not _clitic(i, s, g)):
            continue
        if g.code == "en" and token.endswith("s") and i + 1 < len(s.tokens) and s.tokens[i + 1][2] in ("by", "of"):
            continue  # "rejected claims by a rival"
        if g.code == "en" and gap_before(i, s) in ("'", "’"):
            continue  # "doctors' reports"
        if s.text[a].isupper() and i and any(n.start <= a < n.end for n in s.names):
            continue
        found.append((i, act))
    return found


def _closes_quote(i: int, s: Sentence, g: Grammar) -> str | None:
    """Any verb is one of saying right behind a quotation and before its subject: « ... », a imploré la préfète."""
    first = i - 1 if g.code == "fr" and i and s.tokens[i - 1][2] in ("a", "ont") else i
    gap = gap_before(first, s)
    if i + 1 >= len(s.tokens) or not gap.endswith(",") or gap.rstrip(" ,")[-1:] not in CLOSING:
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
            return head_of(range(i - 1), s, memory, g, lex, generic=False)
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
        if breaks(gap_before(k, s)):
            return not any(t in g.subordinators for _, _, t in s.tokens[i + 1 : i + 3])
        k -= 1
    return False


def _clitic(i: int, s: Sentence, g: Grammar) -> bool:
    """Whether the "l'" or "le" before a verb is its object ("l'a confirmé") and no article."""
    return g.code == "fr" and i > 1 and s.tokens[i - 2][2] in g.pronouns


def _subject(i: int, act: str, s: Sentence, memory: Memory, g: Grammar, lex: Lexicon) -> Speaker | None:
    """The subject of the verb at token i."""
    first = i
    while first and _helps(s.tokens[first - 1][2], g) and not gap_before(first, s).strip("'’-"):
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
    gap = gap_before(first, s)
    said = act == "say" and not group & {"s", "se"}  # "un incendie s'est déclaré"
    if first and not breaks(gap):
        return _before(first, s, memory, g, lex, generic=said)
    quoted = bool(gap) and (gap[-1] in CLOSING or gap.rstrip(" ,")[-1:] in CLOSING)
    if not quoted and first and gap == "," and (found := _aside(first, s, memory, g, lex)):
        return found
    if gap.endswith(("(", ":", ";")) or (not first and not quoted):
        return None
    return _behind(i, s, memory, g, lex, generic=said or (quoted and act in _TOLD))


def _helps(token: str, g: Grammar) -> bool:
    """Whether a token may stand between a subject and its verb: an auxiliary, a clitic, an adverb, a weekday."""
    return token in g.helpers or (len(token) > 5 and token.endswith({"en": "ly", "fr": "ment"}.get(g.code, "mente")))


def _aside(first: int, s: Sentence, memory: Memory, g: Grammar, lex: Lexicon) -> Speaker | None:
    """The subject of "X, the mayor of Y, said": it opens the clause, and no verb stands in its apposition."""
    k = first - 1
    while k and not gap_before(k, s).strip("'’-"):
        k -= 1
    if not k or gap_before(k, s) != ",":
        return None
    if any(t in g.finite for _, _, t in s.tokens[k:first]) and s.tokens[k][2] not in g.subordinators:
        return None
    begin = k - 1
    while begin and not _ends_clause(begin, s, g):
        begin -= 1
    if k - begin > _ASIDE or any(t in g.finite for _, _, t in s.tokens[begin:k]):
        return None
    if speaker := head_of(range(begin, k), s, memory, g, lex, generic=False):
        return speaker
    k += s.tokens[k][2] in g.determiners
    name = next((n for n in s.names if n.start == s.tokens[k][0] and n.start in s.people), None)
    return named(name, s, memory, g) if name and name.end == s.tokens[first - 1][1] else None


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
    speaker = head_of(range(k, at), s, memory, g, lex, generic=generic)
    if speaker is None and k > 1 and s.tokens[k - 1][2] in g.subordinators:  # "people who stood there told us"
        end = k - 1
        k = end - 1
        while k and not _ends_clause(k, s, g):
            k -= 1
        speaker = head_of(range(k, end), s, memory, g, lex, generic=generic)
    return speaker


def _ends_clause(k: int, s: Sentence, g: Grammar) -> bool:
    """Whether a clause begins with token k."""
    return s.tokens[k - 1][2] in g.subordinators or breaks(gap_before(k, s))


def _behind(i: int, s: Sentence, memory: Memory, g: Grammar, lex: Lexicon, *, generic: bool) -> Speaker | None:
    """The subject behind an inverted verb at token i."""
    follow = [t for _, _, t in s.tokens[i + 1 : i + 3]]
    if follow[:1] == ["t"]:  # "a-t-elle dit" has it before, "ajoute-t-elle" behind
        follow = follow[1:]
    if follow and follow[0] in g.pronouns and follow[0] not in g.determiners:
        return _again(memory, g, follow[0])
    end = i + 1
    while end < min(len(s.tokens), i + 1 + _AHEAD) and not (end > i + 1 and gap_before(end, s) in (";", ":", "–", "—")):
        if s.tokens[end][2] in g.subordinators:
            break
        end += 1
    return head_of(range(i + 1, end), s, memory, g, lex, generic=generic)


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
        end = behind + 1
        while end < min(len(s.tokens), behind + _AHEAD) and gap_before(end, s) not in (";", ":", "."):
            if s.tokens[end][2] in g.finite:
                break
            end += 1
        k = behind
        if s.tokens[k][2] in g.pronouns and s.tokens[k][2] not in g.determiners:
            return _again(memory, g, s.tokens[k][2])
        found = found or head_of(range(behind, end), s, memory, g, lex,
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
        if not governed_at(at, 0, s, g):
            return named(n, s, memory, g)
        first = first or n
    return named(first, s, memory, g) if first else None
