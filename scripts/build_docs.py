"""Rebuild the pages of the documentation that are written by the code itself.

`make docs` runs this.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = (("scripts/study_page.py", "docs/study.md"),)
"""A program, and the page written from what it prints."""


def main() -> int:
    failed = 0
    for program, page in PAGES:
        done = subprocess.run(
            [sys.executable, program], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            failed += 1
            print(f"{program}: failed\n{done.stderr.strip()}")
            continue
        (ROOT / page).write_text(done.stdout, encoding="utf-8")
        print(f"{program}: {page}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
