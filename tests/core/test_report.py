"""Report views: what a story holds, told from the archive's records and from nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.archive import StoryRecord
from monitor.core.model import Quantity, Relation, Status
from monitor.core.report import report_view, story_view
from monitor.core.showing import one_line, safe_url
from monitor.core.telling import (
    echo_line,
    figures_line,
    first_line,
    languages_line,
    member_line,
    news_line,
    quantity,
    report_line,
    said_by,
    sources_line,
    summary_line,
    texts_line,
)
from monitor.core.topic import fold, found, terms
from tests.records import NOW, Maker, Said, all_stories, ferry, figure, merger, quiet, t


def test_a_story_counts_articles_outlets_texts_and_origins() -> None:
    """Nine articles of eight outlets are five texts from one agency, and two outlets report by themselves."""
    view = story_view(ferry(), NOW)
    assert (view.articles, len(view.outlets), len(view.clusters), view.copy_groups) == (9, 8, 5, 1)
    assert sources_line(view) == "8 outlets, 1 origin (AFP), 2 independent"
    assert sources_line(view, "fr") == "8 médias, 1 origine (AFP), 2 indépendants"
    assert [(o.name, o.agency, o.articles) for o in view.origins] == [
        ("AFP", True, 7), ("Radio Arvane", False, 1), ("Le Courrier du Littoral", False, 1),
    ]  # fmt: skip
    assert texts_line(view, "fr") == "9 articles, 5 textes différents"
    assert (languages_line(view), languages_line(story_view(quiet(), NOW), "fr")) == ("French 8, English 1", "français")


def test_first_published_and_first_seen_are_two_facts() -> None:
    """Published is the outlets' word, seen is ours; a story nobody dated has no first publication."""
    view = story_view(ferry(), NOW)
    assert (view.first_published, view.first_seen, view.last_moved) == (t(7, 12), t(7, 13), t(16, 43))
    undated = story_view(quiet(), NOW)
    assert (undated.first_published, undated.first_seen) == (None, t(10))


def test_clusters_say_what_each_article_is() -> None:
    """A cluster starts with its earliest text; each article names what it derives from and how late."""
    view = story_view(ferry(), NOW)
    first = view.clusters[0]
    assert [(m.outlet, m.kind) for m in first.members] == [
        ("AFP", "original"), ("La Gazette de Brévent", "copy"), ("Le Courrier du Littoral", "copy"),
        ("Infos Ouest", "trim"), ("Matin Net", "copy"),
    ]  # fmt: skip
    assert member_line(first.members[3]) == "trimmed copy of AFP, 29\u00a0min later"
    assert member_line(first.founder, "fr") == "original"
    kinds = [c.founder.kind for c in view.clusters[1:]]
    assert kinds == ["rewrite", "translation", "original", "follow-up"]


def test_a_claims_thread_holds_what_became_of_it() -> None:
    """Updates and confirmations have ids of their own and are told with the claim they point at."""
    claims = {c.id: c for c in story_view(ferry(), NOW).claims}
    assert set(claims) == {"k-stop", "k-jobs", "k-quote", "k-mayor"}
    jobs = claims["k-jobs"]
    assert jobs.statuses == (Status.NEW, Status.UPDATE, Status.CONFIRMATION)
    assert [(s.outlet, s.status) for s in jobs.steps] == [
        ("AFP", Status.NEW), ("Radio Arvane", Status.UPDATE), ("Le Courrier du Littoral", Status.CONFIRMATION),
    ]  # fmt: skip
    assert figures_line(jobs) == "about 420 (AFP) → 610 (Radio Arvane) → 420 (Le Courrier du Littoral)"
    assert (jobs.echo_count, len(jobs.echoes), jobs.outlets) == (5, 5, 7)
    assert echo_line(jobs, limit=1) == "Echoed by 5 outlets: La Gazette de Brévent and 4 more."
    assert claims["k-stop"].statuses == (Status.NEW, Status.DENIAL)


