import json
from datetime import UTC, datetime

import pytest

from monitor.edges.feeds import NotAFeed, ParsedEntry, ParsedFeed, parse_feed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def parse(body: str) -> ParsedFeed:
    return parse_feed(body.encode(), "https://agency.example/feed", None, None, NOW)


def g2(guid: str, status: str = "usable", kind: str = "text", extra: str = "") -> str:
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:agency.example:{guid}" version="3"
      xml:lang="fr-FR"><itemMeta><itemClass qcode="ninat:{kind}"/><versionCreated>2026-11-20T10:30:00+01:00
      </versionCreated><pubStatus qcode="stat:{status}"/>{extra}</itemMeta><contentMeta><contentCreated>
      2026-11-20T10:00:00+01:00</contentCreated><infoSource uri="https://agency.example/"><name>Agence</name>
      </infoSource><language tag="fr"/><headline>Vaubrun : le <em>budget</em> voté</headline>
      <subject qcode="medtop:04000000"><name>économie</name></subject></contentMeta><contentSet>
      <inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body><body.head>
      <hedline><hl1>Autre titre</hl1></hedline></body.head><body.content><p>VAUBRUN, 20 nov (Agence) - Le <b>conseil</b>
      a voté &lt;mardi&gt;.</p><p>Suite.</p><ul><li><p>Un point</p></li></ul></body.content></body></nitf></inlineXML>
      </contentSet></newsItem>"""


def test_newsml_g2() -> None:
    """One item: guid without version, times, headline, paragraphs, language, source and subjects."""
    (entry,) = parse(g2("1")).entries
    assert entry == ParsedEntry(
        guid="urn:newsml:agency.example:1", url=None, title="Vaubrun : le budget voté",
        published=NOW.replace(hour=9), updated=NOW.replace(hour=9, minute=30),
        html="<p>VAUBRUN, 20 nov (Agence) - Le conseil a voté &lt;mardi&gt;.</p>\n<p>Suite.</p>\n<p>Un point</p>",
        is_summary=False, language="fr", source="Agence", source_url="https://agency.example/", tags=("économie",),
    )  # fmt: skip


def test_a_message_of_many_items() -> None:
    """Text that may be used is kept; pictures, withdrawals and what lies under embargo are left out with notes."""
    later = "<embargoed>2026-11-20T14:00:00+01:00</embargoed>"
    past = "<embargoed>2026-11-20T12:00:00+01:00</embargoed>"
    items = [g2("1"), g2("2", status="canceled"), g2("3", status="withheld"), g2("4", kind="picture"),
             g2("5", extra=later), g2("6", extra=past)]  # fmt: skip
    feed = parse(f'<?xml version="1.0"?><newsMessage><itemSet>{"".join(items)}</itemSet></newsMessage>')
    assert [e.guid for e in feed.entries] == ["urn:newsml:agency.example:1", "urn:newsml:agency.example:6"]
    assert feed.language == "fr"
    assert feed.notes == (
        "an item cancelled, withheld or under embargo left out (3 times)",
        "an item without text left out",
    )


OLD = """<?xml version="1.0" encoding="utf-8"?><NewsML Version="1.2"><NewsEnvelope><DateAndTime>20261120T090000Z
</DateAndTime></NewsEnvelope><NewsItem xml:lang="en"><Identification><NewsIdentifier><ProviderId>agency.example
</ProviderId><DateId>20261120</DateId><NewsItemId>TX-1</NewsItemId><RevisionId PreviousRevision="1" Update="N">2
</RevisionId><PublicIdentifier>urn:newsml:agency.example:20261120:TX-1:2</PublicIdentifier></NewsIdentifier>
<NameLabel>town-budget</NameLabel></Identification><NewsManagement><FirstCreated>20261120T090000+0000</FirstCreated>
<ThisRevisionCreated>20261120T093000+0000</ThisRevisionCreated><Status FormalName="Usable"/></NewsManagement>
<NewsComponent><NewsLines><HeadLine>Town votes budget</HeadLine></NewsLines><DescriptiveMetadata>
<Language FormalName="en"/><Property FormalName="Keyword" Value="budget"/></DescriptiveMetadata><ContentItem>
<DataContent><nitf><body><body.content><p>The council voted.</p><p/></body.content></body></nitf></DataContent>
</ContentItem></NewsComponent></NewsItem></NewsML>"""


def test_newsml_1_2() -> None:
    """The older form: the id leaves the revision out, so that a correction is the same article."""
    (entry,) = parse(OLD).entries
    assert entry == ParsedEntry(
        guid="urn:newsml:agency.example:20261120:TX-1", url=None, title="Town votes budget",
        published=NOW.replace(hour=9), updated=NOW.replace(hour=9, minute=30), html="<p>The council voted.</p>",
        is_summary=False, language="en", tags=("budget",),
    )  # fmt: skip
    assert parse(OLD.replace("Usable", "Canceled")).entries == ()
    assert parse(OLD.replace("Town votes budget", "")).entries[0].title == "town-budget"


NINJS_1 = {
    "uri": "https://agency.example/items/1", "type": "text", "versioncreated": "2026-11-20T09:30:00Z",
    "firstcreated": "2026-11-20T09:00:00Z", "pubstatus": "usable", "language": "en-GB", "headline": "Town votes",
    "body_text": "plain", "body_xhtml": "<p>The council voted.</p>", "subject": [{"name": "budget"}, 7],
}  # fmt: skip
NINJS_3 = {
    "uri": "urn:x:2", "versionCreated": "2026-11-20T09:30:00Z", "language": "en",
    "headlines": [{"role": "short", "value": "Votes"}, {"role": "main", "value": "Town votes"}],
    "bodies": [{"role": "nitf", "contentType": "text/vnd.IPTC.NITF", "value": "<nitf/>"},
               {"role": "text", "contentType": "text/plain", "value": "The council\nvoted < twice."}],
    "infosources": [{"name": "Agency"}],
}  # fmt: skip


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"items": items}], ids=["list", "items"])
def test_ninjs(wrap: object) -> None:
    """Versions 1 to 3, in a list or under "items"; marked-up bodies before plain ones."""
    assert callable(wrap)
    one, two = parse(json.dumps(wrap([NINJS_1, NINJS_3, "noise", {"a": 1}]))).entries
    assert one == ParsedEntry(
        guid="https://agency.example/items/1", url="https://agency.example/items/1", title="Town votes",
        published=NOW.replace(hour=9), updated=NOW.replace(hour=9, minute=30), html="<p>The council voted.</p>",
        is_summary=False, language="en", tags=("budget",),
    )  # fmt: skip
    assert two == ParsedEntry(
        guid="urn:x:2", url=None, title="Town votes", published=NOW.replace(hour=9, minute=30),
        updated=NOW.replace(hour=9, minute=30), html="The council<br>voted &lt; twice.", is_summary=False,
        language="en", source="Agency",
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"pubstatus": "canceled"},
        {"type": "picture"},
        {"body_xhtml": "", "body_text": " "},
        {"body_xhtml": 7, "body_text": []},
        {"embargoed": "2026-11-20T13:00:00Z"},
    ],
)
def test_ninjs_that_is_no_text_to_use(change: dict[str, object]) -> None:
    """Withdrawn, pictures, empty and wrongly typed bodies, embargo: no entry, one note."""
    feed = parse(json.dumps({**NINJS_1, **change}))
    assert (feed.entries, len(feed.notes)) == ((), 1)


def test_agency_files_load_nothing_from_outside() -> None:
    """Entities are neither expanded nor read from files."""
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    head = f'<!DOCTYPE newsItem [<!ENTITY l0 "lol">{laughs}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    (entry,) = parse(head + g2("1").replace("Suite.", "&l9;&x;Suite.")).entries
    assert "root:" not in entry.html
    assert len(entry.html) < 500


def test_a_feed_that_only_mentions_newsml_is_no_agency_file() -> None:
    """The root element decides."""
    item = "<item><title><![CDATA[<NewsML>]]></title></item>"
    body = f"<rss version='2.0'><channel><title>On &lt;NewsML&gt;</title>{item}</channel></rss>"
    assert parse(body).title == "On"
    with pytest.raises(NotAFeed):
        parse("<page><newsItem/></page>")
