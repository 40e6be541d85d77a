"""Quantities: numbers with what they count, in the figures and words of a language.

A number ("10.000", "1,28 million", "douze", "half a million") is read with its neighbours: a bound before or after it
("quelque", "at least"), a scale, a currency or a counted noun behind it, a second number that makes it a range or a
change. Counted things have language-neutral names where the pack knows them (death, injury, person, soldier, km), else
the stem of the noun. Years come with unit "year", clock times with "clock" (hours since midnight), results with
"score", percentages and fractions with "%". Days of the month, ordinals, phone numbers and ids are no quantities.
"""

from __future__ import annotations

from functools import lru_cache

from monitor.core.model import Quantity
from monitor.core.pack import Pack
from monitor.core.text.clocks import Found, clock, seconds, spoken_clock
from monitor.core.text.figures import CODES, MONEY, OF, Tables, Token, tables, tokenise
from monitor.core.text.linked import FoundQuantity, inherit_unit, share_unit
from monitor.core.text.shares import ratio, share
from monitor.core.text.spoken import Number, read_number
from monitor.core.text.words import fold, stem


def quantities(text: str, pack: Pack) -> list[FoundQuantity]:
    """Every quantity of a text, in order, without overlaps. No quantity crosses a line's end."""
    t = tables(pack)
    found: list[FoundQuantity] = []
    at = 0
    for line in text.split("\n"):
        if line and t.starter.search(fold(line)):
            found += [FoundQuantity(q.start + at, q.end + at, q.quantity) for q in _in_line(line, t)]
        at += len(line) + 1
    return found


@lru_cache(maxsize=4096)
def _in_line(text: str, t: Tables) -> tuple[FoundQuantity, ...]:
    """The quantities of a line; copies bring the same lines again."""
    toks = tokenise(text, 0, len(text))
    found: list[FoundQuantity] = []
    go_on = 0
    for i in [i for i, x in enumerate(toks) if x[2] != "mark" and (x[2] != "word" or x[3] in t.starts)]:
        if i < go_on:
            continue
        results, go_on = _read(toks, i, t)
        for quantity, first, last in results:
            if quantity.unit:
                share_unit(text, found, toks[first].start, quantity.unit)
            elif inherited := inherit_unit(text, found, toks, first, last, t):
                quantity = Quantity(quantity.low, quantity.high, inherited, quantity.bound)
            begin = toks[first].start
            if found and begin < found[-1].end:
                begin = found[-1].end
            if begin < toks[last].end:
                found.append(FoundQuantity(begin, toks[last].end, quantity))
    return tuple(found)


def _read(toks: list[Token], i: int, t: Tables) -> tuple[list[Found], int]:
    """The quantities that begin at token i, and the token to go on at."""
    tok = toks[i]
    if tok.kind == "clock":
        return clock(toks, i)
    if tok.kind in ("date", "id", "ordinal", "percent"):
        return [], i + 1
    if tok.kind == "lap":
        return [(Quantity(run := seconds(tok.text), run, "second"), i, i)], i + 1
    bound, first = _bound_before(toks, i, t)
    if part := share(toks, i, t):
        unit, value = part[0]
        return [(Quantity(value, value, unit, bound or ("about" if unit == "%" else "")), first, part[1])], part[1] + 1
    money, start = _money_before(toks, i), i
    if tok.kind == "money":
        i += 1
    number = read_number(toks, i, t, scaled=money is not None) if tok.kind != "money" or money else None
    if number is None and t.words.get(tok.text) == 1:
        number = Number(1, 1, i, i, digits=False)  # "one in ten"; else an article
        if in_all := ratio(toks, number, t):
            return [(Quantity(in_all[0], in_all[0], "%", bound), first, in_all[1])], in_all[1] + 1
        return [], start + 1
    if number is None:
        return [], start + 1
    if in_all := ratio(toks, number, t):
        return [(Quantity(in_all[0], in_all[0], "%", bound), first, in_all[1])], in_all[1] + 1
    second = _second(toks, number, first, t)
    if second is not None:
        return _two(toks, number, second, first, bound, money, t)
    one = _with_unit(toks, number, first, bound, money, t)
    return ([one] if one else []), max(number.last, one[2] if one else _skip(toks, number, t)) + 1


def _money_before(toks: list[Token], i: int) -> str | None:
    """The currency that stands before a figure: "€6.4bn", "EUR 4"."""
    if toks[i].kind == "money":
        return MONEY[toks[i].text] if i + 1 < len(toks) and toks[i + 1].kind == "number" else None
    if i and toks[i].kind == "number" and toks[i - 1].text in CODES:
        return CODES[toks[i - 1].text]
    return None