def test_who_had_it_first_and_by_how_much() -> None:
    """A claim tells its first outlet and the next one's lag, or that nobody else has it."""
    claims = {c.id: c for c in story_view(ferry(), NOW).claims}
    assert first_line(claims["k-stop"]) == "AFP had it first; La Gazette de Brévent 7\u00a0min later"
    assert first_line(claims["k-stop"], "fr") == (
        "AFP l’a eu en premier\u202f; La Gazette de Brévent 7\u00a0min plus tard"
    )
    assert first_line(claims["k-mayor"]) == "only L’Écho des Îles has it"


def test_new_since_a_time_is_what_was_seen_since() -> None:
    """What was first seen after the reader's time is new to them, echoes never are."""
    view = story_view(ferry(), NOW, since=t(11))
    assert [(s.outlet, s.status) for s in view.fresh] == [
        ("Radio Arvane", Status.UPDATE),
        ("Le Courrier du Littoral", Status.DENIAL),
        ("Le Courrier du Littoral", Status.CONFIRMATION),
    ]
    assert [len(b.steps) for b in view.fresh_blocks] == [1, 2]
    assert view.fresh_articles == 3
    assert news_line(view.fresh, "fr") == "1 mise à jour, 1 démenti et 1 confirmation"
    assert summary_line(story_view(ferry(), NOW, since=t(15, 30))) == (
        "nothing new; 8 outlets, 1 origin (AFP), 2 independent"
    )


def test_a_report_looks_no_further_than_now() -> None:
    """Articles first seen after `now` are not in the view, nor are events."""
    view = story_view(ferry(), t(9))
    assert (view.articles, view.events, view.last_moved) == (5, (), t(8, 33))
    with pytest.raises(ValueError, match="s-ferry has no article"):
        story_view(ferry(), t(1))


def test_background_claims_are_left_out_under_the_floor() -> None:
    """A floor on the rank hides what is not check-worthy."""
    assert {c.id for c in story_view(ferry(), NOW, floor=0.85).claims} == {"k-stop", "k-jobs"}


def test_the_headline_is_an_originals_in_the_readers_language_if_there_is_one() -> None:
    """The reader's language comes first, then originals, then real sentences, then the earliest."""
    assert story_view(ferry(), NOW).headline == "Océalis arrête ses liaisons entre Port-Brévent et les îles d’Arvane"
    assert story_view(ferry(), NOW, language="en").headline == "Océalis ends ferry service to the Arvane islands"
    shouted = [replace(a, title="URGENT") if a.key == "fer-afp" else a for a in ferry().articles]
    view = story_view(StoryRecord("s", tuple(shouted)), NOW)
    assert view.headline == "Océalis : les syndicats parlent de 610 emplois"


def test_a_report_sorts_and_sums_its_stories() -> None:
    """Stories that moved since the time asked, the last to move first, and one sentence for all."""
    view = report_view(all_stories(), t(11), NOW)
    assert [s.id for s in view.stories] == ["s-ferry", "s-merger", "s-hostile"]
    assert (view.articles, view.outlets, view.fresh, view.silent_articles) == (14, 13, 9, 6)
    assert report_line(view) == (
        "5 new claims, 1 update, 1 denial, 1 confirmation and 1 new source in 3 stories: "
        "14 articles from 13 outlets, 6 of them mere echoes."
    )
    assert report_line(report_view([], None, NOW), "fr") == "Aucune histoire n’a bougé pendant ce temps."


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("ferry", ["s-ferry"]),
        ("OCEALIS Arvane", ["s-ferry"]),
        ('"îles d\'Arvane"', ["s-ferry"]),
        ("« continuité territoriale »", ["s-ferry"]),
        ("barrages", []),
        ("barrage", ["s-quiet"]),
        ("edf", ["s-quiet"]),
        ("Ingrid", ["s-merger"]),
        ("Océalis Halden", []),
        ("norv*", ["s-merger"]),
        ("", ["s-ferry", "s-merger", "s-quiet"]),
    ],
)
def test_a_topic_keeps_the_stories_that_speak_of_it(topic: str, expected: list[str]) -> None:
    """Every word or phrase must occur in a title, a text, a claim or a speaker, accents and case aside."""
    view = report_view([ferry(), merger(), quiet()], None, NOW, topic)
    assert sorted(s.id for s in view.stories) == expected


