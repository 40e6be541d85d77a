"""Measure quality on the corpora and print the scorers' tables.

    python -m tests.quality.measure                 every table, through `echowire replay` and `export`
    python -m tests.quality.measure --memory        the same in memory (faster; the same desk)
    python -m tests.quality.measure --only dev      one part: dev, own, later, sealed, wide, noise, gj, g5
    python -m tests.quality.measure --markdown      rows for docs/quality.md

Parts: `dev` is dev1 to dev6 and the seeds as one stream; `own` and `later` corpora written later; `sealed` one that
nothing was learnt from; `wide` two more without claims;
`noise` dev with the articles of gj_fr_dev mixed in; `gj` real French press against both label files; `g5` English
events. Parts whose corpus is not at hand are named and left out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.quality import pairs_score, score
from tests.quality.streams import DEV, LATER, OWN, SEALED, WIDE, default_desk, folder, prediction, replayed, submissions

Table = dict[str, Any]


def predictions_of(files: list[Path], memory: bool, point: str) -> tuple[list[dict[str, Any]], float]:
    """Predictions of one replay of these files, and the seconds it took."""
    start = time.perf_counter()
    if memory:
        rows = [prediction(j) for j in replayed(submissions(files), default_desk(point))]
        return rows, time.perf_counter() - start
    with tempfile.TemporaryDirectory(prefix="echowire-quality-") as folder_name:
        database = f"sqlite:///{folder_name}/quality.db"
        config = Path(folder_name) / "monitor.toml"
        config.write_text(f'[claims]\noperating_point = "{point}"\n[database]\nurl = "{database}"\n', encoding="utf8")
        command = [sys.executable, "-m", "monitor", "--config", str(config)]
        subprocess.run([*command, "replay", *map(str, files)], check=True, stdout=subprocess.DEVNULL)
        out = subprocess.run([*command, "export", "--format", "jsonl"], check=True, stdout=subprocess.PIPE).stdout
        return [json.loads(line) for line in out.splitlines()], time.perf_counter() - start


def write_lines(rows: Iterable[dict[str, Any]], path: Path) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf8")
    return path


def dev_table(rows: list[dict[str, Any]], work: Path) -> Table:
    names = [n for n in (*DEV, "seeds") if folder(n)]
    result = score.score([str(folder(n)) for n in names], rows)
    seeds = [r for r in rows if r["id"].startswith("seed-")]
    if seeds:
        stories = {r["story"] for r in seeds}
        result["seeds"] = {"stories": len(stories), "others_in": sum(r["story"] in stories for r in rows) - len(seeds)}
    return result


def table_of(names: Iterable[str]) -> Callable[[list[dict[str, Any]], Path], Table]:
    """The scorer's table of these corpora."""

    def table(rows: list[dict[str, Any]], work: Path) -> Table:
        _ = work
        return score.score([str(f) for n in names if (f := folder(n))], rows)

    return table


def gj_table(rows: list[dict[str, Any]], work: Path) -> Table:
    home = folder("gj_fr_dev")
    assert home is not None
    docs = score.read(home / "articles.jsonl")
    ids = {d["id"] for d in docs}
    pred = pairs_score.Predictions(write_lines(rows, work / "gj.jsonl"), ids)
    labels = {n: score.read(home / f"{n}.jsonl") for n in ("labels", "labels2")}
    out = {n: pairs_score.score_labels(pred, ids, pairs) for n, pairs in labels.items()}
    out["both"] = pairs_score.score_labels(pred, ids, [p for pairs in labels.values() for p in pairs])
    return out


def g5_table(rows: list[dict[str, Any]], work: Path) -> Table:
    home = folder("g5w1h_en")
    assert home is not None
    return pairs_score.score_clusters(
        pairs_score.Predictions(write_lines(rows, work / "g5.jsonl"), {r["id"] for r in rows}),
        score.read(home / "docs.jsonl"),
    )


PARTS = {
    "dev": ((*DEV, "seeds"), dev_table),
    "own": (OWN, table_of(OWN)),
    "later": (LATER, table_of(LATER)),
    "sealed": (SEALED, table_of(SEALED)),
    "wide": (WIDE, table_of(WIDE)),
    "noise": ((*DEV, "seeds", "gj_fr_dev"), dev_table),
    "gj": (("gj_fr_dev",), gj_table),
    "g5": (("g5w1h_en",), g5_table),
}


