"""Which copy group an article joins: that of the likeliest copy, if enough of the group's members are copies too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from monitor.core.matching.compare import wording
from monitor.core.matching.copies import CopyRule, Overlap, overlap
from monitor.core.matching.view import decode
from monitor.core.model import Filed, Reading
from monitor.core.window import Window

GROUP = 8  # members of a copy group that a further copy is held against
SUPPORT = 0.6  # what the members have to say for the article on average (`CopyRule.support`)
LOOKED_AT = 0.10  # sampled share of wording from which a candidate's overlap is worked out
SMALL_SAMPLE = 12  # texts too short to be sampled


def copy_of(
    reading: Reading, candidates: Sequence[Filed], window: Window, rule: CopyRule
) -> tuple[Filed, Overlap] | None:
    """The article whose copy group this one joins, with their overlap, or None.

    The group's first members have to speak for it: being a copy is not transitive where desks splice two dispatches,
    and a group must not chain through such a piece.
    """
    if not candidates:
        return None
    view, outlet = decode(reading.view), reading.submission.outlet
    views = [decode(c.view) for c in candidates]
    likely = wording(view, views) >= LOOKED_AT if view.sample.size >= SMALL_SAMPLE else np.ones(len(views), dtype=bool)
    digest_here = reading.fingerprint.bands["text"][0]
    found: dict[int, Overlap] = {}
    groups: dict[str, list[Filed]] = defaultdict(list)
    for c, v, wanted in zip(candidates, views, likely.tolist(), strict=True):
        if wanted or c.text_digest == digest_here or v.sample.size < SMALL_SAMPLE:
            found[c.number] = overlap(view, v)
            if rule.holds(found[c.number], c.outlet == outlet):
                groups[c.copy_group].append(c)
    best: tuple[float, int] = (0.0, 0)
    choice: tuple[Filed, Overlap] | None = None
    for name, fit in groups.items():
        members = [m for m in window.group(name, GROUP) if m.key != reading.submission.key]
        said = [rule.support(found.get(m.number) or overlap(view, decode(m.view)), m.outlet == outlet) for m in members]
        support = sum(said) / len(said) if said else 1.0
        nearest = max(fit, key=lambda c: (found[c.number].jaccard + found[c.number].containment, -c.number))
        o = found[nearest.number]
        rank = (o.jaccard + o.containment + support, -nearest.number)
        if support >= SUPPORT and rank > best:
            best, choice = rank, (nearest, o)
    return choice
