"""What a report shows, worked out from the archive's records. Pure: renderers only lay these views out.

Two facts about time are kept apart everywhere: *published* is what outlets say, *first seen* is when we saw it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.archive import ArticleRecord, StoryRecord
from monitor.core.histories import SILENT, BlockView, ClaimView, StepView, blocks, claim_views
from monitor.core.model import Event, Reason, Relation, Status
from monitor.core.showing import one_line, safe_url
from monitor.core.topic import found, terms

__all__ = [
    "SILENT", "BlockView", "ClaimView", "ClusterView", "MemberView", "OriginView", "ReportView", "StepView",
    "StoryView", "about", "headline", "report_view", "story_view",
]  # fmt: skip

TRIMMED = 0.85  # of its source's words: of dev1 to dev6, 34 of 39 trimmed copies have fewer, none of 19 verbatim ones
WHOLE = 60  # stories that a page can hold whole and still open on a phone: some 2 MB
SHORT = 3  # stories that are told whole even where a single article tells them


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
    fresh_blocks: tuple[BlockView, ...]  # the same by the article that brought it, neighbouring clauses in one piece
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
    def carried(self) -> tuple[StoryView, ...]:
        """The stories to tell whole: those of several articles, and all of a short report; at most `WHOLE`."""
        return self._carried[:WHOLE]

    @property
    def others(self) -> tuple[StoryView, ...]:
        """Stories of several articles that a long report tells in a line each."""
        return self._carried[WHOLE:]

    @property
    def _carried(self) -> tuple[StoryView, ...]:
        return tuple(s for s in self.stories if s.articles > 1 or len(self.stories) <= SHORT)

    @property
    def single(self) -> tuple[StoryView, ...]:
        """The rest: stories that one article tells and nobody took up, a line each."""
        return tuple(s for s in self.stories if s.articles == 1 and len(self.stories) > SHORT)

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
    claims = claim_views(articles, since, floor)
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
        fresh_blocks=blocks(fresh, {a.key: a.text for a in articles}),
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
    words, whole = len(a.text.split()), len(source.text.split()) if source else 0
    trimmed = a.relation is Relation.COPY and words < TRIMMED * whole
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
