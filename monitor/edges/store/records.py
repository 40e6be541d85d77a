"""What only the store's own users see: the answer to a recording, the history of mails and polls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RecordedArticle:
    """Where a judgement went: the article's number and version, the ids of its mentions in their order."""

    number: int
    mentions: tuple[int, ...]
    version: int = 1


@dataclass(frozen=True, slots=True)
class MailRecord:
    """One mail, being sent, sent or failed. `key` is what its Message-ID derives from."""

    key: str
    watch: str
    claimed: datetime  # when sending was last begun
    attempts: int
    sent: datetime | None = None
    problem: str | None = None  # why the last attempt failed
    notices: int = 0  # how many it carries
    stories: int = 0  # of how many stories


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One line of the poll log."""

    feed: str
    at: datetime | None
    items: int
    fresh: int
    seconds: float
    problem: str | None
    notes: tuple[str, ...]
