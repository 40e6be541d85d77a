"""One feed's poll up to the articles it brings. This module's docstring is the path:

    feed's state -> fetch -> parse -> entries -> which are unseen -> entry text, or the page's -> submissions

Nothing is recorded here. Whatever goes wrong with a feed becomes its problem and its next time, and stays its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from monitor.core.archive import FeedState
from monitor.core.identity import article_key, canonical_url
from monitor.core.model import Submission
from monitor.core.pacing import Outcome, PacingSettings, Poll, ask_in_full, poll_url, usual_gap
from monitor.core.page_choice import needs_page
from monitor.edges.feeds import FeedError, FeedParser, NotAFeed, ParsedEntry, ParsedFeed
from monitor.edges.fetch import BadBody, BadStatus, Fetcher, FetchError, Response, Unreachable
from monitor.edges.pages import Page, PageError, PageReader

ATTEMPTS = 3  # polls in which a page that should pass is tried, before the summary must do


@dataclass(frozen=True, slots=True)
class GatherSettings:
    """`pages` is "when-short", "always" or "never"; `short` counts characters, `page_gap` is in seconds."""

    pages: str = "when-short"
    short: int = 600
    per_poll: int = 60
    pacing: PacingSettings = field(default_factory=PacingSettings)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a feed held when it was last read: by key of the article, a digest of its entry and the tries so far.

    Tries above zero: the entry waits for its page. Those are kept whole in `waiting`: a fast feed may have dropped
    them by the next poll.
    """

    entries: Mapping[str, tuple[str, int]]
    waiting: Mapping[str, ParsedEntry] = field(default_factory=dict)

    @classmethod
    def loads(cls, text: str | None) -> Seen:
        """From `dumps`; nothing seen where there is none."""
        kept = json.loads(text) if text else {"entries": {}, "waiting": {}}
        entries = {k: (str(d), int(n)) for k, (d, n) in kept["entries"].items()}
        return cls(entries, {k: _entry_of(facts) for k, facts in kept["waiting"].items()})

    def dumps(self) -> str:
        waiting = {k: asdict(e) for k, e in self.waiting.items()}
        return json.dumps({"entries": self.entries, "waiting": waiting}, separators=(",", ":"), default=str)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one feed gave. `seen` is None where the feed was not read (unchanged or failed)."""

    state: FeedState  # before this poll
    poll: Poll
    submissions: tuple[Submission, ...] = ()
    seen: Seen | None = None
    items: int = 0
    waiting: int = 0  # entries left for the next poll
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    read: Mapping[str, tuple[ParsedEntry, int]] = field(default_factory=dict)  # by key: entry, tries before this poll
    unreachable: bool = False  # no answer at all: perhaps our own network


@dataclass(frozen=True, slots=True)
class _Item:
    """An entry that is unseen or changed, on its way to a submission."""

    key: str
    digest: str
    tries: int
    entry: ParsedEntry
    text: str


def _entry_of(facts: dict[str, Any]) -> ParsedEntry:
    dates = {n: datetime.fromisoformat(facts[n]) if facts[n] else None for n in ("published", "updated")}
    return ParsedEntry(**{**facts, **dates, "tags": tuple(facts["tags"])})


class Gatherer:
    """Orders the calls of one feed's poll; several may run at a time."""

    def __init__(
        self, fetcher: Fetcher, parser: FeedParser, reader: PageReader, settings: GatherSettings,
        chance: Callable[[], float],
    ) -> None:  # fmt: skip
        """`chance` gives numbers in 0..1."""
        self._fetcher, self._parser, self._reader, self._settings = fetcher, parser, reader, settings
        self._chance = chance

    async def gather(self, state: FeedState, seen: Seen, filed: Callable[[str], str | None], now: datetime) -> Gathered:
        """Poll one feed. `filed` gives the title of an article already filed. Raises nothing."""
        start = perf_counter()
        try:
            gathered = await self._gather(state, seen, filed, now)
        except FetchError as e:
            gathered = Gathered(state, _failed(e), unreachable=isinstance(e, Unreachable))
        except NotAFeed as e:
            gathered = Gathered(state, Poll(Outcome.REFUSED, problem=str(e)))
        except FeedError as e:
            gathered = Gathered(state, Poll(Outcome.FAILED, problem=str(e)))
        except Exception as e:  # noqa: BLE001  the feed's boundary: recorded as its problem
            gathered = Gathered(state, Poll(Outcome.FAILED, problem=f"an error of ours: {type(e).__name__}: {e}"[:300]))
        return replace(gathered, seconds=perf_counter() - start)

    async def _gather(
        self, state: FeedState, seen: Seen, filed: Callable[[str], str | None], now: datetime
    ) -> Gathered:
        pacing = self._settings.pacing
        full = ask_in_full(state, now, self._chance(), pacing) or any(tries for _, tries in seen.entries.values())
        etag, modified = (None, None) if full else (state.etag, state.modified)
        response = await self._fetcher.get(poll_url(state, pacing), kind="feed", etag=etag, modified=modified)
        digest = hashlib.blake2b(response.body, digest_size=16).hexdigest()
        if response.not_modified or (digest == state.body_hash and not full):
            return Gathered(state, _unchanged(state, response))
        feed = await self._parser.parse(
            response.body, response.url, content_type=response.content_type, charset=response.charset, now=now
        )
        items, entries = await self._unseen(state, feed, seen, filed)
        submissions, waiting, notes = await self._submissions(state, feed, items, entries, now)
        poll = Poll(
            Outcome.FRESH if items else Outcome.UNCHANGED,
            fresh=len(items), usual_gap=usual_gap([e.published for e in feed.entries if e.published], now),
            ttl=feed.ttl, max_age=response.max_age, retry_after=response.retry_after, problem=feed.problem,
            etag=None if waiting else response.etag, modified=None if waiting else response.modified,
            body_hash="" if waiting else digest, permanent=response.permanent_redirect,
            title=feed.title, language=feed.language, site=feed.site,
        )  # fmt: skip
        held = {i.key: i.entry for i in items if entries[i.key][1]}
        return Gathered(
            state, poll, tuple(submissions), Seen(entries, held), len(feed.entries), waiting, (*feed.notes, *notes),
            read={i.key: (i.entry, i.tries) for i in items},
        )  # fmt: skip

    async def _unseen(
        self, state: FeedState, feed: ParsedFeed, seen: Seen, filed: Callable[[str], str | None]
    ) -> tuple[list[_Item], dict[str, tuple[str, int]]]:
        """Entries whose text must be looked at, and the digests of all. An item listed twice counts once."""
        entries: dict[str, tuple[str, int]] = {}
        chosen: list[tuple[str, str, int, ParsedEntry]] = []
        for entry in (*feed.entries, *seen.waiting.values()):
            key = article_key(state.outlet, entry.guid, entry.url)
            if key in entries:
                continue
            digest = _digest(entry)
            known, tries = seen.entries.get(key, ("", 0))
            # In another feed of the outlet before: the same title is the same item.
            elsewhere = not known and bool(entry.title) and filed(key) == entry.title
            entries[key] = (digest, 0)
            if not elsewhere and (known != digest or tries):
                chosen.append((key, digest, tries, entry))
        texts = await self._reader.entry_texts(tuple(e.html for *_, e in chosen)) if chosen else ()
        return [_Item(k, d, t, e, text) for (k, d, t, e), text in zip(chosen, texts, strict=True)], entries

    async def _submissions(
        self, state: FeedState, feed: ParsedFeed, items: Iterable[_Item], entries: dict[str, tuple[str, int]],
        now: datetime,
    ) -> tuple[list[Submission], int, list[str]]:  # fmt: skip
        """Submissions, how many entries wait for the next poll, and notes. Marks those that wait in `entries`."""
        wanted: list[tuple[_Item, bool]] = []
        pages = waiting = 0
        for item in items:
            needed = self._wants_page(item)
            if needed and pages >= self._settings.per_poll:
                entries[item.key] = ("", 1)
                waiting += 1
                continue
            pages += needed
            wanted.append((item, needed))
        read = await asyncio.gather(*(self._page(i.entry.url) if p else _no_page() for i, p in wanted))
        out: list[Submission] = []
        problems: dict[str, int] = {}
        for (item, _), (page, problem, passing) in zip(wanted, read, strict=True):
            if problem:
                problems[problem] = problems.get(problem, 0) + 1
            if problem and passing and item.tries + 1 < ATTEMPTS:
                entries[item.key] = (item.digest, item.tries + 1)
                waiting += 1
            elif submission := _submission(state, feed, item, page, now):
                out.append(submission)
        notes = [f"{n} page{'s' if n > 1 else ''}: {p}" for p, n in problems.items()]
        return out, waiting, [*notes, *([f"{waiting} wait for the next poll"] if waiting else [])]

    def _wants_page(self, item: _Item) -> bool:
        match self._settings.pages:
            case "never":
                return False
            case "always":
                return item.entry.url is not None
            case _:
                return needs_page(item.text, item.entry.is_summary, item.entry.url, self._settings.short).fetch

    async def _page(self, url: str | None) -> tuple[Page | None, str | None, bool]:
        """The page, or why there is none and whether trying later makes sense."""
        assert url is not None
        try:
            response = await self._fetch_page(canonical_url(url))
            page = await self._reader.extract(response.body, response.url, response.charset)
        except FetchError as e:
            return None, str(e), e.passing
        except PageError as e:
            return None, str(e), False
        return page, page.problem, False

    async def _fetch_page(self, url: str) -> Response:
        """The page, asked for a second time where the first answer was a stumble.

        An article that waits for the next poll is judged after those that copied it. Where the host asked for a pause
        the second request waits for it, or is refused here if that is long.
        """
        try:
            return await self._fetcher.get(url, kind="page")
        except (BadStatus, BadBody) as e:
            if not e.passing or (isinstance(e, BadStatus) and e.status in (429, 503) and not e.retry_after):
                raise
        return await self._fetcher.get(url, kind="page")


