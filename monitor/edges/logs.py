"""The log: one line of JSON for journald and other machines, coloured columns when a person looks.

Each line carries the `<N>` priority that journald understands when nobody's terminal is attached, so that
`journalctl -p warning` works. There is one line for each unit of work (a feed's poll, a mail, a replay), written when
it is over, with what it brought.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO

import structlog

# syslog(3): 2 critical, 3 error, 4 warning, 6 informational, 7 debug
_PRIORITY: Mapping[str, int] = {"critical": 2, "error": 3, "warning": 4, "info": 6, "debug": 7}
Format = Literal["auto", "json", "console"]


def _prefixed(_: Any, method: str, event: MutableMapping[str, Any]) -> str:
    """JSON with its priority in front."""
    text = structlog.processors.JSONRenderer(ensure_ascii=False)(_, method, event)
    line = text.decode() if isinstance(text, bytes) else text
    return f"<{_PRIORITY.get(str(event.get('level')), 6)}>{line}"


def set_up(level: str = "info", form: Format = "auto", stream: TextIO | None = None) -> None:
    """Configure structlog and the standard library's logging for this process. Called once, by commands.

    `stream` defaults to standard error: standard output belongs to what commands print.
    """
    out = stream or sys.stderr
    person = form == "console" or (form == "auto" and out.isatty())
    number = getattr(logging, level.upper())
    shared: list[Any] = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level]
    if person:
        stamp: Any = structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False)
        last: Any = structlog.dev.ConsoleRenderer(colors=out.isatty(), sort_keys=False, pad_event_to=12)
    else:
        stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
        last = _prefixed
    structlog.configure(
        processors=[*shared, stamp, structlog.processors.format_exc_info, last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    # Other packages: warnings and worse, through the same renderer.
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_log_level, stamp],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))


def logger(**facts: Any) -> structlog.typing.FilteringBoundLogger:
    """A logger that says these facts on each line."""
    return structlog.get_logger(**facts)  # type: ignore[no-any-return]
