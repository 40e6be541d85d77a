"""Parts of a whole: "deux tiers", "a third of", "neuf sur dix", "one in five", "trois quarts d'heure"."""

from __future__ import annotations

from monitor.core.text.figures import OF, Tables, Token
from monitor.core.text.spoken import Number, read_number

_WHOLES = frozenset({*range(2, 11), 12, 15, 20, 25, 50, 100, 1000})
_TIMES = frozenset({"second", "minute", "hour"})
_MEASURES = _TIMES | {"day", "week", "month", "year", "km", "m", "point"}
_HEURE = frozenset({"heure", "hora", "ora"})


def share(toks: list[Token], i: int, t: Tables) -> tuple[tuple[str, float], int] | None:
    """A fraction that begins at token i: (unit, value) and its last token. Of a time it is that much of it."""
    k, times = i, 1.0
    if toks[i].kind != "word" or i + 1 >= len(toks):
        return None
    if toks[i].text in t.words and 0 < t.words[toks[i].text] < 10:
        times, k = t.words[toks[i].text], i + 1
        if toks[k].text == "-" and k + 1 < len(toks):
            k += 1
    part = t.fractions.get(toks[k].text)
    if part is None or times * part >= 1:
        return None
    following = toks[k + 1].text if k + 1 < len(toks) else ""
    article = i > 0 and toks[i - 1].text in t.articles
    if following not in OF or (k == i and not article and part != 0.5):
        return None
    whole = toks[k + 2].text if k + 2 < len(toks) else ""
    if (unit := t.concepts.get((whole,))) in _TIMES:
        return (str(unit), round(times * part, 2)), k + 2
    if whole in _HEURE or whole in ("finale", "million", "siecle"):
        return None
    return ("%", round(100 * times * part, 1)), k


def ratio(toks: list[Token], number: Number, t: Tables) -> tuple[float, int] | None:
    """So many percent, and the last token, where a number is of so many: "un Français sur trois", "one in ten"."""
    for k in range(number.last + 1, min(number.last + 4, len(toks) - 1)):
        word = toks[k].text
        length = 2 if (word, toks[k + 1].text) in t.out_of else 1 if (word,) in t.out_of else 0
        if not length:
            if toks[k].kind != "word" or word in t.stop:
                return None
            continue
        whole = read_number(toks, k + length, t)
        if whole is None or whole.low not in _WHOLES or not 0 < number.low < whole.low or number.low % 1:
            return None
        if t.code == "en" and length == 1 and ((number.low != 1 and whole.low != 10) or number.digits):
            return None
        after = toks[whole.last + 1 : whole.last + 3]
        counted = {t.concepts.get((x.text,)) for x in after}
        if counted & _MEASURES or any(x.kind in ("percent", "money") for x in after[:1]):
            return None
        return round(100 * number.low / whole.low, 1), whole.last
    return None
