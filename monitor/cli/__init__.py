"""The command line. `main` is the one place where errors become a line on standard error and an exit code.

0   done
1   something failed: said in one line
2   wrong usage or wrong settings: said in one line, with file, key and what is expected
130 Ctrl-C
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer

from monitor.cli.common import FailedError, set_config
from monitor.config import ConfigError

# Click's UsageError, which typer keeps to itself: all that is wrong with options and arguments is one of these.
USAGE = typer.BadParameter.__bases__[0]

app = typer.Typer(
    name="echowire",
    help="Tells which news is new and which is an echo: polls feeds, groups copies and rewrites of a story, and "
    "mails only what nobody had before.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        from monitor import __version__

        print(f"echowire {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    config: str | None = typer.Option(
        None, "--config", "-c", metavar="FILE", envvar="ECHOWIRE_CONFIG",
        help="Settings file. Default: config/monitor.toml here, else /etc/echowire/monitor.toml.",
    ),
    _: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:  # fmt: skip
    set_config(config)


def _register() -> None:
    from monitor.cli import alerts, checks, feeds, override, reading, running, showing, watches

    for module in (running, reading, feeds, watches, override, alerts, checks, showing):
        module.register(app)


_register()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit code."""
    try:
        found = app(
            args=list(arguments) if arguments is not None else None, standalone_mode=False, prog_name="echowire"
        )
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # click makes a SystemExit of a broken pipe, and of nothing else here
        # Whoever read our output has enough; keep Python from complaining at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except Exception as e:
        if os.environ.get("ECHOWIRE_DEBUG"):
            raise
        line, code = _verdict(e)
        print(line, file=sys.stderr)
        return code
    return found if isinstance(found, int) else 0


def _verdict(error: Exception) -> tuple[str, int]:
    """What to tell about an error, and the exit code."""
    from monitor.edges.feeds import FeedError
    from monitor.edges.fetch import FetchError
    from monitor.edges.mail import MailError
    from monitor.edges.opml import OpmlError
    from monitor.edges.store import StoreError
    from monitor.service.replay import ReplayError

    known = (FailedError, StoreError, FetchError, FeedError, MailError, OpmlError, ReplayError)
    if isinstance(error, ConfigError):
        return f"echowire: {error}", 2
    if isinstance(error, USAGE):
        message = error.format_message()  # type: ignore[attr-defined]
        return f"echowire: {message} (see echowire{_command(error)} --help)", 2
    if isinstance(error, known):
        return f"echowire: {_line(error)}", 1
    if isinstance(error, OSError):
        named = f"{error.filename}: " if error.filename else ""
        return f"echowire: {named}{error.strerror or error}", 1
    told = f"echowire: an error of ours, please report it: {type(error).__name__}: {_line(error)}"
    return f"{told} (ECHOWIRE_DEBUG=1 shows where)", 1


def _command(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else ""
    return path.removeprefix("echowire")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
