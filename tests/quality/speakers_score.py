"""Score speakers: of the sentences whose claims have an annotated speaker, how many are told the right one.

    python -m tests.quality.speakers_score [CORPUS...]

An annotated speaker is an English phrase ("Jean Dupont (mayor)", "fire brigade"). A speaker told is `right` where a
word of its name, or the concept of its role, is in one of the phrases of its sentence. `other_role` is a role of
another name than annotated, which is often the same one ("the operator", "SOFIWAL"): neither right nor wrong. `wrong`
is another name. `missed` has no speaker told; most of these name a source that another sentence gives. `uncalled` are
speakers told where annotators name none, `silent` the sentences where both name none.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.core.claims.fields import Speaker, annotate, speaker_of
from monitor.core.claims.grammar import noun_key
from monitor.core.claims.lexicon import lexicon
from monitor.core.claims.skeleton import skeleton
from monitor.core.text.clean import clean
from monitor.languages import pack

HERE = Path(__file__).resolve().parent / "corpus"
READ = ("dev1", "dev2", "dev3", "dev4", "dev5", "dev6", "own1", "own2", "own3", "own4", "own7", "own8", "own9")


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def judged(told: Speaker | None, wanted: set[str]) -> str:
    """What a speaker told is worth against the phrases annotated."""
    if not wanted:
        return "silent" if told is None else "uncalled"
    if told is None:
        return "missed"
    english = lexicon(pack("en"))
    words = [w for phrase in wanted for w in re.split(r"[\s(),]+", phrase) if len(w) > 2]
    keys = {skeleton(w) for w in words} | {noun_key(w, english) for w in words}
    if keys & set(told.keys):
        return "right"
    return "other_role" if told.keys[0].startswith("=") else "wrong"


def score(corpus: str) -> dict[str, Counter[str]]:
    """Counts by language of one corpus."""
    home = HERE / corpus
    speaker = {r["claim"]: r.get("speaker") for r in _rows(home / "claims.jsonl")}
    said: dict[str, dict[str, set[str | None]]] = defaultdict(lambda: defaultdict(set))
    for r in _rows(home / "mentions.jsonl"):
        said[r["article"]][r["sentence"].strip()].add(speaker.get(r["claim"]))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for a in _rows(home / "articles.jsonl"):
        p, when = pack(a["language"]), datetime.fromisoformat(a["published"])
        document = clean(a["text"], a["title"], p, a["language"], when)
        found = annotate(document.raw, p, when)
        for s in document.sentences:
            told = speaker_of(s.start, s.end, found, p)
            wanted = said[a["id"]].get(s.text.strip())
            if wanted is not None:
                counts[a["language"]][judged(told, {w for w in wanted if w})] += 1
    return counts


def main(corpora: list[str]) -> None:
    """Print the counts by language."""
    total: dict[str, Counter[str]] = defaultdict(Counter)
    for corpus in corpora or READ:
        for language, counts in score(corpus).items():
            total[language] += counts
    for language, counts in sorted(total.items()):
        print(language, dict(sorted(counts.items())))


if __name__ == "__main__":
    main(sys.argv[1:])
