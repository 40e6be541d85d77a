import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.edges.feeds import FeedError, FeedParser, NotAFeed, ParsedEntry, ParsedFeed, Unreadable, parse_feed
from monitor.edges.workers import Workers

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://journal.example/rss/une.xml"
SHARED = Path(os.environ.get("ECHOWIRE_SHARED", Path(__file__).parents[2].parent / "shared")) / "feeds"
PROLOG = b'<?xml version="1.0" encoding="utf-8"?>\n'


def rss(items: str, channel: str = "", before: str = "") -> bytes:
    return (
        PROLOG
        + (
            f'{before}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
            f"<title>Journal</title><link>https://journal.example/</link>{channel}{items}</channel></rss>"
        ).encode()
    )


def parse(body: bytes, content_type: str | None = None, charset: str | None = None) -> ParsedFeed:
    return parse_feed(body, URL, content_type, charset, NOW)


def test_an_rss_feed_becomes_plain_entries() -> None:
    """Every field of an item, and of its channel, in its plain form."""
    item = """<item><title>Le &lt;b&gt;budget&lt;/b&gt;   de la ville : l&amp;#8217;accord\n</title>
      <link>/monde/a.html?xtor=RSS-1</link><guid isPermaLink="false">5329760</guid>
      <pubDate>Fri, 20 Nov 2026 09:30:00 +0100</pubDate><category>Monde</category><category>Lyon</category>
      <source url="https://agence.example/rss">Agence &amp;amp; Cie</source>
      <description>Le résumé.</description><content:encoded><![CDATA[<p>Le texte entier de l'article.</p>]]>
      </content:encoded></item>"""
    assert parse(rss(item, "<language>fr-FR</language><ttl>15</ttl>")) == ParsedFeed(
        title="Journal", language="fr", site="https://journal.example/", ttl=900.0,
        entries=(
            ParsedEntry(
                guid="5329760", url="https://journal.example/monde/a.html?xtor=RSS-1",
                title="Le budget de la ville : l’accord", published=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
                updated=None, html="<p>Le texte entier de l'article.</p>", is_summary=False, language="fr",
                source="Agence & Cie", source_url="https://agence.example/rss", tags=("Monde", "Lyon"),
            ),
        ),
    )  # fmt: skip


def test_an_atom_feed_becomes_plain_entries() -> None:
    """Atom's summary and content, xml:lang and plain text content."""
    body = (
        PROLOG
        + b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
      <title type="html">The &amp;lt;i&amp;gt; Wire</title>
      <link href="https://wire.example/"/><entry><id>tag:wire.example,2026:1</id><title>One &amp; two</title>
      <link rel="alternate" href="https://wire.example/1"/><updated>2026-11-20T10:00:00Z</updated>
      <published>2026-11-20T09:00:00Z</published><summary>Short.</summary>
      <content type="text" xml:lang="de">5 &lt; 6 &amp; mehr Text</content></entry>
      <entry><id>https://wire.example/2</id><title>Two</title><summary type="html">&lt;p&gt;Only this</summary></entry>
      </feed>"""
    )
    feed = parse(body)
    one, two = feed.entries
    assert (one.guid, one.url, one.title) == ("tag:wire.example,2026:1", "https://wire.example/1", "One & two")
    assert (one.html, one.is_summary, one.language) == ("5 &lt; 6 &amp; mehr Text", False, "de")
    assert (one.published, one.updated) == (NOW.replace(hour=9), NOW.replace(hour=10))
    assert (two.url, two.html, two.is_summary, two.language) == ("https://wire.example/2", "<p>Only this", True, "en")
    assert two.published is None


def test_a_json_feed_becomes_plain_entries() -> None:
    """JSON Feed is read by ourselves; wrong types in it are survived."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": "Wire", "language": "en-GB",
        "home_page_url": "https://wire.example/",
        "items": [
            {"id": "1", "url": "/1", "title": "One", "content_html": "<p>Text</p>", "tags": ["a", "a", None],
             "date_published": "2026-11-20T10:00:00+01:00"},
            {"id": 2, "title": None, "content_text": "a < b\nc", "date_published": 7, "tags": "x"},
            {"id": "https://wire.example/3", "title": "Three", "summary": "Short", "language": "fr"},
            "not an item",
        ],
    }  # fmt: skip
    found = parse(json.dumps(feed).encode())
    assert (found.title, found.language, found.site) == ("Wire", "en", "https://wire.example/")
    one, two, three = found.entries
    assert one == ParsedEntry("1", "https://journal.example/1", "One", datetime(2026, 11, 20, 9, tzinfo=UTC), None,
                              "<p>Text</p>", False, "en", tags=("a",))  # fmt: skip
    assert (two.guid, two.url, two.html, two.published, two.tags) == ("2", None, "a &lt; b<br>c", None, ())
    assert (three.url, three.is_summary, three.language) == ("https://wire.example/3", True, "fr")
    assert found.notes == ("an impossible date left out",)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"", "an empty file, not a feed"),
        (b"  \n", "an empty file, not a feed"),
        (b"hello", "not a feed"),
        (b"/etc/passwd", "not a feed"),
        (PROLOG + b"<urlset><url><loc>https://a.example/</loc></url></urlset>", "XML, but not a feed"),
        (b'{"a": 1}', "JSON, but neither a JSON Feed nor ninjs"),
        (b'{"a": ', "JSON that cannot be read (JSONDecodeError)"),
        (b"{" * 10 + b'"a":' + b"[" * 100_000, "JSON that cannot be read (JSONDecodeError)"),
        (b"<!DOCTYPE html><html><body>Just a moment...</body></html>", "an HTML page, not a feed (it names no feed)"),
        (
            b"<html><head><link rel='alternate' type='application/rss+xml' href='/rss.xml'></head></html>",
            "an HTML page, not a feed (1 link to a feed found: https://journal.example/rss.xml)",
        ),
        (
            b"""<html><link rel=alternate type=application/atom+xml href=a>
            <link rel='alternate nofollow' href=/b2 type=application/rss+xml>
            <link rel=alternate type=text/html href=c>
            <link rel=alternate type=application/rss+xml href=javascript:x>""",
            "an HTML page, not a feed (2 links to feeds found: https://journal.example/rss/a, https://journal.example/b2)",
        ),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, line: str) -> None:
    """An HTML page gives feedparser no error: it is told by its version and its entries. Its feeds are named."""
    with pytest.raises(NotAFeed) as caught:
        parse(body)
    assert str(caught.value) == line


