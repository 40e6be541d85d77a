"""Reasons, statuses, ages and lists in plain French and English.

Two rules. Every sentence a reader meets is made here, from a named code and its facts, so that a decision and its
words never drift apart. And nothing here can fail: an unknown code, a missing or an odd fact still gives a readable
line.

A sentence of `core.phrases` is a pattern: `{fact}` is the fact's text, `{fact|filter}` the fact in another form
(`FILTERS`), `[ ... ]` a part that is left out when one of its facts is missing or empty, and `{n#one#many}` one of
two words by number. French patterns are typed with ordinary spaces; the no-break ones that French asks for before
: ; ! ? » and after « are put in once, when the pattern is read. A fact's own text is never touched: it is somebody's
words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import Any

from monitor.core.model import Reason, Relation, Status
from monitor.core.phrases import PHRASES, WORDS

LANGUAGES = ("en", "fr")
NBSP, NARROW = "\u00a0", "\u202f"
MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc."),
}


def _lang(language: str) -> str:
    return "fr" if language.lower().startswith("fr") else "en"


def french_spaces(text: str) -> str:
    """The no-break spaces of French typography, where ordinary spaces were typed. Idempotent."""
    text = re.sub(r"[ \u00a0](?=[;!?])", NARROW, text)
    text = re.sub(r" (?=[:»])", NBSP, text)
    return text.replace("« ", "«" + NBSP)


def word(key: str, language: str = "en") -> str:
    """A word or short phrase of the interface; the key itself where it is unknown."""
    pair = WORDS.get(key)
    if pair is None:
        return key
    return french_spaces(pair[1]) if _lang(language) == "fr" else pair[0]


def status_word(status: Status | str, language: str = "en") -> str:
    """A verdict as a reader says it: "new", "update", "denial"..."""
    return word(f"status.{status}", language) if f"status.{status}" in WORDS else str(status)


def relation_word(relation: Relation | str, language: str = "en") -> str:
    """A relation as a reader says it: "copy", "rewrite", "translation"..."""
    return word(f"relation.{relation}", language) if f"relation.{relation}" in WORDS else str(relation)


def origin_word(origin: str, language: str = "en") -> str:
    """An origin by name: "agency:AFP" gives "AFP", "outlet:Le Monde" gives "Le Monde (own reporting)"."""
    kind, _, name = origin.partition(":")
    if kind == "outlet" and name:
        return f"{name} ({word('own reporting', language)})"
    return name or origin


def number(value: float, language: str = "en") -> str:
    """A number with the language's separators: 10,000 / 10 000 (narrow no-break); at most three decimals."""
    if not math.isfinite(value):
        return str(value)
    text = f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    if _lang(language) == "fr":
        text = text.replace(",", NARROW).replace(".", ",")
    return text


def listing(items: Iterable[Any], language: str = "en", limit: int | None = None) -> str:
    """Join as speech does: "A", "A and B", "A, B and C" / "A, B et C"; past `limit` "A, B and 3 more"."""
    names = [str(i) for i in items]
    if limit is not None and len(names) > limit:
        more = "more" if _lang(language) == "en" else "autres" if len(names) - limit > 1 else "autre"
        names = [*names[:limit], f"{len(names) - limit} {more}"]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {'et' if _lang(language) == 'fr' else 'and'} {names[-1]}"


def age(span: timedelta | float, language: str = "en") -> str:
    """A length of time a reader can say: "4 min", "3 h", "3 h 20", "2 days". Seconds or a timedelta; sign ignored."""
    seconds = abs(span.total_seconds() if isinstance(span, timedelta) else float(span))
    fr = _lang(language) == "fr"
    if seconds < 60:
        return "moins d’une minute" if fr else "less than a minute"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        tail = f"{NBSP}{rest:02d}" if rest and hours < 10 else ""
        return f"{hours}{NBSP}h{tail}"
    days = round(seconds / 86400)
    return f"{days}{NBSP}{'jours' if fr else 'days'}"


def earlier(span: timedelta | float, language: str = "en") -> str:
    """How much before: "3 h earlier" / "3 h plus tôt"."""
    return f"{age(span, language)} {'plus tôt' if _lang(language) == 'fr' else 'earlier'}"


def later(span: timedelta | float, language: str = "en") -> str:
    """How much after: "3 h later" / "3 h plus tard"."""
    return f"{age(span, language)} {'plus tard' if _lang(language) == 'fr' else 'later'}"


