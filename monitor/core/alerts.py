"""Who hears of what, and when: watches, notices and the plan of each mail.

    judgement  --matches, notice_for-->  notice (one article's news for one watch; recorded with the poll)
    notices    --due-->                  mail plans (each with a named reason), sent by the edge, then marked sent

An article that only echoes gives no notice: silence is the point. The vocabulary of waiting is Alertmanager's: a
group (one story, or all of the watch) waits `group_wait` for more before its first mail, and `group_interval` between
mails; after `repeat_interval` of quiet the next mail recalls what was told before. A mail once begun keeps its key:
notices that carry one but were never marked sent make the same mail again, so that a crash neither loses nor doubles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from monitor.core.archive import Notice
from monitor.core.model import Judgement, Reason, Status
from monitor.core.topic import fold, found

ALERTING = frozenset(Status) - {Status.ECHO, Status.LAGGED}
WHOLE_WATCH = ""  # the group key where a watch groups all its stories into one mail


@dataclass(frozen=True, slots=True)
class Watch:
    """What a subscriber wants to hear about.

    `any`, `all` and `none` are words and phrases (`core.topic`): at least one of `any`, every one of `all`, not one of
    `none`. Empty lists ask nothing. `outlets` and `languages` narrow further.
    """

    name: str
    to: tuple[str, ...]
    language: str = "en"  # of the mail: "fr" or "en"
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  # of the article
    statuses: frozenset[Status] = ALERTING
    min_rank: float = 0.0
    group_by: str = "story"  # or "watch": one mail for everything
    group_wait: timedelta = timedelta(minutes=2)
    group_interval: timedelta = timedelta(minutes=15)
    repeat_interval: timedelta = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a watch looks at in an article."""

    outlet: str
    language: str
    texts: tuple[str, ...]  # title, body, claims

    @classmethod
    def of(cls, judgement: Judgement) -> Facts:
        """The facts of a judgement."""
        s = judgement.reading.submission
        return cls(s.outlet, judgement.reading.document.language, (s.title, s.text))


@dataclass(frozen=True, slots=True)
class MailPlan:
    """One mail to be written: for one watch, about one story (or all the watch's, when it groups so)."""

    key: str  # the same for the same news: its Message-ID is made of it
    watch: str
    stories: tuple[str, ...]  # in the order their news came
    notices: tuple[Notice, ...]  # oldest first
    reason: Reason
    recall: bool = False  # say again what was told before

    @property
    def mentions(self) -> frozenset[int]:
        return frozenset(m for n in self.notices for m in n.mentions)

    @property
    def articles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(n.article for n in self.notices))


def matches(watch: Watch, facts: Facts) -> Reason | None:
    """Why this article is for this watch, or None."""
    if watch.outlets and fold(facts.outlet) not in {fold(o) for o in watch.outlets}:
        return None
    if watch.languages and facts.language not in watch.languages:
        return None
    if watch.none and found(watch.none, facts.texts):
        return None
    every, some = found(watch.all, facts.texts), found(watch.any, facts.texts)
    if len(every) < len(watch.all) or (watch.any and not some):
        return None
    if every or some:
        return Reason("watch.words", {"words": list(dict.fromkeys((*every, *some)))})
    if watch.outlets:
        return Reason("watch.outlet", {"outlet": facts.outlet})
    if watch.languages:
        return Reason("watch.language", {"language": facts.language})
    if watch.statuses < ALERTING:
        return Reason("watch.statuses", {"statuses": [s.value for s in Status if s in watch.statuses]})
    return Reason("watch.everything")


def notice_for(watch: Watch, judgement: Judgement, mention_ids: Sequence[int], now: datetime) -> Notice | None:
    """What of this judgement is news for this watch. `mention_ids[i]` is the stored id of `judgement.mentions[i]`.

    None when the watch does not ask for the article, or when the article brings it nothing but echoes.
    """
    news = tuple(
        number
        for number, m in zip(mention_ids, judgement.mentions, strict=True)
        if m.status in watch.statuses and m.unit.rank >= watch.min_rank
    )
    if not news:
        return None
    reason = matches(watch, Facts.of(judgement))
    if reason is None:
        return None
    return Notice(
        watch=watch.name,
        story=judgement.placement.story,
        article=judgement.reading.submission.key,
        mentions=news,
        created=now,
        reason=reason,
    )


