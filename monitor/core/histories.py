"""A claim's history, worked out from its mentions in one story: who had it first, what it became, who echoed it.

A claim is told with its history as one thread: mentions of the claim itself, and of the claims that update, deny or
confirm it (they have ids of their own and point at it through `relation`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from monitor.core.archive import ArticleRecord, MentionRecord
from monitor.core.model import Quantity, Reason, Status
from monitor.core.showing import one_line, safe_url

GAP = 4  # characters, a comma and blanks, that may lie between clauses told in one piece
ENDS = frozenset('.!?…»”"')  # what ends a sentence or a quote
SILENT = frozenset({Status.ECHO, Status.LAGGED})


@dataclass(frozen=True, slots=True)
class StepView:
    """One mention of a claim that was more than an echo."""

    mention: int
    claim: str
    article: str
    outlet: str
    title: str
    url: str | None
    language: str
    when: datetime
    first_seen: datetime
    status: Status
    start: int  # of the text in its article
    text: str  # verbatim
    speaker: str | None
    chain: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    reason: Reason
    relation: str | None
    lag: timedelta  # after the claim's first mention
    fresh: bool  # seen since the time the reader asked for


@dataclass(frozen=True, slots=True)
class BlockView:
    """Verdicts of one article that are told under one head; `first` stands for the head."""

    steps: tuple[StepView, ...]

    @property
    def first(self) -> StepView:
        return self.steps[0]


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure a claim took, with who gave it first."""

    quantity: Quantity
    outlet: str
    when: datetime
    mention: int


@dataclass(frozen=True, slots=True)
class EchoView:
    """An outlet that only repeated a claim, at its first time."""

    outlet: str
    article: str
    url: str | None
    when: datetime
    lag: timedelta
    status: Status
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim with its history. `first` is the mention that had it first; `steps` holds it and all that moved it."""

    id: str
    text: str
    language: str
    speaker: str | None
    chain: tuple[str, ...]
    rank: float
    first: StepView
    steps: tuple[StepView, ...]
    figures: tuple[FigureView, ...]
    echoes: tuple[EchoView, ...]  # one for each other outlet
    echo_count: int  # mentions
    outlets: int  # that carry it in any form
    runner_up: EchoView | StepView | None  # who had it next, of another outlet

    @property
    def fresh(self) -> bool:
        return any(s.fresh for s in self.steps)

    @property
    def moved(self) -> bool:
        """Somebody else took it up, changed it or denied it."""
        return len(self.steps) > 1 or bool(self.echoes)

    @property
    def statuses(self) -> tuple[Status, ...]:
        """What happened to it, each once, in the order of `Status`."""
        seen = {s.status for s in self.steps}
        return tuple(s for s in Status if s in seen)


def claim_views(articles: Sequence[ArticleRecord], since: datetime | None, floor: float) -> tuple[ClaimView, ...]:
    """The claims of a story's articles (as published), the earliest first; those ranked under `floor` left out."""
    said = [(a, m) for a in articles for m in a.mentions]
    roots = _threads([m for _, m in said])
    threads: dict[str, list[tuple[ArticleRecord, MentionRecord]]] = defaultdict(list)
    for a, m in said:
        threads[roots[m.claim]].append((a, m))
    views = [_claim(root, pairs, since) for root, pairs in threads.items()]
    shown = [v for v in views if v is not None and v.rank >= floor]
    return tuple(sorted(shown, key=lambda v: (v.first.when, v.first.mention)))


def _threads(mentions: Sequence[MentionRecord]) -> dict[str, str]:
    """For each claim the claim its thread starts with: follow "updates:X", "denies:X", "confirms:X" to the root."""
    known = {m.claim for m in mentions}
    parent: dict[str, str] = {}
    for m in mentions:
        _, _, target = (m.relation or "").partition(":")
        if target in known and target != m.claim:
            parent.setdefault(m.claim, target)
    roots: dict[str, str] = {}
    for claim in known:
        path = [claim]
        while (up := parent.get(path[-1])) is not None and up not in path:
            path.append(up)
        roots[claim] = path[-1] if parent.get(path[-1]) not in path else min(path)
    return roots