def test_relations_in_a_ring_do_not_hang() -> None:
    """Claims that point at each other end in one thread."""
    m = Maker()
    record = StoryRecord("s", (
        m.article("s", "a", "A", "Le titre de cet article", t(1), (
            Said("k1", "un", Status.UPDATE, relation="updates:k2"),
            Said("k2", "deux", Status.UPDATE, relation="updates:k1"),
            Said("k3", "trois", Status.DENIAL, relation="denies:k1"),
            Said("k4", "quatre", relation="updates:k-elsewhere"),
        )),
    ))  # fmt: skip
    assert sorted(len(c.steps) for c in story_view(record, NOW).claims) == [1, 3]


def test_an_echo_of_what_another_story_had_still_shows_once() -> None:
    """A claim whose first mention lies elsewhere is told from its earliest mention here."""
    m = Maker()
    said = (Said("k9", "déjà dit", Status.ECHO, first="elsewhere"),)
    record = StoryRecord("s", (m.article("s", "a", "A", "Le titre de cet article", t(1), said),))
    (claim,) = story_view(record, NOW).claims
    assert (claim.first.status, claim.echo_count, claim.fresh) == (Status.ECHO, 0, False)


links = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(list(Status)),
        st.one_of(st.none(), st.integers(0, 5)),
        st.integers(0, 4),
    ),
    max_size=14,
)


@given(links)
def test_every_mention_is_told_once(drawn: list[tuple[int, Status, int | None, int]]) -> None:
    """Whatever claims point at, each mention is either a step of one thread or counted as an echo of one."""
    m = Maker()
    articles = tuple(
        m.article("s", f"a{i}", f"O{outlet}", "Un titre comme un autre", t(1, i), (
            Said(f"k{claim}", "dit", status, relation=None if target is None else f"updates:k{target}"),
        ))
        for i, (claim, status, target, outlet) in enumerate(drawn)
    )  # fmt: skip
    if articles:
        view = story_view(StoryRecord("s", articles), NOW)
        assert sum(len(c.steps) + c.echo_count for c in view.claims) == len(drawn)


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (figure(10000, "soldat", "about"), "about 10,000", "environ 10\u202f000"),
        (figure(2000, None, "", 12000), "2,000 to 12,000", "2\u202f000 à 12\u202f000"),
        (figure(4.5, "%", "at-least"), "at least 4.5%", "au moins 4,5\u00a0%"),
        (figure(2.4e9, "EUR"), "2.4\u00a0billion\u00a0EUR", "2,4\u00a0milliards\u00a0EUR"),
        (figure(1e6), "1\u00a0million", "1\u00a0million"),
        (figure(float("inf")), "inf\u00a0billion", "inf\u00a0milliards"),
    ],
)
def test_quantities_read_as_people_say_them(value: Quantity, english: str, french: str) -> None:
    """Bounds, ranges, percent, currencies and large numbers in both languages."""
    assert (english, french) == (quantity(value, "en"), quantity(value, "fr"))


def test_who_says_it_and_how_it_came() -> None:
    """A speaker, a chain of media, both or nobody."""
    assert said_by("Zelensky", ("Reuters", "two sources")) == "Zelensky, via Reuters and two sources"
    assert said_by(None, ("Reuters",), "fr") == "selon Reuters"
    assert [said_by("AFP", ("AFP",)), said_by(None, ())] == ["AFP", ""]


def test_topics_are_words_and_phrases() -> None:
    """Quotes of either language make a phrase, a lone mark is no term."""
    assert terms('Kim "Corée du Nord" « deux mots » " - minist*') == ("Kim", "Corée du Nord", "deux mots", "minist*")
    assert found(("oeuvre", "a b"), ["Chef-d’Œuvre", "A-B"]) == ("oeuvre", "a b")


@given(st.text(max_size=80))
def test_folding_is_idempotent(text: str) -> None:
    """Folding folded text changes nothing."""
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=200), st.integers(5, 50))
def test_one_line_is_one_line(text: str, limit: int) -> None:
    """No control, no line break and no direction mark survives; a limit is kept; doing it again changes nothing."""
    line = one_line(text)
    assert one_line(line) == line
    assert len(line.splitlines()) <= 1
    assert not set(line) & set("\x1b\x07\r\n\t\x9b\u202e\u2066\u200f")
    assert len(one_line(text, limit)) <= limit