def last_mails(notices: Iterable[Notice], watch: Watch) -> dict[str, datetime]:
    """When each group of this watch was last mailed, from the outbox with its sent notices. Pass it to `due`."""
    last: dict[str, datetime] = {}
    for n in notices:
        if n.watch == watch.name and n.sent is not None:
            group = _group(watch, n)
            last[group] = max(last.get(group, n.sent), n.sent)
    return last


def due(notices: Iterable[Notice], watch: Watch, last_mail: Mapping[str, datetime], now: datetime) -> list[MailPlan]:
    """The mails of this watch that should go out now, each with the reason why now.

    `notices` are the unsent ones (of any watch: others are passed over); `last_mail` gives for a story's id (or
    `WHOLE_WATCH`) when it was last mailed.
    """
    begun: dict[str, list[Notice]] = defaultdict(list)
    waiting: dict[str, list[Notice]] = defaultdict(list)
    for n in sorted(notices, key=lambda n: (n.created, n.id)):
        if n.watch != watch.name or n.sent is not None:
            continue
        if n.mail is not None:
            begun[n.mail].append(n)
        else:
            waiting[_group(watch, n)].append(n)
    plans = [_plan(watch, ns, Reason("mail.retry"), key=key) for key, ns in begun.items()]
    for group, ns in waiting.items():
        reason = _why_now(watch, ns, last_mail.get(group), now)
        if reason is not None:
            plans.append(_plan(watch, ns, reason))
    return plans


def next_due(notices: Iterable[Notice], watch: Watch, last_mail: Mapping[str, datetime]) -> datetime | None:
    """When `due` will next have a mail for this watch, if nothing more comes; None where nothing waits."""
    times = []
    for n in notices:
        if n.watch == watch.name and n.sent is None:
            last = last_mail.get(_group(watch, n))
            ready = n.created + watch.group_wait
            times.append(n.created if n.mail else max(ready, last + watch.group_interval) if last else ready)
    return min(times, default=None)


def _group(watch: Watch, notice: Notice) -> str:
    return notice.story if watch.group_by == "story" else WHOLE_WATCH


def _why_now(watch: Watch, notices: Sequence[Notice], last: datetime | None, now: datetime) -> Reason | None:
    if now < notices[0].created + watch.group_wait:
        return None
    stories = len({n.story for n in notices})
    if last is None:
        return Reason("mail.first") if stories == 1 else Reason("mail.digest", {"stories": stories})
    if now < last + watch.group_interval:
        return None
    lag = (now - last).total_seconds()
    if now - last >= watch.repeat_interval:
        return Reason("mail.resumed", {"lag": lag})
    if watch.group_by != "story":
        return Reason("mail.digest", {"stories": stories})
    return Reason("mail.new-in-group", {"lag": lag})


def _plan(watch: Watch, notices: Sequence[Notice], reason: Reason, key: str | None = None) -> MailPlan:
    return MailPlan(
        key=key or mail_key(watch.name, notices),
        watch=watch.name,
        stories=tuple(dict.fromkeys(n.story for n in notices)),
        notices=tuple(notices),
        reason=reason,
        recall=reason.code == "mail.resumed",
    )


def mail_key(watch: str, notices: Iterable[Notice]) -> str:
    """A short id that the same news for the same watch always gets: 16 hexadecimal digits of BLAKE2b."""
    digest = blake2b(watch.encode(), digest_size=8)
    for article, mentions in sorted((n.article, n.mentions) for n in notices):
        digest.update(f"\0{article}\0{','.join(map(str, mentions))}".encode())
    return digest.hexdigest()
