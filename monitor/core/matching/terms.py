"""From a cleaned article to its terms: stems, cognates, names, numbers and countries, and where each stands.

One walk over the words of title and sentences serves everything, fingerprints included.
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import xxhash
from simplemma import is_known

from monitor.core.matching.idf import Idf
from monitor.core.matching.skeleton import cognate_form, name_form
from monitor.core.matching.view import COUNT_STEP, IDF_STEP, TERM, Kind, TermTable
from monitor.core.pack import Pack
from monitor.core.text.document import Document
from monitor.core.text.names import demonym_forms
from monitor.core.text.words import fold, stem, stopwords, token_spans, tokens

DICTIONARIES = frozenset({"de", "en", "es", "fr", "it", "pt"})

TITLE, LEAD, BODY, BACK = range(4)
FADING = 0.7  # by how much a mention in the last sentence counts less than one in the first: news is told from the top


@lru_cache(maxsize=262_144)
def term_id(kind: Kind, form: str) -> int:
    """A 32-bit id of a term."""
    return xxhash.xxh3_64_intdigest(f"{int(kind)}:{form}".encode("utf8", "surrogatepass")) & 0xFFFFFFFF


Term = tuple[Kind, str]
_WORDS_REMEMBERED = 200_000
COMPOUND = 8  # letters from which a German word is looked at as a compound


@dataclass(slots=True)
class Terms:
    """The terms of an article: (kind, form) to how often it stands in title, lead, body and recalled background."""

    counts: dict[Term, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0] * 4))
    words: list[str] = field(default_factory=list)  # of the body, folded, in order

    def add(self, kind: Kind, form: str, part: int, weight: float) -> None:
        self.counts[kind, form][part] += weight


_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CLOSES = re.compile(r"[.!?:;…»”\"]\s*[«“\"—–-]*\s*$")
_TITLE_CASE = 0.6  # share of capitals from which a title's capitals say nothing
_SHOWN_AS = 6  # digits that two ways of writing a number must agree on


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """What a pack says, compiled: phrases by their first word, longest first, each with what it stands for."""

    stops: frozenset[str]
    places: Mapping[str, tuple[tuple[tuple[str, ...], tuple[tuple[Kind, str], ...]], ...]]
    numbers: Mapping[str, float]
    scales: Mapping[str, float]
    concepts: Mapping[str, str]  # by stem


@cache
def _lexicon(pack: Pack) -> _Lexicon:
    places: dict[tuple[str, ...], tuple[tuple[Kind, str], ...]] = {}

    def add(name: str, *stands_for: tuple[Kind, str]) -> None:
        phrase = tuple(tokens(name))
        if phrase:
            places[phrase] = stands_for

    for city, row in pack.table("shared", "cities").items():
        code = str(row[0])
        capital = ((Kind.PLACE, code),) if not code.startswith("-") else ()
        for name in (city, *row[1:]):
            add(str(name), (Kind.NAME, name_form(fold(city).replace(" ", ""))), *capital)
    for code, written in pack.table("demonyms").items():
        for word in written:
            for form in demonym_forms(word, pack.code):
                add(form, (Kind.PLACE, code))
    for code, written in pack.table("countries").items():
        for word in written:
            add(word, (Kind.PLACE, code))
    by_first: dict[str, list[tuple[tuple[str, ...], tuple[tuple[Kind, str], ...]]]] = defaultdict(list)
    for phrase, stands_for in places.items():
        by_first[phrase[0]].append((phrase, stands_for))
    ordered = {first: tuple(sorted(found, key=lambda e: -len(e[0]))) for first, found in by_first.items()}
    return _Lexicon(stopwords(pack), ordered, _figures(pack, "units"), _figures(pack, "scales"), _concepts(pack))


def _concepts(pack: Pack) -> dict[str, str]:
    """The concept a stem stands for. A word of the pack's own table keeps its concept."""
    found: dict[str, str] = {}
    for name in ("concepts", "shared_concepts"):
        for concept, words in pack.table("claims", name).items():
            for word in str(words).split():
                found.setdefault(stem(word, pack.code), concept)
    return found