def moment(when: datetime, language: str = "en", zone: tzinfo = UTC, now: datetime | None = None) -> str:
    """A time of day with its date: "20 Nov 2026, 11:21" / "20 nov. 2026, 11 h 21"; the year left out in `now`'s."""
    t = when.astimezone(zone)
    lang = _lang(language)
    day = "1er" if lang == "fr" and t.day == 1 else str(t.day)
    year = "" if now is not None and now.astimezone(zone).year == t.year else f" {t.year}"
    return f"{day}{NBSP}{MONTHS[lang][t.month - 1]}{year}, {clock(when, language, zone)}"


def clock(when: datetime, language: str = "en", zone: tzinfo = UTC) -> str:
    """The time of day alone: "11:21" / "11 h 21"."""
    t = when.astimezone(zone)
    return f"{t.hour}{NBSP}h{NBSP}{t.minute:02d}" if _lang(language) == "fr" else f"{t.hour:02d}:{t.minute:02d}"


def counted(n: int, one: str, many: str, language: str = "en") -> str:
    """A number and its noun: "1 outlet", "14 outlets"; French counts 0 as one."""
    return f"{number(n, language)} {one if _is_one(n, language) else many}"


def count_of(n: int, noun: str, language: str = "en") -> str:
    """A counted noun of the interface: `count_of(3, "outlet", "fr")` -> "3 médias"."""
    return counted(n, word(f"one.{noun}", language), word(f"many.{noun}", language), language)


def _is_one(n: float, language: str) -> bool:
    return abs(n) < 2 if _lang(language) == "fr" else n == 1


# --- patterns -------------------------------------------------------------------------------------------------------


def _text(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return word("yes" if value else "no", language)
    if isinstance(value, int | float):
        return number(value, language)
    if isinstance(value, list | tuple | set | frozenset):
        return listing((_text(v, language) for v in value), language, limit=6)
    return str(value)


def quoted(text: str, language: str = "en") -> str:
    """Words in the language's quotation marks; French ones inside French ones would not be told apart."""
    return f"«{NBSP}{text}{NBSP}»" if _lang(language) == "fr" and "«" not in text else f"“{text}”"


def _seconds(value: Any) -> float:
    return float(value) if isinstance(value, int | float | str) else 0.0


def _quotes(value: Any, language: str) -> str:
    items = value if isinstance(value, list | tuple) else [value]
    return listing((quoted(str(v), language) for v in items), language, limit=4)


def _day(value: Any, language: str) -> str:
    items = value if isinstance(value, list | tuple) else [value]
    return listing((_one_day(str(v), language) for v in items), language, limit=4)


def _one_day(value: str, language: str) -> str:
    try:
        t = datetime.fromisoformat(value)
    except ValueError:
        return value
    lang = _lang(language)
    return f"{'1er' if lang == 'fr' and t.day == 1 else t.day}{NBSP}{MONTHS[lang][t.month - 1]} {t.year}"


def _moment_of(value: Any, language: str) -> str:
    try:
        when = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return moment(when if when.tzinfo else when.replace(tzinfo=UTC), language)


_FIGURE = re.compile(r"(-?\d+(?:\.\d+)?(?:e\+?\d+)?)(?:-(\d+(?:\.\d+)?(?:e\+?\d+)?))?(?: (.+))?")


def _figures(value: Any, language: str) -> str:
    """Figures as the deciders give them: "10000 soldier", "4.5 %", "2000-12000", "9.5 cloc" (a time of day).

    Units are stems, nobody's words: only percent and currencies are shown.
    """
    items = value if isinstance(value, list | tuple) else [value]
    return listing(dict.fromkeys(_one_figure(str(v), language) for v in items), language, limit=6)


def _one_figure(text: str, language: str) -> str:
    parts = _FIGURE.fullmatch(text)
    if parts is None:
        return text
    low, high, unit = float(parts[1]), parts[2], parts[3] or ""
    if unit == "cloc" and not high:
        return clock(datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=round(low * 60)), language)
    if not unit and not high and low.is_integer() and 1900 <= low < 2100:
        return parts[1]  # a year: no separator
    shown = " – ".join(
        number(int(x) if x.is_integer() else x, language) for x in (low, float(high or low))[: 1 + bool(high)]
    )
    if unit == "%":
        return f"{shown}{NBSP if language == 'fr' else ''}%"
    return f"{shown}{NBSP}{unit}" if re.fullmatch("[A-Z]{3}", unit) else shown


