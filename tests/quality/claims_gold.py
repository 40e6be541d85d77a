"""The annotated corpora as the claims' models see them: articles cut into units, each unit with what annotators said.

Stories are the annotators' own, so that the claims are measured without the matching's errors.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from monitor.core.claims import units
from monitor.core.claims.features import Known, decode
from monitor.core.claims.settings import ClaimsSettings
from monitor.core.claims.weigh import text_key
from monitor.core.model import Fingerprint, Judgement, Placement, Reading, Relation, Submission, Unit
from monitor.core.text.clean import clean
from monitor.core.text.document import Document
from monitor.core.text.language import identify
from monitor.languages import pack
from tests.memory import MemoryWindow
from tests.quality.score import aligned

HERE = Path(__file__).resolve().parent / "corpus"
VARIANTS = {
    "verbatim": Relation.COPY, "trimmed": Relation.COPY, "edited": Relation.COPY, "rewritten": Relation.REWRITE,
    "back-translated": Relation.TRANSLATION, "merged": Relation.REWRITE, "follow-up": Relation.FOLLOW_UP,
}  # fmt: skip


@dataclass
class Article:
    """One annotated article. `claims[u]`, `new[u]` and `relations[u]` speak of unit u's annotated sentence."""

    corpus: str
    submission: Submission
    document: Document
    units: tuple[Unit, ...]
    story: str
    copy_group: str | None
    variant: str
    derives_from: str | None
    gold: dict[str, set[str]]  # sentence -> claims
    new_sentences: set[str]
    relation_of: dict[str, set[tuple[str, str]]]  # sentence -> (kind, target claim)
    sentence: list[str | None] = field(default_factory=list)  # of each unit
    keys: list[str] = field(default_factory=list)  # text key of each unit

    def claims(self, u: int) -> set[str]:
        s = self.sentence[u]
        return self.gold[s] if s is not None else set()


def _lines(path: Path) -> Iterable[dict[str, object]]:
    return (json.loads(line) for line in path.read_text(encoding="utf8").splitlines() if line.strip())


@cache
def articles(corpus: str) -> tuple[Article, ...]:
    """The articles of a corpus in the order they were published."""
    home = HERE / corpus
    labels = {str(x["article"]): x for x in _lines(home / "labels.jsonl")}
    gold: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    new: dict[str, set[str]] = defaultdict(set)
    related: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for m in _lines(home / "mentions.jsonl"):
        a, s = str(m["article"]), str(m["sentence"])
        gold[a][s].add(f"{corpus}:{m['claim']}")
        if m["status"] == "new":
            new[a].add(s)
        if m["relation"]:
            kind, target = str(m["relation"]).split(":", 1)
            related[a][s].add((kind, f"{corpus}:{target}"))
    out = []
    for row in _lines(home / "articles.jsonl"):
        when = datetime.fromisoformat(str(row["published"]))
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        s = Submission(
            key=str(row["id"]), outlet=str(row["source"]), title=str(row["title"]), text=str(row["text"]),
            first_seen=when, published=when, url=str(row["url"]), language=str(row["language"]),
        )  # fmt: skip
        code = identify(s.title, s.text, s.language)
        document = clean(s.text, s.title, pack(code), code, s.when)
        label = labels[s.key]
        article = Article(
            corpus, s, document, units.cut(document, s, pack(code)), f"{corpus}:{label['story']}",
            label.get("copy_group"), str(label["variant"]), label.get("derives_from"), dict(gold[s.key]), new[s.key],
            dict(related[s.key]),
        )  # fmt: skip
        for u in article.units:
            hits = [x for x in article.gold if aligned(u.text, x)]
            article.sentence.append(next((x for x in hits if u.text in x), hits[0] if hits else None))
            article.keys.append(text_key(u.text))
        out.append(article)
    return tuple(sorted(out, key=lambda a: (a.submission.when, a.submission.key)))


@dataclass
class Case:
    """An article with distinct units of other articles of its story taken as told before."""

    article: Article
    own: list[Known]
    exact: list[int]  # the past unit each own unit repeats, or -1
    past: list[tuple[Article, int]]
    hours: float
    new: frozenset[str]  # sentences with a claim that none of the earlier articles makes


def _case(article: Article, before: list[Article]) -> Case:
    past: list[tuple[Article, int]] = []
    index: dict[str, int] = {}
    for b in before:
        for u, k in enumerate(b.keys):
            if k not in index:
                index[k] = len(past)
                past.append((b, u))
    told = {c for b in before for claims in b.gold.values() for c in claims}
    hours = abs((article.submission.when - max(b.submission.when for b in before)).total_seconds()) / 3600
    new = frozenset(s for s, claims in article.gold.items() if claims - told)
    exact = [index.get(k, -1) for k in article.keys]
    return Case(article, [decode(u.features) for u in article.units], exact, past, hours, new)


def cases(corpora: Iterable[str], shuffled: int = 0) -> list[Case]:
    """Every article with the earlier ones of its annotated story.

    `shuffled` adds that many cases an article in which other members of the story, drawn at random, are taken as told
    before: what is new then follows from the claims. It turns echoes into news and the other way round.
    """
    out = []
    draw = random.Random(4)
    for corpus in corpora:
        stories: dict[str, list[Article]] = defaultdict(list)
        for a in articles(corpus):
            if a.units:
                stories[a.story].append(a)
        for members in stories.values():
            for n, a in enumerate(members):
                if n:
                    out.append(_case(a, members[:n]))
                others = [m for m in members if m is not a]
                for _ in range(shuffled if others else 0):
                    drawn = draw.sample(others, draw.randint(1, len(others)))
                    out.append(_case(a, sorted(drawn, key=lambda m: m.submission.when)))
    return out


def replay(corpora: Iterable[str], settings: ClaimsSettings) -> list[Judgement]:
    """Judge the claims of these corpora with the annotators' stories and sources."""
    from monitor.core.claims.judge import judge_claims

    window = MemoryWindow()
    out = []
    for corpus in corpora:
        origins: dict[str, str] = {}
        for a in articles(corpus):
            s = a.submission
            origin = origins.get(str(a.derives_from)) or f"outlet:{s.outlet}"
            origins[s.key] = origin
            placement = Placement(
                a.story, False, f"{a.story}:{a.copy_group or s.key}", a.derives_from,
                VARIANTS.get(a.variant, Relation.ORIGINAL), origin,
            )  # fmt: skip
            reading = Reading(s, a.document, Fingerprint("none", b"", {"text": (0,)}), b"", a.units, ())
            judgement = Judgement(reading, placement, judge_claims(reading, placement, window, settings))
            window.record(judgement)
            out.append(judgement)
    return out
