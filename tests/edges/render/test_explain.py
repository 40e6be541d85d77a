"""Why two articles are together: in words, with the claims they share, against golden files."""

import json

import pytest

from monitor.core.matching.explain import Explanation, Measure, Shared
from monitor.core.matching.passages import Passage
from monitor.core.model import Reason
from monitor.edges.render.explain import explanation_object, render_explanation, shared_claims
from tests.golden import check_golden
from tests.records import ferry, hostile, merger

FERRY = {a.key: a for a in ferry().articles}


def explanation(a: str, b: str) -> Explanation:
    """A comparison as matching gives it, by hand."""
    return Explanation(
        a, b, same_copy=False, same_story=True,
        passages=(Passage(0, 42, 0, 42, 7), Passage(50, 74, 50, 74, 5)),
        names=Shared(("Océalis", "Arvane"), ("Yann Kerdual",), ("Lucie Mahéo",)),
        numbers=Shared(("420",), (), ()),
        quotes=Shared((), ("Nous n’avions plus d’autre choix",), (), (("C’est fini", "Tout est fini"),)),
        measures=(
            Measure("containment", 0.4123, 0.53, "copy"), Measure("passages", 4, 3, "copy"),
            Measure("replaced", 0.5, 0.25, "copy", at_most=True), Measure("not_worded_yet", 1.0, part="copy"),
            Measure("core_names", 0.5), Measure("hours", 1.3), Measure("core_names_in", 0.5),
            Measure("story", 0.91, 0.5),
        ),
        reasons=(
            Reason("same-story", {"score": 0.91, "threshold": 0.5}),
            Reason("weighed", {"pro": ["evidence.names", "evidence.time"], "contra": []}),
            Reason("not-copy-little", {"shared": 0.41, "needed": 0.53}),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
def test_explanation(language: str) -> None:
    """What is shared, what differs, each score beside its threshold, and the claims of both."""
    text = render_explanation(explanation("fer-afp", "fer-echo"), FERRY["fer-afp"], FERRY["fer-echo"], language)
    check_golden(f"explain.{language}.txt", text)


def test_explanation_for_programs() -> None:
    """The same facts as an object that JSON can hold."""
    found = explanation_object(explanation("fer-afp", "fer-echo"), FERRY["fer-afp"], FERRY["fer-echo"])
    assert json.loads(json.dumps(found)) == found
    assert found["passages"][0]["text"] == FERRY["fer-afp"].text[:42]
    assert [c["claim"] for c in found["claims"]] == ["k-stop"]


def test_shared_claims_follow_relations() -> None:
    """Articles share a claim they both make, and one that one of them updates or denies."""
    a, later = FERRY["fer-afp"], FERRY["fer-denial"]
    assert [(x.claim, y.claim) for x, y in shared_claims(a, later)] == [("k-stop", "k-deny"), ("k-jobs", "k-confirm")]
    assert shared_claims(a, merger().articles[0]) == []


def test_apart_and_without_scores() -> None:
    """Articles of two stories are told as such; the table of scores can be left out."""
    a, b = FERRY["fer-afp"], merger().articles[0]
    empty = Shared((), (), ())
    found = Explanation(
        a.key, b.key, False, False, (), empty, empty, empty, (Measure("story", 0.01, 0.5),),
        (Reason("different", {"score": 0.01, "threshold": 0.5}),),
    )  # fmt: skip
    text = render_explanation(found, a, b, measures=False)
    assert "On record: A in story s-ferry, B in story s-merger." in text
    assert "Scores" not in text
    assert "below 0.5" in render_explanation(found, a, b)


def test_a_record_that_differs_from_the_pair_is_accounted_for() -> None:
    """Where the two alone would be one event and the archive has them in two stories, the page says what decided."""
    a, b = FERRY["fer-afp"], merger().articles[0]
    found = explanation(a.key, b.key)
    assert "It was decided by several articles of each story" in render_explanation(found, a, b)
    assert "It was decided" not in render_explanation(found, a, FERRY["fer-echo"])


def test_hostile_words_do_nothing() -> None:
    """No escape sequence or direction mark of an article reaches the terminal."""
    a, b = hostile().articles
    found = explanation(a.key, b.key)
    assert not set(render_explanation(found, a, b)) & set("\x1b\x07\u202e\u2067\r")
