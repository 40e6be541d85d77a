"""Numbers that borrow what they count from a neighbour.

In a list the last number names it ("24, 31 et 37 ans", "onze des 14 analystes"); a number that is set against another
counts the same ("12 personnes, et non onze", "48 votes, from 61", "2.100 manifestants, contre 5.000 la veille").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.core.model import Quantity
from monitor.core.text.figures import Tables, Token

_LISTED = re.compile(
    r",? (?:et |and |y |e |und )?|, | of (?:the |its |their |these )?| des | de (?:ses|leurs|ces) | sur les "
)
_FAR = 140  # characters between a number and the one that it is set against
_NEVER = frozenset({"year", "clock", "score", "number", "level"})
_PARTITIVE = 4  # tokens between "en" and its number: "en voyait encore 7.000"


@dataclass(frozen=True, slots=True)
class FoundQuantity:
    """`text[start:end]` says `quantity`, bound and unit included in the span."""

    start: int
    end: int
    quantity: Quantity


def share_unit(text: str, found: list[FoundQuantity], at: int, unit: str) -> None:
    """Name what the numbers of a list count that ends at `at`: it stands behind the last ("24, 31 et 37 ans")."""
    for i in range(len(found) - 1, -1, -1):
        q = found[i].quantity
        if q.unit is not None or not _LISTED.fullmatch(text, found[i].end, at):
            return
        found[i] = FoundQuantity(found[i].start, found[i].end, Quantity(q.low, q.high, unit, q.bound))
        at = found[i].start


def inherit_unit(
    text: str, found: list[FoundQuantity], toks: list[Token], first: int, last: int, t: Tables
) -> str | None:  # fmt: skip
    """The unit of the number before, where the number first..last stands bare and is set against it."""
    if not found or not first or toks[first].start - found[-1].end > _FAR:
        return None
    following = toks[last + 1] if last + 1 < len(toks) else None
    bare = following is None or following.kind != "word" or following.text in t.stop or following.text in t.prepositions
    if not bare and not following.text.endswith(("ly", "ment")):  # type: ignore[union-attr]
        return None
    prior = found[-1]
    if len(found) > 1 and text[prior.start - 1 : prior.start] == "(":  # "610 million euros ($715 million), up from 740"
        prior = found[-2]
    unit = prior.quantity.unit
    if unit is None or unit in _NEVER or ". " in text[found[-1].end : toks[first].start]:
        return None
    before = toks[first - 1].text
    partitive = t.code == "fr" and any(x.text == "en" for x in toks[max(0, first - _PARTITIVE) : first - 1])
    of_them = following is not None and following.text in ("d", "of") and last + 2 < len(toks) and (
        toks[last + 2].text in ("entre", "them", "whom")
    )  # fmt: skip
    return unit if before in t.against or before in t.compares or partitive or of_them else None
