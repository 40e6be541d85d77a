"""The composition root: settings made into parts that work together. Nothing else builds parts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from monitor.config import watches
from monitor.core.alerts import Watch
from monitor.core.archive import ArticleRecord
from monitor.core.claims.judge import ClaimsSettings
from monitor.core.desk import Desk, DeskSettings
from monitor.core.matching.explain import Explanation, explain
from monitor.core.matching.meaning import Meaning
from monitor.core.matching.place import MatchSettings
from monitor.core.model import Reading, Submission
from monitor.core.pacing import PacingSettings
from monitor.edges.embeddings import EmbeddingsError, check_model, load_model
from monitor.edges.feeds import FeedParser
from monitor.edges.fetch import Fetcher, FetchSettings
from monitor.edges.mail import MailSettings, check_address
from monitor.edges.pages import PageReader
from monitor.edges.store import Store
from monitor.edges.workers import Workers
from monitor.languages import pack, resource
from monitor.service.filing import Filer
from monitor.service.gather import Gatherer, GatherSettings
from monitor.service.intake import Intake, chance
from monitor.service.overruling import Overruling
from monitor.service.roster import listed
from monitor.settings import ConfigError, Settings

PARSERS = 2  # processes that read feeds and pages
_PRELOAD = ("monitor.edges.feeds", "monitor.edges.pages", "feedparser", "trafilatura")


def make_desk(operating_point: str, embeddings: Path | None = None, weight: float = 0.0) -> Desk:
    """A desk with the learnt files that ship with the package, and the user's model. A second or so, or the model's.

    Raises ConfigError where the model cannot be used.
    """
    claims = ClaimsSettings.load(resource, operating_point)
    return Desk(pack, DeskSettings(match_settings(embeddings, weight), claims))


def match_settings(embeddings: Path | None = None, weight: float = 0.0) -> MatchSettings:
    """What matching has learnt, with the user's model. Raises ConfigError where that cannot be used."""
    matching = MatchSettings.load(resource)
    if embeddings is None:
        return matching
    try:
        name, encode = load_model(embeddings, matching.idf)
    except EmbeddingsError as e:
        raise ConfigError(f"matching.embeddings: {e}") from e
    return replace(matching, meaning=Meaning(name, encode, weight))


def desk_maker(settings: Settings) -> Callable[[], Desk]:
    """`make_desk` for these settings, fit to be sent to another process. Raises ConfigError."""
    check_embeddings(settings)
    m = settings.matching
    return partial(make_desk, settings.claims.operating_point, m.embeddings, m.embeddings_weight)


def compare(a: ArticleRecord, b: ArticleRecord, settings: Settings) -> Explanation:
    """Two recorded articles side by side, as the matcher sees them. Raises ConfigError."""
    check_embeddings(settings)
    matching = match_settings(settings.matching.embeddings, settings.matching.embeddings_weight)
    desk = Desk(pack, DeskSettings(matching, ClaimsSettings.load(resource, settings.claims.operating_point)))
    one, other = (desk.read(submission_of(x)) for x in (a, b))
    return explain(one, other, matching, pack)


def submission_of(a: ArticleRecord) -> Submission:
    """The article as it once came in."""
    return Submission(
        key=a.key, outlet=a.outlet, title=a.title, text=a.text, first_seen=a.first_seen, published=a.published,
        url=a.url, language=a.language, via=_via(a), feed=a.feed,
    )  # fmt: skip


def _via(a: ArticleRecord) -> str | None:
    """The true publisher that the feed had named: the origin of an own report under another outlet's name."""
    kind, _, name = a.origin.partition(":")
    return name if kind == "outlet" and a.derives_from is None and name != a.outlet else None


def overruling(settings: Settings, store: Store) -> Overruling:
    """What a person's rulings are carried out with."""
    desk = desk_maker(settings)()

    def reread(key: str) -> Reading:
        found = store.article(key)
        if found is None:
            raise LookupError(f"article {key} is gone")
        return desk.read(submission_of(found))

    return Overruling(store, desk, reread)


def fetch_settings(settings: Settings) -> FetchSettings:
    f = settings.fetch
    return FetchSettings(
        contact=f.contact, gap=f.gap.total_seconds(), per_host=f.per_host,
        feed_deadline=f.deadline.total_seconds(), page_deadline=f.deadline.total_seconds(),
        feed_limit=f.max_feed, page_limit=f.max_page, refuse_private=not f.private_addresses, robots=f.robots,
    )  # fmt: skip


def pacing_settings(settings: Settings) -> PacingSettings:
    f = settings.fetch
    shortest, longest = f.shortest.total_seconds(), f.longest.total_seconds()
    return PacingSettings(
        least=shortest, most=max(longest, shortest), first=f.first.total_seconds(),
        silent_after=f.silent_after.total_seconds(), stubborn=min(PacingSettings().stubborn, max(longest, shortest)),
    )  # fmt: skip


def mail_settings(settings: Settings) -> MailSettings | None:
    """Where mail goes out, or None where no server is named. Raises ConfigError."""
    m = settings.mail
    if m.host is None:
        return None
    return MailSettings(
        sender=_address(m.sender, f"{settings.file}: mail.sender"), host=m.host, port=m.port,
        security={"tls": "ssl", "none": "plain"}.get(m.security, m.security), username=m.user, password=m.password(),
        timeout=m.timeout.total_seconds(), report_url=m.report_url,
    )  # fmt: skip


def checked(watches: Sequence[Watch], settings: Settings) -> Sequence[Watch]:
    """The watches, once their addresses are known to be such. Raises ConfigError."""
    for watch in watches:
        for address in watch.to:
            _address(address, f'{settings.file}: watch "{watch.name}": to')
    return watches


def verify(settings: Settings) -> None:
    """Read all that the settings point at, before anything costly is built. Raises ConfigError."""
    listed(settings)
    checked(watches(settings), settings)
    mail_settings(settings)
    check_embeddings(settings)


def check_embeddings(settings: Settings) -> str | None:
    """The kind of model that the settings name, without loading it. Raises ConfigError where it cannot be used."""
    if settings.matching.embeddings is None:
        return None
    try:
        return check_model(settings.matching.embeddings)
    except EmbeddingsError as e:
        raise ConfigError(f"{settings.file}: matching.embeddings: {e}") from e


def _address(text: str, key: str) -> str:
    try:
        check_address(text)
    except ValueError as e:
        raise ConfigError(f"{key}: {e}") from None
    return text


@asynccontextmanager
async def live(
    settings: Settings, store: Store, watches: Sequence[Watch], desk: Desk, writer: ThreadPoolExecutor,
    progress: Callable[[], None] = lambda: None,
) -> AsyncIterator[Intake]:  # fmt: skip
    """Everything a poll needs, from the network to the store, for as long as the block lasts."""
    pacing = pacing_settings(settings)
    async with AsyncExitStack() as stack:
        workers = await stack.enter_async_context(Workers(PARSERS, preload=_PRELOAD))
        fetcher = await stack.enter_async_context(Fetcher(fetch_settings(settings)))
        gathering = GatherSettings(settings.pages.fetch, settings.pages.short, settings.pages.per_poll, pacing)
        gatherer = Gatherer(fetcher, FeedParser(workers), PageReader(workers), gathering, chance)
        filer = Filer(store, desk, watches, settings.mail.max_age)
        intake = Intake(
            store, gatherer, filer, writer, pacing, concurrency=settings.fetch.concurrency, progress=progress
        )
        try:
            yield intake
        finally:
            await intake.stop()
