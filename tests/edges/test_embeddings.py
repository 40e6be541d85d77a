"""Models of meaning: tiny ones made here, and what is said of those that cannot be used."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from monitor.app import make_desk
from monitor.core.matching.explain import explain
from monitor.core.matching.idf import Idf
from monitor.core.matching.meaning import CENTRE, FACT, Meaning, cosine
from monitor.core.matching.place import MatchSettings, fingerprint_document, place
from monitor.core.matching.view import View, decode
from monitor.core.model import Judgement, Reading
from monitor.core.text.clean import clean
from monitor.edges.embeddings import EmbeddingsError, check_model, load_model
from monitor.languages import pack
from monitor.settings import ConfigError
from tests.core.matching.miniatures import BRIDGE, BRIDGE_ENGLISH, SETTINGS, STRIKE, article
from tests.memory import MemoryWindow

# Two directions: what falls down, and what workers do.
FRENCH = {"pont": (1, 0), "effondre": (1, 0), "cables": (1, 0.1), "morts": (0.9, 0), "greve": (0, 1), "dockers": (0, 1),
          "syndicat": (0, 1), "travail": (0.1, 1), "port": (0, 1), "fissures": (1, 0), "convoi": (1, 0)}  # fmt: skip
ENGLISH = {
    "bridge": (1, 0),
    "collapsed": (1, 0),
    "killed": (1, 0),
    "cracks": (1, 0),
    "truck": (1, 0.1),
    "limit": (1, 0),
}


def vec(table: dict[str, tuple[float, float]], head: bool = True) -> str:
    lines = [f"{w} {x} {y}" for w, (x, y) in table.items()]
    return "\n".join([f"{len(table)} 2"] * head + lines) + "\n"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Word vectors of two languages, aligned, one file with a head and one without."""
    folder = tmp_path / "vectors"
    folder.mkdir()
    (folder / "wiki.fr.align.vec").write_text(vec(FRENCH), encoding="utf8")
    (folder / "en.vec").write_text(vec(ENGLISH, head=False), encoding="utf8")
    return folder


def settings(path: Path, weight: float = 0.0) -> MatchSettings:
    name, encode = load_model(path, SETTINGS.idf)
    return replace(SETTINGS, meaning=Meaning(name, encode, weight))


def read(key: str, text: str, language: str, learnt: MatchSettings, hours: float = 0) -> Reading:
    s = article(key, text, hours=hours)
    document = clean(s.text, s.title, pack(language), language, s.when)
    return Reading(s, document, *fingerprint_document(document, s, pack(language), learnt), (), ())


def test_articles_of_two_languages_are_compared_by_aligned_word_vectors(model: Path) -> None:
    """The collapse is near the collapse in the other language, and far from the strike."""
    learnt = settings(model)
    one, english, strike = (
        decode(read(k, t, lang, learnt).view)
        for k, t, lang in (("a", BRIDGE, "fr"), ("b", BRIDGE_ENGLISH, "en"), ("c", STRIKE, "fr"))
    )
    near, far = cosine(one, english), cosine(one, strike)
    assert near is not None
    assert far is not None
    assert near > 0.95
    assert far < 0.5


def test_an_archive_of_numpy_says_what_the_text_says(model: Path, tmp_path: Path) -> None:
    """The same vectors in .npz, a file without a language in its name, give the same view."""
    archive = tmp_path / "vectors.npz"
    np.savez(archive, words=list(FRENCH), vectors=np.array(list(FRENCH.values()), dtype="float32"))
    _, text = load_model(model, SETTINGS.idf)
    _, packed = load_model(archive, SETTINGS.idf)
    one, other = text(BRIDGE, "fr"), packed(BRIDGE, "fr")
    assert one is not None
    assert other is not None
    assert np.allclose(one, other)


def test_a_text_of_unknown_words_has_no_vector(model: Path) -> None:
    """Of a language without a file, or of words without vectors, the model says nothing."""
    learnt = settings(model)
    view = decode(read("a", "Die Brücke ist eingestürzt, die Brücke, die Brücke, die Brücke!", "de", learnt).view)
    assert FACT not in view.facts
    assert cosine(view, decode(read("b", BRIDGE, "fr", learnt).view)) is None


