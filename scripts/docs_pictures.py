"""Draws the pictures of the README, the tutorial and the how-to pages anew, from the commands they print.

Run it after the page or a picture has changed: python scripts/docs_pictures.py (needs Chromium).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import outlay

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
REFERENCE = ROOT / "examples" / "bytedance-2026" / "study.yaml"
FOUNDER = ROOT / "examples" / "gpu-cloud-founder" / "study.yaml"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BEGIN = (
    "init founder study.yaml --chip h200-sxm --model qwen3-235b-a22b --tokens 6bn/day "
    "--as-of 2026-06-30"
)
QUESTIONS = (("decision", 620), ("sure", 660))
"""Sections of the page, and how much of them is shown."""


def shot(browser: str, source: Path, name: str, width: int, height: int) -> None:
    """A picture of the top of a page."""
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
    subprocess.run(
        [
            browser,
            *options,
            f"--window-size={width},{height}",
            f"--screenshot={IMAGES / name}",
            source.as_uri(),
        ],
        check=True,
        capture_output=True,
    )
    print(f"docs/images/{name}")


def page(browser: str, folder: Path) -> None:
    """The tutorial's page: its first screen, and two of its questions alone."""
    for command in (BEGIN, "plan study.yaml --out out"):
        subprocess.run([sys.executable, "-m", "outlay", *command.split()], cwd=folder, check=True)
    report = folder / "out" / "report.html"
    shot(browser, report, "tutorial-page.png", 1280, 620)
    text = report.read_text(encoding="utf-8")
    for question, height in QUESTIONS:
        style = (
            "<style>body > *, main > * {display: none !important}"
            f"body > main, main > #{question} {{display: block !important}}</style></head>"
        )
        alone = folder / "out" / f"{question}.html"
        alone.write_text(text.replace("</head>", style, 1), encoding="utf-8")
        shot(browser, alone, f"tutorial-{question}.png", 900, height)


def readme(browser: str, folder: Path) -> None:
    """The first screen of the report on the reference study, of the README."""
    command = ["plan", str(REFERENCE), "--out", "reference"]
    subprocess.run([sys.executable, "-m", "outlay", *command], cwd=folder, check=True)
    shot(browser, folder / "reference" / "report.html", "report.png", 1280, 800)


def waterfall() -> None:
    """The step from the approved plan to today's, of the page on comparing."""
    change = ["supply.rent-h200-year.rent=1.7 USD/chip-hour"]
    approved = outlay.plan(FOUNDER, quick=True)
    step = outlay.compare(approved, outlay.plan(FOUNDER, overrides=change, quick=True))
    step.draw(IMAGES / "compare.svg")
    print("docs/images/compare.svg")


def main() -> int:
    waterfall()
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        print(f"no browser ({', '.join(BROWSERS)}): the page was not drawn")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        page(browser, Path(folder))
        readme(browser, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