def _two(
    toks: list[Token], number: Number, second: Number, first: int, bound: str, money: str | None, t: Tables
) -> tuple[list[Found], int]:  # fmt: skip
    """A range is one quantity, a change two: "passé de 12 à 17 morts"."""
    if second.high < 0:
        target = Number(second.low, second.low, second.first, second.last, second.digits)
        to = _with_unit(toks, target, second.first, "", money, t)
        if to is None:
            return [], second.last + 1
        low, high = _aligned(toks, number, second, t)
        if not high / 10 <= low <= high * 10:  # "de 900 à 1,2 million": no scale is shared
            low = number.low
        return [(Quantity(low, low, to[0].unit, bound), first, number.last), to], to[2] + 1
    low, high = _aligned(toks, number, second, t)
    if first > 0 and toks[first - 1].text in t.between:
        first -= 1
    whole = Number(min(low, high), max(low, high), number.first, second.last, number.digits)
    one = _with_unit(toks, whole, first, bound, money, t)
    if one and one[0].unit is None and toks[number.last + 1].kind == "mark":  # "6-1"
        if whole.high > 99 or not number.digits:
            return [], second.last + 1
        one = (Quantity(whole.low, whole.high, "score"), one[1], second.last)
    return ([one] if one else []), max(second.last, one[2] if one else 0) + 1


def _bound_before(toks: list[Token], i: int, t: Tables) -> tuple[str, int]:
    """The bound that stands right before token i, and its first token."""
    for length in (4, 3, 2, 1):
        if i >= length:
            words = tuple(x.text for x in toks[i - length : i])
            if words in t.bounds:
                return t.bounds[words], i - length
    if i >= 2 and toks[i - 1].text in ("une", "un", "a", "some", "les", "des", "the", "la", "l"):
        bound, first = _bound_before(toks, i - 1, t)
        return (bound, first) if bound else ("", i)
    return "", i


def _bound_after(toks: list[Token], i: int, t: Tables) -> str:
    """A bound right behind token i ("140 blessés au moins", "1.400 litres environ")."""
    for length in (3, 2, 1):
        bound = t.after.get(tuple(x.text for x in toks[i + 1 : i + 1 + length]))
        if bound:
            return bound
    return ""


_FROM = OF | {"from", "da", "del", "dal"}


def _second(toks: list[Token], number: Number, first: int, t: Tables) -> Number | None:
    """The second number of a range or a change. A change has a negative `high`: see `_read`."""
    k = number.last + 1
    if k >= len(toks):
        return None
    word = toks[k].text
    before = toks[first - 1].text if first else ""
    dash = word in "-–" and toks[k].kind == "mark"
    if dash and toks[k].start != toks[k - 1].end:
        return None
    paired = word in t.conjunction and before in t.between
    if not (word in t.to or paired):
        return None
    if k + 1 < len(toks) and toks[k + 1].kind == "money":
        k += 1
    other = read_number(toks, k + 1, t)
    if other is None or (dash and not other.digits):
        return None
    if not dash and not paired and before in _FROM and _changes(toks, first, t):
        return Number(other.low, -1.0, other.first, other.last, other.digits)
    if not dash and other.low < number.low:
        return None
    return other


def _changes(toks: list[Token], first: int, t: Tables) -> bool:
    """Whether a verb of change stands within a few words before ("est passé de", "rose from")."""
    return any(x.text.startswith(t.change) for x in toks[max(0, first - 8) : first]) if t.change else False


def _aligned(toks: list[Token], number: Number, second: Number, t: Tables) -> tuple[float, float]:
    """Both ends of a range in one scale: "de 11 à 12 millions", "2-3 milliards"."""
    low, high = number.low, abs(second.low)
    if number.first == number.last and toks[second.last].text in t.scales and second.last > second.first:
        low *= t.scales[toks[second.last].text]
    return low, high


def _skip(toks: list[Token], number: Number, t: Tables) -> int:
    """The last token of what turned out to be a day of the month."""
    k = number.last + 1
    return k if k < len(toks) and toks[k].text in t.months else number.last


