"""A loopback mail server that keeps what it gets: the demo's mailbox, and the tests' SMTP peer."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class _Keeper:
    """Writes each message as `mail-001.eml`, `mail-002.eml`, ... into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802, aiosmtpd's
        content = envelope.content or b""
        self.count += 1
        target = self.folder / f"mail-{self.count:03}.eml"
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return "250 OK"


class _AnyPort(Controller):
    """aiosmtpd checks a new server on the port it was told; with port 0 only the socket knows which that is."""

    def _trigger_server(self) -> None:
        if self.server is not None:
            self.port = int(self.server.sockets[0].getsockname()[1])  # type: ignore[attr-defined]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class Sink:
    """A mail server on a loopback port that the system chooses. A context manager."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._keeper = _Keeper(folder)
        self._controller = _AnyPort(self._keeper, hostname="127.0.0.1", port=0)

    @property
    def port(self) -> int:
        """The port, once started."""
        return self._controller.port

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def count(self) -> int:
        """How many messages came in so far."""
        return self._keeper.count

    def messages(self) -> list[EmailMessage]:
        """The messages kept so far, oldest first."""
        parser = BytesParser(policy=policy.default)
        found = sorted(self._keeper.folder.glob("mail-*.eml"))
        return [m for f in found if isinstance(m := parser.parsebytes(f.read_bytes()), EmailMessage)]
