"""The outbox and what went out."""

from __future__ import annotations

import typer

from monitor.cli.common import reading, settings
from monitor.core.wording import say


def register(app: typer.Typer) -> None:
    app.command("alerts", short_help="What waits in the outbox, or went out.")(alerts)


def alerts(
    sent: bool = typer.Option(False, "--sent", help="The mails that went out or failed, newest first."),
    limit: int = typer.Option(50, "--limit", metavar="N", min=1),
) -> None:
    """What waits in the outbox, or with --sent what went out."""
    told = settings()
    with reading(told) as store:
        if sent:
            for m in store.mails(limit=limit):
                state = f"sent {m.sent.astimezone():%Y-%m-%d %H:%M}" if m.sent else f"not sent: {m.problem or 'begun'}"
                print(f"{m.watch}: {state}; {m.notices} notices of {m.stories} stories, {m.attempts} tries, {m.key}")
            return
        waiting = store.notices()
        for n in waiting[:limit]:
            article = store.article(n.article)
            title = f"{article.outlet}: {article.title}" if article else n.article
            print(
                f"{n.created.astimezone():%Y-%m-%d %H:%M} {n.watch}: {title}  ({say(n.reason, told.report.language)})"
            )
        if len(waiting) > limit:
            print(f"and {len(waiting) - limit} more")
        if not waiting:
            print("the outbox is empty")
