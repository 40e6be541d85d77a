"""Who is whose source: which article an article derives from, how, and which independent origin it stands for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from monitor.core.matching.compare import compare, dampening, hits
from monitor.core.matching.view import View, decode
from monitor.core.model import Filed, Reading, Relation


def relation_of(
    reading: Reading, view: View, members: Sequence[Filed], copy: Filed | None, founded: bool
) -> tuple[Filed | None, Relation]:
    """The main source among the story's members, and what the article is to it."""
    if copy is not None:
        return copy, Relation.COPY
    if founded or not members:
        return None, Relation.ORIGINAL

    views = [decode(m.view) for m in members]
    h = hits(view, views)
    table = compare(view, views, h, dampening(view, h, np.zeros(len(views), dtype=np.intp)))
    best = members[int(np.argmax(table[:, 0] + table[:, 1]))]
    hours = (reading.submission.when - best.when).total_seconds() / 3600
    if best.language != view.language:
        return best, Relation.TRANSLATION
    return best, Relation.FOLLOW_UP if hours > 24 else Relation.REWRITE


def origin_of(reading: Reading, derives: Filed | None) -> str:
    """The independent source: the agency credited, else the source's origin, else the outlet itself."""
    strong = [c for c in reading.document.credits if c.kind != "cited"]
    if strong:
        return f"agency:{strong[0].agency}"
    if derives is not None:
        return derives.origin
    return f"outlet:{reading.submission.via or reading.submission.outlet}"
