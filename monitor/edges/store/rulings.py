"""What people ruled, and the machine's own placement of what their rulings moved.

`MovedRows` is the half of a transaction that changes history: an article goes to another story, its mentions are
weighed again. Ids stay: of articles, of mentions, of the claims that are still made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from monitor.core.lenses import MachinePlace
from monitor.core.model import Event, Mention, Placement, Relation, Ruling, RulingKind, Status
from monitor.edges.store import schema
from monitor.edges.store.codec import (
    decode_reason,
    encode_fields,
    encode_reason,
    maybe_storable,
    storable,
)

_IN = 500


def every(connection: Connection) -> list[Ruling]:
    """All rulings in force, the oldest first."""
    r = schema.ruling
    rows = connection.execute(select(r).order_by(r.c.made, r.c.id))
    return [
        Ruling(row.id, RulingKind(row.kind), tuple(row.articles), row.made, tuple(row.others), row.note) for row in rows
    ]


def add(connection: Connection, ruling: Ruling) -> None:
    """Keep a ruling."""
    connection.execute(
        insert(schema.ruling),
        {
            "id": ruling.id, "made": ruling.made, "kind": ruling.kind.value,
            "articles": [storable(k) for k in ruling.articles], "others": [storable(k) for k in ruling.others],
            "note": storable(ruling.note),
        },
    )  # fmt: skip


def remove(connection: Connection, ruling: str) -> None:
    """Forget a ruling."""
    connection.execute(schema.ruling.delete().where(schema.ruling.c.id == ruling))


def places(connection: Connection) -> dict[int, MachinePlace]:
    """Where the machine had put the articles that rulings moved, by number."""
    p = schema.machine_place.c
    rows = connection.execute(select(p.number, p.story, p.copy_group, p.derives_from, p.origin))
    return {row.number: MachinePlace(row.story, row.copy_group, row.derives_from, row.origin) for row in rows}


def keep_place(connection: Connection, number: int, machine: Placement | None) -> None:
    """Remember the machine's own placement of an article; None: it stands there."""
    connection.execute(schema.machine_place.delete().where(schema.machine_place.c.number == number))
    if machine is not None:
        connection.execute(insert(schema.machine_place), {"number": number, **_placement_row(machine)})


def machine_placement(connection: Connection, number: int, founded: str) -> Placement:
    """Where the machine had put an article; `founded` is the id of the story that it may have founded."""
    names = ("story", "copy_group", "derives_from", "relation", "origin", "score", "reasons")
    for table in (schema.machine_place, schema.article):
        query = select(*(table.c[n] for n in names)).where(table.c.number == number)
        if (row := connection.execute(query).one_or_none()) is not None:
            return Placement(
                row.story, row.story == founded, row.copy_group, row.derives_from, Relation(row.relation), row.origin,
                tuple(decode_reason(r) for r in row.reasons), row.score,
            )  # fmt: skip
    raise LookupError(f"there is no article {number}")


def move(connection: Connection, number: int, key: str, placement: Placement) -> None:
    """Put an article and its mentions into another story; what waits in the outbox goes with it."""
    a, m, n = schema.article, schema.mention, schema.notice
    connection.execute(update(a).where(a.c.number == number).values(**_placement_row(placement)))
    there = {"story": storable(placement.story), "origin": storable(placement.origin)}
    connection.execute(update(m).where(m.c.number == number).values(**there))
    waiting = (n.c.article == storable(key)) & n.c.sent.is_(None) & n.c.mail.is_(None)
    connection.execute(update(n).where(waiting).values(story=there["story"]))


@dataclass(frozen=True, slots=True)
class Weighed:
    """What weighing an article's claims again came to."""

    mentions: int
    changed: tuple[str, ...]  # what each changed mention was: "ID CLAIM STATUS"
    same_places: bool = True  # no mention came or went


