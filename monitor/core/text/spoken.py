"""Bare numbers, in figures or spoken: "10.000", "1,28 million", "quatre-vingt-dix-sept", "half a million"."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.core.text.figures import OF, Tables, Token, value

_COUNTABLE = frozenset({"death", "injury", "missing", "person", "soldier"})  # what "un" and "one" count, not announce
_ATTACHED = {"m": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "bn": 1e9, "md": 1e9, "mds": 1e9, "k": 1e3}
_ABBREVIATED = frozenset({"mio", "mrd", "mln", "mld"})


@dataclass(frozen=True, slots=True)
class Number:
    """A bare number: its value(s) and the tokens first..last it stands on."""

    low: float
    high: float
    first: int
    last: int
    digits: bool


def read_number(toks: list[Token], i: int, t: Tables, *, scaled: bool = False) -> Number | None:
    """A number that begins at token i. `scaled` tells that a currency stands before it ("£240m")."""
    if i >= len(toks):
        return None
    if toks[i].kind == "number":
        return _figure(toks, i, t, scaled=scaled)
    return _spoken(toks, i, t) if toks[i].kind == "word" else None


def _figure(toks: list[Token], i: int, t: Tables, *, scaled: bool) -> Number | None:
    amount = value(toks[i].text)
    if amount is None:
        return None
    last = i
    while last + 1 < len(toks) and toks[last + 1].kind == "word":
        scale = _scale(toks, last + 1, t, scaled=scaled)
        if scale is None:
            break
        amount *= scale
        last += 1
        if last + 1 < len(toks) and toks[last + 1].text == "." and toks[last].text in _ABBREVIATED:
            last += 1  # "900 Mio. Euro"
    amount = round(amount, 6)
    return Number(amount, amount, i, last, digits=True)


def _scale(toks: list[Token], i: int, t: Tables, *, scaled: bool) -> float | None:
    """What the word after a figure multiplies it by: "million", "Mds", the m of "£240m" and the M of "240 M€"."""
    word = toks[i].text
    if word in t.scales:
        return t.scales[word]
    if t.collectives.get(word, 0) >= 1000 and i + 1 < len(toks) and toks[i + 1].text in OF:  # "4.1 billions of euros"
        return t.collectives[word]
    money = i + 1 < len(toks) and (toks[i + 1].kind == "money" or (toks[i + 1].text,) in t.currencies)
    if (scaled and toks[i].start == toks[i - 1].end) or money:
        return _ATTACHED.get(word)
    return None


def _spoken(toks: list[Token], i: int, t: Tables) -> Number | None:
    """A number in words: units add, scales multiply."""
    total = current = 0.0
    k = i
    while k < len(toks):
        word = toks[k].text
        if k > i and (word == "-" or (word in t.join and current >= 20)):
            following = toks[k + 1].text if k + 1 < len(toks) else ""
            if following not in t.words and not (word == "-" and following in t.scales):
                break
        elif word in t.collectives:
            current = (current or 1.0) * t.collectives[word]
            k, current = _of_many(toks, k, current, t)
        elif word in t.words:
            if k > i and not _adds(current, t.words[word]):
                break
            fourscore = current % 100 == 4 and t.words[word] == 20  # quatre-vingts, cent quatre-vingts
            current += 76 if fourscore else t.words[word]
        elif word in t.scales:
            if t.scales[word] == 100:
                current = (current or 1.0) * 100
            else:
                total, current = total + (current or 1.0) * t.scales[word], 0.0
        else:
            break
        k += 1
    while k > i and toks[k - 1].kind != "word":
        k -= 1
    if k == i:
        return _half(toks, i, t)
    return None if _not_counted(toks, i, k, t) else Number(total + current, total + current, i, k - 1, digits=False)


def _adds(current: float, unit: float) -> bool:
    """Whether a unit goes on the number so far: "vingt deux", "cent douze", but not "deux, trois" or "neuf six"."""
    rest = current % 100
    if rest == 4 and unit == 20:  # quatre-vingts, cent quatre-vingts
        return True
    return rest == 0 or (rest >= 20 and rest % 10 == 0 and unit < 20) or (rest == 10 and 7 <= unit <= 9)


def _of_many(toks: list[Token], k: int, current: float, t: Tables) -> tuple[int, float]:
    """A collective of a scale: "une dizaine de milliers", "tens of thousands"."""
    if k + 2 < len(toks) and toks[k + 1].text in OF:
        scale = t.collectives.get(toks[k + 2].text) or t.scales.get(toks[k + 2].text) or 0
        if scale >= 100:
            return k + 2, current * scale
    return k, current


def _half(toks: list[Token], i: int, t: Tables) -> Number | None:
    """Half of a scale: "half a million", "meio milhão"."""
    if t.fractions.get(toks[i].text) == 0.5:
        for k in range(i + 1, min(i + 3, len(toks))):
            scale = t.scales.get(toks[k].text) or t.collectives.get(toks[k].text)
            if scale:
                return Number(scale / 2, scale / 2, i, k, digits=False)
    return None


def _not_counted(toks: list[Token], i: int, k: int, t: Tables) -> bool:
    """A lone "un" or "one" is an article, unless it counts the dead, the hurt or persons."""
    if k != i + 1 or t.words.get(toks[i].text) != 1:
        return False
    return t.concepts.get((toks[k].text if k < len(toks) else "",)) not in _COUNTABLE
