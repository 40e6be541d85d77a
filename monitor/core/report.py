"""What a report shows, worked out from the archive's records. Pure: renderers only lay these views out.

Two facts about time are kept apart everywhere: *published* is what outlets say, *first seen* is when we saw it.

A claim is shown with its history as one thread: mentions of the claim itself, and of the claims that update, deny or
confirm it (they have ids of their own and point at it through `relation`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.archive import ArticleRecord, MentionRecord, StoryRecord
from monitor.core.model import Event, Quantity, Reason, Relation, Status
from monitor.core.showing import one_line, safe_url
from monitor.core.topic import found, terms

SILENT = frozenset({Status.ECHO, Status.LAGGED})


@dataclass(frozen=True, slots=True)
class MemberView:
    """One article of a story. `of` and `of_outlet` name what it derives from; `lag` is its distance from it."""

    key: str
    outlet: str
    title: str
    url: str | None
    language: str
    published: datetime | None
    first_seen: datetime
    relation: Relation
    kind: str  # the relation, or "trim" for a copy that lost part of its text
    of: str | None
    of_outlet: str | None
    lag: timedelta | None
    origin: str
    copy_group: str
    verdict: Status
    version: int
    brought: tuple[tuple[Status, int], ...]  # how many of its claims were what, silent ones included
    reasons: tuple[Reason, ...]

    @property
    def when(self) -> datetime:
        return self.published or self.first_seen

    @property
    def silent(self) -> bool:
        """Brought nothing but echoes."""
        return self.verdict in SILENT


@dataclass(frozen=True, slots=True)
class ClusterView:
    """Articles with the same text give or take edits; the founder is the earliest published."""

    id: str
    founder: MemberView
    members: tuple[MemberView, ...]  # founder first, then as published
    origin: str


@dataclass(frozen=True, slots=True)
class OriginView:
    """An independent source inside a story, with the outlets that carry it."""

    id: str
    name: str
    agency: bool
    outlets: tuple[str, ...]
    articles: int
    first: datetime

    @property
    def followed(self) -> bool:
        """An agency, or an outlet that others carry. The rest are independent: their own reporting, theirs alone."""
        return self.agency or len(self.outlets) > 1


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
    text: str  # verbatim
    speaker: str | None
    chain: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    reason: Reason
    relation: str | None
    lag: timedelta  # after the claim's first mention
    fresh: bool  # seen since the time the reader asked for


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
    echoes: tuple[EchoView, ...]  # one for each outlet
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


@dataclass(frozen=True, slots=True)
class StoryView:
    """One story as a reader sees it."""

    id: str
    headline: str
    language: str  # of the headline
    first_published: datetime | None
    first_seen: datetime
    last_moved: datetime  # newest first-seen
    articles: int
    outlets: tuple[str, ...]
    languages: tuple[tuple[str, int], ...]  # code and number of articles, most first
    origins: tuple[OriginView, ...]
    clusters: tuple[ClusterView, ...]  # by founder's time; a text of its own is a cluster of one
    claims: tuple[ClaimView, ...]
    fresh: tuple[StepView, ...]  # what was new since the reader's time, as seen
    fresh_articles: int
    silent_articles: int  # that brought only echoes
    events: tuple[tuple[datetime, Event], ...]

    @property
    def copy_groups(self) -> int:
        """Texts that more than one article carries."""
        return sum(len(c.members) > 1 for c in self.clusters)

    @property
    def members(self) -> tuple[MemberView, ...]:
        return tuple(sorted((m for c in self.clusters for m in c.members), key=lambda m: (m.when, m.key)))

    @property
    def sources(self) -> tuple[OriginView, ...]:
        """Origins that others carry: agencies, and outlets with followers."""
        return tuple(o for o in self.origins if o.followed)

    @property
    def independent(self) -> tuple[OriginView, ...]:
        return tuple(o for o in self.origins if not o.followed)


@dataclass(frozen=True, slots=True)
class ReportView:
    """What a report holds: its stories, the most recently moved first."""

    now: datetime
    since: datetime | None
    topic: str | None
    stories: tuple[StoryView, ...]

    @property
    def articles(self) -> int:
        return sum(s.articles for s in self.stories)

    @property
    def outlets(self) -> int:
        return len({o for s in self.stories for o in s.outlets})

    @property
    def fresh(self) -> int:
        return sum(len(s.fresh) for s in self.stories)

    @property
    def silent_articles(self) -> int:
        return sum(s.silent_articles for s in self.stories)


def report_view(
    stories: Iterable[StoryRecord],
    since: datetime | None,
    now: datetime,
    topic: str | None = None,
    floor: float = 0.0,
    language: str | None = None,
) -> ReportView:
    """Stories that moved since then (all of them: None), the most recently moved first, that speak of the topic."""
    wanted = terms(topic) if topic else ()
    views = [
        story_view(s, now, since, floor, language)
        for s in stories
        if s.articles and (since is None or max(a.first_seen for a in s.articles) >= since) and about(s, wanted)
    ]
    views.sort(key=lambda v: (v.last_moved, v.id), reverse=True)
    return ReportView(now, since, topic or None, tuple(views))


def about(story: StoryRecord, wanted: Sequence[str]) -> bool:
    """True if every wanted term occurs in the story's titles, texts, claims or speakers."""
    if not wanted:
        return True
    texts = [t for a in story.articles for t in (a.title, a.text)]
    texts += [t for a in story.articles for m in a.mentions for t in (m.text, m.fields.speaker or "")]
    return len(found(wanted, texts)) == len(wanted)


