import asyncio
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.edges.pages import Page, PageError, PageReader, entry_text, extract
from monitor.edges.workers import Workers

URL = "https://www.journal.example/lyon/budget.html"
PARAGRAPHS = [
    "Le conseil municipal de Vaubrun a adopté mardi soir son budget, après quatre heures de débats et deux pauses.",
    "« Nous investirons 12 millions d'euros dans les écoles », a déclaré la maire, Odile Tassin, à l'issue du vote.",
    "L'opposition a voté contre, jugeant le chiffre « irréaliste » au vu des recettes de l'an dernier.",
]


def page(head: str = "", paragraphs: list[str] = PARAGRAPHS, html: str = 'lang="fr-FR"') -> str:
    body = "".join(f"<p>{p}</p>\n" for p in paragraphs)
    return f"""<!doctype html><html {html}><head><title>Le budget est voté | Journal</title>{head}</head><body>
      <header><nav><a href="/">Accueil</a> <a href="/sport">Sport</a> <a href="/abo">S'abonner</a></nav></header>
      <main><article><h1>Le budget  est voté</h1>{body}</article>
      <aside><h2>À lire aussi</h2><ul><li><a href="/x">Un autre article</a></li></ul></aside></main>
      <footer>© Journal - Mentions légales - Cookies</footer></body></html>"""


HEAD = """<meta charset="utf-8"><meta property="og:title" content="Budget : le vote"><meta property="og:site_name"
  content="Le Journal"><link rel="canonical" href="/lyon/budget.html?id=3"><meta property="article:published_time"
  content="2026-11-20T09:30:00+01:00">"""


def test_a_page_becomes_its_article() -> None:
    """The paragraphs, one a line, without menus, headline or footer; and what the page says about itself."""
    assert extract(page(HEAD).encode(), URL) == Page(
        title="Budget : le vote", text="\n".join(PARAGRAPHS), language="fr",
        canonical="https://www.journal.example/lyon/budget.html?id=3",
        published=datetime(2026, 11, 20, 8, 30, tzinfo=UTC), site="Le Journal",
    )  # fmt: skip


def test_a_page_that_says_nothing_about_itself() -> None:
    """The headline is the title, the rest is unknown."""
    assert extract(page(html="").encode(), URL) == Page("Le budget est voté", "\n".join(PARAGRAPHS))


def test_what_machines_are_told_counts_too() -> None:
    """JSON-LD gives date and site; it gives the text where the page draws it by script."""
    data = {"@graph": [{"@type": "NewsArticle", "datePublished": "2026-11-20T08:30:00Z",
                        "publisher": {"name": "Le Journal"}, "articleBody": PARAGRAPHS[0]}]}  # fmt: skip
    head = (
        f'<script type="application/ld+json">{json.dumps(data)}</script><script type="application/ld+json">{{</script>'
    )
    found = extract(page(head, paragraphs=[]).encode(), URL)
    assert (found.text, found.site, found.problem) == (PARAGRAPHS[0], "Le Journal", None)
    assert found.published == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("encoding", "head", "charset"),
    [
        ("utf-8", "", None),
        ("utf-8", '<meta charset="iso-8859-1">', "iso-8859-1"),
        ("cp1252", "", "windows-1252"),
        ("cp1252", '<meta http-equiv="content-type" content="text/html; charset=iso-8859-15">', None),
        ("cp1252", "", "no-such-charset"),
        ("utf-16", "", None),
        ("utf-8-sig", "", "latin-1"),
    ],
)
def test_charsets(encoding: str, head: str, charset: str | None) -> None:
    """Valid UTF-8 is UTF-8, a mark is believed, then header and page, then Windows-1252."""
    assert extract(page(head).encode(encoding), URL, charset).text.startswith(
        "Le conseil municipal de Vaubrun a adopté"
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "the page is empty"),
        (b" \n", "the page is empty"),
        (b"%PDF-1.7 ...", "not an HTML page"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not an HTML page"),
        (page(paragraphs=[]).encode(), "the page has no article text"),
        (b"<html><body><div id=app></div><script>go()</script></body></html>", "the page has no article text"),
        (b"x" * 5_000_001, "the page has 5.0 MB, more than 5 MB"),
    ],
    ids=["nothing", "blank", "PDF", "PNG", "no paragraphs", "scripts only", "too large"],
)
def test_a_page_without_text_says_why(body: bytes, problem: str) -> None:
    """No text is a problem to record, not an error."""
    assert extract(body, URL).problem == problem


