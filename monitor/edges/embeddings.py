"""Models of meaning that a user may name: word vectors in files, or a folder of model2vec or sentence-transformers.

Word vectors need nothing but the files: an article is the mean of its words' vectors, each weighed by how rare the
word is. The two other kinds are loaded with the package of that name, where it is installed beside Echowire.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.core.matching.idf import Idf
from monitor.core.matching.meaning import Encode, Vector
from monitor.core.matching.view import Kind
from monitor.core.text.words import fold, stem, tokens

WORDS = 200_000  # of a file of vectors, the first ones: such files list the most frequent words first
KNOWN = 5  # words of an article that have to have a vector
READ = 4_000  # characters of an article that a sentence model is given: news is told from the top
_FILES = (".vec", ".txt", ".npz")
_NOTHING: tuple[dict[str, int], NDArray[np.float32]] = ({}, np.empty((0, 0), dtype=np.float32))
_PACKAGES = {"sentence-transformers": "sentence_transformers", "model2vec": "model2vec"}


class EmbeddingsError(Exception):
    """The model cannot be used. One line that says why."""


def check_model(path: Path) -> str:
    """The kind of model at a path: "vectors", "model2vec" or "sentence-transformers". Raises EmbeddingsError.

    Looks at names only: nothing is loaded.
    """
    if not path.exists():
        raise EmbeddingsError(f"{path} does not exist")
    if path.is_dir() and (path / "modules.json").exists():
        kind = "sentence-transformers"
    elif path.is_dir() and (path / "tokenizer.json").exists() and (path / "model.safetensors").exists():
        kind = "model2vec"
    elif _vector_files(path):
        return "vectors"
    else:
        raise EmbeddingsError(
            f"{path} holds no model that Echowire reads: expected word vectors (.vec or .npz), or a folder of "
            "model2vec or sentence-transformers"
        )
    if importlib.util.find_spec(_PACKAGES[kind]) is None:
        raise EmbeddingsError(f'{path} is a {kind} model, and the package "{kind}" is not installed beside Echowire')
    return kind


def load_model(path: Path, idf: Idf) -> tuple[str, Encode]:
    """A short name for the model and what encodes a text with it. Raises EmbeddingsError.

    Word vectors of a million words take minutes and a gigabyte: only the first WORDS of a file are read.
    """
    kind = check_model(path)
    name = hashlib.blake2b(str(path.resolve()).encode(), digest_size=4).hexdigest()
    if kind == "vectors":
        return name, _word_vectors(_vector_files(path), idf)
    package: Any = importlib.import_module(_PACKAGES[kind])
    try:
        if kind == "model2vec":
            model = package.StaticModel.from_pretrained(str(path))
        else:
            model = package.SentenceTransformer(str(path), local_files_only=True)
    except Exception as e:  # whatever a foreign package raises on a broken model
        raise EmbeddingsError(f"{path} cannot be loaded: {' '.join(str(e).split())[:200]}") from e

    def encode(text: str, _language: str) -> Vector | None:
        found = np.asarray(model.encode([text[:READ]]), dtype=np.float32)
        return found[0] if text.strip() else None

    return name, encode


def _vector_files(path: Path) -> list[Path]:
    found = sorted(path.iterdir()) if path.is_dir() else [path]
    return [f for f in found if f.is_file() and f.suffix in _FILES]


def _language_of(file: Path) -> str:
    """The language a file's name tells ("fr.vec", "cc.fr.300.vec", "wiki.fr.align.vec"), "" where it tells none."""
    return next((part for part in re.split(r"[._-]", file.stem) if re.fullmatch("[a-z]{2}", part)), "")


def _word_vectors(files: Iterable[Path], idf: Idf) -> Encode:
    """An encoder of word vectors, one table a language; a file whose name tells no language serves all."""
    tables = {_language_of(f): _table(f) for f in files}
    sizes = {vectors.shape[1] for _, vectors in tables.values()}
    if len(sizes) > 1:
        raise EmbeddingsError(f"the files have vectors of different lengths ({', '.join(map(str, sorted(sizes)))})")

    def encode(text: str, language: str) -> Vector | None:
        places, vectors = tables.get(language) or tables.get("") or _NOTHING
        words = [w for w in tokens(text) if w in places]
        if len(words) < KNOWN:
            return None
        weights = np.array([idf.of(Kind.STEM, stem(w, language), language) for w in words], dtype=np.float32)
        mean: Vector = weights @ vectors[[places[w] for w in words]]
        return mean

    return encode


def _table(file: Path) -> tuple[dict[str, int], NDArray[np.float32]]:
    """The words of a file, folded, each with its row, and the rows at unit length."""
    try:
        words, vectors = _from_npz(file) if file.suffix == ".npz" else _from_text(file)
    except (OSError, ValueError, KeyError) as e:
        raise EmbeddingsError(f"{file} cannot be read as word vectors: {e}") from e
    places: dict[str, int] = {}
    for i, w in enumerate(words):
        places.setdefault(fold(w), i)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return places, (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _from_npz(file: Path) -> tuple[list[str], NDArray[np.float32]]:
    """The arrays "words" and "vectors" of a numpy archive."""
    with np.load(file, allow_pickle=False) as arrays:
        words, vectors = [str(w) for w in arrays["words"][:WORDS]], arrays["vectors"][:WORDS].astype(np.float32)
    if vectors.ndim != 2 or len(words) != len(vectors) or not words:
        raise ValueError('"words" and "vectors" do not belong together')
    return words, vectors


def _from_text(file: Path) -> tuple[list[str], NDArray[np.float32]]:
    """The lines of the word2vec text format: a word and its numbers; a first line of two numbers is a head."""
    words: list[str] = []
    rows: list[Vector] = []
    with file.open(encoding="utf8", errors="replace") as lines:
        for word, numbers in islice(_rows(lines), WORDS):
            row = np.array(numbers.split(), dtype=np.float32)
            if rows and row.size != rows[0].size:
                raise ValueError(f'"{word[:40]}" has {row.size} numbers, the first word {rows[0].size}')
            words.append(word)
            rows.append(row)
    if not rows or not rows[0].size:
        raise ValueError("no line holds a word and its numbers")
    return words, np.stack(rows)


def _rows(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for i, line in enumerate(lines):
        word, _, numbers = line.strip().partition(" ")
        if not (i == 0 and re.fullmatch(r"\d+ \d+", line.strip())) and word:
            yield word, numbers