def test_explain_shows_the_cosine_and_without_a_model_there_is_none(model: Path) -> None:
    """One more line among the scores of one event, and only then."""
    learnt = settings(model)
    pair = [read("a", BRIDGE, "fr", learnt), read("b", BRIDGE_ENGLISH, "en", learnt)]
    named = {m.name: m.value for m in explain(*pair, learnt, pack).measures}
    assert named["meaning"] > 0.9
    bare = [read("a", BRIDGE, "fr", SETTINGS), read("b", BRIDGE_ENGLISH, "en", SETTINGS)]
    assert "meaning" not in {m.name for m in explain(*bare, SETTINGS, pack).measures}


def test_only_with_a_weight_does_it_take_part_in_the_decision(model: Path) -> None:
    """At weight 0 the score is the same to the last digit; above, a near meaning raises it."""
    scores = []
    for learnt in (SETTINGS, settings(model), settings(model, 6.0)):
        window = MemoryWindow()
        first = read("a", BRIDGE, "fr", learnt)
        window.record(Judgement(first, place(first, window, learnt, None)[0], ()))
        scores.append(place(read("b", BRIDGE_ENGLISH, "en", learnt, 3), window, learnt, None)[0].score)
    assert scores[0] == scores[1] < scores[2]


def test_vectors_of_two_models_are_never_compared() -> None:
    """Numbers of one model mean nothing beside those of another."""
    one, other = (View("fr", {FACT: f"{name}:fwB/"}) for name in ("m1", "m2"))
    assert cosine(one, other) is None
    assert cosine(one, one) == pytest.approx(1.0)


def test_a_cosine_at_the_centre_says_nothing() -> None:
    """Between near and far lies a point that leaves the score alone."""
    a, b = View("fr", {FACT: "m:fwA="}), View("fr", {FACT: "m:QG8="})  # (127, 0) and (64, 111): 60 degrees
    assert cosine(a, b) == pytest.approx(CENTRE, abs=0.01)
    weighed = Meaning("m", lambda _text, _language: None, 5.0).weighed(np.array([0.3]), a, [[b]])
    assert weighed[0] == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "holds no model that Echowire reads"),
        ({"modules.json": "[]"}, 'the package "sentence-transformers" is not installed'),
        ({"tokenizer.json": "{}", "model.safetensors": ""}, 'the package "model2vec" is not installed'),
        ({"fr.vec": "pont 1 2\nport 1\n"}, '"port" has 1 numbers, the first word 2'),
        ({"fr.vec": "pont\n"}, "no line holds a word and its numbers"),
        ({"fr.vec": "pont un deux\n"}, "cannot be read as word vectors"),
        ({"fr.npz": "no archive"}, "cannot be read as word vectors"),
        ({"fr.vec": "pont 1 2\n", "en.vec": "bridge 1 2 3\n"}, "vectors of different lengths (2, 3)"),
    ],
)
def test_a_model_that_cannot_be_used_is_told_with_its_reason(tmp_path: Path, files: dict[str, str], said: str) -> None:
    """One line that says what is wrong with the path."""
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf8")
    with pytest.raises(EmbeddingsError, match=r".") as caught:
        load_model(tmp_path, Idf())
    assert said in str(caught.value)


def test_the_setting_that_names_the_model_is_named_in_the_error(tmp_path: Path) -> None:
    """Who reads the error knows which key to mend."""
    with pytest.raises(ConfigError, match=r"matching\.embeddings: .*/nowhere does not exist"):
        make_desk("balanced", tmp_path / "nowhere")


def test_a_package_beside_echowire_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of model2vec is loaded with that package, here a whole small one of our own."""
    (tmp_path / "model2vec.py").write_text(
        "class StaticModel:\n"
        "    @classmethod\n"
        "    def from_pretrained(cls, path):\n"
        "        return cls()\n"
        "    def encode(self, texts):\n"
        "        return [[float('pont' in t), float('dockers' in t)] for t in texts]\n"
    )
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("tokenizer.json", "model.safetensors"):
        (folder / name).write_text("{}")
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        assert check_model(folder) == "model2vec"
        _, encode = load_model(folder, Idf())
    finally:
        sys.modules.pop("model2vec", None)
    found = encode(BRIDGE, "fr")
    assert found is not None
    assert found.tolist() == [1.0, 0.0]
