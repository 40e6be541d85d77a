"""Quantities: numbers with what they count, in the figures and words of a language.

Digits first ("10.000", "10 000", "1,28 million", "46,2 %"), then number words ("douze", "half a million"). A number is
read with its neighbours: a bound before it ("quelque", "at least"), a scale, a currency or a counted noun after it,
a second number that makes a range. Years, clock times and days of the month are recognised so as not to be counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from monitor.core.model import Quantity
from monitor.core.pack import Pack
from monitor.core.text.words import fold, stem


@dataclass(frozen=True, slots=True)
class FoundQuantity:
    """`text[start:end]` says `quantity`, bound and unit included in the span."""

    start: int
    end: int
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class _Tables:
    words: dict[str, float]
    scales: dict[str, float]
    collectives: dict[str, float]
    join: frozenset[str]
    bounds: dict[tuple[str, ...], str]
    between: frozenset[str]
    conjunction: frozenset[str]
    to: frozenset[str]
    percent: frozenset[tuple[str, ...]]
    currencies: dict[tuple[str, ...], str]
    concepts: dict[str, str]
    months: frozenset[str]
    clock: frozenset[str]
    of: frozenset[str]


def _list(pack: Pack, *path: str) -> list[str]:
    return [fold(w) for entry in pack.words(*path) for w in entry.split()]


def _phrases(pack: Pack, *path: str) -> list[tuple[str, ...]]:
    return [tuple(w.replace("_", " ").split()) for w in _list(pack, *path)]


@cache
def _tables(pack: Pack) -> _Tables:
    def values(name: str) -> dict[str, float]:
        table = pack.table("numbers", name)
        return {fold(w): float(value) for value, words in table.items() for w in str(words).split()}

    bounds = {p: kind for kind in ("about", "at_least", "up_to") for p in _phrases(pack, "numbers", kind)}
    return _Tables(
        words=values("units"),
        scales=values("scales"),
        collectives=values("collectives"),
        join=frozenset(_list(pack, "numbers", "join")),
        bounds={p: kind.replace("_", "-") for p, kind in bounds.items()},
        between=frozenset(_list(pack, "numbers", "between")),
        conjunction=frozenset(_list(pack, "numbers", "and")),
        to=frozenset(_list(pack, "numbers", "to")) | {"-", "a"},
        percent=frozenset([("%",), *_phrases(pack, "numbers", "percent")]),
        currencies={p: iso for iso in pack.table("currencies") for p in _phrases(pack, "currencies", iso)},
        concepts={w: name for name in pack.table("concepts") for w in _list(pack, "concepts", name)},
        months=frozenset(_list(pack, "dates", "months")),
        clock=frozenset(_list(pack, "numbers", "clock")),
        of=frozenset({"de", "d", "of", "di", "von"}),
    )


_SPACE = "\u00a0\u202f\u2009 "
_TOKEN = re.compile(
    rf"(?P<clock>(?<![\w.,])\d{{1,2}}\s?[hH]\s?\d{{2}}\b|(?<![\w.,])\d{{1,2}}:\d{{2}}\b)"
    r"|(?P<ordinal>\d+(?:er|ère|ere|re|e|ème|eme|st|nd|rd|th|º|ª|°)\b)"
    rf"|(?P<number>(?<![\w])\d{{1,3}}(?:[{_SPACE}'’.,]\d{{3}})+(?:[.,]\d{{1,2}})?(?![\d])|(?<!\w)\d++(?:[.,]\d++)?)"
    r"|(?P<money>[€$£¥]|US\$)|(?P<percent>%|‰)"
    r"|(?P<word>[^\W\d_]+(?:['’](?=\W|$))?)|(?P<mark>[-–—/.,;:!?()\"«»“”])"
)
_MONEY = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "US$": "USD"}


@dataclass(frozen=True, slots=True)
class _Tok:
    start: int
    end: int
    kind: str
    text: str  # folded


@lru_cache(maxsize=65_536)
def _folded(text: str) -> str:
    return fold(text).strip("'")


def _tokenise(text: str) -> list[_Tok]:
    return [_Tok(m.start(), m.end(), m.lastgroup or "", _folded(m.group())) for m in _TOKEN.finditer(text)]


def _value(text: str, language: str) -> float | None:
    """The value of a figure, whichever marks its thousands and decimals have."""
    text = text.replace("’", "'")
    compact = re.sub(r"[\s']", "", text)
    groups = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+)(?:([.,])(\d{1,2}))?", compact)
    if groups and not (compact.count(",") + compact.count(".") == 1 and compact.startswith("0")):
        whole = re.sub(r"[.,]", "", groups[1])
        return float(f"{whole}.{groups[3]}") if groups[3] else float(whole)
    try:
        return float(compact.replace(",", "."))
    except ValueError:
        return None


def quantities(text: str, pack: Pack) -> list[FoundQuantity]:
    """Every quantity of a text, in order, without overlaps."""
    if not any(c.isdigit() for c in text) and pack.code == "und":
        return []
    toks, t = _tokenise(text), _tables(pack)
    found: list[FoundQuantity] = []
    i = 0
    while i < len(toks):
        result = _read(toks, i, t, pack.code)
        if result is None:
            i += 1
            continue
        quantity, first, last = result
        if quantity is not None:
            found.append(FoundQuantity(toks[first].start, toks[last].end, quantity))
        i = last + 1
    return found


def _number(toks: list[_Tok], i: int, t: _Tables, language: str) -> tuple[float, int] | None:
    """A number beginning at token i: its value and the index after it."""
    if i >= len(toks):
        return None
    tok = toks[i]
    if tok.kind == "number":
        value = _value(tok.text, language)
        if value is None:
            return None
        i += 1
        while i < len(toks) and toks[i].text in t.scales and toks[i].kind == "word":
            value *= t.scales[toks[i].text]
            i += 1
        return value, i
    if tok.kind != "word":
        return None
    return _words(toks, i, t)


def _words(toks: list[_Tok], i: int, t: _Tables) -> tuple[float, int] | None:
    """A number in words: units add, scales multiply."""
    total = current = 0.0
    seen = False
    start = i
    while i < len(toks):
        word = toks[i].text
        if toks[i].kind == "mark" and toks[i].text == "-" and seen and i + 1 < len(toks):
            following = toks[i + 1].text
            if following in t.words or following in t.scales:
                i += 1
                continue
            break
        if toks[i].kind != "word":
            break
        if word in t.collectives and not (seen and word in t.words):
            current = (current or 1.0) * t.collectives[word]
            seen = True
            # "une dizaine de milliers"
            if i + 2 < len(toks) and toks[i + 1].text in t.of and toks[i + 2].text in t.collectives | t.scales:
                i += 2
                current *= (t.collectives | t.scales)[toks[i].text]
        elif word in t.words:
            value = t.words[word]
            current = current * value if seen and value == 20 and current == 4 else current + value
            seen = True
        elif word in t.scales:
            scale = t.scales[word]
            if scale == 100:
                current = (current or 1.0) * 100
            else:
                total, current = total + (current or 1.0) * scale, 0.0
            seen = True
        elif word in t.join and seen and i + 1 < len(toks) and toks[i + 1].text in t.words and current >= 20:
            i += 1
            continue
        else:
            break
        i += 1
    if not seen:
        return None
    # A lone "un", "one", "a" counts only with a scale or a noun of the tables; leave it to articles.
    if i == start + 1 and t.words.get(toks[start].text) == 1:
        return None
    return total + current, i


def _bound(toks: list[_Tok], i: int, t: _Tables) -> tuple[str, int]:
    """The bound that stands right before token i, and its first token."""
    for length in (4, 3, 2, 1):
        if i - length < 0:
            continue
        words = tuple(x.text for x in toks[i - length : i])
        if words in t.bounds:
            return t.bounds[words], i - length
    return "", i


def _read(toks: list[_Tok], i: int, t: _Tables, language: str) -> tuple[Quantity | None, int, int] | None:
    """The quantity at token i: (quantity or None for what is no count, first token, last token)."""
    tok = toks[i]
    if tok.kind == "clock":
        parts = [int(x) for x in re.findall(r"\d+", tok.text)]
        value = parts[0] + parts[1] / 60
        return (Quantity(value, value, "clock"), i, i) if parts[0] < 25 and parts[1] < 60 else (None, i, i)
    if tok.kind == "ordinal":
        return None, i, i
    money = None
    start = i
    if tok.kind == "money":
        if i + 1 >= len(toks) or toks[i + 1].kind != "number":
            return None
        money = _MONEY.get(tok.text.upper(), tok.text)
        i += 1
    number = _number(toks, i, t, language)
    if number is None:
        return None
    value, after = number
    high = value
    bound, first = _bound(toks, start, t)
    # ranges: "2.000 à 12.000", "between 3 and 5", "6-1"
    if after < len(toks) and (
        toks[after].text in t.to or (toks[after].text in t.conjunction and first > 0 and toks[first - 1].text in t.between)
    ):
        step = after + 1
        if step < len(toks) and toks[step].kind == "money":
            step += 1
        other = _number(toks, step, t, language)
        if other is not None and not (toks[after].text == "a" and toks[after - 1].end == toks[after].start):
            high, after = other
            if high >= 1000 and value < 1000 and toks[i].kind == "number" and high / max(value, 1e-9) > 1000:
                value *= 10 ** (len(str(int(high))) - len(str(int(value) or 1)))
            if toks[after - 1].kind == "word" and toks[after - 1].text in t.scales and value < high / t.scales[toks[after - 1].text] * 10:
                value *= t.scales[toks[after - 1].text]
            if first > 0 and toks[first - 1].text in t.between:
                first -= 1
    low, high = min(value, high), max(value, high)
    return _with_unit(toks, i, after, first, low, high, bound, money, t, language)


def _with_unit(
    toks: list[_Tok], i: int, after: int, first: int, low: float, high: float, bound: str, money: str | None,
    t: _Tables, language: str,
) -> tuple[Quantity | None, int, int]:  # fmt: skip
    """The quantity with what it counts."""
    last = after - 1
    if money:
        return Quantity(low, high, money, bound), first, last
    for length in (2, 1):
        words = tuple(x.text for x in toks[after : after + length])
        if len(words) == length and words in t.percent:
            return Quantity(low, high, "%", bound), first, after + length - 1
    at = after
    if at < len(toks) and toks[at].text in t.of:
        at += 1
    for length in (2, 1):
        words = tuple(x.text for x in toks[at : at + length])
        if len(words) == length and words in t.currencies:
            return Quantity(low, high, t.currencies[words], bound), first, at + length - 1
    if at < len(toks) and toks[at].kind == "money":
        return Quantity(low, high, _MONEY.get(toks[at].text.upper(), toks[at].text), bound), first, at
    if at < len(toks) and toks[at].kind == "word":
        word = toks[at].text
        if word in t.months and toks[i].kind == "number" and low == high and low <= 31:
            return None, first, at  # a day of the month
        if word in t.clock and low <= 24 and toks[i].kind == "number" and toks[at - 1].kind == "number" and word not in t.concepts:
            return Quantity(low, low, "clock", bound), first, at
    previous = toks[first - 1].text if first else ""
    if toks[i].kind == "number" and low == high and low == int(low) and 1900 <= low <= 2100 and len(toks[i].text) == 4:
        if at >= len(toks) or toks[at].kind != "word" or toks[at].text not in t.concepts or previous in t.months:
            return Quantity(low, high, "year", bound), first, last
    if previous in t.months and low == high and 1 <= low <= 31 and toks[i].kind == "number":
        return None, first, last
    unit, end = _noun(toks, at, t, language)
    return Quantity(low, high, unit, bound), first, max(last, end)


def _noun(toks: list[_Tok], at: int, t: _Tables, language: str) -> tuple[str | None, int]:
    """The counted noun: a concept's name if one of the next three words has one, else the stem of the next word."""
    for k in range(at, min(at + 3, len(toks))):
        if toks[k].kind != "word":
            break
        if toks[k].text in t.concepts:
            return t.concepts[toks[k].text], k
    if at < len(toks) and toks[at].kind == "word" and len(toks[at].text) > 2:
        return stem(toks[at].text, language), at
    return None, at - 1


