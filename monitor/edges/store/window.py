"""The active window over the database: `monitor.core.window.Window` as the writing transaction sees it.

Two rules. Every answer equals `MemoryWindow`'s. A cache entry is only ever what the database would answer inside
the present transaction: recording replaces it, a rollback or another program's writing drops it (see `Caches`).

The statements here are the hot path, some hundred an article, so they are written out for both databases and run
without compiling anything.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from monitor.core.lenses import ByMachine, MachinePlace
from monitor.core.model import Filed, FiledMention, Ruling, Status
from monitor.core.window import Window
from monitor.edges.store import rulings
from monitor.edges.store.codec import storable
from monitor.edges.store.schema import from_micros

_FILED = (
    "SELECT a.number, a.key, a.outlet, a.url, a.title, a.language, a.published, a.first_seen, a.story, a.copy_group,"
    " a.derives_from, a.origin, a.text_digest, f.view FROM article a JOIN fingerprint f ON f.number = a.number "
)
_MENTION = (
    "SELECT claim, article, story, outlet, origin, dated, first_seen, text, status, relation, rank, features"
    " FROM mention WHERE story = ? ORDER BY id DESC LIMIT ?"
)
_MENTIONS_OF = (
    "SELECT claim, article, story, outlet, origin, dated, first_seen, text, status, relation, rank, features"
    " FROM mention WHERE number = ? ORDER BY id"
)
_IN_SQLITE = "WHERE a.number IN (SELECT value FROM json_each(?))"
_IN_POSTGRESQL = "WHERE a.number = ANY(?)"
_FIND = _FILED + "WHERE a.key = ?"
_MEMBERS = (
    "SELECT number FROM (SELECT number FROM article WHERE story = ? ORDER BY number DESC LIMIT ?) AS newest"
    " UNION SELECT min(number) FROM article WHERE story = ?"
)
_GROUP = "SELECT number FROM article WHERE copy_group = ? ORDER BY number LIMIT ?"
# The newest `cap` of each bucket, at most: a bucket of thousands costs `cap` steps. On 4 million rows 40 such
# sub-queries take 0.07-0.09 ms; `key IN (...)` takes 0.06-0.08 ms, and 60 ms where one bucket holds 200,000, with or
# without a window function over it; json_each with a correlated threshold 0.09-0.12 ms (2026-11-20).
_LOOKUP_POSTGRESQL = (
    "SELECT k.key, b.number FROM unnest(%s::bigint[]) AS k(key) CROSS JOIN LATERAL"
    " (SELECT number FROM band WHERE view = %s AND key = k.key ORDER BY number DESC LIMIT %s) AS b"
)
_BUCKET_SQLITE = "SELECT * FROM (SELECT key, number FROM band WHERE view = ? AND key = ? ORDER BY number DESC LIMIT ?)"
_COMPOUND = 400  # SQLite joins at most 500 SELECTs in one statement

FILED_BYTES = 32 << 20  # of articles kept, as `_filed_size` estimates
MENTION_BYTES = 32 << 20  # of mentions kept, those of the stories last asked for


def _filed_size(article: Filed) -> int:
    """About the bytes an article takes in memory: its view, its texts and a score of objects."""
    return len(article.view) + 2 * len(article.title) + 1_200


_STORY_BYTES = 500  # of a story without mentions


def _mentions_size(mentions: Sequence[FiledMention]) -> int:
    return sum(len(m.features) + len(m.text) for m in mentions) + 900 * len(mentions)


def row_to_filed(row: Sequence[Any]) -> Filed:
    """One row of `_FILED`."""
    published = row[6]
    return Filed(
        row[0], row[1], row[2], row[3], row[4], row[5],
        None if published is None else from_micros(published), from_micros(row[7]),
        row[8], row[9], row[10], row[11], row[12], bytes(row[13]),
    )  # fmt: skip


def row_to_mention(row: Sequence[Any]) -> FiledMention:
    """One row of `_MENTION`."""
    return FiledMention(
        row[0], row[1], row[2], row[3], row[4], from_micros(row[5]), from_micros(row[6]),
        row[7], Status(row[8]), row[9], row[10], bytes(row[11]),
    )  # fmt: skip


class Caches:
    """What the last transactions read, kept for the next one.

    `touched` holds what the present transaction changed; `forget_touched` undoes it after a rollback.
    """

    def __init__(self) -> None:
        self.filed: OrderedDict[int, Filed] = OrderedDict()
        self.mentions: OrderedDict[str, tuple[int, list[FiledMention]]] = OrderedDict()
        self._filed_bytes = 0
        self._mention_bytes = 0
        self._touched_numbers: set[int] = set()
        self._touched_stories: set[str] = set()

    def clear(self) -> None:
        """Another program wrote: nothing is sure any more."""
        self.filed.clear()
        self.mentions.clear()
        self._filed_bytes = self._mention_bytes = 0
        self.settle()

    def settle(self) -> None:
        """The transaction is committed: what it changed is the truth now."""
        self._touched_numbers.clear()
        self._touched_stories.clear()

    def forget_touched(self) -> None:
        """The transaction came to nothing."""
        for number in self._touched_numbers:
            self._drop_filed(number)
        for story in self._touched_stories:
            self._drop_mentions(story)
        self.settle()

    def recorded(self, article: Filed, mentions: Sequence[FiledMention]) -> None:
        """The transaction recorded an article: show it to the window at once."""
        self._touched_numbers.add(article.number)
        self.keep_filed(article)
        for mention in mentions[:1]:  # all of one story
            self._touched_stories.add(mention.story)
            if (kept := self.mentions.get(mention.story)) is not None:
                self._put_mentions(mention.story, kept[0], [*kept[1], *mentions][-kept[0] :])

    def moved(self, number: int, stories: Iterable[str]) -> None:
        """The transaction moved an article, or changed its mentions: these stories are read anew."""
        self._touched_numbers.add(number)
        self._drop_filed(number)
        for story in stories:
            self._touched_stories.add(story)
            self._drop_mentions(story)

    def weighed(self, article: Filed, mentions: Sequence[FiledMention]) -> None:
        """The transaction changed the verdicts on an article: as many mentions as before, in their old places."""
        self._touched_stories.add(article.story)
        if (kept := self.mentions.get(article.story)) is not None:
            fresh = iter(mentions[-sum(m.article == article.key for m in kept[1]) :])
            replaced = [next(fresh) if m.article == article.key else m for m in kept[1]]
            self._put_mentions(article.story, kept[0], replaced)

    def keep_filed(self, article: Filed) -> None:
        former = self.filed.get(article.number)
        if former is not article:
            self._filed_bytes += _filed_size(article) - (0 if former is None else _filed_size(former))
            self.filed[article.number] = article
        self.filed.move_to_end(article.number)
        while self._filed_bytes > FILED_BYTES:
            self._filed_bytes -= _filed_size(self.filed.popitem(last=False)[1])

    def _drop_filed(self, number: int) -> None:
        if (dropped := self.filed.pop(number, None)) is not None:
            self._filed_bytes -= _filed_size(dropped)

    def keep_mentions(self, story: str, limit: int, mentions: list[FiledMention]) -> None:
        if limit > 0:
            self._put_mentions(story, limit, mentions)
            self.mentions.move_to_end(story)
            while self._mention_bytes > MENTION_BYTES:
                self._drop_mentions(next(iter(self.mentions)))

    def _put_mentions(self, story: str, limit: int, mentions: list[FiledMention]) -> None:
        if (former := self.mentions.get(story)) is not None:
            self._mention_bytes -= _STORY_BYTES + _mentions_size(former[1])
        self._mention_bytes += _STORY_BYTES + _mentions_size(mentions)
        self.mentions[story] = (limit, mentions)

    def _drop_mentions(self, story: str) -> None:
        if (dropped := self.mentions.pop(story, None)) is not None:
            self._mention_bytes -= _STORY_BYTES + _mentions_size(dropped[1])


class StoreWindow:
    """`Window` inside one transaction."""

    def __init__(self, connection: Connection, views: dict[str, int], caches: Caches) -> None:
        self._connection = connection
        self._views = views
        self._caches = caches
        driver = connection.connection.driver_connection
        self._raw = driver if isinstance(driver, sqlite3.Connection) else None
        self._rulings: dict[str, list[Ruling]] = {}
        self._places: dict[int, MachinePlace] = {}
        self.look_again()

    def look_again(self) -> None:
        """Read the rulings, and where the machine had put what they moved. They are few, and mostly none."""
        self._places = rulings.places(self._connection)
        self._rulings = {}
        for ruling in rulings.every(self._connection):
            for key in ruling.concerned:
                self._rulings.setdefault(key, []).append(ruling)

    def moved(self, number: int, place: MachinePlace | None) -> None:
        """The machine's own place of an article has been recorded."""
        self._places.pop(number, None)
        if place is not None:
            self._places[number] = place

    def rulings(self, key: str) -> Sequence[Ruling]:
        return self._rulings.get(storable(key), ())

    def by_machine(self) -> Window:
        return ByMachine(self, self._places) if self._places else self

    def find(self, key: str) -> Filed | None:
        row = self._one(_FIND, (storable(key),))
        return None if row is None else row_to_filed(row)

    def lookup(self, view: str, keys: Sequence[int], cap: int) -> dict[int, int]:
        view_id = self._views.get(view)
        if view_id is None or not keys:
            return {}
        unique = list(dict.fromkeys(keys))
        buckets: dict[int, list[int]] = {}
        for key, number in self._buckets(view_id, unique, cap):
            buckets.setdefault(key, []).append(number)
        # MemoryWindow's order: by key as asked, then by number.
        return dict(Counter(number for key in keys for number in sorted(buckets.get(key, ()))))

    def filed(self, numbers: Iterable[int]) -> list[Filed]:
        wanted = sorted(set(numbers))
        known = self._caches.filed
        missing = [n for n in wanted if n not in known]
        fresh = {a.number: a for a in self._load(missing)}
        found = []
        for number in wanted:
            article = known.get(number) or fresh.get(number)
            if article is not None:
                found.append(article)
        for article in found:
            self._caches.keep_filed(article)
        return found

    def members(self, story: str, limit: int) -> list[Filed]:
        rows = self._all(_MEMBERS, (story, max(limit, 0), story))
        return self.filed(row[0] for row in rows if row[0] is not None)

    def group(self, copy_group: str, limit: int) -> list[Filed]:
        return self.filed(row[0] for row in self._all(_GROUP, (copy_group, max(limit, 0))))

    def mentions(self, story: str, limit: int) -> list[FiledMention]:
        kept = self._caches.mentions.get(story)
        if kept is not None and (kept[0] >= limit or len(kept[1]) < kept[0]):
            self._caches.mentions.move_to_end(story)
            return kept[1][-limit:]
        found = [row_to_mention(row) for row in reversed(self._all(_MENTION, (story, limit)))]
        self._caches.keep_mentions(story, limit, found)
        return list(found)

    def mentions_of(self, article: Filed) -> list[FiledMention]:
        """The mentions of an article in the order they were recorded, read anew."""
        return [row_to_mention(row) for row in self._all(_MENTIONS_OF, (article.number,))]

    def _load(self, numbers: list[int]) -> Iterable[Filed]:
        if not numbers:
            return
        if self._raw is not None:
            rows = self._all(_FILED + _IN_SQLITE, (str(numbers),))
        else:
            rows = self._all(_FILED + _IN_POSTGRESQL, (numbers,))
        for row in rows:
            yield row_to_filed(row)

    def _buckets(self, view: int, keys: list[int], cap: int) -> Iterable[Sequence[Any]]:
        if self._raw is None:
            return self._connection.exec_driver_sql(_LOOKUP_POSTGRESQL, (keys, view, cap)).all()
        rows: list[Sequence[Any]] = []
        for start in range(0, len(keys), _COMPOUND):
            part = keys[start : start + _COMPOUND]
            parameters = tuple(value for key in part for value in (view, key, cap))
            rows += self._all(" UNION ALL ".join([_BUCKET_SQLITE] * len(part)), parameters)
        return rows

    def _all(self, sql: str, parameters: tuple[Any, ...]) -> Sequence[Sequence[Any]]:
        if self._raw is None:
            return self._connection.exec_driver_sql(sql.replace("?", "%s"), parameters).all()
        # Past SQLAlchemy's cursor, which takes longer than SQLite does: these are nine of ten statements of an article.
        try:
            return self._raw.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise OperationalError(sql, parameters, error) from error

    def _one(self, sql: str, parameters: tuple[Any, ...]) -> Sequence[Any] | None:
        rows = self._all(sql, parameters)
        return rows[0] if rows else None
