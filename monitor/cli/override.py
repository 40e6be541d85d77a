"""`echowire override`: rule about articles over the machine's head, list rulings, take them back, carry them along."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from monitor.cli.common import FailedError, article, database, emit, now, reading, settings_or_defaults, writing
from monitor.core.model import Ruling, RulingKind
from monitor.core.showing import one_line
from monitor.edges.store import Store

if TYPE_CHECKING:
    from monitor.service.overruling import Carried

override = typer.Typer(no_args_is_help=True, help="Rule what belongs together. What you rule wins over the machine.")
DATABASE = typer.Option(None, "--database", metavar="URL", help="Default: the database of the settings.")
NOTE = typer.Option("", "--note", metavar="TEXT", help="Why, for those who read it later.")
ARTICLE = "An article's id, or its exact URL."


def register(app: typer.Typer) -> None:
    app.add_typer(override, name="override")


@override.command("same")
def same(
    a: str = typer.Argument(..., metavar="A", help=ARTICLE),
    b: str = typer.Argument(..., metavar="B", help="Another's."),
    note: str = NOTE,
    database_url: str | None = DATABASE,
) -> None:
    """Two articles tell one story: their stories become one, which keeps the older one's id."""
    _rule(RulingKind.SAME, (a, b), note, database_url)


@override.command("different")
def different(
    a: str = typer.Argument(..., metavar="A", help=ARTICLE),
    b: str = typer.Argument(..., metavar="B", help="Another's."),
    note: str = NOTE,
    database_url: str | None = DATABASE,
) -> None:
    """Two articles do not tell one story: the later one leaves, with what derives from it."""
    _rule(RulingKind.DIFFERENT, (a, b), note, database_url)


@override.command("split")
def split(
    articles: list[str] = typer.Argument(..., metavar="A...", help="The articles that leave, by id or exact URL."),
    note: str = NOTE,
    database_url: str | None = DATABASE,
) -> None:
    """These articles leave their story and form one of their own; the others stay."""
    _rule(RulingKind.SPLIT, articles, note, database_url)


@override.command("undo")
def undo(
    ruling: str = typer.Argument(..., metavar="ID", help="A ruling's id, or the beginning of it."),
    database_url: str | None = DATABASE,
) -> None:
    """Take a ruling back: what it moved goes back to where it would be without it."""
    from monitor.app import overruling

    told = settings_or_defaults()
    with writing(database(database_url, told)) as store:
        done = _carried(lambda: overruling(told, store).undo(ruling, now()))
    print(f"taken back: {_line(done.ruling)}")
    _say(done)


@override.command("list")
def list_rulings(database_url: str | None = DATABASE) -> None:
    """Every ruling in force, the oldest first."""
    told = settings_or_defaults()
    with reading(told, database(database_url, told)) as store:
        found = store.rulings()
    for ruling in found:
        print(_line(ruling))
    if not found:
        print("nothing is ruled: see `echowire override --help`")


@override.command("export")
def export_rulings(
    output: Path | None = typer.Option(None, "--output", "-o", metavar="FILE", help="Default: standard output."),
    database_url: str | None = DATABASE,
) -> None:
    """Every ruling in force as a file that `override import` reads."""
    from monitor.service.rulings_file import dump

    told = settings_or_defaults()
    with reading(told, database(database_url, told)) as store:
        emit(dump(store.rulings()), output)


@override.command("import")
def import_rulings(
    file: Path = typer.Argument(..., metavar="FILE", help="What `override export` wrote."),
    database_url: str | None = DATABASE,
) -> None:
    """Take over the rulings of a file. Do so before a replay: articles obey when they come."""
    from monitor.app import overruling
    from monitor.service.rulings_file import RulingsFileError, load

    told = settings_or_defaults()
    try:
        rulings = load(file)
    except RulingsFileError as e:
        raise FailedError(str(e)) from None
    with writing(database(database_url, told)) as store:
        done = overruling(told, store).adopt(rulings, now())
    known = sum(c.known for c in done)
    print(f"{len(done) - known} rulings taken over{f', {known} known already' if known else ''}")
    for carried in done:
        if carried.moves:
            print(_line(carried.ruling))
            _say(carried)


def _rule(kind: RulingKind, names: Sequence[str], note: str, database_url: str | None) -> None:
    from monitor.app import overruling

    told = settings_or_defaults()
    url = database(database_url, told)
    with reading(told, url) as store:
        keys = [_key(store, name) for name in names]
    with writing(url) as store:
        done = _carried(lambda: overruling(told, store).rule(kind, keys, now(), note))
    print(f"ruled: {_line(done.ruling)}")
    _say(done)


def _carried(do: Callable[[], Carried]) -> Carried:
    from monitor.service.overruling import OverruleError

    try:
        return do()
    except OverruleError as e:
        raise FailedError(str(e)) from None


def _key(store: Store, name: str) -> str:
    """The key of an article by id or URL. FailedError with the likeliest one meant."""
    try:
        return article(store, name).key
    except FailedError as e:
        near = difflib.get_close_matches(name, store.newest_keys(), n=1, cutoff=0.6)
        raise FailedError(f"{e}{f' (did you mean {near[0]}?)' if near else ''}") from None


def _line(ruling: Ruling) -> str:
    """A ruling in a line: id, day, what, note."""
    day = ruling.made.astimezone().strftime("%Y-%m-%d %H:%M")
    note = f"  ({one_line(ruling.note)})" if ruling.note else ""
    return f"{ruling.id}  {day}  {ruling.kind}  {'  '.join(map(one_line, ruling.articles))}{note}"


def _say(done: Carried) -> None:
    """What a ruling came to."""
    for m in done.moves:
        count = f"{len(m.articles)} article{'s' if len(m.articles) != 1 else ''}"
        what = {
            "story-merged": f"story {m.source} became part of {m.target} ({count})",
            "story-split": f"{count} of story {m.source}: now story {m.target}",
            "article-moved": f"{count} went from story {m.source} to {m.target}",
        }[m.kind]
        print(f"  {what}")
    if not done.moves:
        print("  nothing had to move")
    elif done.mentions:
        print(f"  {done.mentions} claims weighed again, {done.changed} changed")
