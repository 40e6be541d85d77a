"""The annotated corpora as a measure of reading: what annotators call a sentence, and what they call none.

Figures of 2026-11-20 on dev1 to dev6 (5,109 annotated sentences in six languages): 99.1% of the sentences have exactly
these bounds (a dateline may stand before them), every one lies in a sentence of the document, and 340 body sentences
are left unmarked, nearly all of them background.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from monitor.core.text.clean import clean
from monitor.core.text.document import BlockKind, Document
from monitor.core.text.language import identify
from monitor.languages import pack

CORPUS = Path(__file__).parents[2] / "quality" / "corpus"


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as f:
        yield from map(json.loads, f)


@cache
def corpus() -> tuple[list[dict[str, Any]], dict[str, Document], dict[str, set[str]]]:
    """Articles, their documents, and the annotated sentences by article."""
    articles, documents, marked = [], {}, defaultdict(set)
    for folder in sorted(CORPUS.glob("dev*")):
        for m in rows(folder / "mentions.jsonl"):
            marked[m["article"]].add(m["sentence"])
        for a in rows(folder / "articles.jsonl"):
            articles.append(a)
            when = datetime.fromisoformat(a["published"])
            documents[a["id"]] = clean(a["text"], a["title"], pack(a["language"]), a["language"], when)
    return articles, documents, marked


def spans_of(a: dict[str, Any], marked: dict[str, set[str]]) -> list[tuple[int, int]]:
    return [(at, at + len(s)) for s in sorted(marked[a["id"]]) if (at := a["text"].find(s)) >= 0]


def test_every_language_is_recognised() -> None:
    """534 articles in six languages, without a hint."""
    articles, _, _ = corpus()
    assert [a["id"] for a in articles if identify(a["title"], a["text"], None) != a["language"]] == []


def test_no_annotated_sentence_is_lost() -> None:
    """What annotators call check-worthy lies in the sentences of the document."""
    articles, documents, marked = corpus()
    lost = [
        a["text"][start:end]
        for a in articles
        for start, end in spans_of(a, marked)
        if not any(s.start < end and start < s.end for s in documents[a["id"]].sentences)
    ]
    assert lost == []


def test_sentences_have_the_bounds_annotators_see() -> None:
    """At least 98.5% exactly, where a dateline may stand before the first."""
    articles, documents, marked = corpus()
    total = exact = 0
    for a in articles:
        found = {(s.start, s.end) for s in documents[a["id"]].sentences}
        ends = {end: start for start, end in found}
        headed = [b for b in documents[a["id"]].blocks if b.kind is BlockKind.DATELINE]
        for start, end in spans_of(a, marked):
            total += 1
            after = any(b.start <= start < b.end <= ends.get(end, -1) <= b.end + 2 for b in headed)
            exact += (start, end) in found or after
    assert exact / total >= 0.985


def test_little_furniture_stays_in_the_body() -> None:
    """Of the sentences annotators left unmarked, no more stay than a tenth of those they marked."""
    articles, documents, marked = corpus()
    unmarked = sum(
        not any(s.start < end and start < s.end for start, end in spans_of(a, marked))
        for a in articles
        for s in documents[a["id"]].sentences
    )
    assert unmarked < 0.08 * sum(len(m) for m in marked.values())
