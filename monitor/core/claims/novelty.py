"""Is a unit new? A decision of its own, not just "no match".

The rows say how surely an earlier unit says the same, how much of the unit the story holds all in all, what it
brings that nobody gave, where it stands, and how the rest of its article fares. A second pass sees what the first
said of the sentences around. In the first pass the article's context is capped (`CONTEXT_CAP`): a rewrite that echoes
everywhere else must not silence the one fact it adds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from monitor.core.claims.compare import Matrix
from monitor.core.claims.features import Known
from monitor.core.claims.pairs import COVER, NAMES, Scene

#: The columns of the best pair that the novelty model sees.
BEST = (
    "stems_in_past", "neutral_in_past", "names_in_past", "values_in_past", "counts_in_past", "bigrams_in_past",
    "quote_in_past", "dates_in_past", "sentence_in_past", "document", "same_language", "unit_conflict",
    "negation_differs", "speaker_shared", "speaker_differs", "same_act", "place_apart", "core_in_past", "core_in_own",
    "core_shared", "own_core", "own_confirms", "own_announces",
)  # fmt: skip
CONTEXT_CAP = (0.25, 0.75)

NAMES_OF = (
    "best", "second", "articles_agreeing", "sentence_best", "sentence_worst", "context", "previous", "following",
    *(f"best_{n}" for n in BEST), *COVER, "place", "first_sentence", "length", "quantities", "names", "quote",
    "is_quote", "negated", "conditional", "unconfirmed", "correction", "anonymous", "act", "pieces", "title_like",
    "past_articles", "past_units", "language_share", "hours",
)  # fmt: skip

#: The second pass sees what the first said of the sentences around.
NAMES_AGAIN = (
    *NAMES_OF, "first", "in_sentence", "others_new", "others_share", "previous_new", "following_new", "context_free",
)  # fmt: skip

ACT_CODES = ("state", "say", "announce", "deny", "confirm", "cannot-confirm", "accuse", "forecast", "decide", "demand")


def rows(
    own: Sequence[Known], past: Sequence[Known], articles: Sequence[str], scene: Scene, same: Matrix, hours: float
) -> Matrix:
    """One row a unit. `same[pair]` is the pair model's probability, `hours` since the story's newest article."""
    n = len(own)
    best, second, agreeing, at = _best(n, articles, scene, same)
    sentence = np.array([k.features.sentence for k in own])
    by_sentence = {s: best[sentence == s] for s in set(sentence.tolist())}
    order = sorted(by_sentence)
    means = {s: float(by_sentence[s].mean()) for s in order}
    out = []
    languages = [k.features.language for k in past]
    for a, k in enumerate(own):
        f = k.features
        here = by_sentence[f.sentence]
        others = [means[s] for s in order if s != f.sentence]
        position = order.index(f.sentence)
        context = float(np.clip(np.mean(others), *CONTEXT_CAP)) if others else 0.5
        pair = [float(scene.rows[at[a], NAMES.index(c)]) if at[a] >= 0 else -1.0 for c in BEST]
        out.append([
            best[a], second[a], agreeing[a], here.max(), here.min(), context,
            means[order[position - 1]] if position else -1.0,
            means[order[position + 1]] if position + 1 < len(order) else -1.0,
            *pair, *scene.cover[a], f.place, float(f.sentence == 0), f.length, len(f.quantities), len(f.names),
            len(f.quote), float(f.kind == "quote"), *(float(c in f.flags) for c in "ncxra"),
            float(ACT_CODES.index(f.act)) if f.act in ACT_CODES else 0.0, len(here), float(position == 0),
            len(set(articles)), len(past), languages.count(f.language) / max(1, len(languages)), hours,
        ])  # fmt: skip
    return np.array(out, np.float32).reshape(n, len(NAMES_OF))


def again(own: Sequence[Known], table: Matrix, new: Matrix) -> Matrix:
    """The rows of the second pass: `new[a]` is the first pass's probability for unit a."""
    sentence = np.array([k.features.sentence for k in own])
    order = sorted(set(sentence.tolist()))
    highest = {s: float(new[sentence == s].max()) for s in order}
    best = table[:, 0]
    covered = {s: float(best[sentence == s].mean()) for s in order}
    extra = []
    for a, s in enumerate(sentence.tolist()):
        position = order.index(s)
        others = [highest[t] for t in order if t != s]
        extra.append((
            new[a], highest[s], float(np.mean(others)) if others else 0.5,
            float(np.mean([v >= 0.5 for v in others])) if others else 0.5,
            highest[order[position - 1]] if position else -1.0,
            highest[order[position + 1]] if position + 1 < len(order) else -1.0,
            float(np.mean([covered[t] for t in order if t != s])) if others else 0.5,
        ))  # fmt: skip
    return np.concatenate([table, np.array(extra, np.float32).reshape(len(own), 7)], axis=1)


def _best(
    n: int, articles: Sequence[str], scene: Scene, same: Matrix
) -> tuple[Matrix, Matrix, Matrix, npt.NDArray[np.int64]]:
    """Best probability of each own unit, the best from another article, how many articles agree, the best's pair."""
    best, second = np.zeros(n, np.float32), np.zeros(n, np.float32)
    agreeing = np.zeros(n, np.float32)
    at = np.full(n, -1, np.int64)
    for a in range(n):
        pairs = np.flatnonzero(scene.own == a)
        if not len(pairs):
            continue
        by_article: dict[str, float] = {}
        for r in pairs:
            article = articles[scene.past[r]]
            by_article[article] = max(by_article.get(article, 0.0), float(same[r]))
        ranked = sorted(by_article.values(), reverse=True)
        best[a] = ranked[0]
        second[a] = ranked[1] if len(ranked) > 1 else 0.0
        agreeing[a] = sum(v >= 0.5 for v in ranked)
        at[a] = pairs[np.argmax(same[pairs])]
    return best, second, agreeing, at
