"""Mail: what is composed arrives over loopback SMTP as composed, and every way of failing is said in one line."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from monitor.core.alerts import ALERTING, MailPlan, Watch, due
from monitor.core.archive import Notice, StoryRecord
from monitor.core.letter import SHOWN, letter_view, subject
from monitor.core.model import Reason
from monitor.edges.mail import (
    MailError,
    MailSettings,
    MessageRefusedError,
    NotNowError,
    RecipientsRefusedError,
    ServerDownError,
    check_address,
    compose,
    send,
)
from monitor.edges.mail.compose import POLICY
from tests.golden import check_golden
from tests.records import Maker, Said, ferry, hostile, merger, t

PARIS = ZoneInfo("Europe/Paris")
SETTINGS = MailSettings(sender="Echowire <wire@newsroom.example>", report_url="https://newsroom.example/report")
WATCH = Watch("Ports & acier", ("desk@example.org", "Night desk <night@example.org>"), any=("Océalis", "Halden"))


class Post:
    """The far end: keeps what comes in, and refuses what a test asks it to refuse."""

    def __init__(self) -> None:
        self.inbox: list[bytes] = []
        self.answers: dict[str, str] = {}  # recipient -> refusal
        self.at_end = "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if refusal := self.answers.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.at_end.startswith("250"):
            self.inbox.append(envelope.content)
        return self.at_end


class AnyPort(Controller):
    """aiosmtpd checks a new server on the port it was told; with port 0 only the socket knows which that is."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextlib.contextmanager
def mailbox(**options: Any) -> Iterator[tuple[Post, MailSettings]]:
    """A loopback mail server and the settings that reach it."""
    post = Post()
    server = AnyPort(post, hostname="127.0.0.1", port=0, **options)
    server.start()
    try:
        yield post, replace(SETTINGS, host="127.0.0.1", port=server.port, timeout=5)
    finally:
        server.stop()


def notices(story: StoryRecord, watch: str = WATCH.name, first: int = 1) -> list[Notice]:
    """A notice for each article of the story that brought something new."""
    found = [(a, tuple(m.id for m in a.mentions if m.status in ALERTING)) for a in story.articles]
    reason = Reason("watch.words", {"words": ["Océalis"]})
    return [
        Notice(watch, story.id, a.key, news, a.first_seen, reason, first + i)
        for i, (a, news) in enumerate(found)
        if news
    ]


def plan_of(*stories: StoryRecord, watch: Watch = WATCH, last: Any = None) -> MailPlan:
    """The one plan for all these stories' notices, a day later."""
    box = [n for s in stories for n in notices(s)]
    (plan,) = due(box, watch, last or {}, t(12, 0, 1))
    return plan


def composed(language: str = "fr") -> EmailMessage:
    watch = replace(WATCH, language=language)
    return compose(plan_of(ferry()), [ferry()], watch, SETTINGS, t(17), PARIS)


def parts(message: EmailMessage) -> tuple[str, str]:
    """The text and the HTML part, with plain line ends."""
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_arrives_is_what_was_meant(language: str) -> None:
    """Both parts of a mail, as they come out of a mail server, are what was looked at and found right."""
    with mailbox() as (post, settings):
        assert send(composed(language), settings) == {}
    (raw,) = post.inbox
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.isascii()
    text, html = parts(message_from_bytes(raw, policy=default))
    check_golden(f"mail.{language}.txt", text)
    check_golden(f"mail.{language}.html", html)


def test_headers_that_mail_programs_understand() -> None:
    """The mail is known as automatic, belongs to a list that can be left, and hangs on its story's thread."""
    with mailbox() as (post, settings):
        send(composed(), settings)
    message = message_from_bytes(post.inbox[0], policy=default)
    key = plan_of(ferry()).key
    assert {name: message[name] for name in (
        "From", "To", "Date", "Message-ID", "In-Reply-To", "References", "List-Id", "List-Unsubscribe",
        "Auto-Submitted", "Content-Language",
    )} == {
        "From": "Echowire <wire@newsroom.example>",
        "To": "desk@example.org, Night desk <night@example.org>",
        "Date": "Thu, 12 Mar 2026 17:00:00 +0000",
        "Message-ID": f"<{key}@newsroom.example>",
        "In-Reply-To": "<story.s-ferry.ports-acier@newsroom.example>",
        "References": "<story.s-ferry.ports-acier@newsroom.example>",
        "List-Id": "<ports-acier.watches.newsroom.example>",
        "List-Unsubscribe": "<mailto:wire@newsroom.example?subject=unsubscribe%20Ports%20%26%20acier>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "fr",
    }  # fmt: skip
    assert message["Subject"] == (
        "1 démenti, 1 mise à jour, 4 affirmations nouvelles et 1 confirmation\u00a0: "
        "Océalis arrête ses liaisons entre Port-Brévent et les îles d’Arvane"
    )


