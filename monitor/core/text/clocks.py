"""Times of day and times that were run: "04H30", "at 4:30 p.m.", "à 22 heures", "4:01.37"."""

from __future__ import annotations

from monitor.core.model import Quantity
from monitor.core.text.figures import Tables, Token
from monitor.core.text.spoken import Number

Found = tuple[Quantity, int, int]  # quantity, first token, last token


def seconds(text: str) -> float:
    """The seconds of a time that was run: "4:01.37", "2:05:37"."""
    total = 0.0
    for part in text.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return round(total, 3)


def clock(toks: list[Token], i: int) -> tuple[list[Found], int]:
    """A clock time: hours since midnight."""
    text = toks[i].text.replace("h", ":").replace(" ", "")
    hours, minutes = (int(x) for x in text.split(":"))
    last = i
    if i + 1 < len(toks) and toks[i + 1].text.rstrip(".") in ("a.m", "p.m", "am", "pm"):
        last = i + 1
        hours += 12 if toks[last].text[0] == "p" and hours < 12 else 0
    if hours > 24 or minutes > 59:
        return [], i + 1
    at = hours + minutes / 60
    return [(Quantity(at, at, "clock"), i, last)], last + 1


_DAYTIMES = {("in", "the", part) for part in ("morning", "afternoon", "evening")}  # "at 4.40 in the morning"


def spoken_clock(toks: list[Token], n: Number, before: str, t: Tables) -> Found | None:
    """A time in words: "à 22 heures", "at 5 p.m.", "8 Uhr", where "22 heures" alone is a duration."""
    following = toks[n.last + 1] if n.last + 1 < len(toks) else None
    figure = toks[n.first].text
    if n.low > 24 and len(figure) != 4:
        return None
    if before in t.at and t.code in ("it", "de") and len(figure) <= 5 and figure[-3:-2] == "." and figure[-2:] < "60":
        hours = int(figure[:-3]) + int(figure[-2:]) / 60
        return Quantity(hours, hours, "clock"), n.first, n.last
    daytime = tuple(x.text for x in toks[n.last + 1 : n.last + 4])
    if t.code == "en" and figure[-3:-2] == "." and figure[-2:] < "60" and daytime in _DAYTIMES:
        hours = int(figure[:-3]) + int(figure[-2:]) / 60 + (12 if daytime[2] != "morning" else 0)
        return Quantity(hours, hours, "clock"), n.first, n.last
    if following is None or following.kind != "word":
        return None
    if following.text in ("gmt", "utc") and len(figure) == 4 and figure.isdigit() and figure < "2400":  # "by 0730 GMT"
        return Quantity(at := int(figure[:2]) + int(figure[2:]) / 60, at, "clock"), n.first, n.last
    if n.low > 24:
        return None
    word = following.text.rstrip(".")
    if word in ("a.m", "p.m", "am", "pm"):
        whole, _, minutes = figure.partition(".")
        hours = int(whole) + int(minutes) / 60 if n.digits and len(minutes) == 2 else n.low
        hours += 12 if word[0] == "p" and hours < 12 else 0
        return Quantity(hours, hours, "clock"), n.first, n.last + 1
    if following.text in t.clock and (before in t.at or following.text in ("uhr", "h")):
        return Quantity(n.low, n.low, "clock"), n.first, n.last + 1
    return None