def _figures(pack: Pack, name: str) -> dict[str, float]:
    """Number words by their folded form. One and two are left out: they are articles and pairs."""
    return {
        fold(word): float(value)
        for value, written in pack.table("numbers", name).items()
        if float(value) > 2
        for word in str(written).split()
    }


@lru_cache(maxsize=131_072)
def _common(word: str, language: str) -> bool:
    """Whether a dictionary of the language lists this word."""
    return language in DICTIONARIES and is_known(word.lower(), language)


class _Word(NamedTuple):
    """What a word says wherever it stands."""

    figure: float | None  # the number it writes
    tells: bool  # neither a function word nor a single letter
    capital: bool
    terms: tuple[Term, ...]  # its stem, its cognate form


class _Words(dict[tuple[str, str], _Word]):
    """Words of one language as written and as folded, worked out once. Emptied when full, like every such table."""

    def __init__(self, lexicon: _Lexicon, language: str) -> None:
        super().__init__()
        self._lexicon = lexicon
        self._language = language

    def __missing__(self, key: tuple[str, str]) -> _Word:
        written, token = key
        figure = self._lexicon.numbers.get(token)
        if figure is None and len(token) <= 15 and _NUMBER.fullmatch(token):
            figure = float(token)
        tells = token not in self._lexicon.stops and len(token) > 1 and not token[0].isdigit()
        terms: tuple[Term, ...] = ()
        if figure is None and tells and len(token) >= 3:
            terms = ((Kind.STEM, stem(written, self._language)),)
        if terms and len(token) >= 5:
            terms = (*terms, (Kind.COGNATE, cognate_form(token)))
        if terms:
            terms = (*terms, *((Kind.CONCEPT, c) for c in self._concepts(token, terms[0][1])))
        if len(self) >= _WORDS_REMEMBERED:
            self.clear()
        word = self[key] = _Word(figure, tells, written[0].isupper(), terms)
        return word

    def _concepts(self, token: str, stemmed: str) -> tuple[str, ...]:
        """What the word means; of a German compound what its last and its first part mean."""
        concepts = self._lexicon.concepts
        if stemmed in concepts:
            return (concepts[stemmed],)
        if self._language != "de" or len(token) < COMPOUND:
            return ()
        last = next((c for i in range(3, len(token) - 3) if (c := concepts.get(stem(token[i:], "de")))), None)
        first = next((c for i in range(len(token) - 3, 3, -1) if (c := concepts.get(stem(token[:i], "de")))), None)
        return tuple(dict.fromkeys(c for c in (last, first) if c))


@cache
def _words(pack: Pack, language: str) -> _Words:
    return _Words(_lexicon(pack), language)