def figures(part: str, table: Table) -> dict[str, float | int | None]:
    """The figures that the bars speak of."""
    if part in ("dev", "own", "later", "sealed", "wide", "noise"):
        variants = table["by_variant"]
        found: dict[str, float | int | None] = {
            "copies F1": table["copies"]["f1"],
            "rewrites F1": table["stories_rewrites"]["f1"],
            "rewrites precision": table["stories_rewrites"]["precision"],
            "rewrites recall": table["stories_rewrites"]["recall"],
            "story B-cubed F1": table["stories_bcubed"]["f1"],
            "look-alikes precision": variants.get("negative", {}).get("precision"),
            "back-translated recall": variants.get("back-translated", {}).get("recall"),
            "cross-language recall": variants.get("cross-language", {}).get("recall"),
        }
        if part == "wide":
            return found
        found |= {
            "claim sentences recall": table["claim_sentences"]["recall"],
            "units on unmarked sentences": table["claim_sentences"]["units_on_unannotated"]
            / max(1, table["claim_sentences"]["units"]),
        }
        for name in ("novelty", "novelty_beyond_copies", "novelty_strict", "novelty_mixed"):
            found[f"{name} macro F1"] = table[name]["macro_f1"]
            found[f"{name} new recall"] = table[name]["new_recall"]
            found[f"{name} echo recall"] = table[name]["echo_recall"]
        for name in ("same_claim", "same_claim_beyond_copies"):
            found[f"{name} F1"] = table[name]["f1"]
            found[f"{name} precision"] = table[name]["precision"]
        return found | {f"seeds: {k}": v for k, v in table.get("seeds", {}).items()}
    if part == "gj":
        found = {}
        for name in ("labels", "labels2", "both"):
            t = table[name]
            found[f"{name}: same dispatch F1"] = t["copy_group_vs_P"]["f1"]
            found[f"{name}: same dispatch precision"] = t["copy_group_vs_P"]["precision"]
            found[f"{name}: same dispatch recall"] = t["copy_group_vs_P"]["recall"]
            found[f"{name}: same story F1"] = t["story_vs_P+U+S"]["f1"]
            found[f"{name}: Q joined as copies"] = t["wrongly_joined"]["Q"]["copy_group"]["share"]
            found[f"{name}: N joined in a story"] = t["wrongly_joined"]["N"]["story"]["share"]
        return found
    return {
        "pairwise F1": table["pairwise"]["f1"],
        "pairwise precision": table["pairwise"]["precision"],
        "pairwise recall": table["pairwise"]["recall"],
        "B-cubed F1": table["b_cubed"]["f1"],
    }


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--only", action="append", choices=list(PARTS))
    ap.add_argument("--memory", action="store_true", help="replay in memory instead of through the command line")
    ap.add_argument("--point", default="balanced", choices=("balanced", "careful"), help="operating point of claims")
    ap.add_argument("--json", type=Path, help="write the whole tables there")
    ap.add_argument("--keep", type=Path, help="keep the predictions in this folder")
    ap.add_argument("--markdown", action="store_true")
    a = ap.parse_args()
    whole: dict[str, Table] = {}
    with tempfile.TemporaryDirectory(prefix="echowire-quality-") as work_name:
        work = Path(work_name)
        for part in a.only or list(PARTS):
            names, scored = PARTS[part]
            missing = [n for n in names if folder(n) is None and n != "seeds"]
            if missing:
                print(f"{part}: left out, {', '.join(missing)} is not at hand\n")
                continue
            files = [f / "articles.jsonl" for n in names if (f := folder(n))]
            rows, seconds = predictions_of(files, a.memory, a.point)
            if a.keep:
                a.keep.mkdir(parents=True, exist_ok=True)
                write_lines(rows, a.keep / f"{part}.jsonl")
            whole[part] = scored(rows, work)
            print(f"{part}: {len(rows)} articles in {seconds:.1f} s ({', '.join(names)})")
            for name, value in figures(part, whole[part]).items():
                shown = "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
                print(f"| {part} | {name} | {shown} |" if a.markdown else f"  {name:34s} {shown}")
            print(flush=True)
    if a.json:
        a.json.write_text(json.dumps(whole, indent=1), encoding="utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
