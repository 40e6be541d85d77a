"""Make monitor/languages/weights/idf.json: in how many stories a stem, a cognate or a name of our own corpora occurs.

    python -m tests.quality.make_idf

Counted over stories, not articles: a story of eight articles would make its own names look common. Only dev1 to dev6
and own1 to own8 are read, which are our own invention; text we may not redistribute is not counted, not even hashed.
What a term's count cannot say (fourteen small corpora miss most words) is left to the default for unlisted terms and to
the comparison itself, which plays down the terms that most of an article's candidate stories share (see
core.matching.stories). Terms of a single story are not listed: they are as good as unseen.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

from monitor.core.matching.terms import collect
from monitor.core.matching.view import Kind
from monitor.core.text.clean import clean
from monitor.core.text.language import identify
from monitor.languages import pack
from tests.quality.streams import LEARNT, folder, submissions

TARGET = Path(__file__).resolve().parents[2] / "monitor" / "languages" / "weights" / "idf.json"


def counted(names: tuple[str, ...] = LEARNT) -> dict[str, object]:
    """The table of these corpora."""
    seen: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    stories: dict[str, set[str]] = defaultdict(set)
    for name in names:
        home = folder(name)
        assert home is not None
        rows = map(json.loads, (home / "labels.jsonl").read_text("utf8").splitlines())
        story_of = {row["article"]: row["story"] for row in rows}
        for s in submissions([home / "articles.jsonl"]):
            language = identify(s.title, s.text, s.language)
            p = pack(language)
            story = story_of[s.key]
            for kind, form in collect(clean(s.text, s.title, p, language, s.when), p).counts:
                table = language if kind is Kind.STEM else kind.name.lower()
                if kind is not Kind.NUMBER:
                    seen[table][form].add(story)
                    stories[table].add(story)
    return {
        "about": "stories of dev1 to dev6 and own1 to own8 a term occurs in; made by tests/quality/make_idf.py",
        "version": 1,
        "stories": {t: len(s) for t, s in sorted(stories.items())},
        "frequencies": {
            t: {form: len(s) for form, s in sorted(forms.items()) if len(s) > 1} for t, forms in sorted(seen.items())
        },
    }


def main() -> int:
    TARGET.write_text(json.dumps(counted(), ensure_ascii=False, indent=0) + "\n", encoding="utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
