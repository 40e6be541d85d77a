"""Dates named in a text, resolved against the time of publication. Tables only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from monitor.core.pack import Pack
from monitor.core.text.words import fold


@dataclass(frozen=True, slots=True)
class FoundDate:
    """`text[start:end]` names the days first..last."""

    start: int
    end: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Table:
    pattern: re.Pattern[str]
    months: dict[str, int]
    weekdays: dict[str, int]
    relative: dict[str, int]
    next: frozenset[str]
    last: frozenset[str]


def _words(pack: Pack, name: str) -> dict[str, int]:
    return {w: i for i, entry in enumerate(pack.words("dates", name)) for w in entry.split()}


@cache
def _table(pack: Pack) -> _Table:
    months, weekdays = _words(pack, "months"), _words(pack, "weekdays")
    relative = {k: int(v) for k, v in pack.table("dates", "relative").items()}
    near = list(_words(pack, "next")) + list(_words(pack, "last"))

    def union(words: list[str]) -> str:
        body = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) or "(?!)"
        return body.replace("'", "['’]")

    month, weekday = union(list(months)), union(list(weekdays))
    of = r"(?:\s+(?:de|d['’]|of))?"
    body = (
        rf"(?P<day>\d{{1,2}})(?:er|\.|st|nd|rd|th|º|°)?{of}\s+(?P<month>{month})\b\.?(?:(?:\s+(?:de|del))?,?\s+(?P<year>(?:19|20)\d\d)\b)?"
        rf"|(?P<month2>{month})\b\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*[%:]\d)(?:,?\s+(?P<year2>(?:19|20)\d\d)\b)?"
        rf"|(?P<day3>\d{{1,2}})[/.](?P<month3>\d{{1,2}})[/.](?P<year3>(?:19|20)\d\d)\b"
        r"|(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b"
        rf"|(?P<month4>{month})\b\.?\s+(?P<year4>(?:19|20)\d\d)\b"
        rf"|(?P<near>{union(list(_words(pack, 'next')) + list(_words(pack, 'last')))})\s+(?P<weekday2>{weekday})\b"
        rf"|(?P<weekday>{weekday})\b(?!\s+\d{{1,2}}\b)(?:\s+(?P<near2>{union(near)})\b)?"
        rf"|(?P<relative>{union(list(relative))})\b"
    )
    return _Table(
        re.compile(rf"(?<![\w])(?:{body})", re.IGNORECASE), {fold(k): v + 1 for k, v in months.items()},
        {fold(k): v for k, v in weekdays.items()}, {fold(k): v for k, v in relative.items()},
        frozenset(_words(pack, "next")), frozenset(_words(pack, "last")),
    )  # fmt: skip


def dates(text: str, pack: Pack, when: datetime) -> list[FoundDate]:
    """Every date of a text, in order. A weekday is the nearest one, the past before the future."""
    if not pack.words("dates", "months"):
        return []
    table, today = _table(pack), when.date()
    out = []
    for m in table.pattern.finditer(text):
        found = _resolve(m, table, today)
        if found:
            out.append(FoundDate(m.start(), m.end(), *found))
    return out


def _resolve(m: re.Match[str], table: _Table, today: date) -> tuple[date, date] | None:
    g = m.groupdict()
    try:
        if g["iso"]:
            day = date.fromisoformat(g["iso"])
        elif g["day3"]:
            day = date(int(g["year3"]), int(g["month3"]), int(g["day3"]))
        elif g["day"] or g["day2"]:
            day = _month_day(
                table.months[fold(g["month"] or g["month2"])], int(g["day"] or g["day2"]), g["year"] or g["year2"], today
            )
        elif g["month4"]:
            return _month(int(g["year4"]), table.months[fold(g["month4"])])
        elif g["weekday"] or g["weekday2"]:
            day = _weekday(table.weekdays[fold(g["weekday"] or g["weekday2"])], fold(g["near"] or g["near2"] or ""), table, today)
        else:
            day = today + timedelta(days=table.relative[fold(g["relative"])])
    except (ValueError, OverflowError, KeyError):
        return None
    return day, day


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


def _weekday(weekday: int, near: str, table: _Table, today: date) -> date:
    back = (today.weekday() - weekday) % 7
    if near in table.next:
        return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)
    if near in table.last:
        return today - timedelta(days=back or 7)
    return today - timedelta(days=back) if back <= 4 else today + timedelta(days=7 - back)
