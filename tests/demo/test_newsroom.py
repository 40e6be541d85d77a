"""The invented stories: well-formed, dated, and labelled without contradiction."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from monitor.core.model import Status
from monitor.demo.newsroom import SPAN, News, load

END = datetime(2026, 3, 5, 0, 20, tzinfo=UTC)  # a Thursday, so that the news spans two nights
VARIANTS = {"wire", "verbatim", "trimmed", "edited", "rewritten", "back-translated", "follow-up", "independent"}


@pytest.fixture(scope="module")
def news() -> News:
    return load(END)


def test_ids_and_paths_are_unique(news: News) -> None:
    """No two articles share an id or a page."""
    assert max(Counter(a.id for a in news.articles).values()) == 1
    assert max(Counter(a.path for a in news.articles).values()) == 1


def test_articles_come_in_order_within_the_span(news: News) -> None:
    """Articles are sorted by time, none before the start, none after the end."""
    times = [a.published for a in news.articles]
    assert times == sorted(times)
    assert news.start < times[0]
    assert times[-1] < news.end == news.start + SPAN


def test_sources_are_earlier_and_in_the_same_story(news: News) -> None:
    """What an article derives from was published before it and tells the same story."""
    by_id = {a.id: a for a in news.articles}
    derived = [(a, by_id[a.derives_from]) for a in news.articles if a.derives_from]
    assert len(derived) > 40
    assert [a.id for a, source in derived if source.published >= a.published or source.story != a.story] == []


def test_copy_groups_hold_copies_only(news: News) -> None:
    """A copy shares its source's group and language; every other article founds a group of its own."""
    by_id = {a.id: a for a in news.articles}
    for a in news.articles:
        copied = a.variant in {"verbatim", "trimmed", "edited"}
        assert (a.copy_group != a.id) == copied
        if copied:
            assert by_id[a.copy_group].outlet.language == a.outlet.language


def test_every_kind_of_copy_and_rewrite_is_there(news: News) -> None:
    """At least 12 stories in two languages, each with a look-alike of its own, and every variant."""
    stories = {a.story for a in news.articles if a.variant != "negative"}
    assert len(stories) >= 12
    assert {a.variant for a in news.articles} == VARIANTS | {"negative"}
    assert {a.outlet.language for a in news.articles} == {"fr", "en"}
    negatives = [a.story for a in news.articles if a.variant == "negative"]
    assert len(negatives) == len(set(negatives)) >= len(stories)


def test_what_an_article_brings_stands_in_its_text(news: News) -> None:
    """Each labelled sentence is a verbatim span, and no earlier article of the story has it."""
    labelled = [(a, status, span) for a in news.articles for status, span in a.brings]
    assert {status for _, status, _ in labelled} == {
        Status.NEW, Status.UPDATE, Status.DENIAL, Status.CONFIRMATION
    }  # fmt: skip
    assert [a.id for a, _, span in labelled if span not in a.text] == []
    earlier = [
        (a.id, b.id)
        for a, _, span in labelled for b in news.articles
        if b.story == a.story and b.published < a.published and span in b.text
    ]  # fmt: skip
    assert earlier == []


def test_days_and_dates_are_filled_in(news: News) -> None:
    """Weekdays follow the publication, in the outlet's language; no placeholder is left."""
    assert [a.id for a in news.articles if "{" in a.text + a.title] == []
    ferry = next(a for a in news.articles if a.id == "ferry-01")
    assert ferry.published == datetime(2026, 3, 3, 19, 55, tzinfo=UTC)
    assert ferry.text.startswith("LORVEN, 3 mars 2026 (AFP) - ")
    assert "s'est échoué mardi dans le brouillard" in ferry.text
    assert "échoué mardi sur les récifs" in next(a for a in news.articles if a.id == "ferry-06").text


def test_outlets_are_invented_hosts(news: News) -> None:
    """Every outlet lives on a host that cannot exist, and publishes something."""
    assert {o.host.rsplit(".", 1)[1] for o in news.outlets} == {"example"}
    assert {a.outlet for a in news.articles} == set(news.outlets)
    assert len(news.outlets) == 12