@dataclass(slots=True)
class _Walk:
    """One pass over an article's words."""

    lexicon: _Lexicon
    language: str
    known: _Words
    terms: Terms = field(default_factory=Terms)
    inside: dict[str, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0] * 4))
    opening: dict[str, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0] * 4))
    surface: dict[str, str] = field(default_factory=dict)
    small: set[str] = field(default_factory=set)
    weight: float = 1.0  # of a mention in the sentence at hand

    def text(self, part: int, text: str, weight: float = 1.0) -> None:
        """The words of one title or sentence, each counted with this weight."""
        self.weight = weight
        spans = token_spans(text)
        words = [token for _, _, token in spans]
        if part != TITLE:
            self.terms.words += words
        loud = part == TITLE and sum(text[s].isupper() for s, _, _ in spans) > _TITLE_CASE * len(spans)
        known, places, counts = self.known, self.lexicon.places, self.terms.counts
        go_on = 0
        for i, (start, end, token) in enumerate(spans):
            if i < go_on:
                continue
            if token in places and (taken := self._place(words, i, part)):
                go_on = i + taken
                continue
            written = text[start:end]
            word = known[written, token]
            if word.figure is not None:
                scale = self.lexicon.scales.get(words[i + 1], 1.0) if i + 1 < len(words) else 1.0
                self.terms.add(Kind.NUMBER, f"{word.figure * scale:.{_SHOWN_AS}g}", part, weight)
            elif word.tells:
                if word.capital:
                    opens = loud or i == 0 or bool(_CLOSES.search(text, max(0, start - 4), start))
                    (self.opening if opens else self.inside)[token][part] += weight
                    self.surface.setdefault(token, written)
                else:
                    self.small.add(token)
                for term in word.terms:
                    row = counts.get(term)
                    if row is None:
                        row = counts[term] = [0.0] * 4
                    row[part] += weight

    def _place(self, words: list[str], i: int, part: int) -> int:
        """How many words from here name a place of the tables, having counted it."""
        for phrase, stands_for in self.lexicon.places.get(words[i], ()):
            if tuple(words[i : i + len(phrase)]) == phrase:
                for kind, form in stands_for:
                    self.terms.add(kind, form, part, self.weight)
                return len(phrase)
        return 0

    def names(self) -> None:
        """Count the words of names: those never written small, seen inside a sentence or in no dictionary."""
        nouns_too = self.language == "de"
        for token in (*self.inside, *(t for t in self.opening if t not in self.inside)):
            if token in self.small:
                continue
            if (nouns_too or token not in self.inside) and (
                _common(self.surface[token], self.language) or len(token) < 4
            ):
                continue
            form = name_form(token)
            if form:
                counts = self.terms.counts[Kind.NAME, form]
                # a name is no word besides: two events of one town would share "words" that are but the town
                words = [self.terms.counts[term] for term in self.known[self.surface[token], token].terms]
                for seen in (self.inside, self.opening):
                    for part, count in enumerate(seen.get(token, ())):
                        counts[part] += count
                        for word in words:
                            word[part] -= count


def collect(document: Document, pack: Pack) -> Terms:
    """The terms of a cleaned article."""
    walk = _Walk(_lexicon(pack), document.language, _words(pack, document.language))
    walk.text(TITLE, document.title)
    last = max(1, len(document.sentences) - 1)
    for i, s in enumerate(document.sentences):
        part = BACK if s.background else LEAD if s.paragraph == 0 else BODY
        walk.text(part, s.text, 1 - FADING * i / last if part == BODY else 1.0)
    walk.names()
    return walk.terms


def table(terms: Terms, language: str, idf: Idf) -> TermTable:
    """The term table of a view (dtype TERM), ordered by id."""
    rarities = _rarities(idf, language)
    told = [term for term, counts in terms.counts.items() if term[1] and max(counts) > COUNT_STEP / 2]
    heads = np.frombuffer(b"".join([rarities[term] for term in told]), dtype=_HEAD)
    counts = np.array([terms.counts[term] for term in told], dtype=np.float64).reshape(len(told), 4)
    steps = np.minimum(np.ceil(counts / COUNT_STEP), 255)
    out = np.empty(len(told), dtype=TERM)
    for name in ("id", "kind", "idf"):
        out[name] = heads[name]
    for part, name in enumerate(("title", "lead", "body", "back")):
        out[name] = steps[:, part]
    return out[np.lexsort((out["kind"], out["id"]))]


_HEAD = np.dtype([("id", "<u4"), ("kind", "u1"), ("idf", "u1")])
_PACKED = struct.Struct("<IBB").pack


class _Rarities(dict[Term, bytes]):
    """Id, kind and idf of terms, packed as _HEAD, worked out once. Emptied when full."""

    def __init__(self, idf: Idf, language: str) -> None:
        super().__init__()
        self._idf = idf
        self._language = language

    def __missing__(self, term: Term) -> bytes:
        kind, form = term
        number = term_id(kind, form if kind is not Kind.STEM else f"{self._language}:{form}")
        if len(self) >= _WORDS_REMEMBERED:
            self.clear()
        rarity = min(255, round(self._idf.of(kind, form, self._language) / IDF_STEP))
        packed = self[term] = _PACKED(number, kind, rarity)
        return packed


@lru_cache(maxsize=64)
def _rarities(idf: Idf, language: str) -> _Rarities:
    return _Rarities(idf, language)
