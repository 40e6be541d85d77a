"""The report as one self-contained HTML page: no script, no font, no image, no request to anybody.

The page's Content-Security-Policy allows nothing but its own style sheet, named by its hash, so that even a hole in
the escaping (every value is escaped by jinja2) would have nothing to run. Bars and marks are inline SVG whose places
are plain attributes: style attributes would need a hole in the policy.
"""

from __future__ import annotations

import base64
import hashlib
import math
from datetime import UTC, datetime, tzinfo
from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from monitor.core import telling
from monitor.core.model import Status
from monitor.core.report import MemberView, ReportView, StoryView
from monitor.core.showing import one_line
from monitor.core.wording import age, count_of, moment, say, status_word, word

SHOWN = 12  # articles of one text that are listed before "and more"
FEW = 6  # verdicts of one article that are shown before "and more"
COLOURS = 5  # origins that get a colour of their own
TICKS = (300, 1800, 3600, 3 * 3600, 12 * 3600, 86400, 3 * 86400, 7 * 86400, 14 * 86400, 28 * 86400)  # seconds
APART = 17.0  # percent of the axis between two labels, the room that "+12 h" takes on a phone


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
        count=partial(count_of, language=language),
        tell=_Telling(language),
        at=partial(moment, language=language, zone=zone, now=view.now),
        full=partial(moment, language=language, zone=zone),
        zone=view.now.astimezone(zone).tzname() or "UTC",
        one_line=one_line,
        track=Track,
        shown=SHOWN,
        few=FEW,
        statuses=list(Status),
    ).lstrip()  # fmt: skip


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
    """The time axis of one story: places in percent of its width, counted from its first moment.

    Copies come within minutes and follow-ups after days: the axis is logarithmic in the minutes since the first, so
    that both can be told apart.
    """

    def __init__(self, story: StoryView, language: str) -> None:
        times = [t for m in story.members for t in (m.when, m.first_seen)]
        self.start = min(times)
        self.language = story.language
        self._length = max((max(times) - self.start).total_seconds(), 60.0)
        followed = [o.id for o in story.sources]
        self._colours = {origin: f"o{i % COLOURS}" for i, origin in enumerate(followed)}
        self.ticks = self._ticks(language)

    def at(self, seconds: float) -> float:
        """Where a time after the first lies, 2 to 98 (dots must not be cut off at the ends)."""
        share = math.log1p(max(0.0, seconds) / 60) / math.log1p(self._length / 60)
        return round(2 + 96 * min(1.0, share), 1)

    def span(self, member: MemberView) -> tuple[float, float]:
        """From published to first seen."""
        return self._place(member.when), self._place(max(member.when, member.first_seen))

    def colour(self, origin: str) -> str:
        """The style class of an origin: one of the palette for those that others carry, else "own"."""
        return self._colours.get(origin, "own")

    def _place(self, when: datetime) -> float:
        return self.at((when - self.start).total_seconds())

    def _ticks(self, language: str) -> list[tuple[float, str]]:
        """Round times after the first that lie at least `APART` from each other."""
        ticks: list[tuple[float, str]] = [(2.0, word("first tick", language))]
        for seconds in TICKS:
            x = self.at(seconds)
            if seconds < self._length and x - ticks[-1][0] >= APART + (len(ticks) == 1) * 6:  # the first word is long
                ticks.append((x, f"+{age(seconds, language)}"))
        return ticks
