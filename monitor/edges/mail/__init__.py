"""Mail: a plan composed into a message, a message handed to an SMTP server."""

from monitor.edges.mail.compose import compose
from monitor.edges.mail.settings import MailSettings, check_address
from monitor.edges.mail.smtp import (
    MailError,
    MessageRefusedError,
    NotNowError,
    RecipientsRefusedError,
    ServerDownError,
    send,
)

__all__ = [
    "MailError",
    "MailSettings",
    "MessageRefusedError",
    "NotNowError",
    "RecipientsRefusedError",
    "ServerDownError",
    "check_address",
    "compose",
    "send",
]
