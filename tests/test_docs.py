"""The documentation against the code: every command and option is named, every link and command in a page exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from monitor.cli import app
from monitor.core.model import Relation, Status
from monitor.core.wording import status_word
from monitor.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf8")


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with the words that call it."""

    def walk(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield words, command
        else:
            for name, sub in inner.items():
                yield from walk((*words, name), sub)

    return walk((), typer.main.get_command(app))


COMMANDS = dict(commands())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_and_option_is_in_the_reference(words: tuple[str, ...]) -> None:
    """The row of a command names each of its options."""
    row = next((line for line in REFERENCE.splitlines() if re.match(rf"\| `{' '.join(words)}[ `]", line)), "")
    options = [o for p in COMMANDS[words].params for o in p.opts if o.startswith("--") and o != "--help"]
    assert row
    assert [o for o in options if f"`{o}" not in row] == []


def test_every_verdict_and_relation_is_in_the_reference() -> None:
    """The words of verdicts, in both languages, and of relations."""
    rows = {s: f"| `{s.value}` | {status_word(s, 'fr')} |" for s in Status}
    assert [s for s, row in rows.items() if row not in REFERENCE] == []
    assert [r for r in Relation if f"`{r.value}`" not in REFERENCE] == []


def test_every_table_of_the_settings_is_in_the_reference() -> None:
    """Each table of the settings file has its line."""
    tables = [n for n in Settings.model_fields if n not in {"file", "state"}]
    assert [t for t in tables if f"[{t}]" not in REFERENCE] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Relative links and pictures of a page exist, headings they point at included."""
    text = page.read_text(encoding="utf8")
    missing = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://|mailto:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            missing.append(target)
    assert missing == []


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_shown_exist(page: Path) -> None:
    """Each `echowire ...` line of an indented block is a command with options it has."""
    wrong = []
    for line in re.findall(r"^ {4}(?:\.venv/bin/)?echowire (.+)$", page.read_text(encoding="utf8"), re.MULTILINE):
        words = shlex.split(line, comments=True)
        known = next((w for n in (2, 1) if (w := tuple(words[:n])) in COMMANDS), None)
        options = {o for p in COMMANDS[known].params for o in p.opts} if known else set()
        if known is None or any(w.startswith("-") and w not in options for w in words):
            wrong.append(line)
    assert wrong == []
