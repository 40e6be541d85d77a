"""Debian's Chromium by its WebDriver server (W3C WebDriver, and Chromium's own protocol through it), over plain HTTP.

No package in between: what these tests need of the two protocols is a dozen calls.
"""

import base64
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--disable-extensions", "--disable-client-side-phishing-detection", "--hide-scrollbars", "--lang=en",
)  # fmt: skip
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Space": " "}


class Browser:
    """One browser window with a profile of its own. A context manager."""

    def __init__(self, profile: Path) -> None:
        programs = [shutil.which(name) for name in ("chromedriver", "chromium")]
        assert all(programs), "Chromium is not installed: run tests/slow/browser/prepare"
        driver, chromium = map(str, programs)
        self._driver = subprocess.Popen(
            [driver, "--port=0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._session = ""
        self._base = f"http://127.0.0.1:{self._port()}"
        try:
            options = {"binary": chromium, "args": [*FLAGS, f"--user-data-dir={profile}"]}
            wanted = {
                "goog:chromeOptions": options,
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                "pageLoadStrategy": "normal",
            }
            found = self._send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
            self._session = f"/session/{found['sessionId']}"
        except BaseException:
            self.close()
            raise

    def _port(self) -> str:
        assert self._driver.stdout is not None
        for line in self._driver.stdout:
            if "started successfully on port" in line:
                return line.split()[-1].rstrip(".")
        raise AssertionError("chromedriver did not start")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        try:
            if self._session:
                self._send("DELETE", self._session)
        finally:
            self._driver.terminate()
            self._driver.wait(20)
            if self._driver.stdout is not None:
                self._driver.stdout.close()

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._base + path, data=data, method=method, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as e:
            raise AssertionError(f"{method} {path}: {json.load(e)['value']['message']}") from None

    def call(self, path: str, **body: Any) -> Any:
        """A command of WebDriver."""
        return self._send("POST", self._session + path, body)

    def cdp(self, command: str, **parameters: Any) -> Any:
        """A command of Chromium's own protocol."""
        return self.call("/goog/cdp/execute", cmd=command, params=parameters)

    def open(self, url: str) -> None:
        """Load a page and wait until all of it is there."""
        self.call("/url", url=url)

    @property
    def url(self) -> str:
        return str(self._send("GET", self._session + "/url"))

    def script(self, body: str, *arguments: Any) -> Any:
        """Run the body of a function in the page."""
        return self.call("/execute/sync", script=body, args=list(arguments))

    def screen(self, width: int, height: int, scheme: str = "light") -> None:
        """The size of what is seen of a page, and whether the reader likes it dark."""
        self.cdp(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def scripts_allowed(self, allowed: bool) -> None:
        self.cdp("Emulation.setScriptExecutionDisabled", value=not allowed)

    def press(self, *keys: str) -> None:
        """Keys on the keyboard, one after another."""
        actions = [{"type": kind, "value": KEYS[key]} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("/actions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def click(self, selector: str) -> None:
        """With the mouse, on the first element that the CSS selector finds."""
        found = self.call("/element", using="css selector", value=selector)
        self.call(f"/element/{next(iter(found.values()))}/click")

    def complaints(self) -> list[str]:
        """What the console has shown since it was asked last."""
        return [f"{row['level']}: {row['message']}" for row in self.call("/se/log", type="browser")]

    def requests(self) -> list[str]:
        """Addresses that were asked for since that was asked last."""
        rows = [json.loads(row["message"])["message"] for row in self.call("/se/log", type="performance")]
        return [row["params"]["request"]["url"] for row in rows if row["method"] == "Network.requestWillBeSent"]

    def width(self) -> float:
        """Of the page's content, in CSS pixels: more than the window's where it can be scrolled sideways."""
        return float(self.cdp("Page.getLayoutMetrics")["cssContentSize"]["width"])

    def html(self, selectors: Sequence[str]) -> list[str]:
        """The first element that each selector finds, as it is now. Needs no script in the page."""
        root = self.cdp("DOM.getDocument")["root"]["nodeId"]
        nodes = [self.cdp("DOM.querySelector", nodeId=root, selector=s)["nodeId"] for s in selectors]
        return [str(self.cdp("DOM.getOuterHTML", nodeId=n)["outerHTML"]) for n in nodes]

    def photograph(self, path: Path, height: int | None = None) -> None:
        """The page from its top: all of it, or so many pixels."""
        size = self.cdp("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], height or 16000), "scale": 1}
        found = self.cdp("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(found["data"]))