def _claim(root: str, pairs: Sequence[tuple[ArticleRecord, MentionRecord]], since: datetime | None) -> ClaimView | None:
    ordered = sorted(pairs, key=lambda p: (p[0].when, p[0].key, p[1].start))
    own = [p for p in ordered if p[1].claim == root] or ordered
    first_a, first_m = next((p for p in own if p[1].status not in SILENT), own[0])
    start = first_a.when
    moved = [(a, m) for a, m in ordered if m.status not in SILENT or m.id == first_m.id]
    steps = [_step(a, m, start, since) for a, m in moved]
    silent = [(a, m) for a, m in ordered if m.status in SILENT and m.id != first_m.id]
    echoes = _echoes([(a, m) for a, m in silent if a.outlet != first_a.outlet], start)
    others: list[EchoView | StepView] = [*steps, *echoes]
    rest = [s for s in others if s.outlet != one_line(first_a.outlet) and s.when >= start]
    return ClaimView(
        id=root,
        text=first_m.text,
        language=first_a.language,
        speaker=first_m.fields.speaker,
        chain=first_m.fields.chain,
        rank=max(m.rank for _, m in ordered),
        first=_step(first_a, first_m, start, since),
        steps=tuple(steps),
        figures=_figures(first_m, moved),
        echoes=tuple(echoes),
        echo_count=len(silent),
        outlets=len({a.outlet for a, _ in ordered}),
        runner_up=min(rest, key=lambda s: s.when, default=None),
    )


def _step(a: ArticleRecord, m: MentionRecord, start: datetime, since: datetime | None) -> StepView:
    alerting = m.status not in SILENT
    return StepView(
        mention=m.id,
        claim=m.claim,
        article=a.key,
        outlet=one_line(a.outlet),
        title=one_line(a.title),
        url=safe_url(a.url),
        language=a.language,
        when=a.when,
        first_seen=a.first_seen,
        status=m.status,
        start=m.start,
        text=m.text,
        speaker=m.fields.speaker,
        chain=m.fields.chain,
        quantities=m.fields.quantities,
        reason=m.reason,
        relation=m.relation,
        lag=a.when - start,
        fresh=alerting and (since is None or a.first_seen >= since),
    )


def _echoes(pairs: Sequence[tuple[ArticleRecord, MentionRecord]], start: datetime) -> list[EchoView]:
    by_outlet: dict[str, EchoView] = {}
    for a, m in pairs:
        outlet = one_line(a.outlet)
        if outlet not in by_outlet:
            by_outlet[outlet] = EchoView(
                outlet, a.key, safe_url(a.url), a.when, a.when - start, m.status, m.text, a.language
            )
    return list(by_outlet.values())


def _figures(first: MentionRecord, pairs: Sequence[tuple[ArticleRecord, MentionRecord]]) -> tuple[FigureView, ...]:
    """Each figure the claim took, once, as first given, in order. One figure alone is no history: then none.

    A mention may hold other figures too (a date, another count): those of the first mention's units count, or the only
    one of an update, which may name its unit otherwise.
    """
    units = {q.unit for q in first.fields.quantities}
    seen: dict[tuple[float, float, str], FigureView] = {}
    for a, m in pairs:
        fitting = [q for q in m.fields.quantities if q.unit in units]
        if not fitting and m.status is Status.UPDATE and len(m.fields.quantities) == 1:
            fitting = list(m.fields.quantities)
        for q in fitting:
            seen.setdefault((q.low, q.high, q.bound), FigureView(q, one_line(a.outlet), a.when, m.id))
    return tuple(seen.values()) if len(seen) > 1 and len(units) == 1 else ()


def blocks(steps: Iterable[StepView], texts: Mapping[str, str]) -> tuple[BlockView, ...]:
    """Consecutive verdicts of one article, taken together. `texts` holds the articles' texts by key.

    A sentence is cut into several claims; where neighbours of one sentence are all new and one speaker's, they are
    told in one piece, as the article has them.
    """
    return tuple(
        BlockView(tuple(_pieces(list(g), texts.get(article, "")))) for article, g in groupby(steps, lambda s: s.article)
    )


def _pieces(steps: Sequence[StepView], text: str) -> Iterator[StepView]:
    piece: StepView | None = None
    for step in sorted(steps, key=lambda s: s.start):
        one = joined(piece, step, text) if piece is not None else None
        if piece is not None and one is None:
            yield piece
        piece = one or step
    if piece is not None:
        yield piece


def joined(a: StepView, b: StepView, text: str) -> StepView | None:
    """The two in one: the same words under one verdict, or new neighbours in one sentence by one speaker."""
    if (a.status, a.start, a.text) == (b.status, b.start, b.text):
        return a  # one sentence may make two claims
    plain = a.status is b.status is Status.NEW and (a.reason.code, a.speaker) == (b.reason.code, b.speaker)
    end = a.start + len(a.text)
    between = text[end : b.start]
    if not plain or b.start < end or len(between) > GAP or not text.startswith(a.text, a.start):
        return None
    if any(c.isalnum() or c == "\n" for c in between) or (a.text + between).rstrip()[-1:] in ENDS:
        return None
    return replace(a, text=text[a.start : b.start + len(b.text)])
