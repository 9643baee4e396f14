"""Draws the README's picture of the workbench anew: the reference study with one slider moved.

Run it after the page has changed: python scripts/workbench_picture.py (needs Chromium).
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "workbench.png"
REFERENCE = ROOT / "examples" / "bytedance-2026" / "study.yaml"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MOVED = ('[id="v-uncertainty.licence.h200.states.granted"]', "0.4")
"""The box of the licence's chance, and what is typed into it."""
SIZE = {"width": 1280, "height": 760}
COLOURS = 224
PATIENCE_MS = 300_000


def drawn(browser: str, link: str) -> None:
    """The decision page, once the exact answer and its first screen are there."""
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = opened.new_page(viewport=SIZE, reduced_motion="reduce", color_scheme="light")
        page.set_default_timeout(PATIENCE_MS)
        page.goto(link)
        page.wait_for_selector(".headline [data-state=exact]")
        box, value = MOVED
        page.fill(box, value)
        page.press(box, "Enter")
        page.wait_for_selector(".difference.changed")
        page.wait_for_selector(".headline [data-state=exact]")
        page.wait_for_selector(".first:not(.stale) .fragment")
        page.evaluate("document.activeElement.blur()")
        page.screenshot(path=PICTURE)
        opened.close()
    Image.open(PICTURE).convert("RGB").quantize(COLOURS).save(PICTURE, optimize=True)
    print(f"docs/images/{PICTURE.name}: {PICTURE.stat().st_size:,} bytes")


def main() -> int:
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        print(f"no browser ({', '.join(BROWSERS)}): nothing was drawn")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "outlay", "serve", str(REFERENCE), "--port", "0",
                   "--no-browser", "--store", f"{folder}/store.db"]  # fmt: skip
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            drawn(browser, server.stdout.readline().split()[-1])
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
