"""What the demo prints, in English or French: the run, then what was found, in the words of the report."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.text import Text

from monitor.core.archive import ArticleRecord, MentionRecord, StoryRecord
from monitor.core.model import Status
from monitor.core.report import SILENT, StepView, StoryView, story_view
from monitor.core.showing import one_line
from monitor.core.telling import member_line, said_by, sources_line, texts_line
from monitor.core.wording import clock, french_spaces, quoted, say, status_word
from monitor.demo.check import Check
from monitor.demo.newsroom import News
from monitor.edges.render.text import STYLES
from monitor.edges.store import Store

WHOLE = 5  # stories shown with their texts and claims; of the others a line
SUBJECTS = 4  # mails named a watch
STEPS = 3  # claims shown a story that are more than echoes
LINES = 2  # of a claim's text, and of a reason
INDENT = 15
TURNS = (Status.DENIAL, Status.UPDATE, Status.NEW, Status.CONFIRMATION, Status.NEW_SOURCE, Status.DETAIL)
NARROWEST, WIDEST = 60, 110
PAUSE = timedelta(hours=4)  # of news time, between two lines of progress

WORDS: dict[str, tuple[str, str]] = {
    "opening": (
        "Echowire demo: {articles} invented articles of {outlets} outlets, {hours} hours of news in {seconds:.0f} s.",
        "Echowire, démonstration : {articles} articles inventés, {outlets} médias, {hours} h en {seconds:.0f} s.",
    ),
    "promise": (
        "Outlets copy, rewrite and translate each other. Echowire reads all of it as it comes out and finds\n{rest}",
        "Les médias se copient, se réécrivent et se traduisent. Echowire lit tout au fil de l'eau et trouve\n{rest}",
    ),
    "promise.rest": (
        "which articles are one story, who had it first, and which sentences nobody had before.",
        "quels articles font une histoire, qui l'a eue en premier, et quelles phrases personne n'avait encore.",
    ),
    "settings": ("The daemon's settings: {settings}", "Les réglages du démon : {settings}"),
    "progress": (
        "  news time {time}: {articles} articles, {stories} stories, mails sent: {mails}",
        "  heure de l'actualité {time} : {articles} articles, {stories} histoires, messages envoyés : {mails}",
    ),
    "found": (
        "{articles} articles, {stories} stories, {shown} of them in several outlets. The {whole} most carried:",
        "{articles} articles, {stories} histoires, dont {shown} dans plusieurs médias. Les {whole} plus reprises :",
    ),
    "others": ("And the others, whole in the report:", "Et les autres, entières dans le rapport :"),
    "copies": ("same text:", "même texte :"),
    "why": ("why:", "pourquoi :"),
    "more": ("and {n} more like these in the report", "et {n} autres de ce genre dans le rapport"),
    "mails": (
        "{mails} mails went out. They stand for {articles} articles:",
        "{mails} messages sont partis. Ils valent pour {articles} articles :",
    ),
    "watch": (
        "“{watch}”: {mails} mails, news of {told} articles; the other {silent} of these stories needed none",
        "« {watch} » : {mails} messages, nouvelles de {told} articles ; les {silent} autres n'en demandaient pas",
    ),
    "more mails": ("and {n} more", "et {n} autres"),
    "check": (
        "Held against the labels the stories were written with:",
        "Comparé aux étiquettes avec lesquelles les histoires ont été écrites :",
    ),
    "check.seen": ("articles read", "articles lus"),
    "check.stories": ("stories found whole or nearly", "histoires retrouvées, entières ou presque"),
    "check.copies": ("copies recognised as copies", "copies reconnues comme copies"),
    "check.silent": ("copies that brought no mail", "copies qui n'ont pas fait de message"),
    "check.apart": ("look-alikes kept apart", "sosies tenus à l'écart"),
    "check.told": (
        "labelled facts told ({exact} under their exact word)",
        "faits étiquetés annoncés ({exact} sous leur mot exact)",
    ),
    "check.joined": ("joined with another story:", "joint à une autre histoire :"),
    "check.missed": ("not told:", "pas annoncé :"),
    "kept": ("The demo shows what it promises.", "La démonstration tient ses promesses."),
    "broken": (
        "The demo falls short of what it promises (all articles, and seven in ten of each other line).",
        "La démonstration ne tient pas ses promesses (tous les articles, et sept sur dix à chaque autre ligne).",
    ),
    "closing": (
        "Report   {report}\nMails    {mails}\nLog      {log}\nAsk on   {command} --config {settings} report",
        "Rapport    {report}\nMessages   {mails}\nJournal    {log}\nEt encore  {command} --config {settings} report",
    ),
}


class Teller:
    """Prints on a console. Everything outlets wrote goes through `one_line` and is never read as markup."""

    def __init__(self, console: Console, language: str, news: News) -> None:
        self._console, self._language, self._news = console, language, news
        self._width = max(NARROWEST, min(console.width, WIDEST))
        self._said: datetime | None = None

    def opening(self, directory: Path, seconds: float) -> None:
        hours = round((self._news.end - self._news.start).total_seconds() / 3600)
        n, m = len(self._news.articles), len(self._news.outlets)
        self._print(self._word("opening", articles=n, outlets=m, hours=hours, seconds=seconds))
        self._print(self._word("promise", rest=self._word("promise.rest")))
        self._print(self._word("settings", settings=directory / "monitor.toml"))

    def progress(self, when: datetime, articles: int, stories: int, mails: int) -> None:
        """A line, where something moved since the last and that was some hours of news ago."""
        if self._said is None or (when - self._said >= PAUSE and when < self._news.end):
            self._said = when
            shown = clock(min(when, self._news.end), self._language)
            self._print(self._word("progress", time=shown, articles=articles, stories=stories, mails=mails), "dim")

    def findings(self, store: Store, now: datetime) -> None:
        """The stories that several outlets carry, the most carried first: origins, texts, what was new, what echoed."""
        records = [r for i in store.story_ids() if (r := store.story(i)) is not None]
        views = [(story_view(r, now, language=self._language), r) for r in records]
        shown = [(v, r) for v, r in views if len(v.outlets) > 1]
        shown.sort(key=lambda p: (-p[0].articles, p[0].id))
        total = sum(v.articles for v, _ in views)
        whole = min(WHOLE, len(shown))
        self._heading(self._word("found", articles=total, stories=len(views), shown=len(shown), whole=whole))
        for view, record in shown[:whole]:
            self._story(view, record)
        if len(shown) > whole:
            self._heading(self._word("others"))
        for view, _ in shown[whole:]:
            self._print(f"  {view.headline}", cut=True)
            self._print(f"    {self._sources(view)}", "dim", cut=True)

    def mails(self, store: Store, mails: Sequence[EmailMessage]) -> None:
        """The mails by watch, how many articles they stand for, and their subjects."""
        sent = [n for n in store.notices(unsent_only=False) if n.sent is not None]
        stories = {i: r for i in {n.story for n in sent} if (r := store.story(i)) is not None}
        of_watch: dict[str, list[tuple[str | None, str, str]]] = defaultdict(list)
        for n in sent:
            of_watch[n.watch].append((n.mail, n.article, n.story))
        subjects = {str(m["Message-ID"]).strip("<>").partition("@")[0]: one_line(str(m["Subject"])) for m in mails}
        covered = {a.key for r in stories.values() for a in r.articles}
        self._heading(self._word("mails", mails=len(mails), articles=len(covered)))
        for watch, rows in sorted(of_watch.items()):
            told = {article for _, article, _ in rows}
            around = {a.key for i in {story for _, _, story in rows} if i in stories for a in stories[i].articles}
            line = self._word(
                "watch", watch=watch, mails=len({m for m, _, _ in rows}), told=len(told), silent=len(around - told)
            )
            self._print(f"  {line}")
            named = [subjects[m] for m in dict.fromkeys(m for m, _, _ in rows) if m in subjects]
            for subject in named[:SUBJECTS]:
                self._print(f"    {subject}", "dim", cut=True)
            if len(named) > SUBJECTS:
                self._print(f"    {self._word('more mails', n=len(named) - SUBJECTS)}", "dim")

    def verdict(self, result: Check) -> None:
        """The figures against the labels, and whether they are good enough."""
        self._heading(self._word("check"))
        rows = (
            ("check.seen", result.seen, result.expected),
            ("check.stories", len(result.found), result.stories),
            ("check.copies", result.recognised, result.copies),
            ("check.silent", result.silent, result.copies),
            ("check.apart", result.apart, result.lookalikes),
            ("check.told", result.told, len(result.facts)),
        )
        for key, n, of in rows:
            self._print(f"  {n:>3} / {of:<3} {self._word(key, exact=result.exact)}")
        for article in result.joined:
            shown = f"{self._word('check.joined')} {quoted(article.title, self._language)}"
            self._print(f"            {shown}", "dim", cut=True)
        for fact in result.facts:
            if not fact.told:
                kind = f"{fact.article.outlet.name}, {status_word(fact.label, self._language)}"
                fact_line = f"{self._word('check.missed')} {kind}, {quoted(fact.span, self._language)}"
                self._print(f"            {fact_line}", "dim", cut=True)
        self._print(self._word("kept" if result.kept else "broken"), "bold green" if result.kept else "bold red")

    def closing(self, directory: Path, settings: Path) -> None:
        """Where everything lies."""
        where = {"mails": directory / "mails", "log": directory / "daemon.log", "settings": settings}
        where["command"] = _command()
        self._console.print()
        self._print(self._word("closing", report=(directory / "report.html").as_uri(), **where))

    # --- one story ---

    def _story(self, view: StoryView, record: StoryRecord) -> None:
        self._console.print()
        self._print(view.headline, "bold", cut=True)
        self._print(f"  {self._sources(view)}")
        for cluster in view.clusters:
            founder = cluster.founder
            self._print(f"  ■ {founder.outlet} — {member_line(founder, self._language)}", cut=True)
            others = [m.outlet for m in cluster.members[1:]]
            if others:
                self._print(f"    {self._word('copies')} {', '.join(dict.fromkeys(others))}", "dim", cut=True)
        steps = self._steps(view)
        for step in islice(steps, STEPS):
            self._step(step)
        if len(steps) > STEPS:
            self._print(f"    {self._word('more', n=len(steps) - STEPS)}", "dim")
        for article, mention in islice(_echoes(record), 1):
            self._verdict_line(mention.status, article.outlet, None, mention.text)
            self._reason(say(mention.reason, self._language))

    def _sources(self, view: StoryView) -> str:
        return f"{sources_line(view, self._language)} · {texts_line(view, self._language)}"

    def _steps(self, view: StoryView) -> list[StepView]:
        """What moved the story: the telling kinds first, then what stands alone among its article's echoes.

        The first article comes last: all of it is new.
        """
        first = view.members[0].key
        told = {m.key: sum(n for s, n in m.brought if s not in SILENT) for m in view.members}
        steps = [(c.rank, s) for c in view.claims for s in c.steps if s.status in TURNS]
        steps.sort(
            key=lambda p: (
                p[1].article == first, TURNS.index(p[1].status), told[p[1].article], -p[0], p[1].when, p[1].mention
            )
        )  # fmt: skip
        kinds: dict[Status, int] = {}
        for n, (_, step) in enumerate(steps):  # one of each kind before a second of any
            kinds.setdefault(step.status, n)
        firsts = sorted(kinds.values(), key=lambda n: TURNS.index(steps[n][1].status))
        order = [*firsts, *(n for n in range(len(steps)) if n not in set(firsts))]
        return [steps[n][1] for n in order]

    def _step(self, step: StepView) -> None:
        self._verdict_line(step.status, step.outlet, said_by(step.speaker, step.chain, self._language), step.text)
        self._reason(say(step.reason, self._language))

    def _verdict_line(self, status: Status, outlet: str, who: str | None, text: str) -> None:
        colon = "\u00a0:" if self._language == "fr" else ":"
        said = f"{outlet}{colon} {quoted(one_line(text), self._language)}{f' ({one_line(who)})' if who else ''}"
        shown = textwrap.wrap(said, self._width - INDENT, max_lines=LINES, placeholder="…", break_on_hyphens=False)
        line = Text(f"  {status_word(status, self._language).upper():<{INDENT - 2}}", STYLES[status], no_wrap=True)
        self._put(line.append(shown[0], "default"))
        for more in shown[1:]:
            self._put(Text(f"{'':{INDENT}}{more}", no_wrap=True))

    def _reason(self, reason: str) -> None:
        text = f"{self._word('why')} {one_line(reason)}"
        for line in textwrap.wrap(text, self._width - INDENT, max_lines=LINES, placeholder="…", break_on_hyphens=False):
            self._put(Text(f"{'':{INDENT}}{line}", "dim", no_wrap=True))

    # --- printing ---

    def _word(self, key: str, **facts: object) -> str:
        english, french = WORDS[key]
        return french_spaces(french.format(**facts)) if self._language == "fr" else english.format(**facts)

    def _heading(self, text: str) -> None:
        self._console.print()
        self._print(text, "bold underline")

    def _print(self, text: str, style: str = "", cut: bool = False) -> None:
        if cut:
            self._put(Text(text, style, no_wrap=True))
        else:
            self._console.print(Text(text, style), soft_wrap=True)

    def _put(self, line: Text) -> None:
        """One line, cut to the width."""
        line.truncate(self._width, overflow="ellipsis")
        self._console.print(line, soft_wrap=True)


def _command() -> Path:
    """How the reader may call us: by name where the shell knows it, else by path."""
    ours = Path(sys.executable).parent / "echowire"
    known = shutil.which("echowire")
    if not ours.exists() or (known and Path(known) == ours):
        return Path("echowire")
    return ours.relative_to(Path.cwd()) if ours.is_relative_to(Path.cwd()) else ours


def _echoes(record: StoryRecord) -> Iterator[tuple[ArticleRecord, MentionRecord]]:
    """Echoes, those in other words than their first mention before the copies."""
    groups = {a.key: a.copy_group for a in record.articles}
    found = [(a, m) for a in record.articles for m in a.mentions if m.status is Status.ECHO]
    found.sort(key=lambda p: (groups.get(p[1].first_article or "") == p[0].copy_group, -p[1].rank, p[0].when, p[1].id))
    return iter(found)
