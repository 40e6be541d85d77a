"""What the store gives back to readers: reports, exports, explanations, mails. Narrow types and one protocol.

The desk never uses these; it reads the `Window`. Reports, alerts and commands never see SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from monitor.core.model import ClaimFields, Event, Reason, Relation, Status


@dataclass(frozen=True, slots=True)
class MentionRecord:
    """One mention as recorded: the verdict on one unit of one article."""

    id: int
    claim: str
    article: str  # key
    story: str
    start: int
    end: int
    text: str  # verbatim span of the article
    kind: str  # "clause" or "quote"
    status: Status
    reason: Reason
    relation: str | None
    first_article: str | None  # None: this article had it first
    rank: float
    score: float
    fields: ClaimFields


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """One article as recorded, with its mentions in the order of the text."""

    number: int
    key: str
    outlet: str
    url: str | None
    title: str
    language: str
    published: datetime | None
    first_seen: datetime
    version: int  # 1, 2, ...
    story: str
    copy_group: str
    derives_from: str | None
    relation: Relation
    origin: str
    credits: tuple[str, ...]
    verdict: Status
    reasons: tuple[Reason, ...]
    text: str  # as it came in
    feed: str | None = None
    mentions: tuple[MentionRecord, ...] = ()

    @property
    def when(self) -> datetime:
        return self.published or self.first_seen


@dataclass(frozen=True, slots=True)
class StoryRecord:
    """One story with its articles as published (then by key) and what happened to it."""

    id: str
    articles: tuple[ArticleRecord, ...]
    events: tuple[tuple[datetime, Event], ...] = ()


@dataclass(frozen=True, slots=True)
class FeedState:
    """What we remember of a feed between polls."""

    url: str
    outlet: str
    title: str | None = None
    language: str | None = None
    site: str | None = None
    etag: str | None = None
    modified: str | None = None
    body_hash: str | None = None
    next_poll: datetime | None = None  # None: at once
    interval: float | None = None  # seconds, the present pace
    last_poll: datetime | None = None
    last_success: datetime | None = None
    last_new: datetime | None = None  # when it last brought an unseen item
    failures: int = 0  # in a row
    problem: str | None = None  # one line, plain; None: well
    gone: bool = False  # it said 410: polled no more
    moved_to: str | None = None  # a permanent redirect seen, followed for good once it repeats
    moved_times: int = 0
    active: bool = True  # False: taken off the list, its articles stay


@dataclass(frozen=True, slots=True)
class Notice:
    """One article's news for one watch, waiting in the outbox or sent. Written in the poll's own transaction."""

    watch: str
    story: str
    article: str
    mentions: tuple[int, ...]  # ids of the mentions to show
    created: datetime
    reason: Reason  # why this is for this watch
    id: int = 0  # given by the store
    mail: str | None = None  # key of the mail it went out with
    sent: datetime | None = None


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """What one poll of one feed changes, besides the judgements: recorded last, in the same transaction."""

    state: FeedState
    items: int = 0
    fresh: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = field(default_factory=tuple)


class Archive(Protocol):
    """Reading back what was recorded."""

    def story_ids(self, since: datetime | None = None, limit: int | None = None) -> list[str]:
        """Stories with an article first seen or published since then, the most recently moved first."""

    def story(self, story: str) -> StoryRecord | None:
        """One story, whole."""

    def article(self, key: str) -> ArticleRecord | None:
        """One article with its mentions, by key (or by exact URL)."""

    def articles(self, keys: Iterable[str] | None = None) -> Iterator[ArticleRecord]:
        """All articles (or these), with mentions, in the order they were recorded."""

    def claim(self, claim: str) -> list[MentionRecord]:
        """Every mention of a claim in the order they were recorded."""

    def feeds(self) -> list[FeedState]:
        """Every feed we know, by outlet then URL."""

    def notices(self, unsent_only: bool = True) -> list[Notice]:
        """The outbox, oldest first."""
