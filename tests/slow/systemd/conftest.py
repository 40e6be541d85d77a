"""One machine for all of the suite's tests, a newsstand and a mail server for each of them."""

import shutil
import tempfile
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from monitor.demo.sink import _AnyPort
from tests.newsstand import Newsstand
from tests.slow.systemd.machine import UNIT, Machine, obstacle, until

USER, PASSWORD = "desk", "ein Paßwort, nicht leicht"
DROP_IN = f"/etc/systemd/system/{UNIT}.d/test.conf"
SETTINGS = """\
[fetch]
gap = "0s"
per_host = 8
first = "500ms"
shortest = "500ms"
longest = "1s"
[report]
every = "500ms"
[[watch]]
name = "all"
to = ["reader@demo.example"]
group_wait = "0s"
group_interval = "1s"
"""


class Mailbox:
    """A loopback mail server that takes mail only from who knows the password."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.logins: list[tuple[str, str]] = []
        self._server = _AnyPort(
            self, hostname="127.0.0.1", port=0, authenticator=self._admit, auth_require_tls=False
        )  # fmt: skip
        self.start, self.stop = self._server.start, self._server.stop

    @property
    def port(self) -> int:
        return self._server.port

    def _admit(self, _server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword), mechanism
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.logins[-1] == (USER, PASSWORD))

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        self.messages.append(BytesParser().parsebytes(envelope.content))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture(scope="session")
def booted() -> Iterator[Machine]:
    """A running machine with Echowire installed, not started."""
    if reason := obstacle():
        pytest.skip(reason)
    home = Path(tempfile.mkdtemp(prefix="echowire-machine-"))
    home.chmod(0o755)
    machine = Machine(home)
    try:
        machine.build()
        machine.install()
        machine.boot()
        yield machine
    finally:
        machine.off()
        shutil.rmtree(home)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    box.start()
    yield box
    box.stop()


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    with Newsstand() as stand:
        yield stand


@pytest.fixture
def machine(booted: Machine, stand: Newsstand, mailbox: Mailbox) -> Iterator[Machine]:
    """The machine with settings for this newsstand and mail server, nothing filed and an empty journal."""
    settings(booted, stand, mailbox)
    booted.write("/etc/echowire/smtp-password", f"{PASSWORD}\n", 0o600)
    yield booted
    booted.call("systemctl", "stop", UNIT)
    booted.call("systemctl", "reset-failed", UNIT)
    booted.call("systemctl", "clean", "--what=state", UNIT)
    assert not (booted.root / "var/lib/private/echowire").exists()
    (booted.root / DROP_IN.lstrip("/")).unlink(missing_ok=True)
    booted.call("systemctl", "daemon-reload")
    booted.call("journalctl", "--rotate", "--vacuum-time=1s")


def settings(machine: Machine, stand: Newsstand, mailbox: Mailbox, more: str = "") -> None:
    """Write the settings: every outlet of the newsstand, and `more`."""
    feeds = "".join(f'[[feed]]\nurl = "{stand.feed_url(o)}"\noutlet = "{o}"\n' for o in stand.outlets)
    mail = (
        f'[mail]\nhost = "127.0.0.1"\nport = {mailbox.port}\nsecurity = "none"\nuser = "{USER}"\nevery = "500ms"\n'
        'sender = "echowire@demo.example"\n'
    )
    machine.write("/etc/echowire/monitor.toml", SETTINGS + mail + feeds + more)


def drop_in(machine: Machine, text: str) -> None:
    """Settings of the unit for one test."""
    machine.write(DROP_IN, f"[Service]\n{text}")
    assert machine.call("systemctl", "daemon-reload").returncode == 0


def start(machine: Machine) -> None:
    done = machine.call("systemctl", "start", UNIT)
    assert done.returncode == 0, f"{done.stderr}{machine.call('journalctl', '-n', '30', '-u', UNIT).stdout}"


def all_filed(machine: Machine, stand: Newsstand) -> None:
    """Wait until everything that is out is filed."""
    until("all is filed", lambda: len(machine.articles()) >= len(stand.out))