def _with_unit(
    toks: list[Token], n: Number, first: int, bound: str, money: str | None, t: Tables
) -> Found | None:  # fmt: skip
    """The number with what it counts, None where it is a day of the month."""
    k = n.last + 1
    before = toks[n.first - 1].text if n.first else ""
    if money:
        return Quantity(n.low, n.high, money, bound), first, n.last
    if priced := _percent_or_money(toks, n, first, bound, t):
        return priced
    if n.digits and n.low == n.high:
        if n.low <= 31 and (before in t.months or _month_follows(toks, k, t) or _listed_day(toks, n, t)):
            return None
        if when := spoken_clock(toks, n, before, t) or _year(toks, n, before, t):
            return when
    if before in t.labels and (n.digits or t.labels[before] != "number"):
        return Quantity(n.low, n.high, t.labels[before], bound), n.first - 1, n.last
    half, k = _and_a_half(toks, n, n.last, t)  # "two and a half years"
    n = Number(half.low, half.high, n.first, k, n.digits)
    unit, last = _counted(toks, n, before, t)
    if _no_count(toks, n, unit, last, t):
        return None
    n, last = _and_a_half(toks, n, last, t)
    if unit is None:  # "injuring 19"
        unit = next((concept for beginning, concept in t.fates if before.startswith(beginning)), None)
    if unit is None and (before in t.compares or before in t.against):
        fate = _fate(toks, first, last, t)  # "dont trois sont mortes"
        unit = None if fate == "person" else fate
    if unit == "person":
        unit = _fate(toks, first, last, t)
    bound = bound or _bound_after(toks, last, t)
    if unit is None and n.digits and 1 < n.low < 111 and _age(toks, n):
        unit = "year"
    return Quantity(n.low, n.high, unit, bound), first, max(n.last, last)


def _percent_or_money(toks: list[Token], n: Number, first: int, bound: str, t: Tables) -> Found | None:
    """What stands behind a number as a percent sign or a currency."""
    k = n.last + 1
    for at in (k, k + 1) if k < len(toks) and toks[k].text in OF else (k,):
        for length in (2, 1):
            words = tuple(x.text for x in toks[at : at + length])
            if words in t.percent and at == k:
                return Quantity(n.low, n.high, "%", bound), first, at + len(words) - 1
            if words in t.currencies:
                return Quantity(n.low, n.high, t.currencies[words], bound), first, at + len(words) - 1
        if at < len(toks) and toks[at].kind == "money":
            return Quantity(n.low, n.high, MONEY[toks[at].text], bound), first, at
    return None


def _counted(toks: list[Token], n: Number, before: str, t: Tables) -> tuple[str | None, int]:
    """What a number counts and the last token of it; "78 voix contre 61" counts the second by the first."""
    following = toks[n.last + 1] if n.last + 1 < len(toks) else None
    bare = following is None or following.kind != "word" or following.text in t.stop
    if n.first >= 2 and before in t.against and bare:
        return t.concepts.get((toks[n.first - 2].text,)), n.last
    return _noun(toks, n.last + 1, t, many=n.high >= 2)


_EACH = frozenset({"autre", "autres", "another", "next", "other", "otro", "otra", "altro", "altra", "outro", "outra"})


def _no_count(toks: list[Token], n: Number, unit: str | None, last: int, t: Tables) -> bool:
    """Whether a number word counts nothing: "d'une personne à l'autre", "reconnaître entre mille", "numéro deux"."""
    if n.digits:
        return False
    if n.low == 1 and any(x.text in _EACH for x in toks[last + 2 : last + 4]) and toks[last + 1].text in ("a", "to"):
        return True
    if unit is None and n.first and toks[n.first - 1].text in t.labels:
        return True
    if unit is None and toks[n.first].capital and n.first and toks[n.first - 1].kind == "word":
        return True  # "Channel Nine", "les Vingt-Sept"
    return unit is None and n.first == n.last and toks[n.first].text in t.scales


_HALVES = frozenset({"moitie", "half", "mitad", "meta", "metade", "halfte"})


def _and_a_half(toks: list[Token], n: Number, last: int, t: Tables) -> tuple[Number, int]:
    """The number with the half behind its noun: "six ans et demi", "a year and a half"."""
    k = max(n.last, last) + 1
    if k + 1 >= len(toks) or toks[k].text not in t.conjunction:
        return n, last
    k += 2 if toks[k + 1].text in t.articles and k + 2 < len(toks) else 1
    of = k + 1 < len(toks) and toks[k + 1].text in OF
    if t.fractions.get(toks[k].text) != 0.5 or (of and toks[k].text in _HALVES):  # "et la moitié des"
        return n, last
    half = t.scales.get(toks[n.last].text, 1.0) / 2
    return Number(n.low + half, n.high + half, n.first, n.last, n.digits), k


