"""Where mail goes out and under whose name, and what an address may look like."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, tzinfo
from email.headerregistry import Address

_ADDRESS = re.compile(r"(?P<name>[^<>]*)<(?P<spec>[^<>\s]+)>|(?P<bare>[^<>\s]+)")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")  # RFC 5322's dot-atom
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """An SMTP server and a letterhead. `security` is "starttls", "ssl" or "plain"."""

    sender: str = "Echowire <echowire@localhost>"
    host: str = "localhost"
    port: int = 25
    security: str = "plain"
    username: str | None = None
    password: str | None = None
    timeout: float = 30.0  # seconds, for each step of the conversation
    report_url: str | None = None  # where the report is read, named at the foot of a mail
    unsubscribe: str | None = None  # a mailto: or https: URL; none: a mail to the sender
    zone: tzinfo = UTC  # in which mails tell times

    @property
    def domain(self) -> str:
        """The sender's domain: ids of messages and lists end with it."""
        return check_address(self.sender).domain


def check_address(text: str) -> Address:
    """An address such as "desk@example.org" or "News desk <desk@example.org>". ValueError says what is wrong.

    Nothing that could start another header gets through: line breaks and controls are refused, not cleaned. A domain
    may have accents (it goes out as IDNA); the part before the @ may not, since few servers take it (RFC 6531).
    """
    if any(unicodedata.category(c)[0] == "C" for c in text):
        raise ValueError(f"mail address {text!r}: no line breaks or control characters")
    parts = _ADDRESS.fullmatch(text.strip())
    if parts is None:
        raise ValueError(f"mail address {text!r}: expected name@domain")
    local, _, domain = (parts["bare"] or parts["spec"]).rpartition("@")
    if not local.isascii():
        raise ValueError(f"mail address {text!r}: no accents before the @")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError as e:
        raise ValueError(f"mail address {text!r}: {domain!r} is not a domain") from e
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise ValueError(f"mail address {text!r}: expected name@domain")
    return Address((parts["name"] or "").strip().strip('"'), addr_spec=f"{local}@{domain}")