def test_the_same_plan_gives_the_same_bytes() -> None:
    """A repeat after a crash is the same message to the byte, so that it is recognisable."""
    assert composed().as_bytes() == composed().as_bytes()


def test_long_ids_stay_whole() -> None:
    """A long sender domain or unsubscribe address is not rewritten into encoded words; the subject is folded."""
    settings = replace(
        SETTINGS,
        sender=f"wire@{'sub.' * 20}newsroom.example",
        unsubscribe="https://newsroom.example/leave?" + "token" * 20,
    )
    raw = compose(plan_of(ferry()), [ferry()], WATCH, settings, t(17)).as_bytes()
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert f"References: <story.s-ferry.ports-acier@{'sub.' * 20}newsroom.example>".encode() in lines
    assert ("List-Unsubscribe: <https://newsroom.example/leave?" + "token" * 20 + ">").encode() in lines
    assert max(len(w) for line in lines for w in line.split() if w.startswith(b"=?")) <= 75


def test_outlets_cannot_write_headers_or_pages() -> None:
    """Line breaks in titles stay out of headers; tags and odd links of outlets stay out of the HTML part."""
    watch = replace(WATCH, language="en", name="All\r\nBcc: x@example.org", any=())
    box = notices(hostile(), watch.name)
    (plan,) = due(box, watch, {}, t(12, 0, 1))
    message = message_from_bytes(compose(plan, [hostile()], watch, SETTINGS, t(17)).as_bytes(), policy=default)
    assert message["Bcc"] is None
    assert len(message["Subject"].splitlines()) == 1
    text, html = parts(message)
    page = lxml_html.fromstring(html)
    assert not page.xpath("//script | //img | //b | //i | //style")
    assert [a.get("href") for a in page.xpath("//a")] == ["https://newsroom.example/report"] or all(
        a.get("href").startswith("https://") for a in page.xpath("//a")
    )
    assert not set(text + html) & set("\x1b\x07\u202e\u2067")


def test_one_mail_may_tell_several_stories() -> None:
    """A watch that groups by watch gets one mail; it hangs on no single story's thread."""
    watch = replace(WATCH, group_by="watch", language="en")
    message = compose(plan_of(ferry(), merger(), watch=watch), [ferry(), merger()], watch, SETTINGS, t(17))
    assert message["References"] is None
    assert message["Subject"].endswith("Océalis ends ferry service to the Arvane islands (+ 1 story)")
    assert "Halden Steel bids" in parts(message)[0]


def test_only_the_new_is_told_and_the_rest_counted() -> None:
    """A mail with two articles' news does not repeat the others, but says how many only echoed."""
    watch = replace(WATCH, language="en")
    box = [n for n in notices(ferry()) if n.article in ("fer-union", "fer-denial")]
    (plan,) = due(box, watch, {"s-ferry": t(9)}, t(17))
    text, _ = parts(compose(plan, [ferry()], watch, SETTINGS, t(17)))
    assert "8 outlets, 1 origin (AFP), 2 independent; 5 articles were mere echoes (5 outlets)" in " ".join(text.split())
    assert "NEW ·" not in text
    assert "Before: “Quelque 420 salariés sont concernés, selon la direction.”" in text


