"""Score relations: of the mentions annotated as update, denial or confirmation, how many are shown, and how many told
with the right kind and the right target.

A predicted relation "denies:K" has the right target where claim K is predicted on a sentence that annotators gave the
target claim. Mentions annotated as an echo of a relation told before count as right if the claim they echo was told
with that relation; they are not asked to be shown again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.quality.score import aligned

KINDS = ("updates", "denies", "confirms")


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines() if line.strip()]


def score(homes: Iterable[Path], predictions: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Shares of new relation mentions shown and right, of repeated ones right, and how many of each."""
    by_id = {p["id"]: p for p in predictions}
    gold: dict[tuple[str, str], set[str]] = defaultdict(set)
    asked = []
    for home in homes:
        for m in _read(home / "mentions.jsonl"):
            gold[m["article"], m["sentence"]].add(f"{home.name}:{m['claim']}")
            kind, _, target = str(m["relation"] or "").partition(":")
            if kind in KINDS:
                asked.append((m["article"], m["sentence"], kind, f"{home.name}:{target}", m["status"]))
    units: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    meaning: dict[str, set[str]] = defaultdict(set)  # predicted claim -> annotated claims it was predicted on
    for (article, sentence), claims in gold.items():
        for u in by_id.get(article, {}).get("claims", []):
            if aligned(u["text"], sentence):
                units[article, sentence].append(u)
                meaning[u["claim"]] |= claims
    counts: dict[str, int] = defaultdict(int)
    for article, sentence, kind, target, status in asked:
        here = units[article, sentence]
        told = [str(u.get("relation") or "").split(":", 1) for u in here]
        right = any(r[0] == kind and len(r) > 1 and target in meaning[r[1]] for r in told)
        which = "new" if status == "new" else "echo"
        counts[which] += 1
        counts[f"{which} right"] += right
        counts[f"{which} {kind}"] += 1
        counts[f"{which} {kind} right"] += right
        counts[f"{which} shown"] += any(u["status"] != "echo" for u in here)
    out = {
        "shown": counts["new shown"] / max(1, counts["new"]),
        "right": counts["new right"] / max(1, counts["new"]),
        "repeated_right": counts["echo right"] / max(1, counts["echo"]),
        "new": float(counts["new"]),
        "repeated": float(counts["echo"]),
    }
    for kind in KINDS:
        out[f"{kind}_right"] = counts[f"new {kind} right"] / max(1, counts[f"new {kind}"])
    return out
