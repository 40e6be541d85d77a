from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.edges.opml import FeedSpec, OpmlError, read_opml, write_opml

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE opml>
<opml version="2.0"><head><title>Liste</title></head><body>
  <outline text="Presse &eacute;crite"><outline title="Quotidiens">
    <outline type="rss" text="Le Journal &amp; Cie" xmlUrl="https://journal.example/rss?a=1&b=2"
      htmlUrl="https://journal.example/" language="fr-FR" category="/une, monde"/>
    <OUTLINE TEXT="Une" outlet="Le Journal" XMLURL="feed://journal.example/une.xml" />
  </outline></outline>
  <outline type="rss" text="" xmlUrl="http://wire.example/feed"/>
  <outline type="rss" text="Again" xmlUrl="http://wire.example/feed"/>
  <outline text="An empty folder"/>
</body></opml>
"""
FEEDS = [
    FeedSpec("https://journal.example/rss?a=1&b=2", "Le Journal & Cie", "Le Journal & Cie", "fr",
             "https://journal.example/", ("Presse écrite", "Quotidiens", "une", "monde")),
    FeedSpec("http://journal.example/une.xml", "Le Journal", "Une", None, None, ("Presse écrite", "Quotidiens")),
    FeedSpec("http://wire.example/feed", "wire.example"),
]  # fmt: skip


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "feeds.opml"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        LIST.encode(),
        b"\xef\xbb\xbf" + LIST.encode(),
        LIST.replace("UTF-8", "UTF-16").encode("utf-16"),
        LIST.replace("UTF-8", "iso-8859-1").replace("&eacute;", "é").encode("latin-1"),
        LIST.replace("&eacute;", "é").encode("latin-1"),
        LIST.replace("&eacute;", "&#233;").replace("<!DOCTYPE opml>", "\n\n").encode(),
    ],
    ids=["UTF-8", "mark", "UTF-16", "Latin-1", "Latin-1 under a wrong name", "number entity"],
)
def test_lists_of_many_programs_are_read(tmp_path: Path, data: bytes) -> None:
    """Nested folders, HTML entities, bare ampersands, odd case, marks and other charsets; each address once."""
    assert read_opml(written(tmp_path, data)) == FEEDS


def test_a_written_list_is_read_back_as_it_was(tmp_path: Path) -> None:
    """Outlet, title, language, site and categories survive, whatever characters they hold."""
    feeds = [
        FeedSpec("https://j.example/?a=1&b=<2>", 'Le "Journal"', "L'édition <du> soir", "fr", "https://j.example/",
                 ("Presse", "Soir & matin")),
        FeedSpec("https://k.example/", "K"),
    ]  # fmt: skip
    write_opml(tmp_path / "out.opml", feeds, "Mes <flux>")
    assert read_opml(tmp_path / "out.opml") == [feeds[0], FeedSpec("https://k.example/", "K", "K")]
    assert [p.name for p in tmp_path.iterdir()] == ["out.opml"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<opml><body>\n<outline></body></opml>", ":2: not well-formed XML (mismatched tag)"),
        ("<rss/>", ":1: <rss>, not a list of feeds"),
        ("", ":1: not well-formed XML (no element found)"),
        (
            '<opml>\n\n<outline xmlUrl="file:///etc/passwd"/></opml>',
            ":3: xmlUrl must be an http or https address, not 'file:///etc/passwd'",
        ),
        (
            '<!DOCTYPE opml [\n<!ENTITY a "b">\n]>\n<opml>\n<outline xmlUrl="news"/></opml>',
            ":5: xmlUrl must be an http or https address, not 'news'",
        ),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, text: str, line: str) -> None:
    """What is wrong, and where to look."""
    path = written(tmp_path, text.encode())
    with pytest.raises(OpmlError) as caught:
        read_opml(path)
    assert str(caught.value) == f"{path}{line}"


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    """No such file is said with its name."""
    with pytest.raises(OpmlError, match=r"feeds\.opml: No such file or directory"):
        read_opml(tmp_path / "feeds.opml")


def test_entities_are_neither_expanded_nor_loaded(tmp_path: Path) -> None:
    """A bomb stays small, a file named in an entity stays closed."""
    secret = tmp_path / "secret"
    secret.write_text("swordfish")
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    text = (
        f'<!DOCTYPE opml [<!ENTITY l0 "lol">{laughs}<!ENTITY x SYSTEM "file://{secret}">]><opml><body>'
        '<outline text="&l9; &x;" xmlUrl="https://j.example/"/></body></opml>'
    )
    (feed,) = read_opml(written(tmp_path, text.encode()))
    assert feed.outlet == "&l9; &x;"


@given(st.binary(max_size=300), st.text(max_size=100))
def test_any_bytes_give_a_list_or_a_plain_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, text: str
) -> None:
    """No file makes the reader raise anything else."""
    for content in (data, f"<opml><outline {text}/></opml>".encode()):
        path = written(tmp_path_factory.mktemp("lists"), content)
        line = ""
        try:
            read_opml(path)
        except OpmlError as e:
            line = str(e)
        assert "\n" not in line
