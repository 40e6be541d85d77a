"""Dates named in a text, resolved against the time of publication. Tables only: no parser in the hot path.

A date is a span of days: one day for "jeudi" or "October 23", seven for "last week", a month for "en juin". Days and
months without a year are the nearest ones. A weekday is the nearest past one, unless its sentence looks ahead
("will vote on Friday", "jeudi prochain") or it is at most two days off in the future and five in the past.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from monitor.core.pack import Pack
from monitor.core.text.words import fold


@dataclass(frozen=True, slots=True)
class FoundDate:
    """`text[start:end]` names the days first..last."""

    start: int
    end: int
    first: date
    last: date


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    pattern: re.Pattern[str]
    starts: frozenset[str]  # first words of everything the pattern matches, folded; else it begins with a digit
    months: dict[str, int]
    weekdays: dict[str, int]
    relative: dict[str, int]
    counts: dict[str, int]
    next: frozenset[str]
    last: frozenset[str]
    units: dict[str, int]  # days of a "day", "week", "month", "year"
    ahead: re.Pattern[str]
    said: re.Pattern[str]


_RUN = re.compile(r"\w+")
_fold = lru_cache(maxsize=65_536)(fold)
_ACCENTS = {"a": "aàáâãä", "e": "eèéêë", "i": "iìíîï", "o": "oòóôõö", "u": "uùúûü", "c": "cç", "n": "nñ"}


def _union(words: list[str]) -> str:
    """Alternatives, longest first, with and without their accents."""
    return "|".join(
        "".join(
            f"[{_ACCENTS[c]}]" if c in _ACCENTS else "['’]" if c == "'" else r"\s" if c in "_ " else re.escape(c)
            for c in fold(w)
        )
        for w in sorted(set(words), key=len, reverse=True)
    ) or "(?!)"  # fmt: skip


@cache
def _tables(pack: Pack) -> _Tables:
    def indexed(name: str) -> dict[str, int]:
        return {fold(w): i for i, entry in enumerate(pack.words("dates", name)) for w in entry.split()}

    def listed(name: str) -> list[str]:
        return [w for entry in pack.words("dates", name) for w in entry.split()]

    months, weekdays = indexed("months"), indexed("weekdays")
    relative = {fold(k): int(v) for k, v in pack.table("dates", "relative").items()}
    units = {fold(w): n for name, n in (("day", 1), ("week", 7), ("month", 30), ("year", 365)) for w in listed(name)}
    counts = {
        fold(w): int(v) for v, ws in pack.table("numbers", "units").items() if 0 < int(v) < 32 for w in ws.split()
    } | dict.fromkeys(listed("one"), 1)
    month, weekday, near = _union(list(months)), _union(list(weekdays)), _union(listed("next") + listed("last"))
    unit = _union(listed("week") + listed("month") + listed("year"))
    span = _union(list(units))
    count = rf"\d{{1,2}}|{_union(list(counts))}"
    of = r"(?:\s+(?:de|d['’]|of))?"
    year = r"(?:(?:\s+(?:de|del))?,?\s+(?P<year{}>(?:19|20)\d\d)\b)?"
    ago = _union(listed("ago"))
    links = (*pack.words("numbers", "and"), *pack.words("numbers", "to"), "au")
    link = _union([w for entry in links for w in entry.split()])
    full = _union([entry.split()[0] for entry in pack.words("dates", "months")])  # "des sept" is no month
    body = "|".join((
        (rf"(?:(?P<day0>\d{{1,2}})(?:er|st|nd|rd|th)?(?:\s+(?:{link})\s+(?:le\s+)?|\s?[-–]\s?))?"
         rf"(?P<day>\d{{1,2}})(?:er|\.|st|nd|rd|th|º|°)?{of}\s+(?P<month>{month})\b\.?{year.format('')}"),
        (rf"(?P<month2>{month})\b\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*[%:.,]\d)"
         rf"(?:(?:\s+(?:{link})\s+|[-–])(?P<day9>\d{{1,2}})\b(?!\s*[%:.,]\d|\s+[^\W\d]))?{year.format('2')}"),
        r"(?P<day3>\d{1,2})[/.](?P<month3>\d{1,2})[/.](?P<year3>(?:19|20)\d\d)\b",
        r"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b",
        rf"(?P<month4>{month})\b\.?\s+(?:(?:de|del)\s+)?(?P<year4>(?:19|20)\d\d)\b",
        (rf"(?:{_union(listed('in_month'))})[\s-]+(?P<month5>{full})\b\.?(?!\s+\d{{1,2}}\b)"
         rf"(?:\s+(?:(?:de|del)\s+)?(?P<year5>(?:19|20)\d\d)\b|\s+(?P<near5>{near})\b)?"),
        rf"(?P<near2>{near})\s+(?P<weekday2>{weekday})\b",
        rf"(?P<weekday>{weekday})\b(?!\s+\d{{1,2}}\b)(?:\s+(?P<near>{near})\b)?",
        rf"(?P<unit>{unit})\s+(?P<near3>{near})\b|(?P<near4>{near})\s+(?P<unit2>{unit})\b",
        rf"(?:{_union(listed('ago_before'))})\s+(?P<count>{count})\s+(?P<span>{span})\b",
        rf"(?P<count2>{count})\s+(?P<span2>{span})\s+(?:{ago})\b",
        rf"(?:(?P<near6>{near})\s+)?(?P<weekend>{_union(listed('weekend'))})\b(?:\s+(?P<near7>{near})\b)?",
        rf"(?P<relative>{_union(list(relative))})\b",
    ))  # fmt: skip
    first = "".join(sorted({c for w in (*months, *weekdays, *relative, *counts, *units, *map(fold, listed("next")),
                                        *map(fold, listed("last")), *map(fold, listed("in_month")),
                                        *map(fold, listed("ago_before")), *listed("weekend"))
                            for c in w[:1]}))  # fmt: skip
    letters = "".join(_ACCENTS.get(c, c) for c in first)
    openings = (*months, *weekdays, *relative, *counts, *units, *listed("next"), *listed("last"),
                *listed("in_month"), *listed("ago_before"), *listed("weekend"))  # fmt: skip
    return _Tables(
        pattern=re.compile(rf"(?<!\w)(?=[\d{re.escape(letters)}])(?:{body})", re.IGNORECASE),
        starts=frozenset(m.group() for w in openings if (m := _RUN.match(fold(w).replace("_", " ")))),
        months={k: v + 1 for k, v in months.items()}, weekdays=weekdays, relative=relative, counts=counts,
        next=frozenset(map(fold, listed("next"))), last=frozenset(map(fold, listed("last"))), units=units,
        ahead=re.compile("|".join(pack.words("dates", "ahead")) or "(?!)"),
        said=re.compile("(?:" + ("|".join(pack.words("dates", "said")) or "(?!)") + r")\W*$"),
    )  # fmt: skip


def dates(text: str, pack: Pack, when: datetime) -> list[FoundDate]:
    """Every date of a text, in order."""
    if not pack.words("dates", "months"):
        return []
    t, today = _tables(pack), when.date()
    out: list[FoundDate] = []
    end = 0
    for word in _RUN.finditer(text):
        written = word[0]
        if word.start() < end or not (written[0].isdigit() or _fold(written) in t.starts):
            continue
        m = t.pattern.match(text, word.start())
        if m is None:
            continue
        end = m.end()
        try:
            found = _resolve(text, m, t, today)
        except (ValueError, OverflowError):
            continue
        if found:
            out.append(FoundDate(m.start(), m.end(), *found))
    return out


def _resolve(text: str, m: re.Match[str], t: _Tables, today: date) -> tuple[date, date] | None:
    g = m.groupdict()
    if g["iso"]:
        day = date.fromisoformat(g["iso"])
    elif g["day3"]:
        day = date(int(g["year3"]), int(g["month3"]), int(g["day3"]))
    elif g["day"] or g["day2"]:
        month = t.months[fold(g["month"] or g["month2"])]
        day = _month_day(month, int(g["day"] or g["day2"]), g["year"] or g["year2"], today)
        if other := g["day0"] or g["day9"]:  # "les 19 et 20 juillet", "July 19-20"
            days = sorted((day, day.replace(day=int(other))))
            return days[0], days[1]
    elif g["month4"] or g["month5"]:
        return _in_month(g, t, today)
    elif g["weekday"] or g["weekday2"]:
        near = fold(g["near"] or g["near2"] or "")
        day = _weekday(text, m, t.weekdays[fold(g["weekday"] or g["weekday2"])], near, t, today)
    elif g["weekend"]:
        return _weekend(fold(g["near6"] or g["near7"] or ""), t, today)
    elif g["unit"] or g["unit2"]:
        return _period(t.units[fold(g["unit"] or g["unit2"])], fold(g["near3"] or g["near4"]) in t.next, today)
    elif g["count"] or g["count2"]:
        written = fold(g["count"] or g["count2"])
        back = (int(written) if written.isdigit() else t.counts[written]) * t.units[fold(g["span"] or g["span2"])]
        slack = timedelta(days=0 if back < 7 else min(back // 7, 60))
        return today - timedelta(days=back) - slack, today - timedelta(days=back) + slack
    else:
        day = today + timedelta(days=t.relative[fold(g["relative"])])
    return day, day


def _in_month(g: dict[str, str | None], t: _Tables, today: date) -> tuple[date, date]:
    """A whole month: of the year given, else the nearest one that is not far ahead."""
    month = t.months[fold(g["month4"] or g["month5"] or "")]
    if year := g["year4"] or g["year5"]:
        return _month(int(year), month)
    if fold(g["near5"] or "") in t.next:
        return _month(today.year + (month <= today.month), month)
    candidates = [_month(y, month) for y in (today.year - 1, today.year, today.year + 1)]
    return min(candidates, key=lambda c: abs((c[0] + timedelta(days=14) - today).days))


def _month(year: int, month: int) -> tuple[date, date]:
    following = date(year + (month == 12), month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def _month_day(month: int, day: int, year: str | None, today: date) -> date:
    """The day of that name nearest to today, unless the year is given."""
    if year:
        return date(int(year), month, day)
    found = []
    for y in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(date(y, month, day))
        except ValueError:
            continue
    return min(found, key=lambda d: abs((d - today).days))


def _weekday(text: str, m: re.Match[str], weekday: int, near: str, t: _Tables, today: date) -> date:
    back = (today.weekday() - weekday) % 7
    ahead = (weekday - today.weekday()) % 7
    if near in t.next:
        return today + timedelta(days=ahead or 7)
    if near in t.last:
        return today - timedelta(days=back or 7)
    if back:
        before = fold(text[max(0, m.start() - 70) : m.start()])
        if back == 1:  # yesterday, unless its own clause looks ahead
            clause = before[max(before.rfind(x) for x in ",.;:") + 1 :]
            return today + timedelta(days=6) if t.ahead.search(clause) and not t.said.search(before[-30:]) else (
                today - timedelta(days=1))  # fmt: skip
        if not t.said.search(before[-30:]):
            around = before.rpartition(". ")[2] + fold(text[m.start() : m.end() + 40]).partition(". ")[0]
            if t.ahead.search(around):
                return today + timedelta(days=ahead)
    return today - timedelta(days=back) if back <= 4 else today + timedelta(days=ahead)


def _weekend(near: str, t: _Tables, today: date) -> tuple[date, date]:
    """Saturday and Sunday: from Monday to Wednesday those past, later those that come or are there."""
    saturday = today + timedelta(days=5 - today.weekday())
    if near in t.last or (not near and today.weekday() < 3):
        saturday -= timedelta(days=7)
    elif near in t.next and today.weekday() >= 5:
        saturday += timedelta(days=7)
    return saturday, saturday + timedelta(days=1)


def _period(days: int, ahead: bool, today: date) -> tuple[date, date]:
    """Last or next week, month or year, as a calendar has it."""
    if days == 7:
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 if ahead else -7)
        return monday, monday + timedelta(days=6)
    if days == 30:
        months = today.year * 12 + today.month - 1 + (1 if ahead else -1)
        return _month(months // 12, months % 12 + 1)
    year = today.year + (1 if ahead else -1)
    return date(year, 1, 1), date(year, 12, 31)
