"""The words of Echowire as types: one type for each phase an article has reached.

    Submission   an article as an edge hands it in (a polled entry or an archived line)
    Reading      the same after everything that needs no other article: cleaned, fingerprinted, cut into units
    Judgement    the same after the desk compared it with the window: placed, with a verdict for each claim
    Filed        an article of the window as the store gives it back

All times are aware datetimes. `key` is the article's public id and never changes. `number` is the store's small
integer for it. Ids of stories, copy groups and claims derive from keys (see `ids`), so that a replay gives the
same ids as a live run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.core.text.document import Document


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided: a named code and the facts that fill its sentence (`core.wording.say`).

    `facts` holds only str, int, float, bool, or lists of these, so that it can be stored as JSON.
    """

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submission:
    """An article as an edge hands it to the desk. `text` is plain text as an extractor leaves it."""

    key: str
    outlet: str
    title: str
    text: str
    first_seen: datetime
    published: datetime | None = None
    url: str | None = None
    language: str | None = None
    via: str | None = None  # the true publisher, where the feed names one (RSS <source>, a canonical link)
    feed: str | None = None

    @property
    def when(self) -> datetime:
        """What the outlet says, else when we saw it."""
        return self.published or self.first_seen


class Relation(StrEnum):
    """What an article is to the article it derives from."""

    ORIGINAL = "original"  # derives from nothing we know
    COPY = "copy"
    REWRITE = "rewrite"
    TRANSLATION = "translation"
    FOLLOW_UP = "follow-up"


class Status(StrEnum):
    """The verdict on one mention of a claim. Everything but ECHO and LAGGED may alert."""

    NEW = "new"
    UPDATE = "update"
    DENIAL = "denial"
    CONFIRMATION = "confirmation"
    NEW_SOURCE = "new-source"
    DETAIL = "detail"
    ECHO = "echo"
    LAGGED = "lagged"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the desk put an article."""

    story: str
    founded: bool  # this article founds the story
    copy_group: str  # every article has one, if only its own
    derives_from: str | None  # key of its main source
    relation: Relation
    origin: str  # id of the independent source: "agency:AFP" or "outlet:Le Monde"
    reasons: tuple[Reason, ...] = ()
    score: float = 0.0  # of the story decision, 0..1


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit. `low == high` unless a range was given; percent is unit "%", money its ISO code."""

    low: float
    high: float
    unit: str | None = None  # stem of the counted thing, "%", or an ISO 4217 code
    bound: str = ""  # "", "about", "at-least", "up-to"


@dataclass(frozen=True, slots=True)
class ClaimFields:
    """What one assertion says, in comparable form."""

    speaker: str | None = None
    chain: tuple[str, ...] = ()  # media and sources it came by, nearest first: ("Reuters", "two sources")
    act: str = "state"  # state, say, deny, confirm, cannot-confirm, accuse, announce, forecast, decide, demand
    predicate: tuple[str, ...] = ()  # stems
    quantities: tuple[Quantity, ...] = ()
    persons: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()  # ISO days
    negated: bool = False
    conditional: bool = False
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One assertion of an article: `text == Submission.text[start:end]`, verbatim."""

    start: int
    end: int
    text: str
    sentence: int  # index of its sentence in the document
    kind: str  # "clause" or "quote"
    fields: ClaimFields
    rank: float  # 0..1, how check-worthy; below the desk's floor it is background and never alerts
    features: bytes = b""  # what the claim matcher compares (`core.claims` encodes and decodes it)


@dataclass(frozen=True, slots=True)
class Mention:
    """The verdict on one unit."""

    claim: str
    unit: Unit
    status: Status
    reason: Reason
    relation: str | None = None  # "updates:CLAIM", "denies:CLAIM", "confirms:CLAIM"
    first_article: str | None = None  # key of the article that had the claim first (None: this one)
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """MinHash signatures of an article.

    `scheme` names hash, shingling and permutations; signatures of different schemes are never compared.
    `bands` are 64-bit signed look-up keys by view ("text", "copy", "terms", ...): see `Window.lookup`.
    """

    scheme: str
    signature: bytes
    bands: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article after everything that needs no other article."""

    submission: Submission
    document: Document
    fingerprint: Fingerprint
    view: bytes  # what the matcher compares (`core.matching.view` encodes and decodes it)
    units: tuple[Unit, ...]
    credits: tuple[str, ...]  # agencies credited, canonical names, strongest first


@dataclass(frozen=True, slots=True)
class Event:
    """A change of history, recorded with its reason.

    Kinds: version, earlier-seen, override (at arrival), story-merged, story-split, article-moved,
    claims-weighed-again, override-undone.
    """

    kind: str
    subject: str  # id of the story, group, claim or article
    reason: Reason


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything the desk found out about one article. The store records it in one go."""

    reading: Reading
    placement: Placement
    mentions: tuple[Mention, ...]
    events: tuple[Event, ...] = ()
    replaces: str | None = None  # key, where this is a new version of an article already filed
    machine: Placement | None = None  # where the machine alone had put it, if a person's ruling moved it

    @property
    def verdict(self) -> Status:
        """The article in one word: the strongest verdict among its mentions."""
        found = {m.status for m in self.mentions}
        return next((s for s in Status if s in found), Status.ECHO)


@dataclass(frozen=True, slots=True)
class Filed:
    """An article of the window, as the store gives it back."""

    number: int
    key: str
    outlet: str
    url: str | None
    title: str
    language: str
    published: datetime | None
    first_seen: datetime
    story: str
    copy_group: str
    derives_from: str | None
    origin: str
    text_digest: int  # bands["text"][0]
    view: bytes

    @property
    def when(self) -> datetime:
        return self.published or self.first_seen


@dataclass(frozen=True, slots=True)
class FiledMention:
    """A mention of the window, as the store gives it back."""

    claim: str
    article: str  # key
    story: str
    outlet: str
    origin: str
    when: datetime
    first_seen: datetime
    text: str
    status: Status
    relation: str | None
    rank: float
    features: bytes


class RulingKind(StrEnum):
    """What a person may rule."""

    SAME = "same"
    DIFFERENT = "different"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision of a person. `articles` are the keys they named, `others` the keys it concerns besides."""

    id: str
    kind: RulingKind
    articles: tuple[str, ...]
    made: datetime
    others: tuple[str, ...] = ()
    note: str = ""

    @property
    def sides(self) -> tuple[tuple[str, ...], ...]:
        """Articles of one side belong together, articles of two sides do not."""
        if self.kind is RulingKind.SAME:
            return (self.articles + self.others,)
        if self.kind is RulingKind.DIFFERENT:
            return tuple((key,) for key in self.articles)
        return self.articles, self.others

    @property
    def concerned(self) -> tuple[str, ...]:
        """Every key it speaks of."""
        return self.articles + self.others
