"""The report as CSV: one row for every claim and every mention that moved it, echoes counted.

A spreadsheet takes a cell that begins with = + - @ (or a tab or return before one) for a formula, even inside quotes.
Such a cell gets an apostrophe in front (OWASP, "CSV Injection"); numbers that are ours are left alone.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime

from monitor.core.histories import StepView
from monitor.core.report import ReportView, StoryView
from monitor.core.showing import one_line
from monitor.core.telling import said_by
from monitor.core.wording import say

COLUMNS = (
    "story", "headline", "story_articles", "story_outlets", "origins", "claim", "status", "new", "text", "language",
    "said_by", "outlet", "published_or_seen", "first_seen", "lag_seconds", "echo_outlets", "reason", "article", "url",
)  # fmt: skip


def render_csv(view: ReportView, language: str = "en") -> str:
    """The report as CSV text (RFC 4180: commas, doubled quotes, CRLF), a header row first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for story in view.stories:
        for claim in story.claims:
            for i, step in enumerate(claim.steps):
                echoes = len(claim.echoes) if i == 0 else 0
                writer.writerow([guarded(c) for c in _row(story, step, echoes, language)])
    return out.getvalue()


def _row(story: StoryView, step: StepView, echoes: int, language: str) -> tuple[str | int | float | None, ...]:
    return (
        story.id,
        story.headline,
        story.articles,
        len(story.outlets),
        "; ".join(o.name for o in story.origins),
        step.claim,
        step.status.value,
        "yes" if step.fresh else "no",
        one_line(step.text),
        step.language,
        one_line(said_by(step.speaker, step.chain, language)),
        step.outlet,
        _time(step.when),
        _time(step.first_seen),
        int(step.lag.total_seconds()),
        echoes,
        one_line(say(step.reason, language)),
        step.article,
        step.url,
    )


def guarded(cell: str | float | None) -> str | float:
    """A cell no spreadsheet takes for a formula."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else cell


def _time(when: datetime) -> str:
    return when.isoformat()
