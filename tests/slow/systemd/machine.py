"""A small Debian of our own, booted with its own systemd in a folder, and Echowire installed there as the unit says.

It has its own processes, users, file system and journal; the network is the host's, so that loopback servers of the
tests can be reached. Nothing of it is left when it is switched off.
"""

import json
import os
import platform
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
UNIT = "echowire.service"
PACKAGES = "systemd,systemd-sysv,dbus,python3,python3-venv,ca-certificates"
PATIENCE = 60.0  # seconds for what takes one or two on an idle machine
SYS_ADMIN = 21  # capability(7)


def obstacle() -> str | None:
    """Why nothing can be booted here, or None."""
    if os.geteuid() != 0:
        return "only root can boot a machine in a folder"
    status = Path("/proc/self/status").read_text(encoding="utf8")
    capabilities = int(next(line for line in status.splitlines() if line.startswith("CapEff:")).split()[1], 16)
    if not capabilities >> SYS_ADMIN & 1:
        return "this container may not mount or make namespaces (no CAP_SYS_ADMIN)"
    return None


def until(what: str, ready: Callable[[], object], patience: float = PATIENCE) -> None:
    """Return once it is so; fails after a minute."""
    end = time.monotonic() + patience
    while not ready():
        assert time.monotonic() < end, f"not within {patience:.0f} s: {what}"
        time.sleep(0.1)


def _run(*command: str | Path, **more: Any) -> None:
    """A command that must succeed; what it printed is told where it does not."""
    done = subprocess.run(
        [str(c) for c in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False, **more,
    )  # fmt: skip
    assert done.returncode == 0, f"{' '.join(map(str, command))}:\n{done.stdout[-3000:]}"


class Machine:
    """The folder, and the systemd that runs in it once `boot` has been called."""

    def __init__(self, home: Path) -> None:
        self.home, self.root = home, home / "root"
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._init = 0

    def build(self) -> None:
        """Debian's base system of the release that runs here, from the mirror that apt uses here."""
        release = platform.freedesktop_os_release()["VERSION_CODENAME"]
        found = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(SITE)", f"Codename: {release}", "Component: main"],
            stdout=subprocess.PIPE, text=True, check=True,
        ).stdout.split()  # fmt: skip
        mirror = found[0] if found else "http://deb.debian.org/debian"
        _run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", release, self.root, mirror)

    def install(self) -> None:
        """The steps at the top of the unit, with wheels that this machine's pip fetched."""
        source, tools, wheels = self.home / "source", self.home / "tools", self.root / "wheels"
        source.mkdir()  # a copy: building leaves folders behind
        for name in ("monitor", "pyproject.toml", "README.md", "LICENSE"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, source / name)
        _run("/usr/bin/python3", "-m", "venv", tools)
        _run(tools / "bin/pip", "wheel", "--quiet", "--disable-pip-version-check", "--wheel-dir", wheels,
             "--constraint", ROOT / "constraints.txt", source)  # fmt: skip
        bare = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")} | {"PIP_CONFIG_FILE": os.devnull}
        _run("chroot", self.root, "python3", "-m", "venv", "/opt/echowire")
        _run("chroot", self.root, "/opt/echowire/bin/pip", "install", "--quiet", "--disable-pip-version-check",
             "--no-index", "--find-links", "/wheels", "echowire", env=bare)  # fmt: skip
        shutil.rmtree(wheels)
        shutil.copy(ROOT / "systemd" / UNIT, self.root / "etc/systemd/system")

    def boot(self) -> None:
        # Its name is not registered and no unit is made for it: the host may have no systemd to do so.
        # It ends with us, however we end. TERM makes it shut down in order.
        command = ["setpriv", "--pdeathsig=KILL", "systemd-nspawn", "--quiet", f"--directory={self.root}", "--boot",
                   "--console=pipe", "--register=no", "--keep-unit", f"--machine=echowire-{os.getpid()}"]  # fmt: skip
        with (self.home / "console").open("wb") as console:
            self._nspawn = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT, start_new_session=True
            )
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        until("systemd-nspawn starts", lambda: self._nspawn.poll() is not None or children.read_text().split())  # type: ignore[union-attr]
        assert self._nspawn.poll() is None, (self.home / "console").read_text(errors="replace")
        self._init = int(children.read_text().split()[0])
        until("the machine is up", lambda: self.call("systemctl", "is-system-running").stdout.strip() == "running")

    def off(self) -> None:
        """Switch it off, whatever state it is in."""
        if self._nspawn is None:
            return
        self._nspawn.send_signal(signal.SIGTERM)
        try:
            self._nspawn.wait(30)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait(30)

    def call(self, *command: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a command inside, as its root."""
        return subprocess.run(
            ["nsenter", f"--target={self._init}", "--all", *command], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=timeout, check=False, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"},
        )  # fmt: skip

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """A file of the machine's own file system."""
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf8")
        target.chmod(mode)

    def show(self, *names: str) -> dict[str, str]:
        """Properties of the service."""
        text = self.call("systemctl", "show", UNIT, f"--property={','.join(names)}").stdout
        return dict(line.split("=", 1) for line in text.splitlines())

    def journal(self, *options: str) -> list[dict[str, Any]]:
        """What the service has logged, oldest first: systemd's fields, and ours under "event"."""
        text = self.call("journalctl", f"--unit={UNIT}", "--output=json", "--no-pager", *options).stdout
        rows = [json.loads(line) for line in text.splitlines()]
        for row in rows:
            row["event"] = json.loads(row["MESSAGE"]) if str(row["MESSAGE"]).startswith("{") else {}
        return rows

    def articles(self) -> list[dict[str, Any]]:
        """What the service has filed, as `echowire export` tells it."""
        done = self.call("/opt/echowire/bin/echowire", "--config", "/etc/echowire/monitor.toml", "export",
                         "--database", "sqlite:////var/lib/echowire/echowire.db")  # fmt: skip
        return [json.loads(line) for line in done.stdout.splitlines()] if done.returncode == 0 else []
