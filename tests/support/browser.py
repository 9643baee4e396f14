"""A page in Debian's Chromium, driven through its debugging pipe: no server, no library.

The pipe carries one JSON message after the other, each closed by a nought. What is evaluated comes
from the debugger, so a page's own policy against scripts stays as strict as its reader has it.
"""

from __future__ import annotations

import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

__all__ = ["Browser", "Page", "browser"]

PATIENCE = 120.0  # seconds: of a machine that does much else
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--no-first-run", "--remote-debugging-pipe", "--force-color-profile=srgb",
    "--disable-background-networking", "--disable-extensions",
)  # fmt: skip


class Browser:
    """A running browser: commands go out with a number, answers come back with it."""

    def __init__(self, out: int, back: int) -> None:
        self._out, self._back, self._read = out, back, b""
        self._number = itertools.count(1)

    def ask(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """The result of one command; what the browser tells meanwhile is passed over."""
        number = next(self._number)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == number:
                if "error" in found:
                    raise RuntimeError(f"{method}: {found['error']}")
                result: dict[str, Any] = found["result"]
                return result

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._back], [], [], max(0.0, until - time.monotonic()))
            part = os.read(self._back, 1 << 20) if ready else b""
            if not part:
                raise RuntimeError("the browser does not answer")
            self._read += part
        one, self._read = self._read.split(b"\0", 1)
        message: dict[str, Any] = json.loads(one)
        return message

    @contextmanager
    def page(self, path: Path) -> Iterator[Page]:
        """The page of a file, loaded to its last picture."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        page.show(1280)
        self.ask("Page.navigate", session, url=path.resolve().as_uri())
        until = time.monotonic() + PATIENCE
        while not page.run(
            f"document.readyState == 'complete' && location.href == {path.resolve().as_uri()!r}"
        ):
            assert time.monotonic() < until, f"{path} does not load"
            time.sleep(0.02)
        try:
            yield page
        finally:
            self.ask("Target.closeTarget", targetId=target)


class Page:
    """One open page: how it is shown, and what a script finds in it."""

    def __init__(self, of: Browser, session: str) -> None:
        self._browser, self._session = of, session

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.ask(method, self._session, **params)

    def show(
        self,
        width: int,
        height: int = 800,
        *,
        dark: bool = False,
        media: Literal["screen", "print"] = "screen",
    ) -> None:
        """Lay the page out at a width [CSS px], as a reader of light or dark pages or as print."""
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def run(self, script: str) -> Any:
        """The value of an expression of JavaScript in the page; a promise is waited for."""
        found = self._ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in found:
            raise RuntimeError(json.dumps(found["exceptionDetails"])[:2000])
        return found["result"].get("value")

    def picture(self) -> bytes:
        """A PNG of the whole page as it is shown."""
        size = self._ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self._ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def pdf(self, **options: Any) -> bytes:
        """The page as it prints, on A4 unless `options` (of Page.printToPDF) say otherwise."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True}
        return base64.b64decode(self._ask("Page.printToPDF", **{**paper, **options})["data"])


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser for as long as it is needed, or the test is skipped where there is none."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("Chromium is not installed")
    ours, theirs = os.pipe(), os.pipe()
    # Chromium reads from descriptor 3 and writes to 4; first both go where neither stands.
    read, write = (fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (ours[0], theirs[1]))
    os.close(ours[0])
    os.close(theirs[1])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        command = ["bash", "-c", f'exec "$@" 3<&{read} 4>&{write}', "bash", program, *SWITCHES,
                   f"--user-data-dir={home}", "about:blank"]  # fmt: skip
        running = subprocess.Popen(
            command, pass_fds=(read, write), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(read)
        os.close(write)
        made = Browser(ours[1], theirs[0])
        try:
            yield made
        finally:
            try:
                made.ask("Browser.close")
                running.wait(PATIENCE)
            except (RuntimeError, OSError, subprocess.TimeoutExpired):
                running.kill()
                running.wait()
            os.close(ours[1])
            os.close(theirs[0])
