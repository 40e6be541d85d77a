"""When the feed's own text will do and when the page must be fetched. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.core.model import Reason

# A teaser says so: an ellipsis at the end, "[...]", or an invitation to read on.
_CUT = re.compile(
    r"(?ix) (\.\.\.|…|\[(…|\.\.\.|&hellip;)\]|\((…|\.\.\.)\)"
    r"| (read|continue|see)\s+(more|on|reading|the\s+full\s+(story|article))\W*"
    r"| (lire|voir)\s+(la\s+suite|plus|l['’]article(\s+(complet|entier))?)\W* | en\s+savoir\s+plus\W*"
    r"| (weiterlesen|mehr\s+lesen|leer\s+m[aá]s|continua\s+a\s+leggere|ler\s+mais)\W* ) \s* $"
)


@dataclass(frozen=True, slots=True)
class PageChoice:
    """`fetch`: the page is needed. The reason says why, or why not."""

    fetch: bool
    reason: Reason


def needs_page(text: str, is_summary: bool, url: str | None, least: int = 500) -> PageChoice:
    """Whether the feed's text (plain) of an entry is too little. `least` counts characters of text.

    Measured 2026-11-20: of 1,535 summaries of a French daily's feeds the longest has 411 characters (median 162), of
    3,500 press articles 5% have fewer than 500. Erring towards a page costs one request; erring towards the summary
    costs the article's claims.
    """
    facts = {"characters": len(text)}
    if not url:
        return PageChoice(False, Reason("page-no-address", facts))
    if not text.strip():
        return PageChoice(True, Reason("page-no-text", facts))
    if len(text) < least:
        return PageChoice(True, Reason("page-short", {**facts, "least": least}))
    if _CUT.search(text[-200:]):
        return PageChoice(True, Reason("page-cut", facts))
    if is_summary and len(text) < 2 * least:
        return PageChoice(True, Reason("page-summary", {**facts, "least": 2 * least}))
    return PageChoice(False, Reason("page-not-needed", facts))
