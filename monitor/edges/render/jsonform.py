"""The report as JSON, for other programs.

Schema 1 (keys are only ever added; a change of meaning raises the number):

    {"schema": 1, "kind": "echowire-report", "now", "since", "topic", "language", "summary",
     "stories": [{
        "id", "headline", "language", "first_published", "first_seen", "last_moved", "summary",
        "articles", "outlets": [name], "languages": {code: articles}, "copy_groups", "texts", "silent_articles",
        "origins": [{"id", "name", "agency", "outlets": [name], "articles", "first"}],
        "clusters": [{"id", "origin", "founder": article id, "members": [{
            "id", "outlet", "title", "url", "language", "published", "first_seen", "version", "relation", "kind",
            "derives_from", "lag_seconds", "origin", "verdict", "brought": {status: claims}, "reasons": [sentence]}]}],
        "claims": [{
            "id", "text", "language", "speaker", "chain": [name], "rank", "new", "statuses": [status], "outlets",
            "first_article", "first_outlet", "first_published",
            "history": [STEP], "figures": [{"low", "high", "unit", "bound", "outlet", "when"}],
            "echoes": {"mentions", "outlets": [{"outlet", "article", "when", "lag_seconds", "status"}]}}],
        "new": [STEP],
        "events": [{"when", "kind", "subject", "reason"}]}]}

    STEP = {"mention", "claim", "article", "outlet", "url", "language", "when", "first_seen", "status", "text",
            "speaker", "chain", "relation", "lag_seconds", "new", "code", "reason"}

Times are ISO 8601 with their offset; ids are strings, `mention` an integer; absent things are null. `code` is the
reason's stable name, `reason` and `summary` are sentences in the report's language.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from monitor.core.histories import ClaimView, StepView
from monitor.core.report import MemberView, ReportView, StoryView
from monitor.core.telling import report_line, summary_line
from monitor.core.wording import say


def render_json(view: ReportView, language: str = "en") -> str:
    """The report as a JSON text with a newline at its end."""
    text = json.dumps(report_object(view, language), ensure_ascii=False, indent=2) + "\n"
    return text.encode(errors="replace").decode()  # half a surrogate pair, which JSON lets in, cannot be written out


def report_object(view: ReportView, language: str = "en") -> dict[str, Any]:
    """The report as the object that `render_json` prints."""
    return {
        "schema": 1,
        "kind": "echowire-report",
        "now": _time(view.now),
        "since": _time(view.since),
        "topic": view.topic,
        "language": language,
        "summary": report_line(view, language),
        "stories": [story_object(s, language) for s in view.stories],
    }


def story_object(story: StoryView, language: str = "en") -> dict[str, Any]:
    """One story of the report."""
    return {
        "id": story.id,
        "headline": story.headline,
        "language": story.language,
        "first_published": _time(story.first_published),
        "first_seen": _time(story.first_seen),
        "last_moved": _time(story.last_moved),
        "summary": summary_line(story, language),
        "articles": story.articles,
        "outlets": list(story.outlets),
        "languages": dict(story.languages),
        "copy_groups": story.copy_groups,
        "texts": len(story.clusters),
        "silent_articles": story.silent_articles,
        "origins": [
            {
                "id": o.id,
                "name": o.name,
                "agency": o.agency,
                "outlets": list(o.outlets),
                "articles": o.articles,
                "first": _time(o.first),
            }
            for o in story.origins
        ],
        "clusters": [
            {
                "id": c.id,
                "origin": c.origin,
                "founder": c.founder.key,
                "members": [_member(m, language) for m in c.members],
            }
            for c in story.clusters
        ],
        "claims": [_claim(c, language) for c in story.claims],
        "new": [_step(s, language) for s in story.fresh],
        "events": [
            {"when": _time(when), "kind": e.kind, "subject": e.subject, "reason": say(e.reason, language)}
            for when, e in story.events
        ],
    }


def _member(m: MemberView, language: str) -> dict[str, Any]:
    return {
        "id": m.key,
        "outlet": m.outlet,
        "title": m.title,
        "url": m.url,
        "language": m.language,
        "published": _time(m.published),
        "first_seen": _time(m.first_seen),
        "version": m.version,
        "relation": m.relation.value,
        "kind": m.kind,
        "derives_from": m.of,
        "lag_seconds": m.lag.total_seconds() if m.lag is not None else None,
        "origin": m.origin,
        "verdict": m.verdict.value,
        "brought": {s.value: n for s, n in m.brought},
        "reasons": [say(r, language) for r in m.reasons],
    }


def _claim(c: ClaimView, language: str) -> dict[str, Any]:
    return {
        "id": c.id,
        "text": c.text,
        "language": c.language,
        "speaker": c.speaker,
        "chain": list(c.chain),
        "rank": round(c.rank, 3),
        "new": c.fresh,
        "statuses": [s.value for s in c.statuses],
        "outlets": c.outlets,
        "first_article": c.first.article,
        "first_outlet": c.first.outlet,
        "first_published": _time(c.first.when),
        "history": [_step(s, language) for s in c.steps],
        "figures": [
            {
                "low": f.quantity.low,
                "high": f.quantity.high,
                "unit": f.quantity.unit,
                "bound": f.quantity.bound,
                "outlet": f.outlet,
                "when": _time(f.when),
            }
            for f in c.figures
        ],
        "echoes": {
            "mentions": c.echo_count,
            "outlets": [
                {
                    "outlet": e.outlet,
                    "article": e.article,
                    "when": _time(e.when),
                    "lag_seconds": e.lag.total_seconds(),
                    "status": e.status.value,
                }
                for e in c.echoes
            ],
        },
    }


def _step(s: StepView, language: str) -> dict[str, Any]:
    return {
        "mention": s.mention,
        "claim": s.claim,
        "article": s.article,
        "outlet": s.outlet,
        "url": s.url,
        "language": s.language,
        "when": _time(s.when),
        "first_seen": _time(s.first_seen),
        "status": s.status.value,
        "text": s.text,
        "speaker": s.speaker,
        "chain": list(s.chain),
        "relation": s.relation,
        "lag_seconds": s.lag.total_seconds(),
        "new": s.fresh,
        "code": s.reason.code,
        "reason": say(s.reason, language),
    }


def _time(when: datetime | None) -> str | None:
    return when.isoformat() if when else None