@pytest.mark.parametrize(
    "url",
    [
        None, "", "javascript:alert(1)", "data:text/html,x", "//host/x", "/path", "http:///x", "https://a b.example/",
        "http://a.example/\u202e", "java\nscript:x", "ftp://a.example/",
        "http://[::1", "https://a.example/" + "x" * 2000,
    ],
)  # fmt: skip
def test_only_web_links_are_links(url: str | None) -> None:
    """Anything but http and https to a host, or with odd characters, is shown as text without a link."""
    assert safe_url(url) is None


def test_web_links_stay_as_they_are() -> None:
    """A sound URL is kept to the letter."""
    assert safe_url("HTTPS://a.example/é?x=1&y=2#z") == "HTTPS://a.example/é?x=1&y=2#z"


def test_relations_that_lead_nowhere_are_no_error() -> None:
    """A source that is not in the story is left unnamed."""
    article = replace(ferry().articles[1], derives_from="gone", relation=Relation.COPY)
    view = story_view(StoryRecord("s", (article,)), NOW)
    assert member_line(view.members[0]) == "copy"
    assert view.members[0].lag is None
    assert view.members[0].first_seen - view.members[0].when == timedelta(minutes=3)


def test_neighbouring_clauses_are_told_in_one_piece() -> None:
    """New claims of one sentence read as the article has them; other verdicts, speakers, sentences stay apart."""
    m = Maker()
    text = "La police a saisi 2 tonnes, et 17 armes. Elle cherche un homme, selon le parquet, et une femme."
    said = (
        Said("k1", "La police a saisi 2 tonnes"),
        Said("k2", "et 17 armes."),
        Said("k3", "Elle cherche un homme"),
        Said("k4", "selon le parquet", Status.DETAIL),
        Said("k5", "et une femme.", speaker="le parquet"),
        Said("k6", "et une femme.", speaker="le parquet"),
    )
    story = StoryRecord("s", (m.article("s", "a", "A", "Le titre de cet article", t(1), said, text=text),))
    view = story_view(story, NOW)
    (block,) = view.fresh_blocks
    assert [s.text for s in block.steps] == [
        "La police a saisi 2 tonnes, et 17 armes.", "Elle cherche un homme", "selon le parquet", "et une femme.",
    ]  # fmt: skip
    assert len(view.fresh) == 6


def test_figures_of_other_things_are_no_history() -> None:
    """Only figures of the claim's own unit are its history: other counts and dates of the same sentences are not."""
    m = Maker()
    boats, people = figure(3, "boat"), figure(40, "person")
    articles = (
        m.article("s", "a", "A", "Le titre de cet article", t(1), (Said("k", "un", quantities=(boats,)),)),
        m.article("s", "b", "B", "Le titre de cet article", t(2), (
            Said("k2", "deux", Status.UPDATE, relation="updates:k", quantities=(figure(5, "boat"), people)),
        )),
        m.article("s", "c", "C", "Le titre de cet article", t(3), (
            Said("k", "trois", Status.ECHO, quantities=(figure(9, "boat"),)),
            Said("k3", "quatre", Status.UPDATE, relation="updates:k", quantities=(people, figure(2026))),
        )),
    )  # fmt: skip
    (claim,) = story_view(StoryRecord("s", articles), NOW).claims
    assert figures_line(claim) == "3 (A) → 5 (B)"


def test_an_outlet_does_not_echo_itself() -> None:
    """The outlet that had a claim first is not told as one that took it up."""
    m = Maker()
    articles = tuple(
        m.article("s", key, "A", "Le titre de cet article", t(hour), (Said("k", "dit", status),))
        for key, hour, status in (("a", 1, Status.NEW), ("b", 2, Status.ECHO))
    )
    (claim,) = story_view(StoryRecord("s", articles), NOW).claims
    assert (claim.echo_count, claim.echoes, first_line(claim)) == (1, (), "only A has it")
