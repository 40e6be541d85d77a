"""The sentences a report or a mail says about its views: who carries a story, who had a claim first, what it became."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from monitor.core.histories import ClaimView, EchoView, StepView
from monitor.core.model import Quantity, Status
from monitor.core.phrases import TELLING
from monitor.core.report import MemberView, ReportView, StoryView
from monitor.core.wording import (
    count_of,
    later,
    listing,
    number,
    phrase,
    relation_word,
    word,
)

NOW_ISH = timedelta(minutes=1)


def tell(key: str, language: str, **facts: object) -> str:
    """A sentence of `phrases.TELLING` filled with facts."""
    return phrase(TELLING[key][1 if language == "fr" else 0], facts, language)


def sources_line(story: StoryView, language: str = "en") -> str:
    """Who is behind a story: "14 outlets, 1 origin (AFP), 2 independent"."""
    parts = [count_of(len(story.outlets), "outlet", language)]
    if story.sources:
        names = listing((o.name for o in story.sources), language, limit=4)
        parts.append(f"{count_of(len(story.sources), 'origin', language)} ({names})")
    if story.independent:
        parts.append(count_of(len(story.independent), "independent", language))
    return ", ".join(parts)


def texts_line(story: StoryView, language: str = "en") -> str:
    """How much text there really is: "14 articles, 5 different texts"."""
    return f"{count_of(story.articles, 'article', language)}, {count_of(len(story.clusters), 'text', language)}"


def languages_line(story: StoryView, language: str = "en") -> str:
    """In which languages: "French 9, English 5"; one language alone without its number."""
    if len(story.languages) == 1:
        return language_name(story.languages[0][0], language)
    return ", ".join(f"{language_name(code, language)} {n}" for code, n in story.languages)


def news_line(steps: Iterable[StepView], language: str = "en", order: Iterable[Status] = Status) -> str:
    """What a set of verdicts holds: "3 new claims, 1 update and 1 denial"; empty where there is none."""
    counts = Counter(s.status for s in steps)
    return listing((count_of(counts[s], f"status.{s}", language) for s in order if counts[s]), language)


def summary_line(story: StoryView, language: str = "en") -> str:
    """The one line a hurried reader wants: what is new, then who is behind it."""
    news = news_line(story.fresh, language) or word("nothing new", language)
    return f"{news}{word('; ', language)}{sources_line(story, language)}"


def report_line(report: ReportView, language: str = "en") -> str:
    """The report in one sentence."""
    if not report.stories:
        return tell("report.empty", language)
    news = news_line((s for v in report.stories for s in v.fresh), language) or word("nothing new", language)
    return tell(
        "report",
        language,
        news=news,
        stories=count_of(len(report.stories), "story", language),
        articles=count_of(report.articles, "article", language),
        outlets=count_of(report.outlets, "outlet", language),
        silent=report.silent_articles or None,
    )


def member_line(member: MemberView, language: str = "en") -> str:
    """What an article is: "original", "trimmed copy of AFP, 12 min later", "rewrite"."""
    what = relation_word(member.kind, language)
    if member.of_outlet is None:
        return what
    return tell(
        "member",
        language,
        what=what,
        outlet=member.of_outlet,
        when=_when(member.lag, language) if member.lag is not None else None,
    )


def first_line(claim: ClaimView, language: str = "en") -> str:
    """Who had a claim first and by how much: "AFP had it first; Le Monde 4 min later"."""
    runner = claim.runner_up
    if runner is None:
        return tell("first.alone", language, outlet=claim.first.outlet)
    return tell(
        "first",
        language,
        outlet=claim.first.outlet,
        second=runner.outlet,
        when=_when(runner.when - claim.first.when, language),
    )


def echo_line(claim: ClaimView, language: str = "en", limit: int = 5) -> str:
    """Who only repeated it: "Echoed by 12 outlets: A, B, C and 9 more."; empty where nobody did."""
    if not claim.echoes:
        return ""
    names = listing((e.outlet for e in claim.echoes), language, limit=limit)
    return tell("echoed", language, count=count_of(len(claim.echoes), "outlet", language), names=names)


def step_lag(step: StepView | EchoView, language: str = "en") -> str:
    """How long after the claim's first mention: "4 h later"; "at once" within a minute."""
    return _when(step.lag, language)


def said_by(speaker: str | None, chain: Iterable[str], language: str = "en") -> str:
    """Who says it and how it came: "Zelensky, via Reuters and two sources"; empty where nobody is named."""
    via = listing(dict.fromkeys(c for c in chain if c != speaker), language, limit=4)
    if not via:
        return speaker or ""
    key = "said.via" if speaker else "said.according"
    return tell(key, language, speaker=speaker, via=via)


def quantity(value: Quantity, language: str = "en") -> str:
    """A figure as a reader says it: "about 10,000", "2,000 to 12,000", "at least 4%", "2.4 billion EUR"."""
    text = _amount(value.low, language)
    if value.high != value.low:
        text = tell("range", language, low=text, high=_amount(value.high, language))
    if value.unit == "%":
        text += "\u00a0%" if language == "fr" else "%"
    elif value.unit and len(value.unit) == 3 and value.unit.isupper():
        text += f"\u00a0{value.unit}"
    return f"{word(f'bound.{value.bound}', language)} {text}" if value.bound else text


def _amount(value: float, language: str) -> str:
    for size, name in ((1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            noun = word(f"{'one' if abs(value) < 2 * size else 'many'}.{name}", language)
            return f"{number(_short(value / size), language)}\u00a0{noun}"
    return number(_short(value), language)


def _short(value: float) -> float:
    return int(value) if math.isfinite(value) and float(value).is_integer() else value


def _when(lag: timedelta, language: str) -> str:
    if abs(lag) < NOW_ISH:
        return word("at once", language)
    return later(lag, language) if lag > timedelta(0) else tell("before", language, lag=lag.total_seconds())


def figures_line(claim: ClaimView, language: str = "en") -> str:
    """The figures a claim took over time: "about 420 (AFP) → 610 (Radio Arvane)"."""
    return " → ".join(f"{quantity(f.quantity, language)} ({f.outlet})" for f in claim.figures)


def seen_line(member: MemberView, language: str = "en") -> str:
    """How long after its publication we saw an article."""
    if member.published is None:
        return word("never dated", language)
    lag = (member.first_seen - member.published).total_seconds()
    if lag < NOW_ISH.total_seconds():
        return word("seen at once", language)
    return tell("seen", language, lag=lag)


def version_line(member: MemberView, language: str = "en") -> str:
    """Which version of its text an article is in."""
    return tell("version", language, version=member.version)


def more_line(count: int, language: str = "en") -> str:
    """What a folded list holds: "14 more articles"."""
    return tell("more articles", language, count=count)


def more(count: int, language: str = "en") -> str:
    """What a folded list holds: "and 14 more"."""
    return tell("more", language, count=count)


def alone_line(count: int, language: str = "en") -> str:
    """The head of the claims that only one outlet has."""
    return tell("alone", language, count=count)


def single_line(count: int, language: str = "en") -> str:
    """The head of the stories that one article tells."""
    return tell("single", language, count=count)


def others_line(count: int, language: str = "en") -> str:
    """The head of the stories that a long report does not tell whole."""
    return tell("others", language, count=count)


def language_name(code: str, language: str = "en") -> str:
    """A language by name; its code where we have no name for it."""
    return word(f"language.{code}", language).removeprefix("language.")
