"""Datelines: "VALENCE, 3 mars 2026 (AFP) - ", "BRUXELLES 18/03 (BELGA) = ", "Madrid, 2 feb (EFE).- " and their like."""

from __future__ import annotations

import re
from datetime import date, datetime

from monitor.core.pack import Pack
from monitor.core.text.credits import canonical_agency
from monitor.core.text.dates import dates
from monitor.core.text.document import Dateline

_DASH = r"(?:\s*[-–—=]+\s+|\s*\.\s?[-–—]\s*|\s*:\s+)"
_PLACE = r"[A-ZÀ-ÞŒŠŽ][\w'’.\-/ ]{1,40}?(?:\s?\([^()]{2,30}\))?(?:, [A-ZÀ-Þ][\w'’ \-]{2,30})?"
_AGENCY = r"\((?P<agency>[A-Za-z][\w/\-. ]{1,24})\)"
_FULL = re.compile(rf"(?P<place>{_PLACE})?(?P<when>,? ?[\w./ ]{{0,24}}?)?\s*{_AGENCY}{_DASH}")
_PIPES = re.compile(r"(?:date [\d\-]+ )?(?P<place>[^|]{2,60})\|\s*(?P<agency>[\w \-]{2,20})\s*\|\s*(?P<when>[^|\-–—]{4,40}?)\s*[-–—]\s+")
_UPPER = re.compile(r"(?P<place>[A-ZÀ-ÞŒŠŽ][A-ZÀ-ÞŒŠŽ'’.\-/ ]{2,40}(?:, [A-ZÀ-Þ][\w'’ \-]{2,30})?)(?:\s[-–—]\s+|\.-\s*)(?=[\w«“\"])")
_BARE = re.compile(r"(?P<agency>AFP|Reuters|ATS|Belga|dpa|EFE|ANSA|AP)\s[-–—]\s+")


def find_dateline(text: str, pack: Pack, when: datetime) -> tuple[Dateline, int] | None:
    """The dateline a line begins with and its length, or None."""
    head = text[:140]
    for pattern in (_FULL, _PIPES, _BARE, _UPPER):
        m = pattern.match(head)
        if not m:
            continue
        groups = m.groupdict()
        agency = canonical_agency(groups["agency"], pack) if groups.get("agency") else None
        if groups.get("agency") and agency is None:
            continue
        if pattern is _UPPER and _not_a_place(groups["place"], pack):
            continue
        place = (groups.get("place") or "").strip(" ,") or None
        return Dateline(place, agency, _day(m.group(), pack, when)), m.end()
    return None


def _not_a_place(text: str, pack: Pack) -> bool:
    return text.strip() in {w.upper() for w in pack.words("clean", "rubrics")}


def _day(text: str, pack: Pack, when: datetime) -> date | None:
    numeric = re.search(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}))?", text)
    if numeric:
        try:
            return date(int(numeric[3] or when.year), int(numeric[2]), int(numeric[1]))
        except ValueError:
            return None
    found = dates(text, pack, when)
    return found[0].first if found and found[0].first == found[0].last else None
