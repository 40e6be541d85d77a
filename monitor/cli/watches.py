"""Commands about watches: list them, try them on what is filed."""

from __future__ import annotations

import typer

from monitor.cli.common import FailedError, now, reading, settings, span
from monitor.config import watches as read_watches
from monitor.core.alerts import ALERTING, Facts, Watch, matches
from monitor.core.archive import ArticleRecord
from monitor.core.wording import say, status_word

watches = typer.Typer(no_args_is_help=True, help="What subscribers want to hear about.")


def register(app: typer.Typer) -> None:
    app.add_typer(watches, name="watches")


@watches.command("list")
def list_watches() -> None:
    """Every watch: name, what it asks for, where its mails go."""
    from monitor.app import checked

    told = settings()
    found = checked(read_watches(told), told)
    for w in found:
        print(f"{w.name}: {_asks(w)} -> {', '.join(w.to) or 'nobody (notices wait in the outbox)'}")
    if not found:
        print("no watches: see [watches] and [[watch]] in the settings")


def _asks(w: Watch) -> str:
    parts = [f"any of {', '.join(w.any)}"] if w.any else []
    parts += [f"all of {', '.join(w.all)}"] if w.all else []
    parts += [f"none of {', '.join(w.none)}"] if w.none else []
    parts += [f"from {', '.join(w.outlets)}"] if w.outlets else []
    parts += [f"in {', '.join(w.languages)}"] if w.languages else []
    parts += [f"only {', '.join(sorted(w.statuses))}"] if w.statuses != ALERTING else []
    return "; ".join(parts) or "everything new"


@watches.command("test")
def try_watch(
    name: str = typer.Argument(..., metavar="NAME"),
    since: str = typer.Option("7d", "--since", metavar="7d", help='How far back; "all" for everything.'),
) -> None:
    """What a watch would have told of the articles filed already."""
    told = settings()
    watch = next((w for w in read_watches(told) if w.name == name), None)
    if watch is None:
        raise FailedError(f'there is no watch "{name}": see echowire watches list')
    back = span(since)
    count = 0
    with reading(told) as store:
        start = None if back is None else now() - back
        for story_id in store.story_ids(start):
            story = store.story(story_id)
            for a in story.articles if story else ():
                if start is None or a.first_seen >= start:
                    count += _show(watch, a)
    print(f"{count} articles would have been told of")


def _show(watch: Watch, a: ArticleRecord) -> bool:
    reason = matches(watch, Facts(a.outlet, a.language, (a.title, a.text)))
    news = [m for m in a.mentions if m.status in watch.statuses and m.rank >= watch.min_rank]
    if reason is None or not news:
        return False
    print(f"{a.when.astimezone():%Y-%m-%d %H:%M} {a.outlet}: {a.title}  ({say(reason, watch.language)})")
    for m in news:
        print(f"  {status_word(m.status, watch.language)}: {' '.join(m.text.split())}")
    return True
