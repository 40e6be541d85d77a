"""Reading back what was recorded: `monitor.core.archive.Archive` over the database, and a little more.

Every answer comes from one short transaction, which sees one moment of the database whatever the writer does
meanwhile. Only `articles` takes several, one a batch: an export never holds a snapshot for minutes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from monitor.core.archive import ArticleRecord, FeedState, MentionRecord, Notice, StoryRecord
from monitor.core.model import Event, Reason, Relation, Ruling, Status
from monitor.edges.store import feeds, outbox, rulings, schema
from monitor.edges.store.codec import decode_fields, decode_reason, storable
from monitor.edges.store.records import MailRecord, PollRecord

_A = schema.article.c
_M = schema.mention.c
_BATCH = 200  # articles in memory at a time, each some 20 KB with its mentions
_IN = 500  # values in one IN list

_MENTIONS = select(
    _M.id, _M.number, _M.claim, _M.article, _M.story, _M.span_start, _M.span_end, _M.text, _M.kind, _M.status,
    _M.reason, _M.relation, _M.first_article, _M.rank, _M.score, _M.fields,
)  # fmt: skip


class Reader:
    """The reading half of a Store; it is an `Archive`."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that sees one moment of the database. For this package: no row leaves it."""
        raise NotImplementedError

    def story_ids(self, since: datetime | None = None, limit: int | None = None) -> list[str]:
        """Stories with an article first seen or published since then, the most recently moved first."""
        s = schema.story.c
        query = select(s.id).order_by(s.latest.desc()).limit(limit)
        if since is not None:
            query = query.where(or_(s.last_seen >= since, s.last_dated >= since))
        with self.reading() as connection:
            return list(connection.execute(query).scalars())

    def story(self, story: str) -> StoryRecord | None:
        """One story, whole: its articles as published, then by key."""
        with self.reading() as connection:
            found = _articles(connection, select(schema.article).where(_A.story == story))
            if not found:
                return None
            e = schema.event.c
            events = connection.execute(
                select(schema.event).where(or_(e.story == story, e.subject == story)).order_by(e.id)
            )
            told = tuple((r.at, Event(r.kind, r.subject, decode_reason(r.reason))) for r in events)
        return StoryRecord(story, tuple(sorted(found, key=lambda a: (a.when, a.key))), told)

    def article(self, key: str) -> ArticleRecord | None:
        """One article with the mentions of its present version, by key (or by exact URL, the newest with it)."""
        key = storable(key)
        with self.reading() as connection:
            for condition in (_A.key == key, _A.url == key):
                query = select(schema.article).where(condition).order_by(_A.number.desc()).limit(1)
                if found := _articles(connection, query):
                    return found[0]
        return None

    def articles(self, keys: Iterable[str] | None = None) -> Iterator[ArticleRecord]:
        """All articles (or these), with mentions, in the order they were recorded, a batch in memory at a time."""
        if keys is not None:
            yield from self._chosen(keys)
            return
        last = -1
        while True:
            with self.reading() as connection:
                query = select(schema.article).where(_A.number > last).order_by(_A.number).limit(_BATCH)
                batch = _articles(connection, query)
            if not batch:
                return
            last = batch[-1].number
            yield from batch

    def _chosen(self, keys: Iterable[str]) -> Iterator[ArticleRecord]:
        numbers: list[int] = []
        wanted = iter(dict.fromkeys(keys))
        while some := list(islice(wanted, _IN)):
            with self.reading() as connection:
                numbers += connection.execute(select(_A.number).where(_A.key.in_(some))).scalars()
        numbers.sort()
        for start in range(0, len(numbers), _BATCH):
            with self.reading() as connection:
                chosen = _A.number.in_(numbers[start : start + _BATCH])
                batch = _articles(connection, select(schema.article).where(chosen).order_by(_A.number))
            yield from batch

    def claim(self, claim: str) -> list[MentionRecord]:
        """Every mention of a claim in the order they were recorded, those of older versions included."""
        with self.reading() as connection:
            rows = connection.execute(_MENTIONS.where(_M.claim == claim).order_by(_M.id))
            return [_mention(row) for row in rows]

    def mentions(self, ids: Iterable[int]) -> list[MentionRecord]:
        """These mentions, in ascending order of id, of whatever version of their article."""
        wanted = sorted(set(ids))
        found: list[MentionRecord] = []
        with self.reading() as connection:
            for start in range(0, len(wanted), _IN):
                part = wanted[start : start + _IN]
                found += [_mention(r) for r in connection.execute(_MENTIONS.where(_M.id.in_(part)).order_by(_M.id))]
        return found

    def versions(self, key: str) -> list[str]:
        """The texts an article has had, oldest first, the present one last."""
        v = schema.article_version.c
        with self.reading() as connection:
            now = connection.execute(select(_A.number, _A.text).where(_A.key == key)).one_or_none()
            if now is None:
                return []
            old = connection.execute(select(v.text).where(v.number == now.number).order_by(v.version)).scalars()
            return [*old, now.text]

    def merged_into(self, story: str) -> str | None:
        """The story that one became part of, where a ruling ended it."""
        e = schema.event.c
        query = select(e.story).where(e.subject == storable(story), e.kind == "story-merged").order_by(e.id.desc())
        with self.reading() as connection:
            return connection.execute(query.limit(1)).scalar()

    def newest_keys(self, limit: int = 5000) -> list[str]:
        """The ids of the newest articles: what a mistyped one may have meant."""
        with self.reading() as connection:
            return list(connection.execute(select(_A.key).order_by(_A.number.desc()).limit(limit)).scalars())

    def rulings(self) -> list[Ruling]:
        """What people ruled, the oldest first."""
        with self.reading() as connection:
            return rulings.every(connection)

    def feeds(self) -> list[FeedState]:
        """Every feed we know, by outlet then URL."""
        with self.reading() as connection:
            return feeds.every(connection)

    def due_feeds(self, now: datetime) -> list[FeedState]:
        """Active feeds whose next poll has come, the longest overdue first (one never polled before all)."""
        with self.reading() as connection:
            return feeds.due(connection, now)

    def polls(self, url: str, limit: int = 20) -> list[PollRecord]:
        """The newest polls of a feed, newest first."""
        with self.reading() as connection:
            return feeds.polls(connection, url, limit)

    def notices(self, unsent_only: bool = True) -> list[Notice]:
        """The outbox, oldest first."""
        with self.reading() as connection:
            return outbox.listed(connection, unsent_only)

    def last_mail(self, watch: str) -> datetime | None:
        """When the last mail of a watch went out."""
        with self.reading() as connection:
            return outbox.last_sent(connection, watch)

    def mails(self, watch: str | None = None, limit: int = 50) -> list[MailRecord]:
        """The newest mails, newest first: sent, being sent, failed."""
        with self.reading() as connection:
            return outbox.mails(connection, watch, limit)

    def get_meta(self, name: str) -> str | None:
        """A fact kept with `Transaction.set_meta`."""
        with self.reading() as connection:
            return connection.execute(select(schema.meta.c.value).filter_by(name=name)).scalar()


