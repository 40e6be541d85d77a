"""Relations on invented miniature stories, and the rows they are decided on."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.core.claims.candidates import TARGET_NAMES, candidates, figures
from monitor.core.claims.features import Features, Known, decode, encode
from monitor.core.claims.reasons import related_reason
from monitor.core.claims.relations import KINDS, RANKED_NAMES, Ranking, crossed, favourites, spans
from monitor.core.claims.settings import background_of
from monitor.core.claims.telling import round_of
from monitor.core.model import Status
from tests.core.claims.newsroom import about, judged, read, submission

PLAIN = background_of({"words": [], "weights": [], "rare": 8.0})

DAM = submission(
    "dam",
    "Des habitants de Corvelle affirment que le barrage de Valmorne est fissuré depuis l'orage de lundi.\n\n"
    "\"C'est faux\", a répondu l'exploitant du barrage, Hydro Valmorne.\n\n"
    "Une équipe de douze ingénieurs est arrivée mardi sur place, selon la préfecture.",
)
DAM_LATER = submission(
    "later",
    "Hydro Valmorne a démenti mercredi que le barrage soit fissuré, comme l'affirment des habitants de Corvelle.\n\n"
    "L'équipe envoyée sur place compte désormais trente ingénieurs, et non douze comme annoncé mardi.",
    hours=24.0,
)


def unit(sentence: int = 0, flags: str = "", quantities: tuple[tuple[float, float, str], ...] = ()) -> Known:
    """A unit of no words, for what does not turn on words."""
    return decode(encode(Features(
        "en", sentence, 0.0, "clause", "say", flags, (), (), (), quantities, (), (), (), 5,
    )))  # fmt: skip


def rows(**columns: float) -> np.ndarray:
    """One row of candidates with these columns set."""
    row = np.zeros((1, len(TARGET_NAMES)), np.float32)
    for name, value in columns.items():
        row[0, TARGET_NAMES.index(name)] = value
    return row


@pytest.mark.parametrize(
    ("mine", "other", "expected"),
    [
        (((17, 17, "injure"),), ((9, 9, "injure"),), (1.0, pytest.approx(0.9175, abs=1e-3), 0.0, 0.0)),
        (((9, 9, "injure"),), ((9, 9, "injure"),), (0.0, 0.0, 1.0, 0.0)),
        (((17, 17, "injure"), (9, 9, "injure")), ((9, 9, "injure"),), (1.0, pytest.approx(0.9175, abs=1e-3), 0.0, 1.0)),
        (((12, 17, ""),), ((12, 12, "die"),), (1.0, pytest.approx(0.5025, abs=1e-3), 0.0, 1.0)),
        (((17, 17, "injure"),), ((9, 9, "die"),), (0.0, 0.0, 0.0, 0.0)),
        (((2026, 2026, "year"),), ((2025, 2025, "year"),), (0.0, 0.0, 0.0, 0.0)),
    ],
)
def test_figures_move_only_where_one_thing_is_counted(mine: tuple, other: tuple, expected: tuple) -> None:  # type: ignore[type-arg]
    """Seventeen injured against nine has moved; nine dead, or another year, has not."""
    assert expected == figures(unit(quantities=mine).features, unit(quantities=other).features)


def test_every_text_of_the_story_and_every_other_own_unit_is_a_candidate() -> None:
    """Three own units and two past texts: four candidates for the one asked, itself left out."""
    own, past = [unit(0), unit(1), unit(2)], [unit(0), unit(4)]
    found = candidates(own, past, ["a", "b"], [1], np.zeros((3, 2), np.float32), PLAIN)
    pairs = [(int(u), int(t), bool(i)) for u, t, i in zip(found.unit, found.target, found.inside, strict=True)]
    assert pairs == [(1, 0, False), (1, 1, False), (1, 0, True), (1, 2, True)]
    apart = found.rows[:, TARGET_NAMES.index("apart")]
    assert apart.tolist() == [13.0, 13.0, 1.0, -1.0]


def test_nothing_asked_gives_no_candidates() -> None:
    """An article whose units all repeat others has no rows, of the right width."""
    found = candidates([unit()], [], [], [], np.zeros((1, 0), np.float32), PLAIN)
    assert (0, len(TARGET_NAMES)) == found.rows.shape
    assert spans(found) == []


def test_the_ranking_sees_one_column_for_each_of_its_names() -> None:
    """The sentence before, in its own column, and nowhere else among the places."""
    out = dict(zip(RANKED_NAMES, crossed(rows(inside=1, apart=1))[0].tolist(), strict=True))
    assert (out["at+1"], out["at+0"], out["at+2"]) == (1.0, 0.0, 0.0)


def test_a_ranking_learnt_on_other_columns_is_refused() -> None:
    """Weights and code go together."""
    with pytest.raises(ValueError, match="other columns"):
        Ranking.load({"names": ["cosine"], "weights": [1.0], "base": 0.0})


def test_the_favourite_is_the_candidate_that_ranks_first() -> None:
    """By kind; how far it is ahead of the second is told with it."""
    found = candidates([unit(0), unit(1), unit(2)], [], [], [2], np.zeros((3, 0), np.float32), PLAIN)
    best = favourites(found, {k: np.array([0.5, 2.0], np.float32) for k in KINDS})
    assert {k: [1] for k in KINDS} == {k: found.target[f.pair].tolist() for k, f in best.items()}
    assert pytest.approx(float(best["denies"].rows[0, len(TARGET_NAMES) + 1])) == 1.5


def test_a_short_denial_answers_the_sentence_before_it() -> None:
    """The words "C'est faux" hold no word of the charge, and the charge stands in the same, first article."""
    mentions = judged([DAM])["dam"]
    (charge,), (denial,) = about(mentions, "Des habitants"), about(mentions, "C'est faux")
    assert (Status.DENIAL, f"denies:{charge.claim}") == (denial.status, denial.relation)


def test_a_correction_that_repeats_most_of_a_sentence_is_shown() -> None:
    """Thirty engineers, not twelve: an update, whatever the words that were told before."""
    out = judged([DAM, DAM_LATER])
    (twelve,) = about(out["dam"], "douze ingénieurs")
    assert f"updates:{twelve.claim}" in {m.relation for m in about(out["later"], "trente ingénieurs")}


def test_marks_of_relations_are_read_in_both_languages() -> None:
    """A flat denial, an answer, hearsay, a confirmation and an objection leave their letters."""
    french = read(submission("fr", "C'est faux, a répliqué le maire. Mais un journal a rapporté qu'il a bien signé."))
    english = read(submission("en", "That is not true, the mayor replied. But a newspaper claimed he had, too.", "en"))
    for reading in (french, english):
        letters = set("".join(decode(u.features).features.flags for u in reading.units))
        assert set("fwhso") <= letters


def test_a_noun_that_shares_a_verbs_stem_is_no_denial() -> None:
    """A protest movement ("contestation") contests nothing; who contests does."""
    movement, denial = read(submission("fr", "La contestation gagne le pays.\n\nLe maire conteste ces chiffres.")).units
    assert (decode(movement.features).features.act, decode(denial.features).features.act) == ("state", "deny")


@pytest.mark.parametrize(
    ("exact", "other", "is_round"),
    [(41, 40, True), (40, 41, False), (2.43e9, 2.4e9, True), (5, 3, False), (12, 10, False), (12, 12, False)],
)
def test_a_round_figure_is_no_update(exact: float, other: float, is_round: bool) -> None:
    """Some forty says nothing new after 41; 41 after some forty does, and so does ten after twelve."""
    assert round_of(exact, other) is is_round


def told(*quantities: tuple[float, float, str]) -> Known:
    """A unit of these figures."""
    return decode(encode(Features("en", 0, 0.0, "clause", "state", "", (), (), (), quantities, (), (), (), 9)))


@pytest.mark.parametrize(
    ("before", "after", "code", "was", "now"),
    [
        ([(7.0, 7.0, "person"), (2.0, 2.0, "employe")], [(19.0, 19.0, "person")], "updates", ["7"], ["19"]),
        ([(7.0, 7.0, "person")], [(7.0, 7.0, ""), (19.0, 19.0, "")], "updates", ["7"], ["19"]),
        ([(26.0, 26.0, "ship")], [(41.0, 41.0, "ship"), (26.0, 26.0, "ship")], "updates", ["26"], ["41"]),
        ([(60.0, 60.0, "EUR")], [(2.0, 2.0, "dai")], "changes", None, None),
    ],
)
def test_an_update_names_the_figures_that_moved(before: list, after: list, code: str, was: object, now: object) -> None:
    """Other figures of the two sentences are no part of the reason, and where none moved no figure is named."""
    late = submission("late", "Later.", hours=1.0)
    reason = related_reason("updates", "Later.", told(*after), told(*before), None, late, 0.9)
    assert (reason.code, reason.facts.get("was"), reason.facts.get("now")) == (code, was, now)
