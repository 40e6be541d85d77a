"""Which language an article is in.

Decided on the article, never on one paragraph: each paragraph votes with its length, so that an embedded post or a
cookie line in another language cannot flip it. The feed's own word is weak evidence: wrong ones occur.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from py3langid import langid

_LETTER = re.compile(r"[^\W\d_]")
_SAMPLE = 320  # characters a paragraph is read by
_PARAGRAPHS = 6


@cache
def _identifier() -> langid.LanguageIdentifier:
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


def identify(title: str, text: str, hint: str | None) -> str:
    """ISO 639-1 code, or "und" where there is nothing to read and no hint."""
    hinted = (hint or "").lower().replace("_", "-").split("-")[0]
    hinted = hinted if re.fullmatch("[a-z]{2}", hinted) else ""
    votes: dict[str, float] = defaultdict(float)
    read = 0
    for part in _sample(text) or ([title] if _LETTER.search(title) else []):
        code, sure = _identifier().classify(part)
        weight = len(part) ** 0.5
        votes[code] += weight * float(sure)
        read += len(part)
    if not votes:
        return hinted or "und"
    if hinted and read < 40:
        return hinted
    if hinted:
        votes[hinted] += 3.0
    return max(sorted(votes), key=votes.__getitem__)


def _sample(text: str) -> list[str]:
    """The beginnings of the longest paragraphs among the first ones."""
    parts = [p.strip() for p in text[:20_000].split("\n")]
    long = sorted((p for p in parts if len(p) >= 40 and _LETTER.search(p)), key=len, reverse=True)[:_PARAGRAPHS]
    return [p[:_SAMPLE] for p in long] or [p for p in (" ".join(parts)[:_SAMPLE],) if _LETTER.search(p)]
