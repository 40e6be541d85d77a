"""Dates resolved against the time of publication."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.text.dates import dates
from monitor.languages import codes, pack

WEDNESDAY = datetime(2025, 3, 12, 10, tzinfo=UTC)
D = date


@pytest.mark.parametrize(
    ("language", "text", "first", "last"),
    [
        ("fr", "le 3 mars 2026", D(2026, 3, 3), D(2026, 3, 3)),
        ("fr", "le 1er février", D(2025, 2, 1), D(2025, 2, 1)),
        ("fr", "le 17 octobre", D(2024, 10, 17), D(2024, 10, 17)),
        ("fr", "12/03/2025", D(2025, 3, 12), D(2025, 3, 12)),
        ("fr", "a-t-il dit lundi", D(2025, 3, 10), D(2025, 3, 10)),
        ("fr", "mardi dernier", D(2025, 3, 11), D(2025, 3, 11)),
        ("fr", "jeudi prochain", D(2025, 3, 13), D(2025, 3, 13)),
        ("fr", "le vote aura lieu samedi", D(2025, 3, 15), D(2025, 3, 15)),
        ("fr", "il a annoncé samedi son départ", D(2025, 3, 8), D(2025, 3, 8)),
        ("fr", "hier soir", D(2025, 3, 11), D(2025, 3, 11)),
        ("fr", "signé en juin dernier", D(2025, 6, 1), D(2025, 6, 30)),
        ("fr", "en février 2022", D(2022, 2, 1), D(2022, 2, 28)),
        ("fr", "la semaine dernière", D(2025, 3, 3), D(2025, 3, 9)),
        ("fr", "il y a trois jours", D(2025, 3, 9), D(2025, 3, 9)),
        ("en", "on October 23", D(2024, 10, 23), D(2024, 10, 23)),
        ("en", "8 July 2025", D(2025, 7, 8), D(2025, 7, 8)),
        ("en", "on Thursday", D(2025, 3, 13), D(2025, 3, 13)),
        ("en", "said on Saturday", D(2025, 3, 8), D(2025, 3, 8)),
        ("en", "will decide on Saturday", D(2025, 3, 15), D(2025, 3, 15)),
        ("en", "last month", D(2025, 2, 1), D(2025, 2, 28)),
        ("en", "three days ago", D(2025, 3, 9), D(2025, 3, 9)),
        ("de", "am 15. Januar", D(2025, 1, 15), D(2025, 1, 15)),
        ("de", "vor zwei Tagen", D(2025, 3, 10), D(2025, 3, 10)),
        ("es", "el 29 de enero de 2026", D(2026, 1, 29), D(2026, 1, 29)),
        ("it", "il 30 gennaio", D(2025, 1, 30), D(2025, 1, 30)),
        ("pt", "na segunda-feira", D(2025, 3, 10), D(2025, 3, 10)),
        ("fr", "les 19 et 20 juillet", D(2025, 7, 19), D(2025, 7, 20)),
        ("fr", "du 3 au 7 mars", D(2025, 3, 3), D(2025, 3, 7)),
        ("en", "July 19-20, 2024", D(2024, 7, 19), D(2024, 7, 20)),
        ("fr", "à la mi-mars", D(2025, 3, 1), D(2025, 3, 31)),
        ("fr", "le week-end dernier", D(2025, 3, 8), D(2025, 3, 9)),
        ("en", "who died the day before", D(2025, 3, 11), D(2025, 3, 11)),
        ("en", "up from 340 a week ago", D(2025, 3, 4), D(2025, 3, 6)),
        ("fr", "il pourrait débuter mardi", D(2025, 3, 18), D(2025, 3, 18)),
        ("fr", "il a débuté mardi", D(2025, 3, 11), D(2025, 3, 11)),
    ],
)
def test_a_date_is_resolved(language: str, text: str, first: date, last: date) -> None:
    """The nearest such day, the past before the future unless the sentence looks ahead."""
    assert [(d.first, d.last) for d in dates(text, pack(language), WEDNESDAY)] == [(first, last)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "he may march on"),
        ("fr", "le 31 février"),
        ("fr", "32 mars"),
        ("fr", "sept personnes"),
        ("fr", "un des sept blessés"),
        ("und", "3 mars"),
    ],
)
def test_no_date_is_read_where_there_is_none(language: str, text: str) -> None:
    """Words that look like months, days that do not exist."""
    assert dates(text, pack(language), WEDNESDAY) == []


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=80), st.lists(st.sampled_from(["31", "février", "lundi", "en", "2024", "hier"])).map(" ".join)
    ),
    st.sampled_from(codes()),
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)  # fmt: skip
def test_dates_are_spans_in_order(text: str, language: str, when: datetime) -> None:
    """On any text and day: no error, spans in order, first not after last."""
    at = 0
    for d in dates(text, pack(language), when):
        assert at <= d.start < d.end <= len(text)
        assert d.first <= d.last
        at = d.end
