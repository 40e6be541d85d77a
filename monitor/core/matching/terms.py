"""From a cleaned article to its terms: stems, cognates, names, numbers and countries, and where each stands.

One walk over the words of title and sentences serves everything, fingerprints included.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
import xxhash

from monitor.core.matching.idf import Idf
from monitor.core.matching.skeleton import cognate_form, name_form
from monitor.core.matching.view import IDF_STEP, TERM, Kind, TermTable
from monitor.core.pack import Pack
from monitor.core.text.document import Document
from monitor.core.text.words import fold, stem, stopwords, token_spans

TITLE, LEAD, BODY, BACK = range(4)


@lru_cache(maxsize=262_144)
def term_id(kind: Kind, form: str) -> int:
    """A 32-bit id of a term."""
    return xxhash.xxh3_64_intdigest(f"{int(kind)}:{form}".encode("utf8", "surrogatepass")) & 0xFFFFFFFF


@dataclass(slots=True)
class Terms:
    """The terms of an article: (kind, form) to how often it stands in title, lead, body and recalled background."""

    counts: dict[tuple[Kind, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0, 0]))
    words: list[str] = field(default_factory=list)  # of the body, folded, in order
    sentence_ends: list[int] = field(default_factory=list)  # how many words there were after each sentence

    def add(self, kind: Kind, form: str, part: int) -> None:
        self.counts[kind, form][part] += 1


_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CLOSES = re.compile(r"[.!?:;…»”\"]\s*[«“\"—–-]*\s*$")


@cache
def countries(pack: Pack) -> Mapping[str, str]:
    """Folded names of places that stand for a country, as this language and its neighbours write them: ISO code."""
    out: dict[str, str] = {}
    for city, row in pack.table("shared", "cities").items():
        code = str(row[0])
        for name in (city, *row[1:]):
            out.setdefault(fold(str(name)), code.lstrip("-"))
    for code, row in pack.table("shared", "countries").items():
        for name in row if isinstance(row, list) else (row,):
            out[fold(str(name))] = code
    return out


def collect(document: Document, pack: Pack) -> Terms:
    """The terms of a cleaned article."""
    terms = Terms()
    capitals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])  # words with a capital inside a sentence
    openers: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])  # and at its beginning
    small: set[str] = set()
    stops = stopwords(pack)
    parts = [(TITLE, document.title)]
    parts += [(BACK if s.background else LEAD if s.paragraph == 0 else BODY, s.text) for s in document.sentences]
    for part, text in parts:
        opening = True
        for start, end, token in token_spans(text):
            if part != TITLE:
                terms.words.append(token)
            first = text[start]
            if first.isdigit():
                if _NUMBER.fullmatch(token):
                    terms.add(Kind.NUMBER, token, part)
                opening = False
                continue
            if token in stops or len(token) < 2:
                opening = False
                continue
            if first.isupper():
                (openers if opening or _CLOSES.search(text, max(0, start - 4), start) else capitals)[token][part] += 1
            else:
                small.add(token)
            opening = False
            if len(token) >= 3:
                terms.add(Kind.STEM, stem(text[start:end], document.language), part)
            if len(token) >= 5:
                terms.add(Kind.COGNATE, cognate_form(token), part)
        if part != TITLE:
            terms.sentence_ends.append(len(terms.words))
    _names(terms, capitals, openers, small)
    return terms


def _names(terms: Terms, capitals: Mapping[str, list[int]], openers: Mapping[str, list[int]], small: set[str]) -> None:
    """Words that are written with a capital where no sentence begins, and nowhere without."""
    for token in (*capitals, *(t for t in openers if t not in capitals)):
        if token in small or (token not in capitals and len(token) < 4):
            continue
        known = token in capitals
        row = [c + o for c, o in zip(capitals.get(token, (0,) * 4), openers.get(token, (0,) * 4), strict=True)]
        if not known:
            continue
        form = name_form(token)
        if form:
            counts = terms.counts[Kind.NAME, form]
            for part in range(4):
                counts[part] += row[part]


def table(terms: Terms, language: str, idf: Idf) -> TermTable:
    """The term table of a view (dtype TERM), ordered by id."""
    rows = [
        (term_id(kind, form if kind is not Kind.STEM else f"{language}:{form}"), int(kind),
         *(min(c, 255) for c in counts), min(255, round(idf.of(kind, form, language) / IDF_STEP)))
        for (kind, form), counts in terms.counts.items()
        if form
    ]  # fmt: skip
    return np.array(sorted(rows), dtype=TERM)
