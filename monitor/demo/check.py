"""What Echowire recorded of the demo, held against the labels the stories were written with."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.core.archive import ArticleRecord, MentionRecord
from monitor.core.model import Status
from monitor.core.report import SILENT
from monitor.demo.newsroom import DemoArticle, News

SHARE = 2 / 3  # of a story's articles that must be together, and of a found story that must be its own
PASS = 0.7  # of each line for the demo to keep its promise: below that something is broken, not merely imperfect


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled sentence that nobody had before, and the verdict on it (None: no claim was seen there)."""

    article: DemoArticle
    label: Status
    span: str
    verdict: Status | None

    @property
    def told(self) -> bool:
        return self.verdict is not None and self.verdict not in SILENT

    @property
    def exact(self) -> bool:
        return self.verdict is self.label


@dataclass(frozen=True, slots=True)
class Check:
    """How much of the truth was found."""

    expected: int  # articles
    seen: int
    stories: int  # labelled stories of several articles
    found: tuple[str, ...]  # of these, mostly together and mostly alone
    lookalikes: int
    joined: tuple[DemoArticle, ...]  # look-alikes that share a story with anything else
    copies: int  # labelled copies of another article
    recognised: int  # in their source's copy group
    silent: int  # that brought nothing but echoes
    facts: tuple[Fact, ...]

    @property
    def apart(self) -> int:
        """Look-alikes kept apart."""
        return self.lookalikes - len(self.joined)

    @property
    def told(self) -> int:
        return sum(f.told for f in self.facts)

    @property
    def exact(self) -> int:
        return sum(f.exact for f in self.facts)

    @property
    def kept(self) -> bool:
        """Whether the demo shows what it promises."""
        return (
            self.seen == self.expected
            and len(self.found) >= PASS * self.stories
            and self.apart >= PASS * self.lookalikes
            and min(self.recognised, self.silent) >= PASS * self.copies
            and self.told >= PASS * len(self.facts)
        )


def label_of(record: ArticleRecord) -> str:
    """The demo's id of an article, from its address."""
    found = re.search(r"-([a-z]+-\d\d)\.html", record.url or "")
    return found[1] if found else ""


def check(news: News, records: Iterable[ArticleRecord]) -> Check:
    """Compare what was recorded with the labels."""
    by_label = {label_of(r): r for r in records}
    seen = [(a, by_label[a.id]) for a in news.articles if a.id in by_label]
    gold: dict[str, list[str]] = defaultdict(list)
    for a, r in seen:
        if a.variant != "negative":
            gold[a.story].append(r.story)
    holds = Counter(r.story for _, r in seen)
    bodies = {story: Counter(ids).most_common(1)[0] for story, ids in gold.items()}
    found = [
        story
        for story, (body, together) in bodies.items()
        if together >= SHARE * len(gold[story]) and together >= SHARE * holds[body]
    ]
    negatives = [(a, r) for a, r in seen if a.variant == "negative"]
    copies = [(a, r) for a, r in seen if a.copy_group != a.id and a.copy_group in by_label]
    return Check(
        expected=len(news.articles),
        seen=len(seen),
        stories=len(gold),
        found=tuple(found),
        lookalikes=len(negatives),
        joined=tuple(a for a, r in negatives if holds[r.story] > 1),
        copies=len(copies),
        recognised=sum(r.copy_group == by_label[a.copy_group].copy_group for a, r in copies),
        silent=sum(r.verdict in SILENT for _, r in copies),
        facts=tuple(Fact(a, s, span, _verdict(span, r.mentions, r.text)) for a, r in seen for s, span in a.brings),
    )


def _verdict(span: str, mentions: Sequence[MentionRecord], text: str) -> Status | None:
    """The strongest verdict on a claim that overlaps the sentence."""
    squeezed, wanted = _squeeze(text), _squeeze(span)
    start = squeezed.find(wanted)
    if start < 0:
        return None
    end = start + len(wanted)
    over = set()
    for m in mentions:
        first = len(_squeeze(text[: m.start]))
        last = first + len(_squeeze(text[m.start : m.end]))
        if first < end and last > start:
            over.add(m.status)
    return next((s for s in Status if s in over), None)


def _squeeze(text: str) -> str:
    """Without white space: a page extractor may lay it out anew."""
    return "".join(text.split())
