"""Judgements made by hand, so that the store is tested without the desk."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from monitor.core.model import (
    ClaimFields,
    Event,
    Fingerprint,
    Judgement,
    Mention,
    Placement,
    Quantity,
    Reading,
    Reason,
    Relation,
    Status,
    Submission,
    Unit,
)
from monitor.core.text.document import Document

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PARIS = timezone(timedelta(hours=1))
SENTENCES = ("La mairie ferme le pont.", "« Il rouvrira mardi », dit-elle.", "The bridge carries 12,000 cars a day.")


def unit(text: str, start: int, sentence: int = 0, features: bytes = b"") -> Unit:
    """One unit with most of its fields set."""
    fields = ClaimFields(
        speaker="la mairie", chain=("Reuters", "two sources"), act="announce", predicate=("ferm", "pont"),
        quantities=(Quantity(12000, 12000, "car", "about"), Quantity(1.5, float("inf"), "%", "at-least")),
        persons=("Anne Roux",), places=("Lyon",), dates=("2026-03-03",), negated=sentence % 2 == 1, conditional=True,
        quote="Il rouvrira mardi" if "«" in text else None,
    )  # fmt: skip
    return Unit(start, start + len(text), text, sentence, "quote" if "«" in text else "clause", fields, 0.5, features)


def judgement(
    key: str = "a1",
    *,
    outlet: str = "Le Quai",
    story: str = "s1",
    copy_group: str = "c1",
    origin: str = "agency:AFP",
    published: datetime | None = START,
    first_seen: datetime = START + timedelta(minutes=5),
    sentences: Sequence[str] = SENTENCES,
    claims: Sequence[str] | None = None,
    statuses: Sequence[Status] = (Status.NEW, Status.ECHO, Status.UPDATE),
    bands: Mapping[str, tuple[int, ...]] | None = None,
    view: bytes = b"view",
    title: str = "Le pont fermé",
    url: str | None = None,
    events: tuple[Event, ...] = (),
    replaces: str | None = None,
    derives_from: str | None = None,
    feed: str | None = None,
) -> Judgement:
    """A judgement whose text is its sentences, one unit and mention each."""
    text = "\n".join(sentences)
    units, at = [], 0
    for i, sentence in enumerate(sentences):
        units.append(unit(sentence, at, i, features=bytes([i, 0, 255])))
        at += len(sentence) + 1
    named = claims or [f"k{key}{i}" for i in range(len(units))]
    mentions = tuple(
        Mention(
            claim=named[i], unit=u, status=statuses[i % len(statuses)],
            reason=Reason("first-report", {"speaker": "la mairie", "lag": 1.5, "shared": ["pont", 3], "sure": True}),
            relation=f"updates:{named[0]}" if statuses[i % len(statuses)] is Status.UPDATE else None,
            first_article=derives_from, score=0.25 * i,
        )
        for i, u in enumerate(units)
    )  # fmt: skip
    submission = Submission(key, outlet, title, text, first_seen, published, url=url, language="fr", feed=feed)
    document = Document(text, title, "fr", (), (), None, ())
    fingerprint = Fingerprint("test-1", b"\x00signature", bands or {"text": (hash_of(text),)})
    placement = Placement(
        story, derives_from is None, copy_group, derives_from,
        Relation.COPY if derives_from else Relation.ORIGINAL, origin,
        (Reason("founds", {"names": ["Lyon"], "cosine": 0.5}),), 0.75,
    )  # fmt: skip
    reading = Reading(submission, document, fingerprint, view, tuple(units), ("AFP", "Reuters"))
    return Judgement(reading, placement, mentions, events, replaces)


def hash_of(text: str) -> int:
    """A signed 64-bit number for a text, the same in every run."""
    return random.Random(repr(text)).randrange(-(2**63), 2**63)


def stream(seed: int, count: int, *, versions: bool, moves: bool = False) -> list[Judgement]:
    """A random sequence of judgements over few stories, groups and look-up keys, so that everything collides."""
    rng = random.Random(seed)
    made: list[Judgement] = []
    for i in range(count):
        earlier = rng.choice(made) if versions and made and rng.random() < 0.25 else None
        key = earlier.reading.submission.key if earlier else f"a{i}"
        seen = START + timedelta(minutes=i, microseconds=rng.randrange(10**6))
        place = earlier.placement if earlier and not moves else None
        one = judgement(
            key,
            outlet=rng.choice(("Le Quai", "The Post", "Die Uhr")),
            story=place.story if place else f"s{rng.randrange(5)}",
            copy_group=place.copy_group if place else f"c{rng.randrange(8)}",
            origin=rng.choice(("agency:AFP", "outlet:Le Quai")),
            published=rng.choice((None, seen - timedelta(hours=rng.randrange(9)), seen.astimezone(PARIS))),
            first_seen=seen,
            sentences=[f"{rng.choice(SENTENCES)} {i}.{j}" for j in range(rng.randrange(5))],
            statuses=rng.choices(list(Status), k=3),
            claims=[f"k{rng.randrange(12)}" for _ in range(5)],
            bands={
                "text": (rng.randrange(-4, 4),),
                "copy": tuple(rng.choices([-(2**63), -5, 0, 7, 2**63 - 1, 3], k=rng.randrange(5))),
                "terms": tuple(rng.sample(range(20), rng.randrange(6))),
            },
            view=rng.randbytes(rng.randrange(40)),
            url=rng.choice((None, f"https://example.org/{i}")),
            replaces=key if earlier else None,
        )
        made.append(replace(one))
    return made
