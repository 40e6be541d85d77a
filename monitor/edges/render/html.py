"""The report as one self-contained HTML page: no script, no font, no image, no request to anybody.

The page's Content-Security-Policy allows nothing but its own style sheet, named by its hash, so that even a hole in
the escaping (every value is escaped by jinja2) would have nothing to run. Bars and marks are inline SVG whose places
are plain attributes: style attributes would need a hole in the policy.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from monitor.core import telling
from monitor.core.report import MemberView, ReportView, StoryView
from monitor.core.showing import one_line
from monitor.core.wording import clock, count_of, moment, relation_word, say, status_word, word


def render_html(view: ReportView, language: str = "en", zone: tzinfo = UTC) -> str:
    """The report as an HTML page in "fr" or "en", times in `zone`."""
    language = "fr" if language == "fr" else "en"
    style = files("monitor.edges.render").joinpath("templates/report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _environment().get_template("report.html").render(
        view=view,
        language=language,
        style=Markup(style),  # noqa: S704  (our own file)
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        w=partial(word, language=language),
        say=partial(say, language=language),
        status=partial(status_word, language=language),
        relation=partial(relation_word, language=language),
        count=partial(count_of, language=language),
        tell=_Telling(language),
        at=partial(moment, language=language, zone=zone, now=view.now),
        clock=partial(clock, language=language, zone=zone),
        full=partial(moment, language=language, zone=zone),
        zone=view.now.astimezone(zone).tzname() or "UTC",
        one_line=one_line,
        track=Track,
    )  # fmt: skip


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.edges.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class _Telling:
    """The sentences of `core.telling` in one language, for a template: `tell.sources_line(story)`."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __getattr__(self, name: str) -> partial[str]:
        return partial(getattr(telling, name), language=self._language)


class Track:
    """The time axis of one story: places in percent of its width, from its first moment to its last."""

    def __init__(self, story: StoryView) -> None:
        times = [t for m in story.members for t in (m.when, m.first_seen)]
        self.start, self.end = min(times), max(times)
        self._length = (self.end - self.start).total_seconds() or 1.0

    def at(self, when: datetime) -> float:
        """Where a moment lies, 1 to 99 (dots must not be cut off at the ends)."""
        return round(1 + 98 * max(0.0, min(1.0, (when - self.start).total_seconds() / self._length)), 2)

    def span(self, member: MemberView) -> tuple[float, float]:
        """From published to first seen."""
        a, b = sorted((self.at(member.when), self.at(member.first_seen)))
        return a, round(b - a, 2)

    def days(self, members: Sequence[MemberView]) -> bool:
        """True where the story spans more than one day."""
        return len({m.when.date() for m in members}) > 1
