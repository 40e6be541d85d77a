"""The outbox: notices wait here from the poll's transaction until the mail that carries them has gone.

A mail goes out in three steps, so that a crash between any two repeats it with the same Message-ID and never loses
it: `claim` (these notices go with this mail key), send, `mark_sent`. `release` says the sending failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, distinct, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from monitor.core.archive import Notice
from monitor.edges.store import schema
from monitor.edges.store.codec import decode_reason, encode_reason, storable
from monitor.edges.store.records import MailRecord

_N = schema.notice.c
_M = schema.mail.c


def add(connection: Connection, notices: Iterable[Notice]) -> tuple[int, ...]:
    """Write notices; their ids, in order."""
    ids = []
    for notice in notices:
        done = connection.execute(
            insert(schema.notice).returning(_N.id),
            {
                "watch": storable(notice.watch), "story": storable(notice.story),
                "article": storable(notice.article), "mentions": list(notice.mentions),
                "created": notice.created, "reason": encode_reason(notice.reason),
            },
        )  # fmt: skip
        ids.append(int(done.scalar_one()))
    return tuple(ids)


def listed(connection: Connection, unsent_only: bool) -> list[Notice]:
    """The outbox, oldest first."""
    query = select(schema.notice).order_by(_N.id)
    if unsent_only:
        query = query.where(_N.sent.is_(None))
    return [_notice(row) for row in connection.execute(query)]


def claim(connection: Connection, ids: Sequence[int], mail_key: str, now: datetime) -> list[Notice]:
    """Mark notices as going out with this mail: those of them that no other mail has, nor had.

    All must be of one watch. Claiming again with the same key (after a crash or a failure) counts an attempt more.
    """
    free = or_(_N.mail.is_(None), _N.mail == mail_key)
    query = select(schema.notice).where(_N.id.in_(list(ids)), _N.sent.is_(None), free).order_by(_N.id)
    taken = [_notice(row) for row in connection.execute(query)]
    if not taken:
        return []
    watches = {notice.watch for notice in taken}
    if len(watches) > 1:
        raise ValueError(f"one mail is for one watch, not for {sorted(watches)}")
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(schema.mail).values(key=mail_key, watch=taken[0].watch, claimed=now, attempts=1)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["key"], set_={"claimed": now, "attempts": _M.attempts + 1, "problem": None}
        )
    )
    connection.execute(update(schema.notice).where(_N.id.in_([n.id for n in taken])).values(mail=mail_key))
    return [_with_mail(notice, mail_key) for notice in taken]


def mark_sent(connection: Connection, mail_key: str, now: datetime) -> None:
    """The mail has gone, and its notices with it. A second call changes nothing."""
    connection.execute(update(schema.mail).where(_M.key == mail_key, _M.sent.is_(None)).values(sent=now, problem=None))
    connection.execute(update(schema.notice).where(_N.mail == mail_key, _N.sent.is_(None)).values(sent=now))


def release(connection: Connection, mail_key: str, problem: str) -> None:
    """The sending failed: its notices wait again, for this mail or another."""
    connection.execute(
        update(schema.mail).where(_M.key == mail_key, _M.sent.is_(None)).values(problem=storable(problem))
    )
    connection.execute(update(schema.notice).where(_N.mail == mail_key, _N.sent.is_(None)).values(mail=None))


def last_sent(connection: Connection, watch: str) -> datetime | None:
    """When the last mail of a watch went out."""
    return connection.execute(select(func.max(_M.sent)).where(_M.watch == watch)).scalar()


def mails(connection: Connection, watch: str | None, limit: int) -> list[MailRecord]:
    """The newest mails, newest first, with what they carry."""
    query = (
        select(schema.mail, func.count(_N.id).label("notices"), func.count(distinct(_N.story)).label("stories"))
        .outerjoin(schema.notice, _N.mail == _M.key)
        .group_by(*schema.mail.c)
        .order_by(_M.claimed.desc(), _M.key)
        .limit(limit)
    )
    if watch is not None:
        query = query.where(_M.watch == watch)
    return [
        MailRecord(r.key, r.watch, r.claimed, r.attempts, r.sent, r.problem, r.notices, r.stories)
        for r in connection.execute(query)
    ]


def _notice(row: Any) -> Notice:
    return Notice(
        watch=row.watch, story=row.story, article=row.article, mentions=tuple(row.mentions), created=row.created,
        reason=decode_reason(row.reason), id=row.id, mail=row.mail, sent=row.sent,
    )  # fmt: skip


def _with_mail(notice: Notice, mail_key: str) -> Notice:
    return replace(notice, mail=mail_key)
