"""The demo's own judge, on recorded articles made for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.core.archive import ArticleRecord, MentionRecord
from monitor.core.model import ClaimFields, Reason, Relation, Status
from monitor.demo.check import PASS, check, label_of
from monitor.demo.newsroom import DemoArticle, News, load


@pytest.fixture(scope="module")
def news() -> News:
    return load(datetime(2026, 3, 5, tzinfo=UTC))


def mention(article: DemoArticle, number: int, status: Status, span: str) -> MentionRecord:
    start = article.text.index(span)
    return MentionRecord(
        number, f"k{number}", article.id, article.story, start, start + len(span), span, "clause", status,
        Reason("test"), None, None, 0.5, 1.0, ClaimFields(),
    )  # fmt: skip


def truth(news: News) -> Iterator[ArticleRecord]:
    """What a reader who makes no mistake would have recorded."""
    for n, a in enumerate(news.articles):
        said = tuple(mention(a, i, status, span) for i, (status, span) in enumerate(a.brings))
        yield ArticleRecord(
            n, a.id, a.outlet.name, f"http://127.0.0.1:1{a.path}", a.title, a.outlet.language, a.published,
            a.published, 1, a.story, a.copy_group, a.derives_from, Relation.ORIGINAL, "agency:AFP", (),
            Status.ECHO if a.copy_group != a.id else Status.NEW, (), a.text, mentions=said,
        )  # fmt: skip


def test_the_truth_passes_whole(news: News) -> None:
    """Against itself every line is full."""
    result = check(news, truth(news))
    assert result.kept
    assert (result.seen, len(result.found), result.recognised, result.silent, result.apart, result.told) == (
        result.expected, result.stories, result.copies, result.copies, result.lookalikes, len(result.facts)
    )  # fmt: skip
    assert result.exact == result.told


def test_one_story_for_everything_fails(news: News) -> None:
    """All articles in one story: nothing is found, no look-alike is apart."""
    result = check(news, [replace(r, story="one") for r in truth(news)])
    assert (result.found, result.apart, result.kept) == ((), 0, False)


def test_a_story_for_each_article_fails(news: News) -> None:
    """Every article alone: look-alikes are apart, and no story is found."""
    result = check(news, [replace(r, story=r.key) for r in truth(news)])
    assert (result.found, result.apart, result.kept) == ((), result.lookalikes, False)


def test_a_missing_article_fails(news: News) -> None:
    """The daemon must have read everything."""
    result = check(news, list(truth(news))[1:])
    assert (result.expected - result.seen, result.kept) == (1, False)


def test_a_swallowed_fact_is_named(news: News) -> None:
    """A labelled sentence that was taken for an echo, or for nothing, is not told; a detail is told, not exact."""
    verdicts = iter([Status.ECHO, None, Status.DETAIL])

    def changed(r: ArticleRecord) -> ArticleRecord:
        if not r.mentions:
            return r
        status = next(verdicts, Status.NEW)
        return replace(r, mentions=tuple(replace(m, status=status) for m in r.mentions) if status else ())

    facts = check(news, map(changed, truth(news))).facts
    seen = list(dict.fromkeys(f.article.id for f in facts))
    told = {key: next((f.told, f.verdict) for f in facts if f.article.id == key) for key in seen[:3]}
    assert list(told.values()) == [(False, Status.ECHO), (False, None), (True, Status.DETAIL)]


def test_text_laid_out_anew_is_still_found(news: News) -> None:
    """A page extractor may break lines elsewhere."""

    def laid_out(r: ArticleRecord) -> ArticleRecord:
        text = "  " + r.text.replace("\n\n", "\n")
        moved = tuple(replace(m, start=text.index(m.text), end=text.index(m.text) + len(m.text)) for m in r.mentions)
        return replace(r, text=text, mentions=moved)

    assert check(news, map(laid_out, truth(news))).told == len([1 for a in news.articles for _ in a.brings])


def test_labels_come_from_addresses() -> None:
    """The id at the end of the address; nothing where there is none."""
    r = next(truth(load(datetime(2026, 3, 5, tzinfo=UTC))))
    assert label_of(replace(r, url="http://127.0.0.1:9/x/un-ferry-ferry-01.html?xtor=RSS-1")) == "ferry-01"
    assert label_of(replace(r, url=None)) == ""
    assert 0.5 < PASS < 1