def weigh(connection: Connection, number: int, mentions: Sequence[Mention], next_id: int) -> tuple[Weighed, int]:
    """Put new verdicts in the place of the present version's, span by span; their ids stay.

    Where a span makes more claims than before, the further ones get ids from `next_id` on and so stand at the end of
    their story. Returns what changed and how many of these ids were used.
    """
    m, a = schema.mention, schema.article
    version = connection.execute(select(a.c.version).where(a.c.number == number)).scalar_one()
    rows = connection.execute(select(m).where(m.c.number == number, m.c.version == version).order_by(m.c.id)).all()
    old: dict[tuple[int, int, str], list[Any]] = defaultdict(list)
    for row in rows:
        old[row.span_start, row.span_end, row.kind].append(row)
    changed, used = [], 0
    shared = {c.name: getattr(rows[0], c.name) for c in m.c} if rows else {}
    for mention in mentions:
        spans = old[mention.unit.start, mention.unit.end, mention.unit.kind]
        former = spans.pop(0) if spans else None
        verdict = _verdict_row(mention)
        if former is not None:
            if (former.claim, former.status, former.relation) != (mention.claim, mention.status, mention.relation):
                changed.append(_told(former))
            connection.execute(update(m).where(m.c.id == former.id).values(**verdict))
        elif shared:
            connection.execute(insert(m), {**shared, **verdict, **_unit_row(mention), "id": next_id + used})
            changed.append(f"{next_id + used} - -")
            used += 1
    gone = [row for left in old.values() for row in left]
    changed += [_told(row) for row in gone]
    for row in gone:
        connection.execute(m.delete().where(m.c.id == row.id))
    if rows:
        found = {mention.status for mention in mentions}
        verdict_of_all = next((s for s in Status if s in found), Status.ECHO)
        connection.execute(update(a).where(a.c.number == number).values(verdict=verdict_of_all.value))
    return Weighed(len(mentions), tuple(changed), not used and not gone), used


def add_events(connection: Connection, at: datetime, events: Iterable[tuple[Event, str | None, str | None]]) -> None:
    """Record changes of history, each with the story and the article it is about."""
    rows = [
        {"at": at, "kind": e.kind, "subject": storable(e.subject), "story": maybe_storable(story),
         "article": maybe_storable(article), "reason": encode_reason(e.reason)}
        for e, story, article in events
    ]  # fmt: skip
    if rows:
        connection.execute(insert(schema.event), rows)


def stories_of(connection: Connection, keys: Iterable[str]) -> dict[str, frozenset[str]]:
    """The stories of those of these articles that are filed: where each stands, and where the machine had it."""
    a, p = schema.article.c, schema.machine_place.c
    wanted = [storable(k) for k in dict.fromkeys(keys)]
    found: dict[str, frozenset[str]] = {}
    for start in range(0, len(wanted), _IN):
        query = select(a.key, a.story, p.story.label("machine")).outerjoin_from(
            schema.article, schema.machine_place, p.number == a.number
        )
        for row in connection.execute(query.where(a.key.in_(wanted[start : start + _IN]))):
            found[row.key] = frozenset({row.story, row.machine or row.story})
    return found


def numbers_of(connection: Connection, stories: Iterable[str]) -> list[int]:
    """The numbers of all articles that stand in these stories, or stood there by the machine, ascending."""
    names = sorted(stories)
    numbers: set[int] = set()
    for table in (schema.article, schema.machine_place):
        for start in range(0, len(names), _IN):
            part = table.c.story.in_(names[start : start + _IN])
            numbers.update(connection.execute(select(table.c.number).where(part)).scalars())
    return sorted(numbers)


def _told(row: Any) -> str:
    return f"{row.id} {row.claim} {row.status}"


def _placement_row(p: Placement) -> Mapping[str, Any]:
    return {
        "story": storable(p.story), "copy_group": storable(p.copy_group),
        "derives_from": maybe_storable(p.derives_from), "relation": p.relation.value, "origin": storable(p.origin),
        "score": p.score, "reasons": [encode_reason(r) for r in p.reasons],
    }  # fmt: skip


def _verdict_row(mention: Mention) -> dict[str, Any]:
    return {
        "claim": storable(mention.claim), "status": mention.status.value, "relation": maybe_storable(mention.relation),
        "first_article": maybe_storable(mention.first_article), "score": mention.score,
        "reason": encode_reason(mention.reason),
    }  # fmt: skip


def _unit_row(mention: Mention) -> dict[str, Any]:
    u = mention.unit
    return {
        "rank": u.rank, "text": storable(u.text), "features": u.features, "span_start": u.start, "span_end": u.end,
        "sentence": u.sentence, "kind": u.kind, "fields": encode_fields(u.fields),
    }  # fmt: skip