def story_view(
    story: StoryRecord,
    now: datetime,
    since: datetime | None = None,
    floor: float = 0.0,
    language: str | None = None,
) -> StoryView:
    """One story. Claims ranked under `floor` are background and left out. ValueError if it has no article.

    `now` bounds what is shown: articles first seen later are not there yet (replays and tests look back in time).
    """
    articles = sorted((a for a in story.articles if a.first_seen <= now), key=lambda a: (a.when, a.key))
    if not articles:
        raise ValueError(f"story {story.id} has no article")
    by_key = {a.key: a for a in articles}
    members = [_member(a, by_key) for a in articles]
    claims = _claims(articles, since, floor)
    fresh = sorted((s for c in claims for s in c.steps if s.fresh), key=lambda s: (s.first_seen, s.mention))
    head = headline(articles, language)
    languages = Counter(a.language for a in articles)
    return StoryView(
        id=story.id,
        headline=one_line(head.title) or head.outlet,
        language=head.language,
        first_published=min((a.published for a in articles if a.published), default=None),
        first_seen=min(a.first_seen for a in articles),
        last_moved=max(a.first_seen for a in articles),
        articles=len(articles),
        outlets=tuple(dict.fromkeys(one_line(a.outlet) for a in articles)),
        languages=tuple(sorted(languages.items(), key=lambda p: (-p[1], p[0]))),
        origins=_origins(articles),
        clusters=_clusters(members),
        claims=claims,
        fresh=tuple(fresh),
        fresh_articles=sum(since is None or a.first_seen >= since for a in articles),
        silent_articles=sum(m.silent for m in members),
        events=tuple(e for e in story.events if e[0] <= now),
    )


def headline(articles: Sequence[ArticleRecord], language: str | None = None) -> ArticleRecord:
    """The article whose title stands for the story.

    Asked for in this order: the reader's language, an original rather than what derives from it, a title that is a
    sentence (not a bare "URGENT" nor a paragraph, not all capitals), the earliest.
    """

    def rank(a: ArticleRecord) -> tuple[bool, bool, bool, datetime, str]:
        title = one_line(a.title)
        sentence = len(title.split()) > 3 and len(title) <= 160 and not title.isupper()
        return (
            language is not None and a.language != language,
            not sentence,
            a.relation is not Relation.ORIGINAL,
            a.when,
            a.key,
        )

    return min(articles, key=rank)


def _member(a: ArticleRecord, by_key: Mapping[str, ArticleRecord]) -> MemberView:
    source = by_key.get(a.derives_from or "")
    counts = Counter(m.status for m in a.mentions)
    trimmed = a.relation is Relation.COPY and any("trim" in r.code for r in a.reasons)
    return MemberView(
        key=a.key,
        outlet=one_line(a.outlet),
        title=one_line(a.title),
        url=safe_url(a.url),
        language=a.language,
        published=a.published,
        first_seen=a.first_seen,
        relation=a.relation,
        kind="trim" if trimmed else a.relation.value,
        of=a.derives_from,
        of_outlet=one_line(source.outlet) if source else None,
        lag=a.when - source.when if source else None,
        origin=a.origin,
        copy_group=a.copy_group,
        verdict=a.verdict,
        version=a.version,
        brought=tuple((s, counts[s]) for s in Status if counts[s]),
        reasons=a.reasons,
    )


def _clusters(members: Sequence[MemberView]) -> tuple[ClusterView, ...]:
    groups: dict[str, list[MemberView]] = defaultdict(list)
    for m in members:
        groups[m.copy_group].append(m)
    return tuple(ClusterView(g, ms[0], tuple(ms), ms[0].origin) for g, ms in groups.items())


def _origins(articles: Sequence[ArticleRecord]) -> tuple[OriginView, ...]:
    groups: dict[str, list[ArticleRecord]] = defaultdict(list)
    for a in articles:
        groups[a.origin].append(a)
    views = []
    for origin, of in groups.items():
        kind, _, name = origin.partition(":")
        outlets = tuple(dict.fromkeys(one_line(a.outlet) for a in of))
        views.append(OriginView(origin, one_line(name or origin), kind == "agency", outlets, len(of), of[0].when))
    return tuple(sorted(views, key=lambda o: (not o.followed, -len(o.outlets), o.first, o.id)))


# --- claims ---------------------------------------------------------------------------------------------------------


def _claims(articles: Sequence[ArticleRecord], since: datetime | None, floor: float) -> tuple[ClaimView, ...]:
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
    steps = [_step(a, m, start, since) for a, m in ordered if m.status not in SILENT or m.id == first_m.id]
    echoes = _echoes([p for p in ordered if p[1].status in SILENT and p[1].id != first_m.id], start)
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
        figures=_figures(ordered),
        echoes=tuple(echoes),
        echo_count=sum(m.status in SILENT and m.id != first_m.id for _, m in ordered),
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


def _figures(pairs: Sequence[tuple[ArticleRecord, MentionRecord]]) -> tuple[FigureView, ...]:
    """Each figure once, as first given, in order. One figure alone is no history: then none."""
    seen: dict[tuple[float, float, str], FigureView] = {}
    for a, m in pairs:
        for q in m.fields.quantities:
            seen.setdefault((q.low, q.high, q.bound), FigureView(q, one_line(a.outlet), a.when, m.id))
    return tuple(seen.values()) if len(seen) > 1 else ()
