"""Telling systemd how we are: `sd_notify`, a datagram to the socket it names in the environment (see sd_notify(3)).

Where there is no such socket every call does nothing, so that a run in a terminal needs no special case.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping


class Notifier:
    """The socket of $NOTIFY_SOCKET, and how often the watchdog wants to hear from us."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        env = os.environ if environment is None else environment
        self._address = env.get("NOTIFY_SOCKET", "")
        self._watchdog = 0.0
        if env.get("WATCHDOG_USEC", "").isdigit() and env.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid()):
            self._watchdog = int(env["WATCHDOG_USEC"]) / 1_000_000

    @property
    def active(self) -> bool:
        return self._address[:1] in ("/", "@")

    @property
    def watchdog_seconds(self) -> float:
        """Systemd kills us when it hears nothing for this long; 0: it does not watch."""
        return self._watchdog if self.active else 0.0

    def ready(self, status: str) -> None:
        self._send(f"READY=1\nSTATUS={_line(status)}")

    def status(self, status: str) -> None:
        self._send(f"STATUS={_line(status)}")

    def reloading(self) -> None:
        """To be followed by `ready`. The time is what Type=notify-reload asks for."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def alive(self) -> None:
        """Sent only after real progress: see `app.Daemon`."""
        self._send("WATCHDOG=1")

    def _send(self, message: str) -> None:
        if not self.active:
            return
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            try:
                channel.connect(address)
                channel.sendall(message.encode())
            except OSError:
                return  # systemd being away must not stop the daemon


def _line(text: str) -> str:
    return " ".join(text.split())
