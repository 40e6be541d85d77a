"""The report for a terminal or a plain text file: the same lines plain (`render_text`) or coloured (`print_report`).

Everything outside people wrote goes through `one_line`: no escape sequence, no line break, no direction mark of
theirs reaches the terminal, and rich is given finished text, never markup.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import UTC, tzinfo

from rich.console import Console
from rich.text import Text

from monitor.core.histories import BlockView, ClaimView, StepView
from monitor.core.model import Status
from monitor.core.report import ClusterView, MemberView, ReportView, StoryView
from monitor.core.showing import one_line
from monitor.core.telling import (
    echo_line,
    figures_line,
    languages_line,
    member_line,
    news_line,
    others_line,
    report_line,
    said_by,
    single_line,
    sources_line,
    step_lag,
    summary_line,
    tell,
    texts_line,
)
from monitor.core.wording import clock, moment, quoted, say, status_word, word

SHOWN = 8  # verdicts of one article told before the rest is counted
Line = tuple[tuple[str, str], ...]  # (style, text) runs

STYLES = {
    Status.NEW: "bold green",
    Status.UPDATE: "bold yellow",
    Status.DENIAL: "bold red",
    Status.CONFIRMATION: "bold cyan",
    Status.NEW_SOURCE: "bold blue",
    Status.DETAIL: "bold magenta",
    Status.ECHO: "dim",
    Status.LAGGED: "dim",
}


def render_text(view: ReportView, language: str = "en", zone: tzinfo = UTC, width: int = 92) -> str:
    """The report as plain text, wrapped at `width` columns."""
    lines = _Layout(language, zone, width).report(view)
    return "\n".join("".join(run for _, run in line).rstrip() for line in lines) + "\n"


def print_report(view: ReportView, console: Console, language: str = "en", zone: tzinfo = UTC) -> None:
    """The report on a rich console, at its width, with colours where it has them."""
    for line in _Layout(language, zone, min(console.width, 110)).report(view):
        text = Text(no_wrap=True, overflow="ignore")
        for style, run in line:
            text.append(run, style)
        console.print(text, soft_wrap=True)


class _Layout:
    """Lays views out in lines of a width. `w` looks a word up in the reader's language."""

    def __init__(self, language: str, zone: tzinfo, width: int) -> None:
        self.language = language
        self.zone = zone
        self.width = max(width, 40)
        self.colon = "\u00a0: " if language == "fr" else ": "

    def quote(self, text: str) -> str:
        """Somebody's words in the reader's quotation marks; those that bring their own stay as they are."""
        words = one_line(text)
        return words if words[:1] in '«“"' else quoted(words, self.language)

    def w(self, key: str) -> str:
        return word(key, self.language)

    def wrap(self, style: str, text: str, indent: int, hang: int | None = None) -> Iterator[Line]:
        """Text wrapped under an indent; continuation lines under `hang`."""
        hang = indent if hang is None else hang
        for i, line in enumerate(
            textwrap.wrap(one_line(text), self.width - hang, break_long_words=False, break_on_hyphens=False)
        ):
            yield (("", " " * (hang if i else indent)), (style, line))

    def report(self, view: ReportView) -> Iterator[Line]:
        period = f" · {self.w('since')} {moment(view.since, self.language, self.zone)}" if view.since else ""
        topic = f" · {self.w('topic')} {one_line(view.topic)}" if view.topic else ""
        yield (("bold", self.w("report")), ("", f" · {self.time(view)}{period}{topic}"))
        yield from self.wrap("", report_line(view, self.language), 0)
        for n, story in enumerate(view.carried, start=1):
            yield ()
            yield (("dim", "─" * self.width),)
            yield from self.story(n, story, view)
        yield from self.others(view)
        yield from self.single(view)

    def others(self, view: ReportView) -> Iterator[Line]:
        """A line for each story that a long report has no room for."""
        if view.others:
            yield ()
            yield (("dim", "─" * self.width),)
            yield from self.wrap("bold", others_line(len(view.others), self.language), 0)
        for story in view.others:
            yield from self.wrap("", f"{story.headline} — {summary_line(story, self.language)} ({story.id})", 2, 4)

    def single(self, view: ReportView) -> Iterator[Line]:
        """A line for each story that one article tells."""
        if view.single:
            yield ()
            yield (("dim", "─" * self.width),)
            yield from self.wrap("bold", single_line(len(view.single), self.language), 0)
        for story in view.single:
            (m,) = story.members
            news = news_line(story.fresh, self.language) or self.w("nothing new")
            line = f"{self.at(m, view)}  {m.outlet}{self.colon}{story.headline} — {news} ({story.id})"
            yield from self.wrap("", line, 2, 4)

    def time(self, view: ReportView) -> str:
        return f"{moment(view.now, self.language, self.zone)} {view.now.astimezone(self.zone).tzname()}"

    def story(self, n: int, story: StoryView, view: ReportView) -> Iterator[Line]:
        yield from self.wrap("bold", f"{n}. {story.headline}", 0, 3)
        yield from self.wrap("bold", sources_line(story, self.language), 3)
        published = (
            moment(story.first_published, self.language, self.zone, view.now)
            if story.first_published
            else self.w("never dated")
        )
        seen = moment(story.first_seen, self.language, self.zone, view.now)
        yield from self.wrap(
            "dim",
            f"{texts_line(story, self.language)} · {languages_line(story, self.language)} · "
            f"{self.w('first published')} {published} · {self.w('first seen')} {seen} · {story.id}",
            3,
        )
        if story.fresh:
            yield ()
            yield (("bold", f"   {self.w('what is new')}"),)
            for block in story.fresh_blocks:
                yield from self.block(block, view)
        yield ()
        yield (("bold", f"   {self.w('the texts')}"),)
        for cluster in story.clusters:
            yield from self.cluster(cluster, view)
        yield from self.claims(story, view)
        yield from self.events(story, view)

    def block(self, block: BlockView, view: ReportView) -> Iterator[Line]:
        """What one article brought: a head, then each verdict; a reason that repeats is said once."""
        head = block.first
        yield (("", "     "), ("bold", head.outlet), ("", f", {self.at(head, view)}"))
        for i, s in enumerate(block.steps[:SHOWN]):
            who = one_line(said_by(s.speaker, s.chain, self.language))
            label = status_word(s.status, self.language).upper()
            said = list(self.wrap("", f"{label}  {self.quote(s.text)}{f' — {who}' if who else ''}", 7, 9))
            indent, (style, line) = said[0]
            yield (indent, (STYLES[s.status], label), (style, line[len(label) :]))
            yield from said[1:]
            why = say(s.reason, self.language)
            if i + 1 == min(len(block.steps), SHOWN) or why != say(block.steps[i + 1].reason, self.language):
                yield from self.wrap("dim", why, 9)
        if len(block.steps) > SHOWN:
            yield from self.wrap("dim", tell("more", self.language, count=len(block.steps) - SHOWN), 9)

    def step(self, s: StepView, view: ReportView, indent: int, lag: bool = False) -> Iterator[Line]:
        head = f"{self.at(s, view)}  {s.outlet}"
        who = said_by(s.speaker, s.chain, self.language)
        tail = f" · {one_line(who)}" if who else ""
        late = f" ({step_lag(s, self.language)})" if lag and s.lag else ""
        yield (
            ("", " " * indent),
            (STYLES[s.status], status_word(s.status, self.language).upper()),
            ("", f"  {head}{tail}{late}"),
        )
        yield from self.wrap("", self.quote(s.text), indent + 2)
        yield from self.wrap("dim", say(s.reason, self.language), indent + 2)

    def at(self, s: StepView | MemberView, view: ReportView) -> str:
        same_day = s.when.astimezone(self.zone).date() == view.now.astimezone(self.zone).date()
        shown = clock if same_day else moment
        return shown(s.when, self.language, self.zone)

    def cluster(self, cluster: ClusterView, view: ReportView) -> Iterator[Line]:
        for m in cluster.members:
            founder = m is cluster.founder
            mark, style = ("■ ", "") if founder else ("  └ ", "dim" if m.silent else "")
            line = (
                f"{self.at(m, view)}  {m.outlet}{self.colon}{m.title} [{m.language}] — {member_line(m, self.language)}"
            )
            hang = 7 if founder else 9
            yield from ((("", "     " + mark), *rest[1:]) if not i else rest
                        for i, rest in enumerate(self.wrap(style, line, hang)))  # fmt: skip

    def claims(self, story: StoryView, view: ReportView) -> Iterator[Line]:
        moved = [c for c in story.claims if len(c.steps) > 1 or c.echoes]
        if not moved:
            return
        yield ()
        yield (("bold", f"   {self.w('the claims')}"),)
        for claim in moved:
            yield from self.claim(claim, view)

    def claim(self, c: ClaimView, view: ReportView) -> Iterator[Line]:
        who = said_by(c.speaker, c.chain, self.language)
        head = f"{self.quote(c.text)}{f' — {one_line(who)}' if who else ''}"
        yield from ((("", "     • "), *rest[1:]) if not i else rest for i, rest in enumerate(self.wrap("", head, 7)))
        yield from self.wrap("dim", f"{c.first.outlet}, {self.at(c.first, view)}", 7)
        if c.figures:
            yield from self.wrap("", f"{self.w('figures')}{self.colon}{figures_line(c, self.language)}", 7)
        for s in c.steps:
            if s.mention != c.first.mention:
                yield from self.step(s, view, 9, lag=True)
        if c.echoes:
            yield from self.wrap("dim", echo_line(c, self.language), 7)

    def events(self, story: StoryView, view: ReportView) -> Iterator[Line]:
        if story.events:
            yield ()
            yield (("bold", f"   {self.w('events')}"),)
            for when, event in story.events:
                at = moment(when, self.language, self.zone, view.now)
                yield from self.wrap("", f"{at}  {say(event.reason, self.language)}", 5, 7)