async def _no_page() -> tuple[Page | None, str | None, bool]:
    return None, None, False


def _submission(state: FeedState, feed: ParsedFeed, item: _Item, page: Page | None, now: datetime) -> Submission | None:
    """The article of an entry and its page; None where neither has any text."""
    entry = item.entry
    text = page.text if page and len(page.text) > len(item.text) else item.text
    title = entry.title or (page.title if page else "")
    if not text.strip() and not title:
        return None
    published = entry.published or entry.updated or (page.published if page else None)
    return Submission(
        key=item.key, outlet=state.outlet, title=title, text=text, first_seen=now, published=published,
        url=canonical_url(entry.url) if entry.url else None,
        language=entry.language or state.language or feed.language or (page.language if page else None),
        via=_via(state, entry), feed=state.url,
    )  # fmt: skip


def _via(state: FeedState, entry: ParsedEntry) -> str | None:
    """The true publisher, where the feed names another than its own outlet."""
    return entry.source if entry.source and entry.source.casefold() != state.outlet.casefold() else None


def _digest(entry: ParsedEntry) -> str:
    """What changes when the outlet changes the entry."""
    parts = (entry.title, entry.html, str(entry.updated or ""))
    return hashlib.blake2b("\x1f".join(parts).encode("utf8", "replace"), digest_size=8).hexdigest()


