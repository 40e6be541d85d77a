"""The tables, as SQLAlchemy Core sees them. Alembic's `migrations/` makes them; a test keeps the two equal.

Times are UTC microseconds since 1970 in a 64-bit integer: they sort rightly whatever offset an outlet wrote, take
8 bytes in row and index, lose nothing, and mean the same on SQLite (which has no time type) and PostgreSQL. They
come back as aware datetimes in UTC.

Column order matters on SQLite: what the window reads stands before long text, so that reading it touches no
overflow page.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def utc(moment: datetime) -> datetime:
    """The moment with offset zero. ValueError for a naive datetime: that is a bug of ours, never input.

    The last hours of year 9999 (and the first of year 1), which only a broken feed gives, are cut to what is there.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a datetime without offset reached the store: {moment!r}")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def to_micros(moment: datetime) -> int:
    """UTC microseconds since 1970 of an aware datetime."""
    return (utc(moment) - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime of `to_micros`."""
    return _EPOCH + timedelta(microseconds=micros)


class Instant(TypeDecorator[datetime]):
    """An aware datetime as UTC microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 (SQLAlchemy's)
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's)
        return None if value is None else from_micros(value)


# An INTEGER PRIMARY KEY is SQLite's row id: no index of its own.
RowId = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

article = Table(
    "article",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("url", Text),
    Column("language", Text, nullable=False),
    Column("published", Instant),
    Column("first_seen", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("story", Text, nullable=False),
    Column("copy_group", Text, nullable=False),
    Column("derives_from", Text),
    Column("relation", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("text_digest", BigInteger, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("feed", Text),
    Column("title", Text, nullable=False),
    Column("credits", Json, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_article_key", "key", unique=True),
    Index("ix_article_url", "url"),
    Index("ix_article_story_number", "story", "number"),
    Index("ix_article_copy_group_number", "copy_group", "number"),
)

fingerprint = Table(
    "fingerprint",
    metadata,
    Column("number", RowId, ForeignKey("article.number"), primary_key=True, autoincrement=False),
    Column("expires_by", BigInteger),  # first_seen while its bands stand in `band`, else null
    Column("view", LargeBinary, nullable=False),
    Column("bands", LargeBinary, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Index("ix_fingerprint_expires_by", "expires_by"),
)

article_version = Table(
    "article_version",
    metadata,
    Column("number", RowId, ForeignKey("article.number"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("published", Instant),
    Column("first_seen", Instant, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
)

band_view = Table(
    "band_view",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
)

band = Table(
    "band",
    metadata,
    Column("view", SmallInteger, primary_key=True, autoincrement=False),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

mention = Table(
    "mention",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("number", BigInteger, ForeignKey("article.number"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("article", Text, nullable=False),  # its key
    Column("story", Text, nullable=False),
    Column("claim", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("dated", Instant, nullable=False),  # published, else first seen
    Column("first_seen", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("relation", Text),
    Column("rank", Float, nullable=False),
    Column("text", Text, nullable=False),
    Column("features", LargeBinary, nullable=False),
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
    Column("sentence", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("first_article", Text),
    Column("score", Float, nullable=False),
    Column("reason", Json, nullable=False),
    Column("fields", Json, nullable=False),
    Index("ix_mention_story_id", "story", "id"),
    Index("ix_mention_claim_id", "claim", "id"),
    Index("ix_mention_number_version", "number", "version"),
)

story = Table(
    "story",
    metadata,
    Column("id", Text, primary_key=True),
    Column("founder", BigInteger, nullable=False),  # number of its first article
    Column("latest", BigInteger, nullable=False),  # number of its latest article
    Column("articles", Integer, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("last_dated", Instant, nullable=False),
    Index("ix_story_latest", "latest"),
)

event = Table(
    "event",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("story", Text),
    Column("article", Text),
    Column("reason", Json, nullable=False),
    Index("ix_event_story", "story"),
    Index("ix_event_subject", "subject"),
)

ruling = Table(
    "ruling",
    metadata,
    Column("id", Text, primary_key=True),
    Column("made", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("articles", Json, nullable=False),  # keys, as a person named them
    Column("others", Json, nullable=False),  # keys it concerns besides
    Column("note", Text, nullable=False),
)

machine_place = Table(
    "machine_place",
    metadata,
    Column("number", RowId, ForeignKey("article.number"), primary_key=True, autoincrement=False),
    Column("story", Text, nullable=False),
    Column("copy_group", Text, nullable=False),
    Column("derives_from", Text),
    Column("relation", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("reasons", Json, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("url", Text, primary_key=True),
    Column("outlet", Text, nullable=False),
    Column("title", Text),
    Column("language", Text),
    Column("site", Text),
    Column("etag", Text),
    Column("modified", Text),
    Column("body_hash", Text),
    Column("next_poll", Instant),
    Column("interval", Float),
    Column("last_poll", Instant),
    Column("last_success", Instant),
    Column("last_new", Instant),
    Column("failures", Integer, nullable=False),
    Column("problem", Text),
    Column("gone", Boolean, nullable=False),
    Column("moved_to", Text),
    Column("moved_times", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
)

poll = Table(
    "poll",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("feed", Text, nullable=False),
    Column("at", Instant),
    Column("items", Integer, nullable=False),
    Column("fresh", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("problem", Text),
    Column("notes", Json, nullable=False),
    Index("ix_poll_feed_id", "feed", "id"),
)

mail = Table(
    "mail",
    metadata,
    Column("key", Text, primary_key=True),
    Column("watch", Text, nullable=False),
    Column("claimed", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent", Instant),
    Column("problem", Text),
    Index("ix_mail_watch_sent", "watch", "sent"),
)

notice = Table(
    "notice",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("watch", Text, nullable=False),
    Column("story", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("mentions", Json, nullable=False),
    Column("created", Instant, nullable=False),
    Column("reason", Json, nullable=False),
    Column("mail", Text, ForeignKey("mail.key")),
    Column("sent", Instant),
    Index("ix_notice_sent_id", "sent", "id"),
    Index("ix_notice_mail", "mail"),
)

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
