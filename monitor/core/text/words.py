"""Words in comparable form: folded, split, stemmed.

`fold` is per character, so that it is idempotent by construction: every character maps to a string of characters
that map to themselves. Offsets do not survive folding (a ligature becomes two letters); `token_spans` gives each
folded token with its place in the text that came in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

import simplemma
import Stemmer

from monitor.core.pack import Pack

_SPECIAL = {
    "œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ŋ": "n", "ħ": "h", "ŧ": "t",
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u02bc": "'", "\u2032": "'", "\u00b4": "'",
    "`": "'", "\uff07": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u2033": '"', "\u00ab": '"',
    "\u00bb": '"', "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-",
    "\u2212": "-", "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "", "\u2026": "...",
}  # fmt: skip


class _Folding(dict[int, str]):
    """A translation table that works out each character once."""

    def __missing__(self, code: int) -> str:
        text = chr(code)
        for _ in range(8):
            folded = "".join(_fold_char(c) for c in text)
            if folded == text:
                break
            text = folded
        self[code] = text
        return text


def _fold_char(char: str) -> str:
    """One step of folding one character."""
    if char in _SPECIAL:
        return _SPECIAL[char]
    if "\uac00" <= char <= "\ud7a3":  # Hangul syllables stay whole
        return char
    if char.isspace() and char != "\n":
        return " "
    text = unicodedata.normalize("NFKD", char.casefold())
    kept = "".join(c for c in text if not unicodedata.combining(c))
    # A lone mark, or a direction mark, carries no letter.
    return "".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Mn"))


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Casefolded, accents and ligatures off, apostrophes, dashes, quotes and spaces in one form each."""
    return text.lower() if text.isascii() and "`" not in text and "\t" not in text else text.translate(_FOLDING)


_fold_word = lru_cache(maxsize=262_144)(fold)

_ELISIONS = (
    "l|d|j|m|t|s|c|n|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|"  # French
    "un|dell|all|nell|sull|dall|coll|quest|quell|sant|cos|anch|c|v|com|dov|tutt|nient|mezz"  # Italian
)
_TOKEN = re.compile(
    r"(?P<number>\d{1,3}(?:[.,'\u2019\u00a0\u202f\u2009 ]\d{3})+(?!\d)|\d++(?:[.,]\d++)?(?![^\W\d_]))"
    r"|(?P<acronym>(?:[^\W\d_]\.){2,})"
    r"|(?P<nt>n['\u2019]t\b)"
    rf"|(?P<elided>(?:{_ELISIONS})(?=['\u2019\u02bc`]\w))"
    r"|(?P<negated>[^\W\d_]+?(?=n['\u2019]t\b))"
    r"|(?P<word>(?:aujourd['\u2019]hui|prud['\u2019]hom\w+|[^\W_]+))",
    re.IGNORECASE,
)
_NEGATED = {"ca": "can", "wo": "will", "sha": "shall"}
_GROUPED = re.compile(r"\d{1,3}(?:\D\d{3})+")


@lru_cache(maxsize=262_144)
def _token(text: str, kind: str) -> str:
    """The folded form of one token."""
    if kind == "number":
        if _GROUPED.fullmatch(text):
            return re.sub(r"\D", "", text)
        return text.replace(",", ".")
    folded = fold(text)
    if kind == "acronym":
        return folded.replace(".", "")
    if kind == "nt":
        return "not"
    if kind == "negated":
        return _NEGATED.get(folded, folded)
    return folded.replace("'", "")


def token_spans(text: str) -> list[tuple[int, int, str]]:
    """(start, end, folded token) in order. Numbers come without separators of thousands and with a decimal point."""
    return list(spans_of(text))


def spans_of(text: str) -> tuple[tuple[int, int, str], ...]:
    """The same, for those who only read them.

    Sentences and clauses are asked for again by every part that reads them, and again with every copy of an article;
    whole articles are not kept.
    """
    return _kept_spans(text) if len(text) <= _SENTENCE else _spans(text)


_SENTENCE = 600  # characters


def _spans(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple([
        (*m.span(), token) for m in _TOKEN.finditer(text) if (token := _token(m[0], m.lastgroup or "word"))
    ])  # fmt: skip


_kept_spans = lru_cache(maxsize=8192)(_spans)  # some 3 KB each


def tokens(text: str) -> list[str]:
    """The folded tokens in order."""
    return [token for _, _, token in token_spans(text)]


def by_first_letter(phrases: Iterable[str], tail: Callable[[str], str] = lambda _phrase: "") -> str:
    """A pattern of alternatives that asks each first letter once; `tail(phrase)` is put behind a phrase.

    It matches what the phrases in this order would, several times faster where they are many.
    """
    groups: dict[str, list[str]] = {}
    for phrase in phrases:
        groups.setdefault(phrase[0], []).append(re.escape(phrase[1:]) + tail(phrase))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items())


_SNOWBALL = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_LEMMAS = frozenset({"de", "en", "es", "fr", "it", "pt"})


@cache
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = _SNOWBALL.get(language)
    return Stemmer.Stemmer(name, 0) if name else None


@lru_cache(maxsize=262_144)
def lemma(word: str, language: str) -> str:
    """The dictionary form, with its accents; the word in small letters where there is no dictionary."""
    word = word.casefold()
    if language in _LEMMAS and word.isalpha():
        for _ in range(2):  # "envoyés" -> "envoyé" -> "envoyer"
            word = simplemma.lemmatize(word, language).casefold()
    return word


@lru_cache(maxsize=262_144)
def stem(word: str, language: str) -> str:
    """Lemma, then Snowball stem, folded. Give the word with its accents where you have it: the lemma is surer.

    The lemma alone leaves "envoyés" at "envoyé" and the stem alone leaves "sont" at "sont", so both are used.
    """
    folded = fold(lemma(word, language))
    stemmer = _stemmer(language)
    stemmed: str = stemmer.stemWord(folded) if stemmer else folded
    if language == "fr" and len(stemmed) > 3 and stemmed.endswith("y"):  # "déployé", "déployer"
        stemmed = stemmed[:-1] + "i"
    return stemmed


@cache
def stopwords(pack: Pack) -> frozenset[str]:
    """Folded function words of a language. Negations are never among them: losing one turns a claim around."""
    listed = {fold(w) for entry in pack.words("stopwords") for w in entry.split()}
    kept = {fold(w) for entry in pack.words("negations") for w in entry.split()}
    return frozenset(listed - kept)
