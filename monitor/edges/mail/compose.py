"""From a mail plan to a message: headers that mail programs understand, a text part and an HTML part.

The same plan gives the same message but for its Date: Message-ID is made of the plan's key, so that a repeat after a
crash is recognisable, and mails about one story hang on one root id, so that mail programs show them as one thread.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from functools import cache, partial
from typing import Any
from urllib.parse import quote

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.core.alerts import MailPlan, Watch
from monitor.core.archive import StoryRecord
from monitor.core.letter import LetterBlock, LetterStory, LetterView, left_out_line, letter_view, silence_line, subject
from monitor.core.showing import one_line, safe_url
from monitor.core.telling import said_by
from monitor.core.topic import fold
from monitor.core.wording import moment, quoted, say, status_word, word
from monitor.edges.mail.settings import MailSettings, check_address

WIDTH = 76


class _Policy(EmailPolicy):
    """SMTP's policy, but ids and URLs in headers stay whole.

    Folded at 78 columns, Python (3.11 to 3.13) rewrites a long token of References or List-Unsubscribe into encoded
    words, which no mail program takes for an id. Other headers keep 78: an encoded word may not pass 75 (RFC 2047).
    """

    _whole = frozenset({"message-id", "references", "in-reply-to", "list-id", "list-unsubscribe"})
    _long = SMTP.clone(max_line_length=998)

    def fold(self, name: str, value: Any) -> str:
        if name.lower() == "subject" and not str(value).isascii():
            # Python 3.11 encodes neighbouring words apart and drops the blank between them (RFC 2047, 6.2): all in one.
            folded = Header(str(value), "utf-8", maxlinelen=75, header_name=name).encode(linesep=self.linesep)
            return f"{name}: {folded}{self.linesep}"
        return str(self._rule(name).fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() == "subject":
            return self.fold(name, value).encode("ascii")
        return bytes(self._rule(name).fold_binary(name, value))

    def _rule(self, name: str) -> EmailPolicy[Any]:
        return self._long if name.lower() in self._whole else SMTP


POLICY = _Policy(linesep="\r\n", raise_on_defect=False)


def compose(
    plan: MailPlan,
    stories: Iterable[StoryRecord],
    watch: Watch,
    settings: MailSettings,
    now: datetime,
    zone: tzinfo | None = None,
) -> EmailMessage:
    """The message of a plan, times in `zone` (None: that of the settings).

    ValueError if an address of the watch or the sender is none.
    """
    letter = letter_view(plan, stories, now, watch.language)
    sender, domain = check_address(settings.sender), settings.domain
    message = EmailMessage(policy=POLICY)
    message["Subject"] = subject(letter, watch.language)
    message["From"] = sender
    message["To"] = [check_address(a) for a in watch.to]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{plan.key}@{domain}>"
    if len(plan.stories) == 1:
        root = f"<story.{_token(plan.stories[0])}.{_token(watch.name)}@{domain}>"
        message["In-Reply-To"] = root
        message["References"] = root
    message["List-Id"] = f"<{_token(watch.name)}.watches.{domain}>"
    message["List-Unsubscribe"] = f"<{_unsubscribe(watch, settings)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    page = _Letter(letter, watch, settings, now, zone or settings.zone)
    message.set_content(page.text(), cte="quoted-printable")
    message.add_alternative(page.html(), subtype="html", cte="quoted-printable")
    message["Content-Language"] = "fr" if watch.language == "fr" else "en"
    message.set_boundary(f"=_{plan.key}")  # "=_" cannot occur in quoted-printable text
    return message


def _token(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:40] or "watch"


def _unsubscribe(watch: Watch, settings: MailSettings) -> str:
    given = settings.unsubscribe
    if given and re.fullmatch(r"(?:https?://|mailto:)[!-;=?-~]+", given):
        return given
    return f"mailto:{check_address(settings.sender).addr_spec}?subject={quote('unsubscribe ' + one_line(watch.name))}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.edges.mail"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class _Letter:
    """Both parts of one mail, from the same view."""

    def __init__(self, letter: LetterView, watch: Watch, settings: MailSettings, now: datetime, zone: tzinfo) -> None:
        self.letter, self.watch, self.settings, self.now, self.zone = letter, watch, settings, now, zone
        self.language = "fr" if watch.language == "fr" else "en"
        self.w = partial(word, language=self.language)

    def at(self, when: datetime) -> str:
        return moment(when, self.language, self.zone, self.now)

    def html(self) -> str:
        page = _environment().get_template("mail.html").render(
            letter=self.letter, language=self.language, w=self.w, at=self.at, zone=self.zone_name(),
            subject=subject(self.letter, self.language), watch=quoted(one_line(self.watch.name), self.language),
            say=partial(say, language=self.language), status=partial(status_word, language=self.language),
            silence=partial(silence_line, language=self.language), one_line=one_line,
            who=partial(said_by, language=self.language), report_url=safe_url(self.settings.report_url),
            left_out=partial(left_out_line, language=self.language), quote=self._quote,
        )  # fmt: skip
        return str(css_inline.inline(page, load_remote_stylesheets=False, keep_style_tags=False))

    def _quote(self, text: str) -> str:
        words = one_line(text)
        return words if words[:1] in '«“"' else quoted(words, self.language)

    def zone_name(self) -> str:
        return self.now.astimezone(self.zone).tzname() or "UTC"

    def text(self) -> str:
        lines = [line for i, story in enumerate(self.letter.stories) for line in self._story(story, bool(i))]
        lines += ["", "-- ", *self._foot()]
        return "\n".join(lines) + "\n"

    def _story(self, told: LetterStory, another: bool) -> Iterator[str]:
        if another:
            yield ""
            yield "=" * WIDTH
            yield ""
        yield from _wrap(told.story.headline)
        yield from _wrap(silence_line(told, self.language))
        for block in told.blocks:
            yield ""
            yield from self._block(block)
        if told.left_out:
            yield ""
            yield from _wrap(left_out_line(told, self.language))
        if told.recalled:
            yield ""
            yield self.w("told before")
            for step in told.recalled:
                yield from _wrap(f"- {self._quote(step.text)} ({step.outlet}, {self.at(step.when)})", 2, 4)

    def _block(self, block: LetterBlock) -> Iterator[str]:
        head = block.first
        label = status_word(head.status, self.language).upper()
        yield from _wrap(f"{label} · {head.outlet}, {self.at(head.when)}")
        if head.url:
            yield f"  {head.url}"
        for i, item in enumerate(block.items):
            step, why = item.step, say(item.step.reason, self.language)
            who = one_line(said_by(step.speaker, step.chain, self.language))
            yield from _wrap(f"- {self._quote(step.text)}{f' — {who}' if who else ''}", 2, 4)
            if item.before:
                before = item.before
                given = f"({before.outlet}, {self.at(before.when)})"
                yield from _wrap(f"{self.w('before')} {self._quote(before.text)} {given}", 4)
            if i + 1 == len(block.items) or why != say(block.items[i + 1].step.reason, self.language):
                yield from _wrap(why, 4)

    def _foot(self) -> Iterator[str]:
        name = quoted(one_line(self.watch.name), self.language)
        yield from _wrap(f"{self.w('watch')} {name} · {say(self.letter.reason, self.language)}")
        for reason in dict.fromkeys(say(r, self.language) for s in self.letter.stories for r in s.why):
            yield from _wrap(reason)
        if url := safe_url(self.settings.report_url):
            yield f"{self.w('whole report')} {url}"
        yield from _wrap(f"{self.w('times in')} {self.zone_name()}.")


def _wrap(text: str, indent: int = 0, hang: int | None = None) -> list[str]:
    return textwrap.wrap(
        one_line(text),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hang is None else hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
