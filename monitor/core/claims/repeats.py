"""Sentences that another article had word for word, wherever in the window it stands.

The mentions of a story are looked at up to a limit, and those of other stories not at all. A long sentence with a name
and a figure, or with a name and a quotation, is the same assertion wherever it is repeated. One without is not: each
storm has its "Nobody was hurt", each trial its "They have ten days to appeal".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import xxhash

from monitor.core.claims.features import decode
from monitor.core.claims.weigh import Told, text_key, told
from monitor.core.model import FiledMention, Unit
from monitor.core.window import Window

VIEW = "said"  # the look-up keys' name in the window
_LONG = 50  # characters
_QUOTED = 5  # words inside quotation marks
_CARRIERS = 16  # articles with one of the sentences, the newest


def keys(units: Iterable[Unit]) -> tuple[int, ...]:
    """The look-up keys of what may be told again, signed 64-bit."""
    return tuple(dict.fromkeys(_key(u.text) for u in units if telling(u)))


def telling(unit: Unit) -> bool:
    """Whether these very words are the same assertion wherever they stand."""
    if len(unit.text) < _LONG:
        return False
    f = decode(unit.features).features
    return bool(f.names) and bool(f.quantities or len(f.quote) >= _QUOTED)


def elsewhere(units: Sequence[Unit], window: Window, own: str) -> dict[str, Told]:
    """Earlier mentions of these texts in any article but `own`, by text, the first ones."""
    wanted = {text_key(u.text): u for u in units if telling(u)}
    if not wanted:
        return {}
    numbers = window.lookup(VIEW, [_key(u.text) for u in wanted.values()], _CARRIERS)
    found: dict[str, list[FiledMention]] = {}
    for article in window.filed(numbers):
        if article.key == own:
            continue
        here: dict[str, list[FiledMention]] = {}
        for mention in window.mentions_of(article):
            text = text_key(mention.text)
            if text in wanted and text not in found:
                here.setdefault(text, []).append(mention)
        found |= here
        if len(found) == len(wanted):
            break
    return {text: told(mentions)[text] for text, mentions in found.items()}


def _key(text: str) -> int:
    value = xxhash.xxh3_64_intdigest(text_key(text).encode())
    return value - (1 << 64) if value >= 1 << 63 else value
