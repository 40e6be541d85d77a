"""What one mail says: a plan's news told with the story around it. Pure; the mail edge lays it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from monitor.core.alerts import MailPlan
from monitor.core.archive import StoryRecord
from monitor.core.histories import ClaimView, StepView, joined
from monitor.core.model import Reason, Status
from monitor.core.report import StoryView, story_view
from monitor.core.showing import one_line
from monitor.core.telling import news_line, sources_line, tell
from monitor.core.wording import count_of, word

CHANGES = frozenset({Status.UPDATE, Status.DENIAL, Status.CONFIRMATION, Status.NEW_SOURCE, Status.DETAIL})
ORDER = (  # in which a mail tells what it has: what overturns known facts before what adds to them
    Status.DENIAL, Status.UPDATE, Status.NEW, Status.CONFIRMATION, Status.NEW_SOURCE, Status.DETAIL, Status.LAGGED,
    Status.ECHO,
)  # fmt: skip
RECALLED = 5  # earlier claims a mail says again after a long quiet
SHOWN = 12  # new claims of one story that a mail tells; more are counted and left to the report


@dataclass(frozen=True, slots=True)
class ItemView:
    """One piece of news; `before` is what it changes, denies or confirms."""

    step: StepView
    claim: ClaimView
    before: StepView | None


@dataclass(frozen=True, slots=True)
class LetterBlock:
    """What one article brought of one kind: told under one head. `first` stands for the head."""

    first: StepView
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class LetterStory:
    """One story of a mail: its news in this mail, and the story as it stands."""

    story: StoryView
    steps: tuple[StepView, ...]  # all that is news in this mail
    blocks: tuple[LetterBlock, ...]  # what of it is told
    left_out: int  # new claims counted but not told, the least check-worthy
    recalled: tuple[StepView, ...]  # told before; only after a long quiet
    why: tuple[Reason, ...]  # why this is for this watch


@dataclass(frozen=True, slots=True)
class LetterView:
    """One mail."""

    stories: tuple[LetterStory, ...]
    reason: Reason  # why now

    @property
    def steps(self) -> tuple[StepView, ...]:
        return tuple(step for s in self.stories for step in s.steps)


def letter_view(
    plan: MailPlan, stories: Iterable[StoryRecord], now: datetime, language: str | None = None
) -> LetterView:
    """The mail of a plan. `stories` holds at least the plan's stories; one that is missing is left out."""
    by_id = {s.id: s for s in stories}
    told = []
    for story in plan.stories:
        record = by_id.get(story)
        if record is not None and record.articles:
            told.append(_story(plan, record, now, language))
    return LetterView(tuple(told), plan.reason)


def _story(plan: MailPlan, record: StoryRecord, now: datetime, language: str | None) -> LetterStory:
    view = story_view(record, now, language=language)
    notices = [n for n in plan.notices if n.story == record.id]
    wanted = {m for n in notices for m in n.mentions}
    items = [
        ItemView(step, claim, _before(step, claim))
        for claim in view.claims
        for step in claim.steps
        if step.mention in wanted
    ]
    items.sort(key=lambda i: (ORDER.index(i.step.status), i.step.when, i.step.mention))
    told = _worth_telling(items)
    recalled: list[StepView] = []
    if plan.recall:
        begun = min(n.created for n in notices)
        known = [c for c in view.claims if c.first.mention not in wanted and c.first.first_seen < begun]
        known.sort(key=lambda c: (-c.outlets, -c.rank, c.first.when))
        recalled = sorted((c.first for c in known[:RECALLED]), key=lambda s: s.when)
    reasons = {repr((n.reason.code, dict(n.reason.facts))): n.reason for n in notices}
    return LetterStory(
        story=view,
        steps=tuple(i.step for i in items),
        blocks=_blocks(told, {a.key: a.text for a in record.articles}),
        left_out=len(items) - len(told),
        recalled=tuple(recalled),
        why=tuple(reasons.values()),
    )


def _worth_telling(items: Sequence[ItemView]) -> list[ItemView]:
    """All that changes something known, and of what is new the most check-worthy, in the order given."""
    new = sorted((i for i in items if i.step.status not in CHANGES), key=lambda i: -i.claim.rank)
    dropped = {i.step.mention for i in new[SHOWN:]}
    return [i for i in items if i.step.mention not in dropped]


def _blocks(items: Sequence[ItemView], texts: Mapping[str, str]) -> tuple[LetterBlock, ...]:
    """Items of one article and kind under one head; neighbouring new clauses of a sentence in one piece."""
    out = []
    for _, group in groupby(items, key=lambda i: (i.step.status, i.step.article)):
        pieces: list[ItemView] = []
        for item in sorted(group, key=lambda i: i.step.start):
            last = pieces[-1] if pieces else None
            one = joined(last.step, item.step, texts.get(item.step.article, "")) if last else None
            if last and one:
                pieces[-1] = replace(last, step=one)
            else:
                pieces.append(item)
        out.append(LetterBlock(pieces[0].step, tuple(pieces)))
    return tuple(out)


def _before(step: StepView, claim: ClaimView) -> StepView | None:
    """The mention that this one changes: of the claim it points at, else the first of its own."""
    if step.status not in CHANGES:
        return None
    _, _, target = (step.relation or "").partition(":")
    earlier = [s for s in claim.steps if s.mention != step.mention and s.when <= step.when]
    pointed = [s for s in earlier if s.claim == target] or [s for s in earlier if s.claim == step.claim]
    return next(iter(pointed or earlier), None)


def subject(letter: LetterView, language: str = "en") -> str:
    """The mail's subject: what is new, then the headline; of several stories, the first and how many more."""
    news = news_line(letter.steps, language, ORDER) or word("nothing new", language)
    if not letter.stories:
        return one_line(news)
    head = one_line(letter.stories[0].story.headline, 110)
    more = len(letter.stories) - 1
    tail = f" (+ {count_of(more, 'story', language)})" if more else ""
    colon = "\u00a0: " if language == "fr" else ": "
    return one_line(f"{news[:1].upper()}{news[1:]}{colon}{head}{tail}", 200)


def silence_line(letter: LetterStory, language: str = "en") -> str:
    """What the mail stands for: "14 outlets, 1 origin (AFP), 2 independent; 9 articles were mere echoes"."""
    line = sources_line(letter.story, language)
    silent = letter.story.silent_articles
    if not silent:
        return line
    outlets = len({m.outlet for m in letter.story.members if m.silent})
    return (
        f"{line}{word('; ', language)}{count_of(silent, 'silent', language)} ({count_of(outlets, 'outlet', language)})"
    )


def left_out_line(letter: LetterStory, language: str = "en") -> str:
    """How many new claims the mail leaves to the report."""
    return tell("left out", language, count=letter.left_out)
