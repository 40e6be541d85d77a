"""Score relations: of the mentions annotated as update, denial or confirmation, how many are shown, and how many told
with the right kind and the right target.

How it is read (and how anyone with the export and `mentions.jsonl` at hand would):

- Asked are the rows of `mentions.jsonl` whose relation is `updates`, `denies` or `confirms`; `attributes` names a
  chain of media, is no verdict and is left out. Rows with status "new" must be shown and told; rows with status
  "echo" (the relation told again) must bear the relation, but need not be shown. `right` is of the new rows,
  `all_right` of all of them.
- A row is told by every unit that lies on its sentence. Predicted "denies:K" is right where the kind agrees and K is a
  claim id that the export gave to a unit on a sentence annotated with the target claim. Only that claim will do: an
  update of an update is right where it names the figure that annotators named, not any earlier one.
- `precision`: of the relations told on shown units of annotated sentences, how many have the annotated kind and
  target; `kind_precision`: how many have the kind.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.quality.score import aligned

KINDS = ("updates", "denies", "confirms")
SILENT = ("echo", "lagged")


@dataclass(frozen=True)
class Row:
    """One annotated relation, or one told where none is annotated (`target` is empty then), and what became of it."""

    article: str
    sentence: str
    kind: str
    target: str
    status: str
    outcome: str  # right, target (the kind is right), kind (another was told), silent (not shown), untold, false
    told: tuple[tuple[str, str], ...]  # (kind, claim id) of the units on the sentence


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines() if line.strip()]


def _told(units: Iterable[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    found = [str(u.get("relation") or "").partition(":")[::2] for u in units]
    return tuple((kind, target) for kind, target in found if kind in KINDS)


def _outcome(kind: str, target: str, here: Sequence[dict[str, Any]], meaning: dict[str, set[str]]) -> str:
    told = _told(here)
    if any(k == kind and target in meaning[t] for k, t in told):
        return "right"
    if any(k == kind for k, _ in told):
        return "target"
    if told:
        return "kind"
    return "untold" if any(u["status"] not in SILENT for u in here) else "silent"


def rows(homes: Iterable[Path], predictions: Sequence[dict[str, Any]]) -> list[Row]:
    """Every annotated relation with its outcome, then every relation told on a shown unit without being annotated."""
    by_id = {p["id"]: p for p in predictions}
    gold: dict[tuple[str, str], set[str]] = defaultdict(set)
    related: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    asked = []
    for home in homes:
        for m in _read(home / "mentions.jsonl"):
            key = (m["article"], m["sentence"])
            gold[key].add(f"{home.name}:{m['claim']}")
            kind, _, target = str(m["relation"] or "").partition(":")
            if kind in KINDS:
                asked.append((key, kind, f"{home.name}:{target}", m["status"]))
                related[key].add((kind, f"{home.name}:{target}"))
    units: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    meaning: dict[str, set[str]] = defaultdict(set)  # predicted claim -> annotated claims it was predicted on
    for (article, sentence), claims in gold.items():
        for u in by_id.get(article, {}).get("claims", []):
            if aligned(u["text"], sentence):
                units[article, sentence].append(u)
                meaning[u["claim"]] |= claims
    out = [
        Row(*key, kind, target, status, _outcome(kind, target, units[key], meaning), _told(units[key]))
        for key, kind, target, status in asked
    ]
    for key, here in units.items():
        for kind, target in _told(u for u in here if u["status"] not in SILENT):
            right = any(k == kind and t in meaning[target] for k, t in related[key])
            outcome = "told right" if right else "told kind" if kind in {k for k, _ in related[key]} else "false"
            out.append(Row(*key, kind, "", "", outcome, ((kind, target),)))
    return out


def score(homes: Iterable[Path], predictions: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Shares of new relation mentions shown and right, of all right, how many of each, and how far what is told is so.

    0 to 1, and counts as floats.
    """
    found = rows(homes, predictions)
    asked, told = [r for r in found if r.target], [r for r in found if not r.target]
    new = [r for r in asked if r.status == "new"]

    def share(some: Sequence[Row], *outcomes: str) -> float:
        return sum(r.outcome in outcomes for r in some) / max(1, len(some))

    out = {
        "shown": shown_share(new, predictions),
        "right": share(new, "right"),
        "kind_right": share(new, "right", "target"),
        "all_right": share(asked, "right"),
        "repeated_right": share([r for r in asked if r.status != "new"], "right"),
        "new": float(len(new)),
        "repeated": float(len(asked) - len(new)),
        "told": float(len(told)),
        "precision": share(told, "told right"),
        "kind_precision": share(told, "told right", "told kind"),
    }
    for kind in KINDS:
        out[f"{kind}_right"] = share([r for r in new if r.kind == kind], "right")
    return out


def shown_share(asked: Sequence[Row], predictions: Sequence[dict[str, Any]]) -> float:
    """Of these rows, how many have a shown unit on their sentence."""
    by_id = {p["id"]: p["claims"] for p in predictions}
    shown = [
        any(u["status"] not in SILENT and aligned(u["text"], r.sentence) for u in by_id.get(r.article, ()))
        for r in asked
    ]
    return sum(shown) / max(1, len(shown))