def _listed_day(toks: list[Token], n: Number, t: Tables) -> bool:
    """Whether a number is one of several days: "les 19 et 20 juillet", "July 19 and 20"."""
    links = t.conjunction | t.to | {"au"}
    a, b = n.first - 1, n.last + 1
    if b + 2 < len(toks) and toks[b].text in links and toks[b + 1].kind == "number":
        return _month_follows(toks, b + 2, t)
    return a > 1 and toks[a].text in links and toks[a - 1].kind == "number" and toks[a - 2].text in t.months


def _month_follows(toks: list[Token], k: int, t: Tables) -> bool:
    """E.g. "3 mars", "15. Januar", "29 de enero"."""
    if k + 1 < len(toks) and toks[k].text in (".", "de"):
        k += 1
    return k < len(toks) and toks[k].text in t.months


def _year(toks: list[Token], n: Number, before: str, t: Tables) -> Found | None:
    """A figure such as 2018 where it counts nothing."""
    if not (1900 <= n.low <= 2100 and n.low == int(n.low) and len(toks[n.first].text) == 4):
        return None
    following = toks[n.last + 1] if n.last + 1 < len(toks) else None
    alone = before in t.months or following is None or following.kind != "word" or following.text in t.stop
    if not alone and ((following.text,) in t.concepts or before not in t.stop):  # type: ignore[union-attr]
        return None
    return Quantity(n.low, n.low, "year"), n.first, n.last


def _age(toks: list[Token], n: Number) -> bool:
    """E.g. "Gulnara Mamatova, 52, said": a number between commas after a name."""
    a, b = n.first - 1, n.last + 1
    return a > 0 and toks[a].text == "," and toks[a - 1].capital and b < len(toks) and toks[b].text in ",."


def _noun(toks: list[Token], k: int, t: Tables, *, many: bool) -> tuple[str | None, int]:
    """What is counted from token k on: a concept's name, else the stem of the noun; and its last token.

    Of `many` the noun is in the plural, where the language shows it: "two see" and "sept naviguent" count nothing, and
    "140 seized devices" are devices.
    """
    start = k - 1
    if k < len(toks) and toks[k].text in OF and k + 1 < len(toks):
        k += 1
        k += toks[k].text in t.determiners
    glued = k < len(toks) and toks[k].text == "-" and k + 1 < len(toks) and toks[k + 1].start == toks[k].end
    k += glued  # "6.1-magnitude", "90-seat"
    many = many and not glued and t.plural is not None
    reach = 0
    noun: tuple[str, int] | None = None
    nation = False
    while k + reach < len(toks) and reach < 4:
        tok = toks[k + reach]
        if tok.kind != "word" or (tok.text in t.stop and tok.text not in t.modifiers) or tok.text in t.words:
            break
        here = k + reach
        for length in (3, 2, 1):
            if concept := t.concepts.get(tuple(x.text for x in toks[here : here + length])):
                return concept, min(here + length, len(toks)) - 1
        if tok.text in t.labels:
            return t.labels[tok.text], k + reach
        plural = not many or t.is_plural(tok.text) or (t.noun_first and tok.capital)
        if tok.capital and tok.text in t.nations and noun is None:
            joined = here + 2 < len(toks) and toks[here + 1].text == "-" and toks[here + 2].capital
            noun, nation = ("person", here + 2 if joined else here), True
        elif (
            plural and tok.text not in t.modifiers and (len(tok.text) > 2 or t.is_abbreviation(tok.text))
            and (noun is None or (nation and many))
        ):  # fmt: skip
            noun, nation = (stem(tok.text, t.code), k + reach), False
        if (t.noun_first and tok.text not in t.modifiers) or (many and noun and not nation):
            break
        reach += 1
    return noun or (None, start)


_FATE_REACH = 6  # words


def _fate(toks: list[Token], first: int, last: int, t: Tables) -> str:
    """What befell counted persons, if the clause says so: "12 personnes ont été tuées" are deaths."""
    after: list[str] = []
    for x in toks[last + 1 : last + 1 + _FATE_REACH]:
        if x.kind in ("mark", "number") or x.text in t.conjunction:
            break
        after.append(x.text)
    before: list[str] = []
    for x in reversed(toks[max(0, first - 3) : first]):
        if x.kind in ("mark", "number"):
            break
        before.append(x.text)
    for word in [*before[:2], *after]:
        for beginning, concept in t.fates:
            if word.startswith(beginning):
                return concept
    return "person"
