"""The one writer: what a poll (or a slice of a replay) found out, recorded in one go or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from monitor.core.archive import Notice, PollOutcome
from monitor.core.lenses import MachinePlace
from monitor.core.model import Event, Filed, FiledMention, Judgement, Mention, Placement, Ruling, Status
from monitor.core.rulings import own_story
from monitor.core.window import filed_article
from monitor.edges.store import bands, feeds, outbox, rulings, schema
from monitor.edges.store.codec import (
    decode_bands,
    encode_bands,
    encode_fields,
    encode_reason,
    maybe_storable,
    storable,
)
from monitor.edges.store.records import RecordedArticle
from monitor.edges.store.rulings import Weighed
from monitor.edges.store.schema import to_micros, utc
from monitor.edges.store.window import Caches, StoreWindow


class Transaction:
    """Open between `with store.transaction() as tx:` and the end of the block."""

    def __init__(self, connection: Connection, views: dict[str, int], caches: Caches) -> None:
        self._connection = connection
        self._views = views
        self._caches = caches
        self.window = StoreWindow(connection, views, caches)
        self._next_number = self._after(schema.article.c.number, first=0)
        self._next_mention = self._after(schema.mention.c.id, first=1)

    def record(self, judgement: Judgement) -> RecordedArticle:
        """File a judgement. One on a key already filed is a new version: text, views and look-up keys are replaced,
        the old text goes to `article_version`, the new version's mentions are added.
        """
        key = storable(judgement.reading.submission.key)
        if judgement.replaces not in (None, judgement.reading.submission.key):
            raise ValueError(f"a version of {judgement.replaces!r} has another key, {key!r}")
        earlier = self._connection.execute(_EARLIER, {"key": key}).one_or_none()
        if earlier is None:
            number, version = self._next_number, 1
            self._next_number += 1
        else:
            number, version = earlier.number, earlier.version + 1
        row = _article_row(judgement, number, version)
        look_up = {self._view_id(view): keys for view, keys in judgement.reading.fingerprint.bands.items()}
        prints: dict[str, Any] = {
            "number": number,
            "expires_by": to_micros(judgement.reading.submission.first_seen),
            "view": judgement.reading.view,
            "bands": encode_bands(look_up),
            "scheme": judgement.reading.fingerprint.scheme,
            "signature": judgement.reading.fingerprint.signature,
        }
        if earlier is None:
            self._connection.execute(_INSERT_ARTICLE, row)
            self._connection.execute(_INSERT_PRINTS, prints)
        else:
            self._replace(number, row, prints)
        bands.add(self._connection, [(view, key, number) for view, key in decode_bands(prints["bands"])])
        self._story_moved(row, earlier)
        mentions = self._insert_mentions(judgement, row)
        self._insert_events(judgement, row)
        self._keep_machine_place(number, judgement)
        self._caches.recorded(_window_article(judgement, row), [_window_mention(m) for m in mentions])
        return RecordedArticle(number, tuple(m["id"] for m in mentions), version)

    def rulings(self) -> list[Ruling]:
        """What people ruled, the oldest first."""
        return rulings.every(self._connection)

    def add_ruling(self, ruling: Ruling) -> None:
        """Keep a ruling: the window knows it at once. What is filed already moves by `move`."""
        rulings.add(self._connection, ruling)
        self.window.look_again()

    def remove_ruling(self, ruling: str) -> None:
        """Forget a ruling, by its id."""
        rulings.remove(self._connection, ruling)
        self.window.look_again()

    def stories_of(self, keys: Iterable[str]) -> dict[str, frozenset[str]]:
        """The stories of those of these articles that are filed: where each stands, and where the machine had it."""
        return rulings.stories_of(self._connection, keys)

    def numbers_of(self, stories: Iterable[str]) -> list[int]:
        """The articles that stand in these stories, or stood there by the machine, in ascending order of number."""
        return rulings.numbers_of(self._connection, stories)

    def machine_placement(self, article: Filed) -> Placement:
        """Where the machine alone had put an article."""
        return rulings.machine_placement(self._connection, article.number, own_story(article.key))

    def move(self, article: Filed, placement: Placement, machine: Placement) -> None:
        """Move a filed article with its mentions to where `placement` says; `machine` is where the machine had it."""
        rulings.move(self._connection, article.number, article.key, placement)
        kept = None if placement is machine else machine
        rulings.keep_place(self._connection, article.number, kept)
        self.window.moved(article.number, None if kept is None else MachinePlace.of(kept))
        for story in {article.story, placement.story}:
            refresh_story(self._connection, story)
        self._caches.moved(article.number, (article.story, placement.story))

    def weigh_again(self, article: Filed, mentions: Sequence[Mention]) -> Weighed:
        """Replace the verdicts on the present version of a filed article; the ids of its mentions stay."""
        found, used = rulings.weigh(self._connection, article.number, mentions, self._next_mention)
        self._next_mention += used
        if found.same_places:
            self._caches.weighed(article, self.window.mentions_of(article))
        else:
            self._caches.moved(article.number, (article.story,))
        return found

    def add_events(self, at: datetime, events: Iterable[tuple[Event, str | None, str | None]]) -> None:
        """Record changes of history, each with the story and the article it is about."""
        rulings.add_events(self._connection, at, events)

    def add_notices(self, notices: Iterable[Notice]) -> tuple[int, ...]:
        """Put notices into the outbox; their ids, in order."""
        return outbox.add(self._connection, notices)

    def save_poll(self, outcome: PollOutcome) -> None:
        """The feed's new state (validators, next poll) and a line in the poll log: the last thing a poll records."""
        feeds.save_poll(self._connection, outcome)

    def get_meta(self, name: str) -> str | None:
        """A fact kept under a name."""
        return self._connection.execute(select(schema.meta.c.value).filter_by(name=name)).scalar()

    def set_meta(self, name: str, value: str) -> None:
        """Keep a fact under a name. Names of the store itself begin with "store."."""
        set_meta(self._connection, name, value)

    def _keep_machine_place(self, number: int, judgement: Judgement) -> None:
        if judgement.machine is not None or judgement.replaces is not None:
            machine = judgement.machine
            rulings.keep_place(self._connection, number, machine)
            self.window.moved(number, None if machine is None else MachinePlace.of(machine))

    def _after(self, column: Any, first: int) -> int:
        newest = self._connection.execute(select(func.max(column))).scalar()
        return first if newest is None else int(newest) + 1

    def _view_id(self, view: str) -> int:
        if view not in self._views:
            self._views[view] = max(self._views.values(), default=-1) + 1
            self._connection.execute(insert(schema.band_view), {"id": self._views[view], "name": view})
        return self._views[view]

    def _replace(self, number: int, row: dict[str, Any], prints: dict[str, Any]) -> None:
        a, f = schema.article, schema.fingerprint
        old = self._connection.execute(
            select(a.c.version, a.c.published, a.c.first_seen, a.c.verdict, a.c.title, a.c.text, f.c.bands)
            .join(f, f.c.number == a.c.number)
            .where(a.c.number == number)
        ).one()
        kept = {k: v for k, v in old._asdict().items() if k != "bands"}
        self._connection.execute(insert(schema.article_version), {"number": number, **kept})
        bands.remove(self._connection, [(view, key, number) for view, key in decode_bands(old.bands)])
        self._connection.execute(update(a).where(a.c.number == number), row)
        self._connection.execute(update(f).where(f.c.number == number), prints)

    def _story_moved(self, row: dict[str, Any], earlier: Any) -> None:
        """Keep the story's summary; an article that a version moved leaves its former story."""
        if earlier is not None and earlier.story != row["story"]:
            refresh_story(self._connection, earlier.story)
        if earlier is not None:
            refresh_story(self._connection, row["story"])
            return
        self._connection.execute(
            _STORY_GREW[self._connection.dialect.name],
            {
                "id": row["story"], "founder": row["number"], "latest": row["number"], "articles": 1,
                "last_seen": row["first_seen"], "last_dated": row["published"] or row["first_seen"],
            },
        )  # fmt: skip

    def _insert_mentions(self, judgement: Judgement, row: dict[str, Any]) -> list[dict[str, Any]]:
        rows = _mention_rows(judgement, row, self._next_mention)
        self._next_mention += len(rows)
        if rows:
            self._connection.execute(_INSERT_MENTION, rows)
        return rows

    def _insert_events(self, judgement: Judgement, row: dict[str, Any]) -> None:
        if judgement.events:
            shared = {"at": row["first_seen"], "story": row["story"], "article": row["key"]}
            self._connection.execute(
                insert(schema.event),
                [
                    {**shared, "kind": e.kind, "subject": e.subject, "reason": encode_reason(e.reason)}
                    for e in judgement.events
                ],
            )


