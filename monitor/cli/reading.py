"""Commands that show what was found: report, export, explain, claims."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

import typer

from monitor.cli.common import FailedError, article, database, emit, now, reading, settings, settings_or_defaults, span
from monitor.core.report import ReportView, StoryView
from monitor.settings import ConfigError

DATABASE = typer.Option(None, "--database", metavar="URL", help="Default: the database of the settings.")
LANGUAGE = typer.Option(None, "--language", metavar="fr|en", help="Default: that of the settings' report.")


def register(app: typer.Typer) -> None:
    app.command("report", short_help="Stories that moved, and what was new in them.")(report)
    app.command("export", short_help="Every article and its claims, for programs.")(export)
    app.command("explain", short_help="Why two articles are together or apart.")(explain)
    app.command("claims", short_help="The claims of a story with their history.")(claims)


def _zone() -> tzinfo:
    zone = now().astimezone().tzinfo
    assert zone is not None
    return zone


def _language(option: str | None, default: str) -> str:
    if option not in (None, "fr", "en"):
        raise ConfigError(f'--language: expected "fr" or "en", not "{option}"')
    return option or default


def report(
    since: str | None = typer.Option(None, "--since", metavar="24h", help='How far back; "all" for everything.'),
    story: str | None = typer.Option(None, "--story", metavar="ID", help="One story, whole."),
    topic: str | None = typer.Option(None, "--topic", metavar="WORDS", help="Only stories that speak of these words."),
    form: str = typer.Option("text", "--format", metavar="text|html|json|csv"),
    output: Path | None = typer.Option(None, "--output", "-o", metavar="FILE", help="Default: standard output."),
    language: str | None = LANGUAGE,
    database_url: str | None = DATABASE,
) -> None:
    """Stories that moved: who carries them, from which origins, and which claims were new."""
    if form not in ("text", "html", "json", "csv"):
        raise ConfigError(f'--format: expected text, html, json or csv, not "{form}"')
    told = settings_or_defaults()
    tongue = _language(language, told.report.language)
    back = span(since) if since else told.report.since
    with reading(told, database(database_url, told)) as store:
        from monitor.service.publish import view

        if story and store.story(story) is None:
            into = store.merged_into(story)
            raise FailedError(f"there is no story {story}{f' any more: it became part of {into}' if into else ''}")
        page = view(store, now(), back, topic=topic, story=story, language=tongue)
        if not page.stories and not story:
            _say_when(store.story_ids(limit=1), since)
    if form == "text":
        _print_text(page, tongue, output)
        return
    from monitor.edges.render.csvform import render_csv
    from monitor.edges.render.html import render_html
    from monitor.edges.render.jsonform import render_json

    text = {
        "html": lambda: render_html(page, tongue, _zone()),
        "json": lambda: render_json(page, tongue),
        "csv": lambda: render_csv(page, tongue),
    }[form]()
    emit(text, output)


def _say_when(newest: list[str], since: str | None) -> None:
    """An empty report is no use to anybody: say why it is empty."""
    if not newest:
        print("the database holds no articles yet", file=sys.stderr)
    else:
        print(f"nothing moved in that time{'' if since else ' (see --since)'}; try --since all", file=sys.stderr)


def _print_text(page: ReportView, language: str, output: Path | None) -> None:
    from monitor.edges.render.text import print_report, render_text

    if output is None and sys.stdout.isatty():
        from rich.console import Console

        print_report(page, Console(), language, _zone())
    else:
        emit(render_text(page, language, _zone()), output)


def export(
    form: str = typer.Option("jsonl", "--format", metavar="jsonl"),
    output: Path | None = typer.Option(None, "--output", "-o", metavar="FILE", help="Default: standard output."),
    language: str | None = LANGUAGE,
    database_url: str | None = DATABASE,
) -> None:
    """Every article with its story, copy group, origin, verdict and claims, one JSON object a line."""
    if form != "jsonl":
        raise ConfigError(f'--format: expected jsonl, not "{form}"')
    told = settings_or_defaults()
    tongue = _language(language, told.report.language)
    from monitor.edges.render.export import export_line

    with reading(told, database(database_url, told)) as store:
        lines = (json.dumps(export_line(a, tongue), ensure_ascii=False) + "\n" for a in store.articles())
        if output is None or str(output) == "-":
            sys.stdout.writelines(lines)
        else:
            emit("".join(lines), output)


def explain(
    a: str = typer.Argument(..., metavar="A", help="An article's id, or its exact URL."),
    b: str = typer.Argument(..., metavar="B", help="Another's."),
    scores: bool = typer.Option(True, "--scores/--no-scores", help="With the table of scores and thresholds."),
    form: str = typer.Option("text", "--format", metavar="text|json"),
    language: str | None = LANGUAGE,
    database_url: str | None = DATABASE,
) -> None:
    """Why two articles are together or apart: what they share, what differs, each score beside its threshold."""
    if form not in ("text", "json"):
        raise ConfigError(f'--format: expected text or json, not "{form}"')
    told = settings_or_defaults()
    tongue = _language(language, told.report.language)
    from monitor.app import compare
    from monitor.core.rulings import pair_reason
    from monitor.edges.render.explain import explanation_object, render_explanation

    with reading(told, database(database_url, told)) as store:
        one, other = article(store, a), article(store, b)
        ruled = pair_reason(one.key, other.key, store.rulings())
    if one.key == other.key:
        raise FailedError(f"{a} and {b} are one article")
    found = compare(one, other, told)
    if ruled is not None:
        found = replace(found, reasons=(ruled, *found.reasons))
    if form == "json":
        print(json.dumps(explanation_object(found, one, other, tongue), ensure_ascii=False, indent=2))
    else:
        sys.stdout.write(render_explanation(found, one, other, tongue, _zone(), scores))


def claims(
    story: str = typer.Argument(..., metavar="STORY", help="A story's id, or an article's id or URL."),
    form: str = typer.Option("text", "--format", metavar="text|json"),
    language: str | None = LANGUAGE,
    database_url: str | None = DATABASE,
) -> None:
    """The claims of a story with their history: who had each first, who followed, what figures it took."""
    if form not in ("text", "json"):
        raise ConfigError(f'--format: expected text or json, not "{form}"')
    told = settings()
    tongue = _language(language, told.report.language)
    from monitor.core.report import story_view
    from monitor.edges.render.jsonform import story_object

    with reading(told, database(database_url, told)) as store:
        record = store.story(story) or ((found := store.article(story)) and store.story(found.story))
    if not record:
        raise FailedError(f"there is no story or article {story}")
    view = story_view(record, now(), language=tongue)
    if form == "json":
        print(json.dumps(story_object(view, tongue)["claims"], ensure_ascii=False, indent=2))
    else:
        print("\n".join(_claim_lines(view, tongue)))


def _claim_lines(view: StoryView, language: str) -> Iterator[str]:
    """A story's claims, each with its history: verdict, outlet, time, sentence, why."""
    from monitor.core.showing import one_line
    from monitor.core.telling import echo_line, quantity, said_by
    from monitor.core.wording import moment, say, status_word

    yield f"{one_line(view.headline)}  {view.id}"
    for claim in view.claims:
        who = one_line(said_by(claim.speaker, claim.chain, language) or "")
        yield f"\n{claim.id}  “{one_line(claim.text)}”{f' - {who}' if who else ''}"
        for step in claim.steps:
            when = moment(step.when, language, _zone())
            label = status_word(step.status, language)
            yield f"  {label:14} {when}  {one_line(step.outlet)}: {say(step.reason, language)}"
            if step.text != claim.text:
                yield f"  {'':14} “{one_line(step.text)}”"
        if claim.figures:
            yield f"  {'':14} " + " → ".join(quantity(f.quantity, language) for f in claim.figures)
        if claim.echoes:
            yield f"  {'':14} {echo_line(claim, language)}"
