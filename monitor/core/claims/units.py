"""Cutting an article into units: one assertion each, each a verbatim span of the text that came in."""

from __future__ import annotations

from monitor.core.claims import features
from monitor.core.model import ClaimFields, Submission, Unit
from monitor.core.pack import Pack
from monitor.core.text.document import Document

_QUOTES = "\"«»“”"
_MIN_WORDS = 4


def cut(document: Document, submission: Submission, pack: Pack) -> tuple[Unit, ...]:
    """Units of the body sentences that are not background, in the order of the text."""
    units = []
    for n, s in enumerate(document.sentences):
        text = submission.text[s.start : s.end]
        if s.background or len(text.split()) < _MIN_WORDS:
            continue
        found = features.build(text, document.language)
        rank = min(1.0, 0.3 + 0.1 * len(found.numbers) + 0.02 * len(found.stems))
        kind = "quote" if any(q in text for q in _QUOTES) else "clause"
        units.append(
            Unit(s.start, s.end, text, n, kind, ClaimFields(predicate=found.stems[:8]), rank, features.encode(found))
        )
    return tuple(units)