def test_after_a_long_quiet_the_mail_recalls_what_was_told() -> None:
    """A story that moves again after days is told with what the reader heard before."""
    watch = replace(WATCH, language="en")
    box = [n for n in notices(ferry()) if n.article == "fer-denial"]
    (plan,) = due(box, watch, {"s-ferry": t(9) - timedelta(days=3)}, t(17))
    text, html = parts(compose(plan, [ferry()], watch, SETTINGS, t(17)))
    assert plan.recall
    for part in (text, html):
        assert "You were told before:" in part
        assert "d’Arvane, Lucie Mahéo" in " ".join(part.split())


def test_a_flood_of_new_claims_is_cut_to_the_weightiest() -> None:
    """Of very many new claims the most check-worthy are told and the rest counted; what changes facts always is."""
    m = Maker()
    said = [Said(f"k{i}", f"Phrase numéro {i} de la dépêche.", rank=i / 40) for i in range(40)]
    story = StoryRecord("s", (m.article("s", "a", "AFP", "Une dépêche qui fait du bruit", t(8), said),))
    letter = letter_view(plan_of(story), [story], t(17))
    (told,) = letter.stories
    assert [i.step.claim for b in told.blocks for i in b.items] == [f"k{i}" for i in range(40 - SHOWN, 40)]
    assert told.left_out == 40 - SHOWN
    assert subject(letter, "fr") == "40 affirmations nouvelles\u00a0: Une dépêche qui fait du bruit"


def test_a_mail_tells_neighbouring_clauses_in_one_piece() -> None:
    """Two new claims of one sentence are counted as two and read as one."""
    m = Maker()
    text = "La police a saisi 2 tonnes, et 17 armes."
    said = (Said("k1", "La police a saisi 2 tonnes"), Said("k2", "et 17 armes."))
    story = StoryRecord("s", (m.article("s", "a", "AFP", "Une saisie record au port", t(8), said, text=text),))
    message = compose(plan_of(story), [story], replace(WATCH, language="en"), SETTINGS, t(17))
    assert message["Subject"] == "2 new claims: Une saisie record au port"
    assert f"- “{text}”" in parts(message)[0]


def test_a_story_that_is_gone_does_not_stop_a_mail() -> None:
    """A plan whose story the archive no longer has still makes a readable mail."""
    message = compose(plan_of(ferry()), [], replace(WATCH, language="en"), SETTINGS, t(17))
    assert message["Subject"] == "nothing new"


def test_refused_recipients_are_told_apart() -> None:
    """Who is refused while others are served is named with the server's answer; all refused is an error."""
    with mailbox() as (post, settings):
        post.answers = {"night@example.org": "550 no such user"}
        assert send(composed(), settings) == {"night@example.org": "550 no such user"}
        post.answers |= {"desk@example.org": "550 5.1.1 unknown\x07 user"}
        with pytest.raises(RecipientsRefusedError) as refused:
            send(composed(), settings)
        post.answers = dict.fromkeys(post.answers, "451 greylisted")
        with pytest.raises(NotNowError) as later:
            send(composed(), settings)
    where = f"127.0.0.1:{settings.port}"
    assert str(refused.value) == (
        f"{where}: no recipient accepted: desk@example.org: 550 5.1.1 unknown user; night@example.org: 550 no such user"
    )
    assert str(later.value).startswith(f"{where}: not now for desk@example.org: 451 greylisted")
    assert (refused.value.retry, later.value.retry, len(post.inbox)) == (False, True, 1)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ("452 mailbox full", NotNowError, "not now: 452 mailbox full"),
        ("554 looks like spam", MessageRefusedError, "message refused: 554 looks like spam"),
    ],
)
def test_a_refused_message(answer: str, error: type[MailError], words: str) -> None:
    """What a server says to the message itself decides whether it is worth another try."""
    with mailbox() as (post, settings):
        post.at_end = answer
        with pytest.raises(error, match=words):
            send(composed(), settings)


LOGINS = {LoginPassword(b"wire", b"secret"), LoginPassword("rédaction".encode(), "geheim, großes".encode())}


def check_login(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data in LOGINS, handled=False)


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
def test_login() -> None:
    """The right password gets in; a wrong one is an error that is not worth another try."""
    options = {"authenticator": check_login, "auth_require_tls": False, "auth_required": True}
    with mailbox(**options) as (post, settings):
        settings = replace(settings, username="wire", password="secret")
        assert send(composed(), settings) == {}
        with pytest.raises(MessageRefusedError, match="login refused: 535"):
            send(composed(), replace(settings, password="wrong"))
        with pytest.raises(MessageRefusedError, match="530"):
            send(composed(), replace(settings, username=None))
    assert len(post.inbox) == 1