def _articles(connection: Connection, query: Select[Any]) -> list[ArticleRecord]:
    """The articles of a query, in its order, with the mentions of their present versions in the order of the text."""
    rows = connection.execute(query).all()
    mentions: dict[int, list[MentionRecord]] = defaultdict(list)
    numbers = [row.number for row in rows]
    current = and_(_M.number == _A.number, _M.version == _A.version)
    for start in range(0, len(numbers), _IN):
        part = _A.number.in_(numbers[start : start + _IN])
        found = connection.execute(_MENTIONS.join_from(schema.article, schema.mention, current).where(part))
        for row in found:
            mentions[row.number].append(_mention(row))
    for several in mentions.values():
        several.sort(key=lambda m: (m.start, m.end, m.id))
    return [_article(row, mentions.get(row.number, ())) for row in rows]


def _article(row: Any, mentions: Sequence[MentionRecord]) -> ArticleRecord:
    return ArticleRecord(
        number=row.number, key=row.key, outlet=row.outlet, url=row.url, title=row.title, language=row.language,
        published=row.published, first_seen=row.first_seen, version=row.version, story=row.story,
        copy_group=row.copy_group, derives_from=row.derives_from, relation=Relation(row.relation),
        origin=row.origin, credits=tuple(row.credits), verdict=Status(row.verdict),
        reasons=tuple(decode_reason(r) for r in row.reasons), text=row.text, feed=row.feed,
        mentions=tuple(mentions),
    )  # fmt: skip


def _mention(row: Any) -> MentionRecord:
    reason: Reason = decode_reason(row.reason)
    return MentionRecord(
        id=row.id, claim=row.claim, article=row.article, story=row.story, start=row.span_start, end=row.span_end,
        text=row.text, kind=row.kind, status=Status(row.status), reason=reason, relation=row.relation,
        first_article=row.first_article, rank=row.rank, score=row.score, fields=decode_fields(row.fields),
    )  # fmt: skip
