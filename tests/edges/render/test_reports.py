"""The report in each of its forms, against golden files; and against everything an outlet may throw at a reader."""

import base64
import csv
import hashlib
import io
import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from rich.console import Console

from monitor.core.archive import StoryRecord
from monitor.core.report import WHOLE, report_view
from monitor.core.showing import one_line
from monitor.edges.render.csvform import COLUMNS, guarded, render_csv
from monitor.edges.render.export import export_line
from monitor.edges.render.html import render_html
from monitor.edges.render.jsonform import render_json
from monitor.edges.render.text import print_report, render_text
from tests.golden import check_golden
from tests.records import NOW, Maker, Said, all_stories, hostile, t

PARIS = ZoneInfo("Europe/Paris")
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])


def view(language: str = "en"):
    return report_view(all_stories(), t(10), NOW, language=language)


def without_style(page: str) -> str:
    """The page without its style sheet and the hash of it, so that golden files are about content."""
    page = re.sub(r"<style>.*?</style>", "<style></style>", page, flags=re.DOTALL)
    return re.sub(r"sha256-[\w+/=]+", "sha256-", page)


@LANGUAGES
def test_text(language: str) -> None:
    """The plain text report is what was looked at and found right."""
    check_golden(f"report.{language}.txt", render_text(view(language), language, PARIS))


@LANGUAGES
def test_html(language: str) -> None:
    """The HTML report is what was looked at and found right."""
    check_golden(f"report.{language}.html", without_style(render_html(view(language), language, PARIS)))


@LANGUAGES
def test_json(language: str) -> None:
    """The JSON report keeps its schema, and parses."""
    text = render_json(view(language), language)
    check_golden(f"report.{language}.json", text)
    assert json.loads(text)["schema"] == 1


def test_csv() -> None:
    """The CSV report has a row for each claim and each turn it took, and reads back."""
    text = render_csv(view(), "en")
    check_golden("report.en.csv", text)
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == list(COLUMNS)
    assert {len(r) for r in rows} == {len(COLUMNS)}


def test_export() -> None:
    """The export line has exactly the keys other programs rely on, and its texts are verbatim spans."""
    articles = [a for s in all_stories() for a in s.articles]
    lines = [export_line(a) for a in articles]
    check_golden("export.jsonl", "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    for article, line in zip(articles, lines, strict=True):
        assert list(line) == [
            "id", "url", "source", "published", "story", "copy_group", "origin", "derives_from", "verdict", "claims",
        ]  # fmt: skip
        for claim in line["claims"]:
            assert list(claim) == ["text", "claim", "status", "reason", "first_article", "relation"]
            assert claim["text"] in article.text


def test_an_empty_report() -> None:
    """Nothing to tell is told plainly in every form."""
    empty = report_view([], t(11), NOW)
    assert "No story moved in this time." in render_text(empty)
    assert "No story moved in this time." in render_html(empty)
    assert json.loads(render_json(empty))["stories"] == []
    assert render_csv(empty).splitlines() == [",".join(COLUMNS)]


class _Page(HTMLParser):
    """What a browser would make of a page: its tags, attributes and links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def test_the_page_asks_nothing_of_anybody() -> None:
    """No script, frame, image, font, form or style attribute; links lead to the web or inside the page only."""
    page = _Page(render_html(view()))
    assert not page.tags & {"script", "img", "iframe", "link", "form", "object", "embed", "base", "video", "image"}
    assert not {a for a in page.attributes if a.startswith("on")} | (page.attributes & {"style", "srcset"})
    assert all(link.startswith(("https://", "http://", "#")) for link in page.links)


def test_the_policy_names_the_pages_own_style() -> None:
    """The Content-Security-Policy holds the hash of the style sheet as it stands in the page, and nothing loose."""
    page = render_html(view())
    style = page.partition("<style>")[2].partition("</style>")[0]
    policy = lxml_html.fromstring(page).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "<" not in style
    assert "url(" not in style
    assert "@import" not in style


def test_hostile_words_stay_words_in_html() -> None:
    """Tags, templates and quotes in titles, outlets, claims and speakers arrive as text."""
    page = render_html(report_view([hostile()], None, NOW))
    text = lxml_html.fromstring(page).text_content()
    for words in ("<script>alert(1)</script>", "{{ 7 * 7 }}", "<img src=x onerror=alert(1)>", "<b>Bold</b>"):
        assert words in text
    assert not set(page) & set("\u202e\u202c\u2067\u2069\x1b\x07")
    assert page.count("javascript:") == 0


def test_hostile_words_do_nothing_to_a_terminal() -> None:
    """No escape sequence of an outlet's reaches the terminal, markup is shown as written, lines stay lines."""
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100, color_system="truecolor", legacy_windows=False)
    print_report(report_view([hostile()], None, NOW), console)
    coloured = out.getvalue()
    ours = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert "\x1b" not in ours
    assert "owned" not in ours
    assert "[link=http://x]x[/link]" in ours
    assert not set(ours) & set("\u202e\u2067\x07\r")
    assert (
        ours.rstrip().splitlines()[2:]
        == [
            line.rstrip() for line in render_text(report_view([hostile()], None, NOW), width=100).rstrip().splitlines()
        ][2:]
    )


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    """Whatever a spreadsheet would run gets an apostrophe in front."""
    assert guarded(cell) == f"'{cell}"