def test_login_with_accents() -> None:
    """User and password go out as UTF-8; where the server only knows ways without accents, that is said."""
    options = {"authenticator": check_login, "auth_require_tls": False}
    with mailbox(**options) as (post, settings):
        settings = replace(settings, username="rédaction", password="geheim, großes")
        assert send(composed(), settings) == {}
        with pytest.raises(MessageRefusedError, match="login refused: 535"):
            send(composed(), replace(settings, password="groß"))
    assert len(post.inbox) == 1
    with (
        mailbox(**options, auth_exclude_mechanism=["PLAIN"]) as (_, settings),
        pytest.raises(MessageRefusedError, match="needs AUTH PLAIN, which is not offered"),
    ):
        send(composed(), replace(settings, username="wire", password="großes"))


def test_no_encryption_where_it_was_asked_for_is_an_error() -> None:
    """A server without STARTTLS or TLS never gets the mail in clear."""
    with mailbox() as (post, settings):
        with pytest.raises(MessageRefusedError, match="STARTTLS"):
            send(composed(), replace(settings, security="starttls"))
        with pytest.raises(ServerDownError, match="no encrypted connection"):
            send(composed(), replace(settings, security="ssl"))
    assert post.inbox == []


def test_a_server_that_is_not_there() -> None:
    """A closed port, an unknown host and a silent server are one plain line each, and worth another try."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(ServerDownError, match=r"no answer within 0\.2 s") as slow:
            send(composed(), replace(SETTINGS, host="127.0.0.1", port=port, timeout=0.2))
    with pytest.raises(ServerDownError, match="cannot connect") as closed:
        send(composed(), replace(SETTINGS, host="127.0.0.1", port=port, timeout=1))
    assert slow.value.retry
    assert closed.value.retry
    assert len(str(closed.value).splitlines()) == 1


def test_a_server_that_is_no_mail_server() -> None:
    """Something else on the port is told as such."""
    with socket.create_server(("127.0.0.1", 0)) as web:

        def answer() -> None:
            with web.accept()[0] as connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(ServerDownError):
            send(composed(), replace(SETTINGS, host="127.0.0.1", port=web.getsockname()[1], timeout=2))
        thread.join()


@pytest.mark.parametrize(
    "address",
    [
        "", "desk", "desk@", "@example.org", "a b@example.org", "desk@example.org\r\nBcc: x@example.org",
        "desk@example.org, other@example.org", "dés@example.org", "Desk <desk>", "x\x00@example.org", "a@b@c",
        "desk@exa mple.org", "desk@example.org>", "desk@.example.org", "desk@" + "x" * 70 + ".org",
    ],
)  # fmt: skip
def test_no_address_can_start_a_header(address: str) -> None:
    """What is not one plain address is refused with a line that quotes it."""
    with pytest.raises(ValueError, match="mail address"):
        check_address(address)


def test_sound_addresses() -> None:
    """Names, dots and international domains are fine."""
    assert check_address("desk@example.org").addr_spec == "desk@example.org"
    assert str(check_address("Rédaction, nuit <nuit@exemple.fr>")) == '"Rédaction, nuit" <nuit@exemple.fr>'
    assert check_address("desk@rédaction.example").domain == "xn--rdaction-b1a.example"


@given(
    st.lists(
        st.sampled_from(["condamnée", "à", "été", "un", "an", "l'échouement", "“Zoé”", "où", "–"]),
        min_size=1,
        max_size=24,
    )
)
def test_a_subject_in_french_keeps_its_blanks(words: list[str]) -> None:
    """Words with accents, side by side or over several lines, arrive as they were written."""
    message = EmailMessage(policy=POLICY)
    message["Subject"] = " ".join(words)
    data = message.as_bytes()
    assert message_from_bytes(data, policy=default)["Subject"] == " ".join(words)
    assert max(map(len, data.split(b"\r\n"))) <= 78
