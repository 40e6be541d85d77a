"""Rulings as a file: one JSON object a line, so that they outlive a database and go into the next.

    {"id": "r...", "kind": "same", "articles": ["a1", "b7"], "others": [], "made": "2026-11-20T12:00:00+00:00",
     "note": "..."}

`id`, `others` and `note` may be missing: a file may be written by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from monitor.core.model import Ruling, RulingKind
from monitor.core.rulings import make_ruling


class RulingsFileError(Exception):
    """A file of rulings cannot be used. One line, with file and line number."""


def dump(rulings: Iterable[Ruling]) -> str:
    """The lines of these rulings."""
    rows = (
        {"id": r.id, "kind": r.kind.value, "articles": r.articles, "others": r.others, "made": r.made.isoformat(),
         "note": r.note}
        for r in rulings
    )  # fmt: skip
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def load(path: Path) -> list[Ruling]:
    """The rulings of a file, all or none. Raises RulingsFileError."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as e:
        raise RulingsFileError(f"{path}: cannot be read: {e.strerror}") from None
    found = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found.append(_ruling(json.loads(line)))
            except (ValueError, RecursionError) as e:
                raise RulingsFileError(f"{path}:{number}: {e}") from None
    return found


def _ruling(row: object) -> Ruling:
    """The ruling of a line. ValueError says what is wrong with it."""
    if not isinstance(row, dict):
        raise ValueError("expected an object")
    kinds = [k.value for k in RulingKind]
    if row.get("kind") not in kinds:
        raise ValueError(f'"kind": expected one of {", ".join(kinds)}, not {json.dumps(row.get("kind"))[:40]}')
    articles, others = _keys(row, "articles"), _keys(row, "others")
    note, made = row.get("note") or "", row.get("made")
    if not isinstance(note, str) or not isinstance(made, str):
        raise ValueError('"note" is not text' if isinstance(made, str) else '"made" is missing or not text')
    when = datetime.fromisoformat(made)
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return make_ruling(RulingKind(row["kind"]), articles, when.astimezone(UTC), others, note)


def _keys(row: dict[str, object], name: str) -> list[str]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(k, str) and k for k in value):
        raise ValueError(f'"{name}": expected a list of article ids')
    return value
