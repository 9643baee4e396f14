"""The workbench as its reader has it: `outlay serve` in a process, browsers that were let in."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

__all__ = ["AXE", "Desk", "desk", "served"]

ROOT = Path(__file__).parents[2]
AXE = ROOT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 120.0
"""Seconds: of a machine that does much else."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LINK = re.compile(r"http://\S+/enter\?token=\S+")


@contextmanager
def served(study: Path | None, home: Path, *options: str) -> Iterator[str]:
    """The link of a server of its own, with its store in a folder; it is stopped as by Ctrl-C."""
    what = [str(study)] if study else []
    store = str(home / "store.db")
    command = [sys.executable, "-m", "outlay", "serve", *what, "--port", "0", "--no-browser",
               "--store", store, *options]  # fmt: skip
    inside = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    with (home / "errors.txt").open("wb") as errors:
        running = subprocess.Popen(
            command, cwd=home, env=inside, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        yield _link(running, home)
    finally:
        running.send_signal(signal.SIGINT)
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _link(running: subprocess.Popen[str], home: Path) -> str:
    """What the server prints first. Fails where it ends before."""
    assert running.stdout is not None
    watch = threading.Timer(PATIENCE, running.kill)
    watch.start()
    try:
        for line in running.stdout:
            if found := LINK.search(line):
                return found[0]
    finally:
        watch.cancel()
    raise AssertionError((home / "errors.txt").read_text("utf-8")[-2000:])


class Desk:
    """A browser that was let in; each page of it starts with what the server holds by then."""

    def __init__(self, browser: Any, link: str) -> None:
        self.address = "{0.scheme}://{0.netloc}".format(urlsplit(link))
        self.outside: list[str] = []
        """Addresses elsewhere that a page asked; it is not given them."""
        self.wrong: list[str] = []
        """Errors of scripts, and what the page's policy stopped."""
        self._browser = browser
        self._shared: BrowserContext | None = None
        first = self._context({})
        page = first.new_page()
        page.goto(link)
        page.wait_for_selector("main")
        self._state = first.storage_state()
        self.home = page.url.partition("?")[0]
        """Where the link led to: the study."""
        self.study = "/studies/" + self.home.partition("/s/")[2].partition("/")[0]
        """The study's path in the interface."""
        first.close()

    def _context(self, given: dict[str, Any]) -> BrowserContext:
        usual = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
        found: BrowserContext = self._browser.new_context(**{**usual, **given})
        found.set_default_timeout(1000 * PATIENCE)
        found.route("**/*", self._ours_alone)
        return found

    def _ours_alone(self, route: Route) -> None:
        url = route.request.url
        if url.startswith((f"{self.address}/", "data:", "blob:")):
            route.fallback()
        else:
            self.outside.append(url)
            route.abort()

    @contextmanager
    def page(self, address: str = "", **given: Any) -> Iterator[Page]:
        """A page in a window; with what `given` says (as Playwright's new_context) in one apart."""
        if given or self._shared is None:
            context = self._context({"storage_state": self._state, **given})
            self._shared = self._shared if given else context
        else:
            context = self._shared
        page = context.new_page()
        page.on("pageerror", lambda err: self.wrong.append(str(err)))
        page.on("console", self._said)
        page.goto(address if address.startswith("http") else f"{self.address}/#{address}")
        try:
            yield page
        finally:
            page.close() if context is self._shared else context.close()

    def _said(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.wrong.append(message.text)


@contextmanager
def desk(study: Path | None, home: Path, *options: str) -> Iterator[Desk]:
    """A server and a browser on it, or the test is skipped where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("Chromium is not installed")
    with served(study, home, *options) as link, sync_api.sync_playwright() as play:
        switches = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = play.chromium.launch(executable_path=program, args=switches)
        try:
            yield Desk(browser, link)
        finally:
            browser.close()
