"""`echowire check`: would it run here? Settings, feed lists, watches, database, mail server, state folder."""

from __future__ import annotations

import os
import smtplib
import sys
from collections.abc import Callable

import typer

from monitor.cli.common import FailedError, settings
from monitor.config import ConfigError, Settings, watches
from monitor.edges.mail import MailSettings
from monitor.edges.store import StoreError, open_store
from monitor.service.roster import listed


def register(app: typer.Typer) -> None:
    app.command("check", short_help="Say what is wrong before it matters.")(check)


def check(
    feeds: bool = typer.Option(False, "--feeds", help="Fetch every feed as well."),
) -> None:
    """Look over settings, feed lists, watches, database, mail server and state folder, and say what is wrong."""
    told = settings()
    wrong = 0
    wrong += not _say("settings", lambda: str(told.file))
    wrong += not _say("feeds", lambda: f"{len(listed(told))} feeds")
    wrong += not _say("watches", lambda: _watches(told))
    wrong += not _say("state", lambda: _state(told))
    wrong += not _say("database", lambda: _database(told))
    wrong += not _say("mail", lambda: _mail(told))
    if told.matching.embeddings is not None:
        wrong += not _say("embeddings", lambda: _embeddings(told))
    if wrong:
        raise FailedError(f"{wrong} of these must be put right")
    if feeds:
        from monitor.cli.feeds import check as check_feeds

        check_feeds([])


def _say(what: str, look: Callable[[], str]) -> bool:
    try:
        print(f"{what}: {look()}")
    except (ConfigError, StoreError, OSError, FailedError) as e:
        print(f"{what}: WRONG: {e}", file=sys.stderr)
        return False
    return True


def _watches(told: Settings) -> str:
    from monitor.app import checked

    found = checked(watches(told), told)
    silent = [w.name for w in found if not w.to]
    return f"{len(found)} watches" + (f" ({', '.join(silent)}: nobody to mail to)" if silent else "")


def _state(told: Settings) -> str:
    told.state.mkdir(parents=True, exist_ok=True)
    if not os.access(told.state, os.W_OK):
        raise FailedError(f"{told.state}: this user may not write there")
    return str(told.state)


def _database(told: Settings) -> str:
    with open_store(told.database_url) as store:
        return f"{store.name}, {len(store.story_ids())} stories"


def _mail(told: Settings) -> str:
    from monitor.app import mail_settings

    mail = mail_settings(told)
    if mail is None:
        return "no server named: nothing is mailed, notices wait in the outbox"
    _knock(mail)
    return f"{mail.host}:{mail.port} answers"


def _embeddings(told: Settings) -> str:
    from monitor.app import check_embeddings

    return f"{told.matching.embeddings}, {check_embeddings(told)}"


def _knock(mail: MailSettings) -> None:
    """Connect, log in where there is a user, and leave."""
    where = f"{mail.host}:{mail.port}"
    try:
        kind = smtplib.SMTP_SSL if mail.security == "ssl" else smtplib.SMTP
        with kind(mail.host, mail.port, timeout=mail.timeout) as server:
            if mail.security == "starttls":
                import ssl

                server.starttls(context=ssl.create_default_context())
            if mail.username:
                server.login(mail.username, mail.password or "")
            server.noop()
    except smtplib.SMTPAuthenticationError:
        raise FailedError(f"mail server {where} refuses the user or the password") from None
    except (OSError, smtplib.SMTPException) as e:
        raise FailedError(f"mail server {where} does not answer as it should: {' '.join(str(e).split())}") from None
