"""Figures and number words: the tokens of a line and the tables they are read by. See `numbers`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from monitor.core.pack import Pack
from monitor.core.text.names import demonym_forms
from monitor.core.text.words import fold, stopwords


class Token(NamedTuple):
    """A token of a line. `kind` is clock, date, id, ordinal, number, money, percent, word or mark."""

    start: int
    end: int
    kind: str
    text: str  # folded
    capital: bool


_made = tuple.__new__  # past the keyword handling of a named tuple: half the time
_SPACE = "\u00a0\u202f\u2009 "
_TOKEN = re.compile(
    # Words first, since most tokens are words; only an id may begin with letters too.
    r"(?P<word>(?!\b[A-Z]{2}\d{6,}\b)[^\W\d_]+(?:\.[^\W\d_])?(?:['’](?=\w))?)"
    r"|(?P<lap>(?<![\w.,:])\d{1,2}:\d{2}(?:[.,]\d{1,3}|:\d{2}(?:[.,]\d{1,3})?)(?![\w:]))"
    r"|(?P<clock>(?<![\w.,])\d{1,2}\s?[hH]\s?\d{2}(?!\w)|(?<![\w.,:])\d{1,2}:\d{2}(?![\w:]))"
    r"|(?P<date>(?<![\w/])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\w/])|(?<!\w)\d{1,2}\.\d{1,2}\.\d{4}\b|(?<!\w)\d{4}-\d\d-\d\d\b)"
    r"|(?P<id>(?<!\w)\+?0\d{1,3}(?:[ .\-]\d{2,3}){3,5}\b|\b\d{5,}(?:-\d{3,})+\b|\b[A-Z]{2}\d{6,}\b|(?<!\w)0\d{5,}\b)"
    r"|(?P<ordinal>\d+(?:er|ère|ere|re|e|ème|eme|st|nd|rd|th|º|ª)\b)"
    # No number begins inside another ("A380", "v1.9"), but a currency may be glued to it ("CHF1.9m", "DKr642m").
    rf"|(?P<number>(?<!\d)(?<!\d[.,])(?:(?<![^\W\d_])|(?<=CHF)|(?<=EUR)|(?<=USD)|(?<=GBP)|(?<=[DSN]Kr)|(?<=[DNS][OE]K)|(?<=Rs))"
    rf"(?:\d{{1,3}}(?:[{_SPACE}'’.,]\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d)|\d++(?:[.,]\d++)?))"
    r"|(?P<money>[€$£¥])|(?P<percent>%|‰)"
    r"|(?P<mark>[^\w\s])"
)
MONEY = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
CODES = {"eur": "EUR", "usd": "USD", "chf": "CHF", "gbp": "GBP", "dkr": "DKK", "dkk": "DKK", "skr": "SEK", "sek": "SEK",
         "nkr": "NOK", "nok": "NOK", "rs": "INR"}  # fmt: skip

_fold = lru_cache(maxsize=65_536)(fold)


@lru_cache(maxsize=65_536)
def _folded(text: str) -> str:
    return fold(text).strip("'") or "'"


def tokenise(text: str, start: int, stop: int) -> list[Token]:
    """The tokens of `text[start:stop]`, offsets in `text`."""
    return [
        _made(Token, (*m.span(), m.lastgroup or "", _folded(g := m[0]), g[0].isupper()))
        for m in _TOKEN.finditer(text, start, stop)
    ]


_GROUPS = re.compile(r"(\d{1,3}(?:[.,]\d{3})+)(?:[.,](\d{1,2}))?")


@lru_cache(maxsize=65_536)
def value(text: str) -> float | None:
    """The value of a figure, whichever marks its thousands and decimals have. Three decimals are thousands."""
    compact = re.sub(r"[\s'’]", "", text)
    groups = _GROUPS.fullmatch(compact)
    if groups and not compact.startswith("0"):
        whole = re.sub(r"[.,]", "", groups[1])
        return float(f"{whole}.{groups[2]}") if groups[2] else float(whole)
    try:
        return float(compact.replace(",", ".")) if len(compact) < 19 else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """What a language counts with, folded. Phrases are tuples of tokens."""

    code: str
    words: dict[str, float]
    scales: dict[str, float]
    collectives: dict[str, float]
    fractions: dict[str, float]
    join: frozenset[str]
    bounds: dict[tuple[str, ...], str]
    after: dict[tuple[str, ...], str]
    between: frozenset[str]
    conjunction: frozenset[str]
    to: frozenset[str]
    against: frozenset[str]
    change: tuple[str, ...]
    percent: frozenset[tuple[str, ...]]
    currencies: dict[tuple[str, ...], str]
    concepts: dict[tuple[str, ...], str]
    fates: tuple[tuple[str, str], ...]  # (beginning of a word, concept): "killed", "tues" make persons deaths
    labels: dict[str, str]  # words before a number that name what it measures
    modifiers: frozenset[str]
    months: frozenset[str]
    clock: frozenset[str]
    at: frozenset[str]
    nations: frozenset[str]
    stop: frozenset[str]
    starts: frozenset[str]  # words a number may begin with
    noun_first: bool  # adjectives follow the noun
    articles: frozenset[str]  # before a fraction
    compares: frozenset[str]  # a bare number behind one counts what the number before it counts
    prepositions: frozenset[str]
    determiners: frozenset[str]  # between "of" and a noun
    out_of: frozenset[tuple[str, ...]]
    plural: frozenset[str] | None  # plurals that do not end like one; None where nouns do not show it
    starter: re.Pattern[str]  # a line without a match holds no number

    def is_abbreviation(self, word: str) -> bool:
        """Whether a word is a unit of measure cut short: "mm", "GW"."""
        return 1 < len(word) < 4 and not _VOWEL.search(word)

    def is_plural(self, word: str) -> bool:
        """Whether a noun may be a plural."""
        if self.is_abbreviation(word):
            return True
        return word.endswith(_PLURAL_ENDS.get(self.code, ("s",))) or (self.plural is not None and word in self.plural)


_VOWEL = re.compile("[aeiouy]")
_PLURAL_ENDS = {"en": ("s", "men"), "fr": ("s", "x", "z")}


OF = frozenset({"de", "d", "of", "di", "von", "des", "an"})


@cache
def tables(pack: Pack) -> Tables:
    """The tables of a pack, compiled once."""

    def listed(*path: str) -> list[str]:
        return [fold(w) for entry in pack.words(*path) for w in entry.split()]

    def phrases(*path: str) -> list[tuple[str, ...]]:
        return [tuple(re.split(r"[ ']+", w.replace("_", " ").rstrip("'"))) for w in listed(*path)]

    def values(name: str) -> dict[str, float]:
        table = pack.table("numbers", name)
        return {fold(w): float(v) for v, words in table.items() for w in str(words).split()}

    bounds = {p: k.replace("_", "-") for k in ("about", "at_least", "up_to") for p in phrases("numbers", k)}
    words, scales, collectives = values("units"), values("scales"), values("collectives")
    fractions = values("fractions")
    spoken = {w for table in (words, scales, collectives, fractions) for w in table} - {
        w for w, v in words.items() if v == 1
    }
    concepts = {p: name for name in pack.table("concepts") for p in phrases("concepts", name)}
    counted = {p[0] for p in concepts}
    ones = "|".join(re.escape(w) for w, v in words.items() if v == 1) or "(?!)"
    body = "|".join(re.escape(w) for w in sorted(spoken, key=len, reverse=True)) or "(?!)"
    nouns = "|".join(re.escape(w) for w in sorted(counted, key=len, reverse=True)) or "(?!)"
    return Tables(
        code=pack.code, words=words, scales=scales, collectives=collectives, fractions=fractions,
        join=frozenset(listed("numbers", "join")), bounds=bounds,
        after={tuple(w.split("_")): k.replace("_", "-") for k, ws in pack.table("numbers", "after").items()
               for w in fold(ws).split()},
        between=frozenset(listed("numbers", "between")),
        conjunction=frozenset(listed("numbers", "and")), to=frozenset(listed("numbers", "to")) | {"-", "–"},
        against=frozenset(listed("numbers", "against")), change=tuple(listed("numbers", "change")),
        percent=frozenset([("%",), *phrases("numbers", "percent")]),
        currencies={p: iso for iso in pack.table("currencies") for p in phrases("currencies", iso)},
        concepts=concepts,
        fates=tuple((w, name) for name in pack.table("fates") for w in listed("fates", name)),
        labels={w: name for name in pack.table("labels") for w in listed("labels", name)},
        modifiers=frozenset(listed("numbers", "modifiers")), months=frozenset(listed("dates", "months")),
        clock=frozenset(listed("numbers", "clock")), at=frozenset(listed("numbers", "at")),
        nations=frozenset(_nations(pack)), stop=frozenset(
            (*stopwords(pack), *listed("dates", "weekdays"), *(set(listed("negations")) - counted))
        ),
        starts=frozenset(words) | frozenset(scales) | frozenset(collectives) | frozenset(fractions),
        noun_first=pack.code in {"fr", "es", "it", "pt"},
        articles=frozenset({"la", "le", "a", "an", "the", "un", "une", "die", "ein", "il", "uma", "una"}),
        compares=frozenset(listed("numbers", "compares")), prepositions=frozenset(listed("names", "locative")),
        determiners=frozenset(listed("numbers", "determiners")),
        out_of=frozenset(phrases("numbers", "out_of")),
        plural=frozenset(listed("numbers", "plurals")) if pack.words("numbers", "plurals") else None,
        starter=re.compile(rf"[0-9]|(?<!\w)(?:{body})(?!\w)|(?<!\w)(?:{ones}) (?:{nouns})(?!\w)"),
    )  # fmt: skip


def _nations(pack: Pack) -> set[str]:
    """First tokens of nationalities: "10.000 Nord-Coréens" are persons."""
    return {
        re.split(r"[\s-]", form)[0] for words in pack.table("demonyms").values() for w in words
        for form in demonym_forms(w, pack.code)
    }  # fmt: skip