def set_meta(connection: Connection, name: str, value: str) -> None:
    """Keep a fact under a name."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(schema.meta).values(name=name, value=value)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"value": statement.excluded.value})
    )


def refresh_story(connection: Connection, story: str) -> None:
    """Recount a story from its articles, after one of them changed or left."""
    a = schema.article
    facts = connection.execute(
        select(
            func.min(a.c.number).label("founder"),
            func.max(a.c.number).label("latest"),
            func.count().label("articles"),
            func.max(a.c.first_seen).label("last_seen"),
            func.max(func.coalesce(a.c.published, a.c.first_seen)).label("last_dated"),
        ).where(a.c.story == story)
    ).one()
    connection.execute(schema.story.delete().where(schema.story.c.id == story))
    if facts.articles:
        connection.execute(insert(schema.story), {"id": story, **facts._asdict()})


def _story_grew(make: Any) -> Any:
    """A new story of one article, or one article more of a known one."""
    table = schema.story
    statement = make(table)
    new = statement.excluded
    later = {n: case((new[n] > table.c[n], new[n]), else_=table.c[n]) for n in ("last_seen", "last_dated")}
    return statement.on_conflict_do_update(
        index_elements=["id"], set_={"latest": new.latest, "articles": table.c.articles + 1, **later}
    )


_STORY_GREW = {"sqlite": _story_grew(sqlite.insert), "postgresql": _story_grew(postgresql.insert)}
_EARLIER = select(schema.article.c.number, schema.article.c.version, schema.article.c.story).where(
    schema.article.c.key == bindparam("key")
)
_INSERT_ARTICLE = insert(schema.article)
_INSERT_PRINTS = insert(schema.fingerprint)
_INSERT_MENTION = insert(schema.mention)


def _article_row(judgement: Judgement, number: int, version: int) -> dict[str, Any]:
    s, p = judgement.reading.submission, judgement.placement
    return {
        "number": number,
        "key": storable(s.key),
        "outlet": storable(s.outlet),
        "url": maybe_storable(s.url),
        "language": judgement.reading.document.language,
        # In UTC here already: the window must not say one offset from its cache and another from the database.
        "published": s.published and utc(s.published),
        "first_seen": utc(s.first_seen),
        "version": version,
        "story": storable(p.story),
        "copy_group": storable(p.copy_group),
        "derives_from": maybe_storable(p.derives_from),
        "relation": p.relation.value,
        "origin": storable(p.origin),
        "text_digest": judgement.reading.fingerprint.bands["text"][0],
        "verdict": judgement.verdict.value,
        "score": p.score,
        "feed": maybe_storable(s.feed),
        "title": storable(s.title),
        "credits": [storable(c) for c in judgement.reading.credits],
        "reasons": [encode_reason(r) for r in p.reasons],
        "text": storable(s.text),
    }


def _mention_rows(judgement: Judgement, row: dict[str, Any], first: int) -> list[dict[str, Any]]:
    shared = {
        "number": row["number"],
        "version": row["version"],
        "article": row["key"],
        "story": row["story"],
        "outlet": row["outlet"],
        "origin": row["origin"],
        "dated": row["published"] or row["first_seen"],
        "first_seen": row["first_seen"],
    }
    return [
        {
            **shared,
            "id": first + i,
            "claim": storable(m.claim),
            "status": m.status.value,
            "relation": maybe_storable(m.relation),
            "rank": m.unit.rank,
            "text": storable(m.unit.text),
            "features": m.unit.features,
            "span_start": m.unit.start,
            "span_end": m.unit.end,
            "sentence": m.unit.sentence,
            "kind": m.unit.kind,
            "first_article": maybe_storable(m.first_article),
            "score": m.score,
            "reason": encode_reason(m.reason),
            "fields": encode_fields(m.unit.fields),
        }
        for i, m in enumerate(judgement.mentions)
    ]


def _window_article(judgement: Judgement, row: dict[str, Any]) -> Filed:
    """What the window will say of this article, with its text as stored."""
    names = (
        "key", "outlet", "url", "title", "published", "first_seen", "story", "copy_group", "derives_from", "origin",
    )  # fmt: skip
    return replace(filed_article(row["number"], judgement), **{name: row[name] for name in names})


def _window_mention(row: dict[str, Any]) -> FiledMention:
    """What the window will say of a mention."""
    return FiledMention(
        row["claim"], row["article"], row["story"], row["outlet"], row["origin"], row["dated"], row["first_seen"],
        row["text"], Status(row["status"]), row["relation"], row["rank"], row["features"],
    )  # fmt: skip
