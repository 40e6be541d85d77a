"""Names of persons, places, countries and organisations, by capitals and tables.

A run of capitalised words (particles inside) is a name. The first word of a sentence counts only if it is seen
capitalised elsewhere, stands in a table, or is no word of the language's dictionary. Countries are one key in every
language: "nord-coréen", "North Korean" and "Pyongyang" (the government, not the place) are all "KP". German
capitalises its nouns: there a single word must be unknown to the dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import simplemma

from monitor.core.pack import Pack
from monitor.core.text.naming import name_key, same_name
from monitor.core.text.words import fold, stopwords


@dataclass(frozen=True, slots=True)
class FoundName:
    """`text == source[start:end]`. `key` compares across texts; `kind` is person, place, country, org or unknown."""

    start: int
    end: int
    text: str
    key: str
    kind: str


_Token = tuple[int, int, str, str]  # start, end, as written, folded
_Entry = tuple[tuple[str, ...], str, str]  # folded tokens, key, kind


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    code: str
    entries: dict[str, tuple[_Entry, ...]]  # by first token, longest first
    singles: dict[str, tuple[str, str]]
    titles: frozenset[str]
    particles: frozenset[str]
    locative: frozenset[str]
    within: frozenset[str]  # a name behind one is a place, however many words it has
    stop: frozenset[str]
    days: frozenset[str]
    common: frozenset[str]
    org_words: frozenset[str]
    place_words: frozenset[str]
    numbers: frozenset[str]
    dictionary: str | None


_WORD = re.compile(r"[^\W\d_]+(?:['’](?=\w))?|[.!?…:]+(?=\s|$|[»”\"])|\n|[^\w\s]|\d+")
_FINAL = frozenset('.!?…:\n"«“„»(–—•►|')
_LEMMAS = frozenset({"de", "en", "es", "fr", "it", "pt"})
_ENDINGS = {
    "fr": ("", "e", "s", "es", "ne", "nes"),
    "de": ("", "e", "en", "er", "es", "em", "s", "n", "in", "innen"),
}


def demonym_forms(word: str, language: str) -> tuple[str, ...]:
    """The inflected forms of a nationality, folded."""
    base = fold(word)
    if language in ("es", "it", "pt"):
        if base.endswith("ao"):
            return (base, base[:-2] + "a", base[:-2] + "aes", base[:-2] + "oes", base[:-2] + "as")
        if base[-1] in "oae":
            root = base[:-1]
            return tuple(root + e for e in ("o", "a", "os", "as", "i", "e", "he", "hi", "es"))
        return tuple(base + e for e in ("", "a", "es", "as", "s"))
    if language == "fr" and base.endswith("c"):
        return (base, base + "s", base[:-1] + "que", base[:-1] + "ques", base + "que", base + "ques")
    return tuple(base + e for e in _ENDINGS.get(language, ("",)))


def _split(text: str) -> tuple[str, ...]:
    return tuple(m.group() for m in _WORD.finditer(fold(text)))


def _known_names(pack: Pack) -> dict[tuple[str, ...], tuple[str, str]]:
    """Every name of the tables by its folded tokens, with key and kind. "city|XX" is a city that stands for XX."""
    known: dict[tuple[str, ...], tuple[str, str]] = {}
    known.update({_split(n): (fold(c), "org") for s in ("media", "agencies")
                  for c, written in pack.table("shared", s).items() for n in written})  # fmt: skip
    for city, entry in pack.table("shared", "cities").items():
        country = "" if entry[0].startswith("-") else f"|{entry[0]}"
        for name in (city, *entry[1:]):
            known[_split(name)] = (fold(city) + country, "place")
    for iso, written in pack.table("demonyms").items():
        for word in written:
            for form in demonym_forms(word, pack.code):
                known[_split(form)] = (iso, "country")
                known[_split(form.replace("-", " "))] = (iso, "country")
    for iso, written in pack.table("countries").items():
        for name in written:
            known[_split(name)] = (iso, "org" if iso in ("EU", "UN", "NATO") else "country")
    for key, written in pack.table("metonyms").items():
        for name in written:
            known[_split(name)] = (key, "country")
    known.pop((), None)
    return known


@cache
def _tables(pack: Pack) -> _Tables:
    known = _known_names(pack)
    entries: dict[str, list[_Entry]] = {}
    for words, (key, kind) in known.items():
        entries.setdefault(words[0], []).append((words, key, kind))

    def words_of(*path: str) -> frozenset[str]:
        return frozenset(fold(w) for entry in pack.words(*path) for w in entry.split())

    numbers = {
        fold(w) for section in ("units", "scales") for ws in pack.table("numbers", section).values() for w in ws.split()
    }
    return _Tables(
        code=pack.code,
        entries={w: tuple(sorted(e, key=lambda x: -len(x[0]))) for w, e in entries.items()},
        singles={w[0]: v for w, v in known.items() if len(w) == 1},
        titles=words_of("names", "titles"),
        particles=words_of("names", "particles"),
        locative=words_of("names", "locative"),
        within=words_of("names", "within"),
        stop=stopwords(pack) | words_of("negations"),
        days=words_of("dates", "months") | words_of("dates", "weekdays"),
        common=words_of("names", "common"),
        org_words=words_of("names", "org_words"),
        place_words=words_of("names", "place_words"),
        numbers=frozenset(numbers),
        dictionary=pack.code if pack.code in _LEMMAS else None,
    )


_fold = lru_cache(maxsize=131_072)(fold)


@lru_cache(maxsize=131_072)
def _in_dictionary(word: str, language: str) -> bool:
    """Whether the dictionary has the word. French capitals often lack their accent ("Etat", "Agés")."""
    if simplemma.is_known(word, language):
        return True
    accented = {"e": "éê", "a": "âà", "i": "î", "o": "ô"}.get(word[:1], "") if language == "fr" else ""
    return any(simplemma.is_known(c + word[1:], language) for c in accented)


def known_place(text: str, pack: Pack) -> bool:
    """Whether the tables know this as a country or a city."""
    words = _split(text)
    return any(w == words and kind != "org" for w, _, kind in _tables(pack).entries.get(words[0] if words else "", ()))


def names(text: str, pack: Pack) -> list[FoundName]:
    """Every name of a text in order, without overlaps."""
    t = _tables(pack)
    toks: list[_Token] = [(*m.span(), w := m[0], _fold(w)) for m in _WORD.finditer(text)]
    inside, lowered = _seen(toks)
    found: list[FoundName] = []
    go_on = 0
    for i in [i for i, (_, _, w, f) in enumerate(toks) if w[0].isupper() or (f in t.entries and w[0].isalpha())]:
        if i < go_on:
            continue
        written = toks[i][2]
        go_on = i + 1
        hit = _known(toks, i, t)
        if hit:
            last, key, kind = hit
            start, end = toks[i][0], toks[last][1]
            if toks[last][2][-1] in "'’" or last == i:
                end = start + len(text[start:end].rstrip("'’"))
            found.append(FoundName(start, end, text[start:end], key, kind))
            go_on = last + 1
            continue
        if not written[0].isupper() or not _may_begin(toks, i, t, inside, lowered):
            continue
        last = _run(toks, i, t)
        for first, end in _parts(toks, i, last, t):
            name = _named(text, toks, first, end, t)
            if name is not None:
                found.append(name)
        go_on = last + 1
    return _surnames(found)


def _seen(toks: Sequence[_Token]) -> tuple[frozenset[str], frozenset[str]]:
    """Words seen capitalised where no sentence begins, and words seen in lower case."""
    inside, lowered = set(), set()
    before = "\n"
    for _, _, written, folded in toks:
        if written[0].isupper():
            if before[-1] not in _FINAL and (len(written) < 3 or not written.isupper()):
                inside.add(folded)
        elif written[0].isalpha():
            lowered.add(folded)
        before = written
    return frozenset(inside), frozenset(lowered)


def _known(toks: Sequence[_Token], i: int, t: _Tables) -> tuple[int, str, str] | None:
    """The longest entry of the tables that begins at token i: (last token, key, kind)."""
    folded, written = toks[i][3], toks[i][2]
    for words, key, kind in t.entries.get(folded, ()):
        last = i + len(words) - 1
        if last >= len(toks) or any(toks[i + k][3] != words[k] for k in range(1, len(words))):
            continue
        lower = not written[0].isupper()
        if lower and (kind != "country" or len("".join(words)) < 4 or written in ("turque", "grec", "polonaise")):
            continue
        if not lower and kind == "org" and len(words) == 1 and written.lower() == written:
            continue
        if kind == "country" and len(folded) <= 3 and not written.isupper():  # "US", not "us"
            continue
        return last, *_metonym(toks, i, key, kind, t)
    if written[0].isupper() and len(written) > 4 and (glued := _glued(folded, t.code, t)):
        return i, *_metonym(toks, i, *glued, t)
    return None


def _metonym(toks: Sequence[_Token], i: int, key: str, kind: str, t: _Tables) -> tuple[str, str]:
    """A capital is its country, unless something happens in it."""
    if "|" not in key:
        return key, kind
    city, country = key.split("|")
    before = toks[i - 1][3] if i else ""
    return (city, "place") if before in t.locative else (country, "country")


@lru_cache(maxsize=65_536)
def _glued(folded: str, code: str, t: _Tables) -> tuple[str, str] | None:
    """The country or city a word begins with where the blank was lost ("Russiecitant", "Russiel'", "Albanieest")."""
    if folded[-1] == "'":  # "Finland's"; "Russiel'" has an article glued on
        return t.singles.get(folded[:-1]) or t.singles.get(re.sub(r"[ld]?'$", "", folded))
    for length in range(len(folded) - 1, max(4, len(folded) - 9), -1):
        entry = t.singles.get(folded[:length])
        if entry and entry[1] != "org":
            rest = folded[length:]
            known = rest in t.stop or (len(rest) > 3 and t.dictionary is not None and _in_dictionary(rest, code))
            return entry if known and not (t.dictionary and _in_dictionary(folded, code)) else None
    return None


def _may_begin(
    toks: Sequence[_Token], i: int, t: _Tables, inside: frozenset[str], lowered: frozenset[str]
) -> bool:  # fmt: skip
    """Whether a capitalised word may begin a name."""
    _, _, written, folded = toks[i]
    bare = folded.rstrip("'")
    elided = folded[-1] == "'" and not (t.code == "en" and i + 1 < len(toks) and toks[i + 1][2] == "s")
    if len(bare) < 2 or elided or bare in t.stop or bare in t.titles or bare in t.days or bare in t.numbers:
        return False
    following = toks[i + 1] if i + 1 < len(toks) else None
    runs_on = following is not None and following[2][0].isupper() and following[0] - toks[i][1] == 1
    joined = following is not None and following[2] == "-" and i + 2 < len(toks) and toks[i + 2][2][0].isupper()
    if bare in t.common and not runs_on and not joined:
        return False
    if _shouted(toks, i):
        return False
    begins = i == 0 or toks[i - 1][2][-1] in _FINAL
    if t.code == "de":
        titled = i > 0 and toks[i - 1][3] in t.titles
        unknown = len(bare) <= 11 and not _in_dictionary(written, "de") and not _in_dictionary(written.lower(), "de")
        return titled or unknown or (runs_on and following is not None and not _in_dictionary(following[2], "de"))
    if not begins or written.isupper():
        return True
    if bare in inside and bare not in lowered:
        return True
    if bare in lowered:
        return False
    if t.dictionary is None:
        return runs_on
    if not _in_dictionary(written.lower(), t.dictionary):
        return True
    # "Claire Vasseur", "Rui Cabeçadas": a given name that is also a word, before a surname that is none
    surname = following if runs_on else None
    return surname is not None and surname[3] not in t.days and not _in_dictionary(surname[2].lower(), t.dictionary)


def _shouted(toks: Sequence[_Token], i: int) -> bool:
    """Whether the word stands among others all in capitals: a headline, where capitals tell nothing."""
    near = [w[2] for w in toks[max(0, i - 3) : i + 4] if w[2][0].isalpha() and len(w[2]) > 1]
    return len(near) >= 4 and all(w.isupper() for w in near)


def _run(toks: Sequence[_Token], i: int, t: _Tables) -> int:
    """The last token of the capitalised run that begins at token i."""
    last, k = i, i + 1
    while k < len(toks):
        start, _, written, folded = toks[k]
        gap = start - toks[k - 1][1]
        owns = t.code == "en" and written == "s" and toks[k - 1][2][-1] in "'’"  # "Arvo's Jan Roos" are two names
        if gap > 1 or written == "\n" or owns:
            break
        if written[0].isalpha() and written[0].isupper():
            bare = folded.rstrip("'")
            joined = toks[k - 1][2] in "-'’"
            if not joined and (bare in t.days or (folded in t.singles and t.singles[folded][1] == "country")):
                break
            if written[-1] in "'’" and bare in ("l", "d", "qu", "s", "c", "j", "m"):
                break
            last = k
        elif written in "-'’" and gap == 0:
            pass
        elif toks[k - 1][2] in "-'’" and written[0].isalpha() and gap == 0:
            last = k
        elif toks[k - 1][2][-1] in "'’" and gap == 0 and len(written) <= 2 < len(toks[k - 1][2]):
            last = k  # "Kerloc'h"
        elif written == "." and gap == 0 and len(toks[k - 1][2]) == 1:
            pass
        elif not (folded.rstrip("'") in t.particles and k + 1 < len(toks) and toks[k + 1][2][:1].isupper()):
            break
        k += 1
        if k - i > 8:
            break
    return last


def _parts(toks: Sequence[_Token], i: int, last: int, t: _Tables) -> list[tuple[int, int]]:
    """The names of a run: "Health Minister Anna Verhovec" is a person, "Arvo Chief Executive Jan Roos" a firm and one.

    A title inside a run parts it, unless what follows makes an organisation or a place of it.
    """
    at = next((k for k in range(last - 1, i, -1) if toks[k][3] in t.titles), None)
    if at is None or not toks[at + 1][2][0].isupper() or len(toks[at + 1][2]) < 3:
        return [(i, last)]
    if any(toks[k][3] in t.org_words or toks[k][3] in t.place_words for k in range(at + 1, last + 1)):
        return [(i, last)]
    head = at - 1
    while head >= i and (toks[head][3] in t.titles or toks[head][3] in t.common or not toks[head][2][0].isalpha()):
        head -= 1
    own = head >= i and t.dictionary is not None and not _in_dictionary(toks[head][2].lower(), t.dictionary)
    return [(i, head), (at + 1, last)] if own else [(at + 1, last)]


def _named(text: str, toks: Sequence[_Token], i: int, last: int, t: _Tables) -> FoundName | None:
    """The run i..last as a name with its kind, or None where it is no name after all."""
    start, end = toks[i][0], toks[last][1]
    surface = text[start:end].rstrip("'’")
    end = start + len(surface)
    key = name_key(surface, t.titles)
    if len(key) < 2 or (key in t.common):
        return None
    words = {toks[k][3] for k in range(i, last + 1)}
    before = toks[i - 1][3] if i else ""
    spaced = " " in surface
    if words & t.org_words or (not spaced and surface.isupper() and len(surface) <= 6):
        kind = "org"
    elif before in t.titles or (i > 1 and before == "." and toks[i - 2][3] in t.titles):
        kind = "person"
    elif words & t.place_words or (before in t.locative and not spaced) or before in t.within:
        kind = "place"
    elif spaced:
        kind = "person"
    else:
        kind = "unknown"
    return FoundName(start, end, surface, key, kind)


def _surnames(found: list[FoundName]) -> list[FoundName]:
    """A lone word that ends a person's full name elsewhere in the text is that person."""
    surnames = {n.key.split()[-1] for n in found if n.kind == "person" and " " in n.key}
    return [
        replace(n, kind="person") if n.kind in ("unknown", "place") and n.key in surnames else n for n in found
    ]


__all__ = ["FoundName", "demonym_forms", "known_place", "name_key", "names", "same_name"]
