"""Everything the pair model knows of two units, as one row of numbers with names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from monitor.core.claims.compare import Background, Bags, Matrix, View, sentences_of
from monitor.core.claims.features import Features, Known, in_one_sense

Indices = npt.NDArray[np.int64]

CANDIDATES = 10  # earlier units looked at for each own unit

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
    "core_cosine", "core_in_past", "core_in_own", "core_shared", "own_core", "past_core", "own_denies", "past_denies",
    "own_confirms", "past_confirms", "own_negated", "past_negated", "own_announces", "past_announces",
)  # fmt: skip

COVER = (
    "neutral_union", "stems_union", "names_union", "values_union", "counts_union", "dates_union", "quote_union",
    "bigrams_union", "core_union", "names_unseen", "values_unseen", "counts_unseen", "dates_unseen", "neutral_unseen",
    "core_unseen",
)  # fmt: skip

_VIEWS = (
    "stems", "neutral", "bigrams", "names", "values", "counts", "dates", "quote", "speaker", "concepts",
    "core",
)  # fmt: skip
#: Views that the background weighs too.
_WORDS = frozenset({"stems", "neutral", "bigrams", "quote", "concepts", "core", "values", "counts"})
_COVERED = ("neutral", "stems", "names", "values", "counts", "dates", "quote", "bigrams", "core")


@dataclass(frozen=True)
class Scene:
    """An article's units against its story's: the candidate pairs and their rows."""

    own: Indices  # index of the own unit of each pair
    past: Indices  # index of the past unit of each pair
    rows: Matrix  # pairs x NAMES
    cover: Matrix  # own units x COVER: how the story as a whole covers each unit

    @classmethod
    def empty(cls) -> Scene:
        """No pairs: an article that opens its story."""
        none = np.zeros(0, np.int64)
        return cls(none, none, np.zeros((0, len(NAMES)), np.float32), np.zeros((0, len(COVER)), np.float32))


@dataclass(frozen=True)
class _Stage:
    """What the parts of `compare` hand to one another."""

    own: Sequence[Known]
    past: Sequence[Known]
    views: dict[str, View]
    whole: dict[str, View]  # by sentence
    own_at: Indices  # sentence of each own unit
    past_at: Indices
    article_at: Indices  # article of each past unit
    cheap: Matrix  # own x past: a first likeness
    meeting: Matrix  # own sentences x past sentences
    i: Indices
    j: Indices


def compare(
    own: Sequence[Known], past: Sequence[Known], articles: Sequence[str], background: Background,
    chosen: tuple[Indices, Indices] | None = None,
) -> Scene:  # fmt: skip
    """Pairs of own units and their nearest past units. `articles[p]` is the article of past unit p.

    With `chosen` (own and past indices) the pairs are those, near or not.
    """
    both = [*own, *past]
    sensed = in_one_sense(both)
    bags = {
        v: Bags(sensed.get(v) or [k.keys[v] for k in both], len(own), background if v in _WORDS else None)
        for v in _VIEWS
    }
    views = {v: b.view() for v, b in bags.items()}
    own_at, own_count = sentences_of([("", k.features.sentence) for k in own])
    past_at, past_count = sentences_of([(a, k.features.sentence) for a, k in zip(articles, past, strict=True)])
    groups = np.concatenate([own_at, past_at + own_count])
    count = own_count + past_count
    whole = {v: bags[v].view(groups, own_count, count) for v in ("neutral", "stems", "names", "values")}
    sentence = whole["neutral"].cosine()
    cheap = (
        np.maximum(views["neutral"].cosine(), views["stems"].cosine()) + 0.6 * views["names"].cosine()
        + 0.8 * views["values"].cosine() + 0.4 * sentence[own_at][:, past_at]
    )  # fmt: skip
    meeting = sentence + 0.5 * whole["values"].cosine() + 0.5 * whole["names"].cosine()
    i, j = _nearest(cheap) if chosen is None else chosen
    article_at, _ = sentences_of([(a, 0) for a in articles])
    stage = _Stage(own, past, views, whole, own_at, past_at, article_at, cheap, meeting, i, j)
    columns = [*_likeness(stage), *_alignment(stage), *_nature(stage)]
    return Scene(i, j, np.stack(columns, axis=1).astype(np.float32), _cover(bags, views))


def _nearest(cheap: Matrix) -> tuple[Indices, Indices]:
    k = min(CANDIDATES, cheap.shape[1])
    nearest = np.argpartition(-cheap, k - 1, axis=1)[:, :k]
    return np.repeat(np.arange(len(cheap)), k), nearest.reshape(-1)


def _likeness(t: _Stage) -> list[Matrix]:
    """What the two units, and their sentences, share."""
    i, j = t.i, t.j
    out = []
    for name in ("stems", "neutral"):
        shared, a, b = t.views[name].of(i, j)
        out += [shared / np.sqrt(np.maximum(a * b, 1e-6)), shared / np.maximum(a, 1e-6), shared / np.maximum(b, 1e-6)]
    shared, a, b = t.views["bigrams"].of(i, j)
    out += [shared / np.maximum(a, 1e-6), shared / np.maximum(b, 1e-6)]
    for name in ("names", "values", "counts", "dates", "quote"):
        shared, a, b = t.views[name].of(i, j)
        # -1 where there was nothing to hold, so that the model tells it from nothing held.
        in_past = np.where(a > 0, shared / np.maximum(a, 1e-6), -1)
        out += [shared, in_past, np.where(b > 0, shared / np.maximum(b, 1e-6), -1)]
    shared, a, b = t.views["concepts"].of(i, j)
    out.append(shared / np.sqrt(np.maximum(a * b, 1e-6)))
    x, y = t.own_at[i], t.past_at[j]
    shared, a, b = t.whole["neutral"].of(x, y)
    out += [shared / np.sqrt(np.maximum(a * b, 1e-6)), shared / np.maximum(a, 1e-6), shared / np.maximum(b, 1e-6)]
    shared, a, b = t.whole["stems"].of(x, y)
    out.append(shared / np.sqrt(np.maximum(a * b, 1e-6)))
    return [*out, t.whole["names"].shared[x, y], t.whole["values"].shared[x, y]]


def _alignment(t: _Stage) -> list[Matrix]:
    """Where the rest of the article agrees with the rest of the other, and how the pair ranks among its rivals."""
    i, j = t.i, t.j
    x, y = t.own_at[i], t.past_at[j]
    count = int(t.article_at.max()) + 1 if len(t.article_at) else 0
    best = np.zeros((len(t.own), count), np.float32)
    in_article = np.zeros_like(t.cheap)
    for a in range(count):
        columns = np.flatnonzero(t.article_at == a)
        part = t.cheap[:, columns]
        best[:, a] = part.max(axis=1)
        in_article[:, columns] = _rank(part)
    row_best, column_best = t.cheap.max(axis=1), t.cheap.max(axis=0)
    return [
        _shifted(t.meeting, 1)[x, y], _shifted(t.meeting, -1)[x, y], best.mean(axis=0)[t.article_at[j]],
        in_article[i, j], _rank(t.cheap.T).T[i, j], t.cheap[i, j] - row_best[i], t.cheap[i, j] - column_best[j],
        row_best[i], column_best[j], _rank(t.meeting)[x, y], _rank(t.meeting.T).T[x, y],
    ]  # fmt: skip


def _nature(t: _Stage) -> list[Matrix]:
    """What kind of units the two are, and where they are at odds."""
    i, j = t.i, t.j
    left, right = [k.features for k in t.own], [k.features for k in t.past]

    def both(get: Callable[[Features], Any]) -> tuple[Matrix, Matrix]:
        return np.array([get(f) for f in left], np.float32)[i], np.array([get(f) for f in right], np.float32)[j]

    def equal(get: Callable[[Features], Any]) -> Matrix:
        codes: dict[Any, int] = {}
        a = np.array([codes.setdefault(get(f), len(codes)) for f in left])
        b = np.array([codes.setdefault(get(f), len(codes)) for f in right])
        return np.asarray(a[i] == b[j], np.float32)

    out: list[Matrix] = []
    for get in (lambda f: f.length, lambda f: len(f.quantities), lambda f: len(f.names), lambda f: len(f.quote)):
        out += both(get)
    a, b = both(lambda f: f.place)
    out += [equal(lambda f: f.language), np.abs(a - b), a, b, equal(lambda f: f.kind), equal(lambda f: f.act)]
    out += [1 - equal(lambda f: "n" in f.flags), 1 - equal(lambda f: "c" in f.flags), both(lambda f: "r" in f.flags)[0]]
    shared, a, b = t.views["speaker"].of(i, j)
    out += [shared > 0, (a > 0) & (b > 0) & (shared == 0), (a == 0) & (b == 0), _conflicts(t), a > 0]
    out += [np.bincount(t.own_at)[t.own_at][i], np.bincount(t.past_at)[t.past_at][j]]
    shared, a, b = t.views["core"].of(i, j)
    out += [shared / np.sqrt(np.maximum(a * b, 1e-6)), np.where(a > 0, shared / np.maximum(a, 1e-6), -1)]
    out += [np.where(b > 0, shared / np.maximum(b, 1e-6), -1), shared, a, b]
    for get in (lambda f: f.act == "deny", lambda f: f.act == "confirm", lambda f: "n" in f.flags,
                lambda f: f.act == "announce"):  # fmt: skip
        out += both(get)
    return out


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
    moved = matrix[slice(None, -1) if by > 0 else slice(1, None)]
    out[rows] = np.maximum(moved, np.maximum(np.roll(moved, 1, axis=1), np.roll(moved, -1, axis=1)))
    return out


def _conflicts(t: _Stage) -> Matrix:
    """1 where both count the same thing and no count agrees."""
    left, right = [_by_unit(k.features) for k in t.own], [_by_unit(k.features) for k in t.past]
    pairs = zip(t.i.tolist(), t.j.tolist(), strict=True)
    return np.array([bool(left[a] and right[p]) and _at_odds(left[a], right[p]) for a, p in pairs], np.float32)


def _by_unit(f: Features) -> dict[str, list[float]]:
    out: dict[str, list[float]] = {}
    for low, _, unit in f.quantities:
        if unit:
            out.setdefault(unit, []).append(low)
    return out


def _at_odds(a: dict[str, list[float]], b: dict[str, list[float]]) -> bool:
    for unit in a.keys() & b.keys():
        if not any(abs(x - y) <= 0.02 * max(abs(x), abs(y)) for x in a[unit] for y in b[unit]):
            return True
    return False


def _cover(bags: dict[str, Bags], views: dict[str, View]) -> Matrix:
    """How much of each own unit the story's earlier units hold between them."""
    columns = []
    unseen = {}
    for name in _COVERED:
        b = bags[name]
        seen = np.zeros(len(b.vocabulary), dtype=bool)
        seen[b.column[b.row >= b.split]] = True
        mine = b.row < b.split
        row, column = b.row[mine], b.column[mine]
        held = np.bincount(row, weights=b.weight[column] * seen[column], minlength=b.split)
        unseen[name] = np.bincount(row, weights=(~seen[column]).astype(float), minlength=b.split)
        whole = views[name].own
        columns.append(np.where(whole > 0, held / np.maximum(whole, 1e-6), -1.0))
    columns += [unseen[n] for n in ("names", "values", "counts", "dates", "neutral", "core")]
    return np.stack(columns, axis=1).astype(np.float32)
