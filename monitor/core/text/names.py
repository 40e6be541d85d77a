"""Names of persons, places, countries and organisations, by capitals and tables.

A run of capitalised words (particles inside) is a name. The first word of a sentence counts only if it is seen
capitalised elsewhere, or stands in a table, or a second capital follows it. Countries are one key in every language:
"nord-coréen", "North Korean" and "Pyongyang" (the government, not the place) are all "KP".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from monitor.core.pack import Pack
from monitor.core.text.words import fold, stopwords


@dataclass(frozen=True, slots=True)
class FoundName:
    """`text == source[start:end]`. `key` compares across texts; `kind` is person, place, country, org or unknown."""

    start: int
    end: int
    text: str
    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Tables:
    lookup: re.Pattern[str]
    known: dict[str, tuple[str, str]]  # folded form -> (key, kind)
    capitals: frozenset[str]
    titles: frozenset[str]
    particles: frozenset[str]
    locative: frozenset[str]
    stop: frozenset[str]
    days: frozenset[str]


_ENDINGS = {
    "fr": ("", "e", "s", "es", "ne", "nes"),
    "de": ("", "e", "en", "er", "es", "em", "s", "n", "in", "innen"),
}


def demonym_forms(word: str, language: str) -> tuple[str, ...]:
    """The inflected forms of a nationality, folded."""
    base = fold(word)
    if language in ("es", "it", "pt"):
        if base[-1] in "oae" and not base.endswith("ense"):
            root = base[:-1]
            return tuple(root + e for e in ("o", "a", "os", "as", "i", "e", "he", "hi", "es"))
        if base.endswith("ao"):
            return (base, base[:-2] + "a", base[:-2] + "aes", base[:-2] + "oes", base[:-2] + "as")
        return tuple(base + e for e in ("", "a", "es", "as", "s"))
    if language == "fr" and base.endswith("c"):
        return (base, base + "s", base[:-1] + "que", base[:-1] + "ques", base + "que", base + "ques")
    return tuple(base + e for e in _ENDINGS.get(language, ("",)))


@cache
def _tables(pack: Pack) -> _Tables:
    known: dict[str, tuple[str, str]] = {}
    capitals = set()
    for city, entry in pack.table("shared", "cities").items():
        country = entry[0]
        for name in (city, *entry[1:]):
            known[fold(name)] = (fold(city), "place")
            if not country.startswith("-"):
                capitals.add(fold(name))
                known[fold(name)] = (f"{fold(city)}|{country}", "place")
    for iso, written in pack.table("demonyms").items():
        for word in written:
            for form in demonym_forms(word, pack.code):
                known[form] = (iso, "country")
                if "-" in form:
                    known[form.replace("-", " ")] = (iso, "country")
    for iso, written in pack.table("countries").items():
        for name in written:
            known[fold(name)] = (iso, "org" if iso in ("EU", "UN", "NATO") else "country")
    for section in ("agencies", "media"):
        for canonical, written in pack.table("shared", section).items():
            for name in written:
                known.setdefault(fold(name), (fold(canonical), "org"))

    def words(*path: str) -> frozenset[str]:
        return frozenset(fold(w) for entry in pack.words(*path) for w in entry.split())

    multi = [k for k in known if " " in k or "-" in k or "'" in k]
    body = "|".join(re.escape(k) for k in sorted(multi, key=len, reverse=True)) or "(?!)"
    return _Tables(
        re.compile(rf"(?<!\w)(?:{body})(?!\w)"), known, frozenset(capitals), words("names", "titles"),
        words("names", "particles"), words("names", "locative"), stopwords(pack),
        words("dates", "months") | words("dates", "weekdays"),
    )  # fmt: skip


_WORD = re.compile(r"[^\W\d_]+(?:['’](?=\w))?|[.!?…:]+(?=\s|$)|\n|[^\w\s]|\d+")
_CAPITALISED = re.compile(r"[A-ZÀ-ÖØ-ÞŒŠŽĆČĐĀ-Ż]")


@lru_cache(maxsize=65_536)
def _fold(text: str) -> str:
    return fold(text)


def names(text: str, pack: Pack) -> list[FoundName]:
    """Every name of a text in order, without overlaps."""
    t = _tables(pack)
    toks = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]
    middle = _seen_inside(toks, t)
    found: list[FoundName] = []
    i = 0
    while i < len(toks):
        start, end, word = toks[i]
        if not word[0].isalpha():
            i += 1
            continue
        hit = _known(text, toks, i, t)
        if hit:
            j, key, kind = hit
            found.append(FoundName(start, toks[j][1], text[start : toks[j][1]], key, kind))
            i = j + 1
            continue
        if not word[0].isupper() or len(word) < 2 or pack.code == "de" and not _german_name(toks, i, t):
            i += 1
            continue
        j = _run(toks, i, t)
        first, last = _trim(toks, i, j, t, middle)
        if first is None:
            i = j + 1
            continue
        surface = text[toks[first][0] : toks[last][1]]
        key = name_key(surface, pack)
        if key and len(key) > 1:
            titled = any(_fold(x[2]) in t.titles for x in toks[max(0, first - 1) : last + 1])
            many = " " in key
            kind = "person" if titled or (many and not surface.isupper()) else "org" if surface.isupper() else "unknown"
            found.append(FoundName(toks[first][0], toks[last][1], surface, key, kind))
        i = j + 1
    return found


def _german_name(toks: list[tuple[int, int, str]], i: int, t: _Tables) -> bool:
    """German capitalises every noun: only runs of two capitalised words, or one after a title, are names."""
    following = toks[i + 1][2] if i + 1 < len(toks) else ""
    before = _fold(toks[i - 1][2]) if i else ""
    return bool(following[:1].isupper() and following[:1].isalpha()) or before in t.titles or bool(
        i and toks[i - 1][2][:1].isupper()
    )


def _seen_inside(toks: list[tuple[int, int, str]], t: _Tables) -> frozenset[str]:
    """Words seen capitalised where no sentence begins."""
    seen = set()
    for i in range(1, len(toks)):
        word, before = toks[i][2], toks[i - 1][2]
        if word[0].isupper() and (before[0].isalnum() or before in (",", "'", "’")) and not word.isupper():
            seen.add(_fold(word))
    return frozenset(seen)


def _known(text: str, toks: list[tuple[int, int, str]], i: int, t: _Tables) -> tuple[int, str, str] | None:
    """The longest entry of the tables that begins at token i: (last token, key, kind)."""
    for length in (7, 6, 5, 4, 3, 2, 1):
        j = i + length - 1
        if j >= len(toks):
            continue
        surface = _fold(text[toks[i][0] : toks[j][1]])
        entry = t.known.get(surface)
        if entry is None:
            continue
        key, kind = entry
        if kind != "country" and not toks[i][2][0].isupper():
            return None
        if "|" in key:
            city, country = key.split("|")
            before = _fold(toks[i - 1][2]) if i else ""
            return (j, city, "place") if before in t.locative else (j, country, "country")
        return j, key, kind
    return None


def _run(toks: list[tuple[int, int, str]], i: int, t: _Tables) -> int:
    """The last token of the capitalised run that begins at token i."""
    j = i
    k = i + 1
    while k < len(toks):
        word = toks[k][2]
        gap = toks[k][0] - toks[k - 1][1]
        if gap > 1 or word == "\n":
            break
        if word[0].isalpha() and word[0].isupper():
            j = k
        elif word in ("-", "'", "’") and gap == 0:
            pass
        elif toks[k - 1][2] in ("-", "'", "’") and word[0].isalpha():
            j = k if gap == 0 else j
        elif word == "." and len(toks[k - 1][2]) == 1 and gap == 0:
            pass
        elif not (_fold(word).rstrip("'") in t.particles and k + 1 < len(toks) and toks[k + 1][2][:1].isupper()):
            break
        k += 1
    return j


def _trim(
    toks: list[tuple[int, int, str]], i: int, j: int, t: _Tables, middle: frozenset[str]
) -> tuple[int | None, int]:
    """The run without leading function words and titles, or None where nothing is left of it."""
    first = i
    starts = i == 0 or toks[i - 1][2][-1] in ".!?…:\n\"«“”»(-–—"
    while first <= j:
        word = toks[first][2]
        folded = _fold(word).rstrip("'’")
        if not word[0].isalpha() or folded in t.stop or folded in t.titles or folded in t.days or word[-1] in "'’":
            first += 1
            continue
        if first == i and starts and first == j and folded not in middle and not word.isupper():
            first += 1
            continue
        break
    return (None, j) if first > j else (first, j)


_TRANSLIT = [
    (re.compile(r"(?:skyy|skiy|skij|skyi|skii|skyj|sky|ski)\b"), "ski"), (re.compile(r"ou(?=[^aeiou]|$)"), "u"),
    (re.compile(r"tch|tsch|tsh"), "ch"), (re.compile(r"sch|sh"), "ch"), (re.compile(r"dj|dsch|dzh"), "j"), (re.compile(r"kh"), "h"),
    (re.compile(r"w"), "v"), (re.compile(r"y|j(?=[aeiou])"), "i"), (re.compile(r"ph"), "f"), (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"ii+"), "i"),
]  # fmt: skip


@lru_cache(maxsize=65_536)
def _normal(folded: str) -> str:
    """One spelling for the transliterations of a folded name."""
    for pattern, replacement in _TRANSLIT:
        folded = pattern.sub(replacement, folded)
    return folded


def name_key(text: str, pack: Pack) -> str:
    """Folded words of a name without titles, in one transliteration."""
    t = _tables(pack)
    words = [w for w in re.split(r"[^\w]+", _fold(text)) if w]
    kept = [w for w in words if w not in t.titles] or words
    return " ".join(_normal(w) for w in kept)


@lru_cache(maxsize=262_144)
def same_name(a: str, b: str) -> float:
    """How surely two keys name the same person or thing, 0..1.

    Every word must find its like: given names differ in "Kim Yong-hyun" and "Kim Jong-un" however alike the whole
    strings are (Jaro-Winkler .94). A surname alone against a full name gives .8.
    """
    if a == b:
        return 1.0
    first, second = a.split(), b.split()
    if not first or not second:
        return 0.0
    if len(first) > len(second):
        first, second = second, first
    score = 0.0
    used: set[int] = set()
    for word in first:
        best, at = 0.0, -1
        for k, other in enumerate(second):
            if k not in used and (likeness := _same_word(word, other)) > best:
                best, at = likeness, k
        if best < 0.75:
            return 0.0
        used.add(at)
        score += best
    share = score / len(first)
    if len(first) == len(second):
        return share
    if len(first) == 1:
        return share * (0.8 if len(second) - 1 in used else 0.4)
    return share * 0.9


@lru_cache(maxsize=262_144)
def _same_word(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if len(a) == 1 or len(b) == 1:
        return 0.85 if a[0] == b[0] else 0.0
    longest = max(len(a), len(b))
    distance = OSA.distance(a, b)
    if longest < 4 or (longest < 6 and distance > 1) or distance > 2:
        return 0.0
    return float(JaroWinkler.similarity(a, b)) if distance <= longest / 4 else 0.0


def known_place(text: str, pack: Pack) -> bool:
    """Whether the tables know this as a country or a city."""
    entry = _tables(pack).known.get(fold(text))
    return entry is not None and entry[1] in ("country", "place")
