"""Everything the pair model knows of two units, as one row of numbers with names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.core.claims.compare import Background, Bags, Matrix, View, sentences_of
from monitor.core.claims.features import Known

CANDIDATES = 12  # earlier units looked at for each own unit

NAMES = (
    "stems_cosine", "stems_in_past", "stems_in_own", "neutral_cosine", "neutral_in_past", "neutral_in_own",
    "bigrams_in_past", "bigrams_in_own", "names_shared", "names_in_past", "names_in_own", "values_shared",
    "values_in_past", "values_in_own", "counts_shared", "counts_in_past", "counts_in_own", "dates_shared",
    "dates_in_past", "dates_in_own", "quote_shared", "quote_in_past", "quote_in_own", "concepts_cosine",
    "sentence_cosine", "sentence_in_past", "sentence_in_own", "sentence_stems", "sentence_names", "sentence_values",
    "before", "after", "document", "row_rank", "column_rank", "row_margin", "column_margin", "row_best", "column_best",
    "sentence_row_rank", "sentence_column_rank",
    "own_length", "past_length", "own_values", "past_values", "own_names", "past_names", "own_quote", "past_quote",
    "same_language", "place_apart", "own_place", "past_place", "same_kind", "same_act", "negation_differs",
    "conditional_differs", "own_correction", "speaker_shared", "speaker_differs", "speaker_none", "unit_conflict",
    "own_speaker", "own_pieces", "past_pieces",
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """An article's units against its story's: the candidate pairs and their rows."""

    own: npt.NDArray[np.int64]  # index of the own unit of each pair
    past: npt.NDArray[np.int64]  # index of the past unit of each pair
    rows: Matrix  # pairs x NAMES
    cover: Matrix  # own units x COVER: how the story as a whole covers each unit


COVER = (
    "neutral_union", "stems_union", "names_union", "values_union", "counts_union", "dates_union", "quote_union",
    "bigrams_union", "names_unseen", "values_unseen", "counts_unseen", "dates_unseen", "neutral_unseen",
)  # fmt: skip


def compare(
    own: Sequence[Known], past: Sequence[Known], articles: Sequence[str], background: Background
) -> Scene:
    """Pairs of own units and their nearest past units. `articles[p]` is the article of past unit p."""
    n_own, n_past = len(own), len(past)
    bags = {
        v: Bags(v, own, past, background if v in ("stems", "neutral", "bigrams", "quote", "concepts") else None)
        for v in ("stems", "neutral", "bigrams", "names", "values", "counts", "dates", "quote", "speaker", "concepts")
    }
    views = {v: b.view() for v, b in bags.items()}
    own_at, own_sentences = sentences_of([("", k.features.sentence) for k in own])
    past_at, past_sentences = sentences_of([(a, k.features.sentence) for a, k in zip(articles, past, strict=True)])
    groups = np.concatenate([own_at, past_at + own_sentences])
    total = own_sentences + past_sentences
    whole = {v: bags[v].view(groups, own_sentences, total) for v in ("neutral", "stems", "names", "values")}

    neutral, stems = views["neutral"].cosine(), views["stems"].cosine()
    cheap = (
        np.maximum(neutral, stems) + 0.6 * views["names"].cosine() * (views["names"].shared > 0)
        + 0.8 * views["values"].cosine() + 0.4 * whole["neutral"].cosine()[own_at][:, past_at]
    )  # fmt: skip
    k = min(CANDIDATES, n_past)
    nearest = np.argpartition(-cheap, k - 1, axis=1)[:, :k]
    i = np.repeat(np.arange(n_own), k)
    j = nearest.reshape(-1)

    # Where the rest of the article agrees with the rest of the other: before, after, and as a whole.
    meeting = whole["neutral"].cosine() + 0.5 * whole["values"].cosine() + 0.5 * whole["names"].cosine()
    before, after = _shifted(meeting, 1), _shifted(meeting, -1)
    article_at, article_count = sentences_of([(a, 0) for a in articles])
    best = np.full((n_own, article_count), 0.0, dtype=np.float32)
    for a in range(article_count):
        best[:, a] = cheap[:, article_at == a].max(axis=1)
    alike = best.mean(axis=0)

    row_order = _rank(cheap)
    column_rank = _rank(cheap.T).T
    sentence_sim = meeting[own_at][:, past_at]
    in_article = np.zeros_like(cheap)
    for a in range(article_count):
        in_article[:, article_at == a] = _rank(cheap[:, article_at == a])
    row_best = cheap.max(axis=1)
    column_best = cheap.max(axis=0)

    def f(get: object) -> tuple[Matrix, Matrix]:
        values = np.array([get(x.features) for x in own], np.float32), np.array([get(x.features) for x in past], np.float32)  # type: ignore[operator]
        return values

    columns: list[npt.NDArray[np.float32]] = []

    def add(matrix: Matrix) -> None:
        columns.append(matrix[i, j])

    for name in ("stems", "neutral"):
        v = views[name]
        add(v.cosine()), add(v.in_past()), add(v.in_own())
    add(views["bigrams"].in_past()), add(views["bigrams"].in_own())
    for name in ("names", "values", "counts", "dates", "quote"):
        v = views[name]
        add(v.shared), add(_nothing(v.in_past(), v.own, 0)), add(_nothing(v.in_own(), v.past, 1))
    add(views["concepts"].cosine())
    w = whole["neutral"]
    for matrix in (w.cosine(), w.in_past(), w.in_own(), whole["stems"].cosine(), whole["names"].shared, whole["values"].shared):
        columns.append(matrix[own_at[i], past_at[j]])
    columns.append(before[own_at[i], past_at[j]])
    columns.append(after[own_at[i], past_at[j]])
    columns.append(alike[article_at[j]])
    add(in_article), add(column_rank)
    columns.append(cheap[i, j] - row_best[i])
    columns.append(cheap[i, j] - column_best[j])
    columns.append(row_best[i])
    columns.append(column_best[j])
    columns.append(_rank(meeting)[own_at[i], past_at[j]])
    columns.append(_rank(meeting.T).T[own_at[i], past_at[j]])
    for get in (lambda x: x.length, lambda x: len(x.quantities), lambda x: len(x.names), lambda x: len(x.quote)):
        a, b = f(get)
        columns.append(a[i])
        columns.append(b[j])
    lang_a, lang_b = [x.features.language for x in own], [x.features.language for x in past]
    columns.append(np.array([lang_a[x] == lang_b[y] for x, y in zip(i, j, strict=True)], np.float32))
    a, b = f(lambda x: x.place)
    columns += [np.abs(a[i] - b[j]), a[i], b[j]]
    columns.append(_equal([x.features.kind for x in own], [x.features.kind for x in past], i, j))
    columns.append(_equal([x.features.act for x in own], [x.features.act for x in past], i, j))
    for letter in "nc":
        columns.append(1 - _equal([letter in x.features.flags for x in own], [letter in x.features.flags for x in past], i, j))
    columns.append(np.array(["r" in x.features.flags for x in own], np.float32)[i])
    speakers = views["speaker"]
    both = (speakers.own[:, None] > 0) & (speakers.past[None, :] > 0)
    add((speakers.shared > 0).astype(np.float32))
    add((both & (speakers.shared == 0)).astype(np.float32))
    add(((speakers.own[:, None] == 0) & (speakers.past[None, :] == 0)).astype(np.float32))
    columns.append(np.array([_conflict(own[x], past[y]) for x, y in zip(i, j, strict=True)], np.float32))
    columns.append((speakers.own > 0).astype(np.float32)[i])
    columns.append(np.bincount(own_at)[own_at].astype(np.float32)[i])
    columns.append(np.bincount(past_at)[past_at].astype(np.float32)[j])
    _ = row_order
    return Scene(i, j, np.stack(columns, axis=1), _cover(bags, views))


def _nothing(matrix: Matrix, weight: Matrix, axis: int) -> Matrix:
    """-1 where there was nothing to hold, so that the model tells it from nothing held."""
    empty = (weight <= 0)[:, None] if axis == 0 else (weight <= 0)[None, :]
    return np.where(empty, np.float32(-1), matrix)


def _rank(matrix: Matrix) -> Matrix:
    """The rank of each entry within its row, 0 the highest."""
    order = np.argsort(-matrix, axis=1, kind="stable")
    out = np.empty_like(order)
    np.put_along_axis(out, order, np.arange(matrix.shape[1])[None, :], axis=1)
    return out.astype(np.float32)


def _shifted(matrix: Matrix, by: int) -> Matrix:
    """The entry of the sentences next to both, 0 at the edges; the best of the three past neighbours."""
    out = np.zeros_like(matrix)
    rows = slice(1, None) if by > 0 else slice(None, -1)
    source = slice(None, -1) if by > 0 else slice(1, None)
    moved = matrix[source]
    wide = np.maximum(moved, np.maximum(np.roll(moved, 1, axis=1), np.roll(moved, -1, axis=1)))
    out[rows] = wide
    return out


def _equal(a: list, b: list, i: npt.NDArray[np.int64], j: npt.NDArray[np.int64]) -> Matrix:  # type: ignore[type-arg]
    return np.array([a[x] == b[y] for x, y in zip(i, j, strict=True)], np.float32)


def _conflict(a: Known, b: Known) -> float:
    """1 where both count the same thing and no count agrees."""
    left = {u: {q[0] for q in a.features.quantities if q[2] == u} for u in {q[2] for q in a.features.quantities if q[2]}}
    for unit, values in left.items():
        other = {q[0] for q in b.features.quantities if q[2] == unit}
        if other and not any(abs(x - y) <= 0.02 * max(abs(x), abs(y)) for x in values for y in other):
            return 1.0
    return 0.0


def _cover(bags: dict[str, Bags], views: dict[str, View]) -> Matrix:
    """How much of each own unit the story's earlier units hold between them."""
    columns = []
    unseen = {}
    for name in ("neutral", "stems", "names", "values", "counts", "dates", "quote", "bigrams"):
        b = bags[name]
        seen = np.zeros(len(b.vocabulary), dtype=bool)
        seen[b.column[b.row >= b.split]] = True
        mine = b.row < b.split
        row, column = b.row[mine], b.column[mine]
        held = np.bincount(row, weights=b.weight[column] * seen[column], minlength=b.split)
        missing = np.bincount(row, weights=(~seen[column]).astype(float), minlength=b.split)
        whole = views[name].own
        columns.append(np.where(whole > 0, held / np.maximum(whole, 1e-6), -1.0))
        unseen[name] = missing
    columns += [unseen[n] for n in ("names", "values", "counts", "dates", "neutral")]
    return np.stack(columns, axis=1).astype(np.float32)