def test_csv_guards_what_outlets_wrote() -> None:
    """No cell of the hostile story starts a formula, and no line break splits a row."""
    rows = list(csv.reader(io.StringIO(render_csv(report_view([hostile()], None, NOW)))))
    assert len(rows) == 3
    assert not [c for row in rows for c in row if c.startswith(("=", "+", "-", "@"))]
    assert [guarded(5), guarded(-1.5), guarded(None), guarded("a=b")] == [5, -1.5, "", "a=b"]


def test_long_lists_are_folded_not_lost() -> None:
    """Of many copies and many claims a dozen shows at once, the rest opens; the text counts what it leaves out."""
    m = Maker()
    said = [Said(f"k{i}", f"Phrase numéro {i} de la dépêche.") for i in range(20)]
    first = m.article("s", "a", "AFP", "Une dépêche qui fait du bruit", t(8), said, group="g", origin="agency:AFP")
    copies = [
        m.article("s", f"a{i}", f"Média {i}", "Une dépêche qui fait du bruit", t(8, i), (), group="g", of="a")
        for i in range(1, 31)
    ]
    story = report_view([StoryRecord("s", (first, *copies))], None, NOW, language="fr")
    page = lxml_html.fromstring(render_html(story, "fr"))
    assert len(page.xpath("//li[contains(@class,'row')]")) == 31
    assert [s.text_content() for s in page.xpath("//details/summary")][:2] == [
        "et 14 de plus", "19 autres articles avec ce texte",
    ]  # fmt: skip
    assert "et 12 de plus" in render_text(story, "fr")


def test_times_are_in_the_readers_zone() -> None:
    """The page and the text say times of the zone asked for, and name it."""
    text = render_text(view("fr"), "fr", PARIS)
    assert "12\u00a0mars 2026, 19\u00a0h\u00a030 CET" in text
    assert "CET" in render_html(view("fr"), "fr", PARIS)


def test_a_long_story_keeps_early_minutes_apart() -> None:
    """On the time axis minutes of the first hour and days later are both told apart."""
    m = Maker()
    times = [timedelta(), timedelta(minutes=4), timedelta(minutes=25), timedelta(days=6)]
    story = StoryRecord("s", tuple(
        m.article("s", f"a{i}", f"O{i}", "Un titre comme un autre", t(8) + d, ()) for i, d in enumerate(times)
    ))  # fmt: skip
    page = lxml_html.fromstring(render_html(report_view([story], None, t(8, 0, 7))))
    places = [float(x.rstrip("%")) for x in page.xpath("//li//circle/@cx")]
    assert places[0] == 2.0
    assert places[-1] == 98.0
    assert all(b - a > 10 for a, b in pairwise(places))


def test_a_long_report_tells_the_rest_in_a_line_each() -> None:
    """Past what a page can hold whole, stories are a line each; stories of one article always are; none is lost."""
    m = Maker()
    stories = []
    for i in range(WHOLE + 9):
        pair = [m.article(f"s{i}", f"a{i}-{j}", f"O{j}", f"Un titre, le numéro {i}", t(8, i), ()) for j in range(2)]
        stories.append(StoryRecord(f"s{i}", tuple(pair[: 1 if i >= WHOLE + 5 else 2])))
    long = report_view(stories, None, t(8, 0, 1), language="en")
    assert (len(long.carried), len(long.others), len(long.single)) == (WHOLE, 5, 4)
    page, text = render_html(long), render_text(long)
    for form in (page, text):
        assert "5 more stories that moved before these" in form
        assert "4 stories that one article tells and nobody took up" in form
        assert all(f"le numéro {i}" in form for i in range(WHOLE + 9))


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_any_words_come_through_as_words(title: str, said: str) -> None:
    """Whatever a title or a sentence holds, the page parses to exactly that text, and every form can be made."""
    m = Maker()
    story = StoryRecord("s", (m.article("s", "a", title, title, t(8), (Said("k", said),), text=said),))
    page = report_view([story], None, NOW)
    shown = lxml_html.fromstring(render_html(page)).xpath("//main")[0].text_content()
    assert one_line(said) in shown
    assert one_line(title) in shown
    assert render_text(page)
    assert json.loads(render_json(page))["stories"][0]["claims"][0]["text"] == said
    assert len(list(csv.reader(io.StringIO(render_csv(page))))) == 2