def test_a_file_name_as_body_is_not_opened(tmp_path: Path) -> None:
    """Bytes that name a file would be opened by feedparser; they reach it as a stream."""
    secret = tmp_path / "secret.xml"
    secret.write_bytes(rss("<item><title>secret</title><guid>1</guid></item>"))
    with pytest.raises(NotAFeed):
        parse(str(secret).encode())


def test_an_empty_feed_is_a_feed() -> None:
    """No items is no problem."""
    assert parse(rss("")) == ParsedFeed("Journal", None, "https://journal.example/", None, ())


def test_a_cut_feed_gives_its_entries_and_a_problem() -> None:
    """Truncated XML is read as far as it goes, and says so."""
    items = "".join(f"<item><title>{i}</title><guid>{i}</guid></item>" for i in range(3))
    feed = parse(rss(items)[:-30])
    assert [e.title for e in feed.entries] == ["0", "1", "2"]
    assert feed.problem is not None
    assert feed.problem.startswith("malformed XML (line ")


@pytest.mark.parametrize(
    ("body", "content_type", "charset"),
    [
        (rss("<item><title>Élève à Noël</title></item>"), "text/xml", "iso-8859-1"),
        (rss("<item><title>Élève à Noël</title></item>").decode().encode("latin-1"), "application/xml", None),
        (rss("<item><title>Élève à Noël</title></item>").replace(b"utf-8", b"iso-8859-1"), None, None),
        (rss("<item><title>Élève à Noël</title></item>").decode().encode("utf-16-le"), None, None),
        (b"\xef\xbb\xbf" + rss("<item><title>Élève à Noël</title></item>"), "text/html", "ascii"),
    ],
    ids=["header wrong", "prolog wrong", "prolog wrong, bytes UTF-8", "UTF-16 without mark", "mark, header wrong"],
)
def test_wrong_charsets_are_seen_through(body: bytes, content_type: str | None, charset: str | None) -> None:
    """Valid UTF-8 is UTF-8 whatever header and prolog say, and what is not is read as something that fits."""
    feed = parse(body, content_type, charset)
    assert ([e.title for e in feed.entries], feed.problem) == (["Élève à Noël"], None)


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("a\n\t b  c", "a b c"),
        ("<![CDATA[AT&T <em>wins</em>]]>", "AT&T wins"),
        ("&amp;lt;b&amp;gt;x&amp;lt;/b&amp;gt; &amp;amp; y", "x & y"),
        ("5 &amp;lt; 6 &amp;gt; 4", "5 < 6 > 4"),
        ("\u202egnp.exe\u200b\u00ad", "gnp.exe"),
        ("l&amp;eacute;g&amp;#233;r", "légér"),
        ("«\u00a0Non\u202f»", "« Non »"),
    ],
)
def test_titles_are_plain_text(title: str, plain: str) -> None:
    """Tags stripped, entities decoded, whitespace folded, marks that reverse text taken out."""
    assert parse(rss(f"<item><title>{title}</title><guid>1</guid></item>")).entries[0].title == plain


