"""Handing a message to an SMTP server.

    MailError
      RecipientsRefusedError   the server will not take mail for any of these addresses: wrong address, do not repeat
      MessageRefusedError      it will not take this message, this sender or this login: do not repeat unchanged
      NotNowError              it says "later" (4xx): repeat
      ServerDownError          nobody answers, or not as a mail server does: repeat

Every error's text is one plain line. `retry` tells whether the same mail may go through later.
"""

from __future__ import annotations

import base64
import smtplib
import ssl
from email.message import EmailMessage

from monitor.core.showing import one_line
from monitor.edges.mail.settings import MailSettings


class MailError(Exception):
    """A mail that did not go out."""

    retry = False


class RecipientsRefusedError(MailError):
    """No recipient was accepted."""


class MessageRefusedError(MailError):
    """The message, its sender or the login was refused for good."""


class NotNowError(MailError):
    """The server asks to come back later."""

    retry = True


class ServerDownError(MailError):
    """The server cannot be reached or broke off."""

    retry = True


def send(message: EmailMessage, settings: MailSettings) -> dict[str, str]:
    """Send a message. Gives the recipients that were refused while others were served, each with the answer.

    Raises MailError. Blocks for at most `settings.timeout` seconds a step: call it from a thread.
    """
    where = f"{settings.host}:{settings.port}"
    try:
        with _connected(settings) as server:
            if settings.username:
                _log_in(server, settings.username, settings.password or "")
            refused = server.send_message(message)
    except smtplib.SMTPRecipientsRefused as e:
        raise _recipients(e.recipients, where) from e
    except smtplib.SMTPNotSupportedError as e:
        raise MessageRefusedError(f"{where}: {_plain(str(e))}") from e
    except smtplib.SMTPServerDisconnected as e:
        if isinstance(e.__context__, TimeoutError):  # smtplib keeps the cause there only
            raise _silent(settings) from e
        raise ServerDownError(f"{where}: the mail server broke off ({_plain(str(e))})") from e
    except smtplib.SMTPResponseException as e:
        raise _response(e, where) from e
    except smtplib.SMTPException as e:
        raise MessageRefusedError(f"{where}: {_plain(str(e))}") from e
    except ssl.SSLError as e:
        raise ServerDownError(f"{where}: no encrypted connection ({_plain(e.reason or str(e))})") from e
    except TimeoutError as e:
        raise _silent(settings) from e
    except OSError as e:
        raise ServerDownError(f"{where}: cannot connect ({_plain(e.strerror or str(e))})") from e
    return {address: _answer(*reply) for address, reply in refused.items()}


def _connected(settings: MailSettings) -> smtplib.SMTP:
    """A connection, encrypted as asked. An encrypted one verifies the server's certificate."""
    if settings.security == "ssl":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
    if settings.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """As smtplib does it, which knows ASCII only; with accents by AUTH PLAIN, whose text is UTF-8 (RFC 4616)."""
    if (user + password).isascii():
        server.login(user, password)
        return
    server.ehlo_or_helo_if_needed()
    if "PLAIN" not in server.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError("a user or password with accents needs AUTH PLAIN, which is not offered")
    code, answer = server.docmd("AUTH", "PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()).decode())
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _silent(settings: MailSettings) -> ServerDownError:
    return ServerDownError(f"{settings.host}:{settings.port}: no answer within {settings.timeout:g} s")


def _recipients(refused: dict[str, tuple[int, bytes]], where: str) -> MailError:
    answers = "; ".join(f"{address}: {_answer(*reply)}" for address, reply in refused.items())
    if refused and all(400 <= code < 500 for code, _ in refused.values()):
        return NotNowError(f"{where}: not now for {answers}")
    return RecipientsRefusedError(f"{where}: no recipient accepted: {answers}")


def _response(e: smtplib.SMTPResponseException, where: str) -> MailError:
    answer = _answer(e.smtp_code, e.smtp_error)
    if isinstance(e, smtplib.SMTPAuthenticationError):
        return MessageRefusedError(f"{where}: login refused: {answer}")
    if 400 <= e.smtp_code < 500:
        return NotNowError(f"{where}: not now: {answer}")
    if isinstance(e, smtplib.SMTPConnectError) or e.smtp_code < 400:
        return ServerDownError(f"{where}: not a working mail server: {answer}")
    return MessageRefusedError(f"{where}: message refused: {answer}")


def _answer(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return _plain(f"{code} {words}")


def _plain(text: str) -> str:
    return one_line(text, 200)
