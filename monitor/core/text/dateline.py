"""Datelines and rubrics: what may stand before the first word of a report.

"VALENCE, 3 mars 2026 (AFP) - ", "BRUXELLES 18/03 (BELGA) = ", "Madrid, 2 feb (EFE).- ", "(ANSA) - BOLZANO, 26 GEN - ",
"LJUBLJANA, Slovenia (AP) — ", "Kolbnitz (APA/dpa) - ", "Bruxelles, Belgique | AFP | jeudi 17/10/2024 - ", "MALS. ".
A dateline without an agency counts only where its place is one: written with a country, known to the tables, or named
again in the report. Else it is a rubric ("FOCUS - ", "VIDÉO — ").
"""

from __future__ import annotations

import re
from datetime import date, datetime

from monitor.core.pack import Pack
from monitor.core.text.credits import agencies, canonical_agency
from monitor.core.text.dates import dates
from monitor.core.text.document import Dateline
from monitor.core.text.names import known_place
from monitor.core.text.words import fold

_HEAD = 160  # characters a dateline may take; the longest of 300 in the development corpora takes 72
_U = "A-ZÀ-ÖØ-ÞŒŠŽČĆĐĀ-Ż"
_SEPARATOR = r"(?:\s*[-–—=]+(?=\s|$)|\s*\.\s?[-–—]+|:(?=\s))\s*"
_WITH_AGENCY = re.compile(
    rf"(?P<head>[{_U}][^()!?«»“”\"\n]{{1,70}}?(?:\([^()]{{2,30}}\)[^()!?«»“”\"]{{0,30}}?)?)?\s*"
    rf"\((?P<agency>[^()\d]{{2,25}})\)(?P<end>{_SEPARATOR}|\.\s+)"
)
_PIPES = re.compile(
    r"(?:date [\d\-]+ )?(?P<head>[^|]{2,60}?)\s*\|\s*(?P<agency>[\w \-]{2,20}?)\s*\|\s*"
    r"(?P<day>[^|\-–—]{4,40}?)\s*[-–—]\s+"
)
_PARENTHESIS = re.compile(rf"\((?P<agency>[A-Z][A-Za-z ]{{1,20}})\)\s+(?=[{_U}«“\"])")
_BARE = re.compile(rf"(?P<agency>AFP|Reuters|ATS|Belga|BELGA|dpa|EFE|ANSA|AP|Lusa|APA)(?:{_SEPARATOR}|, (?=[{_U}]))")
_UPPER = re.compile(
    rf"(?P<head>[{_U}][{_U}'’.\-/ ]{{2,40}}(?:\([^()]{{2,30}}\))?(?:, [^!?«»“”\"().]{{2,30}}?)?)"
    r"(?P<end>\s[-–—|]{1,2}\s+|\s?\.[-–—]\s*)"
)
_TOWN = re.compile(rf"(?P<head>[{_U}][\w'’\-]+(?:[ /][{_U}][\w'’\-]+){{0,2}})\.\s+(?=[{_U}«“„\"])")
_RUBRIC = re.compile(
    rf"(?P<head>[{_U}][{_U}'’/&\- ]{{2,40}}|[^\W\d_][^.!?:—–|]{{1,30}}?)"
    r"(?:\s[-–—|]\s+|\s?\.[-–—]\s*|\.\s+|\s:\s)"
)


def find_dateline(text: str, rest: str, pack: Pack, when: datetime) -> tuple[Dateline, int] | None:
    """The dateline a line begins with and its length, or None. `rest` is where a bare place may be named again."""
    head = text[:_HEAD]
    for pattern in (_WITH_AGENCY, _PIPES, _BARE):
        m = pattern.match(head)
        if m and (agency := canonical_agency(m.group("agency"), pack)):
            groups = m.groupdict()
            place = groups.get("head") or ""
            if (groups.get("end") or "").strip() == "." and not _capitalised(place):
                continue
            length = m.end()
            if not place and (inner := _UPPER.match(head, length)):  # "(ANSA) - BOLZANO, 26 GEN - "
                place, length = inner.group("head"), inner.end()
            day = _day(f"{place} {groups.get('day') or ''}", pack, when)
            return Dateline(_place(place, pack, when), agency, day), length
    named = _PARENTHESIS.match(head)  # "(CNN) In a major show of defiance"
    if named and any(c.start == 1 for c in agencies(named.group().rstrip(), pack)):
        return Dateline(None, canonical_agency(named.group("agency"), pack), None), named.end()
    m = _UPPER.match(head) or (_TOWN.match(head) if pack.code == "de" else None)
    if m and _is_place(m.group("head"), rest, pack):
        place = m.group("head")
        return Dateline(_place(place, pack, when), None, _day(place, pack, when)), m.end()
    return None


def find_rubric(text: str, pack: Pack) -> int:
    """The length of a rubric a line begins with ("FOCUS - ", "EXCLUSIVA. "), 0 where there is none."""
    m = _RUBRIC.match(text[:80])
    if not m or m.end() >= len(text):
        return 0
    head = m.group("head")
    listed = fold(head).strip() in {fold(w) for w in pack.words("clean", "rubrics")}
    dashed = text[m.end("head") : m.end()].strip()[:1] in ("-", "–", "—", "|")
    return m.end() if listed or (dashed and head.isupper() and len(head) > 4) else 0


def _capitalised(text: str) -> bool:
    return all(w[0].isupper() or not w[0].isalpha() for w in re.split(r"[\s/]+", text.strip()) if w)


def _is_place(head: str, rest: str, pack: Pack) -> bool:
    """Whether a head without an agency names a place."""
    town, _, country = head.partition(",")
    town = town.strip()
    parts = [p.strip() for p in re.split(r"[/(]", town) if p.strip(" )")]
    if country and known_place(country.strip(), pack):
        return True
    if any(known_place(p.strip(" )"), pack) for p in parts):
        return True
    written = parts[0].title() if parts else ""
    return len(written) > 3 and written in rest


def _place(head: str, pack: Pack, when: datetime) -> str | None:
    """The place of a dateline's head: what stands before its date."""
    found = dates(head, pack, when)
    if found:
        head = head[: found[0].start]
    head = re.split(r",?\s+\d", head)[0]
    return head.strip(" ,.") or None


def _day(text: str, pack: Pack, when: datetime) -> date | None:
    """The day of a dateline, in figures or words."""
    numeric = re.search(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}))?\b", text)
    if numeric:
        try:
            return date(int(numeric[3] or when.year), int(numeric[2]), int(numeric[1]))
        except ValueError:
            return None
    found = dates(text, pack, when)
    return found[0].first if found and found[0].first == found[0].last else None