@pytest.mark.parametrize(
    ("date", "when", "notes"),
    [
        ("Fri, 20 Nov 2026 12:00:00 GMT", NOW, ()),
        ("2026-11-20T13:00:00+01:00", NOW, ()),
        ("Sat, 21 Nov 2026 11:59:00 GMT", NOW.replace(day=21, hour=11, minute=59), ()),
        ("Sun, 22 Nov 2026 12:00:00 GMT", None, ("a date more than a day ahead left out",)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None, ("an impossible date left out",)),
        ("hier", None, ()),
        ("1" * 5000, None, ("an impossible date left out",)),
    ],
)
def test_dates(date: str, when: datetime | None, notes: tuple[str, ...]) -> None:
    """Aware UTC or nothing; a date that cannot be is left out with a note."""
    feed = parse(rss(f"<item><title>x</title><pubDate>{date}</pubDate></item>"))
    assert (feed.entries[0].published, feed.notes) == (when, notes)


def test_addresses_are_web_addresses() -> None:
    """A script, a file or a bare word as link is no link; the guid serves where it is an address."""
    items = "".join(
        f"<item><title>x</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid></item>"
        for link, guid in [("javascript:alert(1)", "1"), ("file:///etc/passwd", "https://j.example/2"), ("", "3")]
    )
    assert [e.url for e in parse(rss(items)).entries] == [None, "https://j.example/2", None]


@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda t: rss(f"<item>{t}</item>"))))
def test_any_bytes_give_a_feed_or_a_plain_error(body: bytes) -> None:
    """No input makes the parser raise anything else."""
    line = ""
    try:
        parse(body)
    except FeedError as e:
        line = str(e)
    assert "\n" not in line


def hostile() -> dict[str, tuple[bytes, str | None]]:
    """Documents that break parsers: each with the title its item should have, or None where it is given up."""
    laughs = "\n".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    item = "<item><title>T</title><guid>1</guid><description>{}</description></item>".format
    return {
        "billion laughs": (rss(item("&l9;"), before=f'<!DOCTYPE rss [<!ENTITY l0 "lol">{laughs}]>'), "T"),
        "quadratic": (rss(item("&a;" * 20_000), before=f'<!DOCTYPE rss [<!ENTITY a "{"A" * 50_000}">]>'), "T"),
        "external": (rss(item("&x;"), before='<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "T"),
        "nested HTML": (rss(item(f"<![CDATA[{'<div>' * 20_000}x]]>")), "T"),
        "nested XML": (rss(item(f"{'<d>' * 20_000}x{'</d>' * 20_000}")), "T"),
        "NUL bytes": (rss(item("x")).replace(b"<item>", b"\0" * 1000 + b"<item>"), "T"),
        "long dates": (rss(f"<item><title>T</title><pubDate>{'03 ' * 20_000}</pubDate></item>"), "T"),
        "ampersands": (rss(item("&" * 100_000)), "T"),
        "attributes": (
            rss("<item " + " ".join(f'a{i}="v"' for i in range(200_000)) + "><title>T</title></item>"),
            None,
        ),
    }


def test_hostile_feeds_do_not_hurt_the_next_one() -> None:
    """Bombs, floods and 200,000 attributes end within the deadline, and a good feed is read right afterwards."""
    good = rss("<item><title>Good</title><guid>1</guid></item>")

    async def main() -> None:
        async with Workers(preload=["feedparser"]) as workers:
            parser, hasty = FeedParser(workers, deadline=30), FeedParser(workers, deadline=0.5)
            for name, (body, title) in hostile().items():
                if title is None:
                    with pytest.raises(Unreadable, match=r"reading the feed took longer than 0\.5 s: it was given up"):
                        await hasty.parse(body, URL, now=NOW)
                else:
                    feed = await parser.parse(body, URL, now=NOW)
                    assert [e.title for e in feed.entries] == [title], name
                    assert "root:" not in feed.entries[0].html, name
                after = await parser.parse(good, URL, now=NOW)
                assert [e.title for e in after.entries] == ["Good"], name
            assert workers.started == 2

    asyncio.run(main())


def test_a_feed_that_is_no_feed_says_so_through_the_worker_too() -> None:
    """The error and the addresses in it come back from the other process."""

    async def main() -> None:
        async with Workers(preload=["feedparser"]) as workers:
            page = b"<html><link rel=alternate type=application/rss+xml href=/a.xml></html>"
            with pytest.raises(NotAFeed) as caught:
                await FeedParser(workers).parse(page, URL, now=NOW)
            assert caught.value.feeds == ("https://journal.example/a.xml",)

    asyncio.run(main())


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the collected feed files are not at hand")
def test_other_projects_feed_files_are_survived() -> None:
    """Two thousand odd files of other projects' test suites give a feed or a plain error."""
    unread = [f for f in (SHARED / "feedparser-tests").rglob("*.xml") if not reads(f.read_bytes())]
    assert len(unread) < 20  # old Channel Definition Format, and files without a single item


def reads(body: bytes) -> bool:
    try:
        parse(body)
    except NotAFeed:
        return False
    return True