def _unchanged(state: FeedState, response: Response) -> Poll:
    return Poll(
        Outcome.UNCHANGED, max_age=response.max_age, retry_after=response.retry_after, problem=state.problem,
        etag=response.etag, modified=response.modified, permanent=response.permanent_redirect,
    )  # fmt: skip


def _failed(error: FetchError) -> Poll:
    """What a failed request means for the feed's pace."""
    outcome, retry_after = Outcome.FAILED if error.passing else Outcome.REFUSED, None
    if isinstance(error, BadStatus):
        retry_after = error.retry_after
        outcome = {410: Outcome.GONE, 429: Outcome.BUSY, 503: Outcome.BUSY}.get(error.status, outcome)
    return Poll(outcome, retry_after=retry_after, problem=str(error))


def without(g: Gathered, failed: frozenset[str]) -> Gathered:
    """The same, but articles that could not be read or judged wait for the next poll, a few times."""
    again = {s.key for s in g.submissions if s.key in failed and g.read[s.key][1] + 1 < ATTEMPTS}
    if not again or g.seen is None:
        return g
    entries = {**g.seen.entries, **{k: (g.seen.entries[k][0], g.read[k][1] + 1) for k in again}}
    held = {**g.seen.waiting, **{k: g.read[k][0] for k in again}}
    poll = replace(g.poll, etag=None, modified=None, body_hash="")
    return replace(g, poll=poll, seen=Seen(entries, held), waiting=g.waiting + len(again))


def sooner(state: FeedState, now: datetime, settings: PacingSettings) -> FeedState:
    """The state with the next poll at the fastest pace: entries wait for their pages."""
    soon = now + timedelta(seconds=settings.least)
    return replace(state, next_poll=min(state.next_poll or soon, soon))
