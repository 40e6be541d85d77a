import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.identity import article_key, canonical_url, host_of


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://WWW.Journal.Example:443/Monde/a.html?xtor=RSS-3208#top", "https://www.journal.example/Monde/a.html"),
        ("http://journal.example:80", "http://journal.example/"),
        ("http://journal.example:8080/a", "http://journal.example:8080/a"),
        ("https://j.example/a?utm_source=x&id=7&fbclid=Y&at_medium=RSS", "https://j.example/a?id=7"),
        ("https://j.example/a?id=7&utm_campaign=", "https://j.example/a?id=7"),
        ("https://j.example/a?b=2&a=1", "https://j.example/a?b=2&a=1"),
        ("https://j.example/a?", "https://j.example/a"),
        ("https://j.example/%7euser/%c3%a9t%C3%A9", "https://j.example/~user/%C3%A9t%C3%A9"),
        ("https://j.example/été?q=é à", "https://j.example/%C3%A9t%C3%A9?q=%C3%A9%20%C3%A0"),
        ("https://journal-été.example./a", "https://xn--journal-t-i4ab.example/a"),
        ("https://u:p@j.example/a", "https://u:p@j.example/a"),
        ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
        (" https://j.example/a \n", "https://j.example/a"),
        ("https://j.example/a?page=2&p=3&v=4", "https://j.example/a?page=2&p=3&v=4"),
        ("tag:journal.example,2026:7", "tag:journal.example,2026:7"),
        ("http://[::1", "http://[::1"),
        ("http://j.example:99999/", "http://j.example:99999/"),
        ("", ""),
    ],
)
def test_canonical_url(url: str, canonical: str) -> None:
    """Only what does not select content is taken off; what is no web address stays as it is."""
    assert canonical_url(url) == canonical


@given(st.one_of(st.text(), st.builds("https://j.example/{}?{}#{}".format, st.text(), st.text(), st.text())))
def test_canonical_url_is_a_fixed_point(url: str) -> None:
    """Canonical once is canonical for ever, whatever came in."""
    once = canonical_url(url)
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("guid", "url"),
    [
        ("https://j.example/tiny/5329760/", "https://www.j.example/monde/article_5329760.html?xtor=RSS-3208"),
        ("another guid", "http://j.example/monde/article_5329760.html?utm_medium=rss#comments"),
        (None, "https://m.j.example/monde/article_5329760.html/"),
        (None, "https://j.example/monde/article_5329760.html/amp/"),
        ("https://j.example/monde/article_5329760.html#0", "https://j.example/"),
        ("https://j.example/monde/article_5329760.html", None),
    ],
)
def test_the_same_item_again_has_the_same_key(guid: str | None, url: str | None) -> None:
    """Another guid, another tracking tail, http or https, "www." or "m.": one article of one outlet."""
    key = article_key("Journal", "5329760", "https://www.j.example/monde/article_5329760.html")
    assert article_key(" journal ", guid, url) == key


def test_different_items_have_different_keys() -> None:
    """Another address, another outlet, and other guids under one front page are other articles."""
    keys = [
        article_key("Journal", "1", "https://j.example/a"),
        article_key("Journal", "1", "https://j.example/b"),
        article_key("Journal", "1", "https://j.example/a?id=2"),
        article_key("Gazette", "1", "https://j.example/a"),
        article_key("Journal", "quake-1", "https://j.example/"),
        article_key("Journal", "quake-2", "https://j.example/"),
        article_key("Journal", "quake-1", None),
        article_key("Journal", None, "https://j.example/"),
    ]
    assert len(set(keys)) == len(keys) - 1
    assert keys[4] == keys[6]
    assert all(len(k) == 13 and k[0] == "a" for k in keys)


@given(st.one_of(st.none(), st.text()), st.one_of(st.none(), st.text()))
def test_a_key_is_made_of_anything(guid: str | None, url: str | None) -> None:
    """No guid and no address, however odd, is an error."""
    assert article_key("Journal", guid, url) == article_key("Journal", guid, url)


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://u:p@J.example:8443/a", "j.example:8443"), ("http://j.example:80", "j.example"), ("mailto:a@b.c", "")],
)
def test_host_of(url: str, host: str) -> None:
    """Host and unusual port, without user and password."""
    assert host_of(url) == host