@pytest.mark.parametrize("canonical", ["javascript:alert(1)", "", "http://[::1", "mailto:a@b.example"])
def test_a_canonical_address_is_a_web_address(canonical: str) -> None:
    """What is no web address is left out."""
    assert extract(page(f'<link rel="canonical" href="{canonical}">').encode(), URL).canonical is None


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Plain, on\n two lines", "Plain, on\ntwo lines"),
        ("<p>One <b>bold</b>\n word</p><p>Two<br/>three</p> four", "One bold word\nTwo\nthree\nfour"),
        ("5 &lt; 6 &amp; l&rsquo;été", "5 < 6 & l’été"),
        ("<script>alert(1)</script><style>p{}</style>Text<!-- no --><iframe src=x>no</iframe>", "Text"),
        ("<ul><li>a</li><li>b</li></ul><blockquote>c</blockquote>d", "a\nb\nc\nd"),
        ("<p>un<span>closed <i>tags", "unclosed tags"),
        ("", ""),
        ("<img src=x onerror=alert(1)>", ""),
    ],
)
def test_entry_html_becomes_text(html: str, text: str) -> None:
    """Blocks end lines, inline elements do not; scripts, styles and comments are no text."""
    assert entry_text(html) == text


def test_no_text_is_longer_than_an_article_can_be() -> None:
    """A flood of words is cut, so that nothing after it chokes."""
    assert len(entry_text("mot " * 1_000_000)) == 200_000
    assert 199_000 < len(extract(page(paragraphs=["mot " * 500_000]).encode(), URL).text) <= 200_000


@given(st.text(), st.binary(max_size=400))
def test_any_input_gives_text(html: str, body: bytes) -> None:
    """No fragment and no page makes the reader raise."""
    assert "\n\n" not in entry_text(html)
    assert "\n\n" not in extract(body, URL).text


def test_hostile_pages_do_not_hurt_the_next_one() -> None:
    """Deep nesting and floods of attributes end within the deadline, through the workers."""
    floods = [
        ("<div>" * 50_000 + "x").encode(),
        b"<html><body " + b" ".join(b"a%d=v" % i for i in range(100_000)) + b"><p>x",
        b"<table>" * 20_000 + b"x",
        b"<a href=" * 50_000,
        b"<p>" + b"mot " * 1_000_000,
    ]

    async def main() -> None:
        async with Workers(preload=["trafilatura"]) as workers:
            reader = PageReader(workers, deadline=5)
            for body in floods:
                try:
                    await reader.extract(body, URL)
                except PageError as e:
                    assert "given up" in str(e) or "cannot be read" in str(e)  # noqa: PT017  either is well
                assert (await reader.extract(page().encode(), URL)).text == "\n".join(PARAGRAPHS)
            assert await reader.entry_texts(("<p>a", "b &amp; c")) == ("a", "b & c")

    asyncio.run(main())


def test_a_page_whose_title_is_only_its_site_has_none() -> None:
    """Else all untitled articles of a site would bear the same words and look alike."""
    body = "<p>" + "Le pont de Kermadec a rouvert mardi matin après quatorze mois de travaux. " * 4 + "</p>"
    for title, expected in ((" | La Gazette", ""), ("Un pont rouvre", "Un pont rouvre")):
        page = f"<html><head><title>{title}</title></head><body><article><h1></h1>{body}</article></body></html>"
        assert extract(page.encode(), "http://gazette.example/1").title == expected