FILTERS: Mapping[str, Callable[[Any, str], str]] = {
    "age": lambda v, lang: age(_seconds(v), lang),
    "hours": lambda v, lang: age(_seconds(v) * 3600, lang),
    "days": lambda v, lang: age(_seconds(v) * 86400, lang),
    "earlier": lambda v, lang: earlier(_seconds(v), lang),
    "later": lambda v, lang: later(_seconds(v), lang),
    "percent": lambda v, lang: f"{round(_seconds(v) * 100)}{NBSP if lang == 'fr' else ''}%",
    "score": lambda v, lang: number(round(_seconds(v), 2), lang),
    "quote": _quotes,
    "day": _day,
    "origin": lambda v, lang: listing(
        (origin_word(str(x), lang) for x in (v if isinstance(v, list | tuple) else [v])), lang, limit=6
    ),
    "status": lambda v, lang: listing(
        (status_word(str(x), lang) for x in (v if isinstance(v, list | tuple) else [v])), lang
    ),
    "relation": lambda v, lang: relation_word(str(v), lang),
    "language": lambda v, lang: word(f"language.{v}", lang) if f"language.{v}" in WORDS else str(v),
    "word": lambda v, lang: listing((word(str(x), lang) for x in (v if isinstance(v, list | tuple) else [v])), lang),
    "moment": _moment_of,
    "figures": _figures,
    "mute": lambda _v, _lang: "",  # asks for the fact without telling it
}


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    filter: str | None
    forms: tuple[str, str] | None  # {n#one#many}


@dataclass(frozen=True, slots=True)
class _Part:
    pieces: tuple[str | _Slot, ...]
    optional: bool


_PART = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
_SLOT = re.compile(r"\{(\w+)(?:\|(\w+))?(?:#([^#{}]*)#([^#{}]*))?\}")


@cache
def _compiled(pattern: str, french: bool) -> tuple[_Part, ...]:
    if french:
        pattern = french_spaces(pattern)
    return tuple(
        _Part(tuple(_pieces(m[1] if m[1] is not None else m[2])), optional=m[1] is not None)
        for m in _PART.finditer(pattern)
    )


def _pieces(text: str) -> Iterable[str | _Slot]:
    at = 0
    for m in _SLOT.finditer(text):
        if m.start() > at:
            yield text[at : m.start()]
        yield _Slot(m[1], m[2], (m[3], m[4]) if m[3] is not None else None)
        at = m.end()
    if at < len(text):
        yield text[at:]


def slots(pattern: str) -> frozenset[str]:
    """The names of the facts a pattern uses (a test holds them against what the deciders say they give)."""
    return frozenset(m[1] for m in _SLOT.finditer(pattern))


def _missing(value: Any) -> bool:
    return value is None or value is False or value == "" or (isinstance(value, list | tuple) and not value)


def _count(value: Any) -> float:
    if isinstance(value, list | tuple):
        return len(value)
    return float(value) if isinstance(value, int | float) else 0.0


def _fill(slot: _Slot, facts: Mapping[str, Any], language: str) -> str:
    value = facts.get(slot.name)
    if value is None:
        return "…"
    if slot.forms is not None:
        return slot.forms[0] if _is_one(_count(value), language) else slot.forms[1]
    render = FILTERS.get(slot.filter or "")
    try:
        return render(value, language) if render else _text(value, language)
    except (ValueError, OverflowError):
        return str(value)


def phrase(pattern: str, facts: Mapping[str, Any], language: str = "en") -> str:
    """A pattern filled with facts."""
    lang = _lang(language)
    out = []
    for part in _compiled(pattern, lang == "fr"):
        if part.optional and any(isinstance(p, _Slot) and _missing(facts.get(p.name)) for p in part.pieces):
            continue
        out += [p if isinstance(p, str) else _fill(p, facts, lang) for p in part.pieces]
    return "".join(out)


def say(reason: Reason, language: str = "en") -> str:
    """One plain sentence for a reason. An unknown code gives its own words and its facts."""
    pair = PHRASES.get(reason.code)
    if pair is not None:
        return phrase(pair[1] if _lang(language) == "fr" else pair[0], reason.facts, language)
    name = re.sub(r"[^\w]+|_", " ", reason.code).strip() or word("no reason given", language)
    given = {k: v for k, v in reason.facts.items() if not _missing(v)}
    facts = "; ".join(f"{k.replace('_', ' ')} {_text(v, language)}" for k, v in given.items())
    colon = f"{NBSP}: " if _lang(language) == "fr" else ": "
    return f"{name[:1].upper()}{name[1:]}{colon + facts if facts else ''}."
